"""The player as it looks, for the documentation and for people to look at.

``python -m tests.screenshots`` takes docs/player/*.png in the Chromium of this machine, without a
network.  It needs ``pip install -e ".[browser]"``.
"""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import autograd as ag
from tests.browser.conftest import NAMES
from tests.browser.graphs import convolution
from tests.browser.reader import Reader
from tests.browser.test_accessibility import PHONE
from tests.browser.test_lessons import forgetful
from tests.browser.test_notebook import sanitised
from tests.gallery import lecture_neuron, variable

FOLDER = Path(__file__).parent.parent / "docs" / "player"
COLOURS = 64
DESKTOP = {"width": 1100, "height": 720}
TALL = {"width": 1100, "height": 1080}
Visit = Callable[[Callable[..., Reader]], Reader]
SHOTS: dict[str, Visit] = {}


def shot(visit: Visit) -> Visit:
    SHOTS[visit.__name__] = visit
    return visit


def neuron(**options: Any) -> str:
    return ag.draw(lecture_neuron(), engine="builtin", **options).html


@shot
def start(opened):
    return opened(neuron(at=-1))


@shot
def middle(opened):
    return opened(neuron(at=17))


@shot
def end(opened):
    return opened(neuron())


def convolving(opened, kind, pane, cell):
    trace = convolution()
    at = next(
        i
        for i, event in enumerate(trace)
        if event.kind == kind and trace.graph[event.node].gate == "conv"
    )
    reader = opened(ag.draw(trace, at=at, engine="builtin").html, viewport=TALL)
    reader(f'td[data-pane="{pane}"][data-index="{cell}"]').focus()
    return reader


@shot
def tensor_forward(opened):
    return convolving(opened, "forward", "out", 4)


@shot
def tensor_backward(opened):
    return convolving(opened, "vjp", "gift", 12)


def predicting(opened):
    return opened(neuron(at=15)).press("p", "ArrowRight")


@shot
def predict(opened):
    return predicting(opened)


@shot
def hint(opened):
    return predicting(opened).type("0.53").press("Enter")


@shot
def breakpoints(opened):
    reader = opened(neuron(at=21)).press("b", "Home", "r", "r", "r")
    reader.frame.get_by_role("button", name="Breakpoints").click()
    return reader


@shot
def nudge(opened):
    return opened(neuron(), viewport={**DESKTOP, "height": 860}).press("n")


@shot
def compare(opened):
    trace = ag.trace(ag.sigmoid(variable(0.5, "x") * 2.0))
    return opened(ag.draw(trace, depth=1, engine="builtin").html).press("c")


@shot
def spot(opened):
    found = forgetful()
    drawing = ag.draw(found.mine, at=found.index, engine="builtin")
    return opened(drawing.player(beside=found._beside()).html)


@shot
def dark(opened):
    return opened(neuron(at=17, theme="dark"))


@shot
def phone(opened):
    return opened(neuron(at=17), **PHONE)


@shot
def notebook(opened):
    reader = opened(in_notebook(ag.draw(lecture_neuron(), at=17, engine="builtin")._repr_html_()))
    reader("iframe").content_frame.locator(".card .product").wait_for()
    return reader


@shot
def fallback(opened):
    html = sanitised(ag.draw(lecture_neuron(), engine="builtin")._repr_html_())
    reader = opened(in_notebook(html))
    reader("summary").click()
    return reader


def in_notebook(html):
    """Put an output under the cell that made it."""
    code = "background:#f5f5f5;border:1px solid #ddd;padding:8px;margin:0 0 8px"
    return (
        "<!DOCTYPE html><meta charset='utf-8'><title>Notebook</title>"
        f"<body style='font:14px sans-serif;margin:16px'><pre style='{code}'>ag.draw(f)</pre>{html}"
    )


def small(png: bytes) -> bytes:
    """Return a picture with few colours, of which a page has few."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    made = io.BytesIO()
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(made, "PNG", optimize=True)
    return made.getvalue()


def main() -> None:
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    path = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--force-prefers-reduced-motion"],
        )

        def opened(html: str, **options: Any) -> Reader:
            page = Path(folder, "page.html")
            page.write_text(html, encoding="utf-8")
            settings = {"offline": True, "reduced_motion": "reduce", "viewport": DESKTOP}
            context = browser.new_context(**{**settings, **options})
            tab = context.new_page()
            tab.goto(page.as_uri())
            return Reader(tab)

        for name, visit in SHOTS.items():
            png = visit(opened).page.screenshot(animations="disabled")
            (FOLDER / f"{name}.png").write_bytes(small(png))
        browser.close()


if __name__ == "__main__":
    main()
