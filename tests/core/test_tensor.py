"""The Tensor as a value and as a node."""

import copy
import gc
import pickle

import numpy as np
import pytest

import autograd as ag


def test_a_leaf_holds_a_copy_of_the_data():
    data = np.ones(3)
    t = ag.tensor(data)
    data[0] = 5.0
    assert t.data.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("data", [2.0, np.array(2.0), np.float64(2.0)])
def test_a_number_is_held_as_a_numpy_scalar(data):
    assert type(ag.tensor(data).data) is np.float64


@pytest.mark.parametrize(
    ("data", "dtype"),
    [(1, np.int64), (True, np.bool_), ([1.0], np.float64), (np.float32(1), np.float32)],
)
def test_the_dtype_is_numpys(data, dtype):
    assert ag.tensor(data).dtype == dtype


def test_a_dtype_can_be_asked_for():
    assert ag.tensor([1, 2], dtype="float32", requires_grad=True).dtype == np.float32


def test_a_tensor_of_a_tensor_is_a_new_leaf():
    x = ag.tensor(2.0, requires_grad=True)
    assert ag.tensor(x * x).primitive is None


def test_shape_size_ndim_and_len():
    t = ag.tensor(np.zeros((2, 3)))
    assert (t.shape, t.size, t.ndim, len(t)) == ((2, 3), 6, 2, 2)


def test_a_result_knows_its_application():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = ag.sum(x, axis=0)
    assert (y.primitive, y.inputs, y.params) == (ag.sum.primitive, (x,), {"axis": 0})


def test_a_square_has_two_edges():
    x = ag.tensor(3.0, requires_grad=True)
    assert (x * x).inputs == (x, x)


def test_a_leaf_has_no_primitive():
    assert ag.tensor(1.0).is_leaf
    assert not (ag.tensor(1.0, requires_grad=True) * 2).is_leaf


def test_a_result_without_gradient_remembers_nothing():
    y = ag.tensor(1.0) * 2.0
    assert (y.primitive, y.inputs, y.requires_grad) == (None, (), False)


def test_grad_is_none_until_computed():
    x = ag.tensor(1.0, requires_grad=True)
    assert x.grad is None


def test_the_data_of_a_leaf_can_be_replaced_keeping_shape_and_dtype():
    x = ag.tensor(np.ones(2, np.float32), requires_grad=True)
    x.data = [3.0, 4.0]
    assert (x.data.tolist(), x.dtype) == ([3.0, 4.0], np.float32)


def test_the_class_itself_reads_numbers():
    assert ag.Tensor([1.0, 2.0]).shape == (2,)


def test_item_is_a_python_number():
    assert type(ag.tensor([[2.5]]).item()) is float


def test_tolist_is_of_python_numbers():
    x = ag.tensor([[1.0, 2.0]], requires_grad=True)
    assert (x.tolist(), ag.tensor(3).tolist()) == ([[1.0, 2.0]], 3)


def test_a_copy_is_another_node_that_gradients_pass():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x.copy()
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
    assert not np.shares_memory(x.data, y.data)
    assert x.detach().copy().is_leaf


def test_a_vector_has_no_matrix_transpose():
    with pytest.raises(ag.ShapeError, match=r"^mT: shape \(2,\) has no two axes"):
        ag.tensor([1.0, 2.0]).mT  # noqa: B018


def test_numpy_returns_a_copy():
    t = ag.tensor([1.0, 2.0], requires_grad=True)
    t.numpy()[0] = 9.0
    assert t.data[0] == 1.0


def test_detach_gives_a_constant_of_the_same_value():
    x = ag.tensor(2.0, requires_grad=True, name="x")
    assert (x.detach().item(), x.detach().requires_grad, x.detach().name) == (2.0, False, "x")


def test_repr_tells_name_primitive_and_dtype():
    x = ag.tensor(np.float32(1.5), requires_grad=True, name="x")
    assert repr(x) == "tensor(1.5, name='x', requires_grad=True, dtype=float32)"
    assert repr(x * x) == "tensor(2.25, primitive=multiply, dtype=float32)"


def test_repr_of_a_large_tensor_is_short():
    assert len(repr(ag.tensor(np.zeros(10**6)))) < 200


def test_format_formats_the_number():
    x = ag.tensor(1.23456, requires_grad=True)
    assert f"{x:.2f}" == "1.23"
    assert f"{x}" == repr(x)


def test_truth_of_one_element():
    assert ag.tensor([2.0])
    assert not ag.tensor(0.0)


def test_constants_convert_to_python_numbers():
    assert (float(ag.tensor(2.5)), int(ag.tensor(2.5)), [10, 20][ag.tensor(1)]) == (2.5, 2, 20)


