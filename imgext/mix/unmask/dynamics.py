"""Compression for mode `optimise`: a compressor for each track that yields.

Only with ``unmask.dynamics: auto``, and only for tracks whose `eq` and `compressor` are blank. What is found
is played before it is kept, and written as a compressor of the track, so the resolved scene renders the same.

Conventions: as `imgext.mix.unmask.planner`; thresholds in dBFS of the track at its level. Tracks come as
they sound with their cuts. Time constants and knee are fixed. Thresholds and ratios are tried on a grid, from
the mildest on; a setting that turns anything down by more than the limit of cuts is none. Each is scored by
the objective of the cuts, with the track's energy put back, and chosen where the objective falls by `LEAST`;
then the chosen are computed again with the sounds as they are played, and those that do not help are dropped,
so a plan is never worse, by its own measure, than none.

One thing differs from the objective of the cuts. A compressor with restored level makes a sound louder in
sum, because its soft parts come up. Measured against the old loudness in quiet, every track would gain by
that, though nothing is heard better. So a track's share of loudness refers to its loudness in quiet as
compressed, if that is more.

What to expect: most settings make the other tracks harder to hear, because a masker comes up between its
peaks. In 48 scenes of recordings 22 of 309 tracks were compressed, and the objective fell by 0.0005 on
average (0.0011 for each), where cuts bring some 0.04.

Source: X. Liu, A. Mourgela, H. Ai, J. D. Reiss, "An automatic mixing speech enhancement system for
multi-track audio", arXiv:2404.17821, 2024, whose parameters include compression. The grid is ours.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from imgext.dsp.bark import CENTRES, hop
from imgext.dsp.envelope import pressed
from imgext.dsp.partial_loudness import EVERY
from imgext.dsp.units import db_to_gain
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.objective import Score
from imgext.mix.unmask.planner import stem_of
from imgext.mix.unmask.standing import Standing
from imgext.scene.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from imgext.dsp.envelope import Envelope
    from imgext.dsp.sound_file import Samples
    from imgext.mix.unmask.planner import Placed, Settings
    from imgext.rendering import Opened, TrackPlan
    from imgext.rendering import Plan as MixPlan
    from imgext.scene.model import Scene

    Float = NDArray[np.float64]
    Int = NDArray[np.int64]
    Place = Callable[[Scene], tuple[MixPlan, Sequence[Placed], Settings]]

ABOVE = (12.0, 9.0, 6.0, 3.0, 0.0)
"""Thresholds, dB above the track's level."""

RATIOS = (1.5, 2.0, 4.0, 8.0)

KNEE, ATTACK, RELEASE = 6.0, 0.005, 0.1
"""dB and seconds: what the blanks of a compressor mean."""

LEAST = 2e-4
"""By which the objective must fall, as for a cut of mode `audible`."""

SHORTEST_OVERLAP = 0.1
"""Seconds in which a track must sound together with one that it yields to."""

_ROWS = 1500  # frames of all tracks together that the search looks at
_COARSEST, _FINEST = 24, 4  # one frame in so many


class Pressing(NamedTuple):
    """A compressor for a track.

    dBFS, ratio, and by how much the objective falls through it.
    """

    threshold: float
    ratio: float
    gain: float = 0.0


class Shape(NamedTuple):
    """The parts of a track that are needed to try compressors on it.

    Its level in dBFS, and its occurrences at that level.
    """

    level: float
    sounds: Sequence[Envelope]


def compress(
    scene: Scene, tracks: Sequence[str], opened: Opened, uncut: MixPlan, place: Place
) -> list[Decision]:
    """Find compressors.

    Parameters
    ----------
    scene : Scene
        With all its cuts.
    tracks : sequence of str
        Those that may be compressed.
    opened : Opened
        The sounds of the scene.
    uncut : Plan
        Of the scene without the cuts that were found: settings are tried on the sounds as they are there,
        which is quicker, because no bell is run.
    place : callable
        Gives of a scene the plan, every heard track as the planners see it, and their settings.

    Returns
    -------
    list of Decision
        An answer to `compressor` for each track that is to be compressed, and a note for each other one.
    """
    _, placed, settings = place(scene)
    at = {track.id: track.at for track in placed}
    shapes = {
        track.id: partial(_shape, track, opened.samples[track.id], at[track.id], uncut)
        for track in uncut.tracks
        if track.id in tracks
    }
    found = search(placed, shapes, settings)
    kept: dict[str, Pressing] = {}
    if found:
        trying = scene.answered(
            [Decision(f"tracks.{key}.compressor", _value(found[key]), "") for key in found]
        )
        pressed_plan, pressed, _ = place(trying)
        too_much = {
            each.id
            for each in pressed_plan.tracks
            if each.compressor is not None and each.compressor.reduction_db > settings.max_cut
        }
        kept = proved(placed, pressed, {key: found[key] for key in found if key not in too_much}, settings)
    return [_answer(key, kept.get(key), placed) for key in tracks]


