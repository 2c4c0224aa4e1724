"""Schedules are functions of the epoch, and one of what is measured."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from nn.optim import lr_scheduler
from nn.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    EpochScheduler,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from tests.refusals import assert_refused

epochs = st.integers(0, 60)
factors = st.floats(0.1, 1.0)


def optimizer(*rates):
    groups = [{"params": [nn.Parameter(1.0)], "lr": lr} for lr in rates or (0.5,)]
    return nn.optim.SGD(groups)


def rate_after(schedule, steps):
    for _ in range(steps):
        schedule.step()
    (rate,) = schedule.get_last_lr()
    return rate


def warm_up_and_cosine(optimizer):
    parts = [LinearLR(optimizer, 0.25, total_iters=4), CosineAnnealingLR(optimizer, 10)]
    return SequentialLR(optimizer, parts, [4])


# Their formulas.


@given(epochs, factors, st.integers(1, 9))
def test_steps_are_counted_in_whole_stairs(epoch, gamma, size):
    stairs = sum(1 for e in range(1, epoch + 1) if e % size == 0)
    expected = pytest.approx(0.5 * gamma**stairs)
    assert rate_after(StepLR(optimizer(), size, gamma), epoch) == expected


@given(epochs, factors, st.lists(st.integers(1, 60), max_size=5))
def test_each_milestone_passed_is_one_factor(epoch, gamma, milestones):
    passed = sum(1 for m in milestones if m <= epoch)
    expected = pytest.approx(0.5 * gamma**passed)
    assert rate_after(MultiStepLR(optimizer(), milestones, gamma), epoch) == expected


@given(epochs, factors)
def test_an_exponential_schedule_has_one_factor_per_epoch(epoch, gamma):
    expected = pytest.approx(0.5 * math.prod([gamma] * epoch))
    assert rate_after(ExponentialLR(optimizer(), gamma), epoch) == expected


@given(epochs, st.integers(1, 30), st.floats(0, 0.1))
def test_a_cosine_falls_from_the_rate_to_the_lowest(epoch, half, lowest):
    found = rate_after(CosineAnnealingLR(optimizer(), half, lowest), epoch)
    squared = math.cos(math.pi * epoch / half / 2) ** 2  # (1 + cos 2a) / 2 = cos^2 a
    assert found == pytest.approx(lowest + (0.5 - lowest) * squared, abs=1e-12)


def test_a_cosine_ends_exactly_at_the_lowest_rate():
    assert rate_after(CosineAnnealingLR(optimizer(), 7), 7) == 0.0
    assert rate_after(CosineAnnealingLR(optimizer(), 7, 0.125), 7) == 0.125


@given(epochs, factors, st.floats(0, 1), st.integers(1, 30))
def test_a_warm_up_is_a_straight_line_and_then_stays(epoch, start, end, length):
    found = rate_after(LinearLR(optimizer(), start, end, length), epoch)
    assert found == pytest.approx(0.5 * np.interp(epoch, [0, length], [start, end]))


@given(st.integers(0, 20))
def test_schedules_follow_each_other_with_epochs_of_their_own(epoch):
    found = rate_after(warm_up_and_cosine(optimizer()), epoch)
    line = 0.125 + 0.375 * epoch / 4
    wave = 0.25 * (1 + math.cos(math.pi * (epoch - 4) / 10))
    assert found == pytest.approx(line if epoch < 4 else wave, abs=1e-12)


def test_a_sequence_can_be_a_part_of_a_sequence():
    o = optimizer()
    inner = SequentialLR(o, [ExponentialLR(o, 0.5), ExponentialLR(o, 1.0)], [2])
    outer = SequentialLR(o, [LinearLR(o, 0.5, 0.5), inner], [3])
    found = []
    for _ in range(7):
        found += outer.get_last_lr()
        outer.step()
    assert found == [0.25, 0.25, 0.25, 0.5, 0.25, 0.5, 0.5]


@given(epochs, st.integers(1, 5), st.integers(1, 3))
def test_a_wave_begins_again_with_a_longer_one(epoch, first, times):
    found = rate_after(CosineAnnealingWarmRestarts(optimizer(), first, times, 0.125), epoch)
    begin, length = 0, first
    while epoch >= begin + length:
        begin, length = begin + length, length * times
    squared = math.cos(math.pi * (epoch - begin) / length / 2) ** 2
    assert found == pytest.approx(0.125 + 0.375 * squared, abs=1e-12)


@given(epochs, st.integers(1, 30), st.floats(0, 3))
def test_a_power_comes_down_to_zero_and_stays(epoch, length, power):
    found = rate_after(PolynomialLR(optimizer(), length, power), epoch)
    left = max(0.0, 1 - epoch / length)
    assert found == pytest.approx(0.5 * left**power, abs=1e-12)


def test_functions_of_the_epoch_are_factors_of_the_first_rate_or_of_the_last():
    def half(epoch):
        return 0.5 / epoch if epoch else 1.0

    assert rate_after(LambdaLR(optimizer(), half), 3) == pytest.approx(0.5 * 0.5 / 3)
    assert rate_after(MultiplicativeLR(optimizer(), half), 3) == pytest.approx(0.5 * 0.125 / 6)


def test_one_cycle_begins_at_a_part_of_the_highest_rate_and_ends_near_zero():
    o = optimizer(0.7, 0.7)
    schedule = OneCycleLR(o, [1.0, 2.0], 101, cycle_momentum=False)
    rates = [schedule.get_last_lr()]
    for _ in range(100):
        schedule.step()
        rates.append(schedule.get_last_lr())
    assert rates[0] == pytest.approx([0.04, 0.08])
    assert np.max(rates, axis=0) == pytest.approx([1.0, 2.0], rel=1e-3)
    assert rates[-1] == pytest.approx([0.04e-4, 0.08e-4])
    schedule.step()  # after the last batch
    assert_refused(schedule.step, ag.UnsupportedError, "OneCycleLR", "total_steps=101")


@pytest.mark.parametrize(
    "make",
    [
        lambda o: OneCycleLR(o, 1.0, 40, base_momentum=0.5, max_momentum=0.75),
        lambda o: CyclicLR(o, 0.1, 1.0, 10, base_momentum=0.5, max_momentum=0.75),
    ],
)
@pytest.mark.parametrize("kind", [nn.optim.SGD, nn.optim.Adam])
def test_the_momentum_is_low_where_the_rate_is_high(make, kind):
    o = kind([nn.Parameter(1.0)])
    schedule = make(o)
    (group,) = o.param_groups
    seen = []
    for _ in range(11):  # up
        seen.append((group["lr"], group["betas"][0] if "betas" in group else group["momentum"]))
        schedule.step()
    momenta = [momentum for _, momentum in sorted(seen)]
    assert momenta == sorted(momenta, reverse=True)
    assert (momenta[0], momenta[-1]) == (0.75, pytest.approx(0.5, abs=0.01))
    if "betas" in group:
        assert group["betas"][1] == 0.999


def test_a_cycle_made_after_loading_has_the_momentum_of_its_step():
    o, again = (nn.optim.SGD([nn.Parameter(1.0)], lr=0.1) for _ in range(2))
    schedule = OneCycleLR(o, 1.0, 20)
    for _ in range(4):
        schedule.step()
    again.load_state_dict(o.state_dict())
    OneCycleLR(again, 1.0, 20).load_state_dict(schedule.state_dict())
    assert again.state_dict() == o.state_dict()


def test_chained_schedules_are_stepped_together_and_say_what_they_are():
    o = optimizer(0.5, 0.25)
    schedule = ChainedScheduler([ConstantLR(o, 0.5, 2), ExponentialLR(o, 0.5)])
    for _ in range(3):
        schedule.step()
    assert schedule.get_last_lr() == [0.5 / 8, 0.25 / 8]
    assert repr(schedule) == (
        "ChainedScheduler([ConstantLR(factor=0.5, total_iters=2), ExponentialLR(gamma=0.5)])"
    )


def test_a_training_takes_chained_schedules_and_refuses_a_list():
    net, data = nn.Linear(2, 1, rng=0), (np.ones((4, 2)), np.ones((4, 1)))
    o = nn.optim.SGD(net.parameters(), lr=0.5)
    parts = [ConstantLR(o, 0.5, 1), ExponentialLR(o, 0.5)]
    train = nn.data.Dataset(*data)
    assert_refused(
        lambda: nn.fit(net, nn.mse_loss, train, epochs=1, schedule=parts),
        ag.OptionError,
        "write ChainedScheduler([a, b])",
    )
    history = nn.fit(net, nn.mse_loss, train, epochs=3, schedule=ChainedScheduler(parts))
    assert history["lr"] == [0.25, 0.25, 0.125]


def test_every_group_goes_its_own_way():
    o = optimizer(0.5, 0.25)
    schedule = ExponentialLR(o, 0.5)
    schedule.step()
    assert schedule.base_lrs == [0.5, 0.25]
    assert schedule.get_last_lr() == [0.25, 0.125]
    assert [group["lr"] for group in o.param_groups] == [0.25, 0.125]


def test_a_group_that_joins_later_begins_with_its_own_rate():
    o = optimizer()
    schedule = ExponentialLR(o, 0.5)
    o.add_param_group({"params": [nn.Parameter(1.0)], "lr": 0.25})
    schedule.step()
    assert schedule.get_last_lr() == [0.25, 0.125]


def test_a_warm_up_sets_the_rate_at_once():
    o = optimizer()
    LinearLR(o, start_factor=0.25)
    assert o.param_groups[0]["lr"] == 0.125


def test_the_step_of_an_optimiser_has_the_rate_of_the_schedule():
    w = nn.Parameter(0.0)
    o = nn.optim.SGD([w], lr=1.0)
    schedule = ExponentialLR(o, 0.5)
    for _ in range(3):
        w.grad = np.float64(1.0)
        o.step()
        schedule.step()
    assert w.item() == -1.75


def test_a_rate_of_numpy_leaves_float32_what_it_is():
    w = nn.Parameter(np.ones(2, "float32"))
    o = nn.optim.SGD([w], lr=0.5, momentum=0.5)
    ExponentialLR(o, np.float64(0.5)).step()
    ag.sum(w).backward()
    o.step()
    assert o.state[w]["momentum_buffer"].dtype == np.float32


def test_an_own_schedule_is_one_function():
    class Root(EpochScheduler):
        def rate(self, base, epoch):
            return base / math.sqrt(1 + epoch)

    assert rate_after(Root(optimizer()), 3) == 0.25


# Several on one optimiser.


CHAINABLE = [
    (lambda o: StepLR(o, 4, 0.5), lambda e: 0.5 ** (e // 4)),
    (lambda o: MultiStepLR(o, [3, 3, 9], 0.5), lambda e: 0.5 ** (2 * (e >= 3) + (e >= 9))),
    (lambda o: ExponentialLR(o, 0.9), lambda e: 0.9**e),
    (lambda o: CosineAnnealingLR(o, 20), lambda e: math.cos(math.pi * e / 40) ** 2),
    (lambda o: LinearLR(o, 0.25, 0.75, 8), lambda e: 0.25 + 0.5 * min(e, 8) / 8),
    (lambda o: ConstantLR(o, 0.25, 4), lambda e: 0.25 if e < 4 else 1.0),
    (lambda o: PolynomialLR(o, 30, 2.0), lambda e: (1 - e / 30) ** 2),
    (lambda o: LambdaLR(o, lambda e: 1 / (1 + e)), lambda e: 1 / (1 + e)),
    (lambda o: MultiplicativeLR(o, lambda e: 0.9), lambda e: 0.9**e),
]
ORDERS = st.permutations(["optimizer", 0, 1])


@given(st.sampled_from(CHAINABLE), st.sampled_from(CHAINABLE), st.integers(0, 20))
def test_two_schedules_multiply(first, second, epoch):
    o = optimizer(0.5, 0.25)
    schedules = [make(o) for make, _ in (first, second)]
    for _ in range(epoch):
        for schedule in schedules:
            schedule.step()
    factor = first[1](epoch) * second[1](epoch)
    assert schedules[0].get_last_lr() == pytest.approx([0.5 * factor, 0.25 * factor], abs=1e-12)


def test_three_schedules_multiply():
    o = optimizer()
    schedules = [ExponentialLR(o, 0.5), StepLR(o, 2, 0.5), ExponentialLR(o, 0.25)]
    for _ in range(2):
        for schedule in schedules:
            schedule.step()
    assert o.param_groups[0]["lr"] == pytest.approx(0.5**8)


def test_a_schedule_goes_on_from_a_rate_that_a_plateau_has_lowered():
    o = optimizer()
    plateau, schedule = ReduceLROnPlateau(o, factor=0.5, patience=0), ExponentialLR(o, 0.5)
    for metric in (1.0, 1.0, 1.0):
        plateau.step(metric)
        schedule.step()
    assert o.param_groups[0]["lr"] == pytest.approx(0.5 * 0.5**3 * 0.5**2)


def test_a_schedule_goes_on_from_a_rate_set_by_hand():
    o = optimizer()
    schedule = ExponentialLR(o, 0.5)
    schedule.step()
    o.param_groups[0]["lr"] = 1.0
    assert rate_after(schedule, 2) == 0.25


@given(
    st.sampled_from(CHAINABLE), st.sampled_from(CHAINABLE), ORDERS, st.integers(0, 9), st.booleans()
)
def test_two_schedules_resume_in_any_order_of_loading(first, second, order, epoch, made_later):
    def made(o):
        return [make(o) for make, _ in (first, second)]

    def go_on(schedules):
        for schedule in schedules:
            schedule.step()

    o = optimizer(0.5, 0.25)
    schedules = made(o)
    for _ in range(epoch):
        go_on(schedules)
    again = optimizer(0.5, 0.25)
    if made_later:  # than the optimiser was loaded
        again.load_state_dict(o.state_dict())
    resumed = made(again)
    for one in order:
        if one != "optimizer":
            resumed[one].load_state_dict(schedules[one].state_dict())
        elif not made_later:
            again.load_state_dict(o.state_dict())
    for _ in range(5):
        assert resumed[0].get_last_lr() == pytest.approx(schedules[0].get_last_lr(), rel=1e-12)
        go_on(schedules)
        go_on(resumed)


def test_schedules_alone_bring_their_rates():
    o, again = optimizer(), optimizer()
    schedules, resumed = ([ExponentialLR(x, 0.5), LinearLR(x, 0.5)] for x in (o, again))
    for schedule, other in zip(schedules, resumed, strict=True):
        schedule.step()
        other.load_state_dict(schedule.state_dict())
    assert again.param_groups[0]["lr"] == pytest.approx(o.param_groups[0]["lr"])


def test_a_sequence_beside_another_schedule_ends_at_its_milestone():
    o = optimizer()
    other = ExponentialLR(o, 0.5)
    sequence = SequentialLR(o, [LinearLR(o, 0.5, 1.0, 2), ExponentialLR(o, 0.9)], [2])
    sequence.step()
    other.step()
    assert o.param_groups[0]["lr"] == 0.5 * 0.75 * 0.5
    before = sequence.state_dict(), o.state_dict()
    assert_refused(sequence.step, ag.UnsupportedError, "SequentialLR", "another schedule")
    assert (sequence.state_dict(), o.state_dict()) == before


def test_a_sequence_of_rates_that_nothing_else_changed_passes_all_milestones():
    o = optimizer()
    other = ReduceLROnPlateau(o)
    sequence = warm_up_and_cosine(o)
    for _ in range(12):
        sequence.step()
        other.step(1.0 / sequence.last_epoch)
    assert sequence.get_last_lr() == pytest.approx([sequence.rate(0.5, 12)])


def test_a_cosine_beside_another_schedule_ends_at_its_lowest():
    o = optimizer()
    cosine, other = CosineAnnealingLR(o, 2), ExponentialLR(o, 0.5)
    for _ in range(2):
        cosine.step()
        other.step()
    assert_refused(cosine.step, ag.UnsupportedError, "CosineAnnealingLR", "begins anew")


def test_a_schedule_that_ignores_the_first_rate_cannot_be_multiplied():
    class Constant(EpochScheduler):
        def rate(self, base, epoch):
            return 0.25

    o = optimizer()
    schedule = Constant(o)
    ExponentialLR(o, 0.5).step()
    assert_refused(schedule.step, ag.UnsupportedError, "Constant", "does not follow")


# What is measured.


def measured(metrics, **options):
    o = optimizer()
    schedule = ReduceLROnPlateau(o, factor=0.5, **options)
    found = []
    for metric in metrics:
        schedule.step(metric)
        found += schedule.get_last_lr()
    return found


def test_patience_is_how_many_epochs_may_pass():
    assert measured([3, 3, 3, 3, 3, 3], patience=2) == [0.5, 0.5, 0.5, 0.25, 0.25, 0.25]


def test_a_better_metric_ends_the_count():
    assert measured([3, 3, 2, 2, 1, 1], patience=1) == [0.5] * 6


def test_a_growing_metric_is_better_in_mode_max():
    assert measured([1, 2, 3], patience=0, mode="max") == [0.5] * 3
    assert measured([3, 2, 1], patience=0, mode="max") == [0.5, 0.25, 0.125]


def test_a_relative_threshold_is_a_part_of_the_best():
    options = {"patience": 0, "threshold": 0.25}
    assert measured([4, 3.1], **options) == [0.5, 0.25]
    assert measured([4, 2.9], **options) == [0.5, 0.5]
    assert measured([4, 4.9], **options, mode="max") == [0.5, 0.25]
    assert measured([4, 5.1], **options, mode="max") == [0.5, 0.5]


def test_an_absolute_threshold_is_a_distance():
    options = {"patience": 0, "threshold": 0.25, "threshold_mode": "abs"}
    assert measured([4, 3.8], **options) == [0.5, 0.25]
    assert measured([4, 3.7], **options) == [0.5, 0.5]
    assert measured([4, 4.2], **options, mode="max") == [0.5, 0.25]
    assert measured([4, 4.3], **options, mode="max") == [0.5, 0.5]


def test_nothing_is_counted_while_it_cools_down():
    found = measured([1, 1, 1, 1, 1], patience=0, cooldown=2)
    assert found == [0.5, 0.25, 0.25, 0.25, 0.125]


def test_no_rate_falls_below_its_floor():
    assert measured([1, 1, 1], patience=0, min_lr=0.2) == [0.5, 0.25, 0.2]


def test_floors_can_differ_from_group_to_group():
    o = optimizer(0.5, 0.5)
    schedule = ReduceLROnPlateau(o, factor=0.5, patience=0, min_lr=[0.0, 0.4])
    schedule.step(1.0)
    schedule.step(1.0)
    assert schedule.get_last_lr() == [0.25, 0.4]


def test_a_change_too_small_to_matter_is_not_made():
    assert measured([1, 1, 1], patience=0, eps=0.2) == [0.5, 0.25, 0.25]


def test_an_infinite_loss_is_worse_than_any_other():
    assert measured([1.0, math.inf], patience=0) == [0.5, 0.25]


@pytest.mark.parametrize("metric", [ag.tensor(1.0, requires_grad=True), np.float32(1), 1])
def test_a_metric_can_be_any_number(metric):
    schedule = ReduceLROnPlateau(optimizer())
    schedule.step(metric)
    assert schedule.best == 1.0


@pytest.mark.parametrize("metric", [math.nan, "low", None, np.ones(2)], ids=repr)
def test_a_metric_that_cannot_be_compared_is_refused(metric):
    schedule = ReduceLROnPlateau(optimizer())
    before = schedule.state_dict()
    assert_refused(lambda: schedule.step(metric), ag.OptionError, "ReduceLROnPlateau", "metric")
    assert schedule.state_dict() == before


# States.


MAKERS = [
    lambda o: StepLR(o, 3),
    lambda o: MultiStepLR(o, [2, 7]),
    lambda o: ExponentialLR(o, 0.7),
    lambda o: CosineAnnealingLR(o, 9),
    lambda o: LinearLR(o, total_iters=7),
    warm_up_and_cosine,
    lambda o: ReduceLROnPlateau(o, factor=0.7, patience=1, cooldown=1),
    lambda o: ConstantLR(o, 0.25, 3),
    lambda o: PolynomialLR(o, 7, 2.0),
    lambda o: CosineAnnealingWarmRestarts(o, 3, 2),
    lambda o: OneCycleLR(o, 1.0, 30),
    lambda o: CyclicLR(o, 0.1, 1.0, 3, mode="triangular2"),
    lambda o: LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    lambda o: MultiplicativeLR(o, lambda epoch: 0.9),
    lambda o: ChainedScheduler([ExponentialLR(o, 0.7), LinearLR(o, total_iters=7)]),
]
NAMES = ["StepLR", "MultiStepLR", "ExponentialLR", "CosineAnnealingLR", "LinearLR"]
NAMES += ["SequentialLR", "ReduceLROnPlateau", "ConstantLR", "PolynomialLR"]
NAMES += ["CosineAnnealingWarmRestarts", "OneCycleLR", "CyclicLR", "LambdaLR", "MultiplicativeLR"]
NAMES += ["ChainedScheduler"]
each = pytest.mark.parametrize("make", MAKERS, ids=NAMES)


def go_on(schedule, metrics):
    found = []
    for metric in metrics:
        schedule.step(*[metric] * isinstance(schedule, ReduceLROnPlateau))
        found.append(schedule.get_last_lr())
    return found


@each
@given(st.lists(st.floats(0, 1), max_size=9), st.lists(st.floats(0, 1), max_size=9))
@pytest.mark.parametrize("schedule_first", [True, False])
def test_a_loaded_schedule_goes_on_to_the_bit(make, schedule_first, before, after):
    o, again = optimizer(0.5, 0.3), optimizer(0.5, 0.3)
    schedule, resumed = make(o), make(again)
    go_on(schedule, before)
    of_schedule, of_optimizer = pickle.loads(pickle.dumps((schedule.state_dict(), o.state_dict())))
    if schedule_first:
        resumed.load_state_dict(of_schedule)
    again.load_state_dict(of_optimizer)
    if not schedule_first:
        resumed.load_state_dict(of_schedule)
    assert again.state_dict() == o.state_dict()
    assert go_on(resumed, after) == go_on(schedule, after)


@each
def test_a_state_is_numbers_and_words(make):
    def plain(x):
        if isinstance(x, dict):
            return all(map(plain, x.values()))
        known = (int, float, str, bool)
        return all(map(plain, x)) if isinstance(x, (list, tuple)) else type(x) in known

    assert plain(make(optimizer()).state_dict())


@each
def test_a_state_brings_its_options(make):
    other = {
        "SequentialLR": lambda o: SequentialLR(o, [LinearLR(o), CosineAnnealingLR(o, 3)], [1]),
        "MultiStepLR": lambda o: MultiStepLR(o, [1]),
        "StepLR": lambda o: StepLR(o, 1),
        "ExponentialLR": lambda o: ExponentialLR(o, 0.1),
        "CosineAnnealingLR": lambda o: CosineAnnealingLR(o, 1),
        "LinearLR": LinearLR,
        "ReduceLROnPlateau": ReduceLROnPlateau,
        "ConstantLR": ConstantLR,
        "PolynomialLR": PolynomialLR,
        "CosineAnnealingWarmRestarts": lambda o: CosineAnnealingWarmRestarts(o, 1),
        "OneCycleLR": lambda o: OneCycleLR(o, 1.0, 7),
        "CyclicLR": lambda o: CyclicLR(o, 0.1, 1.0, 7),
        "ChainedScheduler": lambda o: ChainedScheduler([ExponentialLR(o, 0.1), LinearLR(o)]),
    }
    schedule = make(optimizer())
    if type(schedule).__name__ not in other:  # whose option is a function
        return
    loaded = other[type(schedule).__name__](optimizer())
    assert loaded.state_dict() != schedule.state_dict()
    loaded.load_state_dict(schedule.state_dict())
    assert loaded.state_dict() == schedule.state_dict()


@each
@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.clear(),
        lambda state: state.pop("last_epoch"),
        lambda state: state.update(speed=1),
        lambda state: state.update(last_epoch=-1),
        lambda state: state.update(last_epoch=0.5),
    ],
    ids=["empty", "lacks", "unexpected", "negative", "half"],
)
def test_a_state_that_does_not_fit_changes_nothing(make, change):
    o = optimizer()
    schedule = make(o)
    go_on(schedule, [1.0, 1.0])
    wrong, before = schedule.state_dict(), schedule.state_dict()
    change(wrong)
    title = type(schedule).__name__
    load = schedule.load_state_dict
    assert_refused(lambda: load(wrong), nn.StateError, title, "nothing was changed")
    assert_refused(lambda: load(None), nn.StateError, title, "nothing was changed")
    assert schedule.state_dict() == before


def test_a_wrong_option_in_a_state_is_refused():
    schedule = StepLR(optimizer(), 3)
    state = {**schedule.state_dict(), "step_size": 0}
    assert_refused(lambda: schedule.load_state_dict(state), nn.StateError, "step_size=0")


def test_a_best_metric_that_is_none_is_refused():
    schedule = ReduceLROnPlateau(optimizer())
    state = {**schedule.state_dict(), "best": math.nan}
    assert_refused(lambda: schedule.load_state_dict(state), nn.StateError, "nan")


def test_a_wrong_part_of_a_sequence_changes_no_part():
    schedule = warm_up_and_cosine(optimizer())
    before = schedule.state_dict()
    wrong = schedule.state_dict()
    wrong["schedulers"][0]["total_iters"] = 2
    wrong["schedulers"][1]["T_max"] = 0
    assert_refused(lambda: schedule.load_state_dict(wrong), nn.StateError, "T_max=0")
    assert schedule.state_dict() == before


# Refusals.


BAD = [
    (StepLR, {"step_size": 0}),
    (StepLR, {"step_size": 1.5}),
    (StepLR, {"gamma": -0.1, "step_size": 1}),
    (MultiStepLR, {"milestones": 3}),
    (MultiStepLR, {"milestones": "12"}),
    (MultiStepLR, {"milestones": [0]}),
    (MultiStepLR, {"gamma": math.nan, "milestones": [1]}),
    (ExponentialLR, {"gamma": -1.0}),
    (ExponentialLR, {"gamma": "slow"}),
    (CosineAnnealingLR, {"T_max": 0}),
    (CosineAnnealingLR, {"eta_min": -0.1, "T_max": 1}),
    (LinearLR, {"start_factor": 0.0}),
    (LinearLR, {"start_factor": 1.5}),
    (LinearLR, {"end_factor": -0.1}),
    (LinearLR, {"total_iters": 0}),
    (ConstantLR, {"factor": 1.5}),
    (ConstantLR, {"total_iters": 0}),
    (PolynomialLR, {"total_iters": 0}),
    (PolynomialLR, {"power": -1.0}),
    (CosineAnnealingWarmRestarts, {"T_0": 0}),
    (CosineAnnealingWarmRestarts, {"T_mult": 0.5, "T_0": 1}),
    (LambdaLR, {"lr_lambda": [0.5]}),
    (LambdaLR, {"lr_lambda": lambda epoch: "slow"}),
    (MultiplicativeLR, {"lr_lambda": 0.5}),
    (OneCycleLR, {"max_lr": -1.0, "total_steps": 3}),
    (OneCycleLR, {"max_lr": [1.0, 1.0], "total_steps": 3}),
    (OneCycleLR, {"epochs": None, "max_lr": 1.0, "steps_per_epoch": 3}),
    (OneCycleLR, {"total_steps": 0, "max_lr": 1.0}),
    (OneCycleLR, {"pct_start": 30, "max_lr": 1.0, "total_steps": 3}),
    (OneCycleLR, {"anneal_strategy": "cosine", "max_lr": 1.0, "total_steps": 3}),
    (OneCycleLR, {"max_momentum": 1.5, "max_lr": 1.0, "total_steps": 3}),
    (CyclicLR, {"base_lr": -0.1, "max_lr": 1.0}),
    (CyclicLR, {"max_lr": [1.0], "base_lr": 0.1}),
    (CyclicLR, {"mode": "sine", "base_lr": 0.1, "max_lr": 1.0}),
    (CyclicLR, {"step_size_up": 0, "base_lr": 0.1, "max_lr": 1.0}),
    (ReduceLROnPlateau, {"mode": "least"}),
    (ReduceLROnPlateau, {"factor": 1.0}),
    (ReduceLROnPlateau, {"factor": -0.1}),
    (ReduceLROnPlateau, {"patience": -1}),
    (ReduceLROnPlateau, {"patience": 1.5}),
    (ReduceLROnPlateau, {"threshold": -1.0}),
    (ReduceLROnPlateau, {"threshold_mode": "part"}),
    (ReduceLROnPlateau, {"cooldown": -1}),
    (ReduceLROnPlateau, {"min_lr": -1.0}),
    (ReduceLROnPlateau, {"min_lr": [0.1, 0.1]}),
    (ReduceLROnPlateau, {"eps": -1.0}),
]


@pytest.mark.parametrize(
    ("kind", "options"), BAD, ids=lambda x: getattr(x, "__name__", None) or "-".join(x)
)
def test_an_option_out_of_its_range_is_refused(kind, options):
    option = next(iter(options)).removesuffix("s")  # of milestones each one is named
    o = optimizer()
    assert_refused(lambda: kind(o, **options), ag.OptionError, kind.__name__, option)
    assert o.param_groups[0]["lr"] == 0.5


def test_milestones_can_be_a_range():
    assert rate_after(MultiStepLR(optimizer(), range(2, 7, 2), 0.5), 6) == 0.0625


@pytest.mark.parametrize("make", MAKERS[:5] + MAKERS[6:-1], ids=NAMES[:5] + NAMES[6:-1])
def test_what_is_not_an_optimiser_is_refused(make):
    assert_refused(lambda: make([nn.Parameter(1.0)]), ag.OptionError, "optimiser first, not list")


@pytest.mark.parametrize(
    ("parts", "milestones", "text"),
    [
        ([ExponentialLR], [1], "one milestone less"),
        ([ExponentialLR, ExponentialLR], [], "one milestone less"),
        ([ExponentialLR] * 3, [5, 5], "rising"),
        ([ExponentialLR] * 3, [5, 3], "rising"),
        ([ExponentialLR] * 2, [0], "milestone=0"),
        ([ExponentialLR] * 2, 5, "list of epochs"),
        ([ReduceLROnPlateau, ExponentialLR], [5], "not this ReduceLROnPlateau"),
        ([lambda o, _: 3, ExponentialLR], [5], "not this int"),
        ([lambda o, gamma: ExponentialLR(optimizer(), gamma)], [], "its own optimiser"),
        ([], [], "one milestone less"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(parts, milestones, text):
    o = optimizer()
    schedules = [part(o, *[0.5] * (part is not ReduceLROnPlateau)) for part in parts]
    make = lambda: SequentialLR(o, schedules, milestones)  # noqa: E731
    assert_refused(make, ag.OptionError, "SequentialLR", text)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (lambda o: [], "one schedule or more"),
        (lambda o: ExponentialLR(o, 0.5), "one schedule or more"),
        (lambda o: [3], "optimiser first, not NoneType"),
        (lambda o: [ExponentialLR(o, 0.5), ReduceLROnPlateau(o)], "not this ReduceLROnPlateau"),
        (lambda o: [ExponentialLR(o, 0.5), ExponentialLR(optimizer(), 0.5)], "of one optimiser"),
    ],
)
def test_what_cannot_be_chained_is_refused(parts, text):
    given = parts(optimizer())
    assert_refused(lambda: ChainedScheduler(given), ag.OptionError, "ChainedScheduler", text)


def test_an_optimiser_without_momentum_is_refused_by_a_cycle_that_sets_it():
    o = nn.optim.Adagrad([nn.Parameter(1.0)])
    assert_refused(lambda: OneCycleLR(o, 1.0, 9), ag.OptionError, "Adagrad has no momentum")
    assert OneCycleLR(o, 1.0, 9, cycle_momentum=False).get_last_lr() == pytest.approx([0.04])


def test_a_cycle_that_sets_the_momentum_is_no_part_of_a_sequence():
    o = optimizer()
    parts = [LinearLR(o), OneCycleLR(o, 1.0, 9)]
    assert_refused(lambda: SequentialLR(o, parts, [3]), ag.OptionError, "cycle_momentum=False")


def test_a_schedule_without_a_rate_says_so():
    assert_refused(lambda: EpochScheduler(optimizer()), ag.UnsupportedError, "no method rate")


def test_every_schedule_is_exported():
    names = {*dir(lr_scheduler)}
    kinds = {name for name in names if isinstance(getattr(lr_scheduler, name), type)}
    assert kinds == set(lr_scheduler.__all__)


def test_a_schedule_shows_its_options():
    assert repr(StepLR(optimizer(), 3)) == "StepLR(step_size=3, gamma=0.1)"


def test_schedules_that_are_not_a_list_are_refused():
    optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.1)
    assert_refused(
        lambda: nn.optim.lr_scheduler.SequentialLR(optimizer, 5, [1]),
        ag.OptionError,
        "SequentialLR: takes a list of schedules, not int",
    )


def test_a_factor_of_another_mode_is_not_computed():
    schedule = CyclicLR(optimizer(), 0.01, 0.1, 5, gamma=2.0, cycle_momentum=False)
    assert schedule.rate(0.01, 5000) == 0.01


def test_a_cycle_needs_the_number_of_its_steps():
    text = "takes total_steps, the number of batches in the whole training"
    assert_refused(lambda: OneCycleLR(optimizer(), 0.1), ag.OptionError, "OneCycleLR", text)


def test_schedules_by_batch_and_by_epoch_are_not_one():
    o = nn.optim.SGD([nn.Parameter(1.0)], lr=0.1, momentum=0.9)
    cycle, stairs = CyclicLR(o, 0.01, 0.1, cycle_momentum=False), StepLR(o, 2)
    text = "some of these schedules make a step after every batch"
    assert_refused(lambda: ChainedScheduler([cycle, stairs]), ag.OptionError, text)
    assert_refused(lambda: SequentialLR(o, [cycle, stairs], [3]), ag.OptionError, text)
    stairs.by_batch = True
    assert ChainedScheduler([cycle, stairs]).by_batch


ALONE = {
    "StepLR": {"step_size": 3},
    "CosineAnnealingWarmRestarts": {"T_0": 3},
    "OneCycleLR": {"max_lr": 1.0, "total_steps": 9},
}


@pytest.mark.parametrize("name", [*ALONE, "ChainedScheduler"])
def test_a_step_to_an_epoch_is_refused_as_a_schedule_counts(name):
    optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5, momentum=0.5)
    kind = getattr(nn.optim.lr_scheduler, name)
    parts = [nn.optim.lr_scheduler.StepLR(optimizer, 3)]
    schedule = kind(optimizer, **ALONE[name]) if name in ALONE else kind(parts)
    before = schedule.state_dict()
    texts = (f"{name}: step takes no epoch", "schedule.by_batch = True")
    assert_refused(lambda: schedule.step(1.5), ag.OptionError, *texts)
    assert_refused(lambda: schedule.step(epoch=1), ag.OptionError, *texts)
    assert schedule.state_dict() == before
