"""What to write instead: calls and names that a module does not have, mostly those of PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter as Argument
from inspect import Signature, signature
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from nn.init import ON_THE_CPU

# Names of methods that PyTorch's modules have.
INSTEAD = {
    "cuda": ON_THE_CPU,
    "cpu": ON_THE_CPU,
    "xpu": ON_THE_CPU,
    "ipu": ON_THE_CPU,
    "share_memory": ON_THE_CPU,
    "half": "write .to('float16')",
    "bfloat16": "NumPy has no bfloat16; write .float() or .to('float16')",
    "type": "write .to('float32')",
    "device": ON_THE_CPU,
    "dtype": "its parameters have one each, as in net.weight.dtype",
    "add_module": "write net.name = module, or setattr(net, name, module)",
    "register_module": "write net.name = module, or setattr(net, name, module)",
    "register_parameter": "write net.name = nn.Parameter(...)",
    "get_parameter": "write dict(net.named_parameters())[path]",
    "get_buffer": "write dict(net.named_buffers())[path]",
    "get_submodule": "write dict(net.named_modules())[path]",
    "register_forward_pre_hook": "change the inputs in forward, or use register_forward_hook",
    "register_full_backward_hook": "write ag.gradients(loss, [output]) for gradients inside",
    "register_backward_hook": "write ag.gradients(loss, [output]) for gradients inside",
}

# Arguments that PyTorch's modules have.
ARGUMENTS = {
    "device": ON_THE_CPU,
    "enable_nested_tensor": "it changes no number; leave it out",
    "inplace": "no module changes its input; leave it out",
    "generator": "a seed or a generator of NumPy is given as rng",
    "max_norm": "no call changes a weight; shorten the rows after each step of the optimiser",
    "scale_grad_by_freq": "divide the gradient of each row yourself, before the optimiser's step",
    "sparse": "gradients are as large as the weights",
}


def made_wrongly(kind: type, error: TypeError, options: Mapping[str, Any]) -> ag.UnsupportedError:
    """Return the error of arguments that a module cannot be made with."""
    remedy = next((f"; {ARGUMENTS[name]}" for name in options if name in ARGUMENTS), "")
    return ag.UnsupportedError(f"{kind.__name__}{_listed(signature(kind))}: {error}{remedy}")


def missing(module: object, name: str) -> AttributeError:
    """Return the error of an attribute that a module does not have."""
    remedy = f"; {INSTEAD[name]}" if name in INSTEAD else ""
    text = f"{type(module).__name__!r} object has no attribute {name!r}{remedy}"
    return AttributeError(text, name=name, obj=module)  # of which Python suggests a near name


def called_wrongly(
    module: Any, inputs: tuple[Any, ...], options: Mapping[str, Any]
) -> ag.UnsupportedError | None:
    """Return the error of a call that does not fit `forward`; None if it does fit."""
    try:
        known = signature(module.forward)
    except (TypeError, ValueError):  # a function of C, which has none
        return None
    try:
        known.bind(*inputs, **options)
    except TypeError as error:
        return ag.UnsupportedError(f"forward{_listed(known)}: {error}{_remedy(known, options)}")
    return None


def _listed(known: Signature) -> str:
    """Return the arguments without their annotations."""
    plain = [p.replace(annotation=Argument.empty) for p in known.parameters.values()]
    return one_line(Signature(plain), 120, str)


def _remedy(known: Signature, options: Mapping[str, Any]) -> str:
    if "input" in options and "input" not in known.parameters:
        first = next(iter(known.parameters), "x")
        return f"; what PyTorch calls input is {first} here, or give it by position"
    return ""
