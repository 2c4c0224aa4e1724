"""Real input: logistic regression and ridge regression, against their closed forms."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes

import autograd as ag


@pytest.fixture(scope="module")
def cancer():
    x, t = load_breast_cancer(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    return np.column_stack([x, np.ones(len(x))]), t.astype(float)


def loss(w, x, t):
    return ag.mean(ag.softplus(x @ w) - t * (x @ w))


def test_the_gradient_on_breast_cancer_is_the_closed_form(cancer):
    x, t = cancer
    w = np.random.default_rng(0).normal(size=x.shape[1])
    closed = (1 / (1 + np.exp(-x @ w)) - t) @ x / len(t)
    np.testing.assert_allclose(ag.grad(loss)(w, x, t), closed, rtol=0, atol=1e-10)


def test_gradient_descent_classifies_breast_cancer(cancer):
    x, t = cancer
    order = np.random.default_rng(0).permutation(len(t))
    train, held_out = order[100:], order[:100]
    w = np.zeros(x.shape[1])
    for _ in range(300):
        w -= 1.0 * ag.grad(loss)(w, x[train], t[train])
    for part in (train, held_out):
        assert np.mean((x[part] @ w > 0) == t[part]) >= 0.97


def test_backward_and_grad_agree_on_breast_cancer(cancer):
    x, t = cancer
    w = ag.tensor(np.full(x.shape[1], 0.1), requires_grad=True)
    loss(w, x, t).backward()
    np.testing.assert_array_equal(w.grad, ag.grad(loss)(w.numpy(), x, t))


def ridge(x, order=6):
    return np.vander((x - x.mean()) / x.std(), order + 1, increasing=True)


def test_gradient_descent_on_polynomial_ridge_regression_reaches_the_closed_form():
    x, t = load_diabetes(return_X_y=True)
    phi, t = ridge(x[:, 2], order=3), (t - t.mean()) / t.std()
    penalty, n = 1.0, len(t)
    best = np.linalg.solve(phi.T @ phi + penalty * np.eye(4), phi.T @ t)

    def cost(w):
        return (ag.sum((phi @ w - t) ** 2) + penalty * ag.sum(w * w)) / (2 * n)

    w = np.zeros(4)
    rate = 1 / np.linalg.eigvalsh(ag.hessian(cost)(w)).max()
    for _ in range(3000):
        w -= rate * ag.grad(cost)(w)
    np.testing.assert_allclose(w, best, rtol=1e-8, atol=1e-10)


def test_one_newton_step_solves_polynomial_ridge_regression():
    x, t = load_diabetes(return_X_y=True)
    phi, t = ridge(x[:, 2]), (t - t.mean()) / t.std()

    def cost(w):
        return ag.sum((phi @ w - t) ** 2) / 2 + ag.sum(w * w) / 2

    w = np.zeros(7)
    w -= np.linalg.solve(ag.hessian(cost)(w), ag.grad(cost)(w))
    closed = np.linalg.solve(phi.T @ phi + np.eye(7), phi.T @ t)
    np.testing.assert_allclose(w, closed, rtol=1e-9, atol=1e-12)
