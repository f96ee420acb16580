"""Writes Freesound queries: the parameters of a search, from words and bounds.

Source: Freesound API v2, ``apiv2/forms.py`` and ``_docs/api/source/resources.rst`` (query, filter, sort,
fields, page, page_size). Two traps of it are met here. Words and filters are a query language, so everything
in the words that could be an operator is taken out, and values are quoted. The bound on ratings is sent as it
stands, although the index holds ratings from 0 to 10 (``sounds/models.py``): read either way the answer is a
superset of what is wanted, and whoever reads the answer judges by its ratings from 0 to 5. A bound of any
height hides what fewer than three people voted on, for the index has 0 there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection

#: Results a page; the service gives no more.
PAGE = 150
#: The licences of a scene, as filters name them.
LICENCE_NAMES = {
    "cc0": "Creative Commons 0",
    "by": "Attribution",
    "by-nc": "Attribution NonCommercial",
    "sampling+": "Sampling+",
}
#: Shortest and longest, in seconds.
EVENTS, BEDS, ANY = (0.1, 60.0), (3.0, 600.0), (0.1, 600.0)
#: Everything that a candidate is made of; what is not asked for is not sent.
FIELDS = (
    "id,name,tags,description,category_code,license,username,duration,previews,num_downloads,avg_rating,"
    "num_ratings,"
    "is_explicit,is_remix,reverbness,loopable,single_event"
)
Sort = Literal["score", "rating_desc", "downloads_desc"]


def words_of(text: str) -> str:
    """The words of a text as a query takes them: all must match, none is an operator.

    >>> words_of('+Dog -"barking" (AND) name:x White-tailed'), words_of("***")
    ('dog barking and name x white-tailed', '')
    """
    words = re.sub(r"[^\w'-]|_", " ", text.lower()).split()
    return " ".join(word for word in (word.strip("-'") for word in words) if word)[:200]


def quoted(value: str) -> str:
    r"""A value of a filter, whatever is in it.

    >>> print(quoted('Sampling+'), quoted('a "b" \\'))
    "Sampling+" "a \"b\" \\"
    """
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def search_params(
    words: str,
    licences: Collection[str],
    bounds: tuple[float, float],
    *,
    least: float | None,
    sort: Sort,
    page: int = 1,
) -> dict[str, str]:
    """Return the parameters of one page of a search; equal questions give equal ones.

    Parameters
    ----------
    words : str
        As `words_of` gives them; not blank, which would mean every sound.
    licences : collection of str
        Words of a scene; at least one of `LICENCE_NAMES`.
    bounds : (float, float)
        Shortest and longest, seconds.
    least : float or None
        Lowest rating that is asked for; None for any, also none at all.
    sort : str
        Best first, by what.
    page : int
        From 1.
    """
    names = [quoted(LICENCE_NAMES[word]) for word in sorted(set(licences) & LICENCE_NAMES.keys())]
    assert words
    assert names
    filters = [
        f"license:{names[0]}" if len(names) == 1 else f"license:({' OR '.join(names)})",
        f"duration:[{bounds[0]:g} TO {bounds[1]:g}]",
        *([f"avg_rating:[{least:g} TO *]"] if least is not None else []),
    ]
    return {
        "query": words,
        "filter": " ".join(filters),
        "sort": sort,
        "fields": FIELDS,
        "page": str(page),
        "page_size": str(PAGE),
    }
