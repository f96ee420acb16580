"""The picture of what was seen: the photo, a box for each thing, a caption."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from imgext import load
from imgext.errors import SceneError
from imgext.report import style
from imgext.report.lanes import Lane, Picture
from imgext.report.pictures import photo_of
from imgext.report.seen import LARGEST, TOP, draw_seen
from imgext.scene.model import Scene

GREEN = (40, 120, 40)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.new("RGB", (540, 300), GREEN).save(path)
    return path


def scene_of(**objects):
    return Scene.of({"schema": "imgext.scene/1", "objects": objects, "tracks": {key: {} for key in objects}})


def drawn(scene, photo, to):
    """The pixels of the picture, as rows of colours."""
    lanes = tuple(
        Lane(id=key, label=thing.label, kind=thing.kind, sound="builtin:dog", pan=0.2, level=-20.0)
        for key, thing in scene.objects.items()
    )
    draw_seen(scene, Picture("A test", 10.0, lanes), photo, to)
    with Image.open(to) as opened:
        return np.asarray(opened.convert("RGB"))


def rgb(colour):
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def edge_of(pixels, y, colour):
    """Columns of a row in a colour."""
    return np.flatnonzero((pixels[y] == rgb(colour)).all(axis=1))


def test_the_photo_is_shown_as_large_as_it_fits(photo, tmp_path):
    pixels = drawn(scene_of(dog={"label": "dog"}), photo, tmp_path / "seen.png")
    green = (pixels == GREEN).all(axis=2)
    assert green.sum() == LARGEST[0] * 600  # 540 x 300, twice as large
    assert green[TOP, style.MARGIN]
    assert not green[TOP - 1].any()


def test_a_box_lies_where_the_scene_says(photo, tmp_path):
    """x, y, width, height of .25, .5, .5, .25 of 1080 x 600 pixels; the line is 6 pixels wide."""
    scene = scene_of(dog={"label": "dog", "box": [0.25, 0.5, 0.5, 0.25], "importance": 1.0})
    pixels = drawn(scene, photo, tmp_path / "seen.png")
    columns = edge_of(pixels, TOP + 300 + 75, style.TRACKS[0])
    columns = columns[columns < style.MARGIN + 1080]
    assert columns.min() == pytest.approx(style.MARGIN + 270 - 3, abs=1)
    assert columns.max() == pytest.approx(style.MARGIN + 810 + 3, abs=1)


def test_an_important_thing_has_a_heavier_line(photo, tmp_path):
    widths = []
    for importance in (0.0, 1.0):
        scene = scene_of(dog={"label": "dog", "box": [0.25, 0.5, 0.5, 0.25], "importance": importance})
        pixels = drawn(scene, photo, tmp_path / "seen.png")
        columns = edge_of(pixels, TOP + 375, style.TRACKS[0])
        widths.append(len(columns[columns < style.MARGIN + 400]))
    assert widths[1] >= widths[0] + 4


def test_a_thing_without_a_box_has_none_on_the_photo(photo, tmp_path):
    pixels = drawn(scene_of(dog={"label": "dog"}), photo, tmp_path / "seen.png")
    assert (pixels[TOP : TOP + 600, style.MARGIN : style.MARGIN + 1080] == GREEN).all()


@pytest.mark.parametrize("count", [0, 40])
def test_any_number_of_things_fits(photo, tmp_path, count):
    things = {f"t{k}": {"label": f"thing {k}", "box": [0.1, 0.1, 0.3, 0.3]} for k in range(count)}
    assert drawn(scene_of(**things), photo, tmp_path / "seen.png").shape[1] < style.WIDTH


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "photo.png").write_text("no picture")
    with pytest.raises(SceneError):
        drawn(scene_of(dog={"label": "dog"}), tmp_path / "photo.png", tmp_path / "seen.png")
    assert not (tmp_path / "seen.png").exists()


def named(folder, image):
    folder.mkdir(exist_ok=True)
    (folder / "scene.yaml").write_text(
        f"schema: imgext.scene/1\nimage: {image}\nobjects: {{dog: {{label: dog}}}}\n", encoding="utf-8"
    )
    return load(folder / "scene.yaml")


def test_a_photo_next_to_the_scene_is_found(photo, tmp_path):
    assert photo_of(named(tmp_path, "photo.png")) == photo


def test_no_photo_outside_the_scenes_folder_is_opened(photo, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.png").symlink_to(photo)
    assert photo_of(named(tmp_path / "in", "link.png")) is None


def test_a_photo_that_is_gone_or_torn_costs_its_picture_alone(tmp_path):
    (tmp_path / "torn.png").write_bytes(b"torn")
    assert photo_of(named(tmp_path, "gone.png")) is None
    assert photo_of(named(tmp_path, "torn.png")) is None
