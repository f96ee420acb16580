"""How much of the room a sound gets, and why."""

import math

import numpy as np
import pytest

from imgext.dsp.reverb import impulse_response, late_share
from imgext.mix import mix
from imgext.mix.sends import longer_room, room_of, send_of
from imgext.scene.lock import LockedAcoustics
from imgext.scene.model import Scene

AUTO = {"p": [0.1, 0.1, 0.8], "source": "auto"}


def scene_of(**rest):
    data = {
        "room_detected": True,
        "room_size": 0.5,
        "wet_level": 0.5,
        "sample_rate": 16000,
        "tracks": {"dog": {"sound": "dog.wav"}},
    }
    return Scene.of({"schema": "imgext.scene/1", **data, **rest})


def known(**facts):
    return LockedAcoustics.model_validate({name.rstrip("_"): value for name, value in facts.items()})


def sent(acoustics, **rest):
    return send_of(scene_of(**rest), "dog", acoustics)


@pytest.mark.parametrize(
    ("gain", "send"), [(0.0, 1.0), (-0.1, 0.989), (-4.0, 0.631), (-9.1, 0.351), (-10.0, 0.316)]
)
def test_the_send_is_the_class_gain_as_a_factor(gain, send):
    assert sent(known(class_="some", gain_db=gain, **AUTO)).value == send


@pytest.mark.parametrize(
    "acoustics",
    [None, known(class_="unknown", gain_db=0.0, **AUTO), known(class_="unknown", gain_db=-3.0, **AUTO)],
)
def test_of_what_nothing_is_known_the_send_is_exactly_one(acoustics):
    assert sent(acoustics).value == 1.0


@pytest.mark.parametrize("rest", [{"room_detected": False}, {"wet_level": 0}])
def test_without_a_room_the_send_is_one_and_the_reason_says_so(rest):
    said = sent(known(class_="wet", gain_db=-9.0, **AUTO), **rest)
    assert said.value == 1.0
    assert "so nothing is sent" in said.because


@pytest.mark.parametrize(("kind", "send"), [("dry", 1.0), ("some", 0.631), ("wet", 0.316), ("unknown", 1.0)])
def test_a_person_who_names_a_class_gets_its_gain(kind, send):
    """0, -4 and -10 dB."""
    assert sent(known(class_=kind, source="user")).value == send


@pytest.mark.parametrize(
    ("kind", "gain", "send"),
    [
        ("wet", -7.6, 0.417),
        ("dry", -7.6, 1.0),
        ("some", -7.6, 0.631),
        ("unknown", -7.6, 1.0),
        ("wet", -3.0, 0.708),
        ("some", 0.0, 0.631),
    ],
)
def test_what_an_analysis_left_beside_a_changed_class_is_no_gain_of_the_persons(kind, gain, send):
    """The analysis said wet and -7.6 dB (0.1 + 0.1 / 10^(4/20) + 0.8 / 10^(10/20) = 0.4161), or unknown and 0
    dB; whichever of the two was changed counts."""
    assert sent(known(class_=kind, gain_db=gain, p=[0.1, 0.1, 0.8], source="user")).value == send


def test_a_person_who_names_a_gain_gets_that():
    assert sent(known(gain_db=-6.0, source="user")).value == 0.501


def test_a_person_who_knows_c50_gets_the_formula():
    """w = sqrt((t - rho) / ((1 + rho) (L - t (1 - L)))) with t = r L / (1 + r (1 - L)), over sqrt(r)."""
    scene = scene_of()
    late = late_share(impulse_response(room_of(scene), 16000, 0), 16000)
    r, rho = 0.25, 10.0 ** (-12.0 / 10.0)
    t = r * late / (1.0 + r * (1.0 - late))
    want = math.sqrt((t - rho) / ((1.0 + rho) * (late - t * (1.0 - late)))) / math.sqrt(r)
    said = sent(known(c50=12.0))
    assert said.value == pytest.approx(want, abs=0.001)
    assert 0.0 < said.value < 1.0
    assert "as you wrote" in said.because


