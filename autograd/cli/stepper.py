"""``glassgrad explain ... --step``: walk through a trace in the terminal.

With a terminal, each key turns the page; without one, every line of input is a command, and an
empty line is a step.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from autograd.cli import terminal
from autograd.core.messages import plain
from autograd.debugger.debugger import Debugger
from autograd.errors import DrawingError
from autograd.ir.trace import Trace

HELP = (
    "right, Enter: step   left: back   down, up: by operation   home, end\n"
    "g: go to a name   b: break on an operation   r: run   q: quit"
)
LINE_HELP = "Enter: step  b: back  n, p: by operation  go NAME  break OP  r: run  q: quit"
_MOVES: dict[str, Callable[[Debugger], object]] = {
    "right": Debugger.step,
    " ": Debugger.step,
    "enter": Debugger.step,
    "left": Debugger.back,
    "down": Debugger.step_operation,
    "up": Debugger.back_operation,
    "home": Debugger.start,
    "end": Debugger.end,
    "r": Debugger.run,
}
_COMMANDS = {"": "right", "b": "left", "n": "down", "p": "up", "0": "home", "$": "end", "r": "r"}


def walk(trace: Trace, title: str, digits: int = 2) -> None:
    """Show one event after another, until the reader leaves.

    Parameters
    ----------
    trace : Trace
    title : str
    digits : int
        Digits after the point.
    """
    debugger = trace.debugger()
    with terminal.single_keys() as key:
        if key is None:
            _by_lines(debugger, title, digits)
        else:
            _by_keys(debugger, title, digits, key)


def _by_lines(debugger: Debugger, title: str, digits: int) -> None:
    print(f"{plain(title)}\n{LINE_HELP}", flush=True)  # noqa: T201
    for line in sys.stdin or ():
        command = line.strip()
        if command == "q":
            return
        said = _run_line(debugger, command)
        print(said or _page(debugger, digits), flush=True)  # noqa: T201
        if debugger.position == len(debugger.trace) - 1 and not said:
            print("That was the last event.", flush=True)  # noqa: T201


def _run_line(debugger: Debugger, command: str) -> str:
    """Do what a line says; return a complaint, or nothing."""
    move = _COMMANDS.get(command)
    try:
        if move is not None:
            _MOVES[move](debugger)
        elif command.startswith("break "):
            return repr(debugger.break_on(operation=command.removeprefix("break ").strip()))
        elif debugger.run_to(name := command.removeprefix("go ").strip()) is None:
            return f"Nothing further happens to {plain(name)}; this is the end."
    except DrawingError as error:
        return plain(str(error).partition(": ")[2])
    return ""


def _page(debugger: Debugger, digits: int) -> str:
    if debugger.event is None:
        return f"\n{debugger.where()}"
    return f"\n{debugger.where()}\n{debugger.card(digits)}"


def _by_keys(debugger: Debugger, title: str, digits: int, key: Callable[[], str]) -> None:
    out = sys.stdout
    colours = terminal.has_colours(out)
    said = ""
    while True:
        page = f"{plain(title)}\n{_bar(debugger)}\n{_page(debugger, digits)}\n\n{said}\n{HELP}"
        terminal.clear(out)
        print(terminal.coloured(page) if colours else page, flush=True)  # noqa: T201
        pressed = key()
        if pressed in ("q", "quit"):
            return
        said = _pressed(debugger, pressed, key)


def _pressed(debugger: Debugger, pressed: str, key: Callable[[], str]) -> str:
    if pressed in _MOVES:
        _MOVES[pressed](debugger)
        return ""
    if pressed in ("g", "b"):
        prompt = "go to: " if pressed == "g" else "break on the operation: "
        text = _typed(prompt, key)
        return _run_line(debugger, f"{'go' if pressed == 'g' else 'break'} {text}") if text else ""
    return "This key does nothing."


def _typed(prompt: str, key: Callable[[], str]) -> str:
    """Read a text, key by key; Enter ends it, Escape forgets it."""
    text = ""
    print(prompt, end="", flush=True)  # noqa: T201
    while (pressed := key()) not in ("enter", "quit"):
        if pressed in ("\x7f", "\b"):
            text = text[:-1]
        elif len(pressed) == 1 and pressed.isprintable():
            text += pressed
        print(f"\r{prompt}{text} ", end="", flush=True)  # noqa: T201
    return "" if pressed == "quit" else text.strip()


def _bar(debugger: Debugger) -> str:
    """Draw how far the walk has come."""
    width, count = 40, len(debugger.trace)
    done = round(width * (debugger.position + 1) / count)
    return f"[{'#' * done}{'.' * (width - done)}] {debugger.position + 1}/{count}"
