"""Knows licences: their words, what each asks for, and their deeds.

Deeds are recognised by host and path, over http or https, in every version and language; a licence that was
ported to a country's law (versions up to 3.0, ``/by/3.0/de/``) is a text of its own and keeps its ending.
What is not clearly one of these is ``other``: taking a licence for a freer one than it is would harm people.
Sources: https://creativecommons.org/licenses/ (deeds, versions, the elements BY, NC, SA, ND),
https://creativecommons.org/retiredlicenses (Sampling+), Freesound's names of them (``licenses.json``).
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

HOST = "https://creativecommons.org"


@dataclass(frozen=True, slots=True)
class Licence:
    """One licence: its name for people and its obligations.

    Parameters
    ----------
    name : str
        As Freesound writes it, without a version.
    path : str
        Of its deed, without version; blank where there is none.
    versions : tuple of str
        Those that exist; with a single one, the licence alone states it.
    credit : bool
        Author, title, source, licence and changes must be named.
    non_commercial : bool
        Nobody may publish it primarily for money.
    share_alike : bool
        What is made of it must carry the same licence.
    no_derivatives : bool
        What is made of it may not be published.
    """

    name: str
    path: str = ""
    versions: tuple[str, ...] = ()
    credit: bool = False
    non_commercial: bool = False
    share_alike: bool = False
    no_derivatives: bool = False


_ALL = ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")
#: Every word that a scene, a lock or a candidate uses for a licence.
LICENCES = {
    "cc0": Licence("Creative Commons 0", "publicdomain/zero", ("1.0",)),
    "by": Licence("Attribution", "licenses/by", _ALL, credit=True),
    "by-nc": Licence("Attribution NonCommercial", "licenses/by-nc", _ALL, credit=True, non_commercial=True),
    "sampling+": Licence("Sampling+", "licenses/sampling+", ("1.0",), credit=True, non_commercial=True),
    "by-sa": Licence("Attribution ShareAlike", "licenses/by-sa", _ALL, credit=True, share_alike=True),
    "by-nd": Licence("Attribution NoDerivatives", "licenses/by-nd", _ALL, credit=True, no_derivatives=True),
    "by-nc-sa": Licence(
        "Attribution NonCommercial ShareAlike",
        "licenses/by-nc-sa",
        _ALL,
        credit=True,
        non_commercial=True,
        share_alike=True,
    ),
    "by-nc-nd": Licence(
        "Attribution NonCommercial NoDerivatives",
        "licenses/by-nc-nd",
        _ALL,
        credit=True,
        non_commercial=True,
        no_derivatives=True,
    ),
    "unknown": Licence("not stated"),
    "other": Licence("none that imgext knows"),
}
_MARK = "publicdomain/mark"
_WORDS = {licence.path: word for word, licence in LICENCES.items() if licence.path} | {
    "licenses/by-nd-nc": "by-nc-nd",  # its path in version 1.0
    "publicdomain/zero": "cc0",
    _MARK: "cc0",  # not a licence: nobody is known to have rights, so nothing is asked
}
_URL = re.compile(
    r"(?:^|[\s(<\"'=]|https?://)(?:www\.)?creativecommons\.org/(?P<path>(?:licenses|publicdomain)/[a-z+-]+)"
    r"(?:/(?P<version>[0-9]\.[0-9])(?:/(?P<port>(?!deed|rdf)[a-z]{2,8})(?![a-z.]))?)?"
    r"(?![a-z0-9+-]|\.[a-z0-9])"
)
_VERSION = re.compile(r"(?<![0-9.])[0-9]\.[0-9](?![0-9]|\.[0-9])")
#: Ways to write the four elements, in the order in which they are looked for.
_ELEMENTS = (
    (r"non[ -]?comm?erc[ia]+l|\bnc\b", "nc"),
    (r"\bno[nt]?[ -]?deriv(?:ative[ -]works|atives?|s)?\b|\bnd\b", "nd"),
    (r"share[ -]?alike|\bsa\b", "sa"),
    (r"\battribution\b|\bby\b|\bccby\b", "by"),
)
#: Words that may stand next to the elements without making another licence.
_AROUND = frozenset(
    (
        *("cc", "creative", "commons", "licence", "license", "licensed", "under", "the", "a", "an", "v"),
        *("version", "deed", "unported", "international", "generic", "int"),
    )
)
#: Long names of elements; what is close to one is not read as nothing.
_LONG = ("noncommercial", "commercial", "noderivatives", "derivatives", "sharealike", "alike")
_NOTHING = frozenset(
    ["", "unknown", "none", "n a", "not stated", "unspecified", "own", "own work", "my own", "mine"]
)


def licence_of(text: str) -> str:
    """A licence as people and services write it, in the scene's words.

    Returns
    -------
    str
        A word of `LICENCES`; ``unknown`` where nothing is stated; ``other`` for what is not clearly one of
        these.

    Examples
    --------
    >>> address = "http://creativecommons.org/licenses/by-nc/3.0/"
    >>> [licence_of(text) for text in ("Creative Commons 0", address, "CC BY 4.0", "", "mail me")]
    ['cc0', 'by-nc', 'by', 'unknown', 'other']
    """
    lower = _lower(text)
    if "creativecommons.org" in lower:
        match = _URL.search(lower)
        word = _WORDS.get(match["path"], "other") if match else "other"
        return word if match and _agrees(word, lower[match.end() :]) else "other"
    plain = re.sub(r"[^a-z0-9+.]+", " ", lower).strip(" .")
    if plain in _NOTHING:
        return "unknown"
    if re.search(r"sampling(?:\+| plus)", plain):
        return "other" if re.search(r"non ?commercial|\bnc\b", plain) else "sampling+"
    if re.search(r"\b(?:no|not|non)(?: in| the| under| a)* (?:public ?domain|cc ?0|attribution)\b", plain):
        return "other"
    if re.search(r"\bcc ?0\b|\bcc zero\b|creative commons (?:0|zero)\b|public ?domain|^(?:0|zero)$", plain):
        return "other" if any(re.search(pattern, plain) for pattern, _ in _ELEMENTS[:3]) else "cc0"
    return _from_elements(plain)


def _agrees(word: str, rest: str) -> bool:
    """Say whether an address can end here as a licence's, without more elements."""
    if rest and not re.match(r"[\s)>\"'.,;|]|/(?![a-z])|/(?:deed|rdf|legalcode)\b|[?#]", rest):
        return False
    return all(
        element in word.split("-")
        for pattern, element in _ELEMENTS[:3]
        if re.search(pattern.replace(r"\b", r"(?:(?<![a-z])|(?![a-z]))"), rest)
    )


