"""No damage to an index, a sidecar or a pack's list loses a licence in silence."""

from __future__ import annotations

import json
import random
import shutil

import pytest

from imgext.sounds.library.library import Library

#: What each sound's licence asks for, and ways to write it.
WAYS = {
    "by-nc": (
        "by-nc",
        "CC BY-NC 4.0",
        "https://creativecommons.org/licenses/by-nc/4.0/",
        "Attribution NonCommercial",
    ),
    "by": ("by", "CC BY 4.0", "http://creativecommons.org/licenses/by/3.0/", "Attribution"),
    "by-nc-sa": ("CC BY-NC-SA 3.0", "by-nc-sa"),
    "cc0": ("CC0", "Creative Commons 0"),
}
NAMES = ("dog/rex.wav", "dog/Bär.wav", "gate.wav", "rain on tin.wav", "555002__mara__bark.wav")
#: As free as a sound may be taken to be: nothing less than this may be asked of it.
FREER = {
    "by-nc": {"cc0", "by", "unknown"},
    "by-nc-sa": {"cc0", "by", "unknown"},
    "by": {"cc0", "unknown"},
    "cc0": set(),
}


def mutated(data: bytes, draw: random.Random) -> bytes:
    """One to three wounds: a byte changed, gone, new or twice, two in each other's
    place, a quote, a line break."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        at = draw.randrange(len(data) + 1)
        new = draw.choice(
            (bytes([draw.randrange(256)]), b",", b";", b'"', b"\n", b"\r", b"\t", b" ", b"\0", b"x", b"-")
        )
        data = draw.choice(
            (
                lambda d, at, new: d[:at] + new + d[at:],
                lambda d, at, new: d[:at] + new + d[at + 1 :],
                lambda d, at, new: d[:at] + d[at + 1 :],
                lambda d, at, new: d[:at] + d[at : at + 1] * 2 + d[at + 1 :],
                lambda d, at, new: d[:at] + d[at + 1 : at + 2] + d[at : at + 1] + d[at + 2 :],
                lambda d, at, new: d[:at].rstrip(b"\r\n\0"),  # a row that is gone as a whole says nothing
            )
        )(data, at, new)
    return data


def index_of(draw: random.Random) -> tuple[bytes, dict[str, str]]:
    columns = ["file", "label", "licence", "author", "rating"]
    columns = columns[: draw.choice((3, 4, 5))]
    if draw.random() < 0.3:
        draw.shuffle(columns)
    truth, delimiter = {}, draw.choice((",", ",", ";", "\t"))
    lines = [delimiter.join(columns)]
    for name in NAMES:
        word = draw.choice(list(WAYS))
        truth[name] = word
        cells = {
            "file": name,
            "label": "dog",
            "licence": draw.choice(WAYS[word]),
            "author": draw.choice(("Ann", "")),
        }
        lines.append(delimiter.join(cells.get(column, "4.0") for column in columns))
    text = draw.choice(("\n", "\r\n")).join([*lines, ""])
    return text.encode(draw.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"))), truth


def lost_in(root, truth) -> list[str]:
    library = Library(root)
    try:
        found = {sound.id: sound.licence for sound in library.sounds()}
        assert set(found) == set(truth)
        return [
            f"{name}: {word} -> {found[name]}" for name, word in truth.items() if found[name] in FREER[word]
        ]
    finally:
        library.close()
        library.database.unlink()


@pytest.fixture
def folder(tmp_path, cache, sound_writer):
    root = tmp_path / "library"
    for number, name in enumerate(NAMES):
        sound_writer(root / name, seed=number)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_no_wound_of_an_index_loses_a_licence(folder, seed):
    draw = random.Random(seed)
    for _ in range(100):
        data, truth = index_of(draw)
        (folder / "index.csv").write_bytes(data)
        assert lost_in(folder, truth) == []
        worse = mutated(data, draw)
        (folder / "index.csv").write_bytes(worse)
        assert lost_in(folder, truth) == [], (data, worse)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_no_wound_of_a_sidecar_loses_a_licence(folder, seed):
    draw = random.Random(seed)
    for _ in range(100):
        truth = {}
        for name in NAMES:
            truth[name] = draw.choice(list(WAYS))
            record = {"id": 4, "name": "dog", "license": draw.choice(WAYS[truth[name]]), "username": "ann"}
            data = json.dumps(record, indent=draw.choice((None, 2))).encode()
            (folder / name).with_suffix(".json").write_bytes(
                mutated(data, draw) if draw.random() < 0.5 else data
            )
        assert lost_in(folder, truth) == []


README = """Sound pack downloaded from Freesound
----------------------------------------

"Farm yard"

This pack of sounds contains sounds by the following user:
 - mara ( https://freesound.org/people/mara/ )

Licenses in this pack (see below for individual sound licenses)
---------------------------------------------------------------

Attribution NonCommercial 4.0: https://creativecommons.org/licenses/by-nc/4.0/


Sounds in this pack
-------------------

"""
IN_PACKS = {"by-nc": "Attribution NonCommercial 4.0", "by": "Attribution 4.0", "cc0": "Creative Commons 0"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_no_wound_of_a_packs_list_loses_a_licence(tmp_path, cache, sound_writer, seed):
    draw, names = random.Random(seed), [f"55500{number}__mara__sound-{number}.wav" for number in range(4)]
    root = tmp_path / "library"
    for number, name in enumerate(names):
        sound_writer(root / name, seed=number)
    shutil.copyfile(root / names[0], root / "renamed.wav")
    for _ in range(100):
        truth = {"renamed.wav": "by-nc"}  # nobody can say which it was
        text = README
        for name in names:
            truth[name] = draw.choice(list(IN_PACKS))
            text += (
                f"  * {name}\n    * url: https://freesound.org/s/{name[:6]}/\n"
                f"    * license: {IN_PACKS[truth[name]]}\n"
            )
        (root / "_readme_and_license.txt").write_bytes(mutated(text.encode(), draw))
        assert lost_in(root, truth) == []
