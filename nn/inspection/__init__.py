"""Looking at a network: its table, and the modes it runs in."""

from nn.inspection.card import card
from nn.inspection.summary import summarise
from nn.module import Module

Module.summary = summarise
Module._repr_html_ = card
