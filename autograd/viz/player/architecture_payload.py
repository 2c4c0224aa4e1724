"""The payload of the architecture view: boxes and edges once, numbers once a run."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any, NamedTuple

from autograd.viz.model.architecture import Architecture, Box, Edge
from autograd.viz.model.families import family
from autograd.viz.model.statistics import Numbers, Statistics


class ArchitectureData(NamedTuple):
    """The two parts of the payload, and how high the drawing is."""

    structure: dict[str, Any]
    numbers: dict[str, Any]
    height: int


DIGITS = 4  # significant, of sizes


def structure(architecture: Architecture, width: int = 1440) -> dict[str, Any]:
    """Return an architecture ready for JSON.

    Returns
    -------
    dict
        ``title``, ``batch``, ``parameters``, ``boxes``, ``edges``, ``open`` and ``width``.
    """
    return {
        "title": architecture.title,
        "batch": architecture.batch,
        "parameters": architecture.parameters,
        "boxes": [_box(box) for box in architecture.boxes],
        "edges": [_edge(edge) for edge in architecture.edges],
        "open": sorted(architecture.open),
        "width": width,
    }


def numbers(statistics: Statistics) -> dict[str, Any]:
    """Return the numbers of an architecture ready for JSON; what is not computed is None.

    Returns
    -------
    dict
        ``boxes`` by id, ``weights`` by ``"id:name"``, and ``profile`` in layer order.
    """
    return {
        "boxes": {str(id): _numbers(found) for id, found in statistics.boxes.items()},
        "weights": {
            f"{id}:{name}": {key: _short(value) for key, value in asdict(found).items()}
            for (id, name), found in statistics.weights.items()
        },
        "profile": [
            {"box": p.box, "gradient": _short(p.gradient), "ratio": _short(p.ratio)}
            for p in statistics.profile
        ],
    }


def _edge(edge: Edge) -> dict[str, Any]:
    """Leave out a label and a name that are empty."""
    data: dict[str, Any] = {
        "source": edge.source,
        "target": edge.target,
        "node": edge.node,
        "position": edge.position,
        "shape": edge.shape,
    }
    words = {"label": edge.label, "name": edge.name}
    return data | {key: word for key, word in words.items() if word}


def _box(box: Box) -> dict[str, Any]:
    width, height = box.size
    return {
        "id": box.id,
        "path": box.path,
        "name": box.name,
        "kind": box.kind,
        "role": box.role,
        "family": family(box),
        "parent": box.parent,
        "children": box.children,
        "shape": box.shape,
        "input": box.input,
        "options": box.options,
        "parameters": box.parameters,
        "pill": box.pill,
        "framed": box.framed,
        "nodes": box.nodes,
        "output": box.output,
        "weights": [asdict(weight) for weight in box.weights],
        "count": box.count,
        "shared": box.shared,
        "width": width,
        "height": height,
    }


def _numbers(found: Numbers) -> dict[str, Any]:
    """Leave out what a box does not have."""
    data: dict[str, Any] = {
        "rms": _short(found.rms),
        "gradient": _short(found.gradient),
        "zeros": _short(found.zeros),
        "histogram": found.histogram,
        "gradient_histogram": found.gradient_histogram,
        "bytes": found.bytes,
    }
    times = {"forward_ms": _short(found.forward_ms), "backward_ms": _short(found.backward_ms)}
    return data | {name: time for name, time in times.items() if time is not None}


def _short(value: float | None) -> float | str | None:
    """Return a number of a few digits, as JSON can hold it; NaN and the infinities as text."""
    if value is None:
        return None
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else str(value)
