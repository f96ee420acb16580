"""Searches Freesound in batches, looks up a sound by number, fetches its content.

A search for the best asks for rated sounds first and for any only when the caller goes on. What the service's
filters promise is checked again on what it sends. Contents are previews in Ogg Vorbis at about 192 kbit/s,
fetched without the key and kept by their digest. Answers live for a day.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from imgext.errors import ConfigError, MissingInputError, UnavailableError
from imgext.ontology.words import key_of
from imgext.remote.http import Limits, is_plain, origin_of
from imgext.remote.secret import Secret
from imgext.sounds.freesound.answer_cache import Answers
from imgext.sounds.freesound.pace import Pace
from imgext.sounds.freesound.preview import check
from imgext.sounds.freesound.query import (
    ANY,
    BEDS,
    EVENTS,
    FIELDS,
    LICENCE_NAMES,
    Sort,
    search_params,
    words_of,
)
from imgext.sounds.freesound.records import candidate_of, may_fetch, results_of
from imgext.sounds.freesound.retry import Asker
from imgext.store import contents as store
from imgext.store.environment import variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from imgext.sounds.candidate import Candidate

URL = "https://freesound.org"
#: Pages of rated sounds that are looked through for a good one, and what is a good one.
PAGES, GOOD = 3, 4.0
#: The lowest rating that the ladder asks for; sent as it stands, see `imgext.sounds.freesound.query`.
LEAST = 2.5
API_LIMITS, PREVIEW_LIMITS = Limits(size=8 << 20), Limits(size=20 << 20)


def _silent(_: str) -> None:
    """Tell nobody."""


class Freesound:
    """A client of one key.

    Parameters
    ----------
    key : str
        Sent in a header, to the host of `url` only; shown nowhere.
    url : str
        Where the service is.
    pace : Pace, optional
        How often it is asked; default: shared by all processes of this machine. Its clock and waiting are
        used throughout.
    report : callable, optional
        Takes a sentence when something is waited for.
    api, previews : Limits
        What one transfer may take.

    Raises
    ------
    ConfigError
        The key cannot be one, or `url` is not an address that a key may be sent to.
    """

    name = "freesound"

    def __init__(
        self,
        key: str,
        *,
        url: str = URL,
        pace: Pace | None = None,
        report: Callable[[str], None] = _silent,
        api: Limits = API_LIMITS,
        previews: Limits = PREVIEW_LIMITS,
    ) -> None:
        secret = Secret(key.strip())
        del key
        if not re.fullmatch(r"[!-~]{1,500}", secret.reveal()):
            raise ConfigError(
                "FREESOUND_API_KEY: a key is made of plain letters, digits and signs without spaces; this "
                "one is not (it is not shown)"
            )
        self.url = _service(url, secret)
        pace = pace or Pace()
        self._asker = Asker(self.url, secret, pace, report, api, previews)
        self._answers = Answers(pace.clock)
        self._lost: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"Freesound({self.url})"

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str] | None = None,
        *,
        pace: Pace | None = None,
        report: Callable[[str], None] = _silent,
    ) -> Freesound | None:
        """Make the client for ``FREESOUND_API_KEY``; None without a key.

        ``IMGEXT_FREESOUND_URL`` names another server.

        Raises
        ------
        ConfigError
            One of the two cannot be used.
        """
        key = variable("FREESOUND_API_KEY", environment)
        if not key:
            return None
        return cls(
            key,
            url=variable("IMGEXT_FREESOUND_URL", environment) or URL,
            pace=pace,
            report=report,
        )

    def batches(
        self,
        words: str,
        *,
        bed: bool,
        licences: Collection[str],
        prefer: Literal["rating", "downloads"],
        mode: Literal["best", "random"],
        dry: bool = False,
    ) -> Iterator[list[Candidate]]:
        """Search sounds for words, batch by batch; a batch holds each sound once.

        Parameters
        ----------
        words : str
            All of them must match.
        bed : bool
            Long sounds, 3 to 600 s, rather than 0.1 to 60 s.
        licences : collection of str
            Words of a scene; sounds of other licences are not given.
        prefer : str
            What the first batch is sorted by.
        mode : str
            ``best``: rated sounds, then any. ``random``: any, one batch.
        dry : bool
            Look further for a good sound that is not reverberant.

        Raises
        ------
        UnavailableError, ThrottledError, CredentialError
            See `imgext.sounds.freesound.retry`.
        """
        query = words_of(words)
        known = sorted(set(licences) & LICENCE_NAMES.keys())
        if not query or not key_of(words) or not known:
            return
        bounds = BEDS if bed else EVENTS
        if mode == "random":
            yield self._page(
                words, search_params(query, known, bounds, least=None, sort="score"), known, bounds
            )[0]
            return
        yield self._rated(
            words, query, known, bounds, "rating_desc" if prefer == "rating" else "downloads_desc", dry=dry
        )
        yield self._page(words, search_params(query, known, ANY, least=None, sort="score"), known, ANY)[0]

    def _rated(
        self,
        words: str,
        query: str,
        licences: list[str],
        bounds: tuple[float, float],
        sort: Sort,
        *,
        dry: bool,
    ) -> list[Candidate]:
        found: dict[str, Candidate] = {}
        for page in range(1, PAGES + 1):
            params = search_params(query, licences, bounds, least=LEAST, sort=sort, page=page)
            candidates, more = self._page(words, params, licences, bounds)
            for candidate in candidates:
                found.setdefault(candidate.id, candidate)
            if not more or any(_good(candidate, dry=dry) for candidate in candidates):
                break
        # the bound of the search is on a scale of 10 or of 5: what people disliked is left to the second
        # batch
        return [
            candidate
            for candidate in found.values()
            if candidate.rating is not None and candidate.rating >= LEAST
        ]

    def _page(
        self, words: str, params: Mapping[str, str], licences: list[str], bounds: tuple[float, float]
    ) -> tuple[list[Candidate], bool]:
        """The usable sounds of a page, each once, and whether another page follows."""
        path = "/apiv2/search/"
        answer = self._answers.get(self.url + path, params)
        if results_of(answer) is None:
            answer = self._asker.data(path, params, lambda said: results_of(said) is not None)
            if answer is None and params["page"] == "1":
                raise self._asker.give_up(
                    UnavailableError,
                    f"there is no Freesound at {self.url}: its search answers with status 404",
                )
            if answer is None:  # past the end
                return [], False
            self._answers.put(self.url + path, params, answer)
        page = results_of(answer)
        assert page is not None
        records, more = page
        made = (candidate_of(record, words, self.url, bounds=bounds) for record in records)
        return list(
            {
                candidate.id: candidate
                for candidate in made
                if candidate is not None and candidate.licence in licences
            }.values()
        ), more

    def sound(self, id: str) -> Candidate:  # noqa: A002  # the field's own name
        """The sound of a number.

        Raises
        ------
        MissingInputError
            There is none, or no usable preview of it.
        UnavailableError, ThrottledError, CredentialError
            See `imgext.sounds.freesound.retry`.
        """
        if not re.fullmatch(r"[0-9]{1,12}", id):
            raise MissingInputError(f"freesound:{id[:20]!a}: Freesound's sounds have numbers")
        number = str(int(id))
        path, params = f"/apiv2/sounds/{number}/", {"fields": FIELDS}
        answer = self._answers.get(self.url + path, params)
        if not _is_sound(answer, number):
            answer = self._asker.data(path, params, lambda said: _is_sound(said, number))
            if answer is None:
                raise MissingInputError(f"freesound:{number}: Freesound has no such sound (any more)")
            self._answers.put(self.url + path, params, answer)
        candidate = candidate_of(answer, "", self.url)
        if candidate is None:
            raise MissingInputError(
                f"freesound:{number}: what Freesound says of it cannot be used, or has no preview"
            )
        return candidate

    def content(self, candidate: Candidate) -> Path:
        """The preview of a sound, from the store or fetched into it.

        Raises
        ------
        MissingInputError
            This sound cannot be had: another one may. The reason follows the reference.
        UnavailableError, ThrottledError
            The service is down: another sound cannot be had either.
        CannotWriteError
            The cache cannot be written.
        """
        if candidate.id in self._lost:
            raise MissingInputError(self._lost[candidate.id])
        if not may_fetch(candidate.preview, self.url):
            raise MissingInputError(f"{candidate.reference}: its preview is not on a host of Freesound")

        def fetched() -> bytes:
            data = self._asker.preview(candidate.preview, candidate.reference)
            check(data, candidate.reference, candidate.duration)
            return data

        try:
            return store.keep(
                f"{candidate.reference} {urlsplit(candidate.preview).path}", fetched, extension="ogg"
            )
        except MissingInputError as error:
            self._lost[candidate.id] = str(error)
            raise


def _good(candidate: Candidate, *, dry: bool) -> bool:
    return candidate.rating is not None and candidate.rating >= GOOD and not (dry and candidate.reverberant)


def _is_sound(answer: Any, number: str) -> bool:
    return (
        isinstance(answer, dict)
        and not isinstance(answer.get("id"), bool)
        and str(answer.get("id")) == number
    )


def _service(url: str, key: Secret) -> str:
    """The address without a slash at the end, if a key may be sent there."""
    url = url.strip().rstrip("/")
    fault = ""
    if not is_plain(url) or urlsplit(url).query or urlsplit(url).fragment or "?" in url or "#" in url:
        fault = "wanted: http(s)://host[:port][/path], without user, password, query"
    elif origin_of(url)[0] == "http" and re.fullmatch(r"(.*\.)?freesound\.org", origin_of(url)[1]):
        fault = "wanted: https, the key is not sent to Freesound in the clear"
    if fault:
        shown = (
            "an address with a user in it" if "@" in url else key.scrub(ascii(url[:100]))
        )  # a password may be in it too
        raise ConfigError(f"IMGEXT_FREESOUND_URL: {shown}: {fault}")
    return url
