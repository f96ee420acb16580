"""Pictures made to do harm, or merely odd: each gives a picture or one clear line, and never takes more
memory than is meant for it.

All files are made here. Each is opened in a process of its own, of which the system says how much memory it
has ever held.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, features

from imgext.cli import app
from imgext.picture import photo, sifting

if TYPE_CHECKING:
    from pathlib import Path

#: Bytes that the whole process may hold, interpreter included.
MOST = 300 << 20


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int, height: int, depth: int = 8, kind: int = 0, *, before: bytes = b"", real: bool = True
) -> bytes:
    """A black PNG, row by row; kinds: 0 grey, 2 RGB, 6 RGBA. If not `real`, nothing but its header says how
    large it is.
    """
    row = bytes(1 + (width * depth * {0: 1, 2: 3, 6: 4}[kind] + 7) // 8)
    squeeze = zlib.compressobj(1)
    data = (
        b"".join(squeeze.compress(row * min(64, height - y)) for y in range(0, height, 64)) + squeeze.flush()
        if real
        else zlib.compress(b"")
    )
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    return sifting.PNG + head + before + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg(tmp_path: Path, **options) -> bytes:
    """A small JPEG, red left and blue right."""
    values = np.zeros((32, 64, 3), np.uint8)
    values[:, :32, 0] = values[:, 32:, 2] = 255
    Image.fromarray(values).save(tmp_path / "made.jpg", quality=95, **options)
    return (tmp_path / "made.jpg").read_bytes()


def saved(tmp_path: Path, name: str, picture: Image.Image, **options) -> bytes:
    picture.save(tmp_path / name, **options)
    return (tmp_path / name).read_bytes()


def scans(tmp_path: Path, count: int) -> bytes:
    """A progressive JPEG whose last scan is said again and again."""
    data = jpeg(tmp_path, progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + b"\xff\xd9"


def wide_jpeg(tmp_path: Path, width: int, height: int, **options) -> bytes:
    """A small JPEG that claims to be large."""
    data = jpeg(tmp_path, **options)
    at = data.index(b"\xff\xc2" if options.get("progressive") else b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def gif(tmp_path: Path, frames: int) -> bytes:
    first = saved(tmp_path, "one.gif", Image.new("P", (4, 4), 1))
    begin = first.index(b"\x2c", 13 + 3 * 2 ** ((first[10] & 7) + 1))
    return (
        first[:begin]
        + b"\x21\xf9\x04\0\1\0\0\0"
        + (first[begin:-1] + b"\x21\xf9\x04\0\1\0\0\0") * frames
        + first[begin:]
    )


def tiff(*tags: tuple[int, int, int, int]) -> bytes:
    """A TIFF of 8 x 8 grey pixels with more tags."""
    own = {
        256: (3, 1, 8),
        257: (3, 1, 8),
        258: (3, 1, 8),
        259: (3, 1, 1),
        262: (3, 1, 1),
        273: (4, 1, 4096),
        277: (3, 1, 1),
        278: (3, 1, 8),
        279: (4, 1, 64),
    }
    own |= {tag: rest for tag, *rest in tags}
    entries = b"".join(struct.pack("<HHII", tag, *rest) for tag, rest in sorted(own.items()))
    return (b"II*\0" + struct.pack("<IH", 8, len(own)) + entries + bytes(4)).ljust(4096, b"\0") + bytes(64)


def turned(tmp_path: Path) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return jpeg(tmp_path, exif=exif)


def circle() -> bytes:
    """Camera data of 5000 entries, each of which claims all the rest of it."""
    body = (
        struct.pack("<H", 5000)
        + b"".join(struct.pack("<HHII", tag, 7, 60000, 8) for tag in range(1000, 6000))
        + struct.pack("<I", 8)
    )
    return sifting.EXIF + b"II*\0" + struct.pack("<I", 8) + body


def with_segment(data: bytes, marker: int, body: bytes) -> bytes:
    pieces = [body[i : i + 65000] for i in range(0, len(body), 65000)]
    return (
        data[:2]
        + b"".join(bytes([0xFF, marker]) + struct.pack(">H", len(piece) + 2) + piece for piece in pieces)
        + data[2:]
    )


#: By name: how the file is made, and the size it opens with, or words of the line that refuses it.
CASES = {
    "a 100-megapixel bomb.png": (lambda _: png(10000, 10000, real=False), "at most 89478485 pixels"),
    "a header of 30000 x 30000.png": (
        lambda _: png(30000, 30000, kind=2, real=False),
        "at most 89478485 pixels",
    ),
    "88 megapixels of grey.png": (lambda _: png(9400, 9400), (1024, 1024)),
    "88 megapixels of 16 bits.png": (lambda _: png(9400, 9400, 16), (1024, 1024)),
    "88 megapixels of colour.png": (
        lambda _: png(9400, 9400, kind=6, real=False),
        "would take 337 MB to decode, and 200 are spent",
    ),
    "50 megapixels of colour.png": (lambda _: png(10000, 5000, kind=2), (1024, 512)),
    "a ribbon.png": (lambda _: png(1_000_000, 3), (1024, 1)),
    "a giant comment.png": (
        lambda _: png(64, 32, before=chunk(b"tEXt", b"Comment\0" + b"x" * (40 << 20))),
        (64, 32),
    ),
    "a comment that unpacks to a giant.png": (
        lambda _: png(64, 32, before=chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80 << 20)))),
        (64, 32),
    ),
    "a profile that unpacks to a giant.png": (
        lambda _: png(64, 32, before=chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(80 << 20)))),
        (64, 32),
    ),
    "cut short.png": (lambda _: png(640, 480)[:60], "not a picture that can be read"),
    "a chunk longer than the file.png": (
        lambda _: png(64, 32)[:33] + struct.pack(">I", 2**31 - 1) + b"IDATxx",
        "not a picture that can be read",
    ),
    "one pixel.png": (lambda _: png(1, 1), (1, 1)),
    "16 bits.png": (lambda _: png(64, 32, 16, 2), (64, 32)),
    "palette with transparency.png": (
        lambda path: saved(path, "p.png", Image.new("P", (64, 32), 3), transparency=3),
        (64, 32),
    ),
    "cut short.jpg": (lambda path: jpeg(path)[:400], "not a picture that can be read"),
    "turned.jpg": (turned, (32, 64)),
    "camera data that leads in circles.jpg": (
        lambda path: with_segment(jpeg(path), 0xE1, circle()),
        (64, 32),
    ),
    "60 MB of comments.jpg": (lambda path: with_segment(jpeg(path), 0xFE, bytes(60 << 20)), (64, 32)),
    "CMYK.jpg": (lambda path: saved(path, "c.jpg", Image.new("CMYK", (64, 32), (0, 255, 255, 0))), (64, 32)),
    "a thousand passes.jpg": (lambda path: scans(path, 1000), "passes over the picture; up to 30 are made"),
    "progressive.jpg": (lambda path: jpeg(path, progressive=True), (64, 32)),
    "64 megapixels, progressive.jpg": (
        lambda path: wide_jpeg(path, 8000, 8000, progressive=True, subsampling=0),
        "MB to decode",
    ),
    "100 megapixels.jpg": (lambda path: wide_jpeg(path, 10000, 10000), "at most 89478485 pixels"),
    "10000 frames.gif": (lambda path: gif(path, 10000), (4, 4)),
    "animated.webp": (
        lambda path: saved(
            path,
            "a.webp",
            Image.new("RGB", (64, 32), "red"),
            save_all=True,
            append_images=[Image.new("RGB", (64, 32), "blue")],
        ),
        (64, 32),
    ),
    "cut short.webp": (
        lambda path: saved(path, "c.webp", Image.effect_noise((64, 32), 50))[:200],
        "not a picture that can be read",
    ),
    "16 megapixels.webp": (
        lambda path: saved(path, "l.webp", Image.new("L", (4000, 4000)), method=0),
        "would take 259 MB to decode",
    ),
    "grey.tif": (lambda _: tiff(), (8, 8)),
    "a tile of two gigapixels.tif": (
        lambda _: tiff((322, 4, 1, 40000), (323, 4, 1, 50000), (324, 4, 1, 4096), (325, 4, 1, 64)),
        "its tiles have 2000000000 pixels",
    ),
    "a directory of gigabytes.tif": (
        lambda _: tiff(*((tag, 7, 50_000_000, 0) for tag in range(40000, 40100))),
        "its directory announces",
    ),
    "a drawing.svg": (
        lambda _: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        "it is text, as SVG and HTML are",
    ),
    "empty.jpg": (lambda _: b"", "the file is empty"),
    "an iPhone's.heic": (lambda _: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), "it is HEIC"),
    "a document.pdf": (lambda _: b"%PDF-1.7\n", "it is a PDF"),
    "noise.jpg": (lambda _: np.random.Generator(np.random.PCG64(1)).bytes(4000), "none of JPEG, PNG"),
}
if features.check("avif"):
    CASES["small.avif"] = (
        lambda path: saved(path, "s.avif", Image.new("RGB", (64, 32), "red"), speed=10),
        (64, 32),
    )

OPEN_ALL = """
import json, os, sys
from pathlib import Path
from imgext.errors import ImgextError
from imgext.picture.photo import open_photo
for path in map(Path, sys.argv[1:]):
    child = os.fork()  # each has a memory of its own, beside what is loaded already
    if child == 0:
        try:
            said = list(open_photo(path).size)
        except ImgextError as error:
            said = str(error)
        print(json.dumps([path.name, said]), end="", flush=True)
        os._exit(0)
    status, usage = os.wait4(child, 0)[1:]
    print(json.dumps([status, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)]), flush=True)
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> dict[str, tuple[list[int] | str, int]]:
    """By name: the size or the error, and the most bytes held until then."""
    folder, scratch = tmp_path_factory.mktemp("hostile"), tmp_path_factory.mktemp("made")
    for name, (make, _) in CASES.items():
        (folder / name).write_bytes(make(scratch))
    done = subprocess.run(
        [sys.executable, "-c", OPEN_ALL, *(str(folder / name) for name in CASES)],
        capture_output=True,
        text=True,
        check=False,
        cwd=scratch,
    )
    found = {}
    for line in done.stdout.splitlines():
        (name, said), (status, held) = json.loads(f"[{line.replace('][', '],[')}]")
        assert status == 0, (name, done.stderr[-2000:])
        found[name] = said, held
    assert len(found) == len(CASES), done.stderr[-2000:]
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="processes are not forked there")
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_picture_is_opened_or_refused_in_one_line_within_its_memory(opened, name):
    wanted = CASES[name][1]
    said, held = opened[name]
    if isinstance(wanted, tuple):
        assert tuple(said) == wanted
    else:
        assert isinstance(said, str), said
        assert f"{name}: not a picture that can be read: " in said
        assert wanted in said
        assert "\n" not in said
    assert held <= MOST


