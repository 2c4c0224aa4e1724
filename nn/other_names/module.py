"""Methods of PyTorch's modules and Keras' models, and arguments of their layers."""

from __future__ import annotations

from autograd.core.other_names import Entry
from nn.other_names import ON_THE_CPU

ADD = "write net.name = module, or setattr(net, name, module)"
GRADIENTS = "write ag.gradients(loss, [output]) for gradients inside"

TORCH: dict[str, Entry] = {
    "add_module": ADD,
    "bfloat16": "NumPy has no bfloat16; write .float() or .to('float16')",
    "compile": "leave it out; loss, optimizer and compile=True are given to nn.fit",
    "cpu": ON_THE_CPU,
    "cuda": ON_THE_CPU,
    "device": ON_THE_CPU,
    "dtype": "its parameters have one each, as in net.weight.dtype",
    "extend": "write net.append(module) for each of them",
    "flatten_parameters": "it changes no number; leave it out",
    "generate_square_subsequent_mask": "write is_causal=True in the call of the encoder",
    "get_buffer": "write dict(net.named_buffers())[path]",
    "get_parameter": "write dict(net.named_parameters())[path]",
    "get_submodule": "write dict(net.named_modules())[path]",
    "half": "write .to('float16')",
    "insert": "write parts = list(net), parts.insert(index, module) and nn.Sequential(*parts)",
    "ipu": ON_THE_CPU,
    "pop": "write net = net[:-1] for all but the last",
    "register_backward_hook": GRADIENTS,
    "register_forward_pre_hook": "change the inputs in forward, or use register_forward_hook",
    "register_full_backward_hook": GRADIENTS,
    "register_module": ADD,
    "register_parameter": "write net.name = nn.Parameter(...)",
    "share_memory": ON_THE_CPU,
    "type": "write .to('float32')",
    "xpu": ON_THE_CPU,
}

KERAS: dict[str, Entry] = {
    "add": "write net.append(module)",
    "build": "layers know their sizes from the beginning; leave it out",
    "call": "write forward",
    "count_params": ("net.count_params()", "sum(p.size for p in net.parameters())"),
    "evaluate": "write nn.evaluate(net, loss, data)",
    "fit": "write nn.fit(net, loss, train, valid)",
    "get_layer": "write net[index], or the attribute of that name",
    "get_weights": "write net.state_dict()",
    "input_shape": "layers have their sizes, as in_features; net.summary(shape) shows all outputs",
    "layers": ("net.layers", "list(net.children())"),
    "load_weights": "write nn.load(net, path)",
    "output_shape": "net.summary(shape) shows the outputs of all layers",
    "num_parameters": ("net.count_params()", "sum(p.size for p in net.parameters())"),
    "predict": "write nn.predict(net, inputs)",
    "predict_classes": "write nn.predict(net, inputs).argmax(axis=1)",
    "save": "write nn.save(net, path)",
    "save_weights": "write nn.save(net, path)",
    "set_weights": "write net.load_state_dict(state)",
    "train_on_batch": "write loss(net(x), t).backward() and optimizer.step()",
    "trainable": "write net.requires_grad_(False) to freeze it",
    "trainable_variables": ("net.trainable_variables", "list(net.parameters())"),
    "trainable_weights": ("net.trainable_weights", "list(net.parameters())"),
    "weights": ("net.weights", "list(net.parameters())"),
}

MODULE: dict[str, Entry] = TORCH | KERAS

INPLACE = "no module changes its input; leave it out"
STEPS = "the outputs of all steps and the last state are returned; leave it out"

# Modules that have ``inplace`` in PyTorch.
WITH_INPLACE = {
    *("AlphaDropout", "CELU", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "ELU"),
    *("Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU", "Mish", "ReLU", "ReLU6", "SELU"),
    *("SiLU", "Threshold"),
}

# Arguments of layers and losses.
ARGUMENTS = {
    "activation": "write it as the next module, as nn.ReLU()",
    "device": ON_THE_CPU,
    "enable_nested_tensor": "it changes no number; leave it out",
    "filters": "it is out_channels here, after in_channels",
    "from_logits": (
        "nn.CrossEntropyLoss and nn.BCEWithLogitsLoss take logits, nn.NLLLoss and nn.BCELoss do not"
    ),
    "generator": "a seed or a generator of NumPy is given as rng",
    "inplace": INPLACE,
    "input_dim": "it is in_features here, the first argument",
    "input_shape": "give its channels or features as the first argument",
    "kernel_initializer": "write nn.init.xavier_uniform_(layer.weight) after it",
    "kernel_regularizer": "write weight_decay= of an optimiser, or add nn.l2_penalty to the loss",
    "max_norm": "no call changes a weight; shorten the rows after each step of the optimiser",
    "pad": "it is padding here",
    "pool_size": "it is kernel_size here",
    "rate": "it is p here",
    "reduce": "write reduction='none' for reduce=False",
    "return_sequences": STEPS,
    "return_state": STEPS,
    "scale_grad_by_freq": "divide the gradient of each row yourself, before the optimiser's step",
    "size_average": "write reduction='sum' for size_average=False",
    "sparse": "gradients are as large as the weights",
    "strides": "it is stride here",
    "units": "it is out_features here, after in_features",
    "use_bias": "it is bias here",
}
