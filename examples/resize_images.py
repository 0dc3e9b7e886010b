"""Resize photos with Pillow: read a JPEG of 1280 × 960 pixels, and write a thumbnail.

Pillow decodes and resizes in C and releases the GIL meanwhile, so expect threads to use all CPUs. Processes can do the
same, but start more slowly, and each photo has to be sent to them.
"""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image

PHOTOS = 4
LARGE, SMALL = (1280, 960), (320, 240)


def items(size: int, seed: int) -> list[bytes]:
    """Return ``size`` JPEG files: 4 different photos, in turn."""
    random = Random(seed)
    photos = [photo(random) for _ in range(PHOTOS)]
    return [photos[number % PHOTOS] for number in range(size)]


def photo(random: Random) -> bytes:
    """Make a JPEG of soft random colours."""
    dots = Image.frombytes("RGB", (64, 48), random.randbytes(64 * 48 * 3))
    file = BytesIO()
    dots.resize(LARGE, Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
    return file.getvalue()


def do(photo: bytes) -> bytes:
    """Return the thumbnail of a photo, as a JPEG."""
    file = BytesIO()
    with Image.open(BytesIO(photo)) as image:
        image.resize(SMALL, Image.Resampling.LANCZOS).save(file, "JPEG")
    return file.getvalue()
