"""Where a ReLU puts its gate in the backward pass.

The derivative lets a signal pass where the *input* of the forward pass was positive.  Zeiler and
Fergus (2014) let it pass where the *signal* is positive, which is what a ReLU does to it;
Springenberg et al. (2015) have both gates::

    rule           from the cotangent ct of relu(x) to that of x
    "gradient"     ct       where x > 0                  the derivative
    "deconvnet"    ct       where          ct > 0        relu(ct): the gate has moved
    "guided"       ct       where x > 0 and ct > 0       both gates

The last two are not derivatives: they pass on what raises an activation, and leave out what lowers
it.  They stand here as primitives, so that whatever reads a graph, the debugger and the drawings
included, reads them too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import one_of
from nn.inspection.replay import Gate, as_recorded, replay


@ag.primitive(vjps=(lambda ct, out, x: ag.relu(ct),), symbol="relu, deconvnet")
def deconvnet_relu(x: ag.Array) -> Any:
    """Rectified linear unit whose backward pass rectifies the signal.

    >>> from nn.inspection.relu_rules import deconvnet_relu
    >>> import autograd as ag
    >>> x = ag.tensor([-1.0, 2.0], requires_grad=True)
    >>> ag.gradients(ag.sum(deconvnet_relu(x) * [3.0, -3.0]), x)
    array([3., 0.])
    """
    return np.maximum(x, 0)


@ag.primitive(
    vjps=(lambda ct, out, x: ag.where(ag.detach(x) > 0, ag.relu(ct), 0.0),),
    symbol="relu, guided",
)
def guided_relu(x: ag.Array) -> Any:
    """Rectified linear unit with both gates in its backward pass.

    >>> from nn.inspection.relu_rules import guided_relu
    >>> import autograd as ag
    >>> x = ag.tensor([-1.0, 2.0, 2.0], requires_grad=True)
    >>> ag.gradients(ag.sum(guided_relu(x) * [3.0, -3.0, 3.0]), x)
    array([0., 0., 3.])
    """
    return np.maximum(x, 0)


RELUS: dict[str, Callable[..., ag.Tensor]] = {
    "gradient": ag.relu,
    "deconvnet": deconvnet_relu,
    "guided": guided_relu,
}
RULES = tuple(RELUS)


@called
def with_relu_rule(output: ag.Tensor, x: ag.Tensor, rule: str) -> ag.Tensor:
    """Return a result again, with another backward rule in every ReLU between it and ``x``.

    Parameters
    ----------
    output : Tensor
        Computed from ``x``; a ReLU in between is what `ag.relu` and `nn.ReLU` record, a maximum
        with the constant 0.
    x : Tensor
        The leaf that will be differentiated by; all others are constants in the new graph.
    rule : {"gradient", "deconvnet", "guided"}
        Which signal a ReLU lets pass; see the table above.

    Returns
    -------
    Tensor
        Of the same value.  Its gradient, drawing and trace are those of the rule.

    Raises
    ------
    autograd.OptionError
        If there is no such rule.
    autograd.GradientError
        If the result was not computed from ``x``.

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.inspection import with_relu_rule
    >>> x = ag.tensor([-1.0, 2.0, 3.0], requires_grad=True)
    >>> y = ag.sum(ag.relu(x) * [5.0, 5.0, -5.0])
    >>> for rule in ("gradient", "deconvnet", "guided"):
    ...     print(ag.gradients(with_relu_rule(y, x, rule), x))
    [ 0.  5. -5.]
    [5. 5. 0.]
    [0. 5. 0.]
    """
    one_of("with_relu_rule", RULES, rule=rule)
    known = isinstance(output, ag.Tensor)
    made = replay(output, x, {"maximum": _relu_by(rule)}) if known else output
    if not isinstance(made, ag.Tensor):
        raise ag.GradientError(
            "with_relu_rule: the result was not computed from x; x must be a tensor with "
            "requires_grad=True, and the result recorded outside ag.no_grad()"
        )
    return made


def _relu_by(rule: str) -> Gate:
    def gate(node: ag.Node, inputs: list[Any]) -> Any:
        signal = [x for x in inputs if not _is_zero(x)]
        return RELUS[rule](*signal) if len(signal) == 1 else as_recorded(node, inputs)

    return gate


def _is_zero(x: Any) -> bool:
    return not isinstance(x, ag.Tensor) and np.ndim(x) == 0 and bool(x == 0)
