"""Commands of other packages.

A package names the module of its command as an entry point of the group ``glassgrad.commands``, and
installing it makes the command known.  Such a module is the work of others and may fail in any way.
Then it is replaced by a command that says so, and all others stay as they are.
"""

from __future__ import annotations

import argparse
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from autograd.core.messages import one_line, plain
from autograd.errors import MissingError

GROUP = "glassgrad.commands"


class Command(Protocol):
    """A module with these three names."""

    HELP: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments and options."""

    def run(self, options: argparse.Namespace) -> int:
        """Run it, and return the exit status."""


class Broken:
    """A command that only says why it cannot be used, whatever follows it."""

    def __init__(self, reason: str) -> None:
        self.HELP = self.reason = reason

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add none."""

    def run(self, options: argparse.Namespace) -> int:
        """Say why."""
        raise MissingError(self.reason)


def found() -> dict[str, EntryPoint]:
    """Return the entry points by their names, in alphabetical order."""
    try:
        return {e.name: e for e in sorted(entry_points(group=GROUP)) if e.name != "explain"}
    except Exception:  # the metadata of any package that is installed may be damaged
        return {}


def load(entry: EntryPoint) -> Command:
    """Return the command of a package, or one that says why there is none."""
    try:
        command: Command = entry.load()
        _try(command)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit, too: importing a module must not end the program
        package = entry.dist.name if entry.dist else entry.value
        return Broken(
            f"the command {plain(entry.name)} of the package {plain(package)} cannot be loaded: "
            f"{_reason(error)}"
        )
    return command


def _try(command: Any) -> None:
    """Use what a command says of itself, so that what is wrong with it fails here."""
    if not isinstance(command.HELP, str) or not callable(command.run):
        raise TypeError("HELP is not a text, or run is not a function")
    parser = argparse.ArgumentParser(allow_abbrev=False)
    command.arguments(parser)
    parser.format_help()


def _reason(error: BaseException) -> str:
    try:
        return plain(one_line(error, 100, lambda e: f"{type(e).__name__}: {e}"))
    except Exception:  # an error that cannot be shown
        return type(error).__name__