def test_constants_convert_to_arrays():
    assert np.asarray(ag.tensor([1.0, 2.0])).tolist() == [1.0, 2.0]
    assert np.array(ag.tensor(1), dtype=float).dtype == np.float64


def test_a_scalar_becomes_an_array_only_by_copying():
    with pytest.raises(ValueError, match="without a copy"):
        np.asarray(ag.tensor(1.0), copy=False)


def test_iteration_goes_over_the_first_axis():
    rows = list(ag.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True))
    assert [r.data.tolist() for r in rows] == [[1.0, 2.0], [3.0, 4.0]]
    assert all(r.primitive is ag.getitem.primitive for r in rows)


def test_membership_in_a_list_is_by_identity_first():
    x = ag.tensor([1.0, 2.0])
    assert x in [x]


def test_a_tensor_is_a_dictionary_key_by_identity():
    x, y = ag.tensor(1.0), ag.tensor(1.0)
    assert {x: "x", y: "y"}[x] == "x"


def test_comparison_with_none_is_not_elementwise():
    assert (ag.tensor(1.0) == None) is False  # noqa: E711
    assert (ag.tensor(1.0) != None) is True  # noqa: E711


def test_comparisons_are_boolean_constants():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    results = [
        x < 2,
        x <= 2,
        x > 2,
        x >= 2,
        x == 2,
        x != 2,
        ~(x < 2),
        (x > 1) & (x < 3),
        (x < 2) | (x > 2),
    ]
    assert all(not r.requires_grad and r.dtype == bool for r in results)
    assert [r.data.tolist() for r in results[:6]] == [
        [True, False, False],
        [True, True, False],
        [False, False, True],
        [False, True, True],
        [False, True, False],
        [True, False, True],
    ]
    assert [r.data.tolist() for r in results[6:]] == [
        [False, True, True],
        [False, True, False],
        [True, False, True],
    ]


def test_python_scalars_are_weak():
    x = ag.tensor(np.ones(2, np.float32), requires_grad=True)
    y = (2.0 * x + 1) / 3 - 0.5
    y.sum().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_operators_agree_with_numpy_on_both_sides():
    a, b = np.array([1.5, 2.0]), np.array([3.0, 0.5])
    for left, right in [(ag.tensor(a), b), (a, ag.tensor(b)), (ag.tensor(a), ag.tensor(b))]:
        np.testing.assert_array_equal((left + right).data, a + b)
        np.testing.assert_array_equal((left - right).data, a - b)
        np.testing.assert_array_equal((left * right).data, a * b)
        np.testing.assert_array_equal((left / right).data, a / b)
        np.testing.assert_array_equal((left**right).data, a**b)
        np.testing.assert_array_equal((left @ right).data, a @ b)


def test_one_over_x_is_the_lectures_gate():
    x = ag.tensor(4.0, requires_grad=True)
    assert (1 / x).primitive is ag.reciprocal.primitive
    assert (1 / x).item() == 0.25
    assert (2 / x).primitive is ag.divide.primitive
    assert (1 / ag.tensor(4)).item() == 0.25


def test_unary_operators():
    x = ag.tensor([-1.0, 2.0])
    assert [(-x).data.tolist(), (+x).data.tolist(), abs(x).data.tolist()] == [
        [1, -2],
        [-1, 2],
        [1, 2],
    ]


def test_methods_agree_with_functions():
    x = ag.tensor([[4.0, 1.0], [9.0, 16.0]])
    pairs = [
        (x.T, ag.transpose(x)),
        (x.reshape(4), ag.ravel(x)),
        (x.reshape((1, 4)), ag.reshape(x, (1, 4))),
        (x.reshape(2, -1), x),
        (x.transpose(), x.T),
        (x.transpose(1, 0), x.T),
        (x.transpose((1, 0)), x.T),
        (x.sum(axis=0), ag.sum(x, 0)),
        (x.mean(), ag.mean(x)),
        (x.max(1), ag.max(x, axis=1)),
        (x.sqrt(), ag.sqrt(x)),
        (x.clip(2.0, 5.0), ag.clip(x, 2.0, 5.0)),
        (x.flatten(), ag.ravel(x)),
        (x.var(), ag.var(x)),
        (x.std(), ag.std(x)),
        (x.prod(), ag.prod(x)),
        (x.argmax(), ag.argmax(x)),
        (x.swapaxes(0, 1), x.T),
        (x.take([0, 3]), ag.take(x, [0, 3])),
        (x.trace(), ag.linalg.trace(x)),
        (x.mT, x.T),
        (x.flatten("F"), ag.ravel(x.T)),
        (x.ravel(order="F"), ag.ravel(x.T)),
        (x.sort(0), ag.sort(x, 0)),
        (x.argsort(), ag.argsort(x)),
        (x.cumprod(1), ag.cumprod(x, axis=1)),
        (x.pow(2), x**2),
        (x.copy(), x),
        ((x > 2).any(0), ag.any(x > 2, 0)),
        ((x > 2).all(axis=0, keepdims=True), ag.all(x > 2, 0, True)),
    ]
    for method, function in pairs:
        np.testing.assert_array_equal(method.data, function.data)