def test_the_formula_counts_more_than_a_class_that_stands_beside_it():
    assert sent(known(class_="dry", gain_db=0.0, c50=12.0)).value == sent(known(c50=12.0)).value < 1.0


def test_decay_time_and_ratio_together_are_a_c50():
    """C50 of an exponential decay of 0.5 s at 6 dB is 12.749 dB."""
    assert sent(known(rt60=0.5, drr=6.0)).value == pytest.approx(sent(known(c50=12.749)).value, abs=0.001)


def test_a_very_wet_sound_keeps_a_quarter_of_the_tail_unless_its_own_room_is_the_longer_one():
    """The floor of -12 dB: the long tail of the scene's room (0.87 s) stays where the
    sound's is shorter or unknown."""
    assert sent(known(c50=0.0)).value == 0.25
    assert sent(known(c50=0.0, rt60=0.5)).value == 0.25
    assert sent(known(c50=0.0, rt60=1.0)).value == 0.0


def test_a_sound_that_is_dry_beside_the_room_gets_it_whole():
    said = sent(known(c50=100.0))
    assert said.value == 1.0
    assert "full share" in said.because


def test_no_send_is_above_the_rooms_own():
    for c50 in np.linspace(-20.0, 60.0, 17):
        for rt60 in (0.1, 0.8, 3.0):
            assert 0.0 <= sent(known(c50=float(c50), rt60=rt60)).value <= 1.0


def test_the_wetter_the_sound_the_less_it_gets():
    values = [sent(known(c50=float(c50), rt60=3.0)).value for c50 in (40.0, 20.0, 15.0, 12.0, 10.0, 8.0, 5.0)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("engine", ["ir", "freeverb"])
def test_a_sound_whose_room_rings_more_than_half_as_long_again_is_told_of(engine):
    """0.866 s of the one engine, 1.300 s of the other without damping."""
    scene = scene_of(reverb={"engine": engine}, damping=0.0)
    ours = 0.866 if engine == "ir" else 1.3
    assert longer_room(scene, known(class_="wet", rt60=1.49 * ours, **AUTO)) is None
    theirs, own = longer_room(scene, known(class_="wet", rt60=1.52 * ours, **AUTO))
    assert own == pytest.approx(ours, abs=0.001)
    assert theirs == 1.52 * ours


def test_what_rings_by_itself_or_has_no_decay_time_is_not_told_of():
    assert longer_room(scene_of(), None) is None
    assert longer_room(scene_of(), known(class_="wet", **AUTO)) is None
    assert longer_room(scene_of(), known(class_="wet", rt60=5.0, ringing=True, **AUTO)) is None
    assert longer_room(scene_of(room_detected=False), known(class_="wet", rt60=5.0, **AUTO)) is None


def test_the_reason_says_class_probabilities_and_decay_time():
    because = sent(known(class_="wet", gain_db=-9.1, rt60=1.2, **AUTO)).because
    assert "wet 80 %" in because
    assert "rings 1.2 s" in because
    assert "9.1 dB less" in because


def test_a_send_that_is_written_is_left_alone():
    scene = scene_of(tracks={"dog": {"sound": "dog.wav", "send": 0.7, "duration": 2.0}})
    mixed, decisions = mix(scene, {"dog": known(class_="wet", gain_db=-9.0, **AUTO)})
    assert mixed.tracks["dog"].send == 0.7
    assert not any(decision.path.endswith(".send") for decision in decisions)


def test_a_blank_send_is_answered_from_what_is_known():
    scene = scene_of(
        tracks={"dog": {"sound": "dog.wav", "duration": 2.0}, "cat": {"sound": "cat.wav", "duration": 2.0}}
    )
    mixed, _ = mix(scene, {"dog": known(class_="wet", gain_db=-9.0, **AUTO)})
    assert (mixed.tracks["dog"].send, mixed.tracks["cat"].send) == (0.355, 1.0)
