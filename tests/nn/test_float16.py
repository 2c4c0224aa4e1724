"""Networks in float16: what float32 gives, rounded, where squares and sums leave float16."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.nn.parity import layers, losses, recurrent
from tests.nn.parity.optimisers import OPTIMISERS

HALF = np.float16
LAYERS = [c for c in layers.CASES if c.number % 3 == 0 and c.name not in ("Heaviside", "Embedding")]
# An encoder of a transformer is a network, and rounds between its layers.
LAYERS += [c for c in recurrent.CASES if c.number % 3 == 0 and "Encoder" not in c.name]
LOSSES = [c for c in losses.CASES if c.number % 3 == 0]


def as_half(x):
    return x.astype(HALF) if np.asarray(x).dtype.kind == "f" else x


def close(ours, theirs):
    """Whether float16 agrees with rounded float32, within the error of two roundings."""
    with np.errstate(over="ignore"):
        theirs = np.asarray(theirs).astype(HALF)
    finite = np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)
    assert ours.dtype == HALF
    np.testing.assert_allclose(
        np.float64(ours), np.float64(theirs), rtol=2**-8, atol=2.0**-9 * float(finite) + 1.2e-7
    )


def through_a_layer(case, given, dtype):
    module = layers.made(case)
    module.load_state_dict(layers.state(given))
    module.to(dtype)
    x = nn.Parameter(given["x"].astype(dtype))
    with np.errstate(all="ignore"):
        output = layers.fed(case, module, x, layers.pooled)
        output = output[0] if isinstance(output, tuple) else output
        if not output.requires_grad:
            return [output.data]
        output.backward(np.ones(output.shape, dtype))
    return [output.data, x.grad, *(p.grad for p in module.parameters())]


@pytest.mark.parametrize("scale", [1.0, 300.0, 20_000.0])
@pytest.mark.parametrize("case", LAYERS, ids=[c.id for c in LAYERS])
def test_a_layer_rounds_what_it_computes_in_float32(case, scale):
    given = {key: as_half(value) for key, value in layers.draw(case).items()}
    given["x"] = (given["x"] * scale).astype(HALF)
    found = through_a_layer(case, given, HALF)
    for ours, theirs in zip(found, through_a_layer(case, given, np.float32), strict=True):
        close(ours, theirs)


def through_a_loss(case, given, dtype):
    given = {k: v.astype(dtype) if v.dtype.kind == "f" else v for k, v in given.items()}
    input = given["input"] = ag.tensor(given["input"], requires_grad=True)
    cotangent = given.pop("cotangent", None)
    with np.errstate(all="ignore"):
        value = getattr(nn, case.name)(*losses.placed(case, given), **given, **case.options)
        value.backward(cotangent)
    return value.data, input.grad


@pytest.mark.parametrize("scale", [1.0, 300.0, 20_000.0])
@pytest.mark.parametrize("case", LOSSES, ids=[c.id for c in LOSSES])
def test_a_loss_rounds_what_it_computes_in_float32(case, scale):
    given = {key: as_half(np.asarray(value)) for key, value in losses.draw(case).items()}
    if case.name != "binary_cross_entropy":
        given["input"] = (given["input"] * min(scale, 60_000 / 2)).clip(-6e4, 6e4).astype(HALF)
    found = through_a_loss(case, given, HALF)
    for ours, theirs in zip(found, through_a_loss(case, given, np.float32), strict=True):
        close(np.asarray(ours), theirs)


STEPS = [(name, options) for name, several in OPTIMISERS.items() for options in several]


@pytest.mark.parametrize(("name", "options"), STEPS, ids=[f"{n}-{o}" for n, o in STEPS])
def test_an_optimiser_steps_in_float32_and_rounds_the_weight(name, options):
    half, single = nn.Parameter(HALF([1, -2, 3, 4])), nn.Parameter(np.float32([1, -2, 3, 4]))
    optimisers = [getattr(nn.optim, name)([p], **options) for p in (half, single)]
    for g in ([0, 1e-4, 300, -6e-8], [0, 0, 300, 1], [0, -1e-4, -6e4, 0]):
        half.grad, single.grad = HALF(g), HALF(g).astype(np.float32)
        for optimiser in optimisers:
            optimiser.step()
        single.data = single.data.astype(HALF).astype(np.float32)
        np.testing.assert_array_equal(half.data, single.data)
    assert half.dtype == HALF
    assert not np.isnan(half.data).any()


@pytest.mark.parametrize("name", OPTIMISERS)
def test_the_memory_of_an_optimiser_goes_on_in_float32(name):
    p = nn.Parameter(HALF([1, 2]))
    p.grad = HALF([1e-4, 1])
    optimiser, other = (getattr(nn.optim, name)([p]) for _ in range(2))
    optimiser.step()
    other.load_state_dict(optimiser.state_dict())
    for key, value in optimiser.state[p].items():
        np.testing.assert_array_equal(other.state[p][key], value)


@pytest.mark.parametrize("clip", [nn.utils.clip_grad_norm_, nn.utils.clip_grad_value_])
def test_clipping_gradients_by_a_factor_that_float16_lacks(clip):
    p = nn.Parameter(np.zeros(40_000, HALF))
    p.grad = np.full(40_000, 60_000, HALF)
    clip([p], 1e-2)
    limit = 1e-2 / 200 if clip is nn.utils.clip_grad_norm_ else 1e-2
    np.testing.assert_allclose(p.grad, limit, rtol=2e-3)
    assert p.grad.dtype == HALF


def test_clipping_by_a_value_that_float16_lacks_changes_nothing():
    p = nn.Parameter(HALF([1]))
    p.grad = HALF([60_000])
    nn.utils.clip_grad_value_([p], 1e6)
    assert p.grad == 60_000


def test_penalties_of_weights_whose_squares_are_not_in_float16():
    weights = [nn.Parameter(HALF([300, 0])), nn.Parameter(HALF([100] * 3))]
    with np.errstate(over="ignore"):
        penalty = nn.l2_penalty(weights)
    assert penalty.dtype == HALF
    (penalty * 1e-3).backward()
    np.testing.assert_allclose(weights[0].grad, [0.6, 0], rtol=1e-2)


def test_standardizing_numbers_that_are_further_apart_than_float16_reaches():
    x = HALF([[60_000], [-60_000]])
    np.testing.assert_array_equal(nn.data.Standardize(x)(x), HALF([[1], [-1]]))
