"""What every doctest may use without importing it, and how many threads a worker takes."""

import os

# As many workers run as there are processors, and more threads would only get in each other's way.
# It is read when NumPy is imported.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

from typing import Any  # noqa: E402

import numpy as np  # noqa: E402
import pytest  # noqa: E402


@pytest.fixture(autouse=True)
def _numpy_for_doctests(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["np"] = np
