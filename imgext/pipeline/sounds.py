"""`index_sounds`, `search_sounds`, `list_sounds`, `show_sound`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.pipeline.setup import Setup
    from imgext.sounds.candidate import Candidate


#: Hz at which a recording is shown: the default rate of a mix.
SHOWN_RATE = 48000


@dataclass(frozen=True, slots=True)
class Indexed:
    """The result of indexing a folder of sounds.

    Parameters
    ----------
    folder : Path
    files, added, changed, removed : int
        All sounds; new, changed and gone ones since the last time.
    skipped : tuple of (str, str)
        What cannot be used, by name, and why: files, descriptions or single fields.
    """

    folder: Path
    files: int
    added: int
    changed: int
    removed: int
    skipped: tuple[tuple[str, str], ...]

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        counts = {name: getattr(self, name) for name in ("files", "added", "changed", "removed")}
        return {"folder": str(self.folder), **counts, "skipped": [list(each) for each in self.skipped]}


@dataclass(frozen=True, slots=True)
class FoundSound:
    """A found sound, its rung of the tag hierarchy, and the words that found it."""

    sound: Candidate
    rung: str
    words: str

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return sound_data(self.sound) | {"rung": self.rung, "words": self.words}


def sound_data(sound: Candidate) -> dict[str, Any]:
    """Return a sound as plain data for ``--json``."""
    return {
        "sound": sound.reference,
        **{name: getattr(sound, name) for name in ("label", "title", "duration", "licence", "author")},
    }


def index_sounds(folders: Sequence[Path | str]) -> list[Indexed]:
    """Index folders of sounds; a second time, read only what changed.

    Raises
    ------
    MissingInputError
        The folder does not exist.
    CannotWriteError
        The index cannot be stored in the cache.
    """
    from imgext.sounds.library.library import Library

    found = []
    for folder in map(Path, folders):
        report = Library(folder).report
        found.append(
            Indexed(folder, report.files, report.added, report.changed, report.removed, report.skipped)
        )
    return found


def search_sounds(words: str, *, setup: Setup | None = None) -> list[FoundSound]:
    """Search sounds for words, best match first; climb the tag hierarchy if needed.

    Sounds of all licences are listed; nothing is judged or drawn at random.

    Parameters
    ----------
    words : str
        What to look for.
    setup : Setup, optional
        Libraries and services; blank: no library, services as the environment sets them up.

    Raises
    ------
    UnavailableError, ThrottledError, CredentialError
        A service does not answer, or refuses.
    """
    from imgext.pipeline.setup import Setup
    from imgext.sounds.search.browse import look_around

    setup = Setup() if setup is None else setup
    found = look_around(words, libraries=setup.libraries, services=setup.asked())
    return [FoundSound(*each) for each in found]


def list_sounds(*, setup: Setup | None = None) -> list[Candidate]:
    """List every built-in sound, then every sound of the libraries, by name."""
    from imgext.sounds.bank import BANK
    from imgext.sounds.sources.builtin import bank_candidate

    libraries = setup.libraries if setup is not None else ()
    built_in = [bank_candidate(name) for name in sorted(BANK)]
    return built_in + [sound for library in libraries for sound in library.sounds()]


def show_sound(file: Path | str, picture: Path | str, *, force: bool = False) -> dict[str, Any]:
    """Analyse a recording and draw what is found in it.

    Parameters
    ----------
    file : path
        Any sound that can be read.
    picture : path
        Where to write the PNG.
    force : bool
        Overwrite an existing file.

    Returns
    -------
    dict
        The findings, as plain data.

    Raises
    ------
    MissingInputError, SceneError
        The sound does not exist or cannot be decoded.
    CannotWriteError
        The picture cannot be written.
    """
    from dataclasses import asdict

    from imgext.dsp.pieces import pieces_of
    from imgext.dsp.sound_file import open_samples
    from imgext.report.recording.pieces import draw_pieces
    from imgext.store.outputs import refuse_to_overwrite

    file, picture = Path(file), Path(picture)
    samples = open_samples(file, SHOWN_RATE)
    refuse_to_overwrite(picture, force=force)
    found = pieces_of(samples, SHOWN_RATE)
    draw_pieces(picture, file.name, samples, SHOWN_RATE, found)
    return asdict(found)
