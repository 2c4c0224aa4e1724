"""Layers, losses and optimisers compute what PyTorch's of the same names do."""

import functools

import pytest

from tests.nn.parity import FAMILIES, distance, family, stored

CASES = [(name, case) for name in FAMILIES for case in family(name).CASES]
data = functools.cache(stored)


@pytest.mark.parametrize(("name", "case"), CASES, ids=[case.id for _, case in CASES])
def test_the_numbers_are_those_of_pytorch(name, case):
    given, theirs = data(name)[case.id]
    ours = family(name).by_nn(case, given)
    assert ours.keys() == theirs.keys()
    assert {key: distance(ours[key], theirs[key]) for key in theirs} == pytest.approx(
        dict.fromkeys(theirs, 0.0), abs=1e-9
    )
