"""What Python knows beside the arguments: a compiled function never uses an old number.

Each case is a function that hides something, and what changes between two calls.  The result is
what the function itself gives then, or a CaptureError of one line.
"""

import argparse
import array
import collections
import configparser
import functools
import itertools
import os
import random
import sys
import threading
import time
import types
from dataclasses import dataclass

import numpy as np
import pytest

import autograd as ag
import nn

X = np.array([[1.0, -2.0], [0.5, 3.0]])
SCALE = 2.0
TABLE = np.array([1.0, 2.0])
SETTINGS = {"rate": 0.5}
COUNT = 0


def set_global(name, value):
    setattr(sys.modules[__name__], name, value)


def by_global():
    set_global("SCALE", 2.0)
    return lambda x: x * SCALE, lambda: set_global("SCALE", 3.0)


def by_nested_function():
    set_global("SCALE", 2.0)

    def inner(x):
        return x * SCALE

    return lambda x: inner(x) + 1.0, lambda: set_global("SCALE", 5.0)


def by_called_global_function():
    set_global("SCALE", 2.0)
    return lambda x: scaled(x) + 1.0, lambda: set_global("SCALE", 5.0)


def scaled(x):
    return x * SCALE


def by_lambda_inside():
    set_global("SCALE", 2.0)
    return lambda x: (lambda y: y * SCALE)(x), lambda: set_global("SCALE", 4.0)


def by_closure():
    scale = 2.0

    def change():
        nonlocal scale
        scale = -1.0

    return lambda x: x * scale, change


def by_list_in_closure():
    factors = [1.0, 2.0]
    return lambda x: x * sum(factors), lambda: factors.append(4.0)


def by_list_element():
    factors = [1.0, 2.0]
    return lambda x: x * factors[0], lambda: factors.__setitem__(0, 7.0)


def by_length_of_list():
    seen = [1]
    return lambda x: x * len(seen), lambda: seen.append(1)


def by_dict():
    SETTINGS["rate"] = 0.5
    return lambda x: x * SETTINGS["rate"], lambda: SETTINGS.update(rate=0.25)


def by_new_key():
    options = {}
    return lambda x: x * options.get("rate", 1.0), lambda: options.update(rate=0.25)


def by_set():
    on = {"scale"}
    return lambda x: x * 2.0 if "scale" in on else x, lambda: on.clear()


def by_deque():
    last = collections.deque([1.0, 2.0], maxlen=2)
    return lambda x: x * sum(last), lambda: last.append(9.0)


def by_array_as_operand():
    table = np.array([1.0, 2.0])
    return lambda x: x * table, lambda: table.__setitem__(0, 9.0)


def by_view_of_array():
    table = np.arange(6.0)
    return lambda x: x * table[2:4], lambda: table.__setitem__(2, 9.0)


def by_global_array():
    TABLE[:] = 1.0, 2.0
    return lambda x: x + TABLE, lambda: TABLE.__setitem__(1, -5.0)


def by_new_array():
    box = types.SimpleNamespace(table=np.array([1.0, 2.0]))
    return lambda x: x * box.table, lambda: setattr(box, "table", np.array([3.0, 4.0]))


def by_number_made_of_array():
    table = np.array([1.0, 2.0])
    return lambda x: x * float(table.max()), lambda: table.__setitem__(0, 9.0)


def by_array_made_of_array():
    table = np.array([1.0, 2.0])
    return lambda x: x * np.log(table), lambda: table.__setitem__(0, 9.0)


def by_large_array():
    table = np.ones((300, 300))
    return lambda x: x * table[:2, :2] * table.sum(), lambda: table.__setitem__((200, 200), 9.0)


def by_tensor_made_of_array():
    table = np.array([1.0, 2.0])
    return lambda x: ag.tensor(table) * x, lambda: table.__setitem__(0, 9.0)


def by_integer_index():
    box = [0]
    return lambda x: x[box[0]], lambda: box.__setitem__(0, 1)


def by_index_array():
    index = np.array([0, 1])
    return lambda x: x[index], lambda: index.__setitem__(0, 1)


def by_default():
    def f(x, scale=2.0):
        return x * scale

    return f, lambda: setattr(f, "__defaults__", (3.0,))


def by_attribute_of_function():
    def f(x):
        return x * f.scale

    f.scale = 2.0
    return f, lambda: setattr(f, "scale", 3.0)


