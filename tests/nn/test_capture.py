"""Layers and losses are programs: they compute at other inputs what they would."""

import functools
import re
from copy import deepcopy

import numpy as np
import pytest

import autograd as ag
import nn
from tests.nn.parity import family, layers, losses, recurrent, stored

data = functools.cache(stored)
RUNS = 2


def cases(*names):
    return [pytest.param(n, c, id=c.id) for n in names for c in family(n).CASES]


def permuted(x, rng):
    """The same numbers at other places, which stay what a layer or loss takes."""
    return rng.permutation(np.ravel(x)).reshape(np.shape(x))


def assert_same(ours, theirs, what=""):
    """Equal to the bit, but for the payload of NaN."""
    ours, theirs = (np.asarray(x.data if isinstance(x, ag.Tensor) else x) for x in (ours, theirs))
    assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape), what
    assert np.array_equal(ours, theirs, equal_nan=True), what
    assert np.array_equal(np.signbit(ours), np.signbit(theirs)), what


def assert_all_same(ours, theirs):
    assert len(ours) == len(theirs)
    for i, pair in enumerate(zip(ours, theirs, strict=True)):
        assert_same(*pair, i)


def of_layer(name, case):
    """A function of a module and an input: outputs, and gradients of a number made of them."""

    def f(module, x):
        outputs = list(recurrent.flat(family(name).fed(case, module, x, layers.pooled)))
        whole = sum((y * y).sum() / 2 + y.sum() for y in outputs if y.dtype.kind == "f")
        learned = [t for t in (x, *module.parameters()) if isinstance(t, ag.Tensor)]
        learned = [t for t in learned if t.requires_grad]
        if not learned or not whole.requires_grad:
            return outputs
        return outputs + list(ag.gradients(whole, learned))

    return f


@pytest.mark.parametrize(("name", "case"), cases("layers", "recurrent"))
def test_a_captured_layer_computes_what_it_computes(name, case):
    given = data(name)[case.id][0]
    module = layers.made(case)
    module.load_state_dict(layers.state(given))
    whole = given["x"].dtype.kind != "f"
    x = given["x"] if whole else ag.tensor(given["x"], requires_grad=True)
    f = of_layer(name, case)
    graph = ag.capture(f, module, x)
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        mine = deepcopy(module)
        for t in (*mine.parameters(), *mine.buffers()):
            if t.dtype.kind == "f":
                t.data = permuted(t.data, rng)
        theirs = deepcopy(mine)
        again = permuted(given["x"], rng)
        again = again if whole else ag.tensor(again, requires_grad=True)
        assert_all_same(ag.evaluate(graph, mine, again), f(theirs, again))
        assert_all_same(list(mine.buffers()), list(theirs.buffers()))


def of_loss(case):
    def f(given):
        given = dict(given)
        cotangent = given.pop("cotangent", None)
        learned = [given[n] for n in ("input", *losses.DIFFERENTIATED) if n in given]
        value = getattr(nn, case.name)(*losses.placed(case, given), **given, **case.options)
        return value, ag.gradients(value, learned, cotangent)

    return f


def leaves(given):
    learned = ("input", *losses.DIFFERENTIATED)
    return {n: ag.tensor(x, requires_grad=n in learned) for n, x in given.items()}


@pytest.mark.parametrize(("name", "case"), cases("losses"))
def test_a_captured_loss_computes_what_it_computes(name, case):
    given = data(name)[case.id][0]
    f = of_loss(case)
    graph = ag.capture(f, leaves(given))
    for seed in range(RUNS):
        rng = np.random.default_rng(seed)
        again = leaves({n: permuted(x, rng) for n, x in given.items()})
        value, gradients = f(again)
        mine, my_gradients = ag.evaluate(graph, again)
        assert_same(mine, value)
        assert_all_same(my_gradients, list(gradients))


def ignored(classes, at, by=-100):
    return np.where(np.arange(len(classes)) == at, by, classes)