def test_what_is_left_after_sifting_is_the_same_picture(tmp_path):
    plain = jpeg(tmp_path)
    sifted = sifting.sift_jpeg(with_segment(with_segment(plain, 0xFE, b"hello"), 0xE2, b"ICC_PROFILE\0"))
    assert sifted.data == plain
    assert (sifted.scans, sifted.buffered, sifted.orientation) == (1, False, 1)
    assert sifting.sift_jpeg(jpeg(tmp_path, progressive=True)).buffered
    grey = png(9, 5)
    assert sifting.sift_png(png(9, 5, before=chunk(b"tEXt", b"a\0b") + chunk(b"acTL", bytes(8)))).data == grey


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif"])
def test_all_eight_ways_of_holding_a_camera_come_out_upright(tmp_path, orientation, name):
    """EXIF 2.3, 4.6.4: what the rows and columns that are stored begin with. The upright picture has a red
    corner top left and a green one top right.
    """
    upright = Image.new("RGB", (48, 32), "black")
    upright.paste("red", (0, 0, 16, 16))
    upright.paste((0, 255, 0), (32, 0, 48, 16))
    ways = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the upright picture comes to lie in the file
    stored = upright.transpose(Image.Transpose(ways[orientation])) if orientation in ways else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / name, exif=exif, **({} if name == "a.tif" else {"quality": 95}))
    picture = photo.open_photo(tmp_path / name)
    assert picture.size == (48, 32)
    red, green = picture.getpixel((6, 6)), picture.getpixel((42, 6))
    assert red[0] > 2 * red[1] + 100
    assert green[1] > 2 * green[0] + 100


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"XX*\0\x08\0\0\0",
        bytes(40),
    ],
)
def test_broken_camera_data_turn_nothing(data):
    assert sifting.orientation_of(data) == 1
    assert sifting.orientation_of(sifting.EXIF + data) == 1


