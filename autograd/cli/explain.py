"""The command ``glassgrad explain``: its words and options, what it prints, the files it writes."""

from __future__ import annotations

import argparse
import re
import sys
import webbrowser
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from autograd.cli import terminal
from autograd.cli.examples import EXAMPLES
from autograd.cli.expression import parse, statements_of
from autograd.cli.stepper import walk
from autograd.cli.subject import assignments, in_file, work_out, work_out_file
from autograd.core.messages import plain, suggestion
from autograd.errors import DrawingError, ExpressionError
from autograd.ir.naming import Names
from autograd.ir.trace import Trace
from autograd.viz.drawing.drawing import Drawing
from autograd.viz.drawing.pipeline import draw
from autograd.viz.formats import themes
from autograd.viz.formats.transcript import transcript
from autograd.viz.player.html_page import is_page

HELP = "work out an expression and all of its gradients"

OWN = (
    'glassgrad explain "tanh(w*x + b)" w=2 x=-1 b=0.5',
    'glassgrad explain "p = softmax(W @ x); -log(p[1])" "W=[[1,2],[0,-1]]" "x=[1,3]"',
    "glassgrad explain model.py:loss w=2 --svg loss.svg",
)
LISTED = "\n".join(
    (
        "examples:",
        *(f"  glassgrad explain {name:<10} {example.about}" for name, example in EXAMPLES.items()),
        "of your own:",
        *(f"  {line}" for line in OWN),
    )
)

