"""Threads that share the work of compiled kernels: every part is computed once, by one of them."""

import os
import subprocess
import sys
import time
from threading import Barrier, Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.ops.kernels import team
from autograd.ops.kernels.llvm import library as libraries
from autograd.ops.kernels.llvm import team as kernels
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.machine import pause_of_processor
from tests.kernels import assert_same, both, library, needs_llvm

pytestmark = needs_llvm

COUNT = """
def count(out: Integers, x: Floats, first: int, last: int):
    for i in range(first, last):
        x[i] = x[i] + 1.0
        out[i] = out[i] + 1

def count_slowly(out: Integers, x: Floats, first: int, last: int, *, TURNS: int):
    for i in range(first, last):
        for turn in range(TURNS):
            x[i] = x[i] + 1.0
        out[i] = out[i] + 1
"""


@pytest.fixture(autouse=True)
def many(monkeypatch):
    """Share out even what is too little to be worth it, among helpers of this test alone."""
    monkeypatch.setattr(team, "WORTHWHILE", 0)
    monkeypatch.setattr(team, "_team", team.Team())
    yield
    ag.set_threads(None)


def counted(size, threads, turns=10):
    """Count every element up by a kernel; return the counts."""
    ag.set_threads(threads)
    out, x = np.zeros(size, np.int64), np.zeros(size)
    kernel = library(COUNT).of_block("count_slowly", x.dtype, TURNS=turns)
    given = address_of(out), address_of(x)
    team.together(kernel, [(*given, *part) for part in team.parts(size, cost=1)])
    np.testing.assert_array_equal(x, out * turns)
    return out


# The words


@given(old=st.integers(-3, 3), new=st.integers(-3, 3), now=st.integers(-3, 3))
def test_words_of_threads_are_their_plain_forms(old, new, now):
    text = """
def kernel(x: Integers, old: int, new: int):
    x[1] = replace_if(x, 0, old, new)
    x[2] = next_number(x, 3)
    publish(x, 4, read_latest(x, 0) + 1)
    pause(1 + 0 * 2)
"""
    text = text.replace("1 + 0 * 2", str(pause_of_processor()))
    found, plain = both(text, "kernel", [np.array([now, 0, 0, 7, 0])], (old, new))
    assert_same(found, plain)
    assert found[0].tolist() == [new if now == old else now, now, 7, 8, found[0][0] + 1]


def test_a_loop_goes_on_while_its_condition_is_true():
    text = """
def kernel(x: Integers, n: int):
    while x[0] < n and n < 100:
        x[0] = x[0] + 2
        if x[0] > 5:
            x[1] = x[1] + 1
    left = n
    while left:
        left -= 1
        x[2] += left
"""
    for n in range(12):
        found, plain = both(text, "kernel", [np.zeros(3, np.int64)], (n,))
        assert_same(found, plain)


def test_what_is_set_in_a_loop_that_may_not_run_is_not_used_behind_it():
    from autograd.ops.kernels.llvm.library import CompilingError

    text = "def kernel(x: Integers):\n    while x[0] > 0:\n        y = x[0]\n    x[1] = y\n"
    with pytest.raises(CompilingError, match="y is used before it is set"):
        library(text).compiled("kernel", float)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_kernel_reads_its_arguments_from_a_block(dtype):
    out, x = np.zeros(5, np.int64), np.arange(5).astype(dtype)
    block = np.array([address_of(out), address_of(x), 1, 4])
    library(COUNT).of_block("count", dtype)(address_of(block))
    assert out.tolist() == [0, 1, 1, 1, 0]
    assert x.tolist() == [0, 2, 3, 4, 4]


# What threads run


def shared_memory(helpers):
    return np.zeros(kernels.LINE * (helpers + 1), np.int64)


def blocks_of(kernel, size):
    """Return counts, and the arguments of a part for each element."""
    out, x = np.zeros(size, np.int64), np.zeros(size)
    several = np.array([[address_of(out), address_of(x), i, i + 1] for i in range(size)])
    return out, x, several


@pytest.mark.parametrize("helpers", [0, 2])
def test_in_plain_python_a_caller_computes_what_no_helper_begins(helpers):
    kernel = library(COUNT).of_block("count", np.float64)
    out, _x, several = blocks_of(kernel, 3)
    memory = shared_memory(helpers)
    given = kernel.address, address_of(several), several.strides[0], len(several), 0
    kernels.share(address_of(memory), helpers, *given, PAUSE=0)
    assert out.tolist() == [1, 1, 1]
    assert memory[:: kernels.LINE].tolist() == [0] * (helpers + 1)


