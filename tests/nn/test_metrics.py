"""Metrics against scikit-learn's, and the shapes that must not be stretched."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

import autograd as ag
from nn import metrics
from tests.refusals import assert_refused

seeds = st.integers(0, 2**32 - 1)


def drawn(seed, examples, classes):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(examples, classes)), rng.integers(classes, size=examples)


@given(seed=seeds, examples=st.integers(1, 40), classes=st.integers(2, 6))
def test_accuracy_is_that_of_scikit_learn(seed, examples, classes):
    scores, targets = drawn(seed, examples, classes)
    wanted = reference.accuracy_score(targets, scores.argmax(axis=1))
    assert metrics.accuracy(scores, targets) == pytest.approx(wanted, abs=1e-15)


@given(seed=seeds, examples=st.integers(1, 40), threshold=st.floats(-1, 1))
def test_binary_accuracy_is_that_of_scikit_learn(seed, examples, threshold):
    scores, targets = drawn(seed, examples, 2)
    wanted = reference.accuracy_score(targets, scores[:, 0] > threshold)
    found = metrics.binary_accuracy(scores[:, 0], targets, threshold)
    assert found == pytest.approx(wanted, abs=1e-15)
    column = metrics.binary_accuracy(scores[:, :1], targets[:, None], threshold)
    assert column == found


@given(seed=seeds, examples=st.integers(1, 60), classes=st.integers(2, 6))
def test_confusion_is_that_of_scikit_learn(seed, examples, classes):
    scores, targets = drawn(seed, examples, classes)
    guesses = scores.argmax(axis=1)
    wanted = reference.confusion_matrix(targets, guesses, labels=range(classes))
    np.testing.assert_array_equal(metrics.confusion_matrix(scores, targets), wanted)
    np.testing.assert_array_equal(metrics.confusion_matrix(guesses, targets, classes), wanted)
    names = [f"class {k}" for k in range(classes)]
    np.testing.assert_array_equal(metrics.confusion_matrix(guesses, targets, names), wanted)


def test_tensors_that_require_a_gradient_are_measured_too():
    scores = ag.tensor([[0.0, 1.0], [1.0, 0.0]], requires_grad=True) * 2.0
    assert metrics.accuracy(scores, ag.tensor([1, 1])) == 0.5
    assert metrics.binary_accuracy(scores, ag.tensor([[0, 1], [0, 0]])) == 0.75
    assert metrics.confusion_matrix(scores, [1, 1]).tolist() == [[0, 0], [1, 1]]


def test_float32_and_small_integers_are_measured_too():
    scores = np.eye(3, dtype=np.float32)
    assert metrics.accuracy(scores, np.array([0, 1, 0], np.uint8)) == pytest.approx(2 / 3)
    # 15 * 16 + 15 has no room in eight bits.
    assert metrics.confusion_matrix(np.array([15], np.uint8), np.array([15], np.uint8))[15, 15] == 1


def test_a_score_at_the_threshold_is_class_zero():
    assert metrics.binary_accuracy([0.0], [0]) == 1.0
    assert metrics.binary_accuracy([0.5], [1], threshold=0.5) == 0.0


def test_scores_that_are_nan_are_never_right():
    assert metrics.accuracy([[np.nan, 0.0], [np.nan, 0.0]], [0, 1]) == 0.0
    assert metrics.binary_accuracy([np.nan, np.nan], [0, 1]) == 0.0
    assert_refused(
        lambda: metrics.confusion_matrix([[0.0, 1.0], [np.nan, 0.0]], [0, 1]),
        ag.OptionError,
        "example 1",
    )


def test_classes_that_do_not_occur_have_rows_of_zeros():
    assert metrics.confusion_matrix([0], [0], 3).tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("targets", [[[0], [1], [1]], np.eye(3), [0, 1], 1])
def test_targets_of_another_shape_are_refused_and_not_stretched(targets):
    assert_refused(lambda: metrics.accuracy(np.eye(3), targets), ag.ShapeError, "accuracy", "(3,)")
    assert_refused(
        lambda: metrics.confusion_matrix([0, 1, 2], targets), ag.ShapeError, "confusion", "(3,)"
    )


@pytest.mark.parametrize(
    "outputs", [[0.1, 0.2, 0.3], [[0.1], [0.2], [0.3]], 1.0, np.zeros((3, 2, 2))]
)
def test_accuracy_takes_several_scores_for_each_example(outputs):
    assert_refused(lambda: metrics.accuracy(outputs, [0, 1, 1]), ag.ShapeError, "(N, K)")


@pytest.mark.parametrize("targets", [[0, 1, 1], [[0, 1], [1, 0], [1, 0]]])
def test_binary_accuracy_compares_like_with_like(targets):
    outputs = [[0.1], [0.2], [0.3]]
    assert_refused(
        lambda: metrics.binary_accuracy(outputs, targets), ag.ShapeError, "(3, 1)", "one shape"
    )


@pytest.mark.parametrize("target", [-1, 2, 0.5, np.nan])
def test_binary_targets_are_zero_or_one(target):
    assert_refused(
        lambda: metrics.binary_accuracy([0.1, 0.2], [0, target]), ag.OptionError, "0 or 1"
    )


def test_nothing_is_refused():
    assert_refused(
        lambda: metrics.accuracy(np.zeros((0, 3)), []), ag.OptionError, "there are no examples"
    )
    assert_refused(lambda: metrics.binary_accuracy([], []), ag.OptionError, "there are no examples")
    assert_refused(
        lambda: metrics.confusion_matrix([], []), ag.OptionError, "there are no examples"
    )


@pytest.mark.parametrize("wrong", [-1, 3])
def test_classes_that_do_not_exist_are_refused(wrong):
    assert_refused(
        lambda: metrics.accuracy(np.eye(3), [0, 1, wrong]), ag.IndexingError, f"class {wrong}"
    )
    assert_refused(
        lambda: metrics.confusion_matrix([0, wrong], [0, 1], 3), ag.IndexingError, f"class {wrong}"
    )


def test_a_text_has_a_class_at_every_place():
    scores = np.random.default_rng(0).normal(size=(4, 5, 3))
    classes = scores.argmax(axis=1)
    classes[0] = (classes[0] + 1) % 5
    assert metrics.accuracy(scores, classes) == 0.75


def test_classes_are_integers():
    assert_refused(lambda: metrics.accuracy(np.eye(2), [0.0, 1.0]), ag.DTypeError, "astype(int)")
    assert_refused(lambda: metrics.accuracy(np.eye(2), ["a", "b"]), ag.DTypeError, "targets")


@pytest.mark.parametrize("classes", [0, -1, 2.5, ()])
def test_there_is_at_least_one_class(classes):
    assert_refused(lambda: metrics.confusion_matrix([0], [0], classes), ag.OptionError, "classes=")


def test_a_matrix_that_would_not_fit_into_memory_is_refused():
    for wrong in (200_000, 2**40):
        assert_refused(
            lambda x=wrong: metrics.confusion_matrix([0], [x]), ag.OptionError, "is too large"
        )


def test_fewer_classes_than_scores_are_refused():
    assert_refused(
        lambda: metrics.confusion_matrix(np.eye(5), np.arange(5), 3),
        ag.OptionError,
        "scores of 5 classes, and 3 classes",
    )
