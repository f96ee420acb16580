"""Knows things that ring by themselves, whose decay says nothing of a room.

What rings is a list of names here; what the tag hierarchy calls the same or places under them rings too
("church bell", "firecracker").
"""

from __future__ import annotations

from imgext.ontology.hierarchy import hierarchy
from imgext.ontology.words import head_of, key_of

RINGING = (
    "bell",
    "gong",
    "cymbal",
    "piano",
    "chime",
    "thunder",
    "explosion",
    "fireworks",
    "siren",
    "car horn",
    "alarm",
    "glass",
    "glass breaking",
)


def rings(*names: str | None) -> str:
    """Which of the names means a thing that rings by itself.

    Parameters
    ----------
    names : str or None
        The label, the words that found the sound, its title: whatever says what it is.

    Returns
    -------
    str
        The first that does; blank where none does.

    Examples
    --------
    >>> rings("church", "church bells"), rings("a firecracker in the street"), rings("dog", None, "")
    ('church bells', 'a firecracker in the street', '')
    """
    tree = hierarchy()
    tags = {tag.name for name in RINGING if (tag := tree.lookup(name)) is not None}
    words = {key_of(name) for name in RINGING}
    for name in names:
        if not name:
            continue
        tag = tree.understand(name)
        if (
            any(above.name in tags for above in tree.lineage(tag))
            if tag is not None
            else head_of(key_of(name)) in words
        ):
            return name
    return ""