@pytest.mark.parametrize("at", [-1, 2])
@pytest.mark.parametrize("loss", [nn.cross_entropy, nn.nll_loss])
def test_targets_may_be_left_out_in_a_later_run(loss, at):
    scores = np.random.default_rng(0).normal(size=(5, 3))
    classes = np.array([0, 1, 2, 1, 0])
    graph = ag.capture(loss, scores, ignored(classes, at))
    for other in (-1, 0, 4):
        again = ignored(classes, other)
        assert_same(ag.evaluate(graph, scores, again), loss(scores, again))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("momentum", [0.1, None])
@pytest.mark.parametrize("kind", [nn.BatchNorm1d, nn.InstanceNorm1d])
def test_running_statistics_follow_over_several_runs(kind, momentum, dtype):
    options = {"track_running_stats": True, "dtype": dtype}
    mine = kind(2, momentum=momentum, **options)
    theirs = deepcopy(mine)
    rng = np.random.default_rng(0)
    batches = rng.normal(size=(4, 3, 2, 5)).astype(dtype)
    graph = ag.capture(lambda x: mine(x) * mine.running_mean.sum(), batches[0])
    for x in batches:
        assert_same(ag.evaluate(graph, x), theirs(x) * theirs.running_mean.sum())
    assert_all_same(list(mine.buffers()), list(theirs.buffers()))


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda: nn.Dropout(0.5, rng=0), (4, 3)),
        (lambda: nn.Dropout(1.0, rng=0), (4, 3)),
        (lambda: nn.Dropout1d(0.5, rng=0), (2, 3, 4)),
        (lambda: nn.Dropout2d(0.5, rng=0), (2, 3, 4, 2)),
        (lambda: nn.Dropout3d(0.5, rng=0), (2, 3, 2, 2, 2)),
        (lambda: nn.AlphaDropout(0.25, rng=0), (4, 3)),
        (lambda: nn.LSTM(3, 2, num_layers=2, dropout=0.5, rng=0), (4, 2, 3)),
        (lambda: nn.TransformerEncoderLayer(4, 2, 8, dropout=0.5, rng=0), (3, 2, 4)),
    ],
)
def test_what_is_dropped_is_drawn_as_by_another_call(make, shape):
    mine, theirs = make(), make()
    x = np.random.default_rng(0).normal(size=shape)

    def f(module):
        return lambda x: next(recurrent.flat(module(x)))

    graph = ag.capture(f(mine), x)
    f(theirs)(x)  # the capture has drawn once
    for factor in (1.0, -2.0, 0.5):
        assert_same(ag.evaluate(graph, factor * x), f(theirs)(factor * x))


WRONG = [
    (nn.cross_entropy, [[1.0, 2.0]], [1], [2], "class 2 is out of bounds"),
    (nn.cross_entropy, [[1.0, 2.0]], [1], [-1], "class -1 is negative"),
    (nn.cross_entropy, [[1.0, 2.0]], [[0.5, 0.5]], [[0.5, 2.0]], r"target has 2, outside \[0, 1\]"),
    (nn.cross_entropy, [[1.0, 2.0]], [1], [-100], "there is nothing to average"),
    (nn.nll_loss, [[1.0, 2.0]], [1], [5], "class 5 is out of bounds"),
    (nn.binary_cross_entropy, [0.5], [1.0], [-1.0], r"target has -1, outside \[0, 1\]"),
    (nn.binary_cross_entropy_with_logits, [0.5], [1.0], [3.0], "target has 3"),
    (nn.soft_margin_loss, [0.5], [1.0], [0.0], "target has 0; it takes 1 and -1"),
    (nn.hinge_embedding_loss, [0.5], [1.0], [0.5], "target has 0.5"),
    (nn.multi_margin_loss, [[1.0, 2.0]], [1], [2], "class 2 does not exist"),
    (nn.multilabel_margin_loss, [[1.0, 2.0]], [[1, -1]], [[3, -1]], "class 3 does not exist"),
    (nn.multilabel_soft_margin_loss, [[0.5]], [[1.0]], [[2.0]], "target has 2"),
    (nn.kl_div, [[-1.0, -2.0]], [[0.5, 0.5]], [[0.5, 2.0]], "target has numbers from 0.5 to 2"),
    (nn.poisson_nll_loss, [0.5], [1.0], [-1.0], "target must not be negative"),
]


