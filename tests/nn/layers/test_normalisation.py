"""Normalisation of groups and instances, and how the kinds are related."""

import numpy as np
import pytest

import nn

X = np.random.default_rng(0).normal(2.0, 3.0, size=(3, 4, 5, 2))


def test_one_group_is_a_layer_norm_of_the_example():
    group, layer = nn.GroupNorm(1, 4), nn.LayerNorm(X.shape[1:])
    np.testing.assert_allclose(group(X).data, layer(X).data, rtol=1e-12, atol=1e-14)


def test_a_group_for_each_channel_is_an_instance_norm():
    group, instance = nn.GroupNorm(4, 4), nn.InstanceNorm2d(4)
    np.testing.assert_allclose(group(X).data, instance(X), rtol=1e-12, atol=1e-14)


def test_an_instance_norm_is_a_batch_norm_of_batches_of_one():
    instance, batch = nn.InstanceNorm2d(4), nn.BatchNorm2d(4)
    each = np.concatenate([batch(x[None]).data for x in X])
    np.testing.assert_allclose(instance(X), each, rtol=1e-12, atol=1e-14)


def test_rows_have_a_mean_square_of_one():
    y = nn.RMSNorm((5, 2))(X).data
    np.testing.assert_allclose(np.mean(y**2, axis=(2, 3)), 1.0, rtol=1e-12)


@pytest.mark.parametrize(("dtype", "eps"), [("float32", 2.0**-23), ("float64", 2.0**-52)])
def test_eps_is_by_default_that_of_the_dtype(dtype, eps):
    x = np.full((1, 1), 1e-9, dtype)
    y = nn.RMSNorm(1, dtype=dtype)(x).data
    assert y.item() == pytest.approx(1e-9 / np.sqrt(1e-18 + eps), rel=1e-6)


def test_running_numbers_are_means_over_the_images():
    norm = nn.InstanceNorm2d(4, momentum=0.25, track_running_stats=True)
    norm(X)
    var = X.var(axis=(2, 3), ddof=1).mean(axis=0)
    np.testing.assert_allclose(norm.running_mean.data, X.mean(axis=(0, 2, 3)) / 4, rtol=1e-12)
    np.testing.assert_allclose(norm.running_var.data, 0.75 + var / 4, rtol=1e-12)


def test_without_bias_there_is_only_a_weight():
    for norm in (nn.BatchNorm2d(4, bias=False), nn.GroupNorm(2, 4, bias=False)):
        assert [name for name, _ in norm.named_parameters()] == ["weight"]
        assert np.isfinite(norm(X).data).all()
