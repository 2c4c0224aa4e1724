"""The language of kernels: what is compiled means what Python means, and the rest is refused."""

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.ops.kernels.llvm import library as libraries
from autograd.ops.kernels.llvm import object_cache
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import CompilingError, Library, parameters
from autograd.ops.kernels.llvm.refusals import NotAKernelError
from autograd.ops.kernels.llvm.translator import read, translated
from tests.kernels import SPECIAL, assert_same, both, needs_llvm

DTYPES = [np.float32, np.float64]
HEAD = "def kernel(out: Floats, x: Floats, n: int, m: int, *, COUNT: int = 3):\n"
INTEGER = st.integers(-9, 9)


def written(body, helpers="", head=HEAD):
    return textwrap.dedent(helpers) + "\n" + head + textwrap.indent(textwrap.dedent(body), "    ")


def run(body, n=0, m=0, dtype=np.float64, helpers="", x=SPECIAL, **constants):
    """Run a body in both ways and compare what it writes."""
    with np.errstate(over="ignore"):
        arrays = [np.full(64, 7, dtype), np.array(x).astype(dtype)]
    constants = {"COUNT": 3, **constants}
    found, plain = both(written(body, helpers), "kernel", arrays, (n, m), dtype, **constants)
    assert_same(found, plain, body)
    return found[0]


# Numbers


@needs_llvm
@given(n=st.integers(-50, 50), m=INTEGER.filter(bool))
def test_integers_are_divided_as_in_python(n, m):
    out = run("out[0] = n // m\nout[1] = n % m\nout[2] = n / m\nout[3] = -n", n, m)
    assert out[:2].tolist() == [n // m, n % m]


@needs_llvm
@given(n=st.integers(-(2**50), 2**50), m=st.integers(-(2**50), 2**50))
def test_integers_are_added_and_compared_as_in_python(n, m):
    body = "out[0] = n + m\nout[1] = n - m\nout[2] = (n % 1000) * (m % 1000)\n"
    compared = ["==", "!=", "<", "<=", ">", ">="]
    body += "\n".join(f"out[{k + 3}] = 1 if n {op} m else 0" for k, op in enumerate(compared))
    run(body, n, m)


@needs_llvm
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", ["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">="])
def test_floats_are_combined_and_compared_as_in_numpy(op, dtype):
    pairs = [(a, b) for a in SPECIAL for b in SPECIAL]
    body = f"for i in range(n):\n    out[i] = x[2 * i] {op} x[2 * i + 1]"
    for first in range(0, len(pairs), 48):
        some = pairs[first : first + 48]
        run(body, len(some), dtype=dtype, x=np.ravel(some))


@needs_llvm
@pytest.mark.parametrize("dtype", DTYPES)
def test_signs_are_changed_also_of_zero(dtype):
    out = run("for i in range(n):\n    out[i] = -x[i]", len(SPECIAL), dtype=dtype)
    assert np.signbit(out[0])


@needs_llvm
@pytest.mark.parametrize("dtype", DTYPES)
def test_known_numbers_take_the_dtype_of_the_others(dtype):
    run("for i in range(n):\n    out[i] = 0.1 * x[i] + 3 - x[i] / 7", len(SPECIAL), dtype=dtype)


@needs_llvm
@pytest.mark.parametrize("n", [-1, 0, 1, 2])
def test_conditions_are_combined_as_in_python(n):
    run(
        """
        out[0] = 1 if n > 0 and n < 2 else 0
        out[1] = 1 if n < 0 or n > 1 else 0
        out[2] = 1 if not n == 1 else 0
        out[3] = 1 if not n else 0
        out[4] = 1 if n else 0
        out[5] = 1 if n and 1 > 0 else 0
        out[6] = 1 if n or 1 > 2 else 0
        out[7] = 1 if (n > 0) == (n > 1) else 0
        out[8] = 1 if (n > 0) > (n > 1) else 0
        out[9] = 5 + (n > 0)
        out[10] = 1 if (n > 0) != 1 else 0
        """,
        n,
    )


