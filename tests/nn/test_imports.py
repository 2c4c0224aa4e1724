"""`import nn` loads what a network computes with; the rest is loaded at its first use."""

import subprocess
import sys

import pytest

import nn

LAZY = {
    *("bench", "cli", "data", "layers", "losses", "metrics", "models", "plots", "serialization"),
    *("sklearn", "training"),
}


def fresh(code):
    """Run code in a new process, and return what it printed."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_importing_nn_loads_only_what_a_network_computes_with():
    loaded = fresh("import sys, nn; print(*(m for m in sys.modules if m.startswith('nn.')))")
    parts = {module.split(".")[1] for module in loaded}
    assert "module" in parts
    assert not parts & LAZY


def test_importing_nn_loads_no_random_numbers_pictures_or_processes():
    heavy = {"numpy.random", "secrets", "matplotlib", "multiprocessing", "json"}
    assert not heavy & set(fresh("import sys, nn; print(*sys.modules)"))


@pytest.mark.parametrize(
    "code",
    [
        "from nn import fit; fit.__name__",
        "import nn; nn.fit.__name__",
        "import nn; nn.data.digits.__name__",
        "import nn.data; nn.data.digits.__name__",
        "import nn; nn.plots.curves.__name__",
        "import nn; nn.metrics.accuracy.__name__",
        "from nn import *; History.__name__",
        "from nn import Linear; Linear.__name__",
        "import nn; nn.layers.Linear.__name__",
        "import nn; nn.mse_loss.__name__",
        "import nn; nn.training.fit.__name__",
    ],
)
def test_lazy_names_are_reached_in_every_way(code):
    statement, expression = code.split("; ")
    assert fresh(f"{statement}\nprint({expression})") == [expression.split(".")[-2]]


def test_dir_lists_every_public_name_before_it_is_loaded():
    listed = fresh("import nn; print(*dir(nn))")
    assert set(nn.__all__) <= set(listed)


def test_a_star_import_gives_every_public_name():
    names = {}
    exec("from nn import *", names)
    assert set(nn.__all__) <= set(names)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'nn' has no attribute 'nonsense'"):
        nn.nonsense  # noqa: B018
