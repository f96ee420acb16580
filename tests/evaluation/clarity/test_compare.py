"""Whole scenes: what must change nothing, what must be refused, what must be told."""

from dataclasses import replace

import numpy as np
import pytest

from imgext.errors import SceneError, UsageError
from imgext.evaluation import Cut, Stem, evaluate_scene
from imgext.evaluation.clarity.controls import with_cuts

RATE = 48000
FIGURES = (
    *("murw", "mur", "mur_min", "mur_top", "plw", "glw", "murw_loc", "m", "spread"),
    *("lsd", "lsd_worst", "dlufs_worst", "local_drop", "centroid", "bells", "cut_low", "cut_high"),
)
PLAN = {
    "bed": [Cut(1000, -5.7, 1.0, ((0.5, 3.0),)), Cut(4000, -4.0, None, ((1.0, 2.0),))],
    "motor": [Cut(250, -3.0, 1.0, None)],
}


def measured(stems, mode, cuts=None, **options):
    return evaluate_scene(
        "scene", {"off": stems, "mode": mode}, {"mode": cuts or {}}, RATE, controls_of=None, **options
    )


def scored(figures):
    return {name: figures[name] for name in FIGURES}


def changed(stems, **samples):
    return [
        replace(stem, samples=samples[stem.id](stem.samples)) if stem.id in samples else stem
        for stem in stems
    ]


def test_off_against_off_differs_by_exactly_nothing(stems):
    result = measured(stems, [replace(stem, samples=stem.samples.copy()) for stem in stems])
    assert result["mode"] == result["off"]
    assert result["off"]["murw"] == result["off"]["plw"] == result["off"]["murw_loc"]
    assert result["off"]["guards"] == []


def test_turned_down_as_a_whole_a_scene_scores_as_if_untouched(stems):
    """-6 dB on what yields, matched: every score exactly as in off, the loss of loudness told."""
    half = 10 ** (-6 / 20)
    result = measured(stems, changed(stems, bed=lambda x: half * x, motor=lambda x: half * x))
    lost = {"dlufs_worst": -6.0, "local_drop": -6.0}
    assert scored(result["mode"]) == scored(result["off"]) | lost
    assert "dlufs" in result["mode"]["guards"]


def test_the_order_of_the_stems_is_nothing(stems):
    mode = with_cuts(stems, PLAN, RATE)
    forwards = evaluate_scene("scene", {"off": stems, "audible": mode}, {"audible": PLAN}, RATE)
    backwards = evaluate_scene(
        "scene",
        {"off": stems[::-1], "audible": mode[2:] + mode[:2]},
        {"audible": dict(reversed(PLAN.items()))},
        RATE,
    )
    assert forwards == backwards


def test_names_are_nothing_either(stems):
    """Other ids, in another alphabetical order: the same figures for each sound, but
    for the last place of sums."""
    renamed = [
        replace(stem, id={"bed": "z", "bell": "y", "gull": "x", "motor": "w"}[stem.id]) for stem in stems
    ]
    a, b = (
        evaluate_scene("s", {"off": those}, {}, RATE, controls_of=None)["off"] for those in (stems, renamed)
    )
    assert scored(a) == pytest.approx(scored(b), abs=2e-6)
    assert a["stems"]["gull"] == pytest.approx(b["stems"]["x"], abs=2e-6)


def test_ten_decibels_more_on_everything_change_little(stems):
    loud = [replace(stem, samples=stem.samples * 10**0.5) for stem in stems]
    a, b = (evaluate_scene("s", {"off": those}, {}, RATE, controls_of=None)["off"] for those in (stems, loud))
    assert abs(a["murw"] - b["murw"]) < 0.03


def test_a_sound_alone_is_heard_whole(stems):
    result = evaluate_scene("s", {"off": [stems[1]]}, {}, RATE, controls_of=None)["off"]
    assert (result["murw"], result["plw"], result["glw"], result["m"]) == (1.0, 1.0, 1.0, 0.0)


def test_a_missing_sound_is_refused(stems):
    with pytest.raises(SceneError, match="scene, mode: bed is missing"):
        measured(stems, stems[1:])


def test_a_silenced_sound_is_refused(stems):
    with pytest.raises(SceneError, match="scene, mode: bed is silent"):
        measured(stems, changed(stems, bed=lambda x: 0.0 * x))


def test_a_moved_sound_is_refused(stems):
    with pytest.raises(SceneError, match="gull sounds where it does not in off"):
        measured(stems, changed(stems, gull=lambda x: np.roll(x, 2 * RATE) + x))


