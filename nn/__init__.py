"""Networks built from nothing but the engine's public functions.

So far: the lectures' losses.
"""

from nn.losses import binary_cross_entropy, cross_entropy, mse_loss

__all__ = ["binary_cross_entropy", "cross_entropy", "mse_loss"]
