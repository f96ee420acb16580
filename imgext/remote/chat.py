"""Ask a language model one question and get checked data back.

Any server that speaks OpenAI's chat completions will do.

A question names a flat pydantic model; what comes back is an instance of it or an error, never a guess. A
server that refuses a form of question (400, 422), sends nothing in it, or cannot keep it up is asked in the
next one of the ladder (`imgext.remote.forms`); what worked is remembered. The schema stands in the prompt
too, since not every server shows it to the model. Once a question, a reply that does not fit goes back with
what is wrong with it.

Bounds: `timeout` seconds for an exchange from first byte to last, `TOTAL` (or twice a longer `timeout`) for a
question with all repetitions, `imgext.remote.exchange.MAX_BYTES` for a reply. Neither temperature nor seed is
sent: some servers refuse them, and answers are written down, not asked for again. The key is in no message,
chained exception or value: what a server sends is searched for it.

Source: OpenAI API reference, "Create chat completion", "List models".
"""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit

from imgext.errors import (
    CredentialError,
    ImgextError,
    QuestionError,
    ThrottledError,
    UnavailableError,
    UsageError,
)
from imgext.remote.exchange import LATE, Heard, exchange
from imgext.remote.forms import FORMS, content_of, remember_form, request_of, working_form
from imgext.remote.http import Secret, is_offline, is_plain
from imgext.remote.replies import (
    BadReply,
    complaint_in,
    json_of,
    one_line,
    strict_schema,
    told_apart,
    value_in,
)
from imgext.store.environment import variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openai import OpenAI
    from pydantic import BaseModel

__all__ = ["DEFAULT_MODEL", "Answer", "BadReply", "Chat"]

T = TypeVar("T", bound="BaseModel")

