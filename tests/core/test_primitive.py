"""Primitives: application, parameters, recording, and the decorator."""

import inspect
import pickle
import pydoc
import threading
from dataclasses import FrozenInstanceError
from functools import partial

import numpy as np
import pytest

import autograd as ag
from autograd.core import context
from autograd.core.apply import apply
from tests.refusals import assert_refused


@ag.primitive(
    vjps=(lambda ct, out, x, y, power=2: ct * y, lambda ct, out, x, y, power=2: ct * x),
    name="odd product",
    symbol="o",
)
def product(x, y, power=2):
    """Multiply."""
    return x * y


def test_the_decorator_keeps_name_and_documentation():
    record = product.primitive
    assert (record.name, record.symbol, product.__doc__) == ("odd product", "o", "Multiply.")
    assert str(record) == "odd product"
    assert repr(record) == "<primitive odd product>"
    assert str(inspect.signature(product)) == "(x, y, power=2)"


@pytest.mark.parametrize("p", ag.primitives(), ids=str)
def test_a_primitive_is_an_ordinary_function(p):
    assert inspect.isfunction(p.function)
    assert p.function.primitive is p
    assert inspect.signature(p.function) == inspect.signature(p.forward)


@pytest.mark.parametrize("p", ag.primitives(), ids=str)
def test_a_primitive_is_pickled_by_its_name(p):
    assert pickle.loads(pickle.dumps(p.function)) is p.function
    assert pickle.loads(pickle.dumps(p)) is p


def test_help_shows_signature_and_docstring():
    text = pydoc.render_doc(ag.sum, renderer=pydoc.plaintext)
    assert "sum(x: Array, axis: Axis = None, keepdims: bool = False)" in text.replace("'", "")
    assert "Sum along axes." in text


def test_a_record_can_be_called_as_its_function():
    assert ag.exp.primitive(0.0) == 1.0
    with pytest.raises(ag.RuleError, match="exp: this record has no function"):
        ag.exp.primitive.with_rules((None,))(0.0)


def test_a_record_never_changes():
    with pytest.raises(FrozenInstanceError):
        ag.exp.primitive.vjps = ()


def test_an_option_that_moved_into_the_spec_is_named():
    with pytest.raises(ag.RuleError, match=r"no option 'region'; .* spec=ag\.Spec\(region="):
        ag.primitive(vjps=(lambda ct, out, x: ct,), region=np.sign)


def test_a_forward_rule_without_a_name_has_that_of_the_primitive():
    scaled = ag.primitive(vjps=(lambda ct, out, x: ct * 3.0,), name="triple")(
        partial(np.multiply, 3.0)
    )
    assert scaled.__name__ == "triple"
    assert ag.grad(scaled)(2.0) == 3.0


def test_a_record_without_a_function_is_not_pickled():
    with pytest.raises(ag.RuleError, match="exp: a record without a function cannot be pickled"):
        pickle.dumps(ag.exp.primitive.with_rules((None,)))


def test_a_primitive_without_tensors_is_its_forward_rule():
    assert type(product(np.float64(2.0), 3.0)) is np.float64


def test_a_forward_rule_may_return_a_python_number():
    @ag.primitive(vjps=(lambda ct, out, x: ct * 2.0,))
    def double(x):
        return 2.0 * float(x)

    x = ag.tensor(3.0, requires_grad=True)
    y = double(x)
    y.backward()
    assert (type(y.data), x.grad) == (np.float64, 2.0)


def test_a_forward_rule_that_returns_no_number_is_refused():
    @ag.primitive(vjps=(lambda ct, out, x: ct,))
    def odd(x):
        return "x"

    with pytest.raises(ag.DTypeError, match="odd: str"):
        odd(ag.tensor(1.0))


def test_more_rules_than_inputs_are_refused():
    with pytest.raises(ag.RuleError, match="2 rules, but 1 inputs"):

        @ag.primitive(vjps=(lambda ct, out, x: ct, lambda ct, out, x: ct))
        def odd(x):
            return x


def test_a_joint_primitive_of_no_input_is_its_forward_rule():
    @ag.primitive(vjps=lambda ct, out, *xs, needed: [])
    def nothing(*xs):
        return 7.0

    assert nothing() == 7.0


def test_inputs_may_be_given_by_name():
    x = ag.tensor(2.0, requires_grad=True)
    out = product(y=3.0, x=x)
    assert out.inputs == (x, 3.0)


def test_parameters_may_be_given_by_position():
    x = ag.tensor(2.0, requires_grad=True)
    assert product(x, 3.0, 5).params == {"power": 5}


