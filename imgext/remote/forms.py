"""The forms in which a question can be put, and which of them a server takes.

Servers differ in what they enforce, so there is a ladder: a strict JSON schema, any JSON object, plain text
with an object somewhere in it. What worked for a model at an address is remembered while the program runs
and, in the cache, for the next time: a digest of address and model, so that the cache names
neither.

Source: OpenAI API reference, "Create chat completion", `response_format`; LM Studio takes no ``json_object``,
Ollama does not show the schema to the model (ollama#8162), which is why the schema stands in the prompt
besides.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from imgext.store.cache import Cache, as_json, digest_of_text, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMS = ("json_schema", "json_object", "plain")
IMAGE_TYPES = frozenset(("image/jpeg", "image/png", "image/webp", "image/gif"))
#: Which form worked, by address and model.
_working: dict[tuple[str, str], str] = {}


def working_form(place: tuple[str, str]) -> str:
    """Return the form that worked last for an address and a model, else the first."""
    if place not in _working:
        _working[place] = _NOTES.read(_key(place)) or FORMS[0]
    return _working[place]


def remember_form(place: tuple[str, str], form: str) -> None:
    """Note what worked; an unwritable cache costs one question next time."""
    if working_form(place) != form:
        _working[place] = form
        _NOTES.write(_key(place), form)


def _key(place: tuple[str, str]) -> str:
    return digest_of_text("\n".join(place))


def _form(data: bytes) -> str | None:
    form: str = as_json(data)["form"]
    return form if form in FORMS else None


_NOTES = Cache("models", 1, load=_form, dump=lambda form: to_json({"form": form}))


def content_of(
    user: str, images: Sequence[tuple[str, bytes]], detail: str | None = None
) -> str | list[dict[str, Any]]:
    """Return a question as the API takes it: text, or text and pictures as data URLs.

    ValueError for a media type that is not in `IMAGE_TYPES`.
    """
    if unknown := {kind for kind, _ in images} - IMAGE_TYPES:
        raise ValueError(
            f"images of {', '.join(sorted(unknown))}; known are {', '.join(sorted(IMAGE_TYPES))}"
        )
    if not images:
        return user
    urls = [{"url": f"data:{kind};base64,{base64.b64encode(data).decode()}"} for kind, data in images]
    more = {"detail": detail} if detail else {}
    return [{"type": "text", "text": user}, *({"type": "image_url", "image_url": url | more} for url in urls)]


def request_of(
    model: str, messages: list[dict[str, Any]], form: str, name: str, schema: dict[str, Any]
) -> dict[str, Any]:
    """The body of a request in one form; `name` is what the schema is called."""
    request: dict[str, Any] = {"model": model, "messages": messages}
    if form == "json_schema":
        named = {"name": re.sub(r"[^A-Za-z0-9-]", "", name)[:64] or "reply", "strict": True, "schema": schema}
        request["response_format"] = {"type": "json_schema", "json_schema": named}
    elif form == "json_object":
        request["response_format"] = {"type": "json_object"}
    return request
