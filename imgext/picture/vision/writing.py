"""Turn a vision model's reply into a scene with a decision for every value.

The rules are those of the offline analyser.

The reply is read as labels and numbers. Ids are made here, pan follows from the box, ranges are clamped, and
what was changed on the way stands in the reason. The model's own words appear in three places only: labels,
the sentence of context, and the reasons for the room.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from imgext.picture.offline import objects, places
from imgext.picture.offline.look import BED_IMPORTANCE, STAGE, identifier, title_of
from imgext.picture.vision.merging import Named, read_objects, scale_of
from imgext.picture.vision.plain import CONTEXT_LENGTH, REASON_LENGTH, sentence_of
from imgext.picture.vision.reply import VisionReply
from imgext.remote.replies import BadReply, value_in
from imgext.scene.decision import Decision, share
from imgext.scene.model import BLANK, ROOM, VERSION, Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import PurePath

#: The key of the scene under which it stands who looked at the picture, and at what.
ANALYSIS = "x-analysis"
WHO = {
    "model": "the vision model that was asked",
    "prompt": "the version of what it was asked",
    "sha256": "of the JPEG that was sent",
    "answered_by": "what the server calls the model",
}


def scene_of_reply(
    text: str,
    photo: PurePath,
    size: tuple[int, int],
    *,
    seed: int | None = None,
    known: Callable[[str], bool] = lambda _label: True,
    analysis: Mapping[str, Any] | None = None,
) -> tuple[Scene, list[Decision]]:
    """A scene from what a vision model wrote, recorded or fresh.

    Parameters
    ----------
    text : str
        The reply: JSON of `imgext.picture.vision.reply.VisionReply`; prose around it does not matter.
    photo : path
        The picture's path; its name becomes `image` and `title`. The file is not opened.
    size : (int, int)
        Width and height in pixels of the picture that was sent; it matters only for boxes that come in
        pixels.
    seed : int, optional
        Written into the scene.
    known : callable
        Whether a label means something to whoever looks for sounds; see
        `imgext.picture.vision.merging.read_objects`.
    analysis : mapping, optional
        What is to stand under ``x-analysis``.

    Returns
    -------
    scene, decisions
        As `imgext.picture.analyze` gives them: one answer for every value in the scene, in its order, then
        notes.

    Raises
    ------
    BadReply
        The text is no such reply, or names nothing.

    Examples
    --------
    >>> from pathlib import PurePath
    >>> reply = '{"objects": [{"label": "Dog", "importance": 0.8, "x0": 0.5, "y0": 0.2, "x1": 1, "y1": 0.9}]}'
    >>> scene, _ = scene_of_reply(reply, PurePath("park.jpg"), (640, 480))
    >>> scene.objects["dog"].pan, scene.objects["dog"].importance
    (0.4, 0.8)
    """
    reply, wrong = value_in(text, VisionReply)
    if reply is None:
        raise BadReply(f"the vision model's reply is not what was asked for: {wrong}")
    return write(reply, photo, size, seed=seed, known=known, analysis=analysis)


def write(
    reply: VisionReply,
    photo: PurePath,
    size: tuple[int, int],
    *,
    seed: int | None = None,
    known: Callable[[str], bool] = lambda _label: True,
    analysis: Mapping[str, Any] | None = None,
) -> tuple[Scene, list[Decision]]:
    """The same from a reply that has been read."""
    who = " ".join(str((analysis or {}).get(key, "")) for key in ("model", "answered_by"))
    found = read_objects(reply.objects, size, known, who)
    if not found.things and not found.beds:
        raise BadReply("the vision model's reply names nothing that can be heard")
    data: dict[str, Any] = {"schema": VERSION}
    decisions: list[Decision] = []

    def answer(path: str, value: Any, because: str, numbers: Mapping[str, Any] | None = None) -> None:
        decisions.append(Decision(path, value, because, numbers or {}, STAGE))
        node = data
        *parents, key = path.split(".")
        for parent in parents:
            node = node.setdefault(parent, {})
        node[key] = value

    answer("title", title_of(photo.stem), "the file's name")
    answer("image", photo.name, "the picture that was analysed", {"width": size[0], "height": size[1]})
    context = sentence_of(reply.context or "", CONTEXT_LENGTH)
    answer(
        "context",
        context or _listed([*found.things, *found.beds]),
        "the vision model's sentence" if context else "made of what was named",
    )
    if seed is not None:
        answer("seed", seed, "as given")
    for path, value, because, numbers in _room(reply):
        answer(path, value, because, numbers)

    taken: set[str] = set()
    notes = [
        Decision("objects", label or None, f"{label}: {why}" if label else why, {}, STAGE, "note")
        for label, why in found.left_out
    ]
    notes += [Decision("objects", None, remark, {}, STAGE, "note") for remark in reply.remarks]
    for one in found.things:
        at = f"objects.{identifier(one.name, taken)}"
        several = f"; {one.count} of them, heard as one" if one.count else ""
        count = {"count": one.count} if one.count else {}
        answer(f"{at}.label", one.label, _with(f"named by the vision model{several}", one.remarks), count)
        answer(f"{at}.kind", "object", "a thing with a place in the picture")
        answer(f"{at}.importance", one.importance, "as the vision model weighs it")
        if one.box is None:
            answer(f"{at}.pan", 0.0, "no box, so the middle")
        else:
            answer(
                f"{at}.pan",
                objects.pan_of(one.box),
                f"centre of its box; the picture's edges are at {objects.EDGE_PAN}",
            )
            answer(f"{at}.box", list(one.box), "where the vision model sees it")
        if one.query:
            notes.append(
                Decision(
                    f"{at}.label",
                    one.query,
                    f"the vision model would search a sound library for: {one.query}",
                    {},
                    STAGE,
                    "note",
                )
            )
    indoors = bool(reply.room_detected)
    neutral = Named("", places.NEUTRAL["indoors" if indoors else "outdoors"], "atmo", 0.0, None, None, "", ())
    for bed in found.beds or (neutral,):
        at = f"objects.{identifier(bed.label, taken)}"
        because = (
            _with("the place, as the vision model hears it", bed.remarks)
            if bed.name
            else "no bed was named, so a neutral one"
        )
        answer(f"{at}.label", bed.label, because)
        answer(f"{at}.kind", "atmo", "a bed: fixed level, no position")
        answer(f"{at}.importance", BED_IMPORTANCE, "beds have a fixed level; this only orders them")
    for key, value in (analysis or {}).items():
        answer(f"{ANALYSIS}.{key}", value, WHO.get(key, "who looked at the picture, and at what"))
    return Scene.of(data), decisions + notes


def _room(reply: VisionReply) -> list[tuple[str, Any, str, dict[str, Any]]]:
    """The five parameters in the order of the format: path, value, reason, figures."""
    detected = reply.room_detected
    why = sentence_of(reply.room_detected_reason or "", REASON_LENGTH)
    neutral = BLANK.room_detected
    rows: list[tuple[str, Any, str, dict[str, Any]]] = [
        (
            "room_detected",
            neutral if detected is None else detected,
            _reason(why, given=detected is not None),
            {},
        )
    ]
    given = {name: getattr(reply, name) for name in ROOM if name != "room_detected"}
    scale = scale_of(list(given.values()))
    for name, value in given.items():
        why = sentence_of(getattr(reply, f"{name}_reason") or "", REASON_LENGTH)
        if value is None or not math.isfinite(value):
            rows.append((name, getattr(BLANK, name), _reason(why, given=False), {}))
            continue
        taken = share(min(max(value / scale, 0.0), 1.0))
        changed = taken != share(value)
        rows.append(
            (
                name,
                taken,
                _with(_reason(why, given=True), (f"{value:g} was given",) if changed else ()),
                {"given": value} if changed else {},
            )
        )
    return rows


def _reason(why: str, *, given: bool) -> str:
    if not given:
        return "no evidence, neutral value"
    return f"the vision model sees: {why}" if why else "the vision model's estimate, without a reason"


def _with(because: str, remarks: tuple[str, ...]) -> str:
    return "; ".join((because, *remarks))


def _listed(named: list[Named]) -> str:
    words = [one.label for one in named]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
