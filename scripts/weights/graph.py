"""A small writer of ONNX graphs that keeps large weights as float16 and casts them when a session opens."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[Any]

# The first in which Resize takes the size of some axes only.
_OPSET = 18
_IR_VERSION = 8
# Smaller weights (biases, constants) cost nothing and stay exact.
_SMALLEST_HALF = 2048


class Graph:
    """Nodes in the order in which they are added; every value is known by its name."""

    def __init__(self, half: bool) -> None:
        self._half = half
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, dtype: type[np.generic], shape: list[int | str]) -> str:
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, value: str, name: str, shape: list[int | str]) -> None:
        """``value``, float32, under ``name``."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def constant(self, array: Array) -> str:
        """A weight; floats become float16 in the file if they are many, and float32 in the graph."""
        name = f"w{len(self._weights)}"
        floats = np.issubdtype(array.dtype, np.floating)
        halved = floats and self._half and array.size >= _SMALLEST_HALF
        kept = array.astype(np.float16 if halved else np.float32) if floats else array
        if not np.isfinite(kept).all():
            raise ValueError(f"{name} {array.shape}: a weight does not fit into float16")
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(kept), name))
        return self.op("Cast", name, to=TensorProto.FLOAT) if halved else name

    def op(self, kind: str, *inputs: str | Array, outputs: int = 1, **attributes: Any) -> str:
        """Add a node; arrays among its inputs become constants. Gives the name of its first output."""
        names = [self.constant(item) if isinstance(item, np.ndarray) else item for item in inputs]
        stem = f"n{len(self._nodes)}"
        made = [stem] if outputs == 1 else [f"{stem}.{row}" for row in range(outputs)]
        self._nodes.append(helper.make_node(kind, names, made, name=stem, **attributes))
        return made[0]

    def split(self, value: str, sizes: list[int], axis: int) -> list[str]:
        first = self.op("Split", value, np.array(sizes, np.int64), outputs=len(sizes), axis=axis)
        stem = first.rpartition(".")[0]
        return [f"{stem}.{row}" for row in range(len(sizes))]

    def reshape(self, value: str, shape: list[int]) -> str:
        """0 keeps a dimension, -1 takes what is left, as in ONNX."""
        return self.op("Reshape", value, np.array(shape, np.int64))

    def model(self) -> onnx.ModelProto:
        graph = helper.make_graph(self._nodes, "graph", self._inputs, self._outputs, self._weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model


def fold_batch_norm(weight: Array, norm: Sequence[Array], epsilon: float) -> tuple[Array, Array]:
    """The weight (out, ...) and bias (out,) of a convolution that does its batch normalisation as well.

    ``norm`` holds scale, shift, mean and variance, each (out,). In float64 and element by element, so that every
    machine gets the same bits.
    """
    scale, shift, mean, variance = (part.astype(np.float64) for part in norm)
    factor = scale / np.sqrt(variance + epsilon)
    folded = weight.astype(np.float64) * factor.reshape(-1, *[1] * (weight.ndim - 1))
    return folded, shift - mean * factor
