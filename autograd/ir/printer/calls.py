"""An operation as a call: ``name(args, option=value)``."""

from __future__ import annotations

from autograd.ir.printer.constants import value_text
from autograd.ir.printer.terms import FOREIGN, Term
from autograd.ir.printer.text import Text


def call(t: Term, *args: Text, name: str = "", **more: object) -> Text:
    """Write ``name(args, option=value)``, without options that are None or False."""
    given = {**t.params, **more}
    options = [
        f"{key}={value_text(value)}"
        for key, value in given.items()
        if value is not None and value is not False
    ]
    inner = ", ".join([*map(str, args), *options])
    return Text(f"{name or t.op.removeprefix(FOREIGN)}({inner})")
