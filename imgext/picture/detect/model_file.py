"""A detector in an ONNX file of one's own: ``--detector FILE.onnx``.

Any SSD or YOLO style detector with COCO names; `layouts` says which outputs are recognised. Names are taken
from the file where it has some (the key ``names`` of its metadata, as Ultralytics writes it: a mapping or a
list), else they are COCO's: the 80 counted from 0 for YOLO, COCO's own numbers for SSD.

The picture goes in as RGB. A YOLO input is filled by letterboxing (the whole picture, in proportion, on grey
114), an SSD input is stretched to. Numbers run 0 to 255 for whole ones, -1 to 1 for TensorFlow's (channels
last), 0 to 1 for all others. A side that is free is 640.
"""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import MissingInputError, SceneError
from imgext.picture.detect import layouts
from imgext.picture.detect.boxes import Detection, detections
from imgext.picture.detect.names import COCO, NUMBERED, coco_names, plain
from imgext.picture.detect.runtime import brief, open_session
from imgext.store.files import read_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image

#: Bytes of a file that is opened.
MOST_BYTES = 1 << 30
FREE_SIDE, LARGEST_SIDE = 640, 2048
GREY = 114
OVERLAP = 0.45
KINDS: dict[str, np.dtype[Any]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(float16)": np.dtype(np.float16),
    "tensor(uint8)": np.dtype(np.uint8),
}


@dataclass(frozen=True)
class Placing:
    """How the picture lies in the input, in fractions of it.

    A point at x of the input is at ``(x - left) / wide`` of the picture.
    """

    left: float
    top: float
    wide: float
    high: float

    def back(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        """From fractions of the input to fractions of the picture."""
        offset, size = np.array([self.left, self.top] * 2), np.array([self.wide, self.high] * 2)
        return np.asarray((corners - offset) / size)


def letterbox(picture: Image, side: tuple[int, int]) -> tuple[Image, Placing]:
    """Put the whole picture in the middle of an input of this size, the rest grey."""
    from PIL import Image as Pillow

    wide, high = side
    scale = min(wide / picture.width, high / picture.height)
    inner = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    left, top = (wide - inner[0]) // 2, (high - inner[1]) // 2
    ground = Pillow.new("RGB", side, (GREY, GREY, GREY))
    ground.paste(picture.resize(inner, Pillow.Resampling.BILINEAR), (left, top))
    return ground, Placing(left / wide, top / high, inner[0] / wide, inner[1] / high)


def stretched(picture: Image, side: tuple[int, int]) -> tuple[Image, Placing]:
    """The picture over all of an input."""
    from PIL import Image as Pillow

    return picture.resize(side, Pillow.Resampling.BILINEAR), Placing(0.0, 0.0, 1.0, 1.0)


def names_in(metadata: Mapping[str, str]) -> dict[int, str] | None:
    """Read names by class out of a file's metadata; None where it has none.

    >>> names_in({"names": "{0: 'person', 1: 'motorbike'}"})
    {0: 'person', 1: 'motorcycle'}
    """
    text = metadata.get("names", "")
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
        items = (
            value.items()
            if isinstance(value, dict)
            else enumerate(value)
            if isinstance(value, list | tuple)
            else ()
        )
        try:
            found = {int(key): plain(str(name)) for key, name in items}
        except (ValueError, TypeError):
            continue
        if found:
            return found
    return None


@dataclass(frozen=True)
class ModelFile:
    """A detector out of a file, ready to look."""

    session: Any
    name: str
    digest: str
    names: Mapping[int, str] | None

    def see(self, picture: Image, least: float) -> list[Detection]:
        """Every box of at least this score, best first.

        Raises
        ------
        SceneError
            The network fails, or its outputs are of no known layout.
        """
        (entry,) = self.session.get_inputs()
        channels_last = entry.shape[3] == 3 and entry.shape[1] != 3
        side = self._side(entry.shape[1:3] if channels_last else entry.shape[2:4])
        ssd = (
            len(
                [
                    output
                    for output in self.session.get_outputs()
                    if output.shape is None or len(output.shape) <= 3
                ]
            )
            > 1
        )
        placed, placing = (stretched if ssd else letterbox)(picture, side)
        values = np.asarray(placed)
        kind = KINDS[entry.type]
        if kind != np.uint8:
            values = values.astype(np.float32)
            values = (
                values * np.float32(2 / 255) - 1 if channels_last else values * np.float32(1 / 255)
            ).astype(kind)
        values = values[None] if channels_last else np.ascontiguousarray(values.transpose(2, 0, 1))[None]
        try:
            outputs = self.session.run(None, {entry.name: values})
        except Exception as error:
            raise SceneError(
                f"{self.name}: the network cannot look at a picture of {side[0]} x {side[1]}: {brief(error)}"
            ) from error
        named = [
            (output.name, array) for output, array in zip(self.session.get_outputs(), outputs, strict=True)
        ]
        try:
            rows = layouts.read(named, len(self.names or COCO), side, channels_last=channels_last)
        except layouts.UnknownLayoutError as error:
            raise SceneError(f"{self.name}: {error}") from error
        return detections(
            placing.back(rows.corners),
            rows.scores,
            rows.classes,
            self._known(rows),
            least=least,
            limit=None if rows.suppressed else OVERLAP,
        )

    def _side(self, shape: list[Any]) -> tuple[int, int]:
        high, wide = (one if isinstance(one, int) and one > 0 else FREE_SIDE for one in shape)
        return wide, high

    def _known(self, rows: layouts.Rows) -> Mapping[int, str]:
        if self.names is not None:
            return {number: name for number, name in self.names.items() if name in COCO}
        if rows.kind != "SSD":
            return coco_names(0)
        return {len(COCO): coco_names(0), len(COCO) + 1: coco_names(1)}.get(rows.width or 0, NUMBERED)


def load(path: Path) -> ModelFile:
    """Open a detector.

    Raises
    ------
    MissingInputError
        There is no such file, or onnxruntime is not installed.
    SceneError
        It is no network, does not take one picture, or has names of which none is COCO's.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise SceneError(f"{path}: {size} bytes; a detector of up to {MOST_BYTES} is opened")
        data = read_file(path, MOST_BYTES)
    except OSError as error:
        raise MissingInputError(f"{path}: {error.strerror or error}") from error
    session = open_session(data, str(path))
    inputs = session.get_inputs()
    shapes = ", ".join(f"{one.name} {one.type} {one.shape}" for one in inputs)
    wanted = "one picture as [1, 3, height, width] or [1, height, width, 3] "
    wanted += "of float32, float16 or uint8 is expected"
    if (
        len(inputs) != 1
        or inputs[0].type not in KINDS
        or inputs[0].shape is None
        or len(inputs[0].shape) != 4
    ):
        raise SceneError(f"{path}: its input is {shapes}; {wanted}")
    pictures, *sides = inputs[0].shape
    numbers = [side for side in sides if isinstance(side, int)]
    if (
        3 not in (sides[0], sides[2])
        or max(numbers) > LARGEST_SIDE
        or (isinstance(pictures, int) and pictures not in (1, -1))
    ):
        raise SceneError(f"{path}: its input is {shapes}; {wanted}, no side above {LARGEST_SIDE}")
    names = names_in(session.get_modelmeta().custom_metadata_map)
    if names is not None and not set(names.values()) & set(COCO):
        some = ", ".join(list(names.values())[:5])
        raise SceneError(f"{path}: none of its {len(names)} names ({some} ...) is one of COCO's")
    return ModelFile(session, path.name, hashlib.sha256(data).hexdigest(), names)
