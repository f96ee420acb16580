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
