"""What to write for that which is not rewritten, from the tables that errors quote."""

from __future__ import annotations

import autograd as ag
from autograd.core.other_names import Entry, Table
from autograd.functions.other_names import RANDOM
from autograd.methods.module_names import COMPILE, MODULE
from autograd.methods.tensor_names import TENSOR
from nn.cli.port.by_arguments import CUTS, SPREAD, UNBIASED
from nn.cli.port.rules import AS_FUNCTIONS
from nn.other_names.network import NETWORK
from nn.other_names.parts import DATA, INIT, OPTIM, UTILS

# Modules of PyTorch that have one here with the same names, and the table of names it lacks.
SAME_NAMES: dict[str, tuple[str, Table]] = {
    "torch.nn.functional": ("nn", NETWORK),
    "torch.nn.init": ("nn.init", INIT),
    "torch.nn.utils": ("nn.utils", NETWORK),
    "torch.nn": ("nn", NETWORK),
    "torch.optim.lr_scheduler": ("nn.optim.lr_scheduler", OPTIM),
    "torch.optim": ("nn.optim", OPTIM),
}
TABLES: dict[str, Table] = {name: table for name, (_, table) in SAME_NAMES.items()}
TABLES |= {"torch.utils.data": DATA, "jax.random": RANDOM}
TABLES |= {"torch.nn.utils": UTILS, "torch.nn.utils.rnn": UTILS}

PAGE = "docs/coming_from.md has the names"
BY_HAND = f"these arguments have no certain meaning here; {PAGE}"
AXES = "several axes are a tuple here, as in axis=(2, 3)"
PLACES = (
    "along an axis write {0}axis=...) for the values, and {1}axis=...) for their places; "
    "PyTorch gives both"
)
DESCENDING = "; for descending=True write ag.flip(..., axis) of it"
# Methods of arrays, too, that mean something else, or take other arguments: what to write.
ALIKE = {
    "argsort": "argsort() orders along the last axis; write axis= for dim=" + DESCENDING,
    "backward": (
        "gradient= is cotangent= here; for create_graph=True or inputs= write "
        "ag.gradients(loss, inputs, create_graph=True)"
    ),
    "flatten": "write x.reshape(len(x), -1) to keep the first axis",
    "max": PLACES.format("t.max(", "t.argmax("),
    "min": PLACES.format("t.min(", "t.argmin("),
    "repeat": "write ag.tile(t, (2, 1)) for copies of the whole; t.repeat repeats each element",
    "size": "write t.shape, and t.shape[0] for t.size(0)",
    "sort": PLACES.format("ag.sort(t, ", "ag.argsort(t, ") + DESCENDING,
    "squeeze": "an axis whose length is not 1 is an error here; else leave it as it is",
    "transpose": "write t.swapaxes(0, 1) to exchange two axes",
}
# Functions of `torch`, with other arguments than those of a rule.
PAIRS = {
    "argsort": "write ag.argsort(x, axis=...)" + DESCENDING,
    "flatten": ALIKE["flatten"],
    "max": "along an axis write ag.max(x, axis=...), and ag.argmax(x, axis=...) for the places",
    "min": "along an axis write ag.min(x, axis=...), and ag.argmin(x, axis=...) for the places",
    "norm": "write ag.linalg.norm(x, axis=...)",
    "sort": "write ag.sort(x, axis=...), and ag.argsort(x, axis=...) for the places" + DESCENDING,
    "split": CUTS.format("range(n, len(x), n)", 0),
    "squeeze": "write ag.squeeze(x, axis), where the length of that axis is 1",
    **{name: UNBIASED.format(f"ag.{name}(x, ddof=1)") for name in SPREAD},
}

# Names that other values than tensors have, too, so that nothing is said of them.
_OTHERS = (str, bytes, list, dict, set, int, float, ag.Array)
ORDINARY = {name for kind in _OTHERS for name in dir(kind)} - {"view"}
ORDINARY |= {"add", "bool", "device", "double", "float", "half", "int", "long", "select", "split"}
ORDINARY |= {"sub", "t", "type", "value", "where"}
TELLING = {name for name in TENSOR if name not in ORDINARY}
OF_A_LOADER = "write batches.data, of nn.data.Batches"
OF_EXAMPLES = (
    "a class with __getitem__ is replaced by nn.data.Dataset(inputs, targets) of whole arrays, or "
    "by a function that yields batches, see Stream in docs/training.md"
)
DRAWN = {"normal": "size=shape", "permutation": "x", "uniform": "low, high, size=shape"}
BY_THE_WAY = {
    "torch.manual_seed": (
        "there is no global seed; write rng = np.random.default_rng(0) once, and give rng=rng to "
        "layers, nn.data.Batches, nn.fit and ag.random"
    ),
    "torch.compile": f"{COMPILE}; results of ag.compile are constants",
    "torch.autograd.grad": (
        "write ag.gradients(outputs, inputs), which gives an array for one input and a list for "
        "several, or tensors with create_graph=True; grad_outputs= is cotangents= here"
    ),
    "torch.utils.data.Dataset": OF_EXAMPLES,
    "torch.utils.data.IterableDataset": OF_EXAMPLES,
    "torch.utils.data.DataLoader": (
        "write nn.data.Batches(data, batch_size), which shuffles unless shuffle=False, and gives "
        "arrays, which functions and layers take"
    ),
}


def text_of(entry: Entry) -> str:
    """Return an entry of a table as a message says it."""
    return entry if isinstance(entry, str) else f"for {entry[0]} write {entry[1]}"


def for_name(path: str) -> str:
    """Return what to write for a dotted name of another library.

    Examples
    --------
    >>> from nn.cli.port.advice import for_name
    >>> for_name("torch.manual_seed")[:23]
    'there is no global seed'
    >>> for_name("tensorflow.keras.losses.MSE")
    'write nn.MSELoss()'
    """
    prefix, _, name = path.rpartition(".")
    if name == "*":
        return "import the module by its name, so that all names that come from it are seen"
    if path in BY_THE_WAY:
        return BY_THE_WAY[path]
    if prefix == "torch" and name in PAIRS:
        return PAIRS[name]
    if prefix == "jax.random" and name in DRAWN:
        return f"write ag.random.{name}({DRAWN[name]}, rng=rng), with rng made once"
    keras = "keras" in path.split(".")
    tables = [TABLES.get(prefix, {}), *((NETWORK, OPTIM, MODULE) if keras else (MODULE, NETWORK))]
    # The name itself, or else the part of the library that it is from.
    for part in (name, *path.split(".")[1:]):
        for table in tables:
            if part in table:
                return text_of(table[part])
    return PAGE


def for_method(name: str) -> str:
    """Return what to write for a method of a tensor."""
    if name in ALIKE:
        return ALIKE[name]
    if name in TENSOR:
        return text_of(TENSOR[name])
    function = AS_FUNCTIONS.get(name)
    return f"write {function.here}(x, ...)" if function else BY_HAND
