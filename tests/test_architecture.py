"""The layout holds: arrows point one way, names are exported, derivatives live in primitives."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import autograd as ag
import nn

ROOT = Path(__file__).parent.parent
MODULES = sorted(p for package in ("autograd", "nn") for p in (ROOT / package).rglob("*.py"))

# From the ground up: each floor may use itself and the floors before it, also under TYPE_CHECKING.
# A file that has a floor of its own counts as a folder of its own.
FLOORS = [
    {"autograd.errors", "autograd.version"},
    {
        "autograd.core.messages",
        "autograd.core.types",
        "autograd.core.tables",
        "autograd.core.files",
        "autograd.core.closures",
        "autograd.core.float16",
        "autograd.core.sums",
        "autograd.core.computed_once",
        "autograd.core.blocks",
        "autograd.core.lazy",
        "autograd.core.pytree",
    },
    {"autograd.core.calls", "autograd.core.scopes", "autograd.core.other_names"},
    {"autograd.ops.kernels"},
    {
        "autograd.core.spec",
        "autograd.core.values",
        "autograd.core.malloc",
        "autograd.core.seeds",
    },
    {"autograd.core.context", "autograd.core.source_location", "autograd.core.bound_methods"},
    {"autograd.core.primitive", "autograd.core.departures", "autograd.core.composition"},
    {"autograd.core.leaf_attributes"},
    {"autograd.core.tensor", "autograd.core.rule_errors"},
    {"autograd.core.apply", "autograd.core.assumptions"},
    {"autograd.core.random_state"},
    {"autograd.core.vjp", "autograd.core.recorder", "autograd.core.weak"},
    {"autograd.core.capturing"},
    {"autograd.core.fastpath"},
    {"autograd.core.accumulation"},
    {"autograd.core.backward", "autograd.core.define"},
    {"autograd.core"},
    {"autograd.ops"},
    {"autograd.ir"},
    {"autograd.functions"},
    {"autograd.transforms"},
    {"autograd.linalg", "autograd.random"},
    {"autograd.compiler.program"},
    {"autograd.compiler.passes"},
    {"autograd.compiler.executors"},
    {"autograd.compiler"},
    {"autograd.viz.model"},
    {"autograd.viz.layout"},
    {"autograd.viz.render"},
    {"autograd.viz.formats"},
    {"autograd.viz.player"},
    {"autograd.viz.drawing", "autograd.viz"},
    {"autograd.debugger"},
    {"autograd.lessons"},
    {"autograd.testing"},
    {"autograd.methods"},
    {"autograd.cli"},
    {"autograd", "autograd.__main__"},
    {"nn.errors", "nn.other_names"},
    {"nn.checks"},
    {"nn.init"},
    {"nn.parameter"},
    {"nn.module"},
    {"nn.containers", "nn.serialization", "nn.utils"},
    {"nn.layers", "nn.losses", "nn.optim", "nn.data"},
    {"nn.inspection"},
    {"nn.models"},
    {"nn.metrics", "nn.plots"},
    {"nn.compiled"},
    {"nn.input_optimization"},
    {"nn.training"},
    {"nn.sklearn"},
    {"nn.cli"},
    {"nn"},
]

AT_THE_ROOT = {
    "__init__.py",
    "__main__.py",
    "errors.py",
    "version.py",
    "linalg.py",
    "random.py",
    "py.typed",
}

# Readers of Tensors look at a Graph, and touch no private slot.
READERS = ("viz", "debugger", "lessons", "testing", "cli")


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def floor_of(module):
    """Return the height of a module's floor, and the name that it has there."""
    name = module
    while name:
        for height, floor in enumerate(FLOORS):
            if name in floor:
                return height, name
        name = name.rpartition(".")[0]
    raise AssertionError(f"{module} is outside the layout")


def imports_of(path):
    """Yield the modules that a file imports, also inside functions and for type checkers alone.

    A package that is imported on the way to its module does not count.
    """
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                file = ROOT / Path(*full.split("."))
                yield full if file.with_suffix(".py").exists() or file.is_dir() else node.module


def own_imports_of(path):
    """Yield the modules of this house that a file imports."""
    return {i for i in imports_of(path) if i.split(".")[0] in ("autograd", "nn")}


def check_acyclic(uses):
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as error:
        pytest.fail(" uses ".join(reversed(error.args[1])))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path):
    own, _ = floor_of(name_of(path))
    for imported in own_imports_of(path):
        height, _ = floor_of(imported)
        assert height <= own, imported


def test_no_cycles_between_files():
    check_acyclic({name_of(p): own_imports_of(p) for p in MODULES})


def folder_of(module):
    """Return the folder of a module; a file with a floor of its own is one."""
    is_package = (ROOT / Path(*module.split("."))).is_dir()
    _, floor = floor_of(module)
    return module if is_package or floor == module else module.rpartition(".")[0]


def test_no_cycles_between_folders():
    uses = {}
    for path in MODULES:
        if path.name == "__init__.py":  # it only gives on the names of its package
            continue
        folder = folder_of(name_of(path))
        uses.setdefault(folder, set()).update(map(folder_of, own_imports_of(path)))
    check_acyclic({folder: used - {folder} for folder, used in uses.items()})


