"""Weights that the loss depends on and the optimiser does not know, which would never be learned.

A layer can be where no search of attributes finds it: in a global that a helper reads, or made anew
in `forward`.  But the graph of the loss has every leaf.  A `Parameter` that is not learned is
refused.  So is another leaf that requires a gradient, if it is there in the second batch, too: one
that is made for a batch alone, such as the input of a gradient penalty, is not a weight.
"""

from __future__ import annotations

from collections.abc import Iterable

import autograd as ag
from nn.compiled.leaves import leaves
from nn.parameter import Parameter

BATCHES = 2


class Ownership:
    """Looks at the graphs of the first batches of a training."""

    def __init__(self, learned: Iterable[ag.Tensor]) -> None:
        self._learned = set(learned)
        self._seen: set[ag.Tensor] = set()
        self._left = BATCHES

    def check(self, loss: ag.Tensor) -> None:
        """Refuse a weight in the graph of a loss that is not learned.

        Raises
        ------
        autograd.OptionError
        """
        if not self._left:
            return
        self._left -= 1
        strange = {leaf for leaf in leaves(loss) if leaf not in self._learned}
        for leaf in strange:
            if isinstance(leaf, Parameter) or leaf in self._seen:
                raise ag.OptionError(
                    f"fit: the loss depends on {_called(leaf)} of shape {leaf.shape}, which the "
                    "optimizer does not have, so it would not be learned; make it, or its module, "
                    "an attribute of the model in __init__, or freeze it by requires_grad = False"
                )
        self._seen = strange


def _called(leaf: ag.Tensor) -> str:
    kind = "a Parameter" if isinstance(leaf, Parameter) else "a Tensor"
    return f"{kind} {leaf.name!r}" if leaf.name else kind
