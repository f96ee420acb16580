"""The client of Freesound, against a server on this machine that plays it with all its faults."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import os
import shutil
import subprocess
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

import imgext
from imgext.errors import (
    ConfigError,
    CredentialError,
    ImgextError,
    MissingInputError,
    QuestionError,
    ThrottledError,
    UnavailableError,
)
from imgext.remote.http import Limits, Secret
from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS, IN_TEXT
from imgext.sounds.freesound import Freesound, Pace
from imgext.sounds.freesound.pace import A_DAY
from imgext.sounds.freesound.records import may_fetch, parsed

NOON = 1_795_435_200.0  # 2026-11-23 12:00 UTC
ALL = ("cc0", "by", "by-nc", "sampling+")


class Clock:
    """Time that passes only by sleeping; `slept` are the waits."""

    def __init__(self):
        self.now, self.slept = NOON, []

    def __call__(self):
        return self.now

    def sleep(self, wait):
        self.slept.append(round(wait, 6))
        self.now += wait


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def told():
    return []


@pytest.fixture
def connect(freesound_server, cache, clock, told):
    """A client of the server: `connect(key=..., url=..., ...)`."""

    def make(**options):
        key = options.pop("key", freesound_server.key)
        options = {
            "url": freesound_server.url,
            "pace": Pace(clock=clock, sleep=clock.sleep),
            "report": told.append,
            **options,
        }
        return Freesound(key, **options)

    return make


@pytest.fixture
def serve(freesound_play, freesound_server):
    """Replace the server's recordings; `serve()` gives the class to make them of."""

    def put(*recordings):
        freesound_server.recordings = {one.id: one for one in recordings}
        return freesound_play.Recording

    return put


def search(client, words="dog", **options):
    """All batches of a search as lists of candidates."""
    return list(
        client.batches(
            words, **{"bed": False, "licences": ALL, "prefer": "rating", "mode": "best", **options}
        )
    )


def ids(batch):
    return [int(candidate.id) for candidate in batch]


# What is asked


def test_the_key_goes_in_a_header_to_the_api_and_nowhere_else(connect, freesound_server):
    client = connect()
    client.content(client.sound("1001"))
    search(client)
    api = [asked for asked in freesound_server.requests if asked.path.startswith("/apiv2")]
    assert len(api) == 3
    assert {asked.headers["authorization"] for asked in api} == {f"Token {freesound_server.key}"}
    (preview,) = freesound_server.previews
    assert "authorization" not in preview.headers
    assert all(
        freesound_server.key not in str((asked.path, asked.params)) for asked in freesound_server.requests
    )


def test_the_best_are_asked_for_by_rating_and_the_rest_only_when_the_caller_goes_on(
    connect, freesound_server
):
    batches = connect().batches("dog", bed=False, licences=("by", "cc0"), prefer="rating", mode="best")
    assert freesound_server.requests == []
    next(batches)
    (rated,) = freesound_server.searches
    next(batches)
    _, unbounded = freesound_server.searches
    licences = 'license:("Attribution" OR "Creative Commons 0")'
    assert rated.params["filter"] == f"{licences} duration:[0.1 TO 60] avg_rating:[2.5 TO *]"
    assert unbounded.params["filter"] == f"{licences} duration:[0.1 TO 600]"
    assert [asked.params["sort"] for asked in freesound_server.searches] == ["rating_desc", "score"]
    assert [asked.params["page_size"] for asked in freesound_server.searches] == ["150", "150"]
    assert list(batches) == []
    assert len(freesound_server.searches) == 2


def test_downloads_are_what_the_best_are_sorted_by_where_they_are_preferred(connect, freesound_server):
    rated, _ = search(connect(), prefer="downloads")
    assert freesound_server.searches[0].params["sort"] == "downloads_desc"
    assert [candidate.downloads for candidate in rated] == sorted(
        (candidate.downloads for candidate in rated), reverse=True
    )


def test_at_random_everything_is_asked_for_once_without_a_bound_on_ratings(connect, freesound_server):
    (batch,) = search(connect(), mode="random")
    (asked,) = freesound_server.searches
    assert asked.params["sort"] == "score"
    assert "avg_rating" not in asked.params["filter"]
    assert 1003 in ids(batch)  # nobody's rating counts yet


def test_beds_are_long_and_events_are_not(connect):
    assert ids(search(connect(), "rain", bed=True)[0]) == [1021, 1022]
    assert ids(search(connect(), "rain", bed=True)[1]) == [1021, 1022, 1023]
    assert set(ids(search(connect(), "rain")[0])) == {1021, 1022, 1023}


@pytest.mark.parametrize(
    ("licences", "named", "found"),
    [
        (["cc0"], 'license:"Creative Commons 0" ', {1002}),
        (["by-nc"], 'license:"Attribution NonCommercial" ', {1004}),
        (["sampling+", "unknown"], 'license:"Sampling+" ', {1005}),
        (["by", "cc0"], 'license:("Attribution" OR "Creative Commons 0") ', {1001, 1002, 1003, 1007}),
    ],
)
def test_licences_are_filtered_by_their_names(connect, freesound_server, licences, named, found):
    batches = search(connect(), licences=licences)
    assert all(asked.params["filter"].startswith(named) for asked in freesound_server.searches)
    assert {number for batch in batches for number in ids(batch)} == found


