"""Data to learn from: sets of examples, mini-batches, transforms, and files that hold them."""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.data import playground, transforms
from nn.data.batches import Batches
from nn.data.cifar import cifar10, read_cifar10
from nn.data.csv import read_csv
from nn.data.dataset import Dataset
from nn.data.flow import flying_chairs, read_flo, stereo_motorcycle, write_flo
from nn.data.idx import mnist, read_idx
from nn.data.photographs import photograph
from nn.data.pictures import image_folder
from nn.data.samples import breast_cancer, digits, iris, moons
from nn.data.segmentation import class_weights, digit_scene_parts, digit_scenes, mask_folder
from nn.data.standardize import Standardize
from nn.data.stream import Stream
from nn.data.transforms import *


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import DATA

    raise missing("module 'nn.data'", name, DATA, __all__)


__all__ = [
    "Batches",
    "Dataset",
    "Standardize",
    "Stream",
    "breast_cancer",
    "cifar10",
    "class_weights",
    "digit_scene_parts",
    "digit_scenes",
    "digits",
    "flying_chairs",
    "image_folder",
    "iris",
    "mask_folder",
    "mnist",
    "moons",
    "photograph",
    "playground",
    "read_cifar10",
    "read_csv",
    "read_flo",
    "read_idx",
    "stereo_motorcycle",
    "write_flo",
]
__all__ += transforms.__all__
__all__.sort()
