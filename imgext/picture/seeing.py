"""Let a vision model look at a photo, else the offline analyser.

The analyser also takes over where the model fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.errors import CredentialError, ThrottledError, UnavailableError
from imgext.ontology.hierarchy import hierarchy
from imgext.remote.replies import one_line
from imgext.scene.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imgext.remote.chat import Chat
    from imgext.scene.model import Scene

STAGE = "picture"


def see(
    photo: Path,
    chat: Chat | None = None,
    *,
    seed: int | None = None,
    detector: Path | str | None = None,
    why: str = "",
    report: Callable[[str], None] = lambda _line: None,
) -> tuple[Scene, list[Decision]]:
    """See what is in a photo.

    Parameters
    ----------
    photo : path
    chat : Chat, optional
        The vision model that looks first.
    seed, detector
        As for `imgext.analyze`.
    why : str
        Why a model that was asked for cannot be had; the log warns of it.
    report : callable
        Told a line before the model is asked.

    Returns
    -------
    scene, decisions
    """
    if chat is not None:
        report(f"{one_line(chat.model, 60)} at {chat.host} looks at {one_line(photo.name, 80)}")
        seen = _online(photo, chat, seed)
        if not isinstance(seen, str):
            return seen
        why = seen
    scene, decisions = _offline(photo, seed, detector)
    if why:
        decisions.append(_said(f"{why}; the picture was seen by the offline analyser instead", loud=True))
    else:
        decisions.append(_said("seen by the offline analyser; no vision model was asked for"))
    return scene, decisions


def _offline(photo: Path, seed: int | None, detector: Path | str | None) -> tuple[Scene, list[Decision]]:
    from imgext.picture import analyze

    scene, decisions = analyze(photo, seed=seed, detector=detector)
    return scene.located(photo.parent, photo.stem), decisions


def _online(photo: Path, chat: Chat, seed: int | None) -> tuple[Scene, list[Decision]] | str:
    """What the model sees, or why it could not be had."""
    from imgext.picture.vision import PROMPT_VERSION, analyze
    from imgext.remote.replies import BadReply

    tags = hierarchy()
    try:
        scene, decisions = analyze(
            photo, chat, seed=seed, known=lambda label: tags.understand(label) is not None
        )
    except (BadReply, UnavailableError, ThrottledError, CredentialError) as error:
        return str(error)
    decisions.append(
        _said(
            f"seen by the vision model {one_line(chat.model, 60)} at {chat.host}, "
            f"prompt version {PROMPT_VERSION}"
        )
    )
    return scene.located(photo.parent, photo.stem), decisions


def _said(because: str, *, loud: bool = False) -> Decision:
    return Decision("image", None, because, {}, STAGE, "warning" if loud else "note")
