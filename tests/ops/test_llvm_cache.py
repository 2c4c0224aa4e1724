"""Compiled kernels on the disk: only what this user wrote is read, and nothing depends on it."""

import os
import pwd
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograd.core import files
from autograd.ops.kernels.llvm import library as libraries
from autograd.ops.kernels.llvm import object_cache
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import Library
from autograd.ops.kernels.llvm.machine import WHOLE, machine
from tests.kernels import needs_llvm

KEY = object_cache.key_of("a processor", "a text")
CODE = bytes(range(256)) * 4
TEXT = "def kernel(out: Floats, n: int):\n    out[0] = 3 * n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of the cache, which is not there yet."""
    place = tmp_path / "kernels"
    monkeypatch.setenv(object_cache.FOLDER, str(place))
    return place


@pytest.fixture
def file(folder):
    object_cache.write(KEY, CODE)
    return folder / KEY


def result():
    """Compile a kernel, or read it, and call it."""
    out = np.zeros(1)
    Library(TEXT).compiled("kernel", float)(address_of(out), 5)
    return out[0]


def is_compiled(monkeypatch):
    """Return a list that has an entry for every kernel that is compiled from now on."""
    counted, compile = [], libraries.object_code
    monkeypatch.setattr(libraries, "object_code", lambda *args: counted.append(1) or compile(*args))
    return counted


def test_tests_keep_their_kernels_out_of_the_folder_of_users(monkeypatch):
    ours = object_cache.folder()
    monkeypatch.delenv(object_cache.FOLDER)
    assert ours != object_cache.folder()


def test_what_was_written_is_read(file):
    assert object_cache.read(KEY) == CODE


def test_what_was_not_written_is_not_read(folder):
    assert object_cache.read(KEY) is None
    assert not folder.exists()


def test_the_folder_is_made_for_its_user_alone(file, folder):
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_not_read(file, mode):
    file.chmod(mode)
    assert object_cache.read(KEY) is None


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o1777])
def test_a_folder_that_others_can_write_is_neither_read_nor_written(file, folder, mode):
    folder.chmod(mode)
    assert object_cache.read(KEY) is None
    object_cache.write("other", CODE)
    assert not (folder / "other").exists()


def test_a_file_of_another_user_is_not_read(file, monkeypatch):
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert object_cache.read(KEY) is None
    object_cache.write("other", CODE)
    assert not (file.parent / "other").exists()


def test_a_file_of_another_user_in_a_folder_of_this_one_is_not_read(file, monkeypatch):
    real = os.fstat

    def of_another(descriptor):
        found = list(real(descriptor))
        found[4] += 1
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", of_another)
    assert object_cache.read(KEY) is None


@pytest.mark.parametrize("place", [0, object_cache.DIGEST - 1, object_cache.DIGEST, -1])
def test_a_file_with_a_changed_byte_is_not_read(file, place):
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    assert object_cache.read(KEY) is None


@pytest.mark.parametrize("size", [0, 1, object_cache.DIGEST, object_cache.DIGEST + 1, -1])
def test_a_truncated_file_is_not_read(file, size):
    file.write_bytes(file.read_bytes()[:size])
    assert object_cache.read(KEY) is None


def test_a_folder_in_the_place_of_a_file_is_neither_read_nor_replaced(folder):
    (folder / KEY).mkdir(parents=True)
    object_cache.write(KEY, CODE)
    assert object_cache.read(KEY) is None
    assert (folder / KEY).is_dir()


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(object_cache.FOLDER, str(tmp_path / "file" / "kernels"))
    object_cache.write(KEY, CODE)
    assert object_cache.read(KEY) is None


def test_a_file_that_cannot_be_replaced_stays_whole(file, monkeypatch):
    def full(*args):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "replace", full)
        object_cache.write(KEY, b"other")
        object_cache.write("other", CODE)
    assert object_cache.read(KEY) == CODE
    assert object_cache.read("other") is None


# Where it is


