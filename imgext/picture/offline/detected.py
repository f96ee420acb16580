"""Join a detector's boxes, which say what is where, and the heads' answers.

A detector knows COCO's 80 names, each in one row of the table of concepts. For those its boxes decide: a
thing is there with a score of `SURE`, a tiny one of `SURE_IF_TINY`, or of `MAYBE` if the heads find it likely
too (`LIKELY`). What COCO has no name for (a temple, a violin, a fountain, every surface and place) still
comes from the classifier and the heads. Between kin, which are mistaken for each other, the detector wins: a
wolf of the classifier's on the detector's dog is that dog.

Several of a kind are one object, because they are heard as one: its box is the largest one, its area that of
all of them together, and how many there are is said. Conventions as in `imgext.picture.offline.objects`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from imgext.picture.offline import concepts, objects
from imgext.picture.offline.heads import CROWD
from imgext.scene.decision import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.picture.detect.boxes import Detection
    from imgext.picture.offline.evidence import Evidence
    from imgext.picture.offline.heads import Judgement

#: Scores from which a box is believed by itself, and where the heads agree; the heads' probability for that.
SURE, MAYBE, LIKELY = 0.3, 0.12, 0.4
#: Boxes below this share of the picture need this score by themselves: on 337 photos with known content
#: weaker ones were wrong more often than right.
TINY, SURE_IF_TINY = 0.005, 0.5
#: Cells a side of the grid on which the area of several boxes together is counted.
GRID = 200
#: A thing fills about so much of its box.
FILL = 0.6
#: As many people as this are a crowd.
CROWD_SIZE = 7


@dataclass(frozen=True, slots=True)
class Group:
    """All boxes of one row of the table of concepts that are believed, best first."""

    row: concepts.Row
    boxes: tuple[Detection, ...]

    @property
    def concept(self) -> str:
        """The row's."""
        return self.row.concept

    @property
    def score(self) -> float:
        """That of the best box."""
        return self.boxes[0].score

    @property
    def largest(self) -> Detection:
        """The largest box; of equal ones the better."""
        return max(self.boxes, key=lambda one: (one.area, one.score))

    @property
    def area(self) -> float:
        """Share of the picture under all boxes together."""
        grid = np.zeros((GRID, GRID), bool)
        for one in self.boxes:
            x, y, w, h = (round(side * GRID) for side in one.box)
            grid[y : y + max(1, h), x : x + max(1, w)] = True
        return share(float(grid.mean()))


def groups(found: Sequence[Detection], judgement: Judgement) -> list[Group]:
    """Group the boxes that are believed by concept, the surest first."""
    row_of = {name: row for row in concepts.table() for name in row.coco}
    by_row: dict[concepts.Row, list[Detection]] = {}
    for one in found:
        if one.name in row_of:
            by_row.setdefault(row_of[one.name], []).append(one)
    kept = []
    for row, boxes in by_row.items():
        likely = judgement.probability.get(row.concept, 0.0) >= LIKELY
        believed = tuple(one for one in boxes if one.score >= (SURE_IF_TINY if one.area < TINY else SURE))
        if not believed and likely:
            believed = tuple(one for one in boxes if one.score >= MAYBE)
        if believed:
            kept.append(Group(row, believed))
    return sorted(kept, key=lambda group: (-group.score, group.row.label))


def informed(judgement: Judgement, kept: Sequence[Group]) -> Judgement:
    """Put the detector's word into the judgement; beds and rooms use it too.

    A believed score of `SURE` or less counts as the threshold itself, a score of 1 as certain; what is not
    believed stays below the threshold.
    """
    score: dict[str, float] = {}
    for group in kept:
        score[group.concept] = max(score.get(group.concept, 0.0), group.score)
    probability, threshold = dict(judgement.probability), dict(judgement.threshold)
    for concept in sorted(set(concepts.concept_of_coco().values())):
        limit = threshold.get(concept)
        if limit is None:
            continue
        if concept in score:
            probability[concept] = share(limit + (1 - limit) * max(0.0, score[concept] - SURE) / (1 - SURE))
        else:
            probability[concept] = min(probability.get(concept, 0.0), share(0.5 * limit))
    people = next((len(group.boxes) for group in kept if group.concept == concepts.PERSON), 0)
    many = dict(judgement.many)
    if people >= CROWD_SIZE:
        score_of, limit_of = many[CROWD]
        many[CROWD] = (max(score_of, limit_of), limit_of)
    return replace(judgement, probability=probability, many=many)


