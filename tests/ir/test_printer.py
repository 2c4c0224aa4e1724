"""The printer: texts of rules are short, and are what the rules compute."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import ops
from autograd.core.apply import apply
from autograd.core.vjp import fit
from autograd.ir.printer import expression, rule_text
from autograd.ir.printer.expressions import input_names
from autograd.ops.kernels.conv_reference import geometry
from autograd.testing.input_specs import calls
from tests.ir.printed_language import by_name, evaluated

R = np.random.default_rng(0)
LONGEST = {  # characters; beside these, a rule fits into a line of 100
    "singular_vectors": 330,
    "pseudo_inverse": 125,
    "orthonormal_columns": 110,
    "gelu_tanh": 125,
    # In three dimensions, with all options given.
    "conv": 170,
    "conv_kernel": 170,
    "conv_transpose": 170,
    "spread": 130,
    "max_pool": 130,
    "sum_pool": 130,
    "unfold": 130,
    "fold": 130,
}


def normal(*shape):
    return R.normal(size=shape)


def rule_of(primitive, position, args, params, ct, out):
    """Run a rule on arrays, as the engine does."""
    rules = primitive.vjps
    if isinstance(rules, tuple):
        found = rules[position](ct, out, *args, **params)
    else:
        needed = tuple(i == position for i in range(len(args)))
        found = rules(ct, out, *args, needed=needed, **params)[position]
    return fit(found, np.asarray(args[position]), primitive, position)


def without_rule(primitive, position):
    if primitive.name in ("gather", "scatter"):
        return position > 0
    return isinstance(primitive.vjps, tuple) and primitive.vjps[position] is None


def same(text, names, expected):
    got = np.asarray(evaluated(text, names, np.shape(expected)))
    scale = np.max(np.abs(expected), initial=1)
    assert got.shape in (np.shape(expected), ()), text
    np.testing.assert_allclose(got / scale, expected / scale, rtol=0, atol=1e-11, err_msg=text)


DRAWN = [p for p in ag.primitives() if p.name != "cofactors"]


@pytest.mark.parametrize("primitive", DRAWN, ids=str)
@settings(max_examples=6)
@given(data=st.data())
def test_the_text_of_each_rule_is_what_the_rule_computes(primitive, data):
    call = data.draw(calls(primitive))
    args, params = call.args, call.params
    out = np.asarray(primitive.forward(*args, **params))[()]
    ct = normal(*np.shape(out))[()] if np.shape(out) else np.float64(0.7)
    for i in range(len(args)):
        text = rule_text(primitive, i, args, params)
        if without_rule(primitive, i):
            assert text == "0"
            continue
        assert len(text) <= LONGEST.get(primitive.name, 100) or "[[" in text
        # An index of many numbers is not written out.
        if "constant(" in text:
            continue
        given = dict(zip(input_names(primitive, len(args)), args, strict=True))
        expected = rule_of(primitive, i, args, params, ct, out)
        same(text, {"ct": ct, "out": out, **given}, expected)


X, W, IMAGE, KERNEL = normal(4, 3), normal(3, 2), normal(2, 1, 5, 5), normal(2, 1, 3, 3)
SQUARE = normal(3, 3) + 4 * np.eye(3)
CLASSES = np.array([0, 2, 1, 1])
TEXTS = [
    ("matmul", 0, (X, W), {}, "xw", "df/da @ w.T"),
    ("matmul", 1, (X, W), {}, "xw", "x.T @ df/da"),
    ("matmul", 0, (W.T, X[0]), {}, "Wx", "outer(df/da, x)"),
    ("matmul", 1, (W.T, X[0]), {}, "Wx", "W.T @ df/da"),
    ("matmul", 0, (X[0], X[1]), {}, "xy", "df/da * y"),
    ("matmul", 1, (normal(2, 4, 3), normal(2, 3, 5)), {}, "XY", "X.mT @ df/da"),
    ("sum", 0, (X,), {"axis": 0}, "x", "broadcast(df/da, (4, 3))"),
    ("add", 1, (X, X[0]), {}, "xb", "sum(df/da, axis=0)"),
    ("conv", 0, (IMAGE, KERNEL), {}, "xw", "conv_transpose(df/da, w)"),
    ("conv", 1, (IMAGE, KERNEL), {}, "xw", "conv_kernel(x, df/da)"),
    ("conv", 0, (IMAGE, KERNEL), {"stride": 2}, "xw", "conv_transpose(df/da, w, stride=2)"),
    ("conv", 1, (IMAGE, KERNEL), {"padding": 1}, "xw", "conv_kernel(x, df/da, padding=1)"),
    ("concatenate", 0, (X[:3], X), {"axis": 0}, "xy", "df/da[0:3]"),
    ("concatenate", 1, (X[:3], X), {"axis": 0}, "xy", "df/da[3:7]"),
    (
        "softmax_cross_entropy",
        0,
        (X[0], np.array(1)),
        {},
        "zt",
        "df/da * (softmax(z) - one_hot(t))",
    ),
    (
        "softmax_cross_entropy",
        0,
        (X, CLASSES),
        {},
        "zt",
        "df/da[:, None] * (softmax(z) - one_hot(t))",
    ),
    ("getitem", 0, (X[0],), {"index": slice(1, 3)}, "x", "zeros((3,)).at[1:3].add(df/da)"),
    ("scatter_add", 0, (X[0],), {"index": slice(1, 4), "shape": (5,)}, "x", "df/da[1:4]"),
    ("power", 0, (abs(X), abs(X)), {}, "xy", "df/da * y * x**(y - 1)"),
    ("power", 1, (abs(X), abs(X)), {}, "xy", "df/da * a * log(x)"),
    ("power", 0, (X, 3), {}, "xy", "df/da * 3 * x**2"),
    ("tanh", 0, (X,), {}, "x", "df/da * (1 - a**2)"),
    ("maximum", 0, (X, 0.0), {}, "x0", "where(x > 0, df/da, 0)"),
    ("det", 0, (SQUARE,), {}, "A", "df/da * cofactors(A)"),
    ("solve", 0, (SQUARE, X[0]), {}, "Ab", "-outer(solve(A.T, df/da), a)"),
    ("solve", 1, (SQUARE, X[0]), {}, "Ab", "solve(A.T, df/da)"),
    ("log_abs_det", 0, (SQUARE,), {}, "A", "df/da * inv(A).T"),
    ("einsum", 0, (X, W), {"subscripts": "ij,jk->ik"}, "xw", "df/da @ w.T"),
    ("einsum", 0, (X,), {"subscripts": "ij->"}, "x", "broadcast(df/da, (4, 3))"),
    ("einsum", 0, (X,), {"subscripts": "ij->j"}, "x", "broadcast(df/da, (4, 3))"),
    ("transpose", 0, (X,), {}, "x", "df/da.T"),
    ("floor", 0, (X,), {}, "x", "0"),
    ("cumsum", 0, (X[0],), {"axis": 0}, "x", "flip(cumsum(flip(df/da, axis=0), axis=0), axis=0)"),
]


@pytest.mark.parametrize(("name", "position", "args", "params", "names", "text"), TEXTS)
def test_rules_read_as_in_the_lecture(name, position, args, params, names, text):
    primitive = by_name(name)
    names = [*names]
    got = rule_text(primitive, position, args, params, names=names, ct="df/da", out="a")
    assert got.replace("(df/da).T", "df/da.T") == text
    out = apply(primitive, args, params)
    ct = normal(*np.shape(out)) if np.shape(out) else np.float64(0.7)
    given = {"ct": ct, "a": out} | dict(zip(names, args, strict=True))
    same(got.replace("df/da", "ct"), given, rule_of(primitive, position, args, params, ct, out))


@pytest.mark.parametrize(
    ("name", "params", "text"),
    [
        ("max", {}, "where(first_largest(x), ct, 0)"),
        ("max", {"axis": 1}, "where(first_largest(x, axis=1), ct[:, None], 0)"),
        ("min", {"axis": (0, 1)}, "where(first_smallest(x, axis=(0, 1)), ct, 0)"),
        ("cumprod", {"axis": 0}, "sums_from_end(ct, x) * previous(out, first=1)"),
    ],
)
def test_choices_and_recurrences_are_expressions(name, params, text):
    assert rule_text(by_name(name), 0, (X,), params) == text


def test_pooling_is_routed_and_spread():
    g = geometry("test", (4, 4), (2, 2), (2, 2), 0, 1, 1)
    image = (normal(1, 1, 4, 4),)
    largest = rule_text(by_name("max_pool"), 0, image, {"g": g})
    assert largest == "route(ct, winners(x, out, 2), (4, 4))"
    assert rule_text(by_name("sum_pool"), 0, image, {"g": g}) == "spread(ct, 2)"


@pytest.mark.parametrize("count", [0, 1])
def test_a_cofactor_is_derived_by_one_direction_more(count):
    primitive, args = ops.linalg.cofactors.primitive, (SQUARE, normal(3, 3))[: count + 1]
    text = rule_text(primitive, 0, args)
    out, ct = apply(primitive, args, {}), normal(3, 3)
    names = {"ct": ct, "out": out} | dict(zip(input_names(primitive, len(args)), args, strict=True))
    same(text, names, rule_of(primitive, 0, args, {}, ct, out))


def test_a_primitive_of_a_user_is_a_call():
    @ag.primitive(vjps=(lambda ct, out, x, by: twist(ct, by=by),))
    def twist(x, by):
        return by * x

    assert rule_text(twist.primitive, 0, (X,), {"by": 2}) == "twist(ct, by=2)"


def test_a_primitive_of_a_user_is_not_rewritten_by_its_name():
    @ag.primitive(vjps=(lambda ct, out, x: negative(negative(ct)),))
    def negative(x):
        return 2 * x

    assert rule_text(negative.primitive, 0, (X,)) == "negative(negative(ct))"


def text_of(f, *args):
    """Print what a function of x, y, z returns."""
    g = ag.capture(f, *args)
    return expression(g, g.outputs[0], dict(zip(g.inputs, "xyz", strict=False)))


@pytest.mark.parametrize(
    ("f", "text"),
    [
        (lambda x, y: (x + y) * x, "(x + y) * x"),
        (lambda x, y: x - (y - x), "x - (y - x)"),
        (lambda x, y: x / (y * x), "x / (y * x)"),
        (lambda x, y: x * (y / x), "x * y / x"),
        (lambda x, y: (x * y) @ x.T, "(x * y) @ x.T"),
        (lambda x, y: x * (y.T @ x), "x * (y.T @ x)"),
        (lambda x, y: -(x * y), "-x * y"),
        (lambda x, y: -(x + y), "-(x + y)"),
        (lambda x, y: (x + y) ** 2.0, "(x + y)**2"),
        (lambda x, y: (x + y).T, "(x + y).T"),
        (lambda x, y: (x @ y.T).T, "y @ x.T"),
        (lambda x, y: x + -y, "x - y"),
        (lambda x, y: x * x * y, "x**2 * y"),
        (lambda x, y: ag.reshape(x, (9,))[1:], "reshape(x, (9,))[1:]"),
        (lambda x, y: x / 3.0, "x / 3"),
        (lambda x, y: x * (1 / 3), "x / 3"),
        (lambda x, y: x * 0.1, "x * 0.1"),
        (lambda x, y: ag.where(x > 0, ag.where(x > 0, x, 1.0), 0.0), "where(x > 0, x, 0)"),
        (
            lambda x, y: ag.exp(x + 2 * y) / (1 + ag.exp(x + 2 * y)),
            "s / (1 + s) where s = exp(x + 2 * y)",
        ),
        (lambda x, y: ag.softmax(x), "softmax(x)"),
        (lambda x, y: ag.softmax(x, axis=0), "softmax(x, axis=0)"),
        (lambda x, y: ag.mean(x, axis=0), "sum(x, axis=0) / 3"),
    ],
)
def test_expressions_have_the_parentheses_that_python_needs(f, text):
    x, y = SQUARE, normal(3, 3)
    assert text_of(f, x, y) == text
    same(text, {"x": x, "y": y}, np.asarray(f(ag.tensor(x), ag.tensor(y)).data))


def test_a_deep_graph_is_printed_without_recursion():
    def deep(x):
        for _ in range(3000):
            x = ag.sin(x)
        return x

    assert text_of(deep, 1.0).count("sin") == 3000


def test_a_part_that_is_shared_at_every_level_is_written_once():
    def doubled(x):
        for _ in range(60):
            x = ag.tanh(x) * ag.sin(x)
        return x

    assert len(text_of(doubled, 1.0)) < 3000
