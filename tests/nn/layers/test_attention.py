"""Attention and encoders: what the weights are, masks, pictures, chance, refusals, learning."""

import copy

import numpy as np
import pytest

import autograd as ag
import nn
from nn.layers.attention.multihead import attention
from tests.refusals import assert_refused


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def made(**options):
    return nn.MultiheadAttention(4, 2, batch_first=True, rng=0, **options)


# What attention computes.


def test_one_head_is_the_formula():
    q, k, v = drawn(3, 2, seed=1), drawn(4, 2, seed=2), drawn(4, 5, seed=3)
    scores = np.exp(q @ k.T / np.sqrt(2))
    weights = scores / scores.sum(axis=1, keepdims=True)
    result, found = attention(q, k, v)
    np.testing.assert_allclose(found, weights, rtol=1e-12)
    np.testing.assert_allclose(result, weights @ v, rtol=1e-12)


def test_equal_keys_are_weighted_equally():
    layer, x = made(), drawn(1, 3, 4)
    _, weights = layer(x, np.ones((1, 5, 4)), drawn(1, 5, 4))
    np.testing.assert_allclose(weights.data, 1 / 5, rtol=1e-12)


def test_the_weights_of_each_head_sum_to_one():
    _, weights = made()(*[drawn(2, 3, 4)] * 3, average_attn_weights=False)
    assert weights.shape == (2, 2, 3, 3)
    np.testing.assert_allclose(weights.sum(axis=-1).data, 1.0, rtol=1e-12)


def test_attention_does_not_see_the_order_of_the_elements():
    layer, x, order = made(), drawn(1, 5, 4), [3, 0, 4, 1, 2]
    plain, _ = layer(x, x, x)
    moved, _ = layer(*[x[:, order]] * 3)
    np.testing.assert_allclose(moved.data, plain.data[:, order], rtol=1e-12, atol=1e-14)


# Masks.


def test_a_causal_query_does_not_depend_on_what_comes_later():
    x = ag.tensor(drawn(1, 4, 4), requires_grad=True)
    output, weights = made()(x, x, x, is_causal=True)
    np.testing.assert_array_equal(np.triu(weights.data[0], 1), 0.0)
    (g,) = ag.gradients(ag.sum(output[0, 1]), [x])
    assert np.any(g[0, :2])
    assert not np.any(g[0, 2:])


def test_all_masks_count_together():
    x, hidden = drawn(1, 4, 4), np.array([[False, True, False, False]])
    _, weights = made()(x, x, x, hidden, attn_mask=np.eye(4)[::-1] == 1, is_causal=True)
    seen = np.tril(np.ones((4, 4)), 0) * ~hidden * (np.eye(4)[::-1] == 0)
    np.testing.assert_array_equal(weights.data[0] > 0, seen > 0)


def test_masks_of_numbers_can_be_learned():
    x, bias = drawn(1, 3, 4), ag.tensor(drawn(3, 3), requires_grad=True)
    report = ag.testing.check_grad(
        lambda bias: made()(x, x, x, attn_mask=bias)[0], bias.data, order=2
    )
    assert report.verdict == "PASS"


def test_scores_of_any_size_give_finite_gradients():
    x = ag.tensor(drawn(1, 3, 4) * 1e150, requires_grad=True)
    output, _ = made()(x, x, drawn(1, 3, 4), is_causal=True)
    ag.sum(output).backward()
    assert np.isfinite(x.grad).all()


# Pictures.


def test_a_drawing_of_attention_names_its_parts():
    x = ag.tensor(drawn(1, 3, 4), requires_grad=True)
    drawing = ag.draw(ag.sum(made()(x, x, x)[0]), depth=1, budget=None)
    folds = [box.label for box in drawing.scene.boxes if box.kind == "fold"]
    assert set(folds) == {"query", "key", "value", "scores", "softmax", "out_proj"}


