"""Far from 0: values, slopes and second derivatives of activations and losses, by 500 digits."""

import decimal
import math
from decimal import Decimal

import numpy as np
import pytest

import autograd as ag
import nn

POINTS = [0.5, 1.0, 5.0, 17.0, 36.0, 50.0, 88.0, 95.0, 104.0, 400.0, 745.0, 1000.0]
POINTS = [sign * x for x in POINTS for sign in (1.0, -1.0)] + [0.0]


def logistic(x):
    return 1 / (1 + (-x).exp())


def softplus(x):
    s = logistic(x)
    return max(x, Decimal(0)) + (1 + (-abs(x)).exp()).ln(), s, s * logistic(-x)


def sigmoid(x):
    s = logistic(x)
    first = s * logistic(-x)
    return s, first, first * (1 - 2 * s)


def silu(x):
    s, first, second = sigmoid(x)
    return x * s, s + x * first, 2 * first + x * second


def tanh(x):
    t = 2 * logistic(2 * x) - 1
    first = 4 * logistic(2 * x) * logistic(-2 * x)
    return t, first, -2 * t * first


def gelu(x):
    number = float(x)
    below = Decimal(math.erfc(-number / math.sqrt(2))) / 2
    density = (-x * x / 2).exp() / Decimal(2 * math.pi).sqrt()
    return x * below, below + x * density, density * (2 - x * x)


def elu(x):
    return (x, Decimal(1), Decimal(0)) if x > 0 else (x.exp() - 1, x.exp(), x.exp())


def mirrored(f, sign=1):
    """Return ``sign f(-x)`` with its derivatives."""

    def g(x):
        value, first, second = f(-x)
        return sign * value, -sign * first, sign * second

    return g


def mixed(t):
    """Return the cross-entropy of a logit with the target t."""

    def g(x):
        value, first, second = softplus(x)
        return value - Decimal(t) * x, first - Decimal(t), second

    return g


def pair(x):
    """Return the logits of two classes, (x, 0), as one row."""
    return ag.reshape(ag.stack([x, x * 0.0]), (1, 2))


CASES = {
    "softplus": (ag.softplus, softplus),
    "sigmoid": (ag.sigmoid, sigmoid),
    "silu": (ag.silu, silu),
    "tanh": (ag.tanh, tanh),
    "gelu": (ag.gelu, gelu),
    "elu": (ag.elu, elu),
    "logsumexp": (lambda x: ag.logsumexp(pair(x)), softplus),
    "softmax": (lambda x: ag.softmax(pair(x))[0, 0], sigmoid),
    "log_softmax": (lambda x: ag.log_softmax(pair(x))[0, 0], mirrored(softplus, -1)),
    "log_softmax of the other": (
        lambda x: ag.log_softmax(pair(x))[0, 1],
        lambda x: [-y for y in softplus(x)],
    ),
    "cross_entropy of the class": (lambda x: nn.cross_entropy(pair(x), [0]), mirrored(softplus)),
    "cross_entropy of the other": (lambda x: nn.cross_entropy(pair(x), [1]), softplus),
    "cross_entropy of probabilities": (
        lambda x: nn.cross_entropy(pair(x), np.array([[0.25, 0.75]])),
        mixed(0.25),
    ),
    "smoothed cross_entropy": (
        lambda x: nn.cross_entropy(pair(x), [0], label_smoothing=0.5),
        mixed(0.75),
    ),
    "nll_loss": (lambda x: nn.nll_loss(ag.log_softmax(pair(x)), [0]), mirrored(softplus)),
    **{
        f"binary_cross_entropy_with_logits of {t}": (
            lambda x, t=t: nn.binary_cross_entropy_with_logits(x, t),
            mixed(t),
        )
        for t in (0.0, 0.25, 1.0)
    },
    "Softplus of beta 4": (
        lambda x: nn.Softplus(4.0)(x),
        lambda x: [y * Decimal(4) ** (n - 1) for n, y in enumerate(softplus(4 * x))],
    ),
}


def derivatives(name, x, dtype, order):
    """Return a function's value and derivatives at a number, as computed and exact."""
    f, closed_form = CASES[name]
    with decimal.localcontext(prec=500, Emin=-999999, Emax=999999):
        exact = [float(y) for y in closed_form(Decimal(x))]
    found = []
    with np.errstate(under="ignore"):
        for _ in range(order + 1):
            found.append(f(dtype(x)))
            f = ag.grad(f)
    return found, exact


@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_value_and_two_derivatives_are_right(name, dtype, x):
    found, exact = derivatives(name, x, dtype, 2)
    assert all(np.asarray(y).dtype == dtype for y in found)
    info = np.finfo(dtype)
    for y, right in zip(found, exact, strict=True):
        # What is a difference of numbers near 1 has their rounding.
        rounding = 8 * info.eps * max(1.0, abs(x) * (abs(right) > 1e-3))
        np.testing.assert_allclose(float(y), right, rtol=64 * info.eps, atol=rounding)


EXACT = ["softplus", "sigmoid", "cross_entropy of the other"]
EXACT += ["binary_cross_entropy_with_logits of 0.0"]


@pytest.mark.parametrize("x", [-x for x in POINTS if x > 30])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", EXACT)
def test_what_is_nearly_zero_has_all_its_digits(name, dtype, x):
    found, exact = derivatives(name, x, dtype, 1)
    info = np.finfo(dtype)
    for y, right in zip(found, exact, strict=False):
        tolerance = 2.0 * float(info.tiny)
        np.testing.assert_allclose(float(y), right, rtol=16 * info.eps * abs(x), atol=tolerance)
