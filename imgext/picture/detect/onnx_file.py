"""Write an ONNX model: the messages that a network of convolutions needs.

An ONNX file is one protobuf message (github.com/onnx/onnx, onnx.proto3, IR version 8): a model with a graph
of nodes, constants, inputs and outputs, and a list of key and value next to it. Protobuf's wire format is a
sequence of fields, each a key (number * 8 + wire type) followed by a varint (type 0), four bytes (type 5) or
a length and so many bytes (type 2) (protobuf.dev, Encoding). Fields are written in one order, so equal models
are equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

IR_VERSION, OPSET = 8, 13
#: Numbers of TensorProto.DataType.
TYPES = {"float32": 1, "uint8": 2, "int32": 6, "int64": 7, "float16": 10}


def _varint(value: int) -> bytes:
    """Base 128, low groups first; negative numbers as 64-bit two's complement."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(key: int, value: int) -> bytes:
    return _varint(key << 3) + _varint(value)


def _bytes(key: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(key << 3 | 2) + _varint(len(data)) + data


def _tensor(name: str, array: NDArray[Any]) -> bytes:
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"))
    return b"".join(
        [
            *(_number(1, side) for side in array.shape),
            _number(2, TYPES[array.dtype.name]),
            _bytes(8, name),
            _bytes(9, little.tobytes()),
        ]
    )


def _attribute(name: str, value: float | str | Sequence[int]) -> bytes:
    head = _bytes(1, name)
    if isinstance(value, str):
        return head + _bytes(4, value) + _number(20, 3)
    if isinstance(value, float):
        return head + _varint(2 << 3 | 5) + np.float32(value).tobytes() + _number(20, 1)
    if isinstance(value, int):
        return head + _number(3, value) + _number(20, 2)
    return head + b"".join(_number(8, one) for one in value) + _number(20, 7)


def _value(name: str, kind: str, shape: Sequence[int | str]) -> bytes:
    sides = b"".join(
        _bytes(1, _bytes(2, side) if isinstance(side, str) else _number(1, side)) for side in shape
    )
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, TYPES[kind]) + _bytes(2, sides)))


@dataclass
class Graph:
    """A graph that grows node by node, under unique names of the caller's."""

    name: str = "graph"
    nodes: list[bytes] = field(default_factory=list)
    constants: list[bytes] = field(default_factory=list)
    inputs: list[bytes] = field(default_factory=list)
    outputs: list[bytes] = field(default_factory=list)

    def input(self, name: str, shape: Sequence[int | str], kind: str = "float32") -> str:
        """An input; a side that is a name is free."""
        self.inputs.append(_value(name, kind, shape))
        return name

    def output(self, name: str, shape: Sequence[int | str], kind: str = "float32") -> str:
        """Make a node's result an output."""
        self.outputs.append(_value(name, kind, shape))
        return name

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """A constant array."""
        self.constants.append(_tensor(name, array))
        return name

    def node(
        self, operator: str, inputs: Sequence[str], output: str, **attributes: float | str | Sequence[int]
    ) -> str:
        """A node with one result, which has the name `output`."""
        parts = [
            *(_bytes(1, one) for one in inputs),
            _bytes(2, output),
            _bytes(3, output),
            _bytes(4, operator),
        ]
        self.nodes.append(
            b"".join([*parts, *(_bytes(5, _attribute(*one)) for one in sorted(attributes.items()))])
        )
        return output

    def model(self, metadata: Mapping[str, str] | None = None) -> bytes:
        """The whole file."""
        graph = b"".join(
            [
                *(_bytes(1, node) for node in self.nodes),
                _bytes(2, self.name),
                *(_bytes(5, constant) for constant in self.constants),
                *(_bytes(11, one) for one in self.inputs),
                *(_bytes(12, one) for one in self.outputs),
            ]
        )
        beside = [
            _bytes(14, _bytes(1, key) + _bytes(2, value)) for key, value in sorted((metadata or {}).items())
        ]
        return b"".join(
            [
                _number(1, IR_VERSION),
                _bytes(2, "imgext"),
                _bytes(7, graph),
                _bytes(8, _number(2, OPSET)),
                *beside,
            ]
        )
