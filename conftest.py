"""How many threads a worker takes, and doctests run as a reader pastes them."""

import os

# As many workers run as there are processors, and more threads would only get in each other's way.
# It is read when NumPy is imported.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import pytest  # noqa: E402


@pytest.fixture(autouse=True)
def _empty_namespace_for_doctests(request: pytest.FixtureRequest) -> None:
    example = getattr(request.node, "dtest", None)
    if example is not None:
        name = example.globs.get("__name__")
        example.globs.clear()
        example.globs["__name__"] = name
