"""What a capture knows: checks, assumptions, assignments, random numbers and floats of Python's."""

import random
import sys
import threading

import numpy as np
import pytest

import autograd as ag
from autograd.core.assumptions import AssumptionBroken, assumed, assuming
from autograd.core.capturing import checked, drawn, is_captured, name_state
from autograd.core.pytree import flatten
from autograd.core.random_state import set_states, shared, states
from autograd.core.vjp import rule_result

X = np.array([1.0, 2.0])


def refuse_negative(x):
    if np.any(x < 0):
        raise ag.ShapeError("root: a number is negative; give other ones")


def test_a_check_is_made_in_each_run_and_has_the_derivative_1():
    def f(x):
        return ag.sum(checked(x, refuse_negative) ** 2)

    gradient = ag.capture(ag.grad(f), X)
    np.testing.assert_array_equal(ag.evaluate(gradient, 3 * X), 6 * X)
    with pytest.raises(ag.ShapeError, match="negative"):
        ag.evaluate(gradient, -X)


def test_a_check_of_a_constant_is_made_once():
    program = ag.capture(lambda x: x * checked(ag.tensor(2.0), refuse_negative), X)
    assert [node.gate for node in program if node.primitive] == ["*"]


def test_a_program_may_assume_what_it_then_checks():
    def f(x):
        with assuming():
            x, positive = assumed(x, lambda x: bool(np.all(x > 0)))
        return x * 2.0 if positive else ag.absolute(x) * 2.0

    program = ag.capture(f, X)
    np.testing.assert_array_equal(ag.evaluate(program, 2 * X), 4 * X)
    with pytest.raises(AssumptionBroken):
        ag.evaluate(program, -X)
    np.testing.assert_array_equal(f(X), 2 * X)
    np.testing.assert_array_equal(ag.evaluate(ag.capture(f, -X), X), 2 * X)


def test_an_assumption_that_an_operation_refuses_is_not_checked_twice():
    def f(x):
        with assuming():
            x, positive = assumed(x, lambda x: bool(np.all(x > 0)), is_refused=True)
        return x * 2.0 if positive else x

    program = ag.capture(f, X)
    assert [node.gate for node in program if node.primitive] == ["*2"]


def test_nothing_is_drawn_after_an_assumption():
    rng = np.random.default_rng(0)

    def f(x):
        with assuming():
            x, _ = assumed(x, lambda x: True)
        return x * drawn(lambda: rng.normal(size=2))

    with pytest.raises(AssumptionBroken):
        ag.capture(f, X)


def test_an_assigned_value_gets_the_dtype_of_the_tensor():
    total = ag.tensor(np.float32(1.0))

    def f(x):
        ag.assign(total, ag.sum(x))
        return total * 2

    program = ag.capture(f, X)
    assert total.dtype == np.float32
    assert ag.evaluate(program, X).dtype == np.float32
    assert total.item() == 3.0


def test_what_another_thread_writes_during_a_capture_stays():
    total = ag.tensor(1.0)

    def f(x):
        ag.assign(total, total + 1.0)
        thread = threading.Thread(target=lambda: setattr(total, "data", 7.0))
        thread.start()
        thread.join()
        return x * 1.0

    ag.capture(f, X)
    assert total.item() == 7.0


def test_the_gradient_of_a_constant_may_be_read():
    program = ag.capture(lambda x: x if ag.tensor(1.0).grad is None else -x, X)
    np.testing.assert_array_equal(ag.evaluate(program, X), X)


def test_code_without_lines_is_refused_without_a_line():
    space = {}
    exec("f = lambda x: x * float(x[0])", space)
    with pytest.raises(ag.CaptureError, match="reads the numbers of a captured tensor, and"):
        ag.capture(space["f"], X)


def test_state_can_be_named():
    w = ag.tensor(2.0)

    def f(x):
        name_state({"scale": w})
        assert is_captured()
        return x * w

    program = ag.capture(f, X)
    assert program[program.id_of(w)].name == "scale"
    name_state({"other": w})
    assert not is_captured()


def test_a_tensor_of_a_constant_is_a_constant():
    program = ag.capture(lambda x: x * ag.tensor(ag.tensor([2.0, 3.0])), X)
    assert not program.state
    np.testing.assert_array_equal(ag.evaluate(program, X), [2.0, 6.0])


