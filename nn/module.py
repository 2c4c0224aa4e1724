"""A module: parameters, and the function that uses them.

It is an ordinary object; `nn.tree` tells how its parts and parameters are found.  Calling it runs
its `forward` inside a scope of its name.  That is all that a drawing needs to fold the network
module by module, and an error to say in which layer it happened.
"""

from __future__ import annotations

import contextlib
import reprlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import autograd as ag
from nn.init import generator
from nn.inspection.summary import Summary, summarise
from nn.parameter import Parameter
from nn.state import check_state
from nn.tree import TAKEN, Tree, join

M = TypeVar("M", bound="Module")
Hook = Callable[["Module", tuple[Any, ...], Any], Any]


class Module(Tree):
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

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """Compute the output; every module has its own."""
        raise ag.UnsupportedError(f"{type(self).__name__} has no method forward; define one")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Run `forward`, in a scope of the module's name."""
        with ag.scope(self._label()):
            try:
                output = self.forward(*inputs, **options)
                if output is None:
                    raise ag.UnsupportedError("forward returned nothing; end it with return")
            except ag.GlassgradError as error:
                self._sign(error)
                raise
        for hook in self._hooks:
            changed = hook(self, inputs, output)
            output = output if changed is None else changed
        return output

    # What is kept.

    def state_dict(self) -> dict[str, Any]:
        """Return copies of all parameters and buffers as arrays, by their paths.

        The names are those of PyTorch's modules, so that weights can go from one to the other.

        Returns
        -------
        dict from str to numpy.ndarray
        """
        return {name: value.numpy() for name, value in self._state().items()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> None:
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
        autograd.StateError
            If names are missing, unexpected, or their shapes differ; it has them all in
            ``missing``, ``unexpected`` and ``misshapen``, and nothing has changed.
        """
        own = self._state()
        values = check_state(type(self).__name__, own, state_dict, strict)
        for name, value in values.items():
            own[name].data = value

    def _state(self) -> dict[str, ag.Tensor]:
        """Return what `state_dict` holds; a parameter in two places has both names."""
        found: dict[str, ag.Tensor] = {}
        for path, module in self._places():
            attributes = module._attributes()
            own = {n: v for n, v in attributes if isinstance(v, Parameter)}
            own |= {n: v for n, v in attributes if module._buffers.get(n) and v is not None}
            found |= {join(path, name): value for name, value in own.items()}
        return found

    # How it behaves.

    def train(self: M, mode: bool = True) -> M:
        """Switch this module and all inside it to training: dropout drops.  Returns the module."""
        if not isinstance(mode, bool):
            raise ag.OptionError(f"train: mode={mode!r} must be True or False")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self: M) -> M:
        """Switch this module and all inside it to evaluation: dropout lets everything pass."""
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Freeze all parameters (False), or thaw them; a frozen one gets no gradient, so no step.

        A running mean of batch normalisation still follows the batches while training; `eval`
        stops it.
        """
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
            if not requires_grad:
                parameter.grad = None  # or an optimiser would take one more step
        return self

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            parameter.grad = None

    def to(self: M, dtype: Any) -> M:
        """Convert parameters, their gradients and floating buffers to a dtype, in place.

        Do so before the optimiser has made its first step: what it remembers keeps its dtype.
        """
        for parameter in self.parameters():
            parameter.to(dtype)
        for module in self.modules():
            for name in module._buffers:
                value = getattr(module, name, None)
                if value is not None and value.dtype.kind == "f":
                    setattr(module, name, ag.astype(value, dtype))
        return self

    def float(self: M) -> M:
        """Convert to float32, as PyTorch's method of this name does."""
        return self.to("float32")

    def double(self: M) -> M:
        """Convert to float64."""
        return self.to("float64")

    def apply(self: M, fn: Callable[[Module], Any]) -> M:
        """Call a function with this module, and then all inside it, to draw new weights or such."""
        for module in self.modules():
            fn(module)
        return self

    def reset_parameters(self, rng: Any = None) -> None:
        """Draw new weights for all layers inside, one after another from one generator.

        Parameters that a module of your own has itself stay as they are, unless it defines this.

        Parameters
        ----------
        rng : int, numpy.random.Generator or None
        """
        rng = generator(rng)
        if "_busy" in vars(self):  # a part knows this module as its owner
            return
        object.__setattr__(self, "_busy", True)
        try:
            for child in self.children():
                child.reset_parameters(rng)
        finally:
            object.__delattr__(self, "_busy")

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
            raise ag.OptionError(f"register_forward_hook: {hook!r} is no function")
        self._hooks = (*self._hooks, hook)
        return Handle(self, hook)

    # What it looks like.

    def summary(self, input_shape: Any, dtype: Any = None) -> Summary:
        """Return a table of the parts: output shapes, parameters, multiply-adds.

        Parameters
        ----------
        input_shape : tuple of int
            The whole shape of the input, batch axis included; several tuples for several inputs.
        dtype : NumPy dtype, optional
            That of the input: int for an `Embedding`; by default that of the parameters.

        Returns
        -------
        Summary

        Examples
        --------
        >>> import nn
        >>> print(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)).summary((1, 4)))
        Layer       Kind        Output  Parameters  Multiply-adds
        Sequential              (1, 3)
          0         Linear      (1, 8)          40             32
          1         ReLU        (1, 8)
          2         Linear      (1, 3)          27             24
        total                                   67             56
        """
        return summarise(self, input_shape, dtype)

    def extra_repr(self) -> str:
        """Return what `repr` shows of the module itself, in one line."""
        return ""

    @reprlib.recursive_repr("...")  # a part may know its owner
    def __repr__(self) -> str:
        inside = [self.extra_repr()] if self.extra_repr() else []
        inside += [f"({name}): {child!r}" for name, child in self.named_children()]
        if not any(self.named_children()):
            return f"{type(self).__name__}({', '.join(inside)})"
        lines = "\n".join(inside).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {lines}\n)"

    def _label(self) -> str:
        """Return the name of the scope: ``conv1``, or ``Linear 0`` for one that has a number."""
        name = self._path.rpartition(".")[2]
        return name if name and not name.isdigit() else f"{type(self).__name__} {name}".rstrip()

    def _sign(self, error: ag.GlassgradError) -> None:
        """Put the name of the layer before a message that does not name one yet."""
        if not getattr(error, "layer", None) and error.args and isinstance(error.args[0], str):
            error.layer = self._path or type(self).__name__  # type: ignore[attr-defined]
            title = f"{type(self).__name__} {self._path}".rstrip()
            error.args = (f"{title}: {error.args[0]}", *error.args[1:])


class Handle:
    """What `Module.register_forward_hook` returns: it takes the hook away again."""

    def __init__(self, module: Module, hook: Hook) -> None:
        self._module = module
        self._hook = hook

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        hooks = list(self._module._hooks)
        with contextlib.suppress(ValueError):
            hooks.remove(self._hook)
        self._module._hooks = tuple(hooks)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


# Every module has its own `forward` and `extra_repr`, also as an attribute.
OWN = ("forward", "extra_repr", "training")
Module._taken = {
    **{name: TAKEN for name in dir(Module) if not name.startswith("_") and name not in OWN},
    "requires_grad": "a module is frozen by requires_grad_(False)",
    "grad": "gradients are those of parameters, and zero_grad() forgets them",
}