#: Reads pictures, keeps to schemas, and is among the cheapest of those that have no date of shutdown.
DEFAULT_MODEL = "gpt-5.4-mini"
DEFAULT_URL = "https://api.openai.com/v1"
#: Seconds that one exchange may take, and one question with repetitions and pauses, where nothing else is
#: said.
TIMEOUT, TOTAL = 60.0, 120.0
#: Seconds before the first repetition, doubled before each further one; a server that asks for more than the
#: longest is left alone.
PAUSE, LONGEST_PAUSE = 0.5, 20.0
#: Fields of a message for thoughts: of Ollama and OpenRouter, of vLLM and DeepSeek, of others.
THOUGHTS = ("reasoning", "reasoning_content", "thinking")
ONLY_THOUGHT = (
    "thought, and gave no answer; switch its thinking off (its server may have a setting for that, such as a "
    "reasoning effort of none), or ask a model that does not think"
)
#: Names of models that are read from a server's list.
MOST_MODELS = 1000


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A checked reply, its model as the server names it, its form of `FORMS`."""

    value: T
    model: str
    form: str


class Chat:
    """A language model behind an OpenAI-compatible address; threads may share it.

    Parameters
    ----------
    model, key : str
        Its name at the server; the key, blank for a local server that wants none.
    base_url : str or None
        Up to and including ``/v1``; None is OpenAI.
    timeout, retries : float, int
        Seconds for one exchange as a whole; how often one that failed for a passing reason is repeated.

    UsageError where `base_url` is no plain web address, CredentialError where `key` has characters that no
    key has.
    """

    def __init__(
        self, *, model: str, key: str, base_url: str | None = None, timeout: float = TIMEOUT, retries: int = 2
    ) -> None:
        self.model, self.base_url, self._key = model, (base_url or DEFAULT_URL).rstrip("/"), Secret(key)
        if not is_plain(self.base_url) or set("?#") & set(self.base_url) or not self.base_url.isascii():
            raise UsageError(
                "OPENAI_BASE_URL: expected a web address such as http://localhost:11434/v1, "
                "without password or query"
            )
        if not all("!" <= character <= "~" and character not in '"\\' for character in key):
            raise CredentialError(
                "OPENAI_API_KEY: a key has no spaces, quotes, line breaks or accented letters in it"
            )
        self.host, self._timeout, self._retries = urlsplit(self.base_url).netloc, timeout, retries
        self._total = TOTAL if timeout <= TIMEOUT else 2 * timeout

    @property
    def patience(self) -> float:
        """Seconds that one exchange may take."""
        return self._timeout

    def __repr__(self) -> str:
        return f"Chat(model={self.model!r}, host={self.host!r})"

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] | None = None, *, model: str | None = None
    ) -> Chat | None:
        """Open the model that the environment names; None without key and address.

        Read are OPENAI_API_KEY, OPENAI_BASE_URL, IMGEXT_MODEL and IMGEXT_MODEL_TIMEOUT.

        >>> Chat.from_environment({"OPENAI_BASE_URL": "http://localhost:11434/v1", "IMGEXT_MODEL": "gemma3"})
        Chat(model='gemma3', host='localhost:11434')
        """
        key, url = variable("OPENAI_API_KEY", environment), variable("OPENAI_BASE_URL", environment)
        if not key and not url:
            return None
        named = model or variable("IMGEXT_MODEL", environment) or DEFAULT_MODEL
        return cls(
            model=named,
            key=key,
            base_url=url or None,
            timeout=_seconds(variable("IMGEXT_MODEL_TIMEOUT", environment)),
        )

    def varied(self, *, model: str | None = None, seconds: float | None = None) -> Chat:
        """Return the same with another model, or with `seconds` a question, asked once."""
        other = copy.copy(self)
        other.model = model or self.model
        if seconds is not None:
            other._timeout = min(seconds, self._timeout)  # noqa: SLF001  # its own class
            other._total, other._retries = seconds, 0  # noqa: SLF001
        return other

    def ask(
        self,
        system: str,
        user: str,
        reply: type[T],
        *,
        images: Sequence[tuple[str, bytes]] = (),
        detail: str | None = None,
        fresh: bool = False,
    ) -> Answer[T]:
        """Ask once and get an instance of `reply`.

        Parameters
        ----------
        system, user : str
            The instructions, to which the schema is appended; the question.
        reply : type of pydantic model
            Flat: scalars, lists of scalars, lists of objects of scalars. It is read strictly, so "3" is no
            number.
        images : sequence of (str, bytes)
            Media type of `imgext.remote.forms.IMAGE_TYPES` and the file's bytes; they travel inside the
            request.
        detail : {"low", "high", "auto"}, optional
            How closely the images are to be looked at; servers that do not know it pass it over.
        fresh : bool
            Begin with the first form again, whatever worked before.

        Raises
        ------
        UnavailableError, ThrottledError, CredentialError, BadReply
            Not reached, failed, or refused in every form (QuestionError); asked too often; the key is not
            taken; what came cannot be used.
        """
        self._may_ask()
        schema = strict_schema(reply)
        wanted = "Answer with one JSON object and nothing else. Its JSON schema:"
        instructions = f"{system}\n\n{wanted}\n{json.dumps(schema)}"
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": instructions},
            {"role": "user", "content": content_of(user, images, detail)},
        ]
        place, deadline = (self.base_url, self.model), time.monotonic() + self._total
        fault, repaired = self._error(BadReply, "gave no usable reply"), False
        for form in FORMS[0 if fresh else FORMS.index(working_form(place)) :]:
            talk = messages
            while True:
                request = request_of(self.model, talk, form, reply.__name__, schema)
                heard = self._patiently(_completion(request), deadline)
                if heard.status in {400, 422}:
                    fault = self._failure(heard)
                    break
                text, model = self._text(heard)
                value, wrong = value_in(text, reply, self._without_key)
                if value is not None:
                    remember_form(place, form)
                    return Answer(value, model, form)
                if not told_apart(text)[0].strip() and text:
                    raise self._error(BadReply, ONLY_THOUGHT)
                fault = self._error(BadReply, f"answered with something else than was asked for: {wrong}")
                if repaired or not text:
                    break
                repaired = True
                complaint = f"That cannot be used: {wrong}. Answer again, with the JSON object alone."
                talk = [
                    *messages,
                    {"role": "assistant", "content": text},
                    {"role": "user", "content": complaint},
                ]
        remember_form(place, FORMS[0])  # what worked once does not any more: the next question begins anew
        raise fault

    def models(self) -> list[str]:
        """List the models that the server offers; raises as `ask` does."""
        self._may_ask()
        heard = self._patiently(_models, time.monotonic() + self._total)
        data = json_of(heard.body)
        listed = data.get("data") if isinstance(data, dict) else None
        if not 200 <= heard.status < 300:
            raise self._failure(heard)
        if not isinstance(listed, list):
            sent = self._line(heard.kind, 60) or "something else"
            raise self._error(
                BadReply, f"sent no list of models but {sent}; does OPENAI_BASE_URL end in /v1?"
            )
        names = [
            one["id"]
            for one in listed[:MOST_MODELS]
            if isinstance(one, dict) and isinstance(one.get("id"), str)
        ]
        return [name for one in names if (name := self._line(one, 200))]

    def _may_ask(self) -> None:
        if is_offline():
            raise self._error(UnavailableError, "is not asked: the network may not be used (IMGEXT_OFFLINE)")

    def _patiently(self, call: Callable[[OpenAI], Any], deadline: float) -> Heard:
        """Exchange, again where that can help; raise for all but success, 400 and 422."""
        heard = LATE
        for attempt in range(self._retries + 1):
            heard = exchange(call, self._key, self.base_url, min(self._timeout, deadline - time.monotonic()))
            heard = replace(heard, body=self._without_key(heard.body.decode(errors="replace")).encode())
            if heard.status in {400, 422} or 200 <= heard.status < 300:
                return heard
            passing = heard.status in {0, 408, 409, 429} or heard.status >= 500
            pause = PAUSE * 2**attempt if heard.pause is None else heard.pause
            wanted = passing and heard.again and attempt < self._retries
            if not wanted or pause > min(LONGEST_PAUSE, deadline - time.monotonic()):
                break
            time.sleep(pause)
        raise self._failure(heard)

    def _failure(self, heard: Heard) -> ImgextError:
        status, said = heard.status, self._line(complaint_in(heard.body, heard.kind), 200)
        said = f": {said}" if said else ""
        if status == 0:
            more = f" (IMGEXT_MODEL_TIMEOUT: {self._timeout:g} s)" if heard.body == LATE.body else ""
            return self._error(UnavailableError, heard.body.decode(errors="replace") + more)
        if status in {401, 403}:  # what it says is not repeated: it tends to be about the key
            asked = (
                "does not take the key in OPENAI_API_KEY"
                if self._key.reveal()
                else "wants a key, and OPENAI_API_KEY is not set"
            )
            return self._error(CredentialError, f"{asked} ({status})")
        if status == 429:
            asked = f", asks for {heard.pause:.0f} s of patience" if heard.pause else ""
            return self._error(ThrottledError, f"has been asked too often{asked} (429){said}")
        if 300 <= status < 400:
            return self._error(
                UnavailableError,
                f"sends the question elsewhere ({status}), which is not followed; see OPENAI_BASE_URL",
            )
        if status == 404:
            return self._error(
                QuestionError,
                f"was not found (404){said}; --model or IMGEXT_MODEL names it, "
                "OPENAI_BASE_URL, up to /v1, its server",
            )
        if status >= 500:
            return self._error(UnavailableError, f"failed ({status}){said}")
        return self._error(QuestionError, f"refuses the question ({status}){said}")

    def _text(self, heard: Heard) -> tuple[str, str]:
        """Return what the model wrote and its name; raise where asking again is no use."""
        data = json_of(heard.body)
        if not isinstance(data, dict):
            sent = self._line(heard.kind, 60) or "something else"
            raise self._error(
                BadReply, f"sent no chat completion but {sent}; does OPENAI_BASE_URL end in /v1?"
            )
        choices = data.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        message = first.get("message") if isinstance(first, dict) else None
        if not isinstance(first, dict) or not isinstance(message, dict):
            said = self._line(complaint_in(heard.body, heard.kind), 200)
            raise self._error(BadReply, f"sent a reply with nothing in it{f': {said}' if said else ''}")
        stops = {
            "length": "was cut off before the end of its reply",
            "content_filter": "had its reply held back by a content filter",
        }
        refusal, stop = message.get("refusal"), stops.get(str(first.get("finish_reason")))
        if refusal or stop:
            raise self._error(
                BadReply, f"declines to answer: {self._line(str(refusal), 160)}" if refusal else str(stop)
            )
        content, name = message.get("content"), data.get("model")
        if isinstance(content, list):  # parts, as in questions
            content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        text = content if isinstance(content, str) else ""
        if not text.strip():  # what it wrote may stand where a server puts thoughts
            thoughts = (message.get(key) for key in THOUGHTS)
            thought = next((each for each in thoughts if isinstance(each, str) and each.strip()), "")
            text = f"<think>{thought}" if thought else ""
        return text, self._line(name if isinstance(name, str) else self.model, 80)

    def _error(self, kind: type[ImgextError], rest: str) -> ImgextError:
        return kind(self._line(f"the language model {one_line(self.model, 60)!r} at {self.host} {rest}", 500))

    def _without_key(self, text: str) -> str:
        # a shorter one is a placeholder for a local server ("none", "ollama") and may be part of words
        return self._key.scrub(text) if len(self._key.reveal()) >= 8 else text

    def _line(self, text: str, limit: int) -> str:
        return one_line(self._without_key(text), limit)


def _completion(request: dict[str, Any]) -> Callable[[OpenAI], Any]:
    return lambda client: client.chat.completions.with_raw_response.create(**request)


def _models(client: OpenAI) -> Any:
    return client.models.with_raw_response.list()


def _seconds(text: str) -> float:
    """Read the seconds of patience as the user writes them; blank is `TIMEOUT`."""
    try:
        seconds = float(text) if text else TIMEOUT
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= 3600:
        raise UsageError(
            f"IMGEXT_MODEL_TIMEOUT: {one_line(text, 40)!r} is not a number of seconds; "
            "allowed: more than 0, at most 3600"
        )
    return seconds