@pytest.mark.parametrize(
    ("words", "licences"),
    [("", ALL), ("  ", ALL), ('"+-*"', ALL), ("dog", []), ("dog", ["unknown", "other"])],
)
def test_a_question_that_would_mean_every_sound_or_none_is_not_asked(
    connect, freesound_server, words, licences
):
    assert search(connect(), words, licences=licences) == []
    assert freesound_server.requests == []


@pytest.mark.parametrize(
    "words",
    [
        'dog" license:x',
        "+dog -bark",
        "dog AND (bark OR meow",
        "dog:[* TO *]",
        "dog\\",
        "dog {!lucene}",
        "DOG NOT bark*?~^",
    ],
)
def test_words_that_look_like_operators_are_words(connect, freesound_server, words):
    search(connect(), words)
    for asked in freesound_server.searches:
        assert not set(asked.params["query"]) & set('"+()[]{}:*?~^!\\&|/')
        assert not any(
            word.startswith("-") or word in {"AND", "OR", "NOT", "TO"}
            for word in asked.params["query"].split()
        )
        assert "dog" in asked.params["query"].split()


# What is believed


def test_a_record_becomes_a_candidate(connect, freesound_server):
    (found,) = [one for one in search(connect())[0] if one.id == "1001"]
    assert (found.source, found.reference, found.path, found.label, found.tags) == (
        "freesound",
        "freesound:1001",
        None,
        "dog bark",
        "dog, bark",
    )
    assert (found.title, found.author, found.licence) == ("Dog bark 01.wav", "anna", "by")
    assert found.licence_url == "https://creativecommons.org/licenses/by/4.0/"
    assert (found.url, found.duration, found.description) == ("https://freesound.org/s/1001/", 0.6, "A dog.")
    assert (found.rating, found.downloads, found.category) == (4.6, 1200, "fx-a")
    assert (found.single_event, found.loopable, found.reverberant, found.remix) == (True, None, None, False)
    assert found.preview == f"{freesound_server.url}/previews/1/1001_7-hq.ogg"


def test_ratings_count_from_three_votes_on(connect, serve):
    """An answer shows the rating of a single vote too; of wrong or missing ratings nothing is believed."""
    Recording = serve()
    shown = {1: (2, 5.0), 2: (3, 5.0), 3: (0, 0.0), 4: (3, 0.0)}
    serve(
        *(
            Recording(number, "dog", [], votes=votes, rating=rating)
            for number, (votes, rating) in shown.items()
        ),
        *(
            Recording(10 + n, "dog", [], changed={"num_ratings": 9, "avg_rating": value})
            for n, value in enumerate((7.0, -1, None, "4", True))
        ),
    )
    (batch,) = search(connect(), mode="random")
    assert {candidate.id: candidate.rating for candidate in batch if candidate.rating is not None} == {
        "2": 5.0,
        "4": 0.0,
    }
    assert len(batch) == 9


def test_how_well_the_words_match_is_told_from_name_tags_and_description(connect, serve):
    Recording = serve()
    serve(
        Recording(1, "Dogs 03.WAV", ["x"]),
        Recording(2, "big_dog.wav", ["x"]),
        Recording(3, "growl.wav", ["dog"]),
        Recording(4, "growl.wav", ["x"], description="my dog"),
        Recording(5, "01.wav", ["dog"]),
        Recording(6, "dog/cat.wav", ["x"]),
    )
    ranks = {int(candidate.id): candidate.rank for candidate in search(connect(), mode="random")[0]}
    assert ranks == {1: EXACT, 2: IN_LABEL, 3: IN_TAGS, 4: IN_TEXT, 5: IN_TAGS, 6: IN_LABEL}
    both = {
        int(candidate.id): candidate.rank for candidate in search(connect(), "growl dog", mode="random")[0]
    }
    assert both == {3: IN_TAGS, 4: IN_TEXT}


def test_explicit_sounds_are_left_out(connect):
    assert 1006 not in {number for batch in search(connect()) for number in ids(batch)}


def test_what_the_service_s_filters_let_through_is_checked_again(connect, serve):
    Recording = serve()
    serve(
        Recording(1, "dog", []),
        Recording(2, "dog", [], changed={"license": "http://creativecommons.org/licenses/by-nc/3.0/"}),
        Recording(3, "dog", [], changed={"license": "https://creativecommons.org/licenses/by-sa/4.0/"}),
        Recording(4, "dog", [], changed={"duration": 61.0}),
        Recording(5, "dog", [], changed={"duration": 0.05}),
    )
    assert ids(search(connect(), licences=["by"], mode="random")[0]) == [1]


