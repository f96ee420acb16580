import json
import math
import os
import unicodedata

import pytest

from imgext.sounds.library.descriptions import describe, label_of, plain
from imgext.sounds.library.index import read_index
from imgext.sounds.library.library import Library
from imgext.sounds.library.sidecar import MAX_SIDECAR, read_sidecar, walk

#: A record in the form of https://freesound.org/docs/api/resources_apiv2.html; the values are made up.
TIGER = {
    "id": 412068,
    "url": "https://freesound.org/people/ann/sounds/412068/",
    "name": "tiger growl 02.wav",
    "tags": ["tiger", "big-cat"],
    "description": "Recorded at dusk.\r\nA deep rumble.",
    "license": "http://creativecommons.org/licenses/by/4.0/",
    "username": "ann",
    "avg_rating": 4.5,
    "num_ratings": 12,
    "num_downloads": 1201,
    "category_code": "fx-a",
    "single_event": True,
    "loopable": False,
    "reverbness": True,
    "is_remix": True,
    "pack": None,
    "previews": {"preview-hq-ogg": "https://example.org/x.ogg"},
}


@pytest.fixture
def told(tmp_path):
    """What a sidecar with this content says."""

    def read(content):
        path = tmp_path / "x.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return read_sidecar(str(path), path.stat().st_size)

    return read


@pytest.fixture
def folder(tmp_path, cache, sound_writer):
    """A library of sounds by name, each with its sidecar (None: none)."""

    def make(sidecars):
        root = tmp_path / "library"
        for number, (name, record) in enumerate(sidecars.items()):
            path = sound_writer(root / name, seed=number)
            if record is not None:
                path.with_suffix(".json").write_text(json.dumps(record), encoding="utf-8")
        return Library(root)

    return make


def test_a_candidate_carries_every_field_of_its_sidecar(folder):
    found = folder({"a/x1.wav": TIGER}).get("a/x1.wav")
    assert (found.label, found.title, found.tags) == ("tiger growl", "tiger growl 02.wav", "tiger, big-cat")
    assert found.description == "Recorded at dusk. A deep rumble."
    assert (found.licence, found.licence_url) == ("by", "https://creativecommons.org/licenses/by/4.0/")
    assert (found.author, found.url) == ("ann", TIGER["url"])
    assert (found.rating, found.downloads, found.category) == (4.5, 1201, "fx-a")
    assert (found.single_event, found.loopable, found.reverberant, found.remix) == (True, False, True, True)


def test_a_candidate_of_a_silent_sidecar_is_named_by_its_file_and_knows_nothing_else(folder):
    found = folder({"birds/owl.wav": {}}).get("birds/owl.wav")
    assert (found.label, found.tags, found.title, found.licence, found.licence_url) == (
        "owl",
        "birds",
        "owl",
        "unknown",
        "",
    )
    assert (found.rating, found.downloads, found.category, found.description) == (None, None, "", "")
    assert (found.single_event, found.loopable, found.reverberant, found.remix) == (None, None, None, False)


def test_null_says_nothing(told):
    assert told(dict.fromkeys(TIGER)) == ({}, [])


