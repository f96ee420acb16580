"""Labels as keys: the same thing written in several ways becomes one string of plain singular words.

Conventions: a key is lower-case words of letters and digits with single spaces, without accents; the last letters of a
plural are taken off by the usual English rules. Keys are compared, never shown.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_IRREGULAR = dict(
    pair.split(":")
    for pair in """mice:mouse geese:goose feet:foot teeth:tooth children:child men:man women:woman wolves:wolf leaves:leaf knives:knife
    calves:calf loaves:loaf shelves:shelf halves:half scarves:scarf hooves:hoof thieves:thief wives:wife lives:life elves:elf oxen:ox
    buses:bus gases:gas lenses:lens axes:axe die:dice skis:ski taxis:taxi shoes:shoe canoes:canoe toes:toe oboes:oboe
    horseshoes:horseshoe movies:movie cookies:cookie brownies:brownie smoothies:smoothie budgies:budgie selfies:selfie""".split()  # noqa: SIM905  # reads best as words
)
_UNCHANGED = frozenset(("gas", "lens", "news", "series", "species", "always", "jeans", "atlas", "canvas", "christmas", "swiss"))
#: Words after which a label speaks of something else: "a statue of a horse", "man riding a wave".
_TURNS = frozenset(
    """of on in at with near by under over behind beside from to for inside outside along through against across around between into
    onto riding holding wearing sitting standing walking carrying lying parked moored flying swimming pulling looking""".split()  # noqa: SIM905  # as above
)


def singular(word: str) -> str:
    """One English word without its plural ending.

    >>> [singular(word) for word in ("dogs", "boxes", "flies", "leaves", "glass", "tennis", "bus", "horses")]
    ['dog', 'box', 'fly', 'leaf', 'glass', 'tennis', 'bus', 'horse']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _UNCHANGED:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("ches", "shes", "xes", "sses", "zzes", "oes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """The key of a label: what is compared.

    >>> key_of("Door - wood creaks"), key_of("White-tailed DEER"), key_of("  Café_tables ")
    ('door wood creak', 'white tailed deer', 'cafe table')
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("'s ", " "))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(singular(word) for word in re.findall(r"[^\W_]+", plain))


def head_of(key: str) -> str:
    """The part of a key that names the thing, before "of", "on", "riding" and the like.

    >>> head_of("statue of a horse"), head_of("under the bridge")
    ('statue', 'under the bridge')
    """
    words = key.split()
    for index, word in enumerate(words):
        if word in _TURNS and index:
            return " ".join(words[:index])
    return key
