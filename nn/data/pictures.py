"""Photographs and drawings in files: a folder for each class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import check_regular, shown
from autograd.core.messages import one_line
from nn.checks import at_least_one, boolean, import_extra
from nn.data.dataset import Dataset
from nn.data.files import as_folder, from_bytes
from nn.errors import DataError

# Files and folders that operating systems put everywhere, in small letters.
SYSTEM = (
    *("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir"),
    *("$recycle.bin", "system volume information"),
)
TOO_DEEP = ("I", "F")  # how the names of modes begin that have more than 8 bits for a number


@called
def image_folder(
    path: str | os.PathLike[str],
    size: int | tuple[int, int] | None = None,
    grayscale: bool = False,
) -> Dataset:
    """Read images from a folder that has a folder for each class.

    Classes and files are in the order of their names.  Names that begin with a dot are passed
    over, and what operating systems put into folders, such as ``Thumbs.db``.

    Parameters
    ----------
    path : str or path
    size : int or pair of int, optional
        The height and width that every image is scaled to.  By default all must be of one size.
    grayscale : bool
        Whether the images become grey, with one channel, in place of three for red, green, blue.

    Returns
    -------
    Dataset
        Inputs (N, channels, height, width) float32 from 0, black, to 1; targets (N,).

    Raises
    ------
    nn.DataError
        If a file cannot be read as an image, or is of another size than the first, by its name; if
        a class has no images, or there are no classes.
    autograd.MissingError
        If the package pillow is not installed.
    OSError
        If there is no such folder.

    Examples
    --------
    >>> import nn, os, tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, colour in (("day", "white"), ("night", "black")):
    ...         os.mkdir(os.path.join(folder, name))
    ...         Image.new("RGB", (6, 4), colour).save(os.path.join(folder, name, "1.png"))
    ...     nn.data.image_folder(folder)
    Dataset of 2 examples: inputs (3, 4, 6) float32, targets () int64, classes day, night
    """
    boolean("image_folder", grayscale=grayscale)
    check_pillow("image_folder")
    sides = as_sides("image_folder", size)
    folder = as_folder("image_folder", path)
    classes = [entry for entry in entries(folder) if entry.is_dir()]
    if not classes:
        raise DataError(f"image_folder: {shown(folder)} has no folders, one for each class")
    images: list[Any] = []
    labels: list[int] = []
    for label, kind in enumerate(classes):
        found = [as_bytes("image_folder", file, sides, grayscale) for file in entries(kind)]
        if not found:
            raise DataError(f"image_folder: {shown(kind)} has no images; remove it, or fill it")
        check_sizes("image_folder", entries(kind), found, (images or found)[0])
        images += found
        labels += [label] * len(found)
    return from_bytes(np.stack(images), np.array(labels), [kind.name for kind in classes])


def entries(folder: Path) -> list[Path]:
    """Return what is in a folder, without hidden files and those of operating systems."""
    found = (entry for entry in folder.iterdir() if not entry.name.startswith("."))
    return sorted(entry for entry in found if entry.name.casefold() not in SYSTEM)


def as_sides(owner: str, size: Any) -> tuple[int, int] | None:
    """Read a size as a height and a width."""
    if size is None:
        return None
    sides = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    if len(sides) != 2:
        raise ag.OptionError(f"{owner}: size={one_line(size)} must be a height and a width")
    for side in sides:
        at_least_one(owner, size=side)
    return int(sides[0]), int(sides[1])


def as_bytes(owner: str, path: Path, sides: tuple[int, int] | None, grayscale: bool) -> ag.Array:
    """Return the bytes of an image, (channels, height, width)."""
    with picture(owner, path) as found:
        if found.mode.startswith(TOO_DEEP):
            raise ValueError(f"its mode {found.mode} has more than 8 bits; convert it first")
        upright = import_extra(owner, "PIL.ImageOps", "pillow", "images").exif_transpose(found)
        found = upright.convert("L" if grayscale else "RGB")
        if sides is not None:
            found = found.resize(sides[::-1], check_pillow(owner).Resampling.BILINEAR)
        pixels = np.asarray(found)
    return pixels[None] if grayscale else np.moveaxis(pixels, 2, 0)


@contextmanager
def picture(owner: str, path: Path) -> Iterator[Any]:
    """Open an image, for as long as ``with`` lasts; what goes wrong is said in one line."""
    library = check_pillow(owner)
    if path.is_dir():
        raise DataError(f"{owner}: {shown(path)} is a folder among images; move it away")
    check_regular(owner, path, DataError)
    try:
        with library.open(path) as file:
            yield file
    except Exception as error:  # the library has errors of its own kind
        if isinstance(error, library.UnidentifiedImageError):
            raise DataError(f"{owner}: {shown(path)} is not an image; move it away") from None
        reason = one_line(error, 100, str)
        raise DataError(f"{owner}: {shown(path)} cannot be read: {reason}") from None


def check_pillow(owner: str) -> Any:
    """Return the library that reads images."""
    return import_extra(owner, "PIL.Image", "pillow", "images")


def check_sizes(owner: str, files: list[Path], images: list[Any], first: Any) -> None:
    """Refuse an image of another size than the first."""
    for file, image in zip(files, images, strict=True):
        if image.shape[-2:] != first.shape[-2:]:
            one, other = (" x ".join(map(str, x.shape[-2:])) for x in (image, first))
            raise DataError(
                f"{owner}: {shown(file)} is of {one}, and the first image of {other}; scale all to "
                "one size, as by size=64"
            )
