"""Marks written as SVG.

Colours are attributes, not style sheets, so that every viewer and converter shows them.  Each box
and wire is a group with a stable id and classes, which is what scripts and tests find it by.  Text
is escaped; nothing in a drawing is ever run.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from html import escape

import numpy as np

from autograd.core.messages import plain
from autograd.viz.formats.themes import Theme
from autograd.viz.render.marks import Cells, Curve, Group, Mark, Polygon, Rect, Text
from autograd.viz.render.sheet import Sheet

FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


def svg(sheet: Sheet, theme: Theme, name: str, described: str = "") -> str:
    """Return a sheet as an SVG document.

    Parameters
    ----------
    sheet : Sheet
    theme : Theme
        The colours of the roles.
    name : str
        The name of the theme, for the class of the document.
    described : str
        The same in words, for those who listen instead of look.
    """
    width, height = _n(sheet.width), _n(sheet.height)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" class="glassgrad {name}" role="img" '
        f'font-family="{FONT}">',
        f"<title>{_safe(sheet.title)}</title>",
    ]
    if described:
        lines.append(f"<desc>{_safe(described, newlines=True)}</desc>")
    lines.append(f'<rect width="{width}" height="{height}" fill="{theme["paper"]}"/>')
    lines += [_group(group, theme) for group in sheet.groups]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _group(group: Group, theme: Theme) -> str:
    data = "".join(f' data-{key}="{_safe(value)}"' for key, value in group.data.items())
    faint = ' opacity="0.38"' if group.faint else ""
    title = f"<title>{_safe(group.title)}</title>" if group.title else ""
    inside = "".join(written(mark, theme) for mark in group.marks)
    return f'<g id="{group.id}" class="{group.kind}"{data}{faint}>{title}{inside}</g>'


def written(mark: Mark, theme: Theme) -> str:
    """Return one mark as SVG; what a theme gives for a role may be any colour of SVG."""
    match mark:
        case Text():
            return _text(mark, theme)
        case Curve():
            dash = f' stroke-dasharray="{mark.dash}"' if mark.dash else ""
            return (
                f'<path d="{_path(mark)}" fill="none" stroke="{theme[mark.colour]}" '
                f'stroke-width="{_n(mark.width)}"{dash}/>'
            )
        case Polygon():
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in mark.points)
            return f'<polygon points="{points}" fill="{theme[mark.colour]}"/>'
        case Rect():
            return _rect(mark, theme)
        case Cells():
            return (
                f'<image x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" '
                f'height="{_n(mark.height)}" preserveAspectRatio="none" '
                f'style="image-rendering:pixelated" href="{_png(mark.cells, theme)}"/>'
            )
        case Group():
            return _group(mark, theme)


def _text(mark: Text, theme: Theme) -> str:
    style = ' font-weight="bold"' if mark.bold else ""
    style += ' font-style="italic"' if mark.italic else ""
    return (
        f'<text x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size)}" '
        f'fill="{theme[mark.colour]}" text-anchor="{mark.anchor}"{style} '
        f'class="{mark.colour.replace(" ", "-")}">{_safe(mark.text)}</text>'
    )


def _path(curve: Curve) -> str:
    """Return the commands of a curve: a letter for each piece, L for a straight one."""
    here, *rest = (f"{_n(x)} {_n(y)}" for x, y in curve.points)
    commands = [f"M{here}"]
    for piece in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if piece != (here, here, here):
            near, far, end = piece
            straight = near == here and far == end
            commands.append(f"L{end}" if straight else f"C{' '.join(piece)}")
        here = piece[2]
    return "".join(commands)


def _rect(mark: Rect, theme: Theme) -> str:
    fill = theme[mark.fill] if mark.fill else "none"
    stroke = f' stroke="{theme[mark.stroke]}" stroke-width="{_n(mark.line)}"' if mark.stroke else ""
    dash = f' stroke-dasharray="{mark.dash}"' if mark.dash else ""
    if mark.radius and mark.width == mark.height == 2 * mark.radius:
        r = mark.radius
        place = f'<circle cx="{_n(mark.x + r)}" cy="{_n(mark.y + r)}" r="{_n(r)}"'
    else:
        place = (
            f'<rect x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" '
            f'height="{_n(mark.height)}"' + (f' rx="{_n(mark.radius)}"' if mark.radius else "")
        )
    return f'{place} fill="{fill}"{stroke}{dash}/>'


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")


def _safe(text: str, newlines: bool = False) -> str:
    lines = text.split("\n") if newlines else [text]
    return escape("\n".join(plain(line) for line in lines))


def colours(cells: np.ndarray, theme: Theme) -> np.ndarray:
    """Return the colour of each cell as red, green, blue and opacity.

    The sign chooses the colour and the size its opacity, so that 0 shows the paper.  What is not
    finite has a colour of its own.
    """
    known = np.nan_to_num(cells, nan=0.0, posinf=0.0, neginf=0.0)
    rgba = np.where(known[..., None] > 0, _rgb(theme["positive"]), _rgb(theme["negative"]))
    rgba[..., 3] = np.abs(known).clip(0, 1) * 255
    rgba[~np.isfinite(cells)] = _rgb(theme["nan"])
    return rgba.astype(np.uint8)


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)] + [255])


def _png(cells: np.ndarray, theme: Theme) -> str:
    """Return cells as a PNG in a data address: a header, the rows compressed, an end."""
    rgba = colours(cells, theme)
    rows, columns = cells.shape
    raw = b"".join(b"\0" + row.tobytes() for row in rgba)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return "data:image/png;base64," + b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()
