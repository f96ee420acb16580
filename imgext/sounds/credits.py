"""Writes who made a mix's sounds and what their licences ask, from the lock.

A sound from Freesound is credited as on its own page, ``NAME by AUTHOR -- https://freesound.org/s/ID/ --
License: Attribution 4.0`` (model `Sound`, `attribution_texts`), whether it was fetched or lies in a folder
that says where it came from. Other sounds have the same form with their own address. CC BY 4.0, section
3(a)(1), asks for the author, a notice and link of the licence, a link to the material (A, C) and a note that
it was modified (B). Sounds that ask for nothing are listed too. Strangers write the names, so control
characters are removed, HTML is escaped, and only http and https become links.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from imgext.sounds.licence import LICENCES, deed_of, licence_of, name_with_version
from imgext.sounds.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgext.scene.lock import Lock, LockedSound

CHANGED = "trimmed, filtered and mixed by imgext"
#: Headings of the kinds of sounds, in order.
_GROUPS = {
    "asked": "Credit is asked for",
    "other": "Another licence: look it up before publishing",
    "free": "No credit is asked for",
    "unknown": "Your own: nothing states a licence",
}


@dataclass(frozen=True, slots=True)
class Credit:
    """The credit of one sound; unknown parts are blank.

    Parameters
    ----------
    tracks : tuple of str
        The tracks that play it, sorted.
    name, url, author, author_url : str
        The sound's name and address, its author's name and address; addresses are http or https.
    licence : str
        A word of `imgext.sounds.licence.LICENCES`.
    licence_name, licence_url : str
        The licence with its version, and its deed.
    remix : bool
        The sources of the sound need credit too.
    builtin : bool
        The sound is imgext's own.
    place : str
        The reference of a sound without an address, to distinguish it from others of its name.
    claimed : str
        The licence of the deed in the lock, if the lock's word names another.
    """

    tracks: tuple[str, ...]
    name: str
    url: str
    author: str
    author_url: str
    licence: str
    licence_name: str
    licence_url: str
    remix: bool
    builtin: bool
    place: str
    claimed: str

    @property
    def group(self) -> str:
        """The heading of the sound."""
        return (
            "asked" if LICENCES[self.licence].credit else self.licence if self.licence in _GROUPS else "free"
        )

    @property
    def line(self) -> str:
        """The credit, in one line."""
        if self.builtin:
            return f"{self.name}, built into imgext -- License: {self.licence_name}"
        by, url = (
            f" by {self.author}" if self.author else ", author not stated",
            f" -- {self.url}" if self.url else "",
        )
        return f"{self.name}{by}{url} -- License: {self.licence_name} ({CHANGED})"


def credits_of(lock: Lock) -> list[Credit]:
    """List one credit for every sound, in the order of its first track."""
    found: dict[Credit, list[str]] = {}
    for track, sound in sorted(lock.sounds.items()):
        found.setdefault(_credit(sound), []).append(track)
    return [replace(credit, tracks=tuple(tracks)) for credit, tracks in found.items()]


def _credit(sound: LockedSound) -> Credit:
    url, author = _web(sound.url), _line(sound.author)
    origin, name = SOURCES[sound.source], sound.id if SOURCES[sound.source].page_of(sound.id) else ""
    for other in SOURCES.values():  # a file may say where it came from
        if not name and (there := other.at(url)) is not None:
            origin, name = other, there[0]
            author = author or _line(there[1])
    claimed = (
        licence_of(sound.licence_url) if sound.licence_url and sound.licence != "other" else sound.licence
    )
    licence = LICENCES[sound.licence]
    deed = deed_of(sound.licence_url or "") if claimed == sound.licence else ""
    if not deed and len(licence.versions) == 1:
        deed = deed_of(licence.name)
    return Credit(
        tracks=(),
        name=_line(sound.title) or _line(sound.id) or "sound",
        url=origin.page_of(name) if name else url,
        author=author,
        author_url=origin.author_page_of(author) if name and author else "",
        licence=sound.licence,
        licence_name=name_with_version(sound.licence, deed),
        licence_url=deed or (_web(sound.licence_url) if sound.licence == "other" else ""),
        remix=bool(sound.remix),
        builtin=SOURCES[sound.source].ours,
        place="" if name or url else sound.sound,
        claimed=claimed if claimed not in {sound.licence, "unknown"} else "",
    )


def credits_text(lock: Lock) -> str:
    """Write the credits as text: a line a sound, then the addresses of the licences."""
    if not lock.sounds:
        return "No sounds are locked: nothing to credit.\n"
    found = credits_of(lock)
    lines = ["Sounds of this mix"]
    for heading, members in _grouped(found):
        lines += ["", f"{heading}:"]
        for credit in members:
            lines += ["", credit.line, f"    {_tracks(credit)}"]
            lines += [f"    {_remix(credit)}"] if credit.remix else []
    if named := _licences(found):
        lines += ["", "Licences:", ""]
        lines += [
            f"{name} -- {url or 'version not stated: look it up where the sound comes from'}"
            for name, url in named
        ]
    for thanks in _thanks(found):
        lines += ["", thanks]
    return "\n".join(lines) + "\n"


def credits_html(lock: Lock) -> str:
    """Write the credits as one self-contained page, for light and dark screens."""
    found = credits_of(lock)
    parts = [] if found else ["<p>No sounds are locked: nothing to credit.</p>"]
    for heading, members in _grouped(found):
        items = "\n".join(f"<li>{_item(credit)}</li>" for credit in members)
        parts.append(f"<section>\n<h2>{escape(heading)}</h2>\n<ul>\n{items}\n</ul>\n</section>")
    parts += [f"<footer>{_linked(thanks)}</footer>" for thanks in _thanks(found)]
    return _PAGE.replace("BODY", "\n".join(parts))


def credits_json(lock: Lock) -> str:
    """Write `credits_data` as JSON."""
    return json.dumps(credits_data(lock), indent=2, ensure_ascii=False) + "\n"


def credits_data(lock: Lock) -> dict[str, Any]:
    """Return the credits as data, with Freesound's keys; null if unknown."""
    sounds = [
        {
            "tracks": list(credit.tracks),
            "sound_name": credit.name,
            "sound_url": credit.url or None,
            "author_name": credit.author or None,
            "author_url": credit.author_url or None,
            "license": credit.licence,
            "license_name": credit.licence_name,
            "license_url": credit.licence_url or None,
            "credit_required": None if credit.group in {"other", "unknown"} else credit.group == "asked",
            "changed": None if credit.builtin else CHANGED,
            "remix": credit.remix,
            "credit": credit.line,
        }
        for credit in credits_of(lock)
    ]
    warnings = [{"track": track, "because": because} for track, because in licence_warnings(lock)]
    return {"schema": "imgext.credits/1", "sounds": sounds, "warnings": warnings}


