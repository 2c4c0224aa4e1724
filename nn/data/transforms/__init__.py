"""Random transforms of images, so that a network sees more of them than there are.

A cat that is shifted, or seen in other light, is still a cat, and a network learns that from cats
that are (decks 0 and 2).  Each transform is called with images and a generator, and returns new
ones; give one to `nn.data.Batches` or `nn.fit`.  Only what is learned from is transformed, not what
is judged by.
"""

from nn.data.transforms.joint import Joint
from nn.data.transforms.light import Brightness, ColorCast, Contrast, Gamma, Noise
from nn.data.transforms.pixels import Crop, Flip, Shift
from nn.data.transforms.sampling import Distort, Rotate, Scale
from nn.data.transforms.transform import Compose

__all__ = [
    "Brightness",
    "ColorCast",
    "Compose",
    "Contrast",
    "Crop",
    "Distort",
    "Flip",
    "Gamma",
    "Joint",
    "Noise",
    "Rotate",
    "Scale",
    "Shift",
]
