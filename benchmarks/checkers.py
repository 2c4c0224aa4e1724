"""Our gradient check beside those of PyTorch and JAX, each with its defaults.

Three questions: how long does a check take, which faults does it catch, and does it ever reject a
derivative that is right?
"""

from __future__ import annotations

import contextlib
import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter_ns
from typing import Any

import numpy as np

import autograd as ag
from autograd.testing import GradientMismatch, check_grad
from autograd.testing.report import FAIL, INCONCLUSIVE, PASS
from benchmarks.cases import FAULTS, HARD, ORDINARY, Case
from benchmarks.engines import Engine
from benchmarks.families import Array
from nn.cli.bench.table import Row, Table
from nn.cli.bench.timing import MILLISECOND, alternate, ratio

COUNTED = "Of these, how many checks reported a mismatch; undecided: where ours was inconclusive."


@dataclass(frozen=True)
class Checker:
    """A library with a check.

    Attributes
    ----------
    name : str
    xp : module
        The library's functions on arrays.
    custom : callable
        Of a case; returns its function, with the rules of the case.
    check : callable
        Of a function and the inputs; returns the verdict.
    """

    name: str
    xp: Any
    custom: Callable[[Case], Callable[..., Any]]
    check: Callable[[Callable[..., Any], Sequence[Array]], str]

    def function(self, case: Case) -> Callable[..., Any]:
        """Return the function of a case, as this library has it."""
        return self.custom(case) if case.rules else partial(case.f, self.xp)


def glassgrad() -> Checker:
    """Return our own: `autograd.testing.check_grad`."""

    def custom(case: Case) -> Callable[..., Any]:
        def adapted(rule: Callable[..., Any]) -> Callable[..., Any]:
            return lambda ct, out, *inputs: rule(np, ct, *inputs)

        rules = tuple(map(adapted, case.rules))
        return ag.primitive(vjps=rules, name="custom")(partial(case.f, np))

    def check(f: Callable[..., Any], at: Sequence[Array]) -> str:
        try:
            return check_grad(f, *at, allow_inconclusive=True).verdict
        except GradientMismatch:
            return FAIL

    return Checker("glassgrad", np, custom, check)


def torch() -> Checker:
    """Return `torch.autograd.gradcheck`."""
    import torch

    def custom(case: Case) -> Callable[..., Any]:
        class Custom(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, *inputs: Any) -> Any:
                ctx.save_for_backward(*inputs)
                return case.f(torch, *inputs)

            @staticmethod
            def backward(ctx: Any, ct: Any) -> Any:
                return tuple(rule(torch, ct, *ctx.saved_tensors) for rule in case.rules)

        f: Callable[..., Any] = Custom.apply
        return f

    def check(f: Callable[..., Any], at: Sequence[Array]) -> str:
        inputs = [torch.tensor(x, requires_grad=True) for x in at]
        return PASS if torch.autograd.gradcheck(f, inputs, raise_exception=False) else FAIL

    return Checker("torch", torch, custom, check)


def jax() -> Checker:
    """Return `jax.test_util.check_grads`, in double precision, of reverse mode and order 1."""
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    def custom(case: Case) -> Callable[..., Any]:
        def forward(*inputs: Any) -> Any:
            return case.f(jax.numpy, *inputs)

        def backward(inputs: Any, ct: Any) -> Any:
            return tuple(rule(jax.numpy, ct, *inputs) for rule in case.rules)

        f = jax.custom_vjp(forward)
        f.defvjp(lambda *inputs: (forward(*inputs), inputs), backward)
        return f

    def check(f: Callable[..., Any], at: Sequence[Array]) -> str:
        try:
            check_grads(f, tuple(map(jax.numpy.asarray, at)), order=1, modes=["rev"])
        except AssertionError:
            return FAIL
        return PASS

    return Checker("jax", jax.numpy, custom, check)


def load(engines: list[Engine]) -> list[Checker]:
    """Return the checkers of the installed libraries, ours first."""
    checkers = [glassgrad()]
    if any(engine.name == "torch" for engine in engines):
        checkers.append(torch())
    with contextlib.suppress(ImportError):  # the command has said what is missing
        checkers.append(jax())
    gc.freeze()  # the modules just imported, as in engines.load
    return checkers


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Time the checks, and count what they catch and what they reject."""
    checkers = load(engines)
    yield times(checkers, quick)
    yield faults(checkers, quick)
    yield alarms(checkers, quick)


def times(checkers: list[Checker], quick: bool) -> Table:
    """Time a check of ordinary functions, all of which pass."""
    rounds = 3 if quick else 21
    rows = [time_case(case, checkers, rounds) for case in ORDINARY]
    note = (
        f"ms per check that passes: medians of {rounds} rounds.\n"
        "/peer: our time over the peer's, the median of the ratios of the rounds.\n"
        "JAX compiles in the round that is not counted, and chooses its own threads."
    )
    return Table("checkers: time", note, rows)


def time_case(case: Case, checkers: list[Checker], rounds: int) -> Row:
    """Let the checkers take turns at one function."""
    at = case.points(np.random.default_rng(0))
    slots = {c.name: partial(slot, c, c.function(case), at) for c in checkers}
    samples = alternate(slots, rounds)
    ours, *peers = samples
    row: Row = {"function": case.name}
    row |= {name: median(samples[name]) / MILLISECOND for name in samples}
    return row | {f"/{peer}": ratio(samples[ours], samples[peer]) for peer in peers}


def slot(checker: Checker, f: Callable[..., Any], at: Sequence[Array]) -> int:
    """Return the nanoseconds of one check."""
    begin = perf_counter_ns()
    verdict = checker.check(f, at)
    spent = perf_counter_ns() - begin
    if verdict != PASS:
        raise AssertionError(f"{checker.name} does not pass an ordinary function")
    return spent


def faults(checkers: list[Checker], quick: bool) -> Table:
    """Count the points at which a wrong rule is caught."""
    points = 3 if quick else 20
    note = f"The same wrong rules in every library: {points} random points each.\n{COUNTED}"
    return Table("checkers: faults caught", note, tally("fault", FAULTS, checkers, points))


def alarms(checkers: list[Checker], quick: bool) -> Table:
    """Count the points at which a right rule is rejected."""
    points = 8 if quick else 50
    note = f"Right derivatives at hard points: {points} random ones for each function.\n{COUNTED}"
    return Table("checkers: false alarms", note, tally("function", HARD, checkers, points))


def tally(kind: str, cases: Sequence[Case], checkers: list[Checker], points: int) -> list[Row]:
    """Return a row of every case, and one of all."""
    rows = [tally_case(kind, case, checkers, points) for case in cases]
    keys = [key for key in rows[0] if key != kind]
    total: Row = {key: sum(int(row[key] or 0) for row in rows) for key in keys}
    first: Row = {kind: "all"}
    return [*rows, first | total]


def tally_case(kind: str, case: Case, checkers: list[Checker], points: int) -> Row:
    """Check a case at random points, the same for all."""
    rng = np.random.default_rng(0)
    places = [case.points(rng) for _ in range(points)]
    row: Row = {kind: case.name, "points": points}
    for checker in checkers:
        f = checker.function(case)
        verdicts = Counter(checker.check(f, at) for at in places)
        row[checker.name] = verdicts[FAIL]
        if checker.name == "glassgrad":
            row["undecided"] = verdicts[INCONCLUSIVE]
    return row