@needs_llvm
@pytest.mark.parametrize("k", range(len(SPECIAL)))
def test_a_number_is_true_unless_it_is_zero(k):
    run("out[0] = 1 if x[n] else 0\nif x[n]:\n    out[1] = 2\nelse:\n    out[1] = 3", k)


@needs_llvm
def test_booleans_are_read_and_written():
    text = written("for i in range(n):\n    out[i] = x[i] != (i == m)", head=HEAD).replace(
        "out: Floats, x: Floats", "out: Booleans, x: Booleans"
    )
    x = np.array([True, False, True, False])
    found, plain = both(text, "kernel", [np.zeros(4, bool), x], (4, 2), COUNT=1)
    assert_same(found, plain)
    assert found[0].tolist() == [True, False, False, False]


# Statements


@needs_llvm
@given(first=INTEGER, last=INTEGER)
@pytest.mark.parametrize("step", [1, 2, 3, 5, -1, -2, -5])
def test_a_range_counts_as_in_python(step, first, last):
    run(f"at = 0\nfor i in range(n, m, {step}):\n    out[at] = i\n    at += 1", first, last)


@needs_llvm
@given(last=INTEGER, step=st.integers(1, 4))
def test_the_step_of_a_range_may_be_a_variable(last, step):
    run("at = 0\nfor i in range(-5, n, m):\n    out[at] = i\n    at += 1", last, step)


@needs_llvm
@given(n=st.integers(0, 4), m=st.integers(0, 4))
def test_loops_are_nested(n, m):
    run(
        """
        at = 0
        for i in range(n):
            for j in range(i, m):
                for k in unroll(COUNT):
                    out[at % 64] = 100 * i + 10 * j + k
                    at += 1
            for j in range(2):
                out[at % 64] = j
        """,
        n,
        m,
    )


@needs_llvm
def test_an_element_is_added_to():
    run("for i in range(n):\n    out[i % 3] += x[i]\n    out[i] *= 2.0", 5)


@needs_llvm
@pytest.mark.parametrize("count", [0, 1, 4])
def test_an_unrolled_loop_runs_as_often_as_its_constant_says(count):
    out = run("for i in unroll(COUNT):\n    out[i] = i * n", 5, COUNT=count)
    assert out[:count].tolist() == [5 * i for i in range(count)]


@needs_llvm
@given(n=INTEGER, m=INTEGER)
def test_a_variable_that_is_set_in_both_branches_is_set(n, m):
    run(
        """
        if n < m:
            least = n
        elif n == m:
            least = 0
        else:
            least = m
        out[0] = least
        """,
        n,
        m,
    )


@needs_llvm
@pytest.mark.parametrize("constant", [True, False, 0, 1, 2.5])
def test_only_the_chosen_branch_of_a_constant_is_translated(constant):
    run("if COUNT:\n    out[0] = 1\nelse:\n    out[0] = 2", COUNT=constant)
    with pytest.raises(NotAKernelError):
        translate("if n:\n    out[0] = x ** 2", COUNT=constant)
    assert "fdiv" not in translate("if not COUNT:\n    out[0] = 1 / x[0]", COUNT=1)


@needs_llvm
def test_a_parameter_may_be_set():
    run("n += 1\nout[n] = n\nfor i in range(2):\n    n = n + m\nout[n] = n", 3, 4)


@needs_llvm
def test_a_name_that_was_set_in_a_branch_may_be_set_again():
    run("if n:\n    y = 1\n    out[0] = y\ny = 0.5\nout[1] = y", 1)


HELPERS = """
def half(y):
    return y / 2

def put(out, at, y, *, TIMES):
    for i in unroll(TIMES):
        out[at + i] = y

def power(y, *, TIMES):
    found = y
    if TIMES > 1:
        found = y * power(y, TIMES=TIMES - 1)
    return found
"""


