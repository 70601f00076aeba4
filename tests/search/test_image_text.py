"""Search by what pictures show: which moments count, and what the encoder of texts is never asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from libraries import NewAddress, add, track
from passerby.records import Floats, MomentLook
from passerby.search.find import SearchResult, search
from passerby.search.image_text import LEAST, OTHERS, TextEncoder
from passerby.search.word_search import QueryModels
from passerby.store.library import Store, open_store
from passerby.store.search import Narrow

SCALE = 100.0
# What texts and pictures are of: a beach, a forest, and nothing in particular.
BEACH, FOREST, OTHER = np.eye(3, dtype=np.float32)
NAMED = {"beach": BEACH, "shore": BEACH, "forest": FOREST, "wood": FOREST}


@dataclass
class Heard:
    """An encoder that keeps what it is asked; it knows four words, and takes all others for nothing in particular."""

    texts: list[str] = field(default_factory=list)

    def __call__(self, texts: Sequence[str]) -> Floats:
        self.texts.extend(texts)
        return np.stack([next((NAMED[word] for word in text.split() if word in NAMED), OTHER) for text in texts])


@pytest.fixture
def heard() -> Heard:
    return Heard()


def half(heard: Heard, weights: str = "w") -> list[TextEncoder]:
    return [TextEncoder(weights, SCALE, heard)]


def mixed(*parts: Floats) -> Floats:
    vector = np.sum(parts, axis=0, dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@pytest.fixture(scope="module")
def store(new_address: NewAddress) -> Iterator[Store]:
    """A beach, a forest, a bit of both, and a picture of neither in which a boat was detected."""
    looks = [BEACH, FOREST, mixed(BEACH, FOREST, 0.1 * OTHER), OTHER]
    with open_store(new_address(), create=True) as store:
        add(
            store,
            "coast.mp4",
            4,
            objects=[track("boat", 3), track("beach", 1)],
            looks=[MomentLook(n, vector, "w") for n, vector in enumerate(looks)],
        )
        yield store


def told(found: SearchResult) -> list[int]:
    return [hit.moment for hit in found.hits]


def test_what_looks_like_the_words_is_found_and_told(store: Store, heard: Heard) -> None:
    found = search(store, "shore", models=QueryModels(encoders=half(heard)))
    assert told(found) == [0, 2]
    assert found.hits[0].why == ('looks like "shore" 1.00',)
    assert [reason.kind for reason in found.hits[0].reasons] == ["fit"]
    assert told(search(store, "shore")) == []


def test_words_and_looks_are_one_list(store: Store, heard: Heard) -> None:
    """What a detector named and what looks so; both reasons where both are."""
    found = search(store, "beach", models=QueryModels(encoders=half(heard)))
    assert set(told(found)) == {0, 1, 2}
    reasons = {hit.moment: hit.why for hit in found.hits}
    assert reasons[1] == ("object: beach 0.75",)
    assert reasons[0] == ('looks like "beach" 1.00',)


def test_words_that_fit_nothing_find_nothing(store: Store, heard: Heard) -> None:
    """Each text is nearest to some picture: without the others in the race, it would be found."""
    assert store.search.nearest(OTHER, 1, table="looks")[0][1] > 0.99
    assert search(store, "zeppelin", models=QueryModels(encoders=half(heard))).hits == ()
    assert 1 / (1 + len(OTHERS)) < LEAST < 0.5


def test_a_moment_that_the_text_fits_worse_than_what_may_be_anywhere_does_not_count(address: str, heard: Heard) -> None:
    looks = [mixed(BEACH, 0.9 * OTHER), mixed(0.9 * BEACH, OTHER)]
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 2, looks=[MomentLook(n, vector, "w") for n, vector in enumerate(looks)])
        assert told(search(store, "beach", models=QueryModels(encoders=half(heard)))) == [0]


def test_what_narrows_narrows_looks_too(store: Store, heard: Heard) -> None:
    assert told(search(store, "shore after 0:08", models=QueryModels(encoders=half(heard)))) == [2]
    assert told(search(store, "shore", narrow=Narrow(label="beach"), models=QueryModels(encoders=half(heard)))) == []


def test_quotes_ask_for_the_words_alone(store: Store, heard: Heard) -> None:
    assert told(search(store, '"shore"', models=QueryModels(encoders=half(heard)))) == []
    assert heard.texts == []


@pytest.mark.parametrize("refused", ["woman", "asian", "angry", "old man"])
def test_the_encoder_is_never_asked_what_people_are_like(store: Store, heard: Heard, refused: str) -> None:
    alone = search(store, refused, models=QueryModels(encoders=half(heard)))
    assert alone.hits == ()
    assert "does not describe people" in alone.notice
    assert heard.texts == []
    beside = search(store, f"{refused} on the shore", models=QueryModels(encoders=half(heard)))
    assert told(beside) == [0, 2]
    assert "does not describe people" in beside.notice
    assert not any(word in text for text in heard.texts for word in refused.split())


def test_words_that_ask_what_people_are_like_once_the_small_ones_are_gone_reach_no_encoder(
    store: Store, heard: Heard
) -> None:
    assert (
        search(store, "sexual by orientation", models=QueryModels(lambda text: heard([text])[0], half(heard))).hits
        == ()
    )
    assert heard.texts == []


@pytest.mark.parametrize("named", ["Angela Merkel", "Sarah on the shore", "my boss"])
def test_the_encoder_is_never_asked_who_somebody_is(store: Store, heard: Heard, named: str) -> None:
    search(store, named, models=QueryModels(lambda text: heard([text])[0], half(heard)))
    assert heard.texts == []


def test_a_model_that_has_looked_at_nothing_is_not_asked(store: Store, heard: Heard) -> None:
    assert told(search(store, "shore", models=QueryModels(encoders=half(heard, "other weights")))) == []
    assert heard.texts == []


def test_vectors_of_other_weights_are_not_compared(address: str, heard: Heard) -> None:
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 1, looks=[MomentLook(0, BEACH, "w")])
        add(store, "b.mp4", 1, looks=[MomentLook(0, FOREST, "other")])
        named = {hit.name: hit.why for hit in search(store, "forest", models=QueryModels(encoders=half(heard))).hits}
        assert named == {}
        both = [*half(heard), TextEncoder("other", SCALE, heard)]
        assert {hit.name for hit in search(store, "forest", models=QueryModels(encoders=both)).hits} == {"b.mp4"}
