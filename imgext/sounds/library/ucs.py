"""Reads file names of the Universal Category System, common in sound libraries.

``CatID_FX Name_Creator_Source.wav``: the CatID is a short category and a short subcategory, ANML and Dog; the
FX name says what is heard; who made it and where are no part of that. Source:
https://universalcategorysystem.com, "Filename structure".
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from imgext.ontology.hierarchy import hierarchy
from imgext.ontology.words import key_of

#: Categories whose subcategory says what is heard: ANMLDog is a dog.
_GROUPS = {
    "AIR": "air", "AERO": "aircraft", "ALRM": "alarm", "AMB": "ambience", "ANML": "animal", "BIRD": "bird",
    "CART": "cartoon", "COMM": "communications", "CREA": "creature", "CRWD": "crowd", "DSGN": "designed",
    "EQUP": "equipment", "FOLY": "foley", "FOOD": "food", "GAME": "game", "HMN": "human", "MACH": "machine",
    "MAGC": "magic", "MECH": "mechanical", "MUSC": "musical", "NATD": "disaster", "OBJ": "object",
    "SCIF": "science fiction", "SPRT": "sport", "TOOL": "tool", "TOY": "toy", "VEH": "vehicle",
    "VOX": "voice",
    "WEAP": "weapon", "WTHR": "weather",
}  # fmt: skip
#: Categories that say themselves what is heard: DOORWood is a door.
_THINGS = {
    "BEEP": "beep", "BELL": "bell", "BOAT": "boat", "BLLT": "bullet", "CERM": "ceramics", "CHAN": "chain",
    "CLOTH": "cloth", "CMPT": "computer", "DEST": "destruction", "DIRT": "dirt", "DOOR": "door",
    "DRAW": "drawer", "ELEC": "electricity", "EXPL": "explosion", "FART": "fart", "FEET": "footsteps",
    "FGHT": "fight", "FIRE": "fire", "FRWK": "fireworks", "GLAS": "glass", "GORE": "gore", "GUN": "gun",
    "HORN": "horn", "ICE": "ice", "LASR": "laser", "LETH": "leather", "LIQD": "liquid", "METL": "metal",
    "MOTR": "motor", "MOVE": "movement", "PAPR": "paper", "PLAS": "plastic", "RAIN": "rain", "ROBT": "robot",
    "ROCK": "rock", "ROPE": "rope", "RUBR": "rubber", "SNOW": "snow", "SWSH": "swoosh", "TRN": "train",
    "UI": "user interface", "VEGE": "vegetation", "WATR": "water", "WHSL": "whistle", "WIND": "wind",
    "WNDW": "window", "WING": "wings", "WOOD": "wood",
}  # fmt: skip
_NAME = re.compile(r"(?P<id>[A-Z]{2,6}[A-Z]?[a-z][A-Za-z]*)(?:-[^_]*)?_(?P<name>[^_]+)(?:_.*)?")
#: A short word may leave out so many letters of a tag.
_LEFT_OUT = 3


class UcsName(NamedTuple):
    """A name taken apart: words for the sound, the FX name, its category's words."""

    words: str
    name: str
    tags: tuple[str, ...]


def ucs_name(stem: str) -> UcsName | None:
    """Take a file name without ending apart; None if it is not of the system.

    >>> ucs_name("ANMLDog_Small Terrier 03_JD_Yard").words, ucs_name("DOORWood_Creak_JD_House").words
    ('dog small terrier 03', 'door creak')
    >>> ucs_name("Dog_Barking_Yard")
    """
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    whole = match["id"]
    short = next(
        (
            whole[:length]
            for length in range(min(6, len(whole) - 1), 1, -1)
            if whole[:length] in _GROUPS or whole[:length] in _THINGS
        ),
        None,
    )
    if short is None or not whole[len(short)].isupper():
        return None
    sub = _whole_word(whole[len(short) :])
    category = _GROUPS.get(short) or _THINGS[short]
    thing = (sub or category) if short in _GROUPS else category
    return UcsName(f"{thing} {match['name']}".lower(), match["name"], tuple(filter(None, (category, sub))))


@cache
def _whole_word(short: str) -> str:
    """Find the tag that a short word stands for: "Forst" for forest; else the word."""
    word, tree = short.lower(), hierarchy()
    if tree.lookup(word) is not None or word == "misc":
        return "" if word == "misc" else word
    likely = [
        name
        for name in tree.tags
        if name[:1] == word[:1]
        and " " not in name
        and 0 < len(name) - len(word) <= _LEFT_OUT
        and re.search(".*".join(map(re.escape, word)), key_of(name)) is not None
    ]
    return min(likely, key=lambda name: (len(name), name), default=word)
