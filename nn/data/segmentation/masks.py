"""Images and their masks in files: two folders, whose files have the same names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import shown
from nn.checks import boolean
from nn.data.dataset import Dataset
from nn.data.files import as_folder, from_bytes
from nn.data.pictures import as_bytes, as_sides, check_pillow, check_sizes, entries, picture
from nn.errors import DataError

NUMBERS = ("1", "L", "P", "I;16")  # modes of images that have one number for each pixel


@called
def mask_folder(
    images: str | os.PathLike[str],
    masks: str | os.PathLike[str],
    size: int | tuple[int, int] | None = None,
    grayscale: bool = False,
    classes: Sequence[str] = (),
) -> Dataset:
    """Read images from one folder, and from another the class of each of their pixels.

    ``street.jpg`` has its mask in ``street.png``: an image with a palette, or a grey one, whose
    numbers are the classes.  A number for "unknown", often 255, stays as it is; give it to the loss
    and to the metrics as ``ignore_index=255``.

    Parameters
    ----------
    images, masks : str or path
    size : int or pair of int, optional
        The height and width that all are scaled to, masks by the nearest pixel.  By default all
        must be of one size.
    grayscale : bool
        Whether the images become grey, with one channel, in place of three for red, green, blue.
    classes : sequence of str
        What the classes are called.

    Returns
    -------
    Dataset
        Inputs (N, channels, height, width) float32 from 0, black, to 1; targets (N, height, width)
        int64.

    Raises
    ------
    nn.DataError
        If a file cannot be read, is of another size than the first, or has no partner, by its name;
        if a mask has colours or is a JPEG file, which does not keep numbers; if there are no files.
    autograd.MissingError
        If the package pillow is not installed.
    OSError
        If there is no such folder.

    Examples
    --------
    >>> import nn, os, tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, mode in (("images", "RGB"), ("masks", "L")):
    ...         os.mkdir(os.path.join(folder, name))
    ...         Image.new(mode, (6, 4)).save(os.path.join(folder, name, "1.png"))
    ...     nn.data.mask_folder(os.path.join(folder, "images"), os.path.join(folder, "masks"))
    Dataset of 1 example: inputs (3, 4, 6) float32, targets (4, 6) int64
    """
    boolean("mask_folder", grayscale=grayscale)
    check_pillow("mask_folder")
    sides = as_sides("mask_folder", size)
    pictures, partners = (_by_name(folder) for folder in (images, masks))
    _check_pairs(pictures, partners)
    inputs = [as_bytes("mask_folder", file, sides, grayscale) for file in pictures]
    targets = [_numbers(file, sides) for file in partners]
    check_sizes("mask_folder", pictures, inputs, inputs[0])
    check_sizes("mask_folder", partners, targets, inputs[0])
    return from_bytes(np.stack(inputs), np.stack(targets), classes)


def _by_name(folder: str | os.PathLike[str]) -> list[Path]:
    found = entries(as_folder("mask_folder", folder))
    return sorted(found, key=lambda file: file.stem)


def _check_pairs(images: list[Path], masks: list[Path]) -> None:
    """Refuse files that have no partner, or several."""
    for files, others, what in ((images, masks, "mask"), (masks, images, "image")):
        names = Counter(file.stem for file in others)
        for file in files:
            if names[file.stem] != 1:
                number = "several files" if file.stem in names else f"no {what}"
                raise DataError(f"mask_folder: {shown(file)} has {number} of its name beside it")
    if not images:
        raise DataError("mask_folder: there are no files in the folder of images")


def _numbers(path: Path, sides: tuple[int, int] | None) -> ag.Array:
    """Return the classes of a mask, (height, width)."""
    with picture("mask_folder", path) as found:
        if found.mode not in NUMBERS:
            raise ValueError(
                f"a mask has one number for each pixel, and not colours of mode {found.mode}"
            )
        if found.format == "JPEG":
            raise ValueError("JPEG does not keep numbers; save masks as PNG")
        if sides is not None:
            found = found.resize(sides[::-1], check_pillow("mask_folder").Resampling.NEAREST)
        return np.asarray(found).astype(np.int64)
