"""The settings of the engine: `ag.config`."""

from __future__ import annotations

from autograd.core.messages import one_line
from autograd.ops.kernels.llvm import choice

NAMES = ("kernels",)


class Config:
    """The settings of the engine, as attributes that are read and assigned.

    Attributes
    ----------
    kernels : str
        Reading it says which kernels are in use, and why.  Assigning "llvm" chooses those that LLVM
        compiles for this processor, "numpy" those of NumPy, and "auto", which holds until then,
        LLVM's where llvmlite is installed.  The environment variable ``GLASSGRAD_KERNELS`` takes
        the same names.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.config.kernels = "numpy"
    >>> ag.config.kernels
    'numpy: chosen'
    >>> ag.config.kernels = "auto"
    """

    __slots__ = ()

    @property
    def kernels(self) -> str:
        """Which kernels are in use, and why."""
        return choice.described()

    @kernels.setter
    def kernels(self, name: str) -> None:
        choice.choose(name)

    def __setattr__(self, name: str, value: object) -> None:
        if name not in NAMES:
            known = ", ".join(NAMES)
            raise AttributeError(f"config has no setting {one_line(name)}; it has: {known}")
        object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return "\n".join(f"{name} = {getattr(self, name)}" for name in NAMES)


config = Config()
