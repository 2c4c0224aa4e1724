"""Style transfer between photographs: how far the Gram matrices come, and in what time.

The features are those of an untrained network of the form of VGG (Simonyan and Zisserman 2015), in
a quarter of its width.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import nn
from benchmarks.engines import Engine
from benchmarks.seeds import means_of, seeds
from nn.cli.bench.table import Row, Table

SIZE = 96
WIDTHS = (16, 32, 64, 64)
STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
CONTENT = ("relu4_2",)
PAIRS = (("rocket", "tissue"), ("cat", "coffee"), ("coffee", "cat"), ("cat", "gravel"))
WANTED = 100  # times smaller


def features(rng: int) -> nn.Sequential:
    """Return four pairs of convolutions with the names of VGG's layers.

    They pad by reflection, since a rim of zeros would be part of the style.
    """
    generator = nn.init.generator(rng)
    parts: dict[str, nn.Module] = {}
    inputs = 3
    for block, width in enumerate(WIDTHS, 1):
        for number in (1, 2):
            conv = nn.Conv2d(inputs, width, 3, padding=1, padding_mode="reflect")
            nn.init.kaiming_normal_(conv.weight, rng=generator)
            nn.init.zeros_(conv.bias)
            parts |= {f"conv{block}_{number}": conv, f"relu{block}_{number}": nn.ReLU()}
            inputs = width
        parts[f"pool{block}"] = nn.AvgPool2d(2)
    return nn.Sequential(parts).float()


def transfer(content: str, style: str, seed: int, steps: int) -> tuple[float, float, float]:
    """Return the distance of the Gram matrices before and after, and the seconds."""
    found: list[float] = []
    images = [nn.data.photograph(name, SIZE) for name in (content, style)]
    begin = time.perf_counter()
    nn.style_transfer(
        *images,
        features(seed),
        STYLE,
        CONTENT,
        content_weight=0.03,
        smoothness=0.1,
        steps=steps,
        on_step=lambda step, image, style, content: found.append(style),
    )
    return found[0], found[-1], time.perf_counter() - begin


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Give photographs the style of others; the engines are not used."""
    rows: list[Row] = []
    steps = 20 if quick else 120
    for content, style in PAIRS[: 1 if quick else None]:
        found = [transfer(content, style, seed, steps) for seed in seeds(quick)]
        before, after, seconds = (sum(column) / len(found) for column in zip(*found, strict=True))
        row: Row = {"content": content, "style": style, "wanted": f"{WANTED} x"}
        row |= {"before": f"{before:.3g}", "after": f"{after:.3g}"}
        rows.append({**row, "fall": f"{before / after:.0f} x", "seconds": seconds})
    note = f"{means_of(quick)}; {SIZE} x {SIZE} pixels, {steps} steps, untrained features"
    yield Table("Distance of Gram matrices from those of the style", note, rows)
