"""A module: parameters, and the function that uses them.

It is an ordinary object: what it learns are its attributes that are `Parameter`s, and what it is
made of are its attributes that are modules.  Calling it runs its `forward` inside a scope of its
name.  That is all that a drawing needs to fold the network module by module, and an error to say in
which layer it happened.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

import autograd as ag
from autograd.core.blocks import restoring
from autograd.core.capturing import check_replaced
from autograd.core.messages import short
from nn.checks import cleared_to_none
from nn.init import Seed, floating_dtype, generator
from nn.module.attributes import TAKEN, check_attribute, referent
from nn.module.hooks import Handle
from nn.module.made_with import MadeWith
from nn.module.state import check_state
from nn.module.tree import join, places, walk
from nn.parameter import Parameter

Hook = Callable[["Module", tuple[Any, ...], Any], Any]


class Module:
    """Base of everything that has parameters: layers, losses, networks.

    A subclass creates its parameters and parts in ``__init__`` and says in ``forward`` what it
    computes.  It need not call ``super().__init__()``.

    Attributes
    ----------
    training : bool
        Whether dropout drops and batch normalisation looks at the batch; see `train` and `eval`.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> class Net(nn.Module):
    ...     def __init__(self, rng=None):
    ...         self.hidden = nn.Linear(2, 3, rng=rng)
    ...         self.out = nn.Linear(3, 1, rng=rng)
    ...     def forward(self, x):
    ...         return self.out(ag.tanh(self.hidden(x)))
    >>> net = Net()
    >>> net
    Net(
      (hidden): Linear(in_features=2, out_features=3, bias=True)
      (out): Linear(in_features=3, out_features=1, bias=True)
    )
    >>> [name for name, _ in net.named_parameters()]
    ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias']
    >>> net(ag.tensor([[1.0, 2.0]])).shape
    (1, 1)
    """

    training: bool = True
    _hooks: tuple[Hook, ...] = ()
    _path: str = ""  # where the module stands in the network that it was put into
    _buffers: Mapping[str, bool] = {}  # names of buffers, and whether they belong to the state
    _taken: Mapping[str, str] = {}  # names that attributes cannot have, and why

    summary: ClassVar[Callable[..., Any]]  # bound in nn.inspection
    _repr_html_: ClassVar[Callable[..., str]]

    __signature__ = MadeWith()

    def __new__(cls, *args: Any, **options: Any) -> Self:
        """Look at the arguments before ``__init__`` gets them."""
        if args or options:
            try:
                cls.__signature__.bind(*args, **options)
            except TypeError as error:
                from nn.module.explained import made_wrongly

                raise made_wrongly(cls, error, args, options) from None
        return super().__new__(cls)

    @classmethod
    def _given_a_batch(cls) -> str:
        from nn.module.explained import given_a_batch

        return given_a_batch(cls)

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """Compute the output; every module has its own."""
        raise ag.UnsupportedError(f"{type(self).__name__} has no method forward; define one")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Run `forward`, in a scope of the module's name."""
        with ag.scope(self._label(), kind=type(self).__name__, module=self._path):
            try:
                output = self.forward(*inputs, **options)
                if output is None:
                    raise ag.UnsupportedError("forward returned nothing; end it with return")
            except ag.GlassgradError as error:
                self._name_layer(error)
                raise
            except TypeError as error:
                from nn.module.explained import called_wrongly

                refused = called_wrongly(self, inputs, options)
                if refused is None:
                    raise
                self._name_layer(refused)
                raise refused from error
        for hook in self._hooks:
            changed = hook(self, inputs, output)
            output = output if changed is None else changed
        return output

    if not TYPE_CHECKING:  # which shall find names that there are not

        def __getattr__(self, name: str) -> Any:
            """Say what to write instead of a name that there is not."""
            from nn.module.explained import missing

            raise missing(self, name)

    # What it is made of.

    def __setattr__(self, name: str, value: object) -> None:
        if name in self._buffers and value is not None and not isinstance(value, ag.Tensor):
            value = ag.tensor(value)  # type: ignore[arg-type]  # it refuses what is not numbers
        check_attribute(self, name, value, PARTS, self._taken)
        check_replaced(self, name, value)
        object.__setattr__(self, name, value)
        if isinstance(value, Parameter):
            value.name = join(self._path, name)
        elif isinstance(value, Module):
            if value._holds(self):  # a part that holds its owner, and has just named it so
                object.__setattr__(self, "_path", "")
            self._name_parts()

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules that are attributes of this one, with their names."""
        for name, value in list(vars(self).items()):
            if isinstance(value, Module):
                yield name, referent(value)

    def children(self) -> Iterator[Module]:
        """Yield the modules that are attributes of this one."""
        return (child for _, child in self.named_children())

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module and all inside it, each once, with their paths from here."""
        return walk(self, "", Module.named_children)

    def modules(self) -> Iterator[Module]:
        """Yield this module and all inside it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Yield every parameter once, with its path, such as ``conv1.weight``."""
        self._check_nothing_hidden()
        seen: set[Parameter] = set()
        for path, module in self.named_modules():
            for name, value in list(vars(module).items()):
                if isinstance(value, Parameter) and value not in seen:
                    seen.add(value)
                    yield join(path, name), value

    def parameters(self) -> Iterator[Parameter]:
        """Yield every parameter once; this is what an optimiser takes."""
        return (parameter for _, parameter in self.named_parameters())

    def register_buffer(
        self, name: str, tensor: ag.ArrayLike | None, persistent: bool = True
    ) -> None:
        """Make an attribute part of the state although it is not learned: a running mean, a count.

        Parameters
        ----------
        name : str
        tensor : Tensor, array, number or None
        persistent : bool
            Whether `state_dict` has it.
        """
        if not name or "." in name or (hasattr(self, name) and name not in self._buffers):
            raise ag.OptionError(
                f"{type(self).__name__}: the name {name!r} of a buffer is taken, empty or has a dot"
            )
        self._buffers = {**self._buffers, name: persistent}
        setattr(self, name, tensor)

    def named_buffers(self) -> Iterator[tuple[str, ag.Tensor]]:
        """Yield the buffers with their paths."""
        for path, module in self.named_modules():
            for name in module._buffers:
                if getattr(module, name, None) is not None:
                    yield join(path, name), getattr(module, name)

    def buffers(self) -> Iterator[ag.Tensor]:
        """Yield the buffers."""
        return (buffer for _, buffer in self.named_buffers())

    def _check_nothing_hidden(self) -> None:
        """Refuse parts that are in other places than attributes, where they would be lost."""
        from nn.module.hidden import parts_in, places_in

        modules = list(self.modules())
        known = {id(part) for module in modules for part in (module, *vars(module).values())}
        for module in modules:
            for name, place, what in places_in(module, NOT_SEARCHED):
                for part in parts_in(place, PARTS):
                    if id(part) not in known and _is_lost(part, module, what.startswith("a plain")):
                        raise ag.OptionError(
                            f"{type(module).__name__}.{name}: {what} hides the parameters in it, "
                            f"those of a {type(part).__name__}; use nn.ModuleList, nn.ModuleDict "
                            "or attributes, such as self.layer = ... in __init__"
                        )

    def _name_parts(self) -> None:
        """Set the paths of all parts, for scopes and messages; of several, the first counts."""
        named: set[int] = set()
        for path, module in walk(self, self._path, Module.named_children, self._is_owned_by):
            object.__setattr__(module, "_path", path)
            for name, value in vars(module).items():
                if isinstance(value, Parameter) and id(value) not in named:
                    named.add(id(value))
                    value.name = join(path, name)

    def _is_owned_by(self, module: Module) -> bool:
        above = module._path != self._path and self._path.startswith(module._path)
        return above and module._holds(self)

    def _holds(self, part: Module) -> bool:
        return any(inside is part for inside in self.modules())

    # What is kept.

    def state_dict(self) -> dict[str, Any]:
        """Return copies of all parameters and buffers as arrays, by their paths.

        The names are those of PyTorch's modules, so that weights can go from one to the other.

        Returns
        -------
        dict from str to numpy.ndarray
        """
        return {name: value.numpy() for name, value in self._state().items()}

    def load_state_dict(self, state_dict: Mapping[str, ag.ArrayLike], strict: bool = True) -> None:
        """Take over parameters and buffers, all of them or, if they do not fit, none.

        Parameters
        ----------
        state_dict : dict from str to array
            What `state_dict` returned here, or that of a PyTorch model as arrays.  Other floating
            dtypes are converted.
        strict : bool
            If False, names that only one side has are passed over; shapes must agree all the same.

        Raises
        ------
        nn.StateError
            If names are missing, unexpected, or their shapes differ; it has them all in
            ``missing``, ``unexpected`` and ``misshapen``, and nothing has changed.
        """
        own = self._state()
        values = check_state(type(self).__name__, own, state_dict, strict)
        for name, value in values.items():
            own[name].data = value

    def _state(self) -> dict[str, ag.Tensor]:
        """Return what `state_dict` holds; a parameter in two places has both names."""
        self._check_nothing_hidden()
        found: dict[str, ag.Tensor] = {}
        for path, module in places(self, Module.named_children):
            attributes = vars(module).items()
            own = {n: v for n, v in attributes if isinstance(v, Parameter)}
            own |= {n: v for n, v in attributes if module._buffers.get(n) and v is not None}
            found |= {join(path, name): value for name, value in own.items()}
        return found

    # How it behaves.

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside it to training: dropout drops.  Returns the module."""
        if not isinstance(mode, bool):
            raise ag.OptionError(f"train: mode={mode!r} must be True or False")
        self._check_nothing_hidden()
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all inside it to evaluation: dropout drops nothing."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze all parameters (False), or thaw them; a frozen one gets no gradient, so no step.

        A running mean of batch normalisation still follows the batches while training; `eval`
        stops it.
        """
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
            if not requires_grad:
                parameter.grad = None  # or an optimiser would take one more step
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters: they become None."""
        if set_to_none is not True:
            cleared_to_none(type(self).__name__, set_to_none)
        for module in self.modules():
            for value in vars(module).values():
                if isinstance(value, Parameter):
                    value.grad = None

    def to(self, dtype: ag.DTypeLike | None = None, *more: object, **others: object) -> Self:
        """Convert parameters, their gradients and floating buffers to a dtype, in place.

        Do so before the optimiser has made its first step: what it remembers keeps its dtype.
        """
        dtype = floating_dtype(f"{type(self).__name__}.to", dtype, *more, **others)
        for parameter in self.parameters():
            parameter.to(dtype)
        for module in self.modules():
            for name in module._buffers:
                value = getattr(module, name, None)
                if value is not None and value.dtype.kind == "f":
                    setattr(module, name, ag.astype(value, dtype))
        return self

    def float(self) -> Self:
        """Convert to float32, as PyTorch's method of this name does."""
        return self.to("float32")

    def double(self) -> Self:
        """Convert to float64."""
        return self.to("float64")

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call a function with this module, and then all inside it, to draw new weights or such."""
        for module in self.modules():
            fn(module)
        return self

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights for all layers inside, one after another from one generator.

        Parameters that a module of your own has itself stay as they are, unless it defines this.

        Parameters
        ----------
        rng : int, numpy.random.Generator or None
        """
        rng = generator(rng)
        if "_busy" in vars(self):  # a part holds this module as its owner
            return
        busy = partial(object.__setattr__, self, "_busy", True)
        with restoring(busy, lambda: vars(self).pop("_busy", None)):
            for child in self.children():
                child.reset_parameters(rng)

    def register_forward_hook(self, hook: Hook) -> Handle:
        """Have a function called after every call of the module.

        Parameters
        ----------
        hook : callable
            ``hook(module, inputs, output)``; what it returns, unless None, is the new output.

        Returns
        -------
        Handle
            Its ``remove()``, or the end of a ``with`` block on it, takes the hook away.
        """
        if not callable(hook):
            raise ag.OptionError(f"register_forward_hook: {hook!r} is not a function")
        self._hooks = (*self._hooks, hook)
        return Handle(partial(self._remove_hook, hook))

    def _remove_hook(self, hook: Hook) -> None:
        hooks = list(self._hooks)
        if hook in hooks:
            hooks.remove(hook)
        self._hooks = tuple(hooks)

    # What it looks like.

    def extra_repr(self) -> str:
        """Return what `repr` shows of the module itself, in one line."""
        return ""

    @reprlib.recursive_repr("...")  # a part may hold its owner
    def __repr__(self) -> str:
        inside = [self.extra_repr()] if self.extra_repr() else []
        inside += [f"({short(name)}): {child!r}" for name, child in self.named_children()]
        kind = short(type(self).__name__)
        if not any(self.named_children()):
            return f"{kind}({', '.join(inside)})"
        lines = "\n".join(inside).replace("\n", "\n  ")
        return f"{kind}(\n  {lines}\n)"

    def _label(self) -> str:
        """Return the name of the scope: ``conv1``, or ``Linear 0`` for one that has a number."""
        name = self._path.rpartition(".")[2]
        return name if name and not name.isdigit() else f"{type(self).__name__} {name}".rstrip()

    def _name_layer(self, error: ag.GlassgradError) -> None:
        """Put the name of the layer before a message that does not name one yet."""
        if not getattr(error, "layer", None) and error.args and isinstance(error.args[0], str):
            error.layer = self._path or type(self).__name__  # type: ignore[attr-defined]
            title = f"{short(type(self).__name__)} {short(self._path)}".rstrip()
            error.args = (error.safe(f"{title}: {error.args[0]}"), *error.args[1:])


PARTS = (Module, Parameter)  # what a network is made of
NOT_SEARCHED = ("_hooks", "_buffers")


def _is_lost(part: Any, owner: Module, listed: bool) -> bool:
    """Return whether anything is lost if a part that was met outside is not found."""
    if isinstance(part, Parameter):
        return listed or part.requires_grad
    if part._holds(owner):
        return False
    inside = list(part.modules())
    values = [value for module in inside for value in vars(module).values()]
    parameters = [value for value in values if isinstance(value, Parameter)]
    if parameters:  # a network that does not learn may be used from outside
        return listed or any(parameter.requires_grad for parameter in parameters)
    return listed or any("rng" in vars(m) or any(m.buffers()) for m in inside)


# Every module has its own `forward` and `extra_repr`, also as an attribute.
OWN = ("forward", "extra_repr", "training")
Module._taken = {
    **{name: TAKEN for name in dir(Module) if not name.startswith("_") and name not in OWN},
    "summary": TAKEN,
    "requires_grad": "a module is frozen by requires_grad_(False)",
    "trainable": "a module is frozen by requires_grad_(False)",
    "grad": "gradients are those of parameters, and zero_grad() clears them",
}
