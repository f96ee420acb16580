"""Exchange once with an OpenAI-compatible server, bounded in time and size.

What came is data, because the client's exceptions carry keys.

Seconds and bytes. Redirects are not followed and compressed replies not unpacked. The exchange runs in a
thread of its own, since a socket's timeouts begin anew with every byte that drips in.

Source: RFC 9110, 10.2.3 (Retry-After).
"""

from __future__ import annotations

import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from imgext.remote.http import LOOPBACK, TransferError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from openai import OpenAI

    from imgext.remote.secret import Secret

#: Bytes of one reply.
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Heard:
    """What came: status, body, its type, pause asked for in s, worth repeating.

    Status 0: nothing came, and `body` says why.
    """

    status: int
    body: bytes
    kind: str = ""
    pause: float | None = None
    again: bool = True


LATE = Heard(0, b"did not answer in time")


def exchange(call: Callable[[OpenAI], Any], key: Secret, base_url: str, seconds: float) -> Heard:
    """Send and receive within `seconds`.

    Parameters
    ----------
    call : callable
        Given a client, makes one request by a ``with_raw_response`` method and gives what that gives.
    key, base_url
        Whose server it is. The reply may repeat the key: whoever shows it takes it out.
    """
    if seconds <= 0:
        return LATE
    client: OpenAI | None = None
    outcome: list[Heard] = []
    with suppress(
        Exception
    ):  # whatever proxies and certificates the environment names; the error would show their passwords
        client = _client(key, base_url, seconds)
    if client is None:
        return Heard(
            0,
            b"cannot be reached: the proxies or certificates that the environment names are not usable",
            again=False,
        )
    thread = threading.Thread(
        target=lambda: outcome.append(_sent(client, call)), name="imgext-ask", daemon=True
    )
    try:
        thread.start()
        thread.join(seconds)
    finally:
        client.close()  # a thread that still reads finds its socket closed
    return outcome[0] if outcome else LATE


def _client(key: Secret, base_url: str, seconds: float) -> OpenAI:
    """Make a client for one exchange that reads a reply whole, up to a bound."""
    import openai

    class Bounded(openai.DefaultHttpxClient):
        def send(self, request: Any, **options: Any) -> Any:
            body = bytearray()
            with closing(super().send(request, **(options | {"stream": True}))) as response:
                if response.headers.get("content-encoding", "identity") != "identity":
                    raise TransferError("encoding", "sent a compressed reply, which it was asked not to")
                for piece in response.iter_raw():
                    body += piece
                    if len(body) > MAX_BYTES:
                        raise TransferError("large", f"sent a reply of more than {MAX_BYTES} bytes")
            return type(response)(
                response.status_code, headers=response.headers, content=bytes(body), request=request
            )

    local = (
        urlsplit(base_url).hostname in LOOPBACK
    )  # no proxies then, and no certificates without encryption: reading them takes its time
    http = Bounded(
        follow_redirects=False,
        timeout=seconds,
        trust_env=not local,
        verify=not local or base_url.startswith("https:"),
    )
    settings: dict[str, Any] = {"base_url": base_url, "timeout": seconds, "max_retries": 0}
    return openai.OpenAI(
        api_key=key.reveal() or "none",
        http_client=http,
        default_headers={"Accept-Encoding": "identity"},
        **settings,
    )


def _sent(client: OpenAI, call: Callable[[OpenAI], Any]) -> Heard:
    """Exchange once; no exception leaves, since theirs carry replies and keys."""
    import openai

    try:
        response: Any = call(client).http_response
    except openai.APIStatusError as error:
        response = error.response
    except openai.APITimeoutError:
        return LATE
    except Exception as error:  # noqa: BLE001  # whatever it is, it ends as one line
        cause = error.__cause__ or error
        if isinstance(cause, TransferError):
            return Heard(0, str(cause).encode(), again=cause.again)
        return Heard(0, f"cannot be reached: {str(cause) or type(cause).__name__}".encode())
    body = bytes(response.content)
    exhausted = response.status_code == 429 and b"insufficient_quota" in body
    return Heard(
        response.status_code,
        body,
        str(response.headers.get("content-type", "")),
        _pause(response.headers),
        again=not exhausted,
    )


def _pause(headers: Mapping[str, str]) -> float | None:
    with suppress(ValueError):
        pause = float(headers.get("retry-after", ""))
        return pause if 0 <= pause < 1e6 else None  # not for NaN either
    return None
