"""A change of one value changes one line of the file, whatever its author's hand, or nothing at all."""

import difflib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.places import SCENES

from imgext.errors import SceneError
from imgext.scene import edit
from imgext.scene.document import parse
from imgext.scene.edit import set_value, set_values
from imgext.scene.model import Object, Scene, Track
from imgext.scene.writer import canonical_text
from imgext.scene.yaml.nodes import Places, read_nodes

BLOCK = """\
# yaml-language-server: $schema=../schemas/scene.schema.json
schema: imgext.scene/1
title: Fishing harbour at dawn   # a name
seed: 7

room_detected: false              # flat
room_size: 0.80
objects:                          # what is seen
  # a bird
  gull:
    label: "seagull"
    importance: 0.72   # high
    box: [0.61, 0.10, 0.08, 0.05] # x, y, width, height
  boat:
    label: 'motor boat'
    pan: -0.50
tracks:
  gull:
    sound: freesound:412068       # or builtin:gull
    start:
      - 3.25   # first
      - 17.8
    fade_out: .4
  boat:
    gain: +2.0
    x-note: {mine: [1, two]}
    eq:
      - freq: 570
        gain: -4.7   # deep
        spans: [[3.25, 5.90]]
        against: gull
      -
        freq: 1e3
        gain: 0
find:
  mode: best
  sources:
  - library
  - builtin
# the end
"""
FLOW = """\
{"schema": "imgext.scene/1", title: small, seed: 7,   # flow
 objects: {gull: {label: seagull, 'importance': 0.5}, # the bird
           boat: {label: "motor, boat", box: [0.5, 0.5,
                   0.25, 0.25]}},
 tracks: {gull: {start: [1, 2.5], mute: false},
   boat: {eq: [{freq: 570, gain: -1}]}},
 master: {loudness: -23, limiter: auto}
}
"""
ODD = """\
---
schema:    imgext.scene/1
? title
: 'it''s a "title"'
context: "caf\\u00e9 # no comment"
objects:
        gull:
            label:
                seagull
            depth: 0.1
        boat: {label: b}
        tram: { label: 'x' , pan: -0.5 }
tracks:
 gull:
   pan: 0.1
   loop: true
   every: [ 4 , 9 ]
... # over
"""
HANDS = {
    "block": BLOCK,
    "flow": FLOW,
    "odd": ODD,
    "crlf": BLOCK.replace("\n", "\r\n"),
    "cr": BLOCK.replace("\n", "\r"),
    "bom": "\ufeff" + BLOCK,
    "bom and crlf": "\ufeff" + ODD.replace("\n", "\r\n"),
    "no final newline": BLOCK.rstrip("\n"),
    "emoji": BLOCK.replace("Fishing harbour", "🐦 Fishing 🐦"),
}
EXAMPLES = {
    path.name: path.read_bytes().decode()
    for path in sorted(SCENES.glob("*.yaml"))
    if not path.name.endswith(".lock.yaml")
}


def _scalars(text):
    return [
        (".".join(path), node)
        for path, _, node in parse(text, allow_outside=True).root.walk()
        if node.kind == "scalar"
    ]


WORDS = {
    "turn": [2.5],
    "crossfade": [0.05],
    "search": ["harmony"],
    "objective": ["masking"],
    "room_detected": [True, False],
    "loop": [True, False],
    "mute": [True, False],
    "mode": ["random"],
    "kind": ["atmo", "object"],
    "measure": ["rms", "lufs"],
    "prefer": ["downloads", "rating"],
    "fallback": ["off", "csv"],
    "judge": ["off", "offline"],
    "limiter": ["off", "auto"],
    "engine": ["freeverb", "ir"],
    "sound": ["sounds/new sound.wav"],
    "image": ["new.jpg"],
    "sample_rate": [44100],
    "seed": [12345, 8],
    "freq": [600.5, 700.0],
    "q": [1.25],
    "bells": [2],
    "threshold": [-12.5, -6.0],
    "ratio": [4.5, 1.0],
    "dynamics": ["auto", "off"],
    "max_overlap": [2],
    "max_cut": [3.5],
    "loudness": [-20.5],
    "true_peak": [-2.0],
    "level": [-33.25],
    "duration": [600.5],
    "atmo": [-31.5],
}


