"""The reverse sweep: order, accumulation, depth, memory, and its errors."""

import gc
import sys
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.core.backward import count_uses, steps
from autograd.core.tensor import Tensor
from tests.refusals import assert_refused


def leaf(value=2.0, **named):
    return ag.tensor(value, requires_grad=True, **named)


def test_a_shared_input_accumulates():
    x = leaf(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0


def test_a_diamond_counts_both_paths():
    x = leaf(2.0)
    y = x * 3.0
    (y * y).backward()
    assert x.grad == 36.0


def test_sixty_doublings_give_two_to_the_sixty():
    y = x = leaf(1.0)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad == 2.0**60


def test_backward_twice_gives_exactly_twice():
    x = leaf(0.3)
    c = ag.exp(x) * ag.sin(x * x)
    c.backward()
    once = x.grad
    c.backward()
    assert x.grad == 2 * once


def test_backward_on_a_leaf_gives_one():
    x = leaf()
    x.backward()
    assert x.grad == 1.0


def test_leaves_without_requires_grad_get_nothing():
    x, c = leaf(), ag.tensor(3.0)
    (x * c).backward()
    assert (x.grad, c.grad) == (3.0, None)


def test_intermediate_nodes_get_no_grad():
    x = leaf()
    y = x * 3.0
    (y * 2.0).backward()
    assert y.grad is None


def test_retain_all_fills_the_intermediate_nodes_and_the_output():
    x = leaf(2.0)
    y = x * 3.0
    z = y * y
    z.backward(retain="all")
    assert (z.grad, y.grad, x.grad) == (1.0, 12.0, 36.0)


def test_retain_all_accumulates_like_leaves():
    x = leaf(2.0)
    y = x * 3.0
    z = y * y
    z.backward(retain="all")
    z.backward(retain="all")
    assert (y.grad, x.grad) == (24.0, 72.0)


def test_a_cotangent_weights_the_elements():
    x = leaf([1.0, 2.0])
    (x * x).backward([10.0, 1.0])
    assert x.grad.tolist() == [20.0, 4.0]


def test_a_tensor_may_be_the_cotangent():
    x = leaf([1.0, 2.0])
    (x * x).backward(ag.tensor([10.0, 1.0]))
    assert x.grad.tolist() == [20.0, 4.0]
    assert isinstance(x.grad, np.ndarray)


def test_the_gradient_of_one_element_in_an_array_needs_no_cotangent():
    x = leaf([[3.0]])
    (x * x).backward()
    assert x.grad.tolist() == [[6.0]]


def test_leaves_do_not_share_their_gradients():
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    seed = np.ones(2)
    (x + y).backward(seed)
    x.grad[0] = 99.0
    assert (y.grad.tolist(), seed.tolist()) == ([1.0, 1.0], [1.0, 1.0])


def test_a_gradient_is_writable_even_if_it_was_broadcast():
    x = leaf([1.0, 2.0])
    x.sum().backward()
    x.grad *= 2.0
    assert x.grad.tolist() == [2.0, 2.0]


def test_a_gradient_has_the_dtype_of_its_leaf():
    x, y = leaf(np.float32(2.0)), leaf(np.float64(3.0))
    (x * y).backward()
    assert (type(x.grad), type(y.grad)) == (np.float32, np.float64)


@given(st.integers(1, 400))
def test_depth_does_not_matter(n):
    y = x = leaf(1.0)
    for _ in range(n * 10):
        y = y * 1.0
    y.backward()
    assert x.grad == 1.0


def sweep_time(n):
    y = x = leaf(1.0)
    start = time.perf_counter()
    for _ in range(n):
        y = y * 1.0
    y.backward()
    assert x.grad == 1.0
    return (time.perf_counter() - start) / n


@pytest.mark.slow
def test_a_million_operations_work_and_cost_linearly():
    assert sys.getrecursionlimit() < 10**5
    short = min(sweep_time(20_000) for _ in range(5))
    assert sweep_time(1_000_000) < 8 * short


def test_a_wide_fan_out_is_summed_once():
    x = leaf(1.0)
    total = x * 0.0
    for i in range(1000):
        total = total + x * float(i)
    total.backward()
    assert x.grad == sum(range(1000))


def test_rules_run_once_per_use():
    calls = []

    @ag.primitive(vjps=(lambda ct, out, x: calls.append(1) or ct * 2.0,))
    def double(x):
        return 2.0 * x

    y = double(leaf())
    (y * y + y + ag.exp(y)).backward()
    assert len(calls) == 1


def test_cotangents_are_freed_on_the_way():
    n, depth = 100_000, 40
    y = x = leaf(np.ones(n))
    for _ in range(depth):
        y = y + 1.0  # saves nothing but its values, which exist before
    y.backward(np.ones(n))  # Python 3.12 keeps more the first time
    x.grad = None
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    y.backward(np.ones(n))
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert x.grad[0] == 1.0
    assert peak < 6 * n * 8


def test_nothing_is_left_for_the_garbage_collector():
    while gc.collect():  # a finalizer lets go of what the next pass finds
        pass
    gc.disable()
    try:
        x = leaf(np.ones(4))
        for _ in range(5):
            y = ag.sum(ag.tanh(x * x) / (1.0 + ag.exp(-x)))
            y.backward()
            g = ag.gradients(y, x, create_graph=True)
            ag.gradients(ag.sum(g * g), x, create_graph=True)
        del x, y, g
        assert gc.collect() == 0
    finally:
        gc.enable()


@given(st.data())
def test_backward_applies_the_very_rules_that_steps_yields(data):
    x, y = leaf(data.draw(st.floats(-2, 2))), leaf([1.0, 2.0])
    pool = [x, y]
    for _ in range(data.draw(st.integers(1, 12))):
        a, b = (pool[data.draw(st.integers(0, len(pool) - 1))] for _ in range(2))
        pool.append(data.draw(st.sampled_from([a + b, a * b, ag.tanh(a), ag.maximum(a, b), -a])))
    out = ag.sum(sum(pool))
    seen = list(steps([out], {out: np.float64(1.0)}, count_uses([out])[0]))
    out.backward(retain="all")
    received = {}
    for node, position, target, upstream, contribution, total in seen:
        assert node.inputs[position] is target
        np.testing.assert_array_equal(node.grad, upstream)
        before = received.get(target)
        np.testing.assert_array_equal(
            total, contribution if before is None else before + contribution
        )
        received[target] = total
    for target, total in received.items():
        np.testing.assert_array_equal(target.grad, total)


def test_every_node_comes_after_all_that_use_it():
    x = leaf(0.5)
    a = ag.exp(x)
    out = a * x + ag.sin(a) * a
    order = [node for node, *_ in steps([out], {out: np.float64(1.0)}, count_uses([out])[0])]
    done = set()
    for node in dict.fromkeys(order):
        assert not any(
            u in order and u not in done for u in order if node in u.inputs and u is not node
        )
        done.add(node)


def test_gradients_leaves_grad_alone():
    x = leaf(3.0)
    assert ag.gradients(x * x, x) == 6.0
    assert x.grad is None


def test_gradients_of_several_inputs_is_a_list():
    x, y = leaf(3.0), leaf(4.0)
    assert ag.gradients(x * y, [x, y]) == [4.0, 3.0]


@pytest.mark.parametrize("several", [tuple, iter, lambda xs: (x for x in xs), dict.fromkeys])
def test_gradients_take_any_iterable_of_tensors_but_a_dict(several):
    xs = [leaf(2.0), leaf(3.0)]
    loss = xs[0] * xs[1]
    if several == dict.fromkeys:
        assert_refused(lambda: ag.gradients(loss, several(xs)), ag.GradientError, "values()")
        several = lambda xs: dict.fromkeys(xs).keys()  # noqa: E731
    assert ag.gradients(loss, several(xs)) == [3.0, 2.0]


def test_gradients_of_several_outputs_are_summed():
    x = leaf(3.0)
    assert ag.gradients([x * x, 2.0 * x], x) == 8.0
    assert ag.gradients([x * x, 2.0 * x], x, [10.0, 1.0]) == 62.0


def test_the_same_output_twice_counts_twice():
    x = leaf(3.0)
    y = x * x
    assert ag.gradients([y, y], x) == 12.0


def test_an_output_may_be_made_from_another():
    x = leaf(3.0)
    y = x * x
    assert ag.gradients([y, y * 2.0], [x, y]) == [18.0, 3.0]


def test_gradients_with_respect_to_a_node_in_between():
    x = leaf(3.0)
    h = x * x
    assert ag.gradients(h * h + h, [h, x]) == [19.0, 114.0]


def test_an_input_may_be_the_output():
    x = leaf(3.0)
    y = x * x
    assert ag.gradients(y, y) == 1.0


def test_an_unconnected_input_gets_zeros():
    x, y = leaf([1.0, 2.0]), leaf(np.zeros((2, 2), np.float32))
    g = ag.gradients(ag.sum(x), [x, y])[1]
    assert (g.shape, g.dtype, g.any()) == ((2, 2), np.float32, False)
    tensor_zero = ag.gradients(ag.sum(x), y, create_graph=True)
    assert isinstance(tensor_zero, Tensor)
    assert not tensor_zero.data.any()


def test_a_path_through_a_node_without_derivative_is_no_path():
    x = leaf([1.0, 2.0])
    y = ag.where(x, ag.tensor([1.0, 1.0], requires_grad=True), 0.0)
    assert ag.gradients(ag.sum(y), x).tolist() == [0.0, 0.0]


def test_a_condition_that_is_also_a_value_gets_the_gradient_of_the_value_alone():
    x = leaf([1.0, 0.0])
    ag.sum(ag.where(x, x * 2.0, 5.0)).backward()
    assert x.grad.tolist() == [2.0, 0.0]


def test_only_paths_to_the_inputs_are_walked():
    calls = []

    @ag.primitive(vjps=(lambda ct, out, x: calls.append(1) or ct,))
    def watched(x):
        return +x

    x, y = leaf(2.0), leaf(3.0)
    ag.gradients(watched(y) * x, x)
    assert calls == []


def test_create_graph_gives_the_whole_backward_graph():
    x = leaf(3.0, name="x")
    g = ag.gradients(2.0 * x, x, create_graph=True)
    graph = ag.graph(g)
    assert [n.label for n in graph if n.name] == ["seed"]
    assert [n.primitive for n in graph if n.primitive] == [ag.multiply.primitive]


def test_higher_orders_by_create_graph():
    x = leaf(0.7)
    y = ag.exp(2.0 * x)
    for order in range(1, 6):
        y = ag.gradients(y, x, create_graph=True)
        assert y.item() == pytest.approx(2.0**order * np.exp(1.4), rel=1e-12)


def test_create_graph_records_inside_no_grad_too():
    x = leaf(3.0)
    y = x * x * x
    with ag.no_grad():
        g = ag.gradients(y, x, create_graph=True)
    assert ag.gradients(g, x) == 18.0


def test_create_graph_accepts_a_tensor_cotangent():
    x, v = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    g = ag.gradients(x * x, x, v, create_graph=True)
    assert ag.gradients(ag.sum(g), v).tolist() == [2.0, 4.0]


def test_gradients_are_not_views_of_each_other():
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    a, b = ag.gradients(ag.sum(x + y), [x, y])
    a[0] = 9.0
    assert b.tolist() == [1.0, 1.0]


def test_backward_of_many_elements_without_a_cotangent_is_refused():
    x = leaf([1.0, 2.0])
    assert_refused(lambda: (x * x).backward(), ag.GradientError, "shape (2,)")


def test_backward_of_a_constant_is_refused():
    assert_refused(lambda: ag.tensor(1.0).backward(), ag.GradientError, "requires_grad=True")


def test_a_cotangent_of_another_shape_is_refused():
    x = leaf([1.0, 2.0])
    assert_refused(lambda: (x * x).backward(np.ones(3)), ag.ShapeError, "(3,) and the tensor (2,)")
    assert_refused(
        lambda: (x * x).backward(ag.tensor([1.0])), ag.ShapeError, "(1,) and the tensor (2,)"
    )


def test_a_cotangent_that_is_no_number_is_refused():
    x = leaf(1.0)
    assert_refused(lambda: (x * x).backward("one"), ag.DTypeError, "use real floating-point")
    assert_refused(lambda: (x * x).backward(1j), ag.DTypeError, "use real floating-point")


def test_an_unknown_retain_is_refused():
    x = leaf(1.0)
    assert_refused(lambda: (x * x).backward(retain="some"), ag.GradientError, "retain='some'")


def test_gradients_of_something_else_are_refused():
    x = leaf(1.0)
    assert_refused(lambda: ag.gradients([2.0], x), ag.GradientError, "expected a Tensor, not float")
    assert_refused(lambda: ag.gradients(x, ag.tensor(1.0)), ag.GradientError, "does not require")
    assert_refused(lambda: ag.gradients([x, x], x, [1.0]), ag.ShapeError, "1 cotangents for 2")


def broken(rule):
    @ag.primitive(vjps=(rule,))
    def odd(x):
        return 1.0 * x

    return lambda: ag.sum(odd(leaf(np.ones((2, 3))))).backward()


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (lambda ct, out, x: ct[0, :2], "returned shape (2,); it must be (2, 3)"),
        (lambda ct, out, x: 1.0, "returned shape ()"),
        (lambda ct, out, x: None, "returned None"),
        (lambda ct, out, x: "ct", "returned the str 'ct'"),
        (lambda ct, out, x: ct + 1j, "returned dtype complex128"),
    ],
)
def test_a_broken_rule_is_named_with_what_it_returned(rule, text):
    assert_refused(broken(rule), ag.RuleError, f"odd: the rule of input 0 {text}")


