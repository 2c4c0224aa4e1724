"""Shapes and dtypes of tensors are checked by annotations of jaxtyping."""

import numpy as np
import pytest

import autograd as ag
import nn

jaxtyping = pytest.importorskip("jaxtyping")
beartype = pytest.importorskip("beartype")


@jaxtyping.jaxtyped(typechecker=beartype.beartype)
def product(
    x: jaxtyping.Float[ag.Tensor, "batch n"], w: jaxtyping.Float[ag.Tensor, "n m"]
) -> jaxtyping.Float[ag.Tensor, "batch m"]:
    return x @ w


@jaxtyping.jaxtyped(typechecker=beartype.beartype)
def picked(x: jaxtyping.Float32[ag.Tensor, "..."], i: jaxtyping.Int[ag.Tensor, ""]) -> ag.Tensor:
    return x


def ones(*shape, dtype=float):
    return ag.tensor(np.ones(shape, dtype))


def test_tensors_that_fit_are_taken():
    assert product(ones(2, 3), nn.Parameter(np.ones((3, 4)))).shape == (2, 4)
    assert picked(ones(2, dtype="float32"), ag.tensor(1)).shape == (2,)


@pytest.mark.parametrize(
    "call",
    [
        lambda: product(ones(2, 3), ones(4, 3)),
        lambda: product(ones(3), ones(3, 4)),
        lambda: product(ones(2, 3, dtype=int), ones(3, 4)),
        lambda: product(np.ones((2, 3)), ones(3, 4)),
        lambda: picked(ones(2), ag.tensor(1)),
        lambda: picked(ones(2, dtype="float32"), ag.tensor([1])),
    ],
)
def test_others_are_refused(call):
    with pytest.raises(jaxtyping.TypeCheckError):
        call()


def test_gradients_pass_through_a_checked_function():
    x, w = np.ones((2, 3)), np.ones((3, 2))
    np.testing.assert_array_equal(ag.grad(lambda w: product(ag.tensor(x), w).sum())(w), 2 * w)
