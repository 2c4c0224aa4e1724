"""What to write for that which is not rewritten, from the tables that errors quote."""

from __future__ import annotations

import autograd as ag
from autograd.core.other_names import Entry, Table
from autograd.methods.module_names import MODULE
from autograd.methods.tensor_names import TENSOR
from nn.cli.port.rules import AS_FUNCTIONS
from nn.other_names.network import NETWORK
from nn.other_names.parts import DATA, INIT, OPTIM

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
TABLES["torch.utils.data"] = DATA

PAGE = "docs/coming_from.md has the names"
BY_HAND = f"these arguments have no certain meaning here; {PAGE}"
AXES = "several axes are a tuple here, as in axis=(2, 3)"
PAIRS = {
    "max": "along an axis write ag.max(x, axis=...), and ag.argmax(x, axis=...) for the places",
    "min": "along an axis write ag.min(x, axis=...), and ag.argmin(x, axis=...) for the places",
    "std": "the default here is ddof=0; write ag.std(x, ddof=1) for the same",
    "var": "the default here is ddof=0; write ag.var(x, ddof=1) for the same",
}

# Names that other values than tensors have, too, so that nothing is said of them.
_OTHERS = (str, bytes, list, dict, set, int, float, ag.Array)
ORDINARY = {name for kind in _OTHERS for name in dir(kind)} - {"view"}
ORDINARY |= {"add", "bool", "device", "double", "float", "half", "int", "long", "select", "split"}
ORDINARY |= {"sub", "t", "type", "value", "where"}
TELLING = {name for name in TENSOR if name not in ORDINARY}
OF_A_LOADER = "write batches.data, of nn.data.Batches"
BY_THE_WAY = {
    "torch.manual_seed": (
        "there is no global seed; write rng = np.random.default_rng(0) once, and give rng=rng to "
        "layers, nn.data.Batches, nn.fit and ag.random"
    ),
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
    if path in BY_THE_WAY or name in PAIRS:
        return BY_THE_WAY.get(path) or PAIRS[name]
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
    if name in TENSOR:
        return text_of(TENSOR[name])
    function = AS_FUNCTIONS.get(name)
    return PAIRS.get(name, f"write {function.here}(x, ...)" if function else BY_HAND)