def test_a_rule_that_fails_is_named():
    text = "odd: the rule of input 0 failed"
    assert_refused(broken(lambda ct, out: ct), ag.RuleError, text)
    assert_refused(broken(lambda ct, out, x: ct @ np.ones((7, 7))), ag.RuleError, text)


def test_a_singular_matrix_in_a_rule_says_so():
    singular = lambda ct, out, x: np.linalg.solve(np.zeros((2, 2)), ct)  # noqa: E731
    with pytest.raises(np.linalg.LinAlgError):
        broken(singular)()


@pytest.mark.parametrize("returned", [None, [1.0], [1.0, 2.0, 3.0]])
def test_a_joint_rule_that_returns_no_list_for_all_inputs_is_refused(returned):
    @ag.primitive(vjps=lambda ct, out, x, y, *, needed: returned)
    def product(x, y):
        return x * y

    assert_refused(
        lambda: product(leaf(), leaf()).backward(), ag.RuleError, "a list of 2 cotangents"
    )


def test_a_joint_rule_that_forgets_an_input_is_refused():
    @ag.primitive(vjps=lambda ct, out, x, y, *, needed: [ct, None])
    def product(x, y):
        return x * y

    assert_refused(
        lambda: product(leaf(), leaf()).backward(), ag.RuleError, "input 1 returned None"
    )


