"""Benchmarks: what an operation costs, here and in micrograd, MyGrad and PyTorch.

Run from the repository root, for about two minutes or, with ``--quick``, for some seconds::

    python -m benchmarks
    python -m benchmarks --quick --json numbers.json

A suite is a file with a function ``run(engines, quick)`` that returns a `report.Table`.  To add
one, write the file and list its ``run`` in ``SUITES`` in ``__main__.py``.
"""

import os

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}

# Here, because NumPy's BLAS reads these once, when NumPy is first imported.
os.environ.update(THREADS)
