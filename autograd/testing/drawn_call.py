"""One call of a primitive under test, and what the checks of the battery need of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd.core import gradients
from autograd.core.apply import apply
from autograd.core.messages import one_line
from autograd.core.primitive import Primitive
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array, DTypeLike
from autograd.core.vjp import rule_result
from autograd.errors import CheckError, GradientMismatch, InconclusiveCheck
from autograd.ir.numerics import near_elements
from autograd.testing.function import as_vector, random_signs
from autograd.testing.input_specs import Call, inputs_text
from autograd.testing.primitive_map import Application, differentiable
from autograd.testing.report import FAIL, INCONCLUSIVE, Report
from autograd.testing.rounding import gradient_bound

WHERE = "domain=ag.Domain(low, high)"
__tracebackhide__ = True  # pytest then shows the line of the test, and the report


@dataclass(frozen=True)
class DrawnCall:
    """One call of a primitive, and what checks need of it."""

    primitive: Primitive
    call: Call
    edge: Call  # one with empty arrays
    seed: int
    reference: Callable[..., Any] | None
    reports: list[Report] = field(default_factory=list)

    @cached_property
    def active(self) -> list[int]:
        """The positions of the inputs that are differentiated."""
        return differentiable(self.primitive, self.call.args)

    @cached_property
    def of(self) -> Application:
        """The call as a map."""
        return self.application(self.call.args)

    @cached_property
    def at(self) -> list[Array]:
        """The values of the inputs that are differentiated."""
        return self.of.start()

    @cached_property
    def value(self) -> Array:
        """The result of the forward rule."""
        return np.asarray(self.primitive.forward(*self.call.args, **self.call.params))

    def check_value(self) -> None:
        """Refuse a call whose value is not finite: there is no derivative to check."""
        bad = ~np.isfinite(self.value)
        if bad.any():
            reason = f"the value is {self.value[bad][0]}; declare where it exists: {WHERE}"
            raise InconclusiveCheck(self.fail("value", reason, verdict=INCONCLUSIVE).report)

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """Make any error in the block, raised by a rule, a failure of the check like any other."""
        try:
            yield
        except CheckError:
            raise
        except Exception as error:
            reason = f"{what}: {type(error).__name__}: {one_line(error, 200, str)}"
            raise self.fail("error", reason) from error

    @property
    def elementwise(self) -> bool:
        """Whether it seems that each element of the result has its own elements of the inputs."""
        p = self.primitive
        if p.arity is None or p.spec.signature is not None or self.call.params:
            return False
        try:
            together = np.broadcast_shapes(*map(np.shape, self.call.args))
        except ValueError:  # inputs that have nothing to do with each other, such as an index
            return False
        return bool(self.value.shape == together)

    @property
    def cotangent(self) -> Array:
        """A random cotangent, always the same, in a fresh array, as a rule may change it."""
        return np.asarray(random_signs(self.value.shape, self.rng)).astype(self.value.dtype)

    @cached_property
    def gradients(self) -> list[Array]:
        """The gradients for that cotangent."""
        return self.pull(self.call.args, self.cotangent)

    @cached_property
    def allowed(self) -> list[Array]:
        """How much rounding may change each element of the gradients."""
        return gradient_bound(self.of, self.at, as_vector([self.cotangent]), self.rng)

    @property
    def rng(self) -> np.random.Generator:
        """A fresh generator, the same for every check."""
        return np.random.default_rng(self.seed)

    def elsewhere(self, call: Call) -> DrawnCall:
        """Return another call of the primitive, with reports of its own."""
        return DrawnCall(self.primitive, call, self.edge, self.seed, self.reference)

    def application(self, args: Sequence[Any]) -> Application:
        """Return the same call on other inputs, as a map."""
        return Application("battery", self.primitive, tuple(args), self.call.params, self.active)

    def on_leaves(self) -> tuple[list[Tensor], list[Any]]:
        """Return fresh leaves of the active inputs, and all inputs with these among them."""
        leaves = [Tensor(x, requires_grad=True) for x in self.at]
        inputs = list(self.call.args)
        for i, leaf in zip(self.active, leaves, strict=True):
            inputs[i] = leaf
        return leaves, inputs

    def on_active(self, f: Callable[[Any], Any], args: Sequence[Any]) -> list[Any]:
        """Return inputs with the differentiated ones replaced by a function of them."""
        return [f(x) if i in self.active else x for i, x in enumerate(args)]

    def pull(self, args: Sequence[Any], cotangent: ArrayLike) -> list[Array]:
        """Run forwards and backwards through the engine."""
        leaves = self.on_active(lambda x: Tensor(x, requires_grad=True), args)
        out = apply(self.primitive, tuple(leaves), self.call.params)
        wanted = [leaves[i] for i in self.active]
        return [np.asarray(g) for g in gradients.pull([out], wanted, [cotangent])]

    def rules(
        self, args: Sequence[Any], out: Array | np.generic[Any], cotangent: Array | np.generic[Any]
    ) -> list[Any]:
        """Call the bare rules, one by one, without the engine around them."""
        params = self.call.params
        return [rule_result(self.primitive, i, cotangent, out, args, params) for i in self.active]

    def astype(self, dtype: DTypeLike) -> list[Any]:
        """Return the inputs with the differentiated ones in another dtype."""
        return self.on_active(lambda x: np.asarray(x).astype(dtype)[()], self.call.args)

    def fail(self, check: str, reason: str, verdict: str = FAIL, **found: Any) -> GradientMismatch:
        """Make the error of a check."""
        inputs, name = inputs_text(self.primitive, self.call), self.primitive.name
        return GradientMismatch(Report(verdict, name, check, reason, inputs=inputs, **found))

    def compare(
        self,
        check: str,
        reason: str,
        got: Sequence[Any],
        expected: Sequence[Any],
        allowed: Sequence[Array] | None = None,
    ) -> None:
        """Raise where two lists of gradients differ, or differ by more than ``allowed``."""
        for place, (g, e) in enumerate(zip(got, expected, strict=True)):
            g, e = np.asarray(g), np.asarray(e)
            bound = np.zeros(e.shape) if allowed is None else allowed[place]
            right = near_elements(g, e, atol=bound)
            if right.all():
                continue
            index = tuple(int(i) for i in np.argwhere(~right)[0])
            slot = self.of.slots[place]
            raise self.fail(
                check,
                reason,
                argument=slot.position,
                name=slot.name,
                index=index,
                analytic=float(g[index]),
                numeric=float(e[index]),
                error=float(bound[index]) if allowed is not None else None,
            )
