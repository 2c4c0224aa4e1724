"""Dicts of modules, and lists and dicts of parameters."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


class Net(nn.Module):
    def __init__(self):
        self.heads = nn.ModuleDict({"a": nn.Linear(2, 1, rng=0), "b": nn.Linear(2, 1, rng=1)})
        self.scales = nn.ParameterList([np.ones(2), nn.Parameter(np.zeros(3))])
        self.shifts = nn.ParameterDict({"left": 1.0, "right": [2.0]})

    def forward(self, x, head):
        return self.heads[head](x * self.scales[0]) + self.shifts["left"]


KEYS = ["heads.a.weight", "heads.a.bias", "heads.b.weight", "heads.b.bias"]
KEYS += ["scales.0", "scales.1", "shifts.left", "shifts.right"]


def test_parts_are_found_by_the_names_of_pytorch():
    net = Net()
    assert list(net.state_dict()) == KEYS
    assert [name for name, _ in net.named_parameters()] == KEYS
    assert [p.name for p in net.parameters()] == KEYS


def test_gradients_reach_parts_and_a_state_is_loaded():
    net, other = Net(), Net()
    ag.sum(net(np.ones((1, 2)), "b")).backward()
    assert net.heads["a"].weight.grad is None
    assert net.scales[0].grad.shape == (2,)
    assert net.shifts["left"].grad == 1
    other.load_state_dict({name: x + 1 for name, x in net.state_dict().items()})
    np.testing.assert_array_equal(other.scales[1].data, 1.0)


def test_a_module_dict_is_a_dict():
    heads = nn.ModuleDict([("a", nn.ReLU()), ("b", nn.Tanh())])
    assert (len(heads), list(heads), "a" in heads, "c" in heads) == (2, ["a", "b"], True, False)
    heads["a"] = nn.Sigmoid()
    assert list(heads.keys()) == ["a", "b"]
    assert [type(m).__name__ for m in heads.values()] == ["Sigmoid", "Tanh"]
    assert isinstance(heads.pop("b"), nn.Tanh)
    heads.update({"c": nn.ReLU()})
    assert [name for name, _ in heads.items()] == ["a", "c"]
    heads.clear()
    assert len(heads) == 0


def test_a_parameter_list_is_a_list():
    several = nn.ParameterList([[1.0], [2.0]])
    several.append([3.0]).extend([[4.0]])
    several += [[5.0]]
    assert [p.item() for p in several] == [1, 2, 3, 4, 5]
    assert [p.item() for p in several[1:3]] == [2, 3]
    several[-1] = [7.0]
    assert several[4].item() == 7
    assert several[0].name == "0"
    assert repr(several[:2]) == "ParameterList((0): (1,), (1): (1,))"


def test_a_parameter_that_is_given_is_held_itself():
    p = nn.Parameter([1.0])
    assert nn.ParameterList([p])[0] is p
    assert nn.ParameterDict({"p": p})["p"] is p


def test_nothing_may_be_given():
    for kind in (nn.ModuleDict, nn.ModuleList, nn.ParameterDict, nn.ParameterList):
        assert len(kind()) == len(kind(None)) == 0


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: nn.ModuleDict({"a": len}), "ModuleDict: holds modules, not builtin_function"),
        (lambda: nn.ModuleDict({"keys": nn.ReLU()}), "the name 'keys' is taken"),
        (lambda: nn.ModuleDict({"forward": nn.ReLU()}), "the name 'forward' is taken"),
        (lambda: nn.ModuleDict({1: nn.ReLU()}), "the name 1 is taken, or not a string"),
        (lambda: nn.ModuleDict({"a.b": nn.ReLU()}), "must be one without dots"),
        (lambda: nn.ModuleDict([nn.ReLU()]), "takes a dict from names to parts, not list"),
        (lambda: nn.ModuleDict(3), "takes a dict from names to parts, not int"),
        (lambda: nn.ParameterList([nn.ReLU()]), "ParameterList: holds parameters, not ReLU"),
        (lambda: nn.ParameterList(5), "takes a list of parameters, not int"),
        (lambda: nn.ParameterList(nn.Parameter([1.0])), "takes a list of parameters"),
        (lambda: nn.ParameterDict({"a": None}), "holds parameters, not NoneType"),
        (lambda: nn.ParameterDict({"pop": 1.0}), "the name 'pop' is taken"),
    ],
)
def test_other_parts_and_names_are_refused(call, text):
    assert_refused(call, ag.OptionError, text)


def test_a_part_that_is_not_there_is_refused_with_those_that_are():
    heads = nn.ModuleDict({"a": nn.ReLU(), "b": nn.ReLU()})
    assert_refused(lambda: heads["c"], ag.IndexingError, "there is no 'c', only a, b")
    assert_refused(lambda: heads.pop("c"), ag.IndexingError, "there is no 'c'")
    assert_refused(
        lambda: nn.ParameterList([[1.0]])[1], ag.IndexingError, "there is no parameter 1 among 1"
    )


def test_integers_are_not_learned():
    assert_refused(lambda: nn.ParameterList([[1, 2]]), ag.DTypeError, "int64")
