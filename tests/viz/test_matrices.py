"""Steps on matrices: numbers in rows, and a cell with its products."""

import numpy as np
import pytest

import autograd as ag
from autograd.viz.formats.transcript import transcript
from autograd.viz.model.matrices import operands_of

X, W = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[1.0, -1.0], [0.5, 2.0]])


def variable(value, name):
    return ag.tensor(value, requires_grad=True, name=name)


def step(y, target, seed=None):
    """Return the lines of the step that adds to a gradient."""
    cards = transcript(ag.trace(y, seed)).split("\n\n")
    return next(c for c in cards if f"{target} +=" in c).splitlines()


def test_a_matrix_product_shows_both_factors_and_the_products_of_its_largest_cell():
    lines = step(variable(X, "x") @ variable(W, "w"), "df/dw", np.ones((3, 2)))
    assert lines == [
        "Step 2 of 2   @   f = x @ w,  x: 3x2,  w: 2x2",
        "  df/dw += x.T @ df/df",
        "    [1.00 3.00 5.00]   [1.00 1.00]   [ 9.00  9.00]",
        "    [2.00 4.00 6.00] @ [1.00 1.00] = [12.00 12.00]",
        "                       [1.00 1.00]",
        "    df/dw[1, 0] = 2.00 * 1.00 + 4.00 * 1.00 + 6.00 * 1.00 = 12.00",
        "  sum:   nothing yet -> 2x2",
    ]


def test_an_elementwise_step_shows_its_matrices_and_not_their_shapes():
    lines = step(ag.sum(variable(W, "w") ** 2.0), "df/dw")
    assert lines[2:4] == [
        "    [2.00 -2.00] x [1.00 1.00] = [2.00 -2.00]",
        "    [1.00  4.00]   [1.00 1.00]   [1.00  4.00]",
    ]


def test_the_cell_of_a_convolution_is_the_sum_over_its_window():
    image, kernel = np.arange(9.0).reshape(1, 1, 3, 3), np.array([[[[1.0, 0.5], [0.0, 2.0]]]])
    seed = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    lines = step(ag.conv(variable(image, "x"), variable(kernel, "w")), "df/dw", seed)
    assert "df/dw += conv_kernel(x, df/df)" in lines[1]
    products = "4.00 * 1.00 + 5.00 * 2.00 + 7.00 * 3.00 + 8.00 * 4.00 = 67.00"
    assert f"    df/dw[0, 0, 1, 1] = {products}" in lines


def test_many_products_are_counted():
    lines = step(ag.sum(variable(np.ones((6, 2)), "x") @ variable(np.ones((2, 1)), "w")), "df/dw")
    assert any(line.endswith("... (6 products) = 6.00") for line in lines)


def test_a_large_matrix_is_shown_by_shape_and_range():
    lines = step(ag.sum(variable(np.ones((20, 20)), "x") * 2.0), "df/dx")
    assert any("(20, 20) from 2.00 to 2.00" in line for line in lines)


@pytest.mark.parametrize("rule", ["softmax(x) @ w", "x + w", ""])
def test_only_products_of_named_matrices_are_taken_apart(rule):
    assert operands_of(rule, {"x": X, "w": W}) == []
    assert operands_of("x @ w.T", {"x": X, "w": W})[1].tolist() == W.T.tolist()
