"""Any picture is opened upright, in RGB and within bounds, or refused in one line."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from imgext.errors import MissingInputError, SceneError
from imgext.picture import photo


def halves(width: int = 64, height: int = 32) -> Image.Image:
    """Left red, right blue."""
    values = np.zeros((height, width, 3), np.uint8)
    values[:, : width // 2, 0] = 255
    values[:, width // 2 :, 2] = 255
    return Image.fromarray(values)


def colour(picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    return picture.getpixel((int(x * picture.width), int(y * picture.height)))


def test_orientation_is_applied_first(tmp_path):
    """EXIF orientation 6: the camera was turned, the row that is stored left belongs on top."""
    exif = Image.Exif()
    exif[0x0112] = 6
    halves().save(tmp_path / "turned.jpg", exif=exif, quality=95)
    picture = photo.open_photo(tmp_path / "turned.jpg")
    assert picture.size == (32, 64)
    assert colour(picture, 0.5, 0.1)[0] > 200
    assert colour(picture, 0.5, 0.9)[2] > 200


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("a.png", "P"),
        ("a.png", "RGBA"),
        ("a.gif", "P"),
        ("a.tif", "CMYK"),
        ("a.jpg", "CMYK"),
        ("a.webp", "RGB"),
        ("a.bmp", "RGB"),
        ("a.tif", "RGB"),
    ],
)
def test_every_mode_becomes_rgb(tmp_path, name, mode):
    halves().convert(mode).save(tmp_path / name)
    picture = photo.open_photo(tmp_path / name)
    assert picture.mode == "RGB"
    red, blue = colour(picture, 0.1, 0.5), colour(picture, 0.9, 0.5)
    assert red[0] > 180
    assert red[2] < 90
    assert blue[2] > 90
    assert blue[0] < 90


def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path):
    values = np.linspace(0, 65535, 64).astype(np.uint16)[None].repeat(16, 0)
    Image.fromarray(values).save(tmp_path / "deep.png")
    picture = photo.open_photo(tmp_path / "deep.png")
    assert abs(colour(picture, 0.5, 0.5)[0] - 129) <= 2


@pytest.mark.parametrize(
    ("white", "highlights"), [(1.0, 0), (1.0, 3), (255.0, 0), (65535.0, 0)], ids=["unit", "lights", "8", "16"]
)
def test_floats_are_scaled_by_what_is_white(tmp_path, white, highlights):
    values = np.tile(np.linspace(0.0, white, 64, dtype=np.float32), (16, 1))
    values[0, :highlights] = 40.0
    Image.fromarray(values).save(tmp_path / "a.tif")
    row = np.asarray(photo.open_photo(tmp_path / "a.tif"))[8, :, 0]
    assert np.abs(row - np.linspace(0, 255, 64)).max() <= 1


def test_transparency_lies_on_white(tmp_path):
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert colour(photo.open_photo(tmp_path / "clear.png"), 0.5, 0.5) == (255, 255, 255)


def test_the_first_frame_of_an_animation_is_taken(tmp_path):
    frames = [Image.new("RGB", (16, 16), name) for name in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert colour(photo.open_photo(tmp_path / "moving.gif"), 0.5, 0.5) == (255, 0, 0)


def test_a_large_photo_is_made_smaller(tmp_path):
    Image.new("RGB", (6000, 3000), "green").save(tmp_path / "large.jpg")
    picture = photo.open_photo(tmp_path / "large.jpg")
    assert max(picture.size) <= photo.KEEP
    assert picture.width == pytest.approx(2 * picture.height, abs=2)


def test_a_missing_file_is_66(tmp_path):
    with pytest.raises(MissingInputError, match=r"nowhere\.jpg"):
        photo.open_photo(tmp_path / "nowhere.jpg")


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be as large as this, in a hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["cut", "text", "svg", "empty", "bomb", "large", "eps"])
def test_what_is_no_picture_is_refused_in_one_line(tmp_path, kind):
    path = tmp_path / f"{kind}.jpg"
    if kind == "cut":
        Image.effect_noise((200, 200), 90).save(path)
        path.write_bytes(path.read_bytes()[:2000])
    else:
        path.write_bytes(
            {
                "text": b"hello",
                "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                "empty": b"",
                "bomb": bomb(40000, 40000),
                "large": bomb(10000, 9000),
                "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
            }[kind]
        )
    with pytest.raises(SceneError) as caught:
        photo.open_photo(path)
    message = str(caught.value)
    if kind in {"bomb", "large"}:
        assert "at most 89478485 pixels" in message
    assert message.startswith(f"{path}: not a picture that can be read: ")
    assert "\n" not in message


@pytest.mark.parametrize(("width", "height"), [(1, 1), (4000, 1), (1, 4000), (640, 480)])
def test_the_network_gets_whole_cells_of_bounded_number(width, height):
    x = photo.network_input(Image.new("RGB", (width, height), "white"), 448)
    assert x.shape[1] % 32 == 0
    assert x.shape[2] % 32 == 0
    assert 0.7 * 448**2 <= x.shape[1] * x.shape[2] <= 1.3 * 448**2
    assert np.allclose(x, (255 - 127) / 128)


def test_a_tiff_of_an_unknown_kind_is_told_so(tmp_path):
    Image.fromarray(np.zeros((8, 8), np.float32)).save(tmp_path / "a.tif")
    data = (tmp_path / "a.tif").read_bytes()
    tag = data.index(struct.pack("<HHI", 258, 3, 1))  # bits per sample
    (tmp_path / "a.tif").write_bytes(data[: tag + 8] + struct.pack("<H", 24) + data[tag + 10 :])
    with pytest.raises(SceneError, match="a TIFF that Pillow does not know"):
        photo.open_photo(tmp_path / "a.tif")


def test_a_heic_is_opened_by_the_extra(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(halves(64, 48)).save(tmp_path / "a.heic", quality=95)
    picture = photo.open_photo(tmp_path / "a.heic")
    assert picture.size == (64, 48)
    assert colour(picture, 0.1, 0.5)[0] > 230
    assert colour(picture, 0.9, 0.5)[2] > 230
