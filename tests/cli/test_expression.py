"""The little language: it computes what Python computes, and refuses everything else."""

import ast
import math
import re
import tracemalloc
from contextlib import suppress
from itertools import takewhile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.cli.expression import evaluate, names
from autograd.cli.vocabulary import FUNCTIONS, METHODS
from tests import calls
from tests.fuzz.expressions import UNARY

VARIABLES = {"x": 0.75, "y": -2.5, "w0": 3.0, "sum": 2.0}

numbers = st.one_of(
    st.integers(0, 9).map(str),
    st.integers(0, 9999).map(lambda n: str(n / 1000)),
)
arithmetic = st.recursive(
    st.one_of(numbers, st.sampled_from(sorted(VARIABLES))),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", " * ", "/ "]), inner).map("".join),
        inner.map("-{}".format),
        inner.map("( {})".format),
    ),
    max_leaves=8,
)


@given(arithmetic)
def test_arithmetic_is_that_of_python(text):
    try:
        expected = eval(text, {}, dict(VARIABLES))
    except ZeroDivisionError:
        with pytest.raises(ag.ExpressionError):
            evaluate(text, VARIABLES)
    else:
        assert evaluate(text, VARIABLES) == expected


@given(arithmetic)
def test_tensors_have_the_values_of_numbers(text):
    leaves = {name: ag.tensor(v, requires_grad=True) for name, v in VARIABLES.items()}
    try:
        expected = eval(text, {}, dict(VARIABLES))
    except ZeroDivisionError:
        with pytest.raises(ag.ExpressionError):
            evaluate(text, leaves)
    else:
        value = evaluate(text, leaves)
        assert (value.item() if isinstance(value, ag.Tensor) else value) == expected


@given(arithmetic)
def test_names_are_the_variables_in_order(text):
    assert names(text) == list(dict.fromkeys(re.findall(r"[a-z]\w*", text)))


def test_a_function_is_not_a_variable():
    assert names("exp(x) + log(exp) + e") == ["x", "exp", "e"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2**2", -4),
        ("2**3**2", 512),
        ("2**-1", 0.5),
        ("1 - 2 - 3", -4),
        ("8 / 4 / 2", 1),
        ("1 / 2 * 3", 1.5),
        ("1 / 2 / 4", 0.125),
        ("+-+3", -3),
        ("1_000 + 0x10", 1016),
        ("  7\t", 7),
        ("pi", math.pi),
        ("e", math.e),
    ],
)
def test_precedence_and_literals_are_those_of_python(text, expected):
    assert evaluate(text, {}) == expected


def test_a_variable_may_have_the_name_of_a_constant():
    assert evaluate("e * pi", {"e": 2.0, "pi": 3.0}) == 6.0


OF_ONE = UNARY | {
    "absolute": abs,
    "log_sigmoid": lambda x: -math.log1p(math.exp(-x)),
    "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "silu": lambda x: x / (1 + math.exp(-x)),
    "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
    "ceil": math.ceil,
    "deg2rad": math.radians,
    "floor": math.floor,
    "rad2deg": math.degrees,
    "rint": round,
    "sinc": lambda x: math.sin(math.pi * x) / (math.pi * x),
    "trunc": math.trunc,
}
OF_A_PART = {
    "arccos": (math.acos, 0.3),
    "arccosh": (math.acosh, 1.3),
    "arcsin": (math.asin, -0.3),
    "arctanh": (math.atanh, 0.3),
}
OF_A_VECTOR = {
    "cumsum": np.cumsum,
    "log_softmax": lambda v: v - np.log(np.exp(v).sum()),
    "logsumexp": lambda v: np.log(np.exp(v).sum()),
    "max": np.max,
    "mean": np.mean,
    "min": np.min,
    "norm": lambda v: np.sqrt((v * v).sum()),
    "prod": np.prod,
    "softmax": lambda v: np.exp(v) / np.exp(v).sum(),
    "std": np.std,
    "sum": np.sum,
    "var": np.var,
}
OF_TWO = {
    "arctan2": np.arctan2,
    "hypot": np.hypot,
    "logaddexp": np.logaddexp,
    "dot": np.dot,
    "heaviside": np.heaviside,
    "matmul": np.matmul,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "outer": np.outer,
}


# Public, and not in the language: functions of functions, and settings of the engine.
NOT_COMPUTED = calls.OTHERS - {"tensor"}


