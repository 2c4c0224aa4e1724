"""The table of a network: shapes, parameters and multiply-adds, by hand and by the lectures."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


def lenet():
    return nn.Sequential(
        {
            "conv1": nn.Conv2d(1, 6, 5, padding=2),
            "tanh1": nn.Tanh(),
            "pool1": nn.AvgPool2d(2),
            "conv2": nn.Conv2d(6, 16, 5),
            "tanh2": nn.Tanh(),
            "pool2": nn.AvgPool2d(2),
            "flatten": nn.Flatten(),
            "dense1": nn.Linear(400, 120),
            "dense2": nn.Linear(120, 84),
            "dense3": nn.Linear(84, 10),
        }
    )


def row(summary, path):
    return next(row for row in summary.rows if row.path == path)


def test_lenet_has_the_parameters_of_the_lecture():
    assert lenet().summary((1, 1, 28, 28)).parameters == 61_706


def test_lenet_has_these_multiply_adds():
    # places x kernel x filters: 28 28 25 6 + 10 10 150 16, and the dense layers' weights.
    work = 28 * 28 * 25 * 6 + 10 * 10 * 150 * 16 + 400 * 120 + 120 * 84 + 84 * 10
    assert lenet().summary((1, 1, 28, 28)).multiply_adds == work
    assert lenet().summary((3, 1, 28, 28)).multiply_adds == 3 * work


def test_every_row_tells_what_its_module_put_out():
    summary = lenet().summary((2, 1, 28, 28))
    assert row(summary, "conv2").output == "(2, 16, 10, 10)"
    assert row(summary, "").output == "(2, 10)"
    assert row(summary, "pool1").kind == "AvgPool2d"


def test_the_table_is_aligned():
    lines = str(nn.Sequential(nn.Linear(4, 8), nn.ReLU()).summary((1, 4))).splitlines()
    assert lines == [
        "Layer       Kind    Output  Parameters  Multiply-adds",
        "Sequential          (1, 8)",
        "  0         Linear  (1, 8)          40             32",
        "  1         ReLU    (1, 8)",
        "total                               40             32",
    ]


def test_a_notebook_shows_a_table():
    shown = nn.Sequential(nn.Linear(4, 8)).summary((1, 4))._repr_html_()
    assert shown.startswith("<table>")
    assert shown.count("<tr>") == 4
    assert '<td style="text-align:right;vertical-align:top">40</td>' in shown


@pytest.mark.parametrize(
    ("layer", "shape", "work"),
    [
        (nn.Conv1d(4, 6, 3, groups=2), (1, 4, 10), 8 * 3 * 2 * 6),
        (nn.Conv2d(2, 3, (2, 3), stride=2), (1, 2, 6, 7), 3 * 3 * 2 * 6 * 3),
        (nn.ConvTranspose2d(2, 3, 4, stride=2), (1, 2, 5, 6), 5 * 6 * 2 * 3 * 16),
        (nn.LocallyConnected2d(2, 3, 4, 2), (1, 2, 4, 4), 9 * 2 * 4 * 3),
        (nn.Linear(3, 2), (5, 7, 3), 5 * 7 * 3 * 2),
        (nn.AdaptiveAvgPool2d(2), (1, 3, 4, 6), 3 * 2 * 4 * 6 + 3 * 2 * 6 * 2),
        (nn.MaxPool2d(2), (1, 3, 4, 6), 0),
    ],
)
def test_multiply_adds_are_counted_from_shapes(layer, shape, work):
    assert layer.summary(shape).multiply_adds == work


def test_a_module_of_ones_own_is_counted_like_the_others():
    class Bilinear(nn.Module):
        def __init__(self):
            self.weight = nn.Parameter(np.ones((3, 3)))
            self.part = nn.Linear(3, 1)

        def forward(self, x):
            return ag.sum((x @ self.weight) * x, axis=1, keepdims=True) + self.part(x)

    summary = Bilinear().summary((4, 3))
    assert [r.multiply_adds for r in summary.rows] == [4 * 3 * 3, 4 * 3]
    assert [r.parameters for r in summary.rows] == [9, 4]


def test_a_module_that_is_called_twice_works_twice_and_counts_once():
    layer = nn.Linear(3, 3)
    summary = nn.Sequential(layer, nn.Tanh(), layer).summary((1, 3))
    assert summary.parameters == 12
    assert summary.multiply_adds == 18


def test_a_shared_parameter_counts_once():
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    net[1].weight = net[0].weight
    assert net.summary((1, 3)).parameters == 9 + 3 + 3


def test_frozen_parameters_are_reported():
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 1))
    net[0].requires_grad_(False)
    summary = net.summary((1, 3))
    assert (summary.frozen, summary.multiply_adds) == (12, 12)
    assert str(summary).splitlines()[-1].startswith("total       12 frozen")


def test_several_inputs_have_several_shapes():
    class Product(nn.Module):
        def forward(self, x, y):
            return x @ y

    assert Product().summary([(2, 3), (3, 4)]).multiply_adds == 24


def test_integers_are_fed_to_an_embedding():
    net = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 2))
    assert net.summary((1, 4), dtype=int).multiply_adds == 4 * 3 * 2


def test_an_embedding_that_is_fed_with_floats_says_what_to_write():
    net = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 2))
    text = "must be integers; they name the rows; for an input of integers write summary((1, 4), "
    assert_refused(lambda: net.summary((1, 4)), ag.DTypeError, text + "dtype=int)")
    assert_refused(lambda: net.summary((1, 4), float), ag.DTypeError, "must be integers")


def test_forward_may_read_the_numbers_of_its_input():
    class Masked(nn.Module):
        def __init__(self):
            self.part = nn.Linear(3, 2)

        def forward(self, x):
            return ag.where(np.asarray(x)[:, :1] == 0, 0.0, self.part(x))

    summary = Masked().summary((4, 3))
    assert summary.multiply_adds == 4 * 3 * 2
    assert row(summary, "part").output == "(4, 2)"


def test_a_part_that_is_not_called_has_no_output():
    class Lazy(nn.Module):
        def __init__(self):
            self.used, self.spare = nn.Tanh(), nn.Linear(2, 2)

        def forward(self, x):
            return self.used(x)

    summary = Lazy().summary((1, 2))
    assert row(summary, "spare").output == ""
    assert row(summary, "spare").parameters == 6


def test_a_summary_leaves_the_network_as_it_was():
    net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Dropout(0.5, rng=0))
    net[0].requires_grad_(False)
    net[1].eval()
    before, chance = net.state_dict(), net[2].rng.bit_generator.state
    net.summary((4, 3))
    assert [m.training for m in net] == [True, False, True]
    assert not net[0].weight.requires_grad
    assert net[1].weight.requires_grad
    assert net[2].rng.bit_generator.state == chance
    assert "forward" not in vars(net[0])
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_summary_that_fails_leaves_the_network_as_it_was():
    net = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(ag.ShapeError, match="must end in 3 features"):
        net.summary((1, 4))
    assert net.training
    assert "forward" not in vars(net)


def test_a_float32_network_is_fed_with_float32():
    seen = []
    net = nn.Linear(3, 2, dtype="float32")
    with net.register_forward_hook(lambda m, x, y: seen.append(y.dtype)):
        net.summary((1, 3))
    assert seen == [np.float32]


@pytest.mark.parametrize("shape", [3, None, (1, "a"), (1, -1)])
def test_a_shape_that_is_none_is_refused(shape):
    assert_refused(lambda: nn.Linear(3, 2).summary(shape), ag.OptionError)


def test_work_whose_result_is_not_returned_is_counted():
    class Decided(nn.Module):
        def __init__(self):
            self.body, self.extra = nn.Linear(3, 3), nn.Linear(3, 1)

        def forward(self, x):
            x = self.body(x)
            self.kept = self.extra(x)
            return ag.argmax(x.detach(), axis=1)

    assert Decided().summary((1, 3)).multiply_adds == 9 + 3


def test_a_checkpointed_part_is_counted():
    class Forgetful(nn.Module):
        def __init__(self):
            self.part = nn.Linear(3, 3)

        def forward(self, x):
            return ag.checkpoint(self.part)(x)

    assert Forgetful().summary((1, 3)).multiply_adds == 9


def test_inside_no_grad_a_summary_is_refused():
    with ag.no_grad():
        assert_refused(lambda: lenet().summary((1, 1, 28, 28)), ag.GradientError, "call it outside")


def test_sizes_of_a_shape_may_be_integers_of_numpy():
    assert nn.Linear(3, 2).summary((np.int64(1), np.int64(3))).multiply_adds == 6
