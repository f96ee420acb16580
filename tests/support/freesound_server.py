"""A server on this machine that plays Freesound: its search, its records, its previews, and its faults when
they are switched on.

It answers as Freesound's own source does (API v2: ``apiv2/views.py``, ``apiv2/serializers.py``,
``utils/search``): all words of a query must match; filters are ``name:value`` with ranges, quotes and OR; the
index holds ratings from 0 to 10, and 0 below three votes, while answers show 0 to 5; pages past the end are
404; an unknown sort is the default one; only the fields that are asked for are sent.

::

    with FreesoundServer() as server:                        # a few generated recordings
        server.fault("500", times=2)                         # the next two requests of the API
        client = Freesound(server.key, url=server.url)
        server.searches, server.previews, server.requests    # what was asked: path, params, headers
    FreesoundServer(folder=shared / "sounds")                # the recordings of an index.csv

Faults of the API: 500 overload minute day 400 401 403 html null_results not_json null_result wrong_types
duplicates slow cut redirect deleted. Faults of previews: preview_404 preview_500 preview_empty preview_cut
preview_short preview_html preview_noise preview_redirect preview_slow. `echo = True` lets every refusal, and
what is sent with status 200, repeat the key that was received.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import math
import re
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import numpy as np
import soundfile

if TYPE_CHECKING:
    from pathlib import Path

KEY = "SENTINEL-c0ffee5ec2e7"
DEEDS = {
    "Creative Commons 0": "http://creativecommons.org/publicdomain/zero/1.0/",
    "Attribution": "https://creativecommons.org/licenses/by/4.0/",
    "Attribution NonCommercial": "http://creativecommons.org/licenses/by-nc/3.0/",
    "Sampling+": "http://creativecommons.org/licenses/sampling+/1.0/",
}
_REFUSALS = frozenset(("500", "overload", "minute", "day", "400", "401", "403"))
_ODDITIES = frozenset(
    (
        "html",
        "null_results",
        "not_json",
        "null_result",
        "wrong_types",
        "duplicates",
        "slow",
        "cut",
        "redirect",
        "deleted",
    )
)
API_FAULTS = _REFUSALS | _ODDITIES
PREVIEW_FAULTS = frozenset(
    f"preview_{name}" for name in ("404", "500", "empty", "cut", "short", "html", "noise", "redirect", "slow")
)
_TOP = {"fx": "Sound effects", "ss": "Soundscapes", "m": "Music", "is": "Instrument samples", "sp": "Speech"}
_SUB = {
    "a": "Animals",
    "h": "Human",
    "v": "Vehicles",
    "n": "Natural elements",
    "o": "Objects / House appliances",
    "u": "Urban",
    "m": "Machines",
}
#: Codes of the taxonomy for the kinds of the recordings; objects where nothing is said.
_KINDS = {
    "fx-a": "cat chirping_birds cow crickets crow dog frog hen insects pig rooster sheep",
    "fx-h": "breathing clapping coughing crying_baby drinking-sipping footsteps laughing sneezing "
    "snoring brushing_teeth",
    "fx-v": "airplane car_horn engine helicopter siren train",
    "fx-n": "crackling_fire pouring_water thunderstorm water_drops",
    "fx-m": "chainsaw vacuum_cleaner washing_machine",
    "ss-n": "rain sea_waves wind",
}


@dataclass
class Recording:
    """A sound as the server has it; `rating` from 0 to 5 as it is shown, whatever the number of votes."""

    id: int
    name: str
    tags: list[str]
    licence: str = "Attribution"
    description: str = ""
    user: str = "somebody"
    duration: float = 1.0
    votes: int = 0
    rating: float = 0.0
    downloads: int = 0
    category: str = "fx-o"
    explicit: bool = False
    remix: bool = False
    reverberant: bool | None = None
    loopable: bool | None = None
    single_event: bool | None = None
    path: Path | None = None
    #: Replaces fields of the record, to send something wrong.
    changed: dict[str, Any] = field(default_factory=dict)

    @property
    def indexed_rating(self) -> float:
        return 2 * self.rating if self.votes >= 3 else 0.0

    def ogg(self) -> bytes:
        return self.path.read_bytes() if self.path else encoded(self.id, self.duration)

    def record(self, server: str) -> dict[str, Any]:
        stem = f"{server}/previews/{self.id // 1000}/{self.id}_7"
        top, _, sub = self.category.partition("-")
        return {
            "id": self.id,
            "url": f"https://freesound.org/people/{self.user}/sounds/{self.id}/",
            "name": self.name,
            "tags": self.tags,
            "description": self.description,
            "category": _TOP.get(top),
            "subcategory": _SUB.get(sub),
            "category_code": self.category,
            "license": DEEDS.get(self.licence, self.licence),
            "username": self.user,
            "duration": self.duration,
            "type": "wav",
            "channels": 1,
            "samplerate": 44100.0,
            "md5": hashlib.md5(str(self.id).encode()).hexdigest(),
            "previews": {
                f"preview-{kind}": f"{stem}-{kind[:2]}.{kind[3:]}"
                for kind in ("hq-mp3", "lq-mp3", "hq-ogg", "lq-ogg")
            },
            "num_downloads": self.downloads,
            "avg_rating": self.rating,
            "num_ratings": self.votes,
            "is_explicit": self.explicit,
            "is_remix": self.remix,
            "reverbness": self.reverberant,
            "loopable": self.loopable,
            "single_event": self.single_event,
        } | self.changed


@lru_cache(maxsize=256)
def encoded(seed: int, duration: float, rate: int = 16000) -> bytes:
    """Noise that dies away, as Ogg Vorbis."""
    count = max(round(duration * rate), 1)
    noise = np.random.Generator(np.random.PCG64(seed)).uniform(-0.5, 0.5, count) * np.linspace(1, 0.2, count)
    stream = io.BytesIO()
    soundfile.write(stream, noise, rate, format="OGG", subtype="VORBIS")
    return stream.getvalue()


def few() -> list[Recording]:
    """Generated recordings: enough for a scene with animals in the rain."""
    by, cc0, nc = "Attribution", "Creative Commons 0", "Attribution NonCommercial"
    return [
        Recording(
            1001,
            "Dog bark 01.wav",
            ["dog", "bark"],
            by,
            "A dog.",
            "anna",
            0.6,
            17,
            4.6,
            1200,
            "fx-a",
            single_event=True,
        ),
        Recording(
            1002,
            "dog.flac",
            ["animal"],
            cc0,
            "My dog barks.",
            "bert",
            0.8,
            5,
            3.7,
            4000,
            "fx-a",
            reverberant=True,
        ),
        Recording(1003, "barking", ["dog", "street"], by, "Far away.", "carl", 2.0, 2, 5.0, 20, "fx-a"),
        Recording(1004, "Big dog growl", ["growl", "dog"], nc, "", "dora", 1.2, 30, 4.9, 9000, "fx-a"),
        Recording(1005, "dog days", ["song"], "Sampling+", "", "emil", 1.5, 9, 4.0, 10, "m-sp"),
        Recording(1006, "dog swears", ["dog"], cc0, "", "emil", 1.5, 9, 5.0, 10, "sp-s", explicit=True),
        Recording(1007, "yard", ["yard"], by, "A dog and a cat.", "fred", 1.1, 4, 2.6, 7, "ss-u", remix=True),
        Recording(1011, "Tiger roar.wav", ["tiger", "roar"], by, "", "gita", 1.4, 8, 4.2, 90, "fx-a"),
        Recording(1012, "cat meow.aiff", ["cat", "meow"], cc0, "", "hugo", 0.7, 0, 0.0, 3, "fx-a"),
        Recording(
            1021,
            "rain.wav",
            ["rain", "weather"],
            cc0,
            "Steady rain.",
            "ida",
            12.0,
            11,
            4.4,
            800,
            "ss-n",
            loopable=True,
        ),
        Recording(1022, "Rain on a roof", ["rain", "roof"], by, "", "jan", 7.0, 3, 3.1, 80, "ss-n"),
        Recording(1023, "rain drop", ["rain"], by, "", "jan", 0.4, 3, 4.1, 80, "fx-n", single_event=True),
    ]


def of_folder(folder: Path) -> list[Recording]:
    """The recordings of a folder's index.csv; votes, ratings and downloads are made of the number."""
    category = {kind: code for code, kinds in _KINDS.items() for kind in kinds.split()}
    names = {"cc0": "Creative Commons 0", "by": "Attribution", "by-nc": "Attribution NonCommercial"}
    found = []
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            number = int(row["freesound_id"])
            draw = hashlib.sha256(str(number).encode()).digest()
            words = [*row["label"].split(), *(part.strip().lower() for part in row["audioset"].split(","))]
            found.append(
                Recording(
                    number,
                    row["title"],
                    list(dict.fromkeys(re.sub(r"[^\w]+", "-", word).strip("-") for word in words)),
                    names[row["licence"].lower()],
                    f"{row['label']}; {row['audioset']}",
                    row["author"],
                    float(row["duration"]),
                    votes=draw[0] % 20,
                    rating=1 + 4 * draw[1] / 255,
                    downloads=draw[2] * draw[3],
                    category=category.get(row["file"].split("/")[0], "fx-o"),
                    path=folder / row["file"],
                )
            )
    return found


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    params: dict[str, str]
    headers: dict[str, str]


