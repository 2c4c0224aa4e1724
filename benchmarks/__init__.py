"""Benchmarks: how fast the engine is, and what the checks of derivatives are worth.

They compare with micrograd, MyGrad, PyTorch and JAX, as far as these are installed.

Run from the repository root, all suites or some; the whole takes minutes, ``--quick`` about one::

    python -m benchmarks
    python -m benchmarks accuracy checkers
    python -m benchmarks --quick --json numbers.json
    python -m benchmarks speed --docs

``speed`` stands for the suites that measure time and memory, and ``--docs`` writes their tables
into ``docs/speed.md``.  HIPS autograd is not among the peers: its package has the import name of
ours, so both cannot be imported in one process.

A suite is a file with a function ``run`` of ``(engines, quick)`` that yields tables.  To add one,
write the file and list it in ``SUITES`` in ``__main__.py``.  What ``glassgrad bench`` needs too,
such as timing and tables, is in ``nn.cli.bench``.
"""
