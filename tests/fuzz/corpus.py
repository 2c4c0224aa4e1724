"""What the search has found, in one JSON file for each part; a test replays all of it."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz import expressions, files, graphs, operations
from tests.fuzz.search import Case, Finding

PARTS = {m.PART.name: m.PART for m in (operations, expressions, files, graphs)}
FOLDER = Path(__file__).with_name("corpus")


def kept(name: str) -> list[dict[str, Case | str]]:
    """Return the cases of a part, each with what was once wrong with it."""
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []


def all_kept() -> Iterator[tuple[str, Case]]:
    """Yield the name of the part and the case."""
    for name in PARTS:
        for entry in kept(name):
            yield name, entry["case"]


def keep(finding: Finding) -> None:
    """Add a finding to the corpus."""
    entries = kept(finding.part.name)
    if finding.case not in [entry["case"] for entry in entries]:
        entries.append({"case": finding.case, "once": finding.text[:200]})
        path = FOLDER / f"{finding.part.name}.json"
        path.write_text(json.dumps(entries, indent=1) + "\n", "utf-8")
