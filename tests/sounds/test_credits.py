"""Credits say what each licence asks for, in Freesound's words, and a stranger's title stays a title."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from imgext.scene.lock import Lock, LockedSound
from imgext.sounds.credits import credits_html, credits_json, credits_text, licence_warnings

CC = "https://creativecommons.org"
CHANGED = "(trimmed, filtered and mixed by imgext)"
FORMS = (credits_text, credits_html, credits_json)


def sound(**parts):
    base = {
        "sound": "library:a.wav",
        "source": "library",
        "id": "a.wav",
        "sha256": "0" * 64,
        "bytes": 1,
        "duration": 1.0,
        "licence": "by",
        "rung": "match",
        "fallback": "label",
    }
    return LockedSound.model_validate({**base, **parts})


def freesound(number=412068, **parts):
    base = {
        "sound": f"freesound:{number}",
        "source": "freesound",
        "id": str(number),
        "title": "tiger growl.wav",
        "author": "U",
    }
    url = {
        "url": f"https://freesound.org/people/U/sounds/{number}/",
        "licence_url": "http://creativecommons.org/licenses/by/4.0/",
    }
    return sound(**{**base, **url, **parts})


def line_of(**parts) -> str:
    """The credit of a lone sound."""
    return json.loads(credits_json(Lock.of({"a": sound(**parts)})))["sounds"][0]["credit"]


class Page(HTMLParser):
    """Reads a page as a browser does: elements must close as they opened; keeps text,
    links and names of elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open, self.names, self.links, self.text = [], set(), {}, ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.open += [] if tag in {"meta", "br"} else [tag]
        if tag == "a":
            self.links[dict(attributes)["href"]] = dict(attributes)
            assert set(dict(attributes)) <= {"href", "rel"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += "" if "style" in self.open else data


# -- the forms


@pytest.mark.parametrize(
    ("licence", "deed", "name"),
    [
        ("by", "http://creativecommons.org/licenses/by/4.0/", "Attribution 4.0"),
        ("by", "https://creativecommons.org/licenses/by/3.0/", "Attribution 3.0"),
        ("by-nc", "http://creativecommons.org/licenses/by-nc/3.0/", "Attribution NonCommercial 3.0"),
        ("sampling+", "http://creativecommons.org/licenses/sampling+/1.0/", "Sampling+ 1.0"),
        ("cc0", "http://creativecommons.org/publicdomain/zero/1.0/", "Creative Commons 0"),
    ],
)
def test_a_sound_of_freesound_is_credited_in_its_own_form_and_said_to_be_changed(licence, deed, name):
    text = credits_text(Lock.of({"tiger": freesound(licence=licence, licence_url=deed)}))
    assert f"\ntiger growl.wav by U -- https://freesound.org/s/412068/ -- License: {name} {CHANGED}\n" in text
    assert (
        f"\n{name} -- {deed.replace('http:', 'https:')}\n" in text
    )  # CC BY 4.0 3(a)(1)(C) asks for the link to the licence


def test_a_sound_of_freesound_in_a_folder_is_credited_in_the_same_form():
    parts = {
        "title": "plane.wav",
        "licence": "cc0",
        "url": "http://www.freesound.org/people/Uncle%20S/sounds/36929/",
    }
    line = f"plane.wav by Uncle S -- https://freesound.org/s/36929/ -- License: Creative Commons 0 {CHANGED}"
    assert line_of(**parts, author="Uncle S") == line
    assert line_of(**parts) == line  # the address names the author, if nothing else does


def test_the_json_has_the_keys_of_freesound():
    data = json.loads(credits_json(Lock.of({"tiger": freesound(), "lion": freesound()})))
    assert data["schema"] == "imgext.credits/1"
    assert data["warnings"] == []
    assert data["sounds"] == [
        {
            "tracks": ["lion", "tiger"],
            "sound_name": "tiger growl.wav",
            "sound_url": "https://freesound.org/s/412068/",
            "author_name": "U",
            "author_url": "https://freesound.org/people/U/",
            "license": "by",
            "license_name": "Attribution 4.0",
            "license_url": f"{CC}/licenses/by/4.0/",
            "credit_required": True,
            "changed": "trimmed, filtered and mixed by imgext",
            "remix": False,
            "credit": "tiger growl.wav by U -- https://freesound.org/s/412068/ -- License: Attribution "
            f"4.0 {CHANGED}",
        }
    ]


def test_the_page_links_sound_author_and_licence():
    page = Page(credits_html(Lock.of({"tiger": freesound(author="a/b c")})))
    assert set(page.links) == {
        "https://freesound.org/s/412068/",
        "https://freesound.org/people/a%2Fb%20c/",
        f"{CC}/licenses/by/4.0/",
        "https://freesound.org/",
    }
    assert page.links[f"{CC}/licenses/by/4.0/"]["rel"] == "license"
    assert "tiger growl.wav by a/b c" in page.text
    assert f"License: Attribution 4.0 {CHANGED}" in page.text


def test_the_page_needs_nothing_else_and_suits_light_and_dark():
    text = credits_html(Lock.of({"tiger": freesound()}))
    page = Page(text)
    assert text.startswith("<!doctype html>\n")
    assert not page.names & {"script", "link", "img", "iframe", "base", "form"}
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text
    assert "default-src 'none'" in text
    assert len(text) < 4000


def test_one_sound_is_one_entry_with_all_its_tracks():
    lock = Lock.of({"c": freesound(1), "a": freesound(2), "b": freesound(1)})
    entries = json.loads(credits_json(lock))["sounds"]
    assert [(entry["tracks"], entry["sound_url"][-3:]) for entry in entries] == [
        (["a"], "/2/"),
        (["b", "c"], "/1/"),
    ]
    assert "    tracks: b, c\n" in credits_text(lock)
    assert "tracks: b, c" in Page(credits_html(lock)).text


def test_a_sound_of_freesound_is_one_sound_wherever_it_lies():
    lock = Lock.of({"a": freesound(), "b": freesound(sound="library:t.ogg", source="library", id="t.ogg")})
    assert [entry["tracks"] for entry in json.loads(credits_json(lock))["sounds"]] == [["a", "b"]]


def test_two_files_of_one_name_are_two_sounds():
    lock = Lock.of(
        {
            name: sound(sound=f"library:{name}/01.wav", id=f"{name}/01.wav", title="01", licence="unknown")
            for name in "ab"
        }
    )
    assert [entry["tracks"] for entry in json.loads(credits_json(lock))["sounds"]] == [["a"], ["b"]]


@pytest.mark.parametrize("form", FORMS)
def test_the_order_of_the_lock_does_not_show(form):
    sounds = {"b": freesound(1), "a": freesound(2, licence="cc0"), "c": sound(licence="unknown")}
    assert form(Lock.of(sounds)) == form(Lock.of(dict(reversed(sounds.items()))))


# -- each kind of sound


def test_what_asks_for_nothing_is_listed_all_the_same():
    builtin = sound(
        source="builtin", sound="builtin:rain", id="rain", licence="cc0", title="Steady rain", author="imgext"
    )
    lock = Lock.of(
        {
            "zero": freesound(licence="cc0", licence_url=None),
            "rain": builtin,
            "credit": freesound(7),
            "own": sound(licence="unknown"),
        }
    )
    text = credits_text(lock)
    assert "\nSteady rain, built into imgext -- License: Creative Commons 0\n" in text
    order = [
        text.index(part)
        for part in (
            "Credit is asked for:",
            "/s/7/",
            "No credit is asked for:",
            "Steady rain",
            "/s/412068/",
            "Your own",
        )
    ]
    assert all(one < other for one, other in pairwise(order))
    required = {
        entry["tracks"][0]: entry["credit_required"] for entry in json.loads(credits_json(lock))["sounds"]
    }
    assert required == {"zero": False, "rain": False, "credit": True, "own": None}


def test_an_own_file_has_no_stated_licence():
    lock = Lock.of(
        {"own": sound(source="file", sound="sounds/gull.wav", id="sounds/gull.wav", licence="unknown")}
    )
    text = credits_text(lock)
    assert (
        "Your own: nothing states a licence (1 sound):\n\n"
        "sounds/gull.wav, author not stated -- License: not stated " in text
    )
    assert "Licences:" not in text
    assert licence_warnings(lock) == []


def test_a_licence_without_a_version_is_given_none():
    text = credits_text(Lock.of({"a": freesound(licence_url=None)}))
    assert "-- License: Attribution (" in text
    assert "\nAttribution -- version not stated: look it up" in text
    assert "/licenses/by/" not in text


def test_a_deed_of_another_licence_is_not_used_and_told():
    lock = Lock.of({"a": freesound(licence_url="https://creativecommons.org/licenses/by-nc/4.0/")})
    assert "by-nc" not in credits_text(lock)
    ((track, because),) = licence_warnings(lock)
    assert track == "a"
    assert "locked as `by`" in because
    assert "says `by-nc`" in because


def test_a_remix_says_that_its_sources_need_credit():
    lock = Lock.of({"a": freesound(remix=True), "b": freesound(2)})
    note = "a remix: its sources need credit too, see https://freesound.org/s/412068/"
    assert credits_text(lock).count("a remix") == 1
    assert f"    {note}\n" in credits_text(lock)
    assert note in Page(credits_html(lock)).text
    assert [entry["remix"] for entry in json.loads(credits_json(lock))["sounds"]] == [True, False]


def test_freesound_is_named_where_sounds_come_from_it():
    assert "With sounds from Freesound, https://freesound.org" in credits_text(Lock.of({"a": freesound()}))
    assert "Freesound" not in credits_text(
        Lock.of({"a": sound(url="https://example.org/freesound.org/s/1/")})
    )


def test_an_empty_lock_says_so():
    assert credits_text(Lock.of({})) == "No sounds are locked: nothing to credit.\n"
    assert "nothing to credit" in Page(credits_html(Lock.of({}))).text
    assert json.loads(credits_json(Lock.of({}))) == {
        "schema": "imgext.credits/1",
        "sounds": [],
        "warnings": [],
    }


# -- words of strangers


@pytest.mark.parametrize("field", ["title", "author"])
def test_a_strangers_words_cannot_leave_their_place(field):
    evil = "</bdi></title><script>alert(1)</script>\" onmouseover='x' & &lt; BODY"
    lock = Lock.of({"a": freesound(**{field: evil})})
    page = Page(credits_html(lock))
    assert "script" not in page.names
    assert evil in page.text
    assert (
        json.loads(credits_json(lock))["sounds"][0][{"title": "sound_name", "author": "author_name"}[field]]
        == evil
    )


@pytest.mark.parametrize("form", FORMS)
def test_a_title_cannot_break_its_line_or_hide_its_end(form):
    text = form(
        Lock.of({"a": sound(title="one\ntwo\x1b[31m\u2028three\u202egpj.exe\ud800", author="\x00\r\nAnn")})
    )
    assert "one two [31m three gpj.exe" in text
    assert not set(text) & set("\x1b\x00\r\u2028\u202e\ud800")
    text.encode()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://example.org",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org/x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org/x",
        "example.org/x",
        "https:example.org",
        "https://",
        "https://[::1",
        "https://example.org/a b",
        "https://example.org/\u202ex",
        "java\tscript:alert(1)",
    ],
)
def test_only_web_addresses_are_linked(url):
    lock = Lock.of({"a": sound(url=url, author="Ann", licence="other", licence_url=url)})
    assert Page(credits_html(lock)).links == {}
    entry = json.loads(credits_json(lock))["sounds"][0]
    assert (entry["sound_url"], entry["license_url"]) == (None, None)


