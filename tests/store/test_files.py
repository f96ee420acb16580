"""Names of files: in another Unicode form, behind a link, and made portable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgext.scene.rules import path_fault
from imgext.store.files import LONGEST_NAME, as_spelled, portable_name, rewrite_text


@pytest.mark.parametrize(("stands", "asked"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_a_name_in_another_unicode_form_is_found_in_every_part_of_a_path(tmp_path, stands, asked):
    there = tmp_path / unicodedata.normalize(stands, "Gänse") / unicodedata.normalize(stands, "Hündin.flac")
    there.parent.mkdir()
    there.write_bytes(b"x")
    name = unicodedata.normalize(asked, "Gänse/Hündin.flac")
    assert as_spelled(tmp_path / name) == there


def test_the_form_that_is_there_comes_first_and_a_stranger_is_not_taken(tmp_path):
    for form in ("NFC", "NFD"):
        (tmp_path / unicodedata.normalize(form, "é.wav")).write_bytes(b"x")
    (tmp_path / "è.wav").write_bytes(b"x")
    for form in ("NFC", "NFD"):
        path = tmp_path / unicodedata.normalize(form, "é.wav")
        assert as_spelled(path) == path
    assert as_spelled(tmp_path / "ë.wav") == tmp_path / "ë.wav"


def test_a_link_to_a_file_stays_and_a_dangling_one_is_replaced(tmp_path):
    (tmp_path / "real.yaml").write_text("old", encoding="utf-8")
    for name, target in (("link.yaml", "real.yaml"), ("gone.yaml", "nowhere.yaml")):
        (tmp_path / name).symlink_to(target)
        rewrite_text(tmp_path / name, "new")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text(encoding="utf-8") == "new"
    assert not (tmp_path / "gone.yaml").is_symlink()
    assert not (tmp_path / "nowhere.yaml").exists()


@pytest.mark.parametrize("name", ["sea.jpg", "Hündin.png", "bird 2.webp", "🐕.jpg", ".hidden.jpg"])
def test_a_portable_name_stays(name):
    assert portable_name(name) == name


@given(st.text(st.characters(blacklist_characters="/\0"), min_size=1, max_size=90))
def test_every_name_becomes_one_that_a_scene_and_a_file_system_take(name):
    made = portable_name(name)
    assert made
    assert path_fault(made) is None
    assert len(made.encode("utf-8")) <= LONGEST_NAME + 1
    assert portable_name(made) == made
