"""The unmask step from a scene to the bytes: what is answered, and what is left."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile

from imgext import load, render, resolve
from imgext.mix.unmask.modes import MODES

RATE = 48000
SCENE = """duration: 6
objects:
  low: {label: engine, importance: 0.2}
  high: {label: bird, importance: 0.9}
  bed: {label: rain, kind: atmo}
tracks:
  low: {sound: low.wav, start: 1}
  high: {sound: high.wav, start: 2}
  bed: {sound: bed.wav, start: 0, loop: true}
"""


@pytest.fixture
def scene(scene_file, sound, noise):
    sound("low.wav", noise(3, 1))
    sound("high.wav", noise(3, 2))
    sound("bed.wav", noise(6, 3))
    whole = "{}.wav, offset: 0, duration: 3, fade_in: 0.02, fade_out: 0.02,"

    def write(more="", text=SCENE):
        for name in ("low", "high"):  # noise is a continuous sound, which would come and go over seconds
            text = text.replace(f"{name}.wav,", whole.format(name))
        return scene_file(text + more)

    return write


@pytest.mark.parametrize("mode", ["off", *sorted(MODES)])
@pytest.mark.slow
def test_every_mode_answers_every_blank_and_renders_as_its_resolved_form(mode, scene, tmp_path):
    path = scene(f"unmask: {{mode: {mode}}}\n")
    made = render(path, tmp_path / "out", pictures=False)
    assert all(track.eq is not None for track in made.scene.tracks.values())
    assert made.scene.tracks["high"].eq == []  # the most important sound is never cut
    for name in ("low.wav", "high.wav", "bed.wav"):
        (tmp_path / "out" / name).write_bytes((tmp_path / name).read_bytes())
    again = render(tmp_path / "out" / "scene.resolved.yaml", tmp_path / "again", pictures=False)
    assert again.sha256 == made.sha256


def test_the_default_mode_cuts_what_is_less_important_and_says_for_whom(scene):
    resolved = resolve(scene())
    cuts = [(key, cut) for key, track in resolved.scene.tracks.items() for cut in track.eq]
    assert {key for key, _ in cuts} == {"low", "bed"}
    assert all(cut.against == "high" or key == "bed" for key, cut in cuts)
    assert all(-6 <= cut.gain < 0 and cut.q == 1.0 for _, cut in cuts)
    assert all(1 <= begin < end <= 5 for _, cut in cuts for begin, end in cut.spans)
    notes = [decision for decision in resolved.decisions if ".eq." in decision.path]
    assert len(notes) == len(cuts)
    assert all("dB" in note.because and note.numbers for note in notes)


def test_a_written_eq_is_kept_and_a_written_empty_one_too(scene):
    text = SCENE.replace(
        "low: {sound: low.wav, start: 1}", "low: {sound: low.wav, start: 1, eq: [{freq: 200, gain: -3}]}"
    )
    text = text.replace("loop: true}", "loop: true, eq: []}")
    resolved = resolve(scene(text=text))
    assert [(cut.freq, cut.gain, cut.spans) for cut in resolved.scene.tracks["low"].eq] == [(200, -3, None)]
    assert resolved.scene.tracks["bed"].eq == []


@pytest.mark.slow
def test_the_level_that_importance_promises_is_kept(scene, tmp_path):
    from imgext.dsp.level import LevelMeter

    made = render(scene(), tmp_path / "out", pictures=False, stems=True)
    for key, level, begin, end in (("low", -28.0, 1, 4), ("high", -21.0, 2, 5), ("bed", -30.0, 0, 6)):
        x, _ = soundfile.read(tmp_path / "out" / "stems" / f"{key}.wav", always_2d=True)
        x = x[begin * RATE : end * RATE]
        meter = LevelMeter(RATE, 2, "lufs")
        meter.next_event()
        meter.add(x)
        assert meter.level() == pytest.approx(
            level, abs=0.1
        )  # constant power: a mono sound keeps its power over both channels
    assert made.scene.tracks["low"].eq


def test_the_delta_is_what_the_cuts_removed_and_silent_elsewhere(scene, tmp_path):
    path = scene("master: {gain: 0, limiter: off}\n")
    made = render(path, tmp_path / "out", pictures=False, delta=True)
    removed, _ = soundfile.read(tmp_path / "out" / "delta.wav", dtype="float32")
    open_until = max(end for track in made.scene.tracks.values() for cut in track.eq for _, end in cut.spans)
    first = min(begin for track in made.scene.tracks.values() for cut in track.eq for begin, _ in cut.spans)
    assert not removed[: int((first - 0.03) * RATE)].any()
    assert not removed[int((open_until + 0.03) * RATE) :].any()
    assert np.abs(removed).max() > 1e-3
    without = scene("master: {gain: 0, limiter: off}\nunmask: {mode: off}\n")
    plain = render(without, tmp_path / "plain", pictures=False, delta=True)
    nothing, _ = soundfile.read(plain.mix.parent / "delta.wav")
    assert not nothing.any()


def test_masking_json_tells_each_pair_before_and_after(scene, tmp_path):
    render(scene(), tmp_path / "out", pictures=False, masking=True)
    report = json.loads((tmp_path / "out" / "masking.json").read_text(encoding="utf-8"))
    assert len(report["bands"]) == 25
    assert [
        (pair["one"], pair["other"], pair["yields"]) for pair in report["pairs"]
    ] == [  # the worst first: the first is 2 dB softer than the second, then 7 dB, then 9 dB
        ("bed", "low", "bed"),
        ("high", "low", "low"),
        ("bed", "high", "bed"),
    ]
    last = report["pairs"][-1]
    assert len(last["before"]["one_masks"]) == 25
    assert sum(last["after"]["one_masks"]) < sum(last["before"]["one_masks"])  # the bed masks the bird less


def test_the_matrices_of_masking_json_cover_the_time_together_and_agree_with_its_sums(scene, tmp_path):
    render(scene(), tmp_path / "out", pictures=False, masking=True)
    for pair in json.loads((tmp_path / "out" / "masking.json").read_text(encoding="utf-8"))["pairs"]:
        for version in (pair["before"], pair["after"]):
            cells = version["cells"]
            columns = len(cells["together"])
            assert pair["from"] == pytest.approx(
                1 if "low" in {pair["one"], pair["other"]} and "bed" in {pair["one"], pair["other"]} else 2,
                abs=0.05,
            )
            assert columns * pair["column"] == pytest.approx(
                version["seconds"], rel=0.05
            )  # noises without a pause
            for way in ("one_masks", "other_masks"):
                assert {len(row) for row in cells[way]} <= {0, columns}
                for total, row in zip(version[way], cells[way], strict=True):
                    found = (
                        sum(value * share for value, share in zip(row, cells["together"], strict=False))
                        * pair["column"]
                        / 1e4
                    )
                    assert found == pytest.approx(total, rel=0.02, abs=0.03)


def test_a_pair_that_no_cut_touches_is_the_same_before_and_after(scene):
    from imgext.mix.unmask.masking_report import masking_of

    text = SCENE.replace("loop: true}", "loop: true, eq: [{freq: 200, gain: -3}]}").replace(
        "start: 1}", "start: 1, eq: []}"
    )
    resolved = resolve(scene(text=text.replace("start: 2}", "start: 2, eq: []}")))
    report = masking_of(resolved.scene, resolved.opened)
    same = {(pair["one"], pair["other"]): pair["before"] == pair["after"] for pair in report["pairs"]}
    assert same == {("bed", "high"): False, ("bed", "low"): False, ("high", "low"): True}


def test_two_beds_come_after_all_others_whatever_they_do_to_each_other(scene):
    from imgext.mix.unmask.masking_report import masking_of

    resolved = resolve(scene(text=SCENE.replace("importance: 0.2}", "kind: atmo}")))
    report = masking_of(resolved.scene, resolved.opened)
    assert [(pair["one"], pair["other"], pair["yields"]) for pair in report["pairs"]][-1] == (
        "bed",
        "low",
        None,
    )


def test_explain_says_of_each_pair_who_masks_whom_and_what_the_cuts_change(scene):
    from imgext.mix.unmask.masking_report import masking_of
    from imgext.report.words.reasons import masking_reasons

    resolved = resolve(scene())
    report = masking_of(resolved.scene, resolved.opened)
    found = masking_reasons(report, resolved.scene)
    assert [reason.path for reason in found] == ["masking.bed.low", "masking.high.low", "masking.bed.high"]
    last = report["pairs"][-1]
    sums = [sum(last[version]["one_masks"]) for version in ("before", "after")]
    worst = report["bands"][int(np.argmax(last["before"]["one_masks"]))]
    start = (
        f"rain masks bird most around {worst} Hz (severity {last['before']['severity'][0]:.2f}), "
        f"{100 * (1 - sums[1] / sums[0]):.0f} % less after the cuts;"
    )
    assert found[-1].because.startswith(start)
    assert [reason.path for reason in masking_reasons(report, resolved.scene, "tracks.high.eq")] == [
        "masking.high.low",
        "masking.bed.high",
    ]
    assert [reason.path for reason in masking_reasons(report, resolved.scene, "masking.high")] == [
        "masking.high.low"
    ]
    assert (
        masking_reasons(report, resolved.scene, "tracks.high.start")
        == masking_reasons(report, resolved.scene, "master")
        == []
    )


def test_of_many_pairs_explain_tells_the_worst_and_how_many_more_there_are(scene):
    from imgext.mix.unmask.masking_report import masking_of
    from imgext.report.words.reasons import PAIRS, masking_reasons

    resolved = resolve(scene())
    report = masking_of(resolved.scene, resolved.opened)
    report["pairs"] = report["pairs"] * 4
    found = masking_reasons(report, resolved.scene)
    assert len(found) == PAIRS + 1
    assert "4 more pairs" in found[-1].because
    assert len(masking_reasons(report, resolved.scene, "masking")) == 12


def test_the_order_of_tracks_changes_no_cut(scene):
    head, objects, tracks = (
        SCENE.partition("objects:\n")[0],
        SCENE.split("objects:\n")[1].split("tracks:\n", maxsplit=1)[0],
        SCENE.split("tracks:\n")[1],
    )
    turned = (
        f"{head}objects:\n"
        + "".join(reversed(objects.splitlines(keepends=True)))
        + "tracks:\n"
        + "".join(reversed(tracks.splitlines(keepends=True)))
    )
    one, other = resolve(scene()).scene, resolve(scene(text=turned)).scene
    assert {key: track.eq for key, track in one.tracks.items()} == {
        key: track.eq for key, track in other.tracks.items()
    }


def test_max_cut_0_and_a_single_sound_mean_no_cuts(scene):
    assert all(track.eq == [] for track in resolve(scene("unmask: {max_cut: 0}\n")).scene.tracks.values())
    alone = resolve(scene(text="duration: 4\ntracks: {low: {sound: low.wav}}\n"))
    assert alone.scene.tracks["low"].eq == []


def test_explain_gives_each_cut_its_own_reason(scene):
    from imgext.report.words.reasons import reasons

    path = scene()
    resolved = resolve(path)
    found = reasons(load(path), resolved.scene, resolved.decisions, "tracks.low.eq")
    assert found
    assert all(reason.stage == "mix" and "dB" in reason.because for reason in found)


def test_explain_gives_each_cut_its_own_reason_in_a_rendered_folder_too(scene, tmp_path):
    from imgext.report.words.reasons import reasons

    path = scene()
    why = {
        decision.path: decision.because
        for decision in resolve(path).decisions
        if decision.path.startswith("tracks.low.eq.")
    }
    render(path, tmp_path / "out", pictures=False)
    there = load(tmp_path / "out" / "scene.resolved.yaml")
    resolved = resolve(tmp_path / "out" / "scene.resolved.yaml")
    found = reasons(there, resolved.scene, resolved.decisions, "tracks.low.eq")
    assert why
    assert {
        reason.path: reason.because.partition(", from mix: ")[2] for reason in found if reason.path in why
    } == why


def test_the_planners_hear_a_compressed_sound_as_it_is_played(scene_file, sound):
    """Rows of the placed sound against the spectrum of what is played: where the gain stands still they
    differ by no more than without it."""
    from imgext.dsp.bark import BarkMeter
    from imgext.mix.unmask.stage import placed
    from imgext.rendering import make_plan
    from imgext.rendering.event import EventReader

    x = np.random.default_rng(5).standard_normal(4 * RATE) * np.where(
        np.arange(4 * RATE) % (2 * RATE) < RATE, 0.1, 0.01
    )
    sound("a.wav", x, subtype="DOUBLE")
    text = (
        "duration: 6\n"
        "tracks: {a: {sound: a.wav, start: 1.024, offset: 0, duration: 4, level: -20, eq: [{freq: 500,"
        " gain: -5}], %s}}\n"
    )
    totals = {}
    for how in ("", "compressor: {threshold: -22, ratio: 8, knee: 0}"):
        resolved = resolve(scene_file(text % how))
        planned, _ = make_plan(resolved.scene, resolved.opened)
        (track,), (seen,) = planned.tracks, placed(resolved.scene, planned, resolved.opened)
        y = (
            EventReader(track, resolved.opened.samples["a"], track.events[0], RATE).read(4 * RATE)[:, 0]
            * track.gain
        )
        meter = BarkMeter(RATE, 1)
        meter.add(np.concatenate([np.zeros(round(1.024 * RATE)), y])[:, None])
        played = meter.power()
        rows = np.concatenate(
            [np.arange(60, 90), np.arange(110, 140)]
        )  # in the first loud and the first soft second
        mine = dict(zip(seen.at.tolist(), seen.power, strict=True))
        totals[how] = 10 * np.log10([np.sum([mine[k] for k in part]) for part in (rows[:30], rows[30:])])
        exact = 10 * np.log10([np.sum(played[part]) for part in (rows[:30], rows[30:])])
        assert totals[how] == pytest.approx(exact, abs=0.3)
    loud, soft = (values[0] - values[1] for values in totals.values())
    assert loud == pytest.approx(20.0, abs=0.5)
    assert soft < 15.0


def shaped(seed):
    """Three seconds of noise of a random colour in bursts, so that what a gate of its
    level lets pass hangs on a hair."""
    lot, n = np.random.default_rng(seed), 3 * RATE
    octaves = np.log2(np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20) / 20)
    spectrum = np.fft.rfft(lot.standard_normal(n)) * 10 ** (
        np.interp(octaves, np.arange(11), lot.uniform(-40, 0, 11)) / 20
    )
    x = np.fft.irfft(spectrum, n) * np.repeat(lot.uniform(0, 1, 15) ** 3, n // 15 + 1)[:n]
    return 0.1 * x / np.max(np.abs(x))


@pytest.mark.parametrize("seed", [43, 46])
@pytest.mark.slow
def test_no_two_sounds_change_places_in_what_is_rendered_where_the_model_would_let_them(
    seed, scene_file, sound, tmp_path
):
    from imgext.dsp.loudness import LoudnessMeter

    for k in range(3):
        sound(f"s{k}.wav", shaped([seed, k]))
    path = scene_file("""duration: 6
