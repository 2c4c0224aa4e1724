"""The command ``glassgrad``: see a computation and its backward pass worked out, step by step."""

from __future__ import annotations

import argparse
import ast
import os
import sys
import unicodedata
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import NoReturn

import numpy as np

from autograd.draw.dot import dot
from autograd.draw.numbers import show
from autograd.draw.text import transcript
from autograd.draw.words import plain
from autograd.errors import ExpressionError, GlassgradError
from autograd.expression import CONSTANTS, evaluate, names
from autograd.tensor import Tensor, tensor
from autograd.trace import Trace, trace
from autograd.version import __version__

# The lecture's backpropagation example (deck 1): a neuron with two inputs.
EXAMPLES = {
    "sigmoid": (
        "1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))",
        {"w0": "2", "x0": "-1", "w1": "-3", "x1": "-2", "w2": "-3"},
    )
}


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        raise ExpressionError(f"{message}; see glassgrad --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, or 2 for bad input.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int

    Examples
    --------
    >>> main(["explain", "x * x", "x=3"])  # doctest: +ELLIPSIS
    f = x * x
    ...
    Gradients
      df/dx = 6.00
    ...
    0
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # show what the terminal cannot
    try:
        options = _parser().parse_args(_protect(sys.argv[1:] if argv is None else argv))
        print(_explain(options), flush=True)  # noqa: T201
    except GlassgradError as error:
        print(f"glassgrad: {plain(str(error))}", file=sys.stderr)  # noqa: T201
        return 2
    except BrokenPipeError:
        # The reader, head or less, has seen enough.  Nothing more can be written there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="glassgrad",
        description="See a computation and its backward pass, step by step.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"glassgrad {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    explain = commands.add_parser(
        "explain",
        allow_abbrev=False,
        help="work out an expression and all of its gradients",
        description="Work out an expression forwards, then backwards with the chain rule.",
        epilog='examples: glassgrad explain sigmoid; glassgrad explain "w*x + b" w=2 x=3 b=1',
    )
    explain.add_argument(
        "expression",
        nargs="?",
        help=f"an expression, or the name of an example: {', '.join(EXAMPLES)}",
    )
    explain.add_argument(
        "values", nargs="*", metavar="NAME=VALUE", help="a number, or a list such as [1,2,3]"
    )
    explain.add_argument(
        "--digits", type=int, default=2, metavar="N", help="digits after the point (default 2)"
    )
    explain.add_argument("--dot", type=Path, metavar="FILE", help="write the graph as DOT text")
    return parser


def _protect(argv: Sequence[str]) -> list[str]:
    """Let expressions begin with a minus, and options stand anywhere."""
    words: list[str] = []
    options: list[str] = []
    rest = iter(argv)
    for a in rest:
        if a in ("--digits", "--dot"):
            options += [a, *islice(rest, 1)]
        elif a.partition("=")[0] in ("--help", "-h", "--version", "--digits", "--dot"):
            options.append(a)
        else:
            # argparse takes "-x*2" for an option, but not " -x*2".
            words.append(f" {a}" if a.startswith("-") else a)
    return words + options


def _explain(options: argparse.Namespace) -> str:
    if not 0 <= options.digits <= 17:
        raise ExpressionError(f"--digits {options.digits}: choose between 0 and 17")
    if options.expression is None:
        raise ExpressionError(f"explain: give an expression, or an example: {', '.join(EXAMPLES)}")
    text, defaults = EXAMPLES.get(options.expression, (options.expression.strip(), {}))
    recorded = work_out(text, {**defaults, **_assignments(options.values)})
    parts = [transcript(recorded, f"f = {text}", options.digits)]
    if options.dot is not None:
        _write(options.dot, dot(recorded.graph, recorded, options.digits))
        parts.append(f"The graph is in {plain(str(options.dot))}.")
    parts.append(f"Shown to {options.digits} digits, computed with all; for more: --digits N")
    return "\n\n".join(parts)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ExpressionError(f"cannot write {path}: {reason}") from None


def work_out(text: str, values: dict[str, str]) -> Trace:
    """Evaluate an expression with values given as text, and trace its gradients."""
    variables = [name for name in names(text) if name not in CONSTANTS or name in values]
    leaves = {name: _leaf(name, values[name]) for name in variables if name in values}
    result = evaluate(text, leaves)
    for name in values:
        if name not in variables:
            raise ExpressionError(f"{name!r} has a value but does not occur in the expression")
    if not isinstance(result, Tensor) or not result.requires_grad:
        raise ExpressionError("the expression has no variable, so there is no gradient to explain")
    if result.primitive is None:
        result = +result
    if result.size != 1:
        raise ExpressionError(
            f"the value has shape {result.shape}, and only a number has a gradient; "
            "wrap the expression in sum(...)"
        )
    try:
        with np.errstate(all="ignore"):
            recorded = trace(result, np.ones(result.shape))
    except MemoryError:
        raise ExpressionError("the gradients do not fit into memory") from None
    _check_finite(recorded)
    return recorded


def _check_finite(recorded: Trace) -> None:
    """Refuse a gradient that is infinite or NaN, naming the gate where it was born."""
    for event in recorded:
        if event.kind == "vjp" and not np.isfinite(event.value).all():
            node = recorded.graph[event.node]
            given = " and ".join(show(recorded.graph[i].value) for i in node.inputs)
            raise ExpressionError(
                f"the gradient does not exist at these values: {node.gate} has no finite slope "
                f"at {given}"
            )


def _assignments(texts: Sequence[str]) -> dict[str, str]:
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
            f"{name}={text:.40}: not a number, nor a list of numbers such as [1,2]"
        ) from None
    if not np.isfinite(value).all():
        raise ExpressionError(f"{name}={text:.40}: infinity and NaN cannot be explained")
    return tensor(value, requires_grad=True, name=name)
