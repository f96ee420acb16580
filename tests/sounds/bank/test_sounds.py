"""The built-in sounds: equal bytes everywhere, even levels, no seams, and their traits."""

from __future__ import annotations

import hashlib
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from imgext.errors import MissingInputError
from imgext.sounds.bank import BANK, RATE, generate, noise, tools
from imgext.sounds.bank.water.bubbles import bubbles

NAMES = sorted(BANK)
LOOPS = [name for name in NAMES if BANK[name].loopable]
EVENTS = [name for name in NAMES if BANK[name].kind == "event"]
SHARED = Path(os.environ.get("IMGEXT_SHARED", Path(__file__).resolve().parents[3].parent / "shared"))


def sound(name):
    return generate(name)


def mono(name):
    return sound(name).mean(axis=1)


def power_spectrum(signal, rate=RATE):
    """Frequencies and power of a whole signal."""
    return np.fft.rfftfreq(len(signal), 1.0 / rate), np.abs(np.fft.rfft(signal)) ** 2


def share_between(signal, low, high):
    frequency, power = power_spectrum(signal)
    return power[(frequency >= low) & (frequency < high)].sum() / power.sum()


def centroid(signal, rate=RATE):
    frequency, power = power_spectrum(signal, rate)
    return (frequency * power).sum() / power.sum()


def band(signal, low, high):
    """What lies between two frequencies, phases kept."""
    spectrum = np.fft.rfft(signal)
    frequency = np.fft.rfftfreq(len(signal), 1.0 / RATE)
    return np.fft.irfft(np.where((frequency >= low) & (frequency < high), spectrum, 0.0), len(signal))


