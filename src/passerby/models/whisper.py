"""Whisper: what is said, with the times of the words. Run by faster-whisper, the package of the extra "speech".

Radford et al., Robust Speech Recognition via Large-Scale Weak Supervision, 2022, arXiv 2212.04356;
https://github.com/SYSTRAN/faster-whisper, ``faster_whisper/transcribe.py``. Nothing of the sound is kept, and nothing
that could tell one voice from another is made.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from passerby.errors import ModelError, WeightsError
from passerby.extras import import_extra
from passerby.models.entry import Entry
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats

RATE = 16_000
LONGEST_SECONDS = 30  # what the model hears at once
# Where upstream takes what it has decoded for no speech, or tries again at a higher temperature (the paper, 4.5); here
# nothing is tried again, and what upstream would not keep is doubtful.
_NO_SPEECH, _LEAST_SURE, _MOST_REPETITIVE = 0.6, -1.0, 2.4
# A sentence whose words are less probable than this in the mean is a guess: nobody speaks, or another language.
_FEW_WORDS, _GUESS = 3, 0.3
# The language of less sound than this, or one that is less probable, is taken to be that of the sound before.
_SHORT_SECONDS = 4
_PROBABLE = 0.5


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word, with the punctuation at it, and its seconds from the start of the sound."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Passage:
    """What is said in one go."""

    text: str
    start: float
    end: float
    words: tuple[HeardWord, ...]
    doubtful: bool = False  # repeated, guessed, or taken for no speech: it may be that nobody said it


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was heard in a sound."""

    language: str  # ISO 639-1
    passages: tuple[Passage, ...]


class Whisper:
    """Writes down what is said. It runs on the CPU with weights of 8 bits, whatever provider ``options`` name."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        """Raises MissingExtraError without the package, WeightsError for a file that is no such model."""
        package = import_extra(entry.extra)
        _keep_locks_in_this_process()
        try:
            self._model = package.WhisperModel(
                str(path.parent), device="cpu", compute_type="int8", cpu_threads=options.threads, local_files_only=True
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise WeightsError(f"{path}: expected a Whisper model for CTranslate2, found: {error}") from error

    def transcribe(self, samples: Floats, usual: str = "") -> Transcription:
        """What is said in ``samples`` (n,) at 16 kHz, full scale at 1, of at most 30 s.

        The language is found out; where that is not sure, ``usual`` is taken, if there is one. Raises ModelError.
        """
        if samples.ndim != 1 or samples.dtype != np.float32 or len(samples) > LONGEST_SECONDS * RATE:
            raise ModelError(
                f"whisper: expected samples float32 (n,) of at most {LONGEST_SECONDS} s, "
                f"found {samples.dtype} {samples.shape}"
            )
        try:
            return self._transcribe(samples, usual)
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"whisper: expected sound that can be transcribed, found: {error}") from error

    def _transcribe(self, samples: Floats, usual: str) -> Transcription:
        given = usual if len(samples) < _SHORT_SECONDS * RATE else ""
        segments, info = self._run(samples, given)
        if usual and not given and info.language_probability < _PROBABLE:
            segments, info = self._run(samples, usual)
        return Transcription(info.language, tuple(_passages(segments)))

    def _run(self, samples: Floats, language: str) -> tuple[Iterable[Any], Any]:
        """The segments are made when they are asked for."""
        segments, info = self._model.transcribe(
            samples,
            language=language or None,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
            no_speech_threshold=None,  # nothing is left out: who asks decides what becomes of the doubtful
            log_prob_threshold=_LEAST_SURE,
            compression_ratio_threshold=_MOST_REPETITIVE,
        )
        return segments, info


def _passages(segments: Iterable[Any]) -> Iterable[Passage]:
    made_up = set[str]()
    for segment in segments:
        text = _one_line(segment.text)
        if not text:
            continue
        if _is_speech(segment) and _is_made_up(segment):
            made_up.add(text)
        doubtful = text in made_up or not _is_speech(segment)
        heard = ((_one_line(word.word), word) for word in segment.words or ())
        words = tuple(HeardWord(said, float(word.start), float(word.end)) for said, word in heard if said)
        yield Passage(text, float(segment.start), float(segment.end), words, doubtful)


def _is_speech(segment: Any) -> bool:
    return bool(
        segment.no_speech_prob <= _NO_SPEECH
        and segment.avg_logprob >= _LEAST_SURE
        and segment.compression_ratio <= _MOST_REPETITIVE
    )


def _is_made_up(segment: Any) -> bool:
    """Whether a sentence is a guess, by its words up to where they come again: a model is sure of what it repeats."""
    words = [(_one_line(word.word).casefold().strip(",.!?"), word.probability) for word in segment.words or ()]
    said = [word for word, _ in words]
    # The shortest beginning that comes again at once.
    first = next((n for n in range(1, len(said) // 2 + 1) if said[:n] == said[n : 2 * n]), len(said))
    sure = [probability for _, probability in words[:first]]
    return len(sure) >= _FEW_WORDS and sum(sure) / len(sure) < _GUESS


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _keep_locks_in_this_process() -> None:
    """The package's bars of progress, which are never shown, would have a lock for all processes (tqdm).

    It is left behind when a worker is ended, and Python says so to whoever started it.
    """
    import_module("tqdm").tqdm.set_lock(threading.RLock())
