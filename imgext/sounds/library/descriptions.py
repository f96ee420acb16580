"""Describes a sound file by its index row, sidecar, pack list, tags and names.

They are read in this order; a blank field is taken from the next (a licence with its deed, and a rating with
its votes, are one field). Conventions: ratings from 0 to 5, of at least `MIN_VOTES` votes where votes are
stated; categories are codes of the Broad Sound Taxonomy (https://freesound.org/help/faq/).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from imgext.errors import shown
from imgext.ontology.words import key_of
from imgext.sounds.candidate import IN_LABEL, IN_TAGS, IN_TEXT, MIN_VOTES, REVERB_KINDS, Stated
from imgext.sounds.library.ucs import ucs_name
from imgext.sounds.licence import deed_of, licence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Longest description, other text and list of tags, in characters.
MAX_DESCRIPTION, MAX_TEXT, MAX_TAGS = 2000, 300, 1000
_FLAG_WORDS = {
    "true": True,
    "yes": True,
    "1": True,
    "y": True,
    "false": False,
    "no": False,
    "0": False,
    "n": False,
}
#: Figures that the user may state about a sound's own reverberation: from, to, unit.
FIGURES = {"rt60": (0.05, 60.0, "s"), "c50": (-60.0, 120.0, "dB"), "drr": (-60.0, 120.0, "dB")}
#: What people write as the licence of their own sounds, to say that none was forgotten.
OWN = frozenset(("own", "own work", "my own", "mine"))
_CATEGORY = re.compile(r"(?:m|is|sp|fx|ss)(?:-[a-z]{1,8})?")
#: Words that say that a file is a sound or a take, not what is heard.
_NOISE = frozenset(
    """sound sounds audio sample samples sfx fx effect effects recording recordings rec file files track
    take untitled final master mono stereo loop wav flac ogg oga aif aifc aiff opus library new edit
    copy version vol freesound""".split()  # noqa: SIM905
)
#: Characters removed from texts: control characters and halves of surrogate pairs.
_UNTEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

_ASCII_WORD = re.compile("[0-9a-z]+")
_DIGITS = {rank: str(rank) for rank in (IN_LABEL, IN_TAGS, IN_TEXT)}
_key_anew: Callable[[str], str] = getattr(key_of, "__wrapped__", key_of)


class Described(NamedTuple):
    """What is known of an unopened file, as fields of `Candidate`; blank or None."""

    label: str
    tags: str = ""
    title: str = ""
    licence: str = "unknown"
    author: str = ""
    url: str = ""
    description: str = ""
    licence_url: str = ""
    rating: float | None = None
    downloads: int | None = None
    category: str = ""
    single_event: bool | None = None
    loopable: bool | None = None
    reverberant: bool | None = None
    remix: bool = False
    acoustics: Stated | None = None
    doubt: str = ""


def from_names(file_id: str) -> Described:
    """Take label, tags and title from the names of a file that nothing else describes.

    >>> from_names("door-wood_creaks/1-2345-A.ogg").label, from_names("Animals/DogBark 01.wav").label
    ('door wood creaks', 'dog bark')
    """
    folder, _, name = file_id.rpartition("/")
    stem = name.rpartition(".")[0] or name
    folders = _folder_words(folder)
    if (known := ucs_name(stem)) is not None:
        return Described(label_of(known.words) or known.words, ", ".join([*known.tags, *folders]), known.name)
    if (match := DOWNLOAD_NAME.fullmatch(stem)) is not None:
        stem = match["name"]
    return Described(label_of(stem) or (folders[-1] if folders else stem), " ".join(folders), stem)


#: Freesound's names of downloads: number, author, title.
DOWNLOAD_NAME = re.compile(r"(?P<id>[1-9][0-9]{0,9})__(?P<author>[^_/]+(?:_[^_/]+)*)__(?P<name>[^/]+)")


@lru_cache(maxsize=64)
def _folder_words(folder: str) -> tuple[str, ...]:
    return tuple(words for part in folder.split("/") if (words := label_of(part)))


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")


def label_of(name: str) -> str:
    """Take the words of a file or folder name, without numbers, codes and filler.

    >>> label_of("Tiger-growl_02 (loop).wav")
    'tiger growl'
    """
    name = normalize("NFC", name)  # an accent on its own is no letter
    words = (
        _WORD.findall(name)
        if name.islower()
        else [word.lower() for word in _WORD.findall(_CAMEL.sub(" ", name))]
    )
    return " ".join(
        [
            word
            for word in words
            if word not in _NOISE
            and (len(word) > 1 or not word.isascii())
            and (word.isalpha() or not _DIGIT.search(word))
        ]
    )


def plain(text: str, limit: int = MAX_TEXT) -> str:
    r"""Make one printable line of a text: single spaces, at most `limit` characters.

    >>> plain("a\x1b[2J  dog\n")
    'a [2J dog'
    """
    if not text.isprintable():
        text = _UNTEXT.sub(" ", text[: 2 * limit])
    return " ".join(text[: 2 * limit].split())[:limit].rstrip()


@lru_cache(maxsize=1024)
def licence_facts(text: str, deed: str = "") -> dict[str, Any]:
    """Read a stated licence as `licence` and `licence_url`; empty if none is stated.

    A deed of another licence is not taken.
    """
    text = text or deed
    licence = licence_of(text)
    if licence == "unknown":
        own = text.strip().lower() in OWN
        return {"licence": "unknown", "licence_url": ""} if own else {}
    if licence == "other":
        return {
            "licence": "other",
            "licence_url": "",
            "doubt": f"{shown(text)} is not a licence that imgext knows",
        }
    address = deed_of(deed) if deed and licence_of(deed) == licence else ""
    return {"licence": licence, "licence_url": address or deed_of(text)}


class Facts:
    """Gathers a `Described` from values that others wrote, checking each.

    `known` holds what was taken; `faults` says what was left out and why, field by field.
    """

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.faults: list[str] = []

    def text(self, name: str, value: object, limit: int = MAX_TEXT) -> None:
        """Take a text unless it is blank."""
        if value is None:
            return
        if not isinstance(value, str):
            self.faults.append(f"{name}: {shown(value)} is not text")
        elif line := plain(value, limit):
            self.known[name] = line

    def url(self, value: object) -> None:
        """Take a web address, which becomes a link in the credits."""
        if (
            isinstance(value, str)
            and value.strip()
            and not value.strip().lower().startswith(("https://", "http://"))
        ):
            self.faults.append(f"url: {shown(value)} is not an http or https address")
        else:
            self.text("url", value, 2000)

    def rating(self, rating: object, votes: object, *, trusted: bool) -> None:
        """Take a rating with enough votes; without votes it counts if `trusted`.

        A trusted rating is the user's own.
        """
        if rating is None:
            return
        mean = _number(rating)
        if mean is None or not 0 <= mean <= 5:
            self.faults.append(f"rating: {shown(rating)} is not a number from 0 to 5")
        elif votes is None:
            self.known["rating"] = mean if trusted else None
        else:
            count = self._count("votes", votes)
            self.known["rating"] = mean if count is not None and count >= MIN_VOTES else None

    def downloads(self, value: object) -> None:
        """Take a number of downloads."""
        if value is not None and (count := self._count("downloads", value)) is not None:
            self.known["downloads"] = count

    def _count(self, name: str, value: object) -> int | None:
        count = _number(value)
        if count is None or not 0 <= count < 2**53 or count != int(count):
            self.faults.append(f"{name}: {shown(value)} is not a whole number from 0 on")
            return None
        return int(count)

    @staticmethod
    def is_category(value: str) -> bool:
        """Say whether a text is a category's code."""
        return _CATEGORY.fullmatch(value.strip().lower()) is not None

    def category(self, value: object, *, strict: bool) -> None:
        """Take a category's code; if `strict`, anything else is a fault.

        Elsewhere a column of this name may mean something else.
        """
        if isinstance(value, str) and _CATEGORY.fullmatch(code := value.strip().lower()):
            self.known["category"] = code
        elif value is not None and strict:
            self.faults.append(f"category: {shown(value)} is not a code of the Broad Sound Taxonomy")

    def acoustics(self, kind: object, figures: Mapping[str, object]) -> None:
        """Take the user's word on reverberation: a class, `rt60`, `c50` or `drr`."""
        stated: dict[str, Any] = {}
        if isinstance(kind, str) and kind.strip().lower() in REVERB_KINDS:
            stated["kind"] = kind.strip().lower()
        elif kind is not None:
            self.faults.append(f"acoustics: {shown(kind)} is not one of {', '.join(REVERB_KINDS)}")
        for name, (least, most, unit) in FIGURES.items():
            value = figures.get(name)
            number = _number(value)
            if value is not None and (number is None or not least <= number <= most):
                self.faults.append(
                    f"{name}: {shown(value)} is not a number from {least:g} to {most:g} {unit}"
                )
            elif number is not None:
                stated[name] = number
        if stated:
            self.known["acoustics"] = Stated(**stated)

    def flag(self, name: str, value: object) -> None:
        """Take yes or no."""
        if isinstance(value, bool):
            self.known[name] = value
        elif isinstance(value, str) and value.lower() in _FLAG_WORDS:
            self.known[name] = _FLAG_WORDS[value.lower()]
        elif value is not None:
            self.faults.append(f"{name}: {shown(value)} is neither true nor false")


