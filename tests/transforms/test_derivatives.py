"""grad, value_and_grad, vjp, jvp, jacobian, hessian, hvp: alone, nested and mixed."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from tests.refusals import assert_refused

numbers = st.floats(-1.5, 1.5)


def test_grad_of_a_float_is_a_numpy_scalar():
    assert type(ag.grad(lambda x: x * x)(3.0)) is np.float64


def test_grad_of_an_array_is_an_array():
    assert type(ag.grad(lambda x: ag.sum(x * x))(np.ones(3))) is np.ndarray


def test_grad_of_a_tensor_is_a_tensor():
    g = ag.grad(lambda x: x * x)(ag.tensor(3.0))
    assert (type(g), g.item(), g.requires_grad) == (ag.Tensor, 6.0, False)


def test_grad_of_a_tensor_that_requires_a_gradient_can_be_differentiated():
    x = ag.tensor(3.0, requires_grad=True)
    ag.grad(lambda x: x * x * x)(x).backward()
    assert x.grad == 18.0


def test_grad_leaves_the_grad_of_tensors_alone():
    x = ag.tensor(3.0, requires_grad=True)
    ag.grad(lambda x: x * x)(x)
    assert x.grad is None


def test_grad_keeps_float32():
    g = ag.grad(lambda x: ag.sum(ag.exp(x) * 2.0))(np.ones(2, np.float32))
    assert g.dtype == np.float32


def test_value_and_grad_gives_both():
    assert ag.value_and_grad(lambda x, y: x * y, argnums=1)(3.0, 4.0) == (12.0, 3.0)


def test_argnums_may_be_several():
    assert ag.grad(lambda x, y, z: x * y * z, argnums=(0, -1))(2.0, 3.0, 4.0) == (12.0, 6.0)


def test_keyword_arguments_are_passed_on():
    assert ag.grad(lambda x, *, scale: scale * x)(2.0, scale=5.0) == 5.0


class Layer(NamedTuple):
    w: object
    b: object


def test_nested_structures_are_kept():
    params = {"layers": [Layer(2.0, 1.0), Layer(3.0, 0.5)], "scale": (4.0,)}

    def f(p):
        y = p["scale"][0]
        for layer in p["layers"]:
            y = layer.w * y + layer.b
        return y

    g = ag.grad(f)(params)
    assert g == {"layers": [Layer(12.0, 3.0), Layer(9.0, 1.0)], "scale": (6.0,)}
    assert isinstance(g["layers"][0], Layer)


def test_an_unused_part_gets_zeros():
    g = ag.grad(lambda p: p["a"] * 2.0)({"a": 1.0, "b": np.ones(2)})
    assert g["b"].tolist() == [0.0, 0.0]


def test_a_constant_function_has_gradient_zero():
    assert ag.grad(lambda x: 3.0)(1.0) == 0.0
    assert ag.grad(lambda x: np.float64(3.0))(1.0) == 0.0


def test_plain_numpy_code_is_differentiable():
    def f(x):
        return np.sum(np.exp(x) * np.array([1.0, 2.0])) + np.mean(x**2)

    x = np.array([0.3, -0.2])
    np.testing.assert_allclose(ag.grad(f)(x), np.exp(x) * [1, 2] + x, rtol=1e-12)


@given(numbers)
def test_grad_nests_to_any_order(x):
    f = ag.sin
    for derivative in (np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin, np.cos):
        f = ag.grad(f)
        assert f(x) == pytest.approx(derivative(x), abs=1e-12)


def test_nested_gradients_do_not_confuse_their_variables():
    # d/dx (x * d/dy (x + y)) is 1; an engine that confuses x and y says 2.
    assert ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(1.0) == 1.0


@given(numbers, numbers)
def test_a_gradient_inside_a_gradient_sees_the_outer_variable(x, y):
    # d/dx d/dy (x^2 y^2) = 4 x y, with y a plain number inside.
    inner = ag.grad(lambda x: ag.grad(lambda y: x * x * y * y)(y))
    assert inner(x) == pytest.approx(4 * x * y, abs=1e-12)


def test_the_variable_of_a_finished_inner_transform_is_nobodys_parameter():
    outer = ag.grad(lambda x: x * ag.vjp(lambda y: y * y * x, 3.0)[0])
    assert type(outer(2.0)) is np.float64
    assert outer(2.0) == 36.0


def test_three_levels_over_one_variable():
    # d/dx [x * d/dy (y * d/dz (x y z^2) at z=y) at y=x]: f = 2x*y^3 inside, 6x^3 after, 24 x^3.
    f = ag.grad(lambda x: x * ag.grad(lambda y: y * ag.grad(lambda z: x * y * z * z)(y))(x))
    # inner: 2 x y * y; times y: 2 x y^3; d/dy at x: 6 x^3; times x: 6 x^4; d/dx: 24 x^3.
    assert f(1.5) == pytest.approx(24 * 1.5**3, rel=1e-12)


def test_grad_through_a_closed_over_parameter_stays_in_the_graph():
    w = ag.tensor(3.0, requires_grad=True)
    g = ag.grad(lambda x: w * x * x)(2.0)
    assert isinstance(g, ag.Tensor)
    g.backward()
    assert w.grad == 4.0


def test_no_grad_outside_gives_constants():
    w = ag.tensor(3.0, requires_grad=True)
    with ag.no_grad():
        assert ag.grad(lambda x: x * x)(2.0) == 4.0
        g = ag.grad(lambda x: w * x * x)(2.0)
        h = ag.grad(lambda x: x * x)(w)
    assert (g.item(), g.requires_grad, h.item(), h.requires_grad) == (12.0, False, 6.0, False)


def test_vjp_pulls_back_many_times():
    out, pullback = ag.vjp(lambda x: x * x, np.array([1.0, 2.0]))
    assert out.tolist() == [1.0, 4.0]
    assert pullback(np.array([1.0, 0.0]))[0].tolist() == [2.0, 0.0]
    assert pullback([0.0, 1.0])[0].tolist() == [0.0, 4.0]


def test_vjp_of_a_nested_result():
    out, pullback = ag.vjp(lambda x, y: {"sum": x + y, "parts": (x * y, [y])}, 2.0, 3.0)
    assert out == {"sum": 5.0, "parts": (6.0, [3.0])}
    assert pullback({"sum": 1.0, "parts": (10.0, [100.0])}) == (31.0, 121.0)


def test_the_pullback_can_be_differentiated_in_its_cotangent():
    _, pullback = ag.vjp(lambda x: x * x, 3.0)
    assert ag.grad(lambda ct: pullback(ct)[0])(1.0) == 6.0


@given(numbers, numbers)
def test_jvp_is_the_directional_derivative(x, v):
    out, tangent = ag.jvp(lambda x: ag.sin(x) * x, (x,), (v,))
    assert out == pytest.approx(np.sin(x) * x)
    assert tangent == pytest.approx((np.cos(x) * x + np.sin(x)) * v, abs=1e-12)


def test_jvp_of_several_and_nested_arguments():
    def f(a, p):
        return {"y": a * p["w"]}

    out, tangent = ag.jvp(f, (2.0, {"w": 3.0}), (1.0, {"w": 10.0}))
    assert (out, tangent) == ({"y": 6.0}, {"y": 23.0})


def test_jvp_of_an_unconnected_result_is_zero():
    assert ag.jvp(lambda x: 5.0, (1.0,), (1.0,)) == (5.0, 0.0)


def test_grad_of_jvp_is_a_second_derivative():
    f = ag.grad(lambda x: ag.jvp(lambda x: x**3, (x,), (1.0,))[1])
    assert f(2.0) == pytest.approx(12.0)


def test_jvp_of_grad_is_a_second_derivative():
    _, tangent = ag.jvp(ag.grad(lambda x: x**3), (2.0,), (1.0,))
    assert tangent == pytest.approx(12.0)


def test_jvp_of_jvp_is_a_second_derivative():
    def first(x):
        return ag.jvp(lambda x: x**3, (x,), (1.0,))[1]

    assert ag.jvp(first, (2.0,), (1.0,))[1] == pytest.approx(12.0)


def test_jvp_can_be_differentiated_in_its_tangent():
    f = ag.grad(lambda v: ag.jvp(lambda x: x * x, (3.0,), (v,))[1])
    assert f(1.0) == 6.0


def test_the_jacobian_has_the_shapes_of_result_and_argument():
    j = ag.jacobian(lambda x: ag.reshape(x * x, (2, 2)))(np.arange(4.0))
    assert j.shape == (2, 2, 4)
    np.testing.assert_array_equal(j.reshape(4, 4), np.diag([0.0, 2.0, 4.0, 6.0]))


def test_the_jacobian_of_a_scalar_is_the_gradient():
    assert ag.jacobian(lambda x: ag.sum(x * x))(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]


def test_the_jacobian_of_nested_arguments_and_results():
    j = ag.jacobian(lambda p: [p["a"] * p["b"], p["b"]])({"a": 2.0, "b": np.array([1.0, 3.0])})
    assert j[0]["a"].tolist() == [1.0, 3.0]
    assert j[0]["b"].tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert j[1]["a"].tolist() == [0.0, 0.0]


def test_the_jacobian_of_several_arguments():
    a, b = ag.jacobian(lambda x, y: x * y, argnums=(0, 1))(np.array([1.0, 2.0]), 3.0)
    assert (a.tolist(), b.tolist()) == ([[3.0, 0.0], [0.0, 3.0]], [1.0, 2.0])


def test_an_empty_result_has_an_empty_jacobian():
    assert ag.jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)


def test_the_jacobian_of_tensors_can_be_differentiated():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    ag.sum(ag.jacobian(lambda x: x * x)(x)).backward()
    assert x.grad.tolist() == [2.0, 2.0]


def rosenbrock(x):
    return ag.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


@given(st.lists(numbers, min_size=2, max_size=4).map(np.array))
def test_the_hessian_of_rosenbrocks_function(x):
    from scipy.optimize import rosen_hess

    np.testing.assert_allclose(ag.hessian(rosenbrock)(x), rosen_hess(x), rtol=1e-10, atol=1e-9)


@given(st.lists(numbers, min_size=2, max_size=4).map(np.array), st.integers(0, 2**32 - 1))
def test_hvp_is_the_hessian_times_the_vector(x, seed):
    from scipy.optimize import rosen_hess_prod

    v = np.random.default_rng(seed).normal(size=x.shape)
    np.testing.assert_allclose(
        ag.hvp(rosenbrock, x, v), rosen_hess_prod(x, v), rtol=1e-9, atol=1e-8
    )


def test_hvp_of_nested_arguments():
    product = ag.hvp(lambda p: p["a"] ** 2 * p["b"], {"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 0.0})
    assert product == {"a": 6.0, "b": 4.0}


def test_hvp_can_be_differentiated():
    f = ag.grad(lambda x: ag.hvp(lambda x: x**3, x, 1.0))
    assert f(2.0) == pytest.approx(6.0)


def test_the_hessian_by_one_of_several_arguments():
    def f(w, x, scale=1.0):
        return scale * ag.sum(w * w * x)

    w, x = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(ag.hessian(f)(w, x, scale=2.0), np.diag([12.0, 16.0]))
    assert not ag.hessian(f, argnums=1)(w, x).any()
    ((_, mixed), (_, zero)) = ag.hessian(f, argnums=(0, 1))(w, x)
    np.testing.assert_array_equal(mixed, np.diag(2 * w))
    assert not zero.any()


def test_the_hessian_of_a_linear_function_is_zero():
    assert not ag.hessian(lambda x: ag.sum(3.0 * x))(np.ones(2)).any()


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: ag.grad(lambda x: x)(np.ones(2)), ag.GradientError, "shape (2,), not a scalar"),
        (lambda: ag.grad(lambda x: (x, x))(1.0), ag.GradientError, "returned a tuple"),
        (lambda: ag.grad(lambda x: x)(2), ag.DTypeError, "pass floating-point ones, 2.0 for 2"),
        (lambda: ag.grad(lambda x: x)(np.arange(3)), ag.DTypeError, "int64"),
        (lambda: ag.grad(lambda x: x)("x"), ag.DTypeError, "grad: str"),
        (
            lambda: ag.grad(lambda x: x, argnums=1)(1.0),
            ag.GradientError,
            "argument 1 does not exist",
        ),
        (lambda: ag.grad(lambda x: "y")(1.0), ag.DTypeError, "grad: str"),
        (lambda: ag.vjp(lambda x: [x], 1.0)[1]([1.0, 2.0]), ag.ShapeError, "2 cotangents for 1"),
        (lambda: ag.vjp(lambda x: x, 1.0)[1](np.ones(2)), ag.ShapeError, "(2,) and the tensor ()"),
        (lambda: ag.jvp(lambda x: x, (1.0,), (1.0, 2.0)), ag.ShapeError, "2 tangents for 1"),
        (lambda: ag.jvp(lambda x: x, (1.0,), (np.ones(2),)), ag.ShapeError, "jvp"),
        (lambda: ag.hvp(lambda x: x, 1.0, (1.0, 2.0)), ag.ShapeError, "2 vectors for 1"),
        (lambda: ag.hvp(lambda x: x * np.ones(2), 1.0, 1.0), ag.GradientError, "hvp"),
    ],
)
def test_wrong_use_is_one_clear_line(call, kind, text):
    assert_refused(call, kind, text)
