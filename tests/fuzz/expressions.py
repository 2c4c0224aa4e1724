"""Texts for ``glassgrad explain``: right ones against Python's own floats, and hostile ones.

A right text is drawn as a tree, written down with random blanks and brackets, and computed by
`math`.  Its value must agree as far as the digits of its numbers reach, and what `math` cannot
compute must be refused.  A hostile text is a right one with characters changed, put in or repeated:
it has a value or is refused in one line.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd as ag
from autograd.cli.expression import evaluate, names
from tests.fuzz.messages import wrong_with
from tests.fuzz.search import Case, Part

UNARY: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "arcsinh": math.asinh,
    "arctan": math.atan,
    "cbrt": math.cbrt,
    "cos": math.cos,
    "cosh": math.cosh,
    "erf": math.erf,
    "erfc": math.erfc,
    "exp": math.exp,
    "exp2": math.exp2,
    "expm1": math.expm1,
    "log": math.log,
    "log10": math.log10,
    "log1p": math.log1p,
    "log2": math.log2,
    "reciprocal": lambda x: 1 / x,
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x > -700 else math.exp(x),
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
    "sin": math.sin,
    "sinh": math.sinh,
    "softplus": lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))),
    "sqrt": math.sqrt,
    "square": lambda x: x * x,
    "tan": math.tan,
    "tanh": math.tanh,
}
BINARY: dict[str, Callable[[float, float], float]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "**": lambda x, y: math.pow(x, y),
    "maximum": max,
    "minimum": min,
}
VARIABLES = {"x": 1.25, "y": -0.5, "w_1": 3.0}
PIECES = (
    *("(", ")", ")(", "**", "//", "%", "^", ",", ".", "..", "e", "E9", "0x", "_", "__", "'", '"'),
    *(
        "lambda: 0",
        " if ",
        "[0]",
        ".real",
        "=",
        ":=",
        "#",
        "\\",
        "\n",
        "\r",
        "\t",
        "\0",
        "\x1b[31m",
    ),
    *(";", "\ny = ", "y", ".T", ".sum()", "np.", "ag.linalg.", "[:, 0]", "[None]", ", axis=0", ":"),
    *("zeros(", "repeat(", "tile(", "10**9", "stack([x, y])", " < ", " & ", "'ij->i'", ".shape"),
    *("x=1", "*x", "import os", "__import__('os')", "9" * 400, "1e999", "1j", "True", "None"),
    *("\x1b[31m", "\uff45"),
    *("é", "√", "∞", "\u202e", "\ud800", "π", "x y", "sum(", "max(x, y)", "nan", "inf"),
)


def draw(rng: np.random.Generator) -> Case:
    """Draw a right expression or, as often, a hostile text."""
    tree = _tree(rng, int(rng.integers(1, 6)))
    if rng.random() < 0.5:
        return {"tree": tree}
    return {"text": _spoilt(rng, text_of(tree))}


def _tree(rng: np.random.Generator, depth: int) -> Any:
    if depth == 0 or rng.random() < 0.1:
        number = float(np.round(rng.uniform(0, 4), int(rng.integers(0, 3))))
        return str(rng.choice(list(VARIABLES))) if rng.random() < 0.6 else number
    if rng.random() < 0.4:
        return [str(rng.choice(["neg", *UNARY])), _tree(rng, depth - 1)]
    return [str(rng.choice(list(BINARY))), _tree(rng, depth - 1), _tree(rng, depth - 1)]


def text_of(tree: Any) -> str:
    """Write a tree down, with brackets around every operation."""
    if not isinstance(tree, list):
        return str(tree)
    name, *branches = tree
    texts = [text_of(branch) for branch in branches]
    if name == "neg":
        return f"(-{texts[0]})"
    if name in UNARY or name in ("maximum", "minimum"):
        return f"{name}({', '.join(texts)})"
    return f"({f' {name} '.join(texts)})"


def _spoilt(rng: np.random.Generator, text: str) -> str:
    for _ in range(rng.integers(1, 5)):
        at, piece = int(rng.integers(len(text) + 1)), str(rng.choice(PIECES))
        match int(rng.integers(4)):
            case 0:
                text = text[:at] + piece + text[at:]
            case 1:
                text = text[:at] + piece + text[at + 1 :]
            case 2:
                text = text[:at] + text[at + int(rng.integers(1, 9)) :]
            case 3:
                text = text[:at] + piece * int(rng.choice([2, 50, 3000])) + text[at:]
    return text


def complaint(case: Case) -> str | None:
    """Evaluate a text, and compare the value of a right one."""
    text = case["text"] if "text" in case else text_of(case["tree"])
    variables = {name: ag.tensor(v, requires_grad=True) for name, v in VARIABLES.items()}
    try:
        names(text)
        found = evaluate(text, variables)
        if isinstance(found, ag.Tensor) and found.requires_grad and found.size == 1:
            with np.errstate(all="ignore"):
                found.backward()
    except Exception as error:
        return wrong_with(error) or _refused(case, error)
    return _compared(case["tree"], float(np.asarray(ag.detach(found)))) if "tree" in case else None


def _refused(case: Case, error: Exception) -> str | None:
    """Return a complaint if an expression is refused that has a value."""
    if "tree" not in case:
        return None
    exact, moved = _computed(case["tree"], 0.0), _computed(case["tree"], 1e-12)
    largest = max(_sizes(case["tree"]), default=0.0)
    # Not one that rounding decides, as a power of a negative number whose exponent is almost 2.
    tame = exact is not None and moved is not None and largest < 1e100
    return f"refused, and the value is {exact}: {error}" if tame else None


def _compared(tree: Any, found: float) -> str | None:
    exact, moved = _computed(tree, 0.0), _computed(tree, 1e-12)
    if exact is None or moved is None or max(_sizes(tree), default=0.0) > 1e6:
        return None
    allowed = 1e-9 * (1 + abs(exact)) + 1e3 * abs(exact - moved)
    return None if abs(found - exact) <= allowed else f"{found}, and Python's is {exact}"


def _computed(tree: Any, shift: float) -> float | None:
    """Compute a tree with Python's floats, every number multiplied with ``1 + shift``."""
    try:
        return _value(tree, shift, [])
    except (ArithmeticError, ValueError):
        return None