def test_unknown_and_missing_arguments_are_refused():
    for call in (lambda: product(1.0), lambda: product(1.0, 2.0, 3, 4), lambda: product(1.0, z=1)):
        with pytest.raises(ag.UnsupportedError, match="odd product"):
            call()


def test_parameters_with_the_wrong_name_are_refused():
    x = ag.tensor(2.0, requires_grad=True)
    with pytest.raises(ag.UnsupportedError, match=r"odd product.*colour"):
        product(x, 3.0, colour=1)


def test_a_primitive_of_several_inputs_has_a_domain_for_each():
    assert [d.text for d in ag.divide.primitive.domain] == ["every real x", "x != 0"]


def test_a_domain_knows_its_points():
    assert 0.5 in ag.log.primitive.domain[0]
    assert -0.5 not in ag.log.primitive.domain[0]


def test_an_operation_without_derivative_is_not_recorded():
    x = ag.tensor([1.0, 3.0], requires_grad=True)
    for y in (ag.argmax(x), ag.argmin(x), ag.isnan(x), ag.greater(x, 1.0), ag.argsort(x)):
        assert (y.requires_grad, y.primitive) == (False, None)


def test_primitives_are_sorted_and_differentiable():
    names = [p.name for p in ag.primitives()]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    assert "argmax" not in names


def test_python_numbers_are_computed_as_numpy_does():
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert ag.divide(1.0, 0.0) == np.inf
    with pytest.warns(RuntimeWarning, match="invalid"):
        assert np.isnan(ag.power(-8.0, 0.5))


def test_a_weak_number_does_not_promote_a_plain_array():
    assert ag.multiply(2.0, np.ones(2, np.float32)).dtype == np.float32


def test_lists_are_read_as_arrays():
    assert ag.multiply([1.0, 2.0], 2).tolist() == [2.0, 4.0]
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    (x * [3.0, 4.0]).sum().backward()
    assert x.grad.tolist() == [3.0, 4.0]


@pytest.mark.parametrize(
    ("constant", "text"),
    [
        ("two", "the str 'two'"),
        (None, "None"),
        ({1: 2}, "the dict"),
        (np.array([1, None]), "dtype object"),
        (1j, "complex"),
        (np.array(["a"]), "dtype <U1"),
        (object(), "dtype object"),
        ([[1], [1, 2]], "cannot read"),
        (np.complex64(1), "complex64"),
    ],
)
def test_what_is_no_real_number_is_refused(constant, text):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    for call in (lambda: x * constant, lambda: ag.add(constant, x)):
        assert_refused(call, ag.DTypeError, text)


@pytest.mark.parametrize(
    "constant", [np.float16(2), np.int8(2), np.bool_(True), np.uint64(2), True, 2]
)
def test_every_real_numpy_scalar_is_a_constant(constant):
    x = ag.tensor(3.0, requires_grad=True)
    (x * constant).backward()
    assert x.grad == float(constant)


def test_a_subclass_of_a_python_number_is_a_weak_constant():
    class Kilo(float):
        pass

    x = ag.tensor(np.float32(3.0), requires_grad=True)
    y = x * Kilo(1000.0)
    assert (y.item(), y.dtype) == (3000.0, np.float32)


def test_no_grad_is_a_context_and_a_decorator():
    x = ag.tensor(2.0, requires_grad=True)

    @ag.no_grad()
    def f(x):
        return x * x

    assert not f(x).requires_grad
    assert not f(x).requires_grad
    with ag.no_grad():
        with ag.no_grad():
            pass
        assert not (x * x).requires_grad
    assert (x * x).requires_grad


def test_no_grad_ends_when_an_exception_leaves_it():
    with pytest.raises(ZeroDivisionError), ag.no_grad():
        1 / 0  # noqa: B018
    assert (ag.tensor(1.0, requires_grad=True) * 2).requires_grad
    assert not context.open_blocks


def test_no_grad_belongs_to_its_thread():
    x = ag.tensor(2.0, requires_grad=True)
    results = []
    with ag.no_grad():
        thread = threading.Thread(target=lambda: results.append((x * x).requires_grad))
        thread.start()
        thread.join()
    assert results == [True]


