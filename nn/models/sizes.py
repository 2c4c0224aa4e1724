"""How many channels a network has that is to be narrower than its slide."""

from __future__ import annotations

from nn.checks import above_zero


def scaled(owner: str, channels: int, width: float, groups: int = 1) -> int:
    """Return the channels times the width, at least one, in as many equal groups.

    Examples
    --------
    >>> from nn.models.sizes import scaled
    >>> scaled("AlexNet", 96, 0.25), scaled("AlexNet", 96, 0.001), scaled("AlexNet", 100, 0.05, 2)
    (24, 1, 4)
    """
    above_zero(owner, width=width)
    return max(1, round(channels * width / groups)) * groups
