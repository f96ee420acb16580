"""Reads Freesound's records field by field, and believes only the right shapes.

A record of the wrong shape gives no candidate; an optional field of the wrong shape is left out.

Conventions: duration in seconds; ratings of answers from 0 to 5, shown even for a single vote, so they count
from `MIN_VOTES` on. Licences are addresses of deeds in several versions. Texts lose control characters and
their excess length. Source: Freesound API v2, ``apiv2/serializers.py``.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from imgext.ontology.words import key_of
from imgext.remote.http import is_plain, origin_of
from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS, IN_TEXT, MIN_VOTES, Candidate
from imgext.sounds.library.descriptions import from_names
from imgext.sounds.licence import deed_of, licence_of

if TYPE_CHECKING:
    from imgext.remote.secret import Secret

#: Longest name and author, tags as one text, and description, in characters; more tags than so many are left
#: out.
NAME, TAGS, TEXT, MANY = 200, 1000, 2000, 60


def parsed(body: bytes, key: Secret) -> Any:
    """Parse an answer's JSON and remove the key from it; None for anything else."""
    try:
        return _scrubbed(json.loads(body), key)
    except (ValueError, RecursionError):
        return None


def _scrubbed(value: Any, key: Secret) -> Any:
    if isinstance(value, str):
        return key.scrub(value)
    if isinstance(value, list):
        return [_scrubbed(part, key) for part in value]
    if isinstance(value, dict):
        return {key.scrub(name): _scrubbed(part, key) for name, part in value.items()}
    return value


def detail_of(answer: Any) -> str:
    """Put a refusal's reason on one short line; blank if there is none."""
    return clean(answer.get("detail"), NAME) if isinstance(answer, dict) else ""


def results_of(answer: Any) -> tuple[list[Any], bool] | None:
    """Return a page's records and whether there is another; None if it is no page."""
    if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
        return None
    return answer["results"], isinstance(answer.get("next"), str)


def candidate_of(
    record: Any, words: str, configured: str, *, bounds: tuple[float, float] | None = None
) -> Candidate | None:
    """A record as a candidate, or None where it cannot be one.

    Parameters
    ----------
    record : Any
        An element of a page, or the answer for one sound.
    words : str
        What was searched for; blank where the sound itself was named: it then matches exactly.
    configured : str
        The address of the service, which may serve previews too.
    bounds : (float, float), optional
        Shortest and longest, seconds; given for a search, which leaves out explicit sounds as well.
    """
    if not isinstance(record, dict) or (bounds is not None and record.get("is_explicit") is True):
        return None
    number, duration = record.get("id"), _number(record.get("duration"))
    previews = record.get("previews")
    preview = previews.get("preview-hq-ogg") if isinstance(previews, dict) else None
    needed = [clean(record.get(name), NAME) for name in ("name", "username", "license")]
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10**12 or not all(needed):
        return None
    if duration is None or duration <= 0 or (bounds is not None and not bounds[0] <= duration <= bounds[1]):
        return None
    if not isinstance(preview, str) or not may_fetch(preview, configured):
        return None
    title, author, deed = needed
    label = label_of(title)
    tags = _tags(record.get("tags"))
    votes, rating, downloads = (
        _number(record.get(name)) for name in ("num_ratings", "avg_rating", "num_downloads")
    )
    counts = votes is not None and votes >= MIN_VOTES and rating is not None and 0 <= rating <= 5
    code = record.get("category_code")
    return Candidate(
        source="freesound",
        id=str(number),
        path=None,
        label=label,
        tags=", ".join(tags),
        title=title,
        licence=licence_of(deed),
        author=author,
        url=f"https://freesound.org/s/{number}/",
        duration=duration,
        rank=rank_of(words, label, tags) if words else EXACT,
        description=clean(record.get("description"), TEXT),
        licence_url=deed_of(deed),
        rating=rating if counts else None,
        downloads=int(downloads) if downloads is not None and downloads >= 0 else None,
        category=code if isinstance(code, str) and re.fullmatch(r"[a-z]{1,3}(-[a-z]{1,6})?", code) else "",
        single_event=_flag(record.get("single_event")),
        loopable=_flag(record.get("loopable")),
        reverberant=_flag(record.get("reverbness")),
        remix=record.get("is_remix") is True,
        preview=preview,
    )


def may_fetch(url: str, configured: str) -> bool:
    """Say whether a preview may be fetched from an address.

    It must be Freesound's, over https, or the configured service's.

    >>> urls = "https://cdn.freesound.org/a", "http://cdn.freesound.org/a", "https://freesound.org.example/a"
    >>> [may_fetch(url, "https://freesound.org") for url in urls]
    [True, False, False]
    """
    if not is_plain(url) or len(url) > 500:
        return False
    scheme, host, port = origin_of(url)
    ours = host == "freesound.org" or host.endswith(".freesound.org")
    return (ours and (scheme, port) == ("https", 443)) or (scheme, host, port) == origin_of(configured)


def label_of(name: str) -> str:
    """Find what a sound's name says is heard, without endings, numbers and filler.

    >>> label_of("Dog_Bark 01.wav"), label_of("AC/DC hum.v2.flac"), label_of("0815.wav")
    ('dog bark', 'ac dc hum', '0815')
    """
    stem = re.sub(r"\.(wave?|aiff?|flac|ogg|opus|mp3|m4a|aac|wma)$", "", name.strip(), flags=re.IGNORECASE)
    return from_names(re.sub(r"[./\\]+", " ", stem).strip() or "sound").label


def rank_of(words: str, label: str, tags: list[str]) -> int:
    """How well a sound matches the words that found it; see `imgext.sounds.candidate`.

    >>> rank_of("dogs", "dog", []), rank_of("dog", "big dog", [])
    (0, 1)
    >>> rank_of("dog bark", "bark", ["dog"]), rank_of("dog", "noise", [])
    (2, 3)
    """
    key, named = key_of(words), key_of(label)
    if key == named:
        return EXACT
    wanted, there = set(key.split()), set(named.split())
    if wanted <= there:
        return IN_LABEL
    return IN_TAGS if wanted <= there.union(*(key_of(tag).split() for tag in tags)) else IN_TEXT


def clean(value: Any, longest: int) -> str:
    r"""Put a text on one line, cut to a length; blank if it is not text.

    >>> clean("a\x1b[2J\n  b\ud800", 10), clean(None, 10)
    ('a [2J b', '')
    """
    if not isinstance(value, str):
        return ""
    text = "".join(
        " " if unicodedata.category(character).startswith("C") else character
        for character in value[: 4 * longest]
    )
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _tags(value: Any) -> list[str]:
    tags, length = [], 0
    for tag in value[:MANY] if isinstance(value, list) else []:
        text = clean(tag, 60).replace(",", " ")
        length += len(text) + 2
        if text and length <= TAGS:
            tags.append(text)
    return tags


def _number(value: Any) -> float | None:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or abs(value) > 1e15
        or not math.isfinite(value)
    ):
        return None
    return float(value)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