def test_a_sound_from_nowhere_is_refused(stems):
    with pytest.raises(SceneError, match="ghost does not sound in off"):
        measured(stems, [*stems, Stem("ghost", np.ones(100), 0.5)])


def test_another_importance_is_refused(stems):
    with pytest.raises(SceneError, match="gull has another importance"):
        measured(stems, [replace(stem, importance=0.9) if stem.id == "gull" else stem for stem in stems])


def test_off_is_needed(stems):
    with pytest.raises(UsageError, match="off"):
        evaluate_scene("s", {"audible": stems}, {}, RATE)


def test_a_mode_cannot_be_called_like_a_control(stems):
    with pytest.raises(UsageError, match="duck -4"):
        evaluate_scene("s", {"off": stems, "duck -4": stems}, {}, RATE)


def test_a_scene_without_an_audible_object_is_refused(stems):
    with pytest.raises(SceneError, match="no object is above the threshold"):
        evaluate_scene("s", {"off": [stems[0], Stem("faint", 1e-7 * stems[1].samples, 0.5)]}, {}, RATE)


def test_silent_and_inaudible_sounds_are_told_and_not_scored(stems):
    with_more = [*stems, Stem("mute", np.zeros(RATE), 0.9), Stem("faint", 1e-7 * stems[1].samples, 0.9)]
    a, b = (
        evaluate_scene("s", {"off": those}, {}, RATE, controls_of=None)["off"] for those in (stems, with_more)
    )
    assert b["skipped"] == ["faint", "mute"]
    assert a["murw"] == pytest.approx(b["murw"], abs=1e-4)


