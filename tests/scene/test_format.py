"""Canonical form: the same values in a fixed order, comments next to what they describe, stable."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.places import SCENES

from imgext.errors import SceneError
from imgext.scene.document import parse
from imgext.scene.format import formatted
from imgext.scene.model import Object, Scene, Track

EXAMPLES = [path for path in sorted(SCENES.glob("*.yaml")) if not path.name.endswith(".lock.yaml")]

EVERYWHERE = """\
# c01 top
#
## c02 Title

schema: imgext.scene/1   # c03
                         # c04 goes on
tracks: # c05
  # c06
  gull: {sound: builtin:rain, # c07
     # c08
     start: 3  #c09
     # c10
     } # c11
  # c12: closes nothing, comes before boat
  boat:
    eq:
    - # c13
      freq: 570 # c14
      # c15
      gain: -4
      # c16
    # c17
    - {freq: 100, gain: 1,#c18
       spans: [[1, # c19
        # c20
        2]]}
      # c21
    sound: |-  # c22
      builtin:rain
    # fade_out: 0.4 c23
      # c24

  # c25 cat:
  #   c26 sound: x

# c27 about objects

objects:
   # c28
   gull:
       # c29
       label:
         # c30
         seagull # c31
       x-a: # c32
         b: [1, 2] # c33
         # c34
   # c35 end of objects
title: "a # b" # c36

  # c37
seed: 3
# c38 the end

# c39 really # nested
"""

CANONICAL = """\
# c01 top
#
## c02 Title

schema: imgext.scene/1  # c03 c04 goes on
title: "a # b"  # c36
# c37
seed: 3

# c27 about objects

objects:
  # c28
  gull:
    # c29
    # c30
    label: seagull  # c31
    # c34
    x-a: {b: [1, 2]}  # c32; c33
  # c35 end of objects

tracks:  # c05
  # c06
  gull:  # c07; c11
    sound: builtin:rain
    # c08
    start: 3  # c09
    # c10
  # c12: closes nothing, comes before boat
  boat:
    sound: builtin:rain  # c22
    eq:
      # c13
      # c15
      # c16
      - {freq: 570, gain: -4}  # c14
      # c17
      # c20
      - {freq: 100, gain: 1, spans: [[1, 2]]}  # c18; c19
      # c21
    # fade_out: 0.4 c23
    # c24
  # c25 cat:
  #   c26 sound: x
# c38 the end

