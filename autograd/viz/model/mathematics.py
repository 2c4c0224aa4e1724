"""Mathematics: an expression of the printer in the notation of the lecture.

The text of a card is valid Python beside names such as ``df/da``.  Its syntax tree becomes boxes:
a quotient is a fraction, ``x @ y`` is a product without a sign, ``sum`` a sum over axes.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from autograd.viz.model.boxes import (
    MINUS,
    Box,
    Formula,
    Known,
    Word,
    bracketed,
    fenced,
    row,
    sign,
)

# How strongly an operator binds; the same for products of one kind alone.
SUM, PRODUCT, ATOM = range(3)
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "≠",
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
}
_KNOWN = {"pi": "π", "inf": "∞", "nan": "NaN"}
_CONVOLUTIONS = ("conv", "conv_transpose", "conv_kernel")


def formula(text: str, names: Mapping[str, Formula], product: str = "·") -> Formula | None:
    """Set an expression.

    Parameters
    ----------
    text : str
    names : mapping of str to Formula
        How names are set, which may be no identifiers: ``df/da``, ``0.weight``.
    product : str
        The sign of ``*``; of tensors, it multiplies elements.

    Returns
    -------
    Formula or None
        None for a text that is no expression.

    Examples
    --------
    >>> from autograd.viz.model.boxes import variable
    >>> from autograd.viz.model.mathematics import formula
    >>> formula("1 / j", {"j": variable("j")})
    Box(kind='fraction', parts=(Word(text='1', kind='number'), Word(text='j', kind='letter')))
    >>> formula("to the first largest", {}) is None
    True
    """
    setter = _Setter(names, product)
    main, _, shared = setter.replaced(text).partition(" where ")
    try:
        parts = [setter.set(main)]
        for i, part in enumerate(shared.split("; ") if shared else []):
            name, _, value = part.partition(" = ")
            parts += [Word(", " if i else "  where  "), setter.set(name), sign("=")]
            parts.append(setter.set(value))
    except (SyntaxError, ValueError, RecursionError):
        return None
    return row(*parts)


class _Setter:
    """Sets expressions with some names."""

    def __init__(self, names: Mapping[str, Formula], product: str) -> None:
        self._known = Known(names)
        self._sign = product

    def replaced(self, text: str) -> str:
        """Return a text with identifiers in place of names, which may look like anything."""
        return self._known.replaced(text)

    def set(self, text: str) -> Formula:
        """Set the text of an expression, with identifiers in it; ``^`` is a power, too."""
        return self._set(ast.parse(text.replace("^", "**"), mode="eval").body)

    def _set(self, tree: ast.expr) -> Formula:
        match tree:
            case ast.Name(id=name):
                return Word(_KNOWN[name], "letter") if name in _KNOWN else self._known.box(name)
            case ast.Constant(value=value):
                return Word(str(value), "number" if _is_number(value) else "upright")
            case ast.UnaryOp(op=ast.USub(), operand=x):
                return row(sign(MINUS), self._within(x, PRODUCT))
            case ast.BinOp():
                return self._operation(tree)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                between = sign(_COMPARISONS[type(op)])
                return row(self._within(left, SUM), between, self._within(right, SUM))
            case ast.Attribute(value=x, attr=("T" | "mT")):
                return Box("power", (self._base(x), Word("T")))
            case ast.Subscript(value=x, slice=index):
                return Box("index", (self._base(x), Word(self._text(index))))
            case ast.Call():
                return self._call(tree)
            case ast.IfExp(test=condition, body=x, orelse=y):
                return self._cases(condition, x, y)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return bracketed(row(*_listed(list(map(self._set, parts)))))
        raise ValueError(f"no notation for {type(tree).__name__}")

    # Operators

    def _operation(self, tree: ast.BinOp) -> Formula:
        x, y = tree.left, tree.right
        match tree.op:
            case ast.Add():
                return row(self._within(x, SUM), sign("+"), self._within(y, SUM))
            case ast.Sub():
                return row(self._within(x, SUM), sign(MINUS), self._within(y, PRODUCT))
            case ast.Div() if isinstance(x, ast.UnaryOp):
                return row(sign(MINUS), Box("fraction", (self._set(x.operand), self._set(y))))
            case ast.Div():
                return Box("fraction", (self._set(x), self._set(y)))
            case ast.Pow() if isinstance(y, ast.Constant) and y.value == 1:
                return self._set(x)
            case ast.Pow():
                return Box("power", (self._base(x), self._set(y)))
            case ast.MatMult():
                return self._product(tree, Word(" "))
            case ast.Mult() if isinstance(x, ast.Constant) and not isinstance(y, ast.Constant):
                return self._product(tree, Word(" "))
            case ast.Mult():
                return self._product(tree, sign(self._sign))
        between = {ast.FloorDiv: "//", ast.Mod: "mod"}.get(type(tree.op))
        if between is None:
            raise ValueError(f"no notation for {type(tree.op).__name__}")
        return self._product(tree, Word(f" {between} "))

    def _product(self, tree: ast.BinOp, between: Word) -> Formula:
        left, right = (self._factor(x, tree.op) for x in (tree.left, tree.right))
        if isinstance(tree.right, ast.UnaryOp):
            right = fenced(self._set(tree.right))
        return row(left, between, right)

    def _factor(self, tree: ast.expr, op: ast.operator) -> Formula:
        mixed = isinstance(tree, ast.BinOp) and type(tree.op) is not type(op)
        mixed = mixed and strength(tree) == PRODUCT
        return fenced(self._set(tree)) if mixed else self._within(tree, PRODUCT)

    def _within(self, tree: ast.expr, least: int) -> Formula:
        """Set a part, in parentheses if it binds less strongly than it must."""
        inner = self._set(tree)
        return inner if strength(tree) >= least else fenced(inner)

    def _base(self, tree: ast.expr) -> Formula:
        """Set what gets an index or an exponent."""
        inner = self._set(tree)
        own = strength(tree) == ATOM and not (isinstance(inner, Box) and inner.kind in _TALL)
        return inner if own else fenced(inner)

    # Functions

    def _call(self, tree: ast.Call) -> Formula:
        match tree.func:
            case ast.Name(id=identifier):
                name = self._known.name(identifier)
            case ast.Attribute(
                value=ast.Subscript(
                    value=ast.Attribute(value=ast.Call(args=[shape]), attr="at"), slice=index
                ),
                attr="add",
            ):
                return self._placed(shape, index, tree.args[0])
            case _:
                raise ValueError("no notation for this call")
        special = self._special().get(name)
        if special is not None and tree.args:
            return special(tree)
        if name in _CONVOLUTIONS and len(tree.args) == 2:
            return self._convolution(name, tree)
        return self._function(Word(name.replace("_", " ")), tree.args, tree.keywords)

    def _special(self) -> dict[str, Callable[[ast.Call], Formula]]:
        return {
            "sqrt": lambda t: Box("root", (self._set(t.args[0]),)),
            "exp": lambda t: Box("power", (Word("e", "letter"), self._set(t.args[0]))),
            "absolute": lambda t: row(sign("|"), self._set(t.args[0]), sign("|")),
            "inv": lambda t: Box("power", (self._base(t.args[0]), Word(f"{MINUS}1"))),
            "reciprocal": lambda t: Box("fraction", (Word("1", "number"), self._set(t.args[0]))),
            "square": lambda t: Box("power", (self._base(t.args[0]), Word("2", "number"))),
            "where": lambda t: self._cases(*t.args),
            "sum": self._sum,
            "broadcast": self._broadcast,
            "outer": self._outer,
        }

    def _function(
        self, name: Formula, args: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> Formula:
        parts = [self._set(x) for x in args]
        parts += [Word(text) for text in self._options(keywords)]
        return row(name, fenced(row(*_listed(parts))))

    def _sum(self, tree: ast.Call) -> Formula:
        over = [text for text in self._options(tree.keywords) if text.startswith("axis")]
        return row(summation(over[0] if over else ""), self._within(tree.args[0], PRODUCT))

    def _broadcast(self, tree: ast.Call) -> Formula:
        name = Box("index", (Word("broadcast"), self._shape(tree.args[1])))
        return self._function(name, tree.args[:1], [])

    def _outer(self, tree: ast.Call) -> Formula:
        x, y = map(self._base, tree.args)
        return row(x, Word(" "), Box("power", (y, Word("T"))))

    def _convolution(self, name: str, tree: ast.Call) -> Formula:
        """Set a kernel that slides over an image as ⋆, and its transpose as ⋆ with a T.

        The gradient of the kernel is the image with the upstream gradient as its kernel: what was
        the stride is its dilation, and the other way round.
        """
        star: Formula = sign("⋆")
        keywords = tree.keywords
        if name == "conv_transpose":
            star = Box("power", (star, Word("T")))
        if name == "conv_kernel":
            keywords = [_turned(k) for k in keywords if k.arg != "kernel"]
        options = ", ".join(self._options(keywords))
        if options:
            star = Box("index", (star, Word(options)))
        x, y = (self._within(arg, ATOM) for arg in tree.args)
        return row(x, star, y)

    def _placed(self, shape: ast.expr, index: ast.expr, added: ast.expr) -> Formula:
        """Set zeros with something added at an index."""
        zeros = Box("index", (Word("0", "number"), self._shape(shape)))
        return row(zeros, Word(f" with [{self._text(index)}] "), sign("+="), self._set(added))

    def _cases(self, condition: ast.expr, x: ast.expr, y: ast.expr) -> Formula:
        parts = (self._set(x), self._set(condition), self._set(y), Word("otherwise"))
        return Box("cases", parts)

    # What stands small: indices, shapes, options

    def _options(self, keywords: Sequence[ast.keyword]) -> list[str]:
        given = [(self._known.name(k.arg or ""), k.value) for k in keywords]
        return [f"{key} {self._text(x)}" for key, x in given if key != "keepdims"]

    def _shape(self, tree: ast.expr) -> Formula:
        """Set a shape: 2×3."""
        sizes = tree.elts if isinstance(tree, ast.Tuple) else [tree]
        parts: list[Formula] = []
        for size in sizes:
            parts += [sign("×")] if parts else []
            parts.append(Word(self._text(size), "number"))
        return row(*parts) if parts else Word("1", "number")

    def _text(self, tree: ast.expr) -> str:
        """Return the source of a part, with the names that it has."""
        text = ast.unparse(tree)
        if isinstance(tree, ast.Tuple) and isinstance(tree.ctx, ast.Load):
            text = text.removeprefix("(").removesuffix(")")
        text = text.replace("...", "…")
        for part in ast.walk(tree):
            if isinstance(part, ast.Name):
                text = text.replace(part.id, self._known.name(part.id))
        return text


def summation(over: str) -> Formula:
    r"""Return the sign of a sum, with the axes that it goes over.

    Examples
    --------
    >>> from autograd.viz.formats.latex import latex
    >>> from autograd.viz.model.mathematics import summation
    >>> print(latex(summation("axis 0")), latex(summation("")))
    \sum_{\text{axis 0}} \sum
    """
    return Box("under", (sign("∑"), Word(over))) if over else sign("∑")


_TALL = ("fraction", "power", "cases", "row")


def strength(tree: ast.expr) -> int:
    """Return how strongly the outermost operator of an expression binds."""
    match tree:
        case ast.BinOp(op=ast.Add() | ast.Sub()) | ast.Compare() | ast.IfExp() | ast.UnaryOp():
            return SUM
        case ast.BinOp(op=ast.Div()):
            return SUM if isinstance(tree.left, ast.UnaryOp) else ATOM
        case ast.BinOp(op=ast.Pow()):
            return ATOM
        case ast.BinOp():
            return PRODUCT
        case ast.Call(func=ast.Name(id="sum" | "conv" | "conv_transpose" | "conv_kernel")):
            return PRODUCT
        case ast.Call(func=ast.Name(id="where") | ast.Attribute()):
            return SUM
    return ATOM


def _listed(parts: Sequence[Formula]) -> list[Formula]:
    """Return parts with commas between them."""
    listed: list[Formula] = []
    for part in parts:
        listed += [sign(","), part] if listed else [part]
    return listed


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _turned(option: ast.keyword) -> ast.keyword:
    """Return an option of a convolution as that of the gradient of its kernel."""
    other = {"stride": "dilation", "dilation": "stride"}.get(option.arg or "", option.arg)
    return ast.keyword(other, option.value)
