"""Open a photo: upright, RGB, first frame, never at the mercy of the file.

Conventions: pictures are Pillow images in mode RGB; a scale is the side of the square whose area the picture
is given. Only formats that Pillow decodes by itself are tried (EPS, for one, would start another program),
and of a file only what `imgext.picture.sifting` lets through. How many pixels are opened depends on what
decoding costs: about `BUDGET` bytes are spent on a picture, whatever its file says.
"""

from __future__ import annotations

import importlib.util
import io
import math
import struct
import warnings
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from imgext.errors import MissingInputError, SceneError
from imgext.picture import sifting
from imgext.store.files import open_file

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

#: Formats that are read, as Pillow names them.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "JPEG2000", "AVIF", "TGA", "ICO")
#: Pillow warns from here on; the same number is kept here, so that a program that switched the warning off is
#: safe too.
MAX_PIXELS = 89_478_485
#: Bytes of memory that decoding may take.
BUDGET = 200 << 20
#: What a pixel costs while it is decoded, in bytes: measured, by format; by mode where the decoder needs
#: nothing but the picture.
COSTS = {"WEBP": 17, "AVIF": 10, "HEIF": 10, "JPEG2000": 20, "TIFF": 8}
COST, MODES = 4, {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
#: Bytes of a file, where the decoder reads it piece by piece, and where all of it is held.
MOST_BYTES, MOST_HELD = 512 << 20, 96 << 20
#: Passes over a JPEG; encoders make about ten, and each costs time.
MOST_SCANS = 30
#: Areas at which the network looks: the squares of these sides.
SCALES = (224, 448, 640)
#: Longest side kept after opening: what a vision model is sent; and what the largest scale needs of a 3:2
#: picture, with a little to spare, for which a 12-megapixel JPEG is decoded at a quarter.
KEEP, ENOUGH = 1024, 1000
#: Pixels that are converted at a time.
TILE = 1 << 20
#: Width over height beyond which a picture is squeezed instead of being cut into a ribbon of single cells.
MAX_RATIO = 4.0
#: Share of a picture of floats that may be brighter than white, as lights are; else white is not 1.
HIGHLIGHTS = 0.05
#: How files begin that are taken for photos and are none, and what to say of them.
OTHERS = (
    (b"", "the file is empty"),
    (b"<", "it is text, as SVG and HTML are; export a drawing as PNG first"),
    (b"%PDF", "it is a PDF; export a page as PNG first"),
    (
        b"II*\0",
        "it is a TIFF that Pillow does not know, such as one of colours as floats; save it with 16 bits",
    ),
    (
        b"MM\0*",
        "it is a TIFF that Pillow does not know, such as one of colours as floats; save it with 16 bits",
    ),
    (b"8BPS", "it is a Photoshop file; export it as JPEG first"),
)
#: Brands of ISO media files that hold HEVC pictures.
HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


def open_photo(path: Path, keep: int = KEEP) -> Image:
    """Open a picture as upright RGB, at most `keep` pixels a side (`KEEP` or less).

    EXIF orientation is applied, CMYK, grey, palette and 16-bit pictures are converted, transparency is laid
    on white, and of an animation the first frame is taken.

    Raises
    ------
    MissingInputError
        When there is no such file.
    SceneError
        When it is no picture, is cut short, or would cost more than `BUDGET`: one line, ``FILE: not a picture
        that can be read: ...``.
    """
    if path.is_dir():
        raise SceneError(f"{path}: not a picture that can be read: it is a folder")
    if not path.is_file():
        raise MissingInputError(f"{path}: no such picture")
    from PIL import Image, UnidentifiedImageError

    head = b""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow grumbles about odd metadata, which is not used
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            Image.init()
            known = [
                name for name in FORMATS if name in Image.OPEN
            ]  # AVIF, for one, is not in every build of Pillow
            with open_file(path) as stream:
                head = stream.read(32)
                if _is_heif(head) and importlib.util.find_spec("pillow_heif") is not None:
                    known.append(_with_heif())
                sifted = _sifted(stream, head, path.stat().st_size)
                stream.seek(0)
                with Image.open(io.BytesIO(sifted.data) if sifted else stream, formats=known) as opened:
                    _measure(opened)
                    full = opened.size
                    fine = max(1.0, max(full) / keep)
                    opened.draft(
                        "RGB", (max(1, int(full[0] / fine)), max(1, int(full[1] / fine)))
                    )  # a JPEG is decoded at 1/2, 1/4 or 1/8
                    opened.seek(0)
                    _afford(opened, sifted, full)
                    opened.load()
                    picture = _reduced(opened)
                    orientation = sifted.orientation if sifted else _orientation(opened)
                picture.thumbnail((keep, keep), Image.Resampling.BICUBIC, reducing_gap=None)
                return (
                    picture.transpose(Image.Transpose(_TURNS[orientation]))
                    if orientation in _TURNS
                    else picture
                )
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise SceneError(
            f"{path}: not a picture that can be read: at most {MAX_PIXELS} pixels are opened ({error})"
        ) from error
    except UnidentifiedImageError as error:
        raise SceneError(f"{path}: not a picture that can be read: {_other(head)}") from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        EOFError,
        ArithmeticError,
        MemoryError,
        struct.error,
    ) as error:
        # a broken file can make Pillow's decoders raise any of these
        raise SceneError(
            f"{path}: not a picture that can be read: "
            f"{' '.join(str(error).split())[:300] or type(error).__name__}"
        ) from error


