"""FlowNetSimple and warping: outputs and gradients, beside the network written in PyTorch."""

import numpy as np

import autograd as ag
import nn
from tests.nn.parity import Case, eighths

WIDTH = 1 / 64
NET = {"width": WIDTH, "dtype": float}
CASES = [
    Case("FlowNetSimple", 0, NET | {"normalize": False}, (1, 6, 64, 64), {"mode": "train"}),
    Case("FlowNetSimple", 1, NET | {"normalize": True}, (1, 6, 64, 128), {"mode": "eval"}),
    Case("warp", 0, {"mode": "border"}, (2, 3, 5, 4)),
    Case("warp", 1, {"mode": "zeros"}, (2, 3, 5, 4)),
]


def draw(case):
    rng = case.rng
    given = {"x": eighths(rng, case.shape)}
    if case.name == "warp":  # between the pixels, as on them slopes are a convention
        shape = (case.shape[0], 2, *case.shape[2:])
        return given | {"flow": rng.integers(-3, 4, shape) + rng.integers(1, 8, shape) / 8}
    for name, value in nn.models.FlowNetSimple(**case.options, rng=0).state_dict().items():
        fan = max(1, np.prod(value.shape[1:]))
        size = 2.0 ** -np.round(np.log2(fan) / 2)  # so that signals stay of one size
        given[f"state.{name}"] = eighths(rng, value.shape) * size
    return given


def state(given):
    return {key[6:]: value for key, value in given.items() if key.startswith("state.")}


def by_nn(case, given):
    x = nn.Parameter(given["x"])
    if case.name == "warp":
        flow = nn.Parameter(given["flow"])
        out = ag.warp(x, flow, **case.options)
        ag.sum(out * out).backward()
        return {"out": out.data, "grad.x": x.grad, "grad.flow": flow.grad}
    net = nn.models.FlowNetSimple(**case.options)
    net.load_state_dict(state(given))
    net.train(case.extra["mode"] == "train")
    flows = net(x)
    if case.extra["mode"] == "eval":
        return {"out": flows.data[..., ::5, ::3]}
    sum(ag.sum(flow * flow) for flow in flows).backward()
    return {
        **{f"flow{i}": flow.data for i, flow in enumerate(flows, start=2)},
        **{f"grad.{name}": p.grad for name, p in net.named_parameters()},
        "grad.x": x.grad[..., ::5, ::3],
    }


def by_torch(case, given):
    import torch

    torch.set_default_dtype(torch.float64)
    x = torch.tensor(given["x"], requires_grad=True)
    if case.name == "warp":
        flow = torch.tensor(given["flow"], requires_grad=True)
        out = grid_sampled(torch, x, flow, case.options["mode"])
        (out * out).sum().backward()
        out = out.detach().numpy()
        return {"out": out, "grad.x": x.grad.numpy(), "grad.flow": flow.grad.numpy()}
    net = in_torch(torch, {k: torch.tensor(v) for k, v in state(given).items()})
    centred = x
    if case.options["normalize"]:
        var, mean = torch.var_mean(x, (1, 2, 3), correction=0, keepdim=True)
        centred = (x - mean) / torch.sqrt(var + 1e-5)
    flows = net(centred)
    if case.extra["mode"] == "eval":
        enlarge = torch.nn.functional.interpolate
        out = 20 * enlarge(flows[0], scale_factor=4, mode="bilinear", align_corners=False)
        return {"out": out.detach().numpy()[..., ::5, ::3]}
    sum((flow * flow).sum() for flow in flows).backward()
    return {
        **{f"flow{i}": flow.detach().numpy() for i, flow in enumerate(flows, start=2)},
        **{f"grad.{name}": p.grad.numpy() for name, p in net.named_parameters()},
        "grad.x": x.grad.numpy()[..., ::5, ::3],
    }


def grid_sampled(torch, image, flow, mode):
    """Look where a flow points; PyTorch counts places from -1 to 1."""
    height, width = image.shape[2:]
    x = torch.arange(width) + flow[:, 0]
    y = torch.arange(height)[:, None] + flow[:, 1]
    grid = torch.stack([2 * x / (width - 1) - 1, 2 * y / (height - 1) - 1], dim=-1)
    sample = torch.nn.functional.grid_sample
    return sample(image, grid, mode="bilinear", padding_mode=mode, align_corners=True)


def in_torch(torch, weights):
    """FlowNetS as it is usually written, with the channels of these weights."""
    channels = {name.split(".")[0]: weight.shape for name, weight in weights.items()}
    strides = {"conv1": 2, "conv2": 2, "conv3": 2, "conv4": 2, "conv5": 2, "conv6": 2}

    def conv(name):
        outputs, inputs, kernel, _ = weights[f"{name}.0.weight"].shape
        layer = torch.nn.Conv2d(inputs, outputs, kernel, strides.get(name, 1), kernel // 2)
        return torch.nn.Sequential(layer, torch.nn.LeakyReLU(0.1))

    def deconv(name):
        inputs, outputs, _, _ = weights[f"{name}.0.weight"].shape
        layer = torch.nn.ConvTranspose2d(inputs, outputs, 4, 2, 1)
        return torch.nn.Sequential(layer, torch.nn.LeakyReLU(0.1))

    def predict(name):
        return torch.nn.Conv2d(weights[f"{name}.weight"].shape[1], 2, 3, padding=1)

    def upsampled(name):
        return torch.nn.ConvTranspose2d(2, 2, 4, 2, 1, bias=False)

    makers = {"conv": conv, "deconv": deconv, "predict": predict, "upsampled": upsampled}

    class FlowNetS(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name in channels:
                kind = name.rstrip("0123456789_").split("_")[0]
                self.add_module(name, makers[kind](name))

        def forward(self, x):
            part = self.get_submodule
            skips, x = [], part("conv2")(part("conv1")(x))
            for level in range(3, 7):
                skips.append(x)
                x = part(f"conv{level}_1")(part(f"conv{level}")(x))
            flows = [part("predict_flow6")(x)]
            for level in range(5, 1, -1):
                flow = part(f"upsampled_flow{level + 1}_to_{level}")(flows[0])
                x = torch.cat([skips.pop(), part(f"deconv{level}")(x), flow], dim=1)
                flows.insert(0, part(f"predict_flow{level}")(x))
            return flows

    net = FlowNetS()
    net.load_state_dict(weights)
    return net
