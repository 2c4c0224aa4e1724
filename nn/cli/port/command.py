"""``glassgrad port``: rewrite what is certain in a program for another library, list the rest."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path

from autograd.core.files import save_file, shown
from autograd.core.messages import counted, plain
from nn.cli.log import say
from nn.cli.port.rewriting import Left, Rewriting
from nn.cli.port.source import Source
from nn.errors import DataError

HELP = "rewrite a program for PyTorch, JAX or HIPS autograd where that is certain, list the rest"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments and options."""
    parser.description = (
        "Rewrite imports, calls and methods of PyTorch, JAX and HIPS autograd where their meaning "
        "is certain, print the difference, and list everything else with its line and what to "
        "write.  Numbers are float64 here unless they are given another dtype."
    )
    parser.epilog = "examples: glassgrad port model.py; glassgrad port model.py --output ported.py"
    parser.add_argument("file", metavar="FILE", type=Path, help="a Python program")
    target = parser.add_mutually_exclusive_group()
    target.add_argument("--write", action="store_true", help="replace FILE")
    target.add_argument("--output", metavar="OUT", type=Path, help="write to OUT, a new file")


def run(options: argparse.Namespace) -> int:
    """Rewrite; return the exit status."""
    source = Source.read(options.file)
    left = Rewriting(source).run()
    target = options.file if options.write else options.output
    if options.output and options.output.exists():
        raise DataError(f"port: {shown(options.output)} exists; give another --output")
    if target:
        save_file("port", target, source.encoded(), DataError)
    else:
        say(difference(source))
    say(report(source, left, target))
    return 0


def difference(source: Source) -> str:
    """Return the unified diff, in the form that ``patch`` reads."""
    old, new = source.text.splitlines(), source.edited().splitlines()
    lines = difflib.unified_diff(old, new, source.name, source.name, lineterm="")
    return "\n".join(map(_harmless, lines))


def report(source: Source, left: list[Left], target: Path | None) -> str:
    """Return what was done and what is left, a line for each."""
    name = source.name
    lines = [f"{name}:{item.line}: {plain(item.text)}: {plain(item.advice)}" for item in left]
    if target:
        lines.append(f"Written to {shown(target)}")
    edits = counted(len(source.edits), "edit")
    places = counted(len(left), "place")
    return "\n".join([*lines, f"{edits}; {places} left to you"])


def _harmless(line: str) -> str:
    """Replace what a terminal might obey, but for tabs."""
    return "\t".join(map(plain, line.split("\t")))
