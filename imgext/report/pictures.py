"""The pictures that a render draws, one row each.

A new picture is a module with its function, and a row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from imgext.rendering import Performance, Plan
    from imgext.report.lanes import Picture
    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished render: scene, lanes, photo, masking, mix and plan."""

    scene: Scene
    picture: Picture
    photo: Path | None
    masking: Mapping[str, Any]
    mix: Path
    plan: Plan


class Drawing(NamedTuple):
    """A kind of picture: its file, content and function, and its need of a photo."""

    file: str
    shows: str
    draw: Callable[[Rendered, Path], None]
    of_photo: bool = False


def _timeline(made: Rendered, to: Path) -> None:
    from imgext.report.timeline import draw_timeline

    draw_timeline(made.picture, to)


def _spectrogram(made: Rendered, to: Path) -> None:
    from imgext.report.gather import blocks_of
    from imgext.report.spectrogram import draw_spectrogram

    plan = made.plan
    draw_spectrogram(blocks_of(made.mix), plan.rate, plan.frames / plan.rate, made.picture, to)


def _masking(made: Rendered, to: Path) -> None:
    from imgext.report.gather import meetings_of
    from imgext.report.masking import draw_masking

    draw_masking(made.picture, meetings_of(made.masking, made.picture), to)


def _seen(made: Rendered, to: Path) -> None:
    from imgext.report.seen import draw_seen

    assert made.photo is not None
    draw_seen(made.scene, made.picture, made.photo, to)


#: Every picture by its name, in the order in which they are drawn and listed.
PICTURES: dict[str, Drawing] = {
    "timeline": Drawing(
        "timeline.png", "every track over time: clips, fades, loops, cuts, the mix", _timeline
    ),
    "spectrogram": Drawing(
        "spectrogram.png", "the mix by frequency over time, with cuts and dominant frequencies", _spectrogram
    ),
    "masking": Drawing("masking.png", "which sound hides which, where and when", _masking),
    "seen": Drawing("seen.png", "the photo with a box for each thing", _seen, of_photo=True),
}
#: The files of all pictures.
FILES = tuple(drawing.file for drawing in PICTURES.values())


def draw(
    scene: Scene,
    plan: Plan,
    heard: Performance,
    decisions: Iterable[Decision],
    masking: Mapping[str, Any],
    mix: Path,
    room: dict[str, Any] | None,
    place: Callable[[str], Path],
) -> None:
    """Draw the pictures of a finished mix.

    Parameters
    ----------
    scene, plan, heard, decisions
        The scene as it was rendered, and what came of it.
    masking : mapping
        The data of ``masking.json``.
    mix : path
    room : dict, optional
        What was measured of it (`imgext.mix.room.room_report`).
    place : callable
        Gives the path for each of `FILES`.
    """
    from imgext.report.gather import master_peaks, picture_of

    picture = picture_of(scene, plan, heard, decisions, master_peaks(mix, plan.frames), room)
    made = Rendered(scene, picture, photo_of(scene), masking, mix, plan)
    for drawing in PICTURES.values():
        if made.photo is not None or not drawing.of_photo:
            drawing.draw(made, place(drawing.file))


def photo_of(scene: Scene) -> Path | None:
    """Return a scene's photo if it lies in the scene's folder and can be read."""
    from imgext.errors import ImgextError
    from imgext.picture.photo import open_photo

    if not scene.image:
        return None
    folder = scene.folder.resolve()
    try:
        photo = (folder / scene.image).resolve()
        if not photo.is_relative_to(folder) or not photo.is_file():
            return None
        open_photo(photo, 64)
    except (ImgextError, OSError, ValueError):  # a render does not fail for want of a picture of its photo
        return None
    return photo
