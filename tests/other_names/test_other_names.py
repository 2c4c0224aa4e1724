"""A name of another library that there is not here is an error with the line to write."""

import copy
import importlib.util
import re
import subprocess
import sys

import numpy as np
import pytest

import autograd as ag
import nn
import nn.data
from autograd.methods.tensor_names import TENSOR
from nn.other_names.network import SCHEDULES
from tests.other_names import ARRAYS, TABLES, evaluate, pairs, stored
from tests.other_names.meanings import MEANINGS
from tests.other_names.page import PAGE, filled
from tests.refusals import assert_refused

OWNERS = {
    "Tensor": ag.tensor(ARRAYS["t"]),
    "ag": ag,
    "ag.linalg": ag.linalg,
    "ag.random": ag.random,
    "nn": nn,
    "nn.Module": nn.Sequential(),
    "nn.optim": nn.optim,
    "nn.utils": nn.utils,
    "Dataset": nn.data.Dataset(np.ones((2, 3)), np.ones(2)),
    "Batches": nn.data.Batches((np.ones((2, 3)), np.ones(2))),
    "History": nn.History(),
    "nn.data": nn.data,
    "nn.init": nn.init,
    "nn.metrics": nn.metrics,
    "nn.plots": nn.plots,
    "nn.sklearn": nn.sklearn,
    "LRScheduler": nn.optim.lr_scheduler.StepLR(nn.optim.SGD([nn.Parameter(1.0)]), 3),
    "x.at": ag.tensor(ARRAYS["t"]).at[0],
}
NAMES = [(owner, name) for owner, table in TABLES.items() for name in table]


@pytest.mark.parametrize(("owner", "name"), NAMES)
def test_a_name_that_there_is_not_says_what_to_write(owner, name):
    entry = TABLES[owner][name]
    line = entry if isinstance(entry, str) else f"for {entry[0]} write {entry[1]}"
    assert not hasattr(OWNERS[owner], name)
    assert_refused(
        lambda: getattr(OWNERS[owner], name), AttributeError, f"has no attribute {name!r}; {line}"
    )


def names():
    """Return what the code in the tables is about."""
    found = {name: ag.tensor(a) for name, a in ARRAYS.items() if name not in "irc"}
    found["p"].requires_grad = True
    found["p"].grad = ARRAYS["g"]
    found |= {name: ARRAYS[name] for name in "irc"} | {"a": ARRAYS["t"], "g": ARRAYS["g"]}
    net = nn.Sequential(nn.Linear(2, 1), nn.ReLU())
    inputs, targets = np.arange(6.0).reshape(3, 2), np.arange(3)
    data = nn.data.Dataset(inputs, targets)
    found |= {"ag": ag, "np": np, "nn": nn, "net": net, "data": data}
    found["rng"] = np.random.default_rng(0)
    return found | {"inputs": inputs, "targets": targets, "f": lambda v: ag.sum(v**3)}


T, X, V, P, G = (ARRAYS[name] for name in "txvpg")
SECH = 1 / np.cosh(T) ** 2

