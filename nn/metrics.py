"""stub, replaced."""

from typing import Any

import numpy as np


def accuracy(outputs: Any, targets: Any) -> float:
    return float(np.mean(np.argmax(outputs, 1) == targets))
