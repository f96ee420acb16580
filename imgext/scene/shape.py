"""Reads the shape of a scene from the models: its mappings and their rows.

Everything that needs the order of keys or the list of fields asks this module: the writer, edits, "did you
mean", the schema and the tables of the documentation. It knows no field by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from imgext.scene.part import Part, about
from imgext.scene.yaml.spelling import flow_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Row:
    """One field; `path` has ID for any id, N for any index: ``tracks.ID.eq.N.freq``."""

    path: str
    part: type[Part]
    field: FieldInfo

    @property
    def unit(self) -> str:
        """Such as ``dB``; empty for text, words and ratios."""
        return about(self.field, "unit")

    @property
    def blank(self) -> str:
        """What a blank means, without a full stop; empty if it means nothing."""
        default = self.field.default
        if about(self.field, "blank") or self.field.is_required() or self.field.default_factory is not None:
            return about(self.field, "blank")
        return "" if default is None else flow_text(default)


def keys(part: type[Part]) -> list[str]:
    """List the keys of a mapping in the order of the format."""
    return [field.alias or name for name, field in part.model_fields.items()]


def part_at(root: type[Part], path: Sequence[Any]) -> type[Part] | None:
    """Return the kind of mapping at a path; None if it has no fields.

    >>> from imgext.scene.model import Scene
    >>> part_at(Scene, ["tracks", "gull", "eq", 0])
    <class 'imgext.scene.model.Cut'>
    """
    part, inside = root, ""
    for key in path:
        if inside:  # an id of a mapping, or a place in a list
            inside = ""
            continue
        found = next(
            (
                field
                for name, field in zip(keys(part), part.model_fields.values(), strict=True)
                if name == key
            ),
            None,
        )
        below = None if found is None else _below(found.annotation)
        if below is None:
            return None
        part, inside = below
    return None if inside else part


def rows(part: type[Part], lead: str = "") -> Iterator[Row]:
    """List every field of a mapping and of those below it, in the format's order."""
    fields = zip(keys(part), part.model_fields.values(), strict=True)
    found = [Row(f"{lead}{key}", part, field) for key, field in fields]
    yield from found
    for one in found:
        below = _below(one.field.annotation)
        if below is not None:
            yield from rows(below[0], f"{one.path}.{below[1]}")


def ordered(data: Any, part: type[Part]) -> Any:
    """Put keys in the order of the format, unknown ones last."""
    if not isinstance(data, dict):
        return data
    fields = dict(zip(keys(part), part.model_fields.values(), strict=True))
    return {
        key: _ordered_below(data[key], fields[key]) if key in fields else data[key]
        for key in [*(key for key in fields if key in data), *(key for key in data if key not in fields)]
    }


def _ordered_below(data: Any, field: FieldInfo) -> Any:
    below = _below(field.annotation)
    if below is None:
        return data
    part, inside = below
    if inside == "ID." and isinstance(data, dict):
        return {key: ordered(value, part) for key, value in data.items()}
    if inside == "N." and isinstance(data, list):
        return [ordered(value, part) for value in data]
    return data if inside else ordered(data, part)


def _below(annotation: Any) -> tuple[type[Part], str] | None:
    """Find the mapping in a type, and whether it stands alone, by id or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation, ""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _below(arguments[0])
    found = next((below for argument in arguments if (below := _below(argument)) is not None), None)
    if found is None or origin not in {dict, list}:
        return found
    return found[0], "ID." if origin is dict else "N."
