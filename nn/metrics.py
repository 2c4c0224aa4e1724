"""stub, replaced."""

import numpy as np
from typing import Any


def accuracy(outputs: Any, targets: Any) -> float:
    return float(np.mean(np.argmax(outputs, 1) == targets))
