"""Say what people in a picture do: by what is with them, how many, and where.

A person is heard as what they do: one plain table, read from top to bottom, the first row that fits is
taken. The words are labels of the tag hierarchy that you would write yourself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from imgext.picture.offline.objects import Thing

#: From this share of the picture on, somebody is near enough to be heard speaking.
NEAR = 0.18
MEAL = frozenset({"dishes", "cutlery", "wine glass", "cup", "food", "bottle"})
DESK = frozenset({"computer", "book", "library"})
HALLS = frozenset({"concert hall", "stadium", "theatre", "cinema", "sports hall", "sports field"})
WAYS = frozenset({"street traffic", "city ambience", "market", "train station", "airport", "shop"})


@dataclass(frozen=True, slots=True)
class Doing:
    """A row: what must be seen with people, where, how many, and their label.

    An empty label leaves them out.

    `with_` names things of which one must be seen, `beds` places of which one must be a bed; `several` and
    `indoors` are None where they do not matter; `touching` asks that the boxes of person and thing meet.
    """

    label: str
    because: str
    with_: frozenset[str] = frozenset()
    beds: frozenset[str] = frozenset()
    several: bool | None = None
    where: Literal["indoors", "outdoors"] | None = None
    near: bool = False
    touching: bool = False


def _one_of(*names: str) -> frozenset[str]:
    return frozenset(names)


TABLE = (
    Doing(
        "",
        "rides or leads an animal, one thing to hear",
        _one_of("horse", "elephant", "camel"),
        touching=True,
    ),
    Doing("", "rides a motor vehicle, one thing to hear", _one_of("motorcycle", "snowmobile"), touching=True),
    Doing("", "rides a bicycle, one thing to hear", _one_of("bicycle"), several=False, touching=True),
    Doing("surfer", "somebody with a surfboard", _one_of("surfboard")),
    Doing("skier", "somebody with skis or a snowboard", _one_of("skis", "snowboard")),
    Doing("skateboarder", "somebody with a skateboard", _one_of("skateboard")),
    Doing("children playing", "people with a swing or a toy", _one_of("swing", "carousel"), several=True),
    Doing(
        "running",
        "somebody who plays with a ball",
        _one_of("tennis racket", "frisbee", "ball", "baseball glove"),
    ),
    Doing("audience", "many people in a hall or stadium", beds=HALLS, several=True),
    Doing(
        "audience",
        "many people before a stage",
        _one_of("microphone", "drum", "guitar", "organ"),
        several=True,
    ),
    Doing("people talking", "people at a table", MEAL, several=True),
    Doing("talking", "somebody at a table", MEAL, several=False, where="indoors"),
    Doing("people talking", "people with books or computers", DESK, several=True),
    Doing("talking", "somebody with a telephone", _one_of("telephone", "microphone"), several=False),
    Doing("footsteps", "people who walk by", beds=WAYS, several=True, where="outdoors"),
    Doing("people talking", "several people", several=True),
    Doing("talking", "somebody near the camera", several=False, near=True),
    Doing("talking", "somebody indoors", several=False, where="indoors"),
    Doing("footsteps", "somebody who walks by", several=False),
)


def doing(person: Thing, seen: Mapping[str, Thing], beds: Collection[str], where: str) -> Doing:
    """Choose the row for one or several people.

    Parameters
    ----------
    person : Thing
    seen : mapping of concept to Thing
        Everything else that is recognised, silent things too.
    beds : collection of str
        Labels of the beds.
    where : {"indoors", "outdoors", "unclear"}
    """
    for row in TABLE:
        together = [seen[name] for name in sorted(row.with_) if name in seen]
        if row.with_ and not any(not row.touching or meet(person.box, other.box) for other in together):
            continue
        if row.beds and row.beds.isdisjoint(beds):
            continue
        if row.several is not None and row.several != person.several:
            continue
        if (row.where is not None and row.where != where) or (row.near and person.area < NEAR):
            continue
        return row
    return TABLE[-1]


def meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two boxes (x, y, width, height) share an area.

    >>> meet((0.0, 0.0, 0.4, 1.0), (0.3, 0.5, 0.2, 0.2)), meet((0.0, 0.0, 0.3, 1.0), (0.3, 0.5, 0.2, 0.2))
    (True, False)
    """
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return across > 0 and down > 0
