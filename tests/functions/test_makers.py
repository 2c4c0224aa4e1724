"""Tensors made of a shape, a rule or random numbers."""

import inspect

import numpy as np
import pytest

import autograd as ag
from tests.refusals import assert_refused

X = np.ones((2, 3), np.float32)

MADE = [
    ("zeros", ((2, 3),)),
    ("zeros", (2, int)),
    ("ones", ((),)),
    ("full", ((2, 2), 7)),
    ("full", ((2, 2), [1.0, 2.0], "float32")),
    ("zeros_like", (X,)),
    ("ones_like", (X, int)),
    ("full_like", (X, 2.5)),
    ("arange", (5,)),
    ("arange", (1.0, 2.0, 0.25)),
    ("linspace", (0.0, 1.0, 5)),
    ("linspace", (0, [1, 2], 3, False)),
    ("eye", (3, 2, -1)),
    ("identity", (2, "float32")),
]


@pytest.mark.parametrize(("name", "args"), MADE, ids=lambda v: v if isinstance(v, str) else "")
def test_a_maker_has_numpys_values_and_dtype(name, args):
    made, expected = getattr(ag, name)(*args), getattr(np, name)(*args)
    assert (type(made), made.is_leaf, made.requires_grad) == (ag.Tensor, True, False)
    assert (made.shape, made.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_array_equal(made.data, expected)


@pytest.mark.parametrize("name", ["zeros_like", "ones_like", "full_like"])
def test_numpys_maker_of_a_tensor_makes_a_constant(name):
    given = (3.0,) if name == "full_like" else ()
    made = getattr(np, name)(ag.tensor(X, requires_grad=True), *given, dtype=float)
    assert (type(made), made.requires_grad, made.dtype) == (ag.Tensor, False, float)


def test_a_maker_makes_a_leaf_that_is_learned():
    w = ag.zeros(2, requires_grad=True, name="w")
    (w * [1.0, 2.0]).sum().backward()
    assert (w.grad.tolist(), w.name) == ([1.0, 2.0], "w")
    w.data[0] = 5.0
    assert w.data.tolist() == [5.0, 0.0]


def test_one_hot_has_a_one_for_each_class():
    assert ag.one_hot([[2], [0]], 3).tolist() == [[[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]]]
    assert ag.one_hot(ag.tensor(1), 2, int).tolist() == [0, 1]
    assert ag.one_hot([], 2).shape == (0, 2)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: ag.zeros(2, 3), ag.DTypeError, "zeros: 3 is not a dtype; a shape is one argument"),
        (lambda: ag.ones(2, True), ag.DTypeError, "requires_grad=True"),
        (lambda: ag.arange(3, requires_grad=True), ag.DTypeError, "arange: "),
        (
            lambda: ag.full(2, ag.ones(1, requires_grad=True)),
            ag.GradientError,
            "write ag.broadcast_to",
        ),
        (lambda: ag.one_hot([3], 3), ag.IndexingError, "one_hot: there is no class 3; 3 classes"),
        (lambda: ag.one_hot([-1], 3), ag.IndexingError, "there is no class -1"),
        (lambda: ag.one_hot([0.5], 3), ag.DTypeError, "must be integers"),
        (lambda: ag.one_hot([0], 0), ag.ShapeError, "0 classes; take a whole number from 1 on"),
        (lambda: ag.one_hot([0], 2.5), ag.ShapeError, "one_hot: 2.5 classes"),
        (
            lambda: ag.linspace(0, ag.ones(()), name="x"),
            ag.UnsupportedError,
            "linspace: between tensors",
        ),
        (lambda: ag.random.normal(rng="a"), ag.OptionError, "normal: 'a' is neither a seed"),
        (lambda: ag.random.normal(0.0, -1.0), ag.UnsupportedError, "normal: "),
        (
            lambda: ag.random.normal(ag.ones(2, requires_grad=True)),
            ag.GradientError,
            "write loc + scale * ag.random.normal(size=..., rng=rng)",
        ),
    ],
)
def test_what_cannot_be_made_is_one_clear_line(call, kind, text):
    assert_refused(call, kind, text)


DRAWS = [
    ("normal", (1.0, 2.0, (2, 3))),
    ("uniform", (-1.0, [1.0, 2.0])),
    ("integers", (3, 9, 4)),
    ("permutation", (5,)),
]


@pytest.mark.parametrize(("name", "args"), DRAWS, ids=[name for name, _ in DRAWS])
def test_a_draw_is_that_of_numpys_generator(name, args):
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    for _ in range(2):
        drawn = getattr(ag.random, name)(*args, rng=rng)
        np.testing.assert_array_equal(drawn.data, getattr(same, name)(*args))
    again = getattr(ag.random, name)(*args, rng=3)
    np.testing.assert_array_equal(again.data, getattr(np.random.default_rng(3), name)(*args))


def test_draws_without_a_seed_differ():
    assert (ag.random.normal(size=9).data != ag.random.normal(size=9).data).any()


def test_a_draw_may_have_another_dtype_and_be_learned():
    w = ag.random.uniform(size=3, rng=0, dtype="float32", requires_grad=True, name="w")
    assert (w.dtype, w.requires_grad, w.name) == (np.float32, True, "w")


def test_a_permutation_of_a_tensor_passes_gradients():
    x = ag.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    y = ag.random.permutation(x, axis=1, rng=0)
    assert sorted(y.data[0].tolist()) == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(y.data[1] - y.data[0], 3.0)
    (y * y).sum().backward()
    np.testing.assert_array_equal(x.grad, 2 * x.data)


def test_every_random_function_takes_rng_by_name():
    for name in ag.random.__all__:
        parameter = inspect.signature(getattr(ag.random, name)).parameters["rng"]
        assert (parameter.kind, parameter.default) == (parameter.KEYWORD_ONLY, None)
