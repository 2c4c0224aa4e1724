"""Benchmarks: what an operation costs, and what the checks of derivatives are worth.

Peers are measured beside: micrograd, MyGrad, PyTorch and JAX, as far as they are installed.

Run from the repository root, all suites or some; the whole takes minutes, ``--quick`` about one::

    python -m benchmarks
    python -m benchmarks accuracy checkers
    python -m benchmarks --quick --json numbers.json

A suite is a file with functions of ``(engines, quick)`` that return a `report.Table` each; with
one, it is called ``run``.  To add a suite, write the file and list it in ``SUITES`` in
``__main__.py``.
"""

import os

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# Here, because NumPy's BLAS reads these once, when NumPy is first imported.
os.environ.update(THREADS)
