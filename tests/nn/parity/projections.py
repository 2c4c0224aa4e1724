"""Projections of an activation: the gradient, guided backpropagation, and a deconvnet.

In PyTorch a hook on every ReLU changes the signal that it hands back.
"""

import nn
from nn.inspection import backproject
from tests.nn.parity import Case, eighths

RULES = ("gradient", "guided", "deconvnet")


def alexnet(library):
    """Strides, padding, response normalisation, windows that overlap, groups."""
    return library.Sequential(
        library.Conv2d(3, 8, 5, stride=2, padding=2),
        library.ReLU(),
        library.LocalResponseNorm(5, alpha=5e-2, beta=0.75, k=2),
        library.MaxPool2d(3, 2),
        library.Conv2d(8, 8, 3, padding=1, groups=2),
        library.ReLU(),
        library.MaxPool2d(3, 2),
        library.Flatten(),
        library.Linear(32, 6),
        library.ReLU(),
        library.Linear(6, 4),
    )


def vgg(library):
    """Batch normalisation, and two convolutions before each maximum; the last part is one."""
    return library.Sequential(
        library.Conv2d(1, 4, 3, padding=1),
        library.BatchNorm2d(4),
        library.ReLU(),
        library.Conv2d(4, 4, 3, padding=1),
        library.BatchNorm2d(4),
        library.ReLU(),
        library.MaxPool2d(2),
        library.Conv2d(4, 6, 3, padding=1),
    )


NETWORKS = {"alexnet": (alexnet, (3, 22, 22)), "vgg": (vgg, (1, 9, 10))}
CASES = [Case(name, n, extra={"rule": r}) for name in NETWORKS for n, r in enumerate(RULES)]


def made(case, library):
    build, shape = NETWORKS[case.name]
    return build(library).eval(), shape


def draw(case):
    rng = case.rng
    model, shape = made(case, nn)
    given = {"x": eighths(rng, shape)}
    for name, value in model.state_dict().items():
        low, high = (2, 17) if name.endswith("running_var") else (-8, 9)
        if not name.endswith("num_batches_tracked"):
            given[f"state.{name}"] = eighths(rng, value.shape, low, high)
    return given


def state(given):
    return {key[6:]: value for key, value in given.items() if key.startswith("state.")}


def by_nn(case, given):
    model, _ = made(case, nn)
    model.load_state_dict(state(given), strict=False)
    return {"projection": backproject(model, given["x"], channel=1, rule=case.extra["rule"])}


def by_torch(case, given):
    import torch

    model, _ = made(case, torch.nn)
    model.double().load_state_dict({k: torch.tensor(v) for k, v in state(given).items()}, False)
    change = {
        "gradient": lambda _, inner, outer: None,
        "guided": lambda _, inner, outer: (inner[0].clamp(min=0),),
        "deconvnet": lambda _, inner, outer: (outer[0].clamp(min=0),),
    }
    for part in model:
        if isinstance(part, torch.nn.ReLU):
            part.register_full_backward_hook(change[case.extra["rule"]])
    x = torch.tensor(given["x"][None], requires_grad=True)
    model(x)[0, 1].max().backward()
    return {"projection": x.grad[0].numpy()}
