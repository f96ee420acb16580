"""The example scenes: each is valid, canonical, sounds, keeps its ceiling, and renders the same bytes from
its resolved form.
"""

from __future__ import annotations

import typing

import numpy as np
import pytest
import soundfile
from support.places import SCENES

from imgext import load, render
from imgext.dsp.truepeak import TruePeakMeter
from imgext.pipeline.check import check
from imgext.scene.document import read
from imgext.scene.format import formatted
from imgext.scene.model import Object, Scene
from imgext.scene.shape import rows

if typing.TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = sorted(path for path in SCENES.glob("*.yaml") if not path.name.endswith(".lock.yaml"))
SCHEMA_LINE = "# yaml-language-server: $schema=../schemas/scene.schema.json"
#: dB by which a file may exceed its ceiling: what rounding to 24 bits leaves.
TOLERANCE = 1e-4

each_scene = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Renders a scene once for all tests of this module, without pictures; gives what `render` gives."""
    made = {}

    def one(path: Path):
        if path not in made:
            made[path] = render(path, tmp_path_factory.mktemp(path.stem), pictures=False)
        return made[path]

    return one


def eight_times(samples: np.ndarray) -> float:
    """dBTP by points eight times as dense as the samples, of another make than ours.

    Only blocks with a sample within 6 dB of the largest are looked at.
    """
    from scipy.signal import resample_poly

    margin, size = 64, 4096
    padded = np.pad(samples, ((margin, margin), (0, 0)))
    largest = np.abs(samples).max()
    found = 0.0
    for at in range(0, len(samples), size):
        if np.abs(samples[at : at + size]).max() >= largest / 2:
            dense = resample_poly(padded[at : at + size + 2 * margin], 8, 1, axis=0)
            found = max(found, np.abs(dense[8 * margin : -8 * margin]).max())
    return float(20 * np.log10(found))


def true_peak_of(samples: np.ndarray, rate: int) -> float:
    """dBTP of what stands in the file, measured anew."""
    meter = TruePeakMeter(rate, 2)
    meter.add(samples)
    return meter.true_peak()


def test_there_are_at_least_ten_scenes_and_a_word_about_each():
    text = (SCENES / "README.md").read_text(encoding="utf-8")
    assert len(EXAMPLES) >= 10
    assert [path.name for path in EXAMPLES if path.name not in text] == []


@each_scene
def test_a_scene_has_no_fault(path):
    assert check(path) == []


@each_scene
def test_a_scene_is_in_canonical_form_and_tells_editors_its_schema(path):
    text = read(path).text
    assert formatted(text, path.name) == text
    assert text.splitlines()[0] == SCHEMA_LINE


@each_scene
@pytest.mark.slow
def test_a_scene_is_heard(path, rendered):
    """Finite, never cut off, and not a second of it without any sound before the last clip ends."""
    made = rendered(path)
    samples, rate = soundfile.read(made.mix, always_2d=True)
    assert samples.shape == (round(made.duration * rate), 2)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() < 1
    assert -50 < made.loudness < -14
    last = max(
        (event.start + event.frames for track in made.plan.tracks for event in track.events), default=0
    )
    quietest = min(
        float(np.abs(samples[begin : begin + rate]).max())
        for begin in range(0, max(1, min(last, len(samples)) - rate), rate)
    )
    assert quietest > 1e-4


@each_scene
@pytest.mark.slow
def test_a_scene_keeps_its_true_peak_ceiling(path, rendered):
    made = rendered(path)
    samples, rate = soundfile.read(made.mix, always_2d=True)
    master = made.scene.master
    assert master.limiter == "auto"
    assert made.true_peak <= master.true_peak + TOLERANCE
    assert true_peak_of(samples, rate) <= master.true_peak + TOLERANCE
    assert master.true_peak <= -1


@pytest.mark.slow
def test_denser_points_find_no_higher_peak(rendered):
    made = rendered(SCENES / "everything.yaml")
    samples, _ = soundfile.read(made.mix, always_2d=True)
    assert eight_times(samples) <= made.scene.master.true_peak + TOLERANCE


@each_scene
@pytest.mark.slow
def test_every_track_that_is_not_muted_is_played(path, rendered):
    made = rendered(path)
    assert {track.id for track in made.plan.tracks} == {
        key for key, track in made.scene.tracks.items() if not track.mute
    }
    assert made.warnings == []


@pytest.mark.parametrize("name", ["everything", "five-lines", "stereo", "room-hard"])
@pytest.mark.slow
def test_the_resolved_scene_renders_the_same_bytes(name, rendered, tmp_path):
    made = rendered(SCENES / f"{name}.yaml")
    # what it names by path is found by content: the first render noted in the cache of these tests where it
    # stood
    again = render(made.mix.parent / "scene.resolved.yaml", tmp_path, pictures=False)
    assert again.sha256 == made.sha256
    assert again.scene.as_data() == made.scene.as_data()


def test_the_five_line_scene_has_five_lines():
    lines = (SCENES / "five-lines.yaml").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip() and not line.startswith("#")]) == 5


def test_a_loudness_target_is_reached(rendered):
    """EBU R 128: -23 LUFS, within the 0.1 LU that meters are allowed to differ by (EBU Tech 3341)."""
    import pyloudnorm

    made = rendered(SCENES / "loudness.yaml")
    samples, rate = soundfile.read(made.mix, always_2d=True)
    assert made.scene.master.loudness == -23
    assert pyloudnorm.Meter(rate).integrated_loudness(samples) == pytest.approx(-23, abs=0.1)


def test_the_two_rooms_differ_in_nothing_but_the_room(rendered):
    soft, hard = load(SCENES / "room-soft.yaml").as_data(), load(SCENES / "room-hard.yaml").as_data()
    assert {key for key in soft if soft[key] != hard[key]} == {
        "title",
        "context",
        "room_size",
        "damping",
        "wet_level",
    }
    assert rendered(SCENES / "room-hard.yaml").duration > rendered(SCENES / "room-soft.yaml").duration + 0.5


def test_many_clips_are_many():
    tracks = load(SCENES / "many-clips.yaml").tracks
    assert len(tracks) >= 12
    assert sum(len(track.start) if isinstance(track.start, list) else 1 for track in tracks.values()) >= 150


def test_stereo_sources_are_stereo_and_reach_the_edge(rendered):
    made = rendered(SCENES / "stereo.yaml")
    channels = {track.id: track.channels for track in made.plan.tracks}
    files = [
        key for key, track in load(SCENES / "stereo.yaml").tracks.items() if track.sound.endswith(".flac")
    ]
    assert files
    assert {channels[key] for key in files} == {2}
    assert {0.0, 1.0, -1.0} <= {track.pan for track in made.plan.tracks}


def fields(data, lead=""):
    """The dotted paths of plain data, with ID for an id and N for a place in a list of mappings."""
    items = enumerate(data) if isinstance(data, list) else data.items()
    for key, value in items:
        if str(key).startswith("x-"):
            continue
        name = "N" if isinstance(data, list) else "ID" if lead in {"objects.", "tracks."} else key
        if name not in {"ID", "N"}:
            yield f"{lead}{name}"
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            yield from fields(value, f"{lead}{name}.")


def test_everything_is_written_out_in_one_scene():
    """All fields of the format but `image`, since no photo is committed; `make schema` puts a new one in."""
    data = load(SCENES / "everything.yaml").as_data()
    assert set(fields(data)) == {row.path for row in rows(Scene)} - {"image"}
    assert all({*thing} >= set(Object.model_fields) for thing in data["objects"].values())


def test_sound_files_are_small_and_named_in_the_index():
    files = sorted(path for path in (SCENES / "sounds").iterdir() if path.suffix == ".flac")
    index = (SCENES / "sounds" / "index.csv").read_text(encoding="utf-8")
    for path in files:
        assert path.stat().st_size < 300_000
        assert path.name in index


def test_sound_files_are_what_the_bank_makes():
    """`tools/make_scene_sounds.py` gives the committed samples, within one 16-bit step (resampling differs
    between processors).
    """
    import importlib.util

    place = SCENES.parent / "tools" / "make_scene_sounds.py"
    spec = importlib.util.spec_from_file_location("make_scene_sounds", place)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made = tool.sounds()
    assert sorted(made) == sorted(path.name for path in (SCENES / "sounds").glob("*.flac"))
    for name, sound in made.items():
        stored, rate = soundfile.read(SCENES / "sounds" / name, dtype="int16", always_2d=True)
        assert rate == tool.RATE
        assert np.abs(stored - np.rint(sound * 32767)).max() <= 1
