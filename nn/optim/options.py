"""Options of optimisers: those that there are not, pairs of decays, and numbers of Python."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from autograd.core.other_names import missing
from nn.checks import below_one

# Options that PyTorch's and Keras' optimisers have.
INSTEAD = {
    "beta1": "it is betas=(beta1, beta2) here",
    "beta2": "it is betas=(beta1, beta2) here",
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


# Options that belong to the groups of parameters; two names of one.
OF_GROUPS = ("betas", "eps", "learning_rate", "lr", "momentum", "weight_decay")


class OfGroups:
    """Stands in the class of optimisers for an option of the groups, and says where it is.

    Without it, ``optimizer.lr = 0.5`` would change nothing.  A subclass with an ``__init__`` of its
    own may have an attribute of this name.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj: object, owner: type) -> Any:
        if obj is not None and self.name in vars(obj):
            return vars(obj)[self.name]
        kind = f"type object {owner.__name__!r}" if obj is None else f"{owner.__name__!r} object"
        instead = f"write optimizer.param_groups[0][{self._option!r}]"
        raise missing(kind, self.name, {self.name: instead} if self._is_of(obj) else {})

    def __set__(self, obj: object, value: object) -> None:
        kind = type(obj)
        own = kind.__init__.__module__
        if self._is_of(obj) and own.startswith("nn."):
            raise ag.OptionError(
                f"{kind.__name__}.{self.name}: options are those of the groups; write "
                f"for group in optimizer.param_groups: group[{self._option!r}] = {one_line(value)}"
            )
        vars(obj)[self.name] = value

    def _is_of(self, obj: Any) -> bool:
        return obj is None or self._option in vars(obj).get("defaults", ())

    @property
    def _option(self) -> str:
        return "lr" if self.name == "learning_rate" else self.name


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
