"""Writes the find stage's sentences for the log, the report and `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.errors import shown
from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS
from imgext.sounds.sources import SOURCES

if TYPE_CHECKING:
    from imgext.scene.lock import LockedSound
    from imgext.sounds.search.climb import Found, Outcome


def explanation(label: str, found: Found) -> str:
    """Why a sound was taken for a label."""
    chosen, step = found.candidate, found.step
    if step.rung == "builtin":
        return (
            f"label {shown(label)}: nothing nearer was found, so the built-in sound of last resort for "
            f"{step.tag!r}: {chosen.id}"
        )
    where = SOURCES[chosen.source].where
    match = {EXACT: "exact match", IN_LABEL: "named so", IN_TAGS: "tagged so"}.get(
        chosen.rank, "described so"
    )
    way = {
        "label": "",
        "synonym": f"also called {step.words!r}, ",
        "ai": f"proposed instead: {step.words!r}, ",
        "search": f"which sounds like {step.words!r}, ",
        "parent": f"a kind of {step.tag!r}, by {step.words!r}, "
        if step.words != step.tag
        else f"a kind of {step.tag!r}, ",
    }[step.rung]
    return (
        f"label {shown(label)}: {way}{match} {where}: "
        f"{chosen.id}{_quality(found)}{credit(chosen.licence, chosen.author)}"
    )


def _quality(found: Found) -> str:
    chosen = found.candidate
    title = f" {chosen.title!r}" if SOURCES[chosen.source].fetched and chosen.title else ""
    rated = f", {chosen.rating:.1f} of 5" if chosen.rating is not None else ""
    taken = f", {chosen.downloads} downloads" if chosen.downloads is not None else ""
    rung = f" ({found.rung})" if found.rung not in {"match", "random"} else ""
    return f"{title}{rated}{taken}{rung}"


def how_locked(pin: LockedSound) -> str:
    """How a pinned sound was found, to append to "as locked"."""
    if pin.query is None:
        return ""
    words = f" by {pin.words!r}" if pin.words and pin.words != pin.query else ""
    way = {
        "label": "",
        "synonym": ", another name",
        "search": ", what it sounds like",
        "ai": ", proposed instead",
    }
    way |= {"parent": f", a kind of {pin.tag!r}", "builtin": ", the built-in sound of last resort"}
    return f" for {shown(pin.query)}{words}{way.get(pin.fallback, '')}"


def credit(licence: str, author: str | None) -> str:
    """Licence and author, to append to a sentence; blank where neither is known."""
    return f", {licence}{f' by {author}' if author else ''}" if licence != "unknown" or author else ""


def passed_over(outcome: Outcome) -> str:
    """What was found and left out, to append to a sentence."""
    said = [f"{count} {licence}" for licence, count in sorted(outcome.refused.items())]
    parts = [f"passed over for their licence: {', '.join(said)}"] if said else []
    if outcome.rejected:
        parts.append(f"passed over by the judge or when measured: {len(outcome.rejected)}")
    return f" ({'; '.join(parts)})" if parts else ""


def refused(outcome: Outcome) -> str:
    """Say which found sounds their licence forbids, to append; blank for none."""
    said = [f"{count} {licence}" for licence, count in sorted(outcome.refused.items())]
    return f"; passed over for their licence: {', '.join(said)}" if said else ""


def counts(outcome: Outcome) -> dict[str, object]:
    """The same as figures of a decision."""
    figures: dict[str, object] = (
        {"passed_over": dict(sorted(outcome.refused.items()))} if outcome.refused else {}
    )
    return figures | ({"rejected": len(outcome.rejected)} if outcome.rejected else {})
