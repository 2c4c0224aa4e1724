"""Threads: the same numbers with any, none shared between callers, and BLAS held at one."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import numpy as np
import pytest
import threadpoolctl

import autograd as ag
from autograd.ops.kernels import team
from tests.refusals import assert_refused

module = sys.modules["autograd.ops.kernels.parallel_for"]  # `ag.threads` is the function


@pytest.fixture(autouse=True)
def many(monkeypatch):
    """Share out even what is too little to be worth it."""
    for threads in (module, team):
        monkeypatch.setattr(threads, "WORTHWHILE", 0)
    yield
    ag.set_threads(None)


def passes(seed=0, dtype=np.float32):
    """A network's output and gradients: convolutions and poolings, forward and backward."""
    rng = np.random.default_rng(seed)
    x = ag.tensor(rng.normal(size=(7, 3, 9, 8)).astype(dtype), requires_grad=True)
    w = ag.tensor(rng.normal(size=(4, 3, 3, 2)).astype(dtype), requires_grad=True)
    v = ag.tensor(rng.normal(size=(2, 4, 1, 1)).astype(dtype), requires_grad=True)
    y = ag.max_pool(ag.conv(x, w, stride=(2, 1), padding=1), 2, 1)
    z = ag.sum_pool(ag.conv_transpose(y, ag.moveaxis(v, 0, 1)), 2)
    ag.sum(z * z).backward()
    return [z.data, x.grad, w.grad, v.grad]


def test_any_number_of_threads_gives_the_same_but_for_rounding():
    ag.set_threads(1)
    one = passes()
    for n in (2, 3, 16):
        ag.set_threads(n)
        for a, b in zip(one, passes(), strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-6 * np.max(np.abs(a)))


def test_one_number_of_threads_gives_the_same_to_the_last_bit():
    ag.set_threads(3)
    first = passes()
    for _ in range(5):
        for a, b in zip(first, passes(), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_many_callers_at_once_do_not_disturb_each_other(n):
    ag.set_threads(n)
    alone = [passes(seed) for seed in range(8)]
    start, found = Barrier(8), {}

    def call(seed):
        start.wait()
        found[seed] = [passes(seed) for _ in range(5)]

    callers = [Thread(target=call, args=(seed,)) for seed in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=60)
    for seed in range(8):
        for again in found[seed]:
            for a, b in zip(alone[seed], again, strict=True):
                np.testing.assert_array_equal(a, b)


def test_a_part_may_itself_be_cut_into_parts():
    ag.set_threads(2)

    def outer(first, last):
        return sum(module.in_parts(lambda a, b: b - a, last - first, cost=1))

    assert module.in_parts(outer, 10, cost=1) == [5, 5]


def test_blas_is_held_at_one_thread_while_ours_run():
    blas = threadpoolctl.ThreadpoolController().select(user_api="blas")

    def seen(first, last):
        return {lib.num_threads for lib in blas.lib_controllers}

    ag.set_threads(2)
    with threadpoolctl.threadpool_limits(3, user_api="blas"):
        before = seen(0, 0)
        assert module.in_parts(seen, 2, cost=1) == [{1}, {1}]
        assert seen(0, 0) == before


def test_blas_is_let_go_when_a_part_fails():
    def fail(first, last):
        raise ValueError("no")

    ag.set_threads(2)
    with threadpoolctl.threadpool_limits(3, user_api="blas"):
        with pytest.raises(ValueError, match="no"):
            module.in_parts(fail, 2, cost=1)
        ag.set_threads(None)
        assert ag.threads() == 3


def test_the_last_caller_to_leave_lets_blas_go():
    ag.set_threads(2)
    inside, out = Barrier(2), Barrier(2)
    usual = ag.threads()

    def work(first, last):
        if first == 0:
            inside.wait(30)
            ag.set_threads(None)
            assert ag.threads() == usual  # not the one that BLAS is held at
            ag.set_threads(2)
            out.wait(30)

    with threadpoolctl.threadpool_limits(2, user_api="blas"), ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: module.in_parts(work, 2, cost=1), range(2)))
        ag.set_threads(None)
        assert ag.threads() == 2


