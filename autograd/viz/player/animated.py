"""An animated SVG: the trace plays by itself where no script can run.

Everything is there and turned on and off by style rules alone, so the picture moves inside an
``<img>``, in an untrusted notebook, on a code host.  Readers who prefer reduced motion, and
paper, get the end of the trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby

from autograd.viz.formats.svg import FONT, written
from autograd.viz.formats.themes import Theme
from autograd.viz.player.timeline import Element, Spans, Timeline
from autograd.viz.render.marks import Group

SLOW, FAST = 0.9, 0.2  # seconds for an event
LONGEST = 40.0  # seconds for all, if that is not faster than FAST
REST = 4.0  # seconds at the end before it begins again

When = Callable[[Spans], str]


def animated(timeline: Timeline, theme: Theme) -> str:
    """Return a timeline as an SVG document that plays over and over."""
    count = timeline.last + 1
    beat = max(FAST, min(SLOW, LONGEST / max(count, 1)))
    whole = (count + 1) * beat + REST
    coming = dict.fromkeys(spans for e in timeline.elements for spans in e.spans)
    coming.pop(timeline.always, None)
    classes = {spans: f"t{number}" for number, spans in enumerate(coming)}
    rules = _rules(classes, timeline, beat, whole)
    paper = f'<rect width="100%" height="100%" fill="{theme["paper"]}"/>'
    inside = f"<style>{rules}</style>{paper}"
    return _timed(timeline, lambda spans: f'class="{classes[spans]}"', theme, inside)


def _rules(classes: Mapping[Spans, str], timeline: Timeline, beat: float, whole: float) -> str:
    """Write a style rule for every pattern of being there."""
    still, moving = [], []
    for spans, name in classes.items():
        if spans[-1][1] < timeline.last:
            still.append(f".{name}{{visibility:hidden}}")
        moving.append(f"@keyframes {name}{{{_frames(spans, timeline.last, beat, whole)}}}")
        moving.append(f".{name}{{animation:{name} {whole:.1f}s step-end infinite}}")
    motion = "".join(moving)
    return f"{''.join(still)}@media screen and (prefers-reduced-motion:no-preference){{{motion}}}"


def _frames(spans: Spans, last: int, beat: float, whole: float) -> str:
    frames = {0.0: "hidden"}
    for first, final in spans:
        frames[(first + 1) * beat / whole * 100] = "visible"
        if final < last:
            frames[(final + 2) * beat / whole * 100] = "hidden"
    return "".join(f"{at:.3g}%{{visibility:{state}}}" for at, state in frames.items())


def _timed(timeline: Timeline, when: When, theme: Theme, inside: str) -> str:
    """Write a timeline; ``when`` returns the attribute of what is there for some stretches."""
    sheet = timeline.sheet
    box = f"0 0 {sheet.width:g} {sheet.height:g}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width:g}" '
        f'height="{sheet.height:g}" viewBox="{box}" font-family="{FONT}">'
    )
    groups = "".join(_element(e, timeline.always, when, theme) for e in timeline.elements)
    return f"{head}{inside}{groups}</svg>"


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
