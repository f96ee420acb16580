import csv
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgext.errors import CannotWriteError, MissingInputError
from imgext.ontology.words import key_of
from imgext.sounds.library import library as module
from imgext.sounds.library.descriptions import from_names, keys_of
from imgext.sounds.library.library import Library

PETS = {
    "dog/a.wav": {"label": "dog", "licence": "CC0", "author": "Ann"},
    "dog/b.wav": {"label": "dog barking", "licence": "by"},
    "misc/c.wav": {"label": "park", "tags": "birds, dog, children", "licence": "by-nc"},
    "misc/d.wav": {"label": "hot tin roof", "title": "The Dog and I"},
}


def ids(found):
    return [candidate.id for candidate in found]


@pytest.fixture
def headers(monkeypatch):
    """Which files had their header read."""
    read = []
    real = module.header_of
    monkeypatch.setattr(module, "header_of", lambda path: (read.append(Path(path).name), real(path))[1])
    return read


def test_an_exact_label_comes_before_words_in_the_label_before_tags_and_title(make_library):
    found = make_library(PETS).search("Dogs")
    assert [(candidate.id, candidate.rank) for candidate in found] == [
        ("dog/a.wav", 0),
        ("dog/b.wav", 1),
        ("misc/c.wav", 2),
        ("misc/d.wav", 2),
    ]


def test_ties_are_in_the_order_of_ids(make_library):
    files = {f"{name}.wav": {"label": "rain"} for name in "zab"}
    assert ids(make_library(files).search("rain")) == ["a.wav", "b.wav", "z.wav"]


def test_all_words_must_match(make_library):
    assert ids(make_library(PETS).search("barking dog")) == ["dog/b.wav"]
    assert make_library(PETS).search("barking cat") == []


def test_a_candidate_carries_what_the_index_says(make_library):
    first = make_library(PETS).search("dog")[0]
    assert (first.source, first.licence, first.author, first.duration) == ("library", "cc0", "Ann", 1.2)
    assert first.path.is_file()
    assert first.reference == "library:dog/a.wav"


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '"dog',
        "dog*",
        "dog AND",
        "NOT dog NEAR(",
        "label:dog)",
        "dog; --",
        "^dog",
        "🐕",
        "",
        "({[",
        "dog\x00",
    ],
)
def test_search_words_are_never_a_query_language(make_library, query):
    found = make_library(PETS).search(query)
    assert all("dog" in (candidate.label + candidate.tags + candidate.title).lower() for candidate in found)


def test_words_of_the_query_language_are_found_as_words(make_library):
    library = make_library({"x.wav": {"label": "near or not AND far"}})
    assert ids(library.search("NOT near")) == ["x.wav"]


def test_a_second_look_opens_no_file(make_library, headers):
    library = make_library(PETS)
    assert sorted(headers) == ["a.wav", "b.wav", "c.wav", "d.wav"]
    headers.clear()
    report = library.refresh()
    assert headers == []
    assert (report.files, report.added, report.changed, report.removed) == (4, 0, 0, 0)


def test_only_the_changed_file_is_read_again(make_library, headers, sound_writer):
    library = make_library(PETS)
    headers.clear()
    sound_writer(library.root / "dog/b.wav", seconds=2.0)
    report = library.refresh()
    assert headers == ["b.wav"]
    assert report.changed == 1
    assert library.get("dog/b.wav").duration == 2.0


def test_a_touched_file_of_the_same_size_is_read_again(make_library, headers):
    library = make_library(PETS)
    headers.clear()
    os.utime(library.root / "dog/a.wav", ns=(1, 1))
    library.refresh()
    assert headers == ["a.wav"]


def test_files_that_are_gone_are_dropped(make_library):
    library = make_library(PETS)
    (library.root / "dog/a.wav").unlink()
    assert library.refresh().removed == 1
    assert "dog/a.wav" not in ids(library.search("dog"))
    assert library.get("dog/a.wav") is None


