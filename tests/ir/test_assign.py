"""`ag.assign` gives a leaf new data, eagerly and as part of a program."""

import re

import numpy as np
import pytest

import autograd as ag
import nn


class Centred(nn.Module):
    """Takes the mean away, which it follows in one of two ways."""

    def __init__(self, assigns):
        self.assigns = assigns
        self.register_buffer("mean", np.zeros(2))

    def forward(self, x):
        new = (0.5 * self.mean + 0.5 * ag.mean(x, axis=0)).detach()
        if self.assigns:
            ag.assign(self.mean, new)
        else:
            self.mean = new
        return x - self.mean


X = np.array([[1.0, 2.0], [3.0, 6.0]])


def test_a_buffer_follows_eagerly_captured_and_compiled():
    eager, captured, compiled = Centred(True), Centred(True), Centred(True)
    graph = ag.capture(lambda x: captured(x), X)
    run = ag.compile(lambda x: compiled(x))
    for factor in (1.0, -2.0, 3.0):
        expected = eager(ag.tensor(factor * X)).data
        assert np.array_equal(ag.evaluate(graph, factor * X), expected)
        assert np.array_equal(ag.tensor(run(factor * X)).data, expected)
    assert eager.mean.data.tolist() == captured.mean.data.tolist() == compiled.mean.data.tolist()


@pytest.mark.parametrize("make", [ag.capture, lambda f, x: ag.compile(f)(x)])
def test_a_captured_tensor_as_an_attribute_is_refused(make):
    module = Centred(False)
    message = r"Centred\.mean becomes a captured tensor.*write ag\.assign\(self\.mean, new\)$"
    with pytest.raises(ag.CaptureError, match=message):
        make(lambda x: module(x), X)
    assert module.mean.data.tolist() == [0.0, 0.0]


def test_an_attribute_that_was_no_tensor_may_become_a_captured_one():
    module = Centred(True)

    def f(x):
        module.last = module(x)
        module.last = module.last * 2.0
        return module.last

    assert ag.evaluate(ag.capture(f, X), X).tolist() == [[0.0, 0.0], [4.0, 8.0]]


def test_a_new_value_that_is_a_tensor_is_copied():
    w, new = ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])
    ag.assign(w, new)
    w.data[0] = 5.0
    assert w.data.tolist() == [5.0, 4.0]
    assert new.data.tolist() == [3.0, 4.0]


def result():
    return ag.tensor([1.0, 2.0], requires_grad=True) * 2.0


WRONG = {
    "a result": (result, [1.0, 2.0], ag.ImmutableError, "assign: this tensor is a result of mul"),
    "another shape": (lambda: ag.tensor([1.0, 2.0]), 1.0, ag.ShapeError, "assign: shape () cannot"),
    "cut to integers": (
        lambda: ag.tensor([1, 2]),
        [0.5, 0.5],
        ag.DTypeError,
        "assign: float64",
    ),
    "no tensor": (lambda: 1.0, 2.0, ag.UnsupportedError, "assign: takes a Tensor first, not 1.0"),
    "texts": (lambda: ag.tensor([1.0]), ["a"], ag.DTypeError, "assign: "),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("is_captured", [False, True])
def test_what_cannot_be_assigned_is_refused_in_one_line(case, is_captured):
    make, new, kind, message = case
    t = make()

    def f(x):
        ag.assign(t, new)
        return x

    with pytest.raises(kind, match=f"^{re.escape(message)}"):
        ag.capture(f, 1.0) if is_captured else f(1.0)


def test_replaced_data_and_tensors_as_data_name_assign():
    w = ag.tensor([1.0, 2.0])
    with pytest.raises(ag.DTypeError, match=r"^data: .*; write ag\.assign\(w, new\)$"):
        w.data = w * 2.0

    def replaces(x):
        y = w * x
        w.data = [3.0, 4.0]
        return y

    with pytest.raises(ag.CaptureError, match=r"or write ag\.assign\(t, new\)$"):
        ag.capture(replaces, 1.0)


def test_a_tensor_that_is_returned_as_it_is_has_the_value_of_each_run():
    w = ag.tensor(2.0)
    graph = ag.capture(lambda x: (w, x * w), 1.0)
    w.data = 5.0
    assert ag.evaluate(graph, 3.0) == (5.0, 15.0)
