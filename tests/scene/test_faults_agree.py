"""`check` and `render` say the same of every broken scene: code, line and column."""

from __future__ import annotations

import numpy as np
import pytest
from scene.test_broken import CASES as TEXTS
from test_bad_input import CASES as SCENES

from imgext import render
from imgext.errors import ImgextError
from imgext.pipeline.check import check
from imgext.pipeline.setup import open_setup

HEAD = "schema: imgext.scene/1\n"
#: Known by listening alone.
HEARD = {"a silent sound"}
#: At its limit, and allowed.
FINE = {"an offset that leaves one frame"}
#: What the tests of bad input do not have: fields at their limits, and files of other kinds.
MORE = {
    "an offset that leaves less than a frame": "tracks:\n  a: {sound: good.wav, offset: 0.99999}\n",
    "an offset that leaves one frame": "tracks:\n  a: {sound: good.wav, offset: 0.99998}\n",
    "an offset into a built-in sound": "tracks:\n  a: {sound: 'builtin:bell', offset: 3600}\n",
    "an offset at another rate": "sample_rate: 8000\ntracks:\n  a: {sound: good.wav, offset: 0.99996}\n",
    "a start that no mix reaches": "tracks:\n  a: {sound: good.wav, start: [0, 86400]}\n",
    "a start after the end": "duration: 5\ntracks:\n  a: {sound: good.wav, start: 5}\n",
    "a start below zero": "tracks:\n  a: {sound: good.wav, start: -1}\n",
    "no duration": "tracks:\n  a: {sound: good.wav, duration: 0}\n",
    "a duration beyond a day": "tracks:\n  a: {sound: good.wav, duration: 86401, loop: true}\n",
    "an unknown library sound": "tracks:\n  a: {sound: 'library:x.wav'}\n",
    "a folder as a sound": "tracks:\n  a: {sound: sub}\n",
    "a link out of the folder": "tracks:\n  a: {sound: link.wav}\n",
    "a missing sound in block style": "tracks:\n  a:\n    offset: 1\n    sound: 'no where.wav'\n",
    "a muted track and an unknown key": "tracks:\n  a: {sound: no.wav, mute: true, xyz: 1}\n",
}
KINDS = {
    **{case.name: case.raw for case in TEXTS},
    **{name: (HEAD + text).encode() for name, (text, *_) in SCENES.items()},
    **{name: (HEAD + text).encode() for name, text in MORE.items()},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import soundfile

    folder = tmp_path_factory.mktemp("scenes") / "here"
    (folder / "sub").mkdir(parents=True)
    random = np.random.default_rng(1)
    soundfile.write(folder / "good.wav", 0.1 * random.standard_normal(48000), 48000, subtype="PCM_24")
    soundfile.write(folder / "silent.wav", np.zeros(48000), 48000)
    soundfile.write(folder / "empty.wav", np.zeros(0), 48000)
    soundfile.write(folder.parent / "outside.wav", np.zeros(480), 48000)
    (folder / "text.wav").write_text("this is no sound", encoding="utf-8")
    (folder / "link.wav").symlink_to("../outside.wav")
    return folder


def refused(file):
    """The faults that `render` ends with; none where it renders."""
    try:
        render(file, file.parent / "out", pictures=False, force=True, setup=open_setup([], offline=True))
    except ImgextError as error:
        return error.faults or [str(error)]
    return []


@pytest.mark.parametrize("name", [name for name in KINDS if name not in HEARD])
def test_check_and_render_say_the_same(folder, name):
    file = folder / "scene.yaml"
    file.write_bytes(KINDS[name])
    expected = [(fault.code, fault.line, fault.column) for fault in refused(file)]
    assert [(fault.code, fault.line, fault.column) for fault in check(file)] == expected
    assert bool(expected) == (name not in FINE)


def test_what_is_known_by_listening_alone_is_left_to_render(folder):
    file = folder / "scene.yaml"
    file.write_bytes(KINDS["a silent sound"])
    assert check(file) == []
    assert [(fault.code, fault.line) for fault in refused(file)] == [("nothing_to_play", 3)]


def test_faults_of_form_references_sounds_and_lock_are_reported_together(folder):
    text = "tracks:\n  a: {sound: no.wav, pn: 1}\n  b: {sound: text.wav}\n  c: {object: d, sound: none.wav}\n"
    file = folder / "all.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    (folder / "all.lock.yaml").write_text("<<<<<<< HEAD\na: 1\n=======\nb: 1\n>>>>>>> c\n", encoding="utf-8")
    assert [(fault.code, fault.line) for fault in check(file)] == [
        ("not_found", 3),
        ("unknown_key", 3),
        ("unreadable", 4),
        ("unknown_reference", 5),
        ("not_found", 5),
        ("syntax", 1),
    ]


def test_a_sound_without_a_fault_stays_unmentioned_next_to_faults_of_form(folder):
    file = folder / "form.yaml"
    file.write_text(HEAD + "tracks:\n  a: {sound: good.wav, pan: 3}\n  b: {mute: 1}\n", encoding="utf-8")
    assert [(fault.code, fault.line) for fault in check(file)] == [
        ("out_of_range", 3),
        ("nothing_to_play", 4),
        ("wrong_type", 4),
    ]
