"""Pictures."""

from typing import Any


def curves(history: Any) -> Any: ...