#: By EXIF's orientation the number of Pillow's turn that undoes it: mirrored, upside down, both, and the four
#: that lie on a side.
_TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def _sifted(stream: BinaryIO, head: bytes, size: int) -> sifting.Sifted | None:
    """Return the file without what is not picture, or check it where it must stay."""
    held = head.startswith((sifting.JPEG, sifting.PNG)) or head[8:12] == b"WEBP" or head[4:8] == b"ftyp"
    if size > (MOST_HELD if held else MOST_BYTES):
        raise ValueError(f"the file has {size} bytes; up to {MOST_HELD if held else MOST_BYTES} are read")
    stream.seek(0)
    if head.startswith(sifting.JPEG):
        return sifting.sift_jpeg(stream.read())
    if head.startswith(sifting.PNG):
        return sifting.sift_png(stream.read())
    fault = sifting.tiff_fault(stream)
    if fault:
        raise ValueError(fault)
    return None


def _other(head: bytes) -> str:
    """What a file is that Pillow does not know, by its first bytes."""
    if _is_heif(head):
        return "it is HEIC, as iPhones take them; install the extra imgext[heif], or save it as JPEG first"
    begun = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    said = next((words for start, words in OTHERS if (begun.startswith(start) if start else not head)), "")
    return said or f"none of {', '.join(FORMATS)}"


