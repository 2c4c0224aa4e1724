"""Nothing that is public leaves reference cycles, and so memory is freed at once, without gc."""

import contextlib
import gc
import tracemalloc
import types

import numpy as np
import pytest

import autograd as ag
import nn

X, Y = np.ones((4, 3)), np.ones((4, 1))
x = ag.tensor(np.ones(3), requires_grad=True, name="x")
v = x.data


def f(x):
    return ag.sum(ag.exp(x) * x)


def network():
    layers = nn.Linear(3, 2, rng=0), nn.Dropout(rng=0), nn.BatchNorm1d(2), nn.Tanh()
    return nn.Sequential(*layers, nn.Linear(2, 1, rng=0))


def nodes():
    return ag.checkpoint(lambda x: ag.sin(ag.exp(x)))


def with_a_graph():
    ag.gradients(ag.gradients(f(x), x, create_graph=True).sum(), x)


def fitted():
    optimizer = nn.optim.Adam
    data = nn.data.Dataset(X, Y)
    net = network()
    nn.fit(net, nn.mse_loss, data, data, optimizer=optimizer(net.parameters()), epochs=1)


def stepped(kind):
    def run():
        net = network()
        optimizer = kind(net.parameters(), lr=0.1)
        nn.mse_loss(net(X), Y).backward()
        optimizer.step()
        optimizer.zero_grad()

    return run


