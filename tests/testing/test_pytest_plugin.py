"""The plugin: what a marked test returns is checked, and other tests are left alone."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

HEADER = """
import numpy as np
import pytest
import autograd as ag

bad = ag.primitive(vjps=(lambda ct, out, x: ct * x,), name="square")(lambda x: x * x)

def energy(x):
    return ag.sum(bad(x))
"""


@pytest.fixture
def run(pytester):
    def run(code, *options, header=HEADER):
        pytester.makepyfile(header + code)
        plugins = ("-p", "glassgrad_pytest", "-p", "no:randomly", "-p", "no:cacheprovider")
        return pytester.runpytest_inprocess(*plugins, "-W", "error", "--strict-markers", *options)

    return run


def test_a_right_derivative_passes_and_a_wrong_one_fails_as_check_grad_writes_it(run):
    result = run("""
@pytest.mark.derivative(order=2)
def test_right():
    return ag.exp, np.ones(3)

@pytest.mark.derivative
def test_wrong():
    return energy, np.array([1.0, 2.0])
""")
    result.assert_outcomes(passed=1, failed=1)
    text = result.stdout.str()
    assert "FAIL energy: argument 0 'x', index (1,)    [value]" in text
    assert "hint: 1/2 times what it should be: is one of two uses missing?" in text
    assert "where: square#1 <- x#0" in text
    assert "Traceback" not in text
    assert "glassgrad_pytest.py" not in text


def test_the_fixture_is_check_grad_and_the_traceback_is_the_line_of_the_test(run):
    result = run("""
def test_right(gradcheck):
    assert gradcheck(ag.exp, 1.0, order=2).order == 2

def test_wrong(gradcheck):
    gradcheck(energy, np.array([1.0, 2.0]))
""")
    result.assert_outcomes(passed=1, failed=1)
    text = result.stdout.str()
    assert ">       gradcheck(energy, np.array([1.0, 2.0]))" in text
    assert "FAIL energy: argument 0 'x'" in text
    assert "gradient_check.py" not in text
    assert "glassgrad_pytest.py:" not in text


def test_parametrisation_fixtures_classes_and_options_work(run):
    result = run("""
@pytest.fixture
def x():
    return np.array([0.5, 1.5])

@pytest.mark.parametrize("f", [ag.exp, ag.sin, bad])
@pytest.mark.derivative(mode="both", rng=1)
def test_f(f, x):
    return f, x

class TestPlace:
    @pytest.mark.derivative(wrt=0)
    def test_wrt(self, x):
        return lambda a, b: a * ag.detach(b), x, x

@pytest.mark.derivative(budget=ag.testing.Budget(runs=3))
def test_budget(x):
    return ag.exp, x

@pytest.mark.derivative
def test_function_alone():
    import nn
    layer = nn.Linear(2, 2, rng=0)
    layer.forward = lambda: ag.sum(layer.weight ** 2)
    return layer
""")
    result.assert_outcomes(passed=4, failed=2)


def test_an_inconclusive_check_fails_unless_it_is_declared(run):
    result = run("""
@pytest.mark.derivative
def test_kink():
    return ag.relu, 0.0

@pytest.mark.derivative(allow_inconclusive=True)
def test_declared():
    return ag.relu, 0.0
""")
    result.assert_outcomes(passed=1, failed=1)
    assert "INCONCLUSIVE relu: argument 0 'x'" in result.stdout.str()


def test_hypothesis_chooses_the_arguments_and_shrinks_them(run):
    result = run("""
from hypothesis import given, settings, strategies as st

@pytest.mark.derivative
@settings(database=None, max_examples=20, deadline=None)
@given(st.floats(-2, 2))
def test_right(x):
    return ag.tanh, x

@pytest.mark.parametrize("scale", [1.0, 3.0])
@pytest.mark.derivative
@settings(database=None, max_examples=20, deadline=None)
@given(x=st.floats(0.5, 2))
def test_wrong(scale, x):
    return bad, scale * x
