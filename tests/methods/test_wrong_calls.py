"""What tensors do not have, or have with another meaning, is refused with the line to write."""

import math
import operator

import numpy as np
import pytest

import autograd as ag
from tests.refusals import assert_refused


def t(*shape):
    return ag.tensor(np.arange(1.0, 1.0 + math.prod(shape)).reshape(shape), requires_grad=True)


def delete(x):
    del x[0]


def put(x):
    x.at[0] = 1.0


REFUSED = [
    (lambda: t(2) ^ t(2), "xor: tensors have no bits; for booleans write x != y"),
    (lambda: True ^ t(2), "xor: "),
    (lambda: t(2) << 1, "lshift: "),
    (lambda: 1 << t(2), "lshift: "),
    (lambda: t(2) >> 1, "rshift: "),
    (lambda: 1 >> t(2), "rshift: "),
    (lambda: ~t(2), "logical_not: & | and ~ are for booleans"),
    (lambda: 1 & t(2), "logical_and: & | and ~ are for booleans"),
    (lambda: 1 | t(2), "logical_or: & | and ~ are for booleans"),
    (lambda: round(t(2)), "round: tensors have none"),
    (lambda: round(t(2), 1), "use ag.round(x), whose slope is 0"),
    (lambda: t(2) % "a", "remainder: cannot compute with the str 'a'"),
    (lambda: divmod(t(2), t(3)), "divmod: shapes (2,) and (3,) do not broadcast"),
    (lambda: int(t()), "int: the tensor requires a gradient"),
    (lambda: complex(t()), "complex: the tensor requires a gradient"),
    (lambda: float(t()), "lost here; use functions of ag, as ag.sin"),
    (lambda: math.floor(t()), "math.floor: the tensor requires a gradient"),
    (lambda: math.ceil(t()), "math.ceil: "),
    (lambda: math.trunc(t()), "math.trunc: "),
    (lambda: delete(t(2)), "delitem: tensors are immutable; index what stays, as in x[1:]"),
    (lambda: put(t(2)), "at: tensors are immutable; write y = x.at[i].set(v)"),
    (lambda: t(2).at(0).set(1.0), "at: takes its index in brackets"),
    (lambda: iter(t()).__next__(), "len: a 0-d tensor has no length and no elements"),
    (lambda: f"{t(2):.2f}", "format: '.2f' is for one number, and a tensor of shape (2,) has 2"),
    (lambda: f"{t():d}", "format: Unknown format code 'd'"),
    (lambda: t(2) in [t(2)], "to find a tensor in a list, compare with is"),
    (lambda: t(2) < "a", "less: cannot compute with the str 'a'"),
    (lambda: t(2) >= None, "greater_equal: cannot compute with None"),
    (lambda: t(2).grad * t(2), "multiply: cannot compute with None; give it numbers (the grad"),
    (lambda: t(2).item(5), "item: shape (2,): index 5 is out of bounds"),
    (lambda: t(2).item("a"), "item: shape (2,): "),
    (lambda: t(6).reshape(2, 3, order="F"), "x.T.reshape(shape[::-1]).T"),
    (lambda: t().backward(retain_graph=True), "leave it out, as a graph is kept as long as"),
    (lambda: t().backward(create_graph=True), "ag.gradients(y, x, create_graph=True)"),
    (lambda: t(2).mean(dim=0), "mean: there is no option 'dim'; here it is axis"),
    (lambda: t(2).sum(0, keepdim=True), "sum: there is no option 'keepdim'; here it is keepdims"),
    (lambda: t(2).std(unbiased=True), "std: there is no option 'unbiased'; here it is ddof"),
    (lambda: ag.logsumexp(t(2), dim=0), "logsumexp: there is no option 'dim'; here it is axis"),
    (lambda: ag.softmax(t(2), 0, dim=0), "softmax: axis and dim are two names of one option"),
    (lambda: ag.log_softmax(t(2), axis=0, dim=0), "log_softmax: axis and dim are two names"),
    (lambda: np.sum(t(2), initial=1.0), "np.sum: the option 'initial' is not supported"),
    (lambda: ag.tensor(1.0, True), "tensor: dtype=True is not a dtype; write requires_grad=True"),
    (lambda: ag.tensor(1.0, require_grad=True), "did you mean requires_grad?"),
    (lambda: ag.Tensor(1.0, dtype=float), "Tensor: there is no option 'dtype'"),
    (lambda: ag.tensor(), "tensor: missing a required argument: 'data'; write tensor(data, dtype"),
    (lambda: ag.grad(lambda w: w, np.ones(2)), "grad: argnums=array([1., 1.]) must be integers"),
    (lambda: ag.jacobian(lambda w: w, 2.0), "ag.jacobian(f)(x)"),
    (lambda: ag.hvp(lambda w: w, 1.0), "hvp: missing a required argument: 'v'"),
    (lambda: ag.vjp(lambda w: w), "vjp: give the arguments of the function, as in ag.vjp(f, x)"),
    (lambda: ag.grad(lambda v: ag.sum(v * v))([1.0, 2.0]), "grad: the function got a list of 2"),
    (
        lambda: ag.linalg.norm(t(2), 0).backward(),
        "comparisons and counts, which have no derivative",
    ),
]


