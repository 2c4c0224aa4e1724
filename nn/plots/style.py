"""The look that all pictures share: colours that the colour-blind can tell apart, on white.

Blue and orange are those of the theme ``safe`` of the drawings.  Where a colour says something, a
place, a shape or a word says it, too.
"""

from __future__ import annotations

import autograd as ag
from autograd.core.messages import one_line

INK = "#1a1a1a"
SOFT = "#5f6368"
FRAME = "#b0b6bd"
BLUE = "#0072b2"  # training, values
ORANGE = "#b84a00"  # validation, gradients

LONGEST = 20  # letters of a name

# For classes: two that differ in hue and lightness first, and with each a shape of its own.
CLASSES = (BLUE, ORANGE, "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7b5ea7", "#8a6d3b")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")

# From negative over 0, which is white, to positive.
SIGNED = ("#2166ac", "#92c5de", "#ffffff", "#fdb863", "#b35806")
SIGNED_WORDS = "white is 0, orange above, blue below"

STYLE: dict[str, object] = {
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,  # names may have a dollar sign
    "axes.edgecolor": FRAME,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "figure.dpi": 144,
    "savefig.dpi": 144,
    "legend.frameon": False,
    "xtick.color": FRAME,
    "xtick.labelcolor": SOFT,
    "xtick.labelsize": 8,
    "ytick.color": FRAME,
    "ytick.labelcolor": SOFT,
    "ytick.labelsize": 8,
    "svg.hashsalt": "glassgrad",  # or the names in the file would be new each time
}


def rgb(color: str) -> tuple[float, float, float]:
    """Return red, green and blue, from 0 to 1.

    Examples
    --------
    >>> from nn.plots.style import rgb
    >>> rgb("#ff0000")
    (1.0, 0.0, 0.0)
    """
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def color_of(number: int) -> str:
    """Return the colour of a class."""
    return CLASSES[number % len(CLASSES)]


def marker_of(number: int) -> str:
    """Return the shape of a class: where colours come again, shapes are others."""
    return MARKERS[number % len(MARKERS)]


def name_of(number: int, names: tuple[str, ...]) -> str:
    """Return what a class is called.

    Examples
    --------
    >>> from nn.plots.style import name_of
    >>> name_of(1, ("cat", "dog")), name_of(1, ())
    ('dog', 'class 1')
    """
    return names[number] if number < len(names) else f"class {number}"


def names_of(owner: str, classes: object) -> tuple[str, ...]:
    """Return the names of classes, each on one line and not too long.

    Examples
    --------
    >>> from nn.plots.style import names_of
    >>> names_of("saliency", ["cat", "dog"])
    ('cat', 'dog')
    """
    if isinstance(classes, str) or not hasattr(classes, "__iter__"):
        raise ag.OptionError(f"{owner}: classes={one_line(classes)} must be a list of names")
    return tuple(one_line(name, LONGEST, str) for name in classes)
