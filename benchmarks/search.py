"""Search: how long it takes on a library of made-up moments, and with ``--recall`` what it finds in real clips.

    .venv/bin/python -m benchmarks.search [--moments 100000] [--length 256] [--repeats 40] [--folder DIR]
    .venv/bin/python -m benchmarks.search --recall

Labels and words are drawn as in footage, few often and many seldom (Zipf); vectors of looks lie in clusters. Each
moment has a subject, which is said or on screen in it, and a meaning near the subject's real one. Writes
``results/search-N.md`` for N moments; what is found is told by ``recall.py``.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np

from benchmarks import recall
from benchmarks.stills import MODELS_DIR
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.minilm import MiniLm
from passerby.models.runtime import RuntimeOptions
from passerby.records import (
    Floats,
    Moment,
    MomentMeaning,
    MomentVector,
    ScreenText,
    Shot,
    StoredVideo,
    Tag,
    Thumbnail,
    Track,
    Utterance,
)
from passerby.search.facets import SearchFacets, facets_of
from passerby.search.find import search
from passerby.search.question import question
from passerby.search.word_search import NO_MODELS, QueryModels
from passerby.store.library import Store, open_store
from passerby.store.search import EVERYWHERE, Narrow
from passerby.times import Span, TimeBase

RESULTS = Path(__file__).parent / "results"
MOMENTS_A_VIDEO = 100
LABELS = 600
CLUSTERS = 500
TICKS = 8000  # length of a moment
WORDS = 20_000  # different ones, of which text and speech are made
SAID, ON_SCREEN = 20, 4  # words said in a moment, and on screen in every third
MEANING_SPREAD = 0.75  # length of what is added to a subject's meaning: a cosine of about 0.8 with it
SLIPPED = 2  # the place of the letter that is left out where a word is slipped


@dataclass(frozen=True, slots=True)
class Language:
    """What moments are about, what those subjects mean, and the words around them."""

    subjects: tuple[str, ...]
    meanings: Floats  # (n, d)
    words: tuple[str, ...]

    @staticmethod
    def made_up(encoder: MiniLm) -> "Language":
        """Subjects are the classes of the model that finds things; the words are made of syllables."""
        subjects = find("nanodet").labels
        random = np.random.default_rng(3)
        syllables = np.array([f"{a}{b}" for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il")])
        drawn = ["".join(random.choice(syllables, random.integers(2, 5))) for _ in range(3 * WORDS)]
        return Language(subjects, encoder.embed(subjects), tuple(dict.fromkeys(drawn))[:WORDS])

    def text(self, subject: int, count: int, random: np.random.Generator) -> str:
        """So many words, the subject among them."""
        places = np.minimum(random.zipf(1.2, count), len(self.words)) - 1
        words = [self.words[place] for place in places.tolist()]
        words[random.integers(count)] = self.subjects[subject]
        return " ".join(words)

    def meaning(self, subject: int, random: np.random.Generator) -> Floats:
        away = random.normal(size=self.meanings.shape[1])
        near = self.meanings[subject] + MEANING_SPREAD * away / np.linalg.norm(away)
        return np.asarray(near / np.linalg.norm(near), np.float32)


def made_up(
    number: int, length: int, language: Language, random: np.random.Generator
) -> tuple[StoredVideo, list[object], list[object]]:
    """A video of MOMENTS_A_VIDEO moments and what they mean.

    Each has two tracks, three tags, a vector, a thumbnail of 8 kB, an utterance, and every third a line on screen.
    """
    video_id = sha256(str(number).encode()).hexdigest()
    name = f"clip-{number:05d}.mp4"
    video = StoredVideo(
        video_id, name, f"/made/{name}", 1, 640, 360, TimeBase(Fraction(1, 1000)), 0, 0, "incomplete", ""
    )
    labels = np.minimum(random.zipf(1.3, (MOMENTS_A_VIDEO, 5)), LABELS)
    centres = np.random.default_rng(0).normal(size=(CLUSTERS, length))
    vectors = centres[random.integers(0, CLUSTERS, MOMENTS_A_VIDEO)] + random.normal(size=(MOMENTS_A_VIDEO, length))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    subjects = np.minimum(random.zipf(1.3, MOMENTS_A_VIDEO), len(language.subjects)) - 1
    records: list[object] = []
    meanings: list[object] = []
    for n, (chosen, subject) in enumerate(zip(labels.tolist(), subjects.tolist(), strict=True)):
        span = Span(n * TICKS, (n + 1) * TICKS)
        times = np.arange(span.start, span.end, 500, dtype=np.int64)
        boxes, scores = np.ones((len(times), 4), np.float32), np.full(len(times), 0.5, np.float32)
        records += [Shot(span, n), Moment(span, n)]
        records += [Track(f"label{label}", times, boxes, scores) for label in chosen[:2]]
        records += [Tag(n, f"label{label}", 0.5) for label in set(chosen[2:])]
        records.append(MomentVector(n, vectors[n].astype(np.float32)))
        records.append(Thumbnail(n, span.start, random.bytes(8000)))
        records.append(Utterance(language.text(subject, SAID, random), span, "en", ()))
        if not n % 3:
            records.append(ScreenText(language.text(subject, ON_SCREEN, random), 0.9, span, (0, 0, 10, 10)))
        meanings.append(MomentMeaning(n, language.meaning(subject, random)))
    return video, records, meanings


def fill(store: Store, moments: int, length: int, language: Language) -> None:
    random = np.random.default_rng(1)
    for number in range(moments // MOMENTS_A_VIDEO):
        video, records, meanings = made_up(number, length, language, random)
        store.sink.begin_video(video)
        store.sink.finish_stage(video.id, "made", "key", records)
        store.sink.finish_stage(video.id, "meaning", "key", meanings)
        store.sink.end_video(video.id, 1, MOMENTS_A_VIDEO * TICKS, "done", "")


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def row(name: str, millis: list[float]) -> str:
    return f"| {name} | {np.median(millis):.1f} | {np.percentile(millis, 95):.1f} | {len(millis)} |"


def searches(
    store: Store, language: Language, encoder: MiniLm, random: np.random.Generator
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Name and action of each kind of search; the action draws what it asks for anew every time."""
    ids = [video.id for video in store.videos.all()]

    def label(low: int, high: int) -> str:
        return f"label{random.integers(low, high)}"

    def like() -> tuple[str, int]:
        return ids[random.integers(len(ids))], int(random.integers(MOMENTS_A_VIDEO)) * TICKS

    yield "a common word", lambda: search(store, label(1, 6))
    yield "a rare word", lambda: search(store, label(100, 500))
    yield "two common words", lambda: search(store, f"{label(1, 6)} {label(6, 12)}")
    yield "three words, any of them", lambda: search(store, f"{label(1, 6)} {label(50, 500)} {label(50, 500)}")
    yield "a label", lambda: search(store, narrow=Narrow(label=label(1, 100)))
    yield "a common label", lambda: search(store, narrow=Narrow(label=label(1, 6)))
    yield "like a moment", lambda: search(store, like=like())
    yield (
        "like a moment, among those with a label",
        lambda: search(store, narrow=Narrow(label=label(6, 100)), like=like()),
    )

    def counts(words: str, narrow: Narrow = EVERYWHERE) -> SearchFacets:
        return facets_of(store, question(words, narrow, None, NO_MODELS))

    yield "the counts of a common word", lambda: counts(label(1, 6))
    yield "the counts of a rare word", lambda: counts(label(100, 500))
    yield "the counts of a label", lambda: counts("", Narrow(label=label(1, 100)))

    def embed(text: str) -> Floats:
        vector: Floats = encoder.embed([text])[0]
        return vector

    def subject(low: int, high: int) -> str:
        return language.subjects[random.integers(low, high)]

    def word() -> str:
        return language.words[random.integers(20, 2000)]

    def slipped(text: str) -> str:
        return text[:SLIPPED] + text[SLIPPED + 1 :]

    yield "words and meaning: a common subject", lambda: search(store, subject(0, 5), models=QueryModels(embed))
    yield "words and meaning: a rare subject", lambda: search(store, subject(40, 79), models=QueryModels(embed))
    yield "words and meaning: a word of what is said", lambda: search(store, word(), models=QueryModels(embed))
    yield (
        "words and meaning: three words, any of them",
        lambda: search(store, f"{subject(5, 40)} {word()} {word()}", models=QueryModels(embed)),
    )
    yield "words and meaning: a word with a slip", lambda: search(store, slipped(word()), models=QueryModels(embed))
    yield (
        "words and meaning: a subject and a word, each with a slip",
        lambda: search(store, f"{slipped(subject(0, 79))} {slipped(word())}", models=QueryModels(embed)),
    )
    yield (
        "words and meaning: a subject, among moments with a label",
        lambda: search(store, subject(0, 40), narrow=Narrow(label=label(1, 20)), models=QueryModels(embed)),
    )
    yield (
        "words and meaning: a subject, among moments in which a word is said",
        lambda: search(store, subject(0, 40), narrow=Narrow(said=[word()]), models=QueryModels(embed)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100_000)
    parser.add_argument("--length", type=int, default=256, help="of a vector")
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="where to make the library; default: a temporary folder")
    parser.add_argument("--recall", action="store_true", help="score what is found in real clips instead")
    options = parser.parse_args()
    if options.recall:
        recall.main()
    else:
        time_searches(options)


