"""Data sets, their splits and batches, the sets of scikit-learn, and standardizing."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import datasets
from sklearn.preprocessing import StandardScaler

import autograd as ag
import nn
from nn.data import Batches, Dataset, Standardize, breast_cancer, digits, iris, moons, samples
from tests.refusals import assert_refused

seeds = st.integers(0, 2**32)


def numbered(count, classes=3):
    """Return a data set whose inputs are the numbers of its examples."""
    return Dataset(np.arange(float(count)), np.arange(count) % classes)


# Data sets


def test_an_index_gives_a_pair_and_a_slice_a_data_set():
    data = Dataset(np.arange(6).reshape(3, 2), [0, 1, 0], ("a", "b"))
    x, t = data[1]
    assert (x.tolist(), t) == ([2, 3], 1)
    for part in (data[1:], data[[1, 2]], data[np.array([False, True, True])]):
        assert isinstance(part, Dataset)
        np.testing.assert_array_equal(part.inputs, [[2, 3], [4, 5]])
        np.testing.assert_array_equal(part.targets, [1, 0])
        assert part.classes == ("a", "b")


def test_walking_through_a_data_set_gives_its_pairs():
    assert [(x.item(), t.item()) for x, t in numbered(3)] == [(0.0, 0), (1.0, 1), (2.0, 2)]


def test_tensors_become_arrays():
    data = Dataset(ag.tensor([[1.0]], requires_grad=True), ag.tensor([2.0]))
    assert type(data.inputs) is type(data.targets) is np.ndarray


def test_map_changes_the_inputs_of_a_new_data_set_alone():
    data = numbered(3)
    doubled = data.map(lambda x: 2 * x)
    np.testing.assert_array_equal(doubled.inputs, [0, 2, 4])
    np.testing.assert_array_equal(data.inputs, [0, 1, 2])
    np.testing.assert_array_equal(doubled.targets, data.targets)


@pytest.mark.parametrize(
    ("inputs", "targets", "kind", "text"),
    [
        ([], [], ag.OptionError, "there are no inputs, only shape (0,)"),
        ([1.0], [], ag.OptionError, "there are no targets, only shape (0,)"),
        (np.zeros((2, 0)), [0, 1], ag.OptionError, "there are no inputs, only shape (2, 0)"),
        (5.0, [1], ag.OptionError, "there are no inputs, only shape ()"),
        (None, [1], ag.OptionError, "the inputs must be numbers, not object"),
        (["a"], [1], ag.OptionError, "the inputs must be numbers, not words"),
        ([1.0], [["yes"]], ag.OptionError, "the targets must be numbers, not words"),
        ([1.0], [b"yes"], ag.OptionError, "the targets must be numbers, not words"),
        ([1j], [1], ag.OptionError, "the inputs must be numbers, not complex128"),
        ([[1], [2, 3]], [1, 2], ag.OptionError, "the inputs are not an array"),
        ([1.0, 2.0], [1], ag.ShapeError, "2 inputs for 1 target; each needs one"),
        ([1.0], [1, 2], ag.ShapeError, "1 input for 2 targets; each needs one"),
        ([[0, 1], [2, np.nan]], [1, 2], ag.OptionError, "the inputs hold nan at index (1, 1)"),
        ([1, 2], [0, -np.inf], ag.OptionError, "the targets hold -inf at index (1,)"),
    ],
)
def test_what_is_not_a_set_of_examples_is_refused(inputs, targets, kind, text):
    assert_refused(lambda: Dataset(inputs, targets), kind, "Dataset: ", text)


@given(hnp.arrays(float, (3, 2), elements=st.floats(-9, 9)), st.integers(0, 5))
def test_the_place_of_a_nan_is_named(inputs, place):
    inputs.flat[place] = np.nan
    where = f"nan at index ({place // 2}, {place % 2})"
    assert_refused(lambda: Dataset(inputs, [0, 1, 2]), ag.OptionError, where)


def test_batches_say_what_they_are():
    batches = nn.data.Batches(numbered(5), 2, transform=nn.data.Flip(), rng=0)
    text = "Batches of 2, in random order, changed by Flip(p=0.5), from Dataset of 5 examples: "
    assert repr(batches).startswith(text)
    assert repr(nn.data.Batches(numbered(5), 2, shuffle=False)).startswith("Batches of 2, in their")


def test_a_stream_says_where_it_comes_from():
    def rows():
        yield [1.0], [2.0]

    assert repr(nn.data.Stream(rows)) == "Stream of rows"
    assert repr(nn.data.Stream(rows, 4)) == "Stream of rows, 4 examples in a batch"


# Splits


@given(st.integers(5, 60), st.integers(1, 3), seeds, st.booleans())
def test_no_example_is_in_two_parts_and_none_is_lost(count, classes, seed, stratify):
    parts = numbered(count, classes).split(0.4, 0.3, rng=seed, stratify=stratify)
    together = np.concatenate([part.inputs for part in parts])
    np.testing.assert_array_equal(np.sort(together), np.arange(count))
    for part in parts:
        np.testing.assert_array_equal(part.targets, part.inputs % classes)


@given(st.integers(20, 200), st.floats(0.1, 0.9), seeds)
def test_a_part_has_the_size_of_its_fraction(count, fraction, seed):
    first, second = numbered(count).split(fraction, rng=seed)
    assert abs(len(first) - fraction * count) <= 0.5 + 1e-9
    assert len(first) + len(second) == count


@given(st.lists(st.integers(0, 3), min_size=20, max_size=100), st.floats(0.1, 0.9), seeds)
def test_stratified_parts_keep_the_share_of_every_class(labels, fraction, seed):
    labels = np.array(labels)
    parts = Dataset(np.arange(len(labels)), labels).split(fraction, rng=seed, stratify=True)
    kinds = np.unique(labels)
    for part in parts:
        for kind in kinds:
            share = np.mean(labels == kind)
            expected = share * len(part)
            assert abs((part.targets == kind).sum() - expected) <= 1 + len(kinds) * share


def test_fractions_that_round_to_the_whole_leave_no_rest():
    assert [len(part) for part in numbered(10).split(0.7, 0.2, 0.1)] == [7, 2, 1]
    assert [len(part) for part in numbered(10).split(0.7, 0.2)] == [7, 2, 1]


def test_the_same_seed_makes_the_same_parts():
    one, other = (numbered(50).split(0.5, rng=3)[0].inputs for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert (one != numbered(50).split(0.5, rng=4)[0].inputs).any()


@pytest.mark.parametrize(
    ("fractions", "text"),
    [
        ((), "give fractions of at most 1 together"),
        ((0.8, 0.3), "give fractions of at most 1 together"),
        ((0.0,), "must be a finite number above 0"),
        ((-0.5,), "must be a finite number above 0"),
        ((np.nan,), "must be a finite number above 0"),
        (("half",), "must be a finite number above 0"),
        ((0.01,), "10 examples would make parts of 0, 10"),
    ],
)
def test_fractions_that_make_no_parts_are_refused(fractions, text):
    assert_refused(lambda: numbered(10).split(*fractions), ag.OptionError, "split: ", text)


def test_stratifying_what_is_not_a_class_is_refused():
    data = Dataset(np.ones(4), np.ones((4, 2)))
    assert_refused(lambda: data.split(0.5, stratify=True), ag.OptionError, "stratify", "(4, 2)")


# Batches


@given(st.integers(1, 30), st.one_of(st.none(), st.integers(1, 40)), seeds, st.booleans())
def test_an_epoch_sees_every_example_once(count, size, seed, shuffle):
    batches = Batches(numbered(count), size, shuffle=shuffle, rng=seed)
    for _ in range(2):
        epoch = list(batches)
        assert len(epoch) == len(batches)
        assert {len(x) for x, _ in epoch[:-1]} <= {size}
        seen = np.concatenate([x for x, _ in epoch])
        np.testing.assert_array_equal(np.sort(seen), np.arange(count))
        np.testing.assert_array_equal(np.concatenate([t for _, t in epoch]), seen % 3)


def test_every_epoch_has_another_order_and_the_same_seed_the_same():
    one, other = Batches(numbered(50), None, rng=0), Batches(numbered(50), None, rng=0)
    epochs = [[next(iter(batches))[0] for _ in range(2)] for batches in (one, other)]
    np.testing.assert_array_equal(epochs[0], epochs[1])
    assert (epochs[0][0] != epochs[0][1]).any()


def test_without_shuffling_the_order_is_that_of_the_data():
    seen = [x.tolist() for x, _ in Batches(numbered(5), 2, shuffle=False)]
    assert seen == [[0, 1], [2, 3], [4]]


def test_a_pair_of_arrays_is_a_data_set():
    ((x, t),) = Batches(([[1.0]], [2]), rng=0)
    assert (x.tolist(), t.tolist()) == ([[1.0]], [2])


def test_a_transform_gets_the_inputs_of_each_batch_and_the_generator():
    rng = np.random.default_rng(0)
    given_rngs = []

    def negate(x, draws):
        given_rngs.append(draws)
        return -x

    data = numbered(5)
    seen = np.concatenate([x for x, _ in Batches(data, 2, transform=negate, rng=rng)])
    np.testing.assert_array_equal(np.sort(seen), [-4, -3, -2, -1, 0])
    assert all(draws is rng for draws in given_rngs)
    np.testing.assert_array_equal(data.inputs, np.arange(5))


def test_a_transform_that_loses_inputs_is_refused():
    batches = Batches(numbered(4), 2, transform=lambda x, rng: x[:1], rng=0)
    assert_refused(lambda: list(batches), ag.ShapeError, "the transform made 1 input of 2")


@pytest.mark.parametrize("size", [0, -1, 2.5, "all", True, np.nan])
def test_a_batch_size_that_is_not_a_number_of_examples_is_refused(size):
    assert_refused(lambda: Batches(numbered(3), size), ag.OptionError, "Batches: batch_size=")


@pytest.mark.parametrize("data", [5, "data", [1, 2, 3], np.zeros((2, 2)), None])
def test_what_is_not_a_data_set_is_refused(data):
    assert_refused(lambda: Batches(data), ag.OptionError, "takes a Dataset, or a pair")


# The sets of scikit-learn


def test_digits_are_read_without_importing_scikit_learn():
    code = "import sys, nn; nn.data.digits(); sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_digits_are_those_of_scikit_learn_also_where_its_table_was_moved(monkeypatch):
    read = digits()
    monkeypatch.setattr(samples, "_table", lambda name: None)
    asked = digits()
    np.testing.assert_array_equal(read.inputs, asked.inputs)
    np.testing.assert_array_equal(read.targets, asked.targets)
    assert read.classes == asked.classes


def test_digits_are_images_from_zero_to_one():
    data, whole = digits(), datasets.load_digits()
    assert data.inputs.shape == (1797, 1, 8, 8)
    np.testing.assert_array_equal(data.inputs.reshape(1797, 64) * 16, whole.data)
    np.testing.assert_array_equal(data.targets, whole.target)
    assert (data.inputs.min(), data.inputs.max()) == (0, 1)
    assert data.classes == tuple("0123456789")


@pytest.mark.parametrize(
    ("make", "load"),
    [(iris, datasets.load_iris), (breast_cancer, datasets.load_breast_cancer)],
)
def test_tables_are_those_of_scikit_learn(make, load):
    data, whole = make(), load()
    np.testing.assert_array_equal(data.inputs, whole.data)
    np.testing.assert_array_equal(data.targets, whole.target)
    assert data.classes == tuple(whole.target_names)


@pytest.mark.parametrize("make", [digits, moons, iris, breast_cancer])
def test_targets_are_classes_that_cross_entropy_takes(make):
    data = make()
    assert data.targets.dtype == np.int64
    assert data.targets.shape == (len(data),)
    count = len(data.classes)
    assert set(np.unique(data.targets)) == set(range(count))
    loss = nn.cross_entropy(ag.tensor(np.zeros((len(data), count))), data.targets)
    assert loss.item() == pytest.approx(np.log(count))


@pytest.mark.parametrize("make", [moons, breast_cancer])
def test_two_classes_as_a_column_fit_one_logit(make):
    data = make()
    logits = ag.tensor(np.zeros((len(data), 1)))
    loss = nn.binary_cross_entropy_with_logits(logits, data.targets[:, None])
    assert loss.item() == pytest.approx(np.log(2))


def test_moons_without_noise_are_half_circles():
    data = moons(100, noise=0)
    centres = np.array([[0.0, 0.0], [1.0, 0.5]])[data.targets]
    np.testing.assert_allclose(np.linalg.norm(data.inputs - centres, axis=1), 1)
    assert ((data.inputs - centres)[:, 1] * (1 - 2 * data.targets) >= -1e-12).all()
    assert np.bincount(data.targets).tolist() == [50, 50]


def test_the_same_seed_makes_the_same_moons():
    np.testing.assert_array_equal(moons(rng=1).inputs, moons(rng=1).inputs)
    assert (moons(rng=1).inputs != moons(rng=2).inputs).any()


def test_moons_draw_from_a_generator_on_and_on():
    rng = np.random.default_rng(0)
    assert (moons(rng=rng).inputs != moons(rng=rng).inputs).any()


def test_a_single_moon_point_is_a_data_set():
    assert len(moons(1)) == 1


@pytest.mark.parametrize("wrong", [{"n": 0}, {"n": 2.5}, {"noise": -1}, {"rng": "seed"}])
def test_moons_that_cannot_be_are_refused(wrong):
    assert_refused(lambda: moons(**wrong), ag.OptionError, next(iter(wrong)))


@pytest.mark.parametrize("name", ["digits", "moons", "iris", "breast_cancer"])
def test_without_scikit_learn_the_message_says_how_to_get_it(name):
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import autograd as ag, nn\n"
        f"try: nn.data.{name}()\n"
        "except ag.MissingError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    refusal = "needs the package scikit-learn; pip install 'glassgrad[data]'\n"
    assert done.stdout == f"{name}: {refusal}"


# Standardizing

tables = hnp.arrays(float, st.tuples(st.integers(1, 9), st.just(3)), elements=st.floats(-99, 99))


@given(tables)
def test_standardized_features_have_mean_zero_and_deviation_one_or_zero(x):
    z = Standardize(x)(x)
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-6)
    for feature, deviation in zip(x.T, z.std(axis=0), strict=True):
        if np.ptp(feature) > 1e-6:
            assert deviation == pytest.approx(1, abs=1e-6)
        elif np.ptp(feature) == 0:
            assert deviation == 0


def test_standardizing_is_that_of_scikit_learn():
    train, test = breast_cancer().split(0.7, rng=0)
    scale = Standardize(train.inputs)
    theirs = StandardScaler().fit(train.inputs)
    for part in (train, test):
        np.testing.assert_allclose(
            part.map(scale).inputs, theirs.transform(part.inputs), rtol=1e-9, atol=1e-12
        )


@given(st.floats(-1e100, 1e100), st.integers(1, 50))
def test_a_constant_feature_becomes_exactly_zero(value, count):
    x = np.full((count, 1), value)
    scale = Standardize(x)
    assert not scale(x).any()
    assert scale.std == 0
    assert scale(x + 1) == pytest.approx(x + 1 - value)


def test_every_pixel_is_a_feature():
    data = digits()
    scale = Standardize(data.inputs)
    assert scale.mean.shape == scale.std.shape == (1, 8, 8)
    assert (scale.std == 0).sum() == (np.ptp(data.inputs, axis=0) == 0).sum() > 0
    assert data.map(scale).inputs.shape == data.inputs.shape


@pytest.mark.parametrize(
    ("dtype", "result"),
    [("float32", "float32"), ("float16", "float16"), ("int64", "float64"), ("uint8", "float64")],
)
def test_floats_keep_their_dtype_and_integers_become_float64(dtype, result):
    x = np.array([[1, 5], [3, 5]], dtype)
    z = Standardize(x)(x)
    assert z.dtype == result
    np.testing.assert_array_equal(z, [[-1, 0], [1, 0]])


def test_a_large_mean_in_float32_is_computed_in_float64():
    x = (1e4 + np.random.default_rng(0).normal(size=(10000, 1))).astype("float32")
    np.testing.assert_allclose(Standardize(x).std, x.astype(float).std(axis=0), rtol=1e-12)


def test_standardizing_leaves_its_input_alone():
    x = np.array([[1.0], [3.0]])
    Standardize(x)(x)
    np.testing.assert_array_equal(x, [[1], [3]])


def test_other_features_than_in_training_are_refused():
    scale = Standardize(np.ones((5, 3)))
    for wrong in (np.ones((5, 2)), np.ones((3, 1)), np.ones(5)):
        assert_refused(lambda wrong=wrong: scale(wrong), ag.ShapeError, "Standardize: ", "(3,)")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ([], "there are no inputs"),
        (["a"], "must be numbers"),
        ([[np.nan]], "hold nan at index (0, 0)"),
        ([[1e300], [-1e300]], "too large"),
    ],
)
def test_what_has_no_deviation_is_refused(wrong, text):
    assert_refused(lambda: Standardize(wrong), ag.OptionError, "Standardize: ", text)


def test_standardize_shows_its_features():
    assert repr(Standardize(np.ones((5, 3)))) == "Standardize of features (3,)"


def test_masked_numbers_are_refused():
    masked = np.ma.masked_array([1.0, 999.0], [0, 1])
    assert_refused(lambda: Dataset(masked, [0, 1]), ag.OptionError, "some are masked")


def test_targets_are_mapped_by_themselves():
    data = Dataset(np.ones((3, 2)), [0, 1, 2]).map(targets=lambda t: t[:, None])
    assert data.targets.shape == (3, 1)
    assert data.inputs.shape == (3, 2)


def test_the_fingerprint_changes_with_every_number():
    data = Dataset(np.zeros((3, 2)), [0, 1, 2])
    others = [
        Dataset(np.zeros((3, 2)), [0, 1, 1]),
        Dataset(np.eye(3, 2), [0, 1, 2]),
        Dataset(np.zeros((3, 2), np.float32), [0, 1, 2]),
        Dataset(np.zeros((3, 1, 2)), [0, 1, 2]),
    ]
    assert len({d.fingerprint() for d in (data, *others)}) == 5
    assert data.fingerprint() == Dataset(np.zeros((3, 2)), [0, 1, 2]).fingerprint()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dataset([[1.0]], [1], classes=5), "classes=5 must be a list of names"),
        (
            lambda: Dataset([[1.0]], [2], classes=("a", "b")),
            "2 names of classes, and a target of 2",
        ),
        (lambda: Dataset([["cat"]], [1]), "np.unique(names, return_inverse=True)"),
        (lambda: Dataset([[1.0]], [1]).map(3), "inputs must be a function"),
        (lambda: Dataset([[1.0]], [1])[:, 0], "takes one index"),
    ],
)
def test_a_data_set_refuses_in_one_line(make, message):
    assert_refused(make, ag.GlassgradError, message)


class Squares:
    """Examples by number, as a data set of PyTorch has them."""

    def __len__(self):
        return 6

    def __getitem__(self, i):
        return ag.tensor([float(i)]), i * i


class Mine(Squares, nn.data.Dataset):
    def __init__(self):
        """Keep nothing."""


@pytest.mark.parametrize("data", [Squares(), Mine()], ids=["object", "Dataset"])
def test_examples_by_number_are_a_data_set(data):
    batches = nn.data.Batches(data, 3, shuffle=False)
    targets = np.concatenate([targets for _, targets in batches])
    assert targets.tolist() == [0, 1, 4, 9, 16, 25]
    net = nn.Linear(1, 1, rng=0)
    assert nn.evaluate(net, lambda y, t: ag.mean(ag.square(ag.ravel(y) - t)), data)["loss"] > 0


def test_a_class_with_examples_of_its_own_is_split_and_mapped():
    parts = Mine().split(0.5, rng=0)
    assert [len(part.inputs) for part in parts] == [3, 3]
    assert Mine().map(lambda x: x + 1).inputs.tolist() == [[1], [2], [3], [4], [5], [6]]
    assert repr(Mine()).startswith("<")


def test_examples_that_are_not_pairs_are_refused():
    class Alone(Squares):
        def __getitem__(self, i):
            return [float(i)]

    assert_refused(lambda: nn.data.Batches(Alone(), 3), ag.OptionError, "Alone[i] must be a pair")
