"""The tables of docs/coming_from.md; ``python -m tests.other_names.page`` puts them in the page."""

import re
from pathlib import Path

from autograd.core.calls import OTHER_NAMES, WITHOUT
from autograd.functions.other_names import LINALG, RANDOM
from autograd.methods import module_names
from autograd.methods.tensor_names import CALLED, OF_ARRAYS, TENSOR
from autograd.methods.updater import UPDATER
from nn.optim.options import INSTEAD
from nn.other_names import module, network, objects, parts
from tests.other_names import meanings

PAGE = Path(__file__).parents[2] / "docs" / "coming_from.md"
TITLES = {
    "arrays": CALLED | OF_ARRAYS,
    "tensors": TENSOR,
    "torch": module_names.TORCH | module_names.CONSTANTS,
    "linalg": LINALG,
    "random": RANDOM,
    "gradients": module_names.GRADIENTS | module_names.MACHINES | module_names.NETWORKS,
    "dtypes": module_names.DTYPES,
    "functional": network.FUNCTIONS,
    "modules": module.TORCH,
    "parts": {
        **parts.OPTIM,
        **objects.SCHEDULE,
        **parts.DATA,
        **parts.INIT,
        **parts.UTILS,
        **objects.BATCHES,
        **objects.DATASET,
        **parts.METRICS,
        **parts.PLOTS,
        **parts.SKLEARN,
    },
    "optimisers": INSTEAD,
    "arguments": {
        **{name: f"write {here}=" for name, here in OTHER_NAMES.items()},
        **WITHOUT,
    },
    "layers": network.KERAS_LAYERS,
    "losses": network.KERAS_LOSSES,
    "models": module.KERAS | objects.HISTORY,
    "layer arguments": module.ARGUMENTS,
    "others": network.OTHERS,
    "tensorflow": module_names.TENSORFLOW,
    "jax": module_names.JAX | {f"x.at[i].{name}": entry for name, entry in UPDATER.items()},
    "hips": module_names.HIPS,
}


def table(entries):
    """Return a table in Markdown; names with the same advice share a row."""
    rows = {}
    for name, entry in entries.items():
        there, here = entry if isinstance(entry, tuple) else (name, entry)
        here = f"`{here}`" if isinstance(entry, tuple) else here.replace("*", r"\*")
        rows.setdefault(here, []).append(f"`{there}`")
    lines = [f"| {', '.join(names)} | {here} |" for here, names in rows.items()]
    return "\n".join(["| There | Here |", "|---|---|", *lines])


def filled(text):
    """Return the page with the table of its title under each comment."""
    tables = {title: table(entries) for title, entries in TITLES.items()}
    for title, rows in {"meanings": meanings.table(), "more": meanings.more(), **tables}.items():
        text, count = re.subn(
            rf"(<!-- {title} -->\n)(?:\|.*\n)*", lambda m, rows=rows: f"{m[1]}{rows}\n", text
        )
        assert count == 1, title
    return text


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
