"""What a kernel is refused for: the function, and the text that kernels do not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from autograd.core.messages import one_line


class NotAKernelError(TypeError):
    """A function uses what kernels do not have."""


def not_a_kernel(name: str, node: ast.AST, why: object = "") -> NotAKernelError:
    """Return the error of a function, with the text, and the reason if there is one.

    Examples
    --------
    >>> import ast
    >>> from autograd.ops.kernels.llvm.refusals import not_a_kernel
    >>> str(not_a_kernel("double", ast.parse("x ** 2")))
    'double: kernels have no `x ** 2`'
    """
    text = ast.unparse(node).splitlines()[0]
    reason = f" ({one_line(why, 200, str)})" if str(why) else ""
    return NotAKernelError(f"{name}: kernels have no `{text}`{reason}")


@contextmanager
def refusing(name: str, node: ast.AST) -> Iterator[None]:
    """Turn any error in the translation of a text into one that names it."""
    try:
        yield
    except NotAKernelError:
        raise
    except Exception as error:
        raise not_a_kernel(name, node, error) from error
