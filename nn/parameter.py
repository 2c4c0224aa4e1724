"""A parameter: a leaf of the graph that belongs to a module and is learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import autograd as ag
from autograd.core.calls import called
from nn.init import floating_dtype


def _refused(symbol: str) -> Callable[[ag.Tensor, object], NoReturn]:
    """Make the method of an operator that would change a parameter in place."""

    def operator(p: ag.Tensor, other: object) -> NoReturn:
        raise ag.ImmutableError(
            f"p {symbol}= ...: a parameter is not changed in place; "
            f"write p.data = p.data {symbol} ..."
        )

    return operator


class Parameter(ag.Tensor):
    """A Tensor that is learned: as an attribute of a `Module` it is found by `Module.parameters`.

    Parameters
    ----------
    data : number, nested list, array or Tensor
        Where it begins; copied.  Floating-point numbers.
    requires_grad : bool
        Whether gradients are computed for it; False freezes it.
    name : str, optional
        Set by the module that owns it: the path to it, such as ``"conv1.weight"``.

    Raises
    ------
    autograd.DTypeError
        If the data are not floating-point numbers.

    Examples
    --------
    >>> import nn
    >>> nn.Parameter([1.0, 2.0])
    tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    _learned = True

    @called
    def __init__(
        self, data: ag.ArrayLike, requires_grad: bool = True, name: str | None = None
    ) -> None:
        super().__init__(ag.tensor(data, requires_grad=True).data, requires_grad, name)

    def to(self, dtype: ag.DTypeLike | None = None, *more: object, **others: object) -> Parameter:
        """Change the dtype in place, and that of the gradient.

        An optimiser goes on with the parameter, but what it remembers keeps its dtype.
        """
        dtype = floating_dtype("to", dtype, *more, **others)
        self._value = ag.astype(self._value, dtype)
        if self.grad is not None:
            self.grad = ag.astype(self.grad, dtype)
        return self

    # ``p -= ...`` would give the name p to a new Tensor, and leave the network as it was.
    __iadd__, __isub__, __imul__ = map(_refused, ("+", "-", "*"))
    __itruediv__, __ipow__, __imatmul__ = map(_refused, ("/", "**", "@"))
