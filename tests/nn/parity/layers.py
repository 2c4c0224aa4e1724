"""Layers: output, gradients, buffers, and the weights after 20 steps of gradient descent."""

import numpy as np

import nn
from tests.nn.parity import eighths
from tests.nn.parity.geometries import CASES as CASES


def made(case):
    """Our module, in the mode of the case, with the parameters that it happens to have."""
    options = dict(case.options)
    if case.name == "GaussianBasis":
        options |= {"centres": np.zeros(case.extra["centres"])}
    return in_mode(case, built(case.name, nn, options))


def built(name, library, options):
    """A module of either library; an encoder is made of a layer with these options."""
    if name != "TransformerEncoder":
        return getattr(library, name)(**options)
    own = {key: options.pop(key) for key in ("num_layers", "normed")}
    norm = library.LayerNorm(options["d_model"]) if own.pop("normed") else None
    return library.TransformerEncoder(library.TransformerEncoderLayer(**options), norm=norm, **own)


def in_mode(case, module):
    return module.eval() if case.extra.get("mode") == "eval" else module


def draw(case):
    rng = case.rng
    if case.name == "Embedding":
        given = {"x": rng.integers(0, case.options["num_embeddings"], case.shape)}
    else:
        given = {"x": eighths(rng, case.shape)}
    for name, value in made(case).state_dict().items():
        positive = name in ("running_var", "width", "num_batches_tracked")
        drawn = eighths(rng, value.shape, 2, 17) if positive else eighths(rng, value.shape, -8, 9)
        given[f"state.{name}"] = np.asarray(3) if name == "num_batches_tracked" else drawn
    return given


def state(given):
    return {key[6:]: value for key, value in given.items() if key.startswith("state.")}


def fed(case, module, x, max_pool):
    """Call a module of either library as the case says."""
    if case.name.startswith("MaxUnpool"):
        values, places = max_pool(x, 2)
        return module(values, places, x.shape if case.extra["output"] else None)
    if "parts" in case.extra:  # of two inputs, the second begins there in the last axis
        return module(x[..., : case.extra["parts"]], x[..., case.extra["parts"] :])
    more = case.extra.get("forward", {})
    if case.name == "MultiheadAttention":
        more = {"key": x, "value": x} | more
    return module(x, **more)


def pooled(x, kernel):
    axes = len(x.shape) - 2
    return getattr(nn, f"MaxPool{axes}d")(kernel, return_indices=True)(x)


def by_nn(case, given):
    module = made(case)
    module.load_state_dict(state(given))
    whole = given["x"].dtype.kind == "i"
    x = given["x"] if whole else nn.Parameter(given["x"])
    output = fed(case, module, x, pooled)
    result = {}
    if isinstance(output, tuple):
        output, result["indices"] = output
    result["out"] = output.data
    if output.requires_grad:
        ((output * output).sum() / 2 + output.sum()).backward()
    if not whole:
        result["grad.x"] = x.grad
    result |= {f"grad.{name}": p.grad for name, p in module.named_parameters()}
    result |= {f"after.{name}": b.data for name, b in module.named_buffers()}
    if output.size and list(module.parameters()):
        optimiser = nn.optim.SGD(module.parameters(), lr=0.05, momentum=0.9)
        for _ in range(20):
            module.zero_grad()
            y = fed(case, module, given["x"], pooled)
            ((y * y).mean() / 2).backward()
            optimiser.step()
        result |= {f"trained.{name}": p.data for name, p in module.named_parameters()}
    return result


def by_torch(case, given):
    import torch

    torch.set_default_dtype(torch.float64)
    module = in_torch(case, torch, given)
    whole = given["x"].dtype.kind == "i"
    x = torch.tensor(given["x"], requires_grad=not whole)

    def pooled(x, kernel):
        max_pool = getattr(torch.nn.functional, f"max_pool{x.dim() - 2}d")
        return max_pool(x, kernel, return_indices=True)

    output = fed(case, module, x, pooled)
    result = {}
    if isinstance(output, tuple):
        output, indices = output
        result["indices"] = indices.numpy()
    result["out"] = output.detach().numpy()
    ((output * output).sum() / 2 + output.sum()).backward()
    if not whole:
        result["grad.x"] = x.grad.numpy()
    result |= {f"grad.{name}": p.grad.numpy().copy() for name, p in module.named_parameters()}
    result |= {f"after.{name}": b.numpy().copy() for name, b in module.named_buffers()}
    if output.numel() and any(True for _ in module.parameters()):
        optimiser = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9)
        for _ in range(20):
            module.zero_grad()
            y = fed(case, module, torch.tensor(given["x"]), pooled)
            ((y * y).mean() / 2).backward()
            optimiser.step()
        result |= {f"trained.{n}": p.detach().numpy() for n, p in module.named_parameters()}
    return result


def in_torch(case, torch, given):
    """Make PyTorch's module, or, where it has none, write one with its functions."""
    options = case.options

    def locally_connected(self, x):
        motion = [options.get(name, usual) for name, usual in MOTION.items()]
        columns = torch.nn.functional.unfold(x, options["kernel_size"], *motion)
        weight = self.weight.reshape(self.weight.shape[0], -1, columns.shape[-1])
        y = (columns[:, None] * weight).sum(2).reshape(len(x), -1, *self.weight.shape[-2:])
        return y + self.bias if hasattr(self, "bias") else y

    def sum_pool(self, x):
        return torch.nn.functional.avg_pool2d(x, **options, divisor_override=1)

    def gaussian_basis(self, x):
        away = x[:, None] - self.centres
        return torch.exp(-(away**2).sum(-1) / (2 * self.width**2))

    def heaviside(self, x):
        return torch.heaviside(x.detach(), torch.tensor(options.get("value", 0.0))) + 0 * x

    def hardsigmoid(self, x):  # whose own slope is a sixth in float32
        return torch.nn.functional.relu6(x + 3) / 6

    written = {
        "Hardsigmoid": hardsigmoid,
        "LocallyConnected2d": locally_connected,
        "SumPool2d": sum_pool,
        "GaussianBasis": gaussian_basis,
        "Heaviside": heaviside,
    }
    if case.name in written:
        module = type(case.name, (torch.nn.Module,), {"forward": written[case.name]})()
        for name, value in state(given).items():
            fixed = case.name == "GaussianBasis" and not options["trainable"]
            kept = torch.tensor(value) if fixed else torch.nn.Parameter(torch.tensor(value))
            module.register_buffer(name, kept) if fixed else setattr(module, name, kept)
    else:
        module = built(case.name, torch.nn, dict(options))
        module.load_state_dict({k: torch.tensor(v) for k, v in state(given).items()})
    return in_mode(case, module)


MOTION = {"dilation": 1, "padding": 0, "stride": 1}
