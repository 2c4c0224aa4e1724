"""Looking at a network: its table, and the modes it runs in."""

from nn.inspection import summary
from nn.inspection.card import card
from nn.module import Module

Module.summary = summary.summary
Module._repr_html_ = card
