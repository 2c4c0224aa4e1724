"""Metrics of pixels, of ranks and of flow, against scikit-learn and by hand."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

import autograd as ag
import nn
from nn import metrics
from tests.refusals import assert_refused

seeds = st.integers(0, 2**32 - 1)


def pictures(seed, classes=4, occurring=4):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(3, classes, 4, 5))
    return scores, rng.integers(occurring, size=(3, 4, 5))


# Intersection over union


@given(seed=seeds, classes=st.integers(2, 6))
def test_iou_is_the_jaccard_score_of_scikit_learn(seed, classes):
    scores, targets = pictures(seed, classes, classes)
    guesses = scores.argmax(axis=1)
    occurring = np.union1d(guesses, targets)
    options = {"labels": occurring, "average": None, "zero_division": 0}
    wanted = reference.jaccard_score(targets.ravel(), guesses.ravel(), **options)
    found = metrics.iou(scores, targets, per_class=True)
    np.testing.assert_allclose(found[occurring], wanted, atol=1e-15)
    np.testing.assert_array_equal(metrics.iou(guesses, targets, classes, per_class=True), found)
    assert metrics.iou(scores, targets) == pytest.approx(wanted.mean())


def test_two_squares_that_overlap_by_a_quarter_share_a_seventh():
    predicted, target = np.zeros((2, 1, 6, 6), int)
    predicted[0, :4, :4] = 1
    target[0, 2:, 2:] = 1
    assert metrics.iou(predicted, target, per_class=True)[1] == 4 / 28


def test_a_class_that_occurs_nowhere_does_not_count():
    classes = np.array([[[0, 1], [3, 3]]])
    np.testing.assert_array_equal(metrics.iou(classes, classes, 5, per_class=True)[[2, 4]], np.nan)
    assert metrics.iou(classes, classes, 5) == 1.0


def test_a_class_that_is_only_predicted_counts_as_missed():
    assert metrics.iou([[[0, 1]]], [[[0, 0]]], 3) == pytest.approx((1 / 2 + 0) / 2)


@given(seed=seeds)
def test_pixels_that_are_ignored_are_as_if_they_were_not_there(seed):
    scores, targets = pictures(seed)
    known = np.random.default_rng(seed).random(targets.shape) < 0.7
    known[0, 0, 0] = True
    part, rows = targets[known], np.moveaxis(scores, 1, -1)[known]
    for number in (-100, 255):
        marked = np.where(known, targets, number)
        for metric in (metrics.iou, metrics.pixel_accuracy, metrics.confusion_matrix):
            np.testing.assert_array_equal(
                metric(scores, marked, ignore_index=number), metric(rows, part)
            )


# Accuracy and counts of pixels


@given(seed=seeds)
def test_pixel_accuracy_is_the_accuracy_of_all_pixels(seed):
    scores, targets = pictures(seed)
    guesses = scores.argmax(axis=1)
    wanted = np.mean(guesses == targets)
    assert metrics.pixel_accuracy(scores, targets) == pytest.approx(wanted)
    assert metrics.pixel_accuracy(guesses, targets) == pytest.approx(wanted)
    assert metrics.accuracy(scores, targets) == pytest.approx(wanted)


@given(seed=seeds)
def test_the_confusion_of_pictures_is_that_of_their_pixels(seed):
    scores, targets = pictures(seed)
    guesses = scores.argmax(axis=1)
    wanted = reference.confusion_matrix(targets.ravel(), guesses.ravel(), labels=range(4))
    np.testing.assert_array_equal(metrics.confusion_matrix(scores, targets), wanted)
    np.testing.assert_array_equal(metrics.confusion_matrix(guesses, targets, 4), wanted)


def test_float32_scores_and_small_integers_are_taken():
    scores, targets = pictures(0)
    found = metrics.iou(scores.astype(np.float32), targets.astype(np.uint8))
    assert found == metrics.iou(scores, targets)


# Ranks


@given(seed=seeds, k=st.integers(1, 5))
def test_top_k_is_that_of_scikit_learn(seed, k):
    rng = np.random.default_rng(seed)
    scores, targets = rng.normal(size=(20, 5)), rng.integers(5, size=20)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of k = 5 it says that all are right
        wanted = reference.top_k_accuracy_score(targets, scores, k=k, labels=range(5))
    assert metrics.top_k(scores, targets, k) == pytest.approx(wanted)


@given(seed=seeds)
def test_the_top_1_is_the_accuracy_also_of_equal_scores(seed):
    rng = np.random.default_rng(seed)
    scores, targets = rng.integers(3, size=(30, 4)), rng.integers(4, size=30)
    assert metrics.top_k(scores, targets, 1) == metrics.accuracy(scores, targets)


def test_scores_that_are_nan_are_not_among_the_top():
    assert metrics.top_k([[np.nan, 1.0, 2.0]], [2], 2) == 0.0


# Flow


def test_the_error_of_flow_is_the_mean_distance():
    rng = np.random.default_rng(0)
    flow, truth = rng.normal(size=(2, 2, 2, 4, 5))
    lengths = np.sqrt(((flow - truth) ** 2).sum(axis=1))
    found = metrics.end_point_error(ag.tensor(flow, requires_grad=True), truth)
    assert type(found) is float
    assert found == pytest.approx(lengths.mean())
    mask = rng.random((2, 4, 5)) < 0.5
    assert metrics.end_point_error(flow, truth, mask) == pytest.approx(lengths[mask].mean())


# In training


def test_targets_that_are_nan_are_not_known():
    truth = np.array([[[[np.nan, 3.0]], [[0.0, 4.0]]]])
    assert metrics.end_point_error(np.zeros((1, 2, 1, 2)), truth) == 5.0


def test_the_iou_of_a_data_set_is_not_the_mean_over_its_batches():
    rng = np.random.default_rng(0)
    data = (rng.random((6, 1, 4, 4)), rng.integers(3, size=(6, 4, 4)))
    net = nn.Conv2d(1, 3, 3, padding=1, rng=0)
    whole = metrics.iou(nn.predict(net, data[0]), data[1])
    for size in (1, 4, None):
        found = nn.evaluate(net, nn.cross_entropy, data, ["iou", "pixel_accuracy"], batch_size=size)
        assert found["iou"] == pytest.approx(whole)


# Refusals

SQUARE = np.zeros((1, 2, 2), int)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: metrics.iou(SQUARE, np.zeros((1, 2, 3), int)), ag.ShapeError, "iou: predicted"),
        (lambda: metrics.iou(np.eye(3, dtype=int), np.eye(3, dtype=int)), ag.ShapeError, "one-hot"),
        (lambda: metrics.iou(SQUARE * 0.5, SQUARE), ag.DTypeError, "iou: predicted"),
        (lambda: metrics.iou(SQUARE + 7, SQUARE, 7), ag.IndexingError, "iou: predicted hold class"),
        (lambda: metrics.iou(SQUARE, SQUARE - 100), ag.OptionError, "all targets are -100"),
        (lambda: metrics.iou(SQUARE, SQUARE, ignore_index=0.5), ag.OptionError, "ignore_index=0.5"),
        (lambda: metrics.pixel_accuracy(SQUARE, SQUARE[0]), ag.ShapeError, "pixel_accuracy"),
        (lambda: metrics.pixel_accuracy([], []), ag.OptionError, "there are no examples"),
        (lambda: metrics.top_k(np.eye(3), [0, 1, 2]), ag.OptionError, "k=5 is more than"),
        (lambda: metrics.top_k(np.eye(3), [0, 1, 2], 0), ag.OptionError, "k=0"),
        (lambda: metrics.top_k(np.eye(3), [0, 1, 3], 2), ag.IndexingError, "class 3"),
        (lambda: metrics.iou(np.zeros((3, 2, 2)), SQUARE[0]), ag.ShapeError, "picture[None]"),
        (lambda: metrics.iou(SQUARE[0], SQUARE[0]), ag.ShapeError, "picture[None]"),
        (
            lambda: metrics.confusion_matrix(np.array([2**63], np.uint64), [0]),
            ag.IndexingError,
            "predicted hold class 9223372036854775808",
        ),
        (
            lambda: metrics.end_point_error(*np.zeros((2, 1, 2, 1, 1)), np.zeros((1, 1, 1))),
            ag.OptionError,
            "no target is known",
        ),
        (lambda: metrics.end_point_error(SQUARE, SQUARE), ag.ShapeError, "(N, 2, H, W)"),
    ],
)
def test_what_cannot_be_measured_is_refused(call, error, text):
    assert_refused(call, error, text)
