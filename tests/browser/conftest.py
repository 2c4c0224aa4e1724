"""A browser without a network, and what it complained of."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.reader import Reader

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
SILENT = ("data:", "about:srcdoc", "about:blank")  # not requests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def launch() -> Iterator[Callable[..., Any]]:
    """Return a function that starts the Chromium of this machine; where there is none, say so."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail("playwright is missing: pip install -e '.[browser]'", pytrace=False)
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail(f"no browser is installed: none of {', '.join(NAMES)}", pytrace=False)
    with sync_playwright() as playwright:

        def launched(*more: str) -> Any:
            arguments = ["--no-sandbox", "--disable-gpu", *more]
            return playwright.chromium.launch(executable_path=path, args=arguments)

        yield launched


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Any]) -> Iterator[Any]:
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of a test complained of, and whom they asked; none of it at the end."""
    return []


@pytest.fixture
def open_page(
    browser: Any, complaints: list[str], tmp_path: Path
) -> Iterator[Callable[..., Reader]]:
    """Return a function that opens a document, with the network off."""
    contexts = []

    def opened(
        html: str, name: str = "page.html", browser: Any = browser, **options: Any
    ) -> Reader:
        path = tmp_path / name
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(
            **{"offline": True, "viewport": {"width": 1280, "height": 860}, **options}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        _listen(page, path.as_uri(), complaints)
        page.goto(path.as_uri())
        return Reader(page, scripts=options.get("java_script_enabled", True))

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(page: Any, address: str, complaints: list[str]) -> None:
    def said(message: Any) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    def asked(request: Any) -> None:
        if request.url != address and not request.url.startswith(SILENT):
            complaints.append(f"request: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
    page.on("request", asked)
