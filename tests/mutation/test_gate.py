"""The battery finds every fault, each check is needed, and right primitives raise no alarm."""

import pytest

from autograd.testing.primitive_checks import CHECKS
from tests.mutation.faults import FAULTS
from tests.mutation.gate import NUMBERS, calls_until_found, catchers, false_alarms, right_primitives

# The calls of each primitive, in parts that can be run apart, each from another seed.
PARTS, CALLS = range(8), 105

IDS = [f"{f.rule} {f.name}" for f in FAULTS]


def test_there_are_many_faults_in_many_rules():
    assert len(FAULTS) >= 40
    assert len({f.rule for f in FAULTS}) >= 25


@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_the_battery_finds_the_fault(fault):
    assert all(calls_until_found(fault, seeds=[0]).examples)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=IDS)
def test_the_battery_finds_the_fault_from_wherever_it_starts(fault):
    assert all(calls_until_found(fault, seeds=[1, 2, 3, 4]).examples)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.only], ids=str)
def test_a_single_check_finds_what_no_other_does(fault):
    assert catchers(fault) == {fault.only}


def test_every_check_is_the_only_one_to_find_some_fault():
    assert {f.only for f in FAULTS} - {""} == set(NUMBERS)
    assert [str(n) for n in range(1, len(CHECKS) + 1)] == NUMBERS


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS, ids="part{}".format)
@pytest.mark.parametrize("p", right_primitives(), ids=str)
def test_no_false_alarm_in_many_calls(p, part):
    calls, alarms, masked, outputs = false_alarms(p, CALLS, part)
    assert not alarms
    assert masked <= 0.02 * outputs
    assert calls > CALLS / 2


def test_the_parts_have_fifty_thousand_calls():
    assert len(right_primitives()) * len(PARTS) * CALLS >= 50_000
