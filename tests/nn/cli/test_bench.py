"""``glassgrad bench``: what is measured, not how fast it is."""

import argparse
import gc
import json
import tomllib
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
from nn.cli.bench import (
    arithmetic,
    command,
    contest,
    limits,
    machine,
    pytorch,
    table,
    tasks,
    threads,
    timing,
    training,
)
from nn.cli.bench.contest import COMPILED, LIMIT, OURS, Contender, Result, Task
from tests.refusals import assert_refused


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Never wait, and let the environment set one thread, as in these tests."""
    monkeypatch.setattr(timing, "LOOK", 0.0)
    monkeypatch.setattr(gc, "collect", lambda: 0)  # all of pytest would be looked through
    for name in threads.VARIABLES:
        monkeypatch.setenv(name, "1")


# Timing


def test_every_slot_has_one_turn_in_a_round_and_each_goes_first_in_turn():
    order = []
    slots = {name: partial(order.append, name) for name in "abc"}
    timing.alternate(slots, rounds=3)
    assert "".join(order) == "abc" + "abc" + "bca" + "cab"


def test_timing_waits_before_every_slot_that_counts(monkeypatch):
    waits = []
    monkeypatch.setattr(timing, "wait_until_idle", lambda: waits.append(1))
    timing.alternate({"a": float, "b": float}, rounds=2)
    assert len(waits) == 4


@pytest.mark.parametrize(
    ("computed", "looks"), [([0, 0], 1), ([0, 5, 5, 9, 9, 9], 3), ([0, 5] * 60, 60)]
)
def test_waiting_ends_when_no_thread_computes_or_after_a_while(monkeypatch, computed, looks):
    slept = []
    times = iter(computed)
    monkeypatch.setattr(timing, "LOOK", 0.5)
    monkeypatch.setattr(timing, "sleep", slept.append)
    monkeypatch.setattr(timing, "process_time", lambda: next(times))
    timing.wait_until_idle()
    assert slept == [0.5] * looks


def test_a_round_that_was_disturbed_for_both_does_not_move_the_ratio():
    assert timing.ratio([1, 100, 1], [2, 200, 2]) == 0.5


def test_a_round_that_was_disturbed_for_one_does_not_move_the_ratio():
    assert timing.ratio([1, 100, 1], [2, 2, 2]) == 0.5


def test_slow_runs_are_not_repeated():
    assert timing.repeats_for(lambda: None, 0.01, clock=iter([0, 10**9] * 3).__next__) == 1


# Contests


def contender(value=1.0, calls=None):
    calls = [] if calls is None else calls
    return Contender(lambda: calls.append(value), lambda: [np.array([value, 2.0])])


def test_a_contest_times_every_engine():
    task = Task("nothing", {OURS: contender, "torch": contender})
    result = contest.contest(task, rounds=3, seconds=0.0)
    assert set(result.samples) == {OURS, "torch"}
    assert len(result.samples["torch"]) == 3
    assert result.ratio("torch") > 0


def test_engines_that_disagree_are_not_timed():
    calls = []
    makers = {OURS: partial(contender, 1.0, calls), "jax": partial(contender, 1.1, calls)}
    task = Task("sum", makers)
    with pytest.raises(ag.StateError, match="sum: jax computes something else than glassgrad"):
        contest.contest(task, rounds=1, seconds=0.0)
    assert not calls


@pytest.mark.parametrize("theirs", [[[1.0, 2.0]], [1.0, np.nan], [1.0, 2.1], [1.0]])
def test_other_shapes_values_and_nan_are_a_disagreement(theirs):
    with pytest.raises(ag.StateError, match="something else"):
        contest.check_agreement("task", {OURS: [[1.0, 2.0]], "torch": [theirs]})


def test_another_order_of_adding_up_is_agreement():
    contest.check_agreement("task", {OURS: [[1.0, 2.0]], "torch": [[1.0, 2.0001]]})


def test_shares_and_rates_are_those_of_the_rounds():
    flops = 2 * contest.LARGE**3
    result = Result({OURS: [10, 20], COMPILED: [5, 10], LIMIT: [2, 4]}, flops)
    assert (result.of_limit(), result.of_limit(COMPILED)) == (0.2, 0.4)
    assert (result.rate(), result.rate(COMPILED)) == (flops / 15, flops / 7.5)


def test_what_was_not_measured_is_none():
    result = Result({OURS: [1]})
    assert result.times([OURS, "jax"], timing.MICROSECOND) == {OURS: 0.001, "jax": None}
    assert (result.ratio("jax"), result.rate(COMPILED), result.of_limit()) == (None, None, None)


# Arithmetic


def test_a_perceptron_computes_all_but_the_gradient_of_its_input():
    layers = [64 * 32, 32 * 10]
    expected = 2 * 32 * (3 * sum(layers) - layers[0])
    assert training.mlp(32, 64, 32, 10).flops() == expected


def test_a_convolution_adds_up_its_terms_for_every_output_and_gradient():
    x = ag.tensor(np.ones((2, 3, 6, 6)), requires_grad=True)
    w = ag.tensor(np.ones((4, 3, 3, 3)), requires_grad=True)
    outputs, terms = 2 * 4 * 4 * 4, 3 * 3 * 3
    assert arithmetic.flops(ag.sum(ag.conv(x, w))) == 3 * 2 * outputs * terms
    assert arithmetic.flops(ag.sum(ag.conv_transpose(ag.conv(x, w), w))) == 6 * 2 * outputs * terms


def test_a_task_without_products_has_no_limit():
    task = Task("sum", {OURS: partial(contender, 1.0, [])})
    assert contest.contest(task, rounds=1, seconds=0.0).of_limit() is None


# Limits, threads and the machine


def test_the_rates_of_the_machine_are_numbers():
    assert 0 < limits.multiplying(quick=True) < np.inf
    assert 0 < limits.copying(quick=True) < np.inf


def test_a_process_gets_the_wanted_number_of_threads():
    code = "import os, sys; sys.exit(int(os.environ['OPENBLAS_NUM_THREADS']))"
    assert threads.python(["-c", code], threads=3) == 3


def test_threads_are_those_of_every_library(monkeypatch):
    assert threads.are(1)
    assert threads.current() == 1
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    assert not threads.are(1)
    assert not threads.are(2)


def test_the_machine_is_described_without_its_name():
    found = machine.machine()
    assert found["threads"].startswith("1,")
    assert str(Path.home()) not in str(found)


# The table


def test_columns_are_aligned_names_to_the_left_and_numbers_to_the_right():
    rows = [{"name": "a", "us": 1.0, "x": None}, {"name": "longer", "us": 1234.0, "x": 0.5}]
    printed = table.text(table.Table("title", "note", rows)).splitlines()[3:]
    assert printed == ["name       us      x", "a        1.00      -", "longer  1,234  0.500"]


# The tasks


def agree(task):
    assert {OURS, "torch"} <= set(task.makers) <= {OURS, contest.COMPILED, "torch"}
    contest.check_agreement(
        task.name, {name: make().outcome() for name, make in task.makers.items()}
    )


@pytest.mark.peers
@pytest.mark.parametrize("step", [*training.PERCEPTRONS, training.LENET5], ids=lambda t: t.name)
def test_pytorch_takes_the_same_training_step(step):
    agree(replace(step, batch=4).task())


@pytest.mark.peers
def test_pytorch_computes_the_same_convolution():
    agree(tasks.convolution())


@pytest.mark.peers
def test_pytorch_computes_the_same_chain():
    agree(tasks.operation("on 8 numbers", 20, (8,)))


def test_a_training_step_learns():
    contender = training.by_us(training.PERCEPTRONS[0])
    losses = [contender.run().item() for _ in range(20)]
    assert losses[-1] < losses[0]


def test_engines_must_agree_on_loss_weights_and_gradients():
    assert [np.shape(x) for x in training.by_us(training.mlp(8, 4, 10)).outcome()] == [
        *[(), (10, 4), (10,)],
        *[(10, 4), (10,)],
    ]


# The command


@pytest.fixture
def small(monkeypatch):
    """Make the tasks small, and measure no limits."""
    monkeypatch.setattr(tasks, "PERCEPTRONS", training.PERCEPTRONS[:1])
    monkeypatch.setattr(tasks, "LENET5", training.mlp(8, 4, 3, 10))
    monkeypatch.setattr(tasks, "SHORT", 20)
    monkeypatch.setattr(limits, "measured", lambda quick: limits.Limits(1.0, 2.0, 3.0))
    monkeypatch.setattr(contest, "LARGE", 64)


def run(*words):
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args([*words]))


def test_the_command_prints_the_machine_its_limits_and_the_table(small, capsys):
    assert run("--quick", "--threads", "1") == 0
    printed = capsys.readouterr().out.splitlines()
    names = [line.split("  ")[0] for line in printed]
    assert names[:7] == [
        *("machine", "python", "packages", "BLAS", "kernels", "threads", "limits"),
    ]
    assert "limits    2 GFLOP/s in a large matrix product, 1 with one thread; 3 GB/s" in printed[6]
    assert "step of MLP 64-32-10, batch 32" in names
    assert "an operation on 8 numbers" in names
    assert max(map(len, printed)) <= 110


def test_without_pytorch_the_command_says_so_and_measures_us_alone(small, capsys, monkeypatch):
    monkeypatch.setattr(pytorch, "installed", lambda: False)
    assert run("--quick", "--threads", "1") == 0
    printed = capsys.readouterr().out
    assert "Without PyTorch to compare with; for that: pip install torch\n" in printed
    assert "/torch" not in printed


def test_the_command_writes_its_numbers(small, tmp_path, capsys):
    assert run("--quick", "--threads", "1", "--json", str(tmp_path / "speed.json")) == 0
    found = json.loads((tmp_path / "speed.json").read_text())
    assert list(found) == ["machine", "limits", "table"]
    assert found["limits"] == {"one": 1.0, "all": 2.0, "copying": 3.0}
    rows = found["table"]["rows"]
    assert all(list(row) == list(rows[0]) for row in rows)
    assert all(row[OURS] > 0 for row in rows)
    steps = [row for row in rows if "step of" in row["task, times in us"]]
    assert len(steps) == 2
    assert all(row[contest.COMPILED] > 0 for row in steps)
    assert capsys.readouterr().out.endswith("speed.json\n")


def test_other_threads_take_another_process(monkeypatch):
    asked = []
    monkeypatch.setattr(threads, "usable", lambda: 4)
    monkeypatch.setattr(threads, "python", lambda words, n: asked.append((words, n)) or 7)
    assert run("--quick", "--threads", "3") == 7
    assert asked == [(["-m", "autograd", "bench", "--threads", "3", "--quick"], 3)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--threads", "0"], "bench: --threads"),
        (["--threads", "100000"], "more than the"),
        (["--threads", "1", "--json", "nowhere/x.json"], "the folder of nowhere/x.json does not"),
        (["--threads", "1", "--json", "."], ". is a directory; give the path of a regular file"),
    ],
)
def test_impossible_options_are_refused_before_measuring(words, message):
    assert_refused(lambda: run(*words), ag.GlassgradError, message)


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ag.StateError, match="give another --json"):
        command.write(tmp_path / "nowhere" / "x.json", {})


def test_the_command_is_an_entry_point():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["entry-points"]["glassgrad.commands"]["bench"] == command.__name__


def test_pytorch_is_not_imported_until_it_is_measured():
    code = "import sys, nn.cli.bench.command; sys.exit('torch' in sys.modules)"
    assert threads.python(["-c", code], threads=1) == 0
