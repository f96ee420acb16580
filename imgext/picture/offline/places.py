"""Where the picture was taken, as one or two beds.

A bed is a sound that a place always has: the sea, a street, a room. One literal table names the beds and what
speaks for each: shares of the picture that a surface covers (times a factor), probabilities of things, and
whether it is indoors or out. The best bed is taken, and a second if it is strong enough and says something
else. There is always one: with nothing to go by it is a neutral bed, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imgext.picture.offline.heads import CROWD
from imgext.scene.decision import share

if TYPE_CHECKING:
    from imgext.picture.offline.heads import Judgement

Setting = Literal["indoors", "outdoors", "unclear"]


@dataclass(frozen=True, slots=True)
class Bed:
    """A bed and its evidence: `surfaces` by share, `things` by probability.

    Both have a factor; `family` lets only one of a kind in.

    Negative factors speak against it. `only_with` names things of which one must be recognised: a runway is a
    road to these eyes.
    """

    label: str
    where: Literal["indoors", "outdoors"]
    family: str
    surfaces: tuple[tuple[str, float], ...] = ()
    things: tuple[tuple[str, float], ...] = ()
    only_with: tuple[str, ...] = ()


BEDS = (
    Bed(
        "street traffic",
        "outdoors",
        "street",
        (("road", 1.2), ("building", 0.6), ("water", -0.8), ("grass", -0.5), ("playing field", -1.0)),
        (
            ("car", 0.5),
            ("bus", 0.6),
            ("truck", 0.4),
            ("motorcycle", 0.3),
            ("traffic light", 0.6),
            ("street sign", 0.2),
            ("airplane", -0.5),
            ("train", -0.3),
        ),
    ),
    Bed(
        "city ambience",
        "outdoors",
        "street",
        (("building", 1.4), ("road", 0.3)),
        (("clock", 0.1), ("train", -0.3)),
    ),
    Bed(
        "sea waves",
        "outdoors",
        "water",
        (("water", 0.8), ("snow", -1.0)),
        (("sea", 0.7), ("surfboard", 0.4)),
        ("sea", "surfboard", "lake", "boat"),
    ),
    Bed(
        "harbour",
        "outdoors",
        "water",
        (("water", 0.5), ("building", 0.6)),
        (("boat", 0.5), ("sea", 0.1), ("surfboard", -0.5)),
        ("boat",),
    ),
    Bed(
        "lake water",
        "outdoors",
        "water",
        (("water", 1.0), ("snow", -1.0)),
        (("lake", 0.5), ("bird", 0.1), ("sea", -0.4), ("surfboard", -0.6)),
    ),
    Bed(
        "rain",
        "outdoors",
        "water",
        (("water", 0.8), ("road", 0.4), ("building", 0.3), ("sky", -0.5)),
        (
            ("umbrella", 0.3),
            ("car", 0.1),
            ("sea", -0.5),
            ("surfboard", -0.5),
            ("food", -0.3),
            ("chair", -0.3),
        ),
        ("umbrella",),
    ),
    Bed("wind in trees", "outdoors", "green", (("trees", 1.3),)),
    Bed(
        "forest birds",
        "outdoors",
        "birds",
        (("trees", 1.0), ("building", -0.5), ("road", -0.5)),
        (("bird", 0.4), ("bear", 0.2), ("deer", 0.2)),
    ),
    Bed(
        "countryside birds",
        "outdoors",
        "birds",
        (("grass", 1.0), ("trees", 0.3), ("playing field", -1.5)),
        (
            ("bird", 0.3),
            ("horse", 0.2),
            ("sheep", 0.2),
            ("cow", 0.2),
            ("kite", 0.2),
            ("baseball", -0.5),
            ("tennis racket", -0.5),
            ("airplane", -0.4),
        ),
    ),
    Bed(
        "farmyard",
        "outdoors",
        "farm",
        (("grass", 0.2),),
        (("cow", 0.5), ("sheep", 0.5), ("pig", 0.5), ("barn", 0.6), ("tractor", 0.4)),
    ),
    Bed(
        "savanna",
        "outdoors",
        "farm",
        (("grass", 0.2),),
        (("zebra", 0.5), ("elephant", 0.4), ("giraffe", 0.4), ("big cat", 0.4)),
    ),
    Bed(
        "stadium",
        "outdoors",
        "sport",
        (("playing field", 1.0),),
        (("baseball", 0.6), ("baseball glove", 0.3), ("tennis racket", 0.5), ("ball", 0.2)),
    ),
    Bed("railway", "outdoors", "railway", (), (("train", 0.6),), ("train",)),
    Bed("airport", "outdoors", "airport", (("road", 0.8),), (("airplane", 0.28),), ("airplane",)),
    Bed(
        "snow wind", "outdoors", "wind", (("snow", 1.2), ("water", -1.0)), (("skis", 0.4), ("snowboard", 0.4))
    ),
    Bed("mountain wind", "outdoors", "wind", (), (("mountain", 0.7),)),
    Bed("wind", "outdoors", "wind", (("sky", 0.5),), (("kite", 0.3),)),
    Bed("construction site", "outdoors", "works", (), (("construction machine", 0.8),)),
    Bed(
        "kitchen",
        "indoors",
        "place",
        (("hard furniture", 0.3),),
        (
            ("stove", 0.5),
            ("refrigerator", 0.4),
            ("microwave oven", 0.3),
            ("frying pan", 0.3),
            ("sink", 0.2),
            ("toilet", -0.4),
        ),
        ("stove", "refrigerator", "microwave oven", "frying pan", "toaster"),
    ),
    Bed(
        "bathroom",
        "indoors",
        "place",
        (),
        (
            ("toilet", 0.7),
            ("sink", 0.4),
            ("shower", 0.5),
            ("toothbrush", 0.4),
            ("stove", -0.4),
            ("refrigerator", -0.4),
        ),
        ("toilet", "sink", "shower", "toothbrush"),
    ),
    Bed(
        "restaurant",
        "indoors",
        "place",
        (("hard furniture", 0.3),),
        (
            *(
                ("food", 0.3),
                ("dishes", 0.15),
                ("cutlery", 0.2),
                ("wine glass", 0.25),
                ("cup", 0.1),
                ("bottle", 0.1),
                ("restaurant", 0.5),
            ),
            *(
                ("table", 0.1),
                ("couch", -0.3),
                ("bed", -0.5),
                ("stove", -0.3),
                ("computer", -0.3),
                ("refrigerator", -0.2),
                ("toilet", -0.5),
            ),
        ),
        ("food", "dishes", "cutlery", "wine glass", "restaurant"),
    ),
    Bed(
        "bar",
        "indoors",
        "place",
        (),
        (
            *(
                ("bottle", 0.35),
                ("wine glass", 0.1),
                ("restaurant", 0.2),
                ("person", 0.1),
                ("food", -0.2),
                ("dishes", -0.2),
                ("cup", -0.2),
            ),
            *(
                ("stove", -0.3),
                ("refrigerator", -0.3),
                ("sink", -0.3),
                ("toothbrush", -0.5),
                ("couch", -0.3),
                ("computer", -0.3),
            ),
        ),
        ("bottle",),
    ),
    Bed(
        "office",
        "indoors",
        "place",
        (),
        (("computer", 0.6), ("printer", 0.3), ("telephone", 0.1), ("bed", -0.3), ("couch", -0.2)),
    ),
    Bed(
        "living room",
        "indoors",
        "place",
        (("soft furnishing", 0.6),),
        (("couch", 0.6), ("television", 0.4), ("remote control", 0.3), ("toilet", -0.5)),
    ),
    Bed(
        "bedroom", "indoors", "place", (("soft furnishing", 0.6),), (("bed", 0.6), ("toilet", -0.5)), ("bed",)
    ),
    Bed("shop", "indoors", "place", (), (("shop", 0.7), ("shopping cart", 0.3))),
    Bed("library", "indoors", "place", (), (("library", 0.6), ("book", 0.3))),
    Bed("cinema", "indoors", "place", (), (("cinema", 0.7),)),
    Bed("church interior", "indoors", "place", (), (("temple", 0.7), ("train", -0.5)), ("temple",)),
    Bed("railway station", "indoors", "railway", (), (("train", 0.8),), ("train",)),
    Bed("greenhouse", "indoors", "place", (), (("greenhouse", 0.8),)),
    Bed("hairdresser", "indoors", "place", (), (("barbershop", 0.8),)),
    Bed("prison", "indoors", "place", (), (("prison", 0.8),)),
)
CROWD_BED, CROWD_FAMILY = "crowd", "people"
#: Open sky is heard too, where there is no second bed, unless a wind is among it.
SKY_BED, SKY_FAMILY, SKY_AREA = "sky", "wind", 0.15
NEUTRAL: dict[Setting, str] = {
    "indoors": "room tone",
    "outdoors": "quiet outdoor ambience",
    "unclear": "room tone",
}
#: A bed needs this much for a first and for a second place; a thing this share of its threshold to speak for
#: one.
FIRST, SECOND, NEARLY = 0.22, 0.3, 0.6
MOST = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A chosen bed with its score, 0 to 1, and what spoke for it."""

    label: str
    confidence: float
    because: tuple[str, ...]


