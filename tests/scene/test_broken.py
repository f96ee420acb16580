"""Broken scenes: each is reported with its line, column, path and code, all faults of a file at once.

The places are counted by hand: `HEAD` is two lines long, `_track` puts its text at line 4, column 10.
"""

import re
from dataclasses import dataclass

import pytest

from imgext import errors
from imgext.errors import MissingInputError, SceneError
from imgext.scene.document import load, parse, read
from imgext.scene.yaml import nodes

HEAD = "schema: imgext.scene/1\nobjects: {gull: {label: seagull}}\n"
SCHEMA = "schema: imgext.scene/1\n"
LONG = "q" * 5000


def _track(text):
    return HEAD + "tracks:\n  gull: {" + text + "}\n"


@dataclass
class Case:
    name: str
    text: str | bytes
    expected: list
    says: str = ""

    @property
    def raw(self):
        return self.text if isinstance(self.text, bytes) else self.text.encode()


CASES = [
    # no scene at all
    Case("empty file", "", [(1, 1, "", "not_a_scene")], "empty"),
    Case("comment only", "# nothing here\n# yet\n", [(1, 1, "", "not_a_scene")]),
    Case("a list at the top", "- schema: imgext.scene/1\n", [(1, 1, "", "not_a_scene")]),
    Case("a text at the top", "hello\n", [(1, 1, "", "not_a_scene")]),
    Case("a blank document", "null\n", [(1, 1, "", "not_a_scene")]),
    Case("only the schema", SCHEMA, [(1, 1, "", "nothing_to_play")]),
    # the version
    Case(
        "no schema",
        "objects:\n  gull: {label: seagull}\n",
        [(1, 1, "schema", "unknown_version")],
        "imgext.scene/1",
    ),
    Case(
        "another version, nothing else is said",
        "schema: imgext.scene/2\nlable: 1\n",
        [(1, 9, "schema", "unknown_version")],
    ),
    Case(
        "a blank schema",
        "schema:\nobjects: {gull: {label: seagull}}\n",
        [(1, 1, "schema", "unknown_version")],
    ),
    Case("schema is a list", "schema: [imgext.scene/1]\n", [(1, 9, "schema", "unknown_version")]),
    Case(
        "schema is not first",
        "objects: {gull: {label: x}}\nschema: imgext.scene/1\n",
        [(2, 1, "schema", "bad_form")],
    ),
    # the text itself
    Case("NUL", HEAD + "title: a\0b\n", [(3, 9, "", "syntax")]),
    Case("bell", HEAD + "title: ab\x07\n", [(3, 10, "", "syntax")]),
    Case("invalid UTF-8", HEAD.encode() + b"title: caf\xe9\n", [(3, 11, "", "encoding")], "0xe9"),
    Case(
        "invalid UTF-8 behind an emoji",
        HEAD.encode() + "title: 🐦".encode() + b"\xff\n",
        [(3, 9, "", "encoding")],
    ),
    Case("UTF-16", HEAD.encode("utf-16"), [(1, 1, "", "encoding")]),
    Case("a surrogate in UTF-8", HEAD.encode() + b"title: \xed\xa0\x80\n", [(3, 8, "", "encoding")]),
    Case("a surrogate as an escape", HEAD + 'title: "\\ud800"\n', [(3, 8, "title", "bad_form")]),
    Case("a line separator", HEAD + "title: a\u2028b\n", [(3, 9, "", "syntax")], "U+2028"),
    Case("tab as indentation", HEAD + "find:\n\tmode: best\n", [(4, 1, "", "syntax")], "tab"),
    Case("two colons", HEAD + "title: a: b\n", [(3, 9, "", "syntax")]),
    Case(
        "crooked indentation", SCHEMA + "objects:\n  gull:\n    label: x\n   pan: 0\n", [(5, 4, "", "syntax")]
    ),
    Case("an open bracket", HEAD + "tracks: {gull: {pan: 0}\n", [(4, 1, "", "syntax")]),
    Case("an open quote", HEAD + "title: 'open\n", [(4, 1, "", "syntax")]),
    Case("a bad escape", HEAD + 'title: "\\q"\n', [(3, 10, "", "syntax")]),
    Case("two documents", HEAD + "---\n" + HEAD, [(3, 1, "", "documents")]),
    Case("a tag", HEAD + "title: !!str 5\n", [(3, 8, "", "tag")]),
    Case("a dangerous tag", HEAD + "x-a: !!python/object/apply:os.system [id]\n", [(3, 6, "", "tag")]),
    Case("a long tag", HEAD + f"title: !<{LONG}> 5\n", [(3, 8, "", "tag")]),
    Case("an anchor", HEAD + "title: &t gulls\n", [(3, 8, "", "alias")]),
    Case("an alias", HEAD + "context: *t\n", [(3, 10, "", "alias")]),
    Case("a merge key with an alias", _track("<<: *base"), [(4, 14, "", "alias")]),
    Case("a merge key", _track("<<: {pan: 0}"), [(4, 10, "tracks.gull.<<", "unknown_key")]),
    Case("a list that contains itself", HEAD + "x-r: &r [*r]\n", [(3, 6, "", "alias")]),
    Case(
        "an alias bomb of nine levels",
        "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)),
        [(1, 5, "", "alias")],
    ),
    # `[` number n stands at column 8 + n and is level n + 1, below the mapping: the 33rd level begins with
    # the 32nd
    Case("nested 40 deep", HEAD + "x-deep: " + "[" * 40 + "]" * 40 + "\n", [(3, 40, "", "too_big")]),
    Case("nested 10 000 deep", "[" * 10_000, [(1, 33, "", "too_big")]),
    Case("2 MiB", HEAD + "#" * (2 << 20), [(1, 1, "", "too_big")]),
    # keys
    Case("a key twice", HEAD + "seed: 1\nseed: 2\n", [(4, 1, "seed", "duplicate_key")]),
    Case(
        "an object twice",
        SCHEMA + "objects: {gull: {label: a}, gull: {label: b}}\n",
        [(2, 29, "objects.gull", "duplicate_key")],
    ),
    Case(
        "a key twice in a list",
        _track("eq: [{freq: 90, gain: 0, gain: 1}]"),
        [(4, 35, "tracks.gull.eq.0.gain", "duplicate_key")],
    ),
    Case(
        "a number as an id",
        SCHEMA + "objects:\n  12: {label: x}\n",
        [(3, 3, "objects.12", "wrong_type")],
        "text",
    ),
    Case("true as a key", HEAD + "true: 1\n", [(3, 1, "true", "wrong_type")]),
    Case("a blank key", HEAD + "~: 1\n", [(3, 1, "~", "wrong_type")]),
    Case("a list as a key", HEAD + "[a]: 1\n", [(3, 1, "", "wrong_type")]),
    Case("an unknown key", HEAD + "sede: 7\n", [(3, 1, "sede", "unknown_key")], "did you mean `seed`?"),
    Case(
        "an unknown key like nothing",
        HEAD + "zzzzz: 7\n",
        [(3, 1, "zzzzz", "unknown_key")],
        "known: schema, title",
    ),
    Case(
        "an unknown setting",
        HEAD + "find: {moed: best}\n",
        [(3, 8, "find.moed", "unknown_key")],
        "did you mean `mode`?",
    ),
    Case(
        "an unknown key of a cut",
        _track("eq: [{freq: 90, gain: 0, frequency: 1}]"),
        [(4, 35, "tracks.gull.eq.0.frequency", "unknown_key")],
        "did you mean `freq`?",
    ),
    Case(
        "a compressor that is a number",
        _track("compressor: 3"),
        [(4, 22, "tracks.gull.compressor", "wrong_type")],
        "a mapping",
    ),
    Case(
        "a ratio below 1",
        _track("compressor: {ratio: 0.5}"),
        [(4, 30, "tracks.gull.compressor.ratio", "out_of_range")],
        "at least 1",
    ),
    Case(
        "a ratio of 21",
        _track("compressor: {ratio: 21}"),
        [(4, 30, "tracks.gull.compressor.ratio", "out_of_range")],
        "at most 20",
    ),
    Case(
        "a threshold above 0",
        _track("compressor: {threshold: 1}"),
        [(4, 34, "tracks.gull.compressor.threshold", "out_of_range")],
    ),
    Case(
        "a knee below 0",
        _track("compressor: {knee: -1}"),
        [(4, 29, "tracks.gull.compressor.knee", "out_of_range")],
        "at least 0",
    ),
    Case(
        "an attack of 11 s",
        _track("compressor: {attack: 11}"),
        [(4, 31, "tracks.gull.compressor.attack", "out_of_range")],
        "at most 10",
    ),
    Case(
        "a release in words",
        _track("compressor: {release: slow}"),
        [(4, 32, "tracks.gull.compressor.release", "wrong_type")],
        "a number",
    ),
    Case(
        "an unknown key of a compressor",
        _track("compressor: {ration: 3}"),
        [(4, 23, "tracks.gull.compressor.ration", "unknown_key")],
        "did you mean `ratio`?",
    ),
    Case(
        "a key that is no line",
        HEAD + '"a\\nb\\e[31m": 1\n',
        [(3, 1, "'a\\nb\\x1b[31m'", "unknown_key")],
    ),
    Case("an endless key", HEAD + f"? {LONG}\n: 1\n", [(3, 3, "'" + "q" * 21 + "...'", "unknown_key")]),
    Case(
        "lable",
        SCHEMA + "objects:\n  gull:\n    lable: seagull\n",
        [(4, 5, "objects.gull.lable", "unknown_key")],
        "did you mean `label`?",
    ),
    Case(
        "what stands below misspelt keys",
        SCHEMA + "objcts:\n  gull: {lable: g, pan: 3}\ntrakcs: {gull: {loop: 5, objet: gul}}\n",
        [
            (2, 1, "objcts", "unknown_key"),
            (3, 10, "objects.gull.lable", "unknown_key"),
            (3, 25, "objects.gull.pan", "out_of_range"),
            (4, 1, "trakcs", "unknown_key"),
            (4, 23, "tracks.gull.loop", "wrong_type"),
            (4, 26, "tracks.gull.objet", "unknown_key"),
            (4, 33, "tracks.gull.object", "unknown_reference"),
        ],
    ),
    Case(
        "a key that is no slip of another",
        SCHEMA + "objects: {gull: {label: g, zzz: 1}}\n",
        [(2, 28, "objects.gull.zzz", "unknown_key")],
        "known: label",
    ),
    # numbers with a decimal comma
    Case(
        "a decimal comma in braces",
        _track("pan: 0,5, gain: -3,25"),
        [(4, 15, "tracks.gull.pan", "wrong_type"), (4, 26, "tracks.gull.gain", "wrong_type")],
        "write 0.5, with a decimal point",
    ),
    Case(
        "a decimal comma in a line",
        HEAD + "tracks:\n  gull:\n    pan: -0,5\n",
        [(5, 10, "tracks.gull.pan", "wrong_type")],
        "write -0.5, with a decimal point",
    ),
    Case(
        "a decimal comma and a number out of its range",
        _track("pan: 1,5"),
        [(4, 15, "tracks.gull.pan", "out_of_range"), (4, 15, "tracks.gull.pan", "wrong_type")],
    ),
    Case(
        "decimal commas in a list",
        _track("every: [2,5, 8,5]"),
        [(4, 17, "tracks.gull.every", "out_of_range")],
        "decimal point",
    ),
    Case(
        "a key that is a number behind a list",
        _track("start: [1, 2],5: 1"),
        [(4, 24, "tracks.gull.5", "wrong_type")],
    ),
    # what a merge of git leaves
    Case(
        "a merge that was not finished",
        SCHEMA + "objects:\n<<<<<<< HEAD\n  a: {label: a}\n=======\n  b: {label: b}\n>>>>>>> b\n",
        [(3, 1, "", "syntax")],
        "git",
    ),
    Case(
        "two of them, with the base, and with CRLF",
        (HEAD + "<<<<<<< ours\nseed: 1\n||||||| base\n=======\nseed: 2\n>>>>>>> theirs\n" * 2).replace(
            "\n", "\r\n"
        ),
        [(3, 1, "", "syntax"), (9, 1, "", "syntax")],
        "<<<<<<<",
    ),
    # what `imgext merge` leaves
    Case(
        "a conflict between two sides",
        HEAD + "# <<<<<<< ours\nseed: 1\n# =======\nseed: 2\n# >>>>>>> theirs\n",
        [(3, 1, "seed", "conflict")],
        "ours says 'seed: 1', theirs says 'seed: 2'",
    ),
    Case("no label", SCHEMA + "objects:\n  gull: {pan: 0.5}\n", [(3, 9, "objects.gull.label", "missing")]),
    Case("a blank object", SCHEMA + "objects:\n  gull:\n", [(3, 3, "objects.gull.label", "missing")]),
    Case("a capital in an id", SCHEMA + "objects:\n  Gull: {label: x}\n", [(3, 3, "objects.Gull", "bad_id")]),
    Case(
        "an id that begins with a digit",
        SCHEMA + "objects:\n  2gull: {label: x}\n",
        [(3, 3, "objects.2gull", "bad_id")],
    ),
    Case("an id with a dot", HEAD + "tracks:\n  a.b: {sound: x.wav}\n", [(4, 3, "tracks.a.b", "bad_id")]),
    Case(
        "an id of 65 letters",
        SCHEMA + f"objects:\n  {'a' * 65}: {{label: x}}\n",
        [(3, 3, f"objects.'{'a' * 21}...'", "out_of_range")],
    ),
    Case("an object's id as a value", _track("object: Gull!"), [(4, 18, "tracks.gull.object", "bad_id")]),
    # types
    Case("a negative seed", HEAD + "seed: -1\n", [(3, 7, "seed", "out_of_range")]),
    Case("a fraction as the seed", HEAD + "seed: 1.5\n", [(3, 7, "seed", "wrong_type")]),
    Case("5000 digits", HEAD + f"seed: {'9' * 5000}\n", [(3, 7, "seed", "out_of_range")]),
    Case("5000 digits as seconds", HEAD + f"duration: {'9' * 5000}\n", [(3, 11, "duration", "out_of_range")]),
    Case("not a number", HEAD + "room_size: .nan\n", [(3, 12, "room_size", "out_of_range")]),
    Case("infinity", HEAD + "duration: .inf\n", [(3, 11, "duration", "out_of_range")]),
    Case("infinity by exponent", HEAD + "duration: 1e999\n", [(3, 11, "duration", "out_of_range")]),
    Case("yes", HEAD + "room_detected: yes\n", [(3, 16, "room_detected", "wrong_type")], "true or false"),
    Case("on", HEAD + "room_detected: on\n", [(3, 16, "room_detected", "wrong_type")]),
    Case("one for true", HEAD + "room_detected: 1\n", [(3, 16, "room_detected", "wrong_type")]),
    Case("true for a number", HEAD + "duration: true\n", [(3, 11, "duration", "wrong_type")]),
    Case("a number in quotes", HEAD + 'room_size: "0.5"\n', [(3, 12, "room_size", "wrong_type")], "a number"),
    Case("a date", HEAD + "seed: 2026-11-22\n", [(3, 7, "seed", "wrong_type")]),
    Case("a time", HEAD + "duration: 12:30\n", [(3, 11, "duration", "wrong_type")]),
    Case("underscores", HEAD + "duration: 1_000\n", [(3, 11, "duration", "wrong_type")]),
    Case("a number as the title", HEAD + "title: 5\n", [(3, 8, "title", "wrong_type")]),
    Case("a title of 5000 letters", HEAD + f"title: {LONG}\n", [(3, 8, "title", "out_of_range")]),
    Case("a word for a setting", HEAD + "find: best\n", [(3, 7, "find", "wrong_type")], "a mapping"),
    Case("a list of objects", SCHEMA + "objects: [gull]\n", [(2, 10, "objects", "wrong_type")]),
    Case("an object as text", SCHEMA + "objects:\n  gull: seagull\n", [(3, 9, "objects.gull", "wrong_type")]),
    Case(
        "a mapping as a start",
        _track("start: {at: 1}"),
        [(4, 17, "tracks.gull.start.after", "missing"), (4, 18, "tracks.gull.start.at", "unknown_key")],
    ),
    Case("a text in the starts", _track("start: [1, x]"), [(4, 21, "tracks.gull.start.1", "wrong_type")]),
    Case("a long text as a number", _track(f"start: {LONG}"), [(4, 17, "tracks.gull.start", "wrong_type")]),
    # ranges and words
    Case("no seconds", HEAD + "duration: 0\n", [(3, 11, "duration", "out_of_range")], "more than 0"),
    Case("a start before zero", _track("start: -0.5"), [(4, 17, "tracks.gull.start", "out_of_range")]),
    Case("no start at all", _track("start: []"), [(4, 17, "tracks.gull.start", "out_of_range")]),
    Case(
        "three numbers for a box",
        SCHEMA + "objects:\n  gull: {label: x, box: [0, 0, 1]}\n",
        [(3, 25, "objects.gull.box", "out_of_range")],
    ),
    Case(
        "an unknown mode",
        HEAD + "find: {mode: bset}\n",
        [(3, 14, "find.mode", "not_one_of")],
        "did you mean `best`?",
    ),
    Case("a long word for a mode", HEAD + f"find: {{mode: {LONG}}}\n", [(3, 14, "find.mode", "not_one_of")]),
    Case("no sources", HEAD + "find:\n  sources: []\n", [(4, 12, "find.sources", "out_of_range")]),
    Case(
        "a cut of 10 Hz",
        _track("eq: [{freq: 10, gain: 0}]"),
        [(4, 22, "tracks.gull.eq.0.freq", "out_of_range")],
    ),
    Case("a cut without depth", _track("eq: [{freq: 570}]"), [(4, 15, "tracks.gull.eq.0.gain", "missing")]),
    Case(
        "a span that ends before it begins",
        _track("eq: [{freq: 570, gain: -1, spans: [[5.9, 3.25]]}]"),
        [(4, 45, "tracks.gull.eq.0.spans.0", "bad_form")],
    ),
    Case("every, from long to short", _track("every: [9, 4]"), [(4, 17, "tracks.gull.every", "bad_form")]),
    # rules between fields
    Case(
        "a box beyond the picture",
        SCHEMA + "objects:\n  gull: {label: x, box: [0.9, 0, 0.2, 0.1]}\n",
        [(3, 25, "objects.gull.box", "out_of_range")],
    ),
    Case(
        "a start beyond the mix",
        HEAD + "duration: 10\ntracks:\n  gull: {start: [1, 10]}\n",
        [(5, 21, "tracks.gull.start.1", "out_of_range")],
    ),
    Case(
        "a cut above half the sample rate",
        HEAD + "sample_rate: 8000\ntracks:\n  gull: {eq: [{freq: 4000, gain: -1}]}\n",
        [(5, 22, "tracks.gull.eq.0.freq", "out_of_range")],
        "4000 Hz",
    ),
    Case(
        "no such object",
        _track("object: gul"),
        [(4, 18, "tracks.gull.object", "unknown_reference")],
        "did you mean `gull`?",
    ),
    Case(
        "a cut against nothing",
        _track("eq: [{freq: 570, gain: -1, against: gul}]"),
        [(4, 46, "tracks.gull.eq.0.against", "unknown_reference")],
    ),
    Case(
        "a track of nothing", HEAD + "tracks:\n  crow: {pan: 0}\n", [(4, 9, "tracks.crow", "nothing_to_play")]
    ),
    Case(
        "a blank track of nothing",
        HEAD + "tracks:\n  gul:\n",
        [(4, 3, "tracks.gul", "nothing_to_play")],
        "did you mean `gull`?",
    ),
    # sounds and paths
    Case(
        "builtn",
        _track("sound: builtn:rain"),
        [(4, 17, "tracks.gull.sound", "bad_form")],
        "did you mean `builtin`?",
    ),
    Case("freesound by name", _track("sound: freesound:abc"), [(4, 17, "tracks.gull.sound", "bad_form")]),
    Case("a source without a name", _track('sound: "builtin:"'), [(4, 17, "tracks.gull.sound", "bad_form")]),
    Case("an empty sound", _track('sound: ""'), [(4, 17, "tracks.gull.sound", "out_of_range")]),
    Case(
        "a url as a sound",
        _track("sound: http://169.254.169.254/a.wav"),
        [(4, 17, "tracks.gull.sound", "bad_path")],
        "url",
    ),
    Case("a file url", _track("sound: file:///etc/passwd"), [(4, 17, "tracks.gull.sound", "bad_path")]),
    Case(
        "a path out of the folder",
        _track("sound: a/../../b.wav"),
        [(4, 17, "tracks.gull.sound", "bad_path")],
        "leaves",
    ),
    Case("an absolute picture", HEAD + "image: /etc/passwd\n", [(3, 8, "image", "bad_path")], "absolute"),
    Case("a picture on a drive", HEAD + "image: C:/x.png\n", [(3, 8, "image", "bad_path")], "absolute"),
    Case("backslashes", HEAD + "image: C:\\x\n", [(3, 8, "image", "bad_path")], "forward slashes"),
    Case("a home folder", HEAD + "image: ~/x.png\n", [(3, 8, "image", "bad_path")]),
    Case(
        "a line break in a name",
        HEAD + 'image: "a\\nb.png"\n',
        [(3, 8, "image", "bad_path")],
        "control character",
    ),
    Case("a long path", HEAD + f"image: /{'q' * 1000}\n", [(3, 8, "image", "bad_path")]),
    # counting places
    Case("CRLF", (HEAD + "seed: -1\n").replace("\n", "\r\n"), [(3, 7, "seed", "out_of_range")]),
    Case("CR", (HEAD + "seed: -1\n").replace("\n", "\r"), [(3, 7, "seed", "out_of_range")]),
    Case("a byte order mark", "\ufeffschema: imgext.scene/2\n", [(1, 9, "schema", "unknown_version")]),
    Case("a byte order mark, third line", "\ufeff" + HEAD + "seed: -1\n", [(3, 7, "seed", "out_of_range")]),
    Case(
        "emoji before the fault",
        _track('x-note: "🐦🐦", pan: 2'),
        [(4, 29, "tracks.gull.pan", "out_of_range")],
    ),
    Case("no final newline", HEAD + "seed: -1", [(3, 7, "seed", "out_of_range")]),
    Case(
        "one line of flow style",
        "{schema: imgext.scene/1, objects: {gull: {label: x, pan: 2}}}",
        [(1, 58, "objects.gull.pan", "out_of_range")],
    ),
    # several at once
    Case(
        "everything at once, in order",
        SCHEMA
        + "seed: 1\n"
        + "seed: x\n"
        + "sede: 2\n"
        + "duration: 10\n"
        + "image: ../a.png\n"
        + "objects:\n"
        + "  gull: {label: 5, pan: 3}\n"
        + "  12: {label: x}\n"
        + "tracks:\n"
        + "  gull: {start: [x, 99], objct: gull}\n"
        + "  crow: {pan: 0}\n"
        + "  boat: {sound: builtn:engine, eq: [{freq: 1}, {freq: 90, gain: 0, against: bote}]}\n"
        + "find: {mode: bset}\n",
        [
            (3, 1, "seed", "duplicate_key"),
            (3, 7, "seed", "wrong_type"),
            (4, 1, "sede", "unknown_key"),
            (6, 8, "image", "bad_path"),
            (8, 17, "objects.gull.label", "wrong_type"),
            (8, 25, "objects.gull.pan", "out_of_range"),
            (9, 3, "objects.12", "wrong_type"),
            (11, 18, "tracks.gull.start.0", "wrong_type"),
            (11, 21, "tracks.gull.start.1", "out_of_range"),
            (11, 26, "tracks.gull.objct", "unknown_key"),
            (12, 9, "tracks.crow", "nothing_to_play"),
            (13, 17, "tracks.boat.sound", "bad_form"),
            (13, 37, "tracks.boat.eq.0.gain", "missing"),
            (13, 44, "tracks.boat.eq.0.freq", "out_of_range"),
            (13, 77, "tracks.boat.eq.1.against", "unknown_reference"),
            (14, 14, "find.mode", "not_one_of"),
        ],
    ),
    Case(
        "no schema, and a fault below",
        "objects: {gull: {label: x, pan: 2}}\n",
        [(1, 1, "schema", "unknown_version"), (1, 33, "objects.gull.pan", "out_of_range")],
    ),
    Case(
        "a broken object is still there to refer to",
        SCHEMA + "objects: {gull: seagull}\ntracks:\n  gull: {pan: 0}\n  two: {object: gull, start: x}\n",
        [(2, 17, "objects.gull", "wrong_type"), (5, 30, "tracks.two.start", "wrong_type")],
    ),
    Case(
        "no references are judged where the objects cannot be read",
        SCHEMA + "objects: 5\ntracks:\n  gull: {object: gull}\n",
        [(2, 10, "objects", "wrong_type")],
    ),
    Case(
        "two spans of one cut, and a cut behind it",
        SCHEMA
        + "sample_rate: 8000\nobjects: {gull: {label: x}}\ntracks:\n  gull:\n    eq:\n"
        + "      - {freq: 90, gain: 0, spans: [[2, 1], [4, 3]]}\n      - {freq: 9000, gain: 0}\n",
        [
            (7, 37, "tracks.gull.eq.0.spans.0", "bad_form"),
            (7, 45, "tracks.gull.eq.0.spans.1", "bad_form"),
            (8, 16, "tracks.gull.eq.1.freq", "out_of_range"),
        ],
    ),
]


