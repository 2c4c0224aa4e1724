"""The printer: captured graphs and rules as expressions and algorithms.

``ct @ y.T``, ``conv_transpose(ct, w, stride=2)``, ``(softmax(z) - one_hot(t)) / n``: what a rule
computes, or a program, in the notation of the lecture.
"""

from autograd.ir.printer.expressions import expression, rule_text
from autograd.ir.printer.program_text import Listing, program_text
from autograd.ir.printer.terms import Step

__all__ = ["Listing", "Step", "expression", "program_text", "rule_text"]