def test_the_language_has_every_public_function_that_computes():
    ours = {name: getattr(ag, name) for name in ag.__all__}
    ours = {n: f for n, f in ours.items() if callable(f) and not isinstance(f, type)}
    ours |= {f"linalg.{name}": getattr(ag.linalg, name) for name in ag.linalg.__all__}
    other_names = {"array": ag.tensor, "norm": ag.linalg.norm}
    expected = {n: f for n, f in ours.items() if n not in NOT_COMPUTED} | other_names
    assert {n: FUNCTIONS[n] for n in FUNCTIONS} == expected


def written(call):
    """Return a call as a text, and the values of the variables in it."""
    variables = {}

    def word(x):
        if isinstance(x, (ag.Tensor, np.ndarray)):
            variables[f"v{len(variables)}"] = x
            return f"v{len(variables) - 1}"
        return f"[{', '.join(map(word, x))}]" if isinstance(x, list) else repr(x)

    count = sum(1 for _ in takewhile(is_data, call.args)) if call.names else len(call.args)
    count = 1 if call.name in ("max", "min") else count  # max(x, 0) could also mean maximum
    options = dict(zip(call.names, call.args, strict=False)) | call.kwargs
    options = {k: options[k] for k in call.names[count:] if k not in ("name", "requires_grad")}
    words = [*map(word, call.args[:count]), *(f"{k}={word(v)}" for k, v in options.items())]
    return f"{call.name}({', '.join(words)})", variables


def is_data(x):
    return isinstance(x, (ag.Tensor, np.ndarray, list, int, float)) and not isinstance(x, bool)


@pytest.mark.parametrize("name", sorted(set(calls.functions()) - {"arccosh"}))
def test_a_function_with_all_of_its_options_is_that_of_the_engine(name):
    text, variables = written(calls.right_call(name, calls.functions()[name]))
    found, expected = evaluate(text, variables), calls.right_call(name, calls.functions()[name])()
    leaves = (found, expected) if isinstance(expected, (tuple, list)) else ([found], [expected])
    for ours, theirs in zip(*leaves, strict=True):
        np.testing.assert_allclose(ag.detach(ours), ag.detach(theirs), rtol=1e-12)


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_is_that_of_a_tensor(name):
    x = ag.tensor([[0.25, 0.5], [0.75, 0.125]], requires_grad=True)
    given = {"clip": "0.3, 0.6", "dot": "x", "pow": "2", "repeat": "2", "reshape": "4, 1"}
    given |= {"swapaxes": "0, 1", "take": "[0, 3]", "transpose": "1, 0", "astype": "'float32'"}
    args = given.get(name, "")
    expected = eval(f"x.{name}({args})", {}, {"x": x})
    found = evaluate(f"x.{name}({args})", {"x": x})
    np.testing.assert_array_equal(found.data, expected.data)


@pytest.mark.parametrize("name", sorted(OF_ONE))
@given(x=st.integers(1, 500).map(lambda n: n / 100))
def test_a_function_of_a_number_is_that_of_math(name, x):
    sign = "-" if name in {"relu", "elu", "leaky_relu", "sign", "sigmoid", "softplus"} else ""
    for text, value in ((f"{name}(x)", x), (f"{name}({sign}x)", float(f"{sign}{x}"))):
        assert evaluate(text, {"x": x}) == pytest.approx(OF_ONE[name](value), rel=1e-12)


@pytest.mark.parametrize("name", OF_A_PART)
def test_a_function_of_some_numbers_is_that_of_math_and_refuses_others(name):
    function, x = OF_A_PART[name]
    assert evaluate(f"{name}(x)", {"x": x}) == pytest.approx(function(x), rel=1e-12)
    with pytest.raises(ag.ExpressionError, match="there is no real value, at -2"):
        evaluate(f"{name}(-2)", {})


@pytest.mark.parametrize("name", sorted(OF_A_VECTOR))
def test_a_function_of_a_vector_is_that_of_numpy(name):
    v = np.array([1.0, 2.0, 3.5])
    np.testing.assert_allclose(evaluate(f"{name}(v)", {"v": v}), OF_A_VECTOR[name](v), rtol=1e-12)


@pytest.mark.parametrize("name", sorted(OF_A_VECTOR))
def test_a_function_of_a_vector_takes_a_number_or_refuses_it(name):
    try:
        value = evaluate(f"{name}(3)", {})
    except ag.ExpressionError:
        return
    assert value == pytest.approx(OF_A_VECTOR[name](np.array(3.0)))


