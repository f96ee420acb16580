"""A photo in, one question to a vision model, a scene and its decisions out.

The scene says under ``x-analysis`` which model was asked, in which version of the prompt, and the SHA-256 of
the JPEG that was sent. It is the artefact: nothing later on asks again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgext.picture.photo import open_photo
from imgext.picture.vision.prompt import PROMPT_VERSION, SYSTEM, USER
from imgext.picture.vision.reply import VisionReply
from imgext.picture.vision.sending import TYPE, sent_picture
from imgext.picture.vision.writing import write
from imgext.remote.replies import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imgext.remote.chat import Chat
    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene


def analyze(
    photo: Path, chat: Chat, *, seed: int | None = None, known: Callable[[str], bool] = lambda _label: True
) -> tuple[Scene, list[Decision]]:
    """See what a photo shows, by asking a vision model once.

    Parameters
    ----------
    photo : Path
        Any picture that `imgext.picture.photo.open_photo` opens.
    chat : Chat
        Who is asked.
    seed : int, optional
        Written into the scene.
    known : callable
        See `imgext.picture.vision.merging.read_objects`.

    Returns
    -------
    scene, decisions
        As the offline analyser gives them, and ``x-analysis`` besides.

    Raises
    ------
    MissingInputError, SceneError
        There is no such file, or it is no picture; nothing was asked then.
    UnavailableError, ThrottledError, CredentialError, BadReply
        The model could not be asked, or gave nothing that can be used.
    """
    sent = sent_picture(open_photo(photo))
    answer = chat.ask(SYSTEM, USER, VisionReply, images=[(TYPE, sent.data)], detail="high")
    analysis: dict[str, Any] = {
        "model": one_line(chat.model, 200),
        "prompt": PROMPT_VERSION,
        "sha256": sent.sha256,
    }
    if answer.model != chat.model:
        analysis["answered_by"] = answer.model
    return write(answer.value, photo, sent.size, seed=seed, known=known, analysis=analysis)
