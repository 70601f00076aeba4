"""Names of a written vocabulary from vectors; with the tiny pair, which knows three colours and no other word."""

from pathlib import Path

import numpy as np
import pytest

from passerby.errors import VocabularyError
from passerby.models.catalog import find
from passerby.models.clip import ImageTextPair
from passerby.models.names import name_in
from passerby.models.runtime import RuntimeOptions
from passerby.models.zero_shot_classifier import Facet, ZeroShotClassifier, shares, vocabulary
from passerby.records import Pixels
from tiny_pair import COLOURS, make_pair

COLOUR = Facet("colour", ("a photo of {}.", "{}"), ("something",), {"blue": ("of no colour",), "-": ("red", "green")})


def pair(folder: Path) -> ImageTextPair:
    if not (folder / "vision_model.onnx").exists():
        make_pair(folder)
    return ImageTextPair(folder / "vision_model.onnx", find("clip-own"), RuntimeOptions(threads=1))


def plain(colour: str) -> Pixels:
    return np.full((36, 64, 3), COLOURS[colour], np.uint8)


def test_a_picture_gets_the_name_that_it_fits(tmp_path: Path) -> None:
    opened = pair(tmp_path)
    classifier = ZeroShotClassifier(opened.vectors_of, opened.scale, facets=[COLOUR])
    for colour in ("red", "green"):
        ((label, score),) = classifier.tags(opened.images().embed([plain(colour)]))
        assert label == colour
        assert score > 0.9


def test_frames_that_show_different_things_make_no_name_sure(tmp_path: Path) -> None:
    opened = pair(tmp_path)
    classifier = ZeroShotClassifier(opened.vectors_of, opened.scale, facets=[COLOUR])
    assert classifier.tags(opened.images().embed([plain("red"), plain("blue")])) == []


def test_words_that_the_model_does_not_know_are_never_said(tmp_path: Path) -> None:
    """None of the written names tells this one anything: all are as probable as a guess."""
    opened = pair(tmp_path)
    classifier = ZeroShotClassifier(opened.vectors_of, opened.scale)
    known = [facet for facet in vocabulary() if any(colour in text for colour in COLOURS for text in facet.texts())]
    (vector,) = opened.images().embed([np.full((36, 64, 3), 120, np.uint8)])
    assert len(classifier.tags(vector[None])) <= len(known)


def test_what_is_broader_is_said_where_names_below_it_compete() -> None:
    facet = Facet("place", ("{}",), ("something",), {"coast": ("beach", "pier"), "forest": ("glade", "thicket")})
    names = {name: row for row, name in enumerate(facet.classes)}
    vectors = np.eye(len(names), dtype=np.float32)
    classifier = ZeroShotClassifier(lambda texts: vectors, 100.0, facets=[facet])

    def tags(**weights: float) -> list[str]:
        vector = np.zeros((1, len(names)), np.float32)
        for name, weight in weights.items():
            vector[0, names[name]] = weight
        return [label for label, _ in classifier.tags(vector / np.linalg.norm(vector))]

    assert tags(beach=1) == ["beach"]
    assert tags(beach=1, pier=1) == ["coast"]
    assert tags(beach=1, glade=1) == []
    assert tags(something=1) == []
    assert tags(coast=1) == ["coast"]


def test_shares_add_up_and_follow_the_cosines() -> None:
    names = np.eye(3, dtype=np.float32)
    found = shares(np.array([[1, 0, 0], [0.6, 0.8, 0]], np.float32), names, 10.0)
    assert found.sum() == pytest.approx(1)
    assert found[0] > found[1] > found[2]


def test_the_vocabulary_is_large_has_no_people_and_names_nobody() -> None:
    """``hierarchy`` refuses words for people; given names are looked for as in what users write."""
    labels = [label for facet in vocabulary() for label in facet.hierarchy().labels]
    assert len(labels) > 2000
    assert len(labels) == len(set(labels))
    assert [label for label in labels if name_in(label)] == []


def test_a_name_for_people_is_refused() -> None:
    with pytest.raises(VocabularyError, match=r"zero_shot\.toml, place"):
        Facet("place", ("{}",), (), {"street": ("old man",)}).hierarchy()


def test_vectors_of_texts_are_made_once_for_the_same_weights(tmp_path: Path) -> None:
    texts = ["red", "green"]
    made = pair(tmp_path).vectors_of(texts)
    (kept,) = tmp_path.glob("texts-*.npy")
    (tmp_path / "text_model.onnx").touch()
    again = pair(tmp_path).vectors_of(texts)
    assert (made == again).all()
    assert [*tmp_path.glob("texts-*.npy")] == [kept]


def test_vectors_of_texts_are_made_anew_for_other_weights_and_the_old_are_gone(tmp_path: Path) -> None:
    pair(tmp_path).vectors_of(["red"])
    (kept,) = tmp_path.glob("texts-*.npy")
    make_pair(tmp_path, masked=True)
    pair(tmp_path).vectors_of(["red"])
    (other,) = tmp_path.glob("texts-*.npy")
    assert other != kept