@needs_llvm
@pytest.mark.parametrize("dtype", DTYPES)
def test_helpers_take_arguments_of_several_kinds(dtype):
    run(
        """
        out[0] = half(x[2])
        out[1] = half(n)
        out[2] = half(0.25)
        put(out, 4, n, TIMES=2)
        put(out, 8, x[4], TIMES=COUNT)
        put(*(x, 3), x[4], TIMES=1)
        out[12] = x[3]
        """,
        *(3, 0, dtype, HELPERS),
    )


@needs_llvm
def test_a_helper_may_call_itself_for_another_constant():
    run("out[0] = power(3.0, TIMES=4)\nout[1] = power(n, TIMES=COUNT)", 2, helpers=HELPERS)


@needs_llvm
def test_constants_that_are_equal_but_of_other_types_are_not_mixed_up():
    run(
        """
        out[0] = given(WHAT=1) // n
        out[1] = given(WHAT=1.0) / n
        out[2] = x[2] / given(WHAT=0.0)
        out[3] = x[2] / given(WHAT=-0.0)
        """,
        n=2,
        helpers="def given(*, WHAT):\n    return WHAT",
    )


@needs_llvm
def test_kernels_for_equal_constants_of_other_types_are_two():
    of = Library(written("out[0] = COUNT"))
    one = of.compiled("kernel", float, COUNT=1)
    assert of.compiled("kernel", float, COUNT=1) is one
    assert of.compiled("kernel", float, COUNT=True) is not one


@needs_llvm
def test_threads_that_need_a_kernel_at_once_compile_it_once(monkeypatch):
    counted, compile = [], libraries.object_code
    monkeypatch.setattr(object_cache, "read", lambda key: None)
    monkeypatch.setattr(libraries, "object_code", lambda *args: counted.append(1) or compile(*args))
    of, barrier = Library(written("out[0] = n * 12345")), Barrier(4)

    def one(n):
        barrier.wait()
        out = np.zeros(1)
        of.compiled("kernel", float, COUNT=1)(address_of(out), address_of(out), n, 0)
        return out[0]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(4))) == [12345 * n for n in range(4)]
    assert len(counted) == 1


# What is refused


def translate(body, helpers="", **constants):
    source = read(written(body, helpers))
    given = parameters(source.functions["kernel"], np.dtype(float))
    return translated(source, "kernel", given, {"COUNT": 3, **constants})