def test_every_declared_method_is_bound_and_every_bound_one_declared():
    import ast
    import inspect

    from autograd.core import bound_methods
    from autograd.methods.refusals import REFUSALS
    from autograd.methods.table import bindings

    source = ast.parse(inspect.getsource(bound_methods))
    cls = next(n for n in source.body if isinstance(n, ast.ClassDef))
    block = next(n for n in cls.body if isinstance(n, ast.If))
    declared = {n.target.id if isinstance(n, ast.AnnAssign) else n.name for n in block.body}
    not_declared = {
        *("__array_ufunc__", "__array_function__", "__bool__", "__format__", "__pandas_priority__"),
        *REFUSALS,
        *("__iadd__", "__isub__", "__imul__", "__itruediv__", "__ipow__", "__imatmul__"),
        *("__ifloordiv__", "__imod__"),
    }
    assert declared == set(bindings()) - not_declared


def test_a_leaf_can_be_pickled_and_copied():
    x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    for y in (pickle.loads(pickle.dumps(x)), copy.deepcopy(x)):
        assert (y.data.tolist(), y.requires_grad, y.name) == ([1.0, 2.0], True, "x")


def test_a_primitive_is_pickled_by_name():
    assert all(pickle.loads(pickle.dumps(p)) is p for p in ag.primitives())


@pytest.mark.parametrize(
    ("index", "value"),
    [
        (0, 9.0),
        ([0, 2], [7.0, 8.0]),
        (slice(1, None), 5.0),
        (np.array([True, False, True]), 6.0),
        ([], []),
    ],
)
def test_at_set_is_assignment_on_a_copy(index, value):
    x = ag.tensor([1.0, 2.0, 3.0])
    expected = x.numpy()
    expected[index] = value
    np.testing.assert_array_equal(x.at[index].set(value).data, expected)
    assert x.data.tolist() == [1.0, 2.0, 3.0]


def test_at_set_passes_no_gradient_to_what_it_overwrites():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    v = ag.tensor([10.0, 20.0], requires_grad=True)
    (x.at[[0, 0]].set(v) * np.array([1.0, 2.0, 3.0])).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0, 3.0]
    assert v.grad.tolist() == [0.0, 1.0]  # the last one counts


def test_at_add_adds_once_for_every_mention():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    v = ag.tensor(5.0, requires_grad=True)
    y = x.at[[1, 1]].add(v)
    assert y.data.tolist() == [1.0, 12.0]
    y.sum().backward()
    assert (x.grad.tolist(), v.grad) == ([1.0, 1.0], 2.0)


def test_an_index_array_changed_later_does_not_matter():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    index = np.array([0, 1])
    y = x[index]
    index[:] = 2
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0, 0.0]


def test_an_integer_tensor_is_an_index():
    x = ag.tensor([1.0, 2.0, 3.0])
    assert x[ag.tensor([2, 0])].data.tolist() == [3.0, 1.0]
    assert x[ag.tensor(1)].item() == 2.0


def test_dropping_a_graph_frees_it_at_once():
    def use_a_graph():
        x = ag.tensor(np.ones(3), requires_grad=True)
        y = ag.sum(ag.softmax(ag.exp(x) * x))
        y.backward()
        g = ag.gradients(y, x, create_graph=True)
        ag.gradients(ag.sum(g), x)

    use_a_graph()  # which loads what is loaded at the first use
    while gc.collect():  # a finalizer lets go of what the next pass finds
        pass
    gc.disable()
    try:
        before = sum(isinstance(o, ag.Tensor) for o in gc.get_objects())
        use_a_graph()
        assert sum(isinstance(o, ag.Tensor) for o in gc.get_objects()) == before
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_pandas_leaves_its_operators_to_a_tensor():
    # A DataFrame has 4000; pandas returns NotImplemented for what has more.
    assert ag.Tensor.__pandas_priority__ > 4000


@pytest.mark.parametrize(
    ("make", "write"),
    [
        (lambda: ag.Tensor(1.0, dtype=float), "use ag.tensor(data, dtype=None"),
        (lambda: ag.tensor(1.0, True), "write requires_grad=True"),
    ],
)
def test_a_wrong_option_of_a_tensor_says_what_to_write(make, write):
    with pytest.raises(ag.GlassgradError, match=r"^[Tt]ensor: ") as caught:
        make()
    assert write in str(caught.value)
