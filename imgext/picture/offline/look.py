"""The offline analyser from end to end: a photo in, a scene and reasons out.

Every value in the scene has a decision of kind ``answer``; what was seen and makes no sound, and what could
not be decided, are notes; a picture in which nothing at all was recognised is a warning, and still gets a
neutral bed, so that no scene is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from imgext.errors import ImgextError
from imgext.picture import detect
from imgext.picture.offline import concepts, detected, heads, objects, people, places, weights
from imgext.picture.offline.concepts import PERSON
from imgext.picture.offline.evidence import look
from imgext.picture.offline.room import room
from imgext.picture.photo import ENOUGH, open_photo
from imgext.scene.decision import Decision
from imgext.scene.model import VERSION, Scene

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.Image import Image as Picture

    from imgext.picture.detect.boxes import Detection
    from imgext.picture.offline.evidence import Evidence
    from imgext.picture.offline.places import Place, Setting

STAGE = "picture"
UNDECIDED_MOST = 5
BED_IMPORTANCE = 0.5
#: A picture with fewer pixels a side, or with values that differ by no more than coding makes them, shows
#: nothing; what the network is given in its place.
FEWEST, ONE_COLOUR, NOTHING = 8, 8, (320, 240)


def labels() -> tuple[str, ...]:
    """List every label that this stage writes, sorted; the hierarchy has them all.

    >>> "dog" in labels() and "sea waves" in labels()
    True
    """
    rows = {row.label for row in concepts.table() if row.role != "place"}
    return tuple(sorted(rows | set(places.labels())))


def identifier(label: str, taken: set[str]) -> str:
    """Make an id for a label, ``[a-z][a-z0-9_-]*``, with ``_2`` where it is taken.

    >>> identifier("Wind in trees", set()), identifier("dog", {"dog"})
    ('wind_in_trees', 'dog_2')
    """
    stem = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    stem = stem if stem[:1].isalpha() else f"thing_{stem}".rstrip("_")
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


def title_of(stem: str) -> str:
    """A title from a file's name.

    >>> title_of("fishing-harbour_at dawn")
    'Fishing harbour at dawn'
    """
    words = " ".join(
        "".join(c if c.isprintable() else " " for c in stem.replace("_", " ").replace("-", " ")).split()
    )
    return (words[:1].upper() + words[1:])[:200] or "Untitled"


#: Labels that take no article, and plurals that do not follow the rule.
UNCOUNTED = frozenset(
    {
        "baseball",
        "billiards",
        "cutlery",
        "dishes",
        "food",
        "fire",
        "fish",
        "sheep",
        "shellfish",
        "skis",
        "sled dogs",
        "tools",
        "scissors",
    }
)
PLURALS = {
    "person": "people",
    "wolf": "wolves",
    "goose": "geese",
    "deer": "deer",
    "hippopotamus": "hippopotamuses",
}


def _a(thing: objects.Thing) -> str:
    label = thing.row.label
    if thing.several and label not in UNCOUNTED:
        return PLURALS.get(label) or f"{label}{'es' if label.endswith(('s', 'x', 'ch', 'sh')) else 's'}"
    return label if label in UNCOUNTED else f"{'an' if label[0] in 'aeiou' else 'a'} {label}"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(
    here: Setting, heard: list[objects.Thing], silent: list[objects.Thing], beds: list[Place]
) -> str:
    """The picture in one plain sentence."""
    where = {
        "indoors": "indoors",
        "outdoors": "outdoors",
        "unclear": "indoors or outdoors, which could not be decided",
    }[here]
    seen = [_a(thing) for thing in [*heard[:5], *silent[:3]]]
    known = [bed.label for bed in beds if bed.confidence > 0]
    text = f"{_list(seen)}, {where}" if seen else f"a view {where} in which no single thing was recognised"
    return f"{text}; the place suggests {_list(known)}" if known else text


def analyze(
    photo: Path, *, seed: int | None = None, detector: str | Path | None = None
) -> tuple[Scene, list[Decision]]:
    """See what a photo shows, offline.

    Parameters
    ----------
    photo : Path
        Any picture that Pillow reads; see `imgext.picture.photo.open_photo`.
    seed : int, optional
        Written into the scene as it is. Seeing itself has no randomness.
    detector : str or path, optional
        What gives boxes; see `imgext.picture.detect.open_detector`. Blank: what ``IMGEXT_DETECTOR`` says,
        else that of the extra where it is installed.

    Returns
    -------
    scene : Scene
        Title, image (the file's name alone), context, the five room parameters and objects; no tracks.
    decisions : list of Decision
        One for every value in the scene, in its order, then notes and warnings; all of stage ``picture``.

    Raises
    ------
    MissingInputError
        When there is no such file, or the weights or the detector that was asked for are not installed.
    SceneError
        When the file is not a picture that can be read, or the detector is none.
    """
    picture = open_photo(photo, ENOUGH)
    size = picture.size
    if shows_nothing(picture):  # the network would see its colour: a bird in front of a sky
        picture = picture.resize(NOTHING).point([0] * 768)
    eyes, trouble = _detector(detector)
    boxes = eyes.see(picture, detected.MAYBE) if eyes else ()
    return scene_of(
        look(picture, weights.load()),
        heads.load(),
        photo,
        size,
        seed=seed,
        eyes=eyes,
        boxes=boxes,
        trouble=trouble,
    )


def shows_nothing(picture: Picture) -> bool:
    """Say whether a picture has only one colour, apart from coding noise.

    >>> from PIL import Image
    >>> shows_nothing(Image.new("RGB", (1, 1))), shows_nothing(Image.linear_gradient("L").convert("RGB"))
    (True, False)
    """
    return min(picture.size) < FEWEST or _is_one_colour(picture)


def _is_one_colour(picture: Picture) -> bool:
    bands = [band.getextrema() for band in picture.split()]
    return all(float(high) - float(low) <= ONE_COLOUR for low, high in bands)  # type: ignore[arg-type]


def scene_of(
    evidence: Evidence,
    numbers: heads.Heads,
    photo: Path,
    size: tuple[int, int],
    *,
    seed: int | None = None,
    eyes: detect.Detector | None = None,
    boxes: Sequence[Detection] = (),
    trouble: str = "",
) -> tuple[Scene, list[Decision]]:
    """The scene of a photo whose evidence is there already.

    `size` is its width and height; `boxes` are what a detector found, `trouble` why one could not be used.
    Else as `analyze`.
    """
    judgement = heads.judge(evidence, numbers)
    kept: list[detected.Group] = []
    if eyes is None:
        heard, silent, undecided = objects.find(evidence, judgement)
    else:
        heard, silent, undecided, kept = detected.find(boxes, evidence, judgement)
        judgement = detected.informed(judgement, kept)
    here = places.setting(judgement)
    beds = places.beds(judgement)
    answers = room(here, judgement, [*heard, *silent], beds, size[0] / size[1])

    data: dict[str, Any] = {"schema": VERSION}
    decisions: list[Decision] = []

    def answer(path: str, value: Any, because: str, figures: dict[str, Any] | None = None) -> None:
        decisions.append(Decision(path, value, because, figures or {}, STAGE))
        node = data
        *parents, key = path.split(".")
        for parent in parents:
            node = node.setdefault(parent, {})
        node[key] = value

    def remark(
        path: str, value: Any, because: str, figures: dict[str, Any] | None = None, *, loud: bool = False
    ) -> None:
        decisions.append(Decision(path, value, because, figures or {}, STAGE, "warning" if loud else "note"))

    answer("title", title_of(photo.stem), "the file's name")
    answer("image", photo.name, "the picture that was analysed", {"width": size[0], "height": size[1]})
    answer("context", sentence(here, heard, silent, beds), "made of what was recognised")
    if seed is not None:
        answer("seed", seed, "as given")
    for name, one in answers.items():
        answer(name, one.value, one.because, dict(one.numbers))

    taken: set[str] = set()
    seen = {thing.row.concept: thing for thing in (*silent, *heard) if thing.row.concept != PERSON}
    for thing in heard:
        label, doing = thing.row.label, ""
        if thing.row.concept == PERSON:
            role = people.doing(thing, seen, [bed.label for bed in beds], here)
            if not role.label:
                remark("objects", label, f"{role.because}, so the person is left out")
                continue
            label, doing = role.label, f"{role.because}; "
        at = f"objects.{identifier(label, taken)}"
        figures = {"confidence": thing.confidence, "threshold": thing.threshold, "area": thing.area}
        why = (detected.reasons(thing, kept, eyes.name) if eyes else None) or detected.Reasons(
            f"recognised with confidence {thing.confidence:.2f}, needed {thing.threshold:.2f}"
            + (", probably several, heard as one" if thing.several else ""),
            "where its evidence is at least half of its maximum: a rough place, not an outline",
            "calibrated on photos with known content",
        )
        answer(f"{at}.label", label, f"{doing}{why.label}", figures)
        answer(f"{at}.kind", "object", "a thing with a place in the picture")
        answer(f"{at}.importance", thing.importance, thing.because, figures)
        answer(f"{at}.pan", thing.pan, f"centre of its box; the picture's edges are at {objects.EDGE_PAN}")
        answer(f"{at}.box", list(thing.box), why.box)
        answer(f"{at}.confidence", thing.confidence, why.confidence, figures)
    for bed in beds:
        at = f"objects.{identifier(bed.label, taken)}"
        reason = "; ".join(bed.because) or "no evidence of a particular place, so a neutral bed"
        answer(f"{at}.label", bed.label, reason)
        answer(f"{at}.kind", "atmo", "a bed: fixed level, no position")
        answer(f"{at}.importance", BED_IMPORTANCE, "beds have a fixed level; this only orders them")
        answer(
            f"{at}.confidence", bed.confidence, "summed evidence for this place", {"score": bed.confidence}
        )

    if eyes is not None:
        answer("x-analysis.detector", eyes.name, "boxes come from this detector, the rest from the heads")
        answer("x-analysis.network", eyes.digest, "the sha256 of its network")
    if trouble:
        remark("objects", None, f"the detector could not be used, so boxes are rough: {trouble}", loud=True)
    for thing in silent:
        because = (
            "seen, but makes no sound of its own, so it is left out"
            if thing.row.role == "silent"
            else f"seen, but beyond the {objects.MOST} most important"
        )
        remark(
            "objects",
            thing.row.label,
            because,
            {"confidence": thing.confidence, "threshold": thing.threshold},
        )
    for label, probability, threshold in undecided[:UNDECIDED_MOST]:
        remark(
            "objects",
            label,
            f"could not decide whether it is there: confidence {probability:.2f}, needed {threshold:.2f}",
            {"confidence": probability, "threshold": threshold},
        )
    if here == "unclear":
        unsure = answers["room_detected"]
        remark("room_detected", unsure.value, unsure.because, dict(unsure.numbers))
    if not heard and not any(bed.confidence > 0 for bed in beds):
        remark(
            "objects",
            beds[0].label,
            f"nothing was recognised in {photo.name}; the scene has only a neutral bed, {beds[0].label}; "
            "write what you see into it",
            loud=True,
        )
    elif not heard:
        remark(
            "objects",
            [bed.label for bed in beds],
            "no single sounding thing was recognised; the scene has only its bed",
        )
    return Scene.of(data), decisions


def _detector(wanted: str | Path | None) -> tuple[detect.Detector | None, str]:
    """Open the detector, or say why the installed one is broken."""
    try:
        return detect.open_detector(wanted), ""
    except ImgextError as error:
        if detect.chosen(wanted) != detect.AUTO:
            raise
        return None, str(error)
