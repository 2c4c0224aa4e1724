"""What goes wrong in a call, in one line that names the function that was called.

Two decorators, which cost nothing until a call fails:

- `called` says which argument is missing, unknown or one too many.  Whatever else is raised passes
  through: the function may run code of the user's.
- `checked` does this too, gives the errors of the functions inside the name of the one outside,
  and turns what Python or NumPy raise into one line.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from autograd.core.messages import one_line, suggestion
from autograd.errors import CheckError, GlassgradError, UnsupportedError

F = TypeVar("F", bound=Callable[..., Any])

# What Python and NumPy raise where an argument is wrong.  NumPy's FloatingPointError is not among
# them: whoever wants overflow to be one, with np.errstate, catches it.
PLAIN_ERRORS = (
    *(TypeError, ValueError, LookupError, AttributeError),
    *(OverflowError, ZeroDivisionError),
)

# An option of PyTorch's or Keras', and its name here.
OTHER_NAMES = {
    "clip": "max_norm",
    "clip_norm": "max_norm",
    "columns": "inputs",
    "correction": "ddof",
    "criterion": "loss",
    "dim": "axis",
    "diagonal": "k",
    "dims": "axis",
    "early_stopping": "patience",
    "ema_decay": "ema",
    "end_lr": "highest",
    "generator": "rng",
    "grad_clip": "max_norm",
    "gradient_accumulation_steps": "accumulate",
    "input": "x",
    "keepdim": "keepdims",
    "learning_rate": "lr",
    "loss_fn": "loss",
    "max_epochs": "epochs",
    "n_epochs": "epochs",
    "num_epochs": "epochs",
    "num_iter": "steps",
    "other": "y",
    "random_state": "rng",
    "sections": "indices_or_sections",
    "seed": "rng",
    "sep": "delimiter",
    "start_lr": "lowest",
    "steps": "num",
    "unbiased": "ddof",
    "usecols": "inputs",
    "validation_data": "valid",
    "verbose": "progress",
}

AT_ONCE = "batches are cut from arrays in main memory; leave it out"
RATE = "write optimizer=nn.optim.Adam(net.parameters(), lr=0.01)"
VALUES = "here it is axis, and it returns the values alone"
ORDER = (
    "the examples are shuffled; to keep their order give "
    "nn.data.Batches(data, batch_size, shuffle=False) instead of the data"
)

# An option that there is not, and what to write for it; in one function, or in all.
WITHOUT = {
    "cummax(dim=)": VALUES,
    "cummin(dim=)": VALUES,
    "find_lr(shuffle=)": ORDER,
    "fit(shuffle=)": ORDER,
    "max(dim=)": f"{VALUES}; ag.argmax gives the places",
    "min(dim=)": f"{VALUES}; ag.argmin gives the places",
    "sort(dim=)": f"{VALUES}; ag.argsort gives the places",
    "class_weight": "give it to the loss, as nn.CrossEntropyLoss(weight=class_weight)",
    "collate_fn": AT_ONCE,
    "create_graph": "for a gradient with a graph write ag.gradients(y, x, create_graph=True)",
    "descending": "the order is ascending; write ag.flip(result, axis)",
    "device": "leave it out, as all arrays are in main memory",
    "drop_last": "the last batch may be smaller; leave it out, or cut the data to a multiple",
    "dtype": "use .astype(dtype), or ag.tensor(data, dtype)",
    "has_aux": "return one number from f, and store what else it computes outside of it",
    "inplace": "leave it out and use the result, as tensors never change",
    "learning_rate": RATE,
    "lr": RATE,
    "num_workers": AT_ONCE,
    "order": "elements are in row-major order; 'F' is that of the transposed tensor",
    "out": "use the result, as tensors never change",
    "pin_memory": AT_ONCE,
    "retain_graph": "leave it out, as a graph is kept as long as its result",
    "sampler": "write shuffle=, and rng= for the order",
    "steps_per_epoch": "an epoch takes all examples once; leave it out",
    "validation_split": "write train, valid = data.split(0.8, 0.2, rng=0), and give both",
    "verbose": "leave it out; print(schedule.get_last_lr()) shows the rates of a schedule",
    "where": "use ag.where on the argument",
}

_NAME = re.compile(r"^[\w.]+(?=: )")

MOST = 10  # options that a message lists

# Longer messages are cut: they show a value that was given as an option.
LONGEST = 400


def called(f: F) -> F:
    """Tell wrong arguments of a function in one line that names it."""
    name = f.__qualname__.removesuffix(".__init__")

    @wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except TypeError as error:
            if not _never_began(error):
                raise
            raise wrong_call(name, inspect.signature(f), args, kwargs) from None

    return call  # type: ignore[return-value]


def checked(f: F, name: str | None = None) -> F:
    """Turn whatever goes wrong in a function into one line that names it, or has its other name."""
    title = name or f.__name__

    @wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return f(*args, **kwargs)
        except (GlassgradError, np.linalg.LinAlgError) as error:
            raise renamed(error, title)  # noqa: B904 - it is the same error
        except PLAIN_ERRORS as error:
            if _never_began(error):
                raise wrong_call(title, inspect.signature(f), args, kwargs) from None
            reason = one_line(error, 200, str)
            raise UnsupportedError(f"{title}: cannot use these arguments: {reason}") from None

    return call  # type: ignore[return-value]


def renamed(error: Exception, name: str) -> Exception:
    """Return an error whose message begins with the name given instead of a function inside."""
    if error.args and isinstance(error.args[0], str) and not isinstance(error, CheckError):
        text = _NAME.sub(lambda _: name, error.args[0], count=1)
        error.args = (one_line(text, LONGEST, str), *error.args[1:])
    return error


def _never_began(error: Exception) -> bool:
    """Return whether a call failed before its first line: its arguments do not fit."""
    return error.__traceback__ is not None and error.__traceback__.tb_next is None


def wrong_call(
    name: str, signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> UnsupportedError:
    """Return what to raise for arguments that a function of this signature does not take."""
    if "self" in signature.parameters:
        known = list(signature.parameters.values())[1:]
        signature, args = signature.replace(parameters=known), args[1:]
    open_ended = any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values())
    unknown = [key for key in kwargs if key not in signature.parameters and not open_ended]
    if unknown:
        options = [p.name for p in signature.parameters.values() if p.default is not p.empty]
        remedy = advice(unknown[0], signature.parameters, name)
        reason = f"there is no option {unknown[0]!r}{remedy}"
        if len(options) > MOST:
            more = "" if remedy else f"; help({name}) describes its {len(options)} options"
            return UnsupportedError(f"{name}: {reason}{more}")
        return UnsupportedError(f"{name}: {reason}; the options: {', '.join(options) or 'none'}")
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        return UnsupportedError(f"{name}: {error}; write {name}({_form(signature)})")
    return UnsupportedError(f"{name}: cannot be called with these arguments")


def advice(option: str, known: Collection[str], function: str = "") -> str:
    """Return "; ..." with what to write for an option that a function does not have."""
    alone = WITHOUT.get(f"{function}({option}=)")
    name = OTHER_NAMES.get(option)
    if alone is None and name in known:
        return f"; here it is {name}"
    instead = alone or WITHOUT.get(option)
    return f"; {instead}" if instead else suggestion(option, known)


def _form(signature: inspect.Signature) -> str:
    """Write the arguments as they are given: ``x, axis=None, *, name=None``."""
    plain = [p.replace(annotation=p.empty) for p in signature.parameters.values()]
    return str(inspect.Signature(plain))[1:-1]
