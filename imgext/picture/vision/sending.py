"""Make the picture that is sent: upright, at most 1024 pixels a side.

It is a JPEG of its own without anything that the photo's file carried.

No EXIF, place, comment or colour profile leaves the machine. The same photo gives the same bytes with the
same release of Pillow; their SHA-256 stands in the scene.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

#: Longest side in pixels, and Pillow's JPEG quality: what vision models look at anyway, in 100 to 300 kB.
LONGEST, QUALITY = 1024, 85
TYPE = "image/jpeg"


@dataclass(frozen=True)
class Sent:
    """A picture on its way: bytes, their SHA-256, width and height in pixels."""

    data: bytes = field(repr=False)
    sha256: str
    size: tuple[int, int]


def sent_size(width: int, height: int) -> tuple[int, int]:
    """Width and height in pixels of what is sent of a picture.

    >>> sent_size(4000, 3000), sent_size(640, 480), sent_size(5000, 2)
    ((1024, 768), (640, 480), (1024, 1))
    """
    longest = max(width, height)
    if longest <= LONGEST:
        return width, height
    return max(1, round(width * LONGEST / longest)), max(1, round(height * LONGEST / longest))


def sent_picture(picture: Picture) -> Sent:
    """Make what is sent of a picture from `imgext.picture.photo.open_photo`."""
    from PIL import Image

    bare = Image.new("RGB", picture.size)
    bare.paste(picture)  # the pixels and nothing else
    if bare.size != sent_size(*bare.size):
        bare = bare.resize(sent_size(*bare.size), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    bare.save(stream, "JPEG", quality=QUALITY)
    data = stream.getvalue()
    return Sent(data, hashlib.sha256(data).hexdigest(), bare.size)