class FreesoundServer:
    """See the module; `url`, `key`, `requests`, `fault`, `delete`, `close`."""

    def __init__(
        self, recordings: list[Recording] | None = None, *, folder: Path | None = None, key: str = KEY
    ) -> None:
        chosen = recordings if recordings is not None else of_folder(folder) if folder else few()
        self.recordings = {one.id: one for one in chosen}
        self.key = key
        self.echo = False
        #: Seconds before a preview is sent, and between two bytes of a slow answer.
        self.delay, self.pause = 0.0, 0.05
        self.elsewhere = "http://localhost.example/"
        self.requests: list[Asked] = []
        self.closing = False
        self._faults: dict[str, float] = {}
        self._mutex = threading.Lock()
        self._server = _Quiet(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Answer no more."""
        if not self.closing:
            self.closing = True
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def fault(self, name: str, times: float = 1) -> None:
        """Let the next requests that it concerns go wrong; ``times=math.inf`` for all, 0 to end it."""
        assert name in API_FAULTS | PREVIEW_FAULTS, f"no fault {name}"
        with self._mutex:
            self._faults[name] = times

    def delete(self, number: int) -> None:
        """Remove a sound: its record and its previews are 404 from now on."""
        del self.recordings[number]

    @property
    def searches(self) -> list[Asked]:
        return [asked for asked in self.requests if asked.path == "/apiv2/search/"]

    @property
    def previews(self) -> list[Asked]:
        return [asked for asked in self.requests if asked.path.startswith("/previews/")]

    def note(self, asked: Asked) -> None:
        with self._mutex:
            self.requests.append(asked)

    def due(self, name: str) -> bool:
        """Whether a fault is to happen now; it then happens once less."""
        with self._mutex:
            left = self._faults.get(name, 0)
            self._faults[name] = max(left - 1, 0)
        return left > 0

    # What the service knows

    def page(self, params: dict[str, str]) -> tuple[int, Any]:
        """Status and answer of a search."""
        if not params.get("query") and not params.get("filter"):
            return 400, {"detail": "At least one of query or filter is needed."}
        try:
            tests = [_filter(name, value) for name, value in _filters(params.get("filter", ""))]
        except ValueError as error:
            return 400, {
                "detail": f"Search server error: {error} "
                "(please check that your filter syntax and field names are correct)"
            }
        words = [_stem(word) for word in re.findall(r"[\w']+", params.get("query", "").lower())]
        matches = []
        for one in self.recordings.values():
            fields = [one.name, " ".join(one.tags), one.description, one.user]
            have = [{_stem(word) for word in re.findall(r"[^\W_]+", text.lower())} for text in fields]
            if all(any(word in text for text in have) for word in words) and all(test(one) for test in tests):
                score = sum(
                    weight
                    for word in words
                    for weight, text in zip((4, 3, 1, 1), have, strict=True)
                    if word in text
                )
                matches.append((score, one))
        order = {
            "rating_desc": lambda pair: (-pair[1].indexed_rating, -pair[1].votes, pair[1].id),
            "downloads_desc": lambda pair: (-pair[1].downloads, pair[1].id),
            "duration_desc": lambda pair: (-pair[1].duration, pair[1].id),
        }.get(params.get("sort", "score"), lambda pair: (-pair[0], pair[1].id))
        found = [one for _, one in sorted(matches, key=order)]
        size = min(int(params.get("page_size", 15)), 150)
        page = int(params["page"]) if params.get("page", "").isdigit() else 1
        if page > 1 and self.due("duplicates"):
            return 200, {
                "count": len(found),
                "previous": None,
                "next": None,
                "results": self._records(found[:size], params),
            }
        if page < 1 or (page > 1 and (page - 1) * size >= len(found)):
            return 404, {"detail": "Not found."}
        more = page * size < len(found)
        following = f"{self.url}/apiv2/search/?&{urlencode({**params, 'page': page + 1})}" if more else None
        return 200, {
            "count": len(found),
            "previous": None,
            "next": following,
            "results": self._records(found[(page - 1) * size :][:size], params),
        }

    def _records(self, found: list[Recording], params: dict[str, str]) -> list[Any]:
        records = [self.shown(one, params) for one in found]
        if self.due("null_result"):
            records.insert(len(records) // 2, None)
        if self.due("wrong_types"):
            wrong = ("id", "name", "license", "username", "duration", "previews")
            records = (
                [
                    {**records[0], name: value}
                    for name in wrong
                    for value in (None, [], {"a": 1}, True, "", -1)
                ]
                + ["x", 7, []]
                + records
            )
        return records

    def shown(self, one: Recording, params: dict[str, str]) -> dict[str, Any]:
        fields = params.get("fields", "id,name,tags,username,license").split(",")
        return {name: value for name, value in one.record(self.url).items() if name in fields}


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word


def _filters(text: str) -> list[tuple[str, str]]:
    pairs, rest = [], text.strip()
    while rest:
        match = re.match(
            r'([a-z_]+):(\[[^\]]*\]|\((?:"(?:[^"\\]|\\.)*"|[^")])*\)|"(?:[^"\\]|\\.)*"|[^\s"(\[+]+)(?:\s+|$)',
            rest,
        )
        if match is None:
            raise ValueError(f"cannot parse {rest[:40]}")
        pairs.append((match[1], match[2]))
        rest = rest[match.end() :]
    return pairs


def _filter(name: str, value: str):
    numbers = {
        "duration": "duration",
        "avg_rating": "indexed_rating",
        "num_ratings": "votes",
        "num_downloads": "downloads",
        "id": "id",
    }
    if name in numbers:
        match = re.fullmatch(r"\[([0-9.]+|\*) TO ([0-9.]+|\*)\]", value)
        low, high = (match[1], match[2]) if match else (value, value)
        least, most = (float(low) if low != "*" else -math.inf), (float(high) if high != "*" else math.inf)
        return lambda one: least <= getattr(one, numbers[name]) <= most
    texts = {
        "license": lambda one: one.licence,
        "category": lambda one: _TOP.get(one.category.split("-")[0], ""),
        "is_explicit": lambda one: str(one.explicit).lower(),
        "is_remix": lambda one: str(one.remix).lower(),
        "reverbness": lambda one: str(one.reverberant).lower(),
        "single_event": lambda one: str(one.single_event).lower(),
        "loopable": lambda one: str(one.loopable).lower(),
        "username": lambda one: one.user,
    }
    if name not in texts:
        raise ValueError(f"undefined field {name}")
    inner = value[1:-1].split(" OR ") if value.startswith("(") else [value]
    allowed = {re.sub(r"\\(.)", r"\1", part.strip().removeprefix('"').removesuffix('"')) for part in inner}
    return lambda one: texts[name](one) in allowed


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is part of the play."""


def _handler(server: FreesoundServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            path, params = unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True))
            server.note(Asked(path, params, {name.lower(): value for name, value in self.headers.items()}))
            if path.startswith("/apiv2/"):
                self.api(path, params)
            elif match := re.fullmatch(r"/previews/[0-9]+/([0-9]+)_7-hq\.ogg", path):
                self.preview(int(match[1]))
            else:
                self.send(404, b"<html>Not found</html>", "text/html")

        def api(self, path: str, params: dict[str, str]) -> None:
            sent = self.headers.get("Authorization", "")
            late = "Request was throttled because of exceeding a request limit rate"
            refusals = {
                "500": (500, "Server error"),
                "overload": (500, "Search is overloaded, please try again later."),
                "minute": (429, f"{late} (60/minute)"),
                "day": (429, f"{late} (2000/day)"),
                "400": (400, "Search server error: bad \x1b[31mfilter\nsyntax " + "x" * 3000),
                "401": (401, "Invalid token"),
                "403": (403, "Suspended token or token pending for approval"),
            }
            for name, (status, detail) in refusals.items():
                if server.due(name):
                    return self.say(status, {"detail": detail})
            if sent != f"Token {server.key}":
                return self.say(
                    401,
                    {"detail": "Invalid token" if sent else "Authentication credentials were not provided."},
                )
            if server.due("redirect"):
                return self.send(302, b"", headers={"Location": server.elsewhere})
            if server.due("html"):
                return self.send(200, b"<!doctype html><title>Welcome to the hotel</title>", "text/html")
            if server.due("not_json"):
                return self.send(200, b'{"count": 1, "results": [', "application/json")
            if match := re.fullmatch(r"/apiv2/sounds/([0-9]+)/", path):
                one = server.recordings.get(int(match[1]))
                if one is None or server.due("deleted"):
                    return self.say(404, {"detail": "Not found."})
                return self.say(200, server.shown(one, params))
            if path != "/apiv2/search/":
                return self.send(404, b"<html>Not found</html>", "text/html")
            if server.due("null_results"):
                return self.say(200, {"count": 0, "next": None, "previous": None, "results": None})
            return self.say(*server.page(params))

        def say(self, status: int, answer: Any) -> None:
            if server.echo:
                sent = self.headers.get("Authorization", "")
                if status != 200:
                    answer = {"detail": f"{sent} is what you sent; {answer['detail']}"}
                elif answer.get("results"):
                    answer = {**answer, "next": answer["next"] and f"{answer['next']}&token={sent[6:]}"}
                    for record in answer["results"]:
                        if isinstance(record, dict):
                            record["description"] = f"{record.get('description')} {sent}"
                elif "id" in answer:
                    answer = {**answer, "description": sent, "name": f"{answer['name']} {sent}"}
            body = json.dumps(answer).encode()
            if server.due("slow"):
                return self.drip(body, "application/json")
            if server.due("cut"):
                return self.send(status, body[: len(body) // 2], "application/json", stated=len(body))
            if "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 200:
                return self.send(
                    status, gzip.compress(body), "application/json", headers={"Content-Encoding": "gzip"}
                )
            return self.send(status, body, "application/json")

        def preview(self, number: int) -> None:
            time.sleep(server.delay)
            one = server.recordings.get(number)
            if one is None or server.due("preview_404"):
                return self.send(404, b"<html>Not found</html>", "text/html")
            data = one.ogg()
            if server.due("preview_500"):
                return self.send(500, b"oops", "text/plain")
            if server.due("preview_empty"):
                return self.send(200, b"")
            if server.due("preview_cut"):
                return self.send(200, data[: len(data) // 2], stated=len(data))
            if server.due("preview_short"):
                return self.send(200, data[: len(data) // 2])
            if server.due("preview_html"):
                return self.send(200, b"<html>Please log in</html>", "text/html")
            if server.due("preview_noise"):
                return self.send(200, b"OggS" + bytes(range(256)) * 20)
            if server.due("preview_redirect"):
                return self.send(302, b"", headers={"Location": server.elsewhere})
            if server.due("preview_slow"):
                return self.drip(data, "audio/ogg")
            return self.send(200, data)

        def send(
            self,
            status: int,
            body: bytes,
            kind: str = "audio/ogg",
            *,
            stated: int | None = None,
            headers: dict[str, str] | None = None,
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body) if stated is None else stated))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def drip(self, body: bytes, kind: str) -> None:
            self.send(200, b"", kind, stated=len(body))
            for byte in body:
                if server.closing:
                    return
                time.sleep(server.pause)
                self.wfile.write(bytes([byte]))
                self.wfile.flush()

    return Handler
