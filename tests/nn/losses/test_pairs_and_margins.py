"""Losses of distributions, of noise, of pairs and of margins: closed forms, tails, refusals."""

import math

import numpy as np
import pytest
from scipy import stats

import autograd as ag
import nn
from autograd.testing import check_grad
from tests.refusals import assert_refused

RNG = np.random.default_rng(1)
X, Y, Z = RNG.normal(size=(3, 4, 3))
VAR = RNG.uniform(0.2, 2.0, (4, 3))
SIGNS = np.where(X > 0, 1.0, -1.0)
LABELS = np.array([[0, -1, 2], [2, 0, -1], [-1, 1, 1], [1, 2, 0]])

# Losses of more than an input and a target, and of labels: arguments, options, how many to derive.
CALLS = {
    "gaussian": (nn.gaussian_nll_loss, (X, Y, VAR), {"full": True}, 3),
    "gaussian of rows": (nn.gaussian_nll_loss, (X, Y, VAR[:, 0]), {}, 3),
    "ranking": (nn.margin_ranking_loss, (X, Y, SIGNS), {"margin": 0.3}, 2),
    "cosine": (nn.cosine_embedding_loss, (X, Y, SIGNS[:, 0]), {"margin": 0.1}, 2),
    "triplet": (nn.triplet_margin_loss, (X, Y, Z), {"margin": 2.0}, 3),
    "triplet with a swap": (nn.triplet_margin_loss, (X, Y, Z), {"p": 3.0, "swap": True}, 3),
    "squared margins": (nn.multi_margin_loss, (X, [0, 2, 1, 1]), {"p": 2, "weight": [1, 2, 3]}, 1),
    "labels": (nn.multilabel_margin_loss, (X, LABELS), {}, 1),
}
each = pytest.mark.parametrize("name", CALLS)


@each
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_two_derivatives_agree_with_numerical_ones(name, reduction):
    f, args, options, count = CALLS[name]
    call = lambda *learned: f(*learned, *args[count:], **options, reduction=reduction)  # noqa: E731
    assert check_grad(call, *args[:count], order=2)


@each
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_dtype_is_that_of_the_input(name, dtype):
    f, args, options, _ = CALLS[name]
    given = [np.asarray(a, dtype) if np.asarray(a).dtype.kind == "f" else a for a in args]
    value, slope = ag.value_and_grad(lambda x: f(x, *given[1:], **options))(given[0])
    assert (value.dtype, slope.dtype) == (dtype, dtype)
    assert float(value) == pytest.approx(float(f(*args, **options)), rel=1e-2)


def test_a_margin_of_numpy_does_not_change_the_dtype():
    first, second, signs = (a.astype(np.float32) for a in (X, Y, SIGNS[:, 0]))
    margin = np.float64(0.1)
    assert nn.cosine_embedding_loss(first, second, signs, margin).dtype == np.float32


@each
def test_mean_and_sum_are_those_of_the_single_costs(name):
    f, args, options, _ = CALLS[name]
    costs = f(*args, **options, reduction="none")
    assert f(*args, **options, reduction="sum") == pytest.approx(costs.sum())
    assert f(*args, **options) == pytest.approx(costs.mean())


@each
def test_nan_is_not_hidden(name):
    f, args, options, _ = CALLS[name]
    given = np.array(args[0])
    given[0] = np.nan
    assert np.isnan(f(given, *args[1:], **options))


@each
def test_an_empty_batch_sums_to_zero_and_has_no_mean(name):
    f, args, options, _ = CALLS[name]
    given = [np.asarray(a)[:0] for a in args]
    assert f(*given, **options, reduction="sum") == 0.0
    assert_refused(lambda: f(*given, **options), ag.ShapeError, f.__name__, "nothing to average")


@each
def test_a_misspelt_reduction_is_refused(name):
    f, args, options, _ = CALLS[name]
    call = lambda: f(*args, **options, reduction="average")  # noqa: E731
    assert_refused(call, ag.OptionError, f.__name__, "reduction='average'")


# Closed forms.


def test_the_divergence_is_that_of_scipy():
    p, q = RNG.dirichlet(np.ones(5), (2, 4))
    p[0, 0] = 0.0
    expected = np.mean([stats.entropy(a, b) for a, b in zip(p, q, strict=True)])
    p = p / p.sum(axis=1, keepdims=True)
    assert nn.kl_div(np.log(q), p, "batchmean") == pytest.approx(expected)
    logs = np.log(np.maximum(p, 1e-300))
    assert nn.kl_div(np.log(q), logs, "batchmean", log_target=True) == pytest.approx(expected)


def test_the_divergence_from_itself_has_no_slope_in_the_logits():
    logits = RNG.normal(size=(3, 4))
    f = lambda z: nn.kl_div(ag.log_softmax(z, axis=1), ag.softmax(logits, axis=1))  # noqa: E731
    np.testing.assert_allclose(ag.grad(f)(logits), 0.0, atol=1e-15)


