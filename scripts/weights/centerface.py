"""CenterFace, for pictures of any size: its batch normalisations folded, with free dimensions, in eight bits."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from scripts.weights.graph import Array, Graph, fold_batch_norm
from scripts.weights.quantize import quantize

RANGES = Path(__file__).parent / "centerface_ranges.json"

_OUTPUTS = {"537": ("heat", 1), "538": ("scale", 2), "539": ("offset", 2)}
_LANDMARKS = "540"  # which nobody needs


def build(path: Path) -> onnx.ModelProto:
    """As ``build_exact``, in eight bits, but for the last convolutions, which say how sure it is, and where."""
    exact = build_exact(path)
    last = {name for node in exact.graph.node if node.op_type in ("Sigmoid", "Identity") for name in node.input}
    heads = [node.name for node in exact.graph.node if node.output[0] in last and node.op_type == "Conv"]
    return quantize(exact, json.loads(RANGES.read_text("utf-8")), heads)


def build_exact(path: Path) -> onnx.ModelProto:
    """Input ``images`` uint8 (N, H, W, 3) RGB, H and W multiples of 32.

    Outputs, all at a quarter of the size: ``heat`` (N, 1, H/4, W/4) in [0, 1], ``scale`` (N, 2, ...) log of height
    and width in cells, ``offset`` (N, 2, ...) of the centre from its cell, down and to the right.
    """
    source = onnx.load(path).graph
    weights = {item.name: numpy_helper.to_array(item) for item in source.initializer}
    graph = Graph(half=False)
    pixels = graph.op("Cast", graph.input("images", np.uint8, ["N", "H", "W", 3]), to=onnx.TensorProto.FLOAT)
    values = {"input.1": graph.op("Transpose", pixels, perm=[0, 3, 1, 2])}
    normalised = {node.input[0]: node for node in source.node if node.op_type == "BatchNormalization"}
    for node in source.node:
        if node.op_type == "BatchNormalization":
            continue  # done by the node before it
        if node.output[0] == _LANDMARKS:
            continue
        after = normalised.get(node.output[0])
        name = after.output[0] if after else node.output[0]
        values[name] = _copy(graph, node, after, values, weights)
    for name, (title, planes) in _OUTPUTS.items():
        graph.output(values[name], title, ["N", planes, "H/4", "W/4"])
    return graph.model()


def _copy(
    graph: Graph, node: onnx.NodeProto, after: onnx.NodeProto | None, values: dict[str, str], weights: dict[str, Array]
) -> str:
    inputs: list[str | Array] = [weights[name] if name in weights else values[name] for name in node.input]
    if after:
        inputs[1:] = _folded(node, after, weights)
    attributes: dict[str, Any] = {item.name: helper.get_attribute_value(item) for item in node.attribute}
    return graph.op(node.op_type, *inputs, **attributes)


def _folded(node: onnx.NodeProto, after: onnx.NodeProto, weights: dict[str, Array]) -> list[str | Array]:
    if node.op_type != "ConvTranspose" or len(node.input) != 2:
        raise NotImplementedError(f"batch normalisation after {node.op_type} with {len(node.input)} inputs")
    epsilon = next(item.f for item in after.attribute if item.name == "epsilon")
    parameters = [weights[name] for name in after.input[1:]]
    # A transposed convolution without groups keeps its outputs on the second axis.
    kernel, bias = fold_batch_norm(weights[node.input[1]].swapaxes(0, 1), parameters, epsilon)
    return [kernel.swapaxes(0, 1), bias]
