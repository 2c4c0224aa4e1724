"""Networks as estimators of scikit-learn: for its pipelines, searches and scores.

An estimator keeps what it was made with as it is, and what it has learned in attributes that end in
an underscore.  So it can be cloned, searched over and pickled, and every `fit` begins anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import wraps
from inspect import Parameter, signature
from typing import Any, NoReturn, ParamSpec, Self, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.messages import one_line, suggestion
from autograd.core.other_names import missing
from nn import layers, losses, optim
from nn.checks import at_least_one, below_one, import_extra
from nn.data import Dataset
from nn.init import generator
from nn.models import MLP
from nn.module import Module
from nn.other_names.estimator import OPTIONS
from nn.training import fit, predict

import_extra("nn.sklearn", "sklearn", "scikit-learn", "data")

from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin  # noqa: E402
from sklearn.utils import check_random_state  # noqa: E402
from sklearn.utils.multiclass import check_classification_targets  # noqa: E402
from sklearn.utils.validation import check_is_fitted, validate_data  # noqa: E402

__all__ = ["Classifier", "Regressor"]


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import SKLEARN

    raise missing("module 'nn.sklearn'", name, SKLEARN, __all__)


P = ParamSpec("P")

# Makes a network for numbers of inputs and outputs, and a generator, or of nothing.
Builder: TypeAlias = Callable[..., Module]


def _explained(init: Callable[P, None]) -> Callable[P, None]:
    """Refuse options that there are not, by the name of the estimator and with what to write."""
    known = list(signature(init).parameters)[1:]

    @wraps(init)
    def call(*args: P.args, **options: P.kwargs) -> None:
        for name in options:
            if name not in known:
                raise _unknown(type(args[0]).__name__, name, known)
        init(*args, **options)

    return call


class _Estimator(BaseEstimator):
    """What both estimators share: the arguments, the network and its training."""

    @_explained
    def __init__(
        self,
        module: Module | Builder | None = None,
        *,
        hidden_layer_sizes: int | Sequence[int] = (32,),
        activation: str = "ReLU",
        optimizer: str = "Adam",
        lr: float = 0.01,
        weight_decay: float = 0.0,
        epochs: int = 100,
        batch_size: int | None = 32,
        patience: int | None = None,
        validation_fraction: float = 0.1,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.module = module
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.optimizer = optimizer
        self.lr = lr
        self.weight_decay = weight_decay
        self.epochs = epochs
        self.batch_size = batch_size
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def _learn(self, loss: Any, x: ag.Array, targets: ag.Array, outputs: int) -> Self:
        """Make a network and train it."""
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        rng = generator(int(seed))
        network = self._network(x.shape[1], outputs, rng)
        kind = _named(type(self).__name__, "optimizer", self.optimizer, optim, optim.Optimizer)
        decay = {} if kind is optim.LBFGS else {"weight_decay": self.weight_decay}  # fit refuses it
        steps = kind(network.parameters(), lr=self.lr, **decay)
        train, valid = self._parts(Dataset(x, targets), rng)
        self.history_ = fit(
            network,
            loss,
            train,
            valid,
            patience=self.patience,
            optimizer=steps,
            epochs=self.epochs,
            batch_size=self.batch_size,
            rng=rng,
            progress=False,
        )
        self.module_ = network
        return self

    def _parts(self, data: Dataset, rng: np.random.Generator) -> tuple[Dataset, Dataset | None]:
        """Return what is learned from, and what says when to stop, if something shall."""
        if self.patience is None:
            return data, None
        owner, part = type(self).__name__, self.validation_fraction
        at_least_one(owner, patience=self.patience)
        below_one(owner, validation_fraction=part)
        stratify = data.targets.dtype.kind == "i"
        train, valid = data.split(1 - part, rng=rng, stratify=stratify)
        return train, valid

    def _network(self, inputs: int, outputs: int, rng: np.random.Generator) -> Module:
        owner = type(self).__name__
        if self.module is None:
            kind = _named(owner, "activation", self.activation, layers, Module)
            hidden = np.atleast_1d(self.hidden_layer_sizes).tolist()  # a number is one layer
            return MLP(inputs, *hidden, outputs, activation=kind, rng=rng)
        if isinstance(self.module, Module):
            return deepcopy(self.module)
        made = _made(self.module, inputs, outputs, rng) if callable(self.module) else None
        if not isinstance(made, Module):
            raise ag.OptionError(
                f"{owner}: module must be a module, or a class or function of the numbers of "
                f"inputs and outputs and a generator, or of nothing, not {one_line(self.module)}"
            )
        return made

    def _outputs(self, x: Any) -> ag.Array:
        check_is_fitted(self)
        return predict(self.module_, validate_data(self, x, reset=False, dtype=np.float64))


class Classifier(ClassifierMixin, _Estimator):
    """A network that tells classes apart, trained with cross-entropy.

    Parameters
    ----------
    module : Module or callable, optional
        The network: a module, which is copied, with as many outputs as there are classes; or a
        class or function that makes it, ``module(inputs, outputs, rng)``, or ``module()`` if it
        has no parameter without a default; it gets ``rng`` if it has such a parameter.  By default
        a multi-layer perceptron, `nn.models.MLP`.
    hidden_layer_sizes : int, or sequence of int
        Of that perceptron.
    activation : str
        Of that perceptron: the name of a module, such as ``"ReLU"`` or ``"Tanh"``.
    optimizer : str
        The name of a class of `nn.optim`.
    lr, weight_decay : float
        Options of the optimiser.
    epochs : int
    batch_size : int or None
        None for all examples at once.
    patience : int, optional
        Stop when the loss on a part of the examples, which are not learned from, has not been
        lower for so many epochs; the network gets the weights of the best epoch.
    validation_fraction : float
        How large that part is.
    random_state : int, numpy.random.RandomState or None
        Draws the weights and the order of the examples.

    Attributes
    ----------
    classes_ : array, (K,)
    module_ : Module
        The trained network; its outputs are logits.
    history_ : History

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> import nn
    >>> x, y = load_iris(return_X_y=True)
    >>> model = make_pipeline(StandardScaler(), nn.sklearn.Classifier(epochs=20, random_state=0))
    >>> bool(model.fit(x, y).score(x, y) > 0.95)
    True
    """

    def fit(self, X: ag.ArrayLike, y: Any) -> Self:
        """Learn from examples (N, features) and their classes (N,), of any kind."""
        x, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, targets = np.unique(y, return_inverse=True)
        return self._learn(losses.cross_entropy, x, targets, len(self.classes_))

    def predict_proba(self, X: ag.ArrayLike) -> ag.Array:
        """Return the probability of each class, (N, K), in the order of ``classes_``."""
        probabilities: Any = ag.softmax(self._outputs(X), axis=1)
        return np.asarray(probabilities)

    def predict(self, X: ag.ArrayLike) -> ag.Array:
        """Return the class of the highest score for each example, (N,)."""
        places = self._outputs(X).argmax(axis=1)
        chosen: ag.Array = self.classes_[places]
        return chosen


class Regressor(RegressorMixin, _Estimator):
    """A network that predicts numbers, trained with the mean of squared errors.

    The parameters are those of `Classifier`; a module has as many outputs as there are numbers for
    an example.

    Examples
    --------
    >>> import numpy as np, nn
    >>> x = np.linspace(-1, 1, 50)[:, None]
    >>> y = np.sin(3 * x[:, 0])
    >>> model = nn.sklearn.Regressor(activation="Tanh", epochs=200, random_state=0).fit(x, y)
    >>> bool(model.score(x, y) > 0.95)
    True
    """

    def fit(self, X: ag.ArrayLike, y: Any) -> Self:
        """Learn from examples (N, features) and their numbers, (N,) or (N, outputs)."""
        x, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        targets = np.asarray(y, np.float64)
        self._flat = targets.ndim == 1
        targets = targets[:, None] if self._flat else targets
        return self._learn(losses.mse_loss, x, targets, targets.shape[1])

    def predict(self, X: ag.ArrayLike) -> ag.Array:
        """Return the numbers for each example, (N,) or (N, outputs)."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self._flat else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _made(builder: Builder, inputs: int, outputs: int, rng: np.random.Generator) -> Any:
    """Call a class or function with what it asks for: sizes and a generator, or nothing."""
    parameters = list(signature(builder).parameters.values())
    if any(p.kind is Parameter.VAR_POSITIONAL for p in parameters):
        return builder(inputs, outputs, rng)
    places = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    needed = [p.name for p in parameters if p.kind in places and p.default is p.empty]
    if len(needed) > 2:
        return builder(inputs, outputs, rng)
    drawn = {"rng": rng} if any(p.name == "rng" for p in parameters) else {}
    return builder(*((inputs, outputs) if needed else ()), **drawn)


def _unknown(owner: str, name: str, known: Sequence[str]) -> ag.UnsupportedError:
    """Return the error of an option that an estimator does not have."""
    hint = f"; {OPTIONS[name]}" if name in OPTIONS else suggestion(name, known)
    if name.startswith("module__") and name not in OPTIONS:
        hint = "; write module=functools.partial(Net, ...)"
    return ag.UnsupportedError(
        f"{owner}: there is no option {one_line(name)}{hint}; the options: {', '.join(known)}"
    )


def _named(owner: str, option: str, name: object, home: Any, kind: type) -> Any:
    """Return the class of a name."""
    found = getattr(home, name, None) if isinstance(name, str) else None
    if isinstance(found, type) and issubclass(found, kind):
        return found
    known = [n for n in home.__all__ if isinstance(getattr(home, n), type)]
    raise ag.OptionError(
        f"{owner}: {option}={one_line(name)} is the name of no class of {home.__name__}"
        f"{suggestion(name, known)}"
    )
