"""A sound that might be chosen, wherever it comes from, and the licence words that imgext knows.

Conventions: duration in seconds; `rank` is how well the searched words matched: 0 they are the label, 1 they all stand in the
label, 2 they stand in tags or title. Licence deeds are recognised by host and path, in every version and language
(https://creativecommons.org/licenses/).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXACT, IN_LABEL, IN_TAGS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sound that a search found.

    Parameters
    ----------
    source : str
        ``library`` or ``builtin``.
    id : str
        Name within the source: the path below the library's folder with forward slashes, the built-in name.
    path : Path or None
        The file; None for a built-in sound.
    label, tags, title : str
        What it is called.
    licence : str
        ``cc0``, ``by``, ``by-nc``, ``sampling+``, ``unknown`` or ``other``.
    duration : float
        Seconds.
    rank : int
        See the module.
    """

    source: str
    id: str
    path: Path | None
    label: str
    tags: str
    title: str
    licence: str
    author: str
    url: str
    duration: float
    rank: int

    @property
    def reference(self) -> str:
        """What a scene writes: ``library:dog/bark.wav``."""
        return f"{self.source}:{self.id}"


def licence_of(text: str) -> str:
    """A licence as people and services write it, in the scene's words.

    Returns
    -------
    str
        One of the scene's four; ``unknown`` where nothing is stated; ``other`` for a stated licence that is none of the four.

    Examples
    --------
    >>> [licence_of(text) for text in ("Creative Commons 0", "http://creativecommons.org/licenses/by-nc/3.0/", "CC BY 4.0", "", "CC BY-SA")]
    ['cc0', 'by-nc', 'by', 'unknown', 'other']
    """
    plain = re.sub(r"[^a-z0-9+/]+", " ", text.lower()).strip()
    if plain in {"", "unknown", "none", "own", "my own", "mine"}:
        return "unknown"
    if "sampling+" in plain or "sampling plus" in plain:
        return "sampling+"
    if re.search(r"\bcc ?0\b|creative commons (0|zero)|publicdomain|public domain|^(0|zero)$", plain):
        return "cc0"
    words = set(re.findall(r"[a-z]+", plain.replace("sharealike", "sa").replace("noderiv", "nd ")))
    if words & {"sa", "nd", "share", "alike", "derivatives", "derivs"}:
        return "other"
    if words & {"nc", "noncommercial", "commercial"}:
        return "by-nc" if words & {"by", "attribution", "nc"} else "other"
    return "by" if words & {"by", "attribution"} else "other"