def test_a_changed_index_is_taken_over_without_opening_sounds(make_library, headers):
    library = make_library(PETS)
    headers.clear()
    (library.root / "index.csv").write_text("file,label\ndog/a.wav,wolf\n", encoding="utf-8")
    library.refresh()
    assert headers == []
    assert ids(library.search("wolf")) == ["dog/a.wav"]


def test_another_process_sees_the_same_index_without_looking(make_library, headers):
    root = make_library(PETS).root
    headers.clear()
    assert len(Library(root, refresh=False).search("dog")) == 4
    assert headers == []


def test_each_folder_has_its_own_index(make_library):
    one = make_library({"a.wav": {"label": "rain"}}, "one")
    two = make_library({"b.wav": {"label": "rain"}}, "two")
    assert one.database != two.database
    assert (ids(one.search("rain")), ids(two.search("rain"))) == (["a.wav"], ["b.wav"])


def test_broken_files_are_left_out_and_named(make_library, sound_writer):
    library = make_library(PETS)
    (library.root / "torn.wav").write_bytes(b"RIFF\x00\x00")
    (library.root / "empty.flac").write_bytes(b"")
    (library.root / "notes.txt").write_text("not a sound", encoding="utf-8")
    sound_writer(library.root / "silent.wav", seconds=0)
    for _ in range(2):  # the second look has to remember
        assert sorted(name for name, _ in library.refresh().skipped) == [
            "empty.flac",
            "silent.wav",
            "torn.wav",
        ]
    assert len(library.sounds()) == 4


@pytest.mark.parametrize(
    "name",
    [
        'it\'s "quoted".wav',
        "per%cent & $HOME.wav",
        "emoji 🐕.wav",
        "ünïcode.wav",
        "-rf *.wav",
        "; DROP TABLE files; --.wav",
        "a:b.wav",
    ],
)
def test_hostile_names_are_only_names(make_library, name):
    library = make_library({f"dir/{name}": {"label": "thing"}, "other.wav": {"label": "thing"}})
    assert ids(library.search("thing")) == sorted([f"dir/{name}", "other.wav"])
    assert library.get(f"dir/{name}").path.is_file()


def test_names_that_a_scene_cannot_hold_are_left_out_and_named(make_library):
    library = make_library({"fine.wav": {"label": "rain"}})
    sound = (library.root / "fine.wav").read_bytes()
    (library.root / "line\nbreak.wav").write_bytes(sound)
    (library.root / os.fsdecode(b"bad\xff.wav")).write_bytes(sound)
    report = library.refresh()
    assert [reason for _, reason in sorted(report.skipped)] == [
        "the name is not UTF-8",
        "the name has a control character in it",
    ]
    assert ids(library.sounds()) == ["fine.wav"]


def test_a_bad_index_is_reported_and_names_are_used_instead(make_library):
    library = make_library({"wolf.wav": {"label": "dog"}})
    (library.root / "index.csv").write_bytes(b"name,label\nhound,\xff\n")
    assert library.refresh().skipped[0][0] == "index.csv"
    assert ids(library.search("wolf")) == ["wolf.wav"]


def test_a_damaged_index_is_made_again(make_library):
    library = make_library(PETS)
    library.close()
    library.database.write_bytes(b"this is no database" * 100)
    assert len(Library(library.root).search("dog")) == 4


def test_an_index_of_another_layout_is_made_again(make_library):
    library = make_library(PETS)
    library.close()
    db = sqlite3.connect(library.database)
    db.execute("DROP TABLE words")
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    assert len(Library(library.root).search("dog")) == 4


def test_a_folder_that_is_not_there_is_named(tmp_path, cache):
    with pytest.raises(MissingInputError, match="nowhere"):
        Library(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file_id", "label", "tags"),
    [
        ("door-wood_creaks/1-2345-A.ogg", "door wood creaks", "door wood creaks"),
        ("dog_bark_02.wav", "dog bark", ""),
        ("Animals/Dogs/BarkLoud 1.wav", "bark loud", "animals dogs"),
        ("Sounds/rain/REC001.WAV", "rain", "rain"),
        ("0001.wav", "0001", ""),
    ],
)
def test_labels_come_from_file_and_folder_names(file_id, label, tags):
    about = from_names(file_id)
    assert (about.label, about.tags, about.licence) == (label, tags, "unknown")


