"""What ``glassgrad explain`` explains: an expression, an example, or a function in a file.

Each is worked out with the values given and recorded as a trace.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import sys
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograd.cli.expression import evaluate, names
from autograd.cli.vocabulary import CONSTANTS
from autograd.core import context
from autograd.core.blocks import contextmanager, restoring
from autograd.core.messages import one_line, plain, suggestion
from autograd.core.mutation_guard import LocationNotes
from autograd.core.tensor import Tensor, tensor
from autograd.errors import ExpressionError, GlassgradError
from autograd.ir.number_format import show
from autograd.ir.trace import Trace, trace

MODULE = "__explained__"  # what the reader's file is called while it runs
_IN_FILE = re.compile(r"(?P<path>.+\.py):(?P<function>\w+)")


def in_file(text: str) -> tuple[Path, str] | None:
    """Return the path and the function of ``path/to/file.py:function``, None for another text."""
    found = _IN_FILE.fullmatch(text.strip())
    return (Path(found["path"]), found["function"]) if found else None


def work_out(text: str, values: dict[str, str]) -> Trace:
    """Evaluate an expression with values given as text, and trace its gradients."""
    variables = [name for name in names(text) if name not in CONSTANTS or name in values]
    leaves = {name: _leaf(name, values[name]) for name in variables if name in values}
    result = evaluate(text, leaves)
    for name in values:
        if name not in variables:
            there = one_line(f"; there are {', '.join(variables)}", 200, str) if variables else ""
            raise ExpressionError(
                f"{name!r} has a value but does not occur in the expression{there}"
            )
    return _traced(result, "the expression")


def work_out_file(path: Path, function: str, values: dict[str, str]) -> Trace:
    """Run a function of a Python file with values given as text, and trace its gradients.

    The file is run, as by ``python file.py``, but for what it keeps for ``__main__``.  Each
    operation remembers its line.
    """
    with context.changed(guard=LocationNotes()), _as_program(path) as module:
        f = _function(module, path, unicodedata.normalize("NFKC", function))
        leaves = {name: _leaf(name, value) for name, value in values.items()}
        _check_arguments(f, function, leaves)
        with np.errstate(all="ignore"):
            result = _guarded(lambda: f(**leaves), path, f"{function}(...)")
    if not isinstance(result, Tensor):
        raise ExpressionError(
            f"{function} returned {type(result).__name__}, not a Tensor; "
            "compute with its arguments and functions of autograd"
        )
    return _traced(result, f"what {function} returned")


@contextmanager
def _as_program(path: Path) -> Iterator[ModuleType]:
    """Make a module for a file, which finds its neighbours and itself while the block runs."""
    try:
        spec = importlib.util.spec_from_file_location(MODULE, path) if path.is_file() else None
    except (OSError, ValueError):
        spec = None
    if spec is None or spec.loader is None:
        raise ExpressionError(f"there is no file {one_line(path, 200, str)}")
    print(f"Running {plain(str(path))}", file=sys.stderr, flush=True)  # noqa: T201
    module = importlib.util.module_from_spec(spec)
    folder = str(path.parent.resolve())

    def begin() -> None:
        sys.path.insert(0, folder)
        sys.modules[MODULE] = module

    def undo() -> None:
        sys.modules.pop(MODULE, None)
        with suppress(ValueError):
            sys.path.remove(folder)

    with restoring(begin, undo):
        _guarded(lambda: spec.loader.exec_module(module), path, str(path))  # type: ignore[union-attr]
        yield module


def _function(module: ModuleType, path: Path, function: str) -> Callable[..., Any]:
    f = getattr(module, function, None)
    if not callable(f):
        known = [name for name, value in vars(module).items() if inspect.isfunction(value)]
        hint = suggestion(function, known) or f"; there are {', '.join(known) or 'none'}"
        raise ExpressionError(f"{path} has no function {function!r}{one_line(hint, 200, str)}")
    return f  # type: ignore[no-any-return]


def _guarded(run: Callable[[], Any], path: Path, what: str) -> Any:
    """Run a user's code; what it raises becomes one line with the place in the file."""
    try:
        return run()
    except (Exception, SystemExit) as error:
        lines = [
            frame.lineno
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).resolve() == path.resolve()
        ]
        if isinstance(error, SyntaxError) and not lines and error.lineno:
            lines = [error.lineno]
        place = f"{path}, line {lines[-1]}" if lines else what
        raise ExpressionError(f"{place}: {type(error).__name__}: {_said(error)}") from None


