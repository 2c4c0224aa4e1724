"""The same call by another library and by the line that an error says: its numbers, stored as data.

``python -m tests.other_names`` makes the data again, which takes PyTorch and JAX.
"""

import json
from pathlib import Path

import numpy as np

from autograd.functions.other_names import LINALG, RANDOM
from autograd.methods.module_names import MODULE
from autograd.methods.tensor_names import CALLED, OF_ARRAYS, TENSOR
from autograd.methods.updater import UPDATER
from nn.other_names.module import MODULE as NN_MODULE
from nn.other_names.network import NETWORK
from nn.other_names.objects import BATCHES, DATASET, HISTORY, SCHEDULE
from nn.other_names.parts import DATA, INIT, METRICS, OPTIM, PLOTS, SKLEARN, UTILS
from tests.other_names.meanings import MEANINGS

TABLES = {
    "Tensor": TENSOR,
    "ag": MODULE,
    "ag.linalg": LINALG,
    "ag.random": RANDOM,
    "nn": NETWORK,
    "nn.Module": NN_MODULE,
    "nn.optim": OPTIM,
    "nn.utils": UTILS,
    "Batches": BATCHES,
    "Dataset": DATASET,
    "History": HISTORY,
    "nn.data": DATA,
    "nn.init": INIT,
    "nn.metrics": METRICS,
    "nn.plots": PLOTS,
    "nn.sklearn": SKLEARN,
    "LRScheduler": SCHEDULE,
    "x.at": UPDATER,
}

VALUES = Path(__file__).with_name("values.json")

# What the code in the tables is about.
ARRAYS = {
    "t": np.array([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]]),
    "u": np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 8.0]]),
    "v": np.array([3.0, 1.0, 2.0]),
    "w": np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 4.0]]),
    "b": np.arange(18.0).reshape(2, 3, 3),
    "x": np.arange(96.0).reshape(2, 3, 4, 4) % 7,
    "p": np.array([0.5, 2.0, -1.0]),
    "g": np.array([1.0, 2.0, 4.0]),
    "i": np.array([[0, 2], [1, 0]]),
    "r": np.array([1, 0]),
    "c": np.array([2, 0]),
    "q": np.arange(12.0).reshape(2, 3, 2) / 10,
    "mask": np.array([[True, False, True], [False, False, True]]),
}


def pairs():
    """Return every pair of code in the tables: there, and here."""
    tables = [*TABLES.values(), CALLED, OF_ARRAYS]
    found = [entry for table in tables for entry in table.values() if type(entry) is tuple]
    return found + [(there, same) for there, *_, same in MEANINGS]


def stored():
    """Return what the other libraries' calls gave, by the calls."""
    return json.loads(VALUES.read_text("utf-8"))


def evaluate(code, names):
    """Run a line: the value of an expression, or what ``p`` holds after a statement."""
    try:
        compiled = compile(code, "<table>", "eval")
    except SyntaxError:
        exec(code, names)
        return names["p"].data
    result = eval(compiled, names)
    # A method that ends in an underscore changes what it is called on, and returns it or nothing.
    return names["p"] if result is None or (code.startswith("p.") and "_(" in code) else result
