"""What is written reads back as it was, in the shortest form that does."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.places import SCENES

from imgext.scene.decision import Decision
from imgext.scene.document import parse
from imgext.scene.model import Scene
from imgext.scene.writer import Comments, canonical_text, scene_text
from imgext.scene.yaml.nodes import Places, read_nodes
from imgext.scene.yaml.spelling import flow_text, number_text, scalar_text

FAST = settings(
    max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

FULL = SCENES / "everything.yaml"


def _read(text):
    root, faults = read_nodes(text, Places("", text))
    assert faults == []
    return root.data()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (0.1, "0.1"),
        (-4.7, "-4.7"),
        (1 / 3, "0.3333333333333333"),
        (0.333333, "0.333333"),
        (1234.56, "1234.56"),
        (1234.567, "1234.567"),
        (123456.0, "123456"),
        (1234567.0, "1234567"),
        (0.00001, "0.00001"),
        (1e-6, "0.000001"),
        (1.5e-6, "1.5e-06"),
        (1e16, "1e+16"),
        (48000, "48000"),
        (2**63 - 1, "9223372036854775807"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (math.nan, ".nan"),
    ],
)
def test_a_number_has_no_more_digits_than_it_needs(value, text):
    assert number_text(value) == text


@FAST
@given(st.floats(allow_nan=False) | st.integers(-(10**280), 10**280))
def test_every_number_reads_back_exactly(value):
    assert _read(f"a: {scalar_text(value)}\nb: [{flow_text(value)}]\n") == {"a": value, "b": [value]}


WORDS = ["", " ", "yes", "No", "on", "off", "null", "~", "true", "1", "0.5", ".5", "1e3", "0x1F", "0o7",
    ".inf", ".nan", "2026-11-22", "12:30", "- a", "? a", "a: b",
         "a:", ":a", "a #b", "#a", "a#b", "a,b", "[a]", "{a}", "a]", "&a", "*a", "!a", "%a", "@a", "`a",
         "'a'", '"a"', "it's", "a\\b", "a\nb", "a\tb", "a\r", "\x7f", "\x85",
         "\xa0", "\u2028", "\ufeff",
         "\U000e0067", "🐦", "🏴\U000e0067\U000e0062\U000e007f", "a ", " a", "---", "...", "--- a", "a --- b",
         "|", ">", "=", "<<", "café", "http://a/b", "C:\\x"]  # fmt: skip


@pytest.mark.parametrize("text", WORDS)
def test_awkward_texts_read_back_as_text(text):
    assert _read(f"a: {scalar_text(text)}\nb: [{flow_text(text)}, {{k: {flow_text(text)}}}]\n") == {
        "a": text,
        "b": [text, {"k": text}],
    }


@FAST
@given(st.text(st.characters(codec="utf-8")) | st.text(st.sampled_from(":#'\"-?[]{},&*!|>%@`~ \n\tab01.")))
def test_every_text_reads_back_as_text_on_one_line(text):
    assert len(scalar_text(text).splitlines()) == 1
    assert _read(f"a: {scalar_text(text)}  # c\nb: [{flow_text(text)}]\n{scalar_text('k' + text)}: 1\n") == {
        "a": text,
        "b": [text],
        "k" + text: 1,
    }


def test_plain_texts_stay_plain():
    for text in [
        "seagull",
        "Fishing harbour at dawn",
        "builtin:rain",
        "sounds/a b.wav",
        "off",
        "gulls, waves",
        "imgext.scene/1",
        "it's",
        "a_b",
    ]:
        assert scalar_text(text) == text


def test_what_older_readers_take_for_truth_values_is_quoted():
    for text in ["yes", "No", "ON", "y", "n", "True", "null"]:
        assert scalar_text(text) == f'"{text}"'


OWN = {"x-a": None, "x-b": {"c": None, "d": [], "objects": {}, "tracks": {"e": None}}, "x-c": [1, "yes", 0.5]}
EVERYWHERE = {
    "schema": "imgext.scene/1",
    "objects": {"gull": {"label": "seagull", **OWN}, "x-ray": {"label": "machine", **OWN}},
    "tracks": {"gull": {"eq": [{"freq": 570, "gain": -4.7, **OWN}], **OWN}},
    **dict.fromkeys(("find", "levels", "arrange", "unmask", "reverb", "master"), OWN),
    **OWN,
}


def test_own_keys_survive_everywhere():
    scene = Scene.of(EVERYWHERE)
    assert scene.as_data() == EVERYWHERE
    again = parse(scene_text(scene)).scene
    assert again.as_data() == EVERYWHERE
    assert again.tracks["gull"].eq[0].own == OWN
    answered = scene.answered([Decision("tracks.gull.start", 1.5, "so")])
    assert answered.objects["gull"].own == OWN
    assert answered.own == OWN


def test_own_keys_cannot_be_changed_from_outside():
    scene = Scene.of(EVERYWHERE)
    scene.own["x-b"]["c"] = 1
    scene.as_data()["x-b"]["c"] = 1
    assert scene.as_data() == EVERYWHERE


@pytest.mark.skipif(not FULL.exists(), reason="there are no example scenes")
def test_a_scene_with_everything_reads_back_equal():
    scene = parse(FULL.read_text("utf-8"), allow_outside=True).scene
    text = scene_text(scene)
    again = parse(text, allow_outside=True).scene
    assert again.as_data() == scene.as_data()
    assert scene_text(again) == text


def test_the_canonical_form():
    data = {
        "master": {"loudness": -23.0},
        "tracks": {"gull": {"eq": [{"gain": -1.0, "freq": 570.0}], "start": [1.0, 2.5]}},
        "seed": 7,
        "schema": "imgext.scene/1",
        "x-z": {"a": [1]},
        "objects": {"gull": {"box": [0.0, 0.1, 0.2, 0.3], "label": "a: b"}},
        "room_size": 0.8,
    }
    comments = Comments(
        before={("objects",): ["seen", "", "here"]},
        after={("seed",): "why"},
        inside={("tracks", "gull"): ["done"]},
        end=["over"],
    )
    assert canonical_text(data, comments) == (
        "schema: imgext.scene/1\nseed: 7  # why\nroom_size: 0.8\n\n# seen\n\n# here\nobjects:\n  gull:\n"
        '    label: "a: b"\n    box: [0, 0.1, 0.2, 0.3]\n\ntracks:\n  gull:\n    start: [1, 2.5]\n    eq:\n'
        "      - {freq: 570, gain: -1}\n    # done\n\nmaster:\n  loudness: -23\nx-z: {a: [1]}\n# over\n"
    )


def test_decisions_stand_beside_their_values_as_one_line():
    scene = Scene.of({"schema": "imgext.scene/1", "tracks": {"gull": {"sound": "a.wav", "start": 1.5}}})
    text = scene_text(
        scene,
        [
            Decision("tracks.gull.start", 1.5, "it fits\nhere " + "x" * 200),
            Decision("tracks.gull.sound", "a.wav", "a note", kind="note"),
        ],
        header=["made by imgext"],
    )
    assert text.startswith("# made by imgext\nschema: imgext.scene/1\n")
    line = next(line for line in text.splitlines() if "start" in line)
    assert line.startswith("    start: 1.5  # it fits here xxx")
    assert line.endswith("...")
    assert "a note" not in text


VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@FAST
@given(VALUE)
def test_any_data_under_an_own_key_reads_back(value):
    data = {"schema": "imgext.scene/1", "objects": {"a": {"label": "a", "x-v": value}}, "x-v": value}
    assert parse(scene_text(Scene.of(data))).scene.as_data() == data
