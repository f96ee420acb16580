"""What the mappings of a scene are made of: the types of their values, and the base that they share.

Conventions as in `imgext.scene.model`: seconds, dB, shares of 1; every part is strict and frozen.
"""

from __future__ import annotations

import copy
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

#: What a search may ask, in the order in which a blank `find.sources` asks it: one row a source. What each does
#: stands in the module of its name in `imgext.sounds.sources`.
SearchedSource = Literal[
    "library",  # folders of your own
    "freesound",  # https://freesound.org
    "builtin",  # what imgext computes
]
#: Where a pinned sound comes from: what was searched, or a file that the scene names.
SoundSource = Literal[SearchedSource, "file"]
#: What may stand before the colon of a reference.
SCHEMES: tuple[str, ...] = get_args(SearchedSource)
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)]
Share = Annotated[float, Field(ge=0, le=1)]
Pan = Annotated[float, Field(ge=-1, le=1)]
Seconds = Annotated[float, Field(ge=0, le=86400)]
Length = Annotated[float, Field(gt=0, le=86400)]
Decibels = Annotated[float, Field(ge=-120, le=24)]
Licence = Literal["cc0", "by", "by-nc", "sampling+"]


def rising(pair: list[float]) -> list[float]:
    """The pair, if its first number is not the larger one."""
    if pair[0] > pair[1]:
        raise PydanticCustomError("not_rising", "the first number is larger than the second")
    return pair


Span = Annotated[list[Seconds], Field(min_length=2, max_length=2), AfterValidator(rising)]


class Part(BaseModel):
    """A mapping of the scene: strict, frozen, with the author's own ``x-`` keys kept aside."""

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
    def _keep_own_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, dict):
            return handler(data)
        own = {key: value for key, value in data.items() if isinstance(key, str) and key.startswith("x-")}
        part = handler({key: value for key, value in data.items() if key not in own} if own else data)
        if own:
            part._own = copy.deepcopy(own)  # noqa: SLF001
        return part

    @model_serializer(mode="wrap")
    def _with_own_keys(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {**handler(self), **copy.deepcopy(self._own)}

    @property
    def own(self) -> dict[str, Any]:
        """The author's own ``x-`` keys, as written."""
        return copy.deepcopy(self._own)
