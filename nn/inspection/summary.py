"""The table of a network: what every part puts out, how much it learns and how much it computes.

The network is run once on zeros, and every module notes what it returns.  The graph that the run
leaves behind shows the rest: each matrix product and convolution in it stands in the scope of its
module, and its shapes say how many multiplications it took.  So modules of a user are counted
like those of this package.
"""

from __future__ import annotations

import html
import operator
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, TypeAlias

import autograd as ag
from autograd.core.blocks import contextmanager, restoring
from autograd.core.calls import called
from autograd.core.messages import one_line, short
from autograd.core.tables import columns
from nn.init import blank
from nn.inspection.modes import evaluating
from nn.module import Module
from nn.parameter import Parameter

Shapes: TypeAlias = ag.Shape | Sequence[ag.Shape]

SIZES = re.compile(r"\([\d, ]+\)")  # these stay on one line
LONGEST = 400  # letters of a cell, which a page wraps
HEAD = ("Layer", "Kind", "Output", "Parameters", "Multiply-adds")


@dataclass(frozen=True, slots=True)
class Row:
    """One module of the table.

    Attributes
    ----------
    path : str
        Where it stands in the network; empty for the network itself.
    kind : str
        The name of its class.
    output : str
        The shape of what it returned, or the shapes; empty if it was not called.
    parameters : int
        Elements of the parameters that it has itself, outside its parts.
    frozen : int
        How many of them are not learned.
    multiply_adds : int
        Multiplications, each with an addition, in matrix products and convolutions that it did
        itself, in all its calls.
    """

    path: str
    kind: str
    output: str
    parameters: int
    frozen: int
    multiply_adds: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A table of the parts of a network; `print` shows it, and so does a notebook.

    Attributes
    ----------
    rows : tuple of Row
        The network and all modules inside, in the order of their attributes.
    parameters, frozen, multiply_adds : int
        Totals; a parameter that is used in two places counts once.
    """

    rows: tuple[Row, ...]
    parameters: int
    frozen: int
    multiply_adds: int

    def __str__(self) -> str:
        lines = [HEAD, *map(_cells, self.rows), self._total()]
        return "\n".join(columns(lines, "<<<>>"))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = [
            table_row(HEAD, "th"),
            *(table_row(_cells(row)) for row in self.rows),
            table_row(self._total()),
        ]
        return f"<table>{''.join(rows)}</table>"

    def _total(self) -> tuple[str, ...]:
        frozen = f"{self.frozen:,} frozen" if self.frozen else ""
        return ("total", frozen, "", f"{self.parameters:,}", f"{self.multiply_adds:,}")


@called
def summary(module: Module, input_shape: Shapes, dtype: ag.DTypeLike | None = None) -> Summary:
    """Return a table of the parts: output shapes, parameters, multiply-adds.

    Parameters
    ----------
    module : Module
        Run once; afterwards it is as it was.
    input_shape : tuple of int
        The whole shape of the input, batch axis included; several tuples for several inputs.
    dtype : NumPy dtype, optional
        That of the input: int for an `Embedding`; by default that of the parameters.

    Returns
    -------
    Summary

    Raises
    ------
    autograd.DTypeError
        If the network takes integers, and ``dtype=int`` is missing.

    Examples
    --------
    >>> import nn
    >>> print(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)).summary((1, 4)))
    Layer       Kind        Output  Parameters  Multiply-adds
    Sequential              (1, 3)
      0         Linear      (1, 8)          40             32
      1         ReLU        (1, 8)
      2         Linear      (1, 3)          27             24
    total                                   67             56
    """
    if (ag.tensor(1.0, requires_grad=True) * 1.0).is_leaf:  # so nothing is recorded here
        raise ag.GradientError("summary: inside ag.no_grad() no work is seen; call it outside")
    inputs = [_zeros(module, shape, dtype) for shape in _shapes(input_shape)]
    try:
        outputs, work = _looked_at(module, inputs)
    except ag.GradientError:  # where forward reads the numbers of its input, for a mask
        outputs, work = _looked_at(module, [x.detach() for x in inputs])
    except ag.DTypeError as error:
        if dtype is not None:
            raise
        given = f"summary({one_line(input_shape)}, dtype=int)"
        raise ag.DTypeError(f"{error}; for an input of integers write {given}") from None
    owner = {id(p): part for part in reversed(list(module.modules())) for p in own_parameters(part)}
    rows = [
        _row(
            path,
            part,
            outputs[part],
            [p for p in own_parameters(part) if owner[id(p)] is part],
            work[part],
        )
        for path, part in module.named_modules()
    ]
    return Summary(
        tuple(rows),
        sum(row.parameters for row in rows),
        sum(row.frozen for row in rows),
        sum(row.multiply_adds for row in rows),
    )


def _row(path: str, part: Module, outputs: list[str], own: list[ag.Tensor], work: int) -> Row:
    return Row(
        path,
        type(part).__name__,
        ", ".join(dict.fromkeys(outputs)),
        sum(p.size for p in own),
        sum(p.size for p in own if not p.requires_grad),
        work,
    )


def own_parameters(part: Module) -> list[ag.Tensor]:
    """Return the parameters that a module has itself, each once."""
    found = [value for _, value in vars(part).items() if isinstance(value, Parameter)]
    return list(dict.fromkeys(found))


# The run.


def _looked_at(
    module: Module, inputs: list[ag.Tensor]
) -> tuple[dict[Module, list[str]], Counter[Module]]:
    """Return what every module put out, and how much it multiplied."""
    with _watched(module) as (outputs, scopes, results):
        module(*inputs)
        return outputs, _work(results, scopes)


Watched = tuple[dict["Module", list[str]], dict[Any, "Module"], list[ag.Tensor]]


@contextmanager
def _watched(module: Module) -> Iterator[Watched]:
    """Note what every module returns and in which scopes it works; leave no trace of it."""
    outputs: dict[Module, list[str]] = {part: [] for part in module.modules()}
    scopes: dict[Any, Module] = {}
    results: list[ag.Tensor] = []
    learned = {p: p.requires_grad for p in module.parameters()}
    own = {part: vars(part).get("forward") for part in outputs}

    def watch() -> None:
        module.requires_grad_()  # what depends on nothing that is learned is not recorded
        for part in outputs:
            object.__setattr__(part, "forward", _noting(part, outputs[part], scopes, results))

    def undo() -> None:
        for part, forward in own.items():
            vars(part).pop("forward", None)
            if forward is not None:
                object.__setattr__(part, "forward", forward)
        for parameter, requires_grad in learned.items():
            parameter.requires_grad = requires_grad

    with restoring(watch, undo), evaluating(module):
        yield outputs, scopes, results


def _noting(
    part: Module, outputs: list[str], scopes: dict[Any, Module], results: list[ag.Tensor]
) -> Any:
    forward = part.forward

    def call(*inputs: Any, **options: Any) -> Any:
        scopes[ag.tensor(0.0).scope] = part  # a new leaf has the scope it is made in
        result = forward(*inputs, **options)
        tensors = _tensors(result)
        outputs.append(", ".join(str(t.shape) for t in tensors))
        results.extend(tensors)
        return result

    return call


def _zeros(module: Module, shape: tuple[int, ...], dtype: ag.DTypeLike | None) -> ag.Tensor:
    if dtype is None:
        dtype = next((p.dtype for p in module.parameters()), float)
    zeros = blank(shape, dtype, floating=False)
    return ag.tensor(zeros, requires_grad=zeros.dtype.kind == "f")


def _shapes(input_shape: Any) -> list[tuple[int, ...]]:
    """Read one shape or several."""
    try:
        several = any(isinstance(n, (tuple, list)) for n in input_shape)
        shapes = input_shape if several else [input_shape]
        return [tuple(operator.index(n) for n in shape) for shape in shapes]
    except TypeError:
        raise ag.OptionError(
            f"summary: input_shape={one_line(input_shape)} must be a shape with its "
            "batch axis, such as (1, 3, 32, 32), or several"
        ) from None


def _tensors(result: Any) -> list[ag.Tensor]:
    """Return the tensors of a nested result."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        return [t for part in result for t in _tensors(part)]
    return [result] if isinstance(result, ag.Tensor) else []