class Scaler:
    """An object with an attribute, a class attribute, and a property."""

    shift = 0.0

    def __init__(self):
        self.scale = 2.0

    def __call__(self, x):
        return x * self.scale + self.shift

    def by_method(self, x):
        return self(x)

    @property
    def double(self):
        return 2 * self.scale


def by_object():
    scaler = Scaler()
    return scaler, lambda: setattr(scaler, "scale", 3.0)


def by_bound_method():
    scaler = Scaler()
    return scaler.by_method, lambda: setattr(scaler, "scale", 3.0)


def by_property():
    scaler = Scaler()
    return lambda x: x * scaler.double, lambda: setattr(scaler, "scale", 3.0)


def by_class_attribute():
    class Shifted(Scaler):
        shift = 1.0

    return Shifted(), lambda: setattr(Shifted, "shift", 2.0)


@dataclass(slots=True)
class Slotted:
    scale: float = 2.0


def by_slot():
    slotted = Slotted()
    return lambda x: x * slotted.scale, lambda: setattr(slotted, "scale", 3.0)


def by_partial():
    factors = [2.0]
    f = functools.partial(lambda factors, x: x * factors[0], factors)
    return f, lambda: factors.__setitem__(0, 3.0)


def by_exchanged_function():
    box = types.SimpleNamespace(f=ag.tanh)
    return lambda x: box.f(x), lambda: setattr(box, "f", ag.exp)


def by_module_of_python():
    config = types.ModuleType("users_config")
    config.scale = 2.0
    space = {"config": config}
    exec("def f(x):\n    return x * config.scale", space)
    return space["f"], lambda: setattr(config, "scale", 3.0)


def by_weight():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    return lambda x: x * w, lambda: setattr(w, "data", np.array([5.0, 6.0]))


def by_weight_in_place():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    return lambda x: x * w, lambda: w.data.__setitem__(0, 7.0)


def by_other_tensor():
    box = [ag.tensor([1.0, 2.0])]
    return lambda x: x * box[0], lambda: box.__setitem__(0, ag.tensor([3.0, 4.0]))


def by_frozen_weight():
    net = nn.Linear(2, 1, rng=0)
    f = ag.grad(lambda x: ag.sum(net(x) ** 2))
    return f, lambda: net.requires_grad_(False)


# Where options are kept


def by_parsed_arguments():
    options = argparse.Namespace(rate=2.0)
    return lambda x: x * options.rate, lambda: setattr(options, "rate", 3.0)


def by_chain_of_dicts():
    first = {"rate": 2.0}
    options = collections.ChainMap({}, first)
    return lambda x: x * options["rate"], lambda: first.update(rate=3.0)


def by_users_dict():
    options = collections.UserDict(rate=2.0)
    return lambda x: x * options["rate"], lambda: options.update(rate=3.0)


def by_proxy_of_dict():
    options = {"rate": 2.0}
    proxy = types.MappingProxyType(options)
    return lambda x: x * proxy["rate"], lambda: options.update(rate=3.0)


def by_configuration():
    options = configparser.ConfigParser()
    options.read_dict({"all": {"rate": "2.0"}})
    return lambda x: x * options.getfloat("all", "rate"), lambda: options.set("all", "rate", "3")


def by_environment_variable():
    os.environ["GLASSGRAD_TEST_RATE"] = "2.0"
    change = functools.partial(os.environ.update, GLASSGRAD_TEST_RATE="3.0")
    return lambda x: x * float(os.environ["GLASSGRAD_TEST_RATE"]), change


def by_keywords_of_partial():
    f = functools.partial(lambda x, rate: x * rate, rate=2.0)
    return f, lambda: f.keywords.update(rate=3.0)


def by_array_of_python():
    rates = array.array("d", [2.0])
    return lambda x: x * rates[0], lambda: rates.__setitem__(0, 3.0)


def by_array_of_objects():
    rates = np.array([[2.0], None], object)
    return lambda x: x * rates[0][0], lambda: rates[0].__setitem__(0, 3.0)


def by_element_of_set():
    rates = {2.0}

    def change():
        rates.clear()
        rates.add(3.0)

    return lambda x: x * sum(rates), change


# Operators and other methods with underscores


class Operators:
    """An object that is what SCALE says."""

    def __new__(cls):
        made = super().__new__(cls)
        made.scale = SCALE
        return made

    def __mul__(self, x):
        return x * SCALE

    def __len__(self):
        return int(SCALE)

    def __bool__(self):
        return SCALE > 2.5

    def __get__(self, owner, kind=None):
        return SCALE


