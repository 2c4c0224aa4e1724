"""What all optimisers share: the parameters in groups, and the walk over them.

The gradient says in which direction the loss grows, so a step against it makes the loss smaller.
How long that step is, and what it remembers of those before, is the rule of the optimiser.  A rule
is a function: from a weight ``w``, its gradient ``g`` and what is remembered, to the new weight.

A step is not recorded.  It reads arrays, computes a new one and puts it in the place of the old,
which stays as it was for every graph that still needs it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import autograd as ag
from autograd.core.float16 import FLOAT16, widened
from autograd.core.messages import one_line
from nn.checks import above_zero, boolean, cleared_to_none, not_negative
from nn.errors import StateError
from nn.optim.options import OF_GROUPS, OfGroups, plain
from nn.optim.state import (
    Misfit,
    Options,
    State,
    pack_groups,
    pack_memories,
    read_groups,
    read_memories,
)

L = TypeVar("L")
Params: TypeAlias = Iterable[ag.Tensor] | Iterable[Options]  # tensors, or groups
Values: TypeAlias = ag.Tensor | ag.Array


class Optimizer:
    """Base of the optimisers.

    A subclass defines `rule`; if an option can be wrong, `check`; and `remembers`, if what it
    loads shall be checked.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        What is learned: ``net.parameters()``.  Dicts make groups with options of their own:
        ``[{"params": net.body.parameters(), "lr": 1e-4}, {"params": net.head.parameters()}]``.
    defaults : dict from str to number, optional
        The options of groups that do not name them; ``"lr"`` is one, by default 0.001.
        ``"maximize"``, if it is one, turns the gradients around, so that the loss grows; the rule
        is not given it.
    **options
        The same, by name.

    Attributes
    ----------
    param_groups : list of dict
        Each with ``"params"`` and every option.  What is written there, such as
        ``optimizer.param_groups[0]["lr"] = 0.01``, holds from the next step on; a schedule goes on
        from there.
    state : dict from Tensor to dict
        What is remembered of each parameter.
    remembers : dict from str to str
        The names in that memory, each with the option that switches it on, or "" if it is always
        there.  All are arrays of the parameter's shape, but for ``"step"``, which counts, and
        ``"mu_product"``, a number.  Empty says nothing, and a state is loaded as it is.
    fixed : dict from str to object
        Options of PyTorch's optimiser of this name that have one value here; a state may have them.

    Raises
    ------
    autograd.OptionError
        If there are no parameters, if something is not a leaf Tensor of floating-point numbers or
        comes twice, or if an option is wrong or unknown.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> class SignDescent(nn.optim.Optimizer):
    ...     def rule(self, w, g, state, *, lr):
    ...         return w - lr * ag.sign(g)
    >>> w = nn.Parameter([1.0, -2.0])
    >>> optimizer = SignDescent([w], lr=0.5)
    >>> ag.sum(w**2).backward()
    >>> optimizer.step()
    >>> w.data
    array([ 0.5, -1.5])
    """

    remembers: Mapping[str, str] = {}
    held_by: Any = None  # what has newer memory than `state`: a compiled step
    fixed: Mapping[str, object] = {"decoupled_weight_decay": False}

    def __init__(self, params: Params, defaults: Options | None = None, **options: Any) -> None:
        self.defaults = {"lr": 1e-3, **(defaults or {}), **options}
        self.state: dict[ag.Tensor, State] = {}
        self.loaded_rates: tuple[float, ...] = ()  # until a schedule makes the next step
        self.param_groups: list[dict[str, Any]] = []
        for group in self._groups(params):
            self.add_param_group(group)

    def rule(self, *args: Any, **options: Any) -> Any:
        """Return the new weight: ``rule(w, g, state, **options)``.

        Parameters
        ----------
        w, g : array or NumPy scalar, (...)
            A parameter and its gradient.
        state : dict
            What is remembered of this parameter; what has not been stored yet reads 0.
        **options
            Those of the group, as numbers of Python, which leave float32 what it is.

        Returns
        -------
        array or NumPy scalar, (...)
            A new one; ``w`` and ``g`` stay as they are.
        """
        raise ag.UnsupportedError(f"{self._title} has no method rule; define one")

    def check(self, *args: Any, **options: Any) -> None:
        """Refuse options that the rule cannot have; the learning rate is looked at already."""

    def step(self, closure: Callable[[], L] | None = None) -> L | None:
        """Move every parameter that has a gradient.

        Parameters
        ----------
        closure : callable, optional
            A function that computes the loss and its gradients again, and returns the loss.

        Returns
        -------
        What ``closure`` returned, or None.

        Raises
        ------
        autograd.OptionError
            If an option of a group was replaced by one that does not fit; no parameter has moved.
        """
        if closure is not None and not callable(closure):
            raise ag.OptionError(
                f"{self._title}: step takes a function that computes the loss again, not "
                f"{one_line(closure)}"
            )
        loss = None if closure is None else closure()
        moves = []
        for group in self.param_groups:
            options = self.options_of(group)
            up = options.pop("maximize", False)
            moves += [(p, -p.grad if up else p.grad, options) for p in _with_gradient(group)]
        for p, g, options in moves:
            memory = self.state.setdefault(p, defaultdict(int))
            p.data = self.moved(p, p.data, g, memory, options)
        return loss

    def moved(self, p: ag.Tensor, w: Values, g: Values, memory: State, options: Options) -> Any:
        """Return the new value of a parameter, of an array or a captured Tensor."""
        if g.dtype is FLOAT16:
            w, g = widened(w), widened(g)
        return self._checked(p, self.rule(w, g, memory, **options))

    @property
    def state(self) -> dict[ag.Tensor, State]:
        """What is remembered of each parameter; a compiled step hands back what it holds."""
        if self.held_by is not None:
            keeper, self.held_by = self.held_by, None
            keeper.give_back(self._state)
        return self._state

    @state.setter
    def state(self, state: dict[ag.Tensor, State]) -> None:
        self.held_by = None
        self._state = state

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_state": self.state, "held_by": None}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients, which `backward` would otherwise add to: they become None."""
        if set_to_none is not True:
            cleared_to_none(self._title, set_to_none)
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def add_param_group(self, group: Options) -> None:
        """Add parameters, with options of their own, to those that are learned.

        Parameters
        ----------
        group : dict
            ``{"params": iterable of Tensor}``, and options that shall differ from the defaults.
        """
        self._check_names(group)
        params = group["params"]
        params = [params] if isinstance(params, ag.Tensor) else self._listed(params)
        for p in params:
            self._check_parameter(p)
        known = self._parameters()
        if len({*known, *params}) < len(known) + len(params):
            raise ag.OptionError(f"{self._title}: a parameter comes twice; each takes one step")
        options = {**self.defaults, **group}
        above_zero(self._title, lr=options["lr"])
        options = self.options_of(options)
        self.param_groups.append({"params": params, **options})

    def state_dict(self) -> dict[str, Any]:
        """Return options and memory, with numbers in the place of the parameters.

        Returns
        -------
        dict
            ``{"state": {0: {...}, ...}, "param_groups": [{..., "params": [0, 1, ...]}, ...]}``, as
            PyTorch's, with copies of arrays, and numbers.
        """
        groups = pack_groups(self.param_groups, self.defaults)
        return {"state": pack_memories(self._parameters(), self.state), "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Take over options and memory, all or, if they do not fit, nothing.

        Parameters
        ----------
        state_dict : dict
            What `state_dict` returned for an optimiser of as many parameters of the same shapes;
            that of PyTorch's of this name will do, with arrays for its tensors.

        Raises
        ------
        nn.StateError
            If groups, names or shapes differ; nothing has changed.
        """
        own = pack_groups(self.param_groups, self.defaults)
        try:
            groups = read_groups(state_dict, own, self.options_of, self.fixed)
            pairs = list(zip(self.param_groups, groups, strict=True))
            options = [new for group, new in pairs for _ in group["params"]]
            state = self._read_memories(state_dict["state"], options)
        except Misfit as misfit:
            raise StateError(f"{self._title}: {misfit}; nothing was changed") from None
        for group, new in pairs:
            group.update(new)
        self.loaded_rates = tuple(group["lr"] for group in self.param_groups)
        self.state = state

    def _read_memories(self, given: object, options: Sequence[Options]) -> dict[ag.Tensor, State]:
        """Return a checked copy of what a state remembers of each parameter."""
        return read_memories(given, self._parameters(), options, self.remembers)

    def options_of(self, group: Options) -> dict[str, Any]:
        """Return the options of a group, checked, and as numbers of Python."""
        options = {name: group[name] for name in self.defaults}
        own = dict(options)
        not_negative(self._title, lr=own.pop("lr"))  # a schedule may end at 0
        boolean(self._title, maximize=own.pop("maximize", False))
        self.check(**own)
        return {name: plain(value) for name, value in options.items()}

    def __repr__(self) -> str:
        lines = []
        for i, group in enumerate(self.param_groups):
            size = sum(p.size for p in group["params"])
            options = ", ".join(f"{name}={group[name]!r}" for name in self.defaults)
            lines.append(f"  ({i}): tensors={len(group['params'])}, numbers={size}, {options}\n")
        return f"{self._title}(\n{''.join(lines)})"

    def _parameters(self) -> list[ag.Tensor]:
        return [p for group in self.param_groups for p in group["params"]]

    @property
    def _title(self) -> str:
        return type(self).__name__

    def _groups(self, params: Any) -> list[Any]:
        if isinstance(params, ag.Tensor):
            raise ag.OptionError(f"{self._title}: params is one Tensor; write [w] for w")
        given = self._listed(params)
        return given if isinstance(given[0], Mapping) else [{"params": given}]

    def _listed(self, params: Any) -> list[Any]:
        if hasattr(params, "parameters"):
            raise self._no_parameter(params)
        if isinstance(params, (set, frozenset)):  # a state could not be loaded
            raise ag.OptionError(f"{self._title}: params is a set, which has no order; use a list")
        if not hasattr(params, "__iter__"):
            raise self._no_parameter(params)
        listed = list(params)
        if not listed:
            raise ag.OptionError(f"{self._title}: no parameters; was an iterator used up before?")
        return listed

    def _check_names(self, group: Any) -> None:
        if not isinstance(group, Mapping) or "params" not in group:
            raise ag.OptionError(
                f"{self._title}: a group is a dict with 'params', such as "
                "{'params': net.parameters(), 'lr': 0.01}"
            )
        unknown = [name for name in group if name not in ("params", *self.defaults)]
        if unknown:
            raise ag.OptionError(
                f"{self._title}: a group has no option {unknown[0]!r}; "
                f"there are {', '.join(self.defaults)}"
            )

    def _check_parameter(self, p: Any) -> None:
        if not isinstance(p, ag.Tensor):
            raise self._no_parameter(p)
        if p.primitive is not None:
            raise ag.OptionError(
                f"{self._title}: params holds a result of {p.primitive.name}, not a leaf; "
                "the parameter that it was computed from is what can be learned"
            )
        if p.dtype.kind != "f":
            raise ag.OptionError(
                f"{self._title}: params holds a Tensor of dtype {p.dtype}, which has no gradients"
            )

    def _checked(self, p: ag.Tensor, new: Any) -> Any:
        """Refuse what a rule in a user's subclass may return by mistake."""
        if getattr(new, "shape", None) == p.shape:
            return new
        if new is None or ag.shape(new) != p.shape:
            got = "nothing" if new is None else f"shape {ag.shape(new)}"
            raise ag.UnsupportedError(
                f"{self._title}: rule returned {got} for {p.name or 'a parameter'}; it must return "
                f"the new weight, of shape {p.shape}"
            )
        return new

    def _no_parameter(self, found: Any) -> ag.OptionError:
        return ag.OptionError(
            f"{self._title}: params takes leaf Tensors, such as net.parameters(), "
            f"not {type(found).__name__}{_named(found)}"
        )


for _name in OF_GROUPS:
    setattr(Optimizer, _name, OfGroups(_name))


def _with_gradient(group: Options) -> list[Any]:
    return [p for p in group["params"] if p.grad is not None]


def _named(found: Any) -> str:
    pair = isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], ag.Tensor)
    return "s of a name and a Tensor, as named_parameters() gives" if pair else ""
