"""`ag.config` shows the settings, and refuses what is none of them."""

import subprocess
import sys

import pytest

import autograd as ag
from autograd.core import settings
from autograd.ops.kernels.llvm import choice


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.setattr(choice, "_chosen", None)
    monkeypatch.setattr(choice, "_failed", "")
    monkeypatch.delenv(choice.VARIABLE, raising=False)


def test_kernels_are_described_in_one_line():
    assert ag.config.kernels == choice.described()
    assert "\n" not in ag.config.kernels
    assert ag.config.kernels.startswith(("llvm: ", "numpy: "))


def test_kernels_are_chosen_by_assigning():
    ag.config.kernels = "numpy"
    assert ag.config.kernels == "numpy: chosen"
    assert choice.in_use() is None


def test_an_unknown_setting_is_refused_with_those_that_there_are():
    with pytest.raises(AttributeError) as caught:
        ag.config.kernel = "numpy"
    assert str(caught.value) == "config has no setting 'kernel'; it has: kernels"


@pytest.mark.parametrize("name", ["fast", "", "NUM", None, 1, ["numpy"], "two\nlines"])
def test_another_choice_is_refused_in_one_line(name):
    with pytest.raises(ag.OptionError, match=r"must be 'auto', 'llvm' or 'numpy'") as caught:
        ag.config.kernels = name
    assert "\n" not in str(caught.value)
    assert choice.chosen() == "auto"


def test_the_representation_shows_every_setting():
    ag.config.kernels = "numpy"
    assert repr(ag.config) == "kernels = numpy: chosen"
    assert all(hasattr(settings.Config, name) for name in settings.NAMES)


def test_importing_and_computing_without_convolutions_loads_no_llvm():
    code = (
        "import sys, autograd as ag; ag.sum(ag.exp(ag.ones(3))); print('llvmlite' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
