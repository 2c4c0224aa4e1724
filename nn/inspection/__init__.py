"""Looking at a network: its table, and the modes it runs in."""

from nn.inspection.summary import summarise
from nn.module import Module

Module.summary = summarise
