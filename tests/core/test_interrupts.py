"""Ctrl-C leaves no block on, at whatever instruction it arrives."""

import contextlib
import functools
import gc
import signal
import sys

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.cli import subject, terminal
from autograd.compiler import collection
from autograd.compiler.collection import collection_paused
from autograd.core import blocks, context, mutation_guard, values
from autograd.core.blocks import contextmanager, restoring
from autograd.ops.kernels import parallel_for
from nn.inspection import modes, preserve, recording, summary
from nn.losses import reduction
from nn.module import hooks, module
from nn.training import interrupt

x = ag.tensor([1.0, 2.0], requires_grad=True)


class Injection:
    """Raises KeyboardInterrupt at the n-th instruction that is run in some files.

    Otherwise, if not ``everywhere``, where Python itself looks for signals: when a function begins,
    and after each call of one that is written in C.
    """

    def __init__(self, modules, n=None, everywhere=True):
        self.files = {module.__file__ for module in modules}
        self.n, self.count, self.everywhere = n, 0, everywhere

    def __enter__(self):
        self.before = sys.gettrace(), sys.getprofile()
        if self.everywhere:
            sys.settrace(self._traced)
        else:
            sys.setprofile(self._profiled)
        return self

    def __exit__(self, *exception):
        sys.settrace(self.before[0])
        sys.setprofile(self.before[1])

    def _traced(self, frame, event, argument):
        if frame.f_code.co_filename not in self.files:
            return None
        frame.f_trace_opcodes = True
        if event in ("call", "opcode"):
            self._interrupt()
        return self._traced

    def _profiled(self, frame, event, argument):
        if frame.f_code.co_filename in self.files and event in ("call", "c_return"):
            self._interrupt()

    def _interrupt(self):
        self.count += 1
        if self.count == self.n:
            raise KeyboardInterrupt


def instructions(modules, run, everywhere):
    with Injection(modules, None, everywhere) as counted:
        run()
    return counted.count


def check_every_instruction(modules, make, everywhere=True):
    """Interrupt a run at each of its instructions; what ``make`` returns checks it afterwards."""
    run, check = make()
    run()  # what is made once, such as a cache, is there
    check()
    number = instructions(modules, run, everywhere)
    assert number >= 5  # Python 3.12 tells fewer
    for n in range(1, number + 1):
        run, check = make()
        kept = None
        with Injection(modules, n, everywhere):
            try:
                run()
            except KeyboardInterrupt as error:
                kept = error  # with its traceback, as an interactive session keeps it
        check()
        del kept
    gc.collect()
    assert not context.open_blocks


def records():
    """Check that nothing is on."""
    y = x * 2.0
    assert (y.requires_grad, y.scope) == (True, None)
    assert context.current() is context.DEFAULT


@ag.no_grad()
def decorated():
    return x * 2.0


@contextlib.contextmanager
def written_by_a_user():
    with ag.no_grad():
        yield


def generator():
    with ag.no_grad():
        yield x * 2.0


def in_exit_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(ag.scope("a"))


def entered(manager):
    def run():
        with manager():
            pass

    return run


