import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto

from scripts.weights.graph import Array, Graph
from scripts.weights.layers import doubled, halved
from scripts.weights.quantize import measure, quantize, take_bytes


@pytest.fixture
def values() -> np.random.Generator:
    return np.random.default_rng(4)


def of_pictures(graph: Graph) -> str:
    pixels = graph.op("Cast", graph.input("images", np.uint8, ["N", "H", "W", 3]), to=TensorProto.FLOAT)
    return graph.op("Transpose", pixels, perm=[0, 3, 1, 2])


def model_of(graph: Graph, result: str, channels: int) -> onnx.ModelProto:
    graph.output(result, "result", ["N", channels, "h", "w"])
    return graph.model()


def run(model: onnx.ModelProto, images: Array) -> Array:
    result: Array = ort.InferenceSession(model.SerializeToString()).run(None, {"images": images})[0]
    return result


def halving(kernel: Array, bias: Array) -> onnx.ModelProto:
    graph = Graph(half=False)
    return model_of(graph, halved(graph, graph.input("images", np.uint8, ["N", "H", "W", 3]), kernel, bias), len(bias))


@pytest.mark.parametrize(("height", "width"), [(2, 8), (32, 64), (6, 40)])
def test_halving_is_a_convolution_with_a_step_of_two(values: np.random.Generator, height: int, width: int) -> None:
    kernel, bias = values.normal(size=(5, 3, 3, 3)).astype(np.float32), values.normal(size=5).astype(np.float32)
    images = values.integers(0, 256, (2, height, width, 3), np.uint8)
    plain = Graph(half=False)
    convolved = plain.op("Conv", of_pictures(plain), kernel, bias, strides=[2, 2], pads=[1, 1, 1, 1])
    expected = run(model_of(plain, plain.op("Relu", convolved), 5), images)

    result = run(halving(kernel, bias), images)

    assert result.shape == (2, 5, height // 2, width // 2)
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-2)


def test_doubling_is_a_transposed_convolution_with_a_step_of_two(values: np.random.Generator) -> None:
    kernel, bias = values.normal(size=(3, 7, 2, 2)).astype(np.float32), values.normal(size=7).astype(np.float32)
    images = values.integers(0, 256, (2, 5, 9, 3), np.uint8)
    plain, other = Graph(half=False), Graph(half=False)
    convolved = plain.op("ConvTranspose", of_pictures(plain), kernel, bias, strides=[2, 2])
    expected = run(model_of(plain, plain.op("Relu", convolved), 7), images)

    result = run(model_of(other, doubled(other, of_pictures(other), kernel, bias), 7), images)

    assert result.shape == (2, 7, 10, 18)
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-2)


def test_pictures_go_as_bytes_into_eight_bits(values: np.random.Generator) -> None:
    kernel, bias = values.normal(size=(5, 3, 3, 3)).astype(np.float32), values.normal(size=5).astype(np.float32)
    images = values.integers(0, 256, (1, 32, 64, 3), np.uint8)
    images[0, 0, 0], images[0, 0, 1] = 0, 255
    exact = halving(kernel, bias)
    small = quantize(exact, measure(exact, images), [])

    direct = take_bytes(small)

    assert not any(node.op_type == "Cast" for node in direct.graph.node)
    np.testing.assert_array_equal(run(direct, images), run(small, images))


def test_pictures_that_eight_bits_do_not_hold_as_they_are_are_refused(values: np.random.Generator) -> None:
    kernel, bias = values.normal(size=(5, 3, 3, 3)).astype(np.float32), np.zeros(5, np.float32)
    exact = halving(kernel, bias)
    dark = values.integers(0, 100, (1, 32, 64, 3), np.uint8)

    with pytest.raises(ValueError, match="scale of 1"):
        take_bytes(quantize(exact, measure(exact, dark), []))
