"""Counts of what a search may be narrowed by: each is how many moments the narrowed search finds."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from libraries import NewAddress, add, people, said, text, track
from passerby.models.fake import FakeSentenceEncoder
from passerby.records import Floats, MomentMeaning, MomentVector, Note, Tag
from passerby.search.facets import SearchFacets, facets_of
from passerby.search.find import SearchResult, search
from passerby.search.likeness import SearchExample
from passerby.search.question import question
from passerby.search.word_search import QueryModels
from passerby.store import search as index
from passerby.store.library import Store, open_store
from passerby.store.search import Narrow
from passerby.store.sqlite import search as sqlite_search
from passerby.times import Span

LABELS = ["car", "bicycle", "bus", "market stall", "pier"]
WORDS = ["car", "bicycle", "harbour", "light", "news", "bread", "pier"]
VIDEOS, MOMENTS, ALL = 6, 40, 9999


def embed(asked: str) -> Floats:
    vector: Floats = FakeSentenceEncoder().embed([asked])[0]
    return vector


MODELS = QueryModels(embed, things=["car", "bicycle", "bus"])


@pytest.fixture(scope="module")
def store(new_address: NewAddress) -> Iterator[Store]:
    """Few words in many moments, of some of which is known what they mean; some in the trash, and a tag rejected."""
    drawn = random.Random(4)
    with open_store(new_address(), create=True) as opened:
        for number in range(VIDEOS):
            here = range(MOMENTS)
            meanings = {n: embed(" ".join(drawn.choices(WORDS, k=2))) for n in here if drawn.random() < 0.5}
            add(
                opened,
                f"{drawn.choice(WORDS)}-{number}.mp4",
                moments=MOMENTS,
                objects=[track(drawn.choice(LABELS[:3]), n) for n in here if drawn.random() < 0.4],
                people=[people(3)],
                tags=[Tag(n, drawn.choice(LABELS), 0.5) for n in here for _ in range(2) if drawn.random() < 0.3],
                text=[text(" ".join(drawn.choices(WORDS, k=2)), n) for n in here if drawn.random() < 0.2],
                speech=[said(" ".join(drawn.choices(WORDS, k=3)), n) for n in here if drawn.random() < 0.3],
                vectors=[MomentVector(n, np.roll(embed(WORDS[n % 7]), n)) for n in here if n % 3],
                meaning=[MomentMeaning(n, vector) for n, vector in meanings.items()],
            )
        first, second, *_ = opened.videos.all()
        opened.notes.keep(second.id, [Note(Span(0, 60_000), "car", rejected=True)])
        opened.trash.put(first.id, "")
        yield opened


def counted(store: Store, asked: str, narrow: Narrow, like: SearchExample | None = None) -> SearchFacets:
    return facets_of(store, question(asked, narrow, like, MODELS))


def found(store: Store, asked: str, narrow: Narrow, like: SearchExample | None = None) -> SearchResult:
    return search(store, asked, narrow=narrow, like=like, models=MODELS, limit=ALL)


def require_as_narrowed(store: Store, asked: str, narrow: Narrow, like: SearchExample | None = None) -> None:
    facets, hits = counted(store, asked, narrow, like), found(store, asked, narrow, like)
    assert (facets.moments, facets.in_videos) == (len(hits), len({hit.video for hit in hits})), asked
    kinds = Counter(kind for hit in hits for kind in {reason.kind for reason in hit.reasons})
    assert dict(facets.kinds) == kinds, asked
    assert bool(facets.videos) == bool(hits)
    for video in facets.videos:
        assert video.moments == len(found(store, asked, replace(narrow, videos=[video.id]), like)), (asked, video)
    for label, moments in facets.labels:
        assert moments == len(found(store, asked, replace(narrow, label=label), like)), (asked, label)


@pytest.mark.parametrize(
    "asked",
    ["car", "bicycle", '"news"', "harbour light", "bread pier", "newz light", "car bus", "pier after 0:20", "stalls"],
)
def test_each_count_is_what_the_narrowed_search_finds(store: Store, asked: str) -> None:
    require_as_narrowed(store, asked, Narrow())
    second = store.videos.all()[1].id
    require_as_narrowed(store, asked, Narrow(videos=[second]))
    require_as_narrowed(store, asked, Narrow(label="pier"))


def test_labels_spoken_words_and_looks_are_counted_too(store: Store) -> None:
    video = store.videos.all()[1].id
    require_as_narrowed(store, "", Narrow(label="car"))
    require_as_narrowed(store, "", Narrow(label="bus", videos=[video]))
    require_as_narrowed(store, "", Narrow(said=("bread",), on_screen=("news",)))
    require_as_narrowed(store, "", Narrow(), like=(video, 5000))
    require_as_narrowed(store, "car", Narrow(), like=(video, 5000))


def test_what_is_too_much_to_be_ranked_is_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "RANKED", 10)
    facets = counted(store, "mp4", Narrow())
    assert facets.moments == (VIDEOS - 1) * MOMENTS
    assert {video.moments for video in facets.videos} == {MOMENTS}
    assert len({(hit.video, hit.moment) for hit in found(store, "mp4", Narrow())}) == facets.moments


def test_labels_of_few_and_of_many_moments_are_counted_alike(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = sorted(store.search.moments_with())[::3]
    counts = []
    for whole in (1, 1 << 40):
        monkeypatch.setattr(sqlite_search, "WHOLE", whole)
        counts.append(store.search.label_counts(moments))
    assert counts[0] == counts[1] != {}


def test_nothing_found_offers_what_is_near_and_what_is_refused_offers_nothing(store: Store) -> None:
    assert counted(store, "stal", Narrow()).near[0] == "market stall"
    assert counted(store, "stal", Narrow()).moments == 0
    assert counted(store, "asian woman", Narrow()) == SearchFacets(0, 0, (), (), (), ())