def test_a_rule_may_return_a_python_number_for_a_scalar():
    @ag.primitive(vjps=(lambda ct, out, x: 5.0,))
    def five(x):
        return 5.0 * x

    x = leaf(1.0)
    five(x).backward()
    assert x.grad == 5.0


def test_a_rule_that_forgets_broadcasting_is_helped():
    @ag.primitive(vjps=(lambda ct, out, x, y: ct * y, lambda ct, out, x, y: ct * x))
    def product(x, y):
        return x * y

    x, y = leaf(np.ones((2, 1))), leaf(np.full((3, 1, 4), 2.0))
    product(x, y).backward(np.ones((3, 2, 4)))
    assert x.grad.tolist() == [[24.0], [24.0]]
    assert y.grad.tolist() == np.full((3, 1, 4), 2.0).tolist()


def test_a_joint_rule_is_told_what_is_needed():
    seen = []

    def both(ct, out, x, y, *, needed):
        seen.append(needed)
        return [ct * y if needed[0] else None, ct * x if needed[1] else None]

    @ag.primitive(vjps=both)
    def product(x, y):
        return x * y

    x, y = leaf(2.0), leaf(3.0)
    product(x, y).backward()
    assert (x.grad, y.grad) == (3.0, 2.0)
    ag.gradients(product(x, y), y)
    product(x, 3.0).backward()
    assert seen == [(True, True), (False, True), (True, False)]


