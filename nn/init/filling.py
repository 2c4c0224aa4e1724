"""Tensors filled with numbers of the right size, and the generators that draw them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from autograd.core.seeds import Seed as Seed
from autograd.core.seeds import generator as generator
from nn.checks import not_negative, real
from nn.other_names import ON_THE_CPU

DEVICES = ("cpu", "cuda", "mps", "xpu", "meta")


def blank(shape: Sequence[int], dtype: ag.DTypeLike = float, floating: bool = True) -> ag.Array:
    """Return an array of zeros; refuse sizes and dtypes that cannot be.

    Examples
    --------
    >>> from nn.init import blank
    >>> blank((2, 3), "float32").dtype
    dtype('float32')
    """
    try:
        zeros = np.zeros(shape, dtype)
    except (TypeError, ValueError, MemoryError) as error:
        raise ag.OptionError(
            f"there are no zeros of shape {one_line(shape)} and dtype "
            f"{one_line(dtype)}: {one_line(error, 100, str)}"
        ) from None
    if floating and zeros.dtype.kind != "f":
        raise ag.OptionError(f"dtype {zeros.dtype} has no gradients; use float or 'float32'")
    return zeros


@called
def floating_dtype(owner: str, given: Any, *more: object, **options: object) -> Any:
    """Return a floating dtype; refuse devices, and what else ``to`` takes in PyTorch.

    Examples
    --------
    >>> from nn.init import floating_dtype
    >>> floating_dtype("to", "float32")
    dtype('float32')
    >>> floating_dtype("to", "cuda:0")
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: to: takes a dtype; 'cuda:0' is a device; there is only ...
    """
    device = options.get("device", given)
    if getattr(device, "type", str(device).partition(":")[0]) in DEVICES:
        raise ag.OptionError(
            f"{owner}: takes a dtype; {one_line(device)} is a device; {ON_THE_CPU}"
        )
    if more or options or isinstance(given, ag.Tensor):
        raise ag.OptionError(f"{owner}: takes one dtype, as in .to('float32')")
    try:
        named = str(given).removeprefix("torch.") if str(given).startswith("torch.") else given
        dtype = np.dtype(named)
    except TypeError:
        dtype = np.dtype(object)
    if given is None or dtype.kind != "f":
        raise ag.OptionError(
            f"{owner}: {one_line(given)} is not a floating dtype, such as 'float32'"
        )
    return dtype


@called
def fans(tensor: ag.Tensor) -> tuple[int, int]:
    """Return how many inputs a unit sees, and how many units see an input.

    Parameters
    ----------
    tensor : Tensor, (out, in, *kernel)
        The weight of a linear or convolutional layer.

    Returns
    -------
    fan_in, fan_out : int
        ``in * kernel`` and ``out * kernel``, with the number of elements of the kernel.

    Raises
    ------
    autograd.ShapeError
        If there are fewer than two axes.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import fans
    >>> import autograd as ag
    >>> fans(ag.tensor(np.zeros((16, 6, 5, 5))))
    (150, 400)
    """
    _check_tensor(tensor)
    if len(tensor.shape) < 2:
        raise ag.ShapeError(
            f"init: a tensor of shape {tensor.shape} has no fan; it takes two axes or more, "
            "(out, in, ...)"
        )
    outputs, inputs, *kernel = tensor.shape
    places = math.prod(kernel)
    return inputs * places, outputs * places


GAINS = {
    "linear": 1.0,
    "conv1d": 1.0,
    "conv2d": 1.0,
    "conv3d": 1.0,
    "conv_transpose1d": 1.0,
    "conv_transpose2d": 1.0,
    "conv_transpose3d": 1.0,
    "sigmoid": 1.0,
    "tanh": 5.0 / 3.0,
    "relu": math.sqrt(2.0),
    "selu": 0.75,
}


@called
def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return by how much weights must be larger to make up for what an activation takes away.

    `relu` makes half of its inputs 0, which halves the mean square; the gain is the root of 2.

    Parameters
    ----------
    nonlinearity : str
        "linear", "conv1d", "conv_transpose1d" and those of two and three dimensions, "sigmoid",
        "tanh", "relu", "leaky_relu" or "selu".
    param : float, optional
        The negative slope of "leaky_relu"; 0.01 by default.

    Raises
    ------
    autograd.OptionError
        If the activation is not known.

    Examples
    --------
    >>> from nn.init import calculate_gain
    >>> round(calculate_gain("relu"), 4)
    1.4142
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else real("calculate_gain", param=param)
        return math.sqrt(2.0 / (1.0 + slope**2))
    if not isinstance(nonlinearity, str) or nonlinearity not in GAINS:
        raise ag.OptionError(
            f"calculate_gain: {one_line(nonlinearity)} is not one of leaky_relu, {', '.join(GAINS)}"
        )
    return GAINS[nonlinearity]


@called
def constant_(tensor: ag.Tensor, val: float) -> ag.Tensor:
    """Fill with one number.

    Examples
    --------
    >>> from nn.init import constant_
    >>> import autograd as ag
    >>> constant_(ag.tensor([1.0, 2.0]), 0.5)
    tensor([0.5, 0.5])
    """
    value = real("constant_", val=val)
    return fill(tensor, lambda shape: np.full(shape, value))


@called
def zeros_(tensor: ag.Tensor) -> ag.Tensor:
    """Fill with zeros.

    Examples
    --------
    >>> from nn.init import zeros_
    >>> import autograd as ag
    >>> zeros_(ag.tensor([1.0, 2.0]))
    tensor([0., 0.])
    """
    return constant_(tensor, 0.0)


@called
def ones_(tensor: ag.Tensor) -> ag.Tensor:
    """Fill with ones.

    Examples
    --------
    >>> from nn.init import ones_
    >>> import autograd as ag
    >>> ones_(ag.tensor([3.0, 2.0]))
    tensor([1., 1.])
    """
    return constant_(tensor, 1.0)


@called
def uniform_(tensor: ag.Tensor, a: float = 0.0, b: float = 1.0, *, rng: Seed = None) -> ag.Tensor:
    """Fill with numbers that lie anywhere from ``a`` to ``b`` with equal probability.

    Parameters
    ----------
    tensor : Tensor
        A leaf.
    a, b : float
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Tensor
        The same, with new data.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import uniform_
    >>> import autograd as ag
    >>> w = uniform_(ag.tensor(np.zeros(1000)), -1.0, 1.0, rng=0)
    >>> bool(abs(w.data).max() <= 1.0)
    True
    """
    low, high = real("uniform_", a=a), real("uniform_", b=b)
    return fill(tensor, lambda shape: generator(rng).uniform(low, high, shape))


@called
def normal_(
    tensor: ag.Tensor, mean: float = 0.0, std: float = 1.0, *, rng: Seed = None
) -> ag.Tensor:
    """Fill with numbers from a normal distribution.

    Parameters
    ----------
    tensor : Tensor
        A leaf.
    mean, std : float
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Tensor
        The same, with new data.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import normal_
    >>> import autograd as ag
    >>> w = normal_(ag.tensor(np.zeros(1000)), std=2.0, rng=0)
    >>> bool(1.8 < w.data.std() < 2.2)
    True
    """
    not_negative("normal_", std=std)
    middle = real("normal_", mean=mean)
    return fill(tensor, lambda shape: generator(rng).normal(middle, std, shape))


@called
def xavier_uniform_(tensor: ag.Tensor, gain: float = 1.0, *, rng: Seed = None) -> ag.Tensor:
    """Fill evenly with variance ``2 gain^2 / (fan_in + fan_out)`` (Glorot and Bengio 2010).

    The compromise between keeping the size of the signal and that of the gradient; for sigmoid and
    tanh.

    Parameters
    ----------
    tensor : Tensor, (out, in, *kernel)
    gain : float
        See `calculate_gain`.
    rng : int, numpy.random.Generator or None

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import xavier_uniform_
    >>> import autograd as ag
    >>> w = xavier_uniform_(ag.tensor(np.zeros((100, 50))), rng=0)
    >>> bool(abs(w.data).max() <= (6 / 150) ** 0.5)
    True
    """
    return _uniform(tensor, gain, sum(fans(tensor)) / 2, rng)


@called
def xavier_normal_(tensor: ag.Tensor, gain: float = 1.0, *, rng: Seed = None) -> ag.Tensor:
    """As `xavier_uniform_`, with the same variance, but from a normal distribution.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import xavier_normal_
    >>> import autograd as ag
    >>> w = xavier_normal_(ag.tensor(np.zeros((100, 50))), rng=0)
    >>> round(float(w.data.std()), 1)  # (2 / 150)^(1/2) = 0.115
    0.1
    """
    return _normal(tensor, gain, sum(fans(tensor)) / 2, rng)


@called
def kaiming_uniform_(
    tensor: ag.Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: Seed = None,
) -> ag.Tensor:
    """Fill evenly with variance ``gain^2 / fan`` (He et al. 2015); for relu and leaky relu.

    Parameters
    ----------
    tensor : Tensor, (out, in, *kernel)
    a : float
        The negative slope of the leaky relu that follows; 0 is relu.
    mode : {"fan_in", "fan_out"}
        Whether to keep the size of the signal or that of the gradient.
    nonlinearity : str
        See `calculate_gain`.
    rng : int, numpy.random.Generator or None

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import kaiming_uniform_
    >>> import autograd as ag
    >>> w = kaiming_uniform_(ag.tensor(np.zeros((100, 50))), rng=0)
    >>> bool(abs(w.data).max() <= (6 / 50) ** 0.5)
    True
    """
    return _uniform(tensor, calculate_gain(nonlinearity, a), _fan(tensor, mode), rng)


@called
def kaiming_normal_(
    tensor: ag.Tensor,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: Seed = None,
) -> ag.Tensor:
    """As `kaiming_uniform_`, with the same variance, but from a normal distribution.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import kaiming_normal_
    >>> import autograd as ag
    >>> w = kaiming_normal_(ag.tensor(np.zeros((100, 50))), rng=0)
    >>> round(float(w.data.std()), 1)  # (2 / 50)^(1/2) = 0.2
    0.2
    """
    return _normal(tensor, calculate_gain(nonlinearity, a), _fan(tensor, mode), rng)


@called
def lecun_uniform_(tensor: ag.Tensor, *, rng: Seed = None) -> ag.Tensor:
    """Fill evenly with variance ``1 / fan_in`` (LeCun et al. 1998).

    Parameters
    ----------
    tensor : Tensor, (out, in, *kernel)
    rng : int, numpy.random.Generator or None

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import lecun_uniform_
    >>> import autograd as ag
    >>> w = lecun_uniform_(ag.tensor(np.zeros((100, 48))), rng=0)
    >>> bool(abs(w.data).max() <= 0.25)
    True
    """
    return _uniform(tensor, 1.0, fans(tensor)[0], rng)


@called
def lecun_normal_(tensor: ag.Tensor, *, rng: Seed = None) -> ag.Tensor:
    """As `lecun_uniform_`, with the same variance, but from a normal distribution.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import lecun_normal_
    >>> import autograd as ag
    >>> w = lecun_normal_(ag.tensor(np.zeros((100, 25))), rng=0)
    >>> round(float(w.data.std()), 1)
    0.2
    """
    return _normal(tensor, 1.0, fans(tensor)[0], rng)


def fill(tensor: ag.Tensor, values: Callable[[tuple[int, ...]], Any]) -> ag.Tensor:
    """Put what a function makes of its shape into a tensor, and return that."""
    _check_tensor(tensor)
    tensor.data = values(tensor.shape)
    return tensor


def _check_tensor(tensor: object) -> None:
    if not isinstance(tensor, ag.Tensor):
        raise ag.OptionError(
            f"init: fills a Tensor, such as layer.weight, not a {type(tensor).__name__}"
        )


def _fan(tensor: ag.Tensor, mode: str) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ag.OptionError(f"init: mode {mode!r} is neither 'fan_in' nor 'fan_out'")
    return fans(tensor)[mode == "fan_out"]


def _uniform(tensor: ag.Tensor, gain: float, fan: float, rng: Seed) -> ag.Tensor:
    bound = gain * math.sqrt(3.0 / max(fan, 1))  # evenly from -b to b, the variance is b^2 / 3
    return uniform_(tensor, -bound, bound, rng=rng)


def _normal(tensor: ag.Tensor, gain: float, fan: float, rng: Seed) -> ag.Tensor:
    return normal_(tensor, 0.0, gain / math.sqrt(max(fan, 1)), rng=rng)
