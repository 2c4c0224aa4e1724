"""Learning from data: the loop, what makes it safe, and the lectures' other trainers."""

from nn.training.evaluation import evaluate, predict
from nn.training.history import History
from nn.training.trainer import fit

__all__ = ["History", "evaluate", "fit", "predict"]
