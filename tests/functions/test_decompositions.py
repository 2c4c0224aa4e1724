"""Decompositions: closed forms, and what happens where there is no derivative."""

import numpy as np
import pytest

import autograd as ag

RNG = np.random.default_rng(0)
C = RNG.normal(size=(4, 4))
POSITIVE = C @ C.T + np.eye(4)
ROTATION = np.linalg.qr(RNG.normal(size=(4, 4)))[0]
LOW_RANK = (lambda x: x @ x.T)(RNG.normal(size=(4, 2)))


def symmetric(a):
    return (a + a.T) / 2


def with_eigenvalues(*values):
    return symmetric(ROTATION @ np.diag(values) @ ROTATION.T)


def rebuilt(a):
    """``sum(C * a)``, of a matrix that was taken apart and put together again."""
    w, v = ag.linalg.eigh(a)
    return ag.sum(C * ((v * w) @ v.T))


def test_the_gradient_of_the_logarithm_of_the_determinant_is_the_inverse():
    def by_cholesky(a):
        return 2 * ag.sum(ag.log(ag.diagonal(ag.linalg.cholesky(symmetric(a)))))

    for f in (by_cholesky, lambda a: ag.linalg.slogdet(a).logabsdet):
        np.testing.assert_allclose(ag.grad(f)(POSITIVE), np.linalg.inv(POSITIVE), rtol=1e-10)


def test_the_logarithm_of_a_determinant_that_overflows_has_a_gradient():
    a = 1e5 * np.eye(100)
    np.testing.assert_allclose(ag.grad(lambda a: ag.linalg.slogdet(a)[1])(a), 1e-5 * np.eye(100))


def test_the_sign_of_a_determinant_is_a_constant():
    sign, logarithm = ag.linalg.slogdet(ag.tensor(-np.eye(3), requires_grad=True))
    assert (sign.item(), sign.requires_grad, logarithm.requires_grad) == (-1.0, False, True)


def test_only_the_triangle_that_is_read_has_a_gradient():
    lower, upper = (
        ag.grad(lambda a, t=t: ag.sum(ag.linalg.eigh(a, t)[0] ** 2))(POSITIVE) for t in "LU"
    )
    expected = np.tril(4 * POSITIVE) - 2 * np.diag(np.diag(POSITIVE))
    np.testing.assert_allclose(lower, expected, rtol=1e-10)
    np.testing.assert_allclose(upper, expected.T, rtol=1e-10)


def test_a_matrix_taken_apart_and_put_together_has_the_gradient_of_the_matrix():
    np.testing.assert_allclose(
        ag.grad(lambda a: rebuilt(symmetric(a)))(with_eigenvalues(-1, 0, 2, 3)),
        symmetric(C),
        rtol=1e-9,
    )


@pytest.mark.parametrize("shape", [(4, 4), (4, 2), (3, 4)])
@pytest.mark.parametrize("how", ["svd", "qr"])
def test_factors_of_an_oblong_matrix_put_together_have_its_gradient(shape, how):
    def product(a):
        if how == "qr":
            q, r = ag.linalg.qr(a)
            return q @ r
        u, s, vt = ag.linalg.svd(a, full_matrices=False)
        return (u * s) @ vt

    weights = C[: shape[0], : shape[1]]
    found = ag.grad(lambda a: ag.sum(weights * product(a)))(RNG.normal(size=shape))
    np.testing.assert_allclose(found, weights, rtol=1e-9, atol=1e-12)


@pytest.mark.filterwarnings("ignore:(divide by zero|invalid)")
@pytest.mark.parametrize("a", [np.eye(4), np.zeros((4, 4)), with_eigenvalues(1, 1, 2, 3)])
def test_a_gradient_through_vectors_of_equal_values_is_nan(a):
    assert np.isnan(ag.grad(rebuilt)(a)).any()

    def by_svd(a):
        u, s, vt = ag.linalg.svd(a)
        return ag.sum(C * ((u * s) @ vt))

    assert np.isnan(ag.grad(by_svd)(a)).any()


def test_equal_eigenvalues_have_a_gradient_where_their_vectors_are_not_used():
    for f in (ag.linalg.eigvalsh, lambda a: ag.linalg.eigh(a)[0], ag.linalg.svdvals):
        np.testing.assert_allclose(ag.grad(lambda a, f=f: ag.sum(f(a)))(np.eye(3)), np.eye(3))


