"""Recurrent layers, attention, encoders: outputs, gradients, the weights after 20 steps."""

import math

import numpy as np

import nn
from tests.nn.parity import Case
from tests.nn.parity.layers import draw, fed, in_torch, made, state

__all__ = ["CASES", "by_nn", "by_torch", "draw"]

CASES: list[Case] = []


def case(name, shape, options, mode="train", **forward):
    number = sum(c.name == name for c in CASES)
    CASES.append(Case(name, number, options, shape, {"mode": mode, "forward": forward}))


def flat(output):
    """Yield the tensors of an output: states, weights of attention."""
    for part in output if isinstance(output, tuple) else (output,):
        if isinstance(part, tuple):
            yield from flat(part)
        elif part is not None:
            yield part


def numbers(x):
    return np.array(x.detach() if hasattr(x, "detach") else x)


def by_nn(case, given):
    module = made(case)
    module.load_state_dict(state(given))
    return results(case, module, given["x"], nn.Parameter, nn.optim.SGD)


def by_torch(case, given):
    import torch

    torch.set_default_dtype(torch.float64)
    module = in_torch(case, torch, given)

    def tensors(x):
        if isinstance(x, dict):
            return {name: tensors(value) for name, value in x.items()}
        if isinstance(x, tuple):
            return tuple(map(tensors, x))
        return torch.tensor(x) if isinstance(x, np.ndarray) else x

    extra = case.extra | {"forward": tensors(case.extra["forward"])}
    case = Case(case.name, case.number, case.options, case.shape, extra)
    leaf = lambda x: torch.tensor(x, requires_grad=True)  # noqa: E731
    return results(case, module, given["x"], leaf, torch.optim.SGD)


def results(case, module, given, leaf, sgd):
    """What a module of either library makes of an input; their methods have the same names."""
    x = leaf(given)
    outputs = list(flat(fed(case, module, x, None)))
    sum((y * y).sum() / 2 + y.sum() for y in outputs).backward()
    found = {f"out.{i}": numbers(y) for i, y in enumerate(outputs)} | {"grad.x": numbers(x.grad)}
    found |= {f"grad.{name}": numbers(p.grad) for name, p in module.named_parameters()}
    optimiser = sgd(module.parameters(), lr=0.05, momentum=0.9)
    for _ in range(20):
        module.zero_grad()
        y = next(flat(fed(case, module, leaf(given), None)))
        ((y * y).mean() / 2).backward()
        optimiser.step()
    return found | {f"trained.{name}": numbers(p) for name, p in module.named_parameters()}


def states(*shape, first=0):
    """Numbers such as 0.375, the same whatever generators NumPy has."""
    return ((np.arange(math.prod(shape)) * 7 + first) % 17 - 8).reshape(shape) / 8


def two_states(*shape):
    return states(*shape), states(*shape, first=3)


def hidden(*shape):
    """A boolean mask that leaves each query the first key."""
    mask = states(*shape, first=5) > 0
    mask[..., 0] = False
    return mask


for name, of in (("RNNCell", {"nonlinearity": "relu"}), ("LSTMCell", {}), ("GRUCell", {})):
    pair = two_states if name == "LSTMCell" else states
    case(name, (2, 3), {"input_size": 3, "hidden_size": 2})
    case(name, (2, 3), {"input_size": 3, "hidden_size": 4, "bias": False}, hx=pair(2, 4))
    case(name, (1,), {"input_size": 1, "hidden_size": 2, **of}, hx=pair(2))

for name, of in (("RNN", {"nonlinearity": "relu"}), ("LSTM", {"proj_size": 1}), ("GRU", {})):
    pair = two_states if name == "LSTM" else states
    case(name, (3, 2, 3), {"input_size": 3, "hidden_size": 2})
    case(name, (2, 3, 1), {"input_size": 1, "hidden_size": 2, "bias": False, "batch_first": True})
    several = {"input_size": 2, "hidden_size": 2, "num_layers": 2, "bidirectional": True}
    case(name, (3, 2, 2), several, hx=pair(4, 2, 2))
    case(name, (11, 2), {"input_size": 2, "hidden_size": 3}, hx=pair(1, 3))
    case(name, (2, 1, 2), {"input_size": 2, "hidden_size": 3, "num_layers": 2, **of})
    case(name, (2, 2, 2), several | {"dropout": 0.5, "batch_first": True, **of}, "eval")
    case(name, (1, 1, 1), {"input_size": 1, "hidden_size": 2, **of})

ATTENTION = {"embed_dim": 4, "num_heads": 2}
case("MultiheadAttention", (3, 2, 4), ATTENTION)
case("MultiheadAttention", (2, 3, 4), ATTENTION | {"batch_first": True}, need_weights=False)
case("MultiheadAttention", (3, 4), ATTENTION | {"bias": False}, attn_mask=hidden(3, 3))
case("MultiheadAttention", (2, 4), ATTENTION, attn_mask=hidden(2, 2, 2), average_attn_weights=False)
case(
    "MultiheadAttention",
    (2, 3, 4),
    ATTENTION | {"batch_first": True, "dropout": 0.5},
    "eval",
    key_padding_mask=hidden(2, 3),
    attn_mask=hidden(4, 3, 3),
)
case(
    "MultiheadAttention",
    (2, 2, 2),
    {"embed_dim": 2, "num_heads": 1, "kdim": 3, "vdim": 1},
    key=states(3, 2, 3),
    value=states(3, 2, 1),
    key_padding_mask=states(2, 3),
    attn_mask=states(2, 3, first=9),
)
case(
    "MultiheadAttention",
    (1, 3, 4),
    ATTENTION | {"kdim": 1, "batch_first": True, "bias": False},
    key=states(1, 2, 1),
    value=states(1, 2, 4),
    average_attn_weights=False,
)

LAYER = {"d_model": 4, "nhead": 2, "dim_feedforward": 3, "dropout": 0.0}
for name, of, mask in (
    ("TransformerEncoderLayer", {}, "src_mask"),
    ("TransformerEncoder", {"num_layers": 2, "normed": True}, "mask"),
):
    case(name, (3, 2, 4), LAYER | of)
    case(name, (2, 3, 4), LAYER | of | {"norm_first": True, "activation": "gelu", "bias": False})
    case(name, (3, 4), LAYER | of | {"layer_norm_eps": 0.1}, **{mask: hidden(3, 3)})
    case(
        name,
        (2, 3, 4),
        LAYER | of | {"batch_first": True, "dropout": 0.1},
        "eval",
        src_key_padding_mask=hidden(2, 3),
        **{mask: hidden(4, 3, 3)},
    )