def test_by_default_there_are_as_many_as_blas_uses():
    for n in (1, 3):
        with threadpoolctl.threadpool_limits(n, user_api="blas"):
            assert ag.threads() == n
    found = subprocess.run(
        [sys.executable, "-c", "import autograd as ag; print(ag.threads())"],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "1\n"


def test_what_is_little_is_not_shared_out(monkeypatch):
    monkeypatch.setattr(module, "WORTHWHILE", 100)
    ag.set_threads(2)
    assert module.in_parts(lambda a, b: (a, b), 4, cost=99) == [(0, 4)]
    assert module.in_parts(lambda a, b: (a, b), 4, cost=100) == [(0, 2), (2, 4)]


def test_ignored_warnings_are_ignored_on_every_thread():
    ag.set_threads(2)
    x = np.full((4, 1, 3), np.inf, np.float32)
    with np.errstate(invalid="ignore"):
        y = ag.conv(x, np.array([[[1.0, -1.0]]], np.float32))
    assert np.isnan(y).all()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_process_has_threads_of_its_own():
    ag.set_threads(2)
    parent = passes()
    child = os.fork()
    if not child:
        same = all(np.array_equal(a, b) for a, b in zip(parent, passes(), strict=True))
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_without_threadpoolctl_there_are_no_threads(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    module.controller.cache_clear()
    try:
        assert ag.threads() == 1
        assert module.in_parts(lambda a, b: (a, b), 4, cost=1) == [(0, 4)]
        ag.set_threads(1)
        assert_refused(lambda: ag.set_threads(2), ag.MissingError, "glassgrad[threads]")
    finally:
        module.controller.cache_clear()


@pytest.mark.parametrize("n", [0, -1, 1.5, "2", True, [1]])
def test_the_number_of_threads_is_a_positive_integer(n):
    assert_refused(lambda: ag.set_threads(n), ag.OptionError, "set_threads:")


def test_numbers_of_numpy_are_integers():
    ag.set_threads(np.int64(2))
    assert ag.threads() == 2


def test_a_thread_that_outlives_the_main_one_still_computes():
    code = """
import threading, time
import numpy as np
import autograd as ag
ag.set_threads(2)
x, w = np.ones((64, 16, 32, 32), "f4"), np.ones((32, 16, 3, 3), "f4")
def work():
    ag.conv(x, w, padding=1)
    time.sleep(0.5)
    ag.conv(x, w, padding=1)
    print("done", flush=True)
threading.Thread(target=work).start()
time.sleep(0.1)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "done\n", done.stderr


def test_a_thread_that_begins_to_share_work_after_the_main_one_does_all():
    code = """
import threading, time
from autograd.ops.kernels import parallel_for
parallel_for.threads = lambda: 2
def work():
    threading.main_thread().join()
    time.sleep(0.1)
    print(parallel_for.in_parts(lambda *part: part, 4, cost=1e9), flush=True)
threading.Thread(target=work).start()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[(0, 2), (2, 4)]\n", done.stderr


def test_where_no_thread_can_be_had_the_caller_does_all(monkeypatch):
    def refused(*args, **kwargs):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(module, "_pool", None)
    monkeypatch.setattr(ThreadPoolExecutor, "submit", refused)
    ag.set_threads(2)
    parts = module.in_parts(lambda first, last: (first, last), 5, cost=1e12)
    assert parts == [(0, 2), (2, 5)]
    assert module._pool is None


def test_there_is_one_pool_whatever_the_batches_are():
    ag.set_threads(4)
    module.in_parts(lambda first, last: None, 4, cost=1e12)
    pool = module._pool
    for count in (2, 3, 4, 3, 2):
        module.in_parts(lambda first, last: None, count, cost=1e12)
        assert module._pool is pool