@pytest.mark.parametrize(
    ("loss", "input", "target", "wrong", "message"), WRONG, ids=lambda x: getattr(x, "__name__", "")
)
def test_a_wrong_target_of_a_later_run_is_refused_as_by_the_loss(
    loss, input, target, wrong, message
):
    graph = ag.capture(loss, np.array(input), np.array(target))
    with pytest.raises(ag.GlassgradError, match=message) as by_loss:
        loss(np.array(input), np.array(wrong))
    with pytest.raises(type(by_loss.value), match=message) as by_run:
        ag.evaluate(graph, np.array(input), np.array(wrong))
    assert str(by_run.value).split(": ", 1)[1] == str(by_loss.value).split(": ", 1)[1]


def test_a_negative_variance_of_a_later_run_is_refused():
    graph = ag.capture(nn.gaussian_nll_loss, *np.ones((3, 2)))
    with pytest.raises(ag.OptionError, match="var has -1; a variance is not negative"):
        ag.evaluate(graph, np.ones(2), np.ones(2), -np.ones(2))


def test_a_row_that_an_embedding_lacks_is_refused_in_a_later_run():
    graph = ag.capture(nn.Embedding(3, 2), np.array([0, 1]))
    with pytest.raises(ag.IndexingError, match="input goes from 1 to 3, but there are rows 0 to 2"):
        ag.evaluate(graph, np.array([1, 3]))


def test_the_row_of_the_padding_is_not_learned_wherever_it_is():
    layer = nn.Embedding(4, 2, padding_idx=1, rng=0)

    def f(x):
        return ag.gradients(ag.sum(layer(x) ** 2), layer.weight)

    graph = ag.capture(f, np.array([1, 0]))
    for x in ([1, 1], [2, 3], [3, 1]):
        assert_same(ag.evaluate(graph, np.array(x)), f(np.array(x)))


@pytest.mark.parametrize("penalty", [nn.l1_penalty, nn.l2_penalty], ids=lambda f: f.__name__)
def test_penalties_read_the_weights_of_each_run(penalty):
    net = nn.Linear(3, 2, rng=0)
    graph = ag.capture(lambda scale: scale * penalty(net.parameters()), 1.0)
    net.weight.data = net.weight.data - 0.5
    assert_same(ag.evaluate(graph, 2.0), 2.0 * penalty(net.parameters()))


def test_a_normalised_weight_is_computed_in_each_run():
    layer = nn.utils.weight_norm(nn.Linear(3, 2, rng=0))
    x = np.random.default_rng(0).normal(size=(4, 3))
    graph = ag.capture(layer, x)
    layer.weight_v.data = layer.weight_v.data * np.array([[1.0], [-3.0]])
    assert_same(ag.evaluate(graph, x), layer(x))


def test_a_layer_that_reads_numbers_is_named_with_the_line():
    class Gate(nn.Module):
        def forward(self, x):
            return x if x.sum() > 0 else -x

    with pytest.raises(ag.CaptureError, match=r"Gate 0: capture: Python reads .* 'x.sum\(\) > 0'"):
        ag.capture(nn.Sequential(Gate()), np.ones(2))


def test_vectors_of_parameters_are_part_of_a_program():
    net = nn.Linear(2, 1, rng=0)

    def halve(factor):
        vector = nn.utils.parameters_to_vector(net.parameters())
        nn.utils.vector_to_parameters(factor * vector, net.parameters())
        return ag.sum(net.weight)

    graph = ag.capture(halve, 0.5)
    before = net.weight.data
    assert_same(ag.evaluate(graph, 0.25), ag.sum(0.25 * before))
    assert_same(net.weight, 0.25 * before)


