"""The five room parameters, read off the picture.

There is no ground truth for them: a photograph shows neither metres nor absorption. They are heuristics, each with its reason, and where nothing
speaks the neutral value stays and the reason says "no evidence". Size comes from the kind of place, the number of people and how much of the
picture's height a person fills; damping from soft furnishing against hard surfaces; wet level and width follow from those two.

Conventions: all values 0 to 1, as `imgext.scene.model.ROOM` describes them, rounded to 0.001.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgext.scene.decision import share
from imgext.scene.model import ROOM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.picture.heads import Judgement
    from imgext.picture.objects import Thing
    from imgext.picture.places import Place, Setting

#: By place: acoustic size, damping. From everyday experience of such rooms, with reverberation times as in DIN 18041 and common surveys in mind.
PLACES = {
    "kitchen": (0.35, 0.35),
    "bathroom": (0.25, 0.15),
    "restaurant": (0.55, 0.45),
    "office": (0.45, 0.5),
    "living room": (0.4, 0.65),
    "bedroom": (0.35, 0.75),
    "shop": (0.6, 0.45),
    "library": (0.6, 0.6),
    "cinema": (0.75, 0.8),
    "church interior": (0.95, 0.2),
    "greenhouse": (0.6, 0.2),
    "hairdresser": (0.4, 0.4),
    "prison": (0.5, 0.1),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One parameter, with its reason and the figures behind it."""

    value: Any
    because: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


def _between(value: float, low: float = 0.1, high: float = 0.95) -> float:
    return share(min(max(value, low), high))


def room(here: Setting, judgement: Judgement, heard: list[Thing], places: list[Place]) -> dict[str, Answer]:
    """The five parameters by name."""
    low, high = judgement.indoor_band
    figures = {"indoor_score": judgement.indoor, "outdoors_below": low, "indoors_from": high}
    neutral = {name: default for name, (default, _) in ROOM.items()}
    if here != "indoors":
        words = (
            f"could not decide between indoors and outdoors (score {judgement.indoor:.2f}, undecided from {low:.2f} to {high:.2f}); no reverb is the safer answer"
            if here == "unclear"
            else f"looks like outdoors (score {judgement.indoor:.2f}, indoors from {high:.2f})"
        )
        why = "no evidence of a closed room, neutral value"
        return {
            "room_detected": Answer(value=False, because=words, numbers=figures),
            **{name: Answer(neutral[name], why) for name in ROOM if name != "room_detected"},
        }
    answers = {
        "room_detected": Answer(
            value=True, because=f"looks like indoors (score {judgement.indoor:.2f}, indoors from {high:.2f})", numbers=figures
        )
    }

    place = next((p for p in places if p.label in PLACES), None)
    person = next((thing for thing in heard if thing.row.concept == "person"), None)
    crowd = judgement.crowd >= judgement.crowd_threshold
    size, reasons = neutral["room_size"], []
    if place:
        size = PLACES[place.label][0]
        reasons.append(f"a place like a {place.label}")
    if crowd:
        size += 0.15
        reasons.append("many people fit into it")
    if judgement.area.get("ceiling", 0) >= 0.08:
        size += 0.1
        reasons.append("much ceiling is in view, so the camera stands far from the walls")
    if person and person.box[3] <= 0.45 and not crowd:
        size += 0.1
        reasons.append("a person fills less than half of the height")
    size = _between(size)
    numbers = {"ceiling_share": judgement.area.get("ceiling", 0.0), "crowd_score": judgement.crowd}
    answers["room_size"] = Answer(
        size if reasons else neutral["room_size"], "; ".join(reasons) or "no evidence, neutral value", numbers if reasons else {}
    )

    soft = judgement.area.get("soft furnishing", 0.0)
    hard = judgement.area.get("hard furniture", 0.0) + judgement.area.get("window", 0.0) + 0.5 * judgement.area.get("floor", 0.0)
    seen = soft + hard
    reasons, damping = [], neutral["damping"]
    if place:
        damping = PLACES[place.label][1]
        reasons.append(f"a place like a {place.label}")
    if seen >= 0.08:
        damping += 0.25 * min(1.0, seen / 0.3) * (soft - hard) / seen
        reasons.append(f"soft furnishing over {soft:.0%} of the picture against hard surfaces over {hard:.0%}")
    damping = _between(damping) if reasons else neutral["damping"]
    answers["damping"] = Answer(
        damping,
        "; ".join(reasons) or "no evidence, neutral value",
        {"soft_share": share(soft), "hard_share": share(hard)} if reasons else {},
    )

    if reasons or answers["room_size"].numbers:
        wet = _between(0.08 + 0.35 * size * (1 - 0.7 * damping))
        answers["wet_level"] = Answer(
            wet, "follows from size and damping: large and hard rooms are the most reverberant", {"room_size": size, "damping": damping}
        )
        answers["width"] = Answer(
            _between(0.6 + 0.4 * size), "follows from size: the larger the room, the wider its reverb", {"room_size": size}
        )
    else:
        answers["wet_level"] = Answer(neutral["wet_level"], "no evidence, neutral value")
        answers["width"] = Answer(neutral["width"], "no evidence, neutral value")
    return answers
