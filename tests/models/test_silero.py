"""The model that ships: no sound without a voice is speech to it; and how it is fed, on a graph that tells."""

from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from passerby.errors import ModelError, WeightsError
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.models.silero import CHUNK, RATE, Silero
from passerby.records import Floats
from sounds import melody, noise, silence, vowels
from tiny_graphs import Array, Value, save_graph


@pytest.fixture(scope="module")
def silero(tmp_path_factory: pytest.TempPathFactory) -> Silero:
    models = CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions(threads=1))
    made: Silero = models.open("silero")
    return made


def chances(silero: Silero, sound: Floats) -> Floats:
    silero.reset()
    chunks = sound[: len(sound) // CHUNK * CHUNK].reshape(-1, CHUNK)
    return np.array([silero.hear(chunk) for chunk in chunks], np.float32)


@pytest.mark.parametrize("sound", [silence(3), noise(3), melody(3)], ids=["silence", "noise", "melody"])
def test_what_is_no_voice_is_no_speech(silero: Silero, sound: Floats) -> None:
    assert chances(silero, sound).max() < 0.5


def test_what_sounds_like_a_voice_is_speech(silero: Silero) -> None:
    """The control: pulses through the formants of vowels, which rise and fall as syllables do."""
    assert chances(silero, vowels(3)).max() > 0.8


def test_after_a_reset_the_same_sound_is_judged_the_same(silero: Silero) -> None:
    first = chances(silero, vowels(1))
    np.testing.assert_array_equal(chances(silero, vowels(1)), first)


@pytest.mark.parametrize("chunk", [np.zeros(CHUNK - 1, np.float32), np.zeros(CHUNK, np.float64)])
def test_chunks_of_another_size_are_refused(silero: Silero, chunk: Floats) -> None:
    with pytest.raises(ModelError, match=r"expected samples float32 \(512,\)"):
        silero.hear(chunk)


def graph(path: Path, inputs: tuple[str, ...] = ("input", "state", "sr")) -> Path:
    """Gives the first sample of what it is fed plus the first number of its state, and counts its calls there."""
    sound, state, rate = inputs
    nodes = [
        helper.make_node("Slice", [sound, "zero", "one", "last"], ["first"]),
        helper.make_node("Slice", [state, "zeros", "ones", "axes"], ["counted"]),
        helper.make_node("Reshape", ["counted", "flat"], ["count"]),
        helper.make_node("Add", ["first", "count"], ["output"]),
        helper.make_node("Add", [state, "step"], ["stateN"]),
    ]
    stored: dict[str, Array] = {
        "zero": np.zeros(1, np.int64),
        "one": np.ones(1, np.int64),
        "last": np.ones(1, np.int64),
        "zeros": np.zeros(3, np.int64),
        "ones": np.ones(3, np.int64),
        "axes": np.arange(3, dtype=np.int64),
        "flat": np.array([1, 1], np.int64),
        "step": np.ones((1, 1, 1), np.float32),
    }
    f32, i64 = np.float32, np.int64
    signature: dict[str, Value] = {sound: (f32, (1, CHUNK + 64)), state: (f32, (2, 1, 128)), rate: (i64, ())}
    return save_graph(path, nodes, signature, {"output": (f32, (1, 1)), "stateN": (f32, (2, 1, 128))}, stored)


def test_a_chunk_comes_after_the_end_of_the_one_before_and_the_state_goes_on(tmp_path: Path) -> None:
    silero = Silero(graph(tmp_path / "tiny.onnx"), find("silero"), RuntimeOptions())
    ramp = np.arange(CHUNK, dtype=np.float32)
    assert silero.hear(ramp) == 0
    assert silero.hear(ramp) == CHUNK - 64 + 1
    silero.reset()
    assert silero.hear(ramp) == 0


def test_another_signature_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="expected inputs"):
        Silero(graph(tmp_path / "tiny.onnx", ("x", "state", "sr")), find("silero"), RuntimeOptions())


def test_its_rate_is_that_of_the_sounds() -> None:
    assert len(noise(1)) == RATE
