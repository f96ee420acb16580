"""What a vision model fills in: one flat form, whose schema every server takes.

Nearly everything may be missing or null, since a reply with one blank is still worth more than none; ranges
are not part of the schema (strict servers refuse them) and are seen to when the reply is read. Other forms
of it are read for what they mean (`imgext.picture.vision.meant`).

Conventions: x and y are fractions of the picture's width and height, from the left and from the top;
everything else runs 0 to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import (
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from imgext.picture.vision.meant import LISTS, as_meant

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What a thing can be: placed in the picture, a bed without a place, seen and not heard.
KINDS = ("object", "atmo", "silent")


class Seen(BaseModel):
    """One thing in the picture."""

    label: str = Field(description="plain English noun, one to three words, singular")
    kind: str = Field("object", description="object, atmo or silent", json_schema_extra={"enum": list(KINDS)})
    importance: float | None = Field(None, description="0 to 1")
    x0: float | None = Field(None, description="left edge, 0 to 1")
    y0: float | None = Field(None, description="top edge, 0 to 1")
    x1: float | None = Field(None, description="right edge, 0 to 1")
    y1: float | None = Field(None, description="bottom edge, 0 to 1")
    count: float | None = Field(None, description="how many of it are meant")
    sound_query: str | None = Field(None, description="words to search a sound library for")


class VisionReply(BaseModel):
    """A whole reply."""

    context: str | None = Field(None, description="the picture in one plain sentence")
    objects: list[Seen]
    room_detected: bool | None = Field(None, description="true in a closed room, false outdoors")
    room_detected_reason: str | None = None
    room_size: float | None = Field(None, description="0 to 1")
    room_size_reason: str | None = None
    damping: float | None = Field(None, description="0 to 1")
    damping_reason: str | None = None
    wet_level: float | None = Field(None, description="0 to 1")
    wet_level_reason: str | None = None
    width: float | None = Field(None, description="0 to 1")
    width_reason: str | None = None
    _remarks: list[str] = PrivateAttr(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        """What was not as asked for."""
        return self._remarks

    @model_validator(mode="wrap")
    @classmethod
    def _with_remarks(cls, data: Any, handler: ModelWrapValidatorHandler[VisionReply]) -> VisionReply:
        made = handler(data)
        made._remarks = list(data.get("remarks", [])) if isinstance(data, dict) else []  # noqa: SLF001
        return made

    @classmethod
    def as_meant(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Data in another form, as it was meant."""
        return as_meant(data)

    @classmethod
    def of_list(cls, data: Iterable[Any]) -> dict[str, Any]:
        """A list of things that came without anything around it."""
        return {LISTS[0]: list(data)}
