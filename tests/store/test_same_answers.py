"""A library in PostgreSQL answers as the one in a folder that it was copied from, whatever is asked."""

import random
from collections.abc import Iterator

import pytest

from libraries import NewAddress, add, cue, people, said, text, track
from passerby.callers import CONSOLE
from passerby.library_copy import copy_library
from passerby.records import Tag
from passerby.store import search
from passerby.store.library import Store, open_store
from passerby.store.postgres import matching
from passerby.store.search import Narrow

WORDS = [
    "car",
    "cars",
    "bicycle",
    "bicycles",
    "bicycling",
    "street",
    "Streets",
    "café",
    "cafe",
    "harbour",
    "Harbour",
    "light",
    "traffic",
    "lights",
    "news",
    "newsroom",
    "run",
    "running",
    "one",
    "two",
    "the",
    "a",
    "北京站",
    "車站",
    "站",
    "Straße",
    "İstanbul",
    "ÆGIR",
    "手机",
    "iPhone手机",
    "x-ray",
    "don't",
    "12",
    "3.5",
    "كِتَاب",
    "हिन्दी",
    "²",
]


def phrase(drawn: random.Random, words: int) -> str:
    return " ".join(drawn.choice(WORDS) for _ in range(words))


def asked(drawn: random.Random) -> str:
    """A word or a phrase, cut short at times, or in quotes."""
    told = phrase(drawn, drawn.choice([1, 1, 1, 2, 2, 3]))
    told = told[: drawn.randint(1, len(told))] if drawn.random() < 0.2 else told
    return f'"{told}"' if drawn.random() < 0.2 else told


def narrow(drawn: random.Random, videos: list[str]) -> Narrow:
    if drawn.random() < 0.5:
        return Narrow()
    return Narrow(
        label=drawn.choice([None, None, drawn.choice(WORDS)]),
        videos=drawn.choice([None, None, drawn.sample(videos, 2)]),
        on_screen=drawn.choice([(), (), (asked(drawn),)]),
        said=drawn.choice([(), (), (asked(drawn),)]),
        seconds=drawn.choice([None, None, (drawn.random() * 10, 10 + drawn.random() * 10)]),
    )


@pytest.fixture(scope="module")
def both(new_postgres_library: NewAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """A library in a folder, and its copy in a database."""
    drawn, folder, database = random.Random(7), str(tmp_path_factory.mktemp("one")), new_postgres_library()
    with open_store(folder, create=True) as store:
        for number in range(6):
            moments = drawn.randint(1, 6)

            def moment(among: int = moments) -> int:
                return drawn.randrange(among)

            add(
                store,
                f"{phrase(drawn, 1)}_{phrase(drawn, 1)}-{number}.mp4",
                moments,
                shots=[cue("black", moment())],
                objects=[track(drawn.choice(WORDS), moment(), drawn.random()) for _ in range(4)],
                tags=[Tag(moment(), phrase(drawn, drawn.randint(1, 2)), drawn.random()) for _ in range(4)],
                text=[text(phrase(drawn, drawn.randint(1, 5)), moment()) for _ in range(4)],
                speech=[said(phrase(drawn, drawn.randint(1, 9)), moment()) for _ in range(3)],
                people=[people(moment())],
            )
    copy_library(folder, database, CONSOLE, lambda *rows: None)
    with open_store(folder, create=False) as one, open_store(database, create=False) as other:
        yield one, other


@pytest.mark.parametrize("ranked", [3, 10_000])
def test_the_same_moments_match_and_rank_alike(
    both: tuple[Store, Store], ranked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", ranked)
    if ranked == 3:  # and all is read in the smallest stretches
        monkeypatch.setattr(matching, "_WHOLE", 0)
        monkeypatch.setattr(matching, "_FIRST", 1)
    drawn, one = random.Random(ranked), both[0]
    videos = [video.id for video in one.videos.all()]
    found = 0
    for _ in range(120):
        words = [asked(drawn) for _ in range(drawn.choice([0, 1, 1, 2, 2, 3]))]
        among, every, limit = narrow(drawn, videos), drawn.random() < 0.6, drawn.choice([2, 5, 100])
        answers = [answer(store, words, every, limit, among) for store in both]
        assert answers[0] == answers[1], (words, every, limit, among)
        found += bool(answers[0][0])
    assert found > 20


def answer(store: Store, words: list[str], every: bool, limit: int, among: Narrow) -> tuple[object, ...]:
    ranked = store.search.by_words(words, every=every, limit=limit, narrow=among)
    moments = store.search.moments_with(words, every=every, narrow=among)
    return (
        [(moment, round(score, 9)) for moment, score in ranked.moments],
        ranked.complete,
        moments,
        store.search.reasons(moments, words),
        store.search.by_label(among.label or "car", limit=limit, narrow=among),
        [store.search.is_known(word) for word in words],
        [store.search.near_word(word.strip('"')) for word in words],
    )
