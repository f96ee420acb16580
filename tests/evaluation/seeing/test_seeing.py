"""Seeing is measured against the truth: each figure on scenes written for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from imgext.errors import MissingInputError, SceneError
from imgext.evaluation.seeing import __main__ as seeing
from imgext.evaluation.seeing import kinds, sighting, whereabouts
from imgext.scene.model import VERSION, Scene

if TYPE_CHECKING:
    from pathlib import Path


def scene_of(*things: tuple[str, float, float], room: bool = False, beds: tuple[str, ...] = ()) -> Scene:
    """A scene of (label, importance, pan)."""
    objects = {
        f"thing_{i}": {"label": label, "kind": "object", "importance": importance, "pan": pan}
        for i, (label, importance, pan) in enumerate(things)
    }
    objects |= {f"bed_{i}": {"label": label, "kind": "atmo"} for i, label in enumerate(beds)}
    return Scene.of({"schema": VERSION, "room_detected": room, "objects": objects})


def record_of(*things: tuple[str, list[float]], **more) -> dict:
    return {"file": "a.jpg", "objects": [{"label": label, "box": box} for label, box in things], **more}


BIG = [0.1, 0.1, 0.5, 0.5]
JUDGED = kinds.vocabulary(kinds.COCO)


def figures_of(*pairs):
    return sighting.summarise(
        [sighting.sight(record, scene, JUDGED) for record, scene in pairs], "test", JUDGED
    )


def test_every_name_of_coco_is_explained_by_the_hierarchy():
    assert len(set(kinds.COCO)) == 80
    assert {"dog", "person", "cutlery", "computer", "boat"} <= JUDGED
    assert not {"chair", "bench", "food", "cake", "bag"} & JUDGED


@pytest.mark.parametrize(
    ("found", "truth"),
    [
        ("golden retriever", "dog"),
        ("surfer", "person"),
        ("crowd", "person"),
        ("knife", "fork"),
        ("keyboard", "laptop"),
        ("cruise ship", "boat"),
        ("tram", "train"),
        ("stove", "oven"),
        ("a flock of birds", "bird"),
        ("smartphone", "cell phone"),
    ],
)
def test_labels_are_matched_through_the_ontology(found, truth):
    tally = kinds.compare([found], [(truth, 0.3)], JUDGED)
    assert (tally.wrong, tally.missed) == ((), ())
    assert len(tally.right) == 1


@pytest.mark.parametrize(
    ("found", "truth"),
    [
        ("animal", "dog"),
        ("vehicle", "car"),
        ("cat", "dog"),
        ("toy car", "car"),
        ("truck", "bus"),
        ("thing", "cup"),
    ],
)
def test_a_name_that_says_too_little_or_something_else_is_no_match(found, truth):
    assert kinds.compare([found], [(truth, 0.3)], JUDGED).missed == (kinds.kind_of(truth),)


def test_small_boxes_are_neither_missed_nor_wrong_and_one_percent_is_not_small():
    assert kinds.compare([], [("bird", 0.0099)], JUDGED) == kinds.Tally(small=("bird",))
    assert kinds.compare(["bird"], [("bird", 0.0099)], JUDGED) == kinds.Tally(small=("bird",))
    assert kinds.compare([], [("bird", 0.01)], JUDGED).missed == ("bird",)
    assert kinds.compare([], [("bird", 0.001), ("bird", 0.02)], JUDGED).missed == ("bird",)


def test_silent_things_and_things_nobody_marked_are_not_judged():
    assert kinds.compare(["chair", "fountain"], [("chair", 0.5), ("pizza", 0.5)], JUDGED) == kinds.Tally(
        beyond=("chair", "fountain")
    )


def test_a_truth_in_names_of_its_own_judges_those_names():
    judged = kinds.vocabulary(["fountain", "dog", "chair"])
    assert judged == {"fountain", "dog"}
    assert kinds.compare(["cat"], [("fountain", 0.2)], judged) == kinds.Tally(
        missed=("fountain",), beyond=("cat",)
    )


def test_figures_are_counted_over_all_photos():
    """3 right, 1 wrong, 2 missed: precision 3/4, recall 3/5, F1 2/3; without person 2,
    1, 1: F1 2/3; person alone 1, 0, 1: 2/3."""
    figures = figures_of(
        (
            record_of(("person", BIG), ("dog", BIG), ("car", BIG)),
            scene_of(("person", 0.9, 0), ("dog", 0.5, 0)),
        ),
        (record_of(("person", BIG), ("cat", BIG)), scene_of(("cat", 0.9, 0), ("bus", 0.1, 0))),
    )
    assert (figures["precision"], figures["recall"], figures["f1"]) == (0.75, 0.6, 0.6667)
    assert (figures["f1_without_person"], figures["f1_person"]) == (0.6667, 0.6667)
    assert figures["by_kind"]["person"] == {"right": 1, "wrong": 0, "missed": 1}
    assert figures["counts"] == {"right": 3, "wrong": 1, "missed": 2, "pans": 3, "pairs": 0}


def test_several_of_a_kind_count_once():
    record = record_of(("dog", BIG), ("dog", [0.6, 0.6, 0.2, 0.2]))
    figures = figures_of((record, scene_of(("dog", 0.9, 0), ("poodle", 0.5, 0))))
    assert figures["counts"]["right"] == 1
    assert (figures["precision"], figures["recall"]) == (1, 1)


def test_pan_error_is_taken_from_the_largest_and_from_the_nearest_box():
    """Boxes of a kind at pan -0.4 (large) and 0.6 (small); 0.5 is said: 0.9 from the largest, 0.1 from the
    nearest, and 0 would miss by 0.4."""
    record = record_of(("dog", [0.0, 0.0, 0.5, 0.5]), ("dog", [0.75, 0.0, 0.25, 0.25]))
    figures = figures_of((record, scene_of(("dog", 0.9, 0.5))))
    assert (figures["pan_error_largest"], figures["pan_error_nearest"], figures["pan_error_of_zero"]) == (
        0.9,
        0.1,
        0.4,
    )


def test_a_pan_that_is_blank_comes_from_the_box():
    scene = Scene.of({"schema": VERSION, "objects": {"dog": {"label": "dog", "box": [0.75, 0.0, 0.25, 1.0]}}})
    assert figures_of((record_of(("dog", [0.75, 0.0, 0.25, 1.0])), scene))["pan_error_largest"] == 0


def test_importance_is_compared_with_area_pair_by_pair():
    """Areas dog > cat > car; importance dog > car > cat: two of three pairs agree, tau (2 - 1) / 3."""
    record = record_of(("dog", [0, 0, 0.9, 0.9]), ("cat", [0, 0, 0.5, 0.5]), ("car", [0, 0, 0.2, 0.2]))
    assert (
        figures_of((record, scene_of(("dog", 0.9, 0), ("cat", 0.2, 0), ("car", 0.5, 0))))["importance_rank"]
        == 0.3333
    )
    assert (
        figures_of((record, scene_of(("dog", 0.9, 0), ("cat", 0.5, 0), ("car", 0.2, 0))))["importance_rank"]
        == 1
    )


def test_nothing_to_measure_is_null():
    figures = figures_of((record_of(), scene_of(beds=("sea waves",))))
    assert [figures[key] for key in ("pan_error_largest", "importance_rank", "indoor_accuracy")] == [None] * 3
    assert "nothing to measure" in seeing.text_of(figures)
    assert figures["each"][0]["beds"] == ["sea waves"]


def test_indoors_is_compared_where_it_is_known():
    sightings = [
        sighting.sight(record_of(), scene_of(room=found), JUDGED, indoors=(truth, "truth"))
        for found, truth in ((True, True), (True, False), (False, False), (False, None))
    ]
    figures = sighting.summarise(sightings, "test", JUDGED)
    assert (figures["indoor_accuracy"], figures["indoor_known"]) == (0.6667, 3)


@pytest.mark.parametrize(
    ("record", "answer"),
    [
        ({"objects": [], "indoors": None, "areas": {"sky-other-merged": 0.9}}, (None, "truth")),
        ({"objects": [], "indoors": True}, (True, "truth")),
        ({"objects": [], "areas": {"ceiling-merged": 0.2, "tree-merged": 0.1}}, (True, "surfaces")),
        ({"objects": [], "areas": {"ceiling-merged": 0.19, "tree-merged": 0.1}}, (None, "unknown")),
        ({"objects": [], "areas": {"sky-other-merged": 0.049}}, (None, "unknown")),
        ({"objects": [{"label": "zebra"}], "areas": None}, (False, "things")),
        ({"objects": [{"label": "oven"}, {"label": "car"}]}, (None, "unknown")),
        ({"objects": [{"label": "person"}]}, (None, "unknown")),
    ],
)
def test_whether_a_photo_was_taken_indoors(record, answer):
    assert whereabouts.indoors(record) == answer


def test_the_photos_of_the_training_are_known_by_their_content(tmp_path):
    assert len(whereabouts.looked_at()) == 337
    assert list(whereabouts.looked_at().values()).count(None) == 31
    digest = next(digest for digest, inside in whereabouts.looked_at().items() if inside)
    assert whereabouts.indoors({"objects": [{"label": "zebra"}]}, digest) == (True, "looked at")


@pytest.fixture
def case(tmp_path) -> tuple[Path, Path]:
    """A folder with one grey photo and its truth."""
    Image.new("RGB", (64, 48), "grey").save(tmp_path / "a.jpg")
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps([record_of(("dog", BIG))]), encoding="utf-8")
    return tmp_path, truth


def test_the_command_prints_figures_and_json_has_every_photo(case, capsys):
    photos, truth = case
    assert seeing.main([str(photos), str(truth)]) == 0
    said = capsys.readouterr().out
    assert "1 missed" in said
    assert "were trained on" not in said
    assert seeing.main([str(photos), str(truth), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    wanted = (
        "precision recall f1 f1_without_person pan_error_largest pan_error_nearest indoor_accuracy "
        "importance_rank each"
    )
    assert set(wanted.split()) <= set(figures)
    assert figures["schema"] == "imgext.seeing/1"
    (one,) = figures["each"]
    assert one["truth"] == [{"label": "dog", "kind": "dog", "largest": 0.25, "sounds": True}]
    assert one["missed"] == ["dog"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "must be a list of photos"),
        ('[{"file": "a.jpg"}]', "photo 0: must have `file`"),
        ('[{"file": "a.jpg", "objects": [{"label": "dog", "box": [1, 2, 3]}]}]', "a `box` of four numbers"),
        ('[{"file": "a.jpg", "objects": [], "indoors": "yes"}]', "`indoors` true, false or null"),
    ],
)
def test_a_truth_that_is_none_is_one_line_and_65(case, capsys, text, words):
    photos, truth = case
    truth.write_text(text, encoding="utf-8")
    with pytest.raises(SceneError, match=words):
        seeing.evaluate_seeing(photos, truth)
    assert seeing.main([str(photos), str(truth)]) == 65
    assert capsys.readouterr().err.count("\n") == 1


def test_a_missing_photo_or_truth_is_66(case, capsys):
    photos, truth = case
    with pytest.raises(MissingInputError, match="no such photo"):
        seeing.evaluate_seeing(photos / "elsewhere", truth)
    assert seeing.main([str(photos), str(photos / "none.json")]) == 66


def test_photos_that_trained_the_heads_are_told(case, monkeypatch):
    photos, truth = case
    digest = whereabouts.digest_of(photos / "a.jpg")
    monkeypatch.setattr(whereabouts, "looked_at", lambda: {digest: False})
    blind = lambda photo: (Scene.of({"schema": VERSION, "room_detected": False}), [])  # noqa: E731
    figures = seeing.evaluate_seeing(photos, truth, analyser=blind, name="offline")
    assert figures["trained_on"] == 1
    assert "trained on 1 of these 1 photos" in seeing.text_of(figures)
    assert figures["each"][0]["indoors"] == {"truth": False, "known_by": "looked at", "found": False}


@pytest.mark.shared
def test_the_list_of_training_photos_is_that_of_the_photos(shared):
    photo = shared / "photos" / "000000000074.jpg"
    assert whereabouts.digest_of(photo) in whereabouts.looked_at()


REPLY = {
    "objects": [{"label": "puppy", "importance": 0.8, "x0": 0.1, "y0": 0.1, "x1": 0.6, "y1": 0.6}],
    "room_detected": True,
}


def test_replies_are_read_instead_of_looking_and_photos_without_one_are_left_out(case, tmp_path, capsys):
    photos, truth = case
    Image.new("RGB", (64, 48), "grey").save(tmp_path / "b.jpg")
    truth.write_text(
        json.dumps([record_of(("dog", BIG), indoors=True), record_of(("cat", BIG)) | {"file": "b.jpg"}]),
        encoding="utf-8",
    )
    replies = tmp_path / "replies"
    replies.mkdir()
    assert seeing.main([str(photos), str(truth), "--replies", str(replies)]) == 66
    assert "holds no reply" in capsys.readouterr().err
    (replies / "a.json").write_text(json.dumps(REPLY), encoding="utf-8")
    figures = seeing.evaluate_seeing(photos, truth, replies=replies)
    assert (figures["f1"], figures["pan_error_largest"], figures["indoor_accuracy"]) == (1, 0, 1)
    assert (figures["photos"], figures["left_out"]) == (1, ["b.jpg"])
    assert "1 photos without a reply" in seeing.text_of(figures)


def test_a_reply_that_cannot_be_used_has_seen_nothing_and_says_why(case, tmp_path):
    photos, truth = case
    (tmp_path / "replies").mkdir()
    (tmp_path / "replies" / "a.json").write_text("I am sorry, I cannot help with that.", encoding="utf-8")
    figures = seeing.evaluate_seeing(photos, truth, replies=tmp_path / "replies")
    assert (figures["recall"], figures["counts"]["missed"], figures["indoor_accuracy"]) == (0, 1, None)
    assert "a.json" in figures["each"][0]["notes"][0]


def test_a_detector_that_is_not_there_is_66_and_a_detector_beside_replies_is_a_wrong_call(case, capsys):
    photos, truth = case
    pytest.importorskip("onnxruntime")
    assert seeing.main([str(photos), str(truth), "--detector", str(photos / "none.onnx")]) == 66
    with pytest.raises(SystemExit) as ended:
        seeing.main([str(photos), str(truth), "--detector", "off", "--replies", str(photos)])
    assert ended.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
