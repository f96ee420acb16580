"""Turns labels into keys: one string of plain singular words for all spellings.

Conventions: a key has lower-case words of letters and digits with single spaces, without accents; English
plurals become singular. Keys are compared, never shown. The module also lists the small words that show which
part of a label names the thing: articles and numbers, prepositions, measures such as "group of", and verbs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_IRREGULAR = dict(
    pair.split(":")
    for pair in """mice:mouse geese:goose feet:foot teeth:tooth children:child men:man women:woman wolves:wolf
    leaves:leaf knives:knife calves:calf loaves:loaf shelves:shelf bookshelves:bookshelf halves:half
    scarves:scarf hooves:hoof thieves:thief wives:wife lives:life elves:elf oxen:ox buses:bus
    minibuses:minibus trolleybuses:trolleybus gases:gas lenses:lens axes:axe pickaxes:pickaxe die:dice
    skis:ski taxis:taxi shoes:shoe canoes:canoe toes:toe oboes:oboe hoes:hoe horseshoes:horseshoe
    movies:movie cookies:cookie brownies:brownie smoothies:smoothie budgies:budgie selfies:selfie
    magpies:magpie collies:collie prairies:prairie neckties:necktie hoodies:hoodie zombies:zombie
    talkies:talkie avalanches:avalanche caches:cache cacti:cactus fungi:fungus
    schoolchildren:schoolchild grandchildren:grandchild passersby:passerby kiwis:kiwi bikinis:bikini
    jacuzzis:jacuzzi ferraris:ferrari tipis:tipi emus:emu gnus:gnu caribous:caribou pcs:pc tvs:tv djs:dj
    rvs:rv floes:floe
    backhoes:backhoe beanies:beanie porsches:porsche chateaux:chateau chateaus:chateau""".split()  # noqa: SIM905
)
_UNCHANGED = frozenset(
    """gas lens news series species always jeans atlas canvas christmas swiss woods abdomen acumen cyclamen
    omen ramen regimen specimen stamen""".split()  # noqa: SIM905
)
#: Words after which a label mentions something else: "a statue of a horse", "man riding a wave".
TURNS = frozenset(
    """of on in at with near by under over behind beside from to for inside outside along through against
    across around between into onto above below beneath underneath among during while next toward
    towards who which riding holding wearing sitting standing walking carrying lying parked moored
    flying swimming pulling looking""".split()  # noqa: SIM905
)
#: Articles, numbers and similar words, which name nothing.
FILLERS = frozenset(
    """a an the this that these those some any his her its their my our your each every another other
    several many few various both one two three four five six seven eight nine ten
    dozen is are was were""".split()  # noqa: SIM905
)
#: Measures and views; the thing comes after "of": "a group of people", "view of the city", "close up of".
MEASURES = frozenset(
    """group flock herd pack pair couple bunch pile piece slice row line set lot view picture photo
    photograph image closeup up cluster swarm stack sort kind type side part top bit variety number
    array collection display scene silhouette shot team assortment selection interior exterior front
    back bottom end edge middle corner sound noise hundred thousand dozen handful heap mass series trio
    colony drove pride gang""".split()  # noqa: SIM905
)
#: Verbs that make nothing sound: "man holding an umbrella" is a man, "man ringing a bell" is a bell.
IDLE = frozenset(
    """holding wearing carrying looking watching facing waiting sitting standing lying leaning smiling
    posing having being seeing passing showing containing staring pointing resting hanging filming
    leaving entering crossing kneeling bending""".split()  # noqa: SIM905
)
#: Verbs that are heard as their object, even if that is a bed: "boy riding a wave".
HANDLING = frozenset("riding driving playing using sailing rowing steering operating flying".split())  # noqa: SIM905


_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """Strip the plural ending of an English word.

    >>> [singular(word) for word in ("dogs", "boxes", "flies", "leaves", "glass", "bus", "horses", "firemen")]
    ['dog', 'box', 'fly', 'leaf', 'glass', 'bus', 'horse', 'fireman']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word in _UNCHANGED:
        return word
    if word.endswith("men") and len(word) > 5:  # firemen
        return word[:-2] + "an"
    if not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("ches", "shes", "xes", "sses", "zzes", "oes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """Return the key of a label, for comparison.

    >>> key_of("Door - wood creaks"), key_of("White-tailed DEER"), key_of("  Café_tables ")
    ('door wood creak', 'white tailed deer', 'cafe table')
    """
    plain = text.casefold().replace("'s ", " ").replace("\u2019s ", " ")
    if not plain.isascii():  # skipping this reads a table of a thousand names faster
        plain = "".join(
            character
            for character in unicodedata.normalize("NFKD", plain)
            if not unicodedata.combining(character)
        )
    return " ".join([singular(word) for word in _WORD.findall(plain)])


def measured(words: list[str]) -> list[str]:
    """Return what is counted or viewed: the words after "group of" and the like.

    >>> measured(["large", "group", "of", "people"]), measured(["dog", "in", "front", "of", "house"])
    (['people'], ['dog', 'in', 'front', 'of', 'house'])
    """
    while "of" in words[1:-1]:
        place = words.index("of", 1)
        if words[place - 1] not in MEASURES or not TURNS.isdisjoint(words[:place]):
            break
        words = words[place + 1 :]
    return words


def head_of(key: str) -> str:
    """Return the part of a key that names the thing, before "of", "on", "riding".

    >>> head_of("statue of a horse"), head_of("under the bridge"), head_of("flock of bird in the sky")
    ('statue', 'under the bridge', 'bird')
    """
    words = measured(key.split())
    for index, word in enumerate(words):
        if word in TURNS and index:
            return " ".join(words[:index])
    return " ".join(words)
