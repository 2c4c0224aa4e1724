"""Make PyTorch's numbers anew, or print how near ours are."""

import argparse
from collections import defaultdict

import numpy as np

from tests.nn.parity import FAMILIES, HERE, distance, family, saved, stored


def make(name):
    module = family(name)
    arrays = {}
    for case in module.CASES:
        given = module.draw(case)
        arrays |= {f"{case.id}/given/{key}": value for key, value in given.items()}
        result = module.by_torch(case, given)
        arrays |= {f"{case.id}/result/{key}": value for key, value in result.items()}
    np.savez_compressed(HERE / f"{name}.npz", **arrays)


def table(name):
    module, data = family(name), stored(name)
    errors = defaultdict(list)
    for case in module.CASES:
        given, theirs = data[case.id]
        ours = module.by_nn(case, given)
        assert ours.keys() == theirs.keys(), case.id
        errors[case.name].append(max(distance(ours[key], theirs[key]) for key in theirs))
    print(f"\n### {name.capitalize()}\n\n| | cases | worst |\n|---|---|---|")
    for kind, worst in sorted(errors.items()):
        print(f"| `{kind}` | {len(worst)} | {max(worst):.0e} |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", default=FAMILIES)
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    for name in options.families or FAMILIES:
        table(name) if options.table else make(name)
    if not options.families and not options.table:
        saved.make()
