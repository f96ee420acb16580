"""The weights are read by an unpickler that cannot be made to run anything, and folded as arithmetic says."""

from __future__ import annotations

import io
import os
import pickle
import struct
import types
from collections import OrderedDict

import numpy as np
import pytest

from imgext.errors import SceneError
from imgext.picture.offline import weights


class _Storage:
    def __init__(self, kind: str, key: str, count: int) -> None:
        self.pid = ("storage", types.SimpleNamespace(kind=kind), key, "cpu", count, None)


class _Named:
    """Pickles as a bare global of another module, as torch's own names do."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


def torch_file(
    numbers: np.ndarray, shape: tuple[int, ...], stride: tuple[int, ...], offset: int = 0
) -> bytes:
    """An old-style torch file with one tensor "w", written by hand from the format's description (pickle
    protocol 2 opcodes).
    """
    out = io.BytesIO()
    for value in (weights.MAGIC, weights.PROTOCOL, {"little_endian": True}):
        out.write(pickle.dumps(value, 2))

    def text(value: str) -> bytes:
        return b"X" + struct.pack("<I", len(value)) + value.encode()

    def ints(values: tuple[int, ...]) -> bytes:
        return b"(" + b"".join(b"J" + struct.pack("<i", v) for v in values) + b"t"

    pid = (
        b"("
        + text("storage")
        + b"ctorch\nFloatStorage\n"
        + text("0")
        + text("cpu")
        + b"J"
        + struct.pack("<i", len(numbers))
        + b"NtQ"
    )
    tensor = (
        b"ctorch._utils\n_rebuild_tensor_v2\n("
        + pid
        + b"J"
        + struct.pack("<i", offset)
        + ints(shape)
        + ints(stride)
        + b"\x89N"
        + b"tR"
    )
    out.write(b"\x80\x02" + b"ccollections\nOrderedDict\n)R(" + text("w") + tensor + b"u.")
    out.write(pickle.dumps(["0"], 2))
    out.write(struct.pack("<q", len(numbers)) + numbers.astype("<f4").tobytes())
    return out.getvalue()


def test_a_tensor_is_read_in_the_order_its_strides_say():
    numbers = np.arange(6, dtype=np.float32)
    state = weights.read_state(torch_file(numbers, (2, 3), (1, 2)))
    assert state["w"].tolist() == [[0, 2, 4], [1, 3, 5]]


def test_a_tensor_beyond_its_storage_is_refused():
    with pytest.raises(pickle.UnpicklingError, match="beyond"):
        weights.read_state(torch_file(np.arange(6, dtype=np.float32), (2, 3), (3, 1), offset=1))


def test_a_file_that_is_cut_short_is_refused():
    with pytest.raises(pickle.UnpicklingError, match="cut short"):
        weights.read_state(torch_file(np.arange(6, dtype=np.float32), (2, 3), (3, 1))[:-4])


@pytest.mark.parametrize("thing", [os.system, print, OrderedDict.fromkeys, np.dtype("f4")])
def test_any_other_name_in_the_pickle_is_refused(thing):
    data = b"".join(pickle.dumps(value, 2) for value in (weights.MAGIC, weights.PROTOCOL, {})) + pickle.dumps(
        thing, 2
    )
    with pytest.raises(pickle.UnpicklingError, match="not allowed"):
        weights.read_state(data)


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(pickle.UnpicklingError, match="1001"):
        weights.read_state(pickle.dumps(1, 2) * 2)


def test_another_file_of_weights_is_an_error_that_names_both_hashes(monkeypatch):
    monkeypatch.setattr(weights, "SHA256", "0" * 64)
    weights.load.cache_clear()
    with pytest.raises(SceneError, match=f"579344248a93.*expected {'0' * 64}"):
        weights.load()
    weights.load.cache_clear()


def test_the_network_has_49_convolutions_and_1000_classes():
    """49 = stem + head + 16 depthwise + 16 projections + 15 expansions (the first block has none)."""
    found = weights.load()
    assert 2 + sum(2 + (expand is not None) for expand, _, _ in found.blocks) == 49
    assert found.classifier.shape == (1000, 1280)


def test_folding_multiplies_the_kernel_by_gain_over_deviation():
    """One channel: kernel 2, gain 3, mean 5, bias 7, variance 0.25 - 1e-3: y = 3 (2 x - 5) / 0.5 + 7 = 12 x
    - 23.
    """
    state = {
        "c.weight": np.full((1, 1, 1, 1), 2.0),
        "n.weight": np.array([3.0]),
        "n.bias": np.array([7.0]),
        "n.running_mean": np.array([5.0]),
        "n.running_var": np.array([0.25 - weights.EPS]),
    }
    folded = weights._folded(state, "c", "n")
    assert folded.kernel.item() == pytest.approx(12)
    assert folded.bias.item() == pytest.approx(-23)
