"""The backward pass uses the values that the forward pass used, also if leaves changed since."""

import copy
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd.core.apply import apply
from autograd.testing.input_specs import calls
from tests.nn.parity import layers, recurrent


def leaf(value):
    return ag.tensor(value, requires_grad=True)


def replaced(leaves):
    """Give every leaf other data."""
    for x in leaves:
        x.data = x.data * 0.5 + 7.0


def used(p, data):
    """A drawn application of a primitive, with its leaves, and a cotangent."""
    call = data.draw(calls(p))
    inputs = [leaf(x) if np.asarray(x).dtype.kind == "f" else x for x in call.args]
    leaves = [x for x in inputs if isinstance(x, ag.Tensor)]
    out = apply(p, tuple(inputs), call.params)
    return out, leaves, np.linspace(0.5, 1.5, out.size).reshape(out.shape)


@pytest.mark.parametrize("p", ag.primitives(), ids=str)
@given(data=st.data())
@settings(max_examples=10)
def test_replacing_leaves_does_not_change_a_gradient(p, data):
    with np.errstate(all="ignore"):
        out, leaves, ct = used(p, data)
        expected = ag.gradients(out, leaves, ct)
        recorded = ag.gradients(out, leaves, ct, create_graph=True)
        second = second_derivatives(recorded, leaves)
        replaced(leaves)
        got = ag.gradients(out, leaves, ct)
        recorded = ag.gradients(out, leaves, ct, create_graph=True)
        for g, r, e in zip(got, recorded, expected, strict=True):
            np.testing.assert_array_equal(g, e)
            np.testing.assert_array_equal(r.data, e)
        for g, e in zip(second_derivatives(recorded, leaves), second, strict=True):
            np.testing.assert_allclose(g, e, rtol=1e-12)


def second_derivatives(gradients, leaves):
    dependent = [g for g in gradients if g.requires_grad]
    if not dependent:
        return []
    return ag.gradients(dependent, leaves, [np.ones(g.shape) for g in dependent])


def test_a_step_between_two_losses_does_not_reach_the_second():
    u, v = nn.Parameter([2.0]), nn.Parameter([3.0])
    first, second = ((u * v) ** 2).sum(), (-(u * v)).sum()
    first.backward()
    nn.optim.SGD([v], lr=0.1).step()
    u.grad = None
    second.backward()
    assert u.grad == [-3.0]


LAYERS = {c.id: c for c in (*layers.CASES, *recurrent.CASES) if c.name != "Embedding"}


@pytest.mark.parametrize("case", LAYERS.values(), ids=LAYERS)
def test_stepping_a_layer_does_not_change_an_older_gradient(case):
    given = layers.draw(case)
    module = layers.made(case)
    module.load_state_dict(layers.state(given))
    x = nn.Parameter(given["x"])
    out = layers.fed(case, module, x, layers.pooled)
    out = out[0] if isinstance(out, tuple) else out
    leaves = [x, *module.parameters()]
    ct = np.linspace(0.5, 1.5, out.size).reshape(out.shape)
    expected = ag.gradients(out, leaves, ct)
    replaced(leaves)
    for g, e in zip(ag.gradients(out, leaves, ct), expected, strict=True):
        np.testing.assert_array_equal(g, e)


def test_a_checkpoint_is_run_again_with_the_weights_it_used():
    w, x = leaf(2.0), leaf(3.0)
    y = ag.checkpoint(lambda x: ag.exp(w * x))(x)
    expected = ag.gradients(y, [w, x])
    replaced([w, x])
    assert ag.gradients(y, [w, x]) == expected
    assert (w.data, x.data) == (8.0, 8.5)


def test_debug_accepts_data_that_were_replaced():
    w = leaf([1.0, 2.0])
    with ag.debug():
        y = ag.sum(w * w)
        w.data = np.array([5.0, 5.0])
        y.backward()
    np.testing.assert_array_equal(w.grad, [2.0, 4.0])


def test_debug_refuses_data_that_were_changed_in_place():
    w = leaf([1.0, 2.0])
    with ag.debug():
        y = ag.sum(w * w)
        w.data -= 1.0
        with pytest.raises(ag.GradientError, match="multiply: input 0 was changed in place"):
            y.backward()


def test_a_node_with_a_leaf_saves_what_it_received():
    w = leaf(2.0)
    y = w * 3.0
    assert y.saved == (2.0, 3.0)
    assert (y * 3.0).saved is None


def test_a_chain_takes_less_than_300_bytes_an_operation():
    x = leaf(1.0)
    tracemalloc.start()
    y = x
    for _ in range(1000):
        y = y * 0.999
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held / 1000 < 300


