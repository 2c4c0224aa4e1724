"""Modules: what they find, keep, freeze, name and show."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused


class Net(nn.Module):
    def __init__(self, rng=None):
        rng = nn.init.generator(rng)
        self.scale = nn.Parameter(2.0)
        self.encoder = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.BatchNorm1d(4), nn.Tanh())
        self.heads = nn.ModuleList(nn.Linear(4, n, rng=rng) for n in (1, 2))

    def forward(self, x):
        hidden = self.encoder(x) * self.scale
        return [head(hidden) for head in self.heads]


NAMES = [
    "scale",
    "encoder.0.weight",
    "encoder.0.bias",
    "encoder.1.weight",
    "encoder.1.bias",
    "heads.0.weight",
    "heads.0.bias",
    "heads.1.weight",
    "heads.1.bias",
]
BUFFERS = [f"encoder.1.{n}" for n in ("running_mean", "running_var", "num_batches_tracked")]


def rows(n=5, d=3, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_parameters_are_found_by_their_paths():
    assert [name for name, _ in Net().named_parameters()] == NAMES


def test_parameters_know_their_paths():
    assert [p.name for p in Net().parameters()] == NAMES


def test_a_part_that_is_added_late_knows_its_path():
    net = Net()
    net.encoder.append(nn.Linear(4, 4))
    assert net.encoder[3].weight.name == "encoder.3.weight"


def test_buffers_are_found_by_their_paths():
    assert [name for name, _ in Net().named_buffers()] == BUFFERS


def test_the_state_has_parameters_and_buffers_module_by_module():
    assert list(Net().state_dict()) == NAMES[:5] + BUFFERS + NAMES[5:]


def test_modules_are_found_by_their_paths():
    paths = [path for path, _ in Net().named_modules()]
    inside = ["encoder", "encoder.0", "encoder.1", "encoder.2", "heads", "heads.0", "heads.1"]
    assert paths == ["", *inside]


def test_a_parameter_that_two_parts_share_is_learned_once():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    assert len(list(net.parameters())) == 3
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_a_module_that_stands_in_two_places_has_both_names_in_the_state():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.Tanh(), layer)
    assert len(list(net.parameters())) == 2
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_a_part_may_know_its_owner():
    net = nn.Sequential(nn.Linear(2, 2))
    net[0].owner = net
    assert list(net.state_dict()) == ["0.weight", "0.bias"]
    assert len(list(net.modules())) == 2


def test_a_parameter_can_be_taken_away():
    layer = nn.Linear(2, 2)
    layer.bias = None
    assert list(layer.state_dict()) == ["weight"]
    del layer.weight
    assert list(layer.parameters()) == []


@pytest.mark.parametrize("hidden", [[nn.ReLU()], (nn.Parameter(1.0),), {"a": nn.ReLU()}])
def test_a_plain_list_of_modules_is_refused_where_its_parameters_would_be_lost(hidden):
    class Forgetful(nn.Module):
        def __init__(self):
            self.layers = hidden

    with pytest.raises(ag.OptionError, match=r"Forgetful\.layers: a plain .* nn\.ModuleList"):
        list(Forgetful().parameters())


@pytest.mark.parametrize(
    "hidden", [{"blocks": [nn.ReLU()]}, [[nn.ReLU()]], [1, (nn.Parameter(1.0),)]]
)
def test_modules_deep_in_lists_are_found_out_too(hidden):
    net = nn.Sequential(nn.Linear(1, 1))
    net.layers = hidden
    with pytest.raises(ag.OptionError, match="hides the parameters"):
        net.state_dict()


def test_a_list_of_other_things_is_an_attribute_like_any_other():
    net = nn.Linear(1, 1)
    net.history = [0.5] * 10_000
    net.names = {"a": [1, 2]}
    assert len(list(net.parameters())) == 2


def test_a_leaf_that_requires_a_gradient_but_is_not_a_parameter_is_refused():
    net = nn.Linear(1, 1)
    with pytest.raises(ag.OptionError, match=r"Linear\.extra: .* nn\.Parameter"):
        net.extra = ag.tensor(1.0, requires_grad=True)
    net.cached = net([1.0])  # a result is not learned
    net.constant = ag.tensor(1.0)


def test_a_parameter_is_not_replaced_by_something_else():
    net = nn.Linear(1, 1)
    with pytest.raises(ag.OptionError, match=r"Linear\.weight: .* weight\.data = "):
        net.weight = np.ones((1, 1))
    net.weight = nn.Parameter([[2.0]])
    assert net([1.0]).data == pytest.approx(2.0 + net.bias.data)


@pytest.mark.parametrize("name", ["parameters", "train", "modules", "state_dict", "to", "float"])
def test_the_name_of_a_method_is_not_an_attribute(name):
    with pytest.raises(ag.OptionError, match=rf"Linear\.{name}: this is the name of something"):
        setattr(nn.Linear(1, 1), name, nn.Tanh())


@pytest.mark.parametrize("name", ["requires_grad", "trainable"])
def test_freezing_by_an_attribute_is_refused_with_the_remedy(name):
    with pytest.raises(ag.OptionError, match=r"requires_grad_\(False\)"):
        setattr(nn.Linear(1, 1), name, False)


@pytest.mark.parametrize("symbol", ["+", "-", "*", "/", "**", "@"])
def test_a_parameter_is_not_changed_in_place(symbol):
    assert_refused(
        lambda: exec(f"p {symbol}= 2.0", {"p": nn.Parameter(1.0)}),
        ag.ImmutableError,
        f"write p.data = p.data {symbol} ...",
    )


@pytest.mark.parametrize("dtype", [int, "cuda", bool])
def test_parameters_do_not_become_anything_but_floats(dtype):
    net = nn.Linear(1, 1, rng=0)
    before = net.state_dict()
    assert_refused(lambda: net.to(dtype), ag.OptionError, "dtype")
    np.testing.assert_array_equal(net.weight.data, before["weight"])


def test_a_mode_that_is_not_a_bool_is_refused():
    assert_refused(lambda: nn.Tanh().train("no"), ag.OptionError, "mode='no' must be True or False")


def test_a_hook_that_is_not_a_function_is_refused():
    assert_refused(
        lambda: nn.Tanh().register_forward_hook("x"), ag.OptionError, "'x' is not a function"
    )


def test_a_forward_without_return_is_refused():
    class Forgetful(nn.Module):
        def forward(self, x):
            ag.exp(x)

    assert_refused(
        lambda: Forgetful()(1.0), ag.UnsupportedError, "Forgetful: forward returned nothing"
    )


def test_of_several_places_the_first_names_a_shared_module():
    class Tied(nn.Module):
        def __init__(self):
            self.encode = nn.Linear(2, 2)
            self.decode = self.encode

    net = nn.Sequential(Tied())
    assert [name for name, _ in net.named_parameters()] == ["0.encode.weight", "0.encode.bias"]
    assert [p.name for p in net.parameters()] == ["0.encode.weight", "0.encode.bias"]
    with pytest.raises(ag.ShapeError, match=r"^Linear 0\.encode:"):
        net[0].decode(np.ones(3))


def test_a_frozen_parameter_takes_no_step_with_an_older_gradient():
    net = nn.Linear(2, 1, rng=0)
    optimizer = nn.optim.SGD(net.parameters(), lr=1.0)
    ag.sum(net(rows(d=2))).backward()
    before = net.requires_grad_(False).state_dict()
    optimizer.step()
    np.testing.assert_array_equal(net.weight.data, before["weight"])


def test_a_state_with_no_name_in_common_is_refused_without_strict_too():
    with pytest.raises(nn.StateError, match="unexpected: other"):
        nn.Linear(2, 1).load_state_dict({"other": 1.0}, strict=False)


def test_a_state_is_a_copy():
    net = nn.Linear(2, 2)
    state = net.state_dict()
    state["weight"][:] = 0
    assert np.all(net.weight.data != 0)


def test_a_loaded_state_is_a_copy():
    net, state = nn.Linear(2, 2), {"weight": np.ones((2, 2)), "bias": np.ones(2)}
    net.load_state_dict(state)
    state["weight"][:] = 5
    assert np.all(net.weight.data == 1)


def test_a_loaded_network_computes_what_the_other_does():
    one, other = Net(0), Net(1)
    one.train()(rows())
    other.load_state_dict(one.state_dict())
    for y, z in zip(one.eval()(rows()), other.eval()(rows()), strict=True):
        np.testing.assert_array_equal(y.data, z.data)


def test_a_state_of_another_network_is_refused_with_every_name_and_changes_nothing():
    net = Net(0)
    before = net.state_dict()
    state = {**before, "scale": np.ones(2), "more": np.ones(1)}
    del state["heads.1.bias"]
    with pytest.raises(nn.StateError) as caught:
        net.load_state_dict(state)
    error = caught.value
    assert (error.missing, error.unexpected, error.misshapen) == (
        ("heads.1.bias",),
        ("more",),
        ("scale",),
    )
    assert str(error) == (
        "Net: the state belongs to another network, and nothing was changed; missing: "
        "heads.1.bias; unexpected: more; of another shape: scale (2,) for ()"
    )
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_long_list_of_names_is_cut_in_the_message_alone():
    with pytest.raises(nn.StateError, match=r"and 1 more") as caught:
        Net().load_state_dict(dict.fromkeys(NAMES[:3], 0.0) | {f"x{i}": 0.0 for i in range(9)})
    assert len(caught.value.unexpected) == 9
    assert "\n" not in str(caught.value)


def test_without_strict_only_what_both_have_is_taken():
    net = nn.Linear(2, 1)
    net.load_state_dict({"bias": [3.0], "other": 1.0}, strict=False)
    assert net.bias.data == [3.0]


def test_without_strict_shapes_must_agree_all_the_same():
    with pytest.raises(nn.StateError, match="of another shape: bias"):
        nn.Linear(2, 1).load_state_dict({"bias": [3.0, 1.0]}, strict=False)


@pytest.mark.parametrize("value", ["text", [[1.0], [1.0, 2.0]], None, 1j])
def test_a_state_that_is_not_made_of_numbers_is_refused(value):
    with pytest.raises(nn.StateError, match="weight in the state is not an array"):
        nn.Linear(1, 1, bias=False).load_state_dict({"weight": value})


def test_a_state_that_is_not_a_dict_is_refused():
    with pytest.raises(nn.StateError, match="a state is a dict from names to arrays, not list"):
        nn.Linear(1, 1).load_state_dict([1.0])


def test_a_state_of_another_dtype_takes_that_of_the_network():
    net = nn.Linear(2, 2, dtype="float32")
    net.load_state_dict(nn.Linear(2, 2).state_dict())
    assert net.weight.dtype == np.float32


def test_train_and_eval_reach_every_part():
    net = Net().eval()
    assert not any(m.training for m in net.modules())
    assert all(m.training for m in net.train().modules())


def test_a_frozen_part_gets_no_gradient():
    net = Net(0)
    net.encoder.requires_grad_(False)
    ag.sum(net(rows())[0]).backward()
    assert net.encoder[0].weight.grad is None
    assert net.heads[0].weight.grad is not None


def test_a_thawed_part_gets_gradients_again():
    net = nn.Linear(2, 1).requires_grad_(False).requires_grad_()
    ag.sum(net(rows(d=2))).backward()
    assert net.weight.grad is not None


def test_zero_grad_forgets_every_gradient():
    net = Net(0)
    ag.sum(net(rows())[1]).backward()
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_zero_grad_takes_the_option_of_pytorch():
    net = Net(0)
    optimizer = nn.optim.SGD(net.parameters())
    for owner, clear in (("Net", net.zero_grad), ("SGD", optimizer.zero_grad)):
        ag.sum(net(rows())[1]).backward()
        clear(set_to_none=True)
        assert all(p.grad is None for p in net.parameters())
        text = f"{owner}: zero_grad sets gradients to None; leave set_to_none=False out"
        assert_refused(lambda clear=clear: clear(set_to_none=False), ag.OptionError, text)


def test_float_converts_parameters_gradients_and_buffers():
    net = Net(0)
    for head in net(rows()):
        ag.sum(head).backward()
    net.float()
    assert {p.dtype.name for p in net.parameters()} == {"float32"}
    assert {p.grad.dtype.name for p in net.parameters()} == {"float32"}
    assert [b.dtype.name for b in net.buffers()] == ["float32", "float32", "int64"]
    assert {p.dtype.name for p in net.double().parameters()} == {"float64"}


def test_converting_keeps_the_parameters_themselves():
    net = nn.Linear(2, 2)
    before = net.weight
    assert net.float().weight is before


def test_apply_reaches_every_module():
    seen = []
    Net().apply(lambda module: seen.append(type(module).__name__))
    assert seen[:2] == ["Net", "Sequential"]
    assert seen[2:] == ["Linear", "BatchNorm1d", "Tanh", "ModuleList", "Linear", "Linear"]


def test_one_seed_draws_a_whole_network_anew():
    one, other = Net(), Net()
    one.reset_parameters(5)
    other.reset_parameters(5)
    for p, q in zip(one.parameters(), other.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)
    assert not np.array_equal(one.encoder[0].weight.data, Net(6).encoder[0].weight.data)


def test_the_same_seed_gives_the_same_weights_to_the_bit():
    for p, q in zip(Net(3).parameters(), Net(3).parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_a_module_runs_in_a_scope_of_its_name():
    y = Net(0)(rows())[0]
    paths = {node.scope[-1].path for node in ag.graph(y) if node.scope}
    assert {("Net", "encoder", "Linear 0"), ("Net", "heads", "Linear 0")} & paths == {
        ("Net", "encoder", "Linear 0")
    }
    assert ("Net", "Linear 0") in paths  # a head is called by the net, not by the list


def test_a_mistake_in_a_layer_names_its_path_once():
    with pytest.raises(ag.ShapeError) as caught:
        Net()(rows(d=4))
    assert str(caught.value).startswith("Linear encoder.0: input (5, 4) must end in 3 features")
    assert str(caught.value).count("encoder") == 1


def test_a_mistake_in_an_operation_names_the_layer():
    class Broken(nn.Module):
        def forward(self, x):
            return x @ x

    with pytest.raises(ag.ShapeError, match=r"^Broken 1: matmul: \(5, 3\) @ \(5, 3\)"):
        nn.Sequential(nn.Tanh(), Broken())(ag.tensor(rows()))


def test_a_mistake_keeps_its_line():
    class Broken(nn.Module):
        def forward(self, x):
            return ag.exp("nothing")

    with pytest.raises(ag.DTypeError) as caught:
        Broken()(1.0)
    assert any(entry.name == "forward" for entry in caught.traceback)


def test_a_module_without_forward_is_refused():
    class Empty(nn.Module):
        pass

    with pytest.raises(ag.UnsupportedError, match="Empty has no method forward"):
        Empty()(1.0)


def test_a_hook_sees_inputs_and_output_until_it_is_removed():
    layer, seen = nn.Linear(3, 2), []
    handle = layer.register_forward_hook(
        lambda m, inputs, y: seen.append((m, len(inputs), y.shape))
    )
    layer(rows())
    handle.remove()
    handle.remove()
    layer(rows())
    assert seen == [(layer, 1, (5, 2))]


def test_a_hook_can_replace_the_output():
    layer = nn.Tanh()
    with layer.register_forward_hook(lambda m, inputs, y: y + 1.0):
        assert layer(0.0) == 1.0
    assert layer(0.0) == 0.0


def test_a_buffer_stays_one_when_it_is_replaced():
    class Counter(nn.Module):
        def __init__(self):
            self.register_buffer("count", 0)
            self.register_buffer("cache", [1.0], persistent=False)

    module = Counter()
    module.count = 5
    assert module.state_dict() == {"count": 5}
    assert isinstance(module.count, ag.Tensor)
    assert [name for name, _ in module.named_buffers()] == ["count", "cache"]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_is_a_network_of_its_own(again):
    net = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Dropout(0.3))
    other = again(net)
    assert isinstance(other[0].weight, nn.Parameter)
    assert other[0].weight.name == "0.weight"
    other[0].weight.data = np.zeros((2, 3))
    assert np.all(net[0].weight.data != 0)


def test_the_repr_shows_the_tree():
    assert repr(nn.Sequential(nn.Linear(3, 2), nn.Sequential(nn.Dropout(0.3)))) == (
        "Sequential(\n"
        "  (0): Linear(in_features=3, out_features=2, bias=True)\n"
        "  (1): Sequential(\n"
        "    (0): Dropout(p=0.3)\n"
        "  )\n"
        ")"
    )


def test_a_parameter_is_a_leaf_that_is_learned():
    p = nn.Parameter([1.0, 2.0])
    assert (p.is_leaf, p.requires_grad, isinstance(p, ag.Tensor)) == (True, True, True)
    assert not (p * 2.0).is_leaf


def test_a_parameter_copies_its_data():
    data = np.ones(2)
    p = nn.Parameter(data)
    data[0] = 5.0
    assert p.data[0] == 1.0


def test_a_parameter_of_integers_is_refused():
    assert_refused(lambda: nn.Parameter([1, 2]), ag.DTypeError, "a gradient needs floating-point")


def test_containers_are_sequences():
    net = nn.Sequential(nn.Tanh(), nn.ReLU(), nn.Sigmoid())
    assert len(net) == 3
    assert [type(m).__name__ for m in net] == ["Tanh", "ReLU", "Sigmoid"]
    assert net[-1] is net[2]
    assert [type(m).__name__ for m in net[1:]] == ["ReLU", "Sigmoid"]
    net[1] = nn.SiLU()
    assert type(net[1]).__name__ == "SiLU"
    assert type(net.append(nn.ELU())[3]).__name__ == "ELU"


def test_a_slice_shares_the_modules_and_their_paths():
    net = nn.Sequential(nn.Linear(1, 1), nn.Tanh(), nn.Linear(1, 1))
    part = net[1:]
    assert part[1] is net[2]
    assert net[2].weight.name == "2.weight"
    assert list(part.append(nn.Linear(1, 1)).state_dict()) == [
        "2.weight",
        "2.bias",
        "3.weight",
        "3.bias",
    ]


def test_a_sequential_takes_names():
    net = nn.Sequential({"first": nn.Linear(1, 2), "last": nn.Linear(2, 1)})
    assert list(net.state_dict())[::2] == ["first.weight", "last.weight"]


def test_a_module_list_can_be_extended_and_inserted_into():
    layers = nn.ModuleList([nn.Tanh()]).extend([nn.ReLU(), nn.ELU()])
    layers.insert(1, nn.Sigmoid())
    assert [type(m).__name__ for m in layers] == ["Tanh", "Sigmoid", "ReLU", "ELU"]


@pytest.mark.parametrize("container", [nn.Sequential, lambda f: nn.ModuleList([f])])
def test_containers_refuse_what_is_not_a_module(container):
    assert_refused(lambda: container(ag.relu), ag.OptionError, "holds modules, not function")


@pytest.mark.parametrize("index", [3, -4, "0", 1.0])
def test_containers_refuse_places_that_do_not_exist(index):
    net = nn.Sequential(nn.Tanh(), nn.ReLU(), nn.Sigmoid())
    assert_refused(lambda: net[index], ag.IndexingError, "there is no module")


def test_a_module_list_has_no_forward():
    assert_refused(lambda: nn.ModuleList()(1.0), ag.UnsupportedError, "no method forward")


class Owned(nn.Module):
    def __init__(self, owner):
        self.owner = owner
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x)


class Owner(nn.Module):
    def __init__(self):
        self.first = nn.Linear(2, 2)
        self.child = Owned(self)

    def forward(self, x):
        return self.child(self.first(x))


def test_a_part_that_knows_its_owner_disturbs_nothing():
    net = Owner()
    names = ["first.weight", "first.bias", "child.layer.weight", "child.layer.bias"]
    assert [name for name, _ in net.named_parameters()] == names
    assert list(net.state_dict()) == names
    assert [p.name for p in net.parameters()] == names
    assert repr(net).count("Linear") == 2
    net.reset_parameters(3)
    other = Owner()
    other.reset_parameters(3)
    np.testing.assert_array_equal(net.child.layer.weight.data, other.child.layer.weight.data)
    assert net(rows(d=2)).shape == (5, 2)
    assert net.summary((1, 2)).parameters == 12
    net.child.more = nn.Linear(2, 2)
    assert net.first.weight.name == "first.weight"
    assert net.child.more.weight.name == "child.more.weight"


def test_a_container_does_not_hold_itself():
    net = nn.Sequential(nn.Tanh())
    assert_refused(lambda: net.append(net), ag.OptionError, "cannot hold itself")


@pytest.mark.parametrize("name", ["a.b", "", "forward", "train", 0])
def test_a_part_has_a_name_that_can_be_a_step_of_a_path(name):
    assert_refused(lambda: nn.Sequential({name: nn.Linear(1, 1)}), ag.OptionError)


@pytest.mark.parametrize("name", ["a.b", "", "forward", "weight"])
def test_a_buffer_has_a_name_that_can_be_a_step_of_a_path(name):
    assert_refused(
        lambda: nn.Linear(1, 1).register_buffer(name, 1.0), ag.OptionError, "of a buffer is taken"
    )


@pytest.mark.parametrize(
    ("name", "value"), [("running_mean", [1j, 2.0]), ("num_batches_tracked", 2.7)]
)
def test_a_state_loses_no_part_of_its_numbers(name, value):
    net = nn.BatchNorm1d(2)
    with pytest.raises(nn.StateError, match=name):
        net.load_state_dict({**net.state_dict(), name: value})


def test_parameters_in_hidden_lists_and_sets_are_found_out():
    for name, value in (("_layers", [nn.ReLU()]), ("layers", {nn.ReLU()})):
        net = nn.Linear(1, 1)
        setattr(net, name, value)
        with pytest.raises(ag.OptionError, match="hides the parameters"):
            list(net.parameters())


def test_a_slice_of_a_network_with_sizes_is_a_plain_sequence():
    net = nn.models.MLP(2, 3, 1, rng=0)
    part = net[:2]
    assert type(part) is nn.Sequential
    assert part[1] is net[1]
    assert np.array_equal(net[2:](part(np.eye(2))).numpy(), net(np.eye(2)).numpy())


def test_a_slice_of_a_list_counts_from_zero():
    layers = nn.ModuleList(nn.Linear(1, 1) for _ in range(4))
    assert list(layers[1:3].state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_what_is_appended_behind_names_gets_its_place_as_its_name():
    net = nn.Sequential({"first": nn.Linear(1, 1)}).append(nn.Linear(1, 1))
    assert list(net.state_dict())[2:] == ["1.weight", "1.bias"]


def test_a_deleted_buffer_is_gone():
    norm = nn.BatchNorm1d(2)
    del norm.running_mean
    assert [name for name, _ in norm.named_buffers()] == ["running_var", "num_batches_tracked"]
    norm.float()


def test_names_in_a_state_stay_on_one_short_line():
    state = {"a\nb": 1.0, "c" * 5000: 1.0}
    with pytest.raises(nn.StateError) as caught:
        nn.Linear(1, 1).load_state_dict(state)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_an_optimiser_goes_on_after_a_change_of_dtype_with_what_it_remembers():
    net = nn.Linear(2, 1)
    optimizer = nn.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for convert in (net.double, net.float):
        convert()
        net.zero_grad()
        ag.sum(net(rows(d=2))).backward()
        optimizer.step()
    assert net.weight.dtype == np.float32
    assert optimizer.state[net.weight]["momentum_buffer"].dtype == np.float64


def test_drawing_anew_leaves_parameters_of_ones_own():
    net = Net(0)
    net.scale.data = 5.0
    net.reset_parameters(1)
    assert net.scale.item() == 5.0


def test_a_mistake_inside_a_list_of_modules_is_raised_unchanged():
    with pytest.raises(TypeError, match="out_features"):
        nn.ModuleList(nn.Linear(2) for _ in range(3))


# What PyTorch's modules have, and these do not.


@pytest.mark.parametrize(
    ("call", "texts"),
    [
        (
            lambda net: net.to("cpu"),
            ["Sequential.to: takes a dtype; 'cpu' is a device", "leave the call out"],
        ),
        (lambda net: net.to("cuda:1"), ["'cuda:1' is a device", "leave the call out"]),
        (lambda net: net.to(device="cuda"), ["'cuda' is a device", "leave the call out"]),
        (lambda net: net.to("float32", copy=True), ["takes one dtype, as in .to('float32')"]),
        (lambda net: net.to(net[0].weight), ["takes one dtype"]),
        (lambda net: net.to(int), ["is not a floating dtype, such as 'float32'"]),
        (lambda net: net.to(None), ["is not a floating dtype"]),
        (lambda net: net.to("fast"), ["'fast' is not a floating dtype"]),
        (lambda net: net[0].weight.to("cpu"), ["to: takes a dtype; 'cpu' is a device"]),
    ],
)
def test_what_is_no_floating_dtype_is_refused_with_the_remedy(call, texts):
    net = nn.Sequential(nn.Linear(2, 2))
    assert_refused(lambda: call(net), ag.OptionError, *texts)
    assert net[0].weight.dtype == np.float64


@pytest.mark.parametrize("dtype", ["float16", "float32", np.float32, np.dtype("float64"), float])
def test_a_network_is_converted_to_any_floating_dtype(dtype):
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)).to(dtype)
    assert {p.dtype for p in net.parameters()} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("cuda", "only the CPU"),
        ("cpu", "only the CPU"),
        ("half", ".to('float16')"),
        ("bfloat16", ".float()"),
        ("type", ".to('float32')"),
        ("add_module", "net.name = module"),
        ("register_parameter", "nn.Parameter(...)"),
        ("get_submodule", "named_modules"),
    ],
)
def test_a_method_of_pytorch_says_what_to_write(name, remedy):
    with pytest.raises(AttributeError) as caught:
        getattr(nn.Linear(2, 2), name)()
    text = str(caught.value)
    assert f"'Linear' object has no attribute {name!r}; " in text
    assert remedy in text
    assert "\n" not in text


def test_an_attribute_that_there_is_not_is_an_attribute_error():
    assert not hasattr(nn.Linear(2, 2), "wieght")
    assert copy.deepcopy(nn.Linear(2, 2)).in_features == 2


class Scaled(nn.Module):
    def forward(self, x, mask=None, *, scale=1.0):
        return ag.tensor(x) * scale


def test_keywords_are_passed_on_to_forward():
    assert Scaled()(x=[1.0], scale=2.0).item() == 2.0
    assert nn.Linear(2, 3)(x=[[1.0, 2.0]]).shape == (1, 3)
    assert nn.MSELoss()(target=[1.0], input=[3.0]) == 4.0


@pytest.mark.parametrize(
    ("call", "texts"),
    [
        (lambda: nn.Linear(2, 3)(input=1), ["Linear: forward(x)", "PyTorch calls input is x here"]),
        (lambda: nn.Sequential(nn.ReLU())([1.0], 2), ["Sequential: forward(x): too many"]),
        (lambda: nn.MSELoss()([1.0]), ["MSELoss: forward(input, target): missing", "'target'"]),
        (lambda: Scaled()(), ["Scaled: forward(x, mask=None, *, scale=1.0): missing"]),
        (lambda: Scaled()([1.0], speed=2), ["unexpected keyword argument 'speed'"]),
    ],
)
def test_arguments_that_forward_does_not_take_are_refused_in_one_line(call, texts):
    assert_refused(call, ag.UnsupportedError, *texts)


def test_a_type_error_inside_forward_is_raised_unchanged():
    class Wrong(nn.Module):
        def forward(self, x):
            return len(3)

    with pytest.raises(TypeError, match="object of type 'int' has no len"):
        Wrong()([1.0])


@pytest.mark.parametrize(
    ("make", "texts"),
    [
        (lambda: nn.Linear(2, 3, device="cuda"), ["Linear(in_features, ", "'device'", "the CPU"]),
        (lambda: nn.ReLU(inplace=True), ["ReLU(): ", "'inplace'", "leave it out"]),
        (lambda: nn.Softmin(0, 1), ["Softmin(dim=-1, *, axis=None): too many positional"]),
        (lambda: nn.Embedding(3, 2, max_norm=1.0), ["'max_norm'", "no call changes a weight"]),
        (lambda: nn.Dropout(0.5, True), ["Dropout(p=0.5, *, rng=None): too many positional"]),
        (lambda: nn.BatchNorm2d(3, biases=False), ["BatchNorm2d(num_features", "'biases'"]),
        (lambda: nn.Linear(2), ["Linear(in_features, out_features", "missing", "out_features"]),
        (lambda: nn.MSELoss(size_average=True), ["MSELoss(reduction='mean')", "size_average"]),
        (lambda: Scaled(2.0), ["Scaled(): too many positional arguments"]),
    ],
)
def test_arguments_that_a_module_is_not_made_with_are_refused_in_one_line(make, texts):
    assert_refused(make, ag.UnsupportedError, *texts)


def test_a_module_with_any_arguments_is_made():
    class Any(nn.Module):
        def __init__(self, *sizes, **options):
            self.sizes, self.options = sizes, options

    made = Any(1, 2, deep=True)
    assert (made.sizes, made.options) == ((1, 2), {"deep": True})


def test_the_signature_of_a_module_is_that_of_its_init():
    assert list(inspect.signature(nn.Softmax).parameters) == ["dim", "axis"]
    assert list(inspect.signature(nn.ReLU).parameters) == []
    assert list(inspect.signature(nn.ReLU()).parameters) == ["inputs", "options"]
