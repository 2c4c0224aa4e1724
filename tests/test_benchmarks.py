"""``benchmarks``: the peers compute what we compute, and the page is written between its marks."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

import autograd as ag
from benchmarks import __main__ as command
from benchmarks import docs, hessian, imports, in_jax, in_mygrad, memory, overhead, scalars
from nn.bench.contest import OURS, check_agreement
from nn.bench.table import Table
from nn.bench.timing import PHASES
from nn.bench.training import LENET5, PERCEPTRONS, by_us

TABLE = Table("Times", "in us", [{"task": "a", "us": 1.0}])


# The peers


@pytest.mark.peers
@pytest.mark.parametrize("step", [PERCEPTRONS[1], LENET5], ids=lambda step: step.name)
def test_jax_takes_the_same_training_step(step):
    step = replace(step, batch=4)
    outcomes = {OURS: by_us(step).outcome(), "jax": in_jax.train(step).outcome()}
    check_agreement(step.name, outcomes)


@pytest.mark.peers
@pytest.mark.parametrize("step", PERCEPTRONS[:2], ids=lambda step: step.name)
def test_mygrad_takes_the_same_training_step(step):
    outcomes = {OURS: by_us(step).outcome(), "mygrad": in_mygrad.train(step).outcome()}
    check_agreement(step.name, outcomes)


@pytest.mark.peers
def test_micrograd_takes_the_same_step_of_its_demo():
    outcomes = {name: make().outcome() for name, make in scalars.task(4).makers.items()}
    assert list(outcomes) == [OURS, "micrograd"]
    check_agreement("demo", outcomes)


@pytest.mark.parametrize("function", hessian.FUNCTIONS, ids=lambda function: function.name)
def test_all_engines_find_the_same_hessian_product(function):
    outcomes = {name: make().outcome() for name, make in function.task().makers.items()}
    check_agreement(function.name, outcomes)


def test_the_demo_has_the_weights_of_micrograds():
    assert len(scalars.Demo.of(float, abs).parameters) == 337


# The tables


def test_a_peer_that_was_not_measured_has_an_empty_cell():
    sample = dict.fromkeys(PHASES, 2.0)
    rows = overhead.compare("chain", 8, {OURS: [sample], "torch": [sample]}, [OURS, "x", "torch"])
    assert [row["/torch"] for row in rows] == [1.0] * 3
    assert [row["/x"] for row in rows] == [None] * 3
    assert [row["met"] for row in rows] == ["", "", "no"]


def test_an_import_is_timed_in_a_process_of_its_own():
    assert imports.slot("json", "import re")["whole"] > 0


@pytest.mark.skipif(not memory.STATUS.exists(), reason="this system does not tell the peak")
def test_memory_is_measured_in_a_process_of_its_own():
    found = memory.probed(OURS, len(memory.TRAININGS) - 1, quick=True)
    assert set(found) == {"MB", "ms"}
    assert found["MB"] > 0


def test_a_checkpointed_network_is_the_same_function():
    plain, forgetful = (replace(t, batch=4) for t in memory.TRAININGS[-2:])
    check_agreement("deep", {OURS: by_us(plain).outcome(), "other": by_us(forgetful).outcome()})


def test_memory_that_cannot_be_measured_is_empty():
    assert set(memory.row("step", {}).values()) == {"step", None}


# The command


def test_speed_stands_for_its_suites():
    assert command.suites_of(["accuracy", "speed"]) == ["accuracy", *command.SPEED]
    assert command.suites_of([]) == list(command.SUITES)


@pytest.mark.parametrize("words", [["sped"], ["overhead", "--docs"], ["--threads", "0"]])
def test_what_cannot_be_run_is_refused_in_one_line(words, capsys):
    with pytest.raises(SystemExit) as refused:
        command.parse(words)
    assert refused.value.code == 2
    assert re.fullmatch(r"benchmarks: .*\n", capsys.readouterr().err)


def test_a_suite_prints_its_table_and_writes_the_numbers(tmp_path):
    file = tmp_path / "numbers.json"
    words = ["-m", "benchmarks", "limits", "--quick", "--threads", "1", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, *words], cwd=docs.PAGE.parents[1], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "threads: 1, the same for every library" in done.stdout
    found = json.loads(file.read_text())
    assert list(found) == ["machine", "tables"]
    assert [set(table) for table in found["tables"]] == [{"title", "note", "rows"}]


# The page


def test_what_stands_around_the_marks_stays(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text(f"before\n{docs.BEGIN}\nold\n{docs.END}\nafter\n")
    docs.write({"threads": "2"}, [TABLE], page)
    docs.write({"threads": "2"}, [TABLE], page)
    assert page.read_text() == (
        f"before\n{docs.BEGIN}\n\n```text\nthreads: 2\n```\n\n"
        "### Times\n\n```text\nin us\n\ntask    us\na     1.00\n```\n\n"
        f"{docs.END}\nafter\n"
    )


@pytest.mark.parametrize("text", ["", docs.BEGIN, docs.END])
def test_a_page_without_marks_is_refused(tmp_path, text):
    page = tmp_path / "speed.md"
    page.write_text(text)
    with pytest.raises(ag.StateError, match=r"docs: speed\.md lacks the marks"):
        docs.write({}, [TABLE], page)
    assert page.read_text() == text


def test_the_tables_of_the_page_fit_on_a_screen():
    tables = re.findall(r"```text\n(.*?)```", docs.PAGE.read_text("utf-8"), flags=re.DOTALL)
    assert len(tables) > len(command.SPEED)
    assert all(len(line) <= 118 for text in tables for line in text.splitlines())
