"""Layers, losses and functions of PyTorch and Keras that `nn` does not have.

The code is about tensors ``t`` and ``u`` of shape (2, 3), classes ``c`` of shape (2,), one for each
row of ``t``, images ``x`` of shape (2, 3, 4, 4), and ``q`` of shape (batch, steps, features).
"""

from __future__ import annotations

from autograd.core.other_names import Entry

SIZES = "layers know their sizes from the beginning"
ONE_MACHINE = "there is one machine and the CPU; leave it out"
DECODER = (
    "write nn.TransformerEncoder with is_causal=True, and nn.MultiheadAttention for the attention "
    "from one sequence to another"
)
IN_UTILS = "write nn.utils.{}(net.parameters(), {})"
SCHEDULES = (
    *("ChainedScheduler", "ConstantLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts"),
    *("CyclicLR", "ExponentialLR", "LRScheduler", "LambdaLR", "LinearLR", "MultiStepLR"),
    *("MultiplicativeLR", "OneCycleLR", "PolynomialLR", "ReduceLROnPlateau", "SequentialLR"),
    "StepLR",
)
ALL_SCHEDULES: dict[str, Entry] = dict.fromkeys(
    SCHEDULES, "it is in nn.optim.lr_scheduler, under this name"
)
NO_CTC = "it is not here; define a loss with @ag.primitive or of functions of ag"
NO_FRACTIONS = "it is not here; write nn.MaxPool{0}d, or nn.AdaptiveMaxPool{0}d for a size"
FIND_RATE = "write nn.find_lr(net, loss, train)"
IN_OPTIM = "optimisers are in nn.optim; write nn.optim.{}(net.parameters())"

