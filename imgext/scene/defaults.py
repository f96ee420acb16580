"""Answers blank settings and an object's blanks; the first stage of `resolve`.

The model holds the defaults, each with the reason its decision gives. Other stages answer what depends on
sounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.scene.decision import Decision, share
from imgext.scene.part import Part, about, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgext.scene.model import Scene


def settle(scene: Scene) -> tuple[Scene, list[Decision]]:
    """Answer every blank setting, and what an object's blanks mean."""
    decisions = list(defaults(scene))
    for key, thing in scene.objects.items():
        named = {
            decision.path.rpartition(".")[2]: decision for decision in defaults(thing, f"objects.{key}.")
        }
        if thing.kind == "atmo":  # a bed has no place and a level of its own
            named.pop("importance", None)
        elif thing.pan is None:
            named["pan"] = _pan(key, thing.box)
        decisions += named.values()
    return scene.answered(decisions), decisions


def defaults(part: Part, lead: str = "", stage: str = "defaults") -> Iterator[Decision]:
    """Answer the blank fields that have a default, here and in the sections below."""
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if isinstance(value, Part):
            yield from defaults(value, f"{lead}{name}.", stage)
        elif part.blank(name) and (because := about(field, "because")):
            yield Decision(f"{lead}{name}", plain(value), because, stage=stage)


def _pan(key: str, box: list[float] | None) -> Decision:
    if box is None:
        return Decision(f"objects.{key}.pan", 0.0, "no box, so the middle", stage="defaults")
    centre = box[0] + box[2] / 2
    pan = max(-1.0, min(1.0, share((2 * centre - 1) * PAN_AT_EDGE)))
    return Decision(
        f"objects.{key}.pan",
        pan,
        f"its box is centred at {centre:.0%} of the width",
        {"centre": share(centre)},
        "defaults",
    )


#: Pan of something at the very edge of the picture.
PAN_AT_EDGE = 0.8