def test_an_address_with_quotes_stays_one_attribute():
    url = "https://example.org/?a='\"&b=<x>"
    assert set(Page(credits_html(Lock.of({"a": sound(url=url, author="Ann", licence="unknown")}))).links) == {
        url
    }


# -- warnings


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"licence": "by"}, []),
        ({"licence": "cc0"}, []),
        ({"licence": "cc0", "author": None}, []),
        ({"licence": "by-nc"}, ["non-commercial: the mix may not be published for money"]),
        ({"licence": "sampling+"}, ["neither advertising nor commercial"]),
        ({"licence": "by-sa"}, ["share-alike: the mix must be published under the same licence"]),
        (
            {"licence": "by-nd"},
            [
                (
                    "no derivatives: a mix, in which the sound is trimmed, filtered and mixed, may not be "
                    "published"
                )
            ],
        ),
        ({"licence": "by-nc-sa"}, ["non-commercial", "share-alike"]),
        ({"licence": "by-nc-nd"}, ["non-commercial", "no derivatives"]),
        ({"licence": "other"}, ["does not know its licence: look it up at https://example.org/s"]),
        (
            {"licence": "other", "licence_url": "https://example.org/l", "url": None},
            ["look it up at https://example.org/l before"],
        ),
        (
            {"licence": "by", "author": None},
            [
                (
                    "Attribution asks for credit, but the author is not stated: look it up at "
                    "https://example.org/s"
                )
            ],
        ),
        (
            {"licence": "cc0", "remix": True},
            ["a remix: its sources need credit too, see https://example.org/s"],
        ),
    ],
)
def test_what_a_publisher_must_know_is_a_warning(parts, words):
    lock = Lock.of({"a": sound(**{"url": "https://example.org/s", "author": "Ann", "title": "t", **parts})})
    said = licence_warnings(lock)
    assert len(said) == len(words)
    for (track, because), word in zip(said, words, strict=True):
        assert track == "a"
        assert word in because
    assert json.loads(credits_json(lock))["warnings"] == [
        {"track": track, "because": because} for track, because in said
    ]


def test_a_warning_names_the_version():
    deed = "https://creativecommons.org/licenses/by-sa/3.0/"
    ((_, because),) = licence_warnings(Lock.of({"a": freesound(licence="by-sa", licence_url=deed)}))
    assert because.startswith("Attribution ShareAlike 3.0 is share-alike")


def test_every_track_of_a_sound_is_warned_of():
    lock = Lock.of(
        {"b": freesound(licence="by-nc", licence_url=None), "a": freesound(licence="by-nc", licence_url=None)}
    )
    assert [track for track, _ in licence_warnings(lock)] == ["a", "b"]


@pytest.mark.parametrize(
    ("other", "together"), [("by-nc", False), ("by-nc-sa", False), ("by", True), ("cc0", True)]
)
def test_share_alike_and_non_commercial_exclude_each_other(other, together):
    """The chart of "Can I combine material under different Creative Commons licenses in my work?",
    https://creativecommons.org/faq/."""
    lock = Lock.of(
        {
            "a": freesound(1, licence="by-sa", licence_url=None),
            "b": freesound(2, licence=other, licence_url=None),
        }
    )
    said = [
        because
        for track, because in licence_warnings(lock)
        if track == "a" and "may not be published in one mix" in because
    ]
    assert bool(said) is not together
