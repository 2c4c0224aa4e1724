"""PNG and PDF, made from the SVG by libraries that are extras."""

from __future__ import annotations

import tempfile
from pathlib import Path

from autograd.errors import DrawingError, MissingError

SCALE = 2
PAGE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")'


def png(svg: str) -> bytes:
    """Return a drawing as PNG, twice as fine as a screen's pixels.

    Raises
    ------
    MissingError
        If resvg is not installed.
    DrawingError
        If this machine has no fonts, so that texts would be left out.
    """
    try:
        import resvg_py
    except ImportError:
        raise MissingError("save: PNG needs resvg: pip install 'glassgrad[png]'") from None
    letter, blank = (bytes(resvg_py.svg_to_bytes(svg_string=_letter(text))) for text in ("x", ""))
    if letter == blank:
        raise DrawingError("save: PNG needs a font; install one, such as Debian's fonts-liberation")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=SCALE))


def _letter(text: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        f'<text x="1" y="8" font-family="Helvetica, sans-serif" font-size="9">{text}</text></svg>'
    )


def pdf(svg: str) -> bytes:
    """Return a drawing as PDF.

    Raises
    ------
    MissingError
        If Typst is not installed.
    DrawingError
        If the temporary files that Typst reads cannot be written.
    """
    try:
        import typst
    except ImportError:
        raise MissingError("save: PDF needs typst: pip install 'glassgrad[pdf]'") from None
    try:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "drawing.svg").write_text(svg, encoding="utf-8")
            Path(folder, "page.typ").write_text(PAGE)
            return bytes(typst.compile(str(Path(folder, "page.typ")), root=folder))
    except OSError as error:
        reason = error.strerror or error
        raise DrawingError(f"save: PDF needs temporary files, which fail: {reason}") from None
