"""The end-point error at five sizes, by loops over pixels."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.testing import check_grad

SIZES = (16, 8, 4, 2, 1)
WEIGHTS = (0.005, 0.01, 0.02, 0.08, 0.32)
RNG = np.random.default_rng(0)
TARGET = RNG.normal(0, 5, (2, 2, 64, 64))
FLOWS = [RNG.normal(0, 0.3, (2, 2, n, n)) for n in SIZES]
MASK = RNG.random((2, 64, 64)) < 0.3
MASK[0, :4, :4] = False  # the whole of one pixel of the finest flow


def by_loops(flows, target, mask):
    """Add up the errors, block by block."""
    total = 0.0
    for weight, flow in zip(WEIGHTS, flows, strict=True):
        side = 64 // flow.shape[2]
        for n, row, column in np.ndindex(len(flow), *flow.shape[2:]):
            block = np.s_[row * side : (row + 1) * side, column * side : (column + 1) * side]
            known = mask[n][block]
            if known.any():
                mean = target[n][(slice(None), *block)][:, known].mean(axis=1) / 20
                total += weight * np.hypot(*(flow[n, :, row, column] - mean))
    return total / len(target)


def test_it_is_the_weighted_sum_over_sizes_and_pixels():
    expected = by_loops(FLOWS, TARGET, np.ones((2, 64, 64), bool))
    assert nn.multiscale_end_point_error(FLOWS, TARGET) == pytest.approx(expected, rel=1e-12)


def test_unknown_pixels_do_not_count():
    target = np.where(MASK[:, None], TARGET, 1e10)
    expected = by_loops(FLOWS, TARGET, MASK)
    assert nn.multiscale_end_point_error(FLOWS, target, MASK) == pytest.approx(expected, rel=1e-12)


def test_nan_in_the_target_is_unknown():
    target = TARGET.copy()
    target[:, 1][~MASK] = np.nan  # one of the two numbers is enough
    expected = by_loops(FLOWS, TARGET, MASK)
    assert nn.multiscale_end_point_error(FLOWS, target) == pytest.approx(expected, rel=1e-12)
    one = nn.end_point_error(TARGET + 1, target)
    assert one == pytest.approx(nn.end_point_error(TARGET + 1, TARGET, MASK), rel=1e-12)


def test_one_flow_has_its_end_point_error():
    flow = TARGET + 1
    assert nn.multiscale_end_point_error(flow, TARGET) == nn.end_point_error(flow, TARGET)


def test_the_derivatives_are_right():
    small, target = [f[:1, :, :2, :2] for f in FLOWS[:4]], TARGET[:1, :, :4, :4]
    small.append(FLOWS[4][:1])
    assert check_grad(lambda *flows: nn.multiscale_end_point_error(flows, target), *small)


def test_a_module_calls_the_function():
    expected = nn.multiscale_end_point_error(FLOWS, TARGET, MASK)
    assert nn.MultiscaleEndPointError()(FLOWS, TARGET, MASK) == expected


def test_float32_flows_have_a_float32_loss():
    flows = [ag.tensor(flow, "float32") for flow in FLOWS]
    assert nn.multiscale_end_point_error(flows, TARGET).dtype == np.float32


@pytest.mark.parametrize(
    ("flows", "target", "mask", "message"),
    [
        (FLOWS[:4], TARGET, None, "takes 5 flows from fine to coarse, or one of all pixels, not 4"),
        (FLOWS, TARGET[0], None, r"target \(2, 64, 64\) must be \(N, 2, H, W\)"),
        (FLOWS, TARGET, MASK[0], r"mask \(64, 64\) must be \(2, 64, 64\)"),
        ([f[0] for f in FLOWS], TARGET, None, r"a flow \(2, 16, 16\) must be \(N, 2, H, W\)"),
        (FLOWS, TARGET[:1], None, "must have one shape"),
        (FLOWS, TARGET[:, :, :8, :8], None, r"not larger than the target \(2, 2, 8, 8\)"),
        (5 * [FLOWS[0][:, :, :0]], TARGET, None, r"a flow \(2, 2, 0, 16\)"),
        ([f[:0] for f in FLOWS], TARGET[:0], None, "with at least one pixel"),
    ],
)
def test_other_shapes_are_refused(flows, target, mask, message):
    with pytest.raises(ag.ShapeError, match=message):
        nn.multiscale_end_point_error(flows, target, mask)
