"""How weights begin: random numbers of the right size.

A unit adds up its inputs.  If n numbers of variance 1 come in, and the weights have variance v, the
sum has variance n v.  Through many layers that factor is multiplied again and again, and signals,
or the gradients on their way back, grow without bound or die away.  So weights are drawn with a
variance of about 1 / n, where n is the *fan*: how many inputs a unit sees (``fan_in``), or, for the
way back, how many units see an input (``fan_out``).

A function whose name ends in ``_`` fills a tensor in place and returns it, as PyTorch's of that
name does.  Where that has a ``generator``, this has ``rng``: a seed, a generator to go on with, or
None for numbers that are different each time.
"""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.init.filling import (
    GAINS,
    Seed,
    blank,
    calculate_gain,
    constant_,
    fans,
    floating_dtype,
    generator,
    kaiming_normal_,
    kaiming_uniform_,
    lecun_normal_,
    lecun_uniform_,
    normal_,
    ones_,
    uniform_,
    xavier_normal_,
    xavier_uniform_,
    zeros_,
)
from nn.init.structured import dirac_, eye_, orthogonal_, sparse_, trunc_normal_

__all__ = [
    "GAINS",
    "Seed",
    "blank",
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "fans",
    "floating_dtype",
    "generator",
    "kaiming_normal_",
    "kaiming_uniform_",
    "lecun_normal_",
    "lecun_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import INIT

    raise missing("module 'nn.init'", name, INIT, [n for n in globals() if n.endswith("_")])
