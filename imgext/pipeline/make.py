"""`make`: turns a photo into a folder with its scene, mix and pictures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import UsageError, shown
from imgext.pipeline.analyze import analyze
from imgext.pipeline.render import render
from imgext.pipeline.setup import Setup
from imgext.report.pictures import FILES
from imgext.scene.decision import Decision
from imgext.scene.lock import lock_path, read_lock, write_lock
from imgext.scene.rules import path_fault
from imgext.store.files import portable_name, sha256_of
from imgext.store.outputs import Outputs, refuse_edited, target_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.pipeline.render import Rendered
    from imgext.scene.model import Scene


#: The loudness `make` gives a mix, in LUFS.
LOUDNESS = -18.0
#: Names of a render's outputs; a photo copied next to them needs another name.
OWN_NAMES = {*FILES, "scene.yaml", "render.json", "captions.vtt", "description.txt"}


def make(
    photo: Path | str,
    out: Path | str,
    *,
    setup: Setup | None = None,
    seed: int | None = None,
    model: str | None = None,
    detector: Path | str | None = None,
    duration: float | None = None,
    loudness: float | None = LOUDNESS,
    force: bool = False,
    **options: Any,
) -> Rendered:
    """Turn a photo into a folder with its scene, mix and pictures.

    ``scene.yaml`` is written with the reason for each value next to it, the photo is copied next to it, and
    ``scene.lock.yaml`` pins the sounds, so that rendering the scene again needs no library.

    Parameters
    ----------
    photo : path
    out : path
        As for `imgext.render`.
    setup : Setup, optional
        Libraries, services and permissions; blank: no library, services as the environment sets them up.
    seed, model, detector
        As for `imgext.analyze`.
    duration : float, optional
        Seconds of the mix; blank: its longest sound.
    loudness : float or None
        Target of the mix in LUFS, written into the scene; None leaves the level of the sum.
    force : bool
        Overwrite files that imgext did not make.
    options
        The others of `imgext.render`.

    Raises
    ------
    ImgextError
        See `imgext.analyze` and `imgext.render`.
    """
    photo, out = Path(photo), Path(out)
    setup = Setup() if setup is None else setup
    if portable_name(photo.name) in OWN_NAMES:
        raise UsageError(f"{photo}: an output has this name; rename the photo")
    folder, _, _ = target_of(out)
    refuse_edited(folder, "scene.yaml", force=force)
    scene, seen = with_copy(*analyze(photo, seed=seed, model=model, detector=detector, setup=setup))
    if duration is not None:
        seen.append(Decision("duration", duration, "asked for", stage="picture"))
    if loudness is not None:
        why = "the mixes of all photos are about as loud; music on the web is a little louder"
        seen.append(Decision("master.loudness", loudness, why, stage="picture"))
    scene = scene.answered(seen)
    scene = scene.located(folder, "scene")
    path = write_new_scene(scene, seen, photo, folder, force=force)
    lock = read_lock(lock_path(path))
    rendered = render(scene, out, setup=setup, lock=lock, force=force, before=seen, **options)
    write_lock(lock_path(path), rendered.lock)
    return rendered


def with_copy(scene: Scene, decisions: Sequence[Decision]) -> tuple[Scene, list[Decision]]:
    """Name the photo's copy next to the scene, portably."""
    called = next((one for one in decisions if one.path == "image"), None)
    if called is None or not isinstance(called.value, str) or portable_name(called.value) == called.value:
        return scene, list(decisions)
    name = portable_name(called.value)
    why = f"a copy of the photo: {shown(called.value)} is not a name that every system takes"
    named = Decision("image", name, why, called.numbers, called.stage)
    return scene.model_copy(update={"image": name}), [named if one is called else one for one in decisions]


def without_image(scene: Scene, decisions: Sequence[Decision]) -> tuple[Scene, list[Decision]]:
    """Leave out an image whose name no scene may hold."""
    if scene.image is None or (path_fault(scene.image) is None and _is_text(scene.image)):
        return scene, list(decisions)
    why = (
        f"{shown(scene.image)} is not a name that a scene may hold; rename the photo, or write the scene "
        "with -o"
    )
    warned = Decision("image", None, why, {}, "picture", "warning")
    kept = [one for one in decisions if one.path != "image"]
    return scene.model_copy(update={"image": None}), [*kept, warned]


def _is_text(name: str) -> bool:
    """Whether a name is Unicode: on some systems a name may be any bytes."""
    return not any("\ud800" <= character <= "\udfff" for character in name)


def write_new_scene(
    scene: Scene,
    decisions: Sequence[Decision],
    photo: Path,
    folder: Path,
    *,
    name: str = "scene.yaml",
    force: bool = False,
    manifest: bool = True,
) -> Path:
    """Write an analysed scene with a copy of the photo; `manifest` as in `Outputs`."""
    from imgext.scene.writer import scene_text

    with Outputs(folder, force=force, manifest=manifest) as outputs:
        image = folder / portable_name(photo.name)
        if not (image.is_file() and (image.samefile(photo) or sha256_of(image) == sha256_of(photo))):
            shutil.copyfile(photo, outputs.path(image.name))
        header = "Written by imgext from a picture. Change what you like: "
        header += "a value that stands here is never touched, a blank is answered."
        outputs.text(name, scene_text(scene, decisions, header=[header]))
    return folder / name
