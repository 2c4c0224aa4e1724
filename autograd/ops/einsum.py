"""Einstein summation: one primitive whose derivative is itself.

``einsum("ij,jk->ik", x, y)`` sums ``x[i,j] y[j,k]`` over every label that the result lacks.  It is
linear in each operand, so the cotangent of one operand is again an einsum, of the result's
cotangent with the other operands, onto the labels of that operand.  Two cases need a helper:

- a label that stands only in this operand was summed alone, and every element gets a copy of the
  gradient: an operand of ones supplies the label;
- a label that stands twice in it picked a diagonal, and the gradient goes to the diagonal only: an
  identity matrix ties the second axis to the first.
"""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, raw
from autograd.core.types import Array
from autograd.errors import ShapeError


def _einsum_rule(
    ct: Any, out: Any, *operands: Any, needed: tuple[bool, ...], subscripts: str
) -> list[Any]:
    terms, result = _split(subscripts)
    return [
        _onto(index, ct, operands, terms, result) if wanted else None
        for index, wanted in enumerate(needed)
    ]


def _onto(index: int, ct: Any, operands: Any, terms: list[str], result: str) -> Any:
    others = [
        (term, x) for i, (term, x) in enumerate(zip(terms, operands, strict=True)) if i != index
    ]
    factors = [(result, ct), *others]
    x, target = operands[index], ""
    lengths = dict(zip(terms[index], x.shape, strict=True))
    known = {
        label
        for term, factor in factors
        for label, n in zip(term, factor.shape, strict=True)
        if n >= lengths.get(label, 0)  # a factor may have length 1 and be broadcast
    }
    spare = iter(sorted(set(string.ascii_letters) - set("".join(terms)) - set(result)))
    for label, n in zip(terms[index], x.shape, strict=True):
        if label in target:
            twin = next(spare)
            factors.append((label + twin, np.eye(n, dtype=x.dtype)))
            target += twin
            continue
        if label not in known:
            factors.append((label, np.ones(n, dtype=x.dtype)))
        target += label
    subscripts = ",".join(term for term, _ in factors) + "->" + target
    return contract(*(factor for _, factor in factors), subscripts=subscripts)


@primitive(vjps=in_float32(_einsum_rule), name="einsum")
@in_float32
def contract(*operands: Array, subscripts: str) -> Array:
    """Sum of products over labelled axes; the public function is `einsum`.

    A primitive for speed: one contraction instead of a product of all axes followed by a sum.

    operands: one axis for each label -> one axis for each label after ``->``.

    >>> from autograd.ops.einsum import contract
    >>> from autograd import tensor
    >>> contract(tensor([1.0, 2.0]), tensor([3.0, 4.0]), subscripts="i,i->")
    tensor(11.)
    """
    # Each step of a contraction must have the digits of the result, not of its two operands.
    dtype = np.result_type(*operands)
    operands = tuple(np.asarray(x, dtype) for x in operands)
    # With the identity matrices of a rule, a label may have length 1 in one term and n in another.
    return np.asarray(np.einsum(subscripts, *operands, optimize=len(operands) > 1))[()]


@checked
def einsum(subscripts: str | ArrayLike, *operands: Any) -> Tensor:
    """Einstein summation, with NumPy's notation.

    Parameters
    ----------
    subscripts : str
        Labels of each operand, ``->`` and the labels of the result.  Without ``->`` the result has
        the labels that stand once, in alphabetical order.  ``...`` stands for the axes that remain.
    *operands : arrays or Tensors
        NumPy's other form has no string: after each operand stands the list of its labels, numbers
        from 0 to 51 or ``...``, and the list of the result comes last or is left out.

    Returns
    -------
    Tensor, or array if no operand is a Tensor

    Raises
    ------
    ShapeError
        If labels and axes do not match, or an axis has two lengths.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.einsum("ij,j->i", ag.tensor([[1.0, 2.0]]), [3.0, 4.0])
    tensor([11.])
    >>> ag.einsum(ag.tensor([[1.0, 2.0]]), [0, 1], [3.0, 4.0], [1], [0])
    tensor([11.])
    """
    if not isinstance(subscripts, str) and operands:
        subscripts, operands = _from_lists((subscripts, *operands))
    if not isinstance(subscripts, str) or not operands:
        raise ShapeError(
            'einsum: begins with a string of labels, as in ag.einsum("ij,jk->ik", x, y)'
        )
    return contract(
        *operands, subscripts=_explicit(subscripts, [np.ndim(raw(x)) for x in operands])
    )


# In the order of their characters, which is that of the numbers.
_LETTERS = string.ascii_uppercase + string.ascii_lowercase


def _from_lists(given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the string and the operands of a call that has a list of labels for each operand."""
    count = len(given) // 2
    text = ",".join(_letters(labels) for labels in given[1 : 2 * count : 2])
    if len(given) % 2:
        text += "->" + _letters(given[-1])
    return text, given[: 2 * count : 2]


def _letters(labels: Any) -> str:
    if not isinstance(labels, (list, tuple)) or not all(map(_is_label, labels)):
        raise ShapeError(
            f"einsum: {one_line(labels)} is not a list of labels from 0 to 51; write "
            'ag.einsum("ij,jk->ik", x, y) or ag.einsum(x, [0, 1], y, [1, 2], [0, 2])'
        )
    return "".join("..." if n is ... else _LETTERS[n] for n in labels)


def _is_label(n: object) -> bool:
    return n is ... or (isinstance(n, (int, np.integer)) and int(n) in range(len(_LETTERS)))


def _explicit(subscripts: str, ndims: list[int]) -> str:
    """Write every axis as a label: no ellipsis, and always an arrow."""
    text = subscripts.replace(" ", "")
    given = one_line(subscripts)
    terms, arrow, result = text.partition("->")
    parts = terms.split(",")
    if len(parts) != len(ndims):
        raise ShapeError(
            f"einsum: {given} has labels for {len(parts)} operands, but got {len(ndims)}"
        )
    if any(part.count("...") > 1 for part in (*parts, result)):
        raise ShapeError(f"einsum: {given}: one ellipsis per operand")
    hidden = [n - len(part.replace("...", "")) for part, n in zip(parts, ndims, strict=True)]
    for part, n, extra in zip(parts, ndims, hidden, strict=True):
        if extra < 0 or (extra > 0 and "..." not in part):
            raise ShapeError(f"einsum: {given}: {part!r} does not label {n} axes")
    most = max((h for part, h in zip(parts, hidden, strict=True) if "..." in part), default=0)
    spare = [c for c in string.ascii_letters if c not in text][:most]
    dots = "".join(spare)
    if not arrow:
        once = sorted(c for c in set(terms) if c.isalpha() and terms.count(c) == 1)
        result = ("..." if "..." in terms else "") + "".join(once)
    parts = [
        part.replace("...", dots[most - extra :]) for part, extra in zip(parts, hidden, strict=True)
    ]
    return ",".join(parts) + "->" + result.replace("...", dots)


def _split(subscripts: str) -> tuple[list[str], str]:
    terms, _, result = subscripts.partition("->")
    return terms.split(","), result