def stepped_with_a_closure():
    net = network()
    optimizer = nn.optim.LBFGS(net.parameters(), line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = nn.mse_loss(net(X), Y)
        loss.backward()
        return loss

    optimizer.step(closure)


def called_with_other_parameters():
    net = nn.utils.weight_norm(nn.Linear(3, 1))
    nn.utils.functional_call(net, {"bias": np.zeros(1)}, X).sum().backward()
    nn.optim.swa_utils.AveragedModel(net).update_parameters(net)


def debugged():
    with ag.debug():
        f(x).backward()


def drawn_error():
    with contextlib.suppress(ag.ShapeError):
        try:
            with ag.debug():
                f(x) + ag.exp(x) @ np.ones((5, 2))
        except ag.ShapeError as error:
            ag.draw(error).svg  # noqa: B018
            raise


def scoped():
    with ag.scope("a"), ag.no_grad():
        f(x)


def suspended():
    def generator():
        with ag.no_grad():
            yield f(x)

    next(generator())


def stepped_through():
    debugger = ag.trace(f(x)).debugger()
    debugger.break_on(operation="exp")
    debugger.run()
    return debugger.text if hasattr(debugger, "text") else repr(debugger)


def failing(call, error=Exception):
    def run():
        with contextlib.suppress(error):
            call()

    return run


def raises(*_):
    raise ZeroDivisionError


TRANSFORMS = {
    "backward": lambda: f(x).backward(),
    "backward, all": lambda: f(x).backward(retain="all"),
    "grad": lambda: ag.grad(f)(v),
    "grad of grad": lambda: ag.grad(ag.grad(lambda x: x**3))(2.0),
    "value_and_grad": lambda: ag.value_and_grad(f)(v),
    "gradients": lambda: ag.gradients(f(x), x),
    "gradients with a graph": with_a_graph,
    "vjp": lambda: ag.vjp(f, v)[1](1.0),
    "jvp": lambda: ag.jvp(f, (v,), (v,)),
    "jacobian": lambda: ag.jacobian(lambda x: x * x)(v),
    "hessian": lambda: ag.hessian(f)(v),
    "hvp": lambda: ag.hvp(f, v, v),
    "checkpoint": lambda: nodes()(x).sum().backward(),
    "checkpoint, dropped": lambda: nodes()(x),
    "checkpoints, nested": lambda: ag.checkpoint(nodes())(x).sum().backward(),
    "checkpoint, twice": lambda: ag.hessian(lambda x: nodes()(x).sum())(v),
    "no_grad": lambda: ag.no_grad()(f)(x),
    "no_grad in a generator": suspended,
    "scope": scoped,
    "debug": debugged,
}
READERS = {
    "graph": lambda: ag.graph(f(x)),
    "trace": lambda: ag.trace(f(x)),
    "debugger": stepped_through,
    "check_grad": lambda: ag.testing.check_grad(f, v),
    "nudge": lambda: str(ag.lessons.nudge(f(x), "x", at=0)),
    **{
        f"draw, {kind}": lambda kind=kind: getattr(ag.draw(f(x)), kind)
        for kind in ("svg", "html", "dot", "tex", "md", "text", "animated")
    },
    "draw, backward": lambda: ag.draw(f(x), backward=True).svg,
    "player": lambda: ag.draw(f(x)).player().html,
    "predict": lambda: ag.lessons.predict(f(x)).html,
}
NETWORKS = {
    "network": lambda: repr(network()),
    "summary": lambda: str(network().summary((1, 3))),
    "fit": fitted,
    "evaluate": lambda: nn.evaluate(network(), nn.mse_loss, nn.data.Dataset(X, Y)),
    "predict": lambda: nn.predict(network(), X),
    "LBFGS": stepped_with_a_closure,
    "functional_call": called_with_other_parameters,
    **{
        kind: stepped(getattr(nn.optim, kind))
        for kind in nn.optim.__all__
        if kind not in ("LBFGS", "Optimizer", "lr_scheduler", "swa_utils")
    },
}
FAILURES = {
    "shapes": failing(lambda: x @ np.ones((5, 2)), ag.ShapeError),
    "axis": failing(lambda: ag.softmax(x, axis=7), ag.GlassgradError),
    "inside grad": failing(lambda: ag.grad(raises)(v), ZeroDivisionError),
    "inside checkpoint": failing(lambda: ag.checkpoint(raises)(x), ZeroDivisionError),
    "inside a network": failing(lambda: network()(np.ones((4, 5))), ag.GlassgradError),
    "inside debug": drawn_error,
    "inside a composition": failing(lambda: ag.stack([x, ag.tensor([1.0])]), ag.GlassgradError),
}
ALL = TRANSFORMS | READERS | NETWORKS | FAILURES


def garbage_of(run):
    """Run without the collector, and return what only the collector would have freed.

    Functions that call themselves by name, and classes, are cycles of Python's own making.
    """
    run()  # what is made once
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        run()
        gc.collect()
        return [type(thing) for thing in gc.garbage if type(thing) is not types.CellType]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.fixture(scope="module")
def only_what_is_new():
    """Let the collector leave aside what other tests have made, through which it takes long."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("only_what_is_new")
@pytest.mark.parametrize("name", ALL)
def test_nothing_is_left_to_the_garbage_collector(name):
    assert garbage_of(ALL[name]) == []


@pytest.mark.usefixtures("only_what_is_new")
def test_the_gate_finds_a_cycle():
    class Node:
        pass

    def run():
        node = Node()
        node.itself = node

    assert Node in garbage_of(run)


large = ag.tensor(np.full(20_000, 0.5), requires_grad=True)


def debugged_large():
    with ag.debug():
        f(large).backward()


def failing_large():
    with contextlib.suppress(ag.ShapeError), ag.debug():
        f(large) + ag.exp(large) @ np.ones(3)


def stepped_large():
    w = nn.Parameter(large.data)
    optimizer = nn.optim.Adam([w])
    for _ in range(2):
        f(w).backward()
        optimizer.step()


GROWING = {
    "backward": lambda: f(large).backward(),
    "grad": lambda: ag.grad(f)(large.data),
    "checkpoint": lambda: ag.checkpoint(f)(large).backward(),
    "checkpoints, nested": lambda: ag.checkpoint(ag.checkpoint(f))(large).backward(),
    "debug": debugged_large,
    "an error inside debug": failing_large,
    "an error inside grad": failing(lambda: ag.grad(lambda x: raises(x * x))(large)),
    "Adam": stepped_large,
}


@pytest.mark.parametrize("name", GROWING)
def test_memory_does_not_grow_with_the_number_of_runs(name):
    run = GROWING[name]
    run()
    gc.disable()
    tracemalloc.start()
    try:
        run()
        once = tracemalloc.get_traced_memory()[0]
        for _ in range(10):
            run()
        grown = tracemalloc.get_traced_memory()[0] - once
    finally:
        tracemalloc.stop()
        gc.enable()
    assert grown < large.data.nbytes / 2


def peak_of(layers, wrap):
    x = ag.tensor(np.full(20_000, 0.1), requires_grad=True)
    tracemalloc.start()
    try:
        wrap(layers, x).sum().backward()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def chain(length):
    def run(x):
        for _ in range(length):
            x = ag.tanh(x) * 1.1
        return x

    return run


def plain(length, x):
    return chain(length)(x)


def in_eights(length, x):
    for _ in range(length // 8):
        x = ag.checkpoint(chain(8))(x)
    return x


def nested(length, x):
    for _ in range(length // 32):
        x = ag.checkpoint(lambda x: in_eights(32, x))(x)
    return x


@pytest.mark.parametrize("wrap", [in_eights, nested])
def test_checkpoints_save_memory_without_the_collector(wrap):
    gc.disable()
    try:
        assert peak_of(64, wrap) < 0.4 * peak_of(64, plain)
    finally:
        gc.enable()
