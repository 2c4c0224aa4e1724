"""The encoder of a transformer: attention among the elements, then a small network for each."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import autograd as ag
from nn.checks import at_least_one, boolean
from nn.containers import ModuleList
from nn.init import Seed, generator
from nn.layers.attention.multihead import MultiheadAttention
from nn.layers.dropout import Dropout
from nn.layers.inputs import in_dtype_of
from nn.layers.layer_norm import LayerNorm
from nn.layers.linear import Linear
from nn.module import Module

Activation = Callable[[Any], Any]

ACTIVATIONS: Mapping[str, Activation] = {"relu": ag.relu, "gelu": ag.gelu}


class TransformerEncoderLayer(Module):
    """Self-attention and a network of two dense layers, each added to its input (Vaswani 2017).

    ``x = norm1(x + attention(x))`` and ``x = norm2(x + linear2(activation(linear1(x))))``; or, with
    ``norm_first``, ``x = x + attention(norm1(x))`` and so on, which trains deeper networks.

    Parameters
    ----------
    d_model : int
        The length of an element.
    nhead : int
        The number of heads, which divides ``d_model``.
    dim_feedforward : int
        The width of the network.
    dropout : float
        In training, after both parts, between the dense layers, and of the attention's weights.
    activation : {"relu", "gelu"} or function
    layer_norm_eps : float
    batch_first : bool
        Whether sequences are (N, L, d_model), not (L, N, d_model).
    norm_first : bool
        Whether normalisation comes before the parts.
    bias : bool
    rng : int, numpy.random.Generator or None
        Draws the weights, and then the masks of dropout.
    dtype : floating NumPy dtype

    Attributes
    ----------
    self_attn : MultiheadAttention
    linear1, linear2 : Linear
    norm1, norm2 : LayerNorm
    dropout, dropout1, dropout2 : Dropout

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError, autograd.DTypeError
        When called, if the input or a mask does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True, rng=0)
    >>> layer(np.ones((2, 5, 8)), is_causal=True).shape
    (2, 5, 8)
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Activation = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        if not callable(activation) and activation not in ACTIVATIONS:
            raise ag.OptionError(
                f"TransformerEncoderLayer: activation={activation!r} must be one of "
                f"{', '.join(ACTIVATIONS)}, or a function"
            )
        boolean("TransformerEncoderLayer", norm_first=norm_first)
        rng = generator(rng)
        new: dict[str, Any] = {"bias": bias, "dtype": dtype}
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, batch_first=batch_first, rng=rng, **new
        )
        self.linear1 = Linear(d_model, dim_feedforward, rng=rng, **new)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, rng=rng, **new)
        self.norm_first = bool(norm_first)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, **new)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, **new)
        self.dropout1 = Dropout(dropout, rng=rng)
        self.dropout2 = Dropout(dropout, rng=rng)
        self.activation = activation

    def forward(
        self,
        src: ag.ArrayLike,
        src_mask: ag.ArrayLike | None = None,
        src_key_padding_mask: ag.ArrayLike | None = None,
        is_causal: bool = False,
    ) -> Any:
        """Map (L, N, d_model), or (N, L, d_model) if ``batch_first``, or (L, d_model), to the same.

        The masks are those of `MultiheadAttention`: (L, L) or (N nhead, L, L), and (N, L).
        """
        x: Any = in_dtype_of(self.linear1.weight, src)
        masks = (src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            x = x + self._attend(self.norm1(x), *masks)
            return x + self._transform(self.norm2(x))
        x = self.norm1(x + self._attend(x, *masks))
        return self.norm2(x + self._transform(x))

    def _attend(self, x: Any, mask: Any, padding: Any, is_causal: bool) -> Any:
        y, _ = self.self_attn(x, x, x, padding, False, mask, is_causal=is_causal)
        return self.dropout1(y)

    def _transform(self, x: Any) -> Any:
        activation = self.activation
        f: Activation = activation if callable(activation) else ACTIVATIONS[activation]
        return self.dropout2(self.linear2(self.dropout(f(self.linear1(x)))))


class TransformerEncoder(Module):
    """Copies of a layer, one after another, and at the end perhaps a normalisation.

    As in PyTorch, the copies begin with the same weights; ``reset_parameters(rng)`` draws others.

    Parameters
    ----------
    encoder_layer : TransformerEncoderLayer
        Copied, and not used itself.
    num_layers : int
    norm : Module, optional
        For example a `LayerNorm`.

    Attributes
    ----------
    layers : ModuleList
    norm : Module or None

    Raises
    ------
    autograd.OptionError
        If ``encoder_layer`` is not a module, or ``num_layers`` not an integer of at least 1.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> layer = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, rng=0)
    >>> nn.TransformerEncoder(layer, num_layers=3)(np.ones((5, 2, 8))).shape
    (5, 2, 8)
    """

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        at_least_one("TransformerEncoder", num_layers=num_layers)
        if not isinstance(encoder_layer, Module):
            raise ag.OptionError(
                f"TransformerEncoder: encoder_layer is a {type(encoder_layer).__name__}, and must "
                "be a module, such as nn.TransformerEncoderLayer(...)"
            )
        self.layers = ModuleList(_copied(encoder_layer) for _ in range(num_layers))
        self.num_layers = num_layers
        self.norm = norm

    def forward(
        self,
        src: ag.ArrayLike,
        mask: ag.ArrayLike | None = None,
        src_key_padding_mask: ag.ArrayLike | None = None,
        is_causal: bool = False,
    ) -> Any:
        """Map (L, N, d_model) to the same, with the masks of the layers."""
        x: Any = src
        for layer in self.layers:
            x = layer(x, mask, src_key_padding_mask, is_causal)
        return x if self.norm is None else self.norm(x)


def _copied(layer: Module) -> Module:
    """Return a copy that draws from the same generators: dropout must differ between layers."""
    drawn = (vars(part).get("rng") for part in layer.modules())
    return copy.deepcopy(layer, {id(rng): rng for rng in drawn if rng is not None})
