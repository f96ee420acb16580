"""Says why a scene is as it is: every value with its reason.

Who masks whom is said in a sentence for each pair of sounds, from the data of ``masking.json``.

A written value has its line as the reason. If ``decisions.jsonl`` of an earlier run lies next to the scene
and still agrees with a value, its reason is listed too.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgext.scene.decision import Decision
from imgext.scene.model import asks
from imgext.scene.things import object_of
from imgext.scene.yaml.spelling import flow_text
from imgext.store.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from imgext.scene.model import Scene

#: A note of one repeat; there may be hundreds, so they are listed only if starts are asked for.
_REPEAT = re.compile(r"tracks\.[^.]+\.start\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Reason:
    """One value and why it is so; `stage` is ``written`` for what stands in the file."""

    path: str
    value: Any
    stage: str
    because: str
    kind: str = "answer"

    def __str__(self) -> str:
        value = "" if self.value is None else f" = {flow_text(self.value)}"
        return f"{self.path}{value}\n    {self.stage}: {self.because}"


def reasons(original: Scene, resolved: Scene, decisions: Iterable[Decision], path: str = "") -> list[Reason]:
    """List every value at or below a path in order, then notes and warnings."""
    decisions = list(decisions)
    earlier = _earlier(original)
    by_path = {decision.path: decision for decision in decisions if decision.kind == "answer"}
    notes = {
        decision.path: decision
        for decision in decisions
        if decision.kind == "note" and decision.path.rpartition(".")[0] in by_path
    }
    found: list[Reason] = []
    for here, value in _leaves(resolved.as_data(), ()):
        if not _below(here, path):
            continue
        decision = by_path.get(here) or by_path.get(here.rpartition(".")[0])
        if decision is not None and asks(original.value(decision.path)):
            nearer = notes.pop(here, decision)  # each entry of an answered list has a reason of its own
            found.append(Reason(here, value, nearer.stage, nearer.because))
        else:
            old = earlier.get(here)
            earlier_said = (
                f", from {old.stage}: {old.because}" if old is not None and old.value == value else ""
            )
            place = str(original.where(here)).removesuffix(f" {here}").rstrip(":")
            found.append(
                Reason(here, value, "written", f"{place if place != here else 'in the scene'}{earlier_said}")
            )
    listed = {reason.path for reason in found if reason.path.rpartition(".")[0] in by_path}
    found += [
        Reason(decision.path, None, decision.stage, decision.because, decision.kind)
        for decision in decisions
        if decision.kind != "answer"
        and decision.path not in listed
        and _below(decision.path, path)
        and not (_REPEAT.fullmatch(decision.path) and ".start" not in path)
    ]
    return found


#: How many pairs are listed for a whole scene.
PAIRS = 8


def masking_reasons(report: Mapping[str, Any], scene: Scene, path: str = "") -> list[Reason]:
    """Describe each pair of tracks heard together, worst first, with and without cuts.

    Parameters
    ----------
    report : mapping
        The data of ``masking.json``.
    scene : Scene
        For the labels.
    path : str
        Blank: the worst pairs, and how many more there are; ``masking``, ``masking.ONE.OTHER``: these;
        ``tracks.ID``, ``tracks.ID.eq``: those of a track.
    """
    whole, _, rest = path.partition(".")
    if whole == "tracks":
        key, _, field = rest.partition(".")
        pairs = [
            pair
            for pair in report["pairs"]
            if key in {"", pair["one"], pair["other"]} and (not field or _below("eq", field))
        ]
    else:
        pairs = [pair for pair in report["pairs"] if _below(_place(pair), path)]
    listed = pairs if path not in {"", "tracks"} else pairs[:PAIRS]
    what = (
        "the cuts and the compression"
        if any(track.compressor is not None for track in scene.tracks.values())
        else "the cuts"
    )
    found = [
        Reason(_place(pair), None, "masking", _masking(pair, report["bands"], scene, what), "masking")
        for pair in listed
    ]
    if len(listed) < len(pairs):
        found.append(
            Reason(
                "masking",
                None,
                "masking",
                f"{len(pairs) - len(listed)} more pairs: `imgext explain SCENE masking`",
                "masking",
            )
        )
    return found


def _place(pair: Mapping[str, Any]) -> str:
    return f"masking.{pair['one']}.{pair['other']}"


def _masking(pair: Mapping[str, Any], bands: Sequence[int], scene: Scene, what: str) -> str:
    before, after = pair["before"], pair["after"]
    if before is None or after is None:
        return f"heard together only {'before' if after is None else 'after'} {what}"
    ways = [("one", "other", 0), ("other", "one", 1)]
    ways.sort(key=lambda way: (pair[way[0]] != pair["yields"], -sum(before[f"{way[0]}_masks"])))
    said = []
    for masker, masked, number in ways:
        rows = [version[f"{masker}_masks"] for version in (before, after)]
        masks = f"{_label(scene, pair[masker])} masks {_label(scene, pair[masked])}"
        if any(rows[0]):
            worst = bands[rows[0].index(max(rows[0]))]
            masks += f" most around {worst} Hz (severity {before['severity'][number]:.2f})"
        said.append(f"{masks}, {_change(rows[0], rows[1], what)}")
    together = f"{before['seconds']:.1f} s together"
    return f"{'; '.join(said)}. {together}, roles change {before['interchange']:.1f} times a second"


def _change(before: Sequence[float], after: Sequence[float], what: str) -> str:
    """What is done to the sum over all bands and time."""
    sums = round(sum(before), 3), round(sum(after), 3)
    if not sums[0]:
        return f"a little only after {what}" if sums[1] else "not at all"
    change = round(100 * (sums[1] / sums[0] - 1))
    return (
        f"{abs(change)} % {'less' if change < 0 else 'more'} after {what}"
        if change
        else f"the same after {what}"
    )


def _label(scene: Scene, key: str) -> str:
    thing = object_of(scene, key)
    return thing.label if thing is not None else key


def _below(here: str, path: str) -> bool:
    return not path or here == path or here.startswith(path + ".") or path.startswith(here + ".")


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(node, list) and any(isinstance(item, dict) for item in node):
        for index, item in enumerate(node):
            yield ".".join((*path, str(index))), item
    else:
        yield ".".join(path), node


def _earlier(scene: Scene) -> dict[str, Decision]:
    log: Path = scene.folder / "decisions.jsonl"
    found: dict[str, Decision] = {}
    try:
        for line in read_text(log).splitlines():
            data = json.loads(line)
            path, value = str(data["path"]), data["value"]
            above, _, number = path.rpartition(".")
            if (
                data["kind"] == "note" and above in found
            ):  # each entry of an answered list has a reason of its own
                entries = found[above].value
                if not (isinstance(entries, list) and number.isdecimal() and int(number) < len(entries)):
                    continue
                value = entries[int(number)]
            elif data["kind"] != "answer":
                continue
            found[path] = Decision(path, value, str(data["because"]), stage=str(data["stage"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return found
    return found
