"""The golden reference of a scene: what it sounded like, as text, so a change says which track and when.

``NAME.golden.json`` has the sha256 of the mix for each platform that wrote it, and for the mix, every track
and the room a row for each half second: the checksum of its 24-bit samples, its peak and its level. Tracks
are the stems, before the master. The decisions stand next to them, so that a difference names the one
that moved. Conventions: levels in dBFS, peaks in 24-bit steps; a silent half second is null.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgext.comparing.halves import FULL_SCALE, SECONDS, Half, listed, spans
from imgext.errors import SceneError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SCHEMA = "imgext.golden/1"
MIX = "mix"
#: Steps of 24 bits by which samples may differ between platforms (docs/determinism.md).
STEP = 1
#: dB by which a level may differ where samples differ by no more than that.
LEVEL = 0.05


@dataclass(frozen=True)
class Golden:
    """What a scene sounded like.

    Parameters
    ----------
    rate, frames : int
    sha256 : dict of platform to str
        Of the mix's file.
    written_on : str
        The platform of the checksums.
    rows : dict of id to list of Half
        ``mix``, each track and ``_room``.
    decisions : dict of path to JSON value
        The resolved scene, a value for each field.
    """

    rate: int
    frames: int
    sha256: dict[str, str]
    written_on: str
    rows: dict[str, list[Half]] = field(default_factory=dict)
    decisions: dict[str, Any] = field(default_factory=dict)


def golden_text(golden: Golden) -> str:
    """The one text of a reference: a line for each decision and each half second of a track."""
    lines = ["{", f'  "schema": "{SCHEMA}",', f'  "rate": {golden.rate},', f'  "frames": {golden.frames},']
    lines.append(f'  "seconds": {SECONDS:g},')
    lines.append(f'  "written_on": {json.dumps(golden.written_on)},')
    lines.append(f'  "sha256": {json.dumps(dict(sorted(golden.sha256.items())))},')
    lines += _block("decisions", {key: json.dumps(value) for key, value in sorted(golden.decisions.items())})
    lines[-1] += ","
    lines.append('  "rows": {')
    for number, (key, rows) in enumerate(sorted(golden.rows.items())):
        lines.append(f"    {json.dumps(key)}: [")
        lines += [f"      {_row(row)}{',' if n + 1 < len(rows) else ''}" for n, row in enumerate(rows)]
        lines.append(f"    ]{',' if number + 1 < len(golden.rows) else ''}")
    return "\n".join([*lines, "  }", "}"]) + "\n"


def _block(name: str, rows: Mapping[str, str]) -> list[str]:
    body = [f"    {json.dumps(key)}: {value}" for key, value in rows.items()]
    return [f'  "{name}": {{', *(f"{line}," for line in body[:-1]), *body[-1:], "  }"]


def _row(row: Half) -> str:
    return "null" if row.crc is None else f'["{row.crc:08x}", {row.peak}, {row.level:.2f}]'


def read_golden(text: str, path: Path) -> Golden:
    """Read a reference.

    Raises
    ------
    SceneError
        It is none, or of another version.
    """
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise SceneError(f"{path}: the reference's version is {data['schema']}; known: {SCHEMA}")
        rows = {
            str(key): [
                Half(None, 0, -math.inf) if row is None else Half(int(row[0], 16), int(row[1]), float(row[2]))
                for row in each
            ]
            for key, each in data["rows"].items()
        }
        sums = {str(key): str(value) for key, value in data["sha256"].items()}
        return Golden(
            int(data["rate"]),
            int(data["frames"]),
            sums,
            str(data["written_on"]),
            rows,
            dict(data["decisions"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise SceneError(f"{path}: is no golden reference; write it anew with --regen") from error


@dataclass(frozen=True)
class Verdict:
    """How a scene compares with its reference.

    `how` says what was compared: ``sha256``, ``samples`` (block by block, exactly) or ``step`` (within one
    24-bit step, between platforms). `lines` says what differs, and is empty where nothing does.
    """

    how: str
    lines: list[str] = field(default_factory=list)
    tracks: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether the scene sounds as the reference says."""
        return not self.lines


def compared(reference: Golden, now: Golden, platform: str) -> Verdict:
    """Compare a scene with its reference.

    Where this platform has a sha256 in the reference, the bytes of the mix must be those. Elsewhere half
    seconds may differ by what docs/determinism.md promises: one 24-bit step, 0.05 dB in level.
    """
    if reference.sha256.get(platform) == now.sha256[platform]:
        return Verdict("sha256")
    exact = platform in reference.sha256
    lines: list[str] = []
    tracks: dict[str, list[tuple[float, float]]] = {}
    if (reference.rate, reference.frames) != (now.rate, now.frames):
        was, is_now = (f"{one.frames / one.rate:g} s at {one.rate} Hz" for one in (reference, now))
        lines.append(f"mix: {is_now}, the reference has {was}")
    for key in sorted({*reference.rows, *now.rows}, key=lambda key: (key == MIX, key)):
        old, new = reference.rows.get(key), now.rows.get(key)
        if old is None or new is None:
            lines.append(f"{key}: {'is not in the reference' if old is None else 'is not heard any more'}")
            continue
        apart = _apart(old, new, exact=exact)
        if any(apart):
            found = spans(apart, now.frames / now.rate)
            tracks[key] = [(span.begin, span.end) for span in found]
            lines.append(f"{key}: differs at {listed(found)}{_by_how_much(old, new, apart)}")
    if lines:
        lines += _moved(reference.decisions, now.decisions)
    elif exact:
        lines.append("mix: the same samples in another file; its header changed")
    return Verdict("samples" if exact else "step", lines, tracks)


def _apart(old: Sequence[Half], new: Sequence[Half], *, exact: bool) -> list[int]:
    """For each half second 1 where it differs, else 0."""
    silent = Half(None, 0, -math.inf)
    found = []
    for n in range(max(len(old), len(new))):
        one, other = (rows[n] if n < len(rows) else silent for rows in (old, new))
        same = one.crc == other.crc
        if not exact and not same:
            quiet = max(one.peak, other.peak) <= 2 * STEP  # a level says nothing so near to silence
            same = abs(one.peak - other.peak) <= STEP and (quiet or abs(one.level - other.level) <= LEVEL)
        found.append(0 if same else 1)
    return found


def _by_how_much(old: Sequence[Half], new: Sequence[Half], apart: Sequence[int]) -> str:
    """The largest change of level among the half seconds that differ."""
    largest, at = 0.0, 0
    for n, differs in enumerate(apart):
        if not differs:
            continue
        levels = [rows[n].level if n < len(rows) else -math.inf for rows in (old, new)]
        floor = 20 * math.log10(1 / FULL_SCALE)
        step = max(levels[1], floor) - max(levels[0], floor)
        if abs(step) > abs(largest):
            largest, at = step, n
    if abs(largest) < 0.005:
        return ", at the same levels"
    return f"; most at {at * SECONDS:.1f} s, {largest:+.2f} dB"


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    from imgext.comparing.fields import field_facts
    from imgext.comparing.words import words_for

    found = []
    for path in [*new, *(path for path in old if path not in new)]:
        if old.get(path) != new.get(path):
            keys = tuple(path.split("."))
            found.append(
                f"decision {path}: {words_for(keys, old.get(path), new.get(path), field_facts(keys)[0])}"
            )
    return found
