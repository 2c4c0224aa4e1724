"""Checks of the options of `autograd.draw`, made before any work."""

from __future__ import annotations

from dataclasses import replace

from autograd.core.messages import one_line
from autograd.errors import DrawingError
from autograd.viz.formats import themes
from autograd.viz.layout import engines
from autograd.viz.layout.placement import DIRECTIONS
from autograd.viz.model.options import DrawOptions

# Whole numbers: the least and the largest; None is allowed for those that have a default of None.
WHOLE = {
    "digits": (0, 17),
    "depth": (0, None),
    "budget": (1, None),
    "steps": (0, None),
    "at": (-1, None),
    "width": (320, None),
}
VIEWS = (None, "gates", "architecture")
OPTIONAL = ("depth", "budget", "at")


def check(options: DrawOptions) -> DrawOptions:
    """Return the options, or say which of them means nothing."""
    themes.theme(options.theme)
    parts = options.parts
    if options.engine is not None:
        engines.check(options.engine)
    if options.direction not in DIRECTIONS:
        raise DrawingError(
            f"draw: direction={one_line(options.direction)} is none of {', '.join(DIRECTIONS)}"
        )
    if options.view not in VIEWS:
        known = "gates, architecture"
        raise DrawingError(f"draw: view={one_line(options.view)} is none of {known}")
    for name, (low, high) in WHOLE.items():
        value = getattr(options, name)
        if value is None and name in OPTIONAL:
            continue
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or value < low or (high is not None and value > high):
            allowed = f"from {low} to {high}" if high is not None else f"of at least {low}"
            raise DrawingError(f"draw: {name}={one_line(value)} is not a whole number {allowed}")
    return replace(options, show=parts)
