"""What is wrong with an error: it is bare, of several lines, too long, or has another name."""

import numpy as np

import autograd as ag

LONGEST = 500


def wrong_with(error: BaseException, *names: str) -> str | None:
    """Return what is wrong with an error; with names, it must begin with one of them."""
    text = str(error)
    if not isinstance(error, (ag.GlassgradError, OSError, np.linalg.LinAlgError)):
        return f"bare {type(error).__name__}: {text[:LONGEST]}"
    if len(text) > LONGEST or not text.isprintable():
        return f"not one short line: {text[:LONGEST]!r}"
    if names and text.partition(": ")[0] not in names:
        return f"does not name {names[0]}: {text}"
    return None
