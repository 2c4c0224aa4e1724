"""Recurrent cells and layers: what gates do, pictures, dropout, dtypes, refusals, learning."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused

KINDS = ["RNN", "LSTM", "GRU"]
every_kind = pytest.mark.parametrize("kind", KINDS)


def drawn(*shape):
    return np.random.default_rng(0).normal(size=shape)


def labels(loss, depth):
    return [b.label for b in ag.draw(loss, depth=depth, budget=None).scene.boxes]


# What the cells do.


@every_kind
def test_a_layer_is_its_cell_at_every_step(kind):
    layer, cell = getattr(nn, kind)(3, 4, rng=0), getattr(nn, f"{kind}Cell")(3, 4)
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in layer.state_dict().items()})
    x, state, hidden = drawn(5, 2, 3), None, []
    for step in x:
        state = cell(step, state)
        hidden.append((state[0] if kind == "LSTM" else state).data)
    np.testing.assert_allclose(layer(x)[0].data, hidden, rtol=1e-12, atol=1e-14)


def open_and_shut(units, of):
    """An LSTM cell whose gates are those given, whatever it is fed with."""
    cell = nn.LSTMCell(1, units)
    rows = np.repeat([40.0 if of[name] else -40.0 for name in "ifgo"], units)
    zeros = {name: np.zeros(value.shape) for name, value in cell.state_dict().items()}
    cell.load_state_dict(zeros | {"bias_ih": rows})
    return cell


def test_a_cell_that_forgets_nothing_passes_a_gradient_on_undiminished():
    cell = open_and_shut(3, {"i": 0, "f": 1, "g": 1, "o": 1})
    first = ag.tensor(drawn(1, 3), requires_grad=True)
    h, c = np.zeros((1, 3)), first
    for x in drawn(100, 1, 1):
        h, c = cell(x, (h, c))
    np.testing.assert_allclose(c.data, first.data, rtol=1e-12, atol=1e-12)
    ag.sum(c).backward()
    np.testing.assert_allclose(first.grad, 1.0, rtol=1e-12)


def test_a_cell_that_forgets_all_and_writes_holds_the_candidate():
    cell = open_and_shut(3, {"i": 1, "f": 0, "g": 1, "o": 0})
    h, c = cell([[5.0]], (drawn(1, 3), drawn(1, 3)))
    np.testing.assert_allclose(c.data, 1.0, rtol=1e-12)
    np.testing.assert_allclose(h.data, 0.0, atol=1e-12)


def test_a_gru_whose_update_gate_is_one_keeps_its_state():
    cell = nn.GRUCell(1, 2)
    zeros = {name: np.zeros(value.shape) for name, value in cell.state_dict().items()}
    cell.load_state_dict(zeros | {"bias_hh": [0, 0, 40, 40, 0, 0]})
    h = drawn(1, 2)
    np.testing.assert_allclose(cell([[3.0]], h).data, h, rtol=1e-12)


def test_the_second_direction_reads_from_the_end():
    layer = nn.GRU(2, 3, bidirectional=True, rng=0)
    x = ag.tensor(drawn(4, 2), requires_grad=True)
    output, _ = layer(x)
    for half, seen in ((output[1, :3], [True, True, False, False]), (output[1, 3:], [0, 1, 1, 1])):
        (g,) = ag.gradients(ag.sum(half), [x])
        np.testing.assert_array_equal(np.any(g, axis=1), np.array(seen, bool))


# Pictures.


def test_a_drawing_of_an_lstm_names_its_gates():
    cell = nn.LSTMCell(2, 2, rng=0)
    h, _ = cell(drawn(1, 2))
    gates = {"input gate", "forget gate", "candidate", "output gate"}
    assert gates <= set(labels(ag.sum(h), depth=1))
    opened = labels(ag.sum(h), depth=None)
    assert gates.isdisjoint(opened)
    assert opened.count("tanh") == 2


def test_a_drawing_of_a_gru_names_its_gates():
    h = nn.GRUCell(2, 2, rng=0)(drawn(1, 2))
    assert {"reset gate", "update gate", "candidate"} <= set(labels(ag.sum(h), depth=1))


@every_kind
def test_a_drawing_has_a_box_for_each_step_of_a_layer(kind):
    output, _ = getattr(nn, kind)(2, 2, rng=0)(drawn(4, 1, 2))
    boxes = ag.draw(ag.sum(output), depth=1, budget=None).scene.boxes
    assert [b.label for b in boxes if b.kind == "fold"] == [f"step {i}" for i in range(4)]


def test_a_drawing_names_the_first_states_and_the_layers():
    layer = nn.LSTM(2, 2, num_layers=2, bidirectional=True, rng=0)
    output, _ = layer(ag.tensor(drawn(2, 1, 2), requires_grad=True))
    found = labels(ag.sum(output), depth=1)
    assert {"layer 0", "layer 0 reverse", "layer 1", "layer 1 reverse"} <= set(found)
    assert {"h_0", "c_0"} <= set(found)


def test_a_table_counts_the_products_of_all_gates_and_steps():
    # A batch of 2 goes 5 steps along 4 gates of 4 units with 3 inputs and 4 states each.
    assert nn.LSTM(3, 4).summary((5, 2, 3)).multiply_adds == 5 * 2 * 4 * 4 * (3 + 4)


# Chance.


@every_kind
def test_weights_begin_within_one_over_the_root_of_the_units(kind):
    for layer in (getattr(nn, kind)(2, 25, rng=0), getattr(nn, f"{kind}Cell")(2, 25, rng=0)):
        for p in layer.parameters():
            assert 0.15 < abs(p.data).max() <= 0.2


@every_kind
def test_the_same_seed_draws_the_same_weights_and_masks(kind):
    x = drawn(6, 2, 3)
    one, other = (getattr(nn, kind)(3, 8, num_layers=2, dropout=0.5, rng=seed) for seed in (3, 4))
    assert not np.array_equal(one.weight_hh_l1.data, other.weight_hh_l1.data)
    other.reset_parameters(3)
    first = one(x)[0].data
    np.testing.assert_array_equal(other(x)[0].data, first)
    assert not np.array_equal(one(x)[0].data, first)
    np.testing.assert_array_equal(one.eval()(x)[0].data, other.eval()(x)[0].data)


def test_dropout_of_all_leaves_the_second_layer_without_inputs():
    layer = nn.RNN(2, 3, num_layers=2, dropout=1.0, rng=0)
    first, second = layer(drawn(4, 1, 2))[0].data, layer(drawn(4, 1, 2) + 1.0)[0].data
    np.testing.assert_array_equal(first, second)
    assert np.any(first)


# Dtypes and sizes.


@every_kind
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_outputs_and_states_have_the_dtype_of_the_weights(kind, dtype):
    output, states = getattr(nn, kind)(2, 3, 2, dtype=dtype)(drawn(3, 2, 2))
    states = states if isinstance(states, tuple) else (states,)
    assert {t.dtype for t in (output, *states)} == {np.dtype(dtype)}


@every_kind
def test_an_empty_batch_passes_through_both_ways(kind):
    x = ag.tensor(np.zeros((3, 0, 2)), requires_grad=True)
    output, _ = getattr(nn, kind)(2, 4)(x)
    assert output.shape == (3, 0, 4)
    ag.sum(output).backward()
    assert x.grad.shape == x.shape


def test_numbers_so_large_that_gates_are_shut_give_finite_derivatives():
    x = ag.tensor([[[1e4], [-1e4]]], requires_grad=True)
    layer = nn.LSTM(1, 2, rng=0, dtype="float32")
    ag.sum(layer(x)[0]).backward()
    assert np.isfinite(x.grad).all()
    assert all(np.isfinite(p.grad).all() for p in layer.parameters())


def test_the_keys_of_the_state_are_those_of_pytorch():
    layer = nn.LSTM(2, 3, num_layers=2, bidirectional=True, proj_size=1)
    assert list(layer.state_dict()) == [
        f"{name}_l{k}{way}"
        for k in (0, 1)
        for way in ("", "_reverse")
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
    ]


# Mistakes.


OPTIONS = [
    (lambda: nn.LSTM(2, 0), "LSTM: hidden_size=0 must be an integer of at least 1"),
    (lambda: nn.GRU(2, 3, num_layers=0), "GRU: num_layers=0 must be"),
    (lambda: nn.GRU(2, 3, dropout=0.5), "GRU: dropout=0.5 acts between layers, and there is one"),
    (lambda: nn.GRU(2, 3, 2, dropout=2), "GRU: dropout=2 must be a number from 0 to 1"),
    (lambda: nn.LSTM(2, 3, proj_size=3), "proj_size=3 must be smaller than hidden_size=3"),
    (lambda: nn.LSTM(2, 3, proj_size=-1), "proj_size=-1 must be an integer of at least 0"),
    (lambda: nn.RNN(2, 3, nonlinearity="elu"), "nonlinearity='elu' must be one of tanh, relu"),
    (lambda: nn.RNNCell(2, 3, nonlinearity=3), "nonlinearity=3 must be one of tanh, relu"),
    (lambda: nn.LSTMCell(2, 3, bias="no"), "LSTMCell: bias='no' must be True or False"),
    (lambda: nn.LSTM(2, 3)(drawn(4, 1, 2), drawn(1, 1, 3)), "hx must be 2 states, (h_0, c_0)"),
    (lambda: nn.LSTMCell(2, 3)(drawn(1, 2), drawn(1, 3)), "hx must be 2 states, (h_0, c_0)"),
]


@pytest.mark.parametrize(("call", "text"), OPTIONS, ids=[text for _, text in OPTIONS])
def test_options_that_cannot_be_are_refused(call, text):
    assert_refused(call, ag.OptionError, text)


INPUTS = [
    (lambda: nn.LSTM(2, 3)(drawn(4, 1, 5)), "LSTM: input (4, 1, 5) must be (L, N, 2) or (L, 2)"),
    (lambda: nn.GRU(2, 3, batch_first=True)(drawn(2)), "GRU: input (2,) must be (N, L, 2)"),
    (lambda: nn.RNN(2, 3)(drawn(0, 1, 2)), "must be a sequence of at least one element"),
    (lambda: nn.RNN(2, 3)(drawn(4, 2), drawn(1, 1, 3)), "h_0 (1, 1, 3) must be (1, 3)"),
    (lambda: nn.GRUCell(2, 3)(drawn(4, 1, 2)), "input (4, 1, 2) must be (N, 2) or (2,); it is one"),
    (lambda: nn.GRUCell(2, 3)(drawn(4, 2), drawn(3)), "h_0 (3,) must be (4, 3)"),
    (
        lambda: nn.LSTM(2, 3)(drawn(4, 1, 2), (drawn(1, 1, 3), drawn(1, 2, 3))),
        "c_0 (1, 2, 3) must be (1, 1, 3)",
    ),
]


@pytest.mark.parametrize(("call", "text"), INPUTS, ids=[text for _, text in INPUTS])
def test_inputs_that_do_not_fit_are_refused(call, text):
    assert_refused(call, ag.ShapeError, text)


# Learning.


class Parity(nn.Module):
    """Says after every bit whether the number of ones so far is odd."""

    def __init__(self, rng):
        self.memory = nn.LSTM(1, 8, batch_first=True, rng=rng)
        self.out = nn.Linear(8, 1, rng=rng)

    def forward(self, bits):
        return self.out(self.memory(bits[..., None])[0])[..., 0]


def odd(bits):
    return np.cumsum(bits, axis=1) % 2


def test_an_lstm_learns_the_parity_of_six_bits_and_knows_that_of_twenty():
    rng = np.random.default_rng(0)
    net, bits = Parity(rng), np.array(list(itertools.product([0, 1], repeat=6)))
    optimizer = nn.optim.Adam(net.parameters(), lr=0.03)
    for _ in range(120):
        loss = nn.binary_cross_entropy_with_logits(net(bits), odd(bits) * 1.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    longer = rng.integers(0, 2, (100, 20))
    assert np.mean((net(longer).data > 0) == odd(longer)) > 0.99
