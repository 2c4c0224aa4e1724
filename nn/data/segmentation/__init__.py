"""Images with a class for every pixel: scenes that are made, files, and weights of the classes."""

from nn.data.segmentation.balance import class_weights
from nn.data.segmentation.masks import mask_folder
from nn.data.segmentation.scenes import digit_scene_parts, digit_scenes

__all__ = ["class_weights", "digit_scene_parts", "digit_scenes", "mask_folder"]
