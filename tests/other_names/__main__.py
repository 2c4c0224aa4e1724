"""Make the other libraries' numbers anew."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import torch

from tests.other_names import ARRAYS, VALUES, evaluate, pairs

jax.config.update("jax_enable_x64", True)


def names(code):
    """Return what the code is about, of the library that it is for."""
    kind = jnp.asarray if code.startswith("jax") else torch.tensor
    modules = {"torch": torch, "F": torch.nn.functional, "jax": jax, "jnp": jnp, "nn": torch.nn}
    return modules | {name: kind(array) for name, array in ARRAYS.items()} | {"a": ARRAYS["t"]}


def plain(value):
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return np.asarray(value).tolist()


found = {}
for code, _ in pairs():
    if "rand" in code:
        found[code] = list(evaluate(code, names(code)).shape)
        continue
    try:
        found[code] = plain(evaluate(code, names(code)))
    except (AttributeError, NameError) as error:
        print(f"not of PyTorch or JAX: {code}: {error}")
lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(value)}" for code, value in found.items())
VALUES.write_text(f"{{\n{lines}\n}}\n", "utf-8")