def test_nothing_else_stands_at_the_root():
    assert {p.name for p in (ROOT / "autograd").iterdir() if p.is_file()} == AT_THE_ROOT


def is_private(node):
    """Whether an attribute of something else than self begins with an underscore, as ``x._value``.

    ``_repr_html_`` and its like are names of a protocol.
    """
    return (
        isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.endswith("_")
        and ast.unparse(node.value) not in ("self", "cls")
    )


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if name_of(p).startswith(tuple(f"autograd.{r}" for r in READERS))],
    ids=name_of,
)
def test_readers_touch_no_private_slots(path):
    tree = ast.parse(path.read_text())
    assert [ast.unparse(node) for node in filter(is_private, ast.walk(tree))] == []


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if name_of(p).startswith(("nn.layers", "nn.losses", "nn.models"))],
    ids=name_of,
)
def test_layers_losses_and_models_import_no_numpy(path):
    assert not [i for i in imports_of(path) if i.split(".")[0] == "numpy"]


@pytest.mark.parametrize(
    "path", [p for p in MODULES if name_of(p).split(".")[0] == "nn"], ids=name_of
)
def test_networks_use_the_public_names_alone(path):
    helpers = {
        "autograd.core.assumptions",
        "autograd.core.capturing",
        "autograd.core.context",
        "autograd.core.float16",
        "autograd.core.messages",
        "autograd.core.other_names",
        "autograd.core.files",
        "autograd.core.blocks",
        "autograd.core.calls",
        "autograd.core.closures",
        "autograd.core.lazy",
        "autograd.core.seeds",
        "autograd.core.tables",
        "autograd.core.weak",
        "autograd.functions.other_names",
        "autograd.methods.module_names",
        "autograd.methods.tensor_names",
    }
    assert not [i for i in imports_of(path) if i.startswith("autograd.") and i not in helpers]


def test_only_primitives_know_derivatives():
    allowed = {
        *("autograd.core.define", "autograd.core.vjp", "autograd.core.recorder"),
        *("autograd.transforms.checkpoint", "autograd.compiler.results"),
        *("autograd.compiler.passes.lower", "autograd.compiler.executors.llvm.islands"),
        "nn.inspection.relu_rules",  # rules that are no derivatives, in place of one
        "autograd.ir.failure",  # an operation without rules, which failed
    }
    for path in MODULES:
        if ".ops" not in name_of(path) and name_of(path) not in allowed:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    assert ast.unparse(node.func) not in (
                        "primitive",
                        "ag.primitive",
                        "Primitive",
                    ), path


def by_kind(name):
    """Capitals, then classes, then functions, as ruff sorts them: log2 comes before log10."""
    padded = re.sub(r"\d+", lambda number: number[0].zfill(4), name)
    return not name.isupper(), not name[0].isupper(), padded


def test_all_is_sorted_and_complete():
    for package in (ag, nn, nn.data):
        assert package.__all__ == sorted(package.__all__, key=by_kind)
        assert all(hasattr(package, name) for name in package.__all__)
    modules = {"annotations", "methods", "loaded", "Any", "TYPE_CHECKING"}
    public = {n for n, v in vars(ag).items() if not n.startswith("_") and not inspect.ismodule(v)}
    assert public - modules <= set(ag.__all__)


PUBLIC = (
    "tensor no_grad grad value_and_grad gradients vjp jvp jacobian hessian "
    "hvp checkpoint primitive scope graph trace exp log add "
    "matmul conv conv_transpose subtract multiply divide negative reciprocal power "
    "square sqrt abs sign expm1 log1p sin cos tan "
    "sinh cosh tanh arctan maximum minimum where clip sum "
    "mean max min var std prod cumsum reshape ravel "
    "transpose swapaxes moveaxis expand_dims squeeze broadcast_to concatenate stack split "
    "flip roll tile repeat pad take take_along_axis diagonal tril "
    "triu dot vdot inner outer tensordot einsum argmax argmin "
    "astype sigmoid relu leaky_relu elu softplus softmax log_softmax logsumexp "
    "heaviside "
)


@pytest.mark.parametrize("name", PUBLIC.split())
def test_the_contract_is_exported(name):
    assert callable(getattr(ag, name))


@pytest.mark.parametrize("name", ["norm", "solve", "inv", "det", "trace"])
def test_linear_algebra_is_exported(name):
    assert callable(getattr(ag.linalg, name))


@pytest.mark.parametrize("name", [n for n in ag.__all__ if callable(getattr(ag, n))])
def test_every_public_name_is_documented(name):
    assert inspect.getdoc(getattr(ag, name))


def test_importing_takes_numpy_alone():
    code = "import sys, autograd, nn; print(sorted({m.split('.')[0] for m in sys.modules}))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    heavy = "graphviz scipy hypothesis pytest matplotlib IPython sklearn llvmlite"
    for name in heavy.split():
        assert repr(name) not in found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_opens_with_its_idea(path):
    module = importlib.import_module(name_of(path)) if path.name != "__main__.py" else None
    assert ast.get_docstring(ast.parse(path.read_text()))
    assert module is None or module.__name__ == name_of(path)
