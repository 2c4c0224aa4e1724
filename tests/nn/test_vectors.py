"""All parameters as one vector, and back."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.utils import parameters_to_vector, vector_to_parameters
from tests.refusals import assert_refused


def test_the_numbers_stand_in_the_order_of_the_parameters():
    layer = nn.Linear(3, 2)
    expected = [*layer.weight.data.ravel(), *layer.bias.data]
    assert parameters_to_vector(layer.parameters()).data.tolist() == expected


def test_gradients_pass_through_the_vector():
    layer = nn.Linear(3, 2)
    vector = parameters_to_vector(layer.parameters())
    ag.sum(ag.square(vector)).backward()
    np.testing.assert_array_equal(layer.bias.grad, 2 * layer.bias.data)


def test_there_and_back_is_nothing_and_keeps_the_dtype():
    layer, other = nn.Linear(3, 2, dtype="float32"), nn.Linear(3, 2, dtype="float32", rng=9)
    vector_to_parameters(parameters_to_vector(layer.parameters()), other.parameters())
    for p, q in zip(layer.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)
        assert q.dtype == np.float32


def test_the_parameters_do_not_share_memory_with_the_vector():
    vector, w = np.zeros(2), nn.Parameter([1.0, 2.0])
    vector_to_parameters(vector, [w])
    vector[0] = 5.0
    w.data += 1.0
    assert (w.data.tolist(), vector.tolist()) == ([1.0, 1.0], [5.0, 0.0])


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: parameters_to_vector([]), ag.OptionError, "no parameters"),
        (lambda: parameters_to_vector([1.0]), ag.OptionError, "takes Tensors"),
        (lambda: vector_to_parameters([1.0], [nn.Parameter([1.0, 2.0])]), ag.ShapeError, "(2,)"),
        (lambda: vector_to_parameters([[1.0]], [nn.Parameter([1.0])]), ag.ShapeError, "(1, 1)"),
        (lambda: vector_to_parameters([1.0], [nn.Parameter(1.0) * 2]), ag.OptionError, "leaves"),
    ],
)
def test_what_does_not_fit_is_refused(call, kind, text):
    assert_refused(call, kind, text)
