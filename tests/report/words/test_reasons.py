"""What `explain` says of values: reasons agree with them, and it takes as long as there are values."""

from __future__ import annotations

from pathlib import Path

import pytest

from imgext.report.words.reasons import reasons
from imgext.scene import model
from imgext.scene.defaults import settle
from imgext.scene.model import Scene
from imgext.scene.yaml import nodes


@pytest.mark.parametrize("tracks", [3, 30])
def test_a_scene_is_dumped_and_its_text_read_once_however_many_tracks_it_has(monkeypatch, tracks):
    text = "schema: imgext.scene/1\ntracks:\n" + "".join(
        f"  a{n}: {{sound: 'builtin:dog', start: {n}}}\n" for n in range(tracks)
    )
    data = {f"a{n}": {"sound": "builtin:dog", "start": float(n)} for n in range(tracks)}
    scene = Scene.of({"schema": model.VERSION, "tracks": data}).located(Path(), "s", "s.yaml", text)
    settled, decisions = settle(scene)
    dumps, reads, read = [], [], nodes.read_nodes
    monkeypatch.setattr(Scene, "as_data", lambda self: dumps.append(self) or model.plain(self))
    monkeypatch.setattr(nodes, "read_nodes", lambda *text: reads.append(text) or read(*text))
    found = {reason.path: reason for reason in reasons(scene, settled, decisions)}
    assert (len(dumps), len(reads)) == (1, 1)
    assert (
        found[f"tracks.a{tracks - 1}.start"].because == f"s.yaml:{tracks + 2}:{37 + len(str(tracks - 1)) - 1}"
    )


def test_the_reason_of_a_default_room_says_what_the_value_says():
    settled, decisions = settle(Scene.of({"schema": model.VERSION}))
    assert settled.room_detected is False
    because = next(one.because for one in decisions if one.path == "room_detected")
    assert "no closed room" in because
