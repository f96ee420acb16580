"""Where a mix goes: a folder or a sound file, and what that file can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.errors import SceneError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

#: The endings of mixes, and their containers; other endings of sound files are refused instead of taken for
#: folders.
CONTAINERS = {".wav": "WAV", ".flac": "FLAC"}
WAV_BYTES = 2**32 - 4096
OTHER_SOUNDS = {".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"}


def check_size(frames: int, container: str, bits: int, *, stems: bool) -> None:
    """A WAV file counts its bytes in 32 bits."""
    if container == "WAV" and frames * 2 * (bits // 8) > WAV_BYTES:
        raise SceneError(
            f"duration: {frames} frames are more than a WAV file holds; write FLAC: -o DIR/mix.flac"
        )
    if stems and frames * 8 > WAV_BYTES:
        raise SceneError(
            f"duration: {frames} frames are more than a WAV file of float samples holds; render without --stems"
        )


def is_render_output(name: str) -> bool:
    """Mixes, stems and pictures of a render, which must not lie beside those of another."""
    return name.endswith((".wav", ".flac")) or name in {
        "timeline.png",
        "spectrogram.png",
        "masking.png",
        "masking.json",
    }


def target_of(out: Path) -> tuple[Path, str, str]:
    """Folder, file name and container of an output that is a folder or a sound file."""
    if out.suffix.lower() in CONTAINERS and not out.is_dir():
        return out.parent, out.name, CONTAINERS[out.suffix.lower()]
    if out.suffix.lower() in OTHER_SOUNDS and not out.is_dir():
        raise UsageError(
            f"{out}: imgext writes {' and '.join(CONTAINERS)} files; name one of those, or a folder"
        )
    return out, "mix.wav", "WAV"
