"""Licences are recognised as people and services write them, never as freer than they are.

Deeds and versions are those of https://creativecommons.org/licenses/list.en; names are Freesound's.
"""

from __future__ import annotations

from typing import get_args

import pytest

from imgext.scene.lock import LockLicence
from imgext.sounds.licence import LICENCES, deed_of, licence_of, name_with_version

CC = "https://creativecommons.org"


def test_the_words_are_those_of_the_lock():
    assert set(LICENCES) == set(get_args(LockLicence))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        # the four of Freesound's API, over http and https, 3.0 and 4.0
        ("http://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
        ("http://creativecommons.org/licenses/by/3.0/", "by"),
        ("https://creativecommons.org/licenses/by/4.0/", "by"),
        ("http://creativecommons.org/licenses/by-nc/3.0/", "by-nc"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", "by-nc"),
        ("http://creativecommons.org/licenses/sampling+/1.0/", "sampling+"),
        ("http://creativecommons.org/licenses/sampling%2B/1.0/", "sampling+"),
        # their names in its filters
        ("Creative Commons 0", "cc0"),
        ("Attribution", "by"),
        ("Attribution NonCommercial", "by-nc"),
        ("Attribution Noncommercial", "by-nc"),
        ("Sampling+", "sampling+"),
        # the rest of the family, as deeds
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.en", "by-sa"),
        ("https://creativecommons.org/licenses/by-nd/2.0/uk/", "by-nd"),
        ("https://creativecommons.org/licenses/by-nc-sa/2.5/se/legalcode", "by-nc-sa"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0", "by-nc-nd"),
        ("https://creativecommons.org/licenses/by-nd-nc/1.0/", "by-nc-nd"),
        ("Licensed under https://creativecommons.org/licenses/by-sa/3.0/, thanks", "by-sa"),
        # as SPDX, Wikimedia and people write them
        ("CC0-1.0", "cc0"),
        ("cc-zero", "cc0"),
        ("No rights reserved (CC0)", "cc0"),
        ("Public domain", "cc0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "cc0"),
        ("CC-BY-4.0", "by"),
        ("cc by", "by"),
        ("Creative Commons Attribution 4.0 International", "by"),
        ("CC BY-SA 4.0", "by-sa"),
        ("Creative Commons Attribution-ShareAlike 3.0 Unported", "by-sa"),
        ("Attribution-Share Alike", "by-sa"),
        ("CC BY-ND", "by-nd"),
        ("Attribution-NoDerivatives 4.0", "by-nd"),
        ("Attribution-No Derivative Works 3.0", "by-nd"),
        ("CC-BY-NC-SA-3.0", "by-nc-sa"),
        ("Attribution-Non-Commercial-Share-Alike", "by-nc-sa"),
        ("Attribution-NonCommercial-NoDerivs License", "by-nc-nd"),
        # nothing is said
        ("", "unknown"),
        ("  ", "unknown"),
        ("unknown", "unknown"),
        ("My own", "unknown"),
        ("n/a", "unknown"),
    ],
)
def test_a_licence_is_recognised(text, word):
    assert licence_of(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "All rights reserved",
        "recorded by Ann",
        "by Ann, used by permission",
        "No attribution required",
        "not public domain",
        "not in the public domain",
        "royalty free",
        "CC BY, but no commercial use",
        "Attribution, commercial use on request",
        "non-commercial",
        "CC NC",
        "CC BY-SA-ND",
        "https://creativecommons.org/licenses/nc-sampling+/1.0/",
        "NonCommercial Sampling+",
        "https://creativecommons.org/licenses/sampling/1.0/",
        "https://creativecommons.org/licenses/devnations/2.0/",
        "https://creativecommons.org/licenses/by-x/4.0/",
        "https://creativecommons.org/",
        "https://notcreativecommons.org/licenses/by/4.0/",
        "https://example.org/creativecommons.org/licenses/by/4.0/",
        "https://creativecommons.org.example.org/licenses/by/4.0/",
        "GPL-3.0",
    ],
)
def test_what_is_not_clearly_a_known_licence_is_another(text):
    assert licence_of(text) == "other"


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("http://creativecommons.org/licenses/by/3.0/", f"{CC}/licenses/by/3.0/"),
        ("HTTP://www.CreativeCommons.org/licenses/BY/4.0", f"{CC}/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", f"{CC}/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/4.0/legalcode.pt", f"{CC}/licenses/by/4.0/"),
        ("https://creativecommons.org/licenses/by/3.0/deed.en_GB", f"{CC}/licenses/by/3.0/"),
        ("https://creativecommons.org/licenses/by/4.0/de/", f"{CC}/licenses/by/4.0/"),  # 4.0 was never ported
        ("https://creativecommons.org/licenses/by-nc/1.0/", f"{CC}/licenses/by-nc/1.0/"),
        ("https://creativecommons.org/licenses/by-sa/2.5/", f"{CC}/licenses/by-sa/2.5/"),
        ("https://creativecommons.org/licenses/by/2.1/jp/", f"{CC}/licenses/by/2.1/jp/"),
        ("https://creativecommons.org/licenses/by/3.0/de/deed.en", f"{CC}/licenses/by/3.0/de/"),
        ("https://creativecommons.org/licenses/by-nd-nc/1.0/", f"{CC}/licenses/by-nd-nc/1.0/"),
        ("see http://creativecommons.org/licenses/by/3.0/.", f"{CC}/licenses/by/3.0/"),
        ("see http://creativecommons.org/licenses/by/3.0.", f"{CC}/licenses/by/3.0/"),
        ("https://creativecommons.org/licenses/by/3.0/deed", f"{CC}/licenses/by/3.0/"),
        ("https://creativecommons.org/licenses/by-nc-nd/1.0/", f"{CC}/licenses/by-nd-nc/1.0/"),
        ("https://creativecommons.org/licenses/by-nd-nc/4.0/", f"{CC}/licenses/by-nc-nd/4.0/"),
        ("https://creativecommons.org/licenses/sampling+/1.0/br/", f"{CC}/licenses/sampling+/1.0/br/"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.fr", f"{CC}/publicdomain/zero/1.0/"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", f"{CC}/publicdomain/mark/1.0/"),
        ("CC0", f"{CC}/publicdomain/zero/1.0/"),
        ("Creative Commons 0", f"{CC}/publicdomain/zero/1.0/"),
        ("Sampling+", f"{CC}/licenses/sampling+/1.0/"),
        ("CC BY 4.0", f"{CC}/licenses/by/4.0/"),
        ("Attribution 3.0", f"{CC}/licenses/by/3.0/"),
        ("CC-BY-NC-SA-2.5", f"{CC}/licenses/by-nc-sa/2.5/"),
        # no version is stated, or none that exists
        ("CC BY", ""),
        ("Attribution NonCommercial", ""),
        ("https://creativecommons.org/licenses/by/", ""),
        ("https://creativecommons.org/licenses/by/9.9/", ""),
        ("CC BY 5.0", ""),
        ("CC BY 2.1", ""),  # exists in some countries' law only
        ("CC BY 3.0 or 4.0", ""),
        ("Public domain", ""),
        ("GPL 3.0", ""),
        ("", ""),
    ],
)
def test_a_deed_is_told_with_its_version(text, deed):
    assert deed_of(text) == deed