def _others(path, old):
    """Values that may stand at `path` in place of `old`."""
    keys = path.split(".")
    name = next(key for key in reversed(keys) if not key.isdigit())
    if any(key.startswith("x-") for key in keys):
        return ["a: b, [c] # d", 3.0]
    if name in {"schema", "object", "against", "not_with", "after"}:
        return []
    if name in {"sources", "licences"}:
        return ["library" if name == "sources" else "cc0"]
    if name == "box":
        return [round(old / 2, 4)]
    if name in {"spans", "every", "by"}:
        return [round(old + 0.25, 6) if keys[-1] == "1" else round(old / 2, 3)]
    if keys[0] == "levels" and name == "object":
        return [-29.5]
    if path == "unmask.mode":
        return ["off", "peaks"]
    if path == "arrange.mode":
        return ["spread"]
    if name == "density":
        return ["sparse", 2.5]
    if name in WORDS:
        return WORDS[name]
    if isinstance(old, str):
        texts = [
            "plain",
            "with: colon # and hash",
            'quote\'s "both"',
            "a, b",
            "yes",
            "3.25",
            "café 🐦",
            "tab\tand\nline",
            "[x",
        ]
        return texts if name == "label" else [*texts, ""]
    return [0.125, 1.0, 0.0]


def _changed_lines(before, after):
    """List the lines of `before` that are gone and those of `after` that are new, with their ends."""
    diff = difflib.SequenceMatcher(
        None, before.splitlines(keepends=True), after.splitlines(keepends=True), autojunk=False
    )
    old = new = 0
    for kind, i1, i2, j1, j2 in diff.get_opcodes():
        if kind != "equal":
            old, new = old + i2 - i1, new + j2 - j1
    return old, new


def _with(data, path, value):
    *parents, key = path.split(".")
    node = data
    for parent in parents:
        node = (
            node[int(parent)]
            if isinstance(node, list)
            else node.setdefault(parent, {})
            if node.get(parent) is None
            else node[parent]
        )
    if isinstance(node, list):
        node[int(key)] = value
    else:
        node[key] = value
    return data


def _try(text, path, node, value):
    changed = set_value(text, path, value)
    assert changed.startswith(text[: node.start]), path
    assert changed.endswith(text[node.last :]), path
    new = changed[node.start : len(changed) - len(text) + node.last]
    assert "\n" not in new, path
    assert "\r" not in new, path
    if len((text[node.start : node.last] or " ").splitlines()) == 1:
        assert _changed_lines(text, changed) == (1, 1), path
    return changed, new


@pytest.mark.parametrize("name", HANDS)
def test_every_scalar_is_changed_on_one_line_and_nothing_else(name):
    text = HANDS[name]
    for path, node in _scalars(text):
        values = [value for value in _others(path, node.value) if value != node.value]
        for value in values if name in {"block", "flow", "odd"} else values[:1]:
            changed, _ = _try(text, path, node, value)
            assert parse(changed).root.data() == _with(parse(text).root.data(), path, value), path


@pytest.mark.parametrize(
    "name",
    [name for name in EXAMPLES if name.removesuffix(".yaml") in {"everything", "harbour", "five-lines"}],
)
def test_every_scalar_of_the_example_scenes_is_changed_on_one_line_and_nothing_else(name, monkeypatch):
    text = EXAMPLES[name]
    once = parse(text, allow_outside=True)  # the same text is not read again for each of hundreds of edits
    monkeypatch.setattr(
        edit, "parse", lambda new, *rest, **options: once if new == text else parse(new, *rest, **options)
    )
    for path, node in _scalars(text):
        for value in [value for value in _others(path, node.value) if value != node.value][:1]:
            _, new = _try(text, path, node, value)
            root, _ = read_nodes(f"[{new}]", Places("", new))
            assert root is not None
            assert root.data() == [value], path


