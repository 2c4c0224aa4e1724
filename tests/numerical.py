"""An independent derivative: central differences, extrapolated until they agree.

It knows nothing of the engine.  A ladder of step sizes is combined by Richardson's rule, and the
entry whose neighbours agree best is taken, with their disagreement as its error.
"""

import numpy as np

RUNGS = 8
FIRST_STEP = 0.02


def slope(f, x, v):
    """Return (d/dh f(x + h v) at 0, its error), elementwise; x and v are lists of arrays."""

    def along(h):
        return np.asarray(f(*(a + h * b for a, b in zip(x, v, strict=True))), dtype=float)

    best = error = None
    previous: list[np.ndarray] = []
    for k in range(RUNGS):
        h = FIRST_STEP / 2**k
        row = [(along(h) - along(-h)) / (2 * h)]
        for order, coarse in enumerate(previous, 1):
            row.append(row[-1] + (row[-1] - coarse) / (4**order - 1))
        for order in range(1, len(row)):
            disagreement = np.maximum(
                abs(row[order] - row[order - 1]), abs(row[order] - previous[order - 1])
            )
            if best is None:
                best, error = row[order], disagreement
            else:
                better = disagreement < error
                best = np.where(better, row[order], best)
                error = np.where(better, disagreement, error)
        previous = row
    return best, error


def assert_pullback(f, x, pull, rng):
    """Check <ct, J v> against <J^T ct, v> for a random direction v and cotangent ct.

    ``pull(ct)`` returns the cotangent of each array in ``x``.
    """
    x = [np.asarray(a, dtype=float) for a in x]
    v = [_random(rng, a.shape) for a in x]
    pushed, error = slope(f, x, v)
    ct = _random(rng, pushed.shape)
    pulled = pull(ct[()])
    for a, g in zip(x, pulled, strict=True):
        assert np.shape(g) == a.shape
    numeric = np.sum(ct * pushed)
    analytic = sum(np.sum(g * b) for g, b in zip(pulled, v, strict=True))
    size = np.sum(abs(ct * pushed)) + sum(
        np.sum(abs(g * b)) for g, b in zip(pulled, v, strict=True)
    )
    tolerance = np.sum(abs(ct) * error) + 1e-8 * size + 1e-10
    assert abs(numeric - analytic) <= tolerance, f"numeric {numeric}, analytic {analytic}"


def _random(rng, shape):
    return rng.uniform(0.5, 1.0, shape) * rng.choice([-1.0, 1.0], shape)