@pytest.mark.parametrize("name", sorted(OF_TWO))
def test_a_function_of_two_is_that_of_numpy(name):
    v, w = np.array([1.0, -2.0, 0.0]), np.array([3.0, -4.0, 5.0])
    np.testing.assert_array_equal(evaluate(f"{name}(v, w)", {"v": v, "w": w}), OF_TWO[name](v, w))


def test_at_is_the_matrix_product():
    w, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])
    assert evaluate("w @ x", {"w": w, "x": x}).tolist() == [-1.0, -1.0]


@given(x=st.integers(1, 300).map(lambda n: n / 100), y=st.integers(-9, 9))
def test_a_power_is_that_of_math(x, y):
    assert evaluate("x**y", {"x": x, "y": float(y)}) == pytest.approx(math.pow(x, y), rel=1e-12)


# One text or more for every kind of expression that Python has and this language has not.
REFUSED = {
    ast.Attribute: [
        *("x.real", "x.__class__", "exp.forward", "().__class__", "np.linalg", "np.exp", "ag"),
        *("x.T.data", "np.__builtins__", "x.sum", "x.__class__.__mro__", "x.T.__init__"),
    ],
    ast.Await: ["await x"],
    ast.BoolOp: ["x and x", "x or 1"],
    ast.Compare: ["x is x", "x in x", "1 < x in x", "x is not x"],
    ast.Dict: ["{}", "{1: x}"],
    ast.DictComp: ["{a: a for a in x}"],
    ast.GeneratorExp: ["(a for a in x)", "sum(a for a in x)"],
    ast.IfExp: ["x if x else x"],
    ast.JoinedStr: ["f'{x}'", "f''"],
    ast.Lambda: ["lambda: x", "(lambda: x)()"],
    ast.List: ["['a']", "[lambda: x]", "[*x]"],
    ast.ListComp: ["[a for a in x]"],
    ast.NamedExpr: ["(x := 1)", "exp(x := 1)"],
    ast.Set: ["{x}"],
    ast.SetComp: ["{a for a in x}"],
    ast.Starred: ["sum(*x)", "*x,"],
    ast.Subscript: ["x[0]", "x[:]", "x['a']", "x[lambda: 0]", "FUNCTIONS['exp']"],
    ast.Tuple: ["('a',)", "x, open", "(x, *x)"],
    ast.Yield: ["(yield)", "(yield x)"],
    ast.YieldFrom: ["(yield from x)"],
    ast.Constant: ["'a'", "b'a'", "1j", "2 + 3j", "True", "x * False", "True / x", "None", "..."],
    ast.BinOp: ["x ^ 2", "x | x", "x & x", "x << 1", "x >> 1"],
    ast.UnaryOp: ["not x", "~x"],
    ast.Name: ["unknown", "__builtins__", "exp", "open"],
    ast.Call: [
        "__import__('os')",
        "eval('1')",
        "open('a')",
        "getattr(x, 'real')",
        "print(x)",
        "x(1)",
        "pi()",
        "exp(x)(x)",
        "sum(x, axe=0)",
        "sum(x, axis=print)",
        "sum(x, axis='a')",
        "exp(**x)",
        "np.load('a')",
        "np.random.normal(x)",
        "ag.draw(x)",
        "x.backward()",
        "x.sum.__globals__['x']",
        "x.numpy()",
        "zeros(2, requires_grad=True)",
        "exp()",
        "exp(x, x, x, x)",
    ],
}
INSIDE_OTHERS = {"FormattedValue", "Interpolation", "Slice", "TemplateStr"}


def test_every_kind_of_python_expression_has_a_refused_example():
    assert {kind.__name__ for kind in ast.expr.__subclasses__()} - INSIDE_OTHERS == {
        kind.__name__ for kind in REFUSED
    }


@pytest.mark.parametrize("text", [text for texts in REFUSED.values() for text in texts])
@pytest.mark.parametrize("form", ["{}", "1 + ({})", "exp({})", "y = {}; x", "sum([x, {}])"])
def test_what_is_not_in_the_language_is_refused(text, form):
    with pytest.raises(ag.ExpressionError):
        evaluate(form.format(text), {"x": 1.5})


