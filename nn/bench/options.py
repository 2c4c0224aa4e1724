"""The options that `glassgrad bench` and the suites of the repository have in common."""

from __future__ import annotations

import argparse
from pathlib import Path

from nn.bench import threads


def add(parser: argparse.ArgumentParser, quick: str) -> None:
    """Add --quick, with what it means, --json and --threads.

    Examples
    --------
    >>> parser = argparse.ArgumentParser()
    >>> add(parser, quick="less exact")
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
