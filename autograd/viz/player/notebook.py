"""Notebook output: one piece of HTML that shows as much as its host allows.

Hosts take out what they do not trust.  So a fallback, a picture that plays by itself and the steps
in words, stands behind the player, which sits in a frame that may run scripts and do nothing else.
A style hides the fallback right behind such a frame, and nowhere else: where a sanitiser removes
style or frame, the fallback is seen, also if other outputs in the same document are trusted.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape

CHROME = 120  # the height of title and controls, in pixels
STAGE = 440  # the most that a frame gives the drawing
CARD = 320
PANES = 230
TOOL = 330

HIDING = "<style>iframe[srcdoc]+.glassgrad-still{display:none}</style>"


def output(page: str, moving: str, title: str, transcript: str, height: float, more: int) -> str:
    """Return HTML for a notebook.

    Parameters
    ----------
    page : str
        The player's document.
    moving : str
        An SVG document for where the player cannot run.
    title : str
    transcript : str
        All steps in words.
    height : float
        Of the drawing.
    more : int
        Pixels for what stands below the card.
    """
    inside = page.replace("&", "&amp;").replace("'", "&#39;")
    tall = round(CHROME + min(height, STAGE) + CARD + more)
    html = (
        f"{HIDING}<iframe srcdoc='{inside}' "
        f'sandbox="allow-scripts" title="{escape(title)}" '
        f'style="width:100%;height:{tall}px;border:0;resize:vertical"></iframe>'
        f'<div class="glassgrad-still">{image(moving, title)}'
        f"<details><summary>All steps</summary><pre>{escape(transcript)}</pre></details></div>"
    )
    # In Markdown, a blank line ends a piece of HTML.
    return html.replace("\n", "&#10;")


def image(svg: str, title: str) -> str:
    """Return an SVG document as an image, which no host takes for code."""
    data = b64encode(svg.encode()).decode()
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(title)}" '
        'style="max-width: 100%">'
    )
