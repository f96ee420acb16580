"""The sentences of the find stage: what a person reads in the log, the report and the explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.scene.faults import shown
from imgext.sounds.candidate import EXACT, IN_LABEL

if TYPE_CHECKING:
    from collections import Counter

    from imgext.sounds.ladder import Found


def explanation(label: str, found: Found) -> str:
    """Why a sound was taken for a label."""
    chosen, step = found.candidate, found.step
    if step.rung == "builtin":
        return f"label {shown(label)}: nothing nearer was found, so the built-in sound of last resort for {step.tag!r}: {chosen.id}"
    where = "among the built-in sounds" if chosen.source == "builtin" else "in the library"
    match = {EXACT: "exact match", IN_LABEL: "named so"}.get(chosen.rank, "described so")
    way = {
        "label": "",
        "synonym": f"also called {step.words!r}, ",
        "search": f"which sounds like {step.words!r}, ",
        "parent": f"a kind of {step.tag!r}, by {step.words!r}, " if step.words != step.tag else f"a kind of {step.tag!r}, ",
    }[step.rung]
    return f"label {shown(label)}: {way}{match} {where}: {chosen.id}{credit(chosen.licence, chosen.author)}"


def credit(licence: str, author: str | None) -> str:
    """Licence and author, to append to a sentence; blank where neither is known."""
    return f", {licence}{f' by {author}' if author else ''}" if licence != "unknown" or author else ""


def passed_over(refused: Counter[str]) -> str:
    """What the licences left out, to append to a sentence."""
    return (
        f" (passed over for their licence: {', '.join(f'{count} {licence}' for licence, count in sorted(refused.items()))})"
        if refused
        else ""
    )


def counts(refused: Counter[str]) -> dict[str, object]:
    """The same as figures of a decision."""
    return {"passed_over": dict(sorted(refused.items()))} if refused else {}
