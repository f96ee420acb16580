"""Checks a preview: an Ogg file that opens, about as long as promised."""

from __future__ import annotations

import io

from imgext.errors import MissingInputError

#: A preview may be shorter than its sound by a share and by so many seconds.
SHARE, SLACK = 0.9, 0.2
_BLOCK = 1 << 17


def check(data: bytes, reference: str, duration: float) -> None:
    """Accept a preview, or say why not.

    Parameters
    ----------
    data : bytes
        The whole file.
    reference : str
        Begins the message.
    duration : float
        What the service says, in seconds.

    Raises
    ------
    MissingInputError
        It is empty, a web page, not a sound, or decodes to less than 0.9 of its duration - 0.2 s.
    """
    fault = _fault(data, duration)
    if fault:
        raise MissingInputError(f"{reference}: its preview {fault}")


def _fault(data: bytes, duration: float) -> str:
    import soundfile

    if not data:
        return "is empty"
    if not data.startswith(b"OggS"):
        return "is a web page, not a sound" if data.lstrip()[:1] == b"<" else "is not an Ogg file"
    wanted, there = SHARE * duration - SLACK, 0
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate = file.samplerate
            while (
                there <= wanted * rate
            ):  # decoded, because a header can say anything; no further than needed
                frames = len(file.read(_BLOCK, dtype="float32"))
                there += frames
                if not frames:
                    break
    except (RuntimeError, ValueError, OSError, MemoryError):
        return "cannot be decoded"
    if there == 0:
        return "has no sound in it"
    return f"is broken: {there / rate:.1f} s of {duration:.1f} s" if there < wanted * rate else ""
