"""MobileNetV2 for ImageNet from its torchvision checkpoint, with a vector for "looks like" beside the classes."""

from pathlib import Path

import numpy as np
import onnx

from scripts.weights import checkpoint
from scripts.weights.graph import Array, Graph, fold_batch_norm

_SIDE = 224
_MEAN = np.array([123.675, 116.28, 103.53], np.float32)
_DEVIATION = np.array([58.395, 57.12, 57.375], np.float32)
_EPSILON = 1e-5
_DIMENSIONS = 256
# Sandler et al., CVPR 2018, table 2: expansion, channels, repeats, stride of the first.
_BLOCKS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def build(path: Path, half: bool) -> onnx.ModelProto:
    """Input ``images`` uint8 (N, 224, 224, 3) RGB; outputs ``probabilities`` (N, 1000), ``vector`` (N, 256)."""
    return _Network(checkpoint.read(path), half).build()


def projection(classifier: Array) -> Array:
    """A matrix (features, 256) after which cosines are nearly those of the centred logits.

    The right-singular directions of the classifier's weight (classes, features), its mean over the classes taken
    away, times their singular values. Directions that no class cares about weigh nothing, and what all classes
    share, which no softmax sees, is gone.
    """
    centred = classifier.astype(np.float64) - classifier.mean(axis=0, dtype=np.float64)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    kept = directions[:_DIMENSIONS]
    # A singular direction has no sign of its own: the largest part is made positive.
    largest = np.abs(kept).argmax(axis=1)
    signs = np.sign(kept[np.arange(_DIMENSIONS), largest])
    result: Array = (kept * (signs * values[:_DIMENSIONS])[:, None]).T
    return result


class _Network:
    def __init__(self, weights: dict[str, Array], half: bool) -> None:
        self._weights = weights
        self._graph = Graph(half)

    def build(self) -> onnx.ModelProto:
        graph = self._graph
        pixels = graph.op("Cast", graph.input("images", np.uint8, ["N", _SIDE, _SIDE, 3]), to=onnx.TensorProto.FLOAT)
        normal = graph.op("Div", graph.op("Sub", pixels, _MEAN), _DEVIATION)
        value = self._features(graph.op("Transpose", normal, perm=[0, 3, 1, 2]))
        pooled = graph.op("Flatten", graph.op("GlobalAveragePool", value))
        classifier = self._weights["classifier.1.weight"]
        logits = graph.op("Gemm", pooled, classifier, self._weights["classifier.1.bias"], transB=1)
        graph.output(graph.op("Softmax", logits, axis=1), "probabilities", ["N", 1000])
        vector = graph.op("MatMul", pooled, projection(classifier))
        graph.output(vector, "vector", ["N", _DIMENSIONS])
        return graph.model()

    def _features(self, value: str) -> str:
        value = self._convolution(value, "features.0.0", "features.0.1", stride=2)
        channels, row = 32, 1
        for expansion, width, repeats, first_stride in _BLOCKS:
            for repeat in range(repeats):
                stride = 1 if repeat else first_stride
                value = self._block(value, f"features.{row}.conv", channels, expansion, width, stride)
                channels, row = width, row + 1
        return self._convolution(value, "features.18.0", "features.18.1")

    def _block(self, value: str, name: str, channels: int, expansion: int, width: int, stride: int) -> str:
        inner, step = value, 0
        if expansion != 1:
            inner = self._convolution(inner, f"{name}.0.0", f"{name}.0.1")
            step = 1
        inner = self._convolution(
            inner, f"{name}.{step}.0", f"{name}.{step}.1", stride=stride, group=channels * expansion
        )
        inner = self._convolution(inner, f"{name}.{step + 1}", f"{name}.{step + 2}", clipped=False)
        return self._graph.op("Add", value, inner) if stride == 1 and channels == width else inner

    def _convolution(
        self, value: str, name: str, norm: str, *, stride: int = 1, group: int = 1, clipped: bool = True
    ) -> str:
        parts = [self._weights[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
        kernel, bias = fold_batch_norm(self._weights[f"{name}.weight"], parts, _EPSILON)
        side = kernel.shape[2]
        made = self._graph.op(
            "Conv",
            value,
            kernel,
            bias,
            strides=[stride, stride],
            pads=[side // 2] * 4,
            group=group,
            kernel_shape=[side, side],
        )
        limits = (np.array(0, np.float32), np.array(6, np.float32))
        return self._graph.op("Clip", made, *limits) if clipped else made
