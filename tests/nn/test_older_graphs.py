"""What changes the weights of a network does not change the gradients of graphs made before."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.nn.parity import layers, recurrent
from tests.nn.parity.optimisers import OPTIMISERS


def one_of_each_layer():
    """Return for each layer with parameters its cases of the first few kinds of options."""
    found = {}
    for case in (*layers.CASES, *recurrent.CASES):
        cases = found.setdefault(case.name, [])
        if len(cases) < 2 and list(layers.made(case).parameters()):
            cases.append(case)
    return [case for cases in found.values() for case in cases]


LAYERS = one_of_each_layer()
STEPS = [(name, options[-2]) for name, options in OPTIMISERS.items()]
STEPS += [("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}), ("Adam", {"amsgrad": True})]


def network(case):
    """Return the layer behind another, so that some of its inputs are results, and its graph."""
    given = layers.draw(case)
    module = layers.made(case)
    module.load_state_dict(layers.state(given))
    x = given["x"] if given["x"].dtype.kind == "i" else nn.Parameter(given["x"])
    out = layers.fed(case, module, x, layers.pooled)
    out = out[0] if isinstance(out, tuple) else out
    leaves = [*([x] if isinstance(x, nn.Parameter) else []), *module.parameters()]
    return module, leaves, ag.sum(ag.tanh(out) * np.linspace(0.5, 1.5, out.size).reshape(out.shape))


def derivatives(loss, leaves):
    """Return first and second derivatives, the second along a vector of ones."""
    recorded = ag.gradients(loss, leaves, create_graph=True)
    total = sum((ag.sum(g) for g in recorded if g.requires_grad), start=ag.sum(loss * 0.0))
    return [*ag.gradients(loss, leaves), *ag.gradients(total, leaves)]


def assert_unchanged(case, change):
    module, leaves, loss = network(case)
    expected = derivatives(loss, leaves)
    before = [p.data.copy() for p in module.parameters()]
    change(module, loss)
    moved = zip(before, module.parameters(), strict=True)
    assert any(not np.array_equal(old, p.data) for old, p in moved)
    for found, right in zip(derivatives(loss, leaves), expected, strict=True):
        np.testing.assert_allclose(found, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "options"), STEPS, ids=[f"{n}-{o}" for n, o in STEPS])
@pytest.mark.parametrize("case", LAYERS, ids=[case.id for case in LAYERS])
def test_steps_of_an_optimiser_do_not_reach_an_older_graph(case, name, options):
    def change(module, loss):
        optimizer = getattr(nn.optim, name)(module.parameters(), **options)
        for _ in range(2):
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    assert_unchanged(case, change)


def trained(module, loss):
    """Make a step of a whole training, as `fit` makes it."""
    for p in module.parameters():
        p.grad = np.ones(p.shape)
    nn.utils.clip_grad_norm_(module.parameters(), 0.1)
    optimizer = nn.optim.SGD(module.parameters(), lr=0.1, momentum=0.5)
    nn.optim.lr_scheduler.LinearLR(optimizer)
    optimizer.step()


CHANGES = {
    "load_state_dict": lambda module, loss: module.load_state_dict(
        {name: np.asarray(x) + 1 for name, x in module.state_dict().items()}
    ),
    "init": lambda module, loss: [
        nn.init.uniform_(p, 2.0, 3.0, rng=0) for p in module.parameters()
    ],
    "constant": lambda module, loss: [nn.init.constant_(p, 7.0) for p in module.parameters()],
    "a step with clipped gradients": trained,
    "data": lambda module, loss: [setattr(p, "data", p.data * 2 + 1) for p in module.parameters()],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("case", LAYERS, ids=[case.id for case in LAYERS])
def test_other_changes_do_not_reach_an_older_graph(case, change):
    assert_unchanged(case, change)


def test_running_statistics_do_not_reach_an_older_graph():
    norm = nn.BatchNorm1d(2).eval()
    x = nn.Parameter([[1.0, 2.0], [3.0, 5.0]])
    loss = ag.sum(norm(x) ** 2)
    expected = ag.gradients(loss, [x])[0]
    norm.train()(x.data * 100.0)
    np.testing.assert_array_equal(ag.gradients(loss, [x])[0], expected)
