"""The player as it looks, for the documentation and for people to look at.

``python -m tests.screenshots`` takes docs/player/*.png in the Chromium of this machine, without a
network.  It needs ``pip install -e ".[browser]"``.
"""

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import autograd as ag
from tests.architectures import ARCHITECTURES
from tests.browser.conftest import NAMES
from tests.browser.graphs import convolution
from tests.browser.reader import Reader
from tests.browser.test_accessibility import PHONE
from tests.browser.test_lessons import forgetful
from tests.browser.test_notebook import sanitised
from tests.gallery import lecture_neuron, variable

FOLDER = Path(__file__).parent.parent / "docs" / "player"
COLOURS = 200
DESKTOP = {"width": 1100, "height": 720}
HIGH = {"width": 1100, "height": 900}
TALL = {"width": 1100, "height": 1080}
SCREEN = {"width": 1440, "height": 900}
PROJECTOR = {"width": 1920, "height": 1080}
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
    return opened(neuron()).press("End")


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


def predicting(opened, **options):
    return opened(neuron(at=15), **options).press("p", "ArrowRight")


@shot
def predict(opened):
    return predicting(opened)


@shot
def hint(opened):
    return predicting(opened, viewport=HIGH).type("0.53").press("Enter")


@shot
def breakpoints(opened):
    reader = opened(neuron(at=21)).press("b", "Home", "r", "r", "r")
    reader.frame.get_by_role("button", name="Breakpoints").click()
    return reader


@shot
def nudge(opened):
    return opened(neuron(), viewport=HIGH).press("End", "n")


@shot
def compare(opened):
    trace = ag.trace(ag.sigmoid(variable(0.5, "x") * 2.0))
    return opened(ag.draw(trace, depth=1, engine="builtin").html, viewport=HIGH).press("End", "c")


@shot
def spot(opened):
    found = forgetful()
    drawing = ag.draw(found.mine, at=found.index, engine="builtin")
    return opened(drawing.player(beside=found._beside()).html, viewport=TALL)


@shot
def dark(opened):
    return opened(neuron(at=17, theme="dark"))


@shot
def phone(opened):
    return opened(neuron(at=17), **PHONE)


def layer(opened, **options):
    """Show the step at which a layer's weights get their gradient."""
    trace = affine()
    at = next(i for i, e in enumerate(trace) if e.kind == "vjp" and name_of(trace, e) == "W")
    return opened(ag.draw(trace, at=at, engine="builtin").html, **options)


def name_of(trace, event):
    return trace.graph[event.input].name


def affine():
    """A layer of two units with small numbers, and its squared error."""
    x = ag.tensor([[1.0, 2.0], [0.0, -1.0], [3.0, 1.0]], name="x")
    w = variable([[0.5, -1.0], [1.0, 2.0]], "W")
    b = variable([0.5, -0.5], "b")
    y = ag.relu(x @ w + b)
    return ag.trace(ag.mean(ag.square(y - [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])))


@shot
def matrices(opened):
    return layer(opened, viewport=SCREEN)


@shot
def matrices_dark(opened):
    return layer(opened, viewport=SCREEN, color_scheme="dark")


@shot
def matrices_phone(opened):
    return layer(opened, **{**PHONE, "viewport": {"width": 390, "height": 1100}})


@shot
def present(opened):
    return layer(opened, viewport=PROJECTOR).press("P")


@shot
def resnet(opened):
    loss, x = ARCHITECTURES["resnet18"]()
    return opened(ag.draw(loss, x, view="architecture").html, viewport=SCREEN).press("End")


@shot
def resnet_block(opened):
    loss, x = ARCHITECTURES["resnet18"]()
    drawing = ag.draw(loss, x, view="architecture", open=["layer2.0"])
    conv = next(b for b in drawing.view.architecture.boxes if b.path == "layer2.0.conv1")
    reader = opened(drawing.html, viewport=SCREEN).press("End")
    reader(f'g[data-box="{conv.id}"]').click()
    return reader


@shot
def intervene(opened):
    reader = opened(neuron(), viewport=HIGH).press("End")
    reader(".stage g.leaf").first.click()
    return reader.press("i")


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


def main(*names: str) -> None:
    """Take the shots of these names, by default all."""
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

        for name in names or SHOTS:
            png = SHOTS[name](opened).page.screenshot(animations="disabled")
            (FOLDER / f"{name}.png").write_bytes(small(png))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
