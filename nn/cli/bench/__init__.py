"""``glassgrad bench``: how fast the engine is on this machine.

- `command`: the options, and what is printed;
- `tasks`: what is measured, by our engine (`training`) and by PyTorch (`pytorch`);
- `contest`: engines must agree on a result, and then take turns (`timing`);
- `arithmetic` and `limits`: what a task has to do, and what the machine can do at best;
- `machine`, `threads` and `table`: where it was measured, and how it is shown.

The repository's ``benchmarks`` have more tasks and more peers, and use these modules.
"""
