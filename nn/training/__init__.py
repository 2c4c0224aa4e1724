"""Learning from data: the loop, what makes it safe, and the lectures' other trainers."""

from nn.training.evaluation import evaluate, predict
from nn.training.history import History
from nn.training.loop import fit
from nn.training.perceptron import perceptron_rule
from nn.training.search import random_local_search, random_search

__all__ = [
    "History",
    "evaluate",
    "fit",
    "perceptron_rule",
    "predict",
    "random_local_search",
    "random_search",
]
