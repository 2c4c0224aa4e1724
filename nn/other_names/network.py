"""Layers, losses and functions of PyTorch and Keras that `nn` does not have.

The code is about tensors ``t`` and ``u`` of shape (2, 3), classes ``c`` of shape (2,), one for each
row of ``t``, and images ``x`` of shape (2, 3, 4, 4).
"""

from __future__ import annotations

from autograd.core.other_names import Entry

SIZES = "layers know their sizes from the beginning"
ONE_MACHINE = "there is one machine and the CPU; leave it out"
IN_OPTIM = "optimisers are in nn.optim; write nn.optim.{}(net.parameters())"

# `torch.nn.functional`, whose functions are in ag and nn.
FUNCTIONS: dict[str, Entry] = {
    "avg_pool2d": ("F.avg_pool2d(x, 2)", "nn.AvgPool2d(2)(x)"),
    "conv2d": "write ag.conv(x, kernel), or the layer nn.Conv2d",
    "dropout": "write nn.Dropout(p)(x) with a layer made once, so that eval() switches it off",
    "elu": ("F.elu(t)", "ag.elu(t)"),
    "embedding": "write the layer nn.Embedding, or weight[indices]",
    "gelu": ("F.gelu(t)", "ag.gelu(t)"),
    "layer_norm": ("F.layer_norm(t, (3,))", "nn.LayerNorm(3)(t)"),
    "leaky_relu": ("F.leaky_relu(t, 0.01)", "ag.leaky_relu(t, 0.01)"),
    "linear": ("F.linear(t, u)", "t @ u.T"),
    "log_softmax": ("F.log_softmax(t, dim=1)", "ag.log_softmax(t, axis=1)"),
    "logsigmoid": ("F.logsigmoid(t)", "ag.log_sigmoid(t)"),
    "max_pool2d": ("F.max_pool2d(x, 2)", "ag.max_pool(x, 2)"),
    "normalize": (
        "F.normalize(t, dim=1)",
        "t / ag.linalg.norm(t, axis=1, keepdims=True)",
    ),
    "relu": ("F.relu(t)", "ag.relu(t)"),
    "sigmoid": ("F.sigmoid(t)", "ag.sigmoid(t)"),
    "silu": ("F.silu(t)", "ag.silu(t)"),
    "softmax": ("F.softmax(t, dim=1)", "ag.softmax(t, axis=1)"),
    "softplus": ("F.softplus(t)", "ag.softplus(t)"),
    "swish": ("F.silu(t)", "ag.silu(t)"),
    "tanh": ("F.tanh(t)", "ag.tanh(t)"),
}

KERAS_LAYERS: dict[str, Entry] = {
    "Activation": "write the module of that name, as nn.ReLU() for Activation('relu')",
    "Add": "write x + y in forward",
    "Average": "write (x + y) / 2 in forward",
    "AveragePooling1D": "write nn.AvgPool1d(size); channels come before positions",
    "AveragePooling2D": "write nn.AvgPool2d(size); channels come before rows",
    "AveragePooling3D": "write nn.AvgPool3d(size)",
    "BatchNormalization": "write nn.BatchNorm2d(channels) for images, nn.BatchNorm1d for features",
    "Concatenate": ("layers.Concatenate()([t, u])", "ag.concatenate([t, u], axis=-1)"),
    "Conv1D": "write nn.Conv1d(in_channels, filters, kernel_size); channels come before positions",
    "Conv2D": "write nn.Conv2d(in_channels, filters, kernel_size); channels come before rows",
    "Conv2DTranspose": "write nn.ConvTranspose2d(in_channels, filters, kernel_size)",
    "Conv3D": "write nn.Conv3d(in_channels, filters, kernel_size)",
    "Dense": "write nn.Linear(in_features, units), and the activation as the next module",
    "ELUActivation": "write nn.ELU()",
    "GaussianNoise": "write nn.data.Noise, a transform of what is learned from",
    "GlobalAveragePooling2D": ("layers.GlobalAveragePooling2D()(x)", "ag.mean(x, axis=(2, 3))"),
    "GlobalMaxPooling2D": ("layers.GlobalMaxPooling2D()(x)", "ag.max(x, axis=(2, 3))"),
    "Input": f"{SIZES}; leave it out",
    "InputLayer": f"{SIZES}; leave it out",
    "Lambda": "write a class of nn.Module with forward",
    "Layer": "write a class of nn.Module with forward",
    "LayerNormalization": "write nn.LayerNorm(features)",
    "LocallyConnected2D": "write nn.LocallyConnected2d",
    "MaxPool1D": "write nn.MaxPool1d(size); channels come before positions",
    "MaxPool2D": "write nn.MaxPool2d(size); channels come before rows",
    "MaxPooling1D": "write nn.MaxPool1d(size); channels come before positions",
    "MaxPooling2D": "write nn.MaxPool2d(size); channels come before rows",
    "MaxPooling3D": "write nn.MaxPool3d(size)",
    "Model": "write a class of nn.Module with forward, or nn.Sequential",
    "Permute": ("layers.Permute((2, 3, 1))(x)", "x.transpose(0, 2, 3, 1)"),
    "Reshape": ("layers.Reshape((4, 12))(x)", "x.reshape(len(x), 4, 12)"),
    "UpSampling2D": ("layers.UpSampling2D(2)(x)", "nn.Upsample(scale_factor=2)(x)"),
}

