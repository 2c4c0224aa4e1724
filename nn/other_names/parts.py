"""Names of PyTorch and Keras that `nn.optim`, `nn.data` and `nn.init` do not have."""

from __future__ import annotations

from autograd.core.other_names import Entry, Table

SCHEDULES = "schedules are in nn.optim.lr_scheduler; write nn.optim.lr_scheduler.{}"

BY_EPOCH = ("CosineAnnealingLR", "ExponentialLR", "MultiStepLR", "ReduceLROnPlateau", "StepLR")

OPTIM: Table = {
    "ExponentialDecay": SCHEDULES.format("ExponentialLR(optimizer, gamma)"),
    "Momentum": "write nn.optim.SGD(params, lr, momentum=0.9)",
    "clip_grad_norm_": "write nn.utils.clip_grad_norm_(net.parameters(), max_norm)",
    "schedules": SCHEDULES.format("CosineAnnealingLR(optimizer, T_max)"),
} | {
    name: SCHEDULES.format(f"{name}(optimizer, ...)")
    for name in ["CosineAnnealingLR", "ExponentialLR", "MultiStepLR", "ReduceLROnPlateau", "StepLR"]
}

SPLIT = "write train, test = data.split(0.8, 0.2, rng=0)"

DATA: dict[str, Entry] = {
    "CIFAR10": "write nn.data.cifar10(folder); nothing is downloaded",
    "ColorJitter": "write nn.data.Brightness, Contrast and ColorCast in nn.data.Compose",
    "DataLoader": "write nn.data.Batches(data, batch_size)",
    "MNIST": "write nn.data.mnist(folder); nothing is downloaded",
    "Normalize": "write nn.data.Standardize(train.inputs)",
    "RandomCrop": "write nn.data.Crop",
    "RandomHorizontalFlip": "write nn.data.Flip",
    "RandomRotation": "write nn.data.Rotate",
    "StandardScaler": "write nn.data.Standardize(train.inputs)",
    "Subset": ("Subset(data, [0, 2])", "data[[0, 2]]"),
    "TensorDataset": ("TensorDataset(inputs, targets)", "nn.data.Dataset(inputs, targets)"),
    "ToTensor": "layers take arrays; leave it out",
    "load_breast_cancer": "write nn.data.breast_cancer()",
    "load_digits": "write nn.data.digits()",
    "load_iris": "write nn.data.iris()",
    "make_moons": "write nn.data.moons(count, rng=0)",
    "random_split": SPLIT,
    "train_test_split": SPLIT,
}

# The names of older versions, and Keras', without the underscore that says "in place".
FILLS = (
    *("constant", "kaiming_normal", "kaiming_uniform", "normal", "ones", "uniform"),
    *("xavier_normal", "xavier_uniform", "zeros"),
)

INIT: dict[str, Entry] = {
    "GlorotNormal": "write nn.init.xavier_normal_(tensor)",
    "GlorotUniform": "write nn.init.xavier_uniform_(tensor)",
    "HeNormal": "write nn.init.kaiming_normal_(tensor)",
    "HeUniform": "write nn.init.kaiming_uniform_(tensor)",
    "RandomNormal": "write nn.init.normal_(tensor)",
    "RandomUniform": "write nn.init.uniform_(tensor)",
    **{name: f"it fills its argument in place; write nn.init.{name}_(tensor)" for name in FILLS},
}
