"""The seeds from which a training is repeated, and how a table says so."""

from __future__ import annotations


def seeds(quick: bool) -> range:
    """Return 0, 1 and 2; quick, 0 alone."""
    return range(1 if quick else 3)


def means_of(quick: bool) -> str:
    """Return how the numbers of a table come about."""
    return "seed 0 alone" if quick else "means of seeds 0 to 2"
