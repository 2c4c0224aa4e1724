"""The Tensor: a value that knows how it was made.

A computational graph needs no structure of its own.  Each `Tensor` is a node: it holds a value
and the application that produced it, that is, the `primitive`, its `inputs` in order and its
`params`.  Following `inputs` from a result leads back to the leaves, and the reverse sweep walks
just that path.  A Tensor never points forwards at those who use it.  There are thus no reference
cycles, and a graph is freed the moment its last result is dropped.

This module holds the data structure alone.  Arithmetic, methods and the NumPy protocols are bound
to the class in `autograd.methods.methods`, from one table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from autograd.core.context import current
from autograd.core.messages import one_line
from autograd.core.types import Array, Scalar
from autograd.errors import DTypeError, GradientError, ImmutableError, ShapeError, UnsupportedError

if TYPE_CHECKING:
    from autograd.core.context import Scope
    from autograd.core.primitive import Primitive
    from autograd.core.source_location import Place

NO_PARAMS: dict[str, Any] = {}


class Tensor:
    """A node of the computational graph: a value, and the application that made it.

    Tensors are made by `autograd.tensor` and by operations, and are immutable as values.

    Attributes
    ----------
    data : numpy.ndarray or NumPy scalar
        The value.  A 0-d value is held as a NumPy scalar.  That of a leaf can be replaced.
    requires_grad : bool
        Whether gradients flow through this node.  A result requires a gradient if an input does.
    grad : numpy.ndarray, NumPy scalar or None
        What `backward` has accumulated, of the shape and dtype of `data`; None while nothing has
        been computed, which is not the same as 0.
    primitive : Primitive or None
        The operation that made this node; None for a leaf, and for a result that does not require
        a gradient, which remembers nothing of how it was made.
    inputs : tuple
        The arguments of that operation in order: Tensors, and constants as they were given.
        ``x * x`` has two.
    params : dict
        Its further arguments, such as ``axis``.
    name : str or None
        A name for drawings and messages.
    scope : Scope or None
        The named region in which the node was made.
    place : Place or None
        The line that made the node, if it was made inside `autograd.debug`.  Otherwise there is no
        such attribute, since setting it would cost time: read ``getattr(t, "place", None)``.
    """

    __slots__ = (
        "_value",  # what the engine reads; users go through the property
        "grad",
        "inputs",
        "name",
        "params",
        "place",
        "primitive",
        "requires_grad",
        "scope",
    )

    # A node is itself and no other, whatever == says about its elements.
    __hash__ = object.__hash__

    _value: Any
    requires_grad: bool
    grad: Any
    primitive: Primitive | None
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    name: str | None
    scope: Scope | None
    place: Place | None

    def __init__(self, data: Any, requires_grad: bool = False, name: str | None = None) -> None:
        self._value = as_value(data, "Tensor")
        self.requires_grad = requires_grad
        self.grad = None
        self.primitive = None
        self.inputs = ()
        self.params = NO_PARAMS
        self.name = name
        self.scope = None

    @property
    def data(self) -> Any:
        """The value.  That of a leaf may be replaced, as optimisers do, by one of its shape.

        The new array is taken as it is, not copied, if its dtype is that of the tensor.

        Raises
        ------
        ImmutableError
            If the tensor is a result of others.
        DTypeError, ShapeError
            If the new value is no array of numbers of this shape.
        """
        return self._value

    @data.setter
    def data(self, value: Any) -> None:
        if self.primitive is not None:
            raise ImmutableError(
                f"data: this tensor is a result of {self.primitive.name}; only the data of a leaf "
                "can be replaced"
            )
        if isinstance(value, Tensor):
            raise DTypeError("data: expected an array, not a Tensor; write w.data = new.data")
        if type(value) is not np.ndarray or value.dtype != self._value.dtype:
            value = as_value(value, "data", self.dtype)
        if value.shape != self._value.shape:
            raise ShapeError(f"data: shape {value.shape} cannot replace {self.shape}")
        self._value = value if value.ndim else value[()]

    @property
    def shape(self) -> tuple[int, ...]:
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

    def item(self) -> Any:
        """Return the value of a one-element tensor as a Python number.

        Raises
        ------
        ShapeError
            If there is not exactly one element.
        """
        if self.size != 1:
            raise ShapeError(
                f"item: a tensor of shape {self.shape} has {self.size} elements; "
                "index it or reduce it to one"
            )
        return self.data.item()

    def numpy(self) -> np.ndarray[Any, Any]:
        """Return a copy of the value as an array, outside the graph."""
        return np.array(self.data)

    def detach(self) -> Tensor:
        """Return a constant with the same value: no gradient flows through it."""
        return Tensor(self.data, name=self.name)

    def __repr__(self) -> str:
        text = np.array2string(np.asarray(self.data), separator=", ", prefix="tensor(")
        if self.name is not None:
            text += f", name={self.name!r}"
        if self.primitive is not None:
            text += f", primitive={self.primitive.name}"
        elif self.requires_grad:
            text += ", requires_grad=True"
        if self.dtype != np.float64:
            text += f", dtype={self.dtype}"
        return f"tensor({text})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __len__(self) -> int:
        if self.ndim == 0:
            raise ShapeError("len: a 0-d tensor has no length; use .item() for its number")
        return self.shape[0]

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ShapeError(
                f"bool: a tensor of shape {self.shape} is neither true nor false; "
                "use ag.where, or .data.any() or .data.all()"
            )
        return bool(self.data)

    def __float__(self) -> float:
        self._refuse_to_leave("float")
        return float(self.item())

    def __int__(self) -> int:
        self._refuse_to_leave("int")
        return int(self.item())

    def __index__(self) -> int:
        if self.size != 1 or self.dtype.kind not in "iu":
            raise DTypeError(
                f"index: a tensor of shape {self.shape} and dtype {self.dtype} is no index; "
                "a single integer is"
            )
        return int(self.item())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        self._refuse_to_leave("np.asarray")
        if copy is False and not isinstance(self.data, np.ndarray):
            raise ValueError("np.asarray: a 0-d tensor cannot become an array without a copy")
        return np.array(self.data, dtype=dtype, copy=copy)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise ImmutableError(
            "setitem: tensors are immutable; use y = x.at[i].set(v) or y = x.at[i].add(v), "
            "which return a new tensor"
        )

    def __floordiv__(self, other: Any) -> Tensor:
        raise UnsupportedError("floordiv: tensors have no //; use ag.floor(x / y)")

    def __mod__(self, other: Any) -> Tensor:
        raise UnsupportedError("mod: tensors have no %; use x - y * ag.floor(x / y)")

    # Pickling or copying a node would have to copy its whole graph, one call deep per node.
    def __reduce__(self) -> tuple[Any, ...]:
        if self.primitive is not None:
            raise GradientError(
                f"copy: this tensor was made by {self.primitive.name} and belongs to a graph; "
                "copy t.detach() instead"
            )
        return type(self), (self.data, self.requires_grad, self.name)

    def _refuse_to_leave(self, caller: str) -> None:
        if self.requires_grad:
            raise GradientError(
                f"{caller}: the tensor requires a gradient, which would be lost here; compute with "
                "functions of ag or NumPy, or leave with t.detach(), t.numpy() or t.item()"
            )

    if TYPE_CHECKING:
        # Bound in autograd.methods.methods; a test holds this list against that table.
        T: Tensor
        at: Any
        backward: Callable[..., None]
        abs: Callable[..., Tensor]
        argmax: Callable[..., Tensor]
        argmin: Callable[..., Tensor]
        astype: Callable[..., Tensor]
        clip: Callable[..., Tensor]
        cumsum: Callable[..., Tensor]
        diagonal: Callable[..., Tensor]
        dot: Callable[..., Tensor]
        exp: Callable[..., Tensor]
        flatten: Callable[..., Tensor]
        log: Callable[..., Tensor]
        max: Callable[..., Tensor]
        mean: Callable[..., Tensor]
        min: Callable[..., Tensor]
        prod: Callable[..., Tensor]
        ravel: Callable[..., Tensor]
        relu: Callable[..., Tensor]
        repeat: Callable[..., Tensor]
        reshape: Callable[..., Tensor]
        sigmoid: Callable[..., Tensor]
        sqrt: Callable[..., Tensor]
        squeeze: Callable[..., Tensor]
        std: Callable[..., Tensor]
        sum: Callable[..., Tensor]
        swapaxes: Callable[..., Tensor]
        take: Callable[..., Tensor]
        tanh: Callable[..., Tensor]
        trace: Callable[..., Tensor]
        transpose: Callable[..., Tensor]
        var: Callable[..., Tensor]

        def __abs__(self) -> Tensor: ...
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __rmatmul__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __pos__(self) -> Tensor: ...
        def __getitem__(self, index: Any) -> Tensor: ...
        def __iter__(self) -> Iterator[Tensor]: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...
        def __eq__(self, other: Any) -> Tensor: ...  # type: ignore[override]
        def __ne__(self, other: Any) -> Tensor: ...  # type: ignore[override]


# Whatever an operation computes with: a list stands for the array that NumPy makes of it.
ArrayLike: TypeAlias = Tensor | Array | Scalar | Sequence[Any]


def tensor(
    data: Any, dtype: Any = None, requires_grad: bool = False, name: str | None = None
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

    Examples
    --------
    >>> import autograd as ag
    >>> ag.tensor([1.0, 2.0], requires_grad=True, name="w")
    tensor([1., 2.], name='w', requires_grad=True)
    >>> ag.tensor([1, 2])
    tensor([1, 2], dtype=int64)
    """
    value = as_value(data.data if isinstance(data, Tensor) else data, "tensor", dtype, copy=True)
    if requires_grad and value.dtype.kind != "f":
        raise DTypeError(
            f"tensor: a gradient needs floating-point numbers, not {value.dtype}; "
            "write 2.0 for 2, or pass dtype=float"
        )
    leaf = Tensor(value, requires_grad, name)
    leaf.scope = current().scope
    return leaf


