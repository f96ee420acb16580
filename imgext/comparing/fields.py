"""Finds what differs between two scenes, by id and field, with renamed ids.

Conventions: paths are those of the later scene; of what is gone, those of the earlier one. Lists of mappings
of one length are compared entry by entry, all other lists as one value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from imgext.comparing.words import words_for
from imgext.scene.model import Scene
from imgext.scene.part import about
from imgext.scene.shape import part_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The mappings by id, whose ids refer to each other.
BY_ID = ("objects", "tracks")
#: Fields whose value is an id of an object or a track.
REFERENCES = ("object", "against")

Kind = Literal["added", "removed", "renamed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Parameters
    ----------
    path : str
        Dotted place in the scene.
    kind : {"added", "removed", "renamed", "changed"}
        Added and removed are whole things with an id; a field that was blank or is blank now is changed.
    before, after : JSON value
        None for a blank; of a renamed thing its ids.
    unit : str
        Of the field, such as ``dB``.
    words : str
        For people: ``moved by +1.2 s (3.25 s -> 4.45 s)``.
    because : str
        Why the later value is as it is, where a stage chose it.
    """

    path: str
    kind: Kind
    before: Any
    after: Any
    unit: str
    words: str
    because: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.words}{f'; {self.because}' if self.because else ''}"

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {name: getattr(self, name) for name in self.__slots__}


def changes(
    before: Scene, after: Scene, *, whole: tuple[str, ...] = (), renamed: Mapping[str, str] | None = None
) -> list[Change]:
    """Compare two scenes field by field.

    Parameters
    ----------
    before, after : Scene
    whole : tuple of str
        Fields that are compared as one value even where they are lists of one length, such as ``eq``.
    renamed : mapping, optional
        Later id of each thing that was renamed; blank: found out, and listed.

    Returns
    -------
    list of Change
        Renamed ids first, then in the order of the later scene.

    Examples
    --------
    >>> one = Scene.of({"schema": "imgext.scene/1", "tracks": {"gull": {"start": 3.25}}})
    >>> other = Scene.of({"schema": "imgext.scene/1", "tracks": {"gull": {"start": 4.45}}})
    >>> print(changes(one, other)[0])
    tracks.gull.start: moved by +1.2 s (3.25 s -> 4.45 s)
    """
    old, new = before.as_data(), after.as_data()
    if renamed is not None:
        return list(_compared(with_ids(old, renamed), new, (), whole))
    renamed = renamed_ids(old, new)
    found = [
        Change(f"{part}.{later}", "renamed", earlier, later, "", f"renamed, it was `{earlier}`")
        for earlier, later in renamed.items()
        for part in BY_ID
        if later in new.get(part, {})
    ]
    return [*found, *_compared(with_ids(old, renamed), new, (), whole)]


def renamed_ids(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """Give the later id of each thing of which only the id changed.

    Examples
    --------
    >>> renamed_ids({"tracks": {"a": {"start": 1}}}, {"tracks": {"b": {"start": 1}}})
    {'a': 'b'}
    """
    gone, come = (
        [key for key in _ids(one) if key not in _ids(other)] for one, other in ((old, new), (new, old))
    )
    found: dict[str, str] = {}
    for earlier in gone:
        for later in come:
            trial = {**found, earlier: later}
            if later not in found.values() and _thing(with_ids(old, trial), later) == _thing(new, later):
                found = trial
                break
    return found


def with_ids(data: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """Plain data of a scene with other ids, references to them included."""
    if not renamed:
        return dict(data)
    result = dict(data)
    for part in BY_ID:
        if isinstance(data.get(part), dict):
            result[part] = {
                renamed.get(key, key): _referring(thing, renamed) for key, thing in data[part].items()
            }
    return result


def _referring(node: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: renamed.get(value, value)
            if key in REFERENCES and isinstance(value, str)
            else _referring(value, renamed)
            for key, value in node.items()
        }
    return [_referring(item, renamed) for item in node] if isinstance(node, list) else node


def _ids(data: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(key for part in BY_ID for key in data.get(part) or {}))


def _thing(data: Mapping[str, Any], key: str) -> list[Any]:
    return [(data.get(part) or {}).get(key) for part in BY_ID]


def _compared(old: Any, new: Any, path: tuple[str, ...], whole: tuple[str, ...]) -> Iterator[Change]:
    if old == new and type(old) is type(new):
        return
    if isinstance(old, dict | None) and isinstance(new, dict | None) and not (old is None is new):
        keyed = len(path) == 2 and path[0] in BY_ID
        if keyed and (old is None or new is None):
            yield _come_or_gone(old, new, path)
            return
        old, new = old or {}, new or {}
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _compared(old.get(key), new.get(key), (*path, key), whole)
        return
    listed = isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
    if listed and path[-1] not in whole and all(isinstance(item, dict) for item in [*old, *new]):
        for index, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _compared(one, other, (*path, str(index)), whole)
        return
    unit, default = field_facts(path)
    words = words_for(path, old, new, unit, default)
    yield Change(".".join(path), "changed", old, new, unit, words)


def _come_or_gone(old: Any, new: Any, path: tuple[str, ...]) -> Change:
    thing = new if old is None else old
    said = next((f": {thing[key]}" for key in ("label", "sound") if thing.get(key)), "")
    kind: Kind = "added" if old is None else "removed"
    return Change(".".join(path), kind, old, new, "", f"{kind}{said}")


def field_facts(path: tuple[str, ...]) -> tuple[str, Any]:
    """Return a field's unit and the number of its blank; none for an own field.

    >>> field_facts(("tracks", "gull", "gain")), field_facts(("tracks", "gull", "x-note"))
    (('dB', 0.0), ('', None))
    """
    part = part_at(Scene, path[:-1])
    names = {} if part is None else {field.alias or name: field for name, field in part.model_fields.items()}
    field = names.get(path[-1])
    if field is None:
        return "", None
    default = None if field.is_required() else field.default
    return about(field, "unit"), default if isinstance(default, int | float) else None
