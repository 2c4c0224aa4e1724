"""``benchmarks``: the peers compute what we compute, and the page is written between its marks."""

import gc
import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest

import autograd as ag
from benchmarks import __main__ as command
from benchmarks import (
    convolutions,
    degradation,
    depth,
    docs,
    engines,
    hessian,
    imports,
    in_jax,
    in_mygrad,
    memory,
    operators,
    overhead,
    passes,
    residual,
    scalars,
    seeds,
    steps,
    targets,
)
from nn.cli.bench import timing
from nn.cli.bench.contest import COMPILED, OURS, check_agreement
from nn.cli.bench.table import Table
from nn.cli.bench.training import LENET5, PERCEPTRONS, by_us, compiled

TABLE = Table("Times", "in us", [{"task": "a", "us": 1.0}])


# The seeds


def test_a_quick_table_says_that_it_has_one_seed():
    assert (seeds.means_of(True), len(seeds.seeds(True))) == ("seed 0 alone", 1)
    assert (seeds.means_of(False), list(seeds.seeds(False))) == ("means of seeds 0 to 2", [0, 1, 2])


# The peers


@pytest.mark.peers
def test_pytorch_takes_the_same_step_of_the_residual_block():
    agree(replace(residual.RESIDUAL, batch=4).task())


@pytest.mark.peers
@pytest.mark.parametrize(
    ("case", "which"),
    list(itertools.product(convolutions.GEOMETRIES, convolutions.MAPS)),
    ids=lambda x: getattr(x, "name", x),
)
def test_pytorch_computes_the_same_convolution(case, which):
    agree(replace(case, batch=2).task(which))


def agree(task):
    assert {OURS, "torch"} <= set(task.makers) <= {OURS, COMPILED, "torch"}
    check_agreement(task.name, {name: make().outcome() for name, make in task.makers.items()})


@pytest.mark.peers
@pytest.mark.parametrize("name", overhead.WORKLOADS)
def test_pytorch_computes_the_same_chain(name):
    pair = {e.name: overhead.outcome(e, name, 8) for e in (engines.glassgrad(), engines.torch())}
    check_agreement(name, pair)


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
    assert list(outcomes) == [OURS, COMPILED, "micrograd"]
    check_agreement("demo", outcomes)


OPERATORS = """
add __getitem__ amax cat clamp cumsum einsum gather linalg.norm linalg.solve logsumexp matmul mean
max.binary nn.functional.conv2d nn.functional.conv_transpose2d nn.functional.cross_entropy pow prod
nn.functional.gelu nn.functional.layer_norm nn.functional.max_pool2d nn.functional.pad.reflect
nn.functional.unfold std sum
"""


@pytest.mark.peers
@pytest.mark.filterwarnings("ignore")  # PyTorch's own
@pytest.mark.parametrize("name", OPERATORS.split())
def test_pytorchs_samples_of_an_operator_agree(name):
    import torch

    (operator,) = operators.operators([name])
    for dtype in operators.DTYPES:
        found = [operators.compare(s) for s in operators.samples(operator, getattr(torch, dtype))]
        assert {kind for kind, _ in found} <= {"agreed", "kink", "other", "refused"}, found
    few = list(itertools.islice(operators.samples(operator, torch.float64), 4))
    verdicts = {operators.check(s, order)[0] for s in few for order in (1, 2)}
    assert verdicts <= {"PASS", ""}


@pytest.mark.parametrize("function", hessian.FUNCTIONS, ids=lambda function: function.name)
def test_all_engines_find_the_same_hessian_product(function):
    outcomes = {name: make().outcome() for name, make in function.task().makers.items()}
    check_agreement(function.name, outcomes)


def test_the_demo_has_the_weights_of_micrograds():
    assert len(scalars.Demo.of(float, abs).parameters) == 337


@pytest.mark.parametrize("step", [PERCEPTRONS[0], LENET5, residual.RESIDUAL], ids=lambda s: s.name)
def test_a_compiled_step_has_the_loss_weights_and_gradients_of_the_eager_one(step):
    step = replace(step, batch=4)
    outcomes = {OURS: by_us(step).outcome(), COMPILED: compiled(step).outcome()}
    check_agreement(step.name, outcomes)


def test_the_compiled_demo_takes_the_same_step(monkeypatch):
    monkeypatch.setattr(scalars, "SIZES", (2, 4, 4, 1))
    demos = {OURS: scalars.by_us(2), COMPILED: scalars.compiled(2)}
    check_agreement("demo", {name: demo.outcome() for name, demo in demos.items()})


