"""A kernel as a function of one address, where its arguments lie one after another.

All kernels are called alike in this way, also by a thread that knows nothing of them.

    def add_of_block_float32(given: int, *, WIDTH) -> None:
        block = integers_at(given)
        add(float32s_at(block[0]), float32s_at(block[1]), block[2], WIDTH=WIDTH)
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

# The words for arrays at an address, by the annotations of parameters.
AT = {
    "Float32s": "float32s_at",
    "Float64s": "float64s_at",
    "Integers": "integers_at",
    "Int32s": "int32s_at",
    "Bytes": "bytes_at",
    "Booleans": "booleans_at",
}


def block_entry(function: ast.FunctionDef, dtype: np.dtype[Any]) -> ast.FunctionDef:
    """Return the function of a block for a kernel of arrays and integers, for one dtype.

    Examples
    --------
    >>> import ast
    >>> import numpy as np
    >>> from autograd.ops.kernels.llvm.block_entry import block_entry
    >>> kernel = ast.parse("def clear(out: Floats, count: int) -> None: pass").body[0]
    >>> print(ast.unparse(block_entry(kernel, np.dtype("f4"))))
    def clear_of_block_float32(given: int) -> None:
        block = integers_at(given)
        clear(float32s_at(block[0]), block[1])
    """
    constants = [parameter.arg for parameter in function.args.kwonlyargs]
    given = [_item(i, parameter, dtype) for i, parameter in enumerate(function.args.args)]
    parameters = ", ".join(["given: int", *(["*", *constants] if constants else [])])
    passed = ", ".join([*given, *(f"{name}={name}" for name in constants)])
    text = (
        f"def {function.name}_of_block_{dtype.name}({parameters}) -> None:\n"
        "    block = integers_at(given)\n"
        f"    {function.name}({passed})\n"
    )
    (found,) = ast.parse(text).body
    assert isinstance(found, ast.FunctionDef)
    return found


def _item(i: int, parameter: ast.arg, dtype: np.dtype[Any]) -> str:
    assert parameter.annotation is not None
    kind = ast.unparse(parameter.annotation)
    if kind == "int":
        return f"block[{i}]"
    if kind == "Floats":
        kind = "Float32s" if dtype == np.float32 else "Float64s"
    return f"{AT[kind]}(block[{i}])"