def _number(value: object) -> float | None:
    """Read a number, also from text; a value that is not finite fits no range."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def describe(file_id: str, *stated: dict[str, Any]) -> Described:
    """Combine descriptions of a file, the more trusted first; names fill the blanks."""
    facts: dict[str, Any] = {}
    for each in reversed(stated):
        facts.update({"doubt": ""} | each if "licence" in each else each)
    if not ("label" in facts and "tags" in facts and "title" in facts):
        named = from_names(file_id)
        stem = PurePosixPath(file_id).stem
        numbered = not label_of(stem) and any(letter.isdecimal() for letter in stem)
        words = (facts.get("title") or facts.get("description") or "") if numbered else ""
        if "label" not in facts and (said := _first_words(words)):
            facts["label"] = said  # "ZOOM0003" says nothing
        facts = {"label": named.label, "tags": named.tags, "title": words[:MAX_TEXT] or named.title} | facts
    return Described(**facts)


def _first_words(text: str) -> str:
    """Find what a title or description names first.

    >>> _first_words("Church bell, close - Sunday 03"), _first_words("")
    ('church bell', '')
    """
    return label_of(re.split(r"[,;:.(\[\n]| - | – ", text.strip(), maxsplit=1)[0])


def search_keys(about: Described) -> tuple[str, str]:
    """Return what finds a file: its label's key, and all its words with a rank digit.

    >>> search_keys(Described("dogs", "park, dog", "Dog 7", description="A dog in rain"))
    ('dog', '3a 1dog 3in 3rain 2park 27')
    """
    label = keys_of(about.label)
    ranks = dict.fromkeys(label, _DIGITS[IN_LABEL])
    for digit, text in (
        (_DIGITS[IN_TAGS], f"{about.tags}, {about.title}"),
        (_DIGITS[IN_TEXT], about.description),
    ):
        if text:
            ranks = dict.fromkeys(keys_of(text), digit) | ranks
    return " ".join(label), " ".join([digit + word for word, digit in ranks.items()])


def keys_of(text: str) -> list[str]:
    """List the words of a text's key; words recur, and `key_of` remembers them."""
    if not text.isascii():
        return _key_anew(text).split()
    plain_text = text.lower()
    if "'" in plain_text:
        plain_text = plain_text.replace("'s ", " ")
    return [word if word.isdecimal() else key_of(word) for word in _ASCII_WORD.findall(plain_text)]
