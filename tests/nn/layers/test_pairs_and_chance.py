"""Layers of two inputs, and those that drop at random."""

import numpy as np
import pytest
import scipy.spatial.distance

import autograd as ag
import nn

A, B = np.random.default_rng(0).normal(size=(2, 4, 3))


def test_cosines_are_those_of_scipy():
    expected = [1 - scipy.spatial.distance.cosine(a, b) for a, b in zip(A, B, strict=True)]
    np.testing.assert_allclose(nn.CosineSimilarity()(A, B), expected, rtol=1e-12)


def test_the_cosine_of_vectors_of_zeros_is_zero_with_a_finite_slope():
    x = ag.tensor(np.zeros((1, 2)), requires_grad=True)
    y = nn.CosineSimilarity()(x, np.ones((1, 2)))
    ag.sum(y).backward()
    assert y.item() == 0
    assert np.isfinite(x.grad).all()


def test_an_axis_of_one_is_stretched_before_lengths_are_measured():
    one = nn.CosineSimilarity()(np.ones((2, 1)), np.ones((2, 5)))
    np.testing.assert_allclose(one, 1.0, rtol=1e-15)


def test_the_cosine_of_long_vectors_does_not_overflow():
    assert nn.CosineSimilarity()([[1e140, 0.0]], [[1e140, 1e140]]) == pytest.approx(0.5**0.5)


@pytest.mark.parametrize("p", [1.0, 2.0, 0.5, 3.0, np.inf])
def test_distances_are_those_of_numpy(p):
    y = nn.PairwiseDistance(p, eps=0.0)(A, B)
    np.testing.assert_allclose(y, np.linalg.norm(A - B, p, axis=-1), rtol=1e-12)


def test_a_bilinear_layer_is_a_sum_over_pairs_of_features():
    layer = nn.Bilinear(3, 2, 5, rng=0)
    y = layer(A, B[:, :2]).data
    w, b = layer.weight.data, layer.bias.data
    np.testing.assert_allclose(y, np.einsum("ni,kij,nj->nk", A, w, B[:, :2]) + b, rtol=1e-12)
    assert abs(w).max() <= 3**-0.5


@pytest.mark.parametrize("n", [1, 2, 3])
def test_whole_channels_are_dropped(n):
    shape = (20, 10, *(2,) * n)
    y = getattr(nn, f"Dropout{n}d")(0.3, rng=0)(np.ones(shape)).reshape(20, 10, -1)
    assert (y == y[..., :1]).all()
    assert np.mean(y == 0) == pytest.approx(0.3, abs=0.1)
    assert set(np.round(np.unique(y), 12)) == {0.0, round(1 / 0.7, 12)}


def test_channels_of_a_signal_alone_are_dropped():
    y = nn.Dropout1d(0.5, rng=0)(np.ones((50, 3)))
    assert (y == y[:, :1]).all()
    assert 0 < np.mean(y == 0) < 1


def test_alpha_dropout_keeps_mean_and_variance_and_drops_the_share():
    x = np.random.default_rng(0).normal(size=200_000)
    y = nn.AlphaDropout(0.2, rng=0)(x)
    assert y.mean() == pytest.approx(0.0, abs=0.01)
    assert y.var() == pytest.approx(1.0, abs=0.02)
    _, counts = np.unique(y, return_counts=True)
    assert counts.max() / x.size == pytest.approx(0.2, abs=0.01)


def test_alpha_dropout_of_everything_leaves_zeros():
    np.testing.assert_array_equal(nn.AlphaDropout(1.0)(np.ones(3)), 0.0)


@pytest.mark.parametrize("kind", [nn.Dropout1d, nn.Dropout3d, nn.AlphaDropout])
def test_in_evaluation_nothing_is_dropped(kind):
    assert (kind(0.9, rng=0).eval()(A) == A).all()


def test_rows_that_are_given_are_looked_up_and_frozen():
    table = nn.Embedding.from_pretrained(A, padding_idx=0)
    np.testing.assert_array_equal(table([2, 0]).data, A[[2, 0]])
    assert not table.weight.requires_grad
    assert nn.Embedding.from_pretrained(A, freeze=False).weight.requires_grad