# What libraries that are not at hand would give, by their documentation.
BY_DOCUMENTATION = {
    "t.get_shape()": (2, 3),
    "t.set_shape((2, 3))": T,
    "p.assign(g)": G,
    "p.assign_add(g)": P + G,
    "p.assign_sub(g)": P - G,
    "p.read_value()": P,
    "p.value()": P,
    "elementwise_grad(np.tanh)(a)": SECH,
    "hessian_tensor_product(f)(a[0], a[1])": 6 * T[0] * T[1],
    "hessian_vector_product(f)(a[0], a[1])": 6 * T[0] * T[1],
    "make_jvp(np.tanh)(a[0])(a[1])": (np.tanh(T[0]), SECH[0] * T[1]),
    "tf.boolean_mask(t, mask)": T[ARRAYS["mask"]],
    "tf.cast(t, tf.float32)": T.astype("float32"),
    "tf.clip_by_value(t, -1.0, 2.0)": T.clip(-1, 2),
    "tf.constant([1.0, 2.0])": [1.0, 2.0],
    "tf.convert_to_tensor([1.0, 2.0])": [1.0, 2.0],
    "tf.gather_nd(t, [[0, 1]])": T[[0], [1]],
    "tf.reduce_logsumexp(t, 1)": np.log(np.exp(T).sum(1)),
    "tf.reduce_max(t, 1)": T.max(1),
    "tf.reduce_mean(t, 1)": T.mean(1),
    "tf.reduce_min(t, 1)": T.min(1),
    "tf.reduce_prod(t, 1)": T.prod(1),
    "tf.math.reduce_std(t, 1)": T.std(1),
    "tf.reduce_sum(t, 1)": T.sum(1),
    "tf.math.reduce_variance(t, 1)": T.var(1),
    "tf.tensor_scatter_nd_add(v, [[0]], [9.0])": V + np.array([9.0, 0.0, 0.0]),
    "tf.tensor_scatter_nd_update(v, [[0]], [9.0])": [9.0, *V[1:]],
    "layers.Concatenate()([t, u])": np.concatenate([T, ARRAYS["u"]], -1),
    "layers.GlobalAveragePooling2D()(x)": X.mean((2, 3)),
    "layers.GlobalMaxPooling2D()(x)": X.max((2, 3)),
    "layers.Permute((2, 3, 1))(x)": X.transpose(0, 2, 3, 1),
    "layers.Reshape((4, 12))(x)": X.reshape(2, 4, 12),
    "layers.UpSampling2D(2)(x)": X.repeat(2, 2).repeat(2, 3),
    "net.count_params()": 3,
    "p.data.copy_(g)": G,
    "p.data.fill_(0.5)": [0.5, 0.5, 0.5],
    "p.data.zero_()": [0.0, 0.0, 0.0],
    "p.grad.norm()": np.sqrt(21),
    "t.data.clone()": T,
    "t.data.numpy()": T,
    "v.expand(2, -1)": np.stack([V, V]),
    "t.max(1)[0]": T.max(1),
    "t.max(1)[1]": T.argmax(1),
    "to_categorical(c, 4)": np.eye(4)[[2, 0]],
}

# The result is made of objects, not of numbers.
OF_OBJECTS = {
    "net.layers": lambda found, names: found == [names["net"][0], names["net"][1]],
    "net.trainable_variables": lambda found, names: len(found) == 2,
    "net.trainable_weights": lambda found, names: len(found) == 2,
    "net.weights": lambda found, names: len(found) == 2,
    "Subset(data, [0, 2])": lambda found, names: found.targets.tolist() == [0, 2],
    "TensorDataset(inputs, targets)": lambda found, names: len(found) == 3,
}


def assert_close(found, expected):
    if isinstance(found, tuple | list):  # of parts, whose shapes may differ
        assert len(found) == len(expected)
        for part, other in zip(found, expected, strict=True):
            assert_close(part, other)
    else:
        found = found.numpy() if isinstance(found, ag.Tensor) else found
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


PAIRS = dict(pairs())
NUMBERS = {there: value for there, value in stored().items() if "rand" not in there}


def test_every_pair_is_compared():
    drawn = {there for there in PAIRS if "rand" in there}
    assert {*NUMBERS, *BY_DOCUMENTATION, *OF_OBJECTS} | drawn == {*PAIRS, "torch.get_num_threads()"}


@pytest.mark.parametrize("there", [p for p in PAIRS if p != "torch.get_num_threads()"])
def test_the_line_gives_what_the_other_library_gives(there):
    known = names()
    found = evaluate(PAIRS[there], known)
    if there in OF_OBJECTS:
        assert OF_OBJECTS[there](found, known)
    elif "rand" in there:
        assert list(found.shape) == stored()[there]
    else:
        assert_close(found, BY_DOCUMENTATION.get(there, NUMBERS.get(there)))


@pytest.mark.parametrize(("there", "here"), [(there, here) for there, here, *_ in MEANINGS])
def test_what_means_something_else_gives_something_else(there, here):
    found = evaluate(here, names())
    found = [part.tolist() for part in found] if isinstance(found, list) else found.tolist()
    assert found != np.asarray({**BY_DOCUMENTATION, **NUMBERS}[there]).tolist()


@pytest.mark.parametrize(
    ("owner", "name", "near"),
    [
        ("ag", "concatenat", "concatenate"),
        ("nn", "Liner", "Linear"),
        ("nn.Module", "paramters", "parameters"),
        ("nn.optim", "Adamm", "Adam"),
        ("nn.data", "Bathces", "Batches"),
        ("nn.init", "normall_", "normal_"),
    ],
)
def test_for_a_misspelt_name_the_nearest_is_named(owner, name, near):
    assert_refused(lambda: getattr(OWNERS[owner], name), AttributeError, f"did you mean {near}")


