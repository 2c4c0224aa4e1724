"""Saving and loading: files that fit, files that do not, and files of PyTorch."""

import contextlib
import json
import os
import stat
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from tests.nn.parity import saved
from tests.refusals import assert_refused


def net(seed=0, outputs=2):
    return nn.Sequential(
        nn.Linear(3, 4, rng=seed), nn.BatchNorm1d(4), nn.Linear(4, outputs, rng=seed)
    )


def assert_equal_states(one, other):
    one, other = one.state_dict(), other.state_dict()
    assert list(one) == list(other)
    for name, value in one.items():
        assert value.dtype == other[name].dtype
        np.testing.assert_array_equal(value, other[name])


def test_what_is_saved_is_loaded_to_the_bit(tmp_path):
    one, other = net(0), net(1)
    one(np.random.default_rng(0).normal(size=(5, 3)))
    nn.save(one, tmp_path / "net.safetensors")
    assert nn.load(other, tmp_path / "net.safetensors") is other
    assert_equal_states(one, other)


def test_float32_is_saved_as_float32(tmp_path):
    nn.save(net().float(), tmp_path / "net")
    other = nn.load(net(1).float(), tmp_path / "net")
    assert_equal_states(net().float(), other)


def test_arrays_in_any_memory_layout_are_saved_right(tmp_path):
    layer = nn.Linear(3, 2)
    layer.weight.data = np.arange(6.0).reshape(3, 2).T
    layer.bias.data = np.arange(4.0)[::-2]
    nn.save(layer, tmp_path / "layer")
    assert_equal_states(nn.load(nn.Linear(3, 2), tmp_path / "layer"), layer)


def test_weights_that_pytorch_saved_are_loaded_by_name():
    with np.load(saved.NUMBERS) as numbers:
        model = nn.load(saved.model(), saved.WEIGHTS)
        np.testing.assert_allclose(model(numbers["x"]).data, numbers["y"], rtol=0, atol=1e-12)


def test_a_file_of_another_network_is_refused_and_changes_nothing(tmp_path):
    nn.save(net(), tmp_path / "net")
    other = nn.Sequential(nn.Linear(3, 4, rng=5), nn.Linear(4, 3))
    before = other.state_dict()
    with pytest.raises(nn.StateError, match=r"1\.running_mean") as caught:
        nn.load(other, tmp_path / "net")
    assert "1.weight (4,) for (3, 4)" in str(caught.value)
    for name, value in other.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


@given(st.binary(max_size=60))
def test_a_file_of_anything_else_is_refused(content):
    path = "anything.safetensors"
    with open(path, "wb") as file:
        file.write(content)
    assert_refused(lambda: nn.load(nn.Linear(2, 2), path), nn.StateError, path)


@given(st.integers(0, 400), st.integers(0, 7))
def test_a_damaged_file_is_refused_or_read_whole(place, bit):
    nn.save(nn.Linear(2, 2, rng=0), "damaged.safetensors")
    with open("damaged.safetensors", "rb") as file:
        content = bytearray(file.read())
    content[place % len(content)] ^= 1 << bit
    for changed in (content, content[: place % len(content)]):
        with open("damaged.safetensors", "wb") as file:
            file.write(changed)
        layer = nn.Linear(2, 2, rng=1)
        before = layer.state_dict()
        with contextlib.suppress(nn.StateError):
            nn.load(layer, "damaged.safetensors")
            continue
        for name, value in layer.state_dict().items():
            np.testing.assert_array_equal(value, before[name])


def test_numbers_that_numpy_does_not_have_are_refused_with_the_remedy(tmp_path):
    head = json.dumps({"weight": {"dtype": "BF16", "shape": [1, 1], "data_offsets": [0, 2]}})
    head = head.encode().ljust(-(-len(head) // 8) * 8)
    path = tmp_path / "half"
    path.write_bytes(len(head).to_bytes(8, "little") + head + b"\0\0")
    assert_refused(
        lambda: nn.load(nn.Linear(1, 1, bias=False), path),
        nn.StateError,
        "BF16",
        "convert the model to float32",
    )


def test_numbers_that_the_format_does_not_have_are_refused(tmp_path):
    layer = nn.Linear(1, 1, dtype=np.longdouble)
    assert_refused(
        lambda: nn.save(layer, tmp_path / "net"), nn.StateError, "safetensors cannot hold"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.safetensors"):
        nn.load(nn.Linear(1, 1), tmp_path / "none.safetensors")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no such folder: .*nowhere'$"):
        nn.save(nn.Linear(1, 1), tmp_path / "nowhere" / "net.safetensors")


def test_a_file_that_cannot_be_written_leaves_the_older_one(tmp_path, monkeypatch):
    path = tmp_path / "net"
    nn.save(net(0), path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        nn.save(net(1), path)
    assert [p.name for p in tmp_path.iterdir()] == ["net"]
    assert_equal_states(nn.load(net(2), path), net(0))


def test_the_file_has_the_permissions_of_others(tmp_path):
    nn.save(net(), tmp_path / "net")
    (tmp_path / "plain").write_text("")
    modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert len(modes) == 1


def test_without_safetensors_the_message_says_how_to_get_it():
    code = (
        "import sys; sys.modules['safetensors'] = sys.modules['safetensors.numpy'] = None\n"
        "import autograd as ag, nn\n"
        "try: nn.save(nn.Linear(1, 1), 'net')\n"
        "except ag.MissingError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "save: needs the package safetensors; pip install 'glassgrad[save]'\n"


@pytest.mark.parametrize(
    "call",
    [
        lambda: nn.save("net", nn.Linear(1, 1)),
        lambda: nn.load("net", nn.Linear(1, 1)),
        lambda: nn.load(nn.Linear, "net"),
        lambda: nn.save(nn.Linear(1, 1).state_dict(), "net"),
    ],
)
def test_what_is_not_a_module_is_refused(call):
    assert_refused(call, ag.OptionError, "expected a module first, and then a path")


def test_a_link_stays_a_link(tmp_path):
    nn.save(net(0), tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    nn.save(net(1), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert_equal_states(nn.load(net(2), tmp_path / "real"), net(1))


def test_a_long_name_is_a_name(tmp_path):
    path = tmp_path / ("n" * 250)
    nn.save(net(0), path)
    assert_equal_states(nn.load(net(1), path), net(0))
