"""Layers: their derivatives, what the lectures say of them, dtypes, chance, pictures, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from tests.nn.parity import family
from tests.refusals import assert_refused

layers = family("layers")
EVERY = [*family("geometries").CASES, *family("recurrent").CASES]
NAMES = sorted({case.name for case in EVERY})


def few(name):
    """Some cases of a layer, not all alike, with something in them."""
    cases = [c for c in EVERY if c.name == name and 0 < math.prod(c.shape) < 130]
    return cases[:: max(1, len(cases) // 3)]


def example(case):
    """A layer with drawn weights and an input that is far from kinks and ties."""
    rng = case.rng
    module = layers.made(case)
    if isinstance(module, nn.GaussianBasis):
        module.centres.data = rng.normal(size=module.centres.shape)
    for p in module.parameters():
        if not isinstance(module, nn.GaussianBasis) or p is module.centres:
            p.data = rng.uniform(0.3, 1.0, p.shape) * rng.choice([-1, 1], p.shape)
    if isinstance(module, nn.Embedding):
        return module, rng.integers(0, module.num_embeddings, case.shape)
    if "Max" not in case.name:
        return module, rng.uniform(0.2, 1.5, case.shape) * rng.choice([-1, 1], case.shape)
    size = math.prod(case.shape)
    return module, (rng.permutation(size) * 0.25 - size / 8).reshape(case.shape)


def called(case, module, x):
    output = layers.fed(case, module, x, layers.pooled)
    return output[0] if isinstance(output, tuple) else output


# An encoder is layers of which each is tested, and takes seconds.
CASES = [case for name in NAMES for case in few(name) if name != "TransformerEncoder"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_derivatives_are_right_in_both_orders(case):
    module, x = example(case)

    def run(x):
        return called(case, module, x)

    of = [x] if x.dtype.kind == "f" else []
    wrt = [*range(len(of)), *module.parameters()]
    f = run if of else lambda: run(x)
    assert ag.testing.check_grad(f, *of, order=2, wrt=wrt).verdict == "PASS"


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_draws_as_one_box_or_as_its_operations(name):
    case = few(name)[0]
    module, x = example(case)
    x = ag.tensor(x, requires_grad=x.dtype.kind == "f", name="x")
    y = called(case, module, x)
    total = ag.sum(y)
    shown = ag.trace(total).graph if total.requires_grad else ag.graph(total)
    operations = [n for n in shown if n.primitive and n.scope]
    closed = ag.draw(total, depth=0, budget=None).scene.boxes
    opened = ag.draw(total, budget=None).scene.boxes
    folds = [box.label for box in closed if box.kind == "fold"]
    if not name.startswith("MaxUnpool"):  # there a pooling stands before it
        assert folds == ([name] if operations else [])
    assert not [box for box in opened if box.kind == "fold"]
    gates = [box for box in opened if box.kind == "gate"]
    assert len(gates) == len([n for n in shown if n.primitive])


@pytest.mark.parametrize("name", NAMES)
def test_every_layer_can_be_stepped_through_to_its_gradients(name):
    case = few(name)[0]
    module, x = example(case)
    x = ag.tensor(x, requires_grad=x.dtype.kind == "f", name="x")
    loss = ag.sum(called(case, module, x))
    leaves = [*module.parameters(), *([x] if x.requires_grad else [])]
    if not loss.requires_grad:
        assert not leaves
        return
    trace = ag.trace(loss)
    debugger = trace.debugger()
    for event in trace:
        assert debugger.step() == event
    loss.backward()
    shown = debugger.draw().text
    for leaf in leaves:
        assert leaf.grad is not None
        assert leaf.name in shown


@pytest.mark.parametrize("name", NAMES)
def test_a_float32_layer_stays_float32(name):
    case = few(name)[0]
    module, x = example(case)
    module.float()
    given = ag.tensor(x, dtype="float32" if x.dtype.kind == "f" else int)
    given.requires_grad = given.dtype.kind == "f"
    y = called(case, module, given)
    assert y.dtype == np.float32
    if y.requires_grad:
        ag.sum(y * y).backward()
    leaves = [p for p in (*module.parameters(), given) if p.requires_grad]
    assert all(p.grad.dtype == np.float32 for p in leaves)
    floating = [b for b in module.buffers() if b.dtype.kind == "f"]
    assert all(b.dtype == np.float32 for b in floating)


WITH_WEIGHTS = [
    (lambda **k: nn.Linear(3, 2, **k), (4, 3)),
    (lambda **k: nn.Conv1d(3, 2, 2, **k), (1, 3, 5)),
    (lambda **k: nn.Conv2d(3, 2, 2, **k), (1, 3, 5, 5)),
    (lambda **k: nn.Conv3d(3, 2, 2, **k), (1, 3, 3, 3, 3)),
    (lambda **k: nn.ConvTranspose1d(3, 2, 2, **k), (1, 3, 5)),
    (lambda **k: nn.ConvTranspose2d(3, 2, 2, **k), (1, 3, 5, 5)),
    (lambda **k: nn.ConvTranspose3d(3, 2, 2, **k), (1, 3, 3, 3, 3)),
    (lambda **k: nn.LocallyConnected2d(3, 2, 5, 2, **k), (1, 3, 5, 5)),
]
NAMED = pytest.mark.parametrize(
    ("make", "shape"), WITH_WEIGHTS, ids=lambda x: type(x()).__name__ if callable(x) else ""
)


@NAMED
@pytest.mark.parametrize("dtype", ["float64", "uint8", "int64"])
def test_a_float32_layer_computes_in_float32_whatever_it_is_fed_with(make, shape, dtype):
    layer = make(dtype="float32")
    assert layer(np.ones(shape, dtype)).dtype == np.float32


@NAMED
def test_the_same_seed_draws_the_same_weights(make, shape):
    for p, q in zip(make(rng=7).parameters(), make(rng=7).parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


@NAMED
def test_layers_that_share_a_generator_differ(make, shape):
    rng = np.random.default_rng(0)
    assert not np.array_equal(make(rng=rng).weight.data, make(rng=rng).weight.data)


@NAMED
def test_weights_begin_within_one_over_the_root_of_the_fan(make, shape):
    layer = make(rng=0)
    fan_in = 3 if isinstance(layer, nn.Linear) else math.prod(layer.weight.shape[1:])
    if isinstance(layer, nn.LocallyConnected2d):
        fan_in = 3 * 2 * 2
    assert abs(layer.weight.data).max() <= 1 / math.sqrt(fan_in)
    assert abs(layer.weight.data).max() > 0.7 / math.sqrt(fan_in)


@NAMED
def test_without_bias_there_is_none(make, shape):
    layer = make(bias=False)
    assert layer.bias is None
    assert list(layer.state_dict()) == ["weight"]
    assert not np.any(layer(np.zeros(shape)).data)


# Statements of the lectures.


@given(st.integers(0, 2**32 - 1))
def test_two_linear_layers_collapse_into_one(seed):
    rng = np.random.default_rng(seed)
    one, two, both = nn.Linear(3, 4, rng=rng), nn.Linear(4, 2, rng=rng), nn.Linear(3, 2)
    both.weight.data = two.weight.data @ one.weight.data
    both.bias.data = two.weight.data @ one.bias.data + two.bias.data
    x = rng.normal(size=(5, 3))
    np.testing.assert_allclose(
        nn.Sequential(one, two)(x).data, both(x).data, rtol=1e-12, atol=1e-14
    )


@given(st.integers(0, 2**32 - 1))
def test_a_convolution_is_a_locally_connected_layer_with_shared_weights(seed):
    rng = np.random.default_rng(seed)
    conv = nn.Conv2d(2, 3, (2, 3), stride=(1, 2), padding=(1, 0), rng=rng)
    local = nn.LocallyConnected2d(2, 3, (4, 5), (2, 3), stride=(1, 2), padding=(1, 0))
    out = local.weight.shape[-2:]
    local.weight.data = np.broadcast_to(
        conv.weight.data[..., None, None], (*conv.weight.shape, *out)
    )
    local.bias.data = np.broadcast_to(conv.bias.data[:, None, None], (3, *out))
    x = rng.normal(size=(2, 2, 4, 5))
    np.testing.assert_allclose(local(x).data, conv(x).data, rtol=1e-12, atol=1e-14)


@given(st.integers(0, 2**32 - 1))
def test_a_transposed_convolution_is_the_transpose_of_the_convolution(seed):
    rng = np.random.default_rng(seed)
    down = nn.Conv2d(2, 3, 3, stride=2, padding=1, bias=False, rng=rng)
    up = nn.ConvTranspose2d(3, 2, 3, stride=2, padding=1, output_padding=1, bias=False)
    up.load_state_dict(down.state_dict())
    x, y = rng.normal(size=(1, 2, 6, 8)), rng.normal(size=(1, 3, 3, 4))
    assert np.sum(down(x).data * y) == pytest.approx(np.sum(x * up(y).data), rel=1e-12)


def test_the_parameter_counts_of_deck_three():
    # The deck has 1000 x 1000 pixels; dense and locally connected layers for 10 x 10 are enough to
    # see the law: units x inputs, and units x window.
    pixels = 10 * 10
    assert nn.Linear(pixels, pixels, bias=False).weight.size == pixels**2
    local = nn.LocallyConnected2d(1, 1, (13, 13), 4, bias=False)
    assert local.weight.size == pixels * 4 * 4
    conv = nn.Conv2d(1, 100, 10, bias=False)
    assert conv.weight.size == 10**4
    assert conv(np.zeros((1, 1, 20, 20))).shape == (1, 100, 11, 11)


@given(st.integers(0, 2**32 - 1), st.floats(-50, 50))
def test_softmax_sums_to_one_and_does_not_see_a_shift(seed, shift):
    x = np.random.default_rng(seed).normal(size=(3, 4)) * 5
    y = nn.Softmax(dim=1)(x)
    np.testing.assert_allclose(y.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(nn.Softmax(dim=1)(x + shift), y, rtol=1e-10, atol=1e-15)


@given(st.floats(-30, 30), st.floats(-30, 30))
def test_two_class_softmax_is_the_sigmoid_of_the_difference(a, b):
    assert nn.Softmax()(np.array([a, b]))[0] == pytest.approx(nn.Sigmoid()(a - b), rel=1e-12)


def test_the_mean_of_per_example_gradients_is_the_batch_gradient():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Linear(4, 1, rng=rng))
    x, t = rng.normal(size=(6, 3)), rng.normal(size=(6, 1))
    parameters = list(net.parameters())

    def gradients(x, t):
        return ag.gradients(ag.mean((net(x) - t) ** 2), parameters)

    each = [gradients(x[i : i + 1], t[i : i + 1]) for i in range(6)]
    for one, batch in zip(zip(*each, strict=True), gradients(x, t), strict=True):
        np.testing.assert_allclose(np.mean(one, axis=0), batch, rtol=1e-12, atol=1e-14)


def test_the_perceptron_computes_and():
    neuron = nn.Sequential(nn.Linear(2, 1), nn.Heaviside())
    neuron.load_state_dict({"0.weight": [[2.0, 1.0]], "0.bias": [-2.0]})
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    np.testing.assert_array_equal(neuron(corners).data.ravel(), [0, 0, 0, 1])


def test_two_layers_of_thresholds_compute_xor():
    net = nn.Sequential(nn.Linear(2, 2), nn.Heaviside(), nn.Linear(2, 1), nn.Heaviside())
    net.load_state_dict(
        {
            "0.weight": [[1.0, 1.0], [1.0, 1.0]],
            "0.bias": [-0.5, -1.5],
            "2.weight": [[1.0, -1.0]],
            "2.bias": [-0.5],
        }
    )
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    np.testing.assert_array_equal(net(corners).data.ravel(), [0, 1, 1, 0])


def test_no_gradient_passes_a_threshold():
    x = ag.tensor([-1.0, 2.0], requires_grad=True)
    ag.sum(nn.Heaviside()(x)).backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.0])


def test_a_gaussian_basis_is_one_at_its_centre_and_the_root_of_one_over_e_at_its_width():
    basis = nn.GaussianBasis([0.0, 3.0], width=[1.0, 2.0])
    y = basis([[0.0], [1.0], [3.0], [5.0]]).data
    assert y[0, 0] == y[2, 1] == 1.0
    assert y[1, 0] == pytest.approx(math.exp(-0.5))
    assert y[3, 1] == pytest.approx(math.exp(-0.5))


# Pooling, and its way back.


def test_a_tie_in_pooling_goes_to_the_first():
    x = ag.tensor(np.ones((1, 1, 2, 2)), requires_grad=True)
    ag.sum(nn.MaxPool2d(2)(x)).backward()
    np.testing.assert_array_equal(x.grad[0, 0], [[1, 0], [0, 0]])


def test_padding_never_wins_in_pooling():
    assert nn.MaxPool2d(3, padding=1)(np.full((1, 1, 3, 3), -5.0)).tolist() == [[[[-5.0]]]]


@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_pooling_takes_integers(dtype):
    y = nn.MaxPool2d(2)(np.arange(16, dtype=dtype).reshape(1, 1, 4, 4))
    np.testing.assert_array_equal(y[0, 0], [[5, 7], [13, 15]])


@given(st.integers(0, 2**32 - 1))
def test_unpooling_puts_each_maximum_back_where_it_was(seed):
    x = np.random.default_rng(seed).permutation(48).reshape(1, 2, 4, 6) + 1.0
    values, places = nn.MaxPool2d(2, return_indices=True)(x)
    back = nn.MaxUnpool2d(2)(values, places).data
    np.testing.assert_array_equal(back[back != 0], x[back != 0])
    assert np.count_nonzero(back) == values.size


def test_a_maximum_of_overlapping_windows_comes_back_once():
    x = np.array([[[[1.0, 9.0, 2.0]]]])
    values, places = nn.MaxPool2d((1, 2), stride=1, return_indices=True)(x)
    back = nn.MaxUnpool2d((1, 2), stride=1)(values, places)
    np.testing.assert_array_equal(back.data, [[[[0.0, 9.0, 0.0]]]])


def test_the_mean_over_one_window_is_the_global_mean():
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 4))
    y = nn.AdaptiveAvgPool2d(1)(x)
    np.testing.assert_allclose(y[..., 0, 0], x.mean(axis=(2, 3)), rtol=1e-12)


def test_upsampling_and_pooling_by_the_same_factor_gives_the_image_back():
    x = np.random.default_rng(0).normal(size=(1, 2, 3, 4))
    np.testing.assert_allclose(nn.AvgPool2d(3)(nn.Upsample(scale_factor=3)(x)), x, rtol=1e-12)


def test_bilinear_interpolation_keeps_a_plane():
    rows, columns = np.mgrid[:4, :5].astype(float)
    plane = (2 * rows - 3 * columns + 1)[None, None]
    y = nn.Upsample(size=(7, 9), mode="bilinear", align_corners=True)(plane)
    rows, columns = np.mgrid[:4:0.5, :5:0.5][:, :7, :9]
    np.testing.assert_allclose(y[0, 0], 2 * rows - 3 * columns + 1, rtol=1e-12, atol=1e-12)


# Normalisation.


@pytest.mark.parametrize("shape", [(6, 3), (4, 3, 5)])
def test_a_normalised_batch_has_mean_zero_and_variance_one(shape):
    x = np.random.default_rng(0).normal(3.0, 2.0, shape)
    y = nn.BatchNorm1d(3, eps=0.0)(x).data
    axes = (0, 2)[: x.ndim - 1]
    np.testing.assert_allclose(y.mean(axis=axes), 0.0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=axes), 1.0, rtol=1e-12)


def test_running_numbers_follow_the_batches():
    rng = np.random.default_rng(0)
    norm, mean, var = nn.BatchNorm1d(2, momentum=0.3), np.zeros(2), np.ones(2)
    for _ in range(4):
        x = rng.normal(2.0, 3.0, (5, 2))
        norm(x)
        mean = 0.7 * mean + 0.3 * x.mean(axis=0)
        var = 0.7 * var + 0.3 * x.var(axis=0, ddof=1)
    np.testing.assert_allclose(norm.running_mean.data, mean, rtol=1e-12)
    np.testing.assert_allclose(norm.running_var.data, var, rtol=1e-12)
    assert norm.num_batches_tracked.item() == 4


def test_without_momentum_the_running_mean_is_that_of_all_batches():
    norm = nn.BatchNorm1d(1, momentum=None)
    for x in ([[1.0], [3.0]], [[5.0], [7.0]]):
        norm(x)
    assert norm.running_mean.data == [4.0]


def test_evaluation_changes_no_running_numbers():
    norm = nn.BatchNorm2d(1).eval()
    norm(np.full((2, 1, 2, 2), 7.0))
    assert norm.running_mean.data == [0.0]


def test_running_numbers_are_not_recorded():
    norm = nn.BatchNorm1d(2)
    norm(ag.tensor(np.random.default_rng(0).normal(size=(4, 2)), requires_grad=True))
    assert norm.running_mean.is_leaf
    assert not norm.running_mean.requires_grad


def test_a_normalised_layer_does_not_see_shift_and_scale_of_an_example():
    x = np.random.default_rng(0).normal(size=(3, 6))
    norm = nn.LayerNorm(6, eps=0.0)
    np.testing.assert_allclose(norm(5.0 * x + 2.0).data, norm(x).data, rtol=1e-10, atol=1e-12)


# Dropout.


def test_dropout_leaves_the_mean_and_drops_the_share():
    y = nn.Dropout(0.3, rng=0)(np.ones(100_000))
    assert np.mean(y == 0) == pytest.approx(0.3, abs=0.01)
    assert y.mean() == pytest.approx(1.0, abs=0.02)
    assert set(np.round(np.unique(y), 12)) == {0.0, round(1 / 0.7, 12)}


def test_the_same_seed_gives_the_same_masks_one_after_another():
    one, other = nn.Dropout(0.5, rng=3), nn.Dropout(0.5, rng=3)
    for _ in range(3):
        np.testing.assert_array_equal(one(np.ones(50)), other(np.ones(50)))
    assert not np.array_equal(one(np.ones(50)), one(np.ones(50)))


def test_dropped_units_get_no_gradient():
    x = ag.tensor(np.ones(20), requires_grad=True)
    y = nn.Dropout(0.5, rng=0)(x)
    ag.sum(y).backward()
    np.testing.assert_array_equal(x.grad, np.where(y.data == 0, 0.0, 2.0))


def test_dropout_drops_nan_and_infinity_too():
    y = nn.Dropout(1.0)(np.array([np.nan, np.inf, 1.0]))
    np.testing.assert_array_equal(y, 0.0)


# Embedding.


def test_an_embedding_is_a_dense_layer_of_one_hot_vectors():
    table = nn.Embedding(4, 3, rng=0)
    np.testing.assert_array_equal(table([2, 0]).data, np.eye(4)[[2, 0]] @ table.weight.data)


def test_a_row_that_is_looked_up_twice_gets_the_sum():
    table = nn.Embedding(3, 2)
    ag.sum(table([1, 1, 2])).backward()
    np.testing.assert_array_equal(table.weight.grad, [[0, 0], [2, 2], [1, 1]])


def test_the_padding_row_is_zero_and_is_not_learned():
    table = nn.Embedding(3, 2, padding_idx=1)
    ag.sum(table([1, 0])).backward()
    assert not np.any(table.weight.data[1])
    np.testing.assert_array_equal(table.weight.grad, [[1, 1], [0, 0], [0, 0]])


# Mistakes.


def ones(*shape):
    return np.ones(shape)


OPTIONS = [
    (lambda: nn.Linear(0, 3), "Linear: in_features=0 must be an integer of at least 1"),
    (lambda: nn.Linear(2.5, 3), "Linear: in_features=2.5 must be"),
    (lambda: nn.Linear(2, 3, dtype=int), "dtype int64 has no gradients"),
    (lambda: nn.Linear(2, 3, dtype="float7"), "dtype 'float7'"),
    (lambda: nn.Linear(2, 3, rng="seed"), "rng: 'seed' is neither a seed"),
    (lambda: nn.Linear(2, 3, rng=-1), "rng: -1 is neither a seed"),
    (lambda: nn.Conv2d(3, 4, 0), "Conv2d: kernel_size=0 must be an integer of at least 1, or 2"),
    (lambda: nn.Conv2d(3, 4, (3, 3, 3)), "Conv2d: kernel_size=(3, 3, 3) must be"),
    (lambda: nn.Conv2d(3, 4, 3, padding=-1), "Conv2d: padding=-1 must be an integer of at least 0"),
    (lambda: nn.Conv2d(3, 4, 3, padding="some"), "Conv2d: padding='some' must be"),
    (lambda: nn.Conv2d(3, 4, 3, groups=2), "groups=2 must divide in_channels=3 and out_channels=4"),
    (lambda: nn.Conv2d(3, 4, 3, padding_mode="mirror"), "padding_mode='mirror' must be one of"),
    (lambda: nn.ConvTranspose2d(3, 4, 3, groups=3), "groups=3 must divide"),
    (lambda: nn.LocallyConnected2d(1, 1, 3, 5), "kernel_size=(5, 5) does not fit into input_size"),
    (lambda: nn.MaxPool2d(3, padding=2), "MaxPool2d: padding=(2, 2) may be at most half"),
    (lambda: nn.AvgPool2d(2, divisor_override=0), "divisor_override=0 must be"),
    (lambda: nn.AdaptiveAvgPool2d(0), "output_size=(0, 0) must be"),
    (lambda: nn.Upsample(), "give size or scale_factor, and only one"),
    (lambda: nn.Upsample(2, 2.0), "give size or scale_factor, and only one"),
    (lambda: nn.Upsample(2, mode="cubic"), "mode='cubic' must be one of nearest, nearest-exact"),
    (lambda: nn.Upsample(scale_factor=-1.0), "scale_factor=-1.0 must be a finite number above 0"),
    (lambda: nn.Upsample(2, align_corners=True), "align_corners is an option of"),
    (lambda: nn.BatchNorm2d(3, eps=-1.0), "BatchNorm2d: eps=-1.0 must be"),
    (lambda: nn.BatchNorm2d(3, momentum=2.0), "momentum=2.0 must be a number from 0 to 1"),
    (lambda: nn.LayerNorm(()), "LayerNorm: normalized_shape"),
    (lambda: nn.Dropout(1.5), "Dropout: p=1.5 must be a number from 0 to 1"),
    (lambda: nn.Dropout("half"), "Dropout: p='half' must be"),
    (lambda: nn.Embedding(3, 2, padding_idx=3), "padding_idx=3 is none of 3 embeddings"),
    (lambda: nn.GELU("fast"), "approximate='fast' must be one of none, tanh"),
    (lambda: nn.Softplus(0), "beta=0 must be a finite number above 0"),
    (lambda: nn.GaussianBasis([0.0], width=0.0), "width must be above 0"),
    (lambda: nn.GaussianBasis([0.0, 1.0], width=[1.0]), "width must be above 0, one number or 2"),
    (lambda: nn.GaussianBasis(np.zeros((2, 2, 2))), "centres (2, 2, 2) must be (M, D) or (M,)"),
    (lambda: nn.LocalResponseNorm(0), "size=0 must be"),
    (lambda: nn.GroupNorm(2, 3), "num_groups=2 must divide num_channels=3"),
    (lambda: nn.InstanceNorm1d(0), "InstanceNorm1d: num_features=0 must be"),
    (lambda: nn.RMSNorm(3, eps=-1.0), "RMSNorm: eps=-1.0 must be"),
    (lambda: nn.Hardtanh(1.0, 1.0), "Hardtanh: min_val=1.0 must be below max_val=1.0"),
    (lambda: nn.CELU(0.0), "CELU: alpha=0.0 must be a finite number above 0"),
    (lambda: nn.Softshrink(-1.0), "Softshrink: lambd=-1.0 must be"),
    (lambda: nn.PReLU(0), "PReLU: num_parameters=0 must be"),
    (lambda: nn.Softmax(0, axis=0), "Softmax: dim and axis are two names of one option"),
    (lambda: nn.ZeroPad2d((1, 2)), "ZeroPad2d: padding=(1, 2) must be an integer, or 4 of them"),
    (lambda: nn.CircularPad1d(0.5), "CircularPad1d: padding=0.5 must be an integer"),
    (lambda: nn.Unflatten(1, "a"), "unflattened_size='a' must be a tuple of integers"),
    (lambda: nn.PixelShuffle(0), "upscale_factor=0 must be"),
    (lambda: nn.AdaptiveMaxPool2d((1, 0)), "output_size=(1, 0) must be"),
    (lambda: nn.LPPool1d(0, 2), "LPPool1d: norm_type=0 must be a finite number above 0"),
    (lambda: nn.Bilinear(2, 0, 1), "Bilinear: in2_features=0 must be"),
    (lambda: nn.PairwiseDistance("a"), "PairwiseDistance: p='a' must be"),
    (lambda: nn.Upsample(2, recompute_scale_factor=True), "is an option of scale_factor"),
]


@pytest.mark.parametrize(("call", "text"), OPTIONS, ids=[text for _, text in OPTIONS])
def test_options_that_make_no_sense_are_refused(call, text):
    assert_refused(call, ag.OptionError, text)


INPUTS = [
    (lambda: nn.Linear(4, 2)(ones(3, 5)), "Linear: input (3, 5) must end in 4 features"),
    (lambda: nn.Linear(4, 2)(ones(3, 5)), "make the layer with in_features=5"),
    (lambda: nn.Linear(4, 2)(ones(3, 2, 2)), "nn.Flatten() makes rows of images"),
    (lambda: nn.Linear(4, 2)(1.0), "Linear: input () must end in 4 features"),
    (lambda: nn.Conv2d(3, 4, 3)(ones(1, 8, 8, 3)), "ag.moveaxis(x, -1, 1) brings the channels"),
    (lambda: nn.Conv2d(1, 4, 3)(ones(8, 8)), "x[None, None] makes a batch of one image"),
    (
        lambda: nn.Conv2d(3, 4, 3)(ones(1, 1, 8, 8)),
        "Conv2d: input (1, 1, 8, 8) must be (N, 3, H, W)",
    ),
    (lambda: nn.Conv2d(3, 4, 3)(ones(8, 8, 3)), "ag.moveaxis(x, -1, 0) brings the channels"),
    (lambda: nn.Conv2d(1, 4, 3)(ones(9, 8, 8)), "x[:, None] gives each image of a batch"),
    (lambda: nn.Conv2d(3, 4, 9)(ones(1, 3, 8, 8)), "Conv2d: conv: kernel (9, 9)"),
    (lambda: nn.Conv1d(3, 4, 3)(ones(8, 3)), "Conv1d: input (8, 3) must be (N, 3, L)"),
    (lambda: nn.Conv3d(1, 1, 3)(ones(1, 2, 3, 3, 3)), "must be (N, 1, D, H, W)"),
    (lambda: nn.ConvTranspose2d(3, 4, 3)(ones(1, 2, 8, 8)), "ConvTranspose2d: input (1, 2, 8, 8)"),
    (
        lambda: nn.ConvTranspose2d(1, 1, 3, stride=2)(ones(1, 1, 2, 2), output_size=(9, 9)),
        "output_size (9, 9) of an input (1, 1, 2, 2) must be from (5, 5) to (6, 6)",
    ),
    (
        lambda: nn.ConvTranspose2d(1, 1, 3, output_padding=1)(ones(1, 1, 2, 2)),
        "output_padding must be smaller than the stride or the dilation",
    ),
    (
        lambda: nn.LocallyConnected2d(1, 1, 4, 2)(ones(1, 1, 5, 5)),
        "input (1, 1, 5, 5) must have images of (4, 4)",
    ),
    (lambda: nn.MaxPool2d(2)(ones(4, 4)), "MaxPool2d: input (4, 4) must be (N, C, H, W)"),
    (lambda: nn.MaxPool2d(5)(ones(1, 1, 4, 4)), "MaxPool2d: max_pool: kernel (5, 5)"),
    (lambda: nn.AvgPool1d(2)(ones(4)), "AvgPool1d: input (4,) must be (N, C, L)"),
    (
        lambda: nn.MaxUnpool2d(2)(ones(1, 1, 2, 2), np.zeros((1, 1, 2), int)),
        "values (1, 1, 2, 2) and indices (1, 1, 2) must have one shape",
    ),
    (lambda: nn.AdaptiveAvgPool2d(2)(ones(4, 4)), "AdaptiveAvgPool2d: input (4, 4)"),
    (lambda: nn.Upsample(2)(ones(4, 4)), "Upsample: input (4, 4)"),
    (lambda: nn.Upsample((2, 2))(ones(1, 1, 4)), "needs one number or 1, not (2, 2)"),
    (lambda: nn.BatchNorm2d(3)(ones(2, 3)), "BatchNorm2d: input (2, 3) must be (N, 3, H, W)"),
    (lambda: nn.BatchNorm1d(3)(ones(2, 4)), "input (2, 4) must be (N, 3) or (N, 3, L)"),
    (
        lambda: nn.BatchNorm1d(3)(ones(1, 3)),
        "input (1, 3) has 1 numbers for each channel, and so no variance",
    ),
    (lambda: nn.LayerNorm((2, 3))(ones(3, 2)), "LayerNorm: input (3, 2) must end in (2, 3)"),
    (lambda: nn.LocalResponseNorm(3)(ones(2, 3)), "input (2, 3) must be (N, C, ...)"),
    (lambda: nn.GaussianBasis([0.0])(ones(3, 2)), "GaussianBasis: input (3, 2) must end in 1"),
    (lambda: nn.Flatten(1, 3)(ones(2, 2)), "Flatten: input (2, 2) has no axes from 1 to 3"),
    (lambda: nn.Flatten(1, 0)(ones(2, 2)), "axis 1 stands behind axis 0"),
    (lambda: nn.Conv1d(2, 1, 1)(ones(3, 4)), "input (3, 4) must be (N, 2, L) or (2, L)"),
    (lambda: nn.BatchNorm3d(3)(ones(2, 3, 4, 4)), "must be (N, 3, D, H, W)"),
    (lambda: nn.InstanceNorm1d(3)(ones(2, 3, 1)), "one number for each channel of an image"),
    (lambda: nn.InstanceNorm2d(3)(ones(2, 2, 2)), "must be (N, 3, H, W) or (3, H, W)"),
    (lambda: nn.GroupNorm(1, 3)(ones(2, 4)), "GroupNorm: input (2, 4) must be (N, 3, ...)"),
    (lambda: nn.PReLU(3)(ones(2, 4)), "PReLU: input (2, 4) must be (N, 3, ...)"),
    (lambda: nn.GLU()(ones(2, 3)), "GLU: input (2, 3) must have an even length along axis -1"),
    (lambda: nn.GLU(2)(ones(2, 3)), "GLU: input (2, 3) has no axis 2"),
    (lambda: nn.Softmax2d()(ones(2, 2)), "must be (N, C, H, W) or (C, H, W)"),
    (lambda: nn.ReflectionPad1d(3)(ones(1, 3)), "too small along axis 1 for padding=(3, 3)"),
    (lambda: nn.CircularPad1d(4)(ones(1, 3)), "too small along axis 1 for padding=(4, 4)"),
    (lambda: nn.ReplicationPad2d(1)(ones(3, 3)), "must be (N, C, H, W) or (C, H, W)"),
    (lambda: nn.ZeroPad1d(-2)(ones(1, 4)), "nothing is left of input (1, 4) with padding=(-2, -2)"),
    (lambda: nn.Unflatten(1, (2, 3))(ones(2, 4)), "axis 1 cannot become (2, 3)"),
    (lambda: nn.Unflatten(1, (-1, 0))(ones(2, 4)), "axis 1 cannot become (-1, 0)"),
    (lambda: nn.Unflatten(2, (2, 2))(ones(2, 4)), "Unflatten: input (2, 4) has no axis 2"),
    (lambda: nn.PixelShuffle(2)(ones(1, 3, 2, 2)), "with channels that 2 * 2 divides"),
    (lambda: nn.PixelUnshuffle(2)(ones(1, 3, 2, 3)), "with a height and width that 2 divides"),
    (lambda: nn.ChannelShuffle(2)(ones(1, 3, 2)), "with channels that 2 divides"),
    (lambda: nn.Fold(3, 2)(ones(1, 4, 5)), "windows of 4 pixels at 4 places"),
    (lambda: nn.Bilinear(2, 3, 1)(ones(4, 2), ones(5, 3)), "alike in the other axes"),
    (lambda: nn.CosineSimilarity(2)(ones(2, 3), ones(2, 3)), "have no axis 2"),
    (lambda: nn.Dropout2d()(ones(3, 4, 4)), "Dropout2d: input (3, 4, 4) must be (N, C, H, W)"),
    (lambda: nn.Upsample(2, mode="linear")(ones(1, 1, 4, 4)), "must be (N, C, L)"),
    (lambda: nn.Softmax(2)(ones(2, 2)), "Softmax: softmax: shape (2, 2), axis=2"),
]


@pytest.mark.parametrize(("call", "text"), INPUTS, ids=[text for _, text in INPUTS])
def test_inputs_that_do_not_fit_are_refused(call, text):
    assert_refused(call, ag.ShapeError, text)


def test_an_embedding_refuses_what_is_not_a_row():
    table = nn.Embedding(3, 2)
    assert_refused(lambda: table([3]), ag.IndexingError, "Embedding: input goes from 3 to 3")
    assert_refused(lambda: table([-1]), ag.IndexingError, "there are rows 0 to 2")
    assert_refused(lambda: table([1.0]), ag.DTypeError, "input of dtype float64 must be integers")


def test_unpooling_refuses_places_outside_the_result():
    values, places = nn.MaxPool2d(2, return_indices=True)(
        np.random.default_rng(0).random((1, 1, 4, 5))
    )
    assert_refused(
        lambda: nn.MaxUnpool2d(2, stride=1)(values, places + 9),
        ag.IndexingError,
        "a channel of the result (3, 3) has 9 elements; give the output_size",
    )


# What a hostile reader found.


@given(st.integers(1, 60), st.integers(1, 60))
def test_nearest_pixels_are_those_of_exact_arithmetic(n, new):
    y = nn.Upsample(size=new)(np.arange(float(n))[None, None])
    np.testing.assert_array_equal(y[0, 0], [i * n // new for i in range(new)])


@given(st.integers(1, 40), st.integers(1, 8), st.integers(1, 8))
def test_nearest_pixels_by_a_factor_are_those_of_division(n, a, b):
    y = nn.Upsample(scale_factor=a / b)(np.arange(float(n))[None, None])[0, 0]
    assert len(y) == max(1, int(n * (a / b)))
    np.testing.assert_array_equal(y, [min(int(i / (a / b)), n - 1) for i in range(len(y))])


def test_a_factor_that_changes_no_size_changes_no_pixel():
    x = np.arange(4.0).reshape(1, 1, 2, 2)
    np.testing.assert_array_equal(nn.Upsample(scale_factor=1.2, mode="bilinear")(x), x)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, bool])
def test_small_integers_are_computed_with_as_floats(dtype):
    x = np.array([[[0], [1], [100]]]).astype(dtype)
    for layer in (nn.LocalResponseNorm(3, alpha=1.0), nn.Tanh(), nn.Sigmoid(), nn.GELU()):
        np.testing.assert_array_equal(layer(x), layer(x.astype(float)))


def test_indices_of_pooling_name_pixels_even_among_infinities():
    x = np.full((1, 1, 2, 2), -np.inf)
    values, places = nn.MaxPool2d(2, padding=1, return_indices=True)(x)
    assert values.max() == -np.inf
    np.testing.assert_array_equal(places[0, 0], [[0, 1], [2, 3]])


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.Linear(3, 2), (0, 3)),
        (nn.Conv2d(2, 3, 2), (0, 2, 4, 4)),
        (nn.ConvTranspose2d(2, 3, 2), (0, 2, 4, 4)),
        (nn.LocallyConnected2d(2, 3, 4, 2), (0, 2, 4, 4)),
        (nn.MaxPool2d(2), (0, 2, 4, 4)),
        (nn.AvgPool2d(2), (0, 2, 4, 4)),
        (nn.AdaptiveAvgPool2d(2), (0, 2, 4, 4)),
        (nn.Upsample(scale_factor=2), (0, 2, 4, 4)),
        (nn.BatchNorm2d(2).eval(), (0, 2, 4, 4)),
        (nn.LayerNorm(4), (0, 4)),
        (nn.LocalResponseNorm(3), (0, 2, 4)),
        (nn.Flatten(), (0, 2, 4)),
        (nn.Dropout(0.5), (0, 3)),
        (nn.GaussianBasis([0.0, 1.0]), (0, 1)),
        (nn.Softmax(), (0, 3)),
        (nn.GroupNorm(2, 4), (0, 4, 2)),
        (nn.RMSNorm(3), (0, 3)),
        (nn.InstanceNorm1d(2), (0, 2, 3)),
        (nn.PReLU(), (0, 3)),
        (nn.GLU(), (0, 4)),
        (nn.ReflectionPad1d(1), (0, 2, 3)),
        (nn.CircularPad2d(1), (0, 2, 3, 3)),
        (nn.PixelShuffle(2), (0, 4, 2, 2)),
        (nn.ChannelShuffle(2), (0, 4, 2)),
        (nn.AdaptiveMaxPool1d(2), (0, 2, 5)),
        (nn.AdaptiveAvgPool3d(2), (0, 2, 3, 3, 3)),
        (nn.LPPool1d(2, 2), (0, 2, 4)),
        (nn.Unfold(2), (0, 2, 3, 3)),
        (nn.Fold(3, 2), (0, 4, 4)),
        (nn.Upsample(size=3, mode="bicubic"), (0, 1, 2, 2)),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, nn.Module) else "",
)
def test_an_empty_batch_passes_through_both_ways(layer, shape):
    x = ag.tensor(np.zeros(shape), requires_grad=True)
    y = layer(x)
    assert y.shape[0] == 0
    ag.sum(y).backward()
    assert x.grad.shape == shape


def test_unpooling_takes_an_empty_batch():
    empty = np.zeros((0, 2, 2, 2))
    assert nn.MaxUnpool2d(2)(empty, empty.astype(int)).shape == (0, 2, 4, 4)


@pytest.mark.parametrize("layer", [nn.BatchNorm1d(3), nn.BatchNorm1d(3, track_running_stats=False)])
def test_a_batch_without_a_variance_is_refused_before_anything_is_counted(layer):
    for n in (0, 1):
        assert_refused(lambda n=n: layer(np.zeros((n, 3))), ag.ShapeError, "so no variance")
    if layer.running_mean is not None:
        assert layer.num_batches_tracked.item() == 0


def test_without_running_numbers_evaluation_needs_a_batch_too():
    norm = nn.BatchNorm1d(3, track_running_stats=False).eval()
    assert_refused(lambda: norm(np.zeros((1, 3))), ag.ShapeError, "so no variance")


NUMPYS = [
    lambda: nn.Dropout(np.float64(0.5), rng=0),
    lambda: nn.LeakyReLU(np.float64(0.1)),
    lambda: nn.ELU(np.float64(1.5)),
    lambda: nn.Softplus(np.float64(2.0)),
    lambda: nn.Heaviside(np.float64(1.0)),
    lambda: nn.CELU(np.float64(2.0)),
    lambda: nn.Hardtanh(np.float64(-2.0), np.float64(2.0)),
    lambda: nn.Softshrink(np.float64(0.1)),
    lambda: nn.Threshold(np.float64(2.0), np.float64(1.0)),
    lambda: nn.RMSNorm(4, np.float64(0.1), dtype="float32"),
    lambda: nn.ConstantPad1d(1, np.float64(0.5)),
    lambda: nn.LPPool1d(np.float64(2.0), 2),
    lambda: nn.AlphaDropout(np.float64(0.5), rng=0),
    lambda: nn.LocalResponseNorm(3, np.float64(1.0), np.float64(0.5), np.float64(2.0)),
    lambda: nn.AvgPool1d(2, padding=1, divisor_override=np.int64(3)),
    lambda: nn.LayerNorm(4, eps=np.float64(0.1), dtype="float32"),
    lambda: nn.BatchNorm1d(3, eps=np.float64(0.1), momentum=np.float64(0.5), dtype="float32"),
]


@pytest.mark.parametrize("make", NUMPYS, ids=lambda make: type(make()).__name__)
def test_options_that_are_numbers_of_numpy_leave_float32_what_it_is(make):
    assert make()(np.ones((2, 3, 4), "float32")).dtype == np.float32


@pytest.mark.parametrize(
    "call",
    [
        lambda: nn.Conv2d(1, 1, 3, padding=np.array([1, 1])),
        lambda: nn.Conv2d(1, 1, np.zeros((30, 3))),
        lambda: nn.Conv2d(1, 1, 3, padding_mode=np.zeros(2)),
        lambda: nn.Conv2d(1, 1, 3, stride=2, padding="same"),
        lambda: nn.Embedding(3, 2, padding_idx="a"),
        lambda: nn.Upsample(scale_factor="a"),
        lambda: nn.Upsample(scale_factor=np.ones(3)),
        lambda: nn.LocalResponseNorm(2, alpha="a"),
        lambda: nn.Flatten(1.0),
        lambda: nn.MaxPool2d(True),
        lambda: nn.MaxPool2d(list(range(1000))),
        lambda: nn.Dropout(10**400),
        lambda: nn.Linear(1, 1, rng=np.zeros((30, 30))),
        lambda: nn.Linear(1, 1, dtype=np.zeros((4, 4))),
        lambda: nn.ModuleList(5),
    ],
)
def test_strange_options_end_in_one_short_line(call):
    with pytest.raises(ag.OptionError) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_lists_are_inputs_like_arrays():
    for layer in (nn.Dropout(0.5, rng=0), nn.LayerNorm(2), nn.ReLU(), nn.Tanh(), nn.Softmax()):
        assert np.shape(ag.detach(layer([[1.0, 2.0]]))) == (1, 2)


def test_images_without_pixels_are_refused():
    for layer in (nn.AdaptiveAvgPool2d(2), nn.Upsample(2, mode="bilinear"), nn.MaxPool2d(1)):
        assert_refused(lambda f=layer: f(ones(1, 1, 0, 2)), ag.ShapeError, "at least one pixel")


REPEATABLE = [
    case
    for case in EVERY
    if case.name != "GaussianBasis" and not list(layers.made(case).children())
]


@pytest.mark.parametrize("case", REPEATABLE[::3], ids=lambda case: case.id)
def test_the_repr_of_a_layer_makes_it_again(case):
    layer = layers.made(case)
    again = eval(repr(layer), {**vars(nn)})
    assert repr(again) == repr(layer)
    shapes = {name: value.shape for name, value in layer.state_dict().items()}
    assert {name: value.shape for name, value in again.state_dict().items()} == shapes


def test_a_gaussian_basis_says_how_many_there_are():
    assert repr(nn.GaussianBasis([[0.0, 1.0]])) == "GaussianBasis(1 centre of 2 features)"


def test_layers_without_weights_begin_anew_from_a_seed():
    net = nn.Sequential(nn.BatchNorm1d(2), nn.LayerNorm(2), nn.Dropout(0.5))
    net(np.random.default_rng(0).normal(3.0, size=(4, 2)))
    net[1].weight.data = np.zeros(2)
    net.reset_parameters(7)
    assert net[0].num_batches_tracked.item() == 0
    assert not np.any(net[0].running_mean.data)
    np.testing.assert_array_equal(net[1].weight.data, [1.0, 1.0])
    np.testing.assert_array_equal(net[1].bias.data, [0.0, 0.0])
    masks = [drop(np.ones(40)) for drop in (net[2], nn.Dropout(0.5, rng=7))]
    np.testing.assert_array_equal(*masks)


def test_the_size_of_the_unpooled_image_must_be_one():
    with pytest.raises(ag.ShapeError, match="comes from no image"):
        nn.MaxUnpool2d(1, 1, padding=3)(ones(1, 1, 2, 2), np.zeros((1, 1, 2, 2), int))


def test_a_reflection_needs_an_image_larger_than_its_frame():
    layer = nn.Conv1d(1, 1, 3, padding=3, padding_mode="reflect")
    assert_refused(lambda: layer(ones(1, 1, 3)), ag.ShapeError, "is too small to be reflected")
    assert layer(ones(1, 1, 4)).shape == (1, 1, 8)


def test_a_word_for_padding_that_does_not_exist_is_refused_with_those_that_do():
    assert_refused(
        lambda: nn.Conv2d(1, 1, 3, padding="full"), ag.OptionError, "must be one of same, valid"
    )


@pytest.mark.parametrize("kind", [nn.Softmax, nn.LogSoftmax])
def test_an_axis_that_is_not_an_integer_is_refused(kind):
    assert_refused(lambda: kind(dim="a"), ag.OptionError, "dim='a' must be an integer")


@pytest.mark.parametrize("whole", [int, np.int64, np.int8, ag.tensor])
@pytest.mark.parametrize("kind", [nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d, nn.ConvTranspose3d])
def test_sizes_may_be_integers_of_any_library(kind, whole):
    layer = kind(whole(4), whole(2), whole(3), groups=whole(2))
    assert repr(layer) == repr(kind(4, 2, 3, groups=2))
    assert layer.weight.shape == kind(4, 2, 3, groups=2).weight.shape


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda flag: nn.Linear(2, 2, bias=flag), "bias"),
        (lambda flag: nn.Conv2d(2, 2, 1, bias=flag), "bias"),
        (lambda flag: nn.ConvTranspose1d(2, 2, 1, bias=flag), "bias"),
        (lambda flag: nn.LocallyConnected2d(1, 1, 4, 2, bias=flag), "bias"),
        (lambda flag: nn.BatchNorm1d(2, affine=flag), "affine"),
        (lambda flag: nn.BatchNorm2d(2, track_running_stats=flag), "track_running_stats"),
        (lambda flag: nn.LayerNorm(2, elementwise_affine=flag), "elementwise_affine"),
        (lambda flag: nn.LayerNorm(2, bias=flag), "bias"),
        (lambda flag: nn.GaussianBasis([1.0], trainable=flag), "trainable"),
        (lambda flag: nn.GroupNorm(1, 2, affine=flag), "affine"),
        (lambda flag: nn.InstanceNorm1d(2, bias=flag), "bias"),
        (lambda flag: nn.RMSNorm(2, elementwise_affine=flag), "elementwise_affine"),
        (lambda flag: nn.Bilinear(1, 1, 1, bias=flag), "bias"),
        (lambda flag: nn.PairwiseDistance(keepdim=flag), "keepdim"),
        (lambda flag: nn.AdaptiveMaxPool1d(1, return_indices=flag), "return_indices"),
    ],
)
def test_a_switch_is_true_or_false(make, name):
    for flag in ("no", None, 2, np.ones(2)):
        assert_refused(lambda flag=flag: make(flag), ag.OptionError, f"{name}=", "True or False")
    make(np.True_)
