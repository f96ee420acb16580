"""Defines every error that imgext raises on purpose, with its exit code.

::

    ImgextError            1   something went wrong inside imgext
    ├── UsageError         2   the call itself is wrong
    ├── SceneError        65   a scene, picture or sound makes no sense: carries `faults`
    ├── MissingInputError 66   a file, sound or track that does not exist
    ├── UnavailableError  69   a service does not answer
    │   └── QuestionError 69   ... or does not understand this one question; others may succeed
    ├── CannotWriteError  73   an output cannot be created, or would overwrite what imgext did not make
    ├── ThrottledError    75   a service asks you to wait: try later
    ├── CredentialError   77   a service refuses the key it was given
    ├── ConfigError       78   a configuration file cannot be read
    └── DriftError         1   `--locked`, `--check`: the scene and its outputs disagree

The numbers follow sysexits.h. A message is one line: the place, the value, what is allowed.

A fault is one thing wrong at one place of a file; it prints as ``file:line:col: path: message [code]``.

Codes are stable and few, so that programs can rely on them:

=================== ==================================================================================
``syntax``          not YAML, or a character that YAML does not allow
``encoding``        not UTF-8
``too_big``         over 1 MiB, 32 levels or 200 000 nodes
``alias``           an anchor or alias; ``tag``: a tag; ``documents``: more than one document
``conflict``        the marks of a merge conflict: two sides changed the same field
``duplicate_key``   a key that appears twice in one mapping
``not_a_scene``     the document is empty or is not a mapping
``unknown_version`` `schema` is missing or names a version that this imgext does not read
``unknown_key``     a key that the format does not have
``missing``         a required key
``wrong_type``      a text where a number belongs, and the like
``out_of_range``    a number or length outside what is allowed
``not_one_of``      a word outside a fixed list
``bad_id``          an id that is not ``[a-z][a-z0-9_-]*``
``bad_form``        any other value of the wrong form
``bad_path``        a path that is absolute, leaves the scene's folder, or is a url
``unknown_reference`` the name of an object, track or built-in sound that does not exist
``nothing_to_play`` a track without sound and object, or a scene without either
``not_found``       a named file that does not exist
``unreadable``      a sound or picture that cannot be decoded, or has no frames
``unavailable``     a sound of a service that cannot be asked now
``too_many``        how many faults there are beyond the first hundred
``odd``             no fault: a value that is allowed but hardly meant; `check` warns of it
=================== ==================================================================================
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


#: Faults of one file that are listed; the others are counted.
MOST_FAULTS = 100
#: Limits of the names compared for a suggestion: how many, and their letters times those of the word.
MOST_NAMES = 300
MOST_LETTERS = 100_000


class ImgextError(Exception):
    """Root of the tree; the command line ends with `exit_code`.

    Parameters
    ----------
    message : str
        Shown if there are no faults with a place of their own.
    faults : sequence of Fault
        What is wrong and where, in order.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str = "", faults: Sequence[Fault] = ()) -> None:
        self.faults = tuple(faults)
        if len(self.faults) > MOST_FAULTS:
            last, more = self.faults[MOST_FAULTS - 1], len(self.faults) - MOST_FAULTS
            place = Place(last.file, last.line, last.column)
            self.faults = (*self.faults[:MOST_FAULTS], Fault(place, "too_many", f"and {more} more faults"))
        super().__init__("\n".join(str(fault) for fault in self.faults) or message)

    @property
    def reason(self) -> str:
        """What is wrong, without the places."""
        return "; ".join(fault.words for fault in self.faults) or str(self)


class UsageError(ImgextError):
    """The call is wrong: an unknown mode, two options that exclude each other."""

    exit_code = 2


class SceneError(ImgextError):
    """Data that cannot be read or makes no sense; `faults` lists every place."""

    exit_code = 65


class MissingInputError(ImgextError):
    """A named file or sound does not exist."""

    exit_code = 66


class UnavailableError(ImgextError):
    """A service does not answer, or may not be asked (IMGEXT_OFFLINE)."""

    exit_code = 69


class QuestionError(UnavailableError):
    """A service does not understand one question; the next may succeed."""


