"""Detectors: networks that give boxes with names.

The extra ``imgext[detector]`` brings one, any ONNX file may be another.

`ssdlite` is the one of the extra, `model_file` one of your own; `layouts` recognises what such a file gives,
`names` what it calls things, `boxes` does the arithmetic, `onnx_file` and `runtime` write and run networks.
What is found goes through `imgext.picture.offline.detected` into a scene.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Protocol

from imgext.errors import MissingInputError
from imgext.store.environment import variable
from imgext.store.files import named_path

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from imgext.picture.detect.boxes import Detection

AUTO, OFF, EXTRA = "auto", "off", "ssdlite"


class Detector(Protocol):
    """Anything that finds boxes."""

    @property
    def name(self) -> str:
        """What the log calls it."""

    @property
    def digest(self) -> str:
        """The sha256 of its network."""

    def see(self, picture: Image, least: float) -> list[Detection]:
        """Every box of at least this score, best first."""


def installed() -> bool:
    """Whether the extra ``imgext[detector]`` is there; nothing is imported."""
    from imgext.picture.detect import ssdlite

    return importlib.util.find_spec("onnxruntime") is not None and ssdlite.folder() is not None


def chosen(wanted: str | Path | None = None) -> str:
    """What is wanted, else what ``IMGEXT_DETECTOR`` says, else ``auto``."""
    return str(wanted) if wanted is not None else variable("IMGEXT_DETECTOR") or AUTO


def open_detector(wanted: str | Path | None = None) -> Detector | None:
    """The detector that is wanted.

    Parameters
    ----------
    wanted : str or path, optional
        ``auto``: that of the extra where it is installed, else None. ``off``: None. ``ssdlite``: that of the
        extra. Anything else is an ONNX file. Blank: see `chosen`.

    Raises
    ------
    MissingInputError
        The extra or the file is not there.
    SceneError
        The network is not as it should be.
    """
    from imgext.picture.detect import model_file, ssdlite

    name = chosen(wanted)
    if name == OFF or (name == AUTO and not installed()):
        return None
    if name not in (AUTO, EXTRA):
        return model_file.load(named_path(name))
    place = ssdlite.folder()
    if place is None:
        raise MissingInputError(
            f"the detector {EXTRA} needs the package {ssdlite.PACKAGE} {ssdlite.VERSION}, "
            "which is not installed: pip install '.[detector]' in the checkout"
        )
    return ssdlite.load(place)
