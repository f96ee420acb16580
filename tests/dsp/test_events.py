"""Events in a recording: onsets and ends against sounds put where they are known to be."""

import numpy as np
import pytest

from imgext.dsp.events import LEAD, events_of, taken
from imgext.dsp.steps import band_steps

RATE = 48000


def noise(seconds, dbfs, seed=1):
    drawn = np.random.Generator(np.random.PCG64(seed)).standard_normal(round(seconds * RATE))
    return drawn * 10 ** (dbfs / 20)


def bark(seconds=0.42, dbfs=-20.0, seed=2, falls=30.0):
    """Noise that sets in at once and dies away by so many dB."""
    n = round(seconds * RATE)
    return noise(seconds, dbfs, seed)[:n] * 10 ** (-falls / 20 * np.arange(n) / n)


def put(x, sound, at):
    begin = round(at * RATE)
    x[begin : begin + len(sound)] += sound[: len(x) - begin]
    return x


def found(x):
    x = x[:, None]
    return events_of(band_steps(lambda start, stop: x[start:stop], len(x), 1, RATE), len(x) / RATE)


@pytest.mark.parametrize("floor", [-90.0, -65.0, -55.0])
def test_an_event_begins_at_its_onset_and_ends_when_it_has_died_away(floor):
    """The whole bark is there: 0.42 s of it, of which the last 5 % of the energy lie in 0.2 s at most."""
    x = put(noise(5.0, floor), bark(), 2.2)
    (event,) = found(x)
    assert event.onset + LEAD == pytest.approx(2.2, abs=0.02)
    sound = np.cumsum(bark() ** 2)
    heard = sound[min(round((event.end - 2.2) * RATE), len(sound)) - 1] / sound[-1]
    assert heard > 1.0 - 0.05 / 2
    assert event.end < 2.2 + 0.42 + 0.4
    assert event.complete


def test_onsets_are_found_within_20_ms_between_neighbours():
    truth = [0.7, 1.9, 3.33, 4.1, 6.0]
    x = noise(8.0, -60.0)
    for index, at in enumerate(truth):
        put(x, bark(0.3, -15.0 - 3 * index, seed=10 + index), at)
    onsets = [event.onset + LEAD for event in found(x)]
    assert onsets == pytest.approx(truth, abs=0.02)


def test_a_steady_noise_has_no_events():
    assert found(noise(6.0, -30.0)) == []
    assert found(np.zeros(RATE)) == []


def test_the_clearest_complete_event_is_taken_and_others_like_it_are_takes():
    """Three barks, the loudest cut off by the end of the file, and a whistle that is nothing like them."""
    x = noise(9.0, -65.0)
    for at, dbfs in ((1.0, -26.0), (3.0, -20.0), (8.7, -14.0)):
        put(x, bark(0.5, dbfs), at)
    whistle = 0.1 * np.sin(2 * np.pi * 3000 * np.arange(RATE // 2) / RATE) * np.hanning(RATE // 2)
    put(x, whistle, 5.5)
    events = found(x)
    assert len(events) == 4
    first, *others = taken(events)
    assert first.onset + LEAD == pytest.approx(3.0, abs=0.02)
    assert [other.onset + LEAD for other in others] == pytest.approx([1.0], abs=0.02)


def test_what_an_edge_of_the_recording_cuts_is_not_complete():
    x = put(noise(4.0, -65.0), noise(0.6, -20.0, 3), 3.6)
    (event,) = found(x)
    assert event.begins
    assert not event.ends


def test_short_sounds_that_follow_each_other_are_one():
    x = noise(6.0, -70.0)
    for step in range(6):
        put(x, bark(0.08, -20.0, seed=20 + step), 1.0 + 0.55 * step)
    (event,) = found(x)
    assert event.onset + LEAD == pytest.approx(1.0, abs=0.02)
    assert event.end > 1.0 + 0.55 * 5


def test_dead_silence_around_a_recording_changes_nothing_of_its_events():
    x = put(put(noise(4.0, -60.0), bark(), 1.0), bark(seed=5), 2.5)
    padded = np.concatenate([np.zeros(2 * RATE), x, np.zeros(3 * RATE)])
    alone = [(event.onset, event.end, event.clear) for event in found(x)]
    assert [(round(e.onset - 2.0, 3), round(e.end - 2.0, 3), e.clear) for e in found(padded)] == alone
