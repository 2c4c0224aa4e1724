"""The gradient profile: sizes of gradients and of updates, layer by layer, on one axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from autograd.viz.model.architecture import Architecture
from autograd.viz.model.brief import brief
from autograd.viz.model.statistics import Statistics
from autograd.viz.model.text_metrics import width_of
from autograd.viz.render.marks import Curve, Group, Mark, Point, Rect, Text, straight

HEIGHT = 124
LEFT, RIGHT, TOP, BOTTOM = 60, 16, 30, 20
BAND = 100  # times the median, up and down
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SERIES = (("gradient", "gradient", "rms(dL/dy)"), ("ratio", "value", "|dW| / |W|"))


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where numbers stand: whole decades, so that none is cut off."""

    low: int
    high: int
    width: int
    count: int

    def x(self, k: int) -> float:
        return LEFT + (k + 0.5) * (self.width - LEFT - RIGHT) / self.count

    def y(self, value: float) -> float:
        share = (self.high - log10(value)) / (self.high - self.low)
        return TOP + (HEIGHT - TOP - BOTTOM) * share

    def inside(self, value: float) -> float:
        return self.y(min(max(value, 10.0**self.low), 10.0**self.high))


def profile(architecture: Architecture, statistics: Statistics, width: int) -> Group | None:
    """Return the profile in layer order; None if there is no gradient or one layer alone."""
    points = statistics.profile
    known = [v for p in points for v in (p.gradient, p.ratio) if v is not None]
    if len(points) < 2 or not known:
        return None
    logs = [log10(value) for value in known if value > 0 and isfinite(value)]
    low = floor(min(logs, default=-1.0))
    axis = _Axis(low, max(low + 1, ceil(max(logs, default=0.0))), width, len(points))
    marks = [*_captions(), *_band(axis, statistics.median), *_decades(axis)]
    for name, colour, _ in SERIES:
        values = [getattr(point, name) for point in points]
        marks += _series(axis, values, colour)
    marks += _names(axis, [architecture.boxes[p.box].path for p in points])
    said = "\n".join(
        f"{architecture.boxes[p.box].path}: {brief(p.gradient)}, {brief(p.ratio)}" for p in points
    )
    return Group("profile", "profile", tuple(marks), said)


def _captions() -> Iterator[Mark]:
    x = float(LEFT)
    yield Text(16, 18, "Gradients, layer by layer", 12, "ink", anchor="start", bold=True)
    x = 16 + width_of("Gradients, layer by layer", 12, bold=True) + 16
    for _, colour, words in SERIES:
        yield _dot(x + 3, 14, colour)
        yield Text(x + 11, 18, words, 11, colour, anchor="start", italic=colour == "gradient")
        x += width_of(words, 11) + 28
    note = "shaded: within 100 times the median; hollow: zero; !: not finite"
    yield Text(x, 18, note, 10, "soft", anchor="start")


def _band(axis: _Axis, middle: float | None) -> Iterator[Mark]:
    if middle:
        top, bottom = axis.inside(middle * BAND), axis.inside(middle / BAND)
        yield Rect(LEFT, top, axis.width - LEFT - RIGHT, bottom - top, fill="shade")


def _decades(axis: _Axis) -> Iterator[Mark]:
    """Yield lines at powers of ten, at most about five."""
    every = ceil((axis.high - axis.low) / 5)
    for power in range(axis.low, axis.high + 1):
        if (power - axis.low) % every == 0:
            y = axis.y(10.0**power)
            yield straight((LEFT, y), (axis.width - RIGHT, y), "frame", 0.6)
            word = f"10{str(power).translate(SUPERSCRIPTS)}"
            yield Text(LEFT - 6, y + 4, word, 11, "soft", anchor="end")


def _series(axis: _Axis, values: list[float | None], colour: str) -> Iterator[Mark]:
    """Yield a dotted line through what is known, and a mark for each layer."""
    run: list[Point] = []
    for k, value in enumerate([*values, None]):
        if value is not None and value > 0 and isfinite(value):
            run.append((axis.x(k), axis.y(value)))
        else:
            yield from _line(run, colour)
            run = []
    for k, value in enumerate(values):
        if value is not None:
            yield _mark(axis, k, value, colour)


def _line(points: list[Point], colour: str) -> Iterator[Mark]:
    """Yield one line through several points, straight between two."""
    if len(points) > 1:
        pieces = (p for a, b in pairwise(points) for p in (a, b, b))
        yield Curve((points[0], *pieces), colour, 1, "2 3")


def _mark(axis: _Axis, k: int, value: float, colour: str) -> Mark:
    if not isfinite(value):
        return Text(axis.x(k), TOP - 2, "!", 13, "badge", bold=True)
    if value == 0:
        hollow = _dot(axis.x(k), HEIGHT - BOTTOM, colour)
        return replace(hollow, fill="paper", stroke=colour)
    return _dot(axis.x(k), axis.y(value), colour)


def _dot(x: float, y: float, colour: str) -> Rect:
    """Return a round mark for a gradient, a square one for a ratio: not by colour alone."""
    if colour == "gradient":
        return Rect(x - 3, y - 3, 6, 6, 3, fill=colour)
    return Rect(x - 2.5, y - 2.5, 5, 5, fill=colour)


def _names(axis: _Axis, names: list[str]) -> Iterator[Mark]:
    """Write the names of layers underneath, as many as fit."""
    free = 0.0
    for k, name in enumerate(names):
        half = width_of(name, 10) / 2
        x = min(max(axis.x(k), half + 4), axis.width - half - 4)
        if x - half >= free:
            yield Text(x, HEIGHT - 6, name, 10, "soft")
            free = x + half + 10