def test_a_float_among_the_arguments_has_the_shape_of_a_number():
    seen = []

    def f(a):
        seen.append((a.shape, a.ndim, a.size, a.dtype))
        return a * 2.0

    ag.capture(f, 1.0)
    assert seen == [((), 0, 1, np.float64)]


def test_the_data_of_a_float_among_the_arguments_can_be_read_afterwards():
    seen = []
    with pytest.raises(ag.CaptureError, match="reads a float of the arguments"):
        ag.capture(lambda a: a * a.data, 1.0)
    ag.capture(lambda a: seen.append(a) or a * 2.0, 1.0)
    assert seen[0].data == 1.0


def test_a_float_of_0_has_the_reciprocal_of_numpys():
    with np.errstate(divide="ignore"):
        assert ag.evaluate(ag.capture(ag.reciprocal, 0.0), 0.0) == np.inf


def test_large_results_share_memory_while_a_function_is_compiled():
    x = np.linspace(0.0, 1.0, 50_000)
    compiled = ag.compile(lambda x: ag.sum(ag.tanh(x) * ag.sin(x)))
    np.testing.assert_allclose(compiled(x), np.sum(np.tanh(x) * np.sin(x)), rtol=1e-12)


def test_the_operations_of_a_program_are_not_run_again():
    w = ag.tensor(2.0, requires_grad=True)
    y = ag.compile(lambda x: w * x)(3.0)
    with pytest.raises(ag.GradientError, match="cannot be run again"):
        y.primitive.forward(w.data)


# Generators


def test_a_function_without_numpys_random_numbers_has_pythons_alone(monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy.random")
    assert shared() == [random.random.__self__]


@pytest.mark.parametrize(
    ("rng", "draw"),
    [
        (random.Random(0), lambda rng: rng.random()),
        (np.random.default_rng(0), lambda rng: rng.random()),
        (np.random.RandomState(0), lambda rng: rng.random_sample()),
    ],
)
def test_a_generator_gets_its_state_back(rng, draw):
    before = states([rng])
    first = draw(rng)
    set_states(before)
    assert draw(rng) == first


def test_a_generator_of_the_system_has_no_state():
    set_states(states([random.SystemRandom()]))


# Containers and rules


class Row(list):
    """A list of a user's."""


def test_a_list_of_a_class_stays_one():
    leaves, rebuild = flatten(Row([1, 2]))
    again = rebuild(x * 10 for x in leaves)
    assert type(again) is Row
    assert again == [10, 20]


def test_the_rule_of_one_input_alone_of_a_joint_rule():
    @ag.primitive(vjps=lambda ct, out, *xs, needed: [ct * 2 if n else None for n in needed])
    def total(*xs):
        return sum(xs) * 2

    assert rule_result(total.primitive, 1, 3.0, 6.0, (1.0, 2.0), {}) == 6.0


def test_a_forward_rule_that_fails_names_its_operation():
    @ag.primitive(vjps=(lambda ct, out, x: ct,))
    def picky(x):
        raise ValueError("not today")

    with pytest.raises(ag.GlassgradError, match=r"^picky: [^\n]*not today"):
        picky(ag.tensor(X))


def test_a_rule_beside_data_that_fails_names_its_operation():
    def rule(ct, out, x, table):
        raise ValueError("not today")

    @ag.primitive(vjps=(rule, None))
    def looked_up(x, table):
        return x * table

    x = ag.tensor(X, requires_grad=True)
    with pytest.raises(ag.GlassgradError, match=r"looked_up: [^\n]*input 0[^\n]*not today"):
        ag.sum(looked_up(x, X)).backward()


def test_a_rule_beside_data_is_left_out_where_its_input_is_a_constant():
    @ag.primitive(vjps=(lambda ct, out, x, table: ct * table, None))
    def looked_up(x, table):
        return x * table

    table = ag.tensor(X, requires_grad=True)
    ag.sum(looked_up(X, table)).backward()
    assert table.grad is None


def test_a_detached_float_is_still_weak():
    program = ag.capture(lambda a, x: a.detach() * x, 2.0, X.astype(np.float32))
    assert ag.evaluate(program, 3.0, X.astype(np.float32)).dtype == np.float32