def by_operator():
    set_global("SCALE", 2.0)
    thing = Operators()
    return lambda x: thing * x, lambda: set_global("SCALE", 3.0)


def by_length():
    set_global("SCALE", 2.0)
    thing = Operators()
    return lambda x: x * len(thing), lambda: set_global("SCALE", 3.0)


def by_truth():
    set_global("SCALE", 2.0)
    thing = Operators()
    return lambda x: x * 5.0 if thing else x, lambda: set_global("SCALE", 3.0)


def by_made_object():
    set_global("SCALE", 2.0)
    return lambda x: x * Operators().scale, lambda: set_global("SCALE", 3.0)


def by_descriptor():
    set_global("SCALE", 2.0)

    class Holder:
        scale = Operators()

    holder = Holder()
    return lambda x: x * holder.scale, lambda: set_global("SCALE", 3.0)


# Names that are found as the function runs


def by_name_in_quotes():
    set_global("SCALE", 2.0)
    return lambda x: x * globals()["SCALE"], lambda: set_global("SCALE", 3.0)


def users_module():
    """Return a module of the user's in a package, which is loaded."""
    names = "users_package", "users_package.settings"
    package, settings = (sys.modules.setdefault(name, types.ModuleType(name)) for name in names)
    package.settings, settings.scale = settings, 2.0
    return settings, lambda: setattr(settings, "scale", 3.0)


def by_import_inside():
    _, change = users_module()

    def f(x):
        from users_package.settings import scale

        return x * scale

    return f, change


def by_module_in_package():
    _, change = users_module()
    space = {"users_package": sys.modules["users_package"]}
    exec("def f(x):\n    return x * users_package.settings.scale", space)
    return space["f"], change


def by_module_in_closure():
    settings, change = users_module()
    return lambda x: x * settings.scale, change


def by_exchanged_code():
    def f(x):
        return x * 2.0

    def other(x):
        return x * 3.0

    return lambda x: f(x), lambda: setattr(f, "__code__", other.__code__)


def by_what_is_learned():
    w = ag.tensor(1.0, requires_grad=True)
    return lambda x: x * (2.0 if w.requires_grad else 3.0), lambda: setattr(
        w, "requires_grad", False
    )


# Small arrays that are operands, and that Python looks at, too


def by_branch_on_array():
    table = np.array([1.0, 2.0])
    return lambda x: x * table if table.max() > 0 else -x, lambda: table.__imul__(-1.0)


def by_place_in_array():
    table = np.array([1.0, 2.0])
    return lambda x: x * table * int(table.argmax()), lambda: table.__setitem__(0, 9.0)


def by_element_of_operand():
    table = np.array([1.0, 2.0])
    return lambda x: x * table * float(table[0]), lambda: table.__setitem__(0, 9.0)


def by_weights_of_a_network():
    net = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh())
    return net, lambda: setattr(net[0].weight, "data", net[0].weight.data * 2)


def by_p_of_dropout():
    net = nn.Sequential(nn.Dropout(0.0, rng=0))
    return net, lambda: setattr(net[0], "p", 1.0)


def by_mode():
    net = nn.Sequential(nn.BatchNorm1d(2))
    return net, lambda: net.eval()


def by_exchanged_layer():
    net = nn.Sequential(nn.Linear(2, 2, rng=0))
    return net, lambda: net.__setitem__(0, nn.Linear(2, 2, rng=1))


def by_epsilon():
    net = nn.LayerNorm(2)
    return net, lambda: setattr(net, "eps", 0.1)


def through_a_transform():
    scale = [2.0]
    return ag.grad(lambda x: ag.sum(x**2) * scale[0]), lambda: scale.__setitem__(0, 3.0)


def through_another_compiled_function():
    scale = [2.0]
    return ag.compile(lambda x: x * scale[0]), lambda: scale.__setitem__(0, 3.0)


def by_users_primitive():
    slope = [2.0]

    @ag.primitive(vjps=(lambda ct, out, x: ct * slope[0],))
    def line(x):
        return x * slope[0]

    return ag.grad(lambda x: ag.sum(line(x))), lambda: slope.__setitem__(0, 3.0)


# References that change to an object which was met before


class Switched:
    def __init__(self):
        self.first, self.second = {"k": 1.0}, {"k": 5.0}
        self.now = self.first

    def __call__(self, x):
        return x * self.now["k"]


