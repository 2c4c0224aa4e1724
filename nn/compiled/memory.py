"""What an optimiser remembers, while a program has it.

Between eager steps the memory is arrays and numbers in `Optimizer.state`.  A program reads and
writes Tensors, and gets numbers as arguments.  The memory is handed over once, before the first of
many compiled steps, and given back as soon as ``optimizer.state`` is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from nn.optim import Optimizer
from nn.optim.state import State

Numbers = dict[str, float]


class MemoryMissing(ag.GlassgradError):
    """The rule of the optimiser remembers something that it does not remember yet."""


class CountsDiffer(ag.GlassgradError):
    """Of the parameters that share numbers, some are moved by a step and others are not."""

    def __init__(self, *message: str, moved: Iterable[ag.Tensor] = ()) -> None:
        super().__init__(*message)
        self.moved = set(moved)


class Memory:
    """The memory of an optimiser, as what a program can use.

    Attributes
    ----------
    numbers : list of dict from str to float
        The numbers, such as ``"step"``.  Parameters with the same numbers share them.
    shape : tuple
        Which tensors and numbers each parameter has: a program is made for one such shape.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        self.numbers: list[Numbers] = []
        self.shape: tuple[Any, ...] = ()
        self._tensors: dict[ag.Tensor, dict[str, ag.Tensor]] = {}
        self._whole: dict[ag.Tensor, tuple[int, frozenset[str]]] = {}

    def take(self, moved: Collection[ag.Tensor] = ()) -> None:
        """Take over what the optimiser remembers.

        Numbers are not shared by a parameter in ``moved`` with one that is not.
        """
        state = self.optimizer.state
        shape: list[Any] = []
        self.numbers, self._whole = [], {}
        kinds: dict[Any, int] = {}
        for i, group in enumerate(self.optimizer.param_groups):
            for p in group["params"]:
                if (memory := state.get(p)) is None:
                    shape.append(None)
                    continue
                arrays = {n: x for n, x in memory.items() if hasattr(x, "dtype")}
                numbers = {n: self._number(n, x) for n, x in memory.items() if n not in arrays}
                number = kinds.setdefault((i, p in moved, *numbers.items()), len(kinds))
                if number == len(self.numbers):
                    self.numbers.append(numbers)
                whole = frozenset(n for n in numbers if type(memory[n]) is int)
                self._whole[p] = number, whole
                self._tensors[p] = self._taken(p, arrays)
                shape.append((number, *((n, t.dtype) for n, t in self._tensors[p].items())))
        self.shape = tuple(shape)
        self.optimizer.held_by = self

    def _number(self, name: str, value: Any) -> float:
        if type(value) not in (int, float):
            raise ag.UnsupportedError(
                f"compile: {type(self.optimizer).__name__} remembers {name}={one_line(value)}; a "
                "program can have arrays and numbers, so make its steps eagerly"
            )
        return float(value)

    def _taken(self, p: ag.Tensor, arrays: dict[str, Any]) -> dict[str, ag.Tensor]:
        """Return tensors of arrays: those of before, so that a program that has them goes on."""
        before, taken = self._tensors.get(p, {}), {}
        for name, array in arrays.items():
            t = before.get(name)
            if t is None or (t.shape, t.dtype) != (array.shape, array.dtype):
                t = ag.tensor(array, name=f"{name}.{p.name}" if p.name else name)
            else:
                t.data = array
            taken[name] = t
        return taken

    def give_back(self, state: dict[ag.Tensor, State]) -> None:
        """Put the newest arrays and numbers where they came from."""
        for p, (number, whole) in self._whole.items():
            memory = state[p]
            for name, value in self.numbers[number].items():
                memory[name] = int(value) if name in whole else float(value)
            memory.update((name, t.data) for name, t in self._tensors[p].items())

    # While a step is captured

    def check_parts(self, moved: Collection[ag.Tensor]) -> None:
        """Refuse a step that moves some parameters of those that share numbers."""
        together = {self._whole[p][0] for p in moved if p in self._whole}
        others = {number for p, (number, _) in self._whole.items() if p not in moved}
        if any(self.numbers[number] for number in together & others):
            raise CountsDiffer(moved=moved)

    def of(self, p: ag.Tensor, numbers: list[Numbers]) -> State:
        """Return what the rule reads and writes for a parameter."""
        memory: State = defaultdict(int)
        if p in self._whole:
            memory |= self._tensors[p]
            memory |= numbers[self._whole[p][0]]
            for name in self.numbers[self._whole[p][0]]:
                _name(memory[name], name)
        return memory

    def note(self, p: ag.Tensor, memory: State, numbers: list[Numbers]) -> None:
        """Take over what the rule has written; numbers go to ``numbers``."""
        tensors = self._tensors[p] if p in self._whole else {}
        known = {*tensors, *(self.numbers[self._whole[p][0]] if p in self._whole else ())}
        if not known.issuperset(memory):
            raise MemoryMissing
        for name, new in memory.items():
            if name not in tensors:
                _name(new, f"new_{name}")
                numbers[self._whole[p][0]][name] = new
            elif new is not tensors[name]:
                ag.assign(tensors[name], new)


def _name(number: Any, name: str) -> None:
    """Name a captured number, for whoever prints the program."""
    if isinstance(number, ag.Tensor):
        number.name = name