def test_null_results_and_records_of_the_wrong_shape_are_left_out(connect, freesound_server):
    whole = search(connect(), mode="random")[0]
    for fault in ("null_result", "wrong_types"):
        freesound_server.fault(fault)
        assert search(connect(url=freesound_server.url + "/"), mode="random") == [whole]
        forget(freesound_server)
    assert len(whole) == 6


def forget(server):
    """Drop the answers that are remembered."""
    for path in (Path(os.environ["IMGEXT_CACHE"]) / "freesound" / "answers").rglob("*.json"):
        path.unlink()
    server.requests.clear()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("tags", (None, "dog", [1, None, {}], ["a,b\x00", "\ud800"])),
        ("description", (None, 7, ["x"])),
        ("num_downloads", (None, "9", -1, True, 1e300)),
        ("category_code", (None, 1, "<script>", "fx-a; drop")),
        ("reverbness", (None, "true", 1)),
        ("is_remix", (None, "yes")),
        ("is_explicit", (None, "yes")),
    ],
)
def test_an_optional_field_of_the_wrong_shape_is_left_out_alone(connect, serve, name, values):
    Recording = serve()
    for value in values:
        serve(Recording(1, "dog", ["dog"], changed={name: value}))
        (found,) = search(connect(), mode="random")[0]
        assert (found.downloads, found.category, found.reverberant, found.remix) in {
            (0, "fx-o", None, False),
            (None, "fx-o", None, False),
            (0, "", None, False),
        }
        json.dumps(found.tags + found.description).encode()
        (found.tags + found.description).encode("utf-8")
        for path in (Path(os.environ["IMGEXT_CACHE"]) / "freesound" / "answers").rglob("*.json"):
            path.unlink()


def test_texts_lose_control_characters_and_excess_length(connect, serve):
    Recording = serve()
    serve(
        Recording(1, "dog \x1b[2J\x00\r\n\ud800\u202ebark", ["dog"], user="u" * 1000, description="d" * 10000)
    )
    (found,) = search(connect(), mode="random")[0]
    assert found.title == "dog [2J bark"
    assert len(found.author) == 200
    assert len(found.description) == 2000


def test_only_the_address_of_a_deed_is_shown_whatever_is_sent(connect, serve):
    Recording = serve()
    sent = {
        "http://creativecommons.org/licenses/by/3.0/": "https://creativecommons.org/licenses/by/3.0/",
        'https://creativecommons.org/licenses/by/4.0/" onload="x': "https://creativecommons.org/licenses/by/4.0/",
        "Attribution": "",
        "https://creativecommons.example/licenses/by/4.0/": None,
        "javascript:alert('by')": None,
    }
    serve(*(Recording(number, "dog", [], changed={"license": deed}) for number, deed in enumerate(sent, 1)))
    found = {candidate.id: candidate.licence_url for candidate in search(connect(), mode="random")[0]}
    assert found == {str(number): deed for number, deed in enumerate(sent.values(), 1) if deed is not None}


def test_old_answers_are_let_go_of_when_something_is_written_beside_them(cache, clock):
    from imgext.sounds.freesound.answer_cache import Answers, _canonical
    from imgext.store.cache import digest_of_text

    folders = {}
    for number in range(1000):
        folders.setdefault(digest_of_text(_canonical("x", {"page": str(number)}))[:2], []).append(str(number))
    first, second, third = max(folders.values(), key=len)[:3]
    store = Answers(clock)
    store.put("x", {"page": first}, 1)
    clock.now += 20 * 3600
    store.put("x", {"page": second}, 2)
    assert len(answers()) == 2
    clock.now += 5 * 3600
    store.put("x", {"page": third}, 3)
    assert len(answers()) == 2
    assert [store.get("x", {"page": page}) for page in (first, second, third)] == [None, 2, 3]


@pytest.mark.parametrize(
    ("preview", "configured", "allowed"),
    [
        ("https://cdn.freesound.org/previews/1/1_1-hq.ogg", "https://freesound.org", True),
        ("https://freesound.org/previews/1.ogg", "https://freesound.org", True),
        ("https://cdn.freesound.org/previews/1.ogg", "http://127.0.0.1:8000", True),
        ("http://127.0.0.1:8000/previews/1.ogg", "http://127.0.0.1:8000", True),
        ("http://cdn.freesound.org/previews/1.ogg", "https://freesound.org", False),
        ("http://cdn.freesound.org:443/previews/1.ogg", "https://freesound.org", False),
        ("https://cdn.freesound.org:8443/previews/1.ogg", "https://freesound.org", False),
        ("https://freesound.org.example.com/1.ogg", "https://freesound.org", False),
        ("https://notfreesound.org/1.ogg", "https://freesound.org", False),
        ("https://user@cdn.freesound.org/1.ogg", "https://freesound.org", False),
        ("https://cdn.freesound.org\\@example.com/1.ogg", "https://freesound.org", False),
        ("http://127.0.0.1:22/", "http://127.0.0.1:8000", False),
        ("http://169.254.169.254/latest", "https://freesound.org", False),
        ("http://127.0.0.1/", "https://freesound.org", False),
        ("file:///etc/passwd", "https://freesound.org", False),
        ("", "https://freesound.org", False),
    ],
)
def test_previews_come_from_freesound_or_the_configured_service_only(preview, configured, allowed):
    assert may_fetch(preview, configured) is allowed


