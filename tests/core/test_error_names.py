"""An error names the function that was called, never one inside, and is one line."""

import inspect
import traceback
import warnings

import numpy as np
import pytest

import autograd as ag
from autograd.core import calls as core_calls
from tests.calls import Call, calls, functions, wrong_calls

ALIASES = {
    "abs": "absolute",
    "degrees": "rad2deg",
    "pow": "power",
    "mod": "remainder",
    "radians": "deg2rad",
    "true_divide": "divide",
}


def outcome(call: Call) -> Exception | None:
    """Return the error of a call, or None."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            call()
        except Exception as error:
            return error
    return None


def complaint(call: Call, error: Exception) -> str | None:
    """Return what is wrong with the error of a call, or None."""
    name = call.name.removeprefix("t.").removeprefix("linalg.")
    first, colon, _ = str(error).partition(": ")
    if not isinstance(error, (ag.GlassgradError, np.linalg.LinAlgError)):
        # NumPy refuses what it does not hand to a tensor at all in words of its own.
        ours = any(
            "autograd" in frame.filename for frame in traceback.extract_tb(error.__traceback__)
        )
        return "bare" if ours or not call.name.startswith("np.") else None
    if not colon or first not in (name, ALIASES.get(name)):
        return "named otherwise"
    return "too long" if "\n" in str(error) or len(str(error)) > 500 else None


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.name)
def test_a_right_call_is_right(call):
    assert outcome(call) is None


@pytest.mark.parametrize("call", calls(), ids=lambda call: call.name)
def test_a_wrong_call_is_refused_in_one_line_that_names_the_function(call):
    errors = {repr(wrong): (wrong, outcome(wrong)) for wrong in wrong_calls(call)}
    refused = {text: pair for text, pair in errors.items() if pair[1] is not None}
    assert refused
    bad = {
        text: (complaint(wrong, error), error)
        for text, (wrong, error) in refused.items()
        if complaint(wrong, error)
    }
    assert not bad, "\n".join(f"{k}: {why}: {e!r}" for k, (why, e) in bad.items())


def test_every_public_function_is_called():
    assert len(functions()) > 90


def test_an_error_without_a_text_stays_as_it_is():
    assert core_calls.renamed(ag.GradientError(), "f").args == ()


def test_a_call_that_fits_the_signature_and_fails_is_reported_too():
    error = core_calls.wrong_call("f", inspect.signature(lambda x: x), (1.0,), {})
    assert str(error) == "f: cannot be called with these arguments"
