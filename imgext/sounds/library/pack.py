"""Reads a Freesound pack's list of sounds and licences next to the sounds.

``_readme_and_license.txt`` names each sound with its page and its licence. A sound of the folder that the
list does not name, or whose licence there cannot be read to the last letter, is in doubt: it is not used
until somebody says more. Source of the form: Freesound's template of the file (github.com/MTG/freesound,
``templates/sounds/pack_attribution.txt``).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from imgext.sounds.library.descriptions import DOWNLOAD_NAME, licence_facts, plain
from imgext.sounds.library.table import decode

README = "_readme_and_license.txt"
#: A longer list is no list.
MAX_README = 4 << 20
#: Licences as Freesound writes them; nothing else is believed.
_LICENCE = re.compile(
    r"(?:Creative Commons 0(?: 1\.0)?|Attribution(?: Non-?[Cc]ommercial)?(?: [1-4]\.[0-9])?|Sampling\+(?: "
    r"1\.0)?)"
)
_BULLET = re.compile(r"\s*\*\s*(?P<text>.*)")
_NAMED = re.compile(r"(?P<key>[A-Za-z_]+)\s*:\s*(?P<value>.*)")
_USER = re.compile(r"\s*-\s*(?P<name>\S.*?)\s*\(\s*https?://(?:www\.)?freesound\.org/people/", re.IGNORECASE)


class Pack:
    """What a pack's list says of its sounds."""

    def __init__(self, data: bytes, place: str) -> None:
        self.place = place
        text, broken = decode(data)
        self.broken = bool(broken)
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        users = [match["name"] for line in self.lines if (match := _USER.match(line))]
        self.user = users[0] if len(users) == 1 else ""
        self.sounds: dict[str, dict[str, tuple[str, int]]] = {}
        self._read()

    def _read(self) -> None:
        """Gather bullets of "name, then key: value"; any other line ends an entry."""
        current: dict[str, tuple[str, int]] | None = None
        last = ""
        for number, line in enumerate(self.lines, 1):
            bullet = _BULLET.fullmatch(line)
            if bullet is None:
                if line.strip() and current is not None and last:
                    current["broken"] = (line, number)  # a line that broke off may go on here
                continue
            named = _NAMED.fullmatch(bullet["text"])
            if named is not None and current is not None and not DOWNLOAD_NAME.match(bullet["text"]):
                last = named["key"].lower()
                if last in current:
                    current["broken"] = (line, number)
                current[last] = (named["value"].strip(), number)
            else:
                current, last = {"line": ("", number)}, "name"
                name = _loose(bullet["text"])
                if name in self.sounds:
                    current["broken"] = (line, number)
                self.sounds[name] = current

    def facts(self, name: str) -> dict[str, Any]:
        """What the list says of a file of its folder."""
        entry = self.sounds.get(_loose(name))
        match = DOWNLOAD_NAME.fullmatch(name.rpartition(".")[0] or name)
        if entry is None and match is not None:  # converted, or with another ending
            alike = [each for key, each in self.sounds.items() if key.startswith(f"{match['id']}__")]
            entry = alike[0] if len(alike) == 1 else None
        facts: dict[str, Any] = {}
        if match is not None:
            facts = {"author": plain(match["author"]), "url": f"https://freesound.org/s/{match['id']}/"}
        if entry is None:
            reason = f"{self.place} does not name it"
        else:
            licence, line = entry.get("license") or entry.get("licence") or ("", entry["line"][1])
            cut = line == len(self.lines) and not licence.endswith(tuple("0123456789"))
            if "broken" not in entry and not self.broken and not cut and _LICENCE.fullmatch(licence):
                return facts | licence_facts(licence)
            reason = f"{self.place}, line {line}: its licence cannot be read"
        return facts | {"licence": "other", "licence_url": "", "doubt": reason}


def _loose(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def from_download(name: str) -> dict[str, Any]:
    """Describe a Freesound download by its name if nothing else does.

    >>> from_download("555002__mara__dog-bark.flac")["url"], from_download("dog.flac")
    ('https://freesound.org/s/555002/', {})
    """
    match = DOWNLOAD_NAME.fullmatch(name.rpartition(".")[0] or name)
    if match is None:
        return {}
    page = f"https://freesound.org/s/{match['id']}/"
    reason = f"its name says that it comes from Freesound, where its licence stands: {page}"
    return {
        "author": plain(match["author"]),
        "url": page,
        "licence": "other",
        "licence_url": "",
        "doubt": reason,
    }