# What is measured


def test_a_pass_is_timed_by_phase_and_operation(monkeypatch):
    ticks = iter([0, 20, 50, 60])
    monkeypatch.setattr(passes, "perf_counter_ns", lambda: next(ticks))
    found = passes.time_pass(lambda: 1, lambda result: None, ops=10)
    assert found == {"forward": 2.0, "backward": 3.0, "both": 6.0}


def test_the_freeing_of_the_result_is_timed_too(monkeypatch):
    events = []

    class Graph:
        def __del__(self):
            events.append("freed")

    monkeypatch.setattr(passes, "perf_counter_ns", lambda: events.append("tick") or 0)
    passes.time_pass(Graph, lambda result: None, ops=1)
    assert events == ["tick", "tick", "tick", "freed", "tick"]


def test_an_operation_is_measured_in_every_phase(monkeypatch):
    monkeypatch.setattr(timing, "LOOK", 0.0)
    found = overhead.measure("chain", 8, [engines.glassgrad()], rounds=2)
    assert [set(each) for each in found[OURS]] == [set(passes.PHASES)] * 2


def test_the_memory_of_a_chain_is_linear():
    _, short, long = (depth.memory(engines.glassgrad(), ops) for ops in (100, 8_000, 32_000))
    assert long == pytest.approx(short, rel=0.2)


def test_the_garbage_collector_is_on_again_after_a_chain_that_failed():
    def fail(y):
        assert not gc.isenabled()
        raise KeyError

    with pytest.raises(KeyError):
        depth.slot(replace(engines.glassgrad(), backward=fail), ops=4, collector=False)
    assert gc.isenabled()


# Tables and targets


def test_a_target_is_met_at_its_bound():
    assert targets.Target("torch", 0.5).met({"torch": 0.5})
    assert targets.Target("share", 0.5, least=True).met({"share": 0.5})
    assert not targets.Target("share", 0.5, least=True).met({"share": 0.4})


def test_a_target_of_a_peer_that_is_missing_is_neither_met_nor_missed():
    assert targets.Target("torch", 0.5).met({"torch": None}) is None


def test_the_best_peer_is_the_one_with_the_largest_ratio():
    assert targets.best_of([0.5, None, 1.5]) == 1.5
    assert targets.best_of([None]) is None


def test_every_step_with_a_target_is_measured():
    names = {t.name for t in (*steps.STEPS, *memory.TRAININGS)}
    measured = names | {f"{name}, compiled" for name in names}
    assert {n for n in targets.TARGETS if "batch" in n} <= measured


def test_a_peer_that_was_not_measured_has_an_empty_cell():
    each = dict.fromkeys(passes.PHASES, 2.0)
    rows = overhead.compare("chain", 8, {OURS: [each], "torch": [each]}, [OURS, "x", "torch"])
    assert [row["/torch"] for row in rows] == [1.0] * 3
    assert [row["/x"] for row in rows] == [None] * 3
    assert [row["met"] for row in rows] == ["", "", "no"]


def test_an_import_is_timed_in_a_process_of_its_own():
    assert imports.slot("json", "import re") > 0


@pytest.mark.skipif(not memory.STATUS.exists(), reason="this system does not show the peak")
def test_memory_is_measured_in_a_process_of_its_own():
    found = memory.probed(OURS, len(memory.TRAININGS) - 1, quick=True)
    assert set(found) == {"MB", "ms"}
    assert found["MB"] > 0


def test_a_checkpointed_network_is_the_same_function():
    plain, forgetful = (replace(t, batch=4) for t in memory.TRAININGS[-2:])
    check_agreement("deep", {OURS: by_us(plain).outcome(), "other": by_us(forgetful).outcome()})


def test_memory_that_cannot_be_measured_is_empty():
    found = memory.row("step", COMPILED, {})
    assert {found[name] for name in ("MB", "torch MB", "/torch MB", "ms")} == {None}


# The command


def test_speed_stands_for_its_suites():
    assert command.suites_of(["accuracy", "speed"]) == ["accuracy", *command.SPEED]
    assert command.suites_of([]) == list(command.SUITES)


@pytest.mark.parametrize("words", [["sped"], ["overhead", "--docs"], ["--threads", "0"]])
def test_unknown_words_are_refused_in_one_line(words, capsys):
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


def test_a_network_of_20_layers_learns_15_points_more_with_shortcuts():
    (_, residual), (_, plain) = (degradation.trained(20, kind, 0.003, 0) for kind in (True, False))
    assert residual > plain + 0.15