def test_a_sound_whose_preview_is_elsewhere_is_no_candidate_and_is_not_fetched(
    connect, serve, freesound_server
):
    Recording = serve()
    serve(
        Recording(1, "dog", [], changed={"previews": {"preview-hq-ogg": "http://localhost.example/1.ogg"}}),
        Recording(2, "dog", []),
    )
    client = connect()
    assert ids(search(client, mode="random")[0]) == [2]
    with pytest.raises(MissingInputError, match=r"freesound:1: .* no preview"):
        client.sound("1")
    stray = replace(client.sound("2"), preview="http://169.254.169.254/latest")
    with pytest.raises(MissingInputError, match="not on a host of Freesound"):
        client.content(stray)
    assert freesound_server.previews == []


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"[" * 200_000, b'{"a": ' * 100_000, b"9" * 5000, b"<html>", b"null"]
)
def test_what_is_no_json_is_nothing(body):
    """Also what is nested deeper, or has more digits, than Python reads."""
    assert parsed(body, Secret("key")) is None


# Pages


def many(Recording, count, good_at=None, first=1):
    """Recordings of rating 3, the most downloaded first; the one at `good_at` has 4.5 of 5."""
    return [
        Recording(
            first + n,
            f"dog {n}",
            [],
            votes=5,
            rating=4.5 if n == good_at else 3.0,
            downloads=10_000 - n,
            reverberant=n == 0,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(("good_at", "pages"), [(10, 1), (160, 2), (310, 3), (460, 3), (None, 3)])
def test_further_pages_are_fetched_until_a_good_sound_was_seen_and_three_at_most(
    connect, serve, freesound_server, good_at, pages
):
    serve(*many(serve(), 500, good_at))
    batches = connect().batches("dog", bed=False, licences=ALL, prefer="downloads", mode="best")
    assert len(next(batches)) == 150 * pages
    assert [asked.params["page"] for asked in freesound_server.searches] == [
        str(page + 1) for page in range(pages)
    ]


def test_where_a_room_is_detected_a_reverberant_sound_is_not_good_enough_to_stop_at(
    connect, serve, freesound_server
):
    serve(*many(serve(), 160, 0))
    for dry, pages in ((False, 1), (True, 2)):
        next(connect().batches("dog", bed=False, licences=ALL, prefer="downloads", mode="best", dry=dry))
        assert len(freesound_server.searches) == pages
        forget(freesound_server)


def test_sounds_that_stand_on_two_pages_are_given_once(connect, serve, freesound_server):
    serve(*many(serve(), 160))
    freesound_server.fault("duplicates", math.inf)
    (batch, _) = search(connect())
    assert len(batch) == len(set(ids(batch))) == 150


def test_a_page_past_the_end_ends_the_results(connect, serve, freesound_server):
    """The first page promised a second, and then sounds were deleted."""
    serve(*many(serve(), 151))
    next(connect().batches("dog", bed=False, licences=ALL, prefer="rating", mode="best"))
    serve(*many(serve(), 100))
    second = [
        path for path in answers() if ["page", "2"] in json.loads(json.loads(path.read_text())["asked"])[1]
    ]
    assert len(second) == 1
    second[0].unlink()
    batch = next(connect().batches("dog", bed=False, licences=ALL, prefer="rating", mode="best"))
    assert len(batch) == 150
    assert freesound_server.searches[-1].params["page"] == "2"


def answers():
    return list((Path(os.environ["IMGEXT_CACHE"]) / "freesound" / "answers").rglob("*.json"))


# The cache of answers


def test_an_answer_is_believed_for_a_day(connect, freesound_server, clock):
    first = search(connect())
    assert search(connect()) == first
    assert len(freesound_server.requests) == 2
    clock.now += 24 * 3600 - 1
    assert search(connect()) == first
    assert len(freesound_server.requests) == 2
    clock.now += 10
    assert search(connect()) == first
    assert len(freesound_server.requests) == 4


def test_the_answer_for_a_sound_is_remembered_too(connect, freesound_server):
    assert connect().sound("1001") == connect().sound("0001001")
    assert len(freesound_server.requests) == 1


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"asked": "x", "at": 1795435200, "answer": {"results": []}}',
        b"\xff\xfe",
        b"[" * 100000,
    ],
)
def test_a_damaged_entry_is_dropped_and_asked_again(connect, freesound_server, damage):
    first = search(connect(), mode="random")
    (entry,) = answers()
    entry.write_bytes(damage)
    assert search(connect(), mode="random") == first
    assert len(freesound_server.requests) == 2
    assert json.loads(entry.read_text())["answer"]["results"]


