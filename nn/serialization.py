"""Weights in files, in the safetensors format: names, shapes and numbers, and nothing that runs.

Python's pickle can run any code when it is read, so weights from other people are never read with
it.  The names are those of `Module.state_dict`, which are PyTorch's, so a model that was saved with
safetensors there is loaded here by name.
"""

from __future__ import annotations

import os
from typing import Any, TypeVar

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import as_path, check_regular, write_file
from autograd.core.messages import one_line
from nn.checks import import_extra
from nn.errors import StateError
from nn.module import Module

M = TypeVar("M", bound=Module)


@called
def save(module: Module, path: str | os.PathLike[str]) -> None:
    """Write the parameters and buffers of a module to a file.

    The file appears when it is complete: a run that is killed while writing leaves the older one.

    Parameters
    ----------
    module : Module
    path : str or path
        Usually with the ending ``.safetensors``.

    Raises
    ------
    autograd.MissingError
        If the package safetensors is not installed.
    nn.StateError
        If the format has no such numbers, as for NumPy's longdouble.
    autograd.OptionError
        If the path leads to something else than a regular file, such as a FIFO.
    OSError
        If the file cannot be written; an older one is as it was.

    Examples
    --------
    >>> import nn, tempfile, os
    >>> net = nn.Linear(3, 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "net.safetensors")
    ...     nn.save(net, path)
    ...     nn.load(nn.Linear(3, 2), path).weight.size
    6
    """
    _check_module("save", module)
    library = _safetensors("save")
    # The library reads memory from its beginning on, whatever the order of the axes there.
    state = {name: np.asarray(value, order="C") for name, value in module.state_dict().items()}
    try:
        content = library.numpy.save(state)
    except library.SafetensorError as error:
        reason = one_line(error, 100, str)
        raise StateError(f"save: safetensors cannot hold these numbers: {reason}") from None
    write_file("save", path, content, ag.OptionError)


@called
def load(module: M, path: str | os.PathLike[str], strict: bool = True) -> M:
    """Read a file into a module: all of it or, if it does not fit, nothing.

    Parameters
    ----------
    module : Module
        Of the architecture that was saved.
    path : str or path
        A file in the safetensors format, also one that PyTorch has written.
    strict : bool
        If False, names that only one side has are passed over; shapes must agree all the same.

    Returns
    -------
    Module
        The same, with what was read.

    Raises
    ------
    autograd.MissingError
        If the package safetensors is not installed.
    nn.StateError
        If names or shapes do not fit, or the file is not a safetensors file; nothing has changed.
        Its ``missing``, ``unexpected`` and ``misshapen`` name all that does not fit.
    OSError
        If there is no such file.
    """
    _check_module("load", module)
    library = _safetensors("load")
    path = as_path("load", path, ag.OptionError)
    check_regular("load", path, StateError)
    content = path.read_bytes()
    try:
        state = library.numpy.load(content)
    except KeyError as error:
        raise StateError(
            f"load: {path} holds numbers of the type {error}, which NumPy does not have; "
            "convert the model to float32 before it is saved"
        ) from None
    except (library.SafetensorError, ValueError) as error:
        reason = one_line(error, 100, str)
        raise StateError(f"load: {path} is not a safetensors file: {reason}") from None
    if any(name.startswith("/") for name in state):  # the paths of a checkpoint
        raise StateError(
            f"load: {path} is a checkpoint of nn.fit, which holds more than weights; go on from it "
            "by checkpoint=path, resume=True, or write weights by nn.save(model, path)"
        )
    module.load_state_dict(state, strict)
    return module


def _check_module(task: str, module: Any) -> None:
    if not isinstance(module, Module):
        raise ag.OptionError(
            f"{task}: expected a module first, and then a path, as in nn.{task}(net, path), not "
            f"a {type(module).__name__}"
        )


def _safetensors(task: str) -> Any:
    import_extra(task, "safetensors.numpy", "safetensors", "save")
    return import_extra(task, "safetensors", "safetensors", "save")
