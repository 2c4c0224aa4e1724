"""Learning from data: the loop, what makes it safe, and the lectures' other trainers."""

from nn.training.callbacks import Callback
from nn.training.evaluation import evaluate, predict
from nn.training.history import History
from nn.training.logs import CSVLogger, TensorBoard
from nn.training.loop import fit
from nn.training.perceptron import perceptron_rule
from nn.training.rates import find_lr
from nn.training.search import random_local_search, random_search

__all__ = [
    "CSVLogger",
    "Callback",
    "History",
    "TensorBoard",
    "evaluate",
    "find_lr",
    "fit",
    "perceptron_rule",
    "predict",
    "random_local_search",
    "random_search",
]