def test_a_value_that_is_set_to_itself_changes_nothing_but_its_spelling():
    assert set_value(BLOCK, "seed", 7) == BLOCK
    assert set_value(BLOCK, "objects.gull.label", "seagull") == BLOCK


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("room_size", 0.75, "room_size: 0.80\n", "room_size: 0.75\n"),
        ("tracks.boat.gain", 3.0, "gain: +2.0\n", "gain: 3.0\n"),
        ("tracks.boat.eq.1.freq", 2000.0, "freq: 1e3\n", "freq: 2000\n"),
        ("objects.boat.label", "it's", "label: 'motor boat'\n", "label: 'it''s'\n"),
        ("objects.gull.label", 'a "b" \\', 'label: "seagull"\n', 'label: "a \\"b\\" \\\\"\n'),
        ("title", "a: b", "title: Fishing harbour at dawn   # a name\n", 'title: "a: b"   # a name\n'),
        ("tracks.gull.start.0", 1234.56789, "- 3.25   # first\n", "- 1234.57   # first\n"),
        ("tracks.boat.eq.0.gain", -4.25, "gain: -4.7   # deep\n", "gain: -4.25   # deep\n"),
        (
            "objects.gull.box",
            [0.5, 0.25, 0.125, 0.1],
            "box: [0.61, 0.10, 0.08, 0.05] # x",
            "box: [0.5, 0.25, 0.125, 0.1] # x",
        ),
        ("tracks.gull.fade_out", None, "fade_out: .4\n", "fade_out: null\n"),
    ],
)
def test_a_new_value_keeps_the_manner_of_the_old(path, value, before, after):
    assert BLOCK.count(before) == 1
    assert set_value(BLOCK, path, value) == BLOCK.replace(before, after)


SMALL = """\
schema: imgext.scene/1
title: small  # t
objects:
  gull:
    label: seagull
    pan: 0.5   # right
  boat: {label: boat, pan: 0.5}   # b
tracks:
  # about gull
  gull:
    sound: builtin:gull
    fade_out: 0.4  # long
  boat: {fade_in: 0.1}
  tram: {sound: "builtin:tram"}
  bus: {}
  car:   # nothing yet
find: {prefer: rating}
"""