@pytest.mark.parametrize(("votes", "rating"), [(0, None), (2, None), (3, 4.5), (400, 4.5), (None, None)])
def test_a_rating_counts_from_three_votes_on(told, votes, rating):
    facts, faults = told({"avg_rating": 4.5, "num_ratings": votes})
    assert (facts["rating"], faults) == (rating, [])


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_address_is_made_of_the_number_where_there_is_none(told, number):
    assert told({"id": number})[0] == ({"url": f"https://freesound.org/s/{number}/"} if number else {})


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("avg_rating", 8.6, "rating"),
        ("avg_rating", -0.1, "rating"),
        ("avg_rating", math.nan, "rating"),
        ("avg_rating", math.inf, "rating"),
        ("avg_rating", "good", "rating"),
        ("avg_rating", True, "rating"),
        ("avg_rating", [4], "rating"),
        ("avg_rating", 10**400, "rating"),
        ("num_ratings", -3, "votes"),
        ("num_ratings", 2.5, "votes"),
        ("num_downloads", -1, "downloads"),
        ("num_downloads", 1e300, "downloads"),
        ("num_downloads", math.nan, "downloads"),
        ("num_downloads", {}, "downloads"),
        ("name", 7, "title"),
        ("tags", "dog, cat", "tags"),
        ("tags", ["dog", 7], "tags"),
        ("description", ["x"], "description"),
        ("license", 4, "license"),
        ("username", {}, "author"),
        ("url", "javascript:alert(1)", "url"),
        ("url", 1, "url"),
        ("category_code", "Animals", "category"),
        ("category_code", 3, "category"),
        ("single_event", 1, "single_event"),
        ("loopable", "perhaps", "loopable"),
        ("reverbness", 0.7, "reverberant"),
        ("is_remix", [], "remix"),
    ],
)
def test_a_field_that_cannot_be_is_left_out_and_named_and_the_others_count(told, field, value, named):
    facts, faults = told(TIGER | {field: value})
    assert len(faults) == 1
    assert faults[0].startswith(f"{named}: ")
    whole = told(TIGER)[0]
    lost = {name for name in whole if facts.get(name) != whole[name]}
    assert lost <= {named, "rating", "label", "licence", "licence_url", "url", "doubt"}
    assert named == "url" or facts.get(named) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b'"tiger"',
        b"null",
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"id": ' + b"9" * 10_000 + b"}",
        b"tiger,4.5",
    ],
)
def test_what_is_no_record_gives_one_reason_and_puts_the_licence_in_doubt(told, content):
    facts, faults = told(content)
    assert set(facts) == {"licence", "licence_url", "doubt"}
    assert faults == [facts["doubt"]]


def test_texts_are_single_lines_of_bounded_length_without_control_characters(told):
    facts, faults = told(
        {
            "name": "a\x1b[31m\x00b\ud800c\x1fd",
            "description": "word " * 100_000,
            "tags": ["x" * 50] * 100,
            "username": "y" * 9999,
        }
    )
    assert faults == []
    assert facts["title"] == "a [31m b c d"
    assert len(facts["description"]) <= 2000
    assert len(facts["tags"]) <= 1000
    assert len(facts["author"]) <= 300


@pytest.mark.parametrize("kind", ["pipe", "folder", "huge", "dangling", "loop"])
def test_a_sidecar_that_is_no_small_regular_file_is_named_and_never_opened(folder, kind, monkeypatch):
    library = folder({"dog.wav": None})
    path = library.root / "dog.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "huge":
        with path.open("wb") as stream:
            stream.truncate(100 << 20)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere.json" if kind == "dangling" else "dog.json")
    opened = []
    real = os.open
    monkeypatch.setattr(
        os, "open", lambda name, *rest, **more: (opened.append(str(name)), real(name, *rest, **more))[1]
    )
    report = library.refresh()
    assert not [name for name in opened if name.endswith(".json")]
    if kind != "folder":  # a folder called dog.json is only a folder
        assert [name for name, _ in report.skipped] == ["dog.json"]
        assert library.refresh().skipped == report.skipped
    assert [found.id for found in library.search("dog")] == ["dog.wav"]


def test_a_pipe_that_takes_a_sidecars_place_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.json")
    assert read_sidecar(str(tmp_path / "x.json"), 10)[1] == [
        "is not JSON: Expecting value: line 1 column 1 (char 0)"
    ]


def test_a_sidecar_at_the_bound_is_read_and_one_byte_more_is_not(told):
    start, end = b'{"username": "ann", "x": "', b'"}'
    assert told(start + b"x" * (MAX_SIDECAR - len(start + end)) + end) == ({"author": "ann"}, [])
    facts, faults = told(start + b"x" * (MAX_SIDECAR - len(start + end) + 1) + end)
    assert (facts["licence"], faults) == ("other", ["is larger than 1 MiB"])