def envelope(signal, seconds):
    """RMS of blocks of so many seconds."""
    size = round(seconds * RATE)
    blocks = signal[: len(signal) // size * size].reshape(-1, size)
    return np.sqrt((blocks**2).mean(axis=1))


def beat_rate(signal, low, high):
    """Strongest rate of the envelope between two rates, in Hz."""
    curve = envelope(signal, 0.002)
    frequency, power = power_spectrum(curve - curve.mean(), 500.0)
    inside = (frequency >= low) & (frequency <= high)
    return frequency[inside][np.argmax(power[inside])]


def onsets(signal, apart, level):
    """Seconds at which the 10 ms envelope rises above `level` of its highest, at least
    `apart` seconds after the last."""
    curve = envelope(signal, 0.01)
    loud = curve > level * curve.max()
    found = []
    for k in np.flatnonzero(loud & ~np.roll(loud, 1)):
        if not found or k * 0.01 - found[-1] >= apart:
            found.append(k * 0.01)
    return np.array(found)


def strongest(signal, low, high):
    frequency, power = power_spectrum(signal)
    inside = (frequency >= low) & (frequency <= high)
    return frequency[inside][np.argmax(power[inside])]


# The table


def test_the_bank_has_what_scenes_need_most():
    wanted = (
        "rain wind stream sea fire birds crickets crowd traffic engine bell footsteps room_tone "
        "leaves thunder water_drips"
    )
    assert set(wanted.split()) <= set(BANK)


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_has_a_plain_name_a_title_and_tags(name):
    entry = BANK[name]
    assert entry.name == name
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    assert entry.title
    assert len(set(entry.tags)) == len(entry.tags) >= 2


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(MissingInputError, match=r"builtin:crikets: .* did you mean 'crickets'\?"):
        generate("crikets")


def test_a_tag_that_is_no_name_leads_to_its_sound():
    with pytest.raises(MissingInputError, match=r"did you mean 'gull'\?"):
        generate("seagull")


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(MissingInputError, match="there are airplane, alarm_clock"):
        generate("xylophonist")


# The same bytes everywhere

CHILD = """
import hashlib, sys
from imgext.sounds.bank import BANK, generate
for name in sys.argv[1:]:
    print(name, hashlib.sha256(generate(name, seed=3, seconds=1.0).tobytes()).hexdigest())
print("scipy" in sys.modules)
"""
#: A third of the sounds; `make determinism` sets IMGEXT_WHOLE for all of them.
PARTS = range(6) if os.environ.get("IMGEXT_WHOLE") else range(2)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_another_process_on_a_plainer_processor_gives_the_same_bytes_without_scipy(part):
    """Hash seed and instruction sets differ between this process and the child; the bytes do not."""
    names = NAMES[part::6]
    extensions = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    environment = {**os.environ, "PYTHONHASHSEED": "4242", "NPY_DISABLE_CPU_FEATURES": " ".join(extensions)}
    run = subprocess.run(
        [sys.executable, "-c", CHILD, *names], env=environment, capture_output=True, text=True, check=True
    )
    *lines, scipy = run.stdout.splitlines()
    assert lines == [
        f"{name} {hashlib.sha256(generate(name, seed=3, seconds=1.0).tobytes()).hexdigest()}"
        for name in names
    ]
    assert scipy == "False"


# Form and level


@pytest.mark.parametrize("name", NAMES)
def test_the_form_is_as_promised(name):
    entry, made = BANK[name], sound(name)
    assert entry.lasts[0] - 0.01 <= made.shape[0] / RATE <= entry.lasts[1] + 0.01
    assert made.shape[1] in ((1,) if entry.kind == "event" else (1, 2))
    assert (
        10.0 <= entry.seconds <= 20.0
        if entry.kind == "bed"
        else 0.3 <= entry.lasts[0] <= entry.lasts[1] <= 15.0
    )
    assert entry.loopable is (entry.kind == "bed")


@pytest.mark.parametrize("name", ["knock", "engine"])
def test_a_generated_sound_is_the_finished_one_in_finite_doubles_on_the_24_bit_grid(name):
    made = generate(name)
    assert made.dtype == np.float64
    assert np.isfinite(made).all()
    assert np.array_equal(made * 2**23, np.rint(made * 2**23))


@pytest.mark.parametrize("name", NAMES)
def test_level_peak_and_offset_lie_within_bounds(name):
    made = sound(name)
    rms = 10.0 * math.log10((made**2).mean())
    assert -33.0 <= rms <= -19.9
    assert np.abs(made).max() <= 10 ** (-3 / 20)
    assert np.abs(made.mean(axis=0)).max() < 1e-4


@pytest.mark.parametrize("name", [name for name in NAMES if BANK[name].kind == "bed"])
def test_both_sides_of_a_bed_are_about_as_loud(name):
    made = sound(name)
    levels = 10.0 * np.log10((made**2).mean(axis=0))
    assert levels.max() - levels.min() < 3.0


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_begins_and_ends_in_silence(name):
    made = np.abs(sound(name))
    assert made[:5].max() < 1e-4
    assert made[-48:].max() < 1e-4


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_closes_without_a_click(name):
    """Neither the step over the seam nor its bend is out of the ordinary: one in a
    thousand inside is larger."""
    made = sound(name)
    around = np.concatenate([made[-2:], made[:2]])
    assert (np.abs(made[0] - made[-1]) <= np.abs(np.diff(made, axis=0)).max(axis=0)).all()
    for channel, ends in zip(np.ascontiguousarray(made.T), around.T, strict=True):
        bound = np.abs(np.diff(channel))
        assert abs(ends[2] - ends[1]) <= np.partition(bound, -len(bound) // 1000)[-len(bound) // 1000]
        bound = np.abs(np.diff(channel, 2))
        assert np.abs(np.diff(ends, 2)).max() <= np.partition(bound, -len(bound) // 1000)[-len(bound) // 1000]


@pytest.mark.parametrize(
    "name", ["rain", "stream", "wind", "sea", "leaves", "room_tone", "traffic", "crowd", "train", "engine"]
)
def test_a_loop_is_as_loud_at_its_seam_as_elsewhere(name):
    made = mono(name)
    seam = np.sqrt((np.concatenate([made[-9600:], made[:9600]]) ** 2).mean())
    blocks = envelope(made, 0.4)
    assert blocks.min() * 0.9 <= seam <= blocks.max() * 1.1


# What makes each of them what it is


def test_rain_is_hiss_with_single_drops():
    made = mono("rain")
    assert centroid(made) > 1500.0
    kurtosis = (made**4).mean() / (made**2).mean() ** 2
    assert kurtosis > 3.1  # 3 is noise without drops
    assert 2.0 * envelope(made, 0.5).min() > envelope(made, 0.5).max()


def test_heavy_rain_has_no_gaps_between_its_drops_and_light_rain_has():
    light, heavy = (band(mono(name), 1000.0, 10000.0) for name in ("rain_light", "rain_heavy"))
    kurtosis = [(each**4).mean() / (each**2).mean() ** 2 for each in (light, heavy)]
    assert kurtosis[0] > 1.3 * kurtosis[1]


def test_a_bubble_rings_at_three_over_its_radius_and_rises():
    """Minnaert: 2 mm give 1.5 kHz; the rise sets in at once."""
    steady, rising = (bubbles(np.array([0.002]), rise, 2400)[0] for rise in (0.0, 0.2))
    cycles = np.count_nonzero((steady[:-1] < 0.0) & (steady[1:] >= 0.0))
    assert cycles == pytest.approx(0.05 * 1500.0, abs=2)
    assert np.count_nonzero((rising[:-1] < 0.0) & (rising[1:] >= 0.0)) > 1.3 * cycles


def test_a_stream_bubbles_in_the_middle_of_the_spectrum():
    made = mono("stream")
    assert share_between(made, 300.0, 4000.0) > 0.7
    assert 1000.0 < centroid(made) < 3000.0


def test_the_sea_comes_in_slow_waves_of_unequal_size():
    loud = envelope(mono("sea"), 0.5)
    assert 20.0 * math.log10(loud.max() / loud.min()) > 8.0
    smooth = np.convolve(np.concatenate([loud, loud[:6]]), np.ones(5) / 5.0, "valid")
    peaks = np.flatnonzero(
        (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] > smooth[2:]) & (smooth[1:-1] > smooth.mean())
    )
    assert 2 <= len(peaks) <= 5


def test_surf_hisses_after_the_swell():
    made = mono("sea")
    low, high = (envelope(band(made, *edges), 0.1) for edges in ((60.0, 300.0), (2500.0, 9000.0)))
    lag = [(np.roll(high, -k) * low).sum() for k in range(-40, 41)]
    assert 0.3 <= (np.argmax(lag) - 40) * 0.1 <= 3.0


def test_a_gust_of_wind_is_louder_and_brighter():
    made = mono("wind")
    low, high = envelope(band(made, 30.0, 200.0), 0.25), envelope(band(made, 900.0, 5000.0), 0.25)
    assert np.corrcoef(np.log(low), np.log(high / low))[0, 1] > 0.5
    assert share_between(made, 0.0, 1000.0) > 0.8


def test_leaves_rush_higher_than_wind():
    assert centroid(mono("leaves")) > 2500.0
    assert centroid(mono("wind")) < 1000.0


def test_thunder_cracks_then_rolls_ever_darker():
    made = mono("thunder")
    assert centroid(made) < 400.0
    assert centroid(made[: RATE // 2]) > 2.0 * centroid(made[3 * RATE : 4 * RATE])


def test_fire_crackles_over_a_rumble():
    made = mono("fire")
    crackle = band(made, 1500.0, 16000.0)
    assert len(onsets(crackle, 0.03, 0.15)) / BANK["fire"].seconds > 3.0
    assert (crackle**4).mean() / (crackle**2).mean() ** 2 > 15.0
    assert share_between(made, 20.0, 250.0) > 0.5


def test_room_tone_is_heard_on_a_laptop_and_hardly_moves():
    """Small loudspeakers give nothing below 80 Hz."""
    made = mono("room_tone")
    assert share_between(made, 0.0, 80.0) < 0.1
    assert envelope(made, 1.0).max() < 1.6 * envelope(made, 1.0).min()


def test_drips_fall_one_by_one():
    assert 0.3 < len(onsets(mono("water_drips"), 0.1, 0.3)) / BANK["water_drips"].seconds < 4.0


def test_traffic_is_low_and_swells_as_cars_pass():
    made = mono("traffic")
    assert share_between(made, 0.0, 500.0) > 0.75
    tyres = envelope(band(made, 400.0, 2000.0), 0.5)
    assert 20.0 * math.log10(tyres.max() / tyres.min()) > 5.0


def test_an_engine_fires_twenty_seven_times_a_second_and_not_quite_evenly():
    made = mono("engine")
    assert beat_rate(made, 15.0, 45.0) == pytest.approx(2.0 * 800.0 / 60.0, rel=0.03)
    frequency, power = power_spectrum(made)
    line = power[(frequency > 26.0) & (frequency < 27.4)]
    assert line.max() < 0.9 * line.sum()  # a perfect clock would put all into one line


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.2, 1.5, 2.0])
def test_a_bell_has_hum_prime_tierce_quint_and_nominal(ratio):
    """A bell of size 0.4 has its prime at 399 Hz: 620 exp(-1.1 size)."""
    frequency, power = power_spectrum(generate("bell", size=0.4)[:, 0])
    distance = np.abs(frequency / (620.0 * math.exp(-0.44) * ratio) - 1.0)
    assert power[distance < 0.02].max() > 100.0 * np.median(power[(distance < 0.08) & (distance > 0.03)])


def test_the_hum_of_a_bell_outlives_its_nominal():
    made = generate("bell", size=0.4)[:, 0]
    early, late = made[RATE // 2 : RATE], made[4 * RATE : 4 * RATE + RATE // 2]
    prime = 620.0 * math.exp(-0.44)
    hum, nominal = (
        envelope(band(late, 0.96 * f, 1.04 * f), 0.4).mean()
        / envelope(band(early, 0.96 * f, 1.04 * f), 0.4).mean()
        for f in (0.5 * prime, 2.0 * prime)
    )
    assert hum > 2.0 * nominal


def test_a_clock_ticks_twice_a_second_and_never_quite_evenly():
    gaps = np.diff(onsets(generate("clock", size=0.3).mean(axis=1), 0.25, 0.3))
    assert np.median(gaps) == pytest.approx(0.5, abs=0.06)
    assert gaps.std() > 0.005


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("temple_bell", 85.0, 135.0),
        ("bicycle_bell", 1850.0, 2750.0),
    ],
)
def test_a_voice_lies_where_it_belongs(name, low, high):
    assert low < strongest(mono(name), 40.0, 12000.0) < high


@pytest.mark.parametrize(
    ("name", "given", "first", "second"),
    [("siren", {"speed": 1.0}, 435.0, 580.0), ("horn", {"pitch": 1.0}, 404.0, 508.0)],
)
def test_two_tones_are_there(name, given, first, second):
    """A siren that passes at 12 m/s is up to 4 % higher or lower."""
    made = generate(name, **given)[:, 0]
    for tone in (first, second):
        assert strongest(made, tone * 0.9, tone * 1.1) == pytest.approx(tone, rel=0.04)


def test_a_ships_horn_is_that_of_a_large_ship():
    """COLREG annex III, 1 (b): 70 to 200 Hz from 200 m of length on."""
    frequency, power = power_spectrum(mono("ship_horn"))
    lowest = frequency[np.flatnonzero(power > 0.02 * power.max())[0]]
    assert 70.0 < lowest < 200.0


def test_what_passes_is_loudest_in_the_middle():
    for name in ("car_pass", "truck", "motorcycle_pass", "train_pass"):
        loud = envelope(mono(name), 0.25)
        assert 0.25 < np.argmax(loud) / len(loud) < 0.75
        assert max(loud[0], loud[-1]) < 0.35 * loud.max()


def test_a_boats_diesel_is_no_row_of_single_bangs():
    """Seventeen explosions a second and more melt into a beat: what was heard as a
    machine gun fired nine times."""
    curve = envelope(mono("boat"), 0.002)
    frequency, power = power_spectrum(curve - curve.mean(), 500.0)
    assert (
        power[(frequency > 4.0) & (frequency < 16.0)].sum()
        < 0.1 * len(curve) * (len(curve) / 2.0) * curve.mean() ** 2
    )


def test_a_hammer_strikes_as_often_as_asked_and_never_twice_alike():
    made = generate("hammer", number=5, speed=1.0)[:, 0]
    starts = onsets(band(made, 60.0, 1000.0), 0.2, 0.3)
    assert len(starts) == 5
    assert np.diff(starts).mean() == pytest.approx(1.0 / 1.75, rel=0.2)
    assert np.diff(starts).std() > 0.005


def test_a_rotor_turns_eleven_times_a_second():
    assert beat_rate(generate("helicopter", speed=1.0).mean(axis=1), 5.0, 16.0) == pytest.approx(
        11.0, abs=0.2
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("rain", "rain"),
        ("wind", "wind"),
        ("sea", "sea_waves"),
        ("fire", "crackling_fire"),
        ("birds", "chirping_birds"),
        ("crickets", "crickets"),
        ("engine", "engine"),
        ("bell", "church_bells"),
        ("footsteps", "footsteps"),
        ("thunder", "thunderstorm"),
        ("water_drips", "water_drops"),
        ("dog", "dog"),
        ("cat", "cat"),
        ("cow", "cow"),
        ("sheep", "sheep"),
        ("crow", "crow"),
        ("rooster", "rooster"),
        ("horn", "car_horn"),
        ("knock", "door_knock"),
        ("applause", "clapping"),
        ("train", "train"),
        ("glass", "glass_breaking"),
        ("typing", "keyboard_typing"),
        ("airplane", "airplane"),
    ],
)
def test_a_sound_is_as_bright_as_recordings_of_its_kind(name, folder):
    """Within half an octave of the range of the recordings' centroids."""
    recordings = sorted((SHARED / "sounds" / folder).glob("*.ogg"))
    if not recordings:
        pytest.skip("no recordings here")
    soundfile = pytest.importorskip("soundfile")
    known = [
        centroid(samples.mean(axis=1), rate)
        for samples, rate in (soundfile.read(path, always_2d=True) for path in recordings)
    ]
    assert min(known) / math.sqrt(2.0) <= centroid(mono(name)) <= max(known) * math.sqrt(2.0)


