"""The adapter, with a stand-in for the optional package: what it asks for, and what it takes of the answer."""

import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from passerby.errors import MissingExtraError, ModelError, WeightsError
from passerby.models.catalog import find
from passerby.models.runtime import RuntimeOptions
from passerby.models.whisper import HeardWord, Passage, Whisper
from sounds import silence, tone


def segment(text: str, probable: Sequence[float] = (), **values: Any) -> SimpleNamespace:
    """What upstream calls a segment: a word each half second, all as probable as the last of ``probable``."""
    chances = [*probable, *[probable[-1] if probable else 0.9] * len(text.split())]
    words = [
        SimpleNamespace(word=f" {word}", start=n / 2, end=n / 2 + 0.4, probability=chances[n])
        for n, word in enumerate(text.split())
    ]
    sure = {"start": 0.0, "end": 9.0, "no_speech_prob": 0.1, "avg_logprob": -0.3, "compression_ratio": 1.2}
    return SimpleNamespace(text=f" {text}", words=words, **{**sure, **values})


@dataclass
class Package:
    """Answers with ``segments`` in ``language``, and remembers what it was asked."""

    segments: list[Any] = field(default_factory=list)
    language: str = "de"
    probability: float = 0.9
    asked: list[dict[str, Any]] = field(default_factory=list)
    opened: tuple[Any, ...] = ()
    fault: Exception | None = None

    def open(self, folder: str, **options: Any) -> "Package":
        self.opened = (folder, options)
        if self.fault:
            raise self.fault
        return self

    def transcribe(self, samples: Any, **options: Any) -> tuple[Iterator[Any], Any]:
        self.asked.append(options)
        language = options["language"] or self.language
        sure = 1 if options["language"] else self.probability
        return iter(self.segments), SimpleNamespace(language=language, language_probability=sure)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Package:
    planted = Package()
    module = ModuleType("faster_whisper")
    module.WhisperModel = planted.open  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "faster_whisper", module)
    return planted


def whisper() -> Whisper:
    return Whisper(Path("/models/speech-base/model.bin"), find("speech-base"), RuntimeOptions(threads=1))


def test_it_is_opened_from_its_folder_and_nothing_is_fetched(package: Package) -> None:
    whisper()
    folder, options = package.opened
    assert folder == "/models/speech-base"
    assert options == {"device": "cpu", "compute_type": "int8", "cpu_threads": 1, "local_files_only": True}


def test_what_is_said_has_its_words_and_punctuation(package: Package) -> None:
    package.segments = [segment("Ever tried."), segment("Ever\nfailed?")]
    heard = whisper().transcribe(tone(5))
    assert heard.language == "de"
    assert [passage.text for passage in heard.passages] == ["Ever tried.", "Ever failed?"]
    words = (HeardWord("Ever", 0.0, 0.4), HeardWord("tried.", 0.5, 0.9))
    assert heard.passages[0] == Passage("Ever tried.", 0.0, 9.0, words)


def test_it_is_asked_once_without_what_costs_time_or_carries_over(package: Package) -> None:
    whisper().transcribe(tone(5))
    (asked,) = package.asked
    assert asked["word_timestamps"]
    assert (asked["temperature"], asked["beam_size"]) == (0.0, 1)
    assert not asked["vad_filter"]
    assert not asked["condition_on_previous_text"]
    assert asked["language"] is None


@pytest.mark.parametrize(
    "doubt", [{"no_speech_prob": 0.7}, {"avg_logprob": -1.1}, {"compression_ratio": 2.5}, {"text": " "}]
)
def test_what_it_says_itself_is_no_speech_is_doubtful(package: Package, doubt: dict[str, Any]) -> None:
    package.segments = [segment("Yes."), segment("Thank you.")]
    vars(package.segments[1]).update(doubt)
    heard = [(passage.text, passage.doubtful) for passage in whisper().transcribe(tone(5)).passages]
    assert heard == [("Yes.", False), ("Thank you.", True)][: 2 if vars(package.segments[1])["text"].strip() else 1]
    assert package.asked[0]["no_speech_threshold"] is None  # else the package itself leaves some out


def test_a_language_that_is_not_sure_is_the_usual_one(package: Package) -> None:
    package.probability = 0.3
    assert whisper().transcribe(tone(5), "fr").language == "fr"
    assert [asked["language"] for asked in package.asked] == [None, "fr"]
    assert whisper().transcribe(tone(5)).language == "de"


def test_a_language_that_is_sure_may_change(package: Package) -> None:
    assert whisper().transcribe(tone(5), "fr").language == "de"


def test_a_short_sound_is_in_the_usual_language(package: Package) -> None:
    assert whisper().transcribe(tone(2), "fr").language == "fr"
    assert [asked["language"] for asked in package.asked] == ["fr"]


@pytest.mark.parametrize("samples", [silence(31), silence(1).astype(np.float64), silence(1)[None]])
def test_sound_of_another_shape_or_length_is_refused(package: Package, samples: Any) -> None:
    with pytest.raises(ModelError, match=r"expected samples float32 \(n,\) of at most 30 s"):
        whisper().transcribe(samples)


def test_errors_of_the_package_are_ours(package: Package) -> None:
    package.fault = RuntimeError("File model.bin is incomplete")
    with pytest.raises(WeightsError, match=r"expected a Whisper model.*incomplete"):
        whisper()
    package.fault = None
    package.segments = [SimpleNamespace()]
    opened = whisper()
    package.transcribe = lambda *_, **__: (_ for _ in ()).throw(RuntimeError("no"))  # type: ignore[method-assign]
    with pytest.raises(ModelError, match="expected sound"):
        opened.transcribe(tone(1))


def test_without_the_package_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(MissingExtraError, match=r"faster_whisper.*pip install 'passerby\[speech\]'"):
        whisper()


def said(package: Package, *segments: SimpleNamespace) -> list[str]:
    package.segments = list(segments)
    return [passage.text for passage in whisper().transcribe(tone(5)).passages if not passage.doubtful]


def test_a_sentence_that_nobody_said_is_not_heard_however_often_it_comes(package: Package) -> None:
    guess = "I'm not sure if I'm going."
    assert said(package, segment(guess, [0.2]), segment(guess, [0.7]), segment("So be it then.")) == ["So be it then."]
    # The more often a model has written something, the surer it is that it comes again.
    assert said(package, segment("But rain leave, but rain leave, but rain leave.", [0.3, 0.1, 0.1, 0.9])) == []


def test_what_is_surely_said_again_and_again_is_heard(package: Package) -> None:
    chant = "No justice, no peace, no justice, no peace."
    assert said(package, segment(chant), segment(chant)) == [chant, chant]
    assert said(package, segment("Yes.", [0.2])) == ["Yes."]


def test_a_doubtful_sentence_comes_with_its_words_for_those_who_want_it(package: Package) -> None:
    package.segments = [segment("My name is Jane.", [0.2])]
    (passage,) = whisper().transcribe(tone(5)).passages
    assert passage.doubtful
    assert [word.text for word in passage.words] == ["My", "name", "is", "Jane."]


def test_its_bars_of_progress_have_no_lock_that_outlives_a_worker(package: Package) -> None:
    whisper()
    assert isinstance(import_module("tqdm").tqdm.get_lock(), type(threading.RLock()))