# `torch.nn.functional`, whose functions are in ag and nn.
FUNCTIONS: dict[str, Entry] = {
    "avg_pool2d": ("F.avg_pool2d(x, 2)", "nn.AvgPool2d(2)(x)"),
    "conv2d": "write ag.conv(x, kernel), or the layer nn.Conv2d",
    "dropout": "write nn.Dropout(p)(x) with a layer made once, so that eval() switches it off",
    "cosine_similarity": ("F.cosine_similarity(t, u, dim=1)", "nn.CosineSimilarity(1)(t, u)"),
    "elu": ("F.elu(t)", "ag.elu(t)"),
    "embedding": "write the layer nn.Embedding, or weight[indices]",
    "gumbel_softmax": (
        "write u = ag.random.uniform(1e-12, 1.0, size=x.shape, rng=rng) and "
        "ag.softmax((x - ag.log(-ag.log(u))) / tau), with rng made once"
    ),
    "gelu": ("F.gelu(t)", "ag.gelu(t)"),
    "interpolate": "write nn.Upsample(size or scale_factor)(x)",
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
    "one_hot": ("F.one_hot(c, 4)", "ag.one_hot(c, 4)"),
    "pad": "write ag.pad(x, ((before, after), ...)), the first axis first",
    "relu": ("F.relu(t)", "ag.relu(t)"),
    "scaled_dot_product_attention": (
        "F.scaled_dot_product_attention(q, q, q)",
        "ag.softmax(q @ q.swapaxes(-1, -2) / q.shape[-1] ** 0.5) @ q",
    ),
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

# Modules of PyTorch and the function of `nn` that they are called by.
CALLS = "write nn.{0}(...)(x), with the layer made once if it has weights"
LAYERS_OF_FUNCTIONS = {
    "adaptive_avg_pool1d": "AdaptiveAvgPool1d",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d",
    "adaptive_max_pool2d": "AdaptiveMaxPool2d",
    "avg_pool1d": "AvgPool1d",
    "avg_pool3d": "AvgPool3d",
    "batch_norm": "BatchNorm2d",
    "bilinear": "Bilinear",
    "celu": "CELU",
    "conv1d": "Conv1d",
    "conv3d": "Conv3d",
    "conv_transpose1d": "ConvTranspose1d",
    "conv_transpose2d": "ConvTranspose2d",
    "dropout1d": "Dropout1d",
    "dropout2d": "Dropout2d",
    "glu": "GLU",
    "group_norm": "GroupNorm",
    "hardsigmoid": "Hardsigmoid",
    "hardswish": "Hardswish",
    "hardtanh": "Hardtanh",
    "instance_norm": "InstanceNorm2d",
    "max_pool1d": "MaxPool1d",
    "max_pool3d": "MaxPool3d",
    "pairwise_distance": "PairwiseDistance",
    "pixel_shuffle": "PixelShuffle",
    "prelu": "PReLU",
    "relu6": "ReLU6",
    "rms_norm": "RMSNorm",
    "softmin": "Softmin",
    "softsign": "Softsign",
}
FUNCTIONS |= {name: CALLS.format(layer) for name, layer in LAYERS_OF_FUNCTIONS.items()}
FUNCTIONS |= {name: f"write ag.{name}(x)" for name in ("mish", "selu", "fold", "unfold")}

KINDS = ("BatchNorm", "Conv", "ConvTranspose", "InstanceNorm")
WITH_SIZES = ["Linear", *(f"{kind}{n}d" for kind in KINDS for n in (1, 2, 3))]

OTHERS: dict[str, Entry] = {
    "AdaptiveLogSoftmaxWithLoss": "write nn.Linear(features, classes) and nn.CrossEntropyLoss()",
    "Buffer": "write net.register_buffer(name, values)",
    "CTCLoss": NO_CTC,
    "CrossMapLRN2d": "write nn.LocalResponseNorm(size)",
    "DataLoader": "write nn.data.Batches(data, batch_size)",
    "DataParallel": ONE_MACHINE,
    "Dataset": "write nn.data.Dataset(inputs, targets)",
    "EarlyStopping": "write nn.fit(..., patience=)",
    "EmbeddingBag": "write nn.Embedding, and ag.sum or ag.mean of its result",
    "F": "activations are functions of ag, as ag.relu, losses of nn",
    "FeatureAlphaDropout": "it is not here; nn.AlphaDropout drops elements, nn.Dropout2d channels",
    "FractionalMaxPool2d": NO_FRACTIONS.format(2),
    "FractionalMaxPool3d": NO_FRACTIONS.format(3),
    "Functional": "activations are functions of ag, as ag.relu, losses of nn",
    "LambdaCallback": "write nn.fit(..., callbacks=f), with a function f(run) after each epoch",
    "LRFinder": FIND_RATE,
    "LearningRateScheduler": "write nn.fit(..., schedule=nn.optim.lr_scheduler.LambdaLR(...))",
    "ModelEMA": "write nn.fit(..., ema=0.999), or nn.optim.swa_utils.AveragedModel(net)",
    "ModelCheckpoint": "write nn.fit(..., checkpoint=path)",
    "NLLLoss2d": "write nn.NLLLoss()",
    "Optimizer": "write nn.optim.Optimizer",
    "PositionalEncoding": "write a class of nn.Module whose buffer is added to x in forward",
    "RReLU": "write nn.LeakyReLU(), or nn.PReLU()",
    "SummaryWriter": "write nn.fit(..., callbacks=nn.TensorBoard(folder))",
    "SyncBatchNorm": "write nn.BatchNorm2d",
    "Swish": "write nn.SiLU()",
    "Tensor": "write ag.Tensor",
    "TerminateOnNaN": "nn.fit stops at a loss that is not finite; leave it out",
    "Transformer": DECODER,
    "TransformerDecoder": DECODER,
    "TransformerDecoderLayer": DECODER,
    "TripletMarginWithDistanceLoss": (
        "write nn.TripletMarginLoss(), or ag.mean(ag.relu(d(x, near) - d(x, far) + margin))"
    ),
    "UninitializedParameter": f"{SIZES}; write nn.Parameter(values)",
    "autograd": "import autograd as ag",
    "Variable": "write nn.Parameter(values)",
    "activations": "activations are functions of ag, as ag.relu, and modules, as nn.ReLU()",
    "callbacks": "write nn.fit(..., callbacks=) with nn.Callback, or patience=, checkpoint=",
    "clip_grad_norm_": IN_UTILS.format("clip_grad_norm_", "max_norm"),
    "clip_grad_value_": IN_UTILS.format("clip_grad_value_", "clip_value"),
    "constraints": "write p.data = ... after the step",
    "ctc_loss": NO_CTC,
    "datasets": "write nn.data, as nn.data.mnist(folder); nothing is downloaded",
    "functional": "activations are functions of ag, as ag.relu, losses of nn",
    "functional_call": "write nn.utils.functional_call(net, parameters, inputs)",
    "initializers": "write nn.init, which fills a parameter",
    "learning_rate_schedulers": "write nn.optim.lr_scheduler",
    "lr_finder": FIND_RATE,
    "lr_scheduler": "write nn.optim.lr_scheduler",
    "manual_seed": "there is no global seed; layers, nn.fit and nn.data take rng=",
    "modules": "write nn.layers, or the names of nn themselves",
    "no_grad": "write with ag.no_grad():",
    "optimizers": "write nn.optim",
    "parallel": ONE_MACHINE,
    "regularizers": "write weight_decay= of an optimiser, or add nn.l2_penalty to the loss",
    "tensor": "write ag.tensor",
    "to_categorical": ("to_categorical(c, 4)", "ag.one_hot(c, 4)"),
    **ALL_SCHEDULES,
    **{f"Lazy{name}": f"{SIZES}; write nn.{name}" for name in WITH_SIZES},
    **{name: IN_OPTIM.format(name) for name in ("Adagrad", "Adam", "AdamW", "RMSprop", "SGD")},
}

NETWORK: dict[str, Entry] = FUNCTIONS | KERAS_LAYERS | KERAS_LOSSES | OTHERS
