"""Who made the sounds of a mix: one line a track, from the lock.

The form follows Freesound's own credit line, ``TITLE by AUTHOR -- URL -- License: NAME``, with the note that the sound was
changed, which CC BY 4.0 (section 3(a)(1)(B)) asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgext.scene.lock import Lock, LockedSound

#: What a licence is called and where its terms stand.
LICENCES = {
    "cc0": "CC0 1.0, no rights reserved (https://creativecommons.org/publicdomain/zero/1.0/)",
    "by": "Creative Commons Attribution (https://creativecommons.org/licenses/by/4.0/)",
    "by-nc": "Creative Commons Attribution NonCommercial (https://creativecommons.org/licenses/by-nc/4.0/)",
    "sampling+": "Sampling+ 1.0 (https://creativecommons.org/licenses/sampling+/1.0/)",
    "unknown": "not stated",
    "other": "stated, but none that imgext knows: look it up before publishing",
}


def credits_text(lock: Lock) -> str:
    """The credits of a mix as plain text, tracks sorted by id.

    Parameters
    ----------
    lock : Lock
        The lock of the scene that was rendered.

    Returns
    -------
    str
        A headline and one line for every locked sound; built-in sounds are imgext's own and CC0.
    """
    if not lock.sounds:
        return "No sounds are locked: nothing to credit.\n"
    lines = ["Sounds in this mix (trimmed, filtered and mixed by imgext):", ""]
    lines += [f"{track}: {_credit(sound)}" for track, sound in sorted(lock.sounds.items())]
    return "\n".join(lines) + "\n"


def _credit(sound: LockedSound) -> str:
    title = _line(sound.title or sound.id)
    if sound.source == "builtin":
        return f'"{title}", built into imgext -- License: {LICENCES["cc0"]}'
    by = f" by {_line(sound.author)}" if sound.author else ", author not stated"
    url = f" -- {_line(sound.url)}" if sound.url else ""
    return f'"{title}"{by}{url} -- License: {LICENCES[sound.licence]}'


def _line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