REFUSED = {
    "while n > 2:\n    break": "break",
    "while n > 2:\n    n -= 1\nelse:\n    n += 1": "while n > 2:",
    "for i in range(n):\n    break": "break",
    "for i in range(n):\n    continue": "continue",
    "for i in range(n):\n    pass\nelse:\n    pass": "for i in range(n):",
    "for i in x:\n    pass": "for i in x:",
    "for i, j in range(n):\n    pass": "for i, j in range(n):",
    "for i in zip(n):\n    pass": "for i in zip(n):",
    "for i in unroll(n):\n    pass": "for i in unroll(n):",
    "for i in range(0.5):\n    pass": "for i in range(0.5):",
    "for i in range(n, m, 0):\n    pass": "for i in range(n, m, 0):",
    "for i in range():\n    pass": "for i in range():",
    "for i in range(n):\n    i += 1": "i",
    "for i in range(n):\n    for i in range(m):\n        pass": "for i in range(m):",
    "for i in range(n):\n    COUNT = 5": "for i in range(n):",
    "for i in range(n):\n    out[i] = x[i]\n    x = out": "for i in range(n):",
    "if n:\n    COUNT = 5\nout[COUNT] = 1": "if n:",
    "return 1\nout[0] = 1": "return 1",
    "if n:\n    return 1": "return 1",
    "return": "return",
    "a = b = n": "a = b = n",
    "a, b = n, m": "(n, m)",
    "a: int = n": "a: int = n",
    "n.real = 1": "n.real",
    "del n": "del n",
    "global n": "global n",
    "assert n": "assert n",
    "import os": "import os",
    "raise n": "raise n",
    "with n:\n    pass": "with n:",
    "try:\n    pass\nexcept:\n    pass": "try:",
    "def f():\n    pass": "def f():",
    "out[0] = n ** 2": "n ** 2",
    "out[0] = COUNT ** 2": "out[0] = COUNT ** 2",
    "out[0] = n | 2": "n | 2",
    "out[0] = x[0] // 2": "x[0] // 2",
    "out[0] = x[0] % 2": "x[0] % 2",
    "out[0] = ~n": "~n",
    "out[0] = +n": "+n",
    "out[0] = n // 0": "out[0] = n // 0",
    "out[0] = 1 // 0": "out[0] = 1 // 0",
    "out[0] = (n > 0) + (m > 0)": "out[0] = (n > 0) + (m > 0)",
    "out[0] = 0 < n < m": "0 < n < m",
    "out[0] = n is m": "out[0] = n is m",
    "out[0] = n in m": "out[0] = n in m",
    "out[0] = 'text'": "'text'",
    "out[0] = None": "None",
    "out[0] = 1j": "1j",
    "out[0] = lambda: 1": "lambda: 1",
    "out[0] = [1]": "[1]",
    "out[0] = {1}": "{1}",
    "out[0] = {1: 2}": "{1: 2}",
    "out[0] = [i for i in range(3)]": "[i for i in range(3)]",
    "out[0] = n.real": "n.real",
    "out[0] = f'{n}'": "f'{n}'",
    "out[0] = (a := n)": "(a := n)",
    "out[0] = max(n, m)": "max(n, m)",
    "out[0] = np.exp(n)": "np.exp(n)",
    "out[0] = x": "out[0] = x",
    "out[0] = x + x": "out[0] = x + x",
    "out[0] = n[0]": "out[0] = n[0]",
    "out[0.5] = 1": "out[0.5] = 1",
    "out[x[0]] = 1": "out[x[0]] = 1",
    "out[0, 1] = 1": "out[0, 1] = 1",
    "out[0] = x[1:2]": "1:2",
    "out[0] = load(x, 0)": "out[0] = load(x, 0)",
    "out[0] = load(n, 0, 4)": "out[0] = load(n, 0, 4)",
    "out[0] = load(x, 0, 4)": "out[0] = load(x, 0, 4)",
    "out[0] = load(x, 0, n)": "out[0] = load(x, 0, n)",
    "store(out, 0, n)": "store(out, 0, n)",
    "out[0] = smaller(n, 0.5)": "out[0] = smaller(n, 0.5)",
    "out[0] = both(n, m)": "out[0] = both(n, m)",
    "out[0] = libm_exp(load(x, 0, 4))": "out[0] = libm_exp(load(x, 0, 4))",
    "if load(x, 0, 4) == load(x, 4, 4):\n    pass": "if load(x, 0, 4) == load(x, 4, 4):",
    "sums = registers(x, 4, 2)\nout[0] = total(sums[2])": "out[0] = total(sums[2])",
    "sums = registers(x, 4, 2)\nout[0] = total(sums[n])": "out[0] = total(sums[n])",
    "a = n\na = 0.5": "a = 0.5",
    "a = n\na = x[0]": "a = x[0]",
    "out[0] = half()": "out[0] = half()",
    "out[0] = half(n, m)": "out[0] = half(n, m)",
    "out[0] = half(n, y=m)": "out[0] = half(n, y=m)",
    "out[0] = half(z=n)": "out[0] = half(z=n)",
    "out[0] = endless(n)": "endless(n)",
    "out[0] = 99999999999999999999 + n": "out[0] = 99999999999999999999 + n",
    "out[0] = nothing(n)": "out[0] = nothing(n)",
}
FOR_REFUSALS = """
def half(y):
    return y / 2

def endless(y):
    return endless(y)

def nothing(y):
    pass
"""


