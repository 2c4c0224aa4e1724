"""The Tensor: a value that knows how it was made.

1. A computational graph needs no structure of its own.  Each `Tensor` is a node: it holds a value
   and the application that produced it, that is, the `primitive`, its `inputs` in order and its
   `params`.  Following `inputs` from a result leads back to the leaves, and the backward pass walks
   just that path.
2. A Tensor has no pointer to its users.  So there are no reference cycles, and a graph is freed
   when its last result is dropped.
3. The value of a result never changes, and is handed out read-only.  The data of a leaf may be
   replaced; nodes made before keep the values that they used (`saved`).

This module holds the data structure alone.  What a user may set is checked in
`autograd.core.leaf_attributes`; operators, methods and the NumPy protocols are bound to the class
in `autograd.methods`, from one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np

from autograd.core.bound_methods import BoundMethods
from autograd.core.calls import called
from autograd.core.context import capturing, current, open_blocks
from autograd.core.leaf_attributes import LeafAttributes, check_floating
from autograd.core.messages import one_line
from autograd.core.primitive import Primitive
from autograd.core.scopes import Scope
from autograd.core.source_location import Place
from autograd.core.types import Array, DTypeLike, Scalar, Shape
from autograd.core.values import as_value
from autograd.errors import DTypeError, GradientError, UnsupportedError

NO_PARAMS: dict[str, Any] = {}
# Marks a result that does not require a gradient: a leaf that may share memory with others.
NOTHING_SAVED: tuple[Any, ...] = ()


class Tensor(LeafAttributes, BoundMethods["Tensor"]):
    """A node of the computational graph: a value, and the application that made it.

    Tensors are made by `autograd.tensor` and by operations, and are immutable as values.  The class
    itself takes an array as it is, and shares it with you; `autograd.tensor` copies it.

    Attributes
    ----------
    data : numpy.ndarray or NumPy scalar
        The value.  A 0-d value is held as a NumPy scalar.  That of a leaf can be replaced; an array
        of any other tensor is read-only.
    requires_grad : bool
        Whether gradients flow through this node.
    grad : numpy.ndarray, NumPy scalar or None
        What `backward` has accumulated, of the shape and dtype of `data`.
    primitive : Primitive or None
        The operation that made this node; None for a leaf, and for a result that does not require
        a gradient, of which no application is recorded.
    inputs : tuple
        The arguments of that operation in order: Tensors, and constants as they were given.
        ``x * x`` has two.
    params : dict
        Its further arguments, such as ``axis``.
    saved : tuple or None
        The values of the inputs as the operation got them, if one of the inputs is a leaf; None if
        none is, since results do not change, and for a leaf itself.  Empty for a result that does
        not require a gradient, and for what is detached.
    name : str or None
        A name for drawings and messages.
    scope : Scope or None
        The named region in which the node was made.
    place : Place or None
        The line that made the node, if it was made inside `autograd.debug`.  Otherwise there is no
        such attribute, since setting it would cost time: read ``getattr(t, "place", None)``.
    """

    # The engine reads those with an underscore; users go through `LeafAttributes`, which checks.
    __slots__ = (
        "_grad",
        "_requires_grad",
        "_value",
        "inputs",
        "name",
        "params",
        "place",
        "primitive",
        "saved",
        "scope",
    )

    # A node is itself and no other, whatever == says about its elements.
    __hash__ = object.__hash__

    _learned: ClassVar[bool] = False  # whether it is a parameter of a module

    _value: Any
    _requires_grad: bool
    _grad: Any
    primitive: Primitive | None
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    saved: tuple[Any, ...] | None
    name: str | None
    scope: Scope | None
    place: Place | None

    def __init__(
        self,
        data: ArrayLike,
        requires_grad: bool = False,
        name: str | None = None,
        **unknown: object,
    ) -> None:
        if unknown:
            raise UnsupportedError(
                f"Tensor: there is no option {min(unknown)!r}; use ag.tensor(data, dtype=None, "
                "requires_grad=False, name=None)"
            )
        self._value = as_value(data, "Tensor")
        self.primitive = None
        self._requires_grad = False
        if requires_grad is not False:
            self.requires_grad = requires_grad
        self._grad = None
        self.inputs = ()
        self.params = NO_PARAMS
        self.saved = None
        self.name = name
        self.scope = None
        if open_blocks and (capture := current().capture) is not None:
            capture.constants.add(self)

    @property
    def shape(self) -> Shape:
        """The length of each axis."""
        return self._value.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy dtype of the elements."""
        return self._value.dtype  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._value.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._value.size  # type: ignore[no-any-return]

    @property
    def is_leaf(self) -> bool:
        """Whether the graph begins here."""
        return self.primitive is None

    def detach(self) -> Tensor:
        """Return a constant with the same value: no gradient flows through it.

        It shares memory with this tensor, and its ``data`` is read-only.
        """
        if open_blocks and (capture := current().capture) is not None:
            return capture.detached(self)  # type: ignore[no-any-return]
        constant = Tensor(self._value, name=self.name)
        constant.saved = NOTHING_SAVED
        return constant

    def __repr__(self) -> str:
        text = np.array2string(np.asarray(self._value), separator=", ", prefix="tensor(")
        if self.name is not None:
            text += f", name={one_line(self.name)}"
        if self.primitive is not None:
            text += f", primitive={self.primitive.name}"
        elif self.requires_grad:
            text += ", requires_grad=True"
        if self.dtype != np.float64:
            text += f", dtype={self.dtype}"
        return f"tensor({text})"

    # Pickling or copying a node would have to copy its whole graph, one call deep per node.
    def __reduce__(self) -> tuple[Any, ...]:
        if self.primitive is not None:
            raise GradientError(
                f"copy: this tensor was made by {self.primitive.name} and belongs to a graph; "
                "copy t.detach() instead"
            )
        self._note_departure()
        own = self._value if self._owns_data else np.array(self._value)[()]
        return type(self), (own, self.requires_grad, self.name)