def _from_elements(plain: str) -> str:
    """Read a licence by its elements: "cc by nc sa 3.0", "attribution noncommercial"."""
    rest, found = plain, set()
    for pattern, element in _ELEMENTS:
        rest, count = re.subn(pattern, f" {element.upper()} ", rest)
        found |= {element} if count else set()
    words = rest.split()
    pure = all(word.isupper() or word in _AROUND or re.fullmatch(r"v?[0-9.]+", word) for word in words)
    named = re.search(r"\b(?:cc|creative commons) +BY\b", rest)  # "recorded by Ann" is no licence
    if "by" not in found or "commercial" in words or not (pure or named):
        return "other"
    if _hides_an_element(words):
        return "other"
    word = "-".join(element for element in ("by", "nc", "nd", "sa") if element in found)
    return word if word in LICENCES else "other"


def _hides_an_element(words: list[str]) -> bool:
    """Say whether a word may be a misspelt element, which must not free a licence.

    >>> _hides_an_element("cc BY nxc 4.0".split()), _hides_an_element("cc BY 4.0 recorded BY ann".split())
    (True, False)
    """
    after = words[words.index("BY") + 1 :]
    if after and len(after[0]) <= 7 and not (after[0].isupper() or re.fullmatch(r"v?[0-9.]+", after[0])):
        return after[0] not in _AROUND - {"a", "an", "v"}
    return any(difflib.get_close_matches(word, _LONG, n=1, cutoff=0.6) for word in after)


def deed_of(text: str) -> str:
    """The deed that a text states, or a blank where it states no version.

    Parameters
    ----------
    text : str
        A deed's address in any form, or words that name licence and version; CC0 and Sampling+ have only one
        version.

    Examples
    --------
    >>> german = "http://creativecommons.org/licenses/by/3.0/deed.de"
    >>> deed_of(german), deed_of("CC BY-NC 4.0"), deed_of("Attribution")
    ('https://creativecommons.org/licenses/by/3.0/', 'https://creativecommons.org/licenses/by-nc/4.0/', '')
    """
    lower, word = _lower(text), licence_of(text)
    licence = LICENCES[word]
    if match := _URL.search(lower):
        if match["path"] == _MARK:
            return f"{HOST}/{_MARK}/1.0/"
        stated = [match["version"]] if match["version"] else []
        port = match["port"] if match["version"] != "4.0" and match["path"].startswith("licenses/") else None
    elif word == "cc0" and re.search(r"public ?domain", lower) and "0" not in lower and "zero" not in lower:
        return ""  # said of old works too, which nobody waived rights to
    else:
        stated, port = _VERSION.findall(lower), None
    if len(licence.versions) == 1:
        stated = list(licence.versions)
    version = stated[0] if len(set(stated)) == 1 else ""
    if version not in licence.versions or (
        version == "2.1" and not port
    ):  # 2.1 was never anything but ported
        return ""
    path = "licenses/by-nd-nc" if (word, version) == ("by-nc-nd", "1.0") else licence.path
    return f"{HOST}/{path}/{version}/{f'{port}/' if port else ''}"


def name_with_version(word: str, deed: str) -> str:
    """Name a licence as Freesound does in credits, with `deed`'s version.

    >>> by = name_with_version("by", deed_of("CC BY 4.0"))
    >>> by, name_with_version("cc0", ""), name_with_version("sampling+", "")
    ('Attribution 4.0', 'Creative Commons 0', 'Sampling+ 1.0')
    """
    licence = LICENCES[word]
    if word == "cc0":
        return "Public Domain Mark 1.0" if f"/{_MARK}/" in deed else licence.name
    match = _URL.search(_lower(deed))
    stated = (
        match["version"]
        if match and _WORDS.get(match["path"]) == word and match["version"] in licence.versions
        else None
    )
    version = licence.versions[0] if len(licence.versions) == 1 else stated
    return f"{licence.name} {version}" if version else licence.name


def _lower(text: str) -> str:
    return text.strip().lower().replace("%2b", "+")
