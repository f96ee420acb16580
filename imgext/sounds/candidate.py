"""A sound that might be chosen, wherever it comes from.

Conventions: duration in seconds; ratings from 0 to 5; `rank` is how well the searched words matched: 0 they
are the label, 1 they all stand in the label, 2 they stand in tags or title, 3 in the description alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from pathlib import Path

EXACT, IN_LABEL, IN_TAGS, IN_TEXT = 0, 1, 2, 3
#: Ratings of fewer votes say nothing (Freesound's own rule, `MIN_NUMBER_RATINGS`).
MIN_VOTES = 3


ReverbKind = Literal["dry", "some", "wet", "unknown"]
#: Where one class ends and the next begins, in dB of C50.
WETTEST_DRY, WETTEST_SOME = 14.0, 6.0


class Stated(NamedTuple):
    """The user's word on a sound's reverberation: class, seconds, C50 and DRR in dB.

    A field is None if nothing is said.
    """

    kind: ReverbKind | None = None
    rt60: float | None = None
    c50: float | None = None
    drr: float | None = None

    @property
    def heard_as(self) -> ReverbKind:
        """The class, from C50 where only that is said.

        >>> Stated(c50=3.0).heard_as, Stated(kind="dry").heard_as, Stated(rt60=0.5).heard_as
        ('wet', 'dry', 'unknown')
        """
        if self.kind is not None or self.c50 is None:
            return self.kind or "unknown"
        return "dry" if self.c50 > WETTEST_DRY else "some" if self.c50 >= WETTEST_SOME else "wet"


#: The words that a class may be.
REVERB_KINDS: tuple[str, ...] = get_args(ReverbKind)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sound that a search found.

    Parameters
    ----------
    source : str
        ``library``, ``freesound`` or ``builtin``.
    id : str
        Name within the source: the path below the library's folder with forward slashes, Freesound's number,
        the built-in name.
    path : Path or None
        The file; None for a built-in sound, and for a Freesound sound that is not on this machine yet.
    label, tags, title : str
        What it is called: words without numbers and file endings; keywords separated by commas; the name as
        its author wrote it.
    licence : str
        A word of `imgext.sounds.licence`.
    duration : float
        Seconds.
    rank : int
        See the module.
    description : str
        What its author says of it.
    licence_url : str
        The deed, with its version; blank where none is stated.
    rating : float or None
        Mean of the votes, 0 to 5; None where fewer than `MIN_VOTES` people voted, or nobody can.
    downloads : int or None
        How often it was taken; None where nobody counts.
    category : str
        Code of the Broad Sound Taxonomy, such as ``fx-a``; blank where nobody says.
    single_event, loopable, reverberant : bool or None
        By an analysis or by the user's word; None if unknown.
    remix : bool
        It was made of other people's sounds, whose credit it needs too.
    acoustics : Stated or None
        The user's word on its own reverberation; None if there is none.
    doubt : str
        Why its licence is not certain, with place and line; it is ``other`` then. Blank where all is clear.
    preview : str
        Where its content can be fetched; blank for what is on this machine.
    """

    source: str
    id: str
    path: Path | None
    label: str
    tags: str
    title: str
    licence: str
    author: str
    url: str
    duration: float
    rank: int
    description: str = ""
    licence_url: str = ""
    rating: float | None = None
    downloads: int | None = None
    category: str = ""
    single_event: bool | None = None
    loopable: bool | None = None
    reverberant: bool | None = None
    remix: bool = False
    preview: str = ""
    acoustics: Stated | None = None
    doubt: str = ""

    @property
    def reference(self) -> str:
        """What a scene writes: ``library:dog/bark.wav``."""
        return f"{self.source}:{self.id}"