@pytest.mark.parametrize("name", ["polygamma", "cartesian_prod", "ChannelSoftmaxWithLoss"])
def test_a_name_that_is_merely_a_little_like_it_is_not_named(name):
    for module in (ag, nn):
        with pytest.raises(AttributeError) as caught:
            getattr(module, name)
        assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nanmedian", "has no derivative here"),
        ("isin", "no gradient passes"),
        ("scatter", "write t.at"),
    ],
)
def test_functions_of_numpy_and_methods_say_what_to_write_as_functions_of_ag(name, text):
    assert_refused(lambda: getattr(ag, name), AttributeError, text)


IMPORTS = [
    ("import nn.functional as F", "functions of ag"),
    ("from nn import functional", "functions of ag"),
    ("from nn import Dense, Linear", "write nn.Linear"),
    ("from nn import Liner", "did you mean Linear"),
    ("from nn.layers import Dense", "write nn.Linear"),
    ("from nn.models import Sequential", "write nn.Sequential"),
    ("from nn.data import DataLoader", "write nn.data.Batches"),
    ("from nn.utils.data import DataLoader", "nn.data.Batches"),
    ("from nn.callbacks import EarlyStopping", "patience="),
    ("from nn.optim.lr_scheduler import StepL", "did you mean StepLR"),
    ("from autograd import Variable", "write ag.tensor"),
    ("from autograd import nn", "import nn"),
    ("from autograd.misc.optimizers import adam", "write nn.optim.Adam"),
    ("from autograd.scipy.special import logsumexp, expit", "write ag.logsumexp"),
    ("import autograd.numpy as np", "import numpy as np"),
    ("import autograd.numpy.random", "import numpy as np"),
]


@pytest.mark.parametrize(("line", "advice"), IMPORTS)
def test_an_import_says_what_to_write(line, advice):
    assert_refused(lambda: exec(line, {}), ModuleNotFoundError, "has no attribute", advice)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import nn.nothing", "No module named 'nn.nothing'"),
        ("from nn import nothing", "cannot import name 'nothing' from 'nn'"),
        ("import autograd.grad", "No module named 'autograd.grad'"),
        ("from nn import _private", "cannot import name '_private'"),
    ],
)
def test_of_other_imports_python_says_what_it_says(line, said):
    with pytest.raises(ImportError, match=re.escape(said)):
        exec(line, {})


@pytest.mark.parametrize("name", ["nn.functional", "autograd.numpy", "nn.nothing"])
def test_finding_a_module_without_importing_it_gives_none(name):
    assert importlib.util.find_spec(name) is None


def test_python_names_the_nearest_of_a_tensors_names():
    code = "import autograd as ag; ag.tensor(1.0).reshpae"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "'reshpae'. Did you mean: 'reshape'?" in done.stderr


def test_a_tensor_does_not_list_the_names_that_it_does_not_have():
    t = OWNERS["Tensor"]
    assert not set(TENSOR) & set(dir(t))
    assert {"reshape", "grad", "data"} <= set(dir(t))
    assert not hasattr(ag.Tensor, "view")


def test_the_name_of_a_subclass_is_said():
    assert_refused(lambda: nn.Parameter([1.0]).view, AttributeError, "'Parameter' object has no")


@pytest.mark.parametrize("name", ["__torch_function__", "__array_interface__", "__wrapped__"])
def test_protocols_of_others_are_not_answered(name):
    for owner in OWNERS.values():
        assert not hasattr(owner, name)


def test_tensors_with_other_names_in_their_class_are_copied():
    assert copy.deepcopy(OWNERS["Tensor"]).shape == (2, 3)


def test_the_tables_of_modules_are_loaded_when_a_name_is_missing():
    code = "import sys, autograd, nn; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not {"autograd.methods.module_names", "nn.other_names.network", "difflib"} & loaded


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.Linear(units=3), "it is out_features here"),
        (lambda: nn.Linear(2, 3, activation="relu"), "write it as the next module"),
        (lambda: nn.Conv2d(3, 4, 3, strides=2), "it is stride here"),
        (lambda: nn.Dropout(rate=0.5), "it is p here"),
        (lambda: nn.Conv2d(1, 2, 3, pad=1), "it is padding here"),
        (lambda: nn.GRU(2, 3, return_sequences=True), "leave it out"),
        (lambda: nn.CrossEntropyLoss(from_logits=True), "take logits"),
        (lambda: nn.MSELoss(size_average=False), "write reduction='sum'"),
        (lambda: nn.MSELoss(reduce=False), "write reduction='none'"),
        (lambda: nn.ReLU(True), "inplace: no module changes its input"),
        (lambda: nn.LeakyReLU(0.1, True), "inplace: no module changes its input"),
        (lambda: nn.Dropout(0.5, True), "inplace: no module changes its input"),
    ],
)
def test_an_argument_of_keras_says_what_it_is_here(make, text):
    assert_refused(make, ag.UnsupportedError, text)


