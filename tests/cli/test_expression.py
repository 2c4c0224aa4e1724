"""The little language: it computes what Python computes, and refuses everything else."""

import ast
import math
import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.cli.expression import FUNCTIONS, evaluate, names
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


def test_every_function_has_a_reference():
    assert {*OF_ONE, *OF_A_PART, *OF_A_VECTOR, *OF_TWO} == set(FUNCTIONS)


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
    ast.Attribute: ["x.real", "x.__class__", "exp.forward", "().__class__"],
    ast.Await: ["await x"],
    ast.BoolOp: ["x and x", "x or 1"],
    ast.Compare: ["x < 1", "x == x", "x is x", "x in x"],
    ast.Dict: ["{}", "{1: x}"],
    ast.DictComp: ["{a: a for a in x}"],
    ast.GeneratorExp: ["(a for a in x)", "sum(a for a in x)"],
    ast.IfExp: ["x if x else x"],
    ast.JoinedStr: ["f'{x}'", "f''"],
    ast.Lambda: ["lambda: x", "(lambda: x)()"],
    ast.List: ["[x]", "[]"],
    ast.ListComp: ["[a for a in x]"],
    ast.NamedExpr: ["(x := 1)", "exp(x := 1)"],
    ast.Set: ["{x}"],
    ast.SetComp: ["{a for a in x}"],
    ast.Starred: ["sum(*x)", "*x,"],
    ast.Subscript: ["x[0]", "x[:]", "x['a']"],
    ast.Tuple: ["()", "x, x", "(x,)"],
    ast.Yield: ["(yield)", "(yield x)"],
    ast.YieldFrom: ["(yield from x)"],
    ast.Constant: ["'a'", "b'a'", "1j", "2 + 3j", "True", "x * False", "True / x", "None", "..."],
    ast.BinOp: ["x // 2", "x % 2", "x ^ 2", "x | x", "x & x", "x << 1", "x >> 1"],
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
        "sum(x, axis=0)",
        "exp(**x)",
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
@pytest.mark.parametrize("form", ["{}", "1 + ({})", "exp({})"])
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
    *["True", "None", "1j", "#", "\\", "\n", "\0", "\ud800", *(f"{name}(" for name in FUNCTIONS)],
]


@given(st.lists(st.sampled_from(TOKENS), max_size=12))
def test_any_tokens_are_computed_or_refused(tokens):
    variables = {"x": ag.tensor(2.0, requires_grad=True), "v": np.array([1.0, -1.0])}
    with suppress(ag.ExpressionError):
        evaluate(" ".join(tokens), variables)