def by_reference_to_a_known_object():
    switched = Switched()
    return switched, lambda: setattr(switched, "now", switched.second)


def by_order_of_known_functions():
    layers = [ag.tanh, ag.exp, ag.tanh]

    def f(x):
        for layer in layers:
            x = layer(x)
        return x

    return f, lambda: layers.__setitem__(2, ag.exp)


# Classes, slots and containers with attributes


def by_attribute_of_a_subclass_that_is_new():
    class Base:
        rate = 2.0

    class Derived(Base):
        pass

    thing = Derived()
    return lambda x: x * thing.rate, lambda: setattr(Derived, "rate", 5.0)


class Private:
    __slots__ = ("__scale", "later")

    def __init__(self):
        self.__scale = 2.0

    def grow(self):
        self.__scale = 5.0

    def __call__(self, x):
        return x * self.__scale * getattr(self, "later", 1.0)


def by_private_slot():
    thing = Private()
    return thing, thing.grow


def by_slot_that_was_empty():
    thing = Private()
    return thing, lambda: setattr(thing, "later", 3.0)


def by_attribute_of_a_container():
    class Options(dict):
        rate = 2.0

    class Table(np.ndarray):
        pass

    options, table = Options(), np.ones(2).view(Table)
    table.scale = 2.0

    def change():
        options.rate, table.scale = 3.0, 4.0

    return lambda x: x * options.rate * table.scale, change


def by_shape_of_a_table():
    table = np.array([[1.0, 2.0]])
    return lambda x: x * table.shape[0] + table.sum(), lambda: setattr(table, "shape", (2, 1))


# Large arrays that Python has also computed with


def by_largest_of_a_large_operand():
    table = np.ones((100, 100))

    def change():
        table[:] = 2.0

    return lambda x: ag.sum(x) * table / table.max(), change


def by_mask_of_a_large_operand():
    table = np.ones((100, 100))

    def change():
        table[:] = -2.0

    return lambda x: ag.sum(x) * table + ag.sum(x * 0 + (table > 0).sum()), change


CHANGES = [value for name, value in list(globals().items()) if name.startswith(("by_", "through_"))]


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case.__name__)
def test_what_changes_is_seen(case):
    f, change = case()
    compiled = ag.compile(f)
    np.testing.assert_allclose(raw(compiled(X)), raw(f(X)), rtol=1e-12)
    change()
    now = raw(f(X))
    for _ in range(2):
        np.testing.assert_allclose(raw(compiled(X)), now, rtol=1e-12)


def raw(x):
    return x.data if isinstance(x, ag.Tensor) else x


def test_dropout_draws_as_the_network_does():
    nets = [nn.Sequential(nn.Dropout(0.5, rng=0)) for _ in range(2)]
    compiled = ag.compile(nets[0])
    for _ in range(4):
        np.testing.assert_array_equal(raw(compiled(X)), raw(nets[1](X)))


# What changes by itself is refused.


def of_random():
    return lambda x: x * np.random.rand()  # noqa: NPY002


def of_pythons_random():
    return lambda x: x * random.random()


def of_the_time():
    return lambda x: x * time.perf_counter()


def of_a_generator():
    rng = np.random.default_rng(0)
    return lambda x: x + rng.normal(size=x.shape)


def of_a_counter():
    def f(x):
        global COUNT
        COUNT += 1
        return x * COUNT

    return f


def of_an_iterator():
    counts = itertools.count(1)
    return lambda x: x * next(counts)


def of_a_list_that_grows():
    def f(x, seen=[]):  # noqa: B006
        seen.append(1)
        return x * len(seen)

    return f


def of_alternating_operations():
    calls = itertools.count()
    return lambda x: ag.tanh(x) if next(calls) % 2 else ag.exp(x)


def of_a_memory_of_tensors():
    memory = {}

    def f(x):
        if "square" not in memory:
            memory["square"] = x * x
        return memory["square"] + x

    return f


def of_new_weights():
    return lambda x: nn.Linear(2, 1)(x)


def of_item():
    return lambda x: x * ag.sum(x).item()


def of_a_branch():
    return lambda x: x if ag.sum(x) > 0 else -x


def of_numpy():
    return lambda x: x * np.asarray(ag.sum(x))


def of_a_branch_on_state():
    w = ag.tensor(2.0, requires_grad=True)
    return lambda x: x * w if w > 0 else x


def of_data_of_state():
    w = ag.tensor(2.0, requires_grad=True)
    return lambda x: x * w.data