HANDED_OUT = {
    "a result": lambda w: w * 2.0,
    "a view": lambda w: w[1:],
    "a transposition": lambda w: w.T,
    "a view without a gradient": lambda w: ag.tensor(w.data)[1:],
    "what is detached": lambda w: w.detach(),
    "what is detached by the function": ag.detach,
    "a result under no_grad": ag.no_grad()(lambda w: ag.reshape(w, (2, 2))),
    "a node of a graph": lambda w: ag.tensor(ag.graph(w * 2.0)[2].value).detach(),
}


@pytest.mark.parametrize("make", HANDED_OUT.values(), ids=HANDED_OUT)
def test_data_that_a_graph_may_use_are_read_only(make):
    w = leaf(np.arange(4.0).reshape(2, 2))
    made = make(w)
    with pytest.raises(ValueError, match="read-only"):
        made.data[...] = -1.0
    np.testing.assert_array_equal(w.data, [[0.0, 1.0], [2.0, 3.0]])


def test_values_of_results_in_a_graph_are_read_only():
    w = leaf([1.0, 2.0])
    value = ag.graph(w * 2.0)[2].value
    with pytest.raises(ValueError, match="read-only"):
        value[0] = 5.0


def test_the_result_of_vjp_cannot_spoil_its_pullback():
    out, pullback = ag.vjp(ag.exp, np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="read-only"):
        out[0] = 5.0
    np.testing.assert_allclose(pullback(np.ones(2))[0], np.exp([0.0, 1.0]))


def test_data_of_a_leaf_can_be_changed_in_place():
    w = leaf([1.0, 2.0])
    w.data -= 0.5
    w.data[0] = 9.0
    np.testing.assert_array_equal(w.data, [9.0, 1.5])


def test_replaced_data_of_a_constant_result_are_its_own():
    y = ag.tensor([1.0, 2.0]) * 2.0
    y.data = np.array([5.0, 6.0])
    y.data[0] = 7.0
    np.testing.assert_array_equal(y.data, [7.0, 6.0])


TAKEN_OVER = {
    "data of a result": lambda w: (w * 2.0).data,
    "data of a constant result": lambda w: (w.detach() * 2.0).data,
    "data that were detached": lambda w: w.detach().data,
    "a part of other data": lambda w: w.detach()[:2].data,
}


@pytest.mark.parametrize("make", TAKEN_OVER.values(), ids=TAKEN_OVER)
def test_data_taken_from_another_tensor_become_the_leafs_own(make):
    w, other = leaf([1.0, 2.0]), leaf([5.0, 6.0])
    other.data = make(w)
    other.data *= 0.5
    np.testing.assert_array_equal(w.data, [1.0, 2.0])


def test_running_statistics_can_be_written_after_a_batch():
    norm = nn.BatchNorm1d(2)
    norm(np.arange(6.0).reshape(3, 2))
    norm.running_mean.data[:] = 0.0
    np.testing.assert_array_equal(norm.running_mean.data, 0.0)


def test_a_row_of_an_embedding_can_be_written():
    layer = nn.Embedding(3, 2, padding_idx=0)
    layer.weight.data[1] = [1.0, 2.0]
    np.testing.assert_array_equal(layer.weight.data[1], [1.0, 2.0])


def test_a_replaced_constant_leaves_a_gradient_without_a_gradient():
    c = ag.tensor([3.0, 4.0])
    _, pullback = ag.vjp(lambda x: ag.sum(x * c), leaf([1.0, 2.0]))
    c.data = np.array([7.0, 8.0])
    (gradient,) = pullback(1.0)
    assert not gradient.requires_grad
    np.testing.assert_array_equal(gradient.data, [3.0, 4.0])


def test_an_output_that_is_the_argument_cannot_spoil_the_pullback():
    (same, _), pullback = ag.vjp(lambda x: (x, x * x), np.array([1.0, 2.0]))
    same[:] = 9.0
    np.testing.assert_array_equal(pullback((np.zeros(2), np.ones(2)))[0], [2.0, 4.0])


def test_a_result_without_axes_is_a_scalar_of_numpy():
    total = ag.primitive(vjps=(lambda ct, out, x: ct + 0 * x,))(lambda x: np.asarray(x.sum()))
    assert type(total(leaf([1.0, 2.0])).data) is np.float64


def test_a_copy_of_what_was_detached_is_its_own():
    made = copy.copy(leaf([1.0, 2.0]).detach())
    made.data[0] = 5.0
    np.testing.assert_array_equal(made.data, [5.0, 2.0])
