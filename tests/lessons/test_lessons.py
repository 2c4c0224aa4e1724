"""The lessons are imported at first use, and not before."""

import subprocess
import sys

import pytest

import autograd as ag


def test_importing_the_engine_does_not_import_the_lessons():
    code = "import sys, autograd; print('autograd.lessons' in sys.modules); autograd.lessons.spot"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_the_lessons_need_no_hypothesis_and_no_graphviz():
    code = "import sys, autograd; autograd.lessons; print(sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for heavy in ("hypothesis", "graphviz", "scipy", "pytest"):
        assert f"'{heavy}'" not in ran.stdout


def test_the_exports_are_sorted_and_there():
    names = ag.lessons.__all__
    assert names == sorted(names)
    assert {"nudge", "predict", "spot", "compare", "Nudge", "Spot", "Closed"} == set(names)
    assert all(getattr(ag.lessons, name).__doc__ for name in names)


def test_an_unknown_name_is_refused():
    with pytest.raises(AttributeError):
        ag.lesson  # noqa: B018
