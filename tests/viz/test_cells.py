"""Which elements an element hangs on: compared with index sets written down by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.viz.model.cells import LARGEST, rows_of


def leaf(value, name="x"):
    return ag.tensor(np.asarray(value, float), requires_grad=True, name=name)


def rows(y, position, operation=None):
    g = ag.graph(y)
    nodes = [n for n in g if n.primitive and (operation is None or n.primitive.name == operation)]
    return rows_of(g, nodes[-1], position)


def conv_graph(image, kernel, **how):
    return ag.conv(leaf(image)[None, None], leaf(kernel, "k")[None, None], **how)


IMAGE = np.array(
    [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
)
KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])


def test_a_convolution_hangs_on_its_windows_also_where_the_kernel_is_0():
    found = rows(conv_graph(IMAGE, KERNEL), 0, "conv")
    for out, columns in enumerate(found.columns):
        i, j = divmod(out, 3)
        assert columns == [(i + a) * 5 + j + b for a in range(3) for b in range(3)]
        assert found.factors[out] == KERNEL.ravel().tolist()
    assert found.linear


def test_a_convolution_hangs_on_the_whole_kernel():
    found = rows(conv_graph(IMAGE, KERNEL), 1, "conv")
    assert found.columns == [list(range(9))] * 9
    assert found.factors[0] == IMAGE[:3, :3].ravel().tolist()


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 1])
def test_windows_follow_stride_and_padding(stride, padding):
    found = rows(conv_graph(IMAGE, KERNEL, stride=stride, padding=padding), 0, "conv")
    size = (5 + 2 * padding - 3) // stride + 1
    for out, columns in enumerate(found.columns):
        i, j = (k * stride - padding for k in divmod(out, size))
        assert columns == [
            r * 5 + c for r in range(i, i + 3) for c in range(j, j + 3) if 0 <= r < 5 and 0 <= c < 5
        ]


def test_a_matrix_product_hangs_on_a_row_and_a_column():
    y = leaf(np.arange(6.0).reshape(2, 3)) @ leaf(np.arange(12.0).reshape(3, 4), "w")
    left, right = rows(y, 0), rows(y, 1)
    for out in range(8):
        i, j = divmod(out, 4)
        assert left.columns[out] == [3 * i + k for k in range(3)]
        assert right.columns[out] == [4 * k + j for k in range(3)]


def test_a_broadcast_bias_is_used_in_every_row():
    found = rows(leaf(np.ones((3, 2))) + leaf([1.0, 2.0], "b"), 1)
    assert found.columns == [[0], [1]] * 3


def test_a_sum_hangs_on_all_of_its_axis():
    assert rows(ag.sum(leaf(np.ones((2, 3))), axis=0), 0).columns == [[0, 3], [1, 4], [2, 5]]


def test_a_maximum_hangs_on_the_winner_alone():
    assert rows(ag.max(leaf([[1.0, 5.0, 2.0], [7.0, 0.0, 3.0]]), axis=1), 0).columns == [[1], [3]]


def test_relu_hangs_on_what_is_positive():
    found = rows(ag.relu(leaf([-1.0, 2.0])), 0, "maximum")
    assert found.columns == [[], [1]]


def test_an_index_hangs_on_what_it_picks():
    assert rows(leaf([1.0, 2.0, 3.0])[np.array([2, 0, 2])], 0).columns == [[2], [0], [2]]


def test_a_joined_rule_has_rows_for_each_input():
    y = ag.concatenate([leaf([1.0, 2.0]), leaf([3.0], "y")])
    assert rows(y, 0).columns == [[0], [1], []]
    assert rows(y, 1).columns == [[], [], [0]]


def test_exp_is_not_linear_and_its_factor_is_its_value():
    found = rows(ag.exp(leaf([0.0, 1.0])), 0)
    assert not found.linear
    assert found.factors == [[1.0], [float(np.exp(1.0))]]


def test_large_tensors_are_left_out():
    assert rows(leaf(np.ones(LARGEST + 1)) * 2.0, 0) is None


def test_a_rule_that_fails_on_other_values_still_has_its_entries():
    @ag.primitive(vjps=(lambda ct, out, x: ct * check(x),))
    def picky(x):
        return x * 2.0

    def check(x):
        if not np.all(x == 5.0):
            raise ValueError("only five")
        return 2.0 + 0 * x

    assert rows(picky(leaf([5.0, 5.0])), 0).columns == [[0], [1]]


@given(st.data())
def test_columns_times_upstream_is_the_contribution(data):
    shape = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 4)))
    x = leaf(np.random.default_rng(data.draw(st.integers(0, 99))).normal(size=shape))
    y = data.draw(
        st.sampled_from([lambda t: t @ np.ones((shape[1], 2)), ag.exp, lambda t: t.sum(0), ag.max])
    )(x)
    trace = ag.trace(y, np.arange(1.0, 1 + np.size(y.data)).reshape(np.shape(y.data)))
    (event,) = [e for e in trace if e.kind == "vjp" and e.node == len(trace.graph) - 1][:1]
    found = rows_of(trace.graph, trace.graph[event.node], event.position)
    gift = np.zeros(x.size)
    for out, (columns, factors) in enumerate(zip(found.columns, found.factors, strict=True)):
        gift[columns] += np.array(factors) * np.ravel(event.upstream)[out]
    np.testing.assert_allclose(gift, np.ravel(event.value), rtol=1e-12)


def test_a_small_cube_is_not_called_linear():
    assert not rows(ag.power(leaf([1e-5, 2e-5]), 3.0), 0).linear