def _is_heif(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in HEIF


def _with_heif() -> str:
    """Let Pillow read HEIF by the extra ``imgext[heif]``; the format's name."""
    import pillow_heif  # type: ignore[import-not-found,unused-ignore]

    pillow_heif.register_heif_opener(thumbnails=False)
    return "HEIF"


def _measure(opened: Image) -> None:
    from PIL import Image

    if opened.width * opened.height > MAX_PIXELS:
        raise Image.DecompressionBombError(f"{opened.width} x {opened.height} pixels")


def _afford(opened: Image, sifted: sifting.Sifted | None, full: tuple[int, int]) -> None:
    """Refuse what would cost more than `BUDGET` to decode, or take too many passes.

    `full` is the size before a JPEG was asked for in a smaller one.
    """
    _measure(opened)
    kind = opened.format or ""
    cost = opened.width * opened.height * COSTS.get(kind, MODES.get(opened.mode, COST))
    if sifted is not None and sifted.buffered:
        layers = [(across, down) for _, across, down, *_ in getattr(opened, "layer", ())]
        whole = max((across for across, _ in layers), default=1) * max(
            (down for _, down in layers), default=1
        )
        cost += math.ceil(2 * full[0] * full[1] * sum(across * down for across, down in layers) / whole)
    if cost > BUDGET:
        raise ValueError(
            f"{full[0]} x {full[1]} pixels of {kind} would take {cost >> 20} MB to decode, "
            f"and {BUDGET >> 20} are spent; "
            "make it smaller, or save it as a plain JPEG"
        )
    if sifted is not None and sifted.scans > MOST_SCANS:
        raise ValueError(f"{sifted.scans} passes over the picture; up to {MOST_SCANS} are made")


def _orientation(opened: Image) -> int:
    """Which way up, of formats that are not sifted."""
    tags = getattr(opened, "tag_v2", None)
    if tags is not None:
        value = tags.get(sifting.ORIENTATION, 1)
        return value if isinstance(value, int) else 1
    return sifting.orientation_of(opened.info.get("exif") or b"")


def _reduced(opened: Image) -> Image:
    """Return the picture in RGB, reduced to about twice what is needed.

    Tile by tile, so that no second picture of its size is made.
    """
    from PIL import Image

    factor = max(1, int(max(opened.size) / KEEP / 2))
    top = _top(opened)
    out = Image.new("RGB", (-(-opened.width // factor), -(-opened.height // factor)))
    wide = max(1, min(opened.width, 4096) // factor) * factor
    high = max(1, TILE // wide // factor) * factor
    for y in range(0, opened.height, high):
        for x in range(0, opened.width, wide):
            part = opened.crop((x, y, min(x + wide, opened.width), min(y + high, opened.height)))
            if _is_deep(part):
                out.paste(_shallow(_plain(part).reduce(factor), top), (x // factor, y // factor))
            else:
                out.paste(_rgb(part).reduce(factor), (x // factor, y // factor))
    return out


def _is_deep(opened: Image) -> bool:
    return (
        opened.mode.startswith("I") or opened.mode == "F"
    )  # 16 and 32 bits a sample, which convert() would clip at 255


def _plain(deep: Image) -> Image:
    """Turn a deep picture into a mode that Pillow can work with: I or F."""
    return deep if deep.mode in {"I", "F"} else deep.convert("I")


def _top(opened: Image) -> float:
    """The value that is white in a picture of more than 8 bits a sample."""
    if not _is_deep(opened):
        return 255.0
    rows = max(1, TILE // opened.width)
    strips = (
        _plain(opened.crop((0, y, opened.width, min(y + rows, opened.height))))
        for y in range(0, opened.height, rows)
    )
    if opened.mode == "F":
        largest, beyond = 0.0, 0
        for strip in strips:
            values = np.nan_to_num(np.asarray(strip), nan=0.0, posinf=0.0, neginf=0.0)
            largest = max(largest, float(values.max()))
            beyond += int(np.count_nonzero(values > 1.0))
        if beyond <= HIGHLIGHTS * opened.width * opened.height:
            return 1.0
        return next((top for top in (255.0, 65535.0) if largest <= top), largest)
    largest = max(float(np.asarray(strip).max()) for strip in strips)
    return max(65535.0 if largest > 255 else 255.0, largest)


def _shallow(deep: Image, top: float) -> Image:
    """A deep picture in RGB, `top` being white."""
    from PIL import Image

    values = np.nan_to_num(np.asarray(deep, np.float64), nan=0.0, posinf=top, neginf=0.0)
    return Image.fromarray(np.rint(np.clip(values, 0, top) * (255 / top)).astype(np.uint8)).convert("RGB")


def _rgb(part: Image) -> Image:
    from PIL import Image

    if part.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in part.info:
        part = part.convert("RGBA")
        ground = Image.new("RGBA", part.size, "white")
        ground.alpha_composite(part)
        return ground.convert("RGB")
    return part.convert("RGB") if part.mode != "RGB" else part


def cells_of(width: int, height: int, scale: int) -> tuple[int, int]:
    """Rows and columns of 32-pixel cells that a picture gets at a scale.

    >>> cells_of(640, 480, 448)
    (12, 16)
    """
    ratio = min(max(width / height, 1 / MAX_RATIO), MAX_RATIO)
    return max(1, round(scale / math.sqrt(ratio) / 32)), max(1, round(scale * math.sqrt(ratio) / 32))


def network_input(picture: Image, scale: int) -> NDArray[np.float32]:
    """Return the network's input: (3, rows, columns), ``(rgb - 127) / 128``.

    Sides are multiples of 32, the area is about ``scale ** 2``.
    """
    from PIL import Image

    rows, columns = cells_of(picture.width, picture.height, scale)
    small = picture.resize((columns * 32, rows * 32), Image.Resampling.BICUBIC)
    x = (np.asarray(small, np.float32) - np.float32(127)) / np.float32(128)
    return np.ascontiguousarray(x.transpose(2, 0, 1))