# The tools


def test_exp_agrees_with_the_library_to_its_last_digits():
    x = np.linspace(-40.0, 20.0, 5001)
    assert np.abs(tools.exp(x) / np.exp(x) - 1.0).max() < 1e-15


def test_decays_lose_sixty_decibels_in_their_time():
    rows = tools.decays([0.1, 0.25], RATE // 4 + 1)
    assert rows[0, RATE // 10] == pytest.approx(1e-3, rel=1e-9)
    assert rows[1, RATE // 4] == pytest.approx(1e-3, rel=1e-9)
    assert (rows[:, 0] == 1.0).all()


def test_a_damped_sine_is_a_sine_times_a_decay():
    time = np.arange(5000) / RATE
    expected = np.sin(2.0 * math.pi * 733.0 * time + 0.4) * 10.0 ** (-3.0 * time / 0.2)
    assert np.abs(tools.damped(733.0, 0.2, 5000, 0.4) - expected).max() < 1e-9


def test_grains_run_around_the_end_of_a_loop():
    grain = np.array([[1.0, 2.0, 3.0]])
    assert tools.scatter(4, np.array([3]), grain).tolist() == [2.0, 3.0, 0.0, 1.0]
    assert tools.scatter(4, np.array([3]), grain, wrap=False).tolist() == [0.0, 0.0, 0.0, 1.0]
    target = np.zeros(4)
    tools.add(target, grain[0], 3 / RATE)
    assert target.tolist() == [2.0, 3.0, 0.0, 1.0]


def test_spreading_keeps_the_power():
    for position in (-1.0, -0.3, 0.0, 1.0):
        assert (tools.spread(np.array([2.0]), position) ** 2).sum() == pytest.approx(4.0)


def test_steady_noise_follows_its_curve():
    """6 dB per octave: a quarter of the power density an octave up."""
    made = noise.steady(480000, [(100.0, 0.0), (200.0, -6.0206)], np.random.default_rng(1))
    frequency, power = power_spectrum(made)
    density = [power[(frequency >= f) & (frequency < 1.1 * f)].mean() for f in (400.0, 800.0)]
    assert density[0] / density[1] == pytest.approx(4.0, rel=0.1)


def test_painted_noise_has_unit_level_where_its_envelope_is_one():
    shape = np.concatenate([np.ones(250), np.full(250, 0.1)])
    made = noise.painted(480000, [([(200.0, 0.0), (3000.0, -9.0)], shape)], np.random.default_rng(2))
    assert np.sqrt((made[10000:230000] ** 2).mean()) == pytest.approx(1.0, rel=0.03)
    assert np.sqrt((made[250000:470000] ** 2).mean()) == pytest.approx(0.1, rel=0.03)


def test_a_resonance_is_one_at_its_peak_and_falls_by_three_decibels_at_half_its_band():
    real, imaginary = noise.resonance(24001, RATE, [(1000.0, 100.0, 1.0)])
    gain = np.sqrt(real**2 + imaginary**2)
    assert gain[1000] == pytest.approx(1.0)
    assert gain[1051] == pytest.approx(math.sqrt(0.5), rel=0.06)
