"""The loss of all examples does not depend on how they are divided into batches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from nn.training.batchwise import Divisors
from tests.refusals import assert_refused

N = 13
RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(N, 4))
CLASSES = RNG.integers(0, 3, N)
CLASSES[:4] = 1  # whole batches without a target that counts
REALS, PROBABILITIES = RNG.normal(size=(N, 3)), RNG.dirichlet(np.ones(3), N)
YES = RNG.integers(0, 2, (N, 3)).astype(float)
WEIGHT = np.array([0.1, 5.0, 1.0])

CASES = [
    (function, kind, options, targets)
    for reduction in ("mean", "sum")
    for function, kind, several, targets in [
        (nn.mse_loss, nn.MSELoss, [{}], REALS),
        (nn.l1_loss, nn.L1Loss, [{}], REALS),
        (nn.smooth_l1_loss, nn.SmoothL1Loss, [{"beta": 0.5}], REALS),
        (
            nn.binary_cross_entropy_with_logits,
            nn.BCEWithLogitsLoss,
            [{}, {"weight": WEIGHT, "pos_weight": WEIGHT}],
            YES,
        ),
        (
            nn.cross_entropy,
            nn.CrossEntropyLoss,
            [
                {},
                {"weight": WEIGHT},
                {"ignore_index": 1},
                {"weight": WEIGHT, "ignore_index": 1, "label_smoothing": 0.25},
            ],
            CLASSES,
        ),
        (nn.cross_entropy, nn.CrossEntropyLoss, [{"weight": WEIGHT}], PROBABILITIES),
        (nn.nll_loss, nn.NLLLoss, [{}, {"weight": WEIGHT}, {"ignore_index": 1}], CLASSES),
    ]
    for options in ({**given, "reduction": reduction} for given in several)
] + [
    (nn.half_sum_of_squares, nn.HalfSumOfSquares, {}, REALS),
    (nn.quadratic_loss, nn.QuadraticLoss, {}, REALS),
]


def network():
    return nn.Linear(4, 3, rng=0)


def whole(loss, targets, model=None):
    return float(loss((model or network())(INPUTS), targets).item())


@pytest.mark.parametrize("as_module", [True, False])
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0].__name__}-{c[2]}")
def test_the_loss_is_that_of_all_examples(case, as_module):
    function, kind, options, targets = case
    loss = kind(**options) if as_module else lambda y, t: function(y, t, **options)
    for size in (1, 2, 4, 12, None):
        found = nn.evaluate(network(), loss, (INPUTS, targets), batch_size=size)["loss"]
        assert found == pytest.approx(whole(loss, targets), rel=1e-12)


OWN = {
    "mean": lambda y, t: ag.mean(ag.square(y - t)),
    "sum": lambda y, t: ag.sum(ag.square(y - t)),
    "root of a mean": lambda y, t: ag.sqrt(nn.mse_loss(y, t)),
    "variance": lambda y, t: ag.var(y - t),
    "largest": lambda y, t: ag.max(ag.absolute(y - t)),
    "two terms": lambda y, t: nn.mse_loss(y, t) + 0.1 * nn.l1_loss(y, t, reduction="sum"),
    "scaled": lambda y, t: 3.0 * nn.mse_loss(y, t, reduction="sum"),
    "with a penalty": lambda y, t: nn.mse_loss(y, t) + 2.0,
    "zero": lambda y, t: ag.sum(y * 0.0),
}


@pytest.mark.parametrize("name", OWN)
@given(size=st.integers(1, N))
@settings(max_examples=13)
def test_the_loss_of_an_own_function_is_that_of_all_examples(name, size):
    loss = OWN[name]
    found = nn.evaluate(network(), loss, (INPUTS, REALS), batch_size=size)["loss"]
    assert found == pytest.approx(whole(loss, REALS), rel=1e-12)


def f1(outputs, targets):
    chosen = outputs.argmax(axis=1) == 1
    right = np.sum(chosen & (targets == 1))
    return 2 * right / max(np.sum(chosen) + np.sum(targets == 1), 1)


@pytest.mark.parametrize("size", [1, 2, 5, None])
def test_a_metric_is_that_of_all_examples(size):
    found = nn.evaluate(network(), nn.cross_entropy, (INPUTS, CLASSES), f1, batch_size=size)
    assert found["f1"] == f1(network()(INPUTS), CLASSES)


class Two(nn.Module):
    def __init__(self):
        self.a, self.b = nn.Linear(4, 3, rng=0), nn.Linear(4, 3, rng=1)

    def forward(self, x):
        return {"mean": self.a(x), "rest": (self.b(x), self.a(x))}


def of_two(outputs, targets):
    (b, a), mean = outputs["rest"], outputs["mean"]
    return ag.sqrt(nn.mse_loss(mean, targets)) + nn.mse_loss(b, targets) * ag.mean(a)


@pytest.mark.parametrize("size", [1, 4, None])
def test_several_outputs_are_put_together_one_by_one(size):
    found = nn.evaluate(Two(), of_two, (INPUTS, REALS), batch_size=size)["loss"]
    assert found == pytest.approx(whole(of_two, REALS, Two()), rel=1e-12)


class Pooled(nn.Module):
    def forward(self, x):
        return ag.mean(x)


def test_outputs_that_cannot_be_put_together_are_refused():
    loss = lambda y, t: y * y  # noqa: E731
    assert_refused(
        lambda: nn.evaluate(Pooled(), loss, (INPUTS, REALS), batch_size=4),
        ag.UnsupportedError,
        "neither a mean nor a sum",
        "batch_size=None",
    )
    found = nn.evaluate(Pooled(), loss, (INPUTS, REALS), batch_size=None)["loss"]
    assert found == pytest.approx(np.mean(INPUTS) ** 2)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0].__name__}-{c[2]}")
def test_while_nothing_moves_the_training_loss_is_that_of_all_examples(case):
    function, _, options, targets = case
    if options.get("ignore_index") == 1 and options["reduction"] == "mean":
        targets = np.where(targets == 1, 2, targets)  # a step needs a target that counts
        targets[::5] = 1
    loss = lambda y, t: function(y, t, **options)  # noqa: E731
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=1e-300)
    data = INPUTS, targets
    history = nn.fit(model, loss, data, data, optimizer=optimizer, epochs=1, batch_size=4, rng=0)
    assert history["loss"] == pytest.approx([whole(loss, targets)], rel=1e-12)
    assert history["valid_loss"] == pytest.approx([whole(loss, targets)], rel=1e-12)


def test_the_training_loss_of_an_own_sum_is_the_sum_over_all_examples():
    model, loss = network(), OWN["sum"]
    optimizer = nn.optim.SGD(model.parameters(), lr=1e-300)
    history = nn.fit(model, loss, (INPUTS, REALS), optimizer=optimizer, epochs=2, batch_size=4)
    assert history["loss"] == pytest.approx([whole(loss, REALS)] * 2, rel=1e-12)


def test_the_loss_of_a_step_is_computed_once():
    calls = []

    def loss(y, t):
        calls.append(len(t))
        return ag.mean(ag.square(y - t))

    nn.fit(network(), loss, (INPUTS, REALS), epochs=2, batch_size=4, rng=0)
    assert calls == [4, 2, 2, 4, 4, 1, 4, 4, 4, 1]  # the first batch is split in two


def test_a_function_of_whole_batches_is_not_split():
    def loss(y, t):
        if len(t) < 4:
            raise ValueError("four examples at least")
        return nn.mse_loss(y, t)

    divisors = Divisors(lambda y, t: 1.0 * loss(y, t))
    assert divisors(REALS[:4], REALS[1:5])[1] is None


class Pair(nn.Module):
    def forward(self, x):
        return x * 2.0, x


def test_a_loss_that_does_not_take_all_outputs_says_how_to_pick():
    data = nn.data.Dataset(np.ones((4, 2)), np.zeros(4, int))
    text = "the model returns a tuple of 2, which the loss or metric does not take; pick"
    assert_refused(lambda: nn.evaluate(Pair(), nn.cross_entropy, data), ag.OptionError, text)
    picked = nn.evaluate(Pair(), lambda out, t: nn.cross_entropy(out[0], t), data)
    assert picked["loss"] == pytest.approx(np.log(2))
