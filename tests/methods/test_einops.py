"""einops computes with tensors, and its functions are differentiable."""

import subprocess
import sys

import numpy as np
import pytest

import autograd as ag

einops = pytest.importorskip("einops")

A = np.arange(24.0).reshape(2, 3, 4)


def t():
    return ag.tensor(A, requires_grad=True)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda x: einops.rearrange(x, "b h w -> w (b h)"), A.transpose(2, 0, 1).reshape(4, 6)),
        (lambda x: einops.rearrange([x, x], "k b h w -> b k h w"), np.stack([A, A], 1)),
        (lambda x: einops.rearrange(x, "b h (w k) -> b k h w", k=2), None),
        (lambda x: einops.reduce(x, "b h w -> b w", "mean"), A.mean(1)),
        (lambda x: einops.reduce(x, "b h w -> h 1", "max"), A.max((0, 2))[:, None]),
        (lambda x: einops.reduce(x, "b h w -> b", "prod"), A.prod((1, 2))),
        (lambda x: einops.reduce(x > 3, "b h w -> b", "all"), (A > 3).all((1, 2))),
        (lambda x: einops.repeat(x, "b h w -> b (h k) w c", k=2, c=3), None),
        (lambda x: einops.einsum(x, x, "b h w, b k w -> b h k"), A @ A.transpose(0, 2, 1)),
        (lambda x: einops.pack([x, x[:, :, :1]], "b h *")[0], np.concatenate([A, A[..., :1]], 2)),
    ],
)
def test_it_gives_what_it_gives_for_arrays(call, expected):
    result = call(t())
    assert isinstance(result, ag.Tensor)
    np.testing.assert_array_equal(result.data, call(A) if expected is None else expected)


def test_gradients_pass_through_it():
    def f(x):
        y = einops.repeat(einops.rearrange(x, "a (b c) -> c (a b)", c=2), "c n -> c n k", k=2)
        z = einops.reduce(y**2, "c n k -> n", "mean")
        return einops.einsum(z, z, "n, n ->")

    ag.testing.check_grad(f, np.arange(8.0).reshape(2, 4) / 4)


def test_a_pattern_that_does_not_fit_is_its_error():
    with pytest.raises(einops.EinopsError, match="pattern"):
        einops.rearrange(t(), "a b -> b a")


@pytest.mark.parametrize("order", ["autograd as ag, einops", "einops, autograd as ag"])
def test_the_order_of_imports_does_not_matter(order):
    code = f"import {order}; print(einops.rearrange(ag.tensor([[1.0, 2.0]]), 'a b -> b a').shape)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "(2, 1)\n"


def test_neither_import_loads_the_other():
    for name, other in (("autograd", "einops"), ("einops", "autograd")):
        code = f"import sys, {name}; print({other!r} in sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout == "False\n"
