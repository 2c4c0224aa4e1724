"""The examples in public docstrings run as a reader pastes them: in an empty namespace."""

import doctest
import inspect

import pytest

import autograd as ag
import nn

PUBLIC = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (ag, ag.linalg, nn, nn.data)
    for name in module.__all__
    if name != "Array"  # NumPy's own
    if ">>>" in (inspect.getdoc(getattr(module, name)) or "")
}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_an_example_runs_in_an_empty_namespace(name):
    text = inspect.getdoc(PUBLIC[name])
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    results = doctest.DocTestRunner(optionflags=flags).run(example)
    assert results.attempted > 0
    assert results.failed == 0


def test_most_public_names_have_an_example():
    assert len(PUBLIC) > 150
