"""Events of real recordings in a row with known gaps on a known noise."""

import numpy as np
import pytest

from imgext.dsp.events import LEAD, events_of
from imgext.dsp.sound_file import open_samples
from imgext.dsp.steps import band_steps

pytestmark = [pytest.mark.shared, pytest.mark.slow]
RATE = 48000
WINDOW = RATE // 500
NOISE = 10 ** (-52 / 20)
KINDS = ("dog", "rooster", "sneezing", "cat", "door_knock", "coughing", "can_opening", "glass_breaking")


def clean_events(shared):
    """Stretches of 0.03 to 2 s with 0.2 s of silence, 42 dB under their peak, before and after."""
    found = []
    for kind in KINDS:
        for path in sorted((shared / "sounds" / kind).glob("*.ogg")):
            samples = open_samples(path, RATE)
            x = samples.read(0, samples.frames).mean(axis=1)
            power = np.square(x[: len(x) // WINDOW * WINDOW]).reshape(-1, WINDOW).mean(axis=1)
            loud = np.flatnonzero(power > power.max() * 10**-4.2)
            for part in np.split(loud, np.flatnonzero(np.diff(loud) > 60) + 1):
                begin, end = int(part[0]), int(part[-1]) + 1
                quiet = end < len(power) - 25
                alone = not np.isin(loud, np.r_[begin - 100 : begin, end : end + 100]).any()
                if (
                    quiet
                    and alone
                    and 15 <= end - begin <= 1000
                    and power[begin:end].max() > 0.01 * power.max()
                ):
                    sound = x[max(0, begin - 5) * WINDOW : (end + 5) * WINDOW]
                    found.append(0.3 * sound / np.abs(sound).max())
    return found


def test_onsets_lie_within_20_ms_in_95_percent_and_no_end_is_cut_off(shared):
    """An onset lies between where 5 ms are as loud as the noise and where they reach
    -20 dB of the loudest."""
    random = np.random.Generator(np.random.PCG64(7))
    sounds = clean_events(shared)
    assert len(sounds) >= 20
    near = 0
    for sound in sounds:
        before, after = (np.zeros(round(gap * RATE)) for gap in random.uniform(0.8, 2.0, 2))
        x = np.concatenate([before, sound, after])
        x += NOISE * random.standard_normal(len(x))
        found = events_of(
            band_steps(lambda start, stop, x=x: x[start:stop, None], len(x), 1, RATE), len(x) / RATE
        )
        power = np.square(sound[: len(sound) // 240 * 240]).reshape(-1, 240).mean(axis=1)
        bounds = NOISE**2, power.max() * 1e-2
        first, last = (len(before) / RATE + 0.005 * int(np.argmax(power > bound)) for bound in bounds)
        onsets = [event.onset + LEAD for event in found]
        near += any(first - 0.02 <= onset <= last + 0.02 for onset in onsets)
        energy = np.cumsum(sound**2)
        end = max(event.end for event in found)
        heard = energy[min(max(round(end * RATE) - len(before), 0), len(sound) - 1)] / energy[-1]
        assert heard > 1.0 - 0.05 / 2
    assert near >= 0.95 * len(sounds)
