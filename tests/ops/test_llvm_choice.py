"""Which kernels are in use: LLVM's where they can be had, and else NumPy's, with the reason."""

import builtins
import gc
import os
import sys
from types import ModuleType

import numpy as np
import pytest

import autograd as ag
from autograd.ops.kernels import conv_direct, conv_gemm, conv_reference, conv_sums
from autograd.ops.kernels.llvm import choice, object_cache
from autograd.ops.kernels.llvm import library as libraries
from autograd.ops.kernels.llvm import machine as machines
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import CompilingError, Library, library_of
from tests.kernels import needs_llvm


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.setattr(choice, "_chosen", None)
    monkeypatch.setattr(choice, "_failed", "")
    monkeypatch.delenv(choice.VARIABLE, raising=False)


@pytest.fixture
def without_llvm(monkeypatch):
    monkeypatch.setattr(choice, "machine", lambda: machines.INSTALL)


def sums():
    """Compute the three sums of a convolution; return them and what is to be found."""
    rng = np.random.default_rng(0)
    g = conv_reference.geometry("conv", (9, 11), (3, 2), 1, 1, 1, 1)
    x, w, y = (rng.normal(size=s) for s in ((2, 3, 9, 11), (4, 3, 3, 2), (2, 4, *g.output)))
    given = {"correlate": (x, w), "scatter": (y, w), "match": (x, y)}
    return [
        (getattr(conv_sums, name)(*args, g), getattr(conv_gemm, name)(*args, g))
        for name, args in given.items()
    ]


@needs_llvm
def test_where_llvm_is_there_its_kernels_are_in_use():
    assert choice.in_use() is machines.machine()
    assert ag.config.kernels == f"llvm: {machines.machine().name}"


@needs_llvm
def test_llvm_may_be_chosen_and_numpy_may_be_chosen():
    for name, begin in (("numpy", "numpy: chosen"), ("llvm", "llvm: "), ("auto", "llvm: ")):
        ag.config.kernels = name
        assert ag.config.kernels.startswith(begin)


def test_without_llvmlite_the_line_has_the_remedy(without_llvm):
    assert ag.config.kernels == f"numpy: {machines.INSTALL}"
    assert "pip install 'glassgrad[fast]'" in machines.INSTALL
    assert choice.in_use() is None


def test_without_llvmlite_llvm_is_refused_with_the_remedy(without_llvm):
    with pytest.raises(ag.MissingError, match=r"^config\.kernels: .*pip install"):
        ag.config.kernels = "llvm"
    assert choice.chosen() == "auto"


def test_without_llvmlite_convolutions_are_those_of_numpy(without_llvm):
    for found, expected in sums():
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("value", "name"), [("numpy", "numpy"), ("LLVM", "llvm"), ("x", "auto")])
def test_the_environment_variable_chooses_when_the_program_begins(value, name, monkeypatch):
    monkeypatch.setenv(choice.VARIABLE, value)
    assert choice.chosen() == name


@needs_llvm
def test_a_choice_in_the_program_is_stronger_than_the_variable(monkeypatch):
    monkeypatch.setenv(choice.VARIABLE, "numpy")
    assert ag.config.kernels == "numpy: chosen"
    ag.config.kernels = "auto"
    assert ag.config.kernels.startswith("llvm: ")


def test_llvm_in_the_variable_without_llvmlite_falls_back(without_llvm, monkeypatch):
    monkeypatch.setenv(choice.VARIABLE, "llvm")
    assert choice.in_use() is None
    assert ag.config.kernels == f"numpy: {machines.INSTALL}"


# A kernel that cannot be compiled


@pytest.fixture
def failing(monkeypatch):
    """Let every kernel fail that is compiled from now on, also those that were before."""

    def fail(*args):
        raise RuntimeError("LLVM ERROR:\nout of registers")

    monkeypatch.setattr(libraries, "object_code", fail)
    monkeypatch.setattr(object_cache, "read", lambda key: None)
    monkeypatch.setattr(conv_direct, "library_of", library_of.__wrapped__)
    for made in (conv_direct.forward, conv_direct.backward, conv_direct.matching):
        made.cache_clear()


@needs_llvm
def test_after_a_kernel_that_cannot_be_compiled_numpy_computes(failing):
    for found, expected in sums():
        np.testing.assert_array_equal(found, expected)
    assert ag.config.kernels.startswith("numpy: a kernel could not be compiled (")
    assert "\n" not in ag.config.kernels
    assert choice.in_use() is None


@needs_llvm
def test_who_chooses_again_tries_again(failing):
    sums()
    ag.config.kernels = "llvm"
    assert ag.config.kernels.startswith("llvm: ")


@needs_llvm
def test_kernels_without_a_source_cannot_be_compiled(monkeypatch):
    with pytest.raises(CompilingError, match="nowhere: its source is not there"):
        library_of(ModuleType("nowhere"))


# The machine


def found_machine():
    return machines.machine.__wrapped__()


def test_a_missing_package_is_found_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "llvmlite", None)
    assert found_machine() == machines.INSTALL


