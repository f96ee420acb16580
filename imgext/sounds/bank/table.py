"""Defines the bank's rows, one a sound, and the parameters that shape a sound.

Conventions: a row is written next to the functions it names, with `event` or `bed`. Sizes, forces and the
like run from 0 to 1 with 0.5 for the usual animal or thing; speeds are ratios. What is not asked for is drawn
from the usual range by the seed, so that two seeds are two individuals.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from imgext.errors import MissingInputError, SceneError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array

    Value = float | int | str
    Recipe = Callable[[Any], Array]  #: from a `Take`


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something about a sound that the user may set.

    Parameters
    ----------
    name : str
        As it is written: ``size``, ``speed``, ``force``, ``material``, ``number``.
    meaning : str
        What it does, from its lowest to its highest value.
    low, high : float
        What is allowed, both ends included.
    usual : tuple of float
        Between what the seed draws when nothing is asked for.
    whole : bool
        Whether only whole numbers are allowed.
    choices : tuple of str
        The words allowed, for a parameter that takes words; the seed draws among them.
    """

    name: str
    meaning: str
    low: float = 0.0
    high: float = 1.0
    usual: tuple[float, float] = (0.3, 0.7)
    whole: bool = False
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        return (
            ", ".join(self.choices)
            if self.choices
            else f"{self.low:g} to {self.high:g}{' (whole)' if self.whole else ''}"
        )

    def drawn(self, rng: Generator) -> Value:
        """What the seed takes when nothing is asked for."""
        share = float(rng.random())
        if self.choices:
            return self.choices[int(share * len(self.choices))]
        if self.whole:
            return int(self.usual[0]) + int(share * (int(self.usual[1]) - int(self.usual[0]) + 1))
        return round(self.usual[0] + share * (self.usual[1] - self.usual[0]), 6)

    def checked(self, value: object, where: str) -> Value:
        """`value` as this parameter takes it.

        Raises
        ------
        SceneError
            When it is no number or word that is allowed; the message begins with `where`.
        """
        if self.choices:
            if value in self.choices:
                return str(value)
            raise SceneError(f"{where}: {self.name} is {_shown(value)}; allowed: {self.allowed}")
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise SceneError(
                f"{where}: {self.name} is {_shown(value)}; wanted: a number, {self.allowed}"
            ) from None
        if not self.low <= number <= self.high or (self.whole and number != int(number)):
            raise SceneError(f"{where}: {self.name} is {_shown(value)}; allowed: {self.allowed}")
        return int(number) if self.whole else number


def amount(name: str, meaning: str, usual: tuple[float, float] = (0.3, 0.7)) -> Parameter:
    """A parameter from 0 to 1."""
    return Parameter(name, meaning, usual=usual)


def ratio(
    name: str, meaning: str, usual: tuple[float, float] = (0.9, 1.1), low: float = 0.4, high: float = 2.5
) -> Parameter:
    """A parameter that multiplies something."""
    return Parameter(name, meaning, low, high, usual)


def whole(name: str, meaning: str, low: int, high: int, usual: tuple[int, int]) -> Parameter:
    """A parameter that counts something."""
    return Parameter(name, meaning, low, high, usual, whole=True)


def choice(name: str, meaning: str, *words: str) -> Parameter:
    """A parameter that is one of some words."""
    return Parameter(name, meaning, choices=words)


@dataclass(frozen=True, slots=True)
class BankSound:
    """One built-in sound.

    Parameters
    ----------
    name : str
        What stands after ``builtin:`` in a scene.
    title : str
        What the user reads.
    tags : tuple of str
        English words to find it by, the most telling first.
    kind : {"event", "bed"}
        Something that happens, or something that goes on.
    lasts : tuple of float
        Shortest and longest in seconds: of an event by itself, of a bed as a loop (both alike).
    every : tuple of float
        How often an event happens where it belongs: shortest and longest seconds between two; (0, 0) for a
        bed.
    description : str
        What is heard, in one sentence.
    parameters : tuple of Parameter
    make : callable
        Gives the raw signal, ``(frames,)`` or ``(frames, 2)`` at any level, from a `Take`.
    """

    name: str
    title: str
    tags: tuple[str, ...]
    kind: Literal["event", "bed"]
    lasts: tuple[float, float]
    every: tuple[float, float]
    description: str
    make: Recipe
    parameters: tuple[Parameter, ...] = field(default=())

    @property
    def loopable(self) -> bool:
        """Whether it may be repeated end to end without a seam: every bed may, no event."""
        return self.kind == "bed"

    @property
    def seconds(self) -> float:
        """The default length: exact for a bed, the maximum for an event."""
        return self.lasts[1]


def event(
    name: str,
    title: str,
    make: Recipe,
    tags: Iterable[str],
    lasts: tuple[float, float],
    every: tuple[float, float],
    description: str,
    *parameters: Parameter,
) -> BankSound:
    """Row of something that happens."""
    return BankSound(name, title, tuple(tags), "event", lasts, every, description, make, parameters)


def bed(
    name: str,
    title: str,
    make: Recipe,
    tags: Iterable[str],
    seconds: float,
    description: str,
    *parameters: Parameter,
) -> BankSound:
    """Make the row of a bed; `seconds` is its loop's length, a multiple of 0.2."""
    return BankSound(
        name, title, tuple(tags), "bed", (seconds, seconds), (0.0, 0.0), description, make, parameters
    )


def checked(sound: BankSound, given: Mapping[str, object]) -> dict[str, Value]:
    """Return the requested parameters as the sound takes them, in the table's order.

    Raises
    ------
    SceneError
        For a parameter that the sound does not have, and a value that is not allowed.
    """
    known = {parameter.name: parameter for parameter in sound.parameters}
    where = f"builtin:{sound.name}"
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = (
                f"did you mean `{near[0]}`?"
                if near
                else f"it has {', '.join(known)}"
                if known
                else "it has none"
            )
            raise SceneError(f"{where}: no parameter {_shown(name)}; {hint}")
    return {name: parameter.checked(given[name], where) for name, parameter in known.items() if name in given}


def split(reference: str) -> tuple[str, dict[str, str]]:
    """Name and parameters of what stands after ``builtin:``.

    Raises
    ------
    SceneError
        When a part after the question mark is not ``parameter=value``, or one stands twice.

    >>> split("dog?size=0.3&number=2")
    ('dog', {'size': '0.3', 'number': '2'})
    >>> split("dog")
    ('dog', {})
    """
    name, mark, rest = reference.partition("?")
    given: dict[str, str] = {}
    for part in rest.split("&") if mark else ():
        key, equals, value = (word.strip() for word in part.partition("="))
        if not (key and equals and value):
            raise SceneError(
                f"builtin:{name}: {_shown(part)} is not a parameter; write {name}?size=0.3&number=2"
            )
        if key in given:
            raise SceneError(f"builtin:{name}: `{key}` stands twice")
        given[key] = value
    return name.strip(), given


def find(table: Mapping[str, BankSound], name: str) -> BankSound:
    """The row of a name.

    Raises
    ------
    MissingInputError
        When there is no such sound; the message names the nearest one.
    """
    if name in table:
        return table[name]
    near = [other.name for other in table.values() if name in other.tags][:1] or difflib.get_close_matches(
        name, table, n=1
    )
    hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(table))}"
    raise MissingInputError(f"builtin:{name}: no such built-in sound{hint}")


def _shown(value: object) -> str:
    text = str(value)
    return f"`{text[:40]}{'...' if len(text) > 40 else ''}`"