FOUND = {}


def _faults(case, tmp_path):
    if case.name not in FOUND:  # two tests look at each
        FOUND[case.name] = _read(case, tmp_path)
    return FOUND[case.name]


def _read(case, tmp_path):
    file = tmp_path / "scene.yaml"
    file.write_bytes(case.raw)
    with pytest.raises(SceneError) as caught:
        read(file)
    assert caught.value.exit_code == 65
    return caught.value.faults


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_fault_has_its_place_and_code(case, tmp_path):
    found = _faults(case, tmp_path)
    assert [(fault.line, fault.column, fault.path, fault.code) for fault in found] == case.expected
    assert case.says in "\n".join(fault.words for fault in found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_messages_are_one_short_line(case, tmp_path):
    for fault in _faults(case, tmp_path):
        assert len(fault.words) <= 250
        assert fault.words.isprintable()
        assert fault.path.isprintable()
        for letter in "q9a":
            assert letter * 81 not in str(fault)
        path = f"{fault.path}: " if fault.path else ""
        assert str(fault) == f"{fault.file}:{fault.line}:{fault.column}: {path}{fault.words} [{fault.code}]"


def test_the_table_has_every_code_that_reading_a_scene_can_give():
    table = "\n".join(line for line in errors.__doc__.splitlines() if line.startswith("``"))
    codes = set(re.findall(r"``([a-z_]+)``", table))
    elsewhere = {
        "not_found",
        "unreadable",
        "unavailable",
        "odd",
        "too_many",
    }  # files that a scene names are opened by other rooms; what is odd is no fault
    assert len(codes) == 25
    assert {code for case in CASES for *_, code in case.expected} == codes - elsewhere


def test_more_nodes_than_allowed_are_refused_where_they_begin(monkeypatch):
    # the mapping, `schema`, its value, `x-a`, the list, 1 and 2: seven nodes; the eighth stands at column 13
    monkeypatch.setattr(nodes, "MAX_NODES", 7)
    with pytest.raises(SceneError) as caught:
        parse("schema: imgext.scene/1\nx-a: [1, 2, 3, 4]\n")
    assert [(fault.line, fault.column, fault.code) for fault in caught.value.faults] == [(2, 13, "too_big")]


def test_a_mapping_of_many_keys_is_read_without_comparing_each_with_each():
    keys = {f"k{n}": n for n in range(5_000)}
    text = (
        SCHEMA
        + "x-a: {"
        + ", ".join(f"{key}: {value}" for key, value in keys.items())
        + "}\nobjects: {a: {label: a}}\n"
    )
    assert parse(text).scene.own["x-a"] == keys


def test_a_hundred_faults_are_told_and_the_others_counted():
    with pytest.raises(SceneError) as caught:
        parse(HEAD + "".join(f"k{n}: 1\n" for n in range(500)))
    *told, last = caught.value.faults
    assert [fault.line for fault in told] == list(range(3, 103))
    assert (last.message, last.code) == ("and 400 more faults", "too_many")


@pytest.mark.parametrize("path", ["/abs/a.wav", "../a.wav", "~/a.wav", "C:/a.wav", "C:\\a.wav"])
def test_allow_outside_opens_local_paths(path):
    assert parse(_track(f"sound: {path}"), allow_outside=True).scene.tracks["gull"].sound == path


@pytest.mark.parametrize(
    "path", ['"http://a/b.wav"', '"file:///b.wav"', '"a\\nb"', "builtn:rain", "freesound:x"]
)
def test_allow_outside_opens_nothing_else(path):
    with pytest.raises(SceneError):
        parse(_track(f"sound: {path}"), allow_outside=True)


@pytest.mark.parametrize("text", ["2026-11-22", "12:30", "no", "on", "1_000", "0o9", "off", "y", "=", "<<"])
def test_what_older_yaml_took_for_dates_and_booleans_is_text(text):
    assert parse(HEAD + f"title: {text}\n").scene.title == text


def test_a_missing_file_a_folder_and_a_pipe_are_named(tmp_path):
    import os

    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(MissingInputError, match=re.escape(str(path))):
            load(path)
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "pipe.yaml"
        os.mkfifo(pipe)
        with pytest.raises(
            MissingInputError, match="not a regular file"
        ):  # and does not wait for someone to write
            load(pipe)


def test_a_surrogate_in_the_text_is_a_fault_and_no_traceback():
    with pytest.raises(SceneError) as caught:
        parse(HEAD + "title: a\ud800\n")
    assert [(fault.line, fault.column, fault.code) for fault in caught.value.faults] == [(3, 9, "syntax")]


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("start", '["x"]', "tracks.a.start.0"),
        ("start", '"x"', "tracks.a.start"),
        ("vary", "{gain: 99}", "tracks.a.vary.gain"),
        ("vary", "{gian: 1}", "tracks.a.vary.gian"),
        ("vary", "3", "tracks.a.vary"),
        ("=one", "3", "tracks.a.=one"),
    ],
)
def test_a_fault_of_a_value_with_several_forms_is_at_its_own_path(field, value, path):
    with pytest.raises(SceneError) as caught:
        parse(f'schema: imgext.scene/1\ntracks: {{a: {{sound: b.wav, "{field}": {value}}}}}\n', "x.yaml")
    assert [fault.place.path for fault in caught.value.faults] == [path]