# Whatever an operation computes with: a list stands for the array that NumPy makes of it.
ArrayLike: TypeAlias = Tensor | Array | Scalar | Sequence[Any]
# What rules compute with: arrays or, when they are recorded, Tensors.
Value: TypeAlias = Tensor | Array


@called
def tensor(
    data: ArrayLike,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a leaf of the graph from numbers.

    The data are copied, so a later change to your array cannot reach the graph.

    Parameters
    ----------
    data : number, nested list, array or Tensor
        The value; of a Tensor, its value alone.
    dtype : NumPy dtype, optional
        A floating, integer or boolean dtype; by default what NumPy makes of ``data``.
    requires_grad : bool
        Whether gradients shall be computed for it.  Needs a floating dtype.
    name : str, optional
        A name for drawings and messages.

    Returns
    -------
    Tensor

    Raises
    ------
    DTypeError
        If the data are not numbers, are complex, or are integers that ask for a gradient.
    GradientError
        If a result that has a graph shall become a leaf that requires a gradient.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.tensor([1.0, 2.0], requires_grad=True, name="w")
    tensor([1., 2.], name='w', requires_grad=True)
    >>> ag.tensor([1, 2])
    tensor([1, 2], dtype=int64)
    """
    if isinstance(dtype, bool):
        raise DTypeError(f"tensor: dtype={dtype} is not a dtype; write requires_grad={dtype}")
    if isinstance(data, Tensor):
        if requires_grad and data.primitive is not None:
            raise GradientError(
                f"tensor: a result of {data.primitive.name} as a new leaf would cut the graph: "
                "nothing before it would be learned; use it as it is, or t.detach() if that is "
                "meant"
            )
        if (capture := capturing()) is None:
            data._note_departure()
        elif data not in capture.constants:
            return _captured(capture, data, dtype, requires_grad, name)
    value = as_value(raw(data), "tensor", dtype, copy=True)
    if requires_grad:
        check_floating(value.dtype, "tensor")
    return leaf(value, requires_grad, name)


def _captured(capture: Any, data: Tensor, dtype: Any, requires_grad: bool, name: Any) -> Tensor:
    """Make a tensor of the numbers of another one, as an operation of the program."""
    wanted = as_value(np.zeros(0, data.dtype), "tensor", dtype).dtype
    if requires_grad:
        check_floating(wanted, "tensor")
    made: Tensor = capture.detached(data, requires_grad, None if wanted == data.dtype else wanted)
    made.name = name
    return made


def leaf(value: Any, requires_grad: bool = False, name: str | None = None) -> Tensor:
    """Return a leaf of an array that is in use nowhere else, and so need not be copied."""
    made = Tensor(value, requires_grad, name)
    made.scope = current().scope
    return made


def raw(x: Any) -> Any:
    """Return the array behind a Tensor, and anything else as it is."""
    return x._value if isinstance(x, Tensor) else x


def detached(x: Any) -> Any:
    """Return the array behind a Tensor; in a capture, a Tensor without the derivative.

    What a rule or a composition computes of it, as a mask, is a constant for gradients, and yet
    an operation of the program that is captured.
    """
    if not isinstance(x, Tensor):
        return x
    capture = capturing()
    return x._value if capture is None else x.detach()