def of_a_number_of_state():
    net = nn.Linear(2, 1, rng=0)
    return lambda x: net(x) * ag.max(net.weight).item()


def of_an_iterator_over_equal_numbers():
    numbers = iter([1.0, 1.0, 1.0, 5.0])
    return lambda x: x * next(numbers)


def of_a_number_whose_refusal_is_caught():
    def f(x):
        try:
            total = float(ag.sum(x))
        except Exception:
            total = 0.0
        return x * total

    return f


def of_an_array_that_is_filled():
    def f(x):
        out = np.zeros(len(x))
        for i in range(len(x)):
            out[i] = ag.sum(x[i])
        return out

    return f


REFUSED = [value for name, value in list(globals().items()) if name.startswith("of_")]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.__name__)
def test_what_would_be_fixed_is_refused(case):
    with pytest.raises(ag.CaptureError, match=r"^compile: [^\n]*$") as caught:
        ag.compile(case())(X)
    assert ";" in str(caught.value), "the remedy"


def test_a_refused_function_stays_refused():
    compiled = ag.compile(of_item())
    for _ in range(2):
        with pytest.raises(ag.CaptureError):
            compiled(X)


def test_equal_numbers_need_no_new_program():
    box = [2.5]
    compiled = ag.compile(lambda x: x * box[0])
    compiled(X)
    before = compiled.program
    box[0] = float("2.5")
    compiled(X)
    assert compiled.program is before


def test_two_modes_have_two_programs_that_stay():
    net = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Dropout(0.5, rng=0))
    compiled = ag.compile(net)
    programs = []
    for training in (True, False, True, False):
        net.train(training)
        compiled(X)
        programs.append(compiled.program)
    assert programs[0] is programs[2]
    assert programs[1] is programs[3]


# Random numbers

RNG = np.random.default_rng(5)


class Noisy(nn.Module):
    """Draws with a method of its generator."""

    def __init__(self):
        self.linear = nn.Linear(2, 2, rng=0)
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        return self.linear(x) + self.rng.normal(size=(2, 2))


class OfTheClass(nn.Module):
    rng = np.random.default_rng(0)

    def __init__(self):
        self.linear = nn.Linear(2, 2, rng=0)

    def forward(self, x):
        return self.linear(x) * self.rng.uniform()


def draws_from_an_attribute():
    return Noisy()


def draws_from_a_class():
    return OfTheClass()


def draws_from_a_global():
    return lambda x: x * RNG.uniform()


def draws_in_a_function_inside():
    return lambda x: (lambda y: y * RNG.uniform())(x)


def draws_from_numpy():
    return lambda x: x * np.random.rand(2)  # noqa: NPY002


def draws_from_a_method():
    from numpy.random import rand

    return lambda x: x * rand()  # noqa: NPY002


def draws_from_random():
    return lambda x: x * random.random()


def draws_from_an_object_of_random():
    numbers = random.Random(0)
    return lambda x: x * numbers.gauss(0.0, 1.0)


def draws_from_a_random_state():
    numbers = np.random.RandomState(0)
    return lambda x: x * numbers.rand()


def draws_and_only_looks():
    return lambda x: x if np.random.rand() < 2.0 else -x  # noqa: NPY002


def draws_before_it_draws():
    rng = np.random.default_rng(0)
    return lambda x: x * rng.uniform() + ag.random.normal(size=2, rng=rng)


OWN = [value for name, value in list(globals().items()) if name.startswith("draws_")]


@pytest.mark.parametrize("apply", [ag.capture, lambda f, x: ag.compile(f)(x)], ids=["1", "2"])
@pytest.mark.parametrize("case", OWN, ids=lambda case: case.__name__)
def test_a_method_of_a_generator_is_refused(case, apply):
    with pytest.raises(ag.CaptureError, match=r"draws from .*; write ag\.random\.normal\(.*rng="):
        apply(case(), X)


def test_a_seed_inside_gives_the_same_numbers_each_time():
    f = lambda x: x + ag.random.normal(size=2, rng=np.random.default_rng(3))  # noqa: E731
    compiled = ag.compile(f)
    for _ in range(3):
        np.testing.assert_array_equal(raw(compiled(X)), raw(f(X)))


def test_a_layer_that_is_made_inside_drops_the_same_each_time():
    f = lambda x: nn.Dropout(0.5, rng=3)(x)  # noqa: E731
    compiled = ag.compile(f)
    for _ in range(3):
        np.testing.assert_array_equal(raw(compiled(X)), raw(f(X)))