# The options that write a file, and what the help says of it.
FILES = {
    "--html": "a page to step through it in a browser",
    "--svg": "the drawing as SVG",
    "--png": "the drawing as PNG (extra: png)",
    "--pdf": "the drawing as PDF (extra: pdf)",
    "--dot": "the graph as DOT text",
    "--tex": "the drawing as LaTeX, with TikZ",
    "--md": "every step in Markdown",
}
_LIKE_AN_OPTION = re.compile(r"--[a-z]{2,}(=.*)?")
VALUED = ("--digits", "--theme", *FILES)
OPTIONS = ("--step", "--open", *VALUED)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say which words and options there are."""
    parser.description = "Work out an expression forwards, then backwards with the chain rule."
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = LISTED
    parser.add_argument(
        "expression",
        nargs="?",
        help="an expression, or several assignments separated by ; with a result at the end, a "
        "function of your own as FILE.py:FUNCTION, which runs that file, or the name of an example",
    )
    parser.add_argument(
        "values", nargs="*", metavar="NAME=VALUE", help="a number, or a list such as [1,2,3]"
    )
    parser.add_argument(
        "--digits", type=int, default=2, metavar="N", help="digits after the point (default 2)"
    )
    parser.add_argument(
        "--theme", default="lecture", metavar="NAME", help="lecture (default), safe or dark"
    )
    parser.add_argument(
        "--open", action="store_true", help="step through it in the browser, right away"
    )
    parser.add_argument(
        "--step", action="store_true", help="walk through it, forwards and backwards, key by key"
    )
    for option, what in FILES.items():
        parser.add_argument(option, type=Path, metavar="FILE", help=f"write {what}")


def protect(argv: Sequence[str]) -> list[str]:
    """Let expressions begin with a minus, and options stand anywhere."""
    words: list[str] = []
    options: list[str] = []
    rest = iter(argv)
    for a in rest:
        if a in VALUED:
            options += [a, *islice(rest, 1)]
        elif a.partition("=")[0] in ("--help", "-h", "--version", *OPTIONS):
            options.append(a)
        elif _LIKE_AN_OPTION.fullmatch(a) and (hint := suggestion(a.partition("=")[0], OPTIONS)):
            raise ExpressionError(f"there is no option {a.partition('=')[0]}{hint}")
        else:
            # argparse takes "-x*2" for an option, but not " -x*2".
            words.append(f" {a}" if a.startswith("-") else a)
    return words + options


def run(options: argparse.Namespace) -> int:
    """Work out what the reader named; print it, and write the files named by options."""
    if not 0 <= options.digits <= 17:
        raise ExpressionError(f"--digits {options.digits}: choose between 0 and 17")
    themes.theme(options.theme)
    if options.expression is None:
        print(f"{LISTED}\noptions: glassgrad explain --help", flush=True)  # noqa: T201
        return 0
    recorded, program = _record(options.expression, assignments(options.values))
    *before, title = program
    if options.step:
        walk(recorded, title, options.digits)
        said = []
    else:
        text = "\n".join([*map(plain, before), transcript(recorded, title, options.digits)])
        said = [terminal.coloured(text) if terminal.has_colours(sys.stdout) else text]
    said += _written(recorded, title, options)
    if not options.step:
        said.append(f"Shown to {options.digits} digits, computed with all; for more: --digits N")
    print("\n\n".join(said), flush=True)  # noqa: T201
    return 0


def _record(expression: str, values: dict[str, str]) -> tuple[Trace, list[str]]:
    """Work out what the reader named; return its trace, and its statements: the last is a title."""
    if found := in_file(expression):
        path, function = found
        given = ", ".join(f"{name}={value}" for name, value in values.items())
        recorded = work_out_file(path, function, values)
        return recorded, [f"{_result(recorded)} = {function}({given})"]
    if expression.strip().rstrip(":").endswith(".py"):
        raise ExpressionError(f"{expression.strip()}: name a function, too, as FILE.py:FUNCTION")
    example = EXAMPLES.get(expression)
    text, defaults = (example.text, example.values) if example else (expression.strip(), {})
    recorded = work_out(text, {**defaults, **values})
    return recorded, statements_of(text, _result(recorded))


def _result(recorded: Trace) -> str:
    """Return the name that the cards give the result."""
    return Names(recorded.graph, 2)[recorded.graph.outputs[0]]


def _written(recorded: Trace, title: str, options: argparse.Namespace) -> list[str]:
    """Write the files named by options, and the page of an example; return what to say."""
    formats = [option.removeprefix("--") for option in FILES]
    paths = {f: getattr(options, f) for f in formats if getattr(options, f) is not None}
    if not paths and not options.open and options.expression not in EXAMPLES:
        return []
    if len({path.absolute() for path in paths.values()}) < len(paths):
        raise ExpressionError("two options name the same file; give each one of its own")
    drawing = draw(recorded, digits=options.digits, theme=options.theme)
    drawing.title = _page_title(title, options.expression)
    lines = []
    for format, path in paths.items():
        drawing.save(path, format)
        what = {"md": "steps are", "html": "page to step through it is"}.get(format, "graph is")
        lines.append(f"The {what} in {plain(str(path))}.")
    shown = paths.get("html") or _page(drawing, options)
    if shown and "html" not in paths:
        lines.append(f"A page to step through it, key by key, is in {plain(str(shown))}.")
    if options.open:
        lines.append(_opened(shown))
    elif shown:
        lines.append(f"Open {plain(shown.name)} in a browser, or let --open do so.")
    return ["\n".join(lines)] if lines else []


def _page_title(title: str, expression: str) -> str:
    """Say of an example of several statements which one it is, as its last one does not."""
    several = expression in EXAMPLES and len(parse(EXAMPLES[expression].text)) > 1
    return f"{expression}: {title}" if several else title


def _page(drawing: Drawing, options: argparse.Namespace) -> Path | None:
    """Write the page of an example into this folder, or one to be opened into a temporary one."""
    name = options.expression
    if name in EXAMPLES and not options.step:
        path = free(Path(f"{name}.html"))
        with suppress(DrawingError):  # in a folder that cannot be written to
            return drawing.save(path, "html")
    if not options.open:
        return None
    return drawing.save(Path(mkdtemp(prefix="glassgrad-")) / "explained.html", "html")


def free(path: Path) -> Path:
    """Return a path where nothing is, or a page of ours, so that no file of others is lost."""
    number = 1
    chosen = path
    while chosen.exists() and not is_page(chosen):
        number += 1
        chosen = path.with_stem(f"{path.stem}-{number}")
    return chosen


def _opened(path: Path | None) -> str:
    """Open a page in the reader's browser."""
    assert path is not None
    address = path.resolve().as_uri()
    try:
        done = webbrowser.open(address)
    except webbrowser.Error:
        done = False
    return (
        f"It is open in the browser: {address}" if done else f"No browser was found for {address}"
    )