@pytest.mark.parametrize("body", REFUSED)
def test_what_kernels_do_not_have_is_refused_with_the_text(body):
    with pytest.raises(NotAKernelError) as caught:
        translate(body, FOR_REFUSALS)
    message = str(caught.value)
    assert "\n" not in message
    if body != "out[0] = endless(n)":
        assert message.startswith(f"kernel: kernels have no `{REFUSED[body]}`")


UNSET = {
    "out[0] = y": "y",
    "y += 1": "y",
    "if n:\n    y = 1\nout[0] = y": "y",
    "if n:\n    pass\nelse:\n    y = 1\nout[0] = y": "y",
    "if n:\n    if m:\n        y = 1\nelse:\n    y = 2\nout[0] = y": "y",
    "if n:\n    y = 1\nelse:\n    out[0] = y": "y",
    "for i in range(n):\n    y = i\nout[0] = y": "y",
    "for i in range(n):\n    out[i] = y\n    y = i": "y",
    "for i in range(n):\n    pass\nout[0] = i": "i",
    "for i in unroll(3):\n    pass\nout[0] = i": "i",
    "if n:\n    y = out\nelse:\n    y = x\ny[0] = 1": "y",
    "if n:\n    y = registers(x, 4)\nelse:\n    y = registers(x, 4)\nout[0] = total(y[()])": "y",
}


@pytest.mark.parametrize("body", UNSET)
def test_a_name_that_may_not_be_set_is_refused(body):
    with pytest.raises(NotAKernelError, match=f"^kernel: {UNSET[body]} is used before it is set$"):
        translate(body)


@pytest.mark.parametrize("body", ["if n:\n    y = 1\nelse:\n    y = 2\nout[0] = y", "pass"])
def test_the_refusals_are_not_of_everything(body):
    assert translate(body).startswith("define void @kernel(")


@pytest.mark.parametrize("constants", [{"OTHER": 1}, {"COUNT": None}, {"COUNT": "3"}])
def test_constants_are_those_of_the_kernel_and_numbers(constants):
    with pytest.raises(NotAKernelError, match="kernel: takes COUNT, each a number"):
        translate("pass", **constants)


def test_a_parameter_of_an_unknown_kind_is_refused():
    source = read("def kernel(out: Floats, x: list): pass")
    with pytest.raises(NotAKernelError, match=r"kernel: kernels have no `x: list` \(parameters "):
        parameters(source.functions["kernel"], np.dtype(float))


@needs_llvm
@pytest.mark.parametrize("dtype", [np.int64, np.float16, np.longdouble, complex, object])
def test_kernels_of_other_numbers_cannot_be_compiled(dtype):
    with pytest.raises(CompilingError, match="kernels are compiled for float32 and float64"):
        Library(written("pass")).compiled("kernel", dtype, COUNT=1)


@needs_llvm
@pytest.mark.parametrize("name", ["kernel", "missing"])
def test_a_kernel_that_cannot_be_compiled_is_one_error(name):
    with pytest.raises(CompilingError, match=f"^{name}: "):
        Library(written("del n")).compiled(name, float, COUNT=1)


@needs_llvm
def test_what_llvm_would_find_wrong_is_an_error_and_no_crash():
    code = """
import numpy as np
from autograd.ops.kernels.llvm.library import CompilingError, Library, object_code
from autograd.ops.kernels.llvm.machine import machine

for text in ("nonsense", "define void @f() { ret i64 0 }", "define void @f() { }",
             "define i64 @f(i1 %a) { br i1 %a, label %b, label %c\\nb:\\n %x = add i64 1, 1\\n"
             " br label %c\\nc:\\n ret i64 %x }"):
    try:
        object_code(machine(), text)
    except RuntimeError:
        print("refused")
try:
    Library("def f(x: Floats):\\n x[0] = g(x)\\ndef g(x):\\n return g2(x)\\n").compiled("f", float)
except CompilingError:
    print("refused")
good = Library("def f(x: Floats):\\n x[0] = libm_exp(x[0])").compiled("f", float)
print("alive")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused"] * 5 + ["alive"]