def test_a_generator_without_a_seed_inside_is_refused():
    with pytest.raises(ag.CaptureError, match=r"^compile: [^\n]*ag\.random"):
        ag.compile(lambda x: x + ag.random.normal(size=2, rng=np.random.default_rng()))(X)


def test_draws_of_ag_random_follow_the_generator():
    rngs = [np.random.default_rng(0) for _ in range(2)]
    f, g = (lambda x, r=r: x + ag.random.normal(size=2, rng=r) for r in rngs)
    compiled = ag.compile(f)
    for _ in range(3):
        np.testing.assert_array_equal(raw(compiled(X)), raw(g(X)))


def test_no_generator_moves_while_a_function_is_refused():
    net = Noisy()
    before = net.rng.bit_generator.state
    with pytest.raises(ag.CaptureError):
        ag.compile(net)(X)
    assert net.rng.bit_generator.state == before


# Arrays that a function changes in place


def in_place_of_an_argument(x, y):
    x -= 0.5 * y
    return x


def in_place_of_a_result(x, y):
    z = x * y
    z += 1.0
    return z


def in_place_of_an_element_of_a_list(x, y):
    both = [x, y]
    both[0] *= 2.0
    return both[0]


IN_PLACE = [value for name, value in list(globals().items()) if name.startswith("in_place_")]


@pytest.mark.parametrize("f", IN_PLACE, ids=lambda f: f.__name__)
def test_an_array_that_is_changed_in_place_is_refused(f):
    x = X.copy()
    with pytest.raises(
        ag.CaptureError, match=r"changed in place at '.*=.*' .*; write x = x .* ret"
    ):
        ag.compile(f)(x, X)
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize("f", IN_PLACE, ids=lambda f: f.__name__)
def test_a_tensor_gets_a_new_name_where_it_seems_to_change(f):
    x, y = ag.tensor(X), ag.tensor(2 * X)
    np.testing.assert_array_equal(ag.compile(f)(x, y).data, f(x, y).data)
    np.testing.assert_array_equal(x.data, X)


def test_a_number_gets_a_new_name_where_it_seems_to_change():
    def f(x):
        total = ag.sum(x)
        total += 1.0
        return total

    assert ag.compile(f)(X) == f(X)


def test_what_a_transform_differentiates_gets_a_new_name():
    def loss(w):
        scaled = w * X
        scaled *= 2.0
        return ag.sum(scaled**2)

    f = ag.grad(loss)
    np.testing.assert_array_equal(ag.compile(f)(X), f(X))


def test_a_check_stays_though_no_result_depends_on_it():
    f = lambda x, c: ag.hessian(lambda x: nn.multi_margin_loss(x, c))(x)  # noqa: E731
    compiled = ag.compile(f)
    assert compiled(np.zeros(3), np.array(1)).shape == (3, 3)
    for run in (f, compiled):
        with pytest.raises(ag.IndexingError):
            run(np.zeros(3), np.array(3))


# What a function changes beside its results


def changes_history():
    history = []

    def f(x):
        history.append(1)
        return x * 2.0

    return f


def changes_self_calls():
    class Counting:
        calls = 0

        def __call__(self, x):
            self.calls += 1
            return x * 2.0

    counting = Counting()
    return counting.__call__


def changes_COUNT():
    def f(x):
        global COUNT
        COUNT += 1
        return x * 2.0

    return f


def changes_table():
    table = np.zeros(3)

    def f(x):
        table[0] += 1.0
        return x * 2.0

    return f


def changes_seen():
    seen = set()

    def f(x):
        seen.add(len(seen))
        return x * 2.0

    return f


def changes_SETTINGS():
    def f(x):
        SETTINGS["steps"] = SETTINGS.get("steps", 0) + 1
        return x * 2.0

    return f


EFFECTS = [value for name, value in list(globals().items()) if name.startswith("changes_")]


@pytest.mark.parametrize("case", EFFECTS, ids=lambda case: case.__name__)
def test_what_a_function_changes_is_named(case):
    name = case.__name__.removeprefix("changes_").replace("self_", "self.")
    with pytest.raises(ag.CaptureError, match=rf"^compile: [^\n]* changes {name}\b[^\n]*; return"):
        ag.compile(case())(X)


