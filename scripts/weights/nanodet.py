"""NanoDet-g, COCO-80, from its TensorFlow.js form: converted, its boxes decoded in the graph, batches of any size.

The file keeps the channels-last layout that TensorFlow wanted, with a pair of transpositions around each
convolution; here the whole graph is channels-first and the pairs are gone.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx

from scripts.weights.graph import Array, Graph

SIDE = 416
STRIDES = (8, 16, 32)
_BINS = 11
# https://github.com/RangiLyu/nanodet, config/legacy_v0.x_configs/nanodet-g.yml; there in the order BGR.
_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_DEVIATION = np.array([58.395, 57.12, 57.375], np.float32)

_Node = dict[str, Any]


def build(description: Path, weights: Path, half: bool) -> onnx.ModelProto:
    """Input ``images`` uint8 (N, 416, 416, 3) RGB; outputs ``boxes`` (N, 3549, 4) and ``scores`` (N, 3549, 80)."""
    document = json.loads(description.read_text("utf-8"))
    return _Converter(document, _weights(document, weights.read_bytes()), half).convert()


def _weights(document: dict[str, Any], content: bytes) -> dict[str, Array]:
    result: dict[str, Array] = {}
    start = 0
    for item in document["weightsManifest"][0]["weights"]:
        dtype = np.dtype(np.float16 if "quantization" in item else item["dtype"])
        count = int(np.prod(item["shape"]))
        array = np.frombuffer(content, dtype, count, start).reshape(item["shape"])
        result[item["name"]] = array.astype(np.float32) if dtype == np.float16 else array
        start += count * dtype.itemsize
    if start != len(content):
        raise ValueError(f"expected {start} bytes of weights, found {len(content)}")
    return result


class _Converter:
    def __init__(self, document: dict[str, Any], weights: dict[str, Array], half: bool) -> None:
        self._nodes: dict[str, _Node] = {node["name"]: node for node in document["modelTopology"]["node"]}
        self._weights = weights
        self._graph = Graph(half)
        self._values: dict[str, str] = {}  # TensorFlow's name -> ours, once converted

    def convert(self) -> onnx.ModelProto:
        graph = self._graph
        pixels = graph.op("Cast", graph.input("images", np.uint8, ["N", SIDE, SIDE, 3]), to=onnx.TensorProto.FLOAT)
        normal = graph.op("Div", graph.op("Sub", pixels, _MEAN), _DEVIATION)
        planes = graph.op("Transpose", normal, perm=[0, 3, 1, 2])
        blue_first = graph.op("Gather", planes, np.array([2, 1, 0]), axis=1)
        self._values["input_1"] = blue_first
        heads = [self._head(f"Identity_{row}" if row else "Identity") for row in range(6)]
        boxes = [self._boxes(head, stride) for head, stride in zip(heads[3:], STRIDES, strict=True)]
        count = sum((SIDE // stride) ** 2 for stride in STRIDES)
        graph.output(graph.op("Concat", *boxes, axis=1), "boxes", ["N", count, 4])
        graph.output(graph.op("Concat", *heads[:3], axis=1), "scores", ["N", count, 80])
        return graph.model()

    def _boxes(self, bins: str, stride: int) -> str:
        """Distances to the four sides, each the mean of a distribution over bins (Li et al., NeurIPS 2020)."""
        graph = self._graph
        cells = SIDE // stride
        spread = graph.op("Softmax", graph.reshape(bins, [0, cells * cells, 4, _BINS]), axis=-1)
        distance = graph.op("MatMul", spread, np.arange(_BINS, dtype=np.float32)[:, None] * stride)
        offsets = graph.op("Mul", graph.reshape(distance, [0, cells * cells, 4]), np.array([-1, -1, 1, 1], np.float32))
        y, x = (np.mgrid[:cells, :cells].reshape(2, -1) + 0.5) * stride
        return graph.op("Add", offsets, np.stack([x, y, x, y], axis=1).astype(np.float32))

    def _head(self, name: str) -> str:
        """An output (N, cells, channels) before its reshaping, which names a batch of one."""
        transposed = self._nodes[self._nodes[name]["input"][0]]
        reshaped = self._nodes[transposed["input"][0]]
        channels = int(self._weights[self._nodes[reshaped["input"][1]]["input"][0]][1])
        flat = self._graph.reshape(self._value(reshaped["input"][0]), [0, channels, -1])
        return self._graph.op("Transpose", flat, perm=[0, 2, 1])

    def _value(self, reference: str) -> str:
        name, _, port = reference.partition(":")
        if reference not in self._values:
            self._values[reference] = self._convert(self._nodes[name], int(port or 0))
        return self._values[reference]

    def _convert(self, node: _Node, port: int) -> str:
        graph, first = self._graph, node["input"][0]
        match node["op"]:
            case "Transpose":  # all values are channels-first here
                return self._value(first)
            case "Add":
                return self._add(node)
            case "LeakyRelu":
                return graph.op("LeakyRelu", self._value(first), alpha=node["attr"]["alpha"]["f"])
            case "Sigmoid":
                return graph.op("Sigmoid", self._value(first))
            case "ConcatV2":
                return graph.op("Concat", *map(self._value, node["input"][:-1]), axis=1)
            case "MaxPool":
                return self._max_pool(node)
            case "ResizeBilinear":
                return self._resize(node)
            case "SplitV":
                parts = graph.split(self._value(first), self._weights[node["input"][1]].tolist(), axis=1)
                name = node["name"]
                self._values |= {f"{name}:{row}": part for row, part in enumerate(parts)} | {name: parts[0]}
                return parts[port]
        raise NotImplementedError(f"{node['op']} in {node['name']}")

    def _add(self, node: _Node) -> str:
        left, right = node["input"]
        if right not in self._weights:
            return self._graph.op("Add", self._value(left), self._value(right))
        return self._convolution(self._nodes[left], self._weights[right].reshape(-1))

    def _convolution(self, node: _Node, bias: Array) -> str:
        source, pads = self._padded(node["input"][0])
        kernel = self._weights[node["input"][1]].transpose(3, 2, 0, 1)
        strides = [int(step) for step in node["attr"]["strides"]["list"]["i"]][1:3]
        return self._graph.op("Conv", source, kernel, bias, pads=pads, strides=strides, kernel_shape=kernel.shape[2:])

    def _max_pool(self, node: _Node) -> str:
        source, pads = self._padded(node["input"][0])
        return self._graph.op("MaxPool", source, pads=pads, strides=[2, 2], kernel_shape=[3, 3])

    def _padded(self, reference: str) -> tuple[str, list[int]]:
        """What a Pad works on, and its margins, so that the next node can do the padding."""
        node = self._nodes[reference]
        if node["op"] == "Transpose":
            return self._padded(node["input"][0])
        if node["op"] in ("Pad", "PadV2"):
            margins = self._weights[node["input"][1]]
            return self._value(node["input"][0]), [int(side) for side in margins[2:].T.reshape(-1)]
        return self._value(reference), [0, 0, 0, 0]

    def _resize(self, node: _Node) -> str:
        """To a fixed size, with the centres of pixels where TensorFlow has them."""
        if not node["attr"]["half_pixel_centers"]["b"]:
            raise NotImplementedError("ResizeBilinear without half_pixel_centers")
        size = self._weights[node["input"][1]]
        return self._graph.op(
            "Resize",
            self._value(node["input"][0]),
            "",
            "",
            size.astype(np.int64),
            axes=[2, 3],
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )
