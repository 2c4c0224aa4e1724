"""Ordinary NumPy calls reach the same primitives and stay in the graph."""

import inspect
import warnings

import numpy as np
import pytest
import scipy.special

import autograd as ag
from autograd.methods import numpy_names, numpy_protocols
from tests.refusals import assert_refused

X = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])


def leaf():
    return ag.tensor(X, requires_grad=True)


ABOVE_ONE = {np.log, np.log2, np.log10, np.sqrt, np.arccosh}


@pytest.mark.parametrize(
    "ufunc", sorted(numpy_protocols.UFUNCS, key=lambda u: u.__name__), ids=lambda u: u.__name__
)
def test_a_ufunc_of_a_tensor_has_numpys_value(ufunc):
    a = abs(X) + 1.1 if ufunc in ABOVE_ONE else X[0, :1] * 0.5
    args = [a] * ufunc.nin if ufunc is not np.matmul else [X, X.T]
    result = ufunc(ag.tensor(args[0], requires_grad=True), *args[1:])
    assert isinstance(result, ag.Tensor)
    np.testing.assert_allclose(result.data, ufunc(*args), rtol=1e-15)


FUNCTIONS = [
    ("sum", {}),
    ("sum", {"axis": 0}),
    ("mean", {"axis": 1, "keepdims": True}),
    ("max", {}),
    ("min", {"axis": 0}),
    ("var", {"ddof": 1}),
    ("std", {"axis": 1}),
    ("prod", {}),
    ("cumsum", {"axis": 1}),
    ("ravel", {}),
    ("transpose", {}),
    ("squeeze", {}),
    ("flip", {"axis": 1}),
    ("diagonal", {}),
    ("trace", {}),
    ("tril", {}),
    ("triu", {"k": 1}),
    ("argmax", {"axis": 1}),
    ("argmin", {}),
    ("sort", {"axis": 0}),
    ("argsort", {}),
    ("expand_dims", {"axis": 0}),
    ("moveaxis", {"source": 0, "destination": 1}),
    ("swapaxes", {"axis1": 0, "axis2": 1}),
    ("roll", {"shift": 1}),
    ("tile", {"reps": 2}),
    ("repeat", {"repeats": 2}),
    ("pad", {"pad_width": 1}),
    ("clip", {"a_min": 0.0, "a_max": 1.0}),
    ("take", {"indices": [0, 3]}),
    ("broadcast_to", {"shape": (2, 2, 3)}),
    ("split", {"indices_or_sections": 3, "axis": 1}),
    ("sinc", {}),
    ("round", {"decimals": 1}),
    ("around", {}),
    ("fix", {}),
    ("real", {}),
    ("real_if_close", {}),
    ("nan_to_num", {"copy": False, "nan": 1.0}),
    ("ptp", {"axis": 1}),
    *((f"nan{name}", {"axis": 0}) for name in ("sum", "prod", "mean", "max", "min", "var", "std")),
    *((name, {"dtype": np.float32}) for name in ("sum", "prod", "mean", "cumsum")),
    ("nanmean", {"axis": 1, "dtype": np.float64, "keepdims": True}),
    ("ravel", {"order": "F"}),
    ("array_split", {"indices_or_sections": 2, "axis": 1}),
    ("hsplit", {"indices_or_sections": [1]}),
    ("atleast_3d", {}),
    ("diag", {"k": 1}),
    ("diff", {"prepend": 1.0, "axis": 0}),
    ("gradient", {"axis": 1, "edge_order": 2}),
    ("cumprod", {"axis": 1}),
    ("rot90", {"k": 3}),
    ("partition", {"kth": 1}),
    ("delete", {"obj": 1, "axis": 1}),
    ("insert", {"obj": 1, "values": 2.0}),
    ("average", {"axis": 0, "weights": [1.0, 3.0]}),
    ("trapezoid", {"dx": 0.5}),
    ("rollaxis", {"axis": 1}),
    ("copy", {}),
]


