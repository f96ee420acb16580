"""Knows the column names of sound tables: imgext's, collections', programs'.

Names are compared without case, spaces, signs and accents; one wrong letter is forgiven. Sources of the
names: ESC-50 (`filename`, `category`, `src_file`), UrbanSound8K (`slice_file_name`, `class`, `fsID`), FSD50K
(`fname`, `labels`), the BBC's archive (`location`, `description`), Soundminer and the Universal Category
System (`Filename`, `FXName`, `Category`, `SubCategory`, `CatID`, `Description`).
"""

from __future__ import annotations

import difflib
import re
import unicodedata

COLUMNS: dict[str, tuple[str, ...]] = {
    "file": (
        "file", "filename", "filepath", "fname", "path", "location", "slicefilename", "audiofile", "audio",
        "soundfile", "sound", "clip", "wav", "wavfile", "relativepath", "fullpath", "audiofilename", "datei",
        "dateiname", "fichier", "archivo",
    ),
    "label": ("label", "fxname", "class", "classname", "labels", "event", "what", "bezeichnung"),
    "tags": ("tags", "audioset", "keywords", "labels", "subcategory", "categoryfull", "usercategory"),
    "title": ("title", "name", "shorttitle", "tracktitle", "titel", "fxname"),
    "licence": (
        "licence", "license", "licencename", "licensename", "licencetype", "licensetype", "rights", "usage",
        "usageterms", "terms", "lizenz", "licenza", "licencia", "licentie", "cclicense", "cclicence",
    ),
    "licence_url": ("licenceurl", "licenseurl", "licencelink", "licenselink", "deed"),
    "author": (
        "author", "artist", "username", "user", "creator", "recordist", "uploader", "designer", "autor",
        "auteur", "autore", "urheber", "manufacturer", "originator", "credit", "attribution",
    ),
    "url": ("url", "link", "sourceurl", "webpage", "page"),
    "freesound": ("freesoundid", "fsid", "freesound", "srcfile"),
    "description": (
        "description", "desc", "bwdescription", "beschreibung", "comment", "comments", "caption",
    ),
    "rating": ("rating", "avgrating"),
    "votes": ("votes", "numratings"),
    "downloads": ("downloads", "numdownloads"),
    "category": ("category", "categorycode"),
    "single_event": ("singleevent",),
    "loopable": ("loopable",),
    "reverberant": ("reverberant", "reverbness"),
    "remix": ("remix", "isremix"),
    "acoustics": ("acoustics",),
    "rt60": ("rt60",),
    "c50": ("c50",),
    "drr": ("drr",),
}  # fmt: skip
#: Fields whose misspelt names count too, because a licence would be lost without them.
_NEEDED = ("file", "licence")
#: How alike such a name must be, 0 to 1.
_ALIKE = 0.75


def plain_name(name: str) -> str:
    """Normalise a column's name for comparison.

    >>> plain_name("Slice_File Name"), plain_name("Künstler")
    ('slicefilename', 'kunstler')
    """
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    return re.sub(r"[\W_]+", "", bare.casefold())


def places_of(header: list[str]) -> dict[str, list[int]]:
    """Find each field's column in a header, the better name first."""
    names = [plain_name(name) for name in header]
    found = {
        field: [place for alias in aliases for place, name in enumerate(names) if name == alias]
        for field, aliases in COLUMNS.items()
    }
    taken = {place for places in found.values() for place in places}
    for field in _NEEDED:
        if not found[field]:
            close = {
                place: difflib.get_close_matches(name, COLUMNS[field][:3], n=1, cutoff=_ALIKE)
                for place, name in enumerate(names)
                if place not in taken and name
            }
            found[field] = [place for place, alike in close.items() if alike][:1]
    return {field: places for field, places in found.items() if places}