# --- the search


class _Objective:
    """The score of all tracks, of which some are compressed."""

    def __init__(self, standing: Sequence[Placed], every: int) -> None:
        self.score = Score(
            [stem_of(track) for track in standing], [track.weight for track in standing], "loudness", every
        )
        self._louder = np.ones(len(standing))
        self.value = self.score.value

    def trial(self, number: int, power: Float) -> float:
        """The objective if a track had other powers in its sampled rows; nothing changes."""
        louder = self._louder.copy()
        louder[number] = max(self.score.in_quiet(number, power), 1.0)
        weights = self.score.weights
        return round(float(np.sum(weights - (weights - self.score.losses(number, power)) / louder)), 9)

    def accept(self, number: int, power: Float) -> None:
        """Give a track other powers in its sampled rows."""
        self.value = self.trial(number, power)
        self._louder[number] = max(self.score.in_quiet(number, power), 1.0)
        self.score.accept({number: power})

    def sampled(self, number: int, power: Float) -> Float:
        """The rows of a track that are looked at."""
        return power[self.score.sampled[number]]


def search(
    tracks: Sequence[Placed], shapes: Mapping[str, Callable[[], Shape]], settings: Settings
) -> dict[str, Pressing]:
    """Find compressors for tracks that yield.

    Parameters
    ----------
    tracks : sequence of Placed
        All that are heard, in any order, with the cuts that they have by now.
    shapes : mapping of track id to callable
        Those that may be compressed; asked for its shape where a track has somebody to yield to.
    settings : Settings

    Returns
    -------
    dict of track id to Pressing
        Those for which one was found.
    """
    standing = Standing(
        [replace(track, heard=None) for track in tracks], settings
    )  # what is found is heard later
    if standing.idle:
        return {}
    rows = sum(track.at.size for track in tracks)
    objective = _Objective(standing.tracks, min(max(-(-rows // _ROWS), _FINEST), _COARSEST))
    found = {}
    for number in _yielding(standing.tracks, shapes, settings.rate):
        track = standing.tracks[number]
        best: Pressing | None = None
        kept: tuple[Float, float] | None = None
        least = objective.value - LEAST
        for setting, factors in _grid(track, shapes[track.id](), settings):
            power = track.power * (
                factors * db_to_gain(2.0 * standing.ledgers[number].restoring_gain(factors))
            )
            value = objective.trial(number, objective.sampled(number, power))
            if value >= least:
                continue
            toll = standing.ledgers[number].weigh(factors)
            if LIMITS.allow(toll, track.rank) and standing.order.keeps(number, toll.loudness):
                best, kept, least = setting, (objective.sampled(number, power), toll.loudness), value
        if best is not None and kept is not None:
            found[track.id] = best
            objective.accept(number, kept[0])
            standing.order.set(number, kept[1])
    return found


def proved(
    tracks: Sequence[Placed],
    pressed_tracks: Sequence[Placed],
    found: Mapping[str, Pressing],
    settings: Settings,
) -> dict[str, Pressing]:
    """Compute with compressors as they are played, and keep those that help.

    Parameters
    ----------
    tracks : sequence of Placed
        As for `search`.
    pressed_tracks : sequence of Placed
        The same with every compressor of `found` at work, each at its level.
    found : mapping of track id to Pressing
        Settings whose reduction is within the limit.
    settings : Settings

    Returns
    -------
    dict of track id to Pressing
        Some of those, each with what it brings: no two tracks change their order of loudness.
    """
    standing = Standing(tracks, settings)
    played = {track.id: track for track in pressed_tracks}
    objective = _Objective(standing.tracks, EVERY)
    kept = {}
    for number, track in enumerate(standing.tracks):
        if track.id not in found:
            continue
        other = played[track.id]
        power = _on_the_rows_of(track, other)
        if other.heard is not None:
            _, loudness = other.heard(())
        else:
            loudness = standing.ledgers[number].weigh(power / np.maximum(track.power, 1e-30)).loudness
        sampled = objective.sampled(number, power)
        gain = round(objective.value - objective.trial(number, sampled), 6)
        if gain >= LEAST and standing.order.keeps(number, loudness):
            objective.accept(number, sampled)
            standing.order.set(number, loudness)
            kept[track.id] = found[track.id]._replace(gain=gain)
    return kept


def _yielding(standing: Sequence[Placed], wanted: Collection[str], rate: int) -> list[int]:
    """The wanted tracks that overlap one before them for long enough."""
    stems = [stem_of(track) for track in standing]
    present = np.zeros(max((int(stem.at[-1]) + 1 for stem in stems if stem.at.size), default=0), dtype=bool)
    found = []
    for number, (track, stem) in enumerate(zip(standing, stems, strict=True)):
        seconds = np.count_nonzero(present[stem.at] & stem.active) * hop(rate) / rate
        if track.id in wanted and seconds >= SHORTEST_OVERLAP:
            found.append(number)
        present[stem.at[stem.active]] = True
    return found


def _grid(track: Placed, shape: Shape, settings: Settings) -> Iterator[tuple[Pressing, Float]]:
    """Settings within the limit of cuts, the mildest first.

    With what each leaves of the power of each row, shape (rows, 25).
    """
    too_low = -np.inf  # with a larger ratio and a lower threshold nothing is turned down by less
    for ratio in RATIOS:
        for above in ABOVE:
            threshold = round(min(shape.level + above, 0.0), 2)
            if above <= too_low:
                break
            left, reduction = pressed(
                shape.sounds,
                track.at.size,
                settings.rate,
                threshold,
                ratio,
                knee_db=KNEE,
                attack=ATTACK,
                release=RELEASE,
            )
            if reduction > settings.max_cut:
                too_low = above
                break
            if reduction > 0.0:
                yield Pressing(threshold, ratio), np.repeat(left[:, np.newaxis], len(CENTRES), axis=1)


def _on_the_rows_of(track: Placed, other: Placed) -> Float:
    """Powers of another version of a track in the frames of this one.

    Shape (rows, 25).

    0 where that is silent.
    """
    result = np.zeros_like(track.power)
    _, mine, theirs = np.intersect1d(track.at, other.at, assume_unique=True, return_indices=True)
    result[mine] = other.power[theirs]
    return result


# --- scenes and plans


def _answer(key: str, found: Pressing | None, placed: Sequence[Placed]) -> Decision:
    if found is None:
        return Decision(
            f"tracks.{key}.compressor",
            None,
            "no compressor would make another sound clearer (optimise)",
            stage="mix",
            kind="note",
        )
    label = next(track.label for track in placed if track.id == key)
    because = f"{label} is evened out to make room (optimise): audibility {100.0 * found.gain:+.2f} points"
    return Decision(f"tracks.{key}.compressor", _value(found), because, {"gain": found.gain}, "mix")


def _value(found: Pressing) -> dict[str, Any]:
    """A compressor as a scene writes it."""
    return {
        "threshold": found.threshold,
        "ratio": found.ratio,
        "knee": KNEE,
        "attack": ATTACK,
        "release": RELEASE,
    }


def _shape(track: TrackPlan, samples: Samples, at: Int, planned: MixPlan) -> Shape:
    """A track's occurrences at its level."""
    from imgext.dsp.compressor import linked
    from imgext.dsp.envelope import STEP, Envelope, envelope
    from imgext.rendering.event import EventReader
    from imgext.rendering.plan import BLOCK

    step, rows = hop(planned.rate), np.full(planned.frames // hop(planned.rate) + 2, at.size)
    rows[at] = np.arange(at.size)
    gain = db_to_gain(track.level - track.measured)
    sounds = []
    for event in track.events:
        reader, parts = EventReader(track, samples, event, planned.rate), []
        for start in range(0, event.frames, BLOCK):
            x = reader.read(min(BLOCK, event.frames - start)) * gain
            middle = event.start + start + np.arange(-(-len(x) // STEP)) * STEP + STEP // 2
            parts.append(
                envelope(x, linked(x), rows[np.minimum((middle + step // 2) // step, len(rows) - 1)])
            )
        sounds.append(Envelope(*(np.concatenate(values) for values in zip(*parts, strict=True))))
    return Shape(track.level, sounds)
