"""GET, bounded in time and size, with a key that reaches one host alone.

Conventions: seconds and bytes. A transfer that does not end well raises `TransferError`, which says what
happened and whether asking again makes sense; an answer of any status is an `Answer`, for the caller to
judge. The transfer runs in a thread of its own, because a server that sends a byte a second keeps every
timeout of a socket from firing: whatever the server does, the caller goes on after `Limits.total`. Errors are
raised where no error of a library is being handled, so that no traceback shows what was sent.

Not followed: redirects to another host. Not used: ``~/.netrc``, cookies. Proxies of the environment are,
except for this machine itself.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin, urlsplit

from imgext.errors import UnavailableError
from imgext.remote.secret import Secret
from imgext.remote.unpack import Unpack
from imgext.store.environment import switched_on

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "LOOPBACK",
    "Answer",
    "Limits",
    "Secret",
    "TransferError",
    "get",
    "is_offline",
    "is_plain",
    "origin_of",
]

#: Redirects within a host that are followed.
REDIRECTS = 3
_PIECE = 65536
LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))


@dataclass(frozen=True, slots=True)
class Limits:
    """What one transfer may take: bytes unpacked, seconds to connect, a piece, all."""

    size: int = 8 << 20
    connect: float = 5.0
    read: float = 30.0
    total: float = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: headers in lower case, the body decompressed.

    A server may repeat a key, so the repr shows neither.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


Kind = Literal[
    "offline",
    "address",
    "unreachable",
    "timeout",
    "slow",
    "cut",
    "untrusted",
    "large",
    "elsewhere",
    "encoding",
]


class TransferError(UnavailableError):
    """A failed transfer; `kind` says how, `again` whether another try may do."""

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind: Kind = kind
        super().__init__(message)

    @property
    def again(self) -> bool:
        """Whether to try again: nobody answered, or the answer broke off."""
        return self.kind in {"unreachable", "timeout", "slow", "cut"}


@dataclass(slots=True)
class _Job:
    """What the thread and its caller share."""

    url: str
    params: Mapping[str, str]
    token: Secret | None
    limits: Limits
    accept: str
    hide: Secret | None
    deadline: float
    done: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False
    answer: Answer | None = None
    fault: tuple[Kind, str] | None = None


class _BadEnd(Exception):  # noqa: N818  # never leaves this module
    """How a transfer ended, inside the thread."""

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind, self.message = kind, message
        super().__init__(message)


def get(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    token: Secret | None = None,
    limits: Limits | None = None,
    accept: str = "*/*",
    hide: Secret | None = None,
) -> Answer:
    """Ask for an address.

    Parameters
    ----------
    url : str
        ``http`` or ``https``, without user or password.
    params : mapping, optional
        The query; encoded here.
    token : Secret, optional
        Sent as ``Authorization: Token ...``, to the host of `url` only.
    limits : Limits, optional
        Default 8 MiB, 5, 30 and 120 s.
    accept : str
        The media type that is wanted.
    hide : Secret, optional
        Taken out of what is said, as `token` is, but not sent: for servers that may know it from elsewhere.

    Raises
    ------
    TransferError
        No whole answer within the limits, a redirect to another host, or IMGEXT_OFFLINE is set.
    """
    limits = limits or Limits()
    if is_offline():
        raise TransferError("offline", "the network may not be used (IMGEXT_OFFLINE)")
    if not is_plain(url):
        raise TransferError("address", "not an address of a web server")
    job = _Job(url, dict(params or {}), token, limits, accept, hide or token, time.monotonic() + limits.total)
    threading.Thread(target=_work, args=(job,), name="imgext-get", daemon=True).start()
    try:
        in_time = job.done.wait(limits.total)
    finally:
        job.abandoned = True
    if not in_time:
        raise TransferError("slow", f"no whole answer within {limits.total:g} s")
    if job.answer is None:
        kind, message = job.fault or ("unreachable", "no answer")
        raise TransferError(kind, message)
    return job.answer


def is_offline(environment: Mapping[str, str] | None = None) -> bool:
    """Whether ``IMGEXT_OFFLINE`` forbids the network; blank: in this process.

    >>> [is_offline({"IMGEXT_OFFLINE": value}) for value in ("1", "yes", "0", "no", "")], is_offline({})
    ([True, True, False, False, False], False)
    """
    return switched_on("IMGEXT_OFFLINE", environment)


def is_plain(url: str) -> bool:
    """Whether this is an http or https address with a host and no password.

    >>> [is_plain(url) for url in ("https://freesound.org/a", "file:///etc/passwd")]
    [True, False]
    >>> [is_plain(url) for url in ("https://user@host/", "https://host:port/")]
    [False, False]
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return (
        url.isprintable()
        and " " not in url
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and "\\" not in url
    )


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address.

    >>> origin_of("HTTPS://Freesound.org/apiv2/")
    ('https', 'freesound.org', 443)
    """
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)


def _work(job: _Job) -> None:
    try:
        job.answer = _transfer(job)
    except Exception as error:  # noqa: BLE001  # whatever a library raises becomes one plain sentence
        kind, message = (error.kind, error.message) if isinstance(error, _BadEnd) else _plain(error)
        job.fault = (kind, job.hide.scrub(message) if job.hide else message)
    finally:
        job.done.set()


def _transfer(job: _Job) -> Answer:
    import requests

    url, params = job.url, job.params
    with requests.Session() as session:
        for _ in range(REDIRECTS + 1):
            with session.get(
                url,
                params=params,
                headers={"User-Agent": "imgext", "Accept": job.accept, "Accept-Encoding": "gzip"},
                auth=_authorisation(job.token),
                timeout=(job.limits.connect, job.limits.read),
                proxies={"http": "", "https": ""} if origin_of(url)[1] in LOOPBACK else None,
                stream=True,
                allow_redirects=False,
            ) as response:
                target = response.headers.get("Location")
                if response.status_code not in {301, 302, 303, 307, 308} or target is None:
                    headers = {name.lower(): value for name, value in response.headers.items()}
                    return Answer(response.status_code, headers, _body(response.raw, headers, job))
            url, params = _redirected(url, target), {}
            session.cookies.clear()
    raise _BadEnd("elsewhere", "redirected in circles")


def _authorisation(token: Secret | None) -> Any:
    """Return what puts the key into a request, so that ``~/.netrc`` is not read."""

    def authorise(request: Any) -> Any:
        if token is not None:
            request.headers["Authorization"] = f"Token {token.reveal()}"
        return request

    return authorise


def _redirected(url: str, target: str) -> str:
    new = urljoin(url, target)
    if not is_plain(new):
        raise _BadEnd("elsewhere", "redirected to something that is not an address of a web server")
    old_origin, new_origin = origin_of(url), origin_of(new)
    safer = (old_origin[0], old_origin[2], new_origin[0], new_origin[2]) == ("http", 80, "https", 443)
    if old_origin[1] != new_origin[1] or (old_origin != new_origin and not safer):
        raise _BadEnd(
            "elsewhere",
            f"redirected to another host, {new_origin[1][:80]}:{new_origin[2]}, which is not followed",
        )
    return new


def _body(raw: Any, headers: Mapping[str, str], job: _Job) -> bytes:
    """Read the body piece by piece, within the limits."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise _BadEnd(
            "encoding", f"the answer is compressed in a way that was not asked for ({encoding[:20]})"
        )
    stated = headers.get("content-length", "")
    length = (
        int(stated) if re.fullmatch(r"[0-9]{1,15}", stated) and "transfer-encoding" not in headers else None
    )
    if length is not None and length > job.limits.size:
        raise _too_large(job)
    unpack = Unpack() if encoding in {"gzip", "x-gzip"} else None
    read_some = getattr(
        raw, "read1", None
    )  # returns what is there; older versions of urllib3 only know how to wait for a whole piece
    body, received = bytearray(), 0
    while True:
        piece = read_some(_PIECE, decode_content=False) if read_some else raw.read(1024, decode_content=False)
        if job.abandoned or time.monotonic() > job.deadline:
            raise _BadEnd("slow", f"no whole answer within {job.limits.total:g} s")
        if not piece:
            break
        received += len(piece)
        body += piece if unpack is None else unpack.more(piece, job.limits.size - len(body) + 1)
        if received > job.limits.size or len(body) > job.limits.size:
            raise _too_large(job)
    if (length is not None and received != length) or (unpack is not None and not unpack.whole):
        raise _BadEnd("cut", "the answer broke off")
    return bytes(body)


