"""Who looks at a photo: a vision model where one is asked for, the offline analyser otherwise and wherever the model fails.

Offline is the default. A photo leaves the machine only where a model is named for this run (``--model``, `model`) or ``IMGEXT_VISION`` is
set; a key or an address in the environment is not enough. Which of the two it was, and why, is in the log.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import CredentialError, ThrottledError, UnavailableError
from imgext.remote.replies import one_line
from imgext.scene.decision import Decision
from imgext.services import open_services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.remote.chat import Chat
    from imgext.scene.model import Scene
    from imgext.sounds.sources import Services

STAGE = "picture"
OFF = frozenset(("", "0", "no", "false", "off"))


def wants_model(model: str | None, environment: Mapping[str, str] | None = None) -> bool:
    """Whether a vision model is to look at a photo: one is named, or ``IMGEXT_VISION`` is set.

    >>> wants_model("gemma3", {}), wants_model(None, {"IMGEXT_VISION": "1"}), wants_model(None, {"OPENAI_API_KEY": "k", "IMGEXT_MODEL": "m"})
    (True, True, False)
    """
    environment = os.environ if environment is None else environment
    return bool(model) or environment.get("IMGEXT_VISION", "").strip().lower() not in OFF


def analyze(
    photo: Path | str,
    *,
    seed: int | None = None,
    model: str | None = None,
    detector: Path | str | None = None,
    services: Services | None = None,
) -> tuple[Scene, list[Decision]]:
    """See what is in a photo.

    Parameters
    ----------
    photo : path
        JPEG, PNG, WebP, TIFF and what else Pillow reads; its EXIF orientation is applied.
    seed : int, optional
        Written into the scene.
    model : str, optional
        A vision model that is to look at the photo. Blank: the offline analyser does, unless ``IMGEXT_VISION`` is set.
    detector : path or str, optional
        What gives the offline analyser its boxes: an ONNX file, ``ssdlite`` (that of the extra ``imgext[detector]``) or ``off``. Blank: what
        ``IMGEXT_DETECTOR`` says, else that of the extra where it is installed.
    services : Services, optional
        From `open_services`, for the model; blank: as the environment sets them up.

    Returns
    -------
    scene, decisions
        The scene lies in the photo's folder, so `image` is the photo's name. Where a model fails, the offline analyser takes over, and a
        warning says why.

    Raises
    ------
    MissingInputError, SceneError
        There is no such file, or it is no picture.
    """
    photo = Path(photo)
    if not wants_model(model):
        scene, decisions = _offline(photo, seed, detector)
        decisions.append(_said("seen by the offline analyser; no vision model was asked for"))
        return scene, decisions
    services = open_services(model=model) if services is None else services
    chat = services.chat
    if services.offline:
        why = "no vision model is asked while offline"
    elif chat is None:
        why = "no vision model is set up (OPENAI_API_KEY or OPENAI_BASE_URL)"
    else:
        chat = chat.varied(model=model) if model else chat
        services.told(f"{one_line(chat.model, 60)} at {chat.host} looks at {one_line(photo.name, 80)}")
        seen = _online(photo, chat, seed)
        if not isinstance(seen, str):
            return seen
        why = seen
    scene, decisions = _offline(photo, seed, detector)
    decisions.append(_said(f"{why}; the picture was seen by the offline analyser instead", loud=True))
    return scene, decisions


def _offline(photo: Path, seed: int | None, detector: Path | str | None) -> tuple[Scene, list[Decision]]:
    from imgext.picture import analyze

    scene, decisions = analyze(photo, seed=seed, detector=detector)
    return scene.located(photo.parent, photo.stem), decisions


def _online(photo: Path, chat: Chat, seed: int | None) -> tuple[Scene, list[Decision]] | str:
    """What the model sees, or why it could not be had."""
    from imgext.picture.vision import PROMPT_VERSION, analyze
    from imgext.remote.replies import BadReply
    from imgext.sounds.hierarchy import hierarchy

    tags = hierarchy()
    try:
        scene, decisions = analyze(photo, chat, seed=seed, known=lambda label: tags.understand(label) is not None)
    except (BadReply, UnavailableError, ThrottledError, CredentialError) as error:
        return str(error)
    decisions.append(_said(f"seen by the vision model {one_line(chat.model, 60)} at {chat.host}, prompt version {PROMPT_VERSION}"))
    return scene.located(photo.parent, photo.stem), decisions


def _said(because: str, *, loud: bool = False) -> Decision:
    return Decision("image", None, because, {}, STAGE, "warning" if loud else "note")