def test_what_is_kept_the_first_time_alone_is_kept():
    memory = {}

    def f(x):
        if "factor" not in memory:
            memory["factor"] = np.full(2, 3.0)
        return x * memory["factor"]

    compiled = ag.compile(f)
    for _ in range(3):
        np.testing.assert_array_equal(compiled(X), 3 * X)


T = 1.0


def test_an_attribute_is_not_a_global_of_its_name():
    set_global("T", 1.0)
    compiled = ag.compile(lambda x: x.T * 2.0)
    compiled(X)
    before = compiled.program
    set_global("T", [X])
    np.testing.assert_array_equal(compiled(X), 2 * X.T)
    assert compiled.program is before


# Results that would have a graph


def test_a_result_that_depends_on_weights_says_that_it_has_no_graph():
    net = nn.Linear(2, 1, rng=0)
    compiled = ag.compile(lambda x: ag.mean(net(x)))
    for _ in range(2):
        loss = compiled(X) * 2.0
        assert loss.requires_grad
        np.testing.assert_array_equal(loss.data, 2.0 * ag.mean(net(X)).data)
        for backward in (loss.backward, lambda: ag.gradients(loss, [net.weight])):  # noqa: B023
            with pytest.raises(ag.GradientError, match=r"^compile: the result .* nn\.compile\("):
                backward()
    with ag.no_grad():
        assert not compiled(X).requires_grad


def test_a_program_made_without_a_graph_says_so_where_one_is_asked_for():
    net = nn.Linear(2, 1, rng=0)
    compiled = ag.compile(lambda x: ag.mean(net(x)))
    with ag.no_grad():
        compiled(X)
    assert compiled(X).requires_grad


def test_predictions_without_a_graph_are_constants():
    net = nn.Linear(2, 1, rng=0)

    def predict(x):
        with ag.no_grad():
            return net(x)

    assert not ag.compile(predict)(X).requires_grad
    assert not ag.compile(lambda x: ag.mean(net(x)).detach())(X).requires_grad


def test_numbers_that_are_returned_as_they_are_stay_what_they_are():
    f = lambda x: (x, [1, 2.0, True])  # noqa: E731
    compiled = ag.compile(f)
    for _ in range(2):
        numbers = compiled(X)[1]
        assert [(type(n), n) for n in numbers] == [(int, 1), (float, 2.0), (bool, True)]


def test_a_float_that_python_reads_says_what_to_pass():
    with pytest.raises(ag.CaptureError, match=r"float of the arguments at 'n > .*, pass an int"):
        ag.compile(lambda x, n: x if n > 1.0 else -x)(X, 2.0)


class Keeping(nn.Module):
    def __init__(self):
        self.linear = nn.Linear(2, 2, rng=0)
        self.last = None

    def forward(self, x):
        self.last = self.linear(x)
        return ag.tanh(self.last)


def test_a_captured_tensor_that_a_module_would_keep_is_refused_by_name():
    with pytest.raises(ag.CaptureError, match=r"Keeping\.last becomes a captured tensor"):
        ag.compile(Keeping())(np.ones((1, 2)))


def doubles_an_item(tree):
    tree["x"] = tree["x"] * 2.0
    return ag.sum(tree["x"])


@pytest.mark.parametrize(
    ("f", "tree", "place"),
    [
        (doubles_an_item, {"x": X}, r"args\[0\]\['x'\]"),
        (lambda tree: tree.append(tree[0]) or tree[0] * 2, [X], r"args\[0\]\[1\]"),
        (lambda tree: tree.pop() * 2.0, [X, X], r"args\[0\]\[1\]"),
    ],
)
@pytest.mark.parametrize("apply", [ag.capture, lambda f, x: ag.compile(f)(x)], ids=["1", "2"])
def test_a_list_or_dict_of_the_arguments_that_is_changed_is_refused(f, tree, place, apply):
    with pytest.raises(ag.CaptureError, match=rf"the function changes {place}, [^\n]*; return"):
        apply(f, tree)


def test_a_tensor_among_the_arguments_cannot_be_assigned_to():
    def f(a):
        ag.assign(a, a + 1)
        return a * 2

    for apply in (ag.capture, lambda f, x: ag.compile(f)(x)):
        with pytest.raises(ag.CaptureError, match=r"^assign: an argument is assigned to [^\n]*;"):
            apply(f, ag.tensor([1.0, 2.0]))


