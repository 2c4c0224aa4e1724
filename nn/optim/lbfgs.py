"""L-BFGS: steps along the curvature, which differences of gradients tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeVar

import autograd as ag
from autograd.core.float16 import widened
from autograd.core.messages import one_line
from nn.checks import at_least_one, not_negative
from nn.optim.line_search import Point, strong_wolfe
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import refuse_others
from nn.optim.state import Misfit, Options, State

L = TypeVar("L")

LEAST_CURVATURE = 1e-10
COUNTS = ("func_evals", "n_iter")
VECTORS = ("d", "prev_flat_grad")
LISTS = ("old_dirs", "old_stps")  # of vectors: differences of gradients, and the steps between them
NUMBERS = ("t", "H_diag", "prev_loss")


class LBFGS(Optimizer):
    """Limited-memory BFGS: Newton's step with an inverse Hessian made of the last steps.

    A step s that changed the gradient by y tells that the inverse Hessian maps y to s.  The last
    ``history_size`` such pairs make an estimate of it, whose product with the gradient takes two
    loops over them.  All parameters are one vector here.

    One call of `step` makes up to ``max_iter`` steps and computes the loss again for each, so it
    takes a function that does so.  It is for a loss of all examples: on mini-batches the
    differences of gradients are mostly noise.

    Parameters
    ----------
    params : iterable of Tensor
        One group.
    lr : float
        The length of a step, in which 1 is Newton's, above 0.  The first step is no longer than
        1 along all axes together.
    max_iter : int
        How many steps a call makes at most.
    max_eval : int, optional
        After how many computations of the loss it makes no further step; ``1.25 max_iter`` by
        default.
    tolerance_grad : float
        It ends when no slope is larger.
    tolerance_change : float
        It ends when neither the weights nor the loss change by more.
    history_size : int
        How many pairs are remembered.
    line_search_fn : {None, "strong_wolfe"}
        Whether the length is searched for, so that the loss falls with every step.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or there are several groups.

    Notes
    -----
    Nocedal and Wright (2006), algorithms 7.4 and 7.5.  If the function raises an error, or Ctrl-C
    comes, the parameters are what they were before the call.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> w = nn.Parameter([-1.0, 2.0])
    >>> optimizer = nn.optim.LBFGS([w], line_search_fn="strong_wolfe", max_iter=40)
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2  # Rosenbrock's valley
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure).item()  # before the first step
    104.0
    >>> w.data.round(4)
    array([1., 1.])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        at_least_one("LBFGS", max_iter=max_iter)
        super().__init__(
            params,
            lr=lr,
            max_iter=max_iter,
            max_eval=max_iter * 5 // 4 if max_eval is None else max_eval,
            tolerance_grad=tolerance_grad,
            tolerance_change=tolerance_change,
            history_size=history_size,
            line_search_fn=line_search_fn,
        )

    def check(self, *, line_search_fn: str | None, **numbers: Any) -> None:
        """Refuse options out of their range."""
        if line_search_fn not in (None, "strong_wolfe"):
            raise ag.OptionError(
                f"LBFGS: line_search_fn={one_line(line_search_fn)} must be None or 'strong_wolfe'"
            )
        sizes = ("max_iter", "max_eval", "history_size")
        at_least_one("LBFGS", **{name: numbers[name] for name in sizes})
        not_negative("LBFGS", **{n: x for n, x in numbers.items() if n not in sizes})

    def add_param_group(self, group: Options) -> None:
        """Add the one group that there is."""
        if self.param_groups:
            raise ag.OptionError(
                "LBFGS: takes one group, as all parameters make one step together; give it one "
                "list of parameters"
            )
        super().add_param_group(group)

    def step(self, closure: Callable[[], L] | None = None) -> L:
        """Make up to ``max_iter`` steps.

        Parameters
        ----------
        closure : callable
            A function that clears the gradients, computes the loss and its gradients, and returns
            the loss.

        Returns
        -------
        What ``closure`` returned before the first step.

        Raises
        ------
        autograd.OptionError
            If there is no such function, or it returns no number.
        """
        if not callable(closure):
            raise ag.OptionError(
                "LBFGS: step takes a function that computes the loss again, as in "
                f"optimizer.step(closure), not {one_line(closure)}"
            )
        (group,) = self.param_groups
        descent = _Descent(group["params"], self.options_of(group), closure)
        loss: L = descent.run(self.state)
        return loss

    def _read_memories(self, given: object, options: Sequence[Options]) -> dict[ag.Tensor, State]:
        parameters = self._parameters()
        if not isinstance(given, Mapping) or not set(given) <= {0}:
            raise Misfit("'state' must be a dict with the key 0 alone")
        size = sum(p.size for p in parameters)
        return {parameters[0]: _read(given[0], size)} if given.get(0) else {}


