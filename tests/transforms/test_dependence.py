"""Values that leave a differentiated function: refused where the derivative would silently be 0."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


def without_recording(x):
    with ag.no_grad():
        return x * x


W = ag.tensor(1.0, requires_grad=True)


def stepped(x):
    """One step of descent, which does not depend on the rate as far as the graph knows."""
    w = nn.Parameter(1.0)
    (x * w * w).backward()
    nn.optim.SGD([w], lr=0.1).step()
    return w * w


# Functions of one number whose result is no longer a function of it for the graph.
LEAVING = {
    "item": lambda x: (x * x).item(),
    "data": lambda x: (x * x).data,
    "numpy": lambda x: (x * x).numpy(),
    "tensor": lambda x: ag.tensor(x * x),
    "Parameter": lambda x: nn.Parameter(x * x) * 1.0,
    "of the argument": lambda x: x.item() ** 2,
    "a list of numbers": lambda x: np.sum([x.item(), x.item()]),
    "another leaf": lambda x: ag.tensor(x.item(), requires_grad=True) * 1.0,
    "copy": lambda x: copy.copy(x) * 2.0,
    "deepcopy": lambda x: copy.deepcopy(x) * 2.0,
    "pickle": lambda x: pickle.loads(pickle.dumps(x)) * 2.0,
    "no_grad": without_recording,
    "a decorated function": ag.no_grad()(lambda x: x * x),
    "an accuracy": lambda x: np.mean((x * np.ones(3) > 0) == 1),
    "a comparison": lambda x: x > 0,
    "a comparison as a number": lambda x: (x > 0) * 1.0,
    "argmax": lambda x: ag.argmax(ag.stack([x, -x])),
    "argsort": lambda x: ag.argsort(ag.stack([x, -x])).sum() * 1.0,
    "an integer": lambda x: x.astype(int),
    "an integer and back": lambda x: x.astype(int).astype(float),
    "isnan": lambda x: ag.isnan(x),
    "allclose": lambda x: 1.0 * np.allclose(x, 3.0),
    "array_equal": lambda x: 1.0 * np.array_equal(x, 3.0),
    "a gradient by backward": stepped,
    "gradients": lambda x: ag.gradients(W * x * x, W) * 1.0,
    "a condition": lambda x: 1.0 if bool(x) else 0.0,
    "an index": lambda x: ag.tensor([1.0, 2.0])[(x > 0).astype(int).item()],
}

TRANSFORMS = {
    "grad": lambda f: ag.grad(f)(3.0),
    "value_and_grad": lambda f: ag.value_and_grad(f)(3.0),
    "grad of a Tensor": lambda f: ag.grad(f)(ag.tensor(3.0, requires_grad=True)),
    "grad of a dict": lambda f: ag.grad(lambda p: f(p["x"]))({"x": 3.0}),
    "vjp": lambda f: ag.vjp(f, 3.0),
    "jvp": lambda f: ag.jvp(f, (3.0,), (1.0,)),
    "jacobian": lambda f: ag.jacobian(f)(3.0),
    "hessian": lambda f: ag.hessian(f)(3.0),
    "hvp": lambda f: ag.hvp(f, 3.0, 1.0),
    "an inner grad": lambda f: ag.grad(lambda x: ag.grad(lambda y: y * f(x))(2.0))(3.0),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
@pytest.mark.parametrize("f", LEAVING.values(), ids=LEAVING)
def test_a_value_that_left_the_graph_has_no_derivative(transform, f):
    assert_refused(lambda: transform(f), ag.GradientError)


def test_the_error_quotes_the_line_where_the_value_left():
    def f(x):
        y = x * x
        return y.item()

    assert_refused(lambda: ag.grad(f)(3.0), ag.GradientError, "left the graph at 'y.item()'")


def test_the_error_names_the_operation_that_has_no_derivative():
    f = LEAVING["argmax"]
    assert_refused(lambda: ag.grad(f)(3.0), ag.GradientError, "argmax at 'ag.argmax(")


def test_one_of_several_arguments_that_left_is_found():
    def f(x, y):
        return float(x.item()) * y if isinstance(x, ag.Tensor) else x * y

    assert_refused(lambda: ag.grad(f, (0, 1))(2.0, 3.0), ag.GradientError, "'x.item()'")
    assert_refused(lambda: ag.vjp(f, 2.0, 3.0), ag.GradientError, "'x.item()'")
    assert ag.grad(f, 1)(2.0, 3.0) == 2.0


def test_a_boolean_result_beside_another_has_no_tangent():
    f = lambda x: (x * x, x > 0)  # noqa: E731
    assert_refused(lambda: ag.jvp(f, (3.0,), (1.0,)), ag.GradientError, "greater")
    assert_refused(lambda: ag.jacobian(f)(3.0), ag.GradientError, "greater")
    assert ag.vjp(f, 3.0)[0] == (9.0, True)


@pytest.mark.parametrize("left", [lambda x: (x * x).item(), lambda x: ag.tensor((x * x).data)])
def test_a_number_that_left_beside_another_result_has_no_derivative(left):
    f = lambda x: (x * 2.0, left(x))  # noqa: E731
    assert_refused(lambda: ag.jacobian(f)(3.0), ag.GradientError, "left the graph")
    assert_refused(lambda: ag.jvp(f, (3.0,), (1.0,)), ag.GradientError, "left the graph")


def test_a_constant_beside_another_result_has_derivative_0_whatever_was_read():
    def f(x):
        x.item()
        return x * 2.0, np.array([1, 2])

    assert [d.tolist() for d in ag.jacobian(f)(3.0)] == [2.0, [0.0, 0.0]]


def test_a_gradient_with_a_graph_does_not_leave():
    assert ag.grad(lambda x: ag.gradients(W * x * x, W, create_graph=True))(3.0) == 6.0


@pytest.mark.parametrize("transform", [ag.grad, ag.jacobian, ag.value_and_grad])
def test_a_function_that_returns_nothing_is_refused(transform):
    assert_refused(lambda: transform(lambda x: None)(3.0), ag.GradientError, "end it with return")


# What is constant in an argument, in all points or nearly all, has the derivative 0.
CONSTANT = {
    "a number": lambda x: 3.0,
    "another variable": lambda x: ag.tensor(3.0, requires_grad=True) * 1.0,
    "detach": lambda x: (x * x).detach(),
    "ag.detach": lambda x: ag.detach(x * x),
    "a shape": lambda x: float(x.ndim),
    "floor": ag.floor,
    "sign": ag.sign,
    "zeros_like": lambda x: np.zeros_like(x).sum(),
    "printed": lambda x: len(f"{x} {x:.3f} {x!r}") * 0.0,
}


@pytest.mark.parametrize("f", CONSTANT.values(), ids=CONSTANT)
def test_the_derivative_of_a_constant_is_0(f):
    assert ag.grad(f)(2.5) == 0.0


def test_an_argument_that_is_not_used_has_derivative_0():
    assert ag.grad(lambda x, y: y * y, (0, 1))(2.0, 3.0) == (0.0, 6.0)


def test_an_argument_that_is_only_compared_with_has_derivative_0():
    gradient = ag.grad(lambda x, y: ag.where(x > 0, y, 2.0 * y), (0, 1))(2.0, 3.0)
    assert gradient == (0.0, 1.0)


@pytest.mark.parametrize("mask", [lambda x: x > 0, lambda x: x.data > 0])
def test_second_derivatives_of_what_is_linear_by_parts_are_0(mask):
    def f(x):
        return ag.sum(ag.where(mask(x), x, 0.1 * x))

    assert not ag.hessian(f)(np.array([1.0, -1.0])).any()


def test_values_may_be_read_beside_a_result_that_depends_on_the_argument():
    seen = []

    def f(x):
        seen.append(x.item())
        return x * x

    assert ag.grad(f)(3.0) == 6.0
    assert ag.grad(ag.grad(f))(3.0) == 2.0
    assert seen == [3.0, 3.0]


def test_what_is_read_outside_of_a_transform_is_not_watched():
    x = ag.tensor(3.0, requires_grad=True)
    assert ag.grad(lambda y: y * x.item())(2.0) == 3.0
