"""Read recorded replies, to measure a vision model without asking it anew.

A folder holds one file for each photo, ``STEM.json`` for ``STEM.jpg``: the text that the model wrote
(`imgext.picture.vision.reply.VisionReply`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import MissingInputError, SceneError
from imgext.picture.photo import open_photo
from imgext.picture.vision.sending import sent_size
from imgext.picture.vision.writing import scene_of_reply
from imgext.remote.replies import BadReply
from imgext.store.files import open_file

if TYPE_CHECKING:
    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene

#: Bytes of a recorded reply; a server's own bound is the same.
MOST = 1_000_000


def analyze_recorded(photo: Path, replies: Path, *, seed: int | None = None) -> tuple[Scene, list[Decision]]:
    """A scene of a photo, from what a vision model wrote about it earlier.

    Parameters
    ----------
    photo : Path
        It is opened for its size alone.
    replies : Path
        The folder of replies.
    seed : int, optional
        Written into the scene.

    Returns
    -------
    scene, decisions
        As `imgext.picture.vision.scene_of_reply` gives them.

    Raises
    ------
    MissingInputError
        There is no such photo, or no reply to it.
    SceneError
        The photo is no picture, or the reply is none that can be used; the message begins with the file.
    """
    size = sent_size(*open_photo(photo).size)
    path = Path(replies) / f"{photo.stem}.json"
    try:
        with open_file(path) as stream:
            text = stream.read(MOST + 1)
    except OSError as error:
        raise MissingInputError(f"{path}: {error.strerror or error}") from error
    try:
        return scene_of_reply(text[:MOST].decode("utf-8-sig", "replace"), photo, size, seed=seed)
    except BadReply as error:
        raise SceneError(f"{path}: {error}") from error
