"""How fast the engine is: beside PyTorch, and beside what the machine can do at all.

The parts, each used by ``glassgrad bench`` and by the project's own, larger ``benchmarks``:

- `timing`: engines take turns, and ratios are taken turn by turn;
- `contest`: one task for several engines, which must first agree on its result;
- `limits` and `products`: how fast matrix products can be, and how much of a step they are;
- `training`, `convolution`, `overhead` and `chain`: the tasks;
- `targets`: what each ratio should be;
- `machine`, `threads` and `table`: where it was measured, and how it is shown.
"""
