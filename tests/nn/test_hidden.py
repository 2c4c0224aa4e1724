"""Parts that forward would use and the network does not have are refused, wherever they are."""

import collections
import dataclasses
import functools
import itertools
import logging
import types
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


def lined(layer):
    return [layer]


Pair = collections.namedtuple("Pair", "a b")


@dataclasses.dataclass
class Data:
    layer: object


@dataclasses.dataclass(slots=True)
class Slots:
    layer: object


class Plain:
    def __init__(self, layer):
        self.layer = layer

    def method(self, x):
        return self.layer


class Callable(Plain):
    def __call__(self, x):
        return self.layer


def object_array(layer):
    array = np.empty((2, 2), object)
    array[1, 0] = layer
    return array


def default(layer):
    return lambda x, layer=layer: layer


def keyword_default(layer):
    def f(x, *, layer=layer):
        return layer

    return f


def decorated(layer):
    @functools.wraps(print)
    def f(x):
        return layer

    return functools.lru_cache(f)


def nested_function(layer):
    def outer(x):
        def inner():
            return layer

        return inner()

    return outer


KEPT = []


def weak(make):
    def hide(layer):
        KEPT.append(layer)
        return make(layer)

    return hide


def with_attribute(layer):
    f = lambda x: x  # noqa: E731
    f.layer = layer
    return f


WAYS = {
    "list": lined,
    "tuple": lambda layer: (1, layer),
    "set": lambda layer: {layer},
    "frozenset": lambda layer: frozenset([layer]),
    "dict": lambda layer: {"a": layer},
    "key of a dict": lambda layer: {layer: 1},
    "ordered dict": lambda layer: collections.OrderedDict(a=layer),
    "default dict": lambda layer: collections.defaultdict(list, a=[layer]),
    "deque": lambda layer: collections.deque([layer]),
    "user dict": lambda layer: collections.UserDict(a=layer),
    "chain map": lambda layer: collections.ChainMap({}, {"a": layer}),
    "mapping proxy": lambda layer: types.MappingProxyType({"a": layer}),
    "named tuple": lambda layer: Pair(1, layer),
    "namespace": lambda layer: types.SimpleNamespace(layer=layer),
    "object array": object_array,
    "nested lists": lambda layer: [1, ("a", [{"b": layer}])],
    "dataclass": Data,
    "slots": Slots,
    "plain object": Plain,
    "object in an object": lambda layer: Plain(Plain(layer)),
    "list in an object": lambda layer: Plain([layer]),
    "callable object": Callable,
    "bound method": lambda layer: layer.forward,
    "bound method of an object": lambda layer: Plain(layer).method,
    "partial": lambda layer: functools.partial(print, layer),
    "partial of a module": lambda layer: functools.partial(getattr(layer, "forward", layer)),
    "keyword of a partial": lambda layer: functools.partial(print, layer=layer),
    "partial of a method": lambda layer: functools.partial(Plain(layer).method, 1),
    "closure of a lambda": lambda layer: lambda x: layer,
    "closure of a closure": lambda layer: lambda x: (lambda: layer)(),
    "nested function": nested_function,
    "lambda in a list": lambda layer: [lambda x: layer],
    "default": default,
    "keyword-only default": keyword_default,
    "attribute of a function": with_attribute,
    "decorated function": decorated,
    "composed functions": lambda layer: functools.partial(default(layer), 1),
    "iterator": lambda layer: itertools.cycle([layer]),
    "map": lambda layer: map(print, [layer]),
    "generator": lambda layer: (x for x in [layer]),
    "weak reference": weak(weakref.ref),
    "weak set": weak(lambda layer: weakref.WeakSet([layer])),
    "weak dict": weak(lambda layer: weakref.WeakValueDictionary({1: layer})),
    "weak method": weak(lambda layer: weakref.WeakMethod(layer.forward)),
    "weak proxy in a list": weak(lambda layer: [weakref.proxy(layer)]),
}
OF_MODULES = ["bound method", "partial of a module"]
OF_MODULES += [name for name in WAYS if name.startswith("weak")]


class Net(nn.Module):
    def __init__(self, **attributes):
        self.first = nn.Linear(2, 2, rng=0)
        for name, value in attributes.items():
            setattr(self, name, value)

    def forward(self, x):
        return self.first(x)


USES = [
    lambda net: list(net.parameters()),
    lambda net: net.state_dict(),
    lambda net: net.load_state_dict({}),
    lambda net: net.eval(),
    lambda net: net.float(),
]


@pytest.mark.parametrize("way", WAYS)
def test_a_hidden_module_is_refused_with_the_name_of_the_attribute(way):
    for number, use in enumerate(USES if way == "list" else USES[:2]):
        net = Net(act=WAYS[way](nn.Linear(2, 2, rng=number)))
        for outer in (net, nn.Sequential(net)):
            assert_refused(
                lambda use=use, outer=outer: use(outer),
                ag.OptionError,
                "Net.act",
                "hides the parameters",
                "nn.ModuleList",
                "self.layer = ...",
            )


@pytest.mark.parametrize("way", [way for way in WAYS if way not in OF_MODULES])
def test_a_hidden_parameter_is_refused(way):
    net = Net(act=WAYS[way](nn.Parameter(np.ones(2))))
    assert_refused(lambda: list(net.parameters()), ag.OptionError, "Net.act", "of a Parameter")


@pytest.mark.parametrize("way", WAYS)
def test_what_the_network_has_elsewhere_is_not_hidden(way):
    layer = nn.Linear(2, 2, rng=0)
    net = Net(second=layer, act=WAYS[way](layer))
    assert len(list(net.parameters())) == 4
    assert len(list(nn.Sequential(net).parameters())) == 4