X2 = np.ones((2, 3))
MADE_WITH_A_BATCH = [
    (lambda: nn.MSELoss(ag.tensor(X2), X2), "nn.MSELoss()(input, target)"),
    (lambda: nn.BCEWithLogitsLoss(X2, X2), "nn.BCEWithLogitsLoss()(input, target)"),
    (lambda: nn.ReLU(X2), "nn.ReLU()(x)"),
    (lambda: nn.ELU(ag.tensor(X2)), "nn.ELU()(x)"),
    (lambda: nn.GELU(X2), "nn.GELU()(x)"),
    (lambda: nn.Softmax(X2), "nn.Softmax()(x)"),
    (lambda: nn.Linear(X2, 3), "nn.Linear(...)(x)"),
]


@pytest.mark.parametrize(("make", "text"), MADE_WITH_A_BATCH, ids=[x for _, x in MADE_WITH_A_BATCH])
def test_a_module_that_is_made_with_a_batch_says_how_it_is_called(make, text):
    assert_refused(make, ag.GlassgradError, f"a batch is given once it is made: {text}")


def test_an_option_that_is_an_array_is_no_batch_elsewhere():
    with pytest.raises(ag.OptionError) as caught:
        nn.optim.SGD([nn.Parameter(1.0)], lr=X2)
    assert "batch" not in str(caught.value)


FIT = {
    "class_weight": "nn.CrossEntropyLoss(weight=class_weight)",
    "clip": "here it is max_norm",
    "clip_norm": "here it is max_norm",
    "criterion": "here it is loss",
    "early_stopping": "here it is patience",
    "ema_decay": "here it is ema",
    "grad_clip": "here it is max_norm",
    "gradient_accumulation_steps": "here it is accumulate",
    "learning_rate": "optimizer=nn.optim.Adam(net.parameters(), lr=0.01)",
    "loss_fn": "here it is loss",
    "n_epochs": "here it is epochs",
    "seed": "here it is rng",
    "shuffle": "nn.data.Batches(data, batch_size, shuffle=False)",
    "verbose": "here it is progress",
}


@pytest.mark.parametrize(("option", "text"), FIT.items())
def test_options_of_other_trainings_say_what_to_write(option, text):
    assert_refused(
        lambda: nn.fit(nn.Linear(2, 1), nn.mse_loss, (X2, X2), **{option: 1}),
        ag.UnsupportedError,
        f"fit: there is no option {option!r}; ",
        text,
    )


OPTIONS = [
    (lambda: ag.linspace(0.0, 1.0, steps=5), "linspace: ", "here it is num"),
    (lambda: ag.tensor(X2).max(dim=1), "max: ", "values alone; ag.argmax"),
    (lambda: ag.min(ag.tensor(X2), dim=1), "min: ", "values alone; ag.argmin"),
    (
        lambda: ag.tensor(X2).sort(dim=1),
        "sort: ",
        "values alone; ag.argsort",
    ),
    (lambda: ag.sort(ag.tensor(X2), descending=True), "sort: ", "write ag.flip(result, axis)"),
    (lambda: ag.grad(ag.sum, has_aux=True), "grad: ", "return one number from f"),
    (lambda: nn.find_lr(None, None, None, start_lr=1e-6), "find_lr: ", "here it is lowest"),
    (lambda: nn.find_lr(None, None, None, end_lr=1.0), "find_lr: ", "here it is highest"),
    (lambda: nn.find_lr(None, None, None, num_iter=9), "find_lr: ", "here it is steps"),
    (lambda: nn.optim.Adam([nn.Parameter(1.0)], beta1=0.9), "Adam: ", "it is betas=(beta1, beta2)"),
    (
        lambda: nn.optim.lr_scheduler.StepLR(nn.optim.SGD([nn.Parameter(1.0)]), 3, verbose=True),
        "StepLR: ",
        "print(schedule.get_last_lr())",
    ),
]


@pytest.mark.parametrize(("call", "name", "text"), OPTIONS, ids=[text for *_, text in OPTIONS])
def test_an_option_of_another_library_says_what_to_write(call, name, text):
    assert_refused(call, ag.GlassgradError, name, text)


def test_every_schedule_is_named_where_it_is_not():
    assert {*nn.optim.lr_scheduler.__all__} == {*SCHEDULES, "EpochScheduler"}


def test_the_page_has_the_tables():
    text = PAGE.read_text("utf-8")
    assert filled(text) == text
