"""How all pictures look and how they write numbers, in one table.

Sizes are pixels. The colours of tracks are those of Okabe and Ito, "Color Universal Design" (2008), without
black and yellow, followed by indigo, olive and wine of Paul Tol's "muted" scheme (SRON/EPS/TN/09-002): each
can be distinguished from its neighbours with any of the usual colour vision deficiencies. Beds get calm greys
with a hue, so that objects stand out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgext.report.lanes import CutMark, Lane

WIDTH: Final = 1600
MARGIN: Final = 20
PLOT_LEFT: Final = 344  # both pictures share their time axis, so one can be laid under the other
PLOT_RIGHT: Final = 1576

TRACKS: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#332288",
    "#56b4e9",
    "#999933",
    "#882255",
)
BEDS: Final = ("#7b8c9c", "#8a9a86", "#9c8f82", "#8b86a0")

PAPER: Final = "#ffffff"
INK: Final = "#1f2328"
QUIET_INK: Final = "#5b6570"
LINE: Final = "#d5dae0"
FAINT: Final = "#eceff2"
LANE_BACK: Final = "#f6f7f9"
MUTED: Final = "#a7adb4"
MASTER: Final = "#3d4650"
CUT: Final = "#b3261e"
TAIL: Final = "#fbeecb"
TAIL_INK: Final = "#7a5a00"

TITLE_SIZE: Final = 19.0
SMALL_SIZE: Final = 11.0

_STEPS: Final = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    14400,
    43200,
)
_MINOR: Final = {
    15: 3,
    30: 3,
    60: 4,
    120: 4,
    300: 5,
    600: 5,
    900: 3,
    1800: 3,
    3600: 4,
    7200: 4,
    14400: 4,
    43200: 4,
}


def lane_colours(lanes: Sequence[Lane]) -> tuple[str, ...]:
    """Colour of each lane, by its place among the objects or among the beds."""
    objects = beds = 0
    colours = []
    for lane in lanes:
        if lane.kind == "atmo":
            colours.append(BEDS[beds % len(BEDS)])
            beds += 1
        else:
            colours.append(TRACKS[objects % len(TRACKS)])
            objects += 1
    return tuple(colours)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def tint(colour: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of itself left, the rest white.

    >>> tint("#0072b2", 0.0), tint("#0072b2", 1.0)
    ('#ffffff', '#0072b2')
    """
    return "#" + "".join(f"{round(255 + (channel - 255) * share):02x}" for channel in _channels(colour))


def ink_on(colour: str) -> str:
    """Choose white or dark, the easier to read on `colour` (WCAG 2.2 luminance).

    >>> ink_on("#332288"), ink_on("#e69f00")
    ('#ffffff', '#1f2328')
    """
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # 0.0161 is the luminance of INK; equal contrast lies at the geometric mean, moved a little towards white
    # for small bold text
    return PAPER if (1.05 / (luminance + 0.05)) * 1.25 >= (luminance + 0.05) / 0.0661 else INK


def ticks(duration: float, width: float, spacing: float = 84.0) -> tuple[float, int]:
    """Return seconds between labelled ticks, `spacing` pixels or more, and parts.

    >>> ticks(60.0, 1232.0), ticks(0.5, 1232.0), ticks(3600.0, 1232.0)
    ((5, 5), (0.05, 5), (300, 5))
    """
    step = next((step for step in _STEPS if step / duration * width >= spacing), None)
    if step is None:  # many days: whole multiples of the largest step
        step = _STEPS[-1] * math.ceil(spacing * duration / width / _STEPS[-1])
    first = str(step).lstrip("0.")[:1]
    return step, _MINOR.get(int(step) if step >= 1 else 0, {"1": 5, "2": 4, "5": 5}.get(first, 4))


def tick_label(time: float, step: float, duration: float) -> str:
    """Write a tick's time: seconds below one minute in all, then m:ss, then h:mm:ss.

    >>> args = (0.15, 0.05, 0.5), (5, 5, 59.0), (75, 15, 150.0), (3600, 300, 3600.0)
    >>> tuple(tick_label(*each) for each in args)
    ('0.15 s', '5 s', '1:15', '1:00:00')
    """
    if duration < 60:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        return f"{time:.{decimals}f} s"
    return clock(time, hours=duration >= 3600)


def clock(time: float, *, hours: bool = False) -> str:
    """Whole seconds as m:ss, or as h:mm:ss.

    >>> clock(75.4), clock(75.4, hours=True)
    ('1:15', '0:01:15')
    """
    whole = round(time)
    if hours:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}"


def moment(time: float) -> str:
    """Write a time to the hundredth of a second.

    >>> moment(3.25), moment(75.5)
    ('3.25 s', '1:15.50')
    """
    hundredths = round(time * 100)
    if hundredths < 6000:
        return f"{hundredths / 100:.2f} s"
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes}:{rest / 100:05.2f}"


def length(time: float) -> str:
    """How long something is.

    >>> length(1.84), length(32.0), length(754.0)
    ('1.84 s', '32 s', '12:34')
    """
    if time < 10:
        return f"{time:.2f} s"
    return f"{time:.3g} s" if time < 99.5 else clock(time, hours=time >= 3600)


def decibel(value: float, unit: str = "dB", *, sign: bool = False) -> str:
    """One decimal and a true minus sign.

    >>> decibel(-22.84, "dBFS"), decibel(2.0, sign=True)
    ('−22.8 dBFS', '+2.0 dB')
    """
    if not math.isfinite(value):
        return f"−∞ {unit}" if value < 0 else f"? {unit}"
    value = round(value, 1) + 0.0
    return f"{value:{'+' if sign else ''}.1f} {unit}".replace("-", "−")


def percent(change: float) -> str:
    """Write a change, 1 being twice as much.

    >>> percent(-0.174), percent(0.3), percent(0.001)
    ('−17 %', '+30 %', '±0 %')
    """
    whole = round(100 * change)
    return f"{whole:+d} %".replace("-", "−") if whole else "±0 %"


def frequency(value: float) -> str:
    """Hz below a thousand, kHz from there.

    >>> frequency(570.0), frequency(1000.0), frequency(13250.0)
    ('570 Hz', '1 kHz', '13.2 kHz')
    """
    return f"{value:.0f} Hz" if value < 999.5 else f"{value / 1000:.3g} kHz"


def cut_text(cuts: Sequence[CutMark], names: Mapping[str, str]) -> str:
    """Write the cuts of one bell in one line: ``570 Hz −4.7 dB against gull, dog``.

    `names` has the labels of tracks by their ids.
    """
    against = ", ".join(names.get(key, key) for key in dict.fromkeys(cut.against for cut in cuts) if key)
    return f"{frequency(cuts[0].freq)} {decibel(cuts[0].gain)}" + (f" against {against}" if against else "")
