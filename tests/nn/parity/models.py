"""Networks of the lectures, narrow: outputs, and for every weight its gradient.

Weights are drawn from the case's seed and not stored.  Of each gradient three numbers are stored,
its products with vectors of random signs, which no other gradient has.
"""

import math
import zlib

import numpy as np

import nn
from tests.nn.parity import Case

CASES = [
    Case("AlexNet", 0, {"width": 1 / 32, "classes": 5}, (1, 3, 75, 67)),
    Case("AlexNet2012", 0, {"width": 1 / 16, "classes": 5}, (1, 3, 227, 227)),
    Case("ZFNet", 0, {"width": 1 / 32, "classes": 5}, (1, 3, 224, 224)),
    Case("VGG", 0, {"kind": 16, "width": 1 / 32, "classes": 5}, (1, 3, 64, 40)),
    Case("VGG", 1, {"kind": 19, "width": 1 / 32, "classes": 5}, (1, 3, 32, 32)),
    Case("VGG", 2, {"kind": "M", "width": 1 / 32, "classes": 5}, (1, 3, 120, 131)),
    Case("GoogLeNet", 0, {"batch_norm": False, "width": 1 / 16, "classes": 5}, (2, 3, 70, 64)),
    Case("GoogLeNet", 1, {"batch_norm": True, "width": 1 / 16, "classes": 5}, (2, 3, 70, 64)),
    Case(
        "GoogLeNet",
        2,
        {"batch_norm": True, "width": 1 / 16, "classes": 5},
        (1, 3, 70, 64),
        {"mode": "eval"},
    ),
    Case("ResNet", 0, {"depth": 18, "width": 1 / 16, "classes": 5}, (2, 3, 70, 65)),
    Case("ResNet", 1, {"depth": 50, "width": 1 / 16, "classes": 5}, (2, 3, 65, 70)),
    Case("ResNet", 2, {"depth": 20, "width": 1 / 4, "classes": 5}, (2, 3, 16, 15)),
    Case(
        "ResNet", 3, {"depth": 50, "width": 1 / 16, "classes": 5}, (1, 3, 65, 70), {"mode": "eval"}
    ),
]


def draw(case):
    return {"x": case.rng.integers(-1, 2, case.shape, dtype="int8")}  # a small file


def weight(case, name, shape):
    """Draw a parameter: normalising ones about 1, the others so that signals keep their size."""
    rng = np.random.default_rng(zlib.crc32(f"{case.id} {name}".encode()))
    drawn = rng.uniform(-1, 1, shape)
    if name.endswith("num_batches_tracked"):
        return np.asarray(3)
    if len(shape) > 1:
        return drawn * math.sqrt(6 / math.prod(shape[1:]))
    return drawn / 4 + (1 if name.endswith(("weight", "running_var")) else 0)


def loss_of(outputs):
    """A sum in which every output counts, the logits of auxiliary heads too."""
    parts = outputs if isinstance(outputs, tuple) else (outputs,)
    return sum((i + 1) * ((y * y).mean() + y.sum()) for i, y in enumerate(parts))


def used(model):
    """The parameters without those of auxiliary heads, which have no part in an evaluation."""
    named = model.named_parameters()
    return [(name, p) for name, p in named if model.training or not name.startswith("aux")]


def summed(outputs, gradients):
    """Return what is stored: all outputs, and three products for every gradient."""
    parts = outputs if isinstance(outputs, tuple) else (outputs,)
    result = {f"out{i}": y for i, y in enumerate(parts)}
    for name, gradient in gradients.items():
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        signs = rng.choice([-1.0, 1.0], (3, gradient.size))
        result[f"grad.{name}"] = signs @ gradient.ravel().astype(float)
    return result


def by_nn(case, given, dtype="float64"):
    model = getattr(nn.models, case.name)(**case.options, dtype=dtype, rng=0)
    model.load_state_dict({k: weight(case, k, v.shape) for k, v in model.state_dict().items()})
    model.train(case.extra.get("mode") != "eval")
    for part in model.modules():
        if isinstance(part, nn.Dropout):
            part.p = 0.0
    x = nn.Parameter(given["x"].astype(dtype))
    outputs = model(x)
    loss_of(outputs).backward()
    gradients = {"x": x.grad} | {name: p.grad for name, p in used(model)}
    assert {g.dtype.name for g in gradients.values()} == {dtype}
    parts = tuple(y.data for y in outputs) if isinstance(outputs, tuple) else outputs.data
    return summed(parts, gradients)


def by_torch(case, given):
    import torch

    from tests.nn.parity import torch_models

    torch.set_default_dtype(torch.float64)
    options = dict(case.options)
    sizes = (options["width"], options["classes"])
    makers = {
        "AlexNet": lambda: torch_models.alexnet(*sizes),
        "AlexNet2012": lambda: torch_models.alexnet2012(*sizes),
        "ZFNet": lambda: torch_models.zfnet(*sizes),
        "VGG": lambda: torch_models.vgg(options["kind"], *sizes),
        "GoogLeNet": lambda: torch_models.GoogLeNet(options["batch_norm"], *sizes),
        "ResNet": lambda: torch_models.ResNet(options["depth"], *sizes),
    }
    model = makers[case.name]()
    state = {
        k: torch.tensor(weight(case, k, tuple(v.shape))) for k, v in model.state_dict().items()
    }
    model.load_state_dict(state)
    model.train(case.extra.get("mode") != "eval")
    x = torch.tensor(given["x"].astype(float), requires_grad=True)
    outputs = model(x)
    loss_of(outputs).backward()
    gradients = {"x": x.grad} | {name: p.grad for name, p in used(model)}
    parts = outputs if isinstance(outputs, tuple) else (outputs,)
    return summed(
        tuple(y.detach().numpy() for y in parts), {k: g.numpy() for k, g in gradients.items()}
    )
