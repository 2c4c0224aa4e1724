"""Options of optimisers: those that there are not, pairs of decays, and numbers of Python."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import below_one

# Options that PyTorch's and Keras' optimisers have.
INSTEAD = {
    "beta_1": "it is betas=(beta_1, beta_2) here",
    "beta_2": "it is betas=(beta_1, beta_2) here",
    "clipnorm": "write nn.utils.clip_grad_norm_ before the step, or nn.fit(..., max_norm=)",
    "clipvalue": "write nn.utils.clip_grad_value_ before the step",
    "decay": "write a schedule of nn.optim.lr_scheduler",
    "decoupled_weight_decay": "use AdamW",
    "epsilon": "it is eps here",
    "learning_rate": "it is lr here",
    "differentiable": "a step is not recorded; write it with operations of ag",
    **dict.fromkeys(("foreach", "fused", "capturable"), "it would change no result; leave it out"),
}


def refuse_others(kind: type, others: Mapping[str, object]) -> None:
    """Refuse options that an optimiser does not have, unless they ask for nothing.

    Examples
    --------
    >>> from nn.optim.options import refuse_others
    >>> from nn.optim import SGD
    >>> refuse_others(SGD, {"foreach": False})
    >>> refuse_others(SGD, {"foreach": True})
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: SGD: there is no option 'foreach'; it would change no ...
    """
    for name, value in others.items():
        if name in INSTEAD and (value is None or value is False):
            continue
        known = [n for n in signature(kind).parameters if n not in ("params", "others")]
        remedy = INSTEAD.get(name, f"there are {', '.join(known)}")
        raise ag.OptionError(f"{kind.__name__}: there is no option {name!r}; {remedy}")


def check_betas(owner: str, betas: Any) -> None:
    """Refuse what is not a pair of numbers of at least 0 and below 1.

    Examples
    --------
    >>> from nn.optim.options import check_betas
    >>> check_betas("Adam", (0.9, 1.0))
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Adam: betas[1]=1.0 must be a number of at least 0 and below 1
    """
    if not isinstance(betas, (list, tuple)) or len(betas) != 2:
        shown = one_line(betas)
        raise ag.OptionError(f"{owner}: betas={shown} must be two numbers, as in (0.9, 0.999)")
    below_one(owner, **{"betas[0]": betas[0], "betas[1]": betas[1]})


def plain(x: object) -> Any:
    """Return a number of Python: one of NumPy would turn float32 into its own dtype."""
    if isinstance(x, (list, tuple, range)):
        return tuple(plain(y) for y in x)
    return x.item() if hasattr(x, "item") else x
