"""What every doctest may use without importing it."""

from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _numpy_for_doctests(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace["np"] = np