""")
    result.assert_outcomes(passed=1, failed=2)
    text = result.stdout.str()
    assert "FAIL <lambda>: argument 0 'x'" in text
    assert "x=1.0" in text


def test_a_mismatch_and_a_kink_are_both_shown_as_check_grad_writes_them(run):
    result = run("""
from hypothesis import Phase, given, settings, strategies as st

PHASES = [Phase.generate, Phase.shrink]

class TestIt:
    @pytest.mark.derivative
    @settings(database=None, deadline=None, report_multiple_bugs=True, phases=PHASES)
    @given(st.floats(-2, 2))
    def test_it(self, x):
        return lambda x: ag.relu(x) + bad(x), x
""")
    result.assert_outcomes(failed=1)
    lines = result.stdout.lines
    assert "FAIL <lambda>: argument 0 'x'    [value]" in lines
    assert "INCONCLUSIVE <lambda>: argument 0 'x'    [value]" in lines
    assert "ExceptionGroup" not in result.stdout.str()


REFUSED = {
    "forgets to return": ("def test_it():\n    ag.exp, 1.0", "returned NoneType; return the"),
    "returns a value": ("def test_it():\n    return 3.0, 1.0", "returned tuple; return the"),
    "is async": ("async def test_it():\n    return ag.exp, 1.0", "test_it is asynchronous"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_marked_test_that_checks_nothing_fails_in_one_line(run, name):
    code, text = REFUSED[name]
    result = run(f"\n@pytest.mark.derivative\n{code}\n")
    result.assert_outcomes(failed=1)
    (line,) = [x for x in result.stdout.lines if x.startswith("derivative: ")]
    assert text in line


def test_wrong_options_and_test_cases_are_refused(run):
    result = run("""
import unittest

@pytest.mark.derivative(2)
def test_position():
    return ag.exp, 1.0

@pytest.mark.derivative(ordr=2)
def test_option():
    return ag.exp, 1.0

class TestOld(unittest.TestCase):
    @pytest.mark.derivative
    def test_lost(self):
        return ag.exp, 1.0
""")
    assert result.ret == 1
    text = result.stdout.str()
    assert "write derivative(order=2)" in text
    assert "the option 'ordr'; the options: order, wrt, rng, allow_inconclusive" in text
    assert "test_lost is not a function or method of pytest's" in text


def test_errors_of_the_test_come_through(run):
    result = run("""
@pytest.mark.derivative
def test_it():
    return {}["mine"], 1.0
""")
    result.assert_outcomes(failed=1)
    assert "KeyError: 'mine'" in result.stdout.str()


def test_xdist_carries_the_report(run):
    result = run(
        "\n@pytest.mark.derivative\ndef test_it():\n    return energy, np.ones(2)\n", "-n1"
    )
    result.assert_outcomes(failed=1)
    assert "where: square#1 <- x#0" in result.stdout.str()


def test_an_unrelated_project_imports_nothing_and_needs_no_hypothesis(pytester):
    pytester.makepyfile("""
        import sys

        def test_nothing_is_imported(request):
            assert request.config.pluginmanager.has_plugin("glassgrad_pytest")
            assert not {"autograd", "numpy", "nn", "hypothesis"} & set(sys.modules)

        def test_a_check_without_hypothesis(gradcheck):
            sys.modules["hypothesis"] = None
            assert gradcheck(lambda x: x * x, 1.0)
    """)
    options = [
        "-p",
        "no:hypothesispytest",
        "-p",
        "no:jaxtyping",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "glassgrad_pytest", *options],
        capture_output=True,
        text=True,
        cwd=pytester.path,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_the_entry_point_has_the_name_of_the_module_so_that_it_is_registered_once():
    project = tomllib.loads(Path(__file__).parents[2].joinpath("pyproject.toml").read_text())
    assert project["project"]["entry-points"]["pytest11"] == {
        "glassgrad_pytest": "glassgrad_pytest"
    }