def licence_warnings(lock: Lock) -> list[tuple[str, str]]:
    """List what you must know before publishing, as (track, sentence), sorted.

    A sound that only asks for credit gives no warning.

    Share-alike and non-commercial sounds exclude each other unless one licence is both: "Can I combine
    material under different Creative Commons licenses in my work?", https://creativecommons.org/faq/.
    """
    found = credits_of(lock)
    selling = [credit.tracks[0] for credit in found if credit.licence in {"by-nc", "by-nc-sa"}]
    said = [
        (track, sentence)
        for credit in found
        for sentence in _warnings(credit, selling)
        for track in credit.tracks
    ]
    return sorted(said, key=lambda each: each[0])


def _warnings(credit: Credit, selling: list[str]) -> Iterator[str]:
    licence, name = LICENCES[credit.licence], credit.licence_name
    look = (
        f"look it up {f'at {where} ' if (where := credit.url or credit.licence_url) else ''}before "
        "publishing the mix"
    )
    if credit.licence == "sampling+":
        yield (
            f"{name} allows neither advertising nor commercial copies of the whole sound: publish the "
            "mix non-commercially, or take another sound"
        )
    elif licence.non_commercial:
        yield f"{name} is non-commercial: the mix may not be published for money or commercial advantage"
    if licence.no_derivatives:
        yield (
            f"{name} allows no derivatives: a mix, in which the sound is "
            f"{CHANGED.removesuffix(' by imgext')}, may not be published"
        )
    if licence.share_alike:
        yield f"{name} is share-alike: the mix must be published under the same licence"
    if credit.licence == "by-sa" and selling:
        yield (
            f"{name} lets everyone sell the mix, which the licence of {selling[0]} forbids: the two may "
            "not be published in one mix"
        )
    if credit.licence == "other":
        yield f"imgext does not know its licence: {look}"
    if credit.claimed:
        yield (
            f"its licence is locked as `{credit.licence}`, but the deed that is locked with it says "
            f"`{credit.claimed}`: {look}"
        )
    if licence.credit and not credit.author:
        yield f"{name} asks for credit, but the author is not stated: {look}"
    if credit.remix:
        yield f"it is {_remix(credit)}"


