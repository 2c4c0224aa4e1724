"""How much memory a program takes, of which nothing is kept that it does not need."""

import tracemalloc

import numpy as np
import pytest

import autograd as ag
from autograd.compiler import entry
from autograd.compiler.executors.kernels import WINDOWED
from autograd.ops.kernels.conv_reference import geometry
from autograd.ops.pool import winners

KERNEL = np.ones((4, 4, 3, 3), np.float32) / 36
IMAGES = np.ones((16, 4, 64, 64), np.float32)


def peak_of(run):
    """Return how many bytes are allocated at most while a function runs."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        run()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def convolved(x):
    for _ in range(8):
        x = ag.tanh(ag.conv(x, KERNEL, padding=1))
    return ag.sum(x)


@pytest.mark.parametrize("backend", ["numpy", "auto"])
def test_a_convolution_is_dropped_after_its_last_use(backend):
    run = ag.compile(convolved, backend=backend)
    run(IMAGES)
    assert peak_of(lambda: run(IMAGES)) < 2.5 * IMAGES.nbytes  # of 8


def test_what_was_captured_is_gone_when_memory_is_allocated(monkeypatch):
    held = []

    def give_back():
        held.append(tracemalloc.get_traced_memory()[0])

    ag.compile(convolved)(IMAGES[:1])  # which loads what is loaded once
    monkeypatch.setattr(entry, "give_back_freed_memory", give_back)
    peak_of(lambda: ag.compile(convolved)(IMAGES))
    assert held[0] < IMAGES.nbytes


G = geometry("conv", (4, 4), (1, 1), 1, 0, 1, 3)  # a window of one pixel
PIXELS, WEIGHTS = np.ones((2, 3, 4, 4)), np.ones((3, 1, 1, 1))
WINNERS = winners(PIXELS, PIXELS, G)
BESIDE = {  # what they take beside the first array
    "conv": (WEIGHTS,),
    "conv_transpose": (WEIGHTS, G),
    "conv_kernel": (PIXELS, G),
    "winners": (PIXELS, G),
    "route": (WINNERS, G),
    "pick": (WINNERS, G),
}


@pytest.mark.parametrize("kernels", ["numpy", "auto"])
@pytest.mark.parametrize("primitive", sorted(WINDOWED, key=lambda p: p.name), ids=lambda p: p.name)
def test_what_windows_of_one_pixel_make_is_an_array_of_its_own(primitive, kernels):
    ag.config.kernels = kernels
    try:
        given = PIXELS.reshape(2, 3, 1, 1, 4, 4) if primitive.name == "fold" else PIXELS
        how = {"groups": 3} if primitive.name == "conv" else {}
        made = primitive.forward(given, *BESIDE.get(primitive.name, (G,)), **how)
    finally:
        ag.config.kernels = "auto"
    assert not any(np.shares_memory(made, x) for x in (PIXELS, WEIGHTS, WINNERS))
