"""What the cases of the derivatives leave out: zeros, ends, several results, refusals."""

import numpy as np
import pytest

import autograd as ag
from tests.refusals import assert_refused


@pytest.mark.parametrize("x", [[0.0, 2.0, 3.0], [2.0, 0.0, 3.0, 0.0], [0.0, 0.0, 5.0]])
def test_two_derivatives_of_a_running_product_are_right_at_zeros(x):
    assert ag.testing.check_grad(ag.cumprod, np.array(x), order=2)


def test_a_running_product_is_finite_where_products_of_parts_are_not():
    x = np.array([1e-200, 1e200, 1e200, 1e-250])
    out, pull = ag.vjp(ag.cumprod, x)
    np.testing.assert_array_equal(out, np.cumprod(x))
    (gradient,) = pull(np.array([0.0, 1.0, 0.0, 0.0]))
    np.testing.assert_allclose(gradient, [1e200, 1e-200, 0.0, 0.0])


def test_factors_that_overflow_behind_a_zero_have_no_gradient():
    x = np.array([0.0, 1e200, 1e200, 1e200])
    with np.errstate(over="ignore"):
        gradient = ag.grad(lambda x: ag.cumprod(x)[-1])(x)
    assert gradient.tolist() == [np.inf, 0.0, 0.0, 0.0]


def test_an_interpolation_has_its_ends_and_its_points():
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([2.0, 5.0, 1.0])
    x = np.array([-1.0, 0.0, 1.0, 3.0, 4.0, np.nan, np.inf])
    out, pull = ag.vjp(lambda x: ag.interp(x, xp, fp, left=-7.0), x)
    np.testing.assert_array_equal(out, np.interp(x, xp, fp, left=-7.0))
    (slopes,) = pull(np.ones(7))
    assert slopes[:5].tolist() == [0.0, 3.0, -2.0, -2.0, 0.0]
    assert slopes[6] == 0.0


def test_an_interpolation_may_jump():
    xp, fp, x = [0.0, 1.0, 1.0, 2.0, 2.0], [0.0, 1.0, 5.0, 6.0, 9.0], np.linspace(-1, 3, 17)
    np.testing.assert_array_equal(ag.interp(x, xp, fp), np.interp(x, xp, fp))


@pytest.mark.parametrize("function", [ag.atleast_1d, ag.atleast_2d, ag.atleast_3d])
def test_several_arrays_give_a_tuple(function):
    found = function(ag.tensor(1.0), [2.0])
    expected = getattr(np, function.__name__)(1.0, [2.0])
    assert type(found) is tuple
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("gradient", (np.arange(6.0).reshape(2, 3),)),
        ("meshgrid", (np.arange(2.0), np.arange(3.0), np.arange(4.0))),
        ("array_split", (np.arange(5.0), 3)),
        ("array_split", (np.arange(3.0), 5)),
        ("array_split", (np.arange(5.0), [1, 4, 2])),
        ("unstack", (np.ones((2, 3)), 1)),
    ],
)
def test_all_results_are_numpys(name, args):
    found = getattr(ag, name)(*(ag.tensor(a) if isinstance(a, np.ndarray) else a for a in args))
    if name == "unstack":  # NumPy has it since 2.1
        expected = tuple(np.moveaxis(args[0], args[1], 0))
    else:
        expected = getattr(np, name)(*args)
    assert type(found) is type(expected)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(ours.data, theirs)


@pytest.mark.parametrize("places", [0.5, np.array([0.0, 1.0, 1.5, 4.0])])
def test_slopes_of_samples_are_those_of_a_parabola(places):
    x = np.arange(4) * places if np.ndim(places) == 0 else places
    slopes = ag.gradient(ag.tensor(3 * x**2 - x), places, edge_order=2)
    np.testing.assert_allclose(slopes.data, 6 * x - 1, rtol=1e-14)


def test_slopes_of_samples_have_a_derivative_in_the_places():
    f, x = np.array([1.0, 2.0, 0.5, 3.0]), np.array([0.0, 1.0, 1.5, 4.0])
    assert ag.testing.check_grad(lambda f, x: ag.gradient(f, x, edge_order=2), f, x, order=2)


def test_several_results_in_float16_stay_so():
    x = ag.tensor(np.ones((2, 2)), "float16")
    assert [slope.dtype for slope in ag.gradient(x)] == [np.float16] * 2


def test_differences_of_booleans_say_whether_they_differ():
    assert ag.diff(ag.tensor([True, True, False])).tolist() == [False, True]


def test_a_number_before_a_difference_takes_its_dtype():
    x = ag.tensor([1.0, 2.0], "float32")
    assert ag.diff(x, prepend=0).dtype == np.float32


def test_a_partition_has_the_order_of_numpys():
    x = np.random.default_rng(0).normal(size=200)
    np.testing.assert_array_equal(
        ag.partition(ag.tensor(x), [20, 90]).data, np.partition(x, [20, 90])
    )


@pytest.mark.parametrize("index", [0, slice(0, 3, 2), [0, 2], np.array([True, False, False, True])])
def test_a_deletion_takes_every_index_of_numpys(index):
    x = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(ag.delete(ag.tensor(x), index, 1).data, np.delete(x, index, 1))


