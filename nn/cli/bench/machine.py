"""The machine that was measured, without the name of the computer or of its folders."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import numpy as np

import autograd as ag
from nn.cli.bench import threads


def machine(packages: Iterable[str] = ()) -> dict[str, str]:
    """Return the processor, the versions, the kernels and the number of threads.

    Parameters
    ----------
    packages : iterable of str
        Those that are measured beside NumPy and this project.

    Examples
    --------
    >>> from nn.cli.bench.machine import machine
    >>> list(machine())
    ['machine', 'python', 'packages', 'BLAS', 'kernels', 'threads']
    """
    versions = {"numpy": np.__version__, "glassgrad": ag.__version__}
    versions |= {name: version(name) for name in packages}
    return {
        "machine": f"{processor()}, {os.cpu_count()} CPUs, {platform.system()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(f"{name} {number}" for name, number in versions.items()),
        "BLAS": blas(),
        "kernels": ag.config.kernels,
        "threads": sharing(threads.current(), ag.threads()),
    }


def sharing(wanted: int, ours: int) -> str:
    """Return how many threads compute, and whether our convolutions use fewer.

    Examples
    --------
    >>> from nn.cli.bench.machine import sharing
    >>> sharing(2, 2)
    '2, the same for every library'
    >>> sharing(2, 1)
    '2, but 1 in convolutions without threadpoolctl: pip install threadpoolctl'
    """
    if ours == wanted:
        return f"{wanted}, the same for every library"
    remedy = "pip install threadpoolctl"
    return f"{wanted}, but {ours} in convolutions without threadpoolctl: {remedy}"


def processor() -> str:
    """Return the model of the processor, or its architecture where the model is not known."""
    return cpuinfo("model name") or platform.processor() or platform.machine()


def cpuinfo(field: str) -> str:
    """Return a field of the first processor in /proc/cpuinfo, which only Linux has; else ''."""
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(field)), "")


def blas() -> str:
    """Return NumPy's BLAS and, with threadpoolctl, the processor that its code is for.

    A library that does not know a new processor runs its code for an older one.
    """
    config: dict[str, dict[str, dict[str, str]]] = np.show_config(mode="dicts")  # type: ignore[assignment]
    found = config["Build Dependencies"]["blas"]
    name = f"{found.get('name', 'unknown')} {found.get('version', '')}".strip()
    controller = threads.blas()
    loaded = controller.info() if controller else []
    code = sorted({library["architecture"] for library in loaded if library.get("architecture")})
    known = f"{name}, code for {' and '.join(code)}" if code else name
    old = is_old(code, cpuinfo("flags").split())
    return f"{known}; faster here: OPENBLAS_CORETYPE=SKYLAKEX" if old else known


def is_old(code: Iterable[str], instructions: Iterable[str]) -> bool:
    """Return whether OpenBLAS multiplies with half as wide instructions as the processor has.

    Examples
    --------
    >>> from nn.cli.bench.machine import is_old
    >>> is_old(["Haswell"], ["avx2", "avx512f"]), is_old(["SkylakeX"], ["avx2", "avx512f"])
    (True, False)
    """
    return "avx512f" in instructions and any(name in ("Haswell", "Zen") for name in code)