def as_value(data: Any, operation: str, dtype: Any = None, copy: bool | None = None) -> Any:
    """Return numbers as an array or NumPy scalar, or say why they are none."""
    if isinstance(data, np.ma.MaskedArray):
        raise DTypeError(f"{operation}: masked arrays are not supported; use .filled(value)")
    try:
        if dtype is not None and not isinstance(data, (np.ndarray, np.generic)):
            _check_numbers(data)
        array = np.array(data, dtype=dtype, copy=copy)
    except GradientError:
        raise DTypeError(
            f"{operation}: a list of tensors is no tensor; use ag.stack or ag.concatenate"
        ) from None
    except (TypeError, ValueError, OverflowError) as error:
        reason = one_line(error, 200, str)
        raise DTypeError(f"{operation}: cannot read the data as numbers: {reason}") from None
    if array.dtype.kind not in "fiub":
        raise DTypeError(
            f"{operation}: {type(data).__name__} of dtype {array.dtype} is not supported; "
            "use real floating-point, integer or boolean numbers"
        )
    return array if array.ndim else array[()]


def _check_numbers(data: Any) -> None:
    """Refuse what NumPy would read as a float if it is asked for one: None and text."""
    array = np.asarray(data)
    if array.dtype.kind == "O" and not all(isinstance(x, (int, float)) for x in array.flat):
        raise TypeError("some elements are no numbers")
    if array.dtype.kind in "USc":
        raise TypeError(f"the elements are {'complex' if array.dtype.kind == 'c' else 'text'}")


def is_weak(x: Any) -> bool:
    """Return whether ``x`` is a number of Python's, which takes the dtype of what it meets."""
    return isinstance(x, (float, int)) and not isinstance(x, np.generic)


def raw(x: Any) -> Any:
    """Return the array behind a Tensor, and anything else as it is."""
    return x._value if isinstance(x, Tensor) else x


@contextmanager
def with_values(leaves: Sequence[Tensor], values: Sequence[Any]) -> Iterator[None]:
    """Give leaves other values, of whatever dtype, for as long as a block runs."""
    before = [leaf._value for leaf in leaves]
    for leaf, value in zip(leaves, values, strict=True):
        leaf._value = np.asarray(value)[()]
    try:
        yield
    finally:
        for leaf, value in zip(leaves, before, strict=True):
            leaf._value = value
