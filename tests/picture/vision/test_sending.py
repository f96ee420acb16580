"""The picture as it is sent: small, upright, and without anything that its file carried."""

from __future__ import annotations

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from imgext.picture.photo import open_photo
from imgext.picture.vision.sending import sent_picture, sent_size

SECRET = b"taken at 47.0707 15.4395"


@pytest.fixture
def photo(tmp_path):
    """A JPEG of 2000 x 1000 that lies on its side, with place, comment and colour profile."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    path = tmp_path / "photo.jpg"
    x = np.zeros((1000, 2000, 3), np.uint8)
    x[:, :1000] = (250, 10, 10)  # red on the left becomes red above
    Image.fromarray(x).save(path, exif=exif, comment=SECRET, icc_profile=b"profile" + SECRET, quality=90)
    return path


def opened(sent):
    return Image.open(io.BytesIO(sent.data))


def test_it_is_a_jpeg_of_at_most_1024_pixels_a_side_and_upright(photo):
    sent = sent_picture(open_photo(photo))
    with opened(sent) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (512, 1024))
        assert sent.size == picture.size
        above, below = picture.getpixel((256, 100)), picture.getpixel((256, 900))
    assert above[0] > 200
    assert above[1] < 50
    assert max(below) < 50


def test_its_quality_is_85(photo):
    """IJG's table for luminance at quality 85: 16 scaled by 30 %, so its first step is 5."""
    with opened(sent_picture(open_photo(photo))) as picture:
        assert picture.quantization[0][0] == 5


def test_nothing_that_the_file_carried_goes_with_it(photo):
    assert SECRET in photo.read_bytes()
    sent = sent_picture(open_photo(photo))
    assert b"taken" not in sent.data
    assert b"Exif" not in sent.data
    with opened(sent) as picture:
        assert not picture.getexif()
        assert not {"comment", "icc_profile", "exif"} & set(picture.info)


def test_the_digest_is_of_the_bytes_and_the_same_every_time(photo):
    one, other = sent_picture(open_photo(photo)), sent_picture(open_photo(photo))
    assert one.sha256 == hashlib.sha256(one.data).hexdigest() == other.sha256
    assert repr(one.data) not in repr(one)


@pytest.mark.parametrize("size", [(1, 1), (3, 1400), (640, 480)])
def test_small_and_thin_pictures_keep_at_least_a_pixel_and_are_not_enlarged(size):
    sent = sent_picture(Image.new("RGB", size))
    assert sent.size == sent_size(*size)
    assert sent.size[0] <= size[0]
    assert sent.size[1] <= size[1]
    with opened(sent) as picture:
        assert picture.size == sent.size