def _sizes(tree: Any) -> list[float]:
    """Return how large the values on the way are."""
    sizes: list[float] = []
    try:
        _value(tree, 0.0, sizes)
    except (ArithmeticError, ValueError):
        return [math.inf]
    return sizes


def _value(tree: Any, shift: float, sizes: list[float]) -> float:
    if not isinstance(tree, list):
        return float(VARIABLES.get(tree, tree)) * (1 + shift)
    name, *branches = tree
    values = [_value(branch, shift, sizes) for branch in branches]
    if name == "neg":
        result = -values[0]
    else:
        result = UNARY[name](*values) if name in UNARY else BINARY[name](*values)
    sizes.append(abs(result))
    return result


def smaller(case: Case) -> Iterator[Case]:
    """Yield a branch of the tree, or a text without a part."""
    if "tree" in case:
        yield from ({"tree": branch} for branch in _branches(case["tree"]))
        return
    text, n = case["text"], len(case["text"])
    for width in (n // 2, n // 4, n // 8, 1):
        if width:
            yield from ({"text": text[:i] + text[i + width :]} for i in range(0, n, width))


def _branches(tree: Any) -> Iterator[Any]:
    if isinstance(tree, list):
        name, *branches = tree
        yield from branches
        for i, branch in enumerate(branches):
            for simpler in _branches(branch):
                yield [name, *branches[:i], simpler, *branches[i + 1 :]]


PART = Part("expressions", draw, complaint, smaller)
