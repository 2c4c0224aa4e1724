"""Search: ``python -m tests.fuzz [PART ...] [--seconds S] [--seed N] [--cases N] [--keep]``."""

import argparse
import random

from tests.fuzz.corpus import PARTS, keep
from tests.fuzz.search import search


def main() -> None:
    """Search in each part, print what is found, and end with 1 if something was."""
    options = _parse()
    found = sum(_search(name, options) for name in options.parts or PARTS)
    raise SystemExit(1 if found else 0)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; or all")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each part")
    parser.add_argument("--seed", type=int, help="of the first case; the next has the next one")
    parser.add_argument("--cases", type=int, help="how many at most in each part")
    parser.add_argument("--keep", action="store_true", help="put what is found into the corpus")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"there is no part {min(unknown)!r}; there are {', '.join(PARTS)}")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(2**31)
    return options


def _search(name: str, options: argparse.Namespace) -> int:
    print(f"{name}: from seed {options.seed} on")
    cases, texts = 0, set()
    for finding in search(PARTS[name], options.seed, options.seconds, options.cases):
        cases += 1
        if finding is not None and finding.text not in texts:
            texts.add(finding.text)
            print(finding)
            if options.keep:
                keep(finding)
    print(f"{name}: {cases:,} cases, {len(texts)} findings")
    return len(texts)


if __name__ == "__main__":
    main()