def _said(error: BaseException) -> str:
    try:
        return one_line(error, 200, str) or "no message"
    except Exception:  # a message that cannot be made must not hide where it happened
        return "no message"


def _check_arguments(f: Callable[..., Any], name: str, leaves: dict[str, Tensor]) -> None:
    try:
        parameters = inspect.signature(f).parameters
    except (TypeError, ValueError):
        return
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    for given in leaves:
        if given not in parameters and not takes_any:
            raise ExpressionError(
                f"{given!r} has a value but is not an argument of {name}"
                f"{suggestion(given, parameters)}"
            )
    for p in parameters.values():
        needed = p.default is p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        if needed and p.name not in leaves:
            raise ExpressionError(f"{p.name!r} has no value; add {p.name}=NUMBER")


def _traced(result: object, what: str) -> Trace:
    if not isinstance(result, Tensor) or not result.requires_grad:
        raise ExpressionError(_without_gradient(result, what))
    if result.primitive is None:
        result = +result
    if result.size != 1:
        raise ExpressionError(
            f"the value has shape {result.shape}, and only a number has a gradient; "
            f"wrap {what} in sum(...)"
        )
    try:
        with np.errstate(all="ignore"):
            recorded = trace(result, np.ones(result.shape))
    except MemoryError:
        raise ExpressionError("the gradients do not fit into memory") from None
    except GlassgradError as error:
        raise ExpressionError(str(error)) from None
    _check_finite(recorded)
    return recorded


def _without_gradient(result: object, what: str) -> str:
    """Say why a result has no gradient."""
    if isinstance(result, (list, tuple)):
        return f"{what} gives {len(result)} arrays; take one of them, as in (...)[0]"
    if np.asarray(getattr(result, "data", result)).dtype == bool:
        return f"{what} is a comparison, which has no gradient; use it in where(x > 0, a, b)"
    return (
        f"{what} has no variable, so there is no gradient to explain; "
        "give the values of variables behind it, as in x=3"
    )


def _check_finite(recorded: Trace) -> None:
    """Refuse a value or gradient that is infinite or NaN, naming the gate that made it."""
    for event in recorded:
        if event.kind not in ("forward", "vjp") or np.isfinite(event.value).all():
            continue
        node = recorded.graph[event.node]
        given = " and ".join(show(recorded.graph[i].value) for i in node.inputs)
        if event.kind == "forward":
            raise ExpressionError(
                f"the value does not exist: {node.gate or 'a leaf'} gives {show(event.value)}"
                + (f" at {given}" if given else "")
            )
        raise ExpressionError(
            f"the gradient does not exist at these values: {node.gate} has no finite slope "
            f"at {given}"
        )


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """Read texts of the form NAME=VALUE."""
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.strip().partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python reads names
        if not equals or not name.isidentifier():
            raise ExpressionError(f"{text.strip()!r} is not of the form NAME=VALUE")
        if name in values:
            raise ExpressionError(f"{name!r} has two values; give it one")
        values[name] = value.strip()
    return values


def _leaf(name: str, text: str) -> Tensor:
    try:
        value = np.asarray(ast.literal_eval(text))
        if value.dtype.kind not in "iuf":
            raise ValueError
        value = value.astype(float)
    except (ValueError, TypeError, SyntaxError, OverflowError, RecursionError, MemoryError):
        raise ExpressionError(
            f"{name}={text:.40}: not a number, nor a list such as [1,2] or [[1,2],[3,4]]"
        ) from None
    if not np.isfinite(value).all():
        raise ExpressionError(f"{name}={text:.40}: infinity and NaN cannot be explained")
    return tensor(value, requires_grad=True, name=name)