class CannotWriteError(ImgextError):
    """An output cannot be written: no folder, no space, or somebody else's file."""

    exit_code = 73


class ThrottledError(ImgextError):
    """A service was asked too often; the same call works later."""

    exit_code = 75


class CredentialError(ImgextError):
    """A service refuses the key. The message names the variable, never the key."""

    exit_code = 77


class ConfigError(ImgextError):
    """A configuration file is not TOML, or has a key that imgext does not know."""

    exit_code = 78


class DriftError(ImgextError):
    """Something that must not change would change."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: lines and columns count from 1, in characters.

    The line is 0 for a missing file and for a scene without a file.
    """

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        if not self.file:
            return self.path
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {readable(self.path)}" if self.path else place


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place; puts itself into words.

    Parameters
    ----------
    place : Place
    code : str
        One of the table above, for programs.
    message : str
        What is wrong and what is allowed, in one line.
    hint : str
        What to do about it: a similar name, an option that allows it; may be blank.
    """

    place: Place
    code: str
    message: str
    hint: str = ""

    @property
    def file(self) -> str:
        """The file."""
        return self.place.file

    @property
    def line(self) -> int:
        """The line, from 1."""
        return self.place.line

    @property
    def column(self) -> int:
        """The column, from 1."""
        return self.place.column

    @property
    def path(self) -> str:
        """The dotted path of the scene."""
        return self.place.path

    @property
    def words(self) -> str:
        """Message and hint."""
        return f"{self.message}; {self.hint}" if self.hint else self.message

    def __str__(self) -> str:
        place = str(self.place)
        return f"{place}{': ' if place else ''}{self.words} [{self.code}]"

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }


class Wrong(NamedTuple):
    """What is wrong with a value: code, message and hint, as in a fault."""

    code: str
    message: str
    hint: str = ""


class Broken(NamedTuple):
    """What is wrong at a path of a scene."""

    path: tuple[str, ...]
    code: str
    message: str
    hint: str = ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Suggest a name, to append to a message; blank if none is close.

    >>> did_you_mean("lable", ["label", "kind"])
    '; did you mean `label`?'
    """
    close = suggestion(word, known)
    return f"; {close}" if close else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """Suggest a name, as the hint of a fault; blank if none is close.

    >>> suggestion("lable", ["label", "kind"])
    'did you mean `label`?'
    """
    close = closest(word, known)
    return f"did you mean `{close}`?" if close else ""


def closest(word: str, known: Iterable[str]) -> str:
    """Give the name that is most like a word; blank where none is close.

    >>> closest("lable", ["label", "kind"])
    'label'
    """
    names = sorted(islice(known, MOST_NAMES + 1))  # comparing takes time, and a scene may have many faults
    if len(names) > MOST_NAMES or len(word) * sum(map(len, names)) > MOST_LETTERS:
        return ""
    return next(iter(difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)), "")


def shown(value: Any, limit: int = 60) -> str:
    """Show a value in a message: short and on one line.

    >>> shown("a" * 100, 10)
    "'aaaaaaa...'"
    """
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "blank"}[value]
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value)
    if len(text) > limit + 2:
        text = f"{text[: limit - 2]}...{text[0] if isinstance(value, str) else ''}"
    return text


#: Not printable by Python's rule, but useful in words: joiners of scripts and emoji, spaces of some width.
_HARMLESS = frozenset("\u200c\u200d\u00a0\u202f\u3000\u2009\u200a\ufe0f")


def readable(text: str) -> str:
    r"""Spell out control characters, line breaks and marks that reverse letters.

    Text from others passes through here on its way to a terminal, a log or a picture.

    >>> readable("x\x1b[2J\nerror: forged"), readable("日本 é 👩\u200d🚀")
    ('x\\x1b[2J\\nerror: forged', '日本 é 👩\u200d🚀')
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or sign in _HARMLESS else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )


_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def json_line(data: Any) -> str:
    r"""Write JSON on one line without control characters; letters stay as they are.

    >>> json_line({"label": "日\x9b1m"})
    '{"label": "日\\u009b1m"}'
    """
    return _UNSAFE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(data, ensure_ascii=False))