def test_sixteen_bits_are_scaled_alike_in_every_tile(tmp_path, monkeypatch):
    """White is the largest value of the whole picture, not of the tile; a bright right half must not darken
    the left.
    """
    monkeypatch.setattr(photo, "TILE", 64)
    values = np.zeros((64, 300), np.uint16)
    values[:, :150], values[:, 150:] = 20000, 60000
    Image.fromarray(values).save(tmp_path / "deep.png")
    picture = np.asarray(photo.open_photo(tmp_path / "deep.png"))
    assert set(np.unique(picture[:, :150])) == {round(20000 * 255 / 65535)}
    assert set(np.unique(picture[:, 150:])) == {round(60000 * 255 / 65535)}


def test_tiles_make_the_whole_picture(tmp_path, monkeypatch):
    rng = np.random.Generator(np.random.PCG64(3))
    values = rng.integers(0, 256, (130, 170, 3), dtype=np.uint8)
    Image.fromarray(values).save(tmp_path / "noise.png")
    whole = np.asarray(photo.open_photo(tmp_path / "noise.png"))
    monkeypatch.setattr(photo, "TILE", 500)
    assert np.array_equal(np.asarray(photo.open_photo(tmp_path / "noise.png")), whole)
    assert np.array_equal(whole, values)


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("a.png", lambda _: png(30000, 30000, kind=2, real=False), 65),
        ("a.jpg", lambda path: jpeg(path)[:300], 65),
        ("a.svg", lambda _: b"<svg/>", 65),
        ("a.jpg", lambda _: b"", 65),
        ("folder", None, 65),
        ("nowhere.jpg", None, 66),
    ],
)
def test_the_program_ends_with_one_line_and_a_code(tmp_path, monkeypatch, capsys, name, make, code):
    if make is not None:
        (tmp_path / name).write_bytes(make(tmp_path))
    elif name == "folder":
        (tmp_path / name).mkdir()
    monkeypatch.setattr(sys, "argv", ["imgext", "analyze", str(tmp_path / name)])
    assert app.run() == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert name in said.err