def write_index(root, rows):
    """An index.csv of these rows, whatever their columns."""
    columns = ["file", *dict.fromkeys(name for about in rows.values() for name in about)]
    with (root / "index.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows({"file": file_id, **about} for file_id, about in rows.items())


@pytest.fixture
def rated_library(make_library):
    """A library whose index has any columns."""

    def make(rows, name="rated"):
        library = make_library({file_id: {} for file_id in rows}, name, indexed=False)
        write_index(library.root, rows)
        library.refresh()
        return library

    return make


def test_a_match_in_the_description_alone_comes_last(rated_library):
    library = rated_library(
        {
            "a.wav": {"label": "park", "description": "a dog far away"},
            "b.wav": {"label": "park", "tags": "dog", "description": "a dog"},
            "c.wav": {"label": "hot dog"},
            "d.wav": {"label": "dog"},
        }
    )
    assert [(found.id, found.rank) for found in library.search("dog")] == [
        ("d.wav", 0),
        ("c.wav", 1),
        ("b.wav", 2),
        ("a.wav", 3),
    ]


def test_words_may_stand_in_different_fields_and_the_worst_counts(rated_library):
    library = rated_library({"a.wav": {"label": "dog", "tags": "night", "description": "rain"}})
    assert [library.search(words)[0].rank for words in ("dog", "night dog", "rain night dog", "rain")] == [
        0,
        2,
        3,
        3,
    ]


def test_equal_matches_come_by_rating_then_downloads_then_id(rated_library):
    library = rated_library(
        {
            "a.wav": {"label": "dog"},
            "b.wav": {"label": "dog", "downloads": "9"},
            "c.wav": {"label": "dog", "rating": "3"},
            "d.wav": {"label": "dog", "rating": "4.5", "downloads": "1"},
            "e.wav": {"label": "dog", "rating": "4.5", "downloads": "2"},
            "f.wav": {"label": "dog", "rating": "0"},
            "g.wav": {"label": "dog", "rating": "4.5", "downloads": "2"},
        }
    )
    assert [found.id[0] for found in library.search("dog")] == list("egdcfba")


def test_a_limit_keeps_the_best_of_many_matches(rated_library):
    rows = {
        f"{number:02}.wav": {"label": "dog" if number % 2 else "dog bark", "rating": str(number % 10 / 2)}
        for number in range(60)
    }
    library = rated_library(rows)
    everything = library.search("dog", 1000)
    assert [(found.rank, -found.rating, found.id) for found in everything] == sorted(
        (found.rank, -found.rating, found.id) for found in everything
    )
    for limit in (1, 29, 30, 31, 59, 60, 61):
        assert library.search("dog", limit) == everything[:limit]
    assert library.search("dog", 0) == library.search("dog", -1) == []


def test_more_matches_than_one_statement_can_name_are_all_found(make_library):
    library = make_library({"a.wav": {"label": "dog"}})
    for number in range(1200):
        (library.root / f"{number}.wav").symlink_to("a.wav")
    (library.root / "index.csv").write_text(
        "file,label\n" + "".join(f"{number}.wav,dog\n" for number in range(1200)), encoding="utf-8"
    )
    library.refresh()
    assert len({found.id for found in library.search("dog", 5000)}) == 1200
    assert len(library.search("dog")) == 500


@pytest.mark.parametrize(
    ("about", "rated"),
    [
        ({"label": "dog"}, False),
        ({"rating": "9"}, False),
        ({"rating": "4", "votes": "2"}, False),
        ({"rating": "0"}, True),
        ({"rating": "4", "votes": "3"}, True),
    ],
)
def test_a_library_says_whether_anything_in_it_is_rated(rated_library, about, rated):
    library = rated_library({"a.wav": {"downloads": "1"}, "b.wav": about})
    assert library.has_ratings is rated
    (library.root / "b.wav").unlink()
    library.refresh()
    assert library.has_ratings is False


def test_a_rating_of_a_broken_file_does_not_make_a_rated_library(rated_library):
    library = rated_library({"a.wav": {"rating": "4"}, "b.wav": {}})
    (library.root / "a.wav").write_bytes(b"torn")
    library.refresh()
    assert library.has_ratings is False


@pytest.mark.parametrize(("gap", "seed"), [(1, 0), (1, 1), (2, 2), (3, 3), (1 << 20, 0)])
def test_the_order_does_not_depend_on_how_the_index_came_about(make_library, monkeypatch, gap, seed):
    """Files come, go and are rated anew, one or many at a time; a fresh index of the
    same folder answers the same."""
    monkeypatch.setattr("imgext.sounds.library.numbering.GAP", gap)
    draw = random.Random(seed)
    library = make_library({"zz.wav": {}}, indexed=False)
    rows = {"zz.wav": {"label": "dog"}}
    for turn in range(8):
        for _ in range(draw.choice((1, 2, 12))):
            name = f"{draw.choice('abc')}/{draw.choice('abcdefgh')}{draw.randrange(4)}.wav"
            path = library.root / name
            if path.exists() and draw.random() < 0.4:
                path.unlink()
                del rows[name]
                continue
            path.parent.mkdir(exist_ok=True)
            if not path.exists():
                shutil.copyfile(library.root / "zz.wav", path)
            rows[name] = {
                "label": draw.choice(("dog", "dog bark", "cat")),
                "rating": draw.choice(("", "2", "4")),
                "description": "dog",
            }
        write_index(library.root, rows)
        library.refresh()
        monkeypatch.setenv("IMGEXT_CACHE", str(library.root.parent / f"other{turn}"))
        fresh = Library(library.root)
        for words in ("dog", "bark", "cat"):
            assert library.search(words) == fresh.search(words)
        assert library.sounds() == fresh.sounds()
        assert len(library.sounds()) == len(rows)
        fresh.close()


def test_where_no_number_is_left_between_two_files_none_is_read_again(make_library, monkeypatch, headers):
    monkeypatch.setattr("imgext.sounds.library.numbering.GAP", 1)
    library = make_library({"a.wav": {}, "c.wav": {}}, indexed=False)
    headers.clear()
    shutil.copyfile(library.root / "a.wav", library.root / "b.wav")
    assert library.refresh().added == 1
    assert headers == ["b.wav"]
    assert ids(library.sounds()) == ["a.wav", "b.wav", "c.wav"]


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_the_words_of_a_plain_text_are_those_of_its_key(text):
    assert [word for word in keys_of(text) if word != "s"] == [
        word for word in key_of(text).split() if word != "s"
    ]


def test_words_of_any_script_are_found(make_library):
    library = make_library(
        {
            "a.wav": {"label": "犬 吠える"},
            "b.wav": {"label": "Übergrößenträger"},
            "c.wav": {"label": "собаки лают"},
        }
    )
    assert [ids(library.search(words)) for words in ("犬", "ubergroßentrager", "СОБАКИ")] == [
        ["a.wav"],
        ["b.wav"],
        ["c.wav"],
    ]


def test_a_question_of_thousands_of_words_is_no_error(make_library):
    library = make_library({"a.wav": {"label": "dog"}})
    assert library.search(" ".join(f"word{number}" for number in range(5000))) == []
    long = " ".join(f"w{number}" for number in range(module.MAX_WORDS))
    library = make_library({"a.wav": {"label": long}, "b.wav": {"label": f"{long} more"}}, "long")
    assert ids(library.search(long)) == ["a.wav", "b.wav"]
    assert ids(library.search(f"{long} more")) == ["b.wav"]


def test_a_folder_that_disappears_is_named_and_its_index_stays(make_library):
    library = make_library(PETS)
    away = library.root.rename(library.root.with_name("away"))
    with pytest.raises(MissingInputError, match="not a folder any more"):
        library.refresh()
    assert len(library.search("dog")) == 4
    away.rename(library.root)
    assert library.refresh().added == 0


def test_folders_below_that_disappear_take_their_sounds_along(make_library):
    library = make_library(PETS)
    shutil.rmtree(library.root / "misc")
    report = library.refresh()
    assert (report.files, report.removed) == (2, 2)
    assert ids(library.search("dog")) == ["dog/a.wav", "dog/b.wav"]


def test_a_folder_below_that_cannot_be_listed_is_named(make_library, monkeypatch):
    library = make_library(PETS)
    real = os.scandir

    def scandir(path):
        if str(path).endswith("misc/"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    report = library.refresh()
    assert ("misc/", "the folder cannot be read: Permission denied") in report.skipped
    assert report.files == 2


def test_nothing_is_written_into_the_folder(make_library):
    library = make_library(PETS)
    before = sorted((str(path), path.stat().st_mtime_ns) for path in [library.root, *library.root.rglob("*")])
    for path in [*library.root.rglob("*"), library.root]:
        path.chmod(0o555)
    try:
        assert len(Library(library.root).search("dog")) == 4
    finally:
        for path in [library.root, *library.root.rglob("*")]:
            path.chmod(0o755)
    assert (
        sorted((str(path), path.stat().st_mtime_ns) for path in [library.root, *library.root.rglob("*")])
        == before
    )


def test_links_to_folders_are_named_and_never_followed(make_library):
    library = make_library(PETS)
    (library.root / "dog/up").symlink_to("..")
    (library.root / "self").symlink_to("self")
    (library.root / "round.wav").symlink_to("round.wav")
    (library.root / "gone.wav").symlink_to("nowhere.wav")
    (library.root / "folder.wav").symlink_to("misc")
    (library.root / "linked.wav").symlink_to("dog/a.wav")
    report = library.refresh()
    assert sorted(name for name, _ in report.skipped) == ["dog/up", "folder.wav", "gone.wav", "round.wav"]
    assert report.files == 5
    assert ids(library.search("linked")) == ["linked.wav"]


def test_a_pipe_with_the_name_of_a_sound_is_named_and_not_waited_for(make_library, headers):
    library = make_library(PETS)
    headers.clear()
    os.mkfifo(library.root / "pipe.wav")
    assert library.refresh().skipped == (("pipe.wav", "is not a regular file"),)
    assert headers == []


def test_an_empty_file_is_named_as_empty(make_library):
    library = make_library(PETS)
    for ending in (".wav", ".ogg", ".mp3", ".flac", ".aiff"):
        (library.root / f"nothing{ending}").touch()
    assert {reason for _, reason in library.refresh().skipped} == {"the file is empty"}


def test_a_folder_whose_name_a_scene_cannot_hold_is_named_once(make_library):
    library = make_library(PETS)
    odd = library.root / os.fsdecode(b"bad\xff")
    shutil.copytree(library.root / "dog", odd)
    (library.root / "new\nline").mkdir()
    assert sorted(library.refresh().skipped) == [
        ("bad\\udcff", "the name is not UTF-8"),
        ("new\nline", "the name has a control character in it"),
    ]


PROGRAM = """
import sys
from pathlib import Path
from imgext.sounds.library.library import Library
library = Library(Path(sys.argv[1]))
print(library.report.files, [found.id for found in library.search("dog")])
"""


def test_processes_that_index_the_same_folder_at_once_agree(make_library):
    library = make_library({f"{number:03}.wav": {"label": "dog"} for number in range(300)})
    library.close()
    library.database.unlink()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(library.root)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    ended = [(*process.communicate(timeout=60), process.returncode) for process in running]
    assert {(err, code) for _, err, code in ended} == {("", 0)}
    assert {out for out, _, _ in ended} == {f"300 {[f'{number:03}.wav' for number in range(300)]}\n"}


def test_an_index_that_another_process_never_lets_go_is_an_error_with_its_name(make_library, monkeypatch):
    library = make_library(PETS)
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    other = sqlite3.connect(library.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(CannotWriteError, match="locked"):
        Library(library.root)
    other.close()
    assert len(Library(library.root).search("dog")) == 4


def test_a_look_that_fails_half_way_leaves_the_index_as_it_was(make_library, monkeypatch):
    library = make_library(PETS)
    shutil.copyfile(library.root / "dog/a.wav", library.root / "zebra.wav")
    (library.root / "dog/b.wav").unlink()
    monkeypatch.setattr(module, "header_of", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        library.refresh()
    assert len(library.search("dog")) == 4
    monkeypatch.undo()


@pytest.mark.parametrize("page", range(9))
@pytest.mark.parametrize("rubbish", [b"\x00", b"\xff", b"dog bark "])
def test_a_page_of_the_index_full_of_rubbish_loses_nothing(make_library, page, rubbish):
    library = make_library(
        PETS | {f"x{number}.wav": {"label": "cat", "tags": "pet " * 40} for number in range(5)}
    )
    library.close()
    data = bytearray(library.database.read_bytes())
    size = int.from_bytes(data[16:18], "big")  # https://www.sqlite.org/fileformat.html, 1.3.2
    start = page * size
    assert start < len(data)
    data[start : start + size] = (rubbish * size)[:size]
    library.database.write_bytes(data)
    for refresh in (False, True):
        again = Library(library.root, refresh=refresh)
        assert [found.id for found in again.search("dog")] == [
            "dog/a.wav",
            "dog/b.wav",
            "misc/c.wav",
            "misc/d.wav",
        ]
        assert len(again.search("pet")) == 5
        assert len(again.sounds()) == 9
        again.close()


def test_an_index_that_was_never_made_is_made_even_where_no_look_is_asked_for(make_library):
    library = make_library(PETS)
    library.close()
    library.database.unlink()
    assert len(Library(library.root, refresh=False).search("dog")) == 4


def test_an_index_cut_off_in_the_middle_is_made_again(make_library):
    library = make_library(PETS)
    library.close()
    data = library.database.read_bytes()
    library.database.write_bytes(data[: len(data) // 2])
    assert len(Library(library.root).search("dog")) == 4


def test_a_row_that_cannot_be_is_damage_too(make_library):
    library = make_library(PETS)
    db = sqlite3.connect(library.database)
    db.execute("UPDATE files SET about = 'nonsense'")
    db.commit()
    db.close()
    assert len(library.search("dog")) == 4


def test_an_index_of_the_first_layout_is_made_again(make_library):
    library = make_library(PETS)
    library.close()
    library.database.unlink()
    db = sqlite3.connect(library.database)
    db.execute("CREATE TABLE files (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, label TEXT)")
    db.execute("CREATE VIRTUAL TABLE words USING fts5(label, tags, title)")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    assert len(Library(library.root).search("dog")) == 4


def test_an_index_of_a_later_layout_with_the_same_tables_is_not_used_as_it_is(make_library):
    library = make_library(PETS)
    library.close()
    db = sqlite3.connect(library.database)
    db.execute("DELETE FROM files")
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    assert len(Library(library.root, refresh=False).search("dog")) == 4


def test_an_id_that_no_file_can_have_is_not_found(make_library):
    library = make_library(PETS)
    assert [library.get(name) for name in ("bad\udcff.wav", "x" * 5000, "", "dog/a.wav\x00")] == [None] * 4


def test_a_cache_that_cannot_be_written_is_named(make_library, tmp_path, monkeypatch):
    root = make_library(PETS).root
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "file"))
    with pytest.raises(CannotWriteError, match="libraries"):
        Library(root)


def test_a_closed_library_is_a_mistake_of_its_user_and_not_damage(make_library):
    library = make_library(PETS)
    library.close()
    with pytest.raises(sqlite3.ProgrammingError):
        library.search("dog")