# The work.


def _work(outputs: list[ag.Tensor], scopes: dict[Any, Module]) -> Counter[Module]:
    """Add up the multiplications that the graph shows, by the innermost module around each."""
    recorded = [t for t in outputs if t.primitive is not None]
    if not recorded:
        return Counter()
    graph = ag.graph(*recorded)
    work: Counter[Module] = Counter()
    for node in graph:
        count = COUNTS.get(node.primitive.name) if node.primitive else None
        around = [scopes[scope] for scope in reversed(node.scope) if scope in scopes]
        if count and around:
            shapes = [ag.shape(graph[i].value) for i in node.inputs]
            work[around[0]] += count(ag.shape(node.value), shapes, node.params)
    return work


def _einsum(out: Any, shapes: Any, params: Any) -> int:
    terms = params["subscripts"].partition("->")[0].split(",")
    lengths = {
        label: n
        for term, shape in zip(terms, shapes, strict=True)
        for label, n in zip(term, shape, strict=True)
    }
    return prod(lengths.values())


# Each element of the result is a sum of so many products; of a transposed convolution, each element
# of the input goes into so many.
COUNTS = {
    "matmul": lambda out, shapes, params: prod(out) * shapes[0][-1],
    "conv": lambda out, shapes, params: prod(out) * prod(shapes[1][1:]),
    "conv_transpose": lambda out, shapes, params: prod(shapes[0]) * prod(shapes[1][1:]),
    "einsum": _einsum,
}


# The picture.


def _cells(row: Row) -> tuple[str, ...]:
    depth, name = row.path.count(".") + bool(row.path), row.path.rpartition(".")[2]
    numbers = [f"{n:,}" if n else "" for n in (row.parameters, row.multiply_adds)]
    kind = row.kind if row.path else ""
    return ("  " * depth + (name or row.kind), kind, row.output, *numbers)


def table_row(cells: tuple[str, ...], tag: str = "td") -> str:
    """Return a row of an HTML table: three cells of text, and numbers on the right."""
    aligned = ["left" if i < 3 else "right" for i in range(len(cells))]
    escaped = (html.escape(short(cell, LONGEST)).replace("  ", "&emsp;") for cell in cells)
    texts = (SIZES.sub(lambda sizes: sizes[0].replace(" ", "&#160;"), text) for text in escaped)
    inside = "".join(
        f'<{tag} style="text-align:{side};vertical-align:top">{text}</{tag}>'
        for side, text in zip(aligned, texts, strict=True)
    )
    return f"<tr>{inside}</tr>"
