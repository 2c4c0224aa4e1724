"""Threads that share tensors and models lose nothing, however often Python switches threads."""

import os
import sys
import threading

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core import accumulation, context

THREADS, STEPS = 6, 200


@pytest.fixture(autouse=True)
def _switching_often():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)
    assert not context.open_blocks


def together(work):
    """Run a function in several threads at once, with their numbers; raise what one of them did."""
    errors = []
    ready = threading.Barrier(THREADS)

    def run(number):
        try:
            ready.wait()
            work(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


# NumPy lets other threads run while it adds more than 500 numbers.
@pytest.mark.parametrize("shape", [(), (1000,)])
def test_a_shared_leaf_gets_every_gradient(shape):
    w = ag.tensor(np.ones(shape), requires_grad=True)

    def work(number):
        for _ in range(STEPS):
            (w * 2.0).sum().backward()

    together(work)
    np.testing.assert_array_equal(w.grad, np.full(shape, 2.0 * THREADS * STEPS))


def test_a_shared_node_gets_every_gradient_that_is_retained():
    w = ag.tensor(3.0, requires_grad=True)
    node = w * 1.0

    def work(number):
        for _ in range(STEPS):
            (node * 2.0).backward(retain="all")

    together(work)
    assert node.grad == w.grad == 2.0 * THREADS * STEPS


def test_gradients_of_a_shared_graph_are_each_threads_own():
    w = ag.tensor(np.arange(3.0), requires_grad=True)
    y = (ag.sigmoid(w) * w).sum()
    right = ag.gradients(y, w)

    def work(number):
        for _ in range(STEPS // 4):
            np.testing.assert_array_equal(ag.gradients(y, w), right)
            alone = ag.grad(lambda v: (v * v * number).sum())(w.data)
            np.testing.assert_array_equal(alone, 2.0 * number * w.data)

    together(work)
    assert w.grad is None


def test_threads_train_one_model_by_its_summed_gradients():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 1, rng=1))
    batches = [(rng.normal(size=(5, 3)), rng.normal(size=(5, 1))) for _ in range(THREADS)]
    for inputs, targets in batches:
        nn.mse_loss(net(inputs), targets).backward()
    alone = [p.grad for p in net.parameters()]
    net.zero_grad()
    together(lambda n: nn.mse_loss(net(batches[n][0]), batches[n][1]).backward())
    for p, right in zip(net.parameters(), alone, strict=True):
        np.testing.assert_allclose(p.grad, right, rtol=1e-12)


def test_threads_may_evaluate_one_model():
    net = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Dropout(rng=0))
    net[0].eval()
    inputs = np.ones((4, 2))
    with ag.no_grad():
        right = net[0](inputs).numpy()

    def work(number):
        for _ in range(STEPS // 4):
            np.testing.assert_array_equal(nn.predict(net, inputs), right)

    together(work)
    assert [part.training for part in net.modules()] == [True, False, True]


def test_convolutions_in_threads_do_not_share_a_workspace():
    inputs = [ag.tensor(np.full((1, 1, 6, 6), n + 1.0)) for n in range(THREADS)]
    kernel = ag.tensor(np.ones((1, 1, 3, 3)), requires_grad=True)

    def work(number):
        for _ in range(STEPS // 4):
            y = ag.conv(inputs[number], kernel)
            np.testing.assert_array_equal(y.numpy(), np.full((1, 1, 4, 4), 9.0 * (number + 1)))
            grad = ag.gradients(y.sum(), kernel)
            np.testing.assert_array_equal(grad, np.full((1, 1, 3, 3), 16.0 * (number + 1)))

    together(work)


def test_a_finalizer_may_run_a_backward_pass_within_another():
    w = ag.tensor(1.0, requires_grad=True)
    with accumulation._adding:
        (w * 2.0).backward()
    assert w.grad == 2.0


def test_a_child_process_has_a_lock_of_its_own():
    before = accumulation._adding
    accumulation._after_fork()
    assert accumulation._adding is not before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_process_does_not_wait_for_threads_of_its_parent():
    w = ag.tensor(1.0, requires_grad=True)
    held, done = threading.Event(), threading.Event()

    def hold():
        with accumulation._adding:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if not child:
        (w * 2.0).backward()
        os._exit(0 if w.grad == 2.0 else 1)
    _, status = os.waitpid(child, 0)
    done.set()
    thread.join()
    assert status == 0
