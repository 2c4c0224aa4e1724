"""How many examples Hypothesis tries: locally, in continuous integration, and overnight."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

from autograd.core.calls import called
from autograd.errors import UnsupportedError

# Without Hypothesis' explanations, which would name lines of the checks, and take most of the time.
COMMON = settings(
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
SLOW = [HealthCheck.too_slow]

PROFILES = {
    "dev": settings(COMMON, max_examples=30),
    "ci": settings(COMMON, max_examples=60, derandomize=True, suppress_health_check=SLOW),
    "nightly": settings(COMMON, max_examples=1000),
}


@called
def load_profile(name: str | None = None) -> str:
    """Choose how many examples Hypothesis tries; one line in a ``conftest.py``.

    No profile has a deadline, because the first call of a function is slow and a machine is not
    always idle.  All print the ``@reproduce_failure`` line of a failing example.

    Parameters
    ----------
    name : {"dev", "ci", "nightly"}, optional
        30 examples; 60, the same ones in every run; or 1,000.  By default the environment variable
        ``HYPOTHESIS_PROFILE`` says it, or else it is "ci" if ``CI`` is set and "dev" otherwise.

    Returns
    -------
    str
        The name of the profile.

    Raises
    ------
    UnsupportedError
        If there is no profile of that name.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.testing.load_profile("fast")
    Traceback (most recent call last):
        ...
    autograd.errors.UnsupportedError: load_profile: 'fast' is unknown; choose dev, ci, nightly
    """
    default = "ci" if os.environ.get("CI") else "dev"
    name = name or os.environ.get("HYPOTHESIS_PROFILE") or default
    if name not in PROFILES:
        raise UnsupportedError(f"load_profile: {name!r} is unknown; choose {', '.join(PROFILES)}")
    settings.register_profile(f"glassgrad-{name}", PROFILES[name])
    settings.load_profile(f"glassgrad-{name}")
    return name
