"""``nn.compile``: a whole training step as one program."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any

from numpy import ndarray

import autograd as ag
from autograd.core.calls import called
from autograd.core.context import current, open_blocks
from nn.checks import above_zero
from nn.compiled.memory import MemoryMissing
from nn.compiled.program import Arrays, Loss, StepProgram
from nn.module import Module
from nn.optim import Optimizer
from nn.utils import clip_grad_norm_


@called
def compile(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    *,
    max_norm: float | None = None,
    backend: str = "auto",
) -> CompiledStep:
    """Make one function of a training step, which runs as a program without the engine around it.

    ``step(inputs, targets)`` does what these lines do, several times faster for small networks::

        value = loss(model(inputs), targets)
        optimizer.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(parameters, max_norm)
        optimizer.step()

    Weights, running statistics and what the optimiser remembers are where they always are, so
    `state_dict`, `nn.save` and eager steps in between see the newest ones.  Afterwards ``p.grad``
    is None.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(outputs, targets)``, one number.
    optimizer : Optimizer
    max_norm : float, optional
        Bounds the norm of the gradients.
    backend : {"auto", "llvm", "numpy"}
        As for `autograd.compile`.

    Returns
    -------
    CompiledStep
        ``step(inputs, targets)`` makes a step and returns the loss before it.

    Raises
    ------
    autograd.OptionError
        If an argument is wrong, or the optimiser has a step of its own, as `LBFGS`.
    autograd.CaptureError
        When called: if the model or the loss reads numbers in Python, or a layer has a hook.

    Notes
    -----
    The step of the first call is made eagerly if the optimiser remembers something, since only its
    own step can begin that.  Other shapes, another mode of a layer, other options than numbers and
    parameters that are frozen make another program.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> net = nn.Linear(1, 1, bias=False)
    >>> net.weight.data = [[0.0]]
    >>> step = nn.compile(net, nn.mse_loss, nn.optim.SGD(net.parameters(), lr=0.25))
    >>> x = np.array([[1.0]])
    >>> [float(step(x, 2 * x)) for _ in range(3)]
    [4.0, 1.0, 0.25]
    >>> net.weight.data
    array([[1.75]])
    """
    if not isinstance(model, Module):
        raise ag.OptionError(f"compile: takes a module first, not {type(model).__name__}")
    if not callable(loss):
        raise ag.OptionError(
            f"compile: the loss is a {type(loss).__name__}; give a function of outputs and "
            "targets, such as nn.cross_entropy"
        )
    if not isinstance(optimizer, Optimizer):
        raise ag.OptionError(
            f"compile: optimizer is a {type(optimizer).__name__}; give an object, such as "
            "nn.optim.SGD(net.parameters(), lr=0.1)"
        )
    if max_norm is not None:
        above_zero("compile", max_norm=max_norm)
    parts = [x for x in (model, loss) if isinstance(x, Module)]
    known = {p for part in parts for p in part.parameters()}
    if known.isdisjoint(p for group in optimizer.param_groups for p in group["params"]):
        raise ag.OptionError(
            f"compile: {type(optimizer).__name__} has no parameter of {type(model).__name__}; make "
            f"it of those of this model, as nn.optim.{type(optimizer).__name__}(net.parameters())"
        )
    return CompiledStep(model, loss, optimizer, max_norm, backend)


@dataclass(frozen=True, eq=False, repr=False)
class CompiledStep:
    """A training step that runs as a program; see `compile`.

    Attributes
    ----------
    model : Module
    loss : callable
    optimizer : Optimizer
    max_norm : float or None
        Make another step for others: these cannot be set.
    """

    model: Module
    loss: Loss
    optimizer: Optimizer
    max_norm: float | None
    backend: InitVar[str] = "auto"
    _steps: StepProgram = field(init=False)

    def __post_init__(self, backend: str) -> None:
        parts = self.model, self.loss
        steps = StepProgram(
            "compile", self._forward, parts, self.optimizer, self.max_norm, backend=backend
        )
        object.__setattr__(self, "_steps", steps)

    def __call__(self, inputs: Arrays, targets: Arrays) -> Any:
        """Make a step, and return the loss before it."""
        if open_blocks and not current().recording:
            raise ag.GradientError(
                "compile: a step inside of ag.no_grad(), where there are no gradients; call it "
                "outside of the block"
            )
        if type(inputs) is not ndarray or type(targets) is not ndarray:  # arrays need no look
            inputs, targets = _arrays(inputs), _arrays(targets)
        try:
            value = self._steps.run(inputs, targets)[0]
            # A Tensor where the step was not run as a program, as a transform is around it.
            return value.data if isinstance(value, ag.Tensor) else value
        except ag.CaptureError:
            raise
        except ag.GlassgradError as error:
            # A first step, or one with a mistake, which an eager one explains.
            loss = self._eagerly(inputs, targets)
            if not isinstance(error, MemoryMissing):
                warnings.warn(f"compile: made a step eagerly; {error}", stacklevel=2)
            return loss

    def _forward(self, inputs: Any, targets: Any) -> tuple[Any, tuple[()]]:
        loss = self.loss(self.model(inputs), targets)
        if not isinstance(loss, ag.Tensor) or not loss.requires_grad:
            raise ag.GradientError(
                "compile: the loss depends on no parameter that is learned; compute it from the "
                "outputs with functions of ag or nn"
            )
        if loss.shape != ():
            raise ag.ShapeError(
                f"compile: the loss has shape {loss.shape}; it must be one number, a mean"
            )
        return loss, ()

    def _eagerly(self, inputs: Any, targets: Any) -> Any:
        loss, _ = self._forward(inputs, targets)
        self.optimizer.zero_grad()
        loss.backward()
        if self.max_norm is not None:
            parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
            clip_grad_norm_(parameters, self.max_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.data

    @property
    def program(self) -> Any:
        """The newest program, whose lines can be printed; None before the first."""
        return self._steps.program

    @property
    def optimised(self) -> Any:
        """What the passes made of the program; None before the first."""
        return self._steps.optimised

    @property
    def source(self) -> Any:
        """The Python that the newest program runs as; None before the first."""
        return self._steps.source

    def explain(self, passes: bool = False) -> str:
        """Say what was made of the newest program: in words, or pass by pass, line by line."""
        return self._steps.explain(passes)

    def __repr__(self) -> str:
        of = ", ".join(type(x).__name__ for x in (self.model, self.optimizer))
        return f"CompiledStep({of})"


def _arrays(x: Any) -> Any:
    """Return numbers and lists of numbers as arrays, which are arguments of the program."""
    if hasattr(x, "dtype"):
        return x
    if isinstance(x, Mapping):
        return {name: _arrays(part) for name, part in x.items()}
    if isinstance(x, tuple):
        return tuple(map(_arrays, x))
    return ag.tensor(x).data
