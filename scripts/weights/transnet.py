"""TransNetV2 (Soucek and Lokoc, 2020) from its PyTorch checkpoint: a window of any number of frames of 27 x 48 pixels.

The network is written down here again, so that PyTorch is not needed. Its factorised 3-D convolutions become 2-D
ones, which ONNX Runtime has faster kernels for: the spatial part runs on frames, (T, C, H, W), for all four
dilations at once; the temporal part on columns of time, (1, C, T, H W).
"""

from pathlib import Path

import numpy as np
import onnx

from scripts.weights import checkpoint
from scripts.weights.graph import Array, Graph, fold_batch_norm

HEIGHT, WIDTH = 27, 48
_LOOKUP = 101  # similarities are looked up this many frames around each one
_DILATIONS = (1, 2, 4, 8)
_FILTERS = (16, 32, 64)
_EPSILON = 1e-3


def build(path: Path, half: bool) -> onnx.ModelProto:
    """Input ``frames`` uint8 (T, 27, 48, 3) RGB.

    Outputs, each (T,) in [0, 1]: ``cut``, that a shot ends with the frame; ``transition``, that the frame is
    part of a change of shots, however long.
    """
    return _Network(checkpoint.read(path), half).build()


class _Network:
    def __init__(self, weights: dict[str, Array], half: bool) -> None:
        self._weights = weights
        self._graph = Graph(half)

    def build(self) -> onnx.ModelProto:
        graph = self._graph
        frames = graph.input("frames", np.uint8, ["T", HEIGHT, WIDTH, 3])
        features = self._features(frames)
        parts = [self._colour_similarity(frames), self._feature_similarity(features), self._flat(features[-1])]
        hidden = graph.op("Relu", self._linear(graph.op("Concat", *parts, axis=1), "fc1"))
        for name, layer in (("cut", "cls_layer1"), ("transition", "cls_layer2")):
            score = graph.op("Sigmoid", graph.reshape(self._linear(hidden, layer), [-1]))
            graph.output(score, name, ["T"])
        return graph.model()

    def _features(self, frames: str) -> list[str]:
        """What each stack gives: (T, C, H, W)."""
        graph = self._graph
        pixels = graph.op("Cast", frames, to=onnx.TensorProto.FLOAT)
        value = graph.op("Transpose", graph.op("Div", pixels, np.array(255, np.float32)), perm=[0, 3, 1, 2])
        results, height, width = [], HEIGHT, WIDTH
        for stack in range(len(_FILTERS)):
            first = graph.op("Relu", self._block(value, stack, 0, height, width))
            second = graph.op("Relu", self._block(first, stack, 1, height, width))
            summed = graph.op("Add", first, second)
            value = graph.op("AveragePool", summed, kernel_shape=[2, 2], strides=[2, 2])
            results.append(value)
            height, width = height // 2, width // 2
        return results

    def _block(self, value: str, stack: int, block: int, height: int, width: int) -> str:
        graph, filters = self._graph, _FILTERS[stack]
        name = f"SDDCNN.{stack}.DDCNN.{block}"
        spatial = [self._weights[f"{name}.Conv3D_{rate}.layers.0.weight"] for rate in _DILATIONS]
        kernel = np.concatenate(spatial)[:, :, 0]
        value = graph.op("Conv", value, kernel, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        wide = len(_DILATIONS) * 2 * filters
        columns = graph.op("Transpose", graph.reshape(value, [1, -1, wide, height * width]), perm=[0, 2, 1, 3])
        parts = graph.split(columns, [2 * filters] * len(_DILATIONS), axis=1)
        joined = [
            self._temporal(part, name, row, rate)
            for row, (part, rate) in enumerate(zip(parts, _DILATIONS, strict=True))
        ]
        columns = graph.op("Transpose", graph.op("Concat", *joined, axis=1), perm=[0, 2, 1, 3])
        return graph.reshape(columns, [-1, len(_DILATIONS) * filters, height, width])

    def _temporal(self, value: str, name: str, row: int, rate: int) -> str:
        kernel = self._weights[f"{name}.Conv3D_{rate}.layers.1.weight"]
        rows = slice(row * len(kernel), (row + 1) * len(kernel))
        parts = [self._weights[f"{name}.bn.{part}"][rows] for part in ("weight", "bias", "running_mean", "running_var")]
        folded, bias = fold_batch_norm(kernel, parts, _EPSILON)
        return self._graph.op(
            "Conv",
            value,
            folded[..., 0],
            bias,
            kernel_shape=[3, 1],
            dilations=[rate, 1],
            pads=[rate, 0, rate, 0],
        )

    def _flat(self, value: str) -> str:
        """(T, H W C) from (T, C, H, W)."""
        last = self._graph.op("Transpose", value, perm=[0, 2, 3, 1])
        return self._graph.reshape(last, [-1, 3 * 6 * 4 * _FILTERS[-1]])

    def _feature_similarity(self, features: list[str]) -> str:
        graph = self._graph
        means = [graph.op("GlobalAveragePool", value) for value in features]
        channels = 4 * sum(_FILTERS)
        joined = graph.reshape(graph.op("Concat", *means, axis=1), [-1, channels])
        return self._similarity(self._linear(joined, "frame_sim_layer.projection"), "frame_sim_layer.fc")

    def _colour_similarity(self, frames: str) -> str:
        """By histograms of 8 x 8 x 8 colours."""
        graph = self._graph
        levels = graph.op("Div", graph.op("Cast", frames, to=onnx.TensorProto.INT64), np.array(32))
        colours = graph.op("ReduceSum", graph.op("Mul", levels, np.array([64, 8, 1])), np.array([3]), keepdims=0)
        rows = graph.reshape(colours, [0, -1])
        ones = graph.op("Expand", np.array(1, np.float32), graph.op("Shape", rows))
        shape = graph.op("Concat", self._length(rows), np.array([512]), axis=0)
        empty = graph.op("ConstantOfShape", shape)
        counts = graph.op("ScatterElements", empty, rows, ones, axis=1, reduction="add")
        return self._similarity(counts, "color_hist_layer.fc")

    def _similarity(self, value: str, layer: str) -> str:
        """Cosines of each frame with its neighbours, nought past the window, through one layer: (T, 128)."""
        graph = self._graph
        norm = graph.op("ReduceL2", value, np.array([1]), keepdims=1)
        unit = graph.op("Div", value, graph.op("Max", norm, np.array(1e-12, np.float32)))
        cosines = graph.op("MatMul", unit, graph.op("Transpose", unit, perm=[1, 0]))
        # Row t of the padded matrix is wanted from column t on. Rows laid end to end and cut again one longer
        # than they were are shifted by one each.
        half, length = _LOOKUP // 2, self._length(value)
        padded = graph.op("Pad", cosines, np.array([0, half, 0, half]))
        pads = graph.op("Concat", np.array([0]), length, axis=0)
        flat = graph.op("Pad", graph.reshape(padded, [-1]), pads)
        skewed = graph.op("Reshape", flat, graph.op("Concat", length, np.array([-1]), axis=0))
        near = graph.op("Slice", skewed, np.array([0]), np.array([_LOOKUP]), np.array([1]))
        return graph.op("Relu", self._linear(near, layer))

    def _length(self, value: str) -> str:
        """How many rows ``value`` has, as a tensor (1,)."""
        return self._graph.op("Shape", value, start=0, end=1)

    def _linear(self, value: str, layer: str) -> str:
        product = self._graph.op("MatMul", value, self._weights[f"{layer}.weight"].T)
        return self._graph.op("Add", product, self._weights[f"{layer}.bias"])
