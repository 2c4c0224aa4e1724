"""Optical flow: for each pixel of an image, how far to the right and down it is in the next one.

A flow is (2, H, W): the first channel is the motion to the right, the second that down, in pixels.
Where it is not known, both are NaN.
"""

from nn.data.flow.chairs import flying_chairs
from nn.data.flow.flo import read_flo, write_flo
from nn.data.flow.stereo import stereo_motorcycle

__all__ = ["flying_chairs", "read_flo", "stereo_motorcycle", "write_flo"]
