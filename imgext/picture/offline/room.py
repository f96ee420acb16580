"""The five room parameters, read off the picture.

There is no ground truth for them: a photograph shows neither metres nor absorption. They are heuristics, each
with its reason, and where nothing speaks the neutral value stays and the reason says "no evidence".

- size: the kind of place, and scale: how much of the picture's height things of known height fill, how
  much ceiling is in view, how many people there are;
- damping: the kind of place, and soft furnishing, carpets and curtains against glass, tiles, floors and
  hard furniture; people absorb too;
- wet level: larger and harder rooms are more reverberant (Sabine's proportion of volume to absorption),
  and rooms open to the outside less;
- width: larger rooms, and such as are shown wide or open, surround more.

Conventions: all values 0 to 1, as the scene describes them, rounded to 0.001.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgext.picture.offline.heads import CROWD
from imgext.scene.decision import share
from imgext.scene.model import BLANK, ROOM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgext.picture.offline.heads import Judgement
    from imgext.picture.offline.objects import Thing
    from imgext.picture.offline.places import Place, Setting

#: By place: acoustic size, damping. From everyday experience of such rooms, with reverberation times as in
#: DIN 18041 and common surveys in mind.
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
    "bar": (0.5, 0.45),
    "railway station": (0.85, 0.25),
}


#: Usual heights in metres of what stands in rooms, whole and upright; heights of bodies and furniture as in
#: common ergonomic tables (DIN 33402, DIN EN 1116).
HEIGHTS = {
    "person": 1.7,
    "refrigerator": 1.8,
    "stove": 0.9,
    "toilet": 0.8,
    "chair": 0.9,
    "couch": 0.85,
    "dog": 0.5,
    "cat": 0.3,
}
#: A view of so many metres in height is of a room of middling size; a lower one is a close-up, which says
#: nothing of its room.
MIDDLING, CLOSE = 2.6, 1.9
#: Shares of the picture from which surfaces are evidence: ceiling, soft and hard together, what is outside.
MUCH_CEILING, SURFACES, OPEN = 0.08, 0.08, 0.06


@dataclass(frozen=True, slots=True)
class Answer:
    """One parameter, with its reason and the figures behind it."""

    value: Any
    because: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


def _between(value: float, low: float = 0.1, high: float = 0.95) -> float:
    return share(min(max(value, low), high))


def room(
    here: Setting, judgement: Judgement, seen: Sequence[Thing], places: Sequence[Place], proportion: float
) -> dict[str, Answer]:
    """The five parameters by name.

    Parameters
    ----------
    here : str
        Indoors, outdoors or unclear.
    judgement : Judgement
        Areas and scores.
    seen : sequence of Thing
        What was recognised, sounding or silent.
    places : sequence of Place
        The beds.
    proportion : float
        Width of the picture by its height.
    """
    low, high = judgement.indoor_band
    figures = {"indoor_score": judgement.indoor, "outdoors_below": low, "indoors_from": high}
    neutral = {name: getattr(BLANK, name) for name in ROOM}
    if here != "indoors":
        words = (
            f"could not decide between indoors and outdoors (score {judgement.indoor:.2f}, "
            f"undecided from {low:.2f} to {high:.2f}); no reverb is the safer answer"
            if here == "unclear"
            else f"looks like outdoors (score {judgement.indoor:.2f}, indoors from {high:.2f})"
        )
        why = "no evidence of a closed room, neutral value"
        return {
            "room_detected": Answer(value=False, because=words, numbers=figures),
            **{name: Answer(neutral[name], why) for name in ROOM if name != "room_detected"},
        }
    words = f"looks like indoors (score {judgement.indoor:.2f}, indoors from {high:.2f})"
    place = next((p for p in places if p.label in PLACES), None)
    size = _size(judgement, seen, place)
    damping = _damping(judgement, place)
    return {
        "room_detected": Answer(value=True, because=words, numbers=figures),
        "room_size": size,
        "damping": damping,
        "wet_level": _wet(judgement, size, damping),
        "width": _width(judgement, size, proportion),
    }


def view(seen: Sequence[Thing]) -> tuple[float, str] | None:
    """Say how many metres the picture's height shows, by a thing of known height.

    None for close-ups.

    What touches the upper or lower edge may be cut off: then it shows at least that little, and the thing is
    left out.
    """
    known = [
        thing
        for thing in seen
        if thing.row.label in HEIGHTS and thing.box[1] > 0.02 and thing.box[1] + thing.box[3] < 0.98
    ]
    for thing in sorted(known, key=lambda one: (-one.confidence, one.row.label)):
        metres = HEIGHTS[thing.row.label] / thing.box[3]
        if CLOSE <= metres <= 10:
            why = f"{thing.row.label}, about {HEIGHTS[thing.row.label]} m, fills {thing.box[3]:.0%} "
            return metres, why + f"of the height, so about {metres:.1f} m are in view"
    return None


def _size(judgement: Judgement, seen: Sequence[Thing], place: Place | None) -> Answer:
    value, reasons = BLANK.room_size, []
    if place:
        value = PLACES[place.label][0]
        reasons.append(f"a place like a {place.label}")
    crowd = judgement.sees(CROWD)
    if crowd:
        value += 0.15
        reasons.append("many people fit into it")
    ceiling = judgement.area.get("ceiling", 0.0)
    if ceiling >= MUCH_CEILING:
        value += 0.1
        reasons.append(f"ceiling over {ceiling:.0%} of the picture, so the camera stands far from the walls")
    shown = view(seen)
    if shown:
        metres, words = shown
        value += min(0.15, max(-0.1, 0.08 * (metres - MIDDLING)))
        reasons.append(words)
    if not reasons:
        return Answer(value, "no evidence, neutral value")
    numbers = {"ceiling_share": ceiling, "crowd_score": judgement.many[CROWD][0]} | (
        {"metres_in_view": share(shown[0])} if shown else {}
    )
    return Answer(_between(value), "; ".join(reasons), numbers)


def _damping(judgement: Judgement, place: Place | None) -> Answer:
    value, reasons = BLANK.damping, []
    soft = judgement.area.get("soft furnishing", 0.0)
    hard = (
        judgement.area.get("hard furniture", 0.0)
        + judgement.area.get("window", 0.0)
        + 0.5 * judgement.area.get("floor", 0.0)
    )
    if place:
        value = PLACES[place.label][1]
        reasons.append(f"a place like a {place.label}")
    if soft + hard >= SURFACES:
        value += 0.25 * min(1.0, (soft + hard) / 0.3) * (soft - hard) / (soft + hard)
        reasons.append(
            f"soft furnishing over {soft:.0%} of the picture "
            f"against furniture, glass and floor over {hard:.0%}"
        )
    if judgement.sees(CROWD):
        value += 0.1
        reasons.append("many people absorb sound")
    if not reasons:
        return Answer(value, "no evidence, neutral value")
    return Answer(_between(value), "; ".join(reasons), {"soft_share": share(soft), "hard_share": share(hard)})


def _openness(judgement: Judgement) -> float:
    """Share of the picture that is outside, seen from indoors."""
    return share(sum(judgement.area.get(name, 0.0) for name in ("sky", "trees", "grass", "road", "water")))


def _wet(judgement: Judgement, size: Answer, damping: Answer) -> Answer:
    if not (size.numbers or damping.numbers):
        return Answer(BLANK.wet_level, "no evidence, neutral value")
    value = 0.08 + 0.35 * size.value * (1 - 0.7 * damping.value)
    because, figures = (
        "follows from size and damping: large and hard rooms are the most reverberant",
        {"room_size": size.value, "damping": damping.value},
    )
    outside = _openness(judgement)
    if outside >= OPEN:
        value *= 1 - min(0.5, outside)
        because += f"; less, because it is open to the outside over {outside:.0%} of the picture"
        figures["open_share"] = outside
    return Answer(_between(value, 0.05), because, figures)


def _width(judgement: Judgement, size: Answer, proportion: float) -> Answer:
    outside = _openness(judgement)
    reasons, value = [], 0.6 + 0.4 * (size.value if size.numbers else BLANK.room_size)
    if size.numbers:
        reasons.append("follows from size: the larger the room, the wider its reverb")
    if outside >= OPEN:
        value += 0.1
        reasons.append(f"open to the outside over {outside:.0%} of the picture")
    if proportion >= 1.7 or proportion <= 0.6:
        value += 0.05 if proportion > 1 else -0.05
        reasons.append("a wide view" if proportion > 1 else "a narrow, upright view")
    if not reasons:
        return Answer(BLANK.width, "no evidence, neutral value")
    return Answer(
        _between(value), "; ".join(reasons), {"room_size": size.value, "proportion": share(proportion)}
    )