CONTEXTS = {
    "no_grad": entered(ag.no_grad),
    "scope": entered(lambda: ag.scope("a")),
    "debug": entered(ag.debug),
    "changed": entered(lambda: context.changed(recording=False, scope=None)),
    "one inside another": lambda: entered(ag.no_grad)() or entered(lambda: ag.scope("a"))(),
    "decorated": decorated,
    "composition": lambda: ag.silu(x),
    "generator": lambda: list(generator()),
    "gradient with a graph": lambda: ag.grad(ag.grad(lambda x: x * x))(2.0),
    "checkpoint": lambda: ag.grad(ag.checkpoint(ag.sin))(2.0),
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_an_interrupt_leaves_no_context_on(name):
    modules = [context, blocks, mutation_guard]
    check_every_instruction(modules, lambda: (CONTEXTS[name], records))


@pytest.mark.parametrize("run", [entered(written_by_a_user), in_exit_stack])
def test_an_interrupt_in_the_standard_library_leaves_no_context_on_for_good(run):
    modules = [context, blocks, contextlib]
    check_every_instruction(modules, lambda: (run, lambda: None))
    records()


def test_an_interrupt_leaves_no_value_replaced():
    t = ag.tensor(1.0)

    def check():
        assert t.item() == 1.0

    run = entered(lambda: values.with_values([(t, 5.0)]))
    check_every_instruction([values, blocks], lambda: (run, check))


def test_an_interrupt_leaves_no_layer_in_another_mode():
    net = nn.Sequential(nn.Linear(1, 1), nn.Dropout())
    net[1].eval()

    def check():
        assert [part.training for part in net.modules()] == [True, True, False]

    run = entered(lambda: modes.evaluating(net))
    check_every_instruction([blocks], lambda: (run, check))
    check_every_instruction([modes, blocks], lambda: (run, check), everywhere=False)  # has a lock
    assert not modes._lock._is_owned()


def test_an_interrupt_of_a_summary_leaves_the_network_as_it_was():
    net = nn.Sequential(nn.Linear(1, 1), nn.ReLU())
    net[0].bias.requires_grad = False

    def check():
        assert not any("forward" in vars(part) for part in net.modules())
        assert [p.requires_grad for p in net.parameters()] == [True, False]
        assert all(part.training for part in net.modules())

    run = entered(lambda: summary._watched(net))
    check_every_instruction([summary, blocks], lambda: (run, check))


def test_an_interrupt_of_a_plot_leaves_the_model_as_it_was():
    net = nn.Sequential(nn.BatchNorm1d(1), nn.Dropout(rng=0))
    state = net[1].rng.bit_generator.state

    def run():
        with preserve.preserved(net):
            net[1].rng.random()
            net[0].running_mean.data = np.ones(1)

    def check():
        assert net[1].rng.bit_generator.state == state
        assert net[0].running_mean.data == [0.0]
        assert net.training

    check_every_instruction([preserve, blocks], lambda: (run, check))


def test_an_interrupt_of_a_plot_leaves_no_hook():
    net = nn.Sequential(nn.Linear(1, 1), nn.ReLU())

    def check():
        assert all(part._hooks == () for part in net.modules())

    run = functools.partial(recording.recorded, "plot", net, bool)
    check_every_instruction([recording, hooks, blocks], lambda: (run, check))


def test_an_interrupt_while_weights_are_drawn_leaves_a_network_that_can_be_drawn_again():
    net = nn.Sequential(nn.Sequential())

    def check():
        assert not any("_busy" in vars(part) for part in net.modules())

    check_every_instruction([module, blocks], lambda: (net.reset_parameters, check))


def test_an_interrupt_leaves_no_list_of_what_losses_divided_by():
    def check():
        assert reduction._noted.get() is None

    check_every_instruction([reduction, blocks], lambda: (entered(reduction.noting), check))


def test_an_interrupt_leaves_the_usual_handler_of_the_signal():
    def check():
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        run = entered(interrupt.Interrupt)
        check_every_instruction([interrupt, blocks], lambda: (run, check))
    finally:
        signal.signal(signal.SIGINT, usual)


def test_an_interrupt_leaves_the_terminal_as_it_was(monkeypatch):
    termios = pytest.importorskip("termios")
    import tty

    mode = ["usual"]
    monkeypatch.setattr(terminal, "is_terminal", lambda stream: True)
    monkeypatch.setattr(sys, "stdin", open(0, closefd=False))  # noqa: SIM115
    monkeypatch.setattr(termios, "tcgetattr", lambda descriptor: mode[0])
    monkeypatch.setattr(
        termios, "tcsetattr", lambda descriptor, when, new: mode.__setitem__(0, new)
    )
    monkeypatch.setattr(tty, "setcbreak", lambda descriptor: mode.__setitem__(0, "keys"))

    def check():
        assert mode == ["usual"]

    run = entered(terminal.single_keys)
    check_every_instruction([terminal, blocks], lambda: (run, check))


def test_an_interrupt_leaves_no_module_of_the_readers_file(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("a = 1\n")
    before = list(sys.path)

    def check():
        assert subject.MODULE not in sys.modules
        assert sys.path == before

    run = entered(lambda: subject._as_program(path))
    check_every_instruction([subject, blocks], lambda: (run, check))


def test_an_interrupt_leaves_the_garbage_collector_on():
    def check():
        assert gc.isenabled()

    check_every_instruction([collection, blocks], lambda: (entered(collection_paused), check))


class Limits:
    """Counts like the controller of threadpoolctl."""

    def __init__(self):
        self.lib_controllers = ()
        self.on = 0

    def limit(self, limits):
        self.on += 1
        return self

    def restore_original_limits(self):
        self.on -= 1


def test_an_interrupt_leaves_blas_its_threads(monkeypatch):
    limits = Limits()
    monkeypatch.setattr(parallel_for, "controller", lambda: limits)
    blas = parallel_for._Blas()

    def check():
        assert limits.on <= 0  # after an interrupt between two calls it may be restored twice
        assert not blas.inside
        assert not blas.lock.locked()
        limits.on = 0

    # Not everywhere: Python itself never interrupts between the last line of ``with lock`` and the
    # release of the lock.
    run = entered(blas.limited)
    check_every_instruction([parallel_for, blocks], lambda: (run, check), everywhere=False)


def test_an_interrupt_ends_a_block_that_is_written_as_a_generator():
    changes = []

    @contextmanager
    def block():
        with restoring(lambda: changes.append(1), changes.clear):
            yield

    def check():
        assert changes == []

    check_every_instruction([blocks], lambda: (entered(block), check))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # in destructors
def test_two_thousand_interrupts_leave_no_context_on():
    """In the main thread, from a timer that rings at random moments."""
    net = nn.Sequential(nn.Linear(2, 2), nn.Dropout(), nn.ReLU())
    data = np.ones((2, 2))
    usual = signal.signal(signal.SIGALRM, signal.default_int_handler)
    rng = np.random.default_rng(0)
    hit, left = 0, []
    try:
        while hit < 2000:
            try:
                # It rings again: what Python raises in a destructor it does not pass on.
                signal.setitimer(signal.ITIMER_REAL, rng.uniform(2e-5, 2e-4), 0.05)
                while True:
                    with ag.no_grad(), ag.scope("evaluation"):
                        ag.softmax(net(data))
                    nn.predict(net, data)
            except KeyboardInterrupt as error:
                hit += 1
                kept = error
            if context.current() is not context.DEFAULT or not all(
                m.training for m in net.modules()
            ):
                left.append(kept)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    assert not left
    del kept
    assert not context.open_blocks
