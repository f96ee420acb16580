"""`diff`: shows what a change does to a scene, its choices and its sound."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.comparing.fields import Change, changes, renamed_ids
from imgext.comparing.halves import listed
from imgext.comparing.words import words_for
from imgext.errors import ImgextError
from imgext.pipeline.played import Played, play, who_is_heard
from imgext.pipeline.resolve import located
from imgext.pipeline.setup import Setup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imgext.comparing.difference import SoundDifference
    from imgext.scene.model import Scene

#: A share of a sound's loudness that is heard is reported where it changed by at least this much.
TOLD_SHARE = 0.05
#: Fields that are compared as one value where a stage chose them.
_WHOLE = ("eq", "takes", "start")


@dataclass(frozen=True)
class Difference:
    """What differs between two scenes.

    Parameters
    ----------
    name : str
        Of the later scene.
    changes : list of Change
        What was written differently.
    consequences : list of Change
        What imgext chose differently because of it, each with the later reason.
    figures : list of Change
        What it does to the mix: ``mix.loudness``, ``mix.true_peak``, ``mix.duration`` and ``heard.ID``.
    sound : SoundDifference, optional
        Where in time the mixes differ, where that was asked for.
    unknown : str
        Why consequences and figures are not known; empty where they are, or were not asked for.
    """

    name: str
    changes: list[Change]
    consequences: list[Change] = field(default_factory=list)
    figures: list[Change] = field(default_factory=list)
    sound: SoundDifference | None = None
    unknown: str = ""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.changes or self.consequences or (self.sound is not None and self.sound.mix))

    def lines(self) -> list[str]:
        """Everything in words, a line each."""
        found = [str(change) for change in self.changes]
        if self.consequences or self.figures:
            found += ["because of it:"] if self.changes else ["chosen differently:"]
            found += [f"  {change}" for change in (*self.consequences, *self.figures)]
        if self.sound is not None:
            mix = self.sound.mix
            loudest = max(mix, key=lambda span: span.peak) if mix else None
            found.append(
                "sound: the same samples"
                if loudest is None
                else f"sound: differs in {listed(mix)}; most at {loudest.at:.1f} s, {loudest.peak:.1f} dBFS"
            )
            found += [f"  {key}: {listed(spans)}" for key, spans in self.sound.tracks.items()]
        return found

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "scene": self.name,
            "same": self.same,
            "changes": [change.as_data() for change in self.changes],
            "consequences": [change.as_data() for change in self.consequences],
            "figures": [change.as_data() for change in self.figures],
            "sound": None if self.sound is None else self.sound.as_data(),
            "unknown": self.unknown,
        }


def diff(
    before: Scene | Path | str,
    after: Scene | Path | str,
    *,
    setup: Setup | None = None,
    consequences: bool = True,
    sound: Path | str | None = None,
    picture: Path | str | None = None,
) -> Difference:
    """Compare two scenes.

    Parameters
    ----------
    before, after : Scene or path
        The locks next to their files are used.
    setup : Setup, optional
        Libraries, services and permissions, for both.
    consequences : bool
        Resolve and play both, and say what the changes lead to. False reads the two files alone.
    sound : path, optional
        Write the later mix less the earlier one here, 32-bit float WAV, and say where in time it is.
    picture : path, optional
        Draw both timelines here, PNG.

    Returns
    -------
    Difference

    Raises
    ------
    ImgextError
        One of the two is no scene. Where one cannot be resolved or played, `Difference.unknown` says why,
        unless a sound or a picture was asked for.
    """
    setup = Setup() if setup is None else setup
    one, other = (located(scene, None, setup)[0] for scene in (before, after))
    written = changes(one, other)
    found = Difference(other.file or other.name, written)
    if not (consequences or sound or picture):
        return found
    with tempfile.TemporaryDirectory(prefix="imgext-") as folder:
        mixes = [Path(folder) / name for name in ("before.wav", "after.wav")]
        try:
            old, new = (
                play(scene, mix, setup=setup, waveforms=picture is not None)
                for scene, mix in zip((before, after), mixes, strict=True)
            )
        except ImgextError as error:
            if sound or picture:
                raise
            return replace(found, unknown=str(error))
        renamed = renamed_ids(one.as_data(), other.as_data())
        found = replace(
            found,
            consequences=_consequences(written, old, new, renamed),
            figures=_figures(old, new, renamed),
        )
        if sound or picture:
            found = replace(found, sound=_sound(old, new, renamed, None if sound is None else Path(sound)))
        if picture:
            _draw(old, new, found, Path(picture))
    return found


def _consequences(
    written: Iterable[Change], old: Played, new: Played, renamed: Mapping[str, str]
) -> list[Change]:
    """List what stages answered differently, apart from written differences."""
    listed_already = [change.path for change in written if change.kind != "renamed"]
    because = {each.path: each.because for each in new.decisions if each.kind == "answer"}
    found = [
        replace(change, because=because.get(change.path, ""))
        for change in changes(old.scene, new.scene, whole=_WHOLE, renamed=renamed)
        if not any(_touches(change.path, path) for path in listed_already)
    ]
    digests = {renamed.get(key, key): digest for key, digest in old.resolved.opened.digests.items()}
    for key, digest in sorted(new.resolved.opened.digests.items()):
        path = f"tracks.{key}.sound"
        before = digests.get(key, digest)
        if before != digest and not any(_touches(path, each.path) for each in (*found, *written)):
            words = f"another content under the same name (sha256 {before[:12]}... -> {digest[:12]}...)"
            found.append(Change(path, "changed", before, digest, "", words))
    return found


def _touches(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def _figures(old: Played, new: Played, renamed: Mapping[str, str]) -> list[Change]:
    """Length, loudness and peak of the mix, and who is heard."""
    found = []
    for key, unit, digits in (("duration", "s", 3), ("loudness", "LUFS", 1), ("true_peak", "dBTP", 1)):
        earlier, later = (_figure(played, key, digits) for played in (old, new))
        if earlier != later:
            words = words_for(("mix", key), earlier, later, unit)
            found.append(Change(f"mix.{key}", "changed", earlier, later, unit, words))
    was, now = who_is_heard(old), who_is_heard(new)
    before = {renamed.get(key, key): heard.share() for key, heard in was.items()}
    after = {key: heard.share() for key, heard in now.items()}
    for key in sorted({*before, *after}):
        pair = before.get(key), after.get(key)
        if words := _heard(*pair):
            found.append(Change(f"heard.{key}", "changed", *pair, "", words))
    return found


def _figure(played: Played, key: str, digits: int) -> float | None:
    length = played.plan.frames / played.plan.rate
    value: float = length if key == "duration" else getattr(played.performance, key)
    return round(value, digits) if math.isfinite(value) else None


def _heard(before: float | None, after: float | None) -> str:
    """How much of a sound is heard, in words; empty where that is as before."""
    from imgext.evaluation.clarity.heard import HEARD

    if before is None or after is None:
        return "" if before is after else "not in the mix any more" if after is None else _share(after)
    if (before >= HEARD) != (after >= HEARD):
        gone = "no longer heard" if after < HEARD else "heard now"
        return f"{gone}: {_share(after)} ({before:.0%} before)"
    return f"{_share(after)} ({before:.0%} before)" if abs(before - after) >= TOLD_SHARE else ""


def _share(share: float) -> str:
    return f"{share:.0%} of its loudness is heard"


def _sound(old: Played, new: Played, renamed: Mapping[str, str], to: Path | None) -> SoundDifference:
    from imgext.comparing.difference import SoundDifference, same_rate, tracks_that_differ, write_difference
    from imgext.store.files import whole_file

    same_rate(old.plan.rate, new.plan.rate)
    tracks = tracks_that_differ((old.plan, old.sounds), (new.plan, new.sounds), renamed)
    if to is None:
        return SoundDifference(write_difference(old.mix, new.mix), tracks)
    with whole_file(to) as temporary:
        return SoundDifference(write_difference(old.mix, new.mix, temporary), tracks)


def _draw(old: Played, new: Played, found: Difference, to: Path) -> None:
    from imgext.comparing.picture import draw_difference
    from imgext.report.gather import master_peaks, picture_of

    before, after = (
        picture_of(
            played.scene,
            played.plan,
            played.performance,
            played.decisions,
            master_peaks(played.mix, played.plan.frames),
            played.resolved.room,
        )
        for played in (old, new)
    )
    lines = [line for line in found.lines() if not line.startswith("sound:")]
    draw_difference(before, after, lines, found.sound.mix if found.sound is not None else [], to)