def t(*shape):
    return ag.tensor(np.ones(shape), requires_grad=True)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: ag.vstack([]), ag.ShapeError, "vstack: no arrays"),
        (lambda: ag.hstack([t(2, 3), t(2)]), ag.ShapeError, "hstack: shape (2, 3) and (2,)"),
        (lambda: ag.block([[t(2)], t(2)]), ag.ShapeError, "block: lists are nested to the depths"),
        (lambda: ag.block([]), ag.ShapeError, "block: takes nested lists"),
        (lambda: ag.vsplit(t(4), 2), ag.ShapeError, "vsplit: shape (4,) has too few axes"),
        (lambda: ag.array_split(t(4), 0), ag.ShapeError, "array_split: shape (4,): 0 parts"),
        (lambda: ag.rollaxis(t(2, 3), 0, -5), ag.ShapeError, "rollaxis: start -5"),
        (lambda: ag.rot90(t(2, 2), axes=(1, 1)), ag.ShapeError, "not two different axes"),
        (lambda: ag.diag(t(1, 1, 1)), ag.ShapeError, "diag: shape (1, 1, 1): takes a vector"),
        (lambda: ag.diff(t(3), -1), ag.OptionError, "diff: n is -1"),
        (lambda: ag.gradient(t(2), [True, False]), ag.DTypeError, "numbers, not booleans"),
        (lambda: ag.gradient(t(3), edge_order=3), ag.OptionError, "edge_order is 1 or 2, not 3"),
        (lambda: ag.gradient(t(1)), ag.ShapeError, "axis 0 has 1 sample; it takes 2 or more"),
        (lambda: ag.gradient(t(2, 2), 1, 2, 3), ag.OptionError, "got 3 distances for axes (0, 1)"),
        (lambda: ag.gradient(t(3), [1.0, 2.0]), ag.ShapeError, "places of shape (2,)"),
        (lambda: ag.interp(t(2), [1, 0], [0, 0]), ag.OptionError, "interp: xp decreases"),
        (lambda: ag.interp(t(2), [], []), ag.ShapeError, "vectors of one length, at least 1"),
        (lambda: ag.interp(t(2), [0], [0], period=0), ag.OptionError, "the period is 0"),
        (lambda: ag.polyval(t(2, 2), 1.0), ag.ShapeError, "is not a vector of coefficients"),
        (lambda: ag.vander(t(2), -1), ag.OptionError, "vander: -1 columns"),
        (lambda: ag.cross(t(4), t(3)), ag.ShapeError, "cross: shape (4,): vectors along axis 0"),
        (lambda: ag.select([t(2)], [t(2)]), ag.DTypeError, "conditions must be booleans"),
        (lambda: ag.select([], []), ag.ShapeError, "0 conditions and 0 choices"),
        (lambda: ag.average(t(2, 3), weights=t(3)), ag.ShapeError, "weights (3,): give one"),
        (lambda: ag.meshgrid(t(2), indexing="yx"), ag.OptionError, "indexing is 'xy' or 'ij'"),
        (lambda: ag.broadcast_arrays(t(2), t(3)), ag.ShapeError, "(2,), (3,) do not broadcast"),
        (lambda: ag.ravel(t(2), "K"), ag.OptionError, "ravel: order is 'C' or 'F', not 'K'"),
        (lambda: t(2).flatten("A"), ag.OptionError, "flatten: order is 'C' or 'F'"),
    ],
)
def test_bad_input_is_one_clear_line(call, kind, text):
    assert_refused(call, kind, text)


@pytest.mark.parametrize(("shapes", "axis"), [(((2, 3, 4), (3, 4)), -2), (((4,), (2, 4)), -1)])
def test_places_of_samples_broadcast_from_the_last_axis_on(shapes, axis):
    y, x = (np.random.default_rng(0).normal(size=shape) for shape in shapes)
    np.testing.assert_allclose(ag.trapezoid(y, x, axis=axis), np.trapezoid(y, x, axis=axis))
    assert ag.testing.check_grad(lambda y, x: ag.sum(ag.trapezoid(y, x, axis=axis)), y, x)


def test_an_infinity_outside_the_points_takes_nothing_from_other_gradients():
    x, points, values = np.array([0.5, np.inf, -np.inf]), np.arange(3.0), np.array([0.0, 1.0, 3.0])
    gradients = ag.grad(lambda p, v: ag.sum(ag.interp(x, p, v)), argnums=(0, 1))(points, values)
    np.testing.assert_array_equal(gradients, [[-0.5, -0.5, 0.0], [1.5, 0.5, 1.0]])


@pytest.mark.parametrize("function", [ag.insert, np.insert])
def test_integers_do_not_take_a_gradient_from_what_is_put_in(function):
    w = ag.tensor(2.5, requires_grad=True)
    assert_refused(lambda: function(np.arange(3), 1, w), ag.DTypeError, "write arr.astype(float)")
    assert ag.insert(np.arange(3), 1, 2.5).tolist() == [0, 2, 1, 2]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_integers_do_not_take_what_they_cannot_hold(value):
    text = "insert: int64 cannot hold NaN or inf; write arr.astype(float)"
    assert_refused(lambda: ag.insert(np.arange(3), 1, value), ag.DTypeError, text)


