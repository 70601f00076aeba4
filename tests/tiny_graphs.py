"""Tiny ONNX files with the signatures of real detectors, whose answers show what pixels they were given."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Array = NDArray[np.generic]
Kind = type[np.float32] | type[np.int64]
Value = tuple[Kind, Sequence[int | str]]
_TYPES: dict[Kind, int] = {np.float32: onnx.TensorProto.FLOAT, np.int64: onnx.TensorProto.INT64}


def save_graph(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Mapping[str, Value],
    outputs: Mapping[str, Value],
    stored: Mapping[str, Array],
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """Write a model with these inputs and outputs, each a type and a shape."""
    constants = [numpy_helper.from_array(array, name) for name, array in stored.items()]
    graph = helper.make_graph(list(nodes), "tiny", _values(inputs), _values(outputs), constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, dict(metadata or {}))
    onnx.save(model, path)
    return path


def _values(named: Mapping[str, Value]) -> list[onnx.ValueInfoProto]:
    return [helper.make_tensor_value_info(name, _TYPES[kind], list(shape)) for name, (kind, shape) in named.items()]


def channel_means(pictures: str) -> list[onnx.NodeProto]:
    """Nodes that give ``means`` (N, 3): how bright each channel of the input ``pictures`` is."""
    return [helper.make_node("ReduceMean", [pictures], ["means"], axes=[2, 3], keepdims=0)]


def from_means(name: str, base: Array, slopes: Array) -> tuple[list[onnx.NodeProto], dict[str, Array]]:
    """Nodes and constants that make ``name``: ``base``, with ``slopes`` (3, base.size) times the means added."""
    nodes = [
        helper.make_node("MatMul", ["means", f"{name}_slopes"], [f"{name}_flat"]),
        helper.make_node("Reshape", [f"{name}_flat", f"{name}_shape"], [f"{name}_added"]),
        helper.make_node("Add", [f"{name}_added", f"{name}_base"], [name]),
    ]
    shape = np.array(base.shape, np.int64)
    return nodes, {f"{name}_slopes": slopes, f"{name}_shape": shape, f"{name}_base": base}