class Scaled(nn.Module):
    """Options in an attribute of an attribute, and a tensor that is no parameter."""

    def __init__(self, factor=2.0):
        self.options = {"factors": [factor]}
        self.offset = ag.tensor([factor, 0.0])

    def forward(self, x):
        self.last = x * self.options["factors"][0] + self.offset
        return self.last


RNG = np.random.default_rng(0)
OTHERS = {
    "another mode": (
        lambda: nn.BatchNorm1d(2),
        lambda: nn.BatchNorm1d(2).eval(),
        "BatchNorm1d has training=False, and had True when captured; capture it again",
    ),
    "another mode of a part": (
        lambda: nn.Sequential(nn.Dropout()),
        lambda: nn.Sequential(nn.Dropout().eval()),
        "Sequential has 0.training=False, and had True",
    ),
    "another option": (
        lambda: nn.LayerNorm(2),
        lambda: nn.LayerNorm(2, eps=1.0),
        "LayerNorm has eps=1.0, and had 1e-05",
    ),
    "a number inside": (Scaled, lambda: Scaled(3.0), "Scaled has options="),
    "another part": (
        lambda: nn.Sequential(nn.Linear(2, 2), nn.Tanh()),
        lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU()),
        "Sequential has 1=ReLU, and had Tanh",
    ),
    "one part more": (
        lambda: nn.Sequential(nn.Linear(2, 2)),
        lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU()),
        "Sequential has 1, and had none",
    ),
    "one part less": (
        lambda: nn.Sequential(nn.Linear(2, 2), nn.ReLU()),
        lambda: nn.Sequential(nn.Linear(2, 2)),
        "Sequential has no 1, and had one",
    ),
    "frozen": (
        lambda: nn.Linear(2, 2),
        lambda: nn.Linear(2, 2).requires_grad_(False),
        "Linear has weight.requires_grad=False, and had True",
    ),
    "another kind": (nn.ReLU, nn.Tanh, "a Tanh is given, and captured was a ReLU"),
    "a generator for each part": (
        lambda: nn.Sequential(nn.Dropout(rng=RNG), nn.Dropout(rng=RNG)),
        lambda: nn.Sequential(nn.Dropout(), nn.Dropout()),
        "Sequential has 1.rng=",
    ),
}


@pytest.mark.parametrize(("then", "now", "message"), OTHERS.values(), ids=OTHERS)
def test_a_module_that_is_made_of_something_else_is_refused(then, now, message):
    module, x = then(), np.ones((3, 2))
    graph = ag.capture(lambda module, x: module(x), module, x)
    with pytest.raises(ag.GradientError, match=f"^evaluate: {re.escape(message)}"):
        ag.evaluate(graph, now(), x)


def test_a_mode_that_was_switched_after_the_capture_is_refused():
    norm, x = nn.BatchNorm1d(2), np.ones((3, 2))
    graph = ag.capture(lambda module, x: module(x), norm, x)
    norm.eval()
    with pytest.raises(ag.GradientError, match="BatchNorm1d has training=False"):
        ag.evaluate(graph, norm, x)
    norm.train()
    ag.evaluate(graph, norm, x)


def test_a_copy_of_a_module_has_its_own_tensors_of_all_kinds():
    module, x = Scaled(), np.array([1.0, 2.0])
    graph = ag.capture(lambda module, x: module(x), module, x)
    other = deepcopy(Scaled())
    other.offset.data = [10.0, 20.0]
    assert ag.evaluate(graph, other, x).tolist() == [12.0, 24.0]
    assert ag.evaluate(graph, module, x).tolist() == [4.0, 4.0]


def test_what_is_drawn_comes_from_the_generator_of_the_module_that_is_given():
    x = np.ones(50)
    first, other, same = nn.Dropout(rng=0), nn.Dropout(rng=5), nn.Dropout(rng=5)
    graph = ag.capture(lambda module, x: module(x) + module(2 * x), first, x)
    before = first.rng.bit_generator.state
    for _ in range(3):
        assert_same(ag.evaluate(graph, other, x), same(x) + same(2 * x))
    assert first.rng.bit_generator.state == before
    assert other.rng.bit_generator.state == same.rng.bit_generator.state
