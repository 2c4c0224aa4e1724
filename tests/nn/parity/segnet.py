"""SegNet, written a second time by hand in PyTorch: outputs, gradients, running numbers."""

import numpy as np

import nn
from nn.models.segnet import VGG16
from tests.nn.parity import Case, eighths
from tests.nn.parity.layers import state

# At a 64th of the width the thirteen convolutions have 1, 2, 4 and 8 channels; the odd sizes need
# a last window that stands out over the edge.
CASES = [
    Case("SegNet", 0, {"width": 1 / 64, "classes": 2}, (2, 3, 35, 45)),
    Case("SegNet", 1, {"stages": ((3, 1), (4, 3)), "in_channels": 1}, (3, 1, 7, 10)),
    Case("SegNet", 2, {"stages": ((2, 2), (3, 1)), "classes": 2}, (1, 3, 9, 4), {"mode": "eval"}),
]


def made(case, dtype=float):
    net = nn.models.SegNet(**case.options, dtype=dtype)
    return net.eval() if case.extra.get("mode") == "eval" else net


def draw(case):
    given = {"x": eighths(case.rng, case.shape)}
    for name, value in made(case).state_dict().items():
        low = 2 if name.endswith("var") else -8
        drawn = eighths(case.rng, value.shape, low, 9)
        given[f"state.{name}"] = np.asarray(3) if name.endswith("tracked") else drawn
    return given


def by_nn(case, given, dtype=float):
    net = made(case, dtype)
    net.load_state_dict(state(given))
    x = nn.Parameter(given["x"].astype(dtype))
    logits = net(x)
    ((logits * logits).sum() / 2 + logits.sum()).backward()
    found = {"out": logits.data, "grad.x": x.grad}
    found |= {f"grad.{name}": p.grad for name, p in net.named_parameters()}
    return found | {f"after.{name}": b.data for name, b in net.named_buffers()}


def by_torch(case, given):
    import torch

    torch.set_default_dtype(torch.float64)
    net = in_torch(torch, **case.options)
    net.load_state_dict({name: torch.tensor(value) for name, value in state(given).items()})
    net.train(case.extra.get("mode") != "eval")
    x = torch.tensor(given["x"], requires_grad=True)
    logits = net(x)
    ((logits * logits).sum() / 2 + logits.sum()).backward()
    found = {"out": logits, "grad.x": x.grad}
    found |= {f"grad.{name}": p.grad for name, p in net.named_parameters()}
    found |= {f"after.{name}": b for name, b in net.named_buffers()}
    return {name: value.detach().numpy() for name, value in found.items()}


def in_torch(torch, classes=11, in_channels=3, width=1.0, stages=VGG16):
    """Return the network as its paper draws it, stage by stage."""
    stages = [(max(1, round(width * channels)), count) for channels, count in stages]

    def block(before, behind):
        conv = torch.nn.Conv2d(before, behind, 3, padding=1)
        return [conv, torch.nn.BatchNorm2d(behind), torch.nn.ReLU()]

    class SegNet(torch.nn.Module):
        def __init__(self):
            super().__init__()
            encoder, decoder, before = [], [], in_channels
            for channels, count in stages:
                layers = block(before, channels)
                for _ in range(count - 1):
                    layers += block(channels, channels)
                encoder.append(torch.nn.Sequential(*layers))
                before = channels
            for number in reversed(range(len(stages))):
                channels, count = stages[number]
                layers = []
                for _ in range(count - 1):
                    layers += block(channels, channels)
                if number:
                    layers += block(channels, stages[number - 1][0])
                else:
                    layers += [torch.nn.Conv2d(channels, classes, 3, padding=1)]
                decoder.append(torch.nn.Sequential(*layers))
            self.encoder = torch.nn.ModuleList(encoder)
            self.decoder = torch.nn.ModuleList(decoder)

        def forward(self, x):
            switches, sizes = [], []
            for stage in self.encoder:
                x = stage(x)
                sizes.append(x.shape)
                x, where = torch.nn.functional.max_pool2d(
                    x, 2, 2, ceil_mode=True, return_indices=True
                )
                switches.append(where)
            for stage in self.decoder:
                size = sizes.pop()
                x = torch.nn.functional.max_unpool2d(x, switches.pop(), 2, 2, output_size=size)
                x = stage(x)
            return x

    return SegNet()