class _Descent:
    """One call of `LBFGS.step`."""

    def __init__(
        self, parameters: Sequence[ag.Tensor], options: Options, closure: Callable[[], Any]
    ) -> None:
        self.parameters = parameters
        self.options = options
        self.closure = closure
        self.evaluations = 0

    def run(self, state: dict[ag.Tensor, State]) -> Any:
        """Make the steps and keep what they found in the state; if one fails, undo them all."""
        before = [p.data for p in self.parameters]
        memory: dict[str, Any] = {"func_evals": 0, "n_iter": 0}
        memory |= state.get(self.parameters[0], {})  # its lists are replaced, never changed
        try:
            first, value, gradient = self._loss()
            if not _largest(gradient) <= self.options["tolerance_grad"]:
                self._descend(memory, value, gradient)
        except BaseException:
            for p, data in zip(self.parameters, before, strict=True):
                p.data = data
            raise
        memory["func_evals"] += self.evaluations
        state[self.parameters[0]] = defaultdict(int, memory)
        return first

    def _descend(self, memory: dict[str, Any], value: float, gradient: Any) -> None:
        options = self.options
        tolerance = options["tolerance_change"]
        for left in reversed(range(options["max_iter"])):
            d = _direction(memory, gradient, options["history_size"])
            t, slope = _first_step(memory, gradient, options["lr"]), _dot(gradient, d)
            memory.update(d=d, t=t, prev_flat_grad=gradient, prev_loss=value)
            if slope > -tolerance:
                return
            start = Point(0.0, value, slope, gradient)
            end = self._moved(start, t, d, left)
            memory["t"], value, gradient = end.t, end.value, end.gradient
            if (
                self.evaluations >= options["max_eval"]
                or _largest(gradient) <= options["tolerance_grad"]
                or _largest(d * end.t) <= tolerance
                or abs(value - start.value) < tolerance
            ):
                return

    def _moved(self, start: Point, t: float, d: Any, left: int) -> Point:
        """Go along a direction; return where that ends."""
        x = _flat([p.data for p in self.parameters])
        if self.options["line_search_fn"] is not None:
            end = strong_wolfe(
                lambda t: self._at(x, t, d),
                start,
                t,
                _largest(d),
                self.options["max_eval"] - self.evaluations,
            )
            self._place(x + end.t * d)
            return end
        if left:
            return self._at(x, t, d)
        self._place(x + t * d)  # the next call begins with the loss there
        return Point(t, start.value, start.slope, start.gradient)

    def _at(self, x: Any, t: float, d: Any) -> Point:
        self._place(x + t * d)
        _, value, gradient = self._loss()
        return Point(t, value, _dot(gradient, d), gradient)

    def _place(self, x: Any) -> None:
        first = 0
        for p in self.parameters:
            part = ag.reshape(x[first : first + p.size], p.shape)
            p.data = ag.astype(part, p.dtype)
            first += p.size

    def _loss(self) -> tuple[Any, float, Any]:
        self.evaluations += 1
        loss = self.closure()
        number = _number(loss)
        zeros = [p.data * 0.0 if p.grad is None else p.grad for p in self.parameters]
        return loss, number, _flat(zeros)


def _number(loss: Any) -> float:
    try:
        return float(loss.item() if hasattr(loss, "item") else loss)
    except (TypeError, ValueError):
        raise ag.OptionError(
            f"LBFGS: the function must return the loss, one number, not {one_line(loss)}"
        ) from None