@pytest.mark.filterwarnings("ignore:numpy.fix is deprecated")  # from 2.5 on
@pytest.mark.parametrize(("name", "how"), FUNCTIONS, ids=lambda v: v if isinstance(v, str) else "")
def test_a_function_of_a_tensor_has_numpys_value(name, how):
    function = getattr(np, name)
    result = function(leaf(), **how)
    expected = function(X, **how)
    results = result if isinstance(result, list) else [result]
    expecteds = expected if isinstance(expected, list) else [expected]
    for r, e in zip(results, expecteds, strict=True):
        assert isinstance(r, ag.Tensor)
        np.testing.assert_allclose(r.data, e, rtol=1e-15)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda t: np.concatenate([t, X]), np.concatenate([X, X])),
        (lambda t: np.concatenate([X, t], axis=1), np.concatenate([X, X], axis=1)),
        (lambda t: np.stack([X, t]), np.stack([X, X])),
        (lambda t: np.einsum("ij,kj->ik", t, X), X @ X.T),
        (lambda t: np.where(X > 0, t, 0.0), np.where(X > 0, X, 0.0)),
        (lambda t: np.einsum(t, [0, 1], X, [2, 1], [0, 2]), X @ X.T),
        (lambda t: np.vstack([t, X[0]]), np.vstack([X, X[0]])),
        (lambda t: np.hstack([X, t]), np.hstack([X, X])),
        (lambda t: np.block([[X, t], [t, X]]), np.block([[X, X], [X, X]])),
        (lambda t: np.append(X, t, axis=0), np.append(X, X, axis=0)),
        (
            lambda t: np.select([X > 1, X > 0], [t, -t], 2.0),
            np.select([X > 1, X > 0], [X, -X], 2.0),
        ),
        (lambda t: np.meshgrid(t[0], X[1])[0], np.meshgrid(X[0], X[1])[0]),
        (lambda t: np.broadcast_arrays(X[None], t)[1], X[None]),
        (lambda t: np.gradient(t, 0.5, 2.0)[0], np.gradient(X, 0.5, 2.0)[0]),
        (lambda t: np.interp(t, [-1.0, 0.3, 2.0], X[0]), np.interp(X, [-1.0, 0.3, 2.0], X[0])),
        (lambda t: np.interp(X, [-1.0, 0.3, 2.0], t[0]), np.interp(X, [-1.0, 0.3, 2.0], X[0])),
        (lambda t: np.cross(X, t), np.cross(X, X)),
        (lambda t: np.linalg.cross(X[0], t[1]), np.linalg.cross(X[0], X[1])),
        (lambda t: np.kron(t, X), np.kron(X, X)),
        (lambda t: np.polyval(t[0], X), np.polyval(X[0], X)),
        (lambda t: np.vander(t[0], 2), np.vander(X[0], 2)),
        (lambda t: np.multiply.accumulate(t), X.cumprod(axis=0)),
        (lambda t: np.dot(t, X.T), X @ X.T),
        (lambda t: np.inner(X, t), X @ X.T),
        (lambda t: np.outer(t, X[0]), np.outer(X, X[0])),
        (lambda t: np.vdot(t, X), np.vdot(X, X)),
        (lambda t: np.tensordot(t, X, axes=2), np.tensordot(X, X, axes=2)),
        (lambda t: np.linalg.norm(t), np.linalg.norm(X)),
        (lambda t: np.linalg.norm(t, axis=1), np.linalg.norm(X, axis=1)),
        (lambda t: np.linalg.det(t @ t.T), np.linalg.det(X @ X.T)),
        (lambda t: np.linalg.inv(t @ X.T), np.linalg.inv(X @ X.T)),
        (lambda t: np.linalg.solve(X @ X.T, t), np.linalg.solve(X @ X.T, X)),
        (lambda t: np.linalg.trace(t), np.trace(X)),
        (lambda t: X * t, X * X),
        (lambda t: X @ t.T, X @ X.T),
        (lambda t: np.float64(2) * t, 2 * X),
        (lambda t: np.float32(2) / t, np.float32(2) / X),
        (lambda t: X - t, 0 * X),
        (lambda t: X**2 + t, X**2 + X),
        (lambda t: np.add.reduce(t), X.sum(axis=0)),
        (lambda t: np.maximum.reduce(t, axis=1), X.max(axis=1)),
        (lambda t: np.multiply.reduce(t), X.prod(axis=0)),
        (lambda t: np.minimum.reduce(t), X.min(axis=0)),
        (lambda t: np.add.accumulate(t), X.cumsum(axis=0)),
        (lambda t: np.add.reduce(t, dtype=np.float64), X.sum(axis=0)),
        (lambda t: np.divmod(t, 0.5)[1], X % 0.5),
        (lambda t: np.mod(X, t), X % X),
        (lambda t: X % t, X % X),
        (lambda t: 2.0 % t, 2.0 % X),
        (lambda t: np.float64(7) // t, 7 // X),
        (lambda t: divmod(7.0, t)[0], 7 // X),
        (lambda t: np.true_divide(t, 3), X / 3),
        (lambda t: np.conj(t), X),
    ],
)
def test_mixed_calls_stay_in_the_graph(call, expected):
    result = call(leaf())
    assert result.requires_grad
    np.testing.assert_allclose(result.data, expected, rtol=1e-13, atol=1e-13)