def setting(judgement: Judgement) -> Setting:
    """Indoors, outdoors, or in the band where the head does not know."""
    low, high = judgement.indoor_band
    return "indoors" if judgement.indoor >= high else "outdoors" if judgement.indoor < low else "unclear"


def score(bed: Bed, judgement: Judgement) -> tuple[float, list[str]]:
    """Score of a bed, 0 to 1, and its reasons in words."""
    total, reasons = 0.0, []
    if bed.only_with and not any(judgement.sees(name) for name in bed.only_with):
        return 0.0, []
    for name, factor in bed.surfaces:
        area = judgement.area.get(name, 0.0)
        if area >= 0.03:
            total += factor * area
            if factor > 0:
                reasons.append(f"{name} over {area:.0%} of the picture")
    for name, factor in bed.things:
        probability = judgement.probability.get(name, 0.0)
        if probability >= (NEARLY if factor > 0 else 1.0) * judgement.threshold.get(name, 1.0):
            total += factor * probability
            if factor > 0:
                reasons.append(f"{name} ({probability:.2f})")
    return share(min(1.0, max(0.0, total))), reasons


def beds(judgement: Judgement) -> list[Place]:
    """Choose one or two beds, the stronger first; open sky where no other is second."""
    here = setting(judgement)
    ranked = []
    for order, bed in enumerate(BEDS):
        if here not in ("unclear", bed.where):
            continue
        value, reasons = score(bed, judgement)
        if value > 0:
            ranked.append((-value, order, bed.family, Place(bed.label, value, tuple(reasons))))
    if judgement.sees(CROWD):
        many = judgement.many[CROWD][0]
        strength = share(min(1.0, max(0.3, many)))
        ranked.append(
            (
                -strength,
                len(BEDS),
                CROWD_FAMILY,
                Place(CROWD_BED, strength, (f"many people (crowd score {many:.2f})",)),
            )
        )
    ranked.sort()
    chosen: list[Place] = []
    families: set[str] = set()
    for negative, _, family, place in ranked:
        if -negative >= (SECOND if chosen else FIRST) and family not in families and len(chosen) < MOST:
            chosen.append(place)
            families.add(family)
    sky = judgement.area.get("sky", 0.0)
    if here == "outdoors" and sky >= SKY_AREA and SKY_FAMILY not in families and len(chosen) < MOST:
        chosen.append(Place(SKY_BED, share(min(1.0, sky)), (f"sky over {sky:.0%} of the picture",)))
    return chosen or [Place(NEUTRAL[here], 0.0, ())]


def labels() -> tuple[str, ...]:
    """Every label that a bed can have."""
    return (*(bed.label for bed in BEDS), CROWD_BED, SKY_BED, *sorted(set(NEUTRAL.values())))