def things(kept: Sequence[Group], evidence: Evidence) -> list[objects.Thing]:
    """A thing for every group."""
    found = []
    for group in kept:
        row = _row(group, evidence)
        box, area = group.largest.box, share(FILL * group.area)
        importance, because = objects.importance_of(row, box, area, group.score)
        several = len(group.boxes) > 1
        found.append(
            objects.Thing(
                row, box, objects.pan_of(box), group.score, importance, SURE, area, because, several
            )
        )
    return found


def _row(group: Group, evidence: Evidence) -> concepts.Row:
    """Name it: finer where the classifier can (an owl), else as the boxes do."""
    first = next(row for row in concepts.table() if row.concept == group.concept)
    return objects.name_of(evidence, group.concept) if group.row is first else group.row


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a thing is named and placed as it is, in words."""

    label: str
    box: str
    confidence: str


def reasons(thing: objects.Thing, kept: Sequence[Group], name: str) -> Reasons | None:
    """Give the reasons for a thing that this detector found; None for another."""
    group = next(
        (group for group in kept if group.concept == thing.row.concept and group.largest.box == thing.box),
        None,
    )
    if group is None:
        return None
    count = len(group.boxes)
    many = f", {count} of them, heard as one" if count > 1 else ""
    agreed = "" if group.score >= SURE else f", below {SURE:.2f} but the heads find it likely too"
    return Reasons(
        f"found by {name} with score {group.score:.2f}{many}{agreed}",
        f"the {'largest ' if count > 1 else ''}box of {name}"
        + (f"; together they cover {group.area:.0%} of the picture" if count > 1 else ""),
        f"the {'best ' if count > 1 else ''}score of {name}",
    )


def find(
    found: Sequence[Detection], evidence: Evidence, judgement: Judgement
) -> tuple[list[objects.Thing], list[objects.Thing], list[tuple[str, float, float]], list[Group]]:
    """Everything that is recognised with a detector's boxes.

    Returns
    -------
    heard, silent, undecided
        As `imgext.picture.offline.objects.find`.
    kept : list of Group
        What was believed of the boxes.
    """
    kept = groups(found, judgement)
    named = set(concepts.concept_of_coco().values())
    rest = replace(
        judgement, probability={name: p for name, p in judgement.probability.items() if name not in named}
    )
    heard, silent, undecided = objects.find(evidence, rest)
    seen = [one for one in (*heard, *silent) if not _is_of(one, kept)] + things(kept, evidence)
    audible = [one for one in seen if one.row.role != "silent"]
    mute = [one for one in seen if one.row.role == "silent"]
    audible.sort(key=lambda thing: (-thing.importance, thing.row.label))
    mute.sort(key=lambda thing: (-thing.confidence, thing.row.label))
    return audible[: objects.MOST], mute + audible[objects.MOST :], undecided, kept


def _is_of(thing: objects.Thing, kept: Sequence[Group]) -> bool:
    """Whether the detector has a thing under another name: its centre is in a box."""
    kin = concepts.kin_of(thing.row.concept)
    x, y = thing.box[0] + thing.box[2] / 2, thing.box[1] + thing.box[3] / 2
    return bool(kin) and any(
        one.box[0] <= x <= one.box[0] + one.box[2] and one.box[1] <= y <= one.box[1] + one.box[3]
        for group in kept
        if concepts.kin_of(group.concept) == kin
        for one in group.boxes
    )
