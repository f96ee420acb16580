"""Defines what the mappings of a scene are made of: value types and their base.

Conventions as in `imgext.scene.model`: seconds, dB, shares of 1; every part is strict and frozen.
"""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    StringConstraints,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from imgext.scene.times import WITH_UNIT, seconds_of

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

#: The sources a search may ask, in the order of a blank `find.sources`: one row a source. The module of the
#: same name in `imgext.sounds.sources` implements it.
SearchedSource = Literal[
    "library",  # folders of your own
    "freesound",  # https://freesound.org
    "builtin",  # what imgext computes
]
#: Where a pinned sound comes from: a source, or a file that the scene names.
SoundSource = Literal[SearchedSource, "file"]
#: What may stand before the colon of a reference.
SCHEMES: tuple[str, ...] = get_args(SearchedSource)
#: How cuts are found: one row a mode. The module of the same name in `imgext.mix.unmask.modes` implements it.
UnmaskMode = Literal[
    "peaks",  # the founding method
    "bark",  # two sounds compete
    "masking",  # one sound masks another
    "optimise",  # depths are searched
    "audible",  # a gradient of partial loudness
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
Share = Annotated[float, Field(ge=0, le=1)]
Pan = Annotated[float, Field(ge=-1, le=1)]
Seconds = Annotated[float, Field(ge=0, le=86400)]
Length = Annotated[float, Field(gt=0, le=86400)]
Decibels = Annotated[float, Field(ge=-120, le=24)]


def _in_seconds(value: Any) -> Any:
    """Read a length of time with a unit; leave all else to the number's own check."""
    if isinstance(value, str) and value[-1:].isalnum() and not value.isdigit():
        try:
            return seconds_of(value)
        except ValueError:
            return value
    return value


#: A length that may also be written as 5m, 1h30 or 90s.
Time = Annotated[
    Length,
    BeforeValidator(_in_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"exclusiveMinimum": 0, "maximum": 86400, "type": "number"},
                {"pattern": WITH_UNIT, "type": "string"},
            ]
        }
    ),
]
Licence = Literal["cc0", "by", "by-nc", "sampling+"]


def rising(pair: list[float]) -> list[float]:
    """Return the pair if its first number is not the larger one."""
    if pair[0] > pair[1]:
        raise PydanticCustomError("not_rising", "the first number is larger than the second")
    return pair


Span = Annotated[list[Seconds], Field(min_length=2, max_length=2), AfterValidator(rising)]


def row(
    meaning: str, *, default: Any = None, unit: str = "", blank: str = "", because: str = "", **field: Any
) -> Any:
    """Describe one field of the scene, for everything that speaks of the field.

    Parameters
    ----------
    meaning : str
        What the field is, in one sentence; for the schema and the documentation.
    default : optional
        What a blank is read as; ``...`` for a required field, None if a stage answers the blank.
    unit : str
        As the documentation shows it, such as ``dB``.
    blank : str
        What a blank means, if the default does not say it all.
    because : str
        The reason a decision gives for the default; without a reason the field's own stage answers the blank.
    **field
        Other arguments of pydantic's `Field`; always `examples`.
    """
    if "default_factory" not in field:
        field["default"] = default
    about: dict[str, Any] = {"row": {"unit": unit, "blank": blank, "because": because}}
    return Field(description=meaning, json_schema_extra=about, **field)


def about(field: FieldInfo, what: Literal["unit", "blank", "because"]) -> str:
    """Return what the row of a field says, or an empty text."""
    row: Any = field.json_schema_extra.get("row") if isinstance(field.json_schema_extra, dict) else None
    return str(row[what]) if row else ""


class Part(BaseModel):
    """A mapping of the scene: strict, frozen, with the author's ``x-`` keys apart."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        validate_default=False,
        hide_input_in_errors=True,
        json_schema_extra={"patternProperties": {"^x-": {"description": "the author's own"}}},
    )
    _own: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _set_aside(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Set the author's own keys aside, and treat a null as a blank."""
        if not isinstance(data, dict):
            return handler(data)
        own = {key: value for key, value in data.items() if isinstance(key, str) and key.startswith("x-")}
        names = _names(cls)
        blank = {
            key
            for key, value in data.items()
            if value is None and key in names and not cls.model_fields[names[key]].is_required()
        }
        part = handler({key: value for key, value in data.items() if key not in own and key not in blank})
        if own:
            part._own = copy.deepcopy(own)  # noqa: SLF001
        return part

    @classmethod
    def _may_be_blank(cls) -> set[str]:
        return {field.alias or name for name, field in cls.model_fields.items() if not field.is_required()}

    def blank(self, name: str) -> bool:
        """Say whether a field is not written, so that a stage may answer it."""
        return name not in self.model_fields_set

    def written(self, key: str) -> Any:
        """Return what is written at a key of this mapping, None for a blank."""
        if key in self._own:
            return self._own[key]
        name = _names(type(self)).get(key, "")
        return getattr(self, name) if name in self.model_fields_set else None

    @model_serializer(mode="wrap")
    def _with_own_keys(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {**handler(self), **copy.deepcopy(self._own)}

    @property
    def own(self) -> dict[str, Any]:
        """Return the author's own ``x-`` keys, as written."""
        return copy.deepcopy(self._own)


@functools.cache
def _names(part: type[Part]) -> dict[str, str]:
    """Map each key of the file to its field."""
    return {field.alias or name: name for name, field in part.model_fields.items()}


def plain(node: Any) -> Any:
    """Turn any part of a scene into plain data, without the blanks."""
    if isinstance(node, Part):
        names = _names(type(node)).items()
        written = {key: plain(getattr(node, name)) for key, name in names if name in node.model_fields_set}
        return written | node.own
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    return [plain(item) for item in node] if isinstance(node, list) else copy.deepcopy(node)
