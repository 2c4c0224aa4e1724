"""How wide a text is, without a font.

The widths are those of Helvetica, in thousandths of the font size; Arial and Liberation Sans have
the same.  A little slack makes room for other sans-serif fonts.
"""

from __future__ import annotations

from unicodedata import combining, east_asian_width

_WIDTHS = {
    **dict.fromkeys("ijl'", 222),
    **dict.fromkeys(" !,./:;I[]\\ft|", 278),
    **dict.fromkeys("()-r`{}", 334),
    **dict.fromkeys('"*^', 400),
    **dict.fromkeys("Jckszvxy", 500),
    **dict.fromkeys("+<=>~", 584),
    **dict.fromkeys("FTLZ", 611),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM", 833),
    **dict.fromkeys("W%…", 1000),
    "@": 1015,
}
_USUAL = 570
_WIDE = 1100
_SLACK = 1.06
_BOLD = 1.09


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Return about how wide a text is.

    Parameters
    ----------
    text : str
    size : float
        The font size, in pixels.
    bold : bool

    Returns
    -------
    float
        In pixels, rather too wide than too narrow.

    Examples
    --------
    >>> from autograd.viz.model.text_metrics import width_of
    >>> width_of("il", 10) < width_of("WM", 10)
    True
    """
    thousandths = sum(_WIDTHS.get(c) or _other(c) for c in text)
    return thousandths / 1000 * size * _SLACK * (_BOLD if bold else 1.0)


def _other(c: str) -> int:
    if combining(c):
        return 0
    return _WIDE if east_asian_width(c) in "WF" or ord(c) > 0x1F000 else _USUAL


def shorten(text: str, longest: int = 24) -> str:
    """Cut a long text in the middle, so that its beginning and end are seen.

    Examples
    --------
    >>> from autograd.viz.model.text_metrics import shorten
    >>> shorten("encoder.layers.0.attention.weight")
    'encoder.laye…tion.weight'
    """
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[: longest - 1 - half]}…{text[-half:]}"
