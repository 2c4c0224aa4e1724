"""The leaves behind a loss: the weights that it depends on."""

from __future__ import annotations

from collections.abc import Iterator

import autograd as ag


def leaves(result: ag.Tensor) -> Iterator[ag.Tensor]:
    """Yield the leaves behind a result that require a gradient.

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.compiled.leaves import leaves
    >>> w = ag.tensor(2.0, requires_grad=True, name="w")
    >>> [leaf.name for leaf in leaves(w * w + 1.0)]
    ['w']
    """
    seen, stack = {result}, [result]
    while stack:
        t = stack.pop()
        if t.is_leaf:
            yield t
        for x in t.inputs:
            if isinstance(x, ag.Tensor) and x.requires_grad and x not in seen:
                seen.add(x)
                stack.append(x)