def test_a_numpy_gradient_is_the_engines():
    def loss(lib, x):
        return lib.sum(lib.exp(lib.sin(x)) * lib.maximum(x, 0.0))

    a, b = leaf(), leaf()
    loss(np, a).backward()
    loss(ag, b).backward()
    np.testing.assert_array_equal(a.grad, b.grad)


def test_shape_questions_have_plain_answers():
    t = leaf()
    assert (np.shape(t), np.ndim(t), np.size(t)) == ((2, 3), 2, 6)
    assert np.allclose(t, X)
    assert np.array_equal(X, t)
    assert np.zeros_like(t).data.tolist() == np.zeros((2, 3)).tolist()
    assert np.ones_like(t).requires_grad is False


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda t: np.modf(t), "np.modf"),
        (lambda t: np.fft.fft(t), "np.fft.fft"),
        (lambda t: np.linalg.svd(t), "np.linalg.svd: shape (2, 3)"),
        (lambda t: np.linalg.tensorinv(t), "np.linalg.tensorinv"),
        (lambda t: np.resize(t, 2), "ag.tile"),
        (lambda t: np.median(t), "np.median"),
        (lambda t: np.add.at(t, 0, 1.0), "x.at[i].add(v)"),
        (lambda t: np.multiply.outer(t, X), "np.multiply.outer"),
        (lambda t: np.ldexp(t, 2), "x * 2.0 ** n"),
    ],
)
def test_what_is_unsupported_is_named(call, name):
    assert_refused(lambda: call(leaf()), ag.UnsupportedError, name)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda t: np.ptp(t, out=X), "out"),
        (lambda t: np.sum(t, initial=1.0), "initial"),
        (lambda t: np.exp(t, where=True), "where"),
        (lambda t: np.exp(t, dtype=float), "dtype"),
    ],
)
def test_an_unsupported_option_is_named(call, name):
    assert_refused(lambda: call(leaf()), ag.UnsupportedError, repr(name), "not supported")


def test_a_sum_in_another_dtype_is_that_of_the_converted_elements():
    t = ag.tensor(np.ones(3, np.float32), requires_grad=True)
    out = np.sum(t, dtype=np.float64)
    out.backward()
    assert (out.dtype, t.grad.dtype) == (np.float64, np.float32)
    whole = np.sum(leaf(), dtype=int)
    assert whole.item() == X.astype(int).sum()
    assert not whole.requires_grad


def test_writing_a_tensor_into_an_array_is_refused():
    a = X.copy()

    def grow():
        nonlocal a
        a += leaf()

    assert_refused(grow, ag.UnsupportedError, "out=", "a = a + t")
    assert_refused(lambda: np.exp(leaf(), out=X.copy()), ag.UnsupportedError, "out=")
    with pytest.raises((ag.GradientError, TypeError, ValueError)):
        a[0] = leaf()[0]


@pytest.mark.parametrize("convert", [np.asarray, np.array, np.ascontiguousarray, float, int])
def test_leaving_the_graph_silently_is_refused(convert):
    x = ag.tensor(1.0, requires_grad=True)
    assert_refused(lambda: convert(x), ag.GradientError, "t.detach()", "t.numpy()")


def test_math_functions_do_not_lose_the_gradient_silently():
    import math

    assert_refused(lambda: math.exp(ag.tensor(1.0, requires_grad=True)), ag.GradientError, "float")


DISPATCHED = type(np.sum)
# Functions that only some of the supported NumPy releases have.
NOT_IN_ALL = {
    f"np.{name}"
    for name in (
        *("cumulative_prod", "cumulative_sum", "in1d", "matvec", "trapz", "unstack", "vecmat"),
    )
}

MODULES = {
    "np": np,
    "np.linalg": np.linalg,
    "np.fft": np.fft,
    "np.lib.stride_tricks": np.lib.stride_tricks,
    "np.lib.scimath": np.lib.scimath,
    "np.char": np.char,
    "np.strings": np.strings,
}


