"""Ask whether a model server is there, has the model, and sees, for `doctor`.

The picture is a single red pixel. Some models refuse one so small, so a larger one follows before that is
believed. What form of question the server takes is found out on the way and kept (`imgext.remote.forms`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from imgext.errors import ImgextError, QuestionError
from imgext.picture.vision.plain import label_of
from imgext.picture.vision.sending import TYPE, sent_picture
from imgext.remote.replies import BadReply

if TYPE_CHECKING:
    from imgext.remote.chat import Chat

#: Seconds for the list of models; the pictures have the patience of a real question, together.
LIST_SECONDS = 5.0
#: Sides of the pictures in pixels, tried in order.
SIDES = (1, 64)
#: So many of a server's models are named.
SHOWN = 6
SYSTEM = (
    "You say which colour a picture has: one English word in lower case, or none where you see no picture."
)
FORM_WORDS = {"json_schema": "strict JSON schemas", "json_object": "JSON objects", "plain": "plain text"}


class Colour(BaseModel):
    """What the model fills in."""

    colour: str = Field(description="one word")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out: about what, whether it is fine, a sentence."""

    what: str
    state: Literal["fine", "missing", "note"]
    because: str


def probe(chat: Chat) -> list[Finding]:
    """Ask for the models and the colour of a red pixel; never raises."""
    try:
        models = chat.varied(seconds=LIST_SECONDS).models()
    except (QuestionError, BadReply) as error:  # some have no list
        listed = Finding("model server", "note", str(error))
    except ImgextError as error:
        return [Finding("model server", "missing", str(error))]
    else:
        listed = Finding(
            "model server", "fine" if has(models, chat.model) else "note", _about(models, chat.model)
        )
    return [listed, _sight(chat)]


def has(models: list[str], name: str) -> bool:
    """Whether a name is in a list of models, with or without Ollama's ``:tag``.

    >>> has(["gemma3:latest"], "gemma3"), has(["gemma3:latest"], "gemma")
    (True, False)
    """
    return any(one == name or one.partition(":")[0] == name for one in models)


def _about(models: list[str], name: str) -> str:
    if has(models, name):
        return f"has {name} among its {len(models)} models" if len(models) > 1 else f"has {name}"
    known = ", ".join(models[:SHOWN]) + (" ..." if len(models) > SHOWN else "")
    return f"does not list {name}, but {known}" if models else f"lists no models, nor {name}"


def _sight(chat: Chat) -> Finding:
    from PIL import Image

    deadline = time.monotonic() + chat.patience
    fault = ""
    for side in SIDES:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        sent = sent_picture(Image.new("RGB", (side, side), (255, 0, 0)))
        try:
            answer = chat.varied(seconds=left).ask(
                SYSTEM, "Which colour?", Colour, images=[(TYPE, sent.data)], detail="low", fresh=True
            )
        except ImgextError as error:
            fault = fault or str(error)
            continue
        said = label_of(answer.value.colour)
        if "red" in said.split():
            return Finding("vision model", "fine", f"{chat.model} sees, and takes {FORM_WORDS[answer.form]}")
        return Finding(
            "vision model",
            "note",
            f"{chat.model} answers, but calls a red picture {said or 'nothing'}: it may not see pictures",
        )
    return Finding("vision model", "missing", fault)
