"""Opening a photo: upright, RGB, first frame, no larger than is needed, and never at the mercy of the file.

Conventions: pictures are Pillow images in mode RGB; a scale is the side of the square whose area the picture is given.
Only formats that Pillow decodes by itself are tried (EPS, for one, would start another program). Pillow's own limit against
decompression bombs, about 89 million pixels, is an error here instead of a warning.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from imgext.errors import MissingInputError, SceneError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

#: Formats that are read, as Pillow names them.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "AVIF", "TGA", "ICO")
#: Pillow warns from here on; the same number is kept here, so that a program that switched the warning off is safe too.
MAX_PIXELS = 89_478_485
#: Areas at which the network looks: the squares of these sides.
SCALES = (224, 448, 640)
#: Longest side kept after opening; about twice what the largest scale needs.
KEEP = 1400
#: Width over height beyond which a picture is squeezed instead of being cut into a ribbon of single cells.
MAX_RATIO = 4.0


def open_photo(path: Path) -> Image:
    """Open a picture as upright RGB, downscaled to at most `KEEP` pixels a side.

    EXIF orientation is applied, CMYK, grey, palette and 16-bit pictures are converted, transparency is laid on white, and of an animation the
    first frame is taken.

    Raises
    ------
    MissingInputError
        When there is no such file.
    SceneError
        When it is no picture, is cut short, or holds more than `MAX_PIXELS`: one line, ``FILE: not a picture that can be read: ...``.
    """
    if not path.is_file():
        raise MissingInputError(f"{path}: no such picture")
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow grumbles about odd metadata, which is not used
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.init()
            known = [name for name in FORMATS if name in Image.OPEN]  # AVIF, for one, is not in every build of Pillow
            with Image.open(path, formats=known) as opened:
                _measure(opened)
                opened.draft("RGB", (KEEP, KEEP))  # a JPEG is decoded at 1/2, 1/4 or 1/8 where that is enough
                opened.seek(0)
                opened.load()
                picture = _rgb(opened)
                picture.thumbnail((KEEP, KEEP), Image.Resampling.BICUBIC, reducing_gap=2.0)
                orientation = opened.getexif().get(0x0112, 1)
                picture.getexif()[0x0112] = orientation
                return ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise SceneError(f"{path}: not a picture that can be read: at most {MAX_PIXELS} pixels are opened ({error})") from error
    except UnidentifiedImageError as error:
        raise SceneError(f"{path}: not a picture that can be read: none of {', '.join(FORMATS)}") from error
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, ArithmeticError, MemoryError) as error:
        # a broken file can make Pillow's decoders raise any of these
        raise SceneError(f"{path}: not a picture that can be read: {' '.join(str(error).split()) or type(error).__name__}") from error


def _measure(opened: Image) -> None:
    from PIL import Image

    if opened.width * opened.height > MAX_PIXELS:
        raise Image.DecompressionBombError(f"{opened.width} x {opened.height} pixels")


def _rgb(opened: Image) -> Image:
    from PIL import Image

    if opened.mode.startswith("I") or opened.mode == "F":  # 16 and 32 bits a sample, which convert() would clip at 255
        values = np.asarray(opened, np.float64)
        top = max(65535.0 if opened.mode.startswith("I") and values.max() > 255 else 255.0, float(values.max()))
        return Image.fromarray(np.rint(np.clip(values, 0, None) * (255 / top)).astype(np.uint8)).convert("RGB")
    if opened.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in opened.info:
        picture = opened.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        return ground.convert("RGB")
    return opened.convert("RGB") if opened.mode != "RGB" else opened.copy()


def cells_of(width: int, height: int, scale: int) -> tuple[int, int]:
    """Rows and columns of 32-pixel cells that a picture gets at a scale.

    >>> cells_of(640, 480, 448)
    (12, 16)
    """
    ratio = min(max(width / height, 1 / MAX_RATIO), MAX_RATIO)
    return max(1, round(scale / math.sqrt(ratio) / 32)), max(1, round(scale * math.sqrt(ratio) / 32))


def network_input(picture: Image, scale: int) -> NDArray[np.float32]:
    """The picture as the network takes it: (3, rows, columns), ``(rgb - 127) / 128``, sides multiples of 32, area about ``scale ** 2``."""
    from PIL import Image

    rows, columns = cells_of(picture.width, picture.height, scale)
    small = picture.resize((columns * 32, rows * 32), Image.Resampling.BICUBIC)
    x = (np.asarray(small, np.float32) - np.float32(127)) / np.float32(128)
    return np.ascontiguousarray(x.transpose(2, 0, 1))