def test_a_refused_call_is_not_made(tmp_path):
    file = tmp_path / "made"
    with pytest.raises(ag.ExpressionError):
        evaluate(f"open({str(file)!r}, 'w')", {})
    assert not file.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 / x", "division by zero"),
        ("2 / x", "division by zero"),
        ("x ** -1", "division by zero"),
        ("log(x)", "log"),
        ("x / x", "no real value"),
        ("log(x - 1)", "no real value"),
        ("sqrt(x - 1)", "no real value"),
        ("(x - 8) ** 0.5", "no real value"),
        ("exp(1000 + x)", "too large"),
        ("9**9**9**9", "too large"),
        ("1" + "0" * 400, "too large"),
        ("1e999", "too large"),
        ("x + 1e999", "too large"),
    ],
)
@pytest.mark.parametrize(
    "zero", [0.0, ag.tensor(0.0, requires_grad=True)], ids=["number", "tensor"]
)
def test_a_value_that_does_not_exist_is_refused(text, reason, zero):
    with pytest.raises(ag.ExpressionError, match=reason):
        evaluate(text, {"x": zero})


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x +",
        "(",
        ")",
        "x y",
        "2x",
        "x;x",
        "x = 1",
        "x += 1",
        "a: int = x",
        "a = b = x",
        "a, b = x",
        "a[0] = x",
        "a.b = x",
        "a, *b = x",
        "() = x",
        "del x",
        "if x: y",
        "for a in x: a",
        "while x: x",
        "def f(): pass",
        "class A: pass",
        "return x",
        "import os; x",
        "from os import path",
        "global x",
        "assert x",
        "raise x",
        "try:\n x\nfinally:\n x",
        "with x: x",
        "match x:\n case 1: x",
        "async def f(): x",
        "pass",
        "type A = x",
        "a = x; pass",
        "\0",
        "x\0",
        "\ud800",
        "import os",
        "x\ny",
    ],
)
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(ag.ExpressionError):
        evaluate(text, {"x": 1.0, "y": 1.0})


def said(text, **variables):
    """Return the one line that refuses a text."""
    with pytest.raises(ag.ExpressionError) as caught:
        evaluate(text, variables)
    line = str(caught.value)
    assert line.isprintable()
    assert len(line) < 500
    return line


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("x.__class__", "x.T, x.mT, x.shape and methods such as x.sum() are understood"),
        ("x.sum", "call it, as in x.sum()"),
        ("x.summ()", "did you mean sum()?"),
        ("1 + x" + "[None]" * 50, "up to 32 dimensions"),
        ("x.softmax()", "write softmax(x) for x.softmax()"),
        ("np.exp", "call it, as in np.exp(x)"),
        ("np.expp(x)", "did you mean exp(...)?"),
        ("inv(x)", "did you mean linalg.inv(...)?"),
        ("f'{x}'", "a text is only an option"),
        ("x + 'a'", "a text is only an option"),
        ("lambda: x", "write what it computes instead"),
        ("[a for a in x]", "write the elements one by one"),
        ("(y := x)", "write an assignment of its own, as in y = x * x; y + 1"),
        ("x if x else 1", "write where(x > 0, a, b)"),
        ("x and x", "write (x > 0) & (x < 1)"),
        ("not x", "~(x > 0)"),
        ("x is x", "compare with < <="),
        ("x ^ 2", "write ** for a power"),
        ("import os", "np. and ag. may stand before a function"),
        ("x += 1", "write x = x + y, with a new name"),
        ("x = 2", "leave out x=..., or give the result another name"),
        ("x * x; x", "write NAME = before it"),
        ("a, b, c = [x, x]", "does not have 3 parts"),
        ("exp(x) + True", "only an option is True"),
        ("max(x, 2)", "write maximum(x, y), and along an axis max(x, axis=0)"),
        ("zeros(2, requires_grad=True)", "leave it out"),
        ("astype(x, 'object')", "write one of bool, float16, float32"),
        ("sum(x, axis='a')", "give it numbers"),
    ],
)
def test_a_refusal_says_what_to_write_instead(text, remedy):
    assert remedy in said(text, x=1.5)


