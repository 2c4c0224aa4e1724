"""Our functions on the calls of PyTorch's operator database: its values, gradients, and our checks.

``torch.testing._internal.common_methods_invocations.op_db`` has 702 operators with samples that
were not written for this engine.  `benchmarks.counterparts` says which of them we have.
"""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.pytree import flatten
from autograd.core.tensor import raw
from autograd.ir.numerics import equal_up_to_rounding
from autograd.testing import GradientMismatch, InconclusiveCheck, check_grad, check_subgradient
from autograd.testing.report import FAIL, INCONCLUSIVE, PASS
from benchmarks.counterparts import COUNTERPARTS, NoCounterpart
from benchmarks.engines import Engine
from nn.cli.bench.table import Row, Table

MOST_NUMBERS = 400  # in and out, of a sample whose derivatives are checked
SAMPLES = 12  # of an operator, that are checked
DTYPES = ("float64", "float32")
COMPARED = ("agreed", "kink", "refused", "bare", "wrong")
CHECKED = (PASS, INCONCLUSIVE, FAIL)


@dataclass(frozen=True)
class Sample:
    """One call: PyTorch's arguments, and the same as ours."""

    operator: Any
    arguments: tuple[Any, ...]
    options: dict[str, Any]

    @property
    def text(self) -> str:
        """The call on one line."""
        given = [describe(x) for x in self.arguments]
        given += [f"{k}={describe(x)}" for k, x in self.options.items()]
        return f"{full_name(self.operator)}({', '.join(given)})"

    def reference(self) -> tuple[list[Any], list[Any]]:
        """Return PyTorch's outputs, and gradients for random cotangents where there are any."""
        import torch

        tensors = list(leaves((self.arguments, self.options)))
        outputs = list(leaves(self.operator(*self.arguments, **self.options)))
        wanted = [t for t in tensors if t.requires_grad]
        live = [y for y in outputs if y.requires_grad]
        grads: Sequence[Any] = [None] * len(wanted)
        if wanted and live:
            cts = [
                torch.from_numpy(np.array(ct))
                for ct in cotangents([y.detach().numpy() for y in live])
            ]
            grads = torch.autograd.grad(live, wanted, cts, allow_unused=True)
        return [y.detach().numpy() for y in outputs], [
            np.zeros(tuple(t.shape)) if g is None else g.numpy()
            for t, g in zip(wanted, grads, strict=True)
        ]

    def arrays(self) -> tuple[list[Any], Callable[[Sequence[Any]], Any]]:
        """Return the differentiated arrays, and our function of them."""
        import torch

        wanted: list[Any] = []

        def ours(x: Any) -> Any:
            if isinstance(x, torch.Tensor):
                if x.requires_grad:
                    wanted.append(np.array(x.detach().numpy()))
                    return Place(len(wanted) - 1)
                return np.array(x.detach().numpy())[()]
            if isinstance(x, (tuple, list)):
                return type(x)(map(ours, x)) if type(x) in (tuple, list) else tuple(map(ours, x))
            return x

        arguments, options = ours(self.arguments), {k: ours(x) for k, x in self.options.items()}
        f = COUNTERPARTS[full_name(self.operator)]
        try:
            inspect.signature(f).bind(*arguments, **options)
        except TypeError:
            raise NoCounterpart from None

        def call(*tensors: Any) -> Any:
            filled = [fill(x, tensors) for x in arguments]
            return f(*filled, **{k: fill(x, tensors) for k, x in options.items()})

        return wanted, call


@dataclass(frozen=True)
class Place:
    """Where a differentiated array stands among the arguments."""

    number: int


def fill(x: Any, tensors: Sequence[Any]) -> Any:
    """Put tensors into their places."""
    if isinstance(x, Place):
        return tensors[x.number]
    if isinstance(x, (tuple, list)):
        return type(x)(fill(part, tensors) for part in x)
    return x


def full_name(operator: Any) -> str:
    """Return the name of an operator with its variant."""
    variant = operator.variant_test_name
    return f"{operator.name}.{variant}" if variant else str(operator.name)