def test_gaussian_and_poisson_costs_are_negative_log_likelihoods():
    found = nn.gaussian_nll_loss(X, Y, VAR, full=True, reduction="none")
    np.testing.assert_allclose(found, -stats.norm(X, np.sqrt(VAR)).logpdf(Y))
    counts = np.array([0.0, 1.0, 20.0, 60.0])
    found = nn.poisson_nll_loss(np.full(4, 2.0), counts, full=True, reduction="none")
    exact = -stats.poisson(math.exp(2.0)).logpmf(counts)
    np.testing.assert_allclose(found[[0, 1]], exact[[0, 1]], rtol=1e-12)
    np.testing.assert_allclose(found, exact, rtol=2e-3)  # Stirling's formula


def test_a_huge_error_with_a_huge_variance_has_a_finite_cost():
    assert nn.gaussian_nll_loss([1e200], [0.0], [1e300]) == pytest.approx(0.5e100)


def test_a_variance_of_zero_counts_as_the_least_and_grows():
    value, slope = ag.value_and_grad(lambda v: nn.gaussian_nll_loss([1.0], [0.0], v))(np.zeros(1))
    assert value == pytest.approx(0.5 * (math.log(1e-6) + 1e6))
    assert slope == pytest.approx([0.5 * (1e6 - 1e12)])


def test_huber_is_delta_times_smooth_l1():
    found = nn.huber_loss(X, Y, "none", 0.7)
    np.testing.assert_allclose(found, 0.7 * nn.smooth_l1_loss(X, Y, "none", 0.7))


def test_soft_margins_of_signs_are_cross_entropies_of_bits():
    bits = (SIGNS + 1) / 2
    expected = nn.binary_cross_entropy_with_logits(X, bits, reduction="none")
    np.testing.assert_allclose(nn.soft_margin_loss(X, SIGNS, "none"), expected)
    found = nn.multilabel_soft_margin_loss(X, bits, reduction="none")
    np.testing.assert_allclose(found, expected.mean(axis=1))
    assert nn.soft_margin_loss([1e300], [-1.0]) == 1e300


def test_the_cosine_does_not_depend_on_the_lengths():
    f = lambda x, y: nn.cosine_embedding_loss(x, y, np.ones(4), reduction="none")  # noqa: E731
    expected = 1 - (X * Y).sum(1) / np.linalg.norm(X, axis=1) / np.linalg.norm(Y, axis=1)
    np.testing.assert_allclose(f(X, Y), expected)
    np.testing.assert_allclose(f(1e3 * X, 1e-2 * Y), expected, rtol=1e-6)
    assert np.isfinite(ag.grad(lambda x: f(x, Y).sum())(np.zeros((4, 3)))).all()


def test_a_triplet_costs_nothing_once_the_negative_is_far():
    x, near, far = np.zeros((1, 2)), np.array([[3.0, 4.0]]), np.array([[8.0, 15.0]])
    assert nn.triplet_margin_loss(x, near, far, margin=12.0, eps=0.0) == 0.0
    assert nn.triplet_margin_loss(x, far, near, margin=12.0, eps=0.0) == 24.0
    swapped = nn.triplet_margin_loss(x, far, near, margin=12.0, eps=0.0, swap=True)
    assert swapped == 24.0  # 5 is less than the root of 25 + 121


def test_margins_of_one_label_are_margins_of_its_class():
    classes = np.array([0, 2, 1, 1])
    labels = np.full((4, 3), -1)
    labels[:, 0] = classes
    np.testing.assert_allclose(
        nn.multilabel_margin_loss(X, labels, "none"),
        nn.multi_margin_loss(X, classes, reduction="none"),
    )


@pytest.mark.parametrize(
    "f",
    [
        lambda x: nn.hinge_embedding_loss(x, [-1.0]),
        lambda x: nn.margin_ranking_loss(x, [0.0], [1.0], margin=1.0),
        lambda x: nn.multi_margin_loss(ag.concatenate([x, np.zeros(1)]), 0),
    ],
)
def test_the_slope_at_a_margin_is_zero(f):
    assert ag.grad(f)(np.ones(1)) == 0.0
    assert abs(ag.grad(f)(np.array([0.9]))) + abs(ag.grad(f)(np.array([1.1]))) > 0


