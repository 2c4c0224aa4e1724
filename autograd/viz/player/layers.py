"""The layers: a timeline written as one SVG, in which every mark says when it is there.

Colours are names of roles, ``var(--value)``, so that a theme is a handful of style rules and can be
changed while one looks.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from autograd.viz.formats.svg import FONT, written
from autograd.viz.formats.themes import THEMES, Theme
from autograd.viz.player.timeline import Element, Spans, Timeline
from autograd.viz.render.marks import Group

# Heat maps are pictures, whose colours are fixed.
_FIXED = {role: THEMES["lecture"][role] for role in ("positive", "negative", "nan")}
ROLES: Theme = {
    **{role: f"var(--{role.replace(' ', '-')})" for role in THEMES["lecture"]},
    **_FIXED,
}

# Attributes that the style sheet gives to every mark.
_COMMON = {
    ' fill="none" stroke="var(--wire)" stroke-width="1.2"': "",
    ' fill="var(--wire)"': "",
    ' fill="var(--value)" text-anchor="middle" class="value"': ' class="value"',
    ' fill="var(--gradient)" text-anchor="middle" font-style="italic" class="gradient"': (
        ' class="gradient"'
    ),
}

When = Callable[[Spans], str]


def layers(timeline: Timeline) -> str:
    """Return a timeline as SVG for the player's page, whose style sheet it relies on.

    What comes and goes says when: ``data-at="3-7 12-"``.
    """
    text = timed(timeline, lambda spans: f'data-at="{_intervals(spans, timeline.last)}"', ROLES)
    for common, short in _COMMON.items():
        text = text.replace(common, short)
    return text


def timed(timeline: Timeline, when: When, theme: Theme, inside: str = "") -> str:
    """Return a timeline as an SVG document.

    Parameters
    ----------
    timeline : Timeline
    when : callable
        Returns the attribute of what is there for some stretches of events.
    theme : dict
    inside : str
        SVG to put before everything else.
    """
    sheet = timeline.sheet
    box = f"0 0 {sheet.width:g} {sheet.height:g}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width:g}" '
        f'height="{sheet.height:g}" viewBox="{box}" font-family="{FONT}">'
    )
    groups = "".join(_element(e, timeline.always, when, theme) for e in timeline.elements)
    return f"{head}{inside}{groups}</svg>"


def _intervals(spans: Spans, last: int) -> str:
    """Write stretches of events; one that goes on to the end is left open."""
    return " ".join(f"{a}-{b if b < last else ''}" for a, b in spans)


def _element(element: Element, always: Spans, when: When, theme: Theme) -> str:
    group: Group = element.group
    data = "".join(f' data-{key}="{value}"' for key, value in group.data.items())
    parts = []
    for spans, marks in groupby(
        zip(group.marks, element.spans, strict=True), key=lambda pair: pair[1]
    ):
        text = "".join(written(mark, theme) for mark, _ in marks)
        parts.append(text if spans == always else f"<g {when(spans)}>{text}</g>")
    return f'<g id="{group.id}" class="{group.kind}"{data}>{"".join(parts)}</g>'