def test_many_threads_record_at_once():
    def work(seed, results):
        x = ag.tensor(float(seed), requires_grad=True)
        y = x
        for i in range(300):
            with ag.scope(f"s{i}"):
                y = ag.sigmoid(y * 1.0 + 0.0) + x
            with ag.no_grad():
                assert not (x * y).requires_grad
        y.backward()
        results[seed] = x.grad

    together, alone = {}, {}
    threads = [threading.Thread(target=work, args=(i, together)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for i in range(8):
        work(i, alone)
    assert together == alone
    assert not context.open_blocks


def test_a_scope_names_nodes_and_nests():
    x = ag.tensor(2.0, requires_grad=True)
    with ag.scope("outer"), ag.scope("inner"):
        y = x * x
    assert y.scope.path == ("outer", "inner")
    assert repr(y.scope) == "Scope(outer/inner)"
    assert (x * x).scope is None


def test_a_composed_function_names_its_nodes():
    y = ag.silu(ag.tensor(2.0, requires_grad=True))
    graph = ag.graph(y)
    assert {s.name for n in graph if n.primitive for s in n.scope} == {"silu"}


def test_two_calls_of_a_function_are_two_scopes():
    x = ag.tensor(2.0, requires_grad=True)
    a, b = ag.silu(x), ag.silu(x)
    assert a.scope is not b.scope


def test_a_composed_function_keeps_its_name_and_documentation():
    assert ag.softmax.__name__ == "softmax"
    assert "exp(x_i)" in ag.softmax.__doc__


def test_every_primitive_is_documented_with_a_doctest():
    for p in ag.primitives():
        assert p.function.__doc__.count(">>>") >= 1, p
        assert "->" in p.function.__doc__ or "condition" in p.function.__doc__, p


def test_a_copy_with_other_rules_leaves_the_primitive_alone():
    other = ag.exp.primitive.with_rules((lambda ct, out, x: 3.0 * ct,))
    assert ag.grad(lambda x: apply(other, (x,), {}))(0.5) == 3.0
    assert ag.grad(ag.exp)(0.0) == 1.0
    assert (other.name, other.symbol, other.elementwise) == ("exp", "exp", True)
    assert other.partials == ("",)


def test_what_goes_by_name_alone_is_refused_by_position():
    @ag.primitive(vjps=(lambda ct, out, x, *, k=1.0: ct * k,))
    def scaled(x, *, k=1.0):
        return x * k

    assert scaled(2.0, k=3.0) == 6.0
    with pytest.raises(ag.UnsupportedError, match="scaled: too many positional arguments"):
        scaled(2.0, 3.0)


def test_a_forward_rule_that_fails_runs_once():
    calls = []

    @ag.primitive(vjps=(lambda ct, out, x: ct,))
    def broken(x):
        calls.append(x)
        raise ValueError("no such thing")

    with pytest.raises(ag.ShapeError, match=r"broken: shape .*no such thing"):
        broken(ag.tensor([1.0], requires_grad=True))
    assert len(calls) == 1


def test_a_scalar_gradient_is_a_number_whatever_the_rule_returns():
    odd = ag.primitive(vjps=(lambda ct, out, x: np.asarray(ct * 2.0),), name="odd")(lambda x: x * 2)
    x = ag.tensor(1.0, requires_grad=True)
    odd(x).backward()
    assert type(x.grad) is np.float64


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_a_matrix_of_numpy_is_no_gradient():
    odd = ag.primitive(vjps=(lambda ct, out, x: np.matrix(ct),), name="odd")(lambda x: x * 1.0)
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ag.RuleError, match="odd: the rule of input 0 returned a matrix"):
        odd(x).backward(np.ones(2))


@pytest.mark.parametrize(
    ("partials", "text"),
    [
        (("2*y",), "has y, but the inputs are x, and the result is out"),
        (("z",), "has z"),
        (("1", "1"), "must be a tuple of one text for each input"),
        ("1", "must be a tuple"),
    ],
)
def test_texts_of_local_gradients_belong_to_the_inputs(partials, text):
    def define():
        ag.primitive(vjps=(lambda ct, out, x: ct,), partials=partials)(lambda x: x)

    assert_refused(define, ag.RuleError, text)


def test_a_ufunc_that_tells_no_signature_is_a_forward_rule(monkeypatch):
    def no_signature(f):
        raise ValueError("no signature found")

    rule = lambda ct, out, x: ct / (3 * out * out)  # noqa: E731
    monkeypatch.setattr("autograd.core.define.inspect.signature", no_signature)
    cbrt = ag.primitive(vjps=(rule,))(np.cbrt)
    monkeypatch.undo()
    assert ag.grad(cbrt)(8.0) == pytest.approx(1 / 12)
    assert_refused(lambda: cbrt(1.0, 2.0), ag.UnsupportedError, "cbrt: ")
