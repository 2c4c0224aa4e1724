"""How a program is cut into islands, what is said about them, and what happens without LLVM."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.compiler.executors.llvm import executor, operations
from autograd.ops.kernels.llvm import choice, machine

X = np.array([[1.0, -2.0, 0.5], [0.5, 3.0, 2.0]])

with_llvm = pytest.mark.skipif(choice.in_use() is None, reason="LLVM is not in use")


def functions(f, *args):
    compiled = ag.compile(f, backend="llvm")
    compiled(*args)
    return compiled._latest.executable.functions


@with_llvm
def test_lines_of_one_shape_are_one_loop():
    (text,) = functions(lambda x: ag.tanh(x * 2.0) + 1.0, X)
    assert text.count("for ") == 1


@with_llvm
def test_views_are_read_and_not_made():
    (text,) = functions(lambda x: ag.exp(x.T[1:]) * x[0, 1:, None], X)
    assert "exp(x[i + j * 3 + 1])" in text
    assert "* x[i + 1]" in text


@with_llvm
def test_operation_without_a_form_in_llvm_is_between_two_islands():
    texts = functions(lambda x: ag.exp(ag.sin(ag.exp(x) + 1.0)) * 2.0, X)
    assert len(texts) == 2


@with_llvm
def test_what_needs_nothing_of_an_island_does_not_cut_it():
    assert len(functions(lambda x, y: ag.exp(x) * 2.0 + ag.sin(y) + 1.0, X, X)) == 1


@with_llvm
def test_one_line_alone_is_left_to_numpy():
    assert functions(lambda x: ag.exp(x), X) == ()


@with_llvm
@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(
    "axes", [a for n in range(1, 5) for a in itertools.combinations(range(4), n)]
)
def test_sums_over_any_axes_are_in_the_island(axes, keepdims):
    x = np.random.default_rng(0).normal(size=(3, 4, 2, 5))
    compiled = ag.compile(
        lambda x: ag.sum(x * 2.0, axis=axes, keepdims=keepdims) + 1.0, backend="llvm"
    )
    expected = (x * 2.0).sum(axis=axes, keepdims=keepdims) + 1.0
    np.testing.assert_allclose(compiled(x), expected, rtol=1e-12)
    assert len(compiled._latest.executable.functions) == 1
    assert "add_reduce" not in compiled.source


@with_llvm
def test_sum_of_long_rows_of_a_channel_is_as_near_as_a_double_one():
    x = np.random.default_rng(0).uniform(1, 2, size=(3, 2, 200_000)).astype(np.float32)
    found = ag.compile(lambda x: ag.sum(x * 2.0, axis=(0, 2)) + 1.0, backend="llvm")(x)
    np.testing.assert_allclose(found, x.sum(axis=(0, 2), dtype=float) * 2 + 1, rtol=2e-7)


@with_llvm
def test_batch_normalisation_between_convolutions_is_one_function():
    norm = nn.BatchNorm2d(2, track_running_stats=False)
    x, w = np.random.default_rng(0).normal(size=(3, 2, 4, 4)), np.ones((2, 2, 1, 1))
    texts = functions(lambda x: ag.conv(ag.relu(norm(ag.conv(x, w))), w), x)
    assert len(texts) == 1


@with_llvm
def test_large_product_has_a_call_of_its_own(monkeypatch):
    f = lambda x: ag.tanh(x @ x.T) * 2.0  # noqa: E731
    assert "product(" in functions(f, X)[0]
    monkeypatch.setattr(operations, "LARGEST_PRODUCT", 10)
    compiled = ag.compile(f, backend="llvm")
    np.testing.assert_allclose(compiled(X), np.tanh(X @ X.T) * 2.0)
    assert "product_into(" in compiled.source
    assert "product(" not in compiled.source


@with_llvm
def test_long_program_is_several_functions():
    def f(x):
        for _ in range(400):
            x = x * 1.01 + 0.1
        return x

    texts = functions(f, X)
    assert len(texts) > 2
    np.testing.assert_allclose(ag.compile(f, backend="llvm")(X), f(X), rtol=1e-12)


@with_llvm
def test_transposed_factor_of_one_product_is_turned_by_it_and_that_of_two_is_copied_once():
    w = np.arange(12.0).reshape(4, 3)
    (text,) = functions(lambda x, y, w: (x @ w.T, y @ w), X[:, :3], np.ones((2, 4)), w)
    assert "TURNED=1" in text
    assert "turned(" not in text
    (text,) = functions(lambda x, y, w: (x @ w.T, y @ w.T), X[:, :3], X[:, :3] + 1, w)
    assert text.count("turned(") == 1
    assert "TURNED=1" not in text


@with_llvm
def test_bias_and_relu_are_part_of_the_product():
    (text,) = functions(lambda x, b: ag.relu(x @ x.T + b) * 2.0, X, np.ones(2))
    assert "ADDED=1, RELU=1" in text


@with_llvm
def test_source_shows_the_functions_and_the_calls():
    compiled = ag.compile(lambda rate, x: ag.sum(x * rate), backend="llvm")
    compiled(0.5, X)
    assert "def island0(" in compiled.source
    assert "def run(" in compiled.source
    assert "rate[0]" in compiled.source


@with_llvm
def test_explanation_names_the_executor():
    f = lambda x: ag.tanh(x) * 2.0  # noqa: E731
    for backend, says in (
        ("llvm", "compiled by LLVM: 2 operations in 1 function"),
        ("numpy", "left are 2 operations"),
    ):
        compiled = ag.compile(f, backend=backend)
        compiled(X)
        assert says in compiled.explain()


@with_llvm
def test_names_that_mean_something_in_kernels_are_not_taken():
    def f(load, exp, i, product):
        return ag.exp(load) * exp + i * product

    args = [X, X + 1, X + 2, X + 3]
    np.testing.assert_allclose(ag.compile(f, backend="llvm")(*args), f(*args))


def test_backend_that_is_not_installed_is_refused_in_one_line(monkeypatch):
    from autograd.compiler import compiled

    monkeypatch.setattr(compiled.choice, "in_use", lambda: None)
    monkeypatch.setattr(compiled, "machine", lambda: machine.INSTALL)
    with pytest.raises(ag.MissingError, match=r"^compile: llvmlite is not .*glassgrad\[fast\]'$"):
        ag.compile(ag.exp, backend="llvm")


def test_backend_that_is_switched_off_is_refused_in_one_line(monkeypatch):
    monkeypatch.setenv("GLASSGRAD_KERNELS", "numpy")
    monkeypatch.setattr(choice, "_chosen", None)
    if machine.machine() == machine.INSTALL:
        pytest.skip("llvmlite is not installed")
    with pytest.raises(ag.OptionError, match=r"^compile: the backend is 'llvm'.*chosen; write"):
        nn.compile(
            net := nn.Linear(1, 1), nn.mse_loss, nn.optim.SGD(net.parameters(), 0.1), backend="llvm"
        )


def test_without_llvm_it_is_numpy(monkeypatch):
    monkeypatch.setattr(choice, "in_use", lambda: None)
    compiled = ag.compile(lambda x: ag.tanh(x) * 2.0)
    np.testing.assert_array_equal(compiled(X), np.tanh(X) * 2.0)
    assert compiled._latest.executable.functions == ()


@with_llvm
@pytest.mark.parametrize(("name", "value"), [("LONGEST", 2), ("is_readable", lambda: False)])
def test_what_is_not_for_islands_is_left_to_numpy(monkeypatch, name, value):
    monkeypatch.setattr(executor, name, value)
    assert functions(lambda x: ag.tanh(x) * 2.0, X) == ()
    assert choice.in_use() is not None


@with_llvm
def test_what_cannot_be_compiled_is_left_to_numpy(monkeypatch):
    def fail(*args):
        raise RuntimeError("no memory")

    monkeypatch.setattr(executor, "with_islands", fail)
    compiled = ag.compile(lambda x: ag.tanh(x) * 2.0)
    np.testing.assert_array_equal(compiled(X), np.tanh(X) * 2.0)
    assert "not compiled by LLVM: no memory" in compiled.explain()
    assert choice.in_use() is not None
