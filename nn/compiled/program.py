"""A training step as a program: forward pass, loss, gradients and the step of the optimiser.

1. The step is written as a function, which runs the layers, the loss and the rule of the optimiser
   as they are.  It assigns new values to the weights, to what the optimiser remembers and to
   running statistics.
2. `autograd.compile` makes a program of it.  Weights, memory and statistics are its state; inputs,
   targets, learning rates and step counts are its arguments.
3. Whatever else the step depends on, such as the mode of a layer or the weight decay, is part of
   the program.  It is looked at before each run, and where it has changed, another program is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain
from operator import is_, itemgetter
from threading import RLock
from typing import Any, TypeAlias

import autograd as ag
from autograd.core.assumptions import AssumptionBroken, WatchesItself, assuming
from autograd.core.capturing import checked, is_captured, name_state
from nn.compiled.leaves import constants, leaves
from nn.compiled.memory import CountsDiffer, Memory, MemoryMissing, Numbers
from nn.compiled.switches import switched
from nn.inspection.modes import generators
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.options import plain
from nn.utils.clipping import clipped

# A batch: arrays, or nested structures of them.
Arrays: TypeAlias = "ag.ArrayLike | tuple[Any, ...] | Mapping[str, Any]"
Loss: TypeAlias = Callable[[Any, Any], Any]
# From inputs and targets to the loss, and whatever else a run shall return.
Forward = Callable[[Any, Any], tuple[Any, Any]]
Check = Callable[[str, Any], Callable[[Any], None]]
# The attributes of every optimiser.
OF_ALL = {"defaults", "held_by", "_state", "loaded_rates", "param_groups"}
NUMBER_OF_ALL = len(OF_ALL)


class StepProgram(WatchesItself):
    """All programs of one training: for each mode, option and shape that was met.

    Parameters
    ----------
    owner : str
        What messages begin with.
    forward : callable
        ``forward(inputs, targets)`` returns the loss, and something else.
    watched : tuple of modules and functions
        What ``forward`` is made of.
    optimizer : Optimizer
    max_norm : float, optional
        Bounds the norm of the gradients.
    check : callable, optional
        ``check(what, tensor)`` returns what looks at the loss, each gradient and each new value.
    backend : str
        As for `autograd.compile`.
    """

    def __init__(
        self,
        owner: str,
        forward: Forward,
        watched: tuple[object, ...],
        optimizer: Optimizer,
        max_norm: float | None = None,
        check: Check | None = None,
        backend: str = "auto",
    ) -> None:
        if type(optimizer).step is not Optimizer.step:
            raise ag.OptionError(
                f"{owner}: {type(optimizer).__name__} has a step of its own, which computes the "
                "loss several times or decides by its value; write optimizer.step(closure) in a "
                "loop of your own"
            )
        ag.compile(backend=backend)  # which looks at its name
        self.owner, self.forward, self.watched = owner, forward, watched
        self.optimizer, self.max_norm, self.backend = optimizer, max_norm, backend
        self.check = check
        self.modules = [x for x in watched if isinstance(x, Module)]
        self._generators = [rng for m in self.modules for _, rng in generators(m)]
        self.memory = Memory(optimizer)
        self._lock = RLock()  # of one step at a time, which counts the steps
        self._moving = ["lr"]  # options that are arguments
        self._fixed: list[str] = []  # others
        self._options: list[Any] = []  # what they are in each group
        self._read = itemgetter(*optimizer.defaults)
        self._seen: list[Any] = []  # all options at the last look
        self._parts: list[Any] = []  # its parameters and own attributes then
        self._rates: list[Any] = []  # what those are that are arguments
        self._given: dict[str, Any] = {}  # the same as floats, by their names
        self._known: dict[str, tuple[Any, Any, list[Any]]] = {}
        self._program: Any = None
        self._general: Any = None  # for numbers of which nothing is assumed

    def run(self, inputs: Arrays, targets: Arrays) -> Any:
        """Make a step; return the loss and what else ``forward`` returns.

        Raises
        ------
        MemoryMissing
            If the optimiser has to make a first step by itself; nothing has changed.

        After an error of this package the generators of the modules draw what they would have
        drawn.
        """
        with self._lock:
            return self._made_with_generators(inputs, targets)

    def _made_with_generators(self, inputs: Arrays, targets: Arrays) -> Any:
        if not self._generators:
            return self._made(inputs, targets)
        before = [rng.bit_generator.state for rng in self._generators]
        try:
            return self._made(inputs, targets)
        except ag.GlassgradError:
            for rng, state in zip(self._generators, before, strict=True):
                rng.bit_generator.state = state
            raise

    def _made(self, inputs: Arrays, targets: Arrays) -> Any:
        self._look_at_options()
        try:
            result, self.memory.numbers = self._run(inputs, targets)
        except CountsDiffer as error:  # a parameter was frozen, whose steps are not counted now
            self.memory.take(error.moved)
            self._choose()
            result, self.memory.numbers = self._run(inputs, targets)
        self.optimizer.zero_grad()
        return result

    def _run(self, inputs: Any, targets: Any) -> Any:
        given = {"inputs": inputs, "targets": targets, "memory": self.memory.numbers, **self._given}
        try:
            return self._program.applied((), given)
        except (AssumptionBroken, ag.IndexingError):  # such as a target that is left out
            return self._general.applied((), given)

    def _look_at_options(self) -> None:
        """Read the options of the groups, and choose another program if they ask for one."""
        optimizer, before = self.optimizer, self._parts
        groups = optimizer.param_groups
        if len(groups) == 1 and len(vars(optimizer)) == NUMBER_OF_ALL:  # no attributes of its own
            parts, options = groups[0]["params"], [self._read(groups[0])]
        else:
            options = list(map(self._read, groups))
            parts = [x for group in groups for x in (*group["params"], None)]
            parts += chain.from_iterable(self._own_attributes())
        same = len(parts) == len(before) and all(map(is_, parts, before))
        taken = same and optimizer.held_by is self.memory
        if taken and options == self._seen and self._program is not None:
            return
        if taken and self._program is not None and self._have_rates_moved_alone():
            self._take_rates()
        else:
            self._program = None  # an interrupt must not leave that of before
            if not taken:
                self.memory.take()
                self._parts = list(parts)
            self._note_moving(groups)
            self._take_rates()
            self._choose()
        self._seen = options

    def _have_rates_moved_alone(self) -> bool:
        """Return whether no option has changed but those that are arguments."""
        groups = self.optimizer.param_groups
        if [[group[name] for name in self._fixed] for group in groups] != self._options:
            return False
        rates = [[group[name] for name in self._moving] for group in groups]
        return list(map(_switches, rates)) == list(map(_switches, self._rates))

    def _own_attributes(self) -> list[tuple[str, Any]]:
        """Return what a class of the user's has given to its optimiser, by name."""
        attributes = vars(self.optimizer)
        if len(attributes) == len(OF_ALL):
            return []
        return [(name, x) for name, x in attributes.items() if name not in OF_ALL]

    def _take_rates(self) -> None:
        """Check all options, and keep those that are arguments."""
        groups = self.optimizer.param_groups
        for group in groups:
            self.optimizer.options_of(group)
        self._rates = [[group[name] for name in self._moving] for group in groups]
        columns = [list(map(_as_floats, column)) for column in zip(*self._rates, strict=True)]
        several = len(groups) > 1
        self._given = {
            name: column if several else column[0]
            for name, column in zip(self._moving, columns, strict=True)
        }

    def _note_moving(self, groups: Sequence[Any]) -> None:
        """Make an argument of an option that changes, such as the momentum in a cycle."""
        before = {name: [row[i] for row in self._options] for i, name in enumerate(self._fixed)}
        for name, values in before.items():
            now = [group[name] for group in groups]
            if now != values and len(now) == len(values) and all(map(_can_move, now, values)):
                self._moving.append(name)
        self._fixed = [name for name in self.optimizer.defaults if name not in self._moving]
        self._options = [[group[name] for name in self._fixed] for group in groups]

    def _choose(self) -> None:
        """Take the program for the options and the memory that there are now, or make one."""
        switches = list(map(_switches, self._rates))
        parts = [x if isinstance(x, (int, float, str)) else id(x) for x in self._parts]
        key = str((self._moving, switches, self._options, self.memory.shape, parts))
        if key not in self._known:
            pair = self._compiled(assumes=True), self._compiled(assumes=False)
            self._known[key] = *pair, self._parts  # kept, so that their ids stay theirs
        self._program, self._general, _ = self._known[key]

    def _compiled(self, assumes: bool) -> Any:
        """Compile the step; what it is made of is watched, the rest looks after itself."""
        watched = (*self.watched, type(self.optimizer), self._own_attributes())

        def step(
            inputs: Any, targets: Any, memory: Any, *, watched: Any = watched, **options: Any
        ) -> Any:
            with assuming() if assumes else nullcontext():
                return self._step(inputs, targets, memory, options)

        compiled = ag.compile(step, backend=self.backend)
        compiled.as_arrays, compiled.keeps = True, (self.memory, "numbers")
        return compiled

    @property
    def program(self) -> Any:
        """The newest program, or None."""
        return None if self._program is None else self._program.program

    @property
    def optimised(self) -> Any:
        """What the passes made of it, or None."""
        return None if self._program is None else self._program.optimised

    @property
    def source(self) -> Any:
        """The Python that it runs as, or None."""
        return None if self._program is None else self._program.source

    def explain(self, passes: bool = False) -> str:
        """Return what the passes of the compiler did."""
        program = self._program or self._compiled(assumes=True)
        explanation: str = program.explain(passes)
        return explanation

    # What is captured

    def _step(
        self, inputs: Any, targets: Any, numbers: list[Numbers], options: dict[str, Any]
    ) -> tuple[Any, list[Numbers]]:
        """Make a step."""
        if is_captured():
            self._check_hooks()
            for module in self.modules:
                name_state(dict(module.named_buffers()))
        loss, more = self.forward(inputs, targets)
        if not (loss.name or loss.is_leaf):
            loss.name = "loss"
        reached = set(leaves(loss))
        groups = self.optimizer.param_groups
        learned = [p for group in groups for p in group["params"] if p in reached]
        self.memory.check_parts(set(learned))
        gradients = ag.gradients(loss, learned) if learned else []
        with ag.no_grad():
            if self.check is not None:
                loss = checked(loss, self.check("loss", None))
                pairs = zip(gradients, learned, strict=True)
                gradients = [checked(g, self.check("gradient", p)) for g, p in pairs]
            if self.max_norm is not None:
                gradients = clipped(gradients, self.max_norm)
            numbers = self._moved(dict(zip(learned, gradients, strict=True)), options, numbers)
            loss, more = constants((loss, more))
        return (loss, more), numbers

    def _moved(
        self, gradients: dict[ag.Tensor, Any], given: dict[str, Any], numbers: list[Numbers]
    ) -> list[Numbers]:
        """Move every parameter, as `Optimizer.step` does; return the new numbers."""
        new_numbers = [dict(several) for several in numbers]
        groups = self.optimizer.param_groups
        for i, group in enumerate(groups):
            options = self.optimizer.options_of(group)
            for name, value in given.items():
                options[name] = switched(value[i] if len(groups) > 1 else value)
            up = options.pop("maximize", False)
            for p in group["params"]:
                if p in gradients:
                    g = -gradients[p] if up else gradients[p]
                    memory = self.memory.of(p, numbers)
                    new = self.optimizer.moved(p, p, g, memory, options)
                    if self.check is not None:
                        new = checked(new, self.check("step", p))
                    ag.assign(p, new)
                    self.memory.note(p, memory, new_numbers)
        return new_numbers

    def _check_hooks(self) -> None:
        for root in self.modules:
            for path, module in root.named_modules():
                if module._hooks:
                    kind = f"{type(module).__name__} {path}".rstrip()
                    raise ag.CaptureError(
                        f"{self.owner}: {kind} has a forward hook, which a program would not call; "
                        "remove it, or make the steps eagerly"
                    )


def _can_move(new: Any, old: Any) -> bool:
    """Return whether an option is one number or some."""
    if isinstance(new, (list, tuple)):
        return len(new) == len(old) and all(map(_can_move, new, old))
    return type(plain(new)) is float and type(plain(old)) is float


def _as_floats(x: Any) -> Any:
    return tuple(map(_as_floats, x)) if isinstance(x, (list, tuple)) else float(x)


def _switches(x: Any) -> Any:
    """Return which options are not 0: rules ask, as in ``if momentum``."""
    return tuple(map(_switches, x)) if isinstance(x, (list, tuple)) else bool(x)


__all__ = ["MemoryMissing", "StepProgram"]