def _too_large(job: _Job) -> _BadEnd:
    return _BadEnd("large", f"the answer is larger than {job.limits.size / (1 << 20):g} MiB")


def _plain(error: BaseException) -> tuple[Kind, str]:
    """Say a library's error in one sentence, none of its own text in it."""
    import http.client

    import requests
    from urllib3 import exceptions as urllib3

    chain = _chain(error)
    if any(isinstance(one, requests.exceptions.SSLError) for one in chain):
        return "untrusted", "its certificate is not trusted, or encryption failed"
    if any(
        isinstance(one, urllib3.IncompleteRead | http.client.IncompleteRead | zlib.error) for one in chain
    ):
        return "cut", "the answer broke off"
    refused = urllib3.NewConnectionError  # counts as a time-out in some versions
    if any(
        isinstance(one, TimeoutError | requests.exceptions.Timeout | urllib3.TimeoutError)
        and not isinstance(one, refused)
        for one in chain
    ):
        return "timeout", "no answer in time"
    if any(
        isinstance(one, requests.exceptions.InvalidURL | urllib3.LocationParseError | UnicodeError)
        for one in chain
    ):
        return "address", "not an address of a web server"
    said = next(
        (one.strerror for one in chain if isinstance(one, OSError) and isinstance(one.strerror, str)), ""
    )
    return "unreachable", f"no connection: {said}" if said else "the connection broke off"


def _chain(error: BaseException) -> list[BaseException]:
    """An error and the errors that it wraps, however it does that."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop(0)
        if isinstance(one, BaseException) and not any(one is other for other in found):
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found