# Refusals.


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: nn.huber_loss(X, Y, delta=0.0), ag.OptionError, "huber_loss: delta=0.0"),
        (lambda: nn.kl_div(X, -VAR), ag.OptionError, "log_target=True"),
        (lambda: nn.kl_div(1.0, 1.0, "batchmean"), ag.ShapeError, "no examples"),
        (lambda: nn.KLDivLoss("batch"), ag.OptionError, "batchmean"),
        (lambda: nn.gaussian_nll_loss(X, Y, -VAR), ag.OptionError, "not negative"),
        (lambda: nn.gaussian_nll_loss(X, Y, VAR[:, :2]), ag.ShapeError, "var (4, 2)"),
        (lambda: nn.gaussian_nll_loss(X, Y, VAR, eps=0.0), ag.OptionError, "eps=0.0"),
        (lambda: nn.poisson_nll_loss(X, VAR, eps=-1.0), ag.OptionError, "eps=-1.0"),
        (lambda: nn.poisson_nll_loss(X, -VAR), ag.OptionError, "target must not be negative or"),
        (lambda: nn.poisson_nll_loss(-VAR, VAR, log_input=False), ag.OptionError, "input, as log"),
        (lambda: nn.kl_div(X, 7 * VAR), ag.OptionError, "probabilities are from 0 to 1"),
        (lambda: nn.kl_div(X, np.full((4, 3), np.nan)), ag.OptionError, "numbers from nan to nan"),
        (lambda: nn.cosine_embedding_loss(X, Y, SIGNS[:, 0], 5.0), ag.OptionError, "margin=5.0"),
        (lambda: nn.soft_margin_loss(X, (SIGNS + 1) / 2), ag.OptionError, "2 * target - 1"),
        (lambda: nn.hinge_embedding_loss(X, X), ag.OptionError, "takes 1 and -1"),
        (lambda: nn.margin_ranking_loss(X, Y[:1], SIGNS), ag.ShapeError, "input2 (1, 3)"),
        (lambda: nn.margin_ranking_loss(X, Y, SIGNS, margin="m"), ag.OptionError, "margin='m'"),
        (lambda: nn.cosine_embedding_loss(X, Y, SIGNS), ag.ShapeError, "(N, D) and (N,)"),
        (lambda: nn.triplet_margin_loss(X, Y, Z[:, :2]), ag.ShapeError, "negative (4, 2)"),
        (lambda: nn.triplet_margin_loss(1.0, 2.0, 3.0), ag.ShapeError, "takes vectors"),
        (lambda: nn.triplet_margin_loss(X, Y, Z, p=0), ag.OptionError, "p=0"),
        (lambda: nn.triplet_margin_loss(X, Y), ag.UnsupportedError, "negative"),
        (lambda: nn.multi_margin_loss(X, [0, 1, 2, 3]), ag.IndexingError, "class 3"),
        (lambda: nn.multi_margin_loss(X, [0, 1, 2, -1]), ag.IndexingError, "class -1"),
        (lambda: nn.multi_margin_loss(X, [0, 1]), ag.ShapeError, "classes must be (4,)"),
        (lambda: nn.multi_margin_loss(X, [0, 1, 2, 0], p=3), ag.OptionError, "p=3 must be 1 or 2"),
        (lambda: nn.multilabel_margin_loss(X, LABELS + 2), ag.IndexingError, "does not exist"),
        (lambda: nn.multilabel_margin_loss(X, LABELS[:, :2]), ag.ShapeError, "fill the labels up"),
        (lambda: nn.multilabel_margin_loss(X, X), ag.DTypeError, "as integers"),
        (lambda: nn.multilabel_soft_margin_loss(X, SIGNS), ag.OptionError, "outside [0, 1]"),
    ],
)
def test_what_does_not_fit_is_refused(call, kind, text):
    assert_refused(call, kind, text)


@pytest.mark.parametrize(
    ("module", "args", "expected"),
    [
        (nn.HuberLoss("sum", 0.5), (X, Y), nn.huber_loss(X, Y, "sum", 0.5)),
        (nn.KLDivLoss("sum", True), (X, Y), nn.kl_div(X, Y, "sum", True)),
        (nn.GaussianNLLLoss(full=True), (X, Y, VAR), nn.gaussian_nll_loss(X, Y, VAR, True)),
        (nn.PoissonNLLLoss(False), (VAR, VAR), nn.poisson_nll_loss(VAR, VAR, False)),
        (nn.HingeEmbeddingLoss(2.0), (X, SIGNS), nn.hinge_embedding_loss(X, SIGNS, 2.0)),
        (nn.MarginRankingLoss(2.0), (X, Y, SIGNS), nn.margin_ranking_loss(X, Y, SIGNS, 2.0)),
        (
            nn.CosineEmbeddingLoss(0.5),
            (X, Y, SIGNS[:, 0]),
            nn.cosine_embedding_loss(X, Y, SIGNS[:, 0], 0.5),
        ),
        (
            nn.TripletMarginLoss(2.0, 1.0, swap=True),
            (X, Y, Z),
            nn.triplet_margin_loss(X, Y, Z, 2.0, 1.0, swap=True),
        ),
        (
            nn.MultiMarginLoss(2, 0.5),
            (X, [0, 1, 2, 0]),
            nn.multi_margin_loss(X, [0, 1, 2, 0], 2, 0.5),
        ),
        (nn.MultiLabelMarginLoss("sum"), (X, LABELS), nn.multilabel_margin_loss(X, LABELS, "sum")),
    ],
)
def test_a_module_remembers_its_options_and_shows_them(module, args, expected):
    assert module(*args) == expected
    made = eval(f"nn.{module!r}", {"nn": nn})
    assert made(*args) == expected


def test_a_loss_can_be_called_by_names_alone_in_float16():
    given = {"anchor": X, "positive": Y, "negative": Z}
    half = {name: ag.tensor(value, dtype="float16") for name, value in given.items()}
    assert nn.triplet_margin_loss(**half).dtype == np.float16
