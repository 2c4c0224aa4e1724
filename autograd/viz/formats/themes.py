"""Themes: what colour each role in a drawing has.

``lecture`` is the green and red of the slides, dark enough to be read in print; where a value and
where a gradient stands, and the italics, say the same without colour.  ``safe`` is told apart by
the colour-blind.  ``dark`` is for dark screens.
"""

from __future__ import annotations

from autograd.core.messages import suggestion
from autograd.errors import DrawingError

Theme = dict[str, str]

_LIGHT = {
    "paper": "#ffffff",
    "ink": "#1a1a1a",
    "wire": "#4d4d4d",
    "soft": "#5f6368",
    "gate": "#ffffff",
    "fold": "#f1f3f4",
    "frame": "#b0b6bd",
    "lit": "#ffe08a",
    "saved": "#7b5ea7",
    "badge": "#b00020",
    "badge text": "#ffffff",
    "positive": "#b35806",
    "negative": "#2166ac",
    "nan": "#ff00c8",
}

# The bands of boxes in an architecture, by the family of the layer.
_FAMILIES = {
    "convolution": "#2f6fd0",
    "linear": "#7b3fa0",
    "norm": "#0f8b8d",
    "activation": "#c77700",
    "pooling": "#5d8a1f",
    "recurrent": "#a0522d",
    "attention": "#b5307b",
    "loss": "#b00020",
    "arithmetic": "#6b6f75",
    "input": "#9aa1a9",
    "block": "#3f5873",
}
_FAMILIES_DARK = {
    "convolution": "#7db0ff",
    "linear": "#c79bec",
    "norm": "#58cfd0",
    "activation": "#ffb84d",
    "pooling": "#a6d65c",
    "recurrent": "#e0a27d",
    "attention": "#f78ac4",
    "loss": "#ff6b81",
    "arithmetic": "#a9b1ba",
    "input": "#7c858e",
    "block": "#93b1d1",
}

THEMES: dict[str, Theme] = {
    "lecture": {
        **_LIGHT,
        **_FAMILIES,
        "shade": "#fbe9ea",
        "value": "#0a7d32",
        "gradient": "#c1121f",
    },
    "safe": {**_LIGHT, **_FAMILIES, "shade": "#f8ece4", "value": "#0072b2", "gradient": "#b84a00"},
    "dark": {
        "paper": "#15181c",
        "ink": "#f1f3f4",
        "wire": "#a9b1ba",
        "soft": "#a9b1ba",
        "gate": "#22272d",
        "fold": "#2b3138",
        "frame": "#5a636d",
        "lit": "#6b5300",
        "saved": "#c3a6ff",
        "badge": "#ff6b81",
        "badge text": "#15181c",
        "positive": "#fdb863",
        "negative": "#67a9cf",
        "nan": "#ff5fdc",
        "value": "#6fdc8c",
        "gradient": "#ff8389",
        **_FAMILIES_DARK,
        "shade": "#33262a",
    },
}


def theme(name: str) -> Theme:
    """Return the colours of a theme by its name.

    Raises
    ------
    DrawingError
        If there is no theme of that name.
    """
    if not isinstance(name, str) or name not in THEMES:
        raise DrawingError(
            f"draw: theme={name!r} is none of {', '.join(THEMES)}{suggestion(name, THEMES)}"
        )
    return THEMES[name]
