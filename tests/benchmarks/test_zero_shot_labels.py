"""The labels of the benchmark of written names, and what its temperature is fitted by."""

import tomllib

import numpy as np
import pytest

from benchmarks.zero_shot import HERE, fitted, right_share
from passerby.models.zero_shot_classifier import Facet, vocabulary

FACET = Facet("place", ("{}",), ("something",), {"coast": ("beach", "pier"), "forest": ("glade",)})


def test_labels_are_names_of_their_facet() -> None:
    labels = tomllib.loads((HERE / "labels" / "zero_shot.toml").read_text("utf-8"))
    facets = {facet.name: {*facet.classes} - {*facet.others} for facet in vocabulary()}
    assert len(labels) > 50
    wrong = [(still, name) for still, of in labels.items() for facet in of for name in {*of[facet]} - facets[facet]]
    assert wrong == []


def test_what_is_below_a_right_name_is_right() -> None:
    row = np.array([0.1, 0.2, 0.3, 0.05, 0.15, 0.2], np.float32)
    assert right_share(row, ["coast"], FACET) == pytest.approx(0.6)
    assert right_share(row, ["beach", "glade"], FACET) == pytest.approx(0.35)


def test_without_a_label_the_scale_stays() -> None:
    assert fitted([], FACET, np.eye(6, dtype=np.float32), 100.0) == 100.0
