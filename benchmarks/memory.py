"""The peak memory of a step of training, also with ag.checkpoint."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import autograd as ag
import nn
from benchmarks.engines import Engine
from benchmarks.residual import RESIDUAL
from benchmarks.targets import columns
from nn.cli.bench.contest import COMPILED, OURS
from nn.cli.bench.table import Row, Table
from nn.cli.bench.training import LENET5, PERCEPTRONS, Training, mlp

STATUS = Path("/proc/self/status")  # of Linux alone: shows, and resets, the peak of a process
DEPTH, WIDTH, STAGE = 24, 256, 6
CHECKPOINTS = f"checkpoints after {STAGE}"


class Checkpointed(nn.Module):
    """The layers of a network in stages, which are computed again in the backward pass."""

    def __init__(self, layers: nn.Sequential) -> None:
        parts = list(layers)
        cut = 2 * STAGE  # a linear layer and its activation
        stages = [nn.Sequential(*parts[i : i + cut]) for i in range(0, len(parts), cut)]
        self.stages = nn.ModuleList(stages)

    def forward(self, x: Any) -> Any:
        """Map (N, inputs) to (N, outputs)."""
        for stage in self.stages:
            x = ag.checkpoint(stage.forward)(x)
        return x


DEEP = replace(mlp(4096, *[WIDTH] * DEPTH, 10), network=f"{DEPTH} layers of {WIDTH}")
TRAININGS: tuple[Training, ...] = (
    replace(PERCEPTRONS[-1], batch=4096),
    replace(LENET5, batch=1024),
    replace(RESIDUAL, batch=128),
    DEEP,
    replace(
        DEEP,
        network=CHECKPOINTS,
        ours=lambda: Checkpointed(DEEP.ours()),
    ),
)


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure every step in a fresh process for each engine."""
    names = [OURS, COMPILED, *(engine.name for engine in engines if engine.name == "torch")]
    rows = []
    for number, training in enumerate(TRAININGS):
        # Checkpoints are for eager steps alone: a program decides itself what it keeps.
        here = names[:1] if training.network == CHECKPOINTS else names
        found = {name: probed(name, number, quick) for name in here if STATUS.exists()}
        rows += [row(training.name, name, found) for name in here if name != "torch"]
    note = (
        "MB at the peak of two steps: the largest resident size of a fresh process in them, less\n"
        "its size before, when it had made the network and the batch and taken a step on two\n"
        "examples.  ms: the second step.  compiled: by nn.compile.\n"
        f"checkpoints: in those {DEPTH} layers."
    )
    if not STATUS.exists():
        note += f"\nNot measured here: only Linux has {STATUS}, which shows the peak."
    yield Table("Memory of a training step", note, rows)


def probed(name: str, number: int, quick: bool) -> dict[str, float]:
    """Let a fresh process take the steps."""
    command = [sys.executable, "-m", "benchmarks.probe", name, str(number), str(int(quick))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def row(name: str, engine: str, found: dict[str, dict[str, float]]) -> Row:
    """Return memory and times of our engine, eager or compiled, and the ratios to PyTorch's."""
    result: Row = {"step": name, "by": engine}
    ratios: dict[str, float | None] = {}
    for kind in ("MB", "ms"):
        ours, theirs = (found.get(each, {}).get(kind) for each in (engine, "torch"))
        result[kind], result[f"torch {kind}"] = ours, theirs
        ratios[f"torch {kind}"] = ours / theirs if ours and theirs else None
        result[f"/torch {kind}"] = ratios[f"torch {kind}"]
    suffix = "" if engine == OURS else f", {engine}"
    return result | columns(name + suffix, ratios)
