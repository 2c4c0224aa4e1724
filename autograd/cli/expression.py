"""The little language of ``glassgrad explain``: assignments, arithmetic and the engine's functions.

A text is parsed by Python, and then walked by `autograd.cli.evaluator`.  Nothing is ever passed to
``eval``.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from textwrap import dedent

import numpy as np

from autograd.cli.evaluator import Evaluator
from autograd.cli.vocabulary import PREFIXES
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array, Scalar
from autograd.errors import ExpressionError

LONGEST = 10_000


def evaluate(text: str, variables: Mapping[str, ArrayLike]) -> Tensor | Array | Scalar:
    """Compute a text with values for its variables.

    Parameters
    ----------
    text : str
        An expression such as ``"1 / (1 + exp(-w * x))"``, or assignments with a result at the end,
        on lines of their own or separated by ``;``: ``"a = w * x; h = tanh(a); sum(h * h)"``.
    variables : mapping from name to Tensor, array or number

    Returns
    -------
    Tensor, array or number
        The value of the last expression or assignment.

    Raises
    ------
    ExpressionError
        If the text is not one of this language, a variable has no value, the value does not exist,
        as that of 1/0, or its arrays would be too large.

    Notes
    -----
    Every operation remembers which part of the text it computes, as its ``place``, and a tensor
    gets the name that it is assigned to.

    Examples
    --------
    >>> from autograd.cli.expression import evaluate
    >>> evaluate("2 * x ** 2", {"x": 3.0})
    np.float64(18.0)
    >>> evaluate("y = x * x; y + 1", {"x": 3.0})
    np.float64(10.0)
    """
    statements = parse(text)
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            value: Tensor | Array | Scalar = Evaluator(variables, _lines(text)).run(statements)
            return value
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None


def names(text: str) -> list[str]:
    """Return the variables of a text in the order in which they stand there.

    Examples
    --------
    >>> from autograd.cli.expression import names
    >>> names("a = w * x; np.exp(a + b)")
    ['w', 'x', 'b']
    """
    variables: dict[str, None] = {}
    assigned: set[str] = set()
    for statement in parse(text):
        found = [n for n in ast.walk(statement) if isinstance(n, ast.Name)]
        words = {id(word) for n in ast.walk(statement) for word in _words_before_a_dot(n)}
        found.sort(key=lambda n: (n.lineno, n.col_offset))
        read = [n.id for n in found if isinstance(n.ctx, ast.Load) and id(n) not in words]
        variables |= dict.fromkeys(name for name in read if name not in assigned)
        assigned |= {n.id for n in found if isinstance(n.ctx, ast.Store)}
    return list(variables)


def _words_before_a_dot(node: ast.AST) -> list[ast.expr]:
    """Return a name that is called, or that stands before a function as ``np`` does."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return [node.func]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [node.value] if node.value.id in (*PREFIXES, "linalg") else []
    return []


def statements_of(text: str, result: str) -> list[str]:
    """Return the statements of a text, each on one line; the last one names the result.

    Examples
    --------
    >>> from autograd.cli.expression import statements_of
    >>> statements_of("a = w * x; sum(a)", "f")
    ['a = w * x', 'f = sum(a)']
    """
    statements = parse(text)
    source = "\n".join(_lines(text))
    if len(statements) == 1 and isinstance(statements[0], ast.Expr):
        return [f"{result} = {source}"]
    said = [" ".join((ast.get_source_segment(source, s) or "").split()) for s in statements]
    return (
        said if isinstance(statements[-1], ast.Assign) else [*said[:-1], f"{result} = {said[-1]}"]
    )


def _lines(text: str) -> list[str]:
    return re.split("\r\n|\r|\n", _stripped(text))  # where Python breaks lines


def _stripped(text: str) -> str:
    return dedent(text).strip()


def parse(text: str) -> list[ast.stmt]:
    """Parse a text, without looking at what is in it."""
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text)} characters; {LONGEST} are the most")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on its own syntax
            statements = ast.parse(_stripped(text)).body
    except SyntaxError as error:
        raise ExpressionError(f"cannot read {one_line(text, text=str)!r}: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise ExpressionError("cannot read the expression: it is nested too deeply") from None
    except ValueError as error:
        raise ExpressionError(f"cannot read {one_line(text, text=str)!r}: {error}") from None
    if not statements:
        raise ExpressionError("the expression is empty; write one such as w*x + b")
    return statements