TOO_LARGE = [
    *("zeros((10**9,))", "zeros(10**9)", "zeros((1000, 1000, 1000))", "ones((1000, 1001))"),
    *("eye(100000)", "identity(2000)", "arange(10**9)", "arange(0, 1, 1e-9)", "full(10**9, 1)"),
    *("linspace(0, 1, 10**9)", "linspace(0, 1, num=10**9)", "one_hot([0], 10**9)"),
    *("repeat(v, 10**9)", "v.repeat(10**9)", "repeat(v, [10**8, 1, 1])", "tile(v, 10**9)"),
    *("tile(v, (1000, 1000))", "pad(v, 10**9)", "pad(v, ((10**8, 0),))", "vander(v, 10**9)"),
    *("broadcast_to(v, (1000, 1000, 3))", "broadcast_to(v, (10**9, 3))", "diag(v, 10**6)"),
    *("diag(tile(v, 999))", "outer(tile(v, 999), tile(v, 999)) @ zeros((1000, 999))"),
    *("outer(outer(tile(v, 199), tile(v, 199)), v)", "kron(tile(v, 999), tile(v, 999))"),
    *("diff(v, n=10**9)", "linalg.matrix_power(eye(2), 10**9)", "scatter_add(v, 0, (10**9, 3))"),
    *("max_unpool(v[None, None], v[None, None], (10**9,))", "v[zeros((1000, 999), dtype='int64')]"),
    *("einsum('i,j,k->ijk', tile(v, 99), tile(v, 99), tile(v, 99))", "round(v, 10**9)"),
    *("unfold(ones((1, 1, 500, 500)), 400)", "conv(v[None, None], v[None, None], padding=10**9)"),
    *("conv_transpose(v[None, None], v[None, None], stride=10**9)", "rot90(eye(2), 10**12)"),
    *("array_split(v, 10**9)", "linalg.svd(zeros((1000, 900)), full_matrices=False)"),
    *("tile(v, 999)[:, None] * tile(v, 999)", "meshgrid(tile(v, 999), tile(v, 999))"),
    *("a = zeros((700, 700)); b = a + 1; b * b", "zeros(2)**10**9 + 10**400", "v**10**9**9"),
    "; ".join(f"a{i} = zeros((400, 400))" for i in range(20)),
]


@pytest.mark.parametrize("text", TOO_LARGE)
def test_what_is_too_large_is_refused_before_memory_is_taken(text):
    tracemalloc.start()
    try:
        assert re.search("too large|largest number|numbers in all", said(text, v=V))
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()


V = np.array([2.0, 1.0, 3.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("softmax(z)[2]", np.exp(3) / np.exp([1, 2, 3]).sum()),
        ("x[:, 0]", [1, 4]),
        ("x[1]", [4, 5, 6]),
        ("x[-1, ::2]", [4, 6]),
        ("x[None].shape[0] * x[..., 1]", [2, 5]),
        ("x[0][np.newaxis, :]", [[1, 2, 3]]),
        ("x[x > 4]", [5, 6]),
        ("x[[1, 0], [0, 2]]", [4, 3]),
        ("x[1 + 0, 2*1 - 1]", 5),
        ("x.T", [[1, 4], [2, 5], [3, 6]]),
        ("x.mT[0]", [1, 4]),
        ("x.T.T.sum()", 21),
        ("x.size / x.ndim", 3),
        ("z.max(axis=0)", 3),
        ("sum(x, axis=0)", [5, 7, 9]),
        ("x.sum(axis=(0, 1), keepdims=True)", [[21]]),
        ("sum(x, axis=-1)", [6, 15]),
        ("mean(x, axis=None)", 3.5),
        ("np.exp(z)", np.exp([1, 2, 3])),
        ("numpy.linalg.norm(z)", np.sqrt(14)),
        ("ag.where(z > 1, z, -z)", [-1, 2, 3]),
        ("linalg.det(x @ x.T)", 54),
        ("np.pi", np.pi),
        ("1 < z <= 3", [False, True, True]),
        ("(z > 1) & (z < 3) | ~(z >= 1)", [False, True, False]),
        ("(z == 2) != (z != 2)", [True, True, True]),
        ("where([True, False, True], z, 0)", [1, 0, 3]),
        ("z // 2 + z % 2", [1, 1, 2]),
        ("conv(x[None, None], [[[[1, 0], [0, 1]]]], stride=1)", [[[[6, 8]]]]),
        ("einsum('ij,j->i', x, z)", [14, 32]),
        ("reshape(x, (3, 2))", [[1, 2], [3, 4], [5, 6]]),
        ("x.reshape(3, -1)[2]", [5, 6]),
        ("concatenate([z, [4, 5]])", [1, 2, 3, 4, 5]),
        ("stack([z, 2*z], axis=1)[0]", [1, 2]),
        ("split(z, 3)[1]", [2]),
        ("[1, 2, 3] * z", [1, 4, 9]),
        ("[4, 2] / [2, 4]", [2, 0.5]),
        ("array([[1, 2]]) @ x", [[9, 12, 15]]),
        ("zeros(2, dtype='float32') + ones(2, dtype=np.float32)", [1, 1]),
        ("f = 2*z + 1", [3, 5, 7]),
        ("a = x @ z; h = a - 14\nsum(h)", 18),
        ("a, b = x\nb - a", [3, 3, 3]),
        ("[a, b] = split(x, 2)\na * b", [[4, 10, 18]]),
        ("n = 2\nx[:, n]  # a comment", [3, 6]),
        ("t = [1, 0, 0]\n\n    \nsum((z - t)**2)", 13),
        ("    a = z\n    a + a\n", [2, 4, 6]),
        ("a = z; a = 2*a; a[0]", 2),
        ("e = 3; e + 0", 3),
        ("axes = (0, 1); sum(x, axis=axes)", 21),
    ],
)
def test_a_text_computes_what_numpy_does(text, expected):
    x = ag.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True, name="x")
    z = ag.tensor([1.0, 2.0, 3.0], requires_grad=True, name="z")
    found = evaluate(text, {"x": x, "z": z})
    np.testing.assert_allclose(ag.detach(found), expected, rtol=1e-12)