@pytest.mark.parametrize(("call", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_a_wrong_call_says_what_to_write(call, text):
    assert_refused(call, ag.GlassgradError, text)


TWO_MEANINGS = [
    (lambda: t(2, 3).transpose(0, 1), "x.swapaxes(0, 1)", "NumPy"),
    (lambda: t(2, 3).transpose(-2, -1), "x.swapaxes(-2, -1)", "NumPy"),
    (lambda: t(2, 3, 4).transpose(1, 2), "x.swapaxes(1, 2)", "NumPy"),
    (lambda: t(2, 3).repeat(2, 1), "x.repeat(2, axis=1)", "ag.tile(x, (2, 1))"),
    (lambda: t(2, 3).repeat(2, 1, 1), "NumPy", "ag.tile(x, (2, 1, 1))"),
    (lambda: t(2, 3, 4).flatten(1), "x.reshape(len(x), -1)", "PyTorch"),
    (lambda: ag.split(t(5), 2), "not their length as in PyTorch", "no 2 equal parts"),
    (lambda: ag.split(t(6), [3, 3]), "write [3]", "PyTorch"),
    (lambda: ag.split(t(6), [1, 4, 1]), "write [1, 5]", "PyTorch"),
    (lambda: ag.pad(t(2, 3), (1, 1, 2, 2)), "from the first axis on", "PyTorch"),
    (lambda: ag.max(t(2), t(2)), "ag.maximum(x, y)", "max: "),
    (lambda: t(2).min(t(2)), "ag.minimum(x, y)", "min: "),
]


@pytest.mark.parametrize(("call", "one", "other"), TWO_MEANINGS)
def test_a_call_with_two_meanings_names_both(call, one, other):
    assert_refused(call, ag.GlassgradError, one, other)


MEANINGS = [
    (lambda x: x.transpose(1, 0), lambda a: a.transpose(1, 0)),
    (lambda x: x.transpose(-1, -2), lambda a: a.transpose(-1, -2)),
    (lambda x: x.transpose((0, 1)), lambda a: a.transpose((0, 1))),
    (lambda x: x.transpose(axes=(1, 0)), lambda a: np.transpose(a, axes=(1, 0))),
    (lambda x: x.transpose(None), lambda a: a.transpose(None)),
    (lambda x: ag.transpose(x, (0, 1)), lambda a: np.transpose(a, (0, 1))),
    (lambda x: x.repeat(2, axis=1), lambda a: a.repeat(2, axis=1)),
    (lambda x: ag.repeat(x, 2, 1), lambda a: np.repeat(a, 2, 1)),
    (lambda x: np.repeat(x, 2, 1), lambda a: np.repeat(a, 2, 1)),
    (lambda x: x.reshape(3, 2, order="C"), lambda a: a.reshape(3, 2, order="C")),
    (lambda x: x.reshape(shape=(3, 2)), lambda a: a.reshape(3, 2)),
    (lambda x: ag.split(x, 3, 1)[1], lambda a: np.split(a, 3, 1)[1]),
    (lambda x: ag.split(x, [1, 2], 1)[1], lambda a: np.split(a, [1, 2], 1)[1]),
    (lambda x: ag.split(x, [3, 3, 4], 1)[1], lambda a: np.split(a, [3, 3, 4], 1)[1]),
    (lambda x: ag.pad(x, (1, 2)), lambda a: np.pad(a, (1, 2))),
    (lambda x: x.flatten(), lambda a: a.flatten()),
    (lambda x: x.var(), lambda a: a.var()),
    (lambda x: x.std(0, 1), lambda a: a.std(0, ddof=1)),
    (lambda x: x.max(0), lambda a: a.max(0)),
    (lambda x: x.squeeze(), lambda a: a.squeeze()),
]


@pytest.mark.parametrize(("ours", "numpys"), MEANINGS)
def test_numpys_meaning_stays(ours, numpys):
    a = t(2, 3).numpy()
    np.testing.assert_array_equal(ours(t(2, 3)).numpy(), numpys(a))


@pytest.mark.parametrize("index", [(0,), (-1,), ((1, 2),), (1, 2), (np.int64(4),)])
def test_item_takes_an_index_as_numpys_does(index):
    assert t(2, 3).item(*index) == t(2, 3).numpy().item(*index)
    assert type(t(2, 3).item(*index)) is float


@pytest.mark.parametrize("value", [1.0, 6.0, 7.0, np.float64(2.0)])
def test_in_asks_whether_an_element_is_equal(value):
    assert (value in t(2, 3)) is (value in t(2, 3).numpy())


@pytest.mark.parametrize("convert", [int, float, complex, math.floor, math.ceil, math.trunc])
def test_a_constant_becomes_a_number(convert):
    assert convert(ag.tensor(-2.5)) == convert(-2.5)
    assert type(convert(ag.tensor(-2.5))) is type(convert(-2.5))


@pytest.mark.parametrize("combine", [operator.and_, operator.or_])
def test_booleans_combine_with_python_and_numpy_booleans(combine):
    b = ag.tensor([True, False])
    for other in (True, False, np.bool_(True), np.array([False, True])):
        np.testing.assert_array_equal(combine(other, b).data, combine(other, b.data))
        np.testing.assert_array_equal(combine(b, other).data, combine(b.data, other))


def test_a_type_error_of_the_users_own_stays_what_it_is():
    def f(x):
        return x * {}.missing

    with pytest.raises(AttributeError, match="missing"):
        ag.grad(f)(1.0)

    def g(x, y):
        return x * y

    with pytest.raises(TypeError, match=r"g\(\) missing 1 required positional argument: 'y'"):
        ag.grad(g)(1.0)


def test_a_list_that_the_function_takes_apart_is_right():
    assert ag.grad(lambda v: v[0] * v[1])([2.0, 3.0]) == [3.0, 2.0]


def test_the_logarithm_of_an_empty_sum_is_minus_infinity():
    empty = ag.tensor(np.zeros((0, 3)), requires_grad=True)
    with np.errstate(divide="ignore"):
        result = ag.logsumexp(empty, axis=0)
        assert ag.logsumexp(empty).item() == -np.inf
        assert ag.logsumexp(empty, axis=0, keepdims=True).shape == (1, 3)
        assert ag.logsumexp(empty, axis=1).shape == (0,)
        result.sum().backward()
    np.testing.assert_array_equal(result.data, [-np.inf] * 3)
    assert empty.grad.shape == (0, 3)
    assert_refused(lambda: ag.logsumexp(empty, axis=2), ag.ShapeError, "logsumexp: axis 2")
