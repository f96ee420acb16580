"""Plain signals, and their power in the critical bands."""

import numpy as np

from imgext.dsp.bark import BarkMeter

RATE = 48000


def white(seed, *shape):
    """White noise of standard deviation 1."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)


def sine(freq, seconds=1.0, rate=RATE, level=0.0):
    """A sine from its zero on; `level` is that of its peak in dB re 1."""
    return 10.0 ** (level / 20.0) * np.sin(2.0 * np.pi * freq * np.arange(round(seconds * rate)) / rate)


def faded(samples, seconds=0.05):
    """The samples with straight fades at both ends."""
    t = np.arange(samples.size) / RATE
    return samples * np.clip(np.minimum(t, t[-1] - t) / seconds, 0.0, 1.0)


def bark_power(samples, rate, start=0):
    """Powers of a whole sound that begins at sample `start` of a mix, shape (frames, 25)."""
    x = samples[:, np.newaxis] if samples.ndim == 1 else samples
    meter = BarkMeter(rate, x.shape[1], start)
    meter.add(x)
    return meter.power()


def tone(freq, rms=0.07, seconds=3.0):
    """A sine of this RMS with fades."""
    return faded(rms * np.sqrt(2.0) * sine(freq, seconds))
