"""Numbers, constant arrays, indices and parameters as text, in few characters."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from autograd.ir.printer.text import ATOM, POWER, PRODUCT, SIGN, Text

MOST_NUMBERS = 6  # of a constant array that is written out
DIGITS = 6
# Numbers that rules have, and that a reader knows by their names.
_KNOWN = {
    math.pi: "pi",
    math.pi**2: "pi**2",
    math.log(2): "log(2)",
    math.log(10): "log(10)",
    math.sqrt(2): "sqrt(2)",
    math.sqrt(2 * math.pi): "sqrt(2 * pi)",
    2 / math.sqrt(math.pi): "2 / sqrt(pi)",
}


def number(value: Any) -> Text:
    """Write a number with few digits: ``3``, ``0.1``, ``1/3``, ``pi``."""
    if isinstance(value, (bool, np.bool_)):
        return Text(str(bool(value)))
    if not math.isfinite(value):
        text = str(float(value))
        return Text(text, SIGN if text.startswith("-") else ATOM)
    text = _KNOWN.get(value) or _short(float(value))
    if "/" in text:
        return Text(text, PRODUCT, "/")
    return Text(text, SIGN if text.startswith("-") else POWER if "**" in text else ATOM)


def _short(value: float) -> str:
    exact = repr(value).removesuffix(".0")
    if len(exact) <= DIGITS:
        return exact
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    part = Fraction(value).limit_denominator(1000)
    if part and part.numerator / part.denominator == value:
        return f"{part.numerator} / {part.denominator}"
    return f"{value:.{DIGITS}g}"


def array(value: Any) -> Text:
    """Write a constant array: a known matrix by its name, a small one in full."""
    name = _matrix(value)
    if name or value.size <= MOST_NUMBERS:
        return Text(name or value_text(value))
    return Text(f"constant{value.shape}")


def _matrix(value: Any) -> str:
    shape = value.shape
    counted = value.dtype.kind == "i" and value.ndim == 1 and value.size > 2
    if counted and np.array_equal(value, np.arange(value.size)):
        return f"arange({value.size})"
    if value.ndim != 2 or value.size < 2:
        return ""
    n, m = shape
    sizes = f"{n}" if n == m else f"{n}, {m}"
    if np.array_equal(value, np.eye(n, m)):
        return f"eye({sizes})"
    for k in (0, -1):
        if np.array_equal(value, np.tri(n, m, k)):
            return f"tri({sizes}{f', k={k}' if k else ''})"
    return ""


def value_text(value: Any) -> str:
    """Write a parameter."""
    if isinstance(value, (bool, str, type(None))):
        return repr(value)
    if isinstance(value, (int, float, np.number, np.bool_)):
        return str(number(value.item() if isinstance(value, np.generic) else value))
    if isinstance(value, tuple):
        inner = ", ".join(map(value_text, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    if isinstance(value, slice):
        return f"s_[{index_text(value)}]"
    if hasattr(value, "shape"):
        value = np.asarray(getattr(value, "_value", value))
        return value_text(value.tolist()) if value.size <= 12 else f"constant{value.shape}"
    if isinstance(value, type) and issubclass(value, np.generic):
        return repr(value.__name__)
    return str(value)


def index_text(index: Any) -> str:
    """Write an index: ``1:3``, ``..., None``."""
    if isinstance(index, tuple):
        return ", ".join(map(index_text, index)) or "()"
    if isinstance(index, slice):
        parts = ["" if p is None else str(int(p)) for p in (index.start, index.stop)]
        step = "" if index.step in (None, 1) else f":{int(index.step)}"
        return ":".join(parts) + step
    return "..." if index is Ellipsis else value_text(index)
