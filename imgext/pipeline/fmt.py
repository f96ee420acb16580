"""`fmt`: brings scenes into canonical form."""

from __future__ import annotations

from pathlib import Path


def fmt(path: Path | str, *, check: bool = False) -> bool:
    """Bring a scene into canonical form; comments stay, no value changes.

    Parameters
    ----------
    path : path
    check : bool
        Change nothing.

    Returns
    -------
    bool
        Whether the file was, or would be, changed.

    Raises
    ------
    SceneError, MissingInputError
        The file is not a scene, or does not exist.
    CannotWriteError
        The file cannot be written; it stays as it was.
    """
    from imgext.scene.document import read
    from imgext.scene.format import formatted
    from imgext.store.files import rewrite_text

    path = Path(path)
    text = read(path, allow_outside=True).text
    new = formatted(text, str(path))
    if new != text and not check:
        rewrite_text(path, new)
    return new != text


def patch_of(path: Path | str) -> str:
    """What `fmt` would change in a scene, as a unified diff; empty where nothing.

    Raises
    ------
    SceneError, MissingInputError
        The file is no scene, or is not there.
    """
    from difflib import unified_diff

    from imgext.scene.document import read
    from imgext.scene.format import formatted

    path = Path(path)
    text = read(path, allow_outside=True).text
    old, new = (part.splitlines(keepends=True) for part in (text, formatted(text, str(path))))
    lines = unified_diff(old, new, path.as_posix(), path.as_posix())
    ended = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]
    return "".join(ended)
