"""YuNet, for pictures of any size, out of the library libfacedetection, which has its weights compiled in.

The library exports each array by its name: they are read from the file, of which nothing is run. Its boxes were
compared with the library's own, on pictures of 640 to 1280 pixels: 495 boxes, none that the other had not.
"""

import json
import struct
from pathlib import Path

import numpy as np
import onnx

from scripts.weights.graph import Array, Graph
from scripts.weights.layers import halved
from scripts.weights.quantize import quantize, take_bytes

RANGES = Path(__file__).parent / "yunet_ranges.json"
STRIDES = (8, 16, 32)

# Of a 64-bit ELF file (System V ABI, gABI 4.1, chapters 4 and 5).
_SECTIONS_AT, _SECTION_SIZE_AT = 40, 58
_SECTION, _SYMBOL = "<IIQQQQIIQQ", "<IBBHQQ"
_DYNAMIC_SYMBOLS, _PROGRAM_DATA, _OBJECT = 11, 1, 1


def build(library: Path) -> onnx.ModelProto:
    """As ``build_exact``, in eight bits, but for the heads, which say how sure it is, and where."""
    exact = build_exact(library)
    made = {node.output[0]: node for node in exact.graph.node}
    splits = [node for node in exact.graph.node if node.op_type == "Split"]
    deep = [made[node.input[0]] for node in splits if made[node.input[0]].op_type == "Conv"]
    heads = [*deep, *(made[node.input[0]] for node in deep)]
    return take_bytes(quantize(exact, json.loads(RANGES.read_text("utf-8")), [node.name for node in heads]))


def build_exact(library: Path) -> onnx.ModelProto:
    """Input ``images`` uint8 (N, H, W, 3) RGB, H and W multiples of 32.

    Outputs for each stride S of 8, 16 and 32: ``scoreS`` (N, 1, H/S, W/S) in [0, 1], and ``boxS`` (N, 4, H/S, W/S), in
    strides: the centre from the cell's corner, right and down, and the logs of width and height.
    """
    network = _Network(_exported(library.read_bytes()))
    value = network.opened(network.graph.input("images", np.uint8, ["N", "H", "W", 3]))
    value = network.pooled(network.unit(value, "backbone__model0_dp"))
    value = network.stage(network.stage(value, 1), 2)
    levels = []
    for number in (3, 4, 5):
        value = network.stage(network.pooled(value), number)
        levels.append(value)
    lower = network.unit(levels[2], "neck__lateral_convs__2")
    middle = network.unit(network.merged(levels[1], lower), "neck__lateral_convs__1")
    upper = network.unit(network.merged(levels[0], middle), "neck__lateral_convs__0")
    for level, value in enumerate((upper, middle, lower)):
        network.head(value, level)
    return network.graph.model()


def _exported(elf: bytes) -> dict[str, Array]:
    """The data that a shared library exports: name -> float32 (n,)."""
    (start,), (size, count) = (
        struct.unpack_from("<Q", elf, _SECTIONS_AT),
        struct.unpack_from("<HH", elf, _SECTION_SIZE_AT),
    )
    # name, type, flags, address, offset, size, link, information, alignment, size of an entry
    sections = [struct.unpack_from(_SECTION, elf, start + size * number) for number in range(count)]
    (symbols,) = (section for section in sections if section[1] == _DYNAMIC_SYMBOLS)
    names, found = sections[symbols[6]][4], dict[str, Array]()
    for at in range(symbols[4], symbols[4] + symbols[5], struct.calcsize(_SYMBOL)):
        name, kind, _, home, address, length = struct.unpack_from(_SYMBOL, elf, at)
        if kind & 15 == _OBJECT and length % 4 == 0 and sections[home][1] == _PROGRAM_DATA:
            title = elf[names + name : elf.index(b"\0", names + name)].decode()
            offset = address - sections[home][3] + sections[home][4]
            found[title] = np.frombuffer(elf, "<f4", length // 4, offset)
    return found


class _Network:
    """The layers of YuNet (Wu et al., 2023, figure 2), each written from its arrays."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        self._arrays = arrays
        self.graph = Graph(half=False)

    def opened(self, images: str) -> str:
        """The first convolution, of 27 inputs that are kept as 32: pixel by pixel, in each blue, green and red."""
        kernel = self._arrays["backbone__model0_pw_weight"].reshape(16, 32)[:, :27].reshape(16, 3, 3, 3)
        rgb = kernel[..., ::-1].transpose(0, 3, 1, 2)
        return halved(self.graph, images, rgb, self._arrays["backbone__model0_pw_bias"])

    def unit(self, value: str, *names: str, relu: bool = True) -> str:
        """A pointwise convolution, then one of 3 by 3 for each plane; those of several ``names`` side by side."""
        point, points, deep, deeps = (
            [self._arrays[f"{name}_{part}"] for name in names]
            for part in ("pw_weight", "pw_bias", "dw_weight", "dw_bias")
        )
        planes = sum(map(len, points))
        wide = np.concatenate([weight.reshape(len(bias), -1) for weight, bias in zip(point, points, strict=True)])
        value = self.graph.op("Conv", value, wide[..., None, None], np.concatenate(points))
        high = np.concatenate([weight.reshape(9, -1).T for weight in deep]).reshape(planes, 1, 3, 3)
        value = self.graph.op("Conv", value, high, np.concatenate(deeps), group=planes, pads=[1, 1, 1, 1])
        return self.graph.op("Relu", value) if relu else value

    def stage(self, value: str, number: int) -> str:
        name = f"backbone__model{number}"
        return self.unit(self.unit(value, f"{name}_dp1"), f"{name}_dp2")

    def pooled(self, value: str) -> str:
        return self.graph.op("MaxPool", value, kernel_shape=[2, 2], strides=[2, 2])

    def merged(self, value: str, coarse: str) -> str:
        """``value`` and what is ``coarse``, made twice as large."""
        larger = self.graph.op(
            "Resize",
            coarse,
            "",
            np.array([1, 1, 2, 2], np.float32),
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        return self.graph.op("Add", value, larger)

    def head(self, value: str, level: int) -> None:
        """What is found at one stride; how sure it is, is the root of the class's and the object's."""
        names = [f"bbox_head__multi_level_{what}__{level}" for what in ("cls", "obj", "bbox")]
        both, box = self.graph.split(self.unit(value, *names, relu=False), [2, 4], axis=1)
        face, there = self.graph.split(self.graph.op("Sigmoid", both), [1, 1], axis=1)
        score = self.graph.op("Sqrt", self.graph.op("Mul", face, there))
        stride = STRIDES[level]
        for title, part, planes in (("score", score, 1), ("box", box, 4)):
            self.graph.output(part, f"{title}{stride}", ["N", planes, f"H/{stride}", f"W/{stride}"])
