"""Asks Freesound until it answers or will not: retries, waits, gives up.

======================================  ======================================================================
no connection, time-out, 5xx, nonsense  again after 1, 2, 4 and 8 s, then UnavailableError
a transfer longer than 120 s            again once, then UnavailableError
429, by the minute                      everybody waits 60 s, at most twice, then ThrottledError
429, by the day                         ThrottledError at once
400                                     QuestionError at once, with what the service says of it
401, 403                                CredentialError at once
404                                     None: the caller knows what is missing
a broken off preview                    again after 1 and 2 s, then MissingInputError: the next sound is tried
another host, too large                 UnavailableError at once; MissingInputError for a preview
no certificate                          UnavailableError at once
======================================  ======================================================================

The same object does not ask a service again that could not be reached, asked it to wait or refused the key:
later calls fail at once, so that eight objects do not wait eight times. A 400 concerns one question and stops
only that one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from imgext.errors import (
    CredentialError,
    ImgextError,
    MissingInputError,
    QuestionError,
    ThrottledError,
    UnavailableError,
)
from imgext.remote import http
from imgext.sounds.freesound.pace import DAY_IS_OVER
from imgext.sounds.freesound.records import detail_of, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgext.remote.http import Limits
    from imgext.remote.secret import Secret
    from imgext.sounds.freesound.pace import Pace

#: Seconds before each further try.
RETRIES = (1.0, 2.0, 4.0, 8.0)
#: Seconds after a 429 by the minute, and how often one call waits them.
MINUTE, MINUTES = 60.0, 2
#: A wait longer than this is reported.
SILENT = 2.0
SLOW_TRIES, CUT_TRIES = 1, 2

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Again:
    """A failure that another try may mend; `lost` replaces the final error."""

    why: str
    most: int = len(RETRIES)
    minute: bool = False
    lost: MissingInputError | None = None


class Asker:
    """One service, one key, one pace.

    Parameters
    ----------
    url : str
        Where the service is, without a slash at the end.
    key : Secret
        Goes to that host only.
    pace : Pace
        When it may be asked; its clock and its waiting are used throughout.
    report : callable
        Takes a sentence when a wait is worth telling.
    api, previews : Limits
        What one transfer may take.
    """

    def __init__(
        self, url: str, key: Secret, pace: Pace, report: Callable[[str], None], api: Limits, previews: Limits
    ) -> None:
        self.url = url
        self._key, self._pace, self._report, self._api, self._previews = key, pace, report, api, previews
        self._down: tuple[type[ImgextError], str] | None = None

    def data(self, path: str, params: Mapping[str, str], usable: Callable[[Any], bool]) -> Any:
        """Return a `usable` answer's JSON, or None for 404; errors as in the module."""
        return self._insist(lambda: self._data(path, params, usable))

    def preview(self, url: str, reference: str) -> bytes:
        """Fetch a preview without the key; `reference` begins each error message."""
        return self._insist(lambda: self._preview(url, reference))

    def _insist(self, attempt: Callable[[], _T | _Again]) -> _T:
        if self._down is not None:
            kind, message = self._down
            raise kind(message)
        failures = minutes = 0
        while True:
            outcome = attempt()
            if not isinstance(outcome, _Again):
                return outcome
            if outcome.minute:
                if minutes == MINUTES:
                    raise self.give_up(
                        ThrottledError,
                        "Freesound still asks for fewer requests a minute; try again later, or go on with "
                        "--offline",
                    )
                minutes += 1
                self._pace.hold(MINUTE)
                self._wait(MINUTE, "it asks for fewer requests a minute")
                continue
            if failures >= outcome.most:
                if outcome.lost is not None:
                    raise outcome.lost
                raise self.give_up(
                    UnavailableError, f"Freesound does not answer: {outcome.why} (tried {failures + 1} times)"
                )
            self._wait(RETRIES[failures], outcome.why)
            failures += 1

    def _wait(self, wait: float, why: str) -> None:
        if wait > SILENT:
            self._report(f"Freesound: {why}; waiting {wait:.0f} s")
        if wait > 0:
            self._pace.sleep(wait)

    def give_up(self, kind: type[ImgextError], message: str) -> ImgextError:
        """The error to raise now, and whenever this object is asked again."""
        self._down = kind, message
        return kind(message)

    def _data(self, path: str, params: Mapping[str, str], usable: Callable[[Any], bool]) -> Any | _Again:
        self._take_turn()
        answer = _fetched(self.url + path, self._api, "application/json", params=params, token=self._key)
        if isinstance(answer, http.TransferError):
            if answer.again:
                return _Again(str(answer), SLOW_TRIES if answer.kind == "slow" else len(RETRIES))
            raise self.give_up(UnavailableError, f"Freesound cannot be asked: {answer}")
        said = parsed(answer.body, self._key)
        detail = detail_of(said)
        status = answer.status
        if status == 200:
            return (
                said
                if usable(said)
                else _Again("its answer makes no sense (status 200, but not the data that was asked for)")
            )
        if status == 429:
            if "/day" in detail.replace(" ", ""):
                raise self.give_up(
                    ThrottledError, f"Freesound was asked as often today as it allows; {DAY_IS_OVER}"
                )
            return _Again("", minute=True)
        if status in {401, 403}:
            raise self.give_up(
                CredentialError, f"Freesound refuses the key in FREESOUND_API_KEY{_colon(detail)}"
            )
        if status == 404:
            return None
        if status >= 500 or status == 408:
            return _Again(f"status {status}{_colon(detail)}")
        if status == 400:
            raise QuestionError(f"Freesound does not understand the question{_colon(detail[:80])}")
        raise self.give_up(
            UnavailableError, f"Freesound gives an unexpected answer: status {status}{_colon(detail)}"
        )

    def _take_turn(self) -> None:
        try:
            wait = self._pace.reserve()
        except ThrottledError as error:
            self._down = ThrottledError, str(error)
            raise
        self._wait(wait, "one request a second is allowed")

    def _preview(self, url: str, reference: str) -> bytes | _Again:
        answer = _fetched(url, self._previews, "audio/ogg", hide=self._key)
        if isinstance(answer, http.TransferError):
            lost = MissingInputError(f"{reference}: its preview cannot be fetched: {answer}")
            if answer.kind == "cut":
                return _Again(str(answer), CUT_TRIES, lost=lost)
            if answer.again:
                return _Again(str(answer), SLOW_TRIES if answer.kind == "slow" else len(RETRIES))
            if answer.kind in {"offline", "untrusted"}:
                raise self.give_up(UnavailableError, f"Freesound's previews cannot be fetched: {answer}")
            raise lost
        if answer.status == 429:
            return _Again("", minute=True)
        if answer.status >= 500 or answer.status == 408:
            return _Again(f"status {answer.status} for a preview")
        if answer.status != 200:
            raise MissingInputError(f"{reference}: its preview cannot be had: status {answer.status}")
        return answer.body


def _fetched(url: str, limits: Limits, accept: str, **options: Any) -> http.Answer | http.TransferError:
    """An answer or an error as a value, raised later outside of any handling.

    So it chains no other error.
    """
    try:
        return http.get(url, limits=limits, accept=accept, **options)
    except http.TransferError as error:
        return error


def _colon(detail: str) -> str:
    return f": {detail}" if detail else ""