def test_an_entry_that_holds_nonsense_is_asked_again(connect, freesound_server):
    search(connect(), mode="random")
    (entry,) = answers()
    entry.write_text(
        json.dumps({**json.loads(entry.read_text()), "answer": {"results": None}}), encoding="utf-8"
    )
    assert len(search(connect(), mode="random")[0]) == 6
    assert len(freesound_server.requests) == 2


def test_another_service_has_other_answers(connect, freesound_play, freesound_server):
    search(connect(), mode="random")
    with freesound_play.FreesoundServer([]) as other:
        assert search(connect(url=other.url), mode="random") == [[]]


def test_a_cache_that_cannot_be_written_costs_only_the_remembering(
    connect, freesound_server, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "file"))
    client = connect()
    assert len(search(client)[0]) == 5
    assert len(search(client)[0]) == 5
    assert len(freesound_server.searches) == 4


# Pace


def test_five_requests_go_at_once_and_then_one_a_second(cache, clock):
    pace = Pace(clock=clock, sleep=clock.sleep)
    assert [pace.reserve() for _ in range(8)] == [0, 0, 0, 0, 0, 1, 2, 3]
    clock.now += 4
    assert pace.reserve() == 0
    clock.now += 1000
    assert [pace.reserve() for _ in range(6)] == [0, 0, 0, 0, 0, 1]


def test_all_processes_share_one_pace(cache, clock):
    """Each thread has an object of its own, as a process has; the clock stands still."""
    waits = []

    def ask():
        pace = Pace(clock=clock, sleep=clock.sleep)
        for _ in range(10):
            waits.append(pace.reserve())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [0] * 5 + list(range(1, 36))


def test_the_client_keeps_the_pace_and_tells_long_waits(connect, freesound_server, clock, told):
    client = connect()
    for number in range(1001, 1006):
        client.sound(str(number))
    assert clock.slept == []
    Pace(clock=clock).hold(1.5)
    client.sound("1006")
    assert clock.slept == [1.5]
    assert told == []
    Pace(clock=clock).hold(30)
    client.sound("1007")
    assert clock.slept == [1.5, 30]
    assert told == ["Freesound: one request a second is allowed; waiting 30 s"]


def test_a_day_has_2000_requests(connect, freesound_server, cache, clock):
    state = {"day": "2026-11-23", "asked": A_DAY - 1, "at": NOON, "tokens": 5, "until": 0}
    (cache / "freesound").mkdir(parents=True)
    (cache / "freesound" / "pace.json").write_text(json.dumps(state), encoding="utf-8")
    client = connect()
    first = client.sound("1001")
    with pytest.raises(ThrottledError, match=r"2000 times today.*--offline"):
        client.sound("1002")
    with pytest.raises(ThrottledError, match=r"2000 times today.*--offline"):
        client.content(first)
    with pytest.raises(ThrottledError, match="--offline"):
        connect().sound("1002")
    assert client.sound("1001").id == "1001"  # it is remembered
    assert len(freesound_server.requests) == 1
    clock.now += 12 * 3600
    assert connect().sound("1002").id == "1002"


@pytest.mark.parametrize(
    "state",
    [
        "",
        "[]",
        "{",
        '{"tokens": "x", "at": null, "day": 7, "asked": {}}',
        '{"tokens": -1e9}',
        '{"until": 1e12}',
        '{"at": 9e99}',
        '{"at": 1795435500, "tokens": 3}',
    ],
)
def test_a_damaged_state_starts_anew(cache, clock, state):
    """Also one from a clock that was set back: nobody waits for hours."""
    (cache / "freesound").mkdir(parents=True)
    (cache / "freesound" / "pace.json").write_text(state, encoding="utf-8")
    assert Pace(clock=clock).reserve() == 0


def test_a_disk_that_is_full_leaves_the_pace_to_the_process(cache, clock, monkeypatch):
    from imgext.errors import CannotWriteError
    from imgext.sounds.freesound import pace as module

    def full(*_):
        raise CannotWriteError("full")

    monkeypatch.setattr(module, "write_text", full)
    pace = Pace(clock=clock)
    assert [pace.reserve() for _ in range(7)] == [0, 0, 0, 0, 0, 1, 2]


# Faults of the service

AGAIN = [1, 2, 4, 8]