def time_searches(options: argparse.Namespace) -> None:
    encoder: MiniLm = CatalogModels(MODELS_DIR, RuntimeOptions()).open("minilm")
    language = Language.made_up(encoder)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, open_store(Path(folder), create=True) as store:
        seconds = timed(lambda: fill(store, options.moments, options.length, language)) / 1000
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
        lines = [
            f"# Search in {options.moments:,} moments",
            "",
            f"`python -m benchmarks.search --moments {options.moments}` on {platform.system()} {platform.machine()}, "
            f"{os.cpu_count()} cores: made-up moments",
            f"of {len(store.videos.all())} videos, {size:.0f} MB, filled in {seconds:.0f} s. Milliseconds.",
            "Words and meaning are one search: by BM25, for slips where a word is nowhere,",
            "and by the query's vector, whose making is counted.",
            "",
            "| what | median | 95 % below | repeats |",
            "|---|---|---|---|",
        ]
        random = np.random.default_rng(2)
        first = store.records.of(store.videos.all()[0].id, MomentVector)[0].vector
        lines.append(
            row("making the cache of vectors, once after a change", [timed(lambda: store.search.nearest(first, 1))])
        )
        meant = language.meanings[0]
        made = timed(lambda: store.search.nearest(meant, 1, table="meanings"))
        lines.append(row("making the cache of meanings, once after a change", [made]))
        for name, action in searches(store, language, encoder, random):
            lines.append(row(name, [timed(action) for _ in range(options.repeats)]))
        forgets = [timed(lambda: store.videos.forget(store.videos.all()[0].id)) for _ in range(3)]
        lines.append(row("forget a video", forgets))
    result = RESULTS / f"search-{options.moments}.md"
    result.write_text("\n".join(lines) + "\n", "utf-8")
    print(result.read_text("utf-8"))


if __name__ == "__main__":
    main()
