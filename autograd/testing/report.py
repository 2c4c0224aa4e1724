"""What a check found: a verdict, the numbers behind it, and a text to read them by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.core.messages import one_line

PASS, FAIL, INCONCLUSIVE = "PASS", "FAIL", "INCONCLUSIVE"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Report:
    """The result of a check.

    Attributes
    ----------
    verdict : {"PASS", "FAIL", "INCONCLUSIVE"}
    title : str
        The function or primitive that was checked.
    check : str
        What was compared: ``value``, ``shape``, ``dtype``, ``float32`` ...
    reason : str
        The finding in one line; empty for PASS.
    order : int
        Which derivative.
    argument : int or None
        The position of the differentiated value with the largest error.
    name : str
        What the function calls it.
    index : tuple of int
        The element of it.
    analytic, numeric, error : float or None
        The gradient by the rules, by differences, and the bound on the error of the latter.
    tolerance : float or None
        How far the two sides of the whole comparison might have been apart.
    outputs, masked : int
        How many elements the function returns, and how many of them lie on a kink or cannot be
        differenced there, and so were left out.
    inputs : tuple of (str, array)
        Where the check was made.
    ladder : tuple of (float, float)
        Step and difference quotient of the element, rung by rung.
    regions : str
        Whether the smooth pieces stayed the same along the ladder, where that is known.
    hint : str
        What the numbers look like.
    where : str
        The smallest part of the graph that fails by itself.
    number : int
        Which check of the battery it was; 0 of another.
    runs, allocated : int
        How often the function was called, and how many bytes one gradient took at its peak.
    """

    verdict: str
    title: str
    check: str = "value"
    reason: str = ""
    order: int = 1
    argument: int | None = None
    name: str = ""
    index: tuple[int, ...] = ()
    analytic: float | None = None
    numeric: float | None = None
    error: float | None = None
    tolerance: float | None = None
    outputs: int = 0
    masked: int = 0
    inputs: tuple[tuple[str, Any], ...] = ()
    ladder: tuple[tuple[float, float], ...] = ()
    regions: str = ""
    hint: str = ""
    where: str = ""
    number: int = 0
    runs: int = 0
    allocated: int = 0

    @property
    def ratio(self) -> float | None:
        """The analytic over the numeric value, or None where there are not both."""
        if self.analytic is None or not self.numeric:
            return None
        return self.analytic / self.numeric

    def __bool__(self) -> bool:
        return self.verdict == PASS

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        lines = [self._headline()]
        if self.reason:
            lines.append(self.reason)
        all_masked = self.outputs > 0 and self.masked == self.outputs
        if self.analytic is not None and self.numeric is not None and not all_masked:
            ratio = "" if self.ratio is None else f"    ratio {_ratio(self.ratio)}"
            bound = "" if self.error is None else f" +- {self.error:.1g}"
            lines.append(
                f"analytic {self.analytic:.12g}    numeric {self.numeric:.12g}{bound}{ratio}"
            )
        if self.inputs:
            lines.append("input " + ", ".join(f"{name} = {show(x)}" for name, x in self.inputs))
        if self.ladder:
            rungs = "  ".join(f"{h:.0e}: {quotient:.8g}" for h, quotient in self.ladder)
            lines.append(f"ladder  {rungs}")
        if self.masked or self.regions:
            regions = f"{self.regions}; " if self.regions else ""
            lines.append(f"{regions}{self.masked} of {self.outputs} outputs masked")
        if self.runs:
            lines.append(f"cost  {self.runs} runs")
        lines += [
            f"{key}: {text}" for key, text in (("hint", self.hint), ("where", self.where)) if text
        ]
        return "\n  ".join(lines)

    def _headline(self) -> str:
        order = f", derivative {self.order}" if self.order > 1 else ""
        place = ""
        if self.argument is not None:
            place = f": argument {self.argument} {self.name!r}"
            place += f", index {self.index}" if self.index else ""
        number = f"check {self.number}, " if self.number else ""
        return f"{self.verdict} {self.title}{place}    [{number}{self.check}{order}]"


def _ratio(r: float) -> str:
    """Write a ratio, and one that is nearly 1 by how far it is from 1."""
    return f"1{r - 1:+.2g}" if 0 < abs(r - 1) < 1e-4 else f"{r:.6g}"


def show(x: object, longest: int = 120) -> str:
    """Write a value with its shape where it is long, and its dtype and memory order where odd."""
    array = np.asarray(x)
    text = one_line(array.tolist(), longest)
    if text.endswith("..."):
        text += f" of shape {array.shape}"
    if array.dtype != np.float64:
        text += f" {array.dtype}"
    if array.ndim > 1 and not array.flags.c_contiguous:
        text += " Fortran-contiguous" if array.flags.f_contiguous else f" strides {array.strides}"
    return text
