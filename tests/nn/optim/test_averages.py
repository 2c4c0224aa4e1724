"""Averages of weights: the mean of all, one that forgets, and what comes with them."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.optim.swa_utils import (
    AveragedModel,
    get_ema_avg_fn,
    get_ema_multi_avg_fn,
    get_swa_avg_fn,
    get_swa_multi_avg_fn,
    update_bn,
)
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
SEEN = RNG.normal(size=(5, 2, 3))


def followed(dtype=float, **options):
    """Return what an average holds after a weight has had several values."""
    net = nn.Linear(3, 2, dtype=dtype)
    average = AveragedModel(net, **options)
    for value in SEEN:
        net.weight.data = value.astype(dtype)
        average.update_parameters(net)
    return average


def test_the_mean_of_all_weights_is_the_default():
    for options in ({}, {"avg_fn": get_swa_avg_fn()}, {"multi_avg_fn": get_swa_multi_avg_fn()}):
        average = followed(**options)
        np.testing.assert_allclose(average.module.weight.data, SEEN.mean(axis=0))
        assert average.n_averaged.item() == 5


def test_an_exponential_average_weighs_by_powers_of_the_decay():
    weights = 0.75 ** np.arange(4, -1, -1) * ([1] + 4 * [0.25])
    expected = np.tensordot(weights, SEEN, 1)
    for options in (
        {"avg_fn": get_ema_avg_fn(0.75)},
        {"multi_avg_fn": get_ema_multi_avg_fn(0.75)},
    ):
        np.testing.assert_allclose(followed(**options).module.weight.data, expected)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_average_has_the_dtype_of_the_model(dtype):
    average = followed(dtype, multi_avg_fn=get_ema_multi_avg_fn(0.75))
    assert average.module.weight.dtype == dtype


def test_the_model_is_left_alone_and_the_average_computes_with_its_own_weights():
    net = nn.Linear(3, 2)
    average = AveragedModel(net)
    before = net.weight.data.copy()
    average.module.weight.data = np.zeros((2, 3))
    np.testing.assert_array_equal(net.weight.data, before)
    np.testing.assert_array_equal(average(np.ones((1, 3))).data[0], net.bias.data)


def test_the_names_in_the_state_are_those_of_pytorch():
    net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2, affine=False))
    names = ["0.weight", "0.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"]
    average = AveragedModel(net)
    assert list(average.state_dict()) == ["n_averaged", *(f"module.{n}" for n in names)]
    average.update_parameters(net)
    again = AveragedModel(net)
    again.load_state_dict(average.state_dict())
    assert again.n_averaged.item() == 1


@pytest.mark.parametrize(("use_buffers", "mean"), [(False, 4.0), (True, 3.0)])
def test_buffers_are_copied_or_averaged(use_buffers, mean):
    net = nn.BatchNorm1d(1)
    average = AveragedModel(net, use_buffers=use_buffers)
    for value in (2.0, 4.0):
        net.running_mean.data = [value]
        net.num_batches_tracked.data = net.num_batches_tracked.data + 1
        average.update_parameters(net)
    assert average.module.running_mean.item() == mean
    assert average.module.num_batches_tracked.item() == 2


@pytest.mark.parametrize("training", [True, False])
def test_running_numbers_become_those_of_all_batches(training):
    x = RNG.normal(size=(4, 6, 3))
    net = nn.Sequential(nn.Linear(3, 3, rng=0), nn.BatchNorm1d(3, momentum=0.1)).train(training)
    net(x[0] + 100.0)
    update_bn([(batch, None) for batch in x], net)
    y = net[0](x).data
    np.testing.assert_allclose(net[1].running_mean.data, y.mean(axis=(0, 1)))
    np.testing.assert_allclose(net[1].running_var.data, y.var(axis=1, ddof=1).mean(axis=0))
    assert (net[1].momentum, net.training, net[1].training) == (0.1, training, training)


def test_a_batch_that_fails_leaves_modes_and_momentum_as_they_were():
    net = nn.BatchNorm1d(3).eval()
    with pytest.raises(ag.ShapeError):
        update_bn([np.ones((2, 2))], net)
    assert (net.momentum, net.training) == (0.1, False)


def test_another_model_changes_nothing():
    average = followed()
    before = average.state_dict()
    refused = lambda: average.update_parameters(nn.Linear(2, 2))  # noqa: E731
    assert_refused(refused, ag.ShapeError, "AveragedModel", "parameters")
    for name, value in average.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_running_numbers_stay_if_there_is_no_batch_or_one_fails():
    net = nn.BatchNorm1d(2)
    net.running_mean.data = [1.0, 2.0]
    used_up = iter(())
    assert_refused(lambda: update_bn(used_up, net), ag.OptionError, "the loader has no batches")
    with pytest.raises(ag.ShapeError):
        update_bn([np.ones((4, 2)), np.ones((4, 3))], net)
    assert net.running_mean.data.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: AveragedModel([1.0]), "takes a module, not list"),
        (lambda: AveragedModel(nn.Tanh(), avg_fn=0.9), "not float"),
        (
            lambda: AveragedModel(nn.Tanh(), avg_fn=max, multi_avg_fn=max),
            "avg_fn or multi_avg_fn, not both",
        ),
        (lambda: AveragedModel(nn.Tanh(), use_buffers="all"), "use_buffers='all'"),
        (lambda: get_ema_avg_fn(1.5), "decay=1.5"),
        (lambda: get_ema_multi_avg_fn("slow"), "decay='slow'"),
    ],
)
def test_what_does_not_fit_is_refused(call, text):
    assert_refused(call, ag.OptionError, text)
