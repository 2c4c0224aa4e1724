"""The notebooks: made from their sources, executed, and compared with what is stored.

``python -m tests.notebooks`` makes every notebooks/*.ipynb from the .py of its name, executes it in
a fresh kernel, and writes it.  With ``--check`` it executes, too, but writes nothing and says what
is not fresh.  Behind either may stand which, as in ``python -m tests.notebooks 06 07``.  It needs
``pip install -e ".[notebooks]"``.
"""

import argparse
import math
import os
import re
import sys
from collections.abc import Iterator
from html import unescape
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autograd.viz.player.packing import unpacked

FOLDER = Path(__file__).parent.parent / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# What runs before the first cell: no Graphviz, so that the built-in layout places all boxes, and no
# tqdm, since a bar shows how long everything took.
STARTUP = """import os, sys
os.environ["PATH"] = ""
sys.modules["pygraphviz"] = sys.modules["tqdm"] = None
"""
ANSWER = re.compile(r"```python\n(.*?)```", re.DOTALL)
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")
TAG = re.compile(r"<style\b.*?</style>|<[^>]*>", re.DOTALL)
# Pictures in base64, which depend on the last digit of a number.
VARYING = re.compile(r"base64,[\w+/=]+")


def build(source: Path) -> Any:
    """Make a notebook from its source and execute it.

    Parameters
    ----------
    source : Path
        In Jupytext's percent format.

    Returns
    -------
    NotebookNode
        Without paths, names or times of this machine.

    Raises
    ------
    SystemExit
        If the answer that its exercise gives is not accepted.
    """
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = METADATA
    notebook.cells += solution(notebook)
    for place, cell in enumerate(notebook.cells):
        cell.id, cell.metadata = f"cell-{place}", {}
    with TemporaryDirectory() as home:
        startup = Path(home, "profile_default", "startup")
        startup.mkdir(parents=True)
        (startup / "layout.py").write_text(STARTUP)
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": home}},
        )
        client.execute(env={**os.environ, "IPYTHONDIR": home})
    notebook.metadata = METADATA  # the kernel has added the version of Python
    *notebook.cells, _, proof = notebook.cells
    if "Right:" not in words(proof):
        sys.exit(f"{source.name}: the answer of the exercise is not accepted")
    return notebook


def solution(notebook: Any) -> list[Any]:
    """Return the answer that the last text gives, and the last cell, which checks it."""
    from nbformat.v4 import new_code_cell

    *_, task, _, check = notebook.cells
    (answer,) = ANSWER.findall(task.source)
    return [new_code_cell(answer), new_code_cell(check.source)]


def words(cell: Any) -> list[str]:
    """Return the words of a cell's outputs, and their kinds; of a picture the visible ones."""
    seen = []
    for output in cell.get("outputs", ()):
        texts = {"stream": output.get("text", ""), **output.get("data", {})}
        for kind, text in sorted(texts.items()):
            if kind in ("image/png", "image/jpeg"):
                text = ""  # its last bits depend on the machine's fonts
            if "html" in kind:
                text = VARYING.sub("", unpacked(text))
            if "svg" in kind:
                text = unescape(TAG.sub(" ", text))
            # The bound on an error depends on the last bit of a machine's exp.
            seen += [output.output_type, kind, *re.sub(r"\+- \S+", "+- bound", text).split()]
    return seen


def alike(ours: str, theirs: str) -> bool:
    """Return whether two words are equal, but for the seventh digit of their numbers."""
    mine, other = NUMBER.findall(ours), NUMBER.findall(theirs)
    return NUMBER.sub("0", ours) == NUMBER.sub("0", theirs) and all(
        math.isclose(float(a), float(b), rel_tol=1e-6, abs_tol=1e-12)
        for a, b in zip(mine, other, strict=True)
    )


def stale(built: Any, stored: Any) -> Iterator[str]:
    """Say what differs between a notebook as it is built now and as it is stored."""
    for place, (now, then) in enumerate(zip_longest(built.cells, stored.cells)):
        if now is None or then is None or now.source != then.source:
            yield f"cell {place}: the source has changed"
            return
        for ours, theirs in zip_longest(words(now), words(then), fillvalue=""):
            if not alike(ours, theirs):
                yield f"cell {place}: {ours!r} now, {theirs!r} stored"
                break


def main() -> int:
    """Write all notebooks, or check that they are fresh."""
    import nbformat

    parser = argparse.ArgumentParser(prog="python -m tests.notebooks", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    parser.add_argument("names", nargs="*", help="only those whose names begin so, such as 06")
    options = parser.parse_args()
    check, found = options.check, 0
    for source in SOURCES:
        if options.names and not source.name.startswith(tuple(options.names)):
            continue
        built, path = build(source), source.with_suffix(".ipynb")
        if not check:
            nbformat.write(built, path)
            continue
        stored = nbformat.read(path, as_version=4) if path.exists() else nbformat.v4.new_notebook()
        for difference in stale(built, stored):
            found = 1
            print(f"{path.name}, {difference}")
    return found


if __name__ == "__main__":
    sys.exit(main())
