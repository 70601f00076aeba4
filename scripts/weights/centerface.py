"""CenterFace, for pictures of any size: its batch normalisations folded, with free dimensions, in eight bits."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from scripts.weights.graph import Array, Graph, fold_batch_norm
from scripts.weights.layers import doubled, halved
from scripts.weights.quantize import quantize, take_bytes

RANGES = Path(__file__).parent / "centerface_ranges.json"

_PICTURE = "input.1"
# What the last convolutions make, and in how many planes; landmarks, which nobody needs, are left out.
_OUTPUTS = {"536": ("heat", 1), "538": ("scale", 2), "539": ("offset", 2)}
_LAST = "535"  # what they make it of


def build(path: Path) -> onnx.ModelProto:
    """As ``build_exact``, in eight bits, but for the last convolution, which says how sure it is, and where."""
    exact = build_exact(path)
    (split,) = (node for node in exact.graph.node if node.op_type == "Split")
    last = [node.name for node in exact.graph.node if node.output[0] == split.input[0]]
    return take_bytes(quantize(exact, json.loads(RANGES.read_text("utf-8")), last))


def build_exact(path: Path) -> onnx.ModelProto:
    """Input ``images`` uint8 (N, H, W, 3) RGB, H and W multiples of 32.

    Outputs, all at a quarter of the size: ``heat`` (N, 1, H/4, W/4) in [0, 1], ``scale`` (N, 2, ...) log of height
    and width in cells, ``offset`` (N, 2, ...) of the centre from its cell, down and to the right.
    """
    source = onnx.load(path).graph
    weights = {item.name: numpy_helper.to_array(item) for item in source.initializer}
    graph = Graph(half=False)
    values = {_PICTURE: graph.input("images", np.uint8, ["N", "H", "W", 3])}
    normalised = {node.input[0]: node for node in source.node if node.op_type == "BatchNormalization"}
    rectified = {node.input[0]: node.output[0] for node in source.node if node.op_type == "Relu"}
    for node in source.node:
        result = node.output[0]
        if node.input[0] == _PICTURE:
            kernel, bias = (weights[name] for name in node.input[1:])
            values[rectified[result]] = halved(graph, values[_PICTURE], kernel, bias)
        elif node.op_type == "ConvTranspose":
            after = normalised[result]
            kernel, bias = _folded(node, after, weights)
            values[rectified[after.output[0]]] = doubled(graph, values[node.input[0]], kernel, bias)
        elif node.op_type != "BatchNormalization" and result not in values and _LAST not in values:
            values[result] = _copy(graph, node, values, weights)
    _add_outputs(graph, values[_LAST], [node for node in source.node if node.output[0] in _OUTPUTS], weights)
    return graph.model()


def _copy(graph: Graph, node: onnx.NodeProto, values: dict[str, str], weights: dict[str, Array]) -> str:
    inputs: list[str | Array] = [weights[name] if name in weights else values[name] for name in node.input]
    attributes: dict[str, Any] = {item.name: helper.get_attribute_value(item) for item in node.attribute}
    return graph.op(node.op_type, *inputs, **attributes)


def _add_outputs(graph: Graph, value: str, nodes: Sequence[onnx.NodeProto], weights: dict[str, Array]) -> None:
    """What the convolutions ``nodes`` make of ``value``, all at once: the first of it is how sure a face is."""
    kernels, biases = ([weights[node.input[place]] for node in nodes] for place in (1, 2))
    made = graph.op("Conv", value, np.concatenate(kernels), np.concatenate(biases))
    titles = [_OUTPUTS[node.output[0]] for node in nodes]
    heat, *others = graph.split(made, [planes for _, planes in titles], axis=1)
    for (title, planes), part in zip(titles, [graph.op("Sigmoid", heat), *others], strict=True):
        graph.output(part, title, ["N", planes, "H/4", "W/4"])


def _folded(node: onnx.NodeProto, after: onnx.NodeProto, weights: dict[str, Array]) -> tuple[Array, Array]:
    """The kernel (in, out, 2, 2) and the bias of a transposed convolution and its batch normalisation."""
    epsilon = next(item.f for item in after.attribute if item.name == "epsilon")
    parameters = [weights[name] for name in after.input[1:]]
    # A transposed convolution without groups keeps its outputs on the second axis.
    kernel, bias = fold_batch_norm(weights[node.input[1]].swapaxes(0, 1), parameters, epsilon)
    return kernel.swapaxes(0, 1), bias