@pytest.mark.parametrize(
    ("path", "value", "after_line", "line"),
    [
        # block parents: one new line, behind the nearest earlier key of the format's order
        ("seed", 3, "title: small  # t\n", "seed: 3\n"),
        ("room_size", 0.5, "title: small  # t\n", "room_size: 0.5\n"),
        ("context", "a: b", "title: small  # t\n", 'context: "a: b"\n'),
        ("master.loudness", -23.0, "find: {prefer: rating}\n", "master: {loudness: -23}\n"),
        ("x-note", "mine", "find: {prefer: rating}\n", "x-note: mine\n"),
        ("objects.gull.kind", "object", "    label: seagull\n", "    kind: object\n"),
        (
            "objects.gull.box",
            [0.0, 0.1, 0.2, 0.3],
            "    pan: 0.5   # right\n",
            "    box: [0, 0.1, 0.2, 0.3]\n",
        ),
        ("tracks.gull.start", 3.25, "    sound: builtin:gull\n", "    start: 3.25\n"),
        ("tracks.gull.start", [3.25, 17.8], "    sound: builtin:gull\n", "    start: [3.25, 17.8]\n"),
        ("tracks.gull.mute", True, "    fade_out: 0.4  # long\n", "    mute: true\n"),
        ("tracks.gull.object", "boat", "  gull:\n    sound", None),
        (
            "tracks.gull.eq",
            [{"freq": 570.0, "gain": -4.7}],
            "    fade_out: 0.4  # long\n",
            "    eq: [{freq: 570, gain: -4.7}]\n",
        ),
        ("objects.cat.label", "cat", "  boat: {label: boat, pan: 0.5}   # b\n", "  cat: {label: cat}\n"),
        ("tracks.cat.sound", "builtin:cat", "  car:   # nothing yet\n", "  cat: {sound: builtin:cat}\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_new_key_is_one_new_line_in_the_order_of_the_format(path, value, after_line, line, newline, bom):
    # a track without sound and object has nothing to play, so the blank ones borrow an object
    small = SMALL.replace("bus: {}", "bus: {object: boat}").replace("  car:   #", "  car: {object: boat}   #")
    after_line = after_line.replace("  car:   #", "  car: {object: boat}   #")
    if line is None:
        wanted = small.replace("    sound: builtin:gull\n", "    object: boat\n    sound: builtin:gull\n")
    else:
        assert small.count(after_line) == 1
        wanted = small.replace(after_line, after_line + line)
    text, wanted = bom + small.replace("\n", newline), bom + wanted.replace("\n", newline)
    assert set_value(text, path, value) == wanted


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("objects.boat.kind", "object", "{label: boat, pan: 0.5}", "{label: boat, kind: object, pan: 0.5}"),
        ("objects.boat.depth", 1.0, "{label: boat, pan: 0.5}", "{label: boat, pan: 0.5, depth: 1}"),
        ("tracks.boat.sound", "a, b.wav", "{fade_in: 0.1}", '{sound: "a, b.wav", fade_in: 0.1}'),
        ("tracks.boat.pan", -1.0, "{fade_in: 0.1}", "{fade_in: 0.1, pan: -1}"),
        (
            "tracks.tram.start",
            [1.0, 2.0],
            '{sound: "builtin:tram"}',
            '{sound: "builtin:tram", start: [1, 2]}',
        ),
        ("tracks.bus.object", "gull", "bus: {}", "bus: {object: gull}"),
        ("tracks.car.object", "gull", "car:   # nothing yet", "car: {object: gull}   # nothing yet"),
        ("find.mode", "random", "{prefer: rating}", "{mode: random, prefer: rating}"),
        ("find.fallback", "off", "{prefer: rating}", "{prefer: rating, fallback: off}"),
    ],
)
def test_a_new_key_of_a_flow_empty_or_blank_parent_changes_its_line(path, value, before, after):
    # `bus` and `car` are named like objects, so that their tracks may be empty before the edit
    text = SMALL.replace("  boat: {label", "  bus: {label: bus}\n  car: {label: car}\n  boat: {label")
    assert text.count(before) == 1
    assert set_value(text, path, value) == text.replace(before, after)


def test_a_blank_value_is_filled_where_it_stands():
    text = (
        "schema: imgext.scene/1\nseed:   # later\nobjects:\n  a: {label: a, pan: , depth}\n"
        "  b: {label: b}\ntracks:\n"
    )
    assert "seed: 3   # later\n" in set_value(text, "seed", 3)
    assert "{label: a, pan: 0.5 , depth}" in set_value(text, "objects.a.pan", 0.5)
    assert "{label: a, pan: , depth: 0.5}" in set_value(text, "objects.a.depth", 0.5)
    assert set_value(text, "tracks.a.pan", 0.5) == text.replace("tracks:\n", "tracks: {a: {pan: 0.5}}\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "value", "below"),
    [
        ("tracks.b.start", 1, "    # closes a\n"),
        ("tracks.a.pan", 0, "    gain: 2\n"),
        ("tracks.a.start", 1, "  a:  # first\n"),
        ("seed", 3, "schema: imgext.scene/1\n"),
    ],
)
def test_a_new_key_leaves_every_comment_where_it_was(path, value, below, newline):
    text = (
        "schema: imgext.scene/1\n# of the objects\nobjects: {a: {label: a}, b: {label: b}}\n"
        "tracks:\n  a:  # first\n    # how loud\n\n    # by ear\n    gain: 2\n\n    # closes a\n"
        "  # closes the tracks\n# of the mix\nduration: 9\n"
    )
    new = set_value(text.replace("\n", newline), path, value).replace(newline, "\n")
    lines, before = new.splitlines(keepends=True), text.splitlines(keepends=True)
    added = [line for line in lines if line not in before]
    assert len(added) == 1
    at = lines.index(added[0])
    assert lines[at - 1] == below
    assert lines[:at] + lines[at + 1 :] == before


def test_a_missing_section_is_one_new_line():
    text = "schema: imgext.scene/1\nobjects: {a: {label: a}}"
    assert set_value(text, "tracks.a.start", 1.5) == text + "\ntracks: {a: {start: 1.5}}"
    assert set_value(text + "\n", "tracks.a.start", 1.5) == text + "\ntracks: {a: {start: 1.5}}\n"


def test_a_new_key_in_a_list_of_block_mappings_lines_up():
    assert "        gain: -4.7   # deep\n        q: 2\n        spans" in set_value(
        BLOCK, "tracks.boat.eq.0.q", 2.0
    )
    assert set_value(BLOCK, "tracks.boat.eq.1.against", "gull").count("        against: gull\n") == 2


def test_every_field_can_be_inserted_in_the_order_of_the_format():
    text = (
        "schema: imgext.scene/1\nobjects:\n  gull: {label: a}\n  a:\n    label: a\ntracks:\n  a:\n"
        "    object: a\n"
    )
    for section, model in (("objects", Object), ("tracks", Track)):
        grown = text
        names = [name for name in model.model_fields if name not in {"label", "object"}]
        for name in reversed(names):
            after = set_value(grown, f"{section}.a.{name}", model.model_fields[name].examples[0])
            assert _changed_lines(grown, after) == (0, 1), name
            grown = after
        written = list(parse(grown, allow_outside=True).root.data()[section]["a"])
        assert written == list(model.model_fields), section


def test_a_list_may_replace_a_number_and_the_other_way_round():
    text = set_value(
        SMALL.replace("bus: {}", "bus: {object: boat}").replace("car:", "car: {object: boat}"),
        "tracks.gull.start",
        1.5,
    )
    several = set_value(text, "tracks.gull.start", [1.0, 2.5])
    assert "    start: [1, 2.5]\n" in several
    assert set_value(several, "tracks.gull.start", 1.5) == text


def test_a_block_list_is_replaced_even_where_its_dashes_stand_below_the_key():
    changed = set_value(BLOCK, "find.sources", ["freesound"])
    assert parse(changed).scene.find.sources == ["freesound"]
    assert changed.endswith("# the end\n")


def test_a_folded_text_is_replaced_and_what_follows_stays():
    text = "schema: imgext.scene/1\ncontext: |\n  one\n  two\n\n# c\nobjects: {a: {label: a}}\n"
    assert set_value(text, "context", "three") == text.replace("|\n  one\n  two\n", "three\n")


IMPOSSIBLE = [
    ("seed", -1),
    ("seed", "x"),
    ("lable", 1),
    ("schema", "imgext.scene/9"),
    ("", 1),
    ("..", 1),
    ("title.text", "x"),
    ("objects.gull.label", None),
    ("objects.gull.label.text", "x"),
    ("objects.Gull.label", "x"),
    ("objects.gull.box.4", 0.1),
    ("objects.gull.box.-1", 0.1),
    ("objects.gull.box.x", 0.1),
    ("objects.gull.box.0", 0.99),
    ("tracks.gull.start.2", 1.0),
    ("tracks.gull.start.0", "x"),
    ("tracks.boat.eq.2.gain", 1.0),
    ("tracks.boat.eq.0.against", "nobody"),
    ("tracks.gull.start", [9.0, 10.0]),  # its entries have comments
    ("room_size", float("nan")),
    ("room_size", float("inf")),
]


@pytest.mark.parametrize(("path", "value"), IMPOSSIBLE)
def test_an_impossible_edit_is_a_scene_error(path, value):
    with pytest.raises(SceneError):
        set_value(BLOCK, path, value)


def test_an_edit_outside_the_folder_is_judged_as_reading_is():
    assert parse(set_value(BLOCK, "image", "/a.jpg"), allow_outside=True).scene.image == "/a.jpg"
    with pytest.raises(SceneError, match="bad_path"):
        set_value(BLOCK, "image", "/a.jpg", allow_outside=False)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
SHARES = st.floats(0, 1).map(lambda value: round(value, 3))
OBJECTS = st.fixed_dictionaries(
    {"label": TEXTS},
    optional={
        "importance": SHARES,
        "pan": SHARES,
        "depth": SHARES,
        "kind": st.sampled_from(["object", "atmo"]),
        "x-note": TEXTS,
    },
)
TRACKS = st.fixed_dictionaries(
    {"sound": st.just("builtin:rain")},
    optional={
        "start": st.one_of(SHARES, st.lists(SHARES, min_size=1, max_size=3)),
        "gain": SHARES,
        "mute": st.booleans(),
        "eq": st.lists(st.fixed_dictionaries({"freq": st.integers(20, 9000), "gain": SHARES}), max_size=2),
    },
)
IDS = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
DATA = st.fixed_dictionaries(
    {"schema": st.just("imgext.scene/1"), "tracks": st.dictionaries(IDS, TRACKS, min_size=1, max_size=3)},
    optional={
        "title": TEXTS,
        "seed": st.integers(0, 99),
        "objects": st.dictionaries(IDS, OBJECTS, max_size=3),
        "x-own": TEXTS,
    },
)
FAST = settings(
    max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@FAST
@given(DATA, st.randoms(use_true_random=False), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_one_scalar_of_any_scene_is_one_line(data, random, newline, bom):
    text = ("\ufeff" if bom else "") + canonical_text(data).replace("\n", newline)
    path, node = random.choice(_scalars(text))
    for value in _others(path, node.value)[:4]:
        if value != node.value:
            changed = set_value(text, path, value)
            assert parse(changed).root.data() == _with(parse(text).root.data(), path, value)
            assert changed.count(newline) == text.count(newline)
            assert changed.startswith(text[: node.start])
            assert changed.endswith(text[node.last :])


@FAST
@given(
    DATA,
    st.sampled_from(
        ["title", "seed", "room_size", "tracks.new.sound", "master.loudness", "find.mode", "x-new"]
    ),
)
def test_a_blank_of_any_scene_is_filled_by_one_line(data, path):
    value = {
        "title": "t: #",
        "seed": 3,
        "room_size": 0.5,
        "tracks.new.sound": "builtin:rain",
        "master.loudness": -23.0,
        "find.mode": "best",
        "x-new": "x",
    }[path]
    text = canonical_text(data)
    if Scene.of(data).value(path) is None:
        changed = set_value(text, path, value)
        assert _changed_lines(text, changed) == (0, 1)
        assert parse(changed).root.data() == _with(parse(text).root.data(), path, value)


def test_an_edit_that_would_mean_something_else_is_refused(monkeypatch):
    monkeypatch.setattr(
        edit, "_replaced", lambda text, *_: (0, len(text), text.replace("seed: 7", "seed: 8"))
    )
    with pytest.raises(SceneError, match="cannot be changed in place"):
        set_value(BLOCK, "title", "x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tracks: {a: {mute: }, b: {object: b}}",
        "tracks:\n  a:\n    # mine\n    mute: false\n  b:\n",
        "tracks:\r\n  b:\r\n    object: a # here\r\n",
    ],
)
def test_values_that_are_set_together_are_set_as_one_after_the_other(text):
    text = "schema: imgext.scene/1\nobjects:\n  a: {label: a}\n  b: {label: b}\n" + text
    values = {
        "tracks.a.start": 1.5,
        "tracks.b.sound": "x.wav",
        "duration": 7,
        "tracks.a.sound": "y.wav",
        "tracks.a.gain": -3.0,
        "tracks.b.start": [0.0, 2.5],
    }
    one_by_one = text
    for path, value in values.items():
        one_by_one = set_value(one_by_one, path, value)
    assert set_values(text, values) == one_by_one


def test_many_values_read_the_text_a_few_times(monkeypatch):
    from imgext.scene import edit

    read = []
    monkeypatch.setattr(edit, "parse", lambda *words, **named: read.append(1) or parse(*words, **named))
    text = "schema: imgext.scene/1\nobjects:\n" + "".join(f"  o{n}: {{label: dog}}\n" for n in range(40))
    values = {
        f"tracks.o{n}.{key}": value for n in range(40) for key, value in (("sound", "a.wav"), ("start", 1.0))
    }
    assert set_values(text, values).count("a.wav") == 40
    assert len(read) <= 8
