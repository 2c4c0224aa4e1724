"""Networks are estimators of scikit-learn, as it checks them itself."""

import pickle
import subprocess
import sys
from functools import partial

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import autograd as ag
import nn
from tests.refusals import assert_refused

CLASSIFIER = nn.sklearn.Classifier(hidden_layer_sizes=(16,), epochs=15, lr=0.05, random_state=0)
REGRESSOR = nn.sklearn.Regressor(hidden_layer_sizes=(16,), epochs=15, lr=0.05, random_state=0)


@pytest.mark.filterwarnings("ignore")  # of the checks
@parametrize_with_checks([CLASSIFIER, REGRESSOR])
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


def build(inputs, outputs, rng):
    return nn.Sequential(nn.Linear(inputs, 8, rng=rng), nn.Tanh(), nn.Linear(8, outputs, rng=rng))


IRIS = load_iris(return_X_y=True)


@pytest.mark.parametrize("module", [None, build, build(4, 3, 0)], ids=["MLP", "function", "module"])
def test_in_a_pipeline_it_tells_irises_apart(module):
    model = clone(CLASSIFIER).set_params(module=module)
    model = make_pipeline(StandardScaler(), model)
    assert cross_val_score(model, *IRIS, cv=3).min() > 0.9


class Net(nn.Module):
    """As for skorch: all sizes are its own."""

    def __init__(self, hidden=8, rng=None):
        self.layers = build(4, 3, rng)
        self.hidden = hidden

    def forward(self, x):
        return self.layers(x)


def seeded(rng):
    return build(4, 3, rng)


@pytest.mark.parametrize(
    "module",
    [
        Net,
        partial(Net, hidden=4),
        nn.Linear,
        lambda: Net(4, 0),
        lambda i, o: build(i, o, 0),
        lambda i, o, generator: build(i, o, generator),
    ],
)
def test_a_class_or_function_makes_the_network_of_what_it_asks_for(module):
    model = clone(CLASSIFIER).set_params(module=module).fit(*IRIS)
    assert model.score(*IRIS) > 0.8
    assert getattr(model.module_, "hidden", 8) in (4, 8)
    again = clone(model).fit(*IRIS)
    np.testing.assert_array_equal(again.predict_proba(IRIS[0]), model.predict_proba(IRIS[0]))


@pytest.mark.parametrize("kind", [nn.sklearn.Classifier, nn.sklearn.Regressor])
def test_it_stops_when_the_loss_on_a_part_has_not_been_lower_for_some_epochs(kind):
    model = kind(epochs=500, lr=0.05, patience=9, validation_fraction=0.3, random_state=0)
    model.fit(*IRIS)
    assert model.history_.epochs < 500
    assert model.history_.best_epoch == model.history_.epochs - 9
    assert model.score(*IRIS) > 0.8


def test_a_given_module_is_copied():
    module = build(4, 3, 0)
    before = module.state_dict()
    model = clone(CLASSIFIER).set_params(module=module).fit(*IRIS)
    assert model.module is module
    assert model.module_ is not module
    for name, value in module.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_a_search_goes_over_its_arguments():
    grid = {"hidden_layer_sizes": [(4,), (8, 8)], "activation": ["ReLU", "Tanh"], "epochs": [2]}
    search = GridSearchCV(nn.sklearn.Classifier(random_state=0), grid, cv=2).fit(*IRIS)
    assert search.best_params_["activation"] in ("ReLU", "Tanh")
    assert len(search.cv_results_["params"]) == 4


def test_names_of_classes_and_their_probabilities():
    names = np.array(["setosa", "versicolor", "virginica"])[IRIS[1]]
    model = clone(CLASSIFIER).fit(IRIS[0], names)
    p = model.predict_proba(IRIS[0])
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    np.testing.assert_allclose(p.sum(axis=1), 1.0)
    np.testing.assert_array_equal(model.predict(IRIS[0]), model.classes_[p.argmax(axis=1)])


def test_the_same_seed_gives_the_same_numbers():
    one, same, other = (
        nn.sklearn.Classifier(epochs=2, random_state=seed).fit(*IRIS).predict_proba(IRIS[0])
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_trained_one_is_pickled():
    model = clone(CLASSIFIER).fit(*IRIS)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(IRIS[0]), model.predict_proba(IRIS[0]))
    assert again.history_.epochs == 15


def test_regression_is_near_the_linear_one_where_that_is_all_there_is():
    x, y = load_diabetes(return_X_y=True)
    linear = nn.sklearn.Regressor(hidden_layer_sizes=(), epochs=60, lr=0.1, random_state=0)
    scaled = StandardScaler().fit_transform(x)
    y = (y - y.mean()) / y.std()
    assert 0.50 < linear.fit(scaled, y).score(scaled, y) <= 0.5178  # the best of linear ones


def test_several_outputs_are_learned_together():
    x = np.linspace(-1, 1, 60)[:, None]
    y = np.hstack([x, x**2])
    model = nn.sklearn.Regressor(random_state=0).fit(x, y)
    assert model.predict(x).shape == (60, 2)
    assert model.score(x, y) > 0.95


def test_a_number_is_one_hidden_layer():
    model = nn.sklearn.Classifier(hidden_layer_sizes=5, epochs=1, random_state=0).fit(*IRIS)
    sizes = [p.shape for p in model.module_.parameters() if p.ndim == 2]
    assert sizes == [(5, 4), (3, 5)]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"activation": "ReLu"}, "did you mean ReLU?"),
        ({"optimizer": "adam"}, "did you mean Adam?"),
        ({"module": 3}, "module must be a module, or a class or function"),
        ({"module": lambda i, o, rng: None}, "module must be a module, or a class or function"),
        ({"epochs": -1}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"optimizer": "LBFGS"}, "fit: LBFGS computes the loss several times in a step"),
        ({"hidden_layer_sizes": 2.5}, "2.5"),
        ({"patience": 0}, "patience=0 must be an integer of at least 1"),
        ({"patience": 1, "validation_fraction": 1.5}, "validation_fraction=1.5 must be a number"),
        ({"max_iter": 9}, "Classifier: there is no option 'max_iter'; it is epochs here; the opt"),
        ({"learning_rate_init": 9}, "it is lr here"),
        ({"epoch": 9}, "did you mean epochs?"),
        ({"module__hidden": 9}, "write module=functools.partial(Net, ...)"),
    ],
)
def test_wrong_arguments_are_refused_in_fit(options, text):
    assert_refused(lambda: nn.sklearn.Classifier(**options).fit(*IRIS), ag.GlassgradError, text)


def test_scikit_learn_is_loaded_when_it_is_used():
    code = "import sys; from nn import *; import nn; print('sklearn' in sys.modules, end=' ')\n"
    code += "print('sklearn' in dir(nn)); nn.sklearn"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"