def test_the_vector_of_a_simple_eigenvalue_has_a_gradient_beside_equal_ones():
    def f(a):
        return (ag.linalg.eigh(a).eigenvectors[:, -1] @ C[0]) ** 2

    direction = np.tril(C)
    moved = (f(LOW_RANK + 1e-6 * direction) - f(LOW_RANK - 1e-6 * direction)) / 2e-6
    assert np.sum(ag.grad(f)(LOW_RANK) * direction) == pytest.approx(moved, rel=1e-6)


def test_the_sign_of_a_vector_does_not_change_the_gradient_of_its_square():
    f = ag.grad(lambda a: ag.sum(C * ag.linalg.eigh(a)[1] ** 2))
    signs = np.diag([1.0, -1, 1, -1])  # the eigenvectors of S A S are S V, up to other signs
    np.testing.assert_allclose(f(signs @ POSITIVE @ signs), signs @ f(POSITIVE) @ signs, rtol=1e-9)


@pytest.mark.parametrize("order", [2, "nuc"])
def test_the_slope_at_a_singular_value_of_zero_is_zero(order):
    assert not ag.grad(lambda a: ag.linalg.norm(a, order))(np.zeros((2, 3))).any()
    ag.testing.check_subgradient(lambda a: ag.linalg.norm(a, order), np.diag([2.0, 0.0]))


def test_the_pseudo_inverse_of_low_rank_has_the_derivative_that_keeps_the_rank():
    x = RNG.normal(size=(4, 2))

    def f(x):
        return ag.linalg.pinv(x @ x.T, 1e-10)

    ag.testing.check_grad(f, x, order=2)


def test_least_squares_have_the_gradient_of_the_normal_equations():
    a, b = RNG.normal(size=(5, 2)), RNG.normal(size=5)
    found = ag.grad(lambda a: ag.sum(ag.linalg.lstsq(a, b)[0]))(a)
    expected = ag.grad(lambda a: ag.sum(ag.linalg.solve(a.T @ a, a.T @ b)))(a)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    rank_of = [ag.linalg.lstsq(ag.tensor(x), b)[2] for x in (a, np.ones((5, 2)))]
    assert rank_of == [2, 1]
    assert ag.linalg.lstsq(np.ones((5, 2)), b)[1].shape == (0,)
    assert ag.linalg.lstsq(a, b, rcond=-1)[2] == 2


def test_matrices_are_multiplied_in_the_cheaper_order():
    factors = [ag.tensor(np.ones(s), requires_grad=True) for s in ((50, 1), (1, 50), (50, 1))]
    graph = ag.graph(ag.linalg.multi_dot(factors))
    assert max(node.value.size for node in graph) == 50


def test_the_zeroth_power_is_the_identity_and_has_gradient_zero():
    a = ag.tensor([[np.inf, 1.0], [2.0, 3.0]], requires_grad=True)
    power = ag.linalg.matrix_power(a, 0)
    np.testing.assert_array_equal(power.data, np.eye(2))
    assert not ag.gradients(ag.sum(power), a).any()


@pytest.mark.parametrize("name", ["eigh", "svd", "qr", "slogdet"])
def test_results_are_the_named_tuples_of_numpy(name):
    plain, ours = (getattr(np.linalg, name)(x) for x in (POSITIVE, ag.tensor(POSITIVE)))
    assert type(ours) is type(plain)
    assert type(getattr(ag.linalg, name)(POSITIVE)) is type(plain)
    for part, expected in zip(ours, plain, strict=True):
        assert isinstance(part, ag.Tensor)
        np.testing.assert_allclose(part.data, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda a: np.linalg.svd(a, full_matrices=False, compute_uv=False),
        lambda a: np.linalg.svd(a, compute_uv=False, hermitian=True),
        lambda a: np.linalg.qr(a, mode="r"),
        lambda a: np.linalg.qr(a, "complete").Q,
        lambda a: np.linalg.cholesky(a, upper=True),
        lambda a: np.linalg.pinv(a, rtol=1e-3),
        lambda a: np.linalg.eigvalsh(a, "U"),
        lambda a: np.linalg.matrix_power(a, 3),
        lambda a: np.linalg.multi_dot([a, a, a[0]]),
        lambda a: np.linalg.lstsq(a, a[0], rcond=None)[0],
        lambda a: np.linalg.norm(a, "nuc"),
        lambda a: np.linalg.matrix_norm(a, ord=2),
        lambda a: np.linalg.vector_norm(a, axis=0, ord=3),
        lambda a: np.linalg.vecdot(a, a),
        lambda a: np.linalg.outer(a[0], a[1]),
        lambda a: np.linalg.diagonal(a, offset=1),
        lambda a: np.linalg.matrix_transpose(a),
        lambda a: np.linalg.tensordot(a, a, axes=1),
        lambda a: np.linalg.matmul(a, a),
    ],
)
def test_a_function_of_numpy_stays_in_the_graph(call):
    found = call(ag.tensor(POSITIVE, requires_grad=True))
    assert found.requires_grad
    np.testing.assert_allclose(found.data, call(POSITIVE), rtol=1e-10, atol=1e-12)


