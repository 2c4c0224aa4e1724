"""The layout holds: arrows point one way, names are exported, derivatives live in primitives."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import autograd as ag
import nn

ROOT = Path(__file__).parent.parent
MODULES = sorted(p for package in ("autograd", "nn") for p in (ROOT / package).rglob("*.py"))

# Each layer may import from itself and from those above it in this list.
LAYERS = [
    {"autograd.errors", "autograd.version"},
    {"autograd.core.messages"},
    {"autograd.ops.kernels"},
    {
        "autograd.core.context",
        "autograd.core.source_location",
        "autograd.core.spec",
        "autograd.core.types",
    },
    {"autograd.core.tensor"},
    {"autograd.core.apply", "autograd.core.vjp"},
    {"autograd.core.primitive"},
    {"autograd.core"},
    {"autograd.ops"},
    {"autograd.ir"},
    {"autograd.functions"},
    {"autograd.transforms"},
    {"autograd.linalg"},
    {"autograd.viz.model"},
    {"autograd.viz.layout"},
    {"autograd.viz.render"},
    {"autograd.viz.formats"},
    {"autograd.viz", "autograd.lessons", "autograd.debugger"},
    {"autograd.testing"},
    {"autograd.methods"},
    {"autograd.cli"},
    {"autograd", "autograd.__main__"},
    {"nn.errors"},
    {"nn.checks"},
    {"nn.files", "nn.init"},
    {"nn.parameter"},
    {"nn.module"},
    {"nn.containers", "nn.serialization", "nn.utils"},
    {"nn.layers", "nn.losses", "nn.optim", "nn.data"},
    {"nn.inspection"},
    {"nn.models"},
    {"nn.metrics", "nn.plots"},
    {"nn.training"},
    {"nn.bench"},
    {"nn.cli"},
    {"nn"},
]


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer_of(module):
    while module:
        for depth, layer in enumerate(LAYERS):
            if module in layer:
                return depth
        module = module.rpartition(".")[0]
    raise AssertionError("a module outside the layout")


def imports_of(path):
    """Modules imported when the file is, not those imported for type checkers only."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (ROOT / Path(*full.split("."))).with_suffix(".py").exists()
                yield full if is_module or (ROOT / Path(*full.split("."))).is_dir() else node.module


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path):
    own = layer_of(name_of(path))
    for imported in imports_of(path):
        if imported.split(".")[0] in ("autograd", "nn"):
            assert layer_of(imported) <= own, imported


def test_there_are_no_import_cycles():
    graph = {
        name_of(p): {i for i in imports_of(p) if i.startswith(("autograd.", "nn."))}
        for p in MODULES
    }
    finished: set[str] = set()

    def visit(module, path):
        assert module not in path, " -> ".join([*path, module])
        if module not in finished:
            for imported in graph.get(module, ()):
                visit(imported, [*path, module])
            finished.add(module)

    for module in graph:
        visit(module, [])


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
    texts_and_files = {
        "autograd.core.messages",
        "autograd.core.files",
        "autograd.ops.kernels.parallel_for",
    }
    assert not [
        i for i in imports_of(path) if i.startswith("autograd.") and i not in texts_and_files
    ]


def test_only_primitives_know_derivatives():
    allowed = {"autograd.core.primitive", "autograd.transforms.checkpoint"}
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
    """Capitals, then classes, then functions, as ruff sorts them."""
    return not name.isupper(), not name[0].isupper(), name


def test_all_is_sorted_and_complete():
    for package in (ag, nn, nn.data):
        assert package.__all__ == sorted(package.__all__, key=by_kind)
        assert all(hasattr(package, name) for name in package.__all__)
    modules = {"annotations", "methods", "Any", "TYPE_CHECKING"}
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
    for heavy in ("graphviz", "scipy", "hypothesis", "pytest", "matplotlib", "IPython", "sklearn"):
        assert repr(heavy) not in found


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_opens_with_its_idea(path):
    module = importlib.import_module(name_of(path)) if path.name != "__main__.py" else None
    assert ast.get_docstring(ast.parse(path.read_text()))
    assert module is None or module.__name__ == name_of(path)
