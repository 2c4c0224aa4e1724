"""Benchmarks: what an operation costs, here and in micrograd, MyGrad and PyTorch.

Run from the repository root; the whole takes minutes, ``--quick`` less than one::

    python -m benchmarks
    python -m benchmarks --quick --json numbers.json

A suite is a file with a function ``run(engines, quick)`` that returns a `report.Table`.  To add
one, write the file and list its ``run`` in ``SUITES`` in ``__main__.py``.
"""

import os

THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# Here, because NumPy's BLAS reads these once, when NumPy is first imported.
os.environ.update(THREADS)