def test_in_plain_python_a_helper_computes_what_is_posted():
    kernel = library(COUNT).of_block("count", np.float64)
    out, _x, several = blocks_of(kernel, 3)
    memory = shared_memory(1)
    size, count = several.strides[0], len(several)
    memory[:6] = 1, 1, kernel.address, address_of(several), size, count
    memory[kernels.LINE] = kernels.POSTED
    assert kernels.serve(address_of(memory), 1, 5, 0, PAUSE=0) == 0
    assert out.tolist() == [0, 1, 1]  # the first part was begun
    assert memory[kernels.LINE] == kernels.FREE


def test_while_helpers_work_for_another_caller_one_computes_alone():
    kernel = library(COUNT).of_block("count", np.float64)
    out, _x, several = blocks_of(kernel, 3)
    memory = shared_memory(1)
    memory[kernels.BUSY] = 1
    given = kernel.address, address_of(several), several.strides[0], len(several), 0
    team._compiled("share")(address_of(memory), 1, *given)
    assert out.tolist() == [1, 1, 1]
    assert memory.tolist() == [1, *[0] * 15]


@pytest.mark.parametrize("threads", [1, 2, 3, 16])
@given(size=st.integers(1, 40), turns=st.sampled_from([1, 10, 1000]))
def test_every_part_is_computed_once(threads, size, turns):
    assert counted(size, threads, turns).tolist() == [1] * size


MEET = """
def meet(met: Integers, turns: int, part: int):
    arrived = next_number(met, 0)
    turn = 0
    while turn < turns and read_latest(met, 0) < 2:
        turn += 1
    met[1 + part] = read_latest(met, 0)
"""


def test_two_parts_are_computed_at_the_same_time():
    kernel = library(MEET).of_block("meet", float)
    for _ in range(100):  # a helper may sleep, or its processor do something else
        met = np.zeros(3, np.int64)
        team.together(kernel, [(address_of(met), 10_000_000, part) for part in range(2)])
        if met.tolist() == [2, 2, 2]:
            return
    pytest.fail("each part was begun when the other one had ended")


def test_a_helper_sleeps_when_there_is_nothing_to_do_and_wakes_again():
    counted(4, 2)
    (helper,) = team._team.helpers[:1]
    for _ in range(3):
        deadline = time.monotonic() + 30
        while not helper.asleep and time.monotonic() < deadline:
            time.sleep(0.01)
        assert helper.asleep
        counted(4, 2)


def test_a_kernel_that_is_there_is_found_while_another_one_is_compiled():
    kernels_of = library(COUNT)
    kernels_of.of_block("count", float)
    found = []
    with libraries._compiling:  # of this thread alone
        asking = Thread(target=lambda: found.append(kernels_of.of_block("count", float)))
        asking.start()
        asking.join(timeout=30)
    assert found


def test_helpers_grow_also_while_a_signal_is_handled(monkeypatch):
    start = Thread.start

    def interrupted(self):
        monkeypatch.setattr(Thread, "start", start)
        counted(4, 3)  # what a signal's handler may compute
        start(self)

    monkeypatch.setattr(Thread, "start", interrupted)
    assert counted(4, 3).tolist() == [1] * 4
    assert len(team._team.helpers) == min(2, team._team.most)


def test_many_callers_at_once_compute_every_part_once():
    ag.set_threads(3)
    start, found = Barrier(8), []

    def call():
        start.wait()
        found.extend(counted(5, 3, turns).tolist() for turns in (1, 100, 10_000) * 20)

    callers = [Thread(target=call) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=60)
    assert found == [[1] * 5] * (8 * 60)


def test_where_no_thread_can_be_had_the_caller_does_all(monkeypatch):
    def refused(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Thread, "start", refused)
    assert counted(6, 3).tolist() == [1] * 6
    assert team._team.helpers == []


def test_what_is_little_is_not_shared_out(monkeypatch):
    monkeypatch.setattr(team, "WORTHWHILE", 100)
    ag.set_threads(2)
    assert team.parts(4, cost=99) == [(0, 4)]
    assert team.parts(4, cost=100) == [(0, 2), (2, 4)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_process_has_helpers_of_its_own():
    counted(4, 2)
    child = os.fork()
    if not child:
        same = not team._team.helpers and counted(4, 2).tolist() == [1] * 4
        os._exit(0 if same and len(team._team.helpers) == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("turns", ["team.TURNS", "10**12"])
def test_a_program_ends_whether_its_helpers_sleep_or_not(turns):
    code = f"""
import numpy as np
import autograd as ag
from autograd.ops.kernels import team
team.TURNS = {turns}
ag.set_threads(2)
x, w = np.ones((64, 16, 32, 32), "f4"), np.ones((32, 16, 3, 3), "f4")
print(ag.conv(x, w, padding=1).shape, len(team._team.helpers))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "(64, 32, 32, 32) 1\n"), done.stderr