def members_of(module):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what is deprecated is there, too
        return inspect.getmembers(module, lambda f: isinstance(f, (DISPATCHED, np.ufunc)))


def functions_of_numpy():
    """Yield the full name of every function that NumPy hands a tensor to, and the function."""
    for path, module in MODULES.items():
        for name, f in members_of(module):
            borrowed = path != "np" and getattr(np, name, None) is f
            if not name.startswith("_") and not borrowed:
                own = path if isinstance(f, np.ufunc) else f.__module__.replace("numpy", "np")
                yield f"{own}.{f.__name__}", f


def places_of(name, f):
    """Return where a function stands: it must be in one place."""
    text = name.startswith(numpy_names.TEXT_MODULES)
    roots = name.startswith(numpy_names.COMPLEX_MODULES)
    return [
        place
        for place, stands in {
            "answered": f in (numpy_protocols.CALLED | numpy_protocols.FUNCTIONS),
            "instead": name in numpy_names.INSTEAD,
            "as array": name in numpy_names.AS_ARRAY or text,
            "in place": name in numpy_names.IN_PLACE,
            "complex": name in numpy_names.COMPLEX or roots,
            "composed": name in numpy_names.COMPOSED,
        }.items()
        if stands
    ]


def test_every_function_of_numpy_stands_in_one_place():
    wrong = {n: places_of(n, f) for n, f in functions_of_numpy() if len(places_of(n, f)) != 1}
    assert not {n: places for n, places in wrong.items() if not n.startswith("np.strings.")}


def test_no_place_names_a_function_that_numpy_does_not_have():
    names = {name for name, _ in functions_of_numpy()}
    placed = {*numpy_names.INSTEAD, *numpy_names.AS_ARRAY, *numpy_names.IN_PLACE}
    placed |= numpy_names.COMPLEX | numpy_names.COMPOSED
    assert {n for n in placed - names if not n.endswith(".at")} <= NOT_IN_ALL


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda t: np.save("never", t),
            "np.save: no gradient passes through it; give it t.numpy()",
        ),
        (lambda t: np.isin(t, t), "np.isin: no gradient passes"),
        (lambda t: np.nonzero(t), "t.numpy()"),
        (lambda t: np.unique(t), "t.numpy()"),
        (lambda t: np.histogram(t), "t.numpy()"),
        (lambda t: np.array2string(t), "t.numpy()"),
        (lambda t: np.fft.rfft(t), "np.fft.rfft: tensors hold no complex numbers"),
        (lambda t: np.copyto(t, 0), "np.copyto: tensors never change"),
        (lambda t: np.percentile(t, 5), "compose it"),
        (lambda t: scipy.special.erf(t), "scipy.special.erf: "),
        (lambda t: np.bitwise_xor(t, 1), "t.numpy()"),
        (lambda t: np.subtract.at(t, 0, 1.0), "x.at[i].add(-v)"),
    ],
)
def test_what_has_no_derivative_is_given_an_array(call, text):
    assert_refused(lambda: call(leaf()), ag.UnsupportedError, text)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda t: np.mean([t, t]), "np.mean: "),
        (lambda t: np.sum([t, t]), "np.sum: "),
        (lambda t: np.exp([t, t]), "np.asarray: "),
        (lambda t: np.array([t[0, 0], t[0, 1]]), "np.asarray: "),
        (lambda t: np.array([1.0, t[0, 1]]), "ag.concatenate"),
        (lambda t: np.r_[t[0], t[0]], "ag.concatenate"),
        (lambda t: np.c_[t[0], X[0]], "ag.concatenate"),
        (lambda t: scipy.special.softmax(t), "scipy.special.softmax: "),
    ],
)
def test_a_list_of_tensors_is_to_be_stacked(call, name):
    assert_refused(lambda: call(leaf()), ag.GradientError, name, "ag.stack", "t.numpy()")


def test_a_plot_that_is_given_a_tensor_is_named():
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("Agg")
    assert_refused(
        lambda: plt.bar([1, 2, 3], leaf()[0]), ag.GradientError, "pyplot.bar: ", "numpy()"
    )
    plt.close("all")


def test_an_error_of_numpys_function_has_its_name():
    assert_refused(lambda: np.sum(leaf(), axis=5), ag.ShapeError, "np.sum: shape (2, 3), axis=5")
    assert_refused(lambda: np.amax(leaf(), axis=5), ag.ShapeError, "np.amax: shape (2, 3)")
