"""Says in words why a scene is as it is: every value with its reason, from the one list of decisions.

A value that a person wrote has its line as the reason; where ``decisions.jsonl`` of an earlier run lies beside the scene and still
agrees with a value, the reason found there is told as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgext.scene.decision import Decision
from imgext.scene.writer import flow_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from imgext.scene.model import Scene


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
    """Every value at or below a dotted path, in the scene's order, then notes and warnings."""
    decisions = list(decisions)
    earlier = _earlier(original)
    by_path = {decision.path: decision for decision in decisions if decision.kind == "answer"}
    notes = {decision.path: decision for decision in decisions if decision.kind == "note" and decision.path.rpartition(".")[0] in by_path}
    found: list[Reason] = []
    for here, value in _leaves(resolved.as_data(), ()):
        if not _below(here, path):
            continue
        decision = by_path.get(here) or by_path.get(here.rpartition(".")[0])
        if decision is not None and original.value(decision.path) is None:
            nearer = notes.pop(here, decision)  # each entry of an answered list has a reason of its own
            found.append(Reason(here, value, nearer.stage, nearer.because))
        else:
            old = earlier.get(here)
            earlier_said = f", from {old.stage}: {old.because}" if old is not None and old.value == value else ""
            place = str(original.where(here)).removesuffix(f" {here}").rstrip(":")
            found.append(Reason(here, value, "written", f"{place if place != here else 'in the scene'}{earlier_said}"))
    told = {reason.path for reason in found if reason.path.rpartition(".")[0] in by_path}
    found += [
        Reason(decision.path, None, decision.stage, decision.because, decision.kind)
        for decision in decisions
        if decision.kind != "answer" and decision.path not in told and _below(decision.path, path)
    ]
    return found


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
    found = {}
    try:
        for line in log.read_text(encoding="utf-8").splitlines():
            data = json.loads(line)
            if data["kind"] == "answer":
                found[str(data["path"])] = Decision(str(data["path"]), data["value"], str(data["because"]), stage=str(data["stage"]))
    except (OSError, ValueError, KeyError, TypeError):
        return found
    return found