@pytest.mark.parametrize(
    ("fault", "times", "error", "says", "waits"),
    [
        ("500", 4, None, "", AGAIN),
        ("500", 5, UnavailableError, "Freesound does not answer: status 500: Server error", AGAIN),
        ("overload", 2, None, "", [1, 2]),
        ("html", 1, None, "", [1]),
        ("html", 5, UnavailableError, "makes no sense", AGAIN),
        ("null_results", 1, None, "", [1]),
        ("null_results", 5, UnavailableError, "makes no sense", AGAIN),
        ("not_json", 5, UnavailableError, "makes no sense", AGAIN),
        ("cut", 1, None, "", [1]),
        ("cut", 5, UnavailableError, "broke off", AGAIN),
        ("minute", 2, None, "", [60, 60]),
        ("minute", 3, ThrottledError, "fewer requests a minute.*--offline", [60, 60]),
        ("day", 1, ThrottledError, "asked as often today as it allows.*--offline", []),
        ("400", 1, QuestionError, "does not understand the question: Search server error: bad", []),
        ("401", 1, CredentialError, "refuses the key in FREESOUND_API_KEY: Invalid token", []),
        ("403", 1, CredentialError, "FREESOUND_API_KEY: Suspended token", []),
        ("redirect", 1, UnavailableError, "redirected to another host, localhost.example:80", []),
    ],
)
def test_every_fault_of_the_api_has_an_answer(
    connect, freesound_server, clock, fault, times, error, says, waits
):
    freesound_server.fault(fault, times)
    client = connect()
    if error is None:
        assert len(search(client, mode="random")[0]) == 6
    else:
        with pytest.raises(error, match=says) as caught:
            search(client, mode="random")
        assert type(caught.value) is error
        assert len(str(caught.value)) < 400
        assert str(caught.value).isprintable()
    assert clock.slept == waits
    assert len(freesound_server.requests) == len(waits) + 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("500", UnavailableError),
        ("minute", ThrottledError),
        ("day", ThrottledError),
        ("401", CredentialError),
        ("redirect", UnavailableError),
    ],
)
def test_a_client_that_gave_up_fails_at_once_and_still_gives_what_is_here(
    connect, freesound_server, clock, fault, error
):
    client = connect()
    kept = client.content(client.sound("1001"))
    other = client.sound("1002")
    freesound_server.fault(fault, math.inf)
    with pytest.raises(error) as first:
        search(client)
    asked, slept = len(freesound_server.requests), list(clock.slept)
    for ask in (lambda: search(client, "cat"), lambda: client.sound("1003"), lambda: client.content(other)):
        with pytest.raises(error) as again:
            ask()
        assert str(again.value) == str(first.value)
        assert again.value is not first.value
    assert len(freesound_server.requests) == asked
    assert clock.slept == slept
    assert client.content(client.sound("1001")) == kept


def test_a_question_that_is_refused_stops_only_that_question(connect, freesound_server):
    freesound_server.fault("400")
    client = connect()
    with pytest.raises(UnavailableError):
        search(client)
    assert len(search(client, "cat")[1]) == 2


def test_a_server_that_is_off_is_tried_five_times(connect, freesound_server, clock, told):
    freesound_server.close()
    with pytest.raises(UnavailableError, match=r"no connection: Connection refused \(tried 5 times\)"):
        connect().sound("1001")
    assert clock.slept == AGAIN
    assert told == [f"Freesound: no connection: Connection refused; waiting {wait} s" for wait in (4, 8)]


def test_an_answer_that_drips_is_left_and_tried_once_more(connect, freesound_server, clock):
    freesound_server.fault("slow", math.inf)
    with pytest.raises(UnavailableError, match=r"no whole answer within 0.2 s"):
        connect(api=Limits(total=0.2)).sound("1001")
    assert clock.slept == [1]
    assert len(freesound_server.requests) == 2


def test_an_answer_that_is_too_large_is_not_tried_again(connect, freesound_server, clock):
    with pytest.raises(UnavailableError, match="larger than"):
        search(connect(api=Limits(size=1000)))
    assert clock.slept == []


def test_a_wrong_key_is_said_without_showing_it(connect, freesound_server):
    with pytest.raises(
        CredentialError, match="refuses the key in FREESOUND_API_KEY: Invalid token"
    ) as caught:
        search(connect(key="SENTINEL-wrong"))
    assert "SENTINEL" not in str(caught.value)


def test_a_server_that_is_no_freesound_is_said(connect, freesound_server):
    with pytest.raises(UnavailableError, match="there is no Freesound at"):
        search(connect(url=freesound_server.url + "/elsewhere"))


def test_after_a_429_everybody_waits(connect, freesound_server, cache, clock):
    """A pause that one process was told of is the pause of all."""
    freesound_server.fault("minute")
    seen = []

    def sleep(wait):
        seen.append((wait, Pace(clock=clock).reserve()))
        clock.sleep(wait)

    connect(pace=Pace(clock=clock, sleep=sleep)).sound("1001")
    assert seen[0] == (60, 60)


# One sound and its content


def test_a_deleted_sound_is_missing(connect, freesound_server):
    freesound_server.delete(1001)
    with pytest.raises(MissingInputError, match=r"freesound:1001: Freesound has no such sound \(any more\)"):
        connect().sound("1001")
    freesound_server.fault("deleted")
    with pytest.raises(MissingInputError, match="freesound:1002"):
        connect().sound("1002")


@pytest.mark.parametrize("number", ["", "abc", "-1", "1/../2", "1?x=1", "1" * 13, "٣", "1\n"])
def test_what_is_no_number_is_not_asked_for(connect, freesound_server, number):
    with pytest.raises(MissingInputError, match="numbers"):
        connect().sound(number)
    assert freesound_server.requests == []


