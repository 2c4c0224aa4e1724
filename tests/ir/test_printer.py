"""The printer: texts of rules are short, and are what the rules compute."""

import re

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
from autograd.ops.kernels.conv_reference import Geometry, geometry
from autograd.testing.input_specs import calls

R = np.random.default_rng(0)
WORDS = ("to the first", "to each place", "s[k]")
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
    "unfold": 130,
    "fold": 130,
}


def normal(*shape):
    return R.normal(size=shape)


# The language: what a reader takes for granted in a text, beside the functions of `ag`.


def low(x):
    """Return the lower triangle with half of the diagonal."""
    return np.tril(x) * (1 - np.eye(x.shape[-1]) / 2)


def gaps(right, left=None):
    """Return the differences of eigenvalues, infinite on the diagonal."""
    left = right if left is None else left
    n = right.shape[-1]
    return np.where(np.eye(n, dtype=bool), np.inf, right[..., None, :] - left[..., :, None])


def moved(x, kernel_or_w, stride, padding, dilation, groups=1):
    n = x.ndim - 2
    kernel = np.broadcast_to(kernel_or_w, n)
    return geometry("test", x.shape[2:], tuple(kernel), stride, padding, dilation, groups)


def conv_kernel(x, y, kernel=None, stride=1, padding=0, dilation=1, groups=1):
    """Match image and output; without its size, the kernel is the largest that fits."""
    if kernel is None:
        g = moved(x, 1, stride, padding, dilation, groups)
        sides = zip(g.padded, g.stride, g.dilation, y.shape[2:], strict=True)
        kernel = [(n - s * (m - 1) - 1) // d + 1 for n, s, d, m in sides]
    return ops.conv.map_to_kernel(x, y, moved(x, kernel, stride, padding, dilation, groups))


def pick(x, places):
    return np.take_along_axis(
        x.reshape(*x.shape[:2], -1), places.reshape(*places.shape[:2], -1), 2
    ).reshape(places.shape) * (places >= 0)


def route(y, places, image):
    n = len(image)
    once = Geometry(tuple(image), (1,) * n, (1,) * n, ((0, 0),) * n, (1,) * n, 1)
    return ops.pool.route(y, np.asarray(places), g=once)


def by_name(name):
    return next(p for p in ag.primitives() if p.name == name)


def language(shape):
    """Return the names of the printed language, for a rule whose input has a shape."""
    known = {p.name: p.function for p in ag.primitives() if p.function}
    known |= {name: value for name, value in vars(ag).items() if callable(value)}
    known |= vars(ops.compare) | vars(ops.decompositions) | {"cofactors": ops.linalg.cofactors}

    def one_hot(classes, axis=-1):
        hot = np.asarray(classes)[..., None] == np.arange(shape[axis])
        return np.moveaxis(hot, -1, axis).astype(float)

    known |= {
        "broadcast": np.broadcast_to,
        "inv": np.linalg.inv,
        "s_": np.s_,
        "eye": np.eye,
        "tri": np.tri,
        "pi": np.pi,
        "nan": np.nan,
        "max_unpool": by_name("max_unpool").function,
    }
    return known | {f.__name__: f for f in (low, gaps, conv_kernel, pick, route, one_hot)}


def evaluated(text, names, shape):
    """Evaluate a printed text, first the parts behind "where"."""
    names = language(shape) | names
    main, _, shared = text.partition(" where ")
    for part in shared.split("; ") if shared else []:
        name, _, value = part.partition(" = ")
        names[name] = eval(value, names)
    if put := re.fullmatch(r"zeros\((.*?)\), \[(.*)\] \+= (.*)", main):
        result = np.zeros(eval(put[1]))
        np.add.at(result, eval(f"s_[{put[2]}]", names), eval(put[3], names))
        return result
    return eval(main, names)


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
        if any(words in text for words in WORDS) or "constant(" in text:
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
    ("getitem", 0, (X[0],), {"index": slice(1, 3)}, "x", "zeros((3,)), [1:3] += df/da"),
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
        ("max", {}, "ct to the first largest of x"),
        ("max", {"axis": 1}, "ct to the first largest of x along axis 1"),
        ("min", {"axis": (0, 1)}, "ct to the first smallest of x"),
        (
            "cumprod",
            {"axis": 0},
            "s[k] * out[k-1] where s[k] = ct[k] + x[k+1] * s[k+1] along axis 0",
        ),
    ],
)
def test_choices_and_recurrences_are_said_in_words(name, params, text):
    assert rule_text(by_name(name), 0, (X,), params) == text


def test_pooling_is_said_in_words():
    g = geometry("test", (4, 4), (2, 2), (2, 2), 0, 1, 1)
    image = (normal(1, 1, 4, 4),)
    largest = rule_text(by_name("max_pool"), 0, image, {"g": g})
    assert largest == "ct to the first largest of each window of x"
    assert rule_text(by_name("sum_pool"), 0, image, {"g": g}) == "ct to each place of its window"


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