def test_a_recorded_backward_pass_has_the_same_numbers_and_errors():
    x = leaf(2.0)
    y = ag.where(x.data > 1.0, x * x, x)
    dx = ag.gradients(y, x, create_graph=True)
    assert dx.item() == ag.gradients(y, x) == 4.0

    def fails(ct, out, x):
        raise KeyError("no such thing")

    broken = ag.primitive(vjps=(fails,), name="broken")(lambda x: x * 1.0)
    for create_graph in (False, True):
        with pytest.raises(ag.RuleError, match="broken: the rule of input 0 failed"):
            ag.gradients(broken(x), x, create_graph=create_graph)


def test_a_recorded_backward_pass_finds_what_was_changed_in_place():
    with ag.debug():
        x = leaf(np.ones(3))
        y = x * x
        total = ag.sum(y * y)
        x.data[0] = 5.0
        with pytest.raises(ag.GlassgradError, match="changed"):
            ag.gradients(total, x, create_graph=True)


def test_an_input_without_a_rule_gets_nothing_when_recorded():
    odd = ag.primitive(vjps=(None, lambda ct, out, x, y: ct), name="odd")(lambda x, y: x + y)
    x, y = leaf(1.0), leaf(2.0)
    dx, dy = ag.gradients(odd(x, y) + x, [x, y], create_graph=True)
    assert (dx.item(), dy.item()) == (1.0, 1.0)