KERAS_LOSSES: dict[str, Entry] = {
    "BinaryCrossentropy": "write nn.BCELoss(), or nn.BCEWithLogitsLoss() for from_logits=True",
    "CategoricalCrossentropy": "write nn.CrossEntropyLoss(): it takes logits, and indices or rows",
    "MAE": "write nn.L1Loss()",
    "MSE": "write nn.MSELoss()",
    "MeanAbsoluteError": "write nn.L1Loss()",
    "MeanSquaredError": "write nn.MSELoss()",
    "SparseCategoricalCrossentropy": "write nn.CrossEntropyLoss(): it takes logits and indices",
    "binary_crossentropy": "write nn.binary_cross_entropy(input, target): the outputs come first",
    "mae": "write nn.l1_loss(input, target)",
    "mse": "write nn.mse_loss(input, target)",
    "sparse_categorical_crossentropy": "write nn.cross_entropy(logits, indices)",
}

OTHERS: dict[str, Entry] = {
    "DataLoader": "write nn.data.Batches(data, batch_size)",
    "DataParallel": ONE_MACHINE,
    "Dataset": "write nn.data.Dataset(inputs, targets)",
    "Functional": "activations are functions of ag, as ag.relu, losses of nn",
    "LazyConv2d": f"{SIZES}; write nn.Conv2d(in_channels, out_channels, kernel_size)",
    "LazyLinear": f"{SIZES}; write nn.Linear(in_features, out_features)",
    "Optimizer": "write nn.optim.Optimizer",
    "Swish": "write nn.SiLU()",
    "Tensor": "write ag.Tensor",
    "UninitializedParameter": f"{SIZES}; write nn.Parameter(values)",
    "Variable": "write nn.Parameter(values)",
    "activations": "activations are functions of ag, as ag.relu, and modules, as nn.ReLU()",
    "callbacks": "write nn.fit(..., callbacks=) with nn.Callback, or patience=, checkpoint=",
    "constraints": "write p.data = ... after the step",
    "functional": "activations are functions of ag, as ag.relu, losses of nn",
    "initializers": "write nn.init, which fills a parameter",
    "learning_rate_schedulers": "write nn.optim.lr_scheduler",
    "manual_seed": "there is no global seed; layers, nn.fit and nn.data take rng=",
    "no_grad": "write with ag.no_grad():",
    "optimizers": "write nn.optim",
    "parallel": ONE_MACHINE,
    "regularizers": "write weight_decay= of an optimiser, or add nn.l2_penalty to the loss",
    "tensor": "write ag.tensor",
    **{name: IN_OPTIM.format(name) for name in ("Adagrad", "Adam", "AdamW", "RMSprop", "SGD")},
}

NETWORK: dict[str, Entry] = FUNCTIONS | KERAS_LAYERS | KERAS_LOSSES | OTHERS
