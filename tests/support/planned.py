"""Tracks as the unmask planners see them, and what holds for every plan."""

import itertools
import math

import numpy as np

from imgext.dsp.bark import BANDS, CENTRES, hop
from imgext.dsp.bell import RAMP_SECONDS
from imgext.dsp.cuts import Bell, bell_power, cut_power, frequencies
from imgext.dsp.masking import active_frames
from imgext.mix.unmask.ledger import Ledger
from imgext.mix.unmask.planner import Placed, Settings, spans_for
from imgext.mix.unmask.standing import Standing
from support.signals import RATE, bark_power

FRAME = hop(RATE) / RATE


def placed(name, power, importance=0.5, first=0, *, bed=False, is_open=True, heard=None):
    """A track of these powers, shape (frames, 25), from a frame on."""
    power = np.asarray(power, dtype=float)
    return Placed(name, name, importance, bed, first + np.arange(len(power)), power, is_open, heard)


def placed_sound(name, samples, importance=0.5, *, start=0.0, bed=False, is_open=True):
    """A track that plays these samples from second `start` on; silent frames are left out."""
    first = round(start * RATE)
    power = bark_power(samples, RATE, first)
    rows = np.flatnonzero(np.max(power, axis=1) > 1e-3)
    return Placed(name, name, importance, bed, rows + first // hop(RATE), power[rows], is_open)


def spectrum(levels, frames=200):
    """Powers of the same level in dB SPL in each band that is named, or of one for each frame."""
    power = np.zeros((frames, BANDS))
    for band, level in levels.items():
        power[:, band] = 10.0 ** (np.asarray(level) / 10.0)
    return power


def in_bands(name, importance, levels, *, frames=140, first=0, bed=False):
    """A track of a `spectrum`."""
    return placed(name, spectrum(levels, frames), importance, first, bed=bed)


def depths(cuts):
    """Frequency and gain of each cut."""
    return [(cut.freq, cut.gain) for cut in cuts]


def bells_of(cuts, *, always=False):
    """The bells that cuts are played as."""
    return [Bell(cut.freq, cut.gain, cut.q, None if always else tuple(cut.spans)) for cut in cuts]


def some_scene(seed, most=5):
    """A few sounds of some bands with pauses, of random loudness, length and importance; some are beds, and
    one in five is not to be cut.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    frames = int(generator.integers(40, 110))
    tracks = []
    for number in range(int(generator.integers(2, most + 1))):
        first = int(generator.integers(0, frames - 10))
        length = int(generator.integers(8, frames - first))
        tilt = generator.uniform(5.0, 20.0) * np.sin(
            np.arange(BANDS) * generator.uniform(0.1, 0.5) + generator.uniform(0.0, 6.0)
        )
        power = 10.0 ** (
            (generator.uniform(45.0, 65.0) + tilt + generator.uniform(-4.0, 4.0, (length, BANDS))) / 10.0
        )
        power[np.repeat(generator.random(length // 8 + 1) < 0.2, 8)[:length]] = 0.0
        rows = np.flatnonzero(np.max(power, axis=1) > 0.0)
        bed = bool(generator.random() < 0.2)
        importance = 0.0 if bed else round(float(generator.uniform(0.0, 1.0)), 1)
        tracks.append(
            Placed(
                f"t{number}",
                f"sound {number}",
                importance,
                bed,
                rows + first,
                power[rows],
                bool(generator.random() < 0.8),
            )
        )
    settings = Settings(
        RATE,
        (frames - 1) * hop(RATE),
        round(float(generator.choice([6.0, 6.0, 3.5])), 1),
        measure=["rms", "lufs"][seed % 2],
    )
    return tracks, settings, generator


def same(one, other):
    """Tell whether two plans are equal to the last bit."""
    return one == other and [list(map(repr, cuts)) for _, cuts in sorted(one.items())] == [
        list(map(repr, cuts)) for _, cuts in sorted(other.items())
    ]


def deepest_and_highest(cuts):
    """Range of what a track's cuts do together, in dB, over all frequencies and every 2 ms; each gate by
    the formula of a raised cosine.
    """
    if not cuts:
        return 0.0, 0.0
    ends = [end for cut in cuts for span in cut.spans for end in span]
    t = np.arange(min(ends) - 0.03, max(ends) + 0.03, 0.002)
    gates = []
    for cut in cuts:
        away = np.min([np.maximum(np.maximum(start - t, t - stop), 0.0) for start, stop in cut.spans], axis=0)
        gates.append(np.where(away < RAMP_SECONDS, 0.5 + 0.5 * np.cos(np.pi * away / RAMP_SECONDS), 0.0))
    lowest, highest = 0.0, 0.0
    for moment in np.unique(np.round(np.stack(gates, axis=1), 3), axis=0):
        response = np.ones(len(frequencies()))
        for cut, degree in zip(cuts, moment.tolist(), strict=True):
            response *= bell_power(frequencies(), Bell(cut.freq, cut.gain, cut.q), RATE, degree)
        lowest, highest = (
            min(lowest, float(np.min(response)) - 1.0),
            max(highest, float(np.max(response)) - 1.0),
        )
    return 10.0 * math.log10(1.0 + lowest), highest


def overlap_of(track, tracks):
    """Frames in which a track and one that it yields to are both active."""
    standing = Standing(tracks, Settings(RATE, RATE)).tracks
    before = standing[: [other.id for other in standing].index(track.id)]
    above = {frame for other in before for frame in other.at[active_frames(other.power)].tolist()}
    return above & set(track.at[active_frames(track.power)].tolist())


def check_plan(tracks, settings, plan):
    """Assert the limits of depth, spans and order that every plan keeps."""
    assert set(plan) == {track.id for track in tracks if track.open}
    by_id = {track.id: track for track in tracks}
    loudness = {}
    for track in tracks:
        cuts = plan.get(track.id, [])
        ledger = Ledger(track.at, track.power, RATE, settings.measure)
        toll = ledger.weigh(cut_power(bells_of(cuts), track.at, RATE))
        loudness[track.id] = ledger.loudness, toll.loudness
        deepest, highest = deepest_and_highest(cuts)
        assert -settings.max_cut - 1e-6 <= deepest
        assert highest <= 1e-12
        overlap = overlap_of(track, tracks) if cuts else set()
        for cut in cuts:
            assert cut.gain < 0.0
            assert cut.gain == round(cut.gain, 2)
            assert cut.freq in CENTRES
            assert by_id[cut.against].id != track.id
            assert cut.because.startswith(track.label)
            assert f" {by_id[cut.against].label} around " in cut.because
            assert cut.because
            assert 1 <= len(cut.spans) <= spans_for(len(overlap) * FRAME)
            assert all(b[0] > a[1] for a, b in itertools.pairwise(cut.spans))
            for start, stop in cut.spans:
                assert 0.0 <= start < stop <= settings.frames / RATE
                assert (start, stop) == (round(start, 3), round(stop, 3))
                assert set(range(math.ceil(start / FRAME), math.floor(stop / FRAME) + 1)) <= overlap
    for one, other in itertools.combinations(loudness.values(), 2):
        if abs(one[0] - other[0]) >= 0.02:
            assert (one[0] - other[0]) * (one[1] - other[1]) > 0.0
