"""Made-up libraries for tests: videos with a known record of every type."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np

from passerby.media.read.probe import probe
from passerby.records import (
    Cue,
    Floats,
    Moment,
    MomentLook,
    MomentMeaning,
    MomentVector,
    Note,
    PeopleMasks,
    ScreenText,
    Shot,
    SpokenWord,
    StoredVideo,
    Tag,
    Thumbnail,
    Track,
    Utterance,
    VideoNotes,
)
from passerby.store.chapters import Chapter
from passerby.store.corrections import Correction
from passerby.store.lessons import Example
from passerby.store.library import Store
from passerby.times import Span, TimeBase

NewAddress = Callable[[], str]  # of a library that is not there yet
MOMENT_TICKS = 4000  # of a thousandth of a second


def video(name: str = "street.mp4", path: str | None = None, content: str | None = None) -> StoredVideo:
    """A video that has just been begun, its id made from ``content``."""
    video_id = sha256((content or name).encode()).hexdigest()
    time_base = TimeBase(Fraction(1, 1000))
    return StoredVideo(video_id, name, path or f"/footage/{name}", 1000, 640, 360, time_base, 0, 0, "incomplete", "")


def timeline(moments: int) -> list[object]:
    """One shot a moment, each of MOMENT_TICKS."""
    spans = [Span(n * MOMENT_TICKS, (n + 1) * MOMENT_TICKS) for n in range(moments)]
    return [*(Shot(span, 0) for span in spans), *(Moment(span, n) for n, span in enumerate(spans))]


def cue(kind: str, moment: int) -> Cue:
    start = moment * MOMENT_TICKS
    return Cue(kind, Span(start + 10, start + 500))  # type: ignore[arg-type]


def track(label: str, moment: int, score: float = 0.75) -> Track:
    """A track of three boxes within the moment."""
    times = np.array([100, 600, 1100], np.int64) + moment * MOMENT_TICKS
    boxes = np.array([[10, 20, 110, 120]] * 3, np.float32)
    return Track(label, times, boxes, np.full(3, score, np.float32))


def text(line: str, moment: int) -> ScreenText:
    """A line on screen within the moment."""
    start = moment * MOMENT_TICKS
    return ScreenText(line, 0.875, Span(start + 200, start + 1200), (12.0, 20.0, 112.0, 40.0))


def said(line: str, moment: int) -> Utterance:
    """Words said from the start of the moment on, half a second each."""
    start = moment * MOMENT_TICKS
    words = [SpokenWord(word, Span(start + 500 * n, start + 500 * n + 400)) for n, word in enumerate(line.split())]
    return Utterance(line, Span(start, words[-1].span.end), "en", tuple(words))


def people(*moments: int) -> PeopleMasks:
    """One person in the middle of each of these moments."""
    times = np.array([n * MOMENT_TICKS + 2000 for n in sorted(moments)], np.int64)
    count = len(times)
    return PeopleMasks(
        times,
        np.arange(count + 1, dtype=np.int32),
        np.array([[5, 5, 50, 100]] * count, np.float32).reshape(-1, 4),
        np.ones(count, np.int32),
        np.full(count, 0.125, np.float32),
        ("",) * count,
    )


def unit(seed: int, length: int = 16) -> Floats:
    """A vector of length 1 that depends on ``seed``."""
    vector = np.random.default_rng(seed).normal(size=length)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def add(
    store: Store,
    name: str,
    moments: int = 2,
    content: str | None = None,
    path: str | None = None,
    **stages: Sequence[object],
) -> str:
    """Index a made-up video: ``stages`` by name, over the shots that it gets anyway; its id."""
    made = video(name, path, content)
    store.sink.begin_video(made)
    store.sink.finish_stage(made.id, "shots", "shots-key", [*timeline(moments), *stages.pop("shots", [])])
    for stage, records in stages.items():
        store.sink.finish_stage(made.id, stage, f"{stage}-key", records)
    store.sink.end_video(made.id, moments * 100, moments * MOMENT_TICKS, "done", "")
    return made.id


def add_file(store: Store, clip: Path) -> str:
    """Index a video file as one shot, of which the first frame alone is read; its id is that of its content."""
    seen = probe(clip)
    made = replace(video(clip.name, str(clip)), id=sha256(clip.read_bytes()).hexdigest())
    made = replace(made, width=seen.width, height=seen.height)
    store.sink.begin_video(made)
    store.sink.finish_stage(made.id, "shots", "shots-key", timeline(1))
    store.sink.end_video(made.id, 100, MOMENT_TICKS, "done", "")
    return made.id


def add_copy(store: Store, copy: str, video: str, **files: bytes) -> None:
    """A copy of a video that is ready, with these files: a dot in a name is written as two underlines."""
    store.files.claim("copy", copy, video)
    with store.blobs.making("copy", copy) as folder:
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_bytes(content)
    store.files.finish("copy", copy, video)


def add_rich(store: Store, word: str, moments: int = 3) -> str:
    """Index a video of which everything that can hold text or bytes holds ``word``."""
    vectors = [MomentVector(n, planted_vector(word, n)) for n in range(moments)]
    video_id = add(
        store,
        f"{word}-name.mp4",
        moments,
        objects=[track(f"{word}object", n) for n in range(moments)],
        text=[text(f"{word} line", n) for n in range(moments)],
        speech=[said(f"the {word} said", n) for n in range(moments)],
        people=[people(*range(moments))],
        tags=[Tag(n, f"{word}tag{n}", 0.5) for n in range(moments)],
        vectors=vectors,
        meaning=[MomentMeaning(n, planted_vector(word, 100 + n)) for n in range(moments)],
        looks=[MomentLook(n, planted_vector(word, 300 + n), f"{word}weights") for n in range(moments)],
        thumbnails=[Thumbnail(n, n * MOMENT_TICKS, f"{word}jpeg".encode() * 700) for n in range(moments)],
    )
    store.sink.end_video(video_id, moments * 100, moments * MOMENT_TICKS, "done", f"{word} note")
    store.notes.keep(video_id, [Note(Span(0, MOMENT_TICKS), f"{word}given", rejected=False)])
    store.notes.keep(video_id, [Note(Span(0, MOMENT_TICKS), f"{word}tag0", rejected=True)])
    store.corrections.put(video_id, Correction(said("the word said", 0).span, f"the {word} said", "ada", 1000.0))
    store.corrections.put(video_id, Correction(said("half", 2).span, f"the {word} unplaced", "ada", 1000.0))
    store.chapters.put(video_id, Chapter(0, f"{word} chapter", "ada"))
    store.videos.say(video_id, VideoNotes(description=f"{word} described"))
    store.comments.put(video_id, "ada", f"{word} commented", None, [])
    store.lessons.teach("taught", 0.9, [Example(planted_vector(word, 200), video_id)])
    return video_id


def planted_vector(word: str, moment: int) -> Floats:
    """A vector of length 1 whose bytes as float16 can be looked for in files."""
    return unit(int.from_bytes(sha256(f"{word}{moment}".encode()).digest()[:4], "big"), 64)