def test_the_sidecar_with_the_whole_name_comes_first(folder):
    library = folder({"dog.wav": {"username": "stem"}})
    (library.root / "dog.wav.json").write_text('{"username": "whole"}', encoding="utf-8")
    library.refresh()
    assert library.get("dog.wav").author == "whole"
    (library.root / "dog.wav.json").unlink()
    library.refresh()
    assert library.get("dog.wav").author == "stem"


def test_a_broken_sidecar_is_named_at_every_look_and_names_are_used(folder):
    library = folder({"a/dog.wav": TIGER})
    (library.root / "a/dog.json").write_text("{", encoding="utf-8")
    for _ in range(2):
        assert [name for name, _ in library.refresh().skipped] == ["a/dog.json"]
    assert (library.get("a/dog.wav").label, library.get("a/dog.wav").rating) == ("dog", None)


def test_a_changed_added_or_removed_sidecar_is_noticed_without_reading_the_sound(folder, monkeypatch):
    from imgext.sounds.library import library as module

    library = folder({"a.wav": TIGER, "b.wav": None})
    monkeypatch.setattr(module, "header_of", lambda path: pytest.fail(f"{path} was read"))
    (library.root / "a.json").write_text(json.dumps(TIGER | {"name": "wolf.wav"}), encoding="utf-8")
    (library.root / "b.json").write_text(json.dumps({"name": "bear.wav"}), encoding="utf-8")
    report = library.refresh()
    assert (report.described_anew, report.changed, report.added) == (2, 0, 0)
    assert [found.id for found in library.search("wolf") + library.search("bear")] == ["a.wav", "b.wav"]
    (library.root / "a.json").unlink()
    assert library.refresh().described_anew == 1
    assert library.search("wolf") == []


def test_a_sidecar_of_the_same_size_with_another_time_is_read_again(folder):
    library = folder({"a.wav": {"name": "wolf"}})
    (library.root / "a.json").write_text('{"name": "bear"}', encoding="utf-8")
    os.utime(library.root / "a.json", ns=(1, 1))
    assert library.refresh().described_anew == 1
    assert library.get("a.wav").label == "bear"


def test_the_index_comes_before_the_sidecar_and_blanks_are_taken_from_it(folder):
    library = folder({"x.wav": TIGER})
    (library.root / "index.csv").write_text(
        "file,label,licence,rating\nx.wav,panther,CC0,3.5\n", encoding="utf-8"
    )
    library.refresh()
    found = library.get("x.wav")
    assert (found.label, found.licence, found.licence_url, found.rating) == (
        "panther",
        "cc0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        3.5,
    )
    assert (found.author, found.downloads, found.single_event) == ("ann", 1201, True)


def test_a_deed_is_never_that_of_another_licence():
    facts = {"licence": "by-nc", "licence_url": ""}
    sidecar = {"licence": "by", "licence_url": "https://creativecommons.org/licenses/by/4.0/"}
    about = describe("x.wav", facts, sidecar)
    assert (about.licence, about.licence_url) == ("by-nc", "")


@pytest.fixture
def row(tmp_path):
    """What a row of an index with these columns says."""

    def read(**cells):
        (tmp_path / "index.csv").write_text(
            f"file,{','.join(cells)}\nx.wav,{','.join(cells.values())}\n", encoding="utf-8"
        )
        index = read_index(tmp_path)
        index.match(["x.wav"])
        wrong = index.faults
        assert wrong == []
        return index.facts("x.wav")

    return read


def test_an_index_has_columns_for_everything(row):
    facts, faults = row(
        description="far away",
        rating="4.5",
        votes="3",
        downloads="7",
        category="ss-n",
        single_event="no",
        loopable="TRUE",
        reverberant="1",
        remix="yes",
    )
    assert faults == []
    assert facts == {
        "description": "far away",
        "rating": 4.5,
        "downloads": 7,
        "category": "ss-n",
        "single_event": False,
        "loopable": True,
        "reverberant": True,
        "remix": True,
    }


def test_an_index_may_use_the_names_of_freesound(row):
    facts, faults = row(
        avg_rating="4",
        num_ratings="3",
        num_downloads="7",
        category_code="fx",
        reverbness="0",
        is_remix="n",
        license="CC BY 3.0",
    )
    assert faults == []
    assert facts == {
        "rating": 4.0,
        "downloads": 7,
        "category": "fx",
        "reverberant": False,
        "remix": False,
        "licence": "by",
        "licence_url": "https://creativecommons.org/licenses/by/3.0/",
    }


