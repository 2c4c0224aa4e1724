"""The command ``glassgrad``: its first word names a command, and the rest belongs to that one.

A command is a module with three names: ``HELP``, a line for the list of commands, ``arguments``,
which says what may follow, and ``run``, which returns the exit status.  ``explain`` is here.
Others belong to packages that are built on this one, which must not import them
(`autograd.cli.plugins`).
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from typing import NoReturn

from autograd.cli import explain, plugins
from autograd.core.messages import one_line, plain, suggestion
from autograd.errors import ExpressionError, GlassgradError
from autograd.version import __version__


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        raise ExpressionError(f"{one_line(message, 300, str)}; see {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status: 0, 2 for bad input, 130 for Ctrl-C.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; by default those of the process.

    Returns
    -------
    int

    Examples
    --------
    >>> from autograd.cli.main import main
    >>> main(["explain", "x * x", "x=3"])  # doctest: +ELLIPSIS
    f = x * x
    ...
    Gradients
      df/dx = 6.00
    ...
    0
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # show what the terminal cannot
    try:
        options = _read(sys.argv[1:] if argv is None else argv)
        status: int = options.run(options)
    except GlassgradError as error:
        print(f"glassgrad: {plain(str(error))}", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader, head or less, has seen enough.  Nothing more can be written there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _read(argv: Sequence[str]) -> argparse.Namespace:
    """Find the command, and read what follows; ``run`` of the result does it."""
    first = argv[0] if argv else ""
    # To look for the commands of other packages takes a moment.
    others = {} if first in ("explain", "--version") else plugins.found()
    if first and not first.startswith("-") and first not in {"explain", *others}:
        raise ExpressionError(_unknown(first, ["explain", *others]))
    # Only the help names them all, and no other command must wait for them or break with them.
    needed = {first: others[first]} if first in others else others
    commands = {"explain": explain} | {name: plugins.load(e) for name, e in needed.items()}
    if isinstance(command := commands.get(first), plugins.Broken):
        return argparse.Namespace(run=command.run)
    words = argv if first in others else explain.protect(argv)
    options, rest = _parser(commands).parse_known_args(words)
    if rest:
        options.parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def _unknown(name: str, commands: Sequence[str]) -> str:
    name = one_line(name, 40, str)
    return (
        f"there is no command {name}{suggestion(name, commands)}; there are: "
        f"{', '.join(commands)}; more may come with packages installed by pip"
    )


def _parser(commands: Mapping[str, plugins.Command]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="glassgrad",
        description="See a computation and its backward pass, step by step.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"glassgrad {__version__}")
    choices = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    for name, command in commands.items():
        said = plain(command.HELP).replace("%", "%%")  # which argparse would replace
        own = choices.add_parser(plain(name), allow_abbrev=False, help=said)
        command.arguments(own)
        own.set_defaults(run=command.run, parser=own)
    return parser