@pytest.mark.parametrize("way", [way for way in WAYS if way not in OF_MODULES])
def test_a_parameter_that_the_network_has_elsewhere_is_not_hidden(way):
    weight = nn.Parameter(np.ones(2))
    assert len(list(Net(weight=weight, act=WAYS[way](weight)).parameters())) == 3


@pytest.mark.parametrize("way", WAYS)
def test_the_owner_is_not_hidden(way):
    net = Net()
    owner = nn.Sequential(net)
    net.owner = WAYS[way](owner)
    assert len(list(net.parameters())) == len(list(owner.parameters())) == 2


def test_attributes_of_a_class_are_refused():
    class Shared(nn.Module):
        layer = nn.Linear(2, 2)

        def forward(self, x):
            return self.layer(x)

    class Weight(Net):
        weight = nn.Parameter(1.0)

    class Inherited(Weight):
        pass

    class Listed(Net):
        layers = lined(nn.Linear(2, 2))

    class Default(Net):
        def forward(self, x, layer=nn.Linear(2, 2)):  # noqa: B008
            return layer(x)

    for kind, name in [
        (Shared, "layer"),
        (Weight, "weight"),
        (Inherited, "weight"),
        (Listed, "layers"),
        (Default, "forward"),
    ]:
        assert_refused(
            lambda kind=kind: list(kind().parameters()), ag.OptionError, f"{kind.__name__}.{name}"
        )


@pytest.mark.parametrize("wrap", [lambda f: f, staticmethod, property, functools.cached_property])
def test_closures_of_methods_are_refused(wrap):
    layer = nn.Linear(2, 2)

    class Closed(Net):
        helper = wrap(lambda x: layer(x))

    assert_refused(lambda: list(Closed().parameters()), ag.OptionError, "Closed.helper")


GLOBAL = nn.Linear(2, 2)
WEIGHT = nn.Parameter(1.0)


class ReadsGlobals(nn.Module):
    def forward(self, x):
        return GLOBAL(x)


class MentionsGlobals(nn.Module):
    def __init__(self):
        self.GLOBAL = nn.Linear(2, 2)

    def forward(self, x):
        return self.GLOBAL(x)

    def other(self):
        return WEIGHT


def test_global_parts_are_refused_where_they_are_read():
    for make in (ReadsGlobals, lambda: Net(act=lambda x: WEIGHT * x)):
        assert_refused(lambda make=make: list(make().parameters()), ag.OptionError, "hides")
    assert len(list(MentionsGlobals().parameters())) == 2


# Nothing is lost.


def frozen():
    return nn.Linear(2, 2).requires_grad_(False)


def logger_of(layer):
    logger = logging.Logger("a logger")
    logger.layer = layer
    return logger


HARMLESS = {
    "class": nn.Linear,
    "dict of classes": {"a": nn.Linear, "b": (nn.ReLU, nn.Tanh)},
    "function": ag.relu,
    "lambda": lambda x: ag.relu(x) * 2.0,
    "partial": functools.partial(ag.leaky_relu, negative_slope=0.1),
    "partial of a class": functools.partial(nn.Linear, 2, bias=False),
    "optimiser of others": nn.optim.SGD([nn.Parameter(1.0)], lr=0.1),
    "schedule": nn.optim.lr_scheduler.StepLR(nn.optim.SGD([nn.Parameter(1.0)], lr=0.1), 2),
    "activation in a closure": (lambda layer: lambda x: layer(x))(nn.ReLU()),
    "loss in an object": Plain(nn.CrossEntropyLoss()),
    "teacher in an object": Plain(frozen()),
    "teacher in a closure": default(frozen()),
    "result": nn.Linear(2, 2)(np.ones((1, 2))),
    "list of results": [nn.Linear(2, 2)(np.ones((1, 2)))],
    "generator of numbers": np.random.default_rng(0),
    "logger": logger_of(nn.Linear(2, 2)),
    "module of Python": types.ModuleType("a module"),
    "dead reference": weakref.ref(nn.Linear(2, 2)),
    "long list": [0.5] * 100_000,
    "cycle": (lambda cycle: [cycle.append(cycle), cycle][1])([1]),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_loses_nothing_is_an_attribute_like_any_other(what):
    net = Net(something=HARMLESS[what])
    assert len(list(net.parameters())) == 2
    net.eval()


def test_dropout_in_a_closure_is_refused_since_eval_does_not_reach_it():
    assert_refused(Net(act=default(nn.Dropout())).eval, ag.OptionError, "Net.act")


def test_a_callback_that_knows_the_network_is_not_an_alarm():
    net = Net()
    net.callback = Plain(net)
    net.trainer = lambda: list(net.parameters())
    net.optimizer = nn.optim.SGD(net.parameters(), lr=0.1)
    assert len(list(nn.Sequential(net).parameters())) == 2


def test_a_hook_is_not_searched():
    net, other = Net(), nn.Linear(2, 2)
    net.register_forward_hook(lambda module, inputs, output: other(output))
    assert len(list(net.parameters())) == 2


def test_a_weak_proxy_of_the_owner_is_no_part_of_its_own():
    net = Net()
    owner = nn.Sequential(net)
    net.owner = weakref.proxy(owner)
    assert list(owner.state_dict()) == ["0.first.weight", "0.first.bias"]


def test_a_method_of_a_part_beside_it_is_not_hidden():
    net = nn.Sequential(Net(), nn.Linear(2, 2))
    net[0].act = net[1].forward
    assert len(list(net.parameters())) == 4
