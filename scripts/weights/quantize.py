"""Eight bits for a network's convolutions: ONNX Runtime's own quantizer, with ranges that were measured before.

Weights get seven bits and a scale for each channel: processors without VNNI add products in sixteen bits, which eight
would overflow unseen. (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html)
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationMethod, QDQQuantizer, QuantType
from onnxruntime.quantization.calibrate import TensorData, TensorsData

from scripts.weights.graph import Array

# The least and the most value of each tensor, by its name.
Ranges = Mapping[str, tuple[float, float]]

_EIGHT_BITS = ("Conv", "Add", "Relu")


def measure(model: onnx.ModelProto, pictures: Iterable[Array]) -> Ranges:
    """What goes into and out of the operations that get eight bits, over all ``pictures``: (h, w, 3) uint8."""
    fixed = {item.name for item in model.graph.initializer}
    touched = [node for node in model.graph.node if node.op_type in _EIGHT_BITS]
    names = sorted({name for node in touched for name in (*node.input, *node.output)} - fixed - {""})
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    probe.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = ort.InferenceSession(probe.SerializeToString())
    lows, highs = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for picture in pictures:
        values = session.run(names, {"images": picture[None]})
        lows = np.minimum(lows, [value.min() for value in values])
        highs = np.maximum(highs, [value.max() for value in values])
    return {
        name: (round(float(low), 4), round(float(high), 4)) for name, low, high in zip(names, lows, highs, strict=True)
    }


def quantize(model: onnx.ModelProto, ranges: Ranges, exact: Sequence[str]) -> onnx.ModelProto:
    """``model`` with eight bits where that is fast, but for the nodes called ``exact``; the same bytes each time."""
    data = TensorsData(
        CalibrationMethod.MinMax,
        {name: TensorData(lowest=np.float32(low), highest=np.float32(high)) for name, (low, high) in ranges.items()},
    )
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantizer = QDQQuantizer(
        copy,
        per_channel=True,
        reduce_range=True,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=data,
        nodes_to_quantize=[],
        nodes_to_exclude=list(exact),
        op_types_to_quantize=list(_EIGHT_BITS),
        extra_options={},
    )
    quantizer.quantize_model()
    quantizer.model.topological_sort()
    quantized: onnx.ModelProto = quantizer.model.model
    onnx.checker.check_model(quantized, full_check=True)
    return quantized


def take_bytes(quantized: onnx.ModelProto) -> onnx.ModelProto:
    """Without the way through float32 of an input of bytes 0..255, which eight bits hold as they are."""
    model = onnx.ModelProto()
    model.CopyFrom(quantized)
    casts = {node.output[0]: node for node in model.graph.node if node.op_type == "Cast"}
    fixed = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
    (quantizer,) = (node for node in model.graph.node if node.op_type == "QuantizeLinear" and node.input[0] in casts)
    if [fixed[name].item() for name in quantizer.input[1:]] != [1, 0]:
        raise ValueError(f"{quantizer.name}: expected a scale of 1 from 0 on")
    cast = casts[quantizer.input[0]]
    for node in model.graph.node:
        node.input[:] = [cast.input[0] if name == quantizer.output[0] else name for name in node.input]
    for gone in (cast, quantizer):
        model.graph.node.remove(gone)
    onnx.checker.check_model(model, full_check=True)
    return model