def leaves(x: Any) -> Iterator[Any]:
    """Yield all tensors of a nested structure."""
    import torch

    if isinstance(x, torch.Tensor):
        yield x
    elif isinstance(x, dict):
        for part in x.values():
            yield from leaves(part)
    elif isinstance(x, (tuple, list)):
        for part in x:
            yield from leaves(part)


def cotangents(outputs: Sequence[Any]) -> list[Any]:
    """Return random cotangents, the same for both libraries."""
    rng = np.random.default_rng(0)
    return [np.asarray(rng.normal(size=y.shape)).astype(y.dtype) for y in outputs]


def describe(x: Any) -> str:
    """Write an argument briefly."""
    if hasattr(x, "shape") and hasattr(x, "dtype"):
        live = "*" if getattr(x, "requires_grad", False) else ""
        return f"{str(x.dtype).rpartition('.')[2]}{list(x.shape)}{live}"
    return repr(x) if not isinstance(x, (list, tuple)) else f"[{', '.join(map(describe, x))}]"


def samples(operator: Any, dtype: Any) -> Iterator[Sample]:
    """Yield the samples of an operator that has gradients, else those without."""
    import torch

    if dtype not in operator.dtypes:
        return
    torch.manual_seed(0)
    live = bool(operator.supports_autograd)
    for given in operator.sample_inputs("cpu", dtype, requires_grad=live):
        sample = Sample(operator, (given.input, *given.args), given.kwargs)
        if not pads_a_whole_window(sample):
            yield sample


def pads_a_whole_window(sample: Sample) -> bool:
    """Return whether a dilated pooling may have a window of padding alone.

    PyTorch 2.13 writes beyond its arrays there.
    """
    return "max_pool" in sample.operator.name and sample.options.get("dilation", 1) not in (
        1,
        (1,),
        (1, 1),
    )


def compare(sample: Sample) -> tuple[str, str]:
    """Compare values and gradients of a sample: return what came of it, and a note."""
    try:
        wanted, f = sample.arrays()
        inputs = [ag.tensor(x, requires_grad=True) for x in wanted]
        outputs = [y if isinstance(y, ag.Tensor) else np.asarray(y) for y in flatten(f(*inputs))[0]]
        live = [y for y in outputs if isinstance(y, ag.Tensor) and y.requires_grad]
        got = ag.gradients(live, inputs, cotangents(live)) if live else [0.0 * x for x in wanted]
        values, grads = sample.reference()
    except (NoCounterpart, RuntimeError) as error:
        if not isinstance(error, ag.GlassgradError):
            return "other", ""  # PyTorch itself may refuse a sample at this dtype
        return "refused", str(error)
    except ag.GlassgradError as error:
        return "bare" if "\n" in str(error) else "refused", str(error)
    except Exception as error:
        return "bare", f"{type(error).__name__}: {error}"
    size = 4 * largest([*wanted, *values, *grads])
    for y, expected in zip(outputs, values, strict=False):  # a sort has indices besides
        if not same(raw(y), expected, size):
            return "wrong", f"value {apart(raw(y), expected)}"
    for g, expected in zip(got, grads, strict=False):
        if not same(g, expected, size):
            kink = at_a_kink(f, wanted)
            return ("kink", "") if kink else ("wrong", f"gradient {apart(g, expected)}")
    return "agreed", ""


def at_a_kink(f: Callable[..., Any], wanted: Sequence[Any]) -> bool:
    """Return whether there are several slopes, of which both libraries may take one."""
    try:
        check_grad(f, *[x.astype(float) for x in wanted])
    except InconclusiveCheck:
        return bool(check_subgradient(f, *[x.astype(float) for x in wanted]))
    except ag.GlassgradError:
        return False
    return False


def same(got: Any, expected: Any, size: float) -> bool:
    """Return whether two results are the same numbers, up to rounding."""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.dtype.kind != "f":
        return bool(np.array_equal(got, expected))
    return equal_up_to_rounding(got, expected, size)


