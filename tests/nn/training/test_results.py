"""What must be learned: the lectures' tasks, from three seeds, on data that were held out."""

import numpy as np
import pytest

import nn
from benchmarks import learning

WANTED = {name: pair for name, pair in learning.TASKS.items() if pair[1] is not None}


LONG = [pytest.param(n, marks=pytest.mark.slow) if "convolutional" in n else n for n in WANTED]


@pytest.mark.parametrize("name", LONG)
def test_the_mean_of_three_seeds_is_as_good_as_wanted(name):
    task, wanted = WANTED[name]
    assert np.mean([task(seed) for seed in range(3)]) >= wanted


def test_xor_is_learned_or_stuck_where_two_hidden_units_are_one():
    ends = [learning.xor(seed, nn.Tanh) for seed in range(20)]
    stuck = [loss for right, loss in ends if not right]
    assert 5 <= len(stuck) <= 15
    for loss in stuck:
        assert min(abs(loss - plateau) for plateau in learning.PLATEAUS.values()) < 0.01
    assert all(loss < 0.1 for right, loss in ends if right)
