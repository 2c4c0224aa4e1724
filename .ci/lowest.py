"""Print the oldest release of every package that the suite needs, as pyproject.toml allows them."""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())["project"]


def requirements(extra):
    """Yield what an extra asks for, and what the extras in it ask for."""
    for requirement in PROJECT["optional-dependencies"][extra]:
        inner = re.fullmatch(r"glassgrad\[(.*)\]", requirement)
        if inner:
            for name in inner[1].split(","):
                yield from requirements(name)
        else:
            yield requirement


if __name__ == "__main__":
    needed = [*PROJECT["dependencies"], *requirements("test")]
    sys.stdout.writelines(each.replace(">=", "==") + ".*\n" for each in needed)
