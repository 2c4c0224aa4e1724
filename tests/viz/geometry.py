"""Reading a drawing: where its marks are, and what its SVG says."""

import re
from itertools import combinations
from xml.etree import ElementTree

from autograd.viz.model.text_metrics import width_of
from autograd.viz.render.marks import Cells, Curve, Group, Polygon, Rect, Text, flat

SVG = "{http://www.w3.org/2000/svg}"


def box_of(mark):
    """Return left, top, right and bottom of a mark."""
    match mark:
        case Text(x=x, y=y, text=text, size=size, anchor=anchor, bold=bold):
            width = width_of(text, size, bold) / 1.06  # without the slack
            left = x - {"start": 0, "middle": 0.5, "end": 1}[anchor] * width
            return left, y - 0.72 * size, left + width, y + 0.2 * size
        case Rect() | Cells():
            return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
        case Curve(points=points) | Polygon(points=points):
            xs, ys = zip(*points, strict=True)
            return min(xs), min(ys), max(xs), max(ys)


def around(boxes):
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def occupied(sheet):
    """Return what must not overlap: boxes, the numbers on wires, the names of frames, notes."""
    for group in sheet.groups:
        kind = group.kind.split()[0]
        marks = list(flat([group]))
        if kind in ("wire", "frame", "notes"):
            marks = [m for m in marks if isinstance(m, Text | Cells)]
        if kind != "rule":
            if kind == "notes":
                yield from ((group.id, box_of(m)) for m in marks)
            elif marks:
                yield group.id, around(map(box_of, marks))


def overlaps(sheet, slack=0.6):
    """Return the pairs of names whose places overlap."""
    return [
        (a, b)
        for (a, p), (b, q) in combinations(occupied(sheet), 2)
        if min(p[2], q[2]) - max(p[0], q[0]) > slack and min(p[3], q[3]) - max(p[1], q[1]) > slack
    ]


def group(sheet, id):
    return next(g for g in sheet.groups if g.id == id)


def curves(group):
    return [mark for mark in flat([group]) if isinstance(mark, Curve)]


def head(group: Group):
    """Return the tip of a wire's arrow."""
    (polygon,) = (mark for mark in group.marks if isinstance(mark, Polygon))
    return polygon.points[0]


class Picture:
    """What an SVG document says, read from its text alone."""

    def __init__(self, svg):
        self.root = ElementTree.fromstring(svg)
        self.groups = {g.get("id"): g for g in self.root.iter(f"{SVG}g")}
        self.ids = [e.get("id") for e in self.root.iter() if e.get("id")]

    def of_kind(self, kind):
        return {i: g for i, g in self.groups.items() if g.get("class").split()[0] == kind}

    def texts(self, id, role=None):
        return [
            t.text
            for t in self.groups[id].iter(f"{SVG}text")
            if role is None or t.get("class") == role
        ]

    def label(self, id):
        """Return the main text of a box: the largest."""
        texts = list(self.groups[id].iter(f"{SVG}text"))
        return max(texts, key=lambda t: float(t.get("font-size"))).text if texts else ""

    def wires(self):
        """Return {id: (value, gradient)} as they are written."""
        return {
            id: tuple("".join(self.texts(id, role)) for role in ("value", "gradient"))
            for id in self.of_kind("wire")
        }

    def all_text(self):
        return " ".join(self.root.itertext())


def use(id):
    """Return (node, position) of a wire's id, None for an output."""
    found = re.fullmatch(r"w(\d+)-(\d+)", id)
    return (int(found[1]), int(found[2])) if found else None
