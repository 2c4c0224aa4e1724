"""Convolution and pooling as text: how the kernel moves, where that is not what is usual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.ir.printer.calls import call
from autograd.ir.printer.constants import value_text
from autograd.ir.printer.terms import Term
from autograd.ir.printer.text import Text
from autograd.ops.kernels.conv_reference import Geometry


def _conv(t: Term, x: Text, w: Text) -> Text:
    n = len(t.shape) - 2
    stride, padding, dilation = (
        t.params.get(name, default)
        for name, default in (("stride", 1), ("padding", 0), ("dilation", 1))
    )
    options = _options(n, stride, padding, dilation, t.params.get("groups", 1))
    return call(_without_params(t), x, w, **options)


def _conv_transpose(t: Term, y: Text, w: Text) -> Text:
    """Write the transposed convolution; where the stride leaves it open, with what is behind."""
    g: Geometry = t.params["g"]
    extra = tuple((n - d * (k - 1) - 1) % s for n, k, s, d in _sides(g))
    more = {"output_padding": _one(extra)} if any(extra) else {}
    return call(_without_params(t), y, w, **_of_geometry(g), **more)


def _conv_kernel(t: Term, x: Text, y: Text) -> Text:
    """Write the kernel's gradient; only where the stride leaves it open, with the kernel's size."""
    g: Geometry = t.params["g"]
    sides = zip(g.padded, g.stride, g.dilation, g.output, strict=True)
    largest = tuple((n - s * (m - 1) - 1) // d + 1 for n, s, d, m in sides)
    more = {} if largest == g.kernel else {"kernel": _one(g.kernel)}
    return call(_without_params(t), x, y, **_of_geometry(g), **more)


def _pool(t: Term, x: Text, *more: Text) -> Text:
    g: Geometry = t.params["g"]
    options = _of_geometry(g)
    if g.stride == g.kernel:
        options.pop("stride", None)
    elif "stride" not in options:
        options = {"stride": 1, **options}
    return call(_without_params(t), x, *more, Text(value_text(_one(g.kernel))), **options)


def _spread(t: Term, y: Text) -> Text:
    """Write the copies in all windows; where the stride leaves it open, with the image's size."""
    g: Geometry = t.params["g"]
    exact = all((n - d * (k - 1) - 1) % s == 0 for n, k, s, d in _sides(g))
    text = _pool(t, y)
    return text if exact else Text(f"{text.text[:-1]}, image={g.image})")


def _unfold(t: Term, x: Text) -> Text:
    g: Geometry = t.params["g"]
    return call(_without_params(t), x, Text(str(g.kernel)), **_of_geometry(g))


def _fold(t: Term, x: Text) -> Text:
    g: Geometry = t.params["g"]
    return call(_without_params(t), x, Text(str(g.image)), **_of_geometry(g))


def _route(t: Term, y: Text, *places: Text) -> Text:
    g: Geometry = t.params["g"]
    return call(_without_params(t), y, *_places(t, places), Text(str(g.image)))


def _pick(t: Term, x: Text, *places: Text) -> Text:
    return call(_without_params(t), x, *_places(t, places))


def _places(t: Term, given: Sequence[Text]) -> Sequence[Text]:
    return given or [Text(value_text(t.params["places"]))]


def _without_params(t: Term) -> Term:
    """Return the operation without parameters, which its text has in other words."""
    return Term(t.op, t.args, {}, t.shape)


def _sides(g: Geometry) -> list[tuple[int, int, int, int]]:
    return list(zip(g.padded, g.kernel, g.stride, g.dilation, strict=True))


def _of_geometry(g: Geometry) -> dict[str, Any]:
    return _options(len(g.image), g.stride, g.padding, g.dilation, g.groups)


def _options(n: int, stride: Any, padding: Any, dilation: Any, groups: Any) -> dict[str, Any]:
    """Return how a kernel moves, without what is so by default."""
    given = {"stride": _one(stride), "padding": padding, "dilation": _one(dilation)}
    if isinstance(padding, tuple):
        pairs = tuple((p, p) if isinstance(p, int) else tuple(p) for p in padding)
        even = {p for pair in pairs for p in pair}
        given["padding"] = pairs[0][0] if len(even) == 1 else pairs
    given["groups"] = groups
    usual = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
    return {name: value for name, value in given.items() if value != usual[name]}


def _one(sizes: Any) -> Any:
    """Return one number for sizes that are equal along all axes."""
    return sizes[0] if isinstance(sizes, tuple) and len({*sizes}) == 1 else sizes


FORMS: dict[str, Callable[..., Text]] = {
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "conv_kernel": _conv_kernel,
    "max_pool": _pool,
    "sum_pool": _pool,
    "spread": _spread,
    "winners": _pool,
    "unfold": _unfold,
    "fold": _fold,
    "route": _route,
    "pick": _pick,
}
