"""From a folder with a pair of encoders to a moment that is found by what it shows, as a user does it."""

from pathlib import Path

import numpy as np
import pytest

from cli.conftest import Passerby, run_passerby
from clips import make_clip
from pictures import Pixels, texture
from tiny_pair import COLOURS, make_pair

SECONDS, RATE = 2, 12
SIZE = (320, 180)


def coloured(folder: Path, name: str, colour: str) -> Path:
    """A clip of blotches in the colour."""
    levels = np.array(COLOURS[colour]) / max(COLOURS[colour])
    picture: Pixels = np.asarray(texture(SIZE)(0) * levels, np.uint8)
    return make_clip(
        folder / name, size=SIZE, rate=RATE, frames=SECONDS * RATE, picture=lambda _: picture, numbered=False
    )


@pytest.fixture
def mine(tmp_path: Path) -> Passerby:
    """Runs a command with a library and a folder of models of its own."""
    return lambda *arguments: run_passerby(tmp_path / "library", *arguments, models_dir=tmp_path / "models")


def test_a_pair_of_the_users_own_finds_moments_by_what_they_show(mine: Passerby, tmp_path: Path) -> None:
    pair = make_pair(tmp_path / "pair")
    (pair / "onnx").mkdir()
    (pair / "text_model.onnx").rename(pair / "onnx" / "text_model.onnx")  # as hubs lay such models out
    clips = [coloured(tmp_path, f"clip {number}.mp4", colour) for number, colour in enumerate(COLOURS)]
    without = mine("add", *clips, "--stages", "looks")
    assert (without.code, without.err.count("\n")) == (4, 1)
    assert "passerby models pull clip-vit-b-32" in without.err

    pulled = mine("models", "pull", "clip-own", "--from", pair)
    assert pulled.code == 0, pulled.err
    assert mine("models", "verify", "--json").document["models"][-1] == {"name": "clip-own", "problem": ""}
    added = mine("add", *clips, "--json")
    assert added.code == 0, added.err
    assert "looks" not in added.left_out

    for number, colour in enumerate(COLOURS):
        (hit,) = mine("search", colour, "--json").document["hits"]
        assert (hit["name"], hit["start"], hit["end"]) == (f"clip {number}.mp4", 0, SECONDS)
        assert any(reason.startswith(f'looks like "{colour}" ') for reason in hit["why"])
    assert mine("search", "zeppelin", "--json").document["hits"] == []

    again = mine("add", clips[0], "--json").document
    assert [each["status"] for each in again["videos"]] == ["skipped"]
    assert mine("forget", clips[0]).code == 0
    assert mine("search", "red", "--json").document["hits"] == []


def test_a_file_in_the_place_of_the_pair_is_refused(mine: Passerby, tmp_path: Path) -> None:
    refused = mine("models", "pull", "clip-own", "--from", make_pair(tmp_path / "pair") / "vision_model.onnx")
    assert refused.code == 2
    assert "expected a folder with vision_model.onnx, text_model.onnx, tokenizer.json" in refused.err


def test_files_that_are_not_those_of_the_catalog_are_not_kept(mine: Passerby, tmp_path: Path) -> None:
    pair = make_pair(tmp_path / "pair")
    for name in ("vision_model", "text_model"):
        (pair / f"{name}.onnx").rename(pair / f"{name}_quantized.onnx")
    refused = mine("models", "pull", "clip-vit-b-32", "--from", pair)
    assert refused.code == 1
    assert "it was not kept" in refused.err


def test_a_model_that_compares_nothing_cannot_be_chosen(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, rate=RATE, frames=6)
    chosen = run_passerby(tmp_path / "library", "add", clip, image_text="nanodet")
    assert chosen.code == 2
    assert "nanodet does not compare pictures with words" in chosen.err
