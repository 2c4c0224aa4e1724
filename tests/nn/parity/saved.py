"""A model that PyTorch has saved with safetensors: its file, an input, and what it makes of it."""

import numpy as np

import nn
from tests.nn.parity import HERE

WEIGHTS = HERE / "saved.safetensors"
NUMBERS = HERE / "saved.npz"


def layers(library):
    """The same model of either library."""
    return [
        library.Conv2d(2, 4, 3, padding=1, stride=2),
        library.BatchNorm2d(4),
        library.ReLU(),
        library.ConvTranspose2d(4, 3, 2, stride=2, bias=False),
        library.AdaptiveAvgPool2d(2),
        library.Flatten(),
        library.Sequential(library.LayerNorm(12), library.Linear(12, 5)),
    ]


def model():
    return nn.Sequential(*layers(nn)).eval()


def make():
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    torch.set_default_dtype(torch.float32)
    net = torch.nn.Sequential(*layers(torch.nn))
    net(torch.randn(8, 2, 6, 5))  # running numbers other than 0 and 1
    save_file(net.state_dict(), WEIGHTS)
    x = torch.randn(2, 2, 6, 5, dtype=torch.float64)
    y = net.double().eval()(x)
    np.savez_compressed(NUMBERS, x=x.numpy(), y=y.detach().numpy())
