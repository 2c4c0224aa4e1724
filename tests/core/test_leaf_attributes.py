"""What may be set on a leaf: that it requires a gradient, its gradient and its data."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


def integers():
    return ag.tensor([1, 2])


def set_requires_grad(t):
    t.requires_grad = True


def optimised(t):
    return nn.optim.SGD([t])


# Every way in which numbers that are not floating-point might come to require a gradient.
DOORS = {
    "tensor": lambda: ag.tensor([1, 2], requires_grad=True),
    "tensor of a Tensor": lambda: ag.tensor(integers(), requires_grad=True),
    "tensor of a dtype": lambda: ag.tensor([1.0, 2.0], dtype=int, requires_grad=True),
    "tensor of booleans": lambda: ag.tensor(True, requires_grad=True),
    "Tensor": lambda: ag.Tensor([1, 2], True),
    "Tensor of booleans": lambda: ag.Tensor(np.array([True]), requires_grad=True),
    "an attribute": lambda: set_requires_grad(integers()),
    "an attribute of a result": lambda: set_requires_grad(integers() + 1),
    "an attribute of a mask": lambda: set_requires_grad(ag.tensor([1.0]) > 0),
    "Parameter": lambda: nn.Parameter([1, 2]),
    "Parameter.to": lambda: nn.Parameter([1.0]).to("int32"),
    "Module.to": lambda: nn.Linear(2, 1).to(int),
    "an optimiser": lambda: optimised(integers()),
    "grad": lambda: ag.grad(lambda x: x * x)(2),
    "grad of a Tensor": lambda: ag.grad(lambda x: (x * x).sum())(integers()),
    "vjp": lambda: ag.vjp(lambda x: x * x, 2),
    "jvp": lambda: ag.jvp(lambda x: x * x, (2,), (1,)),
    "jacobian": lambda: ag.jacobian(lambda x: x * x)([1, 2]),
    "hessian": lambda: ag.hessian(lambda x: (x * x).sum())([1, 2]),
    "hvp": lambda: ag.hvp(lambda x: (x * x).sum(), [1, 2], [1.0, 1.0]),
    "gradients": lambda: ag.gradients(ag.tensor(1.0, requires_grad=True) * 2.0, integers()),
    "check_grad": lambda: ag.testing.check_grad(lambda x: x * x, 2, wrt=0),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_only_floating_point_numbers_can_require_a_gradient(door):
    assert_refused(door, ag.GlassgradError)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))]
)
def test_a_copy_of_integers_requires_no_gradient(copied):
    assert not copied(integers()).requires_grad


def test_a_leaf_can_be_told_to_require_a_gradient():
    x = ag.tensor([1.0, 2.0])
    x.requires_grad = True
    (x * x).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_a_result_cannot_be_told_to_require_no_gradient():
    y = ag.tensor(1.0, requires_grad=True) * 2.0
    assert_refused(lambda: setattr(y, "requires_grad", False), ag.GradientError, "t.detach()")


@pytest.mark.parametrize("value", [1, 0, None, "True", [True]])
def test_requires_grad_is_true_or_false(value):
    x = ag.tensor(1.0)
    assert_refused(lambda: setattr(x, "requires_grad", value), ag.GradientError, "True or False")


SHAPES = [((2,), ()), ((2,), (1,)), ((2, 3), (3,)), ((2, 3), (1, 3)), ((3,), (1, 3)), ((), (1,))]


@pytest.mark.parametrize(("shape", "other"), SHAPES)
@pytest.mark.parametrize("attribute", ["grad", "data"])
def test_an_array_of_another_shape_is_refused(attribute, shape, other):
    w = ag.tensor(np.ones(shape), requires_grad=True)
    text = f"{attribute}: shape {other} cannot replace {shape}"
    assert_refused(lambda: setattr(w, attribute, np.ones(other)), ag.ShapeError, text)


WRONG = ["ab", [None, 1.0], [1j, 1.0], np.array([1j, 1.0]), ag.tensor([1.0, 1.0])]


@pytest.mark.parametrize("value", WRONG, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("attribute", ["grad", "data"])
def test_what_is_no_array_of_numbers_is_refused(attribute, value):
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    assert_refused(lambda: setattr(w, attribute, value), ag.DTypeError, attribute)


def test_a_list_can_be_a_gradient():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    w.grad = [1, 2]
    (w * 3.0).sum().backward()
    assert w.grad.tolist() == [4.0, 5.0]


def test_a_gradient_that_is_set_has_the_dtype_of_the_tensor():
    w = ag.tensor([1.0, 2.0], dtype="float32", requires_grad=True)
    w.grad = np.array([1.0, 2.0])
    assert w.grad.dtype == np.float32


def test_a_gradient_can_be_changed_in_place():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    w.grad *= 0.5
    assert w.grad.tolist() == [1.0, 2.0]


def test_the_gradient_of_a_number_can_be_set_to_0():
    w = ag.tensor(3.0, requires_grad=True)
    w.grad = 0.0
    (w * w).backward()
    assert w.grad == 6.0


@pytest.mark.parametrize("numbers", [[1.5, 2.0], [np.nan, 1.0], [300, 1], [-1, 0]])
def test_data_of_integers_are_not_cut(numbers):
    x = ag.tensor([1, 2], dtype="uint8")
    assert_refused(lambda: setattr(x, "data", np.array(numbers)), ag.DTypeError, "cut to uint8")


def test_whole_numbers_can_be_data_of_integers():
    x = ag.tensor([1, 2], dtype="uint8")
    x.data = [3.0, 255.0]
    assert x.data.tolist() == [3, 255]


def test_complex_numbers_lose_no_part():
    for call in (
        lambda: ag.tensor(np.array([1j]), dtype=float),
        lambda: ag.tensor(np.complex64(1j), dtype="float32"),
    ):
        assert_refused(call, ag.DTypeError, "complex")


@pytest.mark.parametrize("make", [ag.tensor, nn.Parameter])
def test_a_result_does_not_become_a_leaf_that_is_learned(make):
    loss = ag.tensor(3.0, requires_grad=True) * 2.0
    assert_refused(lambda: make(loss, requires_grad=True), ag.GradientError, "cut the graph")


@pytest.mark.parametrize("dtype", [bool, np.int8, np.int64])
def test_backward_of_what_is_not_floating_point_says_so(dtype):
    x = ag.tensor([1.0], requires_grad=True)
    y = x > 0 if dtype is bool else x.astype(dtype)
    assert_refused(y.backward, ag.GradientError, np.dtype(dtype).name, "have no derivative")