def test_differences_of_integers_take_no_floats_at_their_ends():
    for end in (2.5, ag.tensor(2.5, requires_grad=True)):
        assert_refused(lambda end=end: ag.ediff1d([1, 2], end), ag.DTypeError, "ary.astype(float)")


@pytest.mark.parametrize("x", [[1.0, np.inf, np.nan], [-np.inf, np.nan]])
def test_a_variance_of_infinities_is_nan(x):
    with np.errstate(invalid="ignore"):
        assert np.isnan([ag.nanvar(np.array(x)), ag.nanstd(np.array(x))]).all()


def test_a_running_product_is_computed_in_the_dtype_given():
    product = np.cumprod(ag.tensor([2, 3]), dtype=np.float32)
    assert (product.dtype, product.tolist()) == (np.float32, [2.0, 6.0])


X = np.array([1.5, -2.0])


@pytest.mark.parametrize(
    ("ours", "theirs", "key"),
    [
        (ag.r_, np.r_, (X, 5.0, slice(0, 3))),
        (ag.r_, np.r_, (slice(0, 1, 5j), X)),
        (ag.r_, np.r_, (X,)),
        (ag.c_, np.c_, (X, X)),
        (ag.c_, np.c_, (X[:, None], X)),
        (ag.c_, np.c_, (1.0, 2.0)),
    ],
    ids=lambda value: "",
)
def test_brackets_join_as_numpys_and_pass_gradients(ours, theirs, key):
    np.testing.assert_array_equal(ours[key], theirs[key])
    i = next((i for i, part in enumerate(key) if isinstance(part, np.ndarray)), None)
    if i is not None:
        assert ag.testing.check_grad(lambda x: ours[(*key[:i], x, *key[i + 1 :])] ** 2, key[i])


@pytest.mark.parametrize("endpoint", [True, False])
def test_steps_between_tensors_are_numpys_and_pass_gradients(endpoint):
    start, stop = np.array([0.0, 1.0]), 3.0
    found = np.linspace(ag.tensor(start), stop, 4, endpoint=endpoint)
    np.testing.assert_allclose(found, np.linspace(start, stop, 4, endpoint=endpoint), rtol=1e-15)
    assert ag.testing.check_grad(lambda a, b: ag.linspace(a, b, 4, endpoint) ** 2, start, stop)


ENDS = {
    "numbers": (0.1, 2.7),
    "arrays": (np.array([0.1, -3.3, 7.0]), np.array([1.7, 2.9, 7.1])),
    "two equal ends": (np.array([0.1, 0.3]), np.array([0.7, 0.3])),
    "one number": (np.array([[0.1], [0.3]]), 1.0),
    "integers": (np.arange(3), 7),
    "float32": (np.array([0.1, 0.2], np.float32), np.array([0.9, 3.0], np.float32)),
    "float32 and a number": (np.array([0.1, 0.2], np.float32), 1.0),
    "float16": (np.array([0.1, 0.2], np.float16), np.array([0.9, 3.0], np.float16)),
    "not finite": (np.array([0.0, -np.inf, np.nan]), np.array([np.inf, 1.0, 2.0])),
    "large": (np.array([-1e308]), np.array([1e308])),
}


@pytest.mark.parametrize("ends", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("endpoint", [True, False])
@pytest.mark.parametrize("num", [0, 1, 2, 7, 50])
@np.errstate(all="ignore")
def test_captured_steps_have_the_bits_of_steps_between_arrays(ends, num, endpoint):
    start, stop = map(np.asarray, ends)
    graph = ag.capture(lambda a, b: ag.linspace(a, b, num, endpoint), start, stop)
    for a, b in [(start, stop), (stop, start), (np.zeros_like(start), np.zeros_like(stop))]:
        if (a.shape, b.shape, a.dtype) == (start.shape, stop.shape, start.dtype):
            expected = np.linspace(a, b, num, endpoint)
            for found in (ag.evaluate(graph, a, b), ag.linspace(ag.tensor(a), b, num, endpoint)):
                found = np.asarray(ag.tensor(found).data)
                assert found.dtype == expected.dtype
                np.testing.assert_array_equal(found, expected)
                np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


@pytest.mark.parametrize("seed", range(20))
def test_between_points_that_are_not_finite_interp_has_numpys_values(seed):
    rng = np.random.default_rng(seed)
    points = np.sort(rng.integers(-3, 4, 6)).astype(float)
    values = rng.choice([1.0, -2.0, np.inf, -np.inf, np.nan], 6)
    x = np.concatenate([points, points + 0.5, [-9.0, 9.0, np.inf, -np.inf, np.nan]])
    np.testing.assert_array_equal(ag.interp(x, points, values), np.interp(x, points, values))


def test_the_order_in_memory_is_no_argument_of_a_product():
    with pytest.raises(ag.UnsupportedError, match=r"^matmul: there is no option 'order'"):
        ag.matmul(np.eye(2), np.eye(2), order="F")