def test_a_table_shows_the_parts_of_an_encoder():
    layer = nn.TransformerEncoderLayer(4, 2, 3)
    rows = {row.path: row for row in nn.TransformerEncoder(layer, 2).summary((5, 1, 4)).rows}
    # Queries, keys and values are projected, then scores and results are made for each head.
    assert rows["layers.1.self_attn"].multiply_adds == 3 * 5 * 4 * 4 + 2 * 2 * 5 * 5 * 2
    assert rows["layers.1.linear1"].multiply_adds == 5 * 4 * 3
    assert rows["layers.1.self_attn"].parameters == 3 * 4 * 4 + 3 * 4


# Chance.


def test_projections_begin_evenly_with_the_variance_of_glorot_and_biases_at_zero():
    layer = nn.MultiheadAttention(32, 4, rng=0)
    bound = np.sqrt(6 / (32 + 3 * 32))
    assert 0.95 * bound < abs(layer.in_proj_weight.data).max() <= bound
    assert abs(layer.out_proj.weight.data).max() <= 1 / np.sqrt(32)
    assert not np.any(layer.in_proj_bias.data)
    assert not np.any(layer.out_proj.bias.data)


def test_dropout_drops_weights_in_training_alone():
    x, layer = drawn(1, 8, 4), made(dropout=0.5)
    _, weights = layer(x, x, x, average_attn_weights=False)
    assert 0.2 < np.mean(weights.data == 0) < 0.8
    _, weights = layer.eval()(x, x, x)
    np.testing.assert_allclose(weights.sum(axis=-1).data, 1.0, rtol=1e-12)


def test_the_layers_of_an_encoder_begin_alike_and_drop_different_units():
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, 0.5, rng=0), 2)
    first, second = encoder.layers
    x = drawn(6, 1, 4)
    assert not np.array_equal(first(x).data, second(x).data)
    encoder.eval()
    np.testing.assert_array_equal(first(x).data, second(x).data)
    encoder.reset_parameters(1)
    assert not np.array_equal(first(x).data, second(x).data)


def test_the_same_seed_draws_the_same_weights_and_masks():
    x = drawn(6, 1, 4)
    one, other = (nn.TransformerEncoderLayer(4, 2, 8, 0.5, rng=seed) for seed in (3, 4))
    other.reset_parameters(3)
    for layer in (one, other):
        layer.reset_parameters(3)
    np.testing.assert_array_equal(one(x).data, other(x).data)


def test_a_layer_that_the_encoder_copied_stays_as_it_was():
    layer = nn.TransformerEncoderLayer(4, 2, 8, rng=0)
    before = copy.deepcopy(layer.state_dict())
    nn.TransformerEncoder(layer, 2).reset_parameters(1)
    assert all(np.array_equal(layer.state_dict()[name], before[name]) for name in before)


# Dtypes and sizes.


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_outputs_and_weights_have_the_dtype_of_the_layer(dtype):
    x = drawn(1, 3, 4)
    output, weights = made(dtype=dtype)(x, x, x, attn_mask=drawn(3, 3))
    assert output.dtype == weights.dtype == dtype
    layer = nn.TransformerEncoderLayer(4, 2, 3, dtype=dtype)
    assert layer(x).dtype == dtype


def test_an_empty_batch_passes_through_both_ways():
    x = ag.tensor(np.zeros((0, 3, 4)), requires_grad=True)
    output = nn.TransformerEncoderLayer(4, 2, 3, batch_first=True)(x, is_causal=True)
    assert output.shape == (0, 3, 4)
    ag.sum(output).backward()
    assert x.grad.shape == x.shape


def test_lists_are_inputs_like_arrays():
    layer = nn.TransformerEncoderLayer(2, 1, 3)
    assert layer([[1.0, 2.0], [3.0, 4.0]]).shape == (2, 2)


# Mistakes.


