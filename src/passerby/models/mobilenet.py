"""MobileNetV2: which of the thousand classes of ImageNet, and a vector to compare pictures by.

The vector is the pooled features (1280), projected on the 256 strongest directions of the classifier's centred
weights and scaled by their strength, so that a cosine compares what the classes would say
(``scripts/weights/mobilenet.py``). Paper: Sandler et al., CVPR 2018, arXiv 1801.04381.

A picture is squeezed into the square as a whole. The usual crop of its middle is a little better on stills with
one thing in the middle (right classes got .44 against .40 on nine of them), but it drops nearly half of a wide
frame, and is surer of itself where it is wrong: folding chair .92, against .20, on a car park seen from above.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from passerby.models.entry import Entry
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.models.squeezing import squeezed
from passerby.records import Floats, Pixels

_SIDE = 224
_BATCH = 16
_CLASSES, _DIMENSIONS = 1000, 256


class MobileNet:
    """Describes whole pictures. The caller sees to it that no people are in them (law 1)."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["images"], outputs=["probabilities", "vector"])

    def describe(self, images: Sequence[Pixels]) -> tuple[Floats, Floats]:
        """For RGB pictures (h, w, 3): the chances of the classes (n, 1000), and vectors (n, 256) of length 1."""
        chances, vectors = [np.zeros((0, _CLASSES), np.float32)], [np.zeros((0, _DIMENSIONS), np.float32)]
        for start in range(0, len(images), _BATCH):
            squares = np.stack([squeezed(image, _SIDE) for image in images[start : start + _BATCH]])
            probabilities, vector = self._model.run({"images": squares})
            chances.append(probabilities)
            vectors.append(vector / np.linalg.norm(vector, axis=1, keepdims=True))
        return np.concatenate(chances), np.concatenate(vectors)
