"""Display forms: the texts of rules whose computation says less than their result.

A rule guards against overflow, finds a winner, or goes through a routine of linear algebra; what
it means is a line of the lecture.  These lines stand in a table beside the printer, not in the
rules or a `Spec`: nothing is computed from them, and their language is that of the printer alone:

    gaps(w)                   w[j] - w[i], and infinity where i = j
    low(x)                    the lower triangle with half of the diagonal
    previous(x)               x[k - 1] at k, and 0, or ``first``, at the beginning
    sums_from_end(ct, x)      s with s[k] = ct[k] + x[k + 1] * s[k + 1]

Tests evaluate each expression against its rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.core.primitive import Primitive
from autograd.ir.printer.terms import NUMBER, Term, Terms

Form = Callable[[Sequence[Term], Mapping[str, Any]], str]

# In the templates, ct and out are the cotangent and the result, and x, y, z the inputs.
LETTERS = ("ct", "out", "x", "y", "z")


def form(
    primitive: Primitive,
    position: int,
    given: Sequence[Term],
    params: Mapping[str, Any],
    terms: Terms,
) -> Term | None:
    """Return the display form of a rule, None if the rule is shown as it is computed.

    Parameters
    ----------
    primitive : Primitive
    position : int
        Which input's rule.
    given : sequence of Term
        The cotangent, the result, and the inputs.
    params : mapping
    terms : Terms
    """
    if not primitive.forward.__module__.startswith("autograd."):
        return None
    found = FORMS.get((primitive.name, position))
    template = found(given, params) if callable(found) else found
    if not template:
        return None
    shape = given[0].shape if primitive.elementwise else given[2 + position].shape
    return terms.make("a template", *given, shape=shape, template=template)


def _with_array_exponent(template: str) -> Form:
    """Show a form of the power unless the exponent is a number: then the rule is short itself."""
    return lambda given, params: "" if given[3].op == NUMBER else template


def _recurrence(before: str) -> Form:
    """Show sums that follow from the next one, ``s[k] = ct[k] + x[k+1] * s[k+1]``."""

    def shown(given: Sequence[Term], params: Mapping[str, Any]) -> str:
        axis = params.get("axis")
        x = "x" if given[0].shape == given[2].shape else f"reshape(x, {given[0].shape})"
        options = "" if not axis else f", axis={axis}"
        text = f"sums_from_end(ct, {x}{options})"
        if before:
            text += " * " + before.replace("out", f"out{options}")
        return text if x == "x" else f"reshape({text}, {given[2].shape})"

    return shown


def _eigenvectors(given: Sequence[Term], params: Mapping[str, Any]) -> str:
    """Show how eigenvectors turn into each other: by the inverse gaps between eigenvalues."""
    t = "T" if len(given[0].shape) == 2 else "mT"
    moved = "low(s + s.T)" if params.get("UPLO", "L") in "Ll" else "low(s + s.T).T"
    text = f"{moved} where r = (out.T @ ct) / gaps(eigvalsh(x{_uplo(params)})); s = out @ r @ out.T"
    return re.sub(r"\bT\b", t, text)


def _uplo(params: Mapping[str, Any]) -> str:
    return "" if params.get("UPLO", "L") in "Ll" else ", 'U'"


def _singular_vectors(given: Sequence[Term], params: Mapping[str, Any]) -> str:
    """Show how pairs (u, v) turn into each other, into (u, -v), and out of their spaces."""
    m, n = given[2].shape[-2:]
    turned = "s = (u.T @ p + v.T @ q) / gaps(w); r = (u.T @ p - v.T @ q) / gaps(w, -w)"
    value = "u @ (s + s.T + r - r.T) @ v.T / 2"
    if m > n:
        value += " + (p - u @ u.T @ p) / w[..., None, :] @ v.T"
    if n > m:
        value += " + u @ ((q - v @ v.T @ q) / w[..., None, :]).T"
    parts = (
        f"u = out[..., :{m}, :]; v = out[..., {m}:, :]; p = ct[..., :{m}, :]; q = ct[..., {m}:, :]"
    )
    text = f"{value} where {parts}; w = svdvals(x); {turned}"
    return re.sub(r"\bT\b", "T" if len(given[0].shape) == 2 else "mT", text)


FORMS: dict[tuple[str, int], str | Form] = {
    ("power", 0): _with_array_exponent("ct * y * x**(y - 1)"),
    ("power", 1): "ct * out * log(x)",
    ("power_slope", 0): "ct * x**(y - 1) * (y * log(x) + 1)",
    ("power_slope", 1): "ct * out * log(x)",
    ("logaddexp", 0): "ct * exp(x - out)",
    ("logaddexp", 1): "ct * exp(y - out)",
    ("logaddexp2", 0): "ct * 2**(x - out)",
    ("logaddexp2", 1): "ct * 2**(y - out)",
    ("sigmoid", 0): "ct * out * (1 - out)",
    ("gelu_tanh", 0): (
        "ct * (s + x * s * (1 - s) * u * (1 + 3 * 0.044715 * x**2)) "
        "where u = 2 * sqrt(2 / pi); s = sigmoid(u * (x + 0.044715 * x**3))"
    ),
    ("arcsin", 0): "ct / sqrt(1 - x**2)",
    ("arccos", 0): "-ct / sqrt(1 - x**2)",
    ("arctanh", 0): "ct / (1 - x**2)",
    ("hypot", 0): "ct * x / out",
    ("hypot", 1): "ct * y / out",
    ("cosine", 0): "ct * y**2 / hypot(x, y)**3",
    ("cosine", 1): "-ct * x * y / hypot(x, y)**3",
    ("arctan2", 0): "ct * y / (x**2 + y**2)",
    ("arctan2", 1): "-ct * x / (x**2 + y**2)",
    ("linear_recurrence", 0): _recurrence("previous(out)"),
    ("linear_recurrence", 1): _recurrence(""),
    ("cumprod", 0): _recurrence("previous(out, first=1)"),
    ("eigenvectors", 0): _eigenvectors,
    ("singular_vectors", 0): _singular_vectors,
}