def _line(text: str | None) -> str:
    """Put a text on one line, without control and other invisible characters."""
    return " ".join(
        "".join(character if character.isprintable() else " " for character in text or "").split()
    )


def _web(url: str | None) -> str:
    """Return an address that may become a link, else a blank."""
    url = (url or "").strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (
        url
        if parts.scheme in {"http", "https"} and parts.hostname and url.isprintable() and " " not in url
        else ""
    )


def _grouped(found: list[Credit]) -> Iterator[tuple[str, list[Credit]]]:
    for group, heading in _GROUPS.items():
        if members := [credit for credit in found if credit.group == group]:
            count = f" ({len(members)} {'sound' if len(members) == 1 else 'sounds'})"
            yield heading + (count if group == "unknown" else ""), members


def _tracks(credit: Credit) -> str:
    return f"{'track' if len(credit.tracks) == 1 else 'tracks'}: {', '.join(credit.tracks)}"


def _remix(credit: Credit) -> str:
    return (
        "a remix: its sources need credit too, "
        f"{f'see {credit.url}' if credit.url else 'look them up where it comes from'}"
    )


def _licences(found: list[Credit]) -> list[tuple[str, str]]:
    named = {
        (credit.licence_name, credit.licence_url)
        for credit in found
        if credit.licence_url or credit.group == "asked"
    }
    return sorted(named)


def _thanks(found: list[Credit]) -> list[str]:
    return [
        source.thanks
        for source in SOURCES.values()
        if source.thanks and any(source.at(credit.url) is not None for credit in found)
    ]


def _linked(text: str) -> str:
    """Write plain text as HTML with its addresses as links."""
    return re.sub(r"https?://[^\s<]+", lambda match: f'<a href="{match[0]}">{match[0]}</a>', escape(text))


def _link(name: str, url: str, rel: str = "") -> str:
    shown = f"<bdi>{escape(name)}</bdi>"
    return (
        f'<a{f" rel={chr(34)}{rel}{chr(34)}" if rel else ""} href="{escape(url)}">{shown}</a>'
        if url
        else shown
    )


def _item(credit: Credit) -> str:
    by = f" by {_link(credit.author, credit.author_url)}" if credit.author else ", author not stated"
    changed = f" ({CHANGED})"
    if credit.builtin:
        by, changed = ", built into imgext", ""
    lines = [
        f"{_link(credit.name, credit.url)}{by}",
        f"License: {_link(credit.licence_name, credit.licence_url, 'license')}{changed}",
    ]
    if credit.remix:
        where = escape(credit.url)
        lines.append(
            escape(_remix(credit)).replace(where, f'<a href="{where}">{where}</a>')
            if where
            else escape(_remix(credit))
        )
    return "<br>\n".join([*lines, f"<small>{escape(_tracks(credit))}</small>"])


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Sounds of this mix</title>
<style>
:root { color-scheme: light dark; --ink: #1f2328; --quiet: #5b6570; --line: #d5dae0; --paper: #fff; \
--link: #0b5c94 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --quiet: #9aa4ae; --line: #3a424a; \
--paper: #16191d; --link: #7cc0f0 } }
body { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem; font: 1rem/1.5 system-ui, sans-serif; \
color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
h1 { font-size: 1.4rem; margin: 0 }
h2 { font-size: 1rem; margin: 2rem 0 0; color: var(--quiet) }
ul { list-style: none; margin: 0; padding: 0 }
li { padding: .75rem 0; border-bottom: 1px solid var(--line) }
a { color: var(--link) }
li:last-child { border: 0 }
small, footer { color: var(--quiet) }
footer { margin-top: 2rem }
</style>
</head>
<body>
<main>
<h1>Sounds of this mix</h1>
BODY
</main>
</body>
</html>
"""
