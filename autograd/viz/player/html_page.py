"""The page: payload, script and style in one self-contained file, which needs no network.

The script is ours alone: a content security policy names it by its hash, and so the loader that
unpacks it, so that nothing else that might find its way into the page is ever run; and it forbids
every request.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from autograd.viz.formats.themes import THEMES
from autograd.viz.player.notebook import image
from autograd.viz.player.packing import element

# In this order they stand in the page.
SCRIPTS = (
    "vendor/d3-zoom",
    "numbers",
    "score",
    "place",
    "gestures",
    "zoom",
    "minimap",
    "wires",
    "names",
    "motion",
    "moment",
    "pictures",
    "blocks",
    "slots",
    "sheets",
    "folds",
    "stage",
    "architecture_branches",
    "architecture_tracks",
    "architecture_layout",
    "architecture_statistics",
    "architecture_model",
    "architecture_colours",
    "architecture_boxes",
    "architecture_shapes",
    "architecture_wires",
    "architecture_address",
    "architecture_camera",
    "architecture",
    "architecture_heat",
    "architecture_panel",
    "architecture_profile",
    "architecture_timeline",
    "architecture_views",
    "mathematics",
    "equation",
    "card",
    "cellwise",
    "scenes",
    "panes",
    "arrays",
    "functions",
    "windows",
    "kernels",
    "rerun",
    "factors",
    "repaint",
    "differences",
    "fields",
    "intervene",
    "proof",
    "theme",
    "present",
    "predict",
    "lessons",
    "controls",
    "player",
)
STYLES = ("player", "stage", "card", "intervene", "present", "architecture")
BEGIN = """
document.getElementById("still").remove();
play(document.body, JSON.parse(document.getElementById("score").textContent), null);
""".strip()
UNPLAYED = "This page plays with a script of its own, which is not allowed to run here."

OWN = f"""html, body {{ margin: 0; height: 100%; }}
@media screen {{
html:has(.glassgrad[data-theme="dark"]) {{
background: {THEMES["dark"]["paper"]}; color-scheme: dark;
}}
}}"""
GENERATOR = '<meta name="generator" content="glassgrad">'

# Roles that only the page has.
_MORE = {
    "lecture": {"edge": "#c9ced4", "focus": "#1a5fb4"},
    "safe": {"edge": "#c9ced4", "focus": "#1a1a1a"},
    "dark": {"edge": "#4a525b", "focus": "#8ab4f8"},
}


def page(payload: dict[str, Any], transcript: str = "") -> str:
    """Return an HTML document that plays a trace, for a browser with or without a network.

    Parameters
    ----------
    payload : dict
        As `autograd.viz.player.payload.payload` makes it, with a title, a theme and a start.
    transcript : str
        What stands there if no script may run: the steps in words.
    """
    loader, hashes, code = _scripts(payload["structure"].get("architecture") is not None)
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    title = escape(payload["title"])
    body = (
        f'<main id="still"><h1>{title}</h1><p>{UNPLAYED}</p>'
        f"<pre>{escape(transcript)}</pre></main>\n"
        f"{element('score', as_json(payload))}\n{code}\n<script>{loader}</script>"
    )
    text = _document(payload["title"], policy, f"<style>{OWN}</style>\n", body)
    return text.encode("ascii", "xmlcharrefreplace").decode()


@cache
def _scripts(architecture: bool) -> tuple[str, str, str]:
    """Return the loader, the names of both scripts for a policy, and style and code packed."""
    loader = _strict(_lean(_static("loader.js")))
    code = _strict(f"{script(architecture)}\n{BEGIN}")
    inside = f"{element('style', style())}\n{element('code', code)}"
    return loader, f"{_hash(loader)} {_hash(code)}", inside


def _strict(code: str) -> str:
    """Return code in a scope of its own."""
    return f'"use strict";(() => {{\n{code}\n}})();'


def _hash(code: str) -> str:
    """Return the name by which a policy allows a script."""
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


def still(svg: str, title: str, transcript: str, note: str = "") -> str:
    """Return an HTML document that shows a drawing and a transcript, and plays nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    words = f"<p>{escape(note)}</p>\n<pre>{escape(transcript)}</pre>"
    return _document(title, policy, "", f"<main>\n{image(svg, title)}\n{words}\n</main>")


def _document(title: str, policy: str, head: str, body: str) -> str:
    """Return an HTML document; its policy stands before anything that it could forbid."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n{GENERATOR}\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def is_page(path: Path) -> bool:
    """Whether a file is a page that was made here."""
    if not path.is_file():  # reading a FIFO would wait for a writer
        return False
    try:
        with path.open("rb") as file:
            return GENERATOR.encode() in file.read(2000)
    except OSError:
        return False


def as_json(payload: dict[str, Any]) -> str:
    """Return a payload as JSON."""
    return json.dumps(payload, separators=(",", ":"), allow_nan=False)


@cache
def script(architecture: bool = True) -> str:
    """Return the player's script without comments and indentation.

    Pages of graphs do without what shows an architecture.
    """
    names = [n for n in SCRIPTS if architecture or not n.startswith("architecture")]
    text = "\n".join(_source(f"{name}.js") for name in names)
    # The few signs beyond ASCII become escapes: a host may read the page in any encoding.
    return re.sub("[^\x00-\x7f]", lambda sign: f"\\u{ord(sign[0]):04x}", text)


@cache
def live_script() -> str:
    """Return the script as a module for a notebook whose kernel runs."""
    return f"{script()}\n{_lean(_static('live.js'))}"


@cache
def style() -> str:
    """Return the player's style sheet, the themes before it."""
    lines = [f'.glassgrad[data-theme="{name}"]{{{_roles(name)}}}' for name in THEMES]
    # Paper is white whatever the screen was.
    lines.append(f'@media print{{.glassgrad[data-theme="dark"]{{{_roles("lecture")}}}}}')
    return _lean("\n".join([*lines, *(_static(f"{name}.css") for name in STYLES)]))


def _roles(name: str) -> str:
    """Return the colours of a theme as custom properties."""
    colours = {**THEMES[name], **_MORE[name]}
    return "".join(f"--{role.replace(' ', '-')}:{colour};" for role, colour in colours.items())


def _static(name: str) -> str:
    return (files("autograd.viz.player") / "static" / name).read_text("utf-8")


def _source(name: str) -> str:
    """Return a script as the page has it; a vendored one keeps its licence."""
    return _static(name) if name.startswith("vendor/") else _lean(_static(name))


def _lean(text: str) -> str:
    """Leave out comments and indentation; line breaks stay, on which JavaScript may depend."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