def test_a_gradient_uses_the_weight_of_before_an_assignment():
    def f(x):
        cube = ag.sum(a * a * a * x)
        ag.assign(a, a.detach() + 1.0)
        return ag.gradients(cube, [a])[0]

    a = ag.tensor(np.arange(2.0), requires_grad=True)
    np.testing.assert_array_equal(raw(ag.compile(f)(X[0])), [0.0, 3.0 * -2.0])


@pytest.mark.parametrize("second", [False, True])
def test_a_product_with_a_constant_requires_no_gradient(second):
    w = ag.tensor(np.ones(2), requires_grad=True)
    compiled = ag.compile(lambda x: x * w.detach() if second else w.detach() * x)
    assert not compiled(X).requires_grad


def test_python_would_refuse_to_divide_by_0_where_numpy_does_not():
    compiled = ag.compile(lambda a, b: a / b)
    assert compiled(1.0, 2.0) == 0.5
    with np.errstate(divide="ignore"):
        assert compiled(1.0, 0.0) == np.inf
        assert ag.evaluate(ag.capture(lambda a: 1 / a, 2.0), 0.0) == np.inf
        assert ag.evaluate(ag.capture(lambda a, b: a**b, 0.0, -1.0), 0.0, -2.0) == np.inf


def test_numbers_in_another_order_of_bytes_are_arguments():
    np.testing.assert_array_equal(ag.compile(lambda a: a * 2.0)(X.astype(">f8")), 2 * X)


def test_a_class_among_the_arguments_is_part_of_the_program():
    compiled = ag.compile(lambda x, dtype: ag.astype(x, dtype))
    assert [compiled(X, d).dtype for d in (np.float32, np.float64)] == [np.float32, np.float64]


def test_axes_may_be_integers_of_numpy():
    compiled = ag.compile(lambda x: ag.sum(x * 2, axis=np.int64(1)))
    np.testing.assert_array_equal(compiled(X), 2 * X.sum(1))
    compiled = ag.compile(lambda x: ag.max(x, axis=(np.int64(0), np.int64(1))))
    assert compiled(X) == X.max()


class Doubling(dict):
    def __getitem__(self, key):
        return 2.0 * super().__getitem__(key)


def test_containers_keep_their_classes():
    compiled = ag.compile(lambda p: collections.OrderedDict(y=p["x"] * 3.0))
    found = compiled(Doubling(x=X))
    assert type(found) is collections.OrderedDict
    for _ in range(2):
        np.testing.assert_array_equal(compiled(Doubling(x=X))["y"], 6 * X)


def test_the_arguments_beside_the_function_are_refused():
    with pytest.raises(ag.OptionError, match=r"^compile: the backend is a ndarray; [^\n]*$"):
        ag.compile(lambda x: x, X)


def test_threads_that_write_one_tensor_lose_nothing():
    total = ag.tensor(0.0)

    @ag.compile
    def add(x):
        ag.assign(total, total + 1.0)
        return ag.sum(x)

    shapes = [np.zeros(n) for n in range(1, 5)]
    for x in shapes:
        add(x)
    threads = [threading.Thread(target=lambda x=x: [add(x) for _ in range(200)]) for x in shapes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total.item() == 4 * 201


def test_a_function_that_writes_is_not_called_inside_of_itself():
    total, inside = ag.tensor(0.0), threading.Event()

    @ag.primitive(vjps=(lambda ct, out, x: ct,))
    def again(x):
        if inside.is_set():
            inside.clear()
            add(x)
        return x * 1.0

    @ag.compile
    def add(x):
        ag.assign(total, total + 1.0)
        return again(x)

    add(X)
    inside.set()
    with pytest.raises(ag.CaptureError, match=r"^compile: the function is called inside of itself"):
        add(X)


def test_parameters_may_have_names_that_python_does_not_take():
    @ag.primitive(vjps=(lambda ct, out, x, **options: ct * options["lambda"],))
    def scaled_by(x, **options):
        return x * options["lambda"]

    @ag.compile
    def f(x):
        return scaled_by(x, **{"lambda": 3.0})

    np.testing.assert_array_equal(f(X), 3 * X)


class Tools:
    """Has a method that names installed packages, which are large."""

    def __call__(self, x):
        return x * 2.0

    def compare(self):
        return pytest.raises, ag.testing, np.testing


def test_installed_packages_are_not_looked_into():
    compiled = ag.compile(Tools())
    np.testing.assert_array_equal(compiled(X), 2 * X)
    assert len(compiled._latest.environment.references) < 100
