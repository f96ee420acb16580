"""`analyze`: sees what is in a photo, with a vision model or the offline analyser.

Offline is the default. A photo leaves the machine only if a model is named for this run (``--model``,
`model`) or ``IMGEXT_VISION`` is set; a key or an address in the environment is not enough. The log says which
of the two looked, and why.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgext.pipeline.services import open_services
from imgext.scene.decision import Decision
from imgext.store.environment import switched_on
from imgext.store.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.pipeline.setup import Setup
    from imgext.scene.model import Scene


def wants_model(model: str | None, environment: Mapping[str, str] | None = None) -> bool:
    """Say whether a vision model is asked: it is named, or ``IMGEXT_VISION`` is set.

    >>> wants_model("gemma3", {}), wants_model(None, {"IMGEXT_VISION": "1"})
    (True, True)
    >>> wants_model(None, {"OPENAI_API_KEY": "k", "IMGEXT_MODEL": "m"})
    False
    """
    return bool(model) or switched_on("IMGEXT_VISION", environment)


def analyze(
    photo: Path | str,
    *,
    seed: int | None = None,
    model: str | None = None,
    detector: Path | str | None = None,
    setup: Setup | None = None,
) -> tuple[Scene, list[Decision]]:
    """See what is in a photo.

    Parameters
    ----------
    photo : path
        JPEG, PNG, WebP, TIFF or another format of Pillow; the EXIF orientation is applied.
    seed : int, optional
        Written into the scene; blank: one made from the photo's content.
    model : str, optional
        The vision model to ask. Blank: the offline analyser, unless ``IMGEXT_VISION`` is set.
    detector : path or str, optional
        The source of the offline analyser's boxes: an ONNX file, ``ssdlite`` (from the extra
        ``imgext[detector]``) or ``off``. Blank: ``IMGEXT_DETECTOR``, else the extra's if it is installed.
    setup : Setup, optional
        Its services have the model; blank: as the environment sets them up.

    Returns
    -------
    scene, decisions
        The scene lies in the photo's folder, so `image` is the photo's name. If a model fails, the offline
        analyser takes over, and a warning says why.

    Raises
    ------
    MissingInputError, SceneError
        The file does not exist, or is not a picture.
    """
    photo = Path(photo)
    scene, decisions = _seen(photo, seed, model, detector, setup)
    often = _density(scene)
    scene, decisions = scene.answered(often), [*decisions, *often]
    if seed is None:
        why = "made from the photo's content: two photos differ, one photo never does"
        own = Decision("seed", seed_of(photo), why, stage="picture")
        scene, decisions = scene.answered([own]), [own, *decisions]
    return scene, decisions


def _density(scene: Scene) -> list[Decision]:
    """Make things sound less often in a crowded picture, more often in an empty one."""
    count = sum(thing.kind != "atmo" for thing in scene.objects.values())
    factor = 1.0 if not count else round(min(1.6, max(0.4, (2.0 / count) ** 0.8)), 2)
    if factor == 1.0:
        return []
    more, less = (
        "one thing to hear, so it sounds more often",
        f"{count} things to hear, so each sounds less often",
    )
    return [Decision("arrange.density", factor, more if count == 1 else less, {"things": count}, "picture")]


def seed_of(photo: Path) -> int:
    """Make a seed of six digits from a file's content."""
    return int(sha256_of(photo)[:12], 16) % 1_000_000


def _seen(
    photo: Path, seed: int | None, model: str | None, detector: Path | str | None, setup: Setup | None
) -> tuple[Scene, list[Decision]]:
    from imgext.picture.seeing import see

    if not wants_model(model):
        return see(photo, seed=seed, detector=detector)
    services = open_services(model=model) if setup is None or setup.services is None else setup.services
    chat = services.chat
    if services.offline:
        return see(photo, seed=seed, detector=detector, why="no vision model is asked while offline")
    if chat is None:
        why = "no vision model is set up (OPENAI_API_KEY or OPENAI_BASE_URL)"
        return see(photo, seed=seed, detector=detector, why=why)
    chat = chat.varied(model=model) if model else chat
    return see(photo, chat, seed=seed, detector=detector, report=services.report)
