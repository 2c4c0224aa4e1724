"""Random transforms of images, so that a network sees more of them than there are.

A cat that is shifted, or seen in other light, is still a cat, and a network learns that from cats
that are (decks 0 and 2).  Each transform is called with images and a generator, and returns new
ones; give one to `nn.data.Batches` or `nn.fit`.  Only what is learned from is transformed, not what
is judged by.
"""

from nn.data.transforms.compose import Compose
from nn.data.transforms.crops import Crop, Shift
from nn.data.transforms.distort import Distort
from nn.data.transforms.flip import Flip
from nn.data.transforms.geometry import Rotate, Scale
from nn.data.transforms.light import Brightness, ColorCast, Contrast, Gamma, Noise

__all__ = [
    "Brightness",
    "ColorCast",
    "Compose",
    "Contrast",
    "Crop",
    "Distort",
    "Flip",
    "Gamma",
    "Noise",
    "Rotate",
    "Scale",
    "Shift",
]
