"""Names of PyTorch, Keras and scikit-learn that the parts of `nn` do not have."""

from __future__ import annotations

from autograd.core.other_names import Entry, Table
from nn.other_names.network import ALL_SCHEDULES, NETWORK

OPTIM: Table = {
    "ASGD": "write nn.optim.SGD, and nn.optim.swa_utils.AveragedModel for the averages",
    "Rprop": "write nn.optim.RMSprop, which is its form for mini-batches",
    "ExponentialDecay": "write nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma)",
    "Momentum": "write nn.optim.SGD(params, lr, momentum=0.9)",
    "clip_grad_norm_": "write nn.utils.clip_grad_norm_(net.parameters(), max_norm)",
    "schedules": "write nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max)",
    **ALL_SCHEDULES,
}

PADDED = "write np.stack of arrays padded by np.pad, and a mask for nn.MultiheadAttention"
REPARAMETRIZED = "write the weight of other parameters in forward; nn.utils.weight_norm is here"

UTILS: dict[str, Entry] = {
    "clip_grad_norm": "write nn.utils.clip_grad_norm_(net.parameters(), max_norm)",
    "clip_grad_value": "write nn.utils.clip_grad_value_(net.parameters(), clip_value)",
    "data": "it is nn.data; DataLoader is nn.data.Batches, TensorDataset nn.data.Dataset",
    "init": "it is nn.init",
    "pack_padded_sequence": PADDED,
    "pad_sequence": PADDED,
    "parametrizations": REPARAMETRIZED,
    "parametrize": REPARAMETRIZED,
    "prune": "write p.data = p.data * mask after each step of the optimiser",
    "rnn": PADDED,
    "spectral_norm": REPARAMETRIZED,
    "stateless": "write nn.utils.functional_call(net, parameters, inputs)",
    "tensorboard": "write nn.fit(..., callbacks=nn.TensorBoard(folder))",
    "to_categorical": "write ag.one_hot(classes, count)",
}

# Of `nn.layers`, `nn.losses` and `nn.models`: what `nn` itself has is asked of its parts.
WITHIN: dict[str, Entry] = NETWORK | {
    name: f"write nn.{name}"
    for name in ("Module", "ModuleDict", "ModuleList", "Parameter", "Sequential")
}

SPLIT = "write train, test = data.split(0.8, 0.2, rng=0)"

DATA: dict[str, Entry] = {
    "CIFAR10": "write nn.data.cifar10(folder); nothing is downloaded",
    "ConcatDataset": (
        "write nn.data.Dataset(np.concatenate([a.inputs, b.inputs]), "
        "np.concatenate([a.targets, b.targets]))"
    ),
    "ColorJitter": "write nn.data.Brightness, Contrast and ColorCast in nn.data.Compose",
    "DataLoader": "write nn.data.Batches(data, batch_size)",
    "MNIST": "write nn.data.mnist(folder); nothing is downloaded",
    "Normalize": "write nn.data.Standardize(train.inputs)",
    "RandomCrop": "write nn.data.Crop",
    "RandomHorizontalFlip": "write nn.data.Flip",
    "RandomRotation": "write nn.data.Rotate",
    "Resize": "write nn.data.image_folder(folder, size=64), or nn.Upsample((64, 64))(images)",
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

BY_COUNTS = "nn.metrics.confusion_matrix(outputs, targets) has the counts for it"

IOU = "write nn.metrics.iou(outputs, targets)"

METRICS: dict[str, Entry] = {
    "Accuracy": "write nn.metrics.accuracy(outputs, targets)",
    "JaccardIndex": IOU,
    "MeanIoU": IOU,
    "accuracy_score": "write nn.metrics.accuracy(outputs, targets)",
    **dict.fromkeys(
        ("f1", "f1_score", "precision", "precision_score", "recall", "recall_score"), BY_COUNTS
    ),
    **dict.fromkeys(("jaccard_score", "mean_iou"), IOU),
    "roc_auc_score": "it is not here; write sklearn.metrics.roc_auc_score(targets, scores)",
    "top_k_accuracy_score": "write nn.metrics.top_k(outputs, targets, k)",
}

PLOTS: dict[str, Entry] = dict.fromkeys(
    ("curve", "history", "learning_curve", "plot_history"), "write nn.plots.curves(history)"
)

SKLEARN: dict[str, Entry] = {
    "MLPClassifier": "write nn.sklearn.Classifier(hidden_layer_sizes=(32,))",
    "MLPRegressor": "write nn.sklearn.Regressor(hidden_layer_sizes=(32,))",
    "NeuralNetClassifier": "write nn.sklearn.Classifier(module)",
    "NeuralNetRegressor": "write nn.sklearn.Regressor(module)",
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