def test_a_package_that_cannot_be_loaded_is_said_to_be_so(monkeypatch):
    plain = builtins.__import__

    def failing_import(name, *args, **options):
        if name.startswith("llvmlite"):
            raise OSError("libLLVM.so: cannot open shared object file")
        return plain(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", failing_import)
    assert found_machine() == "llvmlite cannot be loaded (OSError)"


@needs_llvm
def test_a_processor_without_a_target_is_said_to_be_so(monkeypatch):
    from llvmlite import binding

    def fail():
        raise RuntimeError("no target")

    monkeypatch.setattr(binding, "initialize_native_target", fail)
    here = found_machine()
    assert here == "LLVM has no target for this processor (RuntimeError)"
    monkeypatch.setattr(choice, "machine", lambda: here)
    assert ag.config.kernels == f"numpy: {here}"
    with pytest.raises(ag.OptionError, match="LLVM has no target for this processor"):
        ag.config.kernels = "llvm"


@needs_llvm
def test_a_big_endian_processor_is_left_to_numpy(monkeypatch):
    monkeypatch.setattr(sys, "byteorder", "big")
    assert found_machine() == "LLVM kernels are for little-endian processors"


@needs_llvm
@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({"avx512f": True, "avx2": True, "sse2": True}, (64, 32)),
        ({"avx512f": False, "avx2": True, "sse2": True}, (32, 16)),
        ({"sse2": True}, (16, 16)),
        ({"neon": True}, (16, 32)),
        ({}, (16, 16)),
    ],
)
def test_vectors_are_the_widest_that_the_processor_has(features, expected, monkeypatch):
    from llvmlite import binding

    class Features(type(binding.get_host_cpu_features())):
        def get(self, name):
            return features.get(name, False)

    real = binding.get_host_cpu_features()
    monkeypatch.setattr(binding, "get_host_cpu_features", lambda: Features(real))
    here = found_machine()
    assert (here.vector, here.registers) == expected
    assert here.name.endswith(f"vectors of {expected[0]} bytes")


def test_a_misspelt_variable_is_named(monkeypatch):
    monkeypatch.setattr(choice, "_chosen", None)
    monkeypatch.setenv(choice.VARIABLE, "lvm")
    assert "GLASSGRAD_KERNELS='lvm' is none of auto, llvm, numpy" in choice.described()


@needs_llvm
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_process_compiles_though_its_parent_was_compiling():
    text = (
        "def twice(x: Floats, count: int):\n    for i in range(count):\n        x[i] = x[i] * 2.0"
    )
    with libraries._compiling:
        child = os.fork()
        if not child:
            x = np.ones(3)
            Library(text).compiled("twice", x.dtype)(address_of(x), 3)
            os._exit(0 if np.all(x == 2) else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0


def test_an_empty_variable_chooses_nothing_and_names_may_be_in_capitals(monkeypatch):
    monkeypatch.setattr(choice, "_chosen", None)
    monkeypatch.setenv(choice.VARIABLE, "")
    assert choice.chosen() == "auto"
    assert "none of" not in choice.described()
    ag.config.kernels = "NumPy"
    assert choice.chosen() == "numpy"
    ag.config.kernels = "auto"


@needs_llvm
def test_a_function_for_llvm_is_refused_where_it_is_not_in_use_any_more():
    double = ag.compile(lambda x: x * 2.0 + 1.0, backend="llvm")
    ag.config.kernels = "numpy"
    try:
        with pytest.raises(ag.OptionError, match=r"write ag.config.kernels = 'llvm' before"):
            double(np.ones(3))
    finally:
        ag.config.kernels = "auto"


@pytest.mark.parametrize("backend", ["auto", "llvm"])
def test_a_program_that_cannot_be_compiled_leaves_the_kernels_in_use(backend, monkeypatch):
    def fail(*args):
        raise AssertionError("an odd program")

    monkeypatch.setattr("autograd.compiler.fastest.llvm.build", fail)
    f = ag.compile(lambda x: ag.tanh(x) * 2.0 + 1.0, backend=backend)
    if backend == "llvm":
        with pytest.raises(ag.CaptureError, match="LLVM cannot compile this: an odd program"):
            f(np.ones(3))
    else:
        np.testing.assert_array_equal(f(np.zeros(3)), np.ones(3))
        assert "not compiled by LLVM: an odd program" in f.explain()
    assert choice._failed == ""


@needs_llvm
def test_where_numpy_shall_raise_numpy_computes():
    x, w = np.full((1, 3, 9, 9), 1e200), np.full((2, 3, 3, 3), 1e200)
    assert np.isinf(ag.conv(x, w)).all()
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        ag.conv(x, w)


@needs_llvm
def test_compiled_code_is_freed_with_what_calls_it():
    text = "def twice(x: Floats, count: int):\n    x[count] = x[count] * 2.0"
    before = engines()
    kernel = Library(text).compiled("twice", np.float32)
    assert engines() == before + 1
    del kernel
    assert engines() == before


def engines():
    """Count the engines that hold compiled code."""
    gc.collect()
    return sum(type(x).__name__ == "ExecutionEngine" for x in gc.get_objects())
