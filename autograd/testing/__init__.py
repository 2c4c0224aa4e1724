"""Property-based testing of derivatives, for this engine's operations and for yours.

The checks take a function and a point:

- `check_grad` compares the derivatives of any function, to any order, with numerical ones;
- `check_vjp` does so for the rules of one primitive;
- `check_subgradient` looks at the slope taken on a kink;
- `taylor_test` measures how fast Taylor's remainder vanishes.

`battery` and `strategies` let Hypothesis choose the points, as hard as `load_profile` says.  They
need the extra ``testing``.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from autograd.core.lazy import loaded
from autograd.errors import CheckError, GradientMismatch, InconclusiveCheck
from autograd.testing.budget import Budget
from autograd.testing.checks import check_grad, check_vjp
from autograd.testing.kinks import check_subgradient
from autograd.testing.report import Report
from autograd.testing.taylor import taylor_test

__all__ = [
    "Budget",
    "CheckError",
    "GradientMismatch",
    "InconclusiveCheck",
    "Report",
    "check_grad",
    "check_subgradient",
    "check_vjp",
    "taylor_test",
]
if find_spec("hypothesis"):  # else `import *` would fail
    __all__ += ["battery", "load_profile", "strategies"]

if TYPE_CHECKING:
    from autograd.testing import strategies as strategies
    from autograd.testing.battery_runner import battery as battery
    from autograd.testing.profiles import load_profile as load_profile

# What needs Hypothesis, and where it is.
_LAZY = {
    "battery": "autograd.testing.battery_runner",
    "load_profile": "autograd.testing.profiles",
    "strategies": "autograd.testing.strategies",
}


def __getattr__(name: str) -> Any:
    """Import what needs Hypothesis when it is first used."""
    if name not in _LAZY:
        raise AttributeError(f"module 'autograd.testing' has no attribute {name!r}")
    try:
        return loaded(__name__, name, _LAZY)
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise ImportError(
            f"autograd.testing.{name} needs Hypothesis: pip install 'glassgrad[testing]'"
        ) from None
