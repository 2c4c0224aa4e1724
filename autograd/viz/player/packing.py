"""Packing: text as compressed text, which a page unpacks by itself.

The bytes depend on the version of zlib, so pages are compared by `unpacked`.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from gzip import compress, decompress

PACKED = re.compile(r'(<script type="application/gzip" id="(\w+)">)([\w+/=]*)</script>')


def pack(text: str) -> str:
    """Return a text compressed, in base64.

    Examples
    --------
    >>> from autograd.viz.player.packing import pack, unpack
    >>> unpack(pack("step"))
    'step'
    """
    return b64encode(compress(text.encode(), 9, mtime=0)).decode()


def unpack(text: str) -> str:
    """Return what was packed."""
    return decompress(b64decode(text)).decode()


def element(id: str, text: str) -> str:
    """Return an element of a page that holds a text packed."""
    return f'<script type="application/gzip" id="{id}">{pack(text)}</script>'


def parts(page: str) -> dict[str, str]:
    """Return the texts that are packed in a page, by the ids of their elements."""
    return {id: unpack(text) for _, id, text in PACKED.findall(page)}


def unpacked(page: str) -> str:
    """Return a page with its texts as they are: for reading and comparing, not for a browser."""
    return PACKED.sub(lambda found: f"{found[1]}{unpack(found[3])}</script>", page)
