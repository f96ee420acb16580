"""`render_builtin`, `show_builtin`, `play_builtin`: a built-in sound by itself, as file, picture or aloud."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Programs that play a WAV file and end, with what they need to do so in silence.
PLAYERS = (
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("play", "-q"),
)
RATE = 48000


def render_builtin(
    reference: str,
    file: Path | str,
    *,
    seed: int = 0,
    seconds: float | None = None,
    rate: int = RATE,
    force: bool = False,
) -> dict[str, Any]:
    """Write a built-in sound as WAV of 24 bits, or as FLAC where `file` ends so.

    Parameters
    ----------
    reference : str
        A name, with parameters where wanted: ``dog``, ``builtin:dog?size=0.3``.
    file : path
        Where to write.
    seed : int
        Which individual; another seed is another dog.
    seconds : float, optional
        Length wanted; blank: as long as it is by itself.
    rate : int
        Samples per second.
    force : bool
        Overwrite an existing file.

    Returns
    -------
    dict
        Name, seconds, channels and rate.

    Raises
    ------
    MissingInputError
        There is no such sound.
    SceneError
        A parameter is unknown or out of its range.
    UsageError
        The file ends neither in .wav nor in .flac, or a number cannot be.
    CannotWriteError
        The file cannot be written.
    """
    import numpy as np

    from imgext.dsp.sound_file import SoundWriter
    from imgext.store.files import whole_file
    from imgext.store.outputs import CONTAINERS, refuse_to_overwrite

    file = Path(file)
    container = CONTAINERS.get(file.suffix.lower())
    if container is None:
        raise UsageError(f"{file}: ends neither in .wav nor in .flac")
    name, samples = _made(reference, seed, seconds, rate)
    refuse_to_overwrite(file, force=force)
    with whole_file(file) as temporary:
        writer = SoundWriter(temporary, rate, samples.shape[1], container=container)
        writer.write(np.rint(samples * 2.0**23).astype(np.int32))
        writer.close()
    return {"sound": name, "seconds": len(samples) / rate, "channels": samples.shape[1], "rate": rate}


def show_builtin(
    reference: str, picture: Path | str, *, seed: int = 0, seconds: float | None = None, force: bool = False
) -> dict[str, Any]:
    """Draw the spectrogram of a built-in sound; arguments, result and errors as of `render_builtin`."""
    from imgext.report.recording.spectrum import draw_sound
    from imgext.sounds.bank import BANK
    from imgext.store.outputs import refuse_to_overwrite

    picture = Path(picture)
    name, samples = _made(reference, seed, seconds, RATE)
    refuse_to_overwrite(picture, force=force)
    kind = "bed" if BANK[name].kind == "bed" else "event"
    note = f"{len(samples) / RATE:.2f} s, {kind}, seed {seed}"
    draw_sound(picture, f"{BANK[name].title} ({_plain(reference)})", note, samples, RATE)
    return {"sound": name, "seconds": len(samples) / RATE, "channels": samples.shape[1], "rate": RATE}


def play_builtin(reference: str, *, seed: int = 0, seconds: float | None = None) -> dict[str, Any]:
    """Play a built-in sound with the first of `PLAYERS` that is installed; the rest as of `render_builtin`.

    Raises
    ------
    UnavailableError
        No player is installed, or it fails.
    """
    import shutil
    import subprocess
    import tempfile

    player = next((words for words in PLAYERS if shutil.which(words[0])), None)
    with tempfile.TemporaryDirectory(prefix="imgext-") as folder:
        file = Path(folder) / "sound.wav"
        done = render_builtin(reference, file, seed=seed, seconds=seconds)
        if player is None:
            names = ", ".join(words[0] for words in PLAYERS)
            raise UnavailableError(
                f"no player is installed ({names}); `imgext sounds render {_plain(reference)}` writes a file"
            )
        ended = subprocess.run(  # noqa: S603 (a program of the list above, and a file of ours)
            [*player, str(file)], check=False, capture_output=True, text=True
        )
        if ended.returncode:
            why = (ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"])[-1]
            raise UnavailableError(f"{player[0]} does not play: {why}")
    return done | {"player": player[0]}


def is_builtin(words: str) -> bool:
    """Whether words name a built-in sound rather than a file.

    >>> is_builtin("dog?size=0.3"), is_builtin("builtin:dgo"), is_builtin("dog.wav")
    (True, True, False)
    """
    from imgext.sounds.bank import BANK

    return words.startswith("builtin:") or words.partition("?")[0] in BANK


def _plain(reference: str) -> str:
    return reference.removeprefix("builtin:")


def _made(reference: str, seed: int, seconds: float | None, rate: int) -> tuple[str, NDArray[np.float64]]:
    from imgext.sounds.bank import generate, parse

    name, given = parse(_plain(reference))
    try:
        return name, generate(name, seed=seed, seconds=seconds, rate=rate, **given)
    except ValueError as error:
        raise UsageError(str(error)) from error