def test_a_deed_is_its_own_deed_and_keeps_its_licence():
    for word, licence in LICENCES.items():
        for version in licence.versions:
            path = "licenses/by-nd-nc" if (word, version) == ("by-nc-nd", "1.0") else licence.path
            deed = f"{CC}/{path}/{version}/{'jp/' if version == '2.1' else ''}"
            assert deed_of(deed) == deed
            assert licence_of(deed) == word


@pytest.mark.parametrize(
    ("word", "deed", "name"),
    [
        ("cc0", f"{CC}/publicdomain/zero/1.0/", "Creative Commons 0"),
        ("cc0", f"{CC}/publicdomain/mark/1.0/", "Public Domain Mark 1.0"),
        ("by", f"{CC}/licenses/by/4.0/", "Attribution 4.0"),
        ("by", "http://creativecommons.org/licenses/by/3.0/de/", "Attribution 3.0"),
        ("by-nc", f"{CC}/licenses/by-nc/3.0/", "Attribution NonCommercial 3.0"),
        ("sampling+", f"{CC}/licenses/sampling+/1.0/", "Sampling+ 1.0"),
        ("by-nc-nd", f"{CC}/licenses/by-nd-nc/1.0/", "Attribution NonCommercial NoDerivatives 1.0"),
        ("by", "", "Attribution"),
        ("by", f"{CC}/licenses/by-nc/4.0/", "Attribution"),
        ("unknown", "", "not stated"),
    ],
)
def test_a_licence_is_named_as_freesound_names_it(word, deed, name):
    assert name_with_version(word, deed) == name


def test_the_obligations_are_those_of_the_elements():
    """BY asks for credit, NC, SA and ND say what they mean; CC0 asks for nothing
    (https://creativecommons.org/share-your-work/cclicenses/)."""
    for word, licence in LICENCES.items():
        elements = set(word.split("-"))
        assert licence.credit == ("by" in elements or word == "sampling+"), word
        assert licence.non_commercial == ("nc" in elements or word == "sampling+"), word
        assert licence.share_alike == ("sa" in elements), word
        assert licence.no_derivatives == ("nd" in elements), word
