"""What a step hands out, and the leaves behind its loss: the weights that it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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


def constants(tree: Any) -> Any:
    """Return a nested structure with Tensors that no gradient flows through."""
    if isinstance(tree, ag.Tensor):
        return tree.detach()
    if isinstance(tree, dict):
        return {key: constants(branch) for key, branch in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*map(constants, tree))
    return type(tree)(map(constants, tree)) if type(tree) in (tuple, list) else tree