def test_the_content_is_the_preview_and_is_fetched_once(connect, freesound_server, cache):
    client = connect()
    path = client.content(client.sound("1001"))
    data = freesound_server.recordings[1001].ogg()
    assert path.read_bytes() == data
    assert (
        path
        == cache / "sounds" / hashlib.sha256(data).hexdigest()[:2] / f"{hashlib.sha256(data).hexdigest()}.ogg"
    )
    assert client.content(client.sound("1001")) == connect().content(client.sound("1001")) == path
    freesound_server.close()
    assert connect().content(connect().sound("1001")) == path
    assert len(freesound_server.previews) == 1


@pytest.mark.parametrize(
    ("fault", "says", "waits"),
    [
        ("preview_404", "cannot be had: status 404", []),
        ("preview_empty", "is empty", []),
        ("preview_cut", "cannot be fetched: the answer broke off", [1, 2]),
        ("preview_short", r"is broken: [4-7]\.[0-9] s of 12\.0 s", []),
        ("preview_html", "is a web page, not a sound", []),
        ("preview_noise", "cannot be decoded", []),
        ("preview_redirect", "redirected to another host", []),
    ],
)
def test_a_sound_whose_preview_is_not_to_be_had_is_missing_and_others_are_not(
    connect, freesound_server, cache, clock, fault, says, waits
):
    client = connect()
    bad, good = client.sound("1021"), client.sound("1002")
    freesound_server.fault(fault, len(waits) + 1)
    for _ in range(2):  # the second time without asking
        with pytest.raises(MissingInputError, match=f"^freesound:1021: its preview .*{says}"):
            client.content(bad)
    assert len(freesound_server.previews) == len(waits) + 1
    assert clock.slept == waits
    assert list(cache.rglob("*.ogg")) == []
    assert client.content(good).is_file()


@pytest.mark.parametrize(("fault", "times"), [("preview_cut", 2), ("preview_500", 4)])
def test_a_preview_that_comes_at_last_is_taken(connect, freesound_server, clock, fault, times):
    freesound_server.fault(fault, times)
    client = connect()
    assert client.content(client.sound("1001")).read_bytes() == freesound_server.recordings[1001].ogg()
    assert clock.slept == AGAIN[:times]


def test_previews_that_never_come_are_the_service_s_failure(connect, freesound_server, clock):
    """The next sound would not come either."""
    client = connect()
    one, other = client.sound("1001"), client.sound("1002")
    freesound_server.fault("preview_500", math.inf)
    with pytest.raises(UnavailableError, match="status 500 for a preview"):
        client.content(one)
    with pytest.raises(UnavailableError):
        client.content(other)
    assert len(freesound_server.previews) == 5


def test_a_preview_that_drips_is_left(connect, freesound_server, clock):
    freesound_server.fault("preview_slow", math.inf)
    client = connect(previews=Limits(total=0.2))
    with pytest.raises(UnavailableError, match=r"no whole answer within 0.2 s"):
        client.content(client.sound("1001"))
    assert len(freesound_server.previews) == 2


def test_a_preview_that_is_too_large_is_missing(connect, freesound_server):
    client = connect(previews=Limits(size=1000))
    with pytest.raises(MissingInputError, match="larger than"):
        client.content(client.sound("1001"))


@pytest.mark.parametrize(("claimed", "taken"), [(1.0, True), (1.3, True), (1.36, False), (3.0, False)])
def test_a_preview_may_be_a_little_shorter_than_its_sound(connect, serve, claimed, taken):
    """0.9 of the duration less 0.2 s: 1 s is enough for up to 1.333 s."""
    Recording = serve()
    serve(Recording(1, "dog", [], duration=1.0, changed={"duration": claimed}))
    client = connect()
    if taken:
        assert client.content(client.sound("1")).is_file()
    else:
        with pytest.raises(MissingInputError, match=r"is broken: 1.0 s"):
            client.content(client.sound("1"))


def test_a_content_that_was_damaged_is_fetched_again(connect, freesound_server):
    client = connect()
    path = client.content(client.sound("1001"))
    path.write_bytes(b"something else")
    assert client.content(client.sound("1001")).read_bytes() == freesound_server.recordings[1001].ogg()
    assert len(freesound_server.previews) == 2


