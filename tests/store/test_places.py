from imgext.store.files import sha256_of
from imgext.store.places import KEPT, cache_folder, locate, remember


def test_a_remembered_content_is_found_again(tmp_path, cache):
    path = tmp_path / "a.bin"
    path.write_bytes(b"content")
    remember(sha256_of(path), path)
    assert locate(sha256_of(path)) == path.resolve()


def test_a_changed_file_is_not_the_content(tmp_path, cache):
    path = tmp_path / "a.bin"
    path.write_bytes(b"content")
    digest = sha256_of(path)
    remember(digest, path)
    path.write_bytes(b"CONTENT")
    assert locate(digest) is None


def test_the_next_place_answers_when_the_newest_is_gone(tmp_path, cache):
    first, second = tmp_path / "a.bin", tmp_path / "b.bin"
    for path in (first, second):
        path.write_bytes(b"content")
    digest = sha256_of(first)
    remember(digest, first)
    remember(digest, second)
    second.unlink()
    assert locate(digest) == first.resolve()


def test_only_a_few_places_are_kept(tmp_path, cache):
    for number in range(KEPT + 3):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(b"content")
        remember(sha256_of(path), path)
    for number in range(3, KEPT + 3):
        (tmp_path / f"{number}.bin").unlink()
    assert locate(sha256_of(tmp_path / "0.bin")) is None


def test_damaged_notes_and_wrong_digests_answer_nothing(tmp_path, cache):
    digest = "ab" * 32
    note = cache_folder() / "places" / "ab" / digest
    note.parent.mkdir(parents=True)
    for text in ("", "{}", '{"bytes": 1, "paths": 3}', '{"bytes": 1, "paths": [3]}', "[1]"):
        note.write_text(text, encoding="utf-8")
        assert locate(digest) is None
    assert locate("../../etc/passwd") is None


def test_nothing_is_copied(tmp_path, cache):
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 100_000)
    remember(sha256_of(path), path)
    assert sum(note.stat().st_size for note in cache.rglob("*") if note.is_file()) < 1000