def test_an_index_may_name_the_deed_but_not_that_of_another_licence(row):
    deed = "https://creativecommons.org/licenses/by/3.0/"
    assert row(licence="by", licence_url=deed)[0] == {"licence": "by", "licence_url": deed}
    assert row(licence_url=deed)[0] == {"licence": "by", "licence_url": deed}
    assert row(licence="by-nc", licence_url=deed)[0] == {"licence": "by-nc", "licence_url": ""}


@pytest.mark.parametrize(
    ("cells", "rating"), [({}, 4.0), ({"votes": ""}, 4.0), ({"votes": "2"}, None), ({"votes": "3"}, 4.0)]
)
def test_a_rating_in_an_index_counts_without_votes_for_a_person_wrote_it(row, cells, rating):
    assert row(rating="4", **cells) == ({"rating": rating}, [])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("rating", "5.1"),
        ("rating", "-1"),
        ("rating", "nan"),
        ("rating", "inf"),
        ("rating", "good"),
        ("downloads", "-1"),
        ("downloads", "1.5"),
        ("url", "file:///etc/passwd"),
        ("loopable", "perhaps"),
    ],
)
def test_what_cannot_be_in_an_index_is_left_out_and_named(row, column, value):
    facts, faults = row(**{column: value})
    assert facts == {}
    assert len(faults) == 1
    assert faults[0].startswith(f"{column}: ")


def test_a_column_called_category_may_name_what_is_heard(row):
    assert row(category="crying_baby") == ({"label": "crying baby"}, [])
    assert row(label="dog", category="Animals") == ({"label": "dog", "tags": "Animals"}, [])


def test_what_is_left_out_of_an_index_is_in_the_report_at_every_look(folder):
    library = folder({"x.wav": None})
    (library.root / "index.csv").write_text("file,rating\nx.wav,9\nmissing.wav,3\n", encoding="utf-8")
    for _ in range(2):
        assert sorted(library.refresh().skipped) == [
            ("index.csv", "no sound is here for 'missing.wav'"),
            ("index.csv", "x.wav: rating: '9' is not a number from 0 to 5"),
        ]


def test_an_index_with_other_columns_or_another_order_that_says_the_same_changes_nothing(folder):
    library = folder({"x.wav": None})
    (library.root / "index.csv").write_text("file,label,rating\nx.wav,dog,3\n", encoding="utf-8")
    library.refresh()
    (library.root / "index.csv").write_text("Rating,notes,File,Label\n3,mine,x.wav,dog\n", encoding="utf-8")
    assert library.refresh().described_anew == 0
    (library.root / "index.csv").write_text("file,label,rating\nx.wav,dog,4\n", encoding="utf-8")
    assert library.refresh().described_anew == 1


@pytest.mark.parametrize("text", ["Tiger_growl-02 (loop).wav", "tigerGrowl 3", "TIGER GROWL"])
def test_a_label_is_the_words_of_a_name(text):
    assert label_of(text) == "tiger growl"


def test_a_line_of_text_is_cut_at_its_bound():
    assert plain("ab " * 10, 7) == "ab ab a"


def test_a_walk_gives_every_folder_once_and_passes_over_the_hidden_ones(tmp_path, sound_writer):
    for name in ("a.wav", "b/c.wav", "b/d/e.wav", ".hidden/x.wav", "__MACOSX/x.wav", "b/.y.wav"):
        sound_writer(tmp_path / name)
    assert [(folder.id, [name for name, *_ in folder.sounds]) for folder in walk(tmp_path)] == [
        ("", ["a.wav"]),
        ("b/", ["c.wav"]),
        ("b/d/", ["e.wav"]),
    ]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_accented_word_of_a_name_is_one_word_in_either_unicode_form(form):
    assert label_of(unicodedata.normalize(form, "Brüllender Bär_02.flac")) == "brüllender bär"
