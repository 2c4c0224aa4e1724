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
from nn.cli.bench.contest import OURS
from nn.cli.bench.table import Row, Table
from nn.cli.bench.training import LENET5, PERCEPTRONS, Training, mlp

STATUS = Path("/proc/self/status")  # of Linux alone: shows, and resets, the peak of a process
DEPTH, WIDTH, STAGE = 24, 256, 6


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


DEEP = replace(mlp(4096, *[WIDTH] * DEPTH, 10), network=f"MLP of {DEPTH} layers of {WIDTH}")
TRAININGS: tuple[Training, ...] = (
    replace(PERCEPTRONS[-1], batch=4096),
    replace(LENET5, batch=1024),
    replace(RESIDUAL, batch=128),
    DEEP,
    replace(
        DEEP,
        network=f"the same, checkpoints after {STAGE}",
        ours=lambda: Checkpointed(DEEP.ours()),
    ),
)


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure every step in a fresh process for each engine."""
    names = [engine.name for engine in engines if engine.name in (OURS, "torch")]
    rows = []
    for number, training in enumerate(TRAININGS):
        checkpointed = training.network.startswith("the same")
        found = {
            name: probed(name, number, quick)
            for name in names
            if STATUS.exists() and not (checkpointed and name != OURS)
        }
        rows.append(row(training.name, found))
    note = (
        "MB at the peak of two steps: the largest resident size of a fresh process in them, less\n"
        "its size before, when it had made the network and the batch and taken a step on two\n"
        "examples.  ms: the second step."
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


def row(name: str, found: dict[str, dict[str, float]]) -> Row:
    """Return memory and times, and the ratios of both."""
    result: Row = {"step": name}
    for kind in ("MB", "ms"):
        figures = [found.get(engine, {}).get(kind) for engine in (OURS, "torch")]
        ours, theirs = figures
        result[f"glassgrad {kind}"], result[f"torch {kind}"] = figures
        result[f"/torch {kind}"] = ours / theirs if ours and theirs else None
    return result
