"""What a program computes again, instead of keeping it while most memory is in use."""

import numpy as np
import pytest

import autograd as ag
from autograd.compiler.entry import interpret
from autograd.compiler.passes import optimised
from autograd.compiler.passes.recompute import LARGE, recompute
from autograd.compiler.program import program_of
from tests.kernels import needs_llvm

X = np.random.default_rng(0).normal(size=LARGE // 4)  # twice as many bytes


def peak(x):
    """Compute what needs several arrays at the same time."""
    a, b, c = ag.exp(x), ag.sin(x), ag.cos(x)
    return ag.logaddexp(ag.logaddexp(a, b), ag.logaddexp(b * c, a))


def quotient(x):
    d = ag.tanh(x)
    q = d / (1.0 + ag.max(d))
    return peak(q) + ag.sqrt(2.0 + q) * d


def activation(x):
    q = ag.tanh(ag.exp(x))
    return peak(q) + q


def of_nothing_kept(x):
    q = ag.tanh(x) / 2.0
    return peak(q) + q


def programs(f, x):
    before = optimised(program_of(ag.capture(f, x)))
    return before, recompute(before)


def count(program, name):
    return sum(line.operation == name for line in program)


def test_a_quotient_is_computed_again_from_what_is_kept_anyway():
    before, after = programs(quotient, X)
    assert count(after, "divide") == count(before, "divide") + 1
    assert after.notes[-1] == "computed 1 value again, instead of keeping it in memory"


def test_what_is_computed_again_has_the_same_bits():
    before, after = programs(quotient, X)
    np.testing.assert_array_equal(interpret(after, [X])[0], interpret(before, [X])[0])


@pytest.mark.parametrize("f", [activation, of_nothing_kept])
def test_what_is_expensive_or_made_of_nothing_kept_stays(f):
    before, after = programs(f, X)
    assert after.lines == before.lines


def test_small_values_are_kept():
    before, after = programs(quotient, X[:100])
    assert after.lines == before.lines


@needs_llvm
def test_a_compiled_program_computes_again_what_numpy_keeps_and_says_so():
    kept, again = (ag.compile(quotient, backend=name) for name in ("numpy", "llvm"))
    np.testing.assert_allclose(again(X), kept(X), rtol=1e-12)
    note = "computed 1 value again"
    assert note in again.explain()
    assert note not in kept.explain()