def test_full_matrices_of_arrays_are_those_of_numpy():
    a = RNG.normal(size=(3, 2))
    assert ag.linalg.svd(a).U.shape == (3, 3)
    assert ag.linalg.qr(a, "complete").Q.shape == (3, 3)


T = ag.tensor(np.ones((3, 2)), requires_grad=True)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: ag.linalg.svd(T), ag.UnsupportedError, "svd: shape .*write full_matrices=False"),
        (lambda: ag.linalg.qr(T, "complete"), ag.UnsupportedError, "qr: shape .*mode='reduced'"),
        (lambda: ag.linalg.qr(T, "raw"), ag.UnsupportedError, "qr: shape .*no derivative"),
        (lambda: ag.linalg.qr(T, "full"), ag.OptionError, "qr: mode 'full' is not"),
        (lambda: ag.linalg.eigh(T), ag.ShapeError, "eigh: shape .*not a square"),
        (lambda: ag.linalg.eigh(T.T @ T, "X"), ag.OptionError, "eigh: UPLO must be"),
        (lambda: ag.linalg.svd(T[0]), ag.ShapeError, "svd: shape .* is not a matrix"),
        (lambda: ag.linalg.pinv(T, 1e-3, rtol=1e-3), ag.OptionError, "pinv: rcond and rtol"),
        (lambda: ag.linalg.pinv(T, hermitian=True), ag.ShapeError, "pinv: shape .*square"),
        (lambda: ag.linalg.lstsq(T, T[0]), ag.ShapeError, "lstsq: .*as many rows"),
        (lambda: ag.linalg.matrix_power(T.T @ T, 1.5), ag.OptionError, "matrix_power: n=1.5"),
        (lambda: ag.linalg.multi_dot([T]), ag.ShapeError, "multi_dot: .*two matrices or more"),
        (lambda: ag.linalg.outer(T, T), ag.ShapeError, "outer: .*ag.outer flattens"),
        (lambda: ag.linalg.vecdot(T[0], T[:, 0]), ag.ShapeError, "vecdot: lengths 2 and 3"),
    ],
)
def test_what_has_no_derivative_is_refused(call, error, text):
    with pytest.raises(error, match=text):
        call()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: ag.linalg.cholesky(-np.eye(2)), "cholesky: .*add a ridge"),
        (lambda: ag.linalg.svdvals(np.full((2, 2), np.nan)), "svdvals: no convergence"),
        (lambda: ag.linalg.svd(np.full((2, 2), np.nan)), "svd: no convergence"),
        (lambda: ag.linalg.pinv(np.full((2, 2), np.nan)), "pinv: no convergence"),
        # LAPACK would search for ever for the singular values of these.
        (lambda: ag.linalg.svd(np.full((1, 4), -np.inf)), "svd: no convergence"),
        (lambda: ag.linalg.svd(np.full((2, 5), -np.inf), False), "svd: no convergence"),
        (lambda: ag.linalg.svdvals(np.full((1, 4), np.inf)), "svdvals: no convergence"),
        (lambda: ag.linalg.pinv(np.full((1, 1), np.nan)), "pinv: no convergence"),
        (
            lambda: ag.grad(lambda a: ag.linalg.slogdet(a)[1])(np.ones((2, 2))),
            "slogdet: .*singular",
        ),
        (
            lambda: ag.grad(lambda a: ag.sum(ag.linalg.qr(a)[1]))(np.diag([1.0, 0])),
            "qr: the columns",
        ),
    ],
)
def test_a_failure_of_lapack_is_one_line_with_a_name(call, text):
    with pytest.raises(np.linalg.LinAlgError, match=text):
        call()


def test_least_squares_of_two_dtypes_are_computed_in_the_larger_one():
    a, b = np.vander(np.linspace(0, 1, 8), 6).astype(np.float32), np.linspace(0, 1, 8) ** 2
    expected = np.linalg.lstsq(a.astype(float), b)[0]
    np.testing.assert_allclose(ag.linalg.lstsq(a, b)[0], expected, rtol=0, atol=1e-12)
