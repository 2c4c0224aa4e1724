"""The plugin for pytest: the fixture ``gradcheck`` and the marker ``derivative``.

It stands outside of the packages because pytest imports it in every project of the environment:
nothing but pytest is imported here, and the engine with NumPy when a derivative is checked.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any
from unittest import TestCase

import pytest

MARKER = (
    "derivative(order=1, wrt=None, mode='reverse', ...): the test returns a function and its "
    "arguments, as in `return f, x, y`, and check_grad checks its derivatives with these options"
)


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker means."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(name="gradcheck", scope="session")  # so that it can be used with @given
def _gradcheck() -> Callable[..., Any]:
    """Check the derivatives of a function: `autograd.testing.check_grad`."""

    def gradcheck(f: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
        __tracebackhide__ = True
        from autograd.testing import check_grad

        return check_grad(f, *args, **options)

    return gradcheck


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a test of which pytest does not hand out the result."""
    if item.get_closest_marker("derivative") is None:
        return
    if not isinstance(item, pytest.Function) or (item.cls and issubclass(item.cls, TestCase)):
        _refuse(item, "is not a function or method of pytest's, so what it returns is lost")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a marked test and check what it returns."""
    marker = pyfuncitem.get_closest_marker("derivative")
    if marker is None:
        return None
    if marker.args:
        _refuse(pyfuncitem, "has options by position; write derivative(order=2)")
    wanted = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in wanted}
    _run(pyfuncitem, dict(marker.kwargs), arguments)
    return True


def _run(item: pytest.Function, options: dict[str, Any], arguments: dict[str, Any]) -> None:
    test = item.obj
    hypothesis = getattr(test, "hypothesis", None)  # what @given has made of a test
    inner = test if hypothesis is None else hypothesis.inner_test
    if inspect.iscoroutinefunction(inner) or inspect.isasyncgenfunction(inner):
        _refuse(
            item,
            "is asynchronous; await what it needs in a fixture, and return f and its arguments",
        )

    @wraps(inner)
    def checked(*args: Any, **kwargs: Any) -> None:
        _check(item, inner(*args, **kwargs), options)

    from autograd.errors import CheckError

    try:
        if hypothesis is None:
            checked(**arguments)
        else:
            hypothesis.inner_test = checked
            test(**arguments)
    except (CheckError, ExceptionGroup) as error:
        # Hypothesis may find several: here something wrong, and there a kink.
        failures = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
        if not all(isinstance(failure, CheckError) for failure in failures):
            raise
        text = "\n\n".join(map(_with_notes, failures))
    else:
        return
    finally:
        if hypothesis is not None:
            hypothesis.inner_test = inner
    pytest.fail(text, pytrace=False)


def _with_notes(error: Exception) -> str:
    return "\n".join([str(error), *getattr(error, "__notes__", [])])


def _check(item: pytest.Function, returned: Any, options: dict[str, Any]) -> None:
    from autograd.errors import CheckError, GlassgradError
    from autograd.testing import check_grad

    f, *args = returned if isinstance(returned, tuple) and returned else (returned,)
    if not callable(f):
        what = type(returned).__name__
        _refuse(item, f"returned {what}; return the function and its arguments: return f, x")
    known = list(inspect.signature(check_grad).parameters)[2:]
    for name in options:
        if name not in known:
            _refuse(item, f"has the option {name!r}; the options: {', '.join(known)}")
    try:
        check_grad(f, *args, **options)
    except CheckError:
        raise
    except GlassgradError as error:
        _refuse(item, f"cannot be checked: {error}")


def _refuse(item: pytest.Item, why: str) -> None:
    pytest.fail(f"derivative: {item.name} {why}", pytrace=False)