def test_an_assignment_names_its_tensor():
    x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    loss = evaluate("t = [0, 1]\nh = tanh(x)\ng = h\nL = sum((g - t)**2)", {"x": x})
    assert [n.name for n in ag.graph(loss) if n.name] == ["x", "h", "t", "L"]


def test_a_list_in_the_text_is_a_constant():
    x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    nodes = {n.name: n for n in ag.graph(evaluate("t = [0, 1]; sum(x * t)", {"x": x}))}
    assert (nodes["t"].requires_grad, nodes["x"].requires_grad) == (False, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = w * x; h = tanh(a + b); sum(h)", ["w", "x", "b"]),
        ("np.exp(x) + ag.linalg.norm(y) + linalg.det(z)", ["x", "y", "z"]),
        ("a = b\nb = a\nb + c", ["b", "c"]),
        ("np.pi * x.T + exp", ["x", "exp"]),
        ("x.sum(axis=n)[k]", ["x", "n", "k"]),
    ],
)
def test_names_are_what_the_text_does_not_compute_itself(text, expected):
    assert names(text) == expected


def test_an_operation_quotes_its_statement():
    x = ag.tensor(2.0, requires_grad=True, name="x")
    graph = ag.graph(evaluate("a = x * x; b = exp(a)\nc = b[None][0] + a", {"x": x}))
    quoted = {n.gate: n.place.text[n.place.start : n.place.end] for n in graph if n.primitive}
    assert (quoted["*"], quoted["exp"], quoted["+"]) == ("x * x", "exp(a)", "b[None][0] + a")


def test_a_huge_hexadecimal_number_in_a_refused_text_is_refused():
    with pytest.raises(ag.ExpressionError):
        evaluate("[0x" + "f" * 4000 + "]", {})


def test_ten_thousand_characters_are_read_and_one_more_is_not():
    assert evaluate("1" + " " * 9_997 + "+1", {}) == 2
    with pytest.raises(ag.ExpressionError, match="10001 characters"):
        evaluate("1" * 10_001, {})


def test_a_name_is_normalized_as_python_does():
    assert names("\N{MICRO SIGN}") == ["\N{GREEK SMALL LETTER MU}"]
    assert evaluate("\N{MICRO SIGN}", {"\N{GREEK SMALL LETTER MU}": 3.0}) == 3.0


@given(st.text())
def test_any_text_is_computed_or_refused(text):
    with suppress(ag.ExpressionError):
        evaluate(text, {"x": 1.0})


TOKENS = [
    *["x", "v", "1", "0", "-2", "0.5", "+", "-", "*", "/", "**", "@", "(", ")", ",", "[", "]"],
    *[":=", "lambda:", "for", "in", "if", "else", "not", "'", "f'", "{", "}", ".", "=", "1e999"],
    *["x.T", "x.", "x[", ":", ";", "y =", "y", "np.", "ag.", "axis=0", "'a'", "==", "<", "&"],
    *["True", "None", "1j", "#", "\\", "\n", "\0", "\ud800", *(f"{name}(" for name in FUNCTIONS)],
]


@given(st.lists(st.sampled_from(TOKENS), max_size=12))
def test_any_tokens_are_computed_or_refused(tokens):
    variables = {"x": ag.tensor(2.0, requires_grad=True), "v": np.array([1.0, -1.0])}
    with suppress(ag.ExpressionError):
        evaluate(" ".join(tokens), variables)