objects: {a: {label: a, importance: 0.3}, b: {label: b, importance: 0.4}, c: {label: c, importance: 0.9}}
tracks: {a: {sound: s0.wav, start: 1}, b: {sound: s1.wav, start: 1}, c: {sound: s2.wav, start: 1.5}}
unmask: {mode: MODE}
""")
    text = path.read_text()
    order = {}
    for mode in ("off", "audible"):
        path.write_text(text.replace("MODE", mode))
        made = render(path, tmp_path / mode, pictures=False, stems=True)
        loudness = {}
        for key in "abc":
            stem, _ = soundfile.read(tmp_path / mode / "stems" / f"{key}.wav", always_2d=True)
            sounding = np.flatnonzero(np.any(stem != 0, axis=1))
            meter = LoudnessMeter(RATE, 2)
            meter.add(stem[sounding[0] : sounding[-1] + 1])
            loudness[key] = meter.integrated()
        order[mode] = sorted(loudness, key=loudness.get)
    assert any(track.eq for track in made.scene.tracks.values())
    assert order["audible"] == order["off"]


def test_two_tones_5_2_db_apart_are_rendered_with_4_7_db_less_of_the_louder_and_nothing_less_of_the_softer(
    scene_file, sound
):
    """The founding notes' example, from sound files to samples: before the level is put
    back, -4.700 and 0.000 dB."""
    from dataclasses import replace

    from imgext.rendering import make_plan
    from imgext.rendering.event import EventReader

    t = np.arange(3 * RATE) / RATE
    tone = np.sin(2 * np.pi * 570 * t) * np.minimum(1, np.minimum(t, t[-1] - t) / 0.05)
    sound("one.wav", 0.1 * tone, subtype="FLOAT")
    tracks = "".join(
        f"  {key}: {{sound: one.wav, start: 0, level: {level}, fade_in: 0, fade_out: 0}}\n"
        for key, level in (("a", -20), ("b", -25.2))
    )
    resolved = resolve(scene_file(f"duration: 3\ntracks:\n{tracks}unmask: {{mode: bark}}\n"))
    plan, _ = make_plan(resolved.scene, resolved.opened)
    change = {}
    for track in plan.tracks:
        plain, cut = (
            EventReader(
                replace(track, cuts=cuts), resolved.opened.samples[track.id], track.events[0], RATE
            ).read(3 * RATE)[RATE : 2 * RATE]
            for cuts in ((), track.cuts)
        )
        change[track.id] = 10 * np.log10(np.mean(cut**2) / np.mean(plain**2))
    assert change["a"] == pytest.approx(-4.7, abs=5e-3)
    assert change["b"] == 0.0


def test_spans_stay_exact_to_the_millisecond_at_the_end_of_an_hour(scene_file, sound):
    """The file shows seven digits where six would move a span by up to 5 ms; what is played is the same."""
    from imgext.rendering import make_plan
    from imgext.scene.document import parse
    from imgext.scene.edit import set_value
    from imgext.scene.writer import scene_text

    for k in range(2):
        sound(f"s{k}.wav", shaped([43, k])[::6], rate=8000)
    path = scene_file("""duration: 3600
sample_rate: 8000
objects: {a: {label: a, importance: 0.2}, b: {label: b, importance: 0.9}}
tracks: {a: {sound: s0.wav, start: 3590.12}, b: {sound: s1.wav, start: 3590.57}}
unmask: {mode: bark}
""")
    resolved = resolve(path)
    ends = [end for cut in resolved.scene.tracks["a"].eq for span in cut.spans for end in span]
    assert any(float(f"{end:.6g}") != end for end in ends)
    text = scene_text(resolved.scene, resolved.decisions)
    again = parse(text).scene.located(resolved.scene.folder, "again")
    assert again.tracks["a"].eq == resolved.scene.tracks["a"].eq
    plans = [make_plan(scene, resolved.opened)[0] for scene in (resolved.scene, again)]
    assert plans[0] == plans[1]
    assert parse(set_value(text, "tracks.a.eq.0.spans", [[3590.123, 3591.457]])).scene.tracks["a"].eq[
        0
    ].spans == [[3590.123, 3591.457]]
