"""The trained network of the package reads digits that it has never seen."""

import sys

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


@pytest.fixture(scope="module")
def test_digits():
    _, _, test = nn.data.digits().split(0.6, 0.2, 0.2, rng=0, stratify=True)
    return test


def test_it_reads_98_percent_of_digits_it_was_not_trained_on(test_digits):
    scores = nn.predict(nn.models.digits_cnn(), test_digits.inputs)
    assert nn.metrics.accuracy(scores, test_digits.targets) >= 0.98


def test_it_is_in_evaluation_mode_and_in_float32(test_digits):
    net = nn.models.digits_cnn()
    assert not any(part.training for part in net.modules())
    assert {p.dtype for p in net.parameters()} == {np.dtype("float32")}
    assert net(test_digits.inputs[:2].astype("float32")).dtype == "float32"


def test_each_call_returns_a_network_of_its_own():
    one, other = nn.models.digits_cnn(), nn.models.digits_cnn()
    one.out.bias.data = one.out.bias.data + 1
    assert not np.array_equal(one.out.bias.data, other.out.bias.data)


def test_without_safetensors_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    assert_refused(
        nn.models.digits_cnn,
        ag.MissingError,
        "digits_cnn: needs the package safetensors; pip install 'glassgrad[save]'",
    )
