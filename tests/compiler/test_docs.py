"""docs/compile.md shows what its code prints; ``python -m tests.compiler.test_docs`` writes it."""

import io
import re
from contextlib import redirect_stdout
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "compile.md"
BLOCK = re.compile(r"```python\n(.*?)```\n(\n```text\n.*?```\n)?", re.DOTALL)


def printed_anew(page):
    """Return the page with what its blocks of code print now below each that prints."""
    space = {}

    def run(block):
        out = io.StringIO()
        with redirect_stdout(out):
            exec(block[1], space)
        text = out.getvalue().rstrip()
        return f"```python\n{block[1]}```\n" + (f"\n```text\n{text}\n```\n" if text else "")

    return BLOCK.sub(run, page)


def test_the_page_shows_what_its_code_prints():
    page = PAGE.read_text()
    assert printed_anew(page) == page


if __name__ == "__main__":
    PAGE.write_text(printed_anew(PAGE.read_text()))