def test_without_a_home_there_is_no_folder(monkeypatch):
    def unknown(user):
        raise KeyError(user)

    for variable in (object_cache.FOLDER, "HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr(sys, "platform", "linux")
    assert object_cache.folder() is None
    object_cache.write(KEY, CODE)
    assert object_cache.read(KEY) is None


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "HOME", ".cache"),
        ("linux", "XDG_CACHE_HOME", ""),
        ("darwin", "HOME", "Library/Caches"),
        ("win32", "LOCALAPPDATA", ""),
    ],
)
def test_the_folder_is_where_the_system_keeps_what_can_be_made_again(
    platform, variable, expected, tmp_path, monkeypatch
):
    for other in (object_cache.FOLDER, "HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(sys, "platform", platform)
    assert object_cache.folder() == tmp_path / expected / "glassgrad" / "kernels"


@needs_llvm
def test_an_empty_variable_turns_it_off(monkeypatch):
    monkeypatch.setenv(object_cache.FOLDER, "")
    counted = is_compiled(monkeypatch)
    assert object_cache.folder() is None
    assert [result(), result()] == [15.0, 15.0]
    assert len(counted) == 2


# What kernels do with it


@needs_llvm
def test_a_kernel_that_was_read_computes_the_same(folder, monkeypatch):
    counted = is_compiled(monkeypatch)
    assert [result(), result()] == [15.0, 15.0]
    assert len(counted) == 1
    assert len(list(folder.iterdir())) == 1


@needs_llvm
def test_a_kernel_in_a_damaged_file_is_compiled_and_written_again(folder, monkeypatch):
    counted = is_compiled(monkeypatch)
    result()
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    assert result() == 15.0
    assert len(counted) == 2
    assert object_cache.read(file.name) == whole[object_cache.DIGEST :]


@needs_llvm
def test_for_another_processor_or_llvm_there_is_another_file(folder, monkeypatch):
    here = machine()
    for key in (here.key, f"{here.key}x"):
        other = replace(here, key=key)
        monkeypatch.setattr(libraries, "machine", lambda other=other: other)
        assert result() == 15.0
    assert len(list(folder.iterdir())) == 2


@needs_llvm
def test_the_key_has_the_processor_its_features_and_the_versions():
    import llvmlite
    from llvmlite import binding

    parts = machine().key.split("\n")
    version = ".".join(map(str, binding.llvm_version_info))
    features = binding.get_host_cpu_features().flatten()
    triple, cpu = binding.get_process_triple(), binding.get_host_cpu_name()
    assert parts[:-1] == [llvmlite.__version__, version, triple, cpu]
    assert parts[-1].startswith(features)


@needs_llvm
def test_loops_take_whole_vectors_where_those_are_wide():
    assert machine().key.endswith(WHOLE) == (machine().vector == 64)


def test_texts_that_are_divided_differently_have_other_keys():
    assert object_cache.key_of("a", "b") != object_cache.key_of("ab", "")
    assert object_cache.key_of("a", "b") == object_cache.key_of("a", "b")


@needs_llvm
def test_processes_that_write_at_once_leave_one_whole_file(folder):
    code = f"""
import numpy as np
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import Library
out = np.zeros(1)
Library({TEXT!r}).compiled("kernel", float)(address_of(out), 5)
print(out[0])
"""
    several = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [p.communicate()[0].strip() for p in several] == ["15.0"] * 3
    (file,) = folder.iterdir()
    assert object_cache.read(Path(file).name) is not None


def test_a_cache_that_is_not_a_folder_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(object_cache.FOLDER, str(tmp_path / "file"))
    assert object_cache.trouble().endswith("file is not a folder)")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there are no such permissions here")
def test_a_cache_that_others_can_write_to_is_named(tmp_path, monkeypatch):
    tmp_path.chmod(0o777)
    monkeypatch.setenv(object_cache.FOLDER, str(tmp_path))
    assert "others can write to" in object_cache.trouble()


def test_a_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / "file" / "a" / "b"))
    assert object_cache.trouble().endswith("file is not a folder)")
    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path / "a" / "b"))
    assert object_cache.trouble() == ""
    monkeypatch.setattr(object_cache.os, "access", lambda path, how: False)
    assert object_cache.trouble().endswith(f"{tmp_path} cannot be written to)")


def test_a_cache_that_is_kept_or_not_wanted_is_no_trouble(tmp_path, monkeypatch):
    monkeypatch.setenv(object_cache.FOLDER, str(tmp_path / "new"))
    assert object_cache.trouble() == ""
    monkeypatch.setenv(object_cache.FOLDER, "")
    assert object_cache.trouble() == ""


def test_the_oldest_files_are_removed_when_all_are_too_large(folder, monkeypatch):
    monkeypatch.setattr(object_cache, "MOST", 200)
    object_cache._trim.cache_clear()
    folder.mkdir()
    for age, name in enumerate(("new", "old", "older")):
        (folder / name).write_bytes(bytes(90))
        os.utime(folder / name, (1e9 - age, 1e9 - age))
    object_cache._trim(folder)
    object_cache._trim.cache_clear()
    assert [path.name for path in folder.iterdir()] == ["new"]
