"""Benchmarks: how fast the engine is, and what the checks of derivatives are worth.

Peers are measured beside: micrograd, MyGrad, PyTorch and JAX, as far as they are installed.

Run from the repository root, all suites or some; the whole takes minutes, ``--quick`` about one::

    python -m benchmarks
    python -m benchmarks accuracy checkers
    python -m benchmarks --quick --json numbers.json
    python -m benchmarks speed --docs

``speed`` stands for those suites that ask how fast it is, and ``--docs`` puts their tables into
``docs/speed.md``.  HIPS autograd is not among the peers: its package has the name of ours, so that
both cannot be imported in one process.

A suite is a file with a function ``run`` of ``(engines, quick)`` that yields a `table.Table` or
more.  To add a suite, write the file and list it in ``SUITES`` in ``__main__.py``.  Timing, tables
and the tasks that ``glassgrad bench`` has too are in ``nn.bench``.
"""
