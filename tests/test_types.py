"""Parameters of public functions have named types: `Any` is rare.

Counted are the parameters, but for ``self`` and ``cls``, of the functions and of the methods of
classes whose names do not begin with an underscore, in every module of a package.  Special methods
count, since operators and calls are public.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST = 0.05


def functions_in(body, owner=""):
    """Yield the public functions in the body of a module or class, with their full names."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from functions_in(node.body, f"{owner}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            special = owner and node.name.startswith("__")
            if special or not node.name.startswith("_"):
                yield f"{owner}{node.name}", node


def parameters_of(function):
    """Return all parameters of a function but the first of a method."""
    args = function.args
    found = [*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg]
    return [arg for arg in found if arg is not None and arg.arg not in ("self", "cls")]


def is_any(parameter):
    """Return whether the annotation contains `Any`, or there is none."""
    annotation = parameter.annotation
    return annotation is None or any(
        isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(annotation)
    )


@pytest.mark.parametrize("package", ["nn"])
def test_few_public_parameters_are_any(package):
    found = [
        (f"{path.relative_to(ROOT)}: {name}({parameter.arg})", is_any(parameter))
        for path in sorted((ROOT / package).rglob("*.py"))
        for name, function in functions_in(ast.parse(path.read_text()).body)
        for parameter in parameters_of(function)
    ]
    untyped = [where for where, is_untyped in found if is_untyped]
    assert found
    assert len(untyped) <= MOST * len(found), "\n".join(untyped)