# c39 really # nested
"""


def test_every_comment_keeps_its_place():
    assert formatted(EVERYWHERE) == CANONICAL


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(newline):
    assert formatted("\ufeff" + EVERYWHERE.replace("\n", newline)) == CANONICAL


@pytest.mark.parametrize(
    "text",
    [EVERYWHERE, *[path.read_text("utf-8") for path in EXAMPLES]],
    ids=["everywhere", *[p.name for p in EXAMPLES]],
)
def test_formatting_twice_is_formatting_once_and_loses_nothing(text):
    once = formatted(text)
    assert formatted(once) == once
    assert parse(once, allow_outside=True).root.data() == parse(text, allow_outside=True).root.data()
    for comment in re.findall(r"(?:^|\s)#+ ?([^#\n\"]+)$", text, re.MULTILINE):
        assert once.count(comment.strip()) >= 1, comment


HEAD = "schema: imgext.scene/1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("objects: {a: {label: a,  # why\n  pan: 0}}\n", "objects:  # why\n  a:\n    label: a\n    pan: 0\n"),
        ("objects: {a: {\n  # why\n  label: a}}\n", "objects:\n  a:\n    # why\n    label: a\n"),
        (
            "objects: {\n # why\n a: {label: a}\n # last\n }\n# end\n",
            "objects:\n  # why\n  a:\n    label: a\n  # last\n# end\n",
        ),
        (
            "objects:\n  a: {label: a, box: [0, # x\n    0, # y\n    1, 1]}\n",
            "objects:\n  a:  # x\n    label: a\n    box: [0, 0, 1, 1]  # y\n",
        ),
        (
            "objects:\n  a:\n    label: a\n    pan:   # to do\n",
            "objects:\n  a:\n    label: a\n    pan: null  # to do\n",
        ),
        (
            "objects:\n  a:\n    label: a\n    # pan: 0\n  b:\n    label: b\n",
            "objects:\n  a:\n    label: a\n    # pan: 0\n  b:\n    label: b\n",
        ),
        (
            "objects:\n  a:\n    pan: 0\n    # about the label\n    label: a\n",
            "objects:\n  a:\n    # about the label\n    label: a\n    pan: 0\n",
        ),
        ("tracks:\n  a: {sound: b}\n  # b:\n  #   sound: c\nseed: 1\n", None),
        (
            "objects:\n  x-ray:\n    # bones\n    label: x-ray\n",
            "objects:\n  x-ray:\n    # bones\n    label: x-ray\n",
        ),
        ("objects:\n  a: {label: 'it''s #1'}  # a #2\n", 'objects:\n  a:  # a #2\n    label: "it\'s #1"\n'),
        (
            "objects:\n  a:\n    label: one\n      # two is no comment of this text\n",
            "objects:\n  a:\n    label: one\n    # two is no comment of this text\n",
        ),
        ('objects:\n  a:\n    label: "one\n      # two"\n', 'objects:\n  a:\n    label: "one # two"\n'),
        (
            "objects:\n  a:\n    label: |-\n      one\n      # two\n    # three\n",
            'objects:\n  a:\n    label: "one\\n# two"\n    # three\n',
        ),
    ],
)
def test_a_comment_stays_with_its_key(text, expected):
    if expected is None:
        assert (
            formatted(HEAD + text)
            == HEAD + "seed: 1\n\ntracks:\n  a:\n    sound: b\n  # b:\n  #   sound: c\n"
        )
    else:
        assert formatted(HEAD + text) == HEAD + "\n" + expected


def test_a_comment_above_a_section_stands_below_the_blank_line():
    text = HEAD + "seed: 1\ntitle: x\n# one\n# two\nobjects: {a: {label: a}}\n"
    assert formatted(text).startswith(HEAD + "title: x\nseed: 1\n\n# one\n# two\nobjects:\n")


def test_keys_come_in_the_order_of_the_format_and_own_keys_last():
    values = {name: field.examples[0] for name, field in Track.model_fields.items() if name != "eq"}
    values["not_with"] = []  # the example names another track
    text = (
        HEAD
        + "x-z: 1\ntracks:\n  gull:\n"
        + "".join(f"    {name}: {value}\n" for name, value in reversed(values.items())).replace(
            "True", "true"
        )
    )
    text = (
        text.replace("False", "false").replace("    mute", "    x-b: 1\n    x-a: 2\n    mute")
        + "objects: {gull: {pan: 0, label: a}}\nmaster: {}\ntitle: t\n"
    )
    data = parse(formatted(text), allow_outside=True).root.data()
    assert list(data) == ["schema", "title", "objects", "tracks", "master", "x-z"]
    assert list(data["tracks"]["gull"]) == [*values, "x-b", "x-a"]
    assert list(data["objects"]["gull"]) == ["label", "pan"]


def test_an_invalid_scene_is_not_formatted():
    with pytest.raises(SceneError):
        formatted(HEAD + "lable: 1\n")


def test_values_of_the_author_survive_even_where_they_are_no_number():
    text = HEAD + "objects: {a: {label: a}}\nx-a: [.nan, .inf, -.inf, null, ~, 0x1F, {b: [c, {}]}]\n"
    assert formatted(text).endswith("\nx-a: [.nan, .inf, -.inf, null, null, 31, {b: [c, {}]}]\n")


# A scene is generated as lines, each key followed by a comment that names it, so that it is known where each
# comment belongs.
VALUES = {
    "label": ["a", "'b # c'", '"d"', "|-\n{pad}  e"],
    "kind": ["atmo", "object"],
    "importance": ["0.50", "1", ".5"],
    "pan": ["-0.5", "+1"],
    "box": ["[0, 0,1, 1]", "[0.1,\n{pad}  0.2, 0.3, 0.4]"],
    "depth": ["", "0"],
    "x-n": ["{a: 1}", "[1, {b: 2}]"],
}
SETTINGS = {
    "title": ["t", "'#'"],
    "seed": ["7", "0x10"],
    "room_size": ["0.80"],
    "width": ["1e-1"],
    "x-q": ["q"],
    "image": ["a.jpg"],
}


@st.composite
def commented(draw):
    """A scene in some hand, and for each comment the key it belongs to."""
    where = {}

    def lines(key, value, pad):
        out = []
        number = len(where)
        for _ in range(draw(st.integers(0, 2))):
            where[f"own{number:03d}x{len(out)}"] = key
            out.append(f"{pad}# own{number:03d}x{len(out)}\n" + draw(st.sampled_from(["", "\n"])))
        value = value.replace("{pad}", pad)
        first, _, rest = value.partition("\n")
        tail = ""
        if draw(st.booleans()):
            where[f"end{number:03d}"] = key
            tail = f"  # end{number:03d}"
        out.append(f"{pad}{key}: {first}".rstrip() + tail + "\n" + (f"{rest}\n" if rest else ""))
        return "".join(out)

    indent = draw(st.integers(1, 5))
    parts = []
    for key in draw(st.lists(st.sampled_from(sorted(SETTINGS)), unique=True)):
        parts.append(lines(key, draw(st.sampled_from(SETTINGS[key])), ""))
    objects = ""
    for name in draw(st.lists(st.sampled_from(["gull", "boat", "x-ray"]), unique=True, min_size=1)):
        objects += lines(name, "", " " * indent)
        keys = ["label", *draw(st.lists(st.sampled_from(sorted(set(VALUES) - {"label"})), unique=True))]
        for key in draw(st.permutations(keys)):
            objects += lines(key, draw(st.sampled_from(VALUES[key])), " " * indent * 2)
        if draw(st.booleans()):
            where[f"tail{name}"] = f"({name})"
            objects += " " * indent * 2 + f"# tail{name}\n"
    parts.append(lines("objects", "", "") + objects)
    return lines("schema", "imgext.scene/1", "") + "".join(draw(st.permutations(parts))), where


def _owners(text):
    """Map each comment of canonical text to its key; one that closes an object to the id in brackets."""
    found, waiting, current = {}, [], ""
    for line in text.splitlines():
        code, _, comment = (
            line.partition("# ") if re.search(r"(^|\s)# (own|end|tail)", line) else (line, "", "")
        )
        key = re.match(r"\s*([a-z_-]+):", code)
        if key:
            found.update(dict.fromkeys(waiting, key[1]))
            waiting = []
            if code.startswith("  ") and not code.startswith("   "):
                current = key[1]
            for word in re.findall(r"(?:own|end)[0-9x]+", comment):
                found[word] = key[1]
        elif comment.startswith("tail"):
            found[comment] = f"({current})"
        elif comment:
            waiting.append(comment)
    return found


@settings(
    max_examples=80, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(commented())
def test_no_comment_of_any_scene_is_lost_or_moves_to_another_key(case):
    text, where = case
    once = formatted(text)
    assert formatted(once) == once
    assert parse(once).root.data() == parse(text).root.data()
    assert _owners(once) == where
    for comment in where:
        assert len(re.findall(rf"{comment}\b", once)) == 1
    data = parse(once).root.data()
    order = [field.alias or name for name, field in Scene.model_fields.items()]
    for keys, wanted in [
        (data, order),
        *[(thing, list(Object.model_fields)) for thing in data["objects"].values()],
    ]:
        assert [key for key in keys if key in wanted] == [key for key in wanted if key in keys]