def test_eight_processes_that_ask_fifty_times_fetch_a_sound_once(connect, freesound_server, cache):
    connect(pace=Pace()).sound("1001")
    freesound_server.delay = 0.3  # long enough for all of them to meet
    script = f"""
from imgext.sounds.freesound import Freesound
client = Freesound({freesound_server.key!r}, url={freesound_server.url!r})
found = client.sound("1001")
print(*{{client.content(found).read_bytes() for _ in range(50)}})
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(imgext.__file__).parents[1])}
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE)
            )
            for _ in range(8)
        ]
        said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * 8
    assert {line.strip() for line in said} == {repr(freesound_server.recordings[1001].ogg()).encode()}
    assert len(freesound_server.previews) == 1
    assert len(freesound_server.requests) == 2


# Setting up


def test_the_environment_says_key_and_address(freesound_server):
    assert Freesound.from_environment({}) is None
    assert Freesound.from_environment({"FREESOUND_API_KEY": " \n"}) is None
    assert Freesound.from_environment({"FREESOUND_API_KEY": "abc"}).url == "https://freesound.org"
    client = Freesound.from_environment(
        {
            "FREESOUND_API_KEY": f" {freesound_server.key}\n",
            "IMGEXT_FREESOUND_URL": freesound_server.url + "/",
        }
    )
    assert client.url == freesound_server.url
    client._answers.get("nothing", {})
    assert client.sound("1001").id == "1001"  # the key was stripped


@pytest.mark.parametrize(
    "key", ["SENTINEL\x00key", "SENTINEL key", "SENTINEL\nkey: x", "SENTINEL-ключ", "SENTINEL" * 100]
)
def test_what_cannot_be_a_key_is_refused_without_showing_it(key):
    with pytest.raises(ConfigError, match="FREESOUND_API_KEY") as caught:
        Freesound.from_environment({"FREESOUND_API_KEY": key})
    assert "SENTINEL" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        *(
            "freesound.org",
            "ftp://freesound.org",
            "file:///etc",
            "http://freesound.org",
            "http://cdn.freesound.org",
            "https://u:SENTINEL@host",
        ),
        *("https://h/?a=b", "https://h/#a", "https://", "https://a b", "https://h:99999", "\x00"),
    ],
)
def test_an_address_that_a_key_must_not_go_to_is_refused(url):
    with pytest.raises(ConfigError, match="IMGEXT_FREESOUND_URL") as caught:
        Freesound.from_environment({"FREESOUND_API_KEY": "SENTINEL-key", "IMGEXT_FREESOUND_URL": url})
    assert "SENTINEL" not in str(caught.value)


# The key


def shown(error):
    """All that a traceback can show: the chain, and the local variables of imgext."""
    text, seen = "", []
    while error is not None and error not in seen:
        seen.append(error)
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        package = str(Path(imgext.__file__).parent)
        told.stack = traceback.StackSummary.from_list(
            [frame for frame in told.stack if frame.filename.startswith(package)]
        )
        assert told.stack
        text += "".join(told.format()) + repr(error) + repr(error.args)
        error = error.__cause__ or error.__context__
    return text


def test_the_key_is_in_no_error_message_or_file_whatever_happens(
    connect, freesound_server, freesound_play, cache, told, clock
):
    """Every fault, with a server that repeats the key wherever it can: in refusals, in names and
    descriptions, in addresses."""
    freesound_server.echo = True
    freesound_server.elsewhere = f"http://{freesound_server.key}.example/?token={freesound_server.key}"
    freesound_server.pause = 0.01
    texts, files = [], {}
    for fault in sorted(freesound_play.API_FAULTS | freesound_play.PREVIEW_FAULTS):
        freesound_server.fault(fault, math.inf)
        for ask in (
            search,
            lambda client: client.content(client.sound("1001")),
            lambda client: client.sound("9999"),
        ):
            client = connect(api=Limits(total=0.25), previews=Limits(total=0.25))
            texts.append(repr(client) + repr(vars(client)) + repr(vars(client._asker)))
            try:
                texts.append(str(ask(client)))
            except ImgextError as error:
                texts.append(shown(error))
        freesound_server.fault(fault, 0)
        files |= {path: path.read_bytes().decode("latin-1") for path in cache.rglob("*") if path.is_file()}
        shutil.rmtree(cache / "sounds", ignore_errors=True)
        clock.now += 2 * 24 * 3600
    for key in ("SENTINEL-wrong", freesound_server.key + "x"):
        with pytest.raises(CredentialError) as caught:
            search(connect(key=key))
        texts.append(shown(caught.value))
    assert len(files) > 5
    assert len(told) > 20
    assert any("***" in text for text in texts)  # it was repeated, and taken out
    for text in [*texts, *told, *files.values(), *map(str, files)]:
        assert "sentinel" not in text.lower()


# The play itself


def test_the_play_has_the_trap_of_the_ratings(freesound_server, connect):
    """The index holds 0 to 10 and 0 below three votes, answers show 0 to 5: `avg_rating:[2.5 TO *]` lets 1.3
    of 5 through and hides two votes."""
    rated, every = search(connect())
    assert 1003 not in ids(rated)
    assert 1003 in ids(every)


@pytest.mark.shared
def test_real_recordings_are_found_and_fetched(real_freesound_server, cache, clock):
    client = Freesound(
        real_freesound_server.key, url=real_freesound_server.url, pace=Pace(clock=clock, sleep=clock.sleep)
    )
    batch, _ = search(client, "rooster", licences=["cc0"])
    path = client.content(batch[0])
    with soundfile.SoundFile(io.BytesIO(path.read_bytes())) as file:
        assert file.frames / file.samplerate == pytest.approx(batch[0].duration, abs=0.01)
    assert "rooster" in batch[0].tags