def largest(arrays: Sequence[Any]) -> float:
    """Return the size of the numbers that a sample is made of, and of their sums."""
    found = [np.abs(x[np.isfinite(x)]).max(initial=0.0) * max(1, x.size) ** 0.5 for x in arrays]
    return float(max(found, default=0.0))


def apart(got: Any, expected: Any) -> str:
    """Say how two results differ."""
    if np.shape(got) != np.shape(expected):
        return f"of shape {np.shape(got)}, not {np.shape(expected)}"
    wrong = np.asarray(got != expected)
    return f"{np.asarray(got)[wrong].ravel()[:3]}, not {np.asarray(expected)[wrong].ravel()[:3]}"


def check(sample: Sample, order: int) -> tuple[str, str]:
    """Check the derivatives of a small sample by differences."""
    try:
        wanted, f = sample.arrays()
        outputs = sum(np.size(raw(y)) for y in flatten(f(*wanted))[0])
        if not wanted or outputs + sum(x.size for x in wanted) > MOST_NUMBERS:
            return "", ""
        return check_grad(f, *wanted, order=order).verdict, ""
    except NoCounterpart:
        return "", ""
    except (GradientMismatch, InconclusiveCheck) as error:
        return error.report.verdict, str(error)
    except ag.GlassgradError:  # refused, or not finite here
        return "", ""


def operators(names: Sequence[str] = ()) -> Iterator[Any]:
    """Yield the operators of the database that have a counterpart."""
    from torch.testing._internal.common_methods_invocations import op_db

    for operator in op_db:
        name = full_name(operator)
        if name in COUNTERPARTS and (not names or name in names):
            yield operator


def run(engines: list[Engine], quick: bool) -> Iterable[Table]:
    """Compare and check, and return the tables; what is wrong is written to stderr."""
    np.seterr(all="ignore")  # a third of the samples are outside of a domain
    if any(engine.name == "torch" for engine in engines):
        names = list(COUNTERPARTS)[::10] if quick else ()
        yield compared(names)
        yield checked(names)


def compared(names: Sequence[str] = ()) -> Table:
    """Compare with PyTorch at every sample."""
    import torch

    rows: list[Row] = []
    for dtype in DTYPES:
        found = Counter[str]()
        entries = list(operators(names))
        for operator in entries:
            for sample in samples(operator, getattr(torch, dtype)):
                found[reported(sample, *compare(sample), ("bare", "wrong"))] += 1
        of = sum(found[kind] for kind in COMPARED)
        rows.append(
            {"dtype": dtype, "operators": len(entries), "samples": of} | counts(found, COMPARED)
        )
    note = (
        "Values and gradients at the samples of PyTorch's operators that have a counterpart.\n"
        "kink: there are several slopes, and another is taken; refused: with one line of ours;\n"
        "bare: with an error of Python's."
    )
    return Table("operators: compared with PyTorch", note, rows)


def checked(names: Sequence[str] = ()) -> Table:
    """Check the derivatives at small samples; all of these are right."""
    import torch

    rows: list[Row] = []
    for order in (1, 2):
        found = Counter[str]()
        for operator in operators(names):
            for sample in islice(samples(operator, torch.float64), SAMPLES):
                found[reported(sample, *check(sample, order), (FAIL, INCONCLUSIVE))] += 1
        row: Row = {"order": order, "samples": sum(found[kind] for kind in CHECKED)}
        rows.append(row | counts(found, CHECKED))
    return Table("operators: check_grad", "Verdicts of check_grad at small samples.", rows)


def reported(sample: Sample, kind: str, note: str, bad: Sequence[str]) -> str:
    """Return the kind of an outcome; write it to stderr if it is a bad one."""
    if kind in bad:
        print(f"{kind}: {sample.text}: {note}", file=sys.stderr)
    return kind


def counts(found: Counter[str], kinds: Sequence[str]) -> Row:
    """Return how often each kind was found."""
    return {kind: found[kind] for kind in kinds}