def _flat(arrays: Sequence[Any]) -> Any:
    return ag.concatenate([ag.ravel(widened(array)) for array in arrays])


def _dot(a: Any, b: Any) -> float:
    return float(ag.dot(a, b))


def _largest(x: Any) -> float:
    return float(ag.max(ag.absolute(x))) if x.size else 0.0


# The estimate of the inverse Hessian.


def _direction(memory: dict[str, Any], gradient: Any, history_size: int) -> Any:
    """Return the direction of a step, with what followed from the last one."""
    memory["n_iter"] += 1
    if memory["n_iter"] == 1 or "d" not in memory:
        memory.update(old_dirs=[], old_stps=[], ro=[], H_diag=1.0)
        return -gradient
    _remember(memory, gradient - memory["prev_flat_grad"], memory["d"] * memory["t"], history_size)
    pairs = list(zip(memory["old_dirs"], memory["old_stps"], memory["ro"], strict=True))
    q, shares = -gradient, []
    for y, s, ro in reversed(pairs):
        shares.append(_dot(s, q) * ro)
        q = q - shares[-1] * y
    d = q * memory["H_diag"]
    for (y, s, ro), share in zip(pairs, reversed(shares), strict=True):
        d = d + (share - _dot(y, d) * ro) * s
    return d


def _remember(memory: dict[str, Any], y: Any, s: Any, history_size: int) -> None:
    """Add a pair, if the loss is curved upwards along it, and forget the oldest."""
    curvature = _dot(y, s)
    if not curvature > LEAST_CURVATURE:
        return
    new = {"old_dirs": y, "old_stps": s, "ro": 1.0 / curvature}
    for name, value in new.items():
        memory[name] = [*memory[name], value][-history_size:]
    memory["H_diag"] = curvature / _dot(y, y)


def _first_step(memory: dict[str, Any], gradient: Any, lr: float) -> float:
    if memory["n_iter"] > 1:
        return lr
    return min(1.0, 1.0 / float(ag.sum(ag.absolute(gradient)))) * lr


# What is loaded.


def _read(memory: Any, size: int) -> State:
    """Return a checked copy of what is remembered; also of PyTorch's, which has room in "al"."""
    if not isinstance(memory, Mapping):
        raise Misfit(f"the memory is a {type(memory).__name__}, not a dict")
    saved = {name: value for name, value in memory.items() if name != "al"}
    begun = (*COUNTS, *VECTORS, *LISTS, *NUMBERS, "ro")
    if set(saved) not in ({*COUNTS}, {*begun}):
        raise Misfit(f"the memory has {', '.join(map(str, saved))}; it takes {', '.join(begun)}")
    read: dict[str, Any] = {name: _count(name, saved[name]) for name in COUNTS}
    if len(saved) > len(COUNTS):
        read |= {name: _array(name, saved[name], (size,)) for name in VECTORS}
        read |= {name: [_array(name, x, (size,)) for x in _list(name, saved)] for name in LISTS}
        read |= {name: _array(name, saved[name], ()).item() for name in NUMBERS}
        read["ro"] = [_array("ro", x, ()).item() for x in _list("ro", saved)]
        if len({len(read[name]) for name in (*LISTS, "ro")}) > 1:
            raise Misfit("old_dirs, old_stps and ro must be of one length")
    return defaultdict(int, read)


def _count(name: str, value: Any) -> int:
    count = _array(name, value, ()).item()
    if count < 0 or count != int(count):
        raise Misfit(f"{name} must be a whole number of at least 0, not {one_line(value)}")
    return int(count)


def _list(name: str, saved: Mapping[str, Any]) -> list[Any]:
    if not isinstance(saved[name], (list, tuple)):
        raise Misfit(f"{name} must be a list, not a {type(saved[name]).__name__}")
    return list(saved[name])


def _array(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    try:
        array = ag.tensor(deepcopy(value)).data
    except ag.GlassgradError as error:
        raise Misfit(f"{name} is not an array: {error}") from None
    if array.shape != shape:
        raise Misfit(f"{name} has shape {array.shape}, not {shape}")
    return array