X = drawn(2, 3, 4)
OPTIONS = [
    (lambda: nn.MultiheadAttention(4, 3), "num_heads=3 must divide embed_dim=4"),
    (lambda: nn.MultiheadAttention(4, 0), "MultiheadAttention: num_heads=0 must be an integer"),
    (lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True), "add_bias_kv=True is not supported"),
    (lambda: nn.MultiheadAttention(4, 2, dropout=2), "dropout=2 must be a number from 0 to 1"),
    (lambda: made()(X, X, X, np.ones((2, 3), bool)), "the masks hide all keys from a query"),
    (lambda: made()(X, X, X, is_causal="yes"), "is_causal='yes' must be True or False"),
    (lambda: nn.TransformerEncoderLayer(4, 2, activation="elu"), "activation='elu' must be one of"),
    (lambda: nn.TransformerEncoderLayer(4, 2, dim_feedforward=0), "must be an integer of at least"),
    (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer, 2), "must be a module, such as"),
    (lambda: nn.TransformerEncoder(nn.Identity(), 0), "num_layers=0 must be an integer"),
]


@pytest.mark.parametrize(("call", "text"), OPTIONS, ids=[text for _, text in OPTIONS])
def test_options_that_cannot_be_are_refused(call, text):
    assert_refused(call, ag.OptionError, text)


INPUTS = [
    (lambda: made()(X[0, 0], X, X), "query (4,) must be (N, L, 4) or (L, 4)"),
    (lambda: made()(X, X[..., :3], X), "key (2, 3, 3) must be (N, L, 4) or (L, 4)"),
    (lambda: made()(X, X[:1], X[:1]), "query (2, 3, 4), key (1, 3, 4) and value (1, 3, 4) must be"),
    (lambda: made()(X, X, X[:, :2]), "with a key for each value"),
    (lambda: made()(X, X[:, :0], X[:, :0]), "key (2, 0, 4) must be a sequence of at least one"),
    (lambda: made()(X, X[0], X[0]), "must be batches of one size"),
    (lambda: made()(X, X, X, np.zeros((3, 2), bool)), "key_padding_mask (3, 2) must be (2, 3)"),
    (
        lambda: made()(X, X, X, attn_mask=np.zeros((2, 3, 3), bool)),
        "attn_mask (2, 3, 3) must be (3, 3) or (4, 3, 3)",
    ),
]


@pytest.mark.parametrize(("call", "text"), INPUTS, ids=[text for _, text in INPUTS])
def test_inputs_that_do_not_fit_are_refused(call, text):
    assert_refused(call, ag.ShapeError, text)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_mask_that_would_make_weights_nan_is_refused(value):
    mask = np.full((3, 3), value)
    assert_refused(lambda: made()(X, X, X, attn_mask=mask), ag.OptionError, "attn_mask has NaN or")


def test_a_mask_of_integers_is_refused():
    text = "attn_mask of dtype int64 must be boolean, True where a query may not look"
    assert_refused(lambda: made()(X, X, X, attn_mask=np.eye(3, dtype=int)), ag.DTypeError, text)


# Learning.


class Reverse(nn.Module):
    """Says for each place the token at the mirrored place, which it must look up there."""

    def __init__(self, tokens, length, rng):
        self.tokens = nn.Embedding(tokens, 16, rng=rng)
        self.places = nn.Embedding(length, 16, rng=rng)
        self.encoder = nn.TransformerEncoderLayer(16, 2, 32, 0.0, batch_first=True, rng=rng)
        self.out = nn.Linear(16, tokens, rng=rng)

    def forward(self, x):
        return self.out(self.encoder(self.tokens(x) + self.places(np.arange(x.shape[1]))))


def test_an_encoder_learns_to_reverse_a_sequence():
    rng = np.random.default_rng(0)
    net = Reverse(6, 5, rng)
    optimizer = nn.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(80):
        x = rng.integers(0, 6, (32, 5))
        loss = nn.cross_entropy(ag.reshape(net(x), (-1, 6)), x[:, ::-1].ravel())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    x = rng.integers(0, 6, (200, 5))
    assert np.mean(np.argmax(net(x).data, axis=-1) == x[:, ::-1]) > 0.99
