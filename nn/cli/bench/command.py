"""``glassgrad bench``: how fast the engine is on this machine, in half a minute."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import autograd as ag
from autograd.core.files import check_regular, shown, write_file
from nn.checks import at_least_one
from nn.cli.bench import limits, pytorch, tasks, threads
from nn.cli.bench.machine import machine
from nn.cli.bench.table import text
from nn.cli.log import say
from nn.errors import StateError

HELP = "measure how fast this is on your machine, beside PyTorch if it is installed"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.description = (
        "Measure single operations, steps of training, a convolution and a long chain, beside "
        "PyTorch if it is installed, and beside what this machine can do: half a minute."
    )
    parser.epilog = "examples: glassgrad bench; glassgrad bench --threads 1 --json speed.json"
    add_options(parser, quick="a few seconds, and less exact")


def add_options(parser: argparse.ArgumentParser, quick: str) -> None:
    """Add --quick, with its help, --json and --threads; the repository's benchmarks have them too.

    Examples
    --------
    >>> import argparse
    >>> from nn.cli.bench.command import add_options
    >>> parser = argparse.ArgumentParser()
    >>> add_options(parser, quick="less exact")
    >>> parser.parse_args(["--quick", "--threads", "1"])
    Namespace(quick=True, json=None, threads=1)
    """
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers to FILE")
    parser.add_argument(
        "--threads",
        type=int,
        default=threads.usable(),
        metavar="N",
        help="how many every library computes with (default all processors)",
    )


def run(options: argparse.Namespace) -> int:
    """Measure, in a process that has the wanted number of threads; return the exit status."""
    at_least_one("bench", **{"--threads": options.threads})
    if options.threads > threads.usable():
        raise ag.OptionError(
            f"bench: --threads {options.threads} is more than the {threads.usable()} processors "
            "that there are; more would only wait for each other"
        )
    if options.json:
        check_file(options.json)
    if not threads.are(options.threads):
        return threads.python(["-m", "autograd", "bench", *words(options)], options.threads)
    measure(options.quick, options.json)
    return 0


def check_file(file: Path) -> None:
    """Refuse a file that cannot be written, before the time is spent."""
    check_regular("bench", file, StateError)
    if not file.absolute().parent.is_dir():
        raise StateError(f"bench: the folder of {shown(file)} does not exist; give another --json")


def words(options: argparse.Namespace) -> list[str]:
    """Return the options as they are written.

    Examples
    --------
    >>> import argparse
    >>> from nn.cli.bench.command import words
    >>> words(argparse.Namespace(threads=2, quick=True, json=None))
    ['--threads', '2', '--quick']
    """
    found = ["--threads", str(options.threads)]
    found += ["--quick"] if options.quick else []
    return found + (["--json", str(options.json)] if options.json else [])


def measure(quick: bool, file: Path | None) -> None:
    """Print the machine, its limits and the table, and write them to a file if there is one."""
    about = machine(["torch"] if pytorch.installed() else [])
    width = max(map(len, about))
    say("\n".join(f"{name:{width}}  {value}" for name, value in about.items()))
    best = limits.measured(quick)
    say(
        f"{'limits':{width}}  {best.all:.0f} GFLOP/s in a large matrix product, "
        f"{best.one:.0f} with one thread; {best.copying:.0f} GB/s in copying"
    )
    if best.all < best.one:
        say("This machine is busy: all threads together are slower than one; trust no figure here")
    if not pytorch.installed():
        say("Without PyTorch to compare with; for that: pip install torch")
    table = tasks.table(quick)
    say(f"\n{text(table)}")
    if file:
        write(file, {"machine": about, "limits": asdict(best), "table": asdict(table)})
        say(f"\nWritten to {shown(file)}")


def write(file: Path, found: Mapping[str, Any]) -> None:
    """Write the numbers to a file.

    Raises
    ------
    nn.StateError
        If that is not possible.
    """
    try:
        write_file("bench", file, json.dumps(found, indent=1) + "\n", StateError)
    except OSError as error:
        raise StateError(
            f"bench: {shown(file)}: {error.strerror or error}; give another --json"
        ) from None