def test_a_sound_silenced_for_a_while_is_refused(stems):
    """No gain brings back what is not there, so neither matching nor the local control would see it."""
    with pytest.raises(SceneError, match=r"scene, mode: motor is silent at 1\.\d\d s"):
        measured(stems, changed(stems, motor=lambda x: np.where(np.arange(x.size) // RATE == 1, 0.0, x)))


def test_a_sound_turned_down_to_almost_nothing_for_a_while_is_no_win(stems):
    """30 dB less in the bed while something else sounds: a gain until it is restored
    locally, and guards break."""
    result = measured(
        stems, changed(stems, bed=lambda x: np.where(np.arange(x.size) < 2.5 * RATE, 0.03 * x, x))
    )
    gain, local = (result["mode"][name] - result["off"][name] for name in ("murw", "murw_loc"))
    assert abs(local) < 0.2 * gain
    assert {"lsd_worst"} <= set(result["mode"]["guards"])


def test_a_ducked_bed_helps_until_the_level_is_restored_locally(stems):
    result = evaluate_scene("s", {"off": stems}, {}, RATE)
    gain, local = (result["duck -6"][name] - result["off"][name] for name in ("murw", "murw_loc"))
    assert gain > 0.03
    assert abs(local) < 0.2 * gain


def test_controls_are_measured_beside_the_modes(stems):
    result = evaluate_scene(
        "s", {"off": stems, "audible": with_cuts(stems, PLAN, RATE)}, {"audible": PLAN}, RATE
    )
    assert list(result) == ["off", "audible", "duck -4", "duck -6", "static -6", "random bands"]
    assert scored(result["static -6"]) == scored(result["off"]) | {"dlufs_worst": -6.0, "local_drop": -6.0}
    assert result["random bands"]["bells"] == result["audible"]["bells"] == 3
    assert "random bands" not in evaluate_scene("s", {"off": stems}, {}, RATE)


def test_random_bands_of_a_plan_without_cuts_are_off(stems):
    result = evaluate_scene("s", {"off": stems, "audible": stems}, {"audible": {}}, RATE)
    assert scored(result["random bands"]) == scored(result["off"])


def test_what_the_cuts_take_is_told_although_the_level_was_restored(stems):
    """6 dB lost in a stem of noise and put back: the loss and the local drop are those before."""
    cut = with_cuts(stems, PLAN, RATE)
    restored = [replace(stem, samples=1.2 * stem.samples) if stem.id == "bed" else stem for stem in cut]
    a, b = measured(stems, cut, PLAN)["mode"], measured(stems, restored, PLAN)["mode"]
    assert a["dlufs_worst"] < -0.3
    assert (a["dlufs_worst"], a["local_drop"]) == (b["dlufs_worst"], b["local_drop"])
    assert scored(a) == scored(b)


def test_cuts_that_off_has_too_are_not_the_modes_own(stems):
    """A written cut of -9 dB and a lift break no guard of a mode that leaves them as they are."""
    written = {"gull": [Cut(500, -9.0), Cut(3000, 3.0)]}
    base = with_cuts(stems, written, RATE)
    result = evaluate_scene(
        "s",
        {"off": base, "mode": with_cuts(base, PLAN, RATE)},
        {"off": written, "mode": written | PLAN},
        RATE,
        controls_of=None,
    )
    assert (result["off"]["bells"], result["mode"]["bells"]) == (0, 3)
    assert "range" not in result["mode"]["guards"]


@pytest.mark.parametrize(("gain", "broken"), [(-6.0, False), (-6.1, True), (0.5, True)])
def test_the_range_of_the_cuts_is_guarded(stems, gain, broken):
    plan = {"bed": [Cut(1000, gain, 1.0, ((1.0, 2.0),))]}
    result = measured(stems, with_cuts(stems, plan, RATE), plan)["mode"]
    assert ("range" in result["guards"]) is broken
    assert (result["cut_low"] if gain < 0 else result["cut_high"]) == pytest.approx(gain, abs=0.01)


def test_loudness_is_guarded_more_strictly_for_what_is_important(stems):
    def by(db):
        return lambda x: x * 10 ** (db / 20)

    assert "dlufs_important" in measured(stems, changed(stems, bell=by(-2)))["mode"]["guards"]
    assert measured(stems, changed(stems, motor=by(-2)))["mode"]["guards"] in ([], ["order"])
    assert "dlufs" in measured(stems, changed(stems, motor=by(-3.1)))["mode"]["guards"]


def test_the_order_of_loudness_is_guarded(stems):
    """The quieter of two sounds lifted above the other."""
    a, b = Stem("a", stems[0].samples, 0.8), Stem("b", 0.9 * stems[0].samples, 0.2)
    off = [a, b]
    assert measured(off, [a, replace(b, samples=1.05 * b.samples)])["mode"]["guards"] == []
    assert measured(off, [a, replace(b, samples=1.2 * b.samples)])["mode"]["guards"] == ["order"]
    assert measured(off, [a, replace(b, samples=b.samples / 0.9 * 1.001)])["mode"]["guards"] == []


def test_a_change_of_tone_is_guarded(stems):
    """Everything above 1 kHz gone from a stem of noise: distance and centre of gravity."""

    def dull(x):
        spectrum = np.fft.rfft(x)
        spectrum[np.fft.rfftfreq(x.size, 1 / RATE) > 1000] *= 0.03
        return np.fft.irfft(spectrum, x.size)

    result = measured(stems, changed(stems, bed=dull))["mode"]
    assert {"lsd_worst", "centroid", "lsd"} <= set(result["guards"])


def test_cutting_the_bed_where_a_sound_is_helps_that_sound(stems):
    """A bell at 900 Hz is heard better through a bed that is cut there than through one
    that is cut at 8.5 kHz."""
    quiet = [stems[0], replace(stems[1], samples=0.3 * stems[1].samples)]
    gains = []
    for freq in (900.0, 8500.0):
        plan = {"bed": [Cut(freq, -6.0, 1.0, ((0.5, 3.0),))]}
        result = evaluate_scene(
            "s", {"off": quiet, "mode": with_cuts(quiet, plan, RATE)}, {"mode": plan}, RATE, controls_of=None
        )
        gains.append([result["mode"][name] - result["off"][name] for name in ("murw", "murw_loc", "plw")])
    assert np.all(np.array(gains[0]) > 0.01)
    assert np.all(np.array(gains[0]) > np.array(gains[1]) + 0.01)


def test_stereo_is_as_good_as_mono(stems):
    panned = [
        replace(stem, samples=np.stack([stem.samples * 0.6, stem.samples * 0.8], axis=1)) for stem in stems
    ]
    a, b = (
        evaluate_scene("s", {"off": those}, {}, RATE, controls_of=None)["off"] for those in (stems, panned)
    )
    assert scored(a) == pytest.approx(scored(b), abs=2e-6)


def test_modes_are_asked_for_once(stems):
    """So a mapping may render a mode when it is asked for it."""
    asked = []

    class Rendered(dict):
        def __getitem__(self, mode):
            asked.append(mode)
            return super().__getitem__(mode)

    evaluate_scene("s", Rendered(off=stems, audible=stems, bark=stems), {}, RATE, controls_of=None)
    assert asked == ["off", "audible", "bark"]
