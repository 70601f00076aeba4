"""Searching a library, from words to hits with reasons."""

from collections.abc import Iterator

import numpy as np
import pytest

from libraries import NewAddress, add, cue, people, said, text, track, unit
from passerby.errors import UsageError
from passerby.models.fake import FakeSentenceEncoder
from passerby.records import Floats, MomentMeaning, MomentVector, PeopleMasks, Tag
from passerby.search import word_search as searching
from passerby.search.find import Hit, SearchResult, search
from passerby.search.query import words_of
from passerby.search.word_search import QueryModels
from passerby.store import search as index
from passerby.store.library import Store, open_store
from passerby.store.search import Narrow


def near(vector: Floats, seed: int) -> Floats:
    """A vector close to ``vector``."""
    mixed = vector + 0.1 * unit(seed)
    return np.asarray(mixed / np.linalg.norm(mixed), np.float32)


def doubted(moment: int) -> PeopleMasks:
    masks = people(moment)
    return PeopleMasks(masks.times, masks.offsets, masks.boxes, masks.counts, masks.coverage, ("a face with no body",))


@pytest.fixture(scope="module")
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address(), create=True) as opened:
        add(
            opened,
            "street.mp4",
            moments=4,
            shots=[cue("black", 2)],
            objects=[track("bicycle", 0, 0.75), track("car", 1, 0.5)],
            people=[doubted(3)],
            tags=[Tag(0, "traffic light", 0.625), Tag(1, "bench", 0.5)],
            vectors=[MomentVector(n, unit(n)) for n in range(3)],
        )
        add(
            opened,
            "park.mp4",
            moments=2,
            objects=[track("bicycle", 1, 0.5)],
            tags=[Tag(0, "bench", 0.25)],
            vectors=[MomentVector(0, near(unit(0), 50)), MomentVector(1, near(unit(1), 51))],
        )
        add(opened, "unseen.mp4", moments=1)
        yield opened


def ids(store: Store) -> dict[str, str]:
    return {video.name: video.id for video in store.videos.all()}


def told(result: SearchResult) -> list[tuple[str, int]]:
    return [(hit.name, hit.moment) for hit in result.hits]


def test_hit_says_where_and_why(store: Store) -> None:
    result = search(store, "bicycles lights")
    street = ids(store)["street.mp4"]
    why = ("object: bicycle 0.75", "tag: traffic light 0.62")
    assert result == SearchResult("bicycles lights", (), (Hit(street, "street.mp4", 0, 0.0, 4.0, 1.0, why),))


def test_cues_names_and_people_are_reasons(store: Store) -> None:
    assert search(store, "black").hits[0].why == ("cue: black",)
    assert search(store, "park").hits[0].why == ("name",)
    assert search(store, "people").hits[0].why == ("person",)


def test_hits_are_grouped_by_video(store: Store) -> None:
    result = search(store, "bicycle bench", limit=10)
    assert result.notice == "No moment has all of: bicycle, bench. These have some of it."
    names = [hit.name for hit in result.hits]
    assert sorted(told(result)) == [("park.mp4", 0), ("park.mp4", 1), ("street.mp4", 0), ("street.mp4", 1)]
    assert names in (["park.mp4"] * 2 + ["street.mp4"] * 2, ["street.mp4"] * 2 + ["park.mp4"] * 2)
    assert result.hits[0].score == 1.0


def test_label_in_video_and_limit_narrow(store: Store) -> None:
    assert told(search(store, narrow=Narrow(label="bicycle"))) == [("street.mp4", 0), ("park.mp4", 1)]
    assert search(store, narrow=Narrow(label="bicycle")).hits[0].why == ("object: bicycle 0.75",)
    assert told(search(store, narrow=Narrow(label="bicycle", videos=[ids(store)["park.mp4"]]))) == [("park.mp4", 1)]
    assert told(search(store, "street", narrow=Narrow(label="bench"))) == [("street.mp4", 1)]
    assert len(search(store, "street", limit=2).hits) == 2


def test_like_finds_what_looks_like_it(store: Store) -> None:
    result = search(store, like=(ids(store)["street.mp4"], 1500), limit=2)
    assert told(result)[0] == ("park.mp4", 0)
    assert len(result.hits) == 2
    assert ("street.mp4", 0) not in told(result)
    assert result.hits[0].score > 0.9
    assert result.hits[0].why == ("looks like street.mp4@0:01.500",)
    assert [reason.kind for reason in result.hits[0].reasons] == ["likeness"]


def test_like_is_narrowed_by_words_label_and_videos(store: Store) -> None:
    like = (ids(store)["street.mp4"], 0)
    assert told(search(store, "bicycle", like=like)) == [("park.mp4", 1)]
    assert search(store, "bicycle", like=like).hits[0].why == ("object: bicycle 0.50", "looks like street.mp4@0:00")
    assert set(told(search(store, narrow=Narrow(label="bench"), like=like))) == {("park.mp4", 0), ("street.mp4", 1)}
    assert {name for name, _ in told(search(store, narrow=Narrow(videos=[ids(store)["street.mp4"]]), like=like))} == {
        "street.mp4"
    }


def test_like_a_moment_without_a_vector_says_why(store: Store) -> None:
    street, unseen = ids(store)["street.mp4"], ids(store)["unseen.mp4"]
    with pytest.raises(UsageError, match=r"street\.mp4@0:12.*a face with no body"):
        search(store, like=(street, 12_000))
    with pytest.raises(UsageError, match="vectors has not run"):
        search(store, like=(unseen, 0))
    with pytest.raises(UsageError, match="ends at 0:16"):
        search(store, like=(street, 16_000))


def test_protected_words_give_a_notice_and_the_rest_is_searched(store: Store) -> None:
    result = search(store, "woman bicycle")
    assert '"woman"' in result.notice
    assert sorted(told(result)) == [("park.mp4", 1), ("street.mp4", 0)]
    for nothing in (
        search(store, "asian woman"),
        search(store, narrow=Narrow(label="woman")),
        search(store, "bicycle", narrow=Narrow(label="woman")),
    ):
        assert nothing.hits == ()
        assert "does not describe people" in nothing.notice


def test_more_hits_than_are_compared_give_a_notice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert search(store, "street", limit=1).notice == ""
    monkeypatch.setattr(index, "RANKED", 3)
    monkeypatch.setattr(searching, "CANDIDATES", 1)
    assert "only the newest were compared" in search(store, "street", limit=1).notice
    assert search(store, "street", narrow=Narrow(label="bicycle"), limit=1).notice == ""
    both = search(store, "street zeppelin", limit=1).notice
    assert both.startswith("No moment has all of: street, zeppelin. These have some of it. There are more than")


def test_nothing_found_is_no_error(store: Store) -> None:
    assert search(store, "zeppelin") == SearchResult("zeppelin", (), ())
    assert search(store, "zeppelin giraffe") == SearchResult("zeppelin giraffe", (), ())


def test_empty_search_is_refused(store: Store) -> None:
    for asked in ("", "&"):
        with pytest.raises(UsageError, match="something to search for"):
            search(store, asked)
    with pytest.raises(UsageError, match="limit"):
        search(store, "car", limit=0)


def embed(asked: str) -> Floats:
    vector: Floats = FakeSentenceEncoder().embed([asked])[0]
    return vector


@pytest.fixture(scope="module")
def meaning(new_address: NewAddress) -> Iterator[Store]:
    """Three moments: a ferry in words that are said, a ship that the meaning alone knows, and nothing of either."""
    known = ["ferry", "ferry ship", "desk"]
    with open_store(new_address(), create=True) as opened:
        vectors = FakeSentenceEncoder().embed(known)
        add(
            opened,
            "harbour.mp4",
            moments=3,
            tags=[Tag(1, "vessel", 0.5)],
            text=[text("Gate 4", 1)],
            speech=[said("the ferry leaves now", 0)],
            meaning=[MomentMeaning(n, vector) for n, vector in enumerate(vectors)],
        )
        yield opened


def test_what_means_the_like_is_found_behind_what_has_the_words(meaning: Store) -> None:
    found = search(meaning, "ferry", models=QueryModels(embed))
    assert told(found) == [("harbour.mp4", 0), ("harbour.mp4", 1)]
    assert found.hits[0].why == ("said: the ferry leaves now",)
    assert found.hits[1].why == ("means the like: vessel. Gate 4",)
    assert [reason.kind for reason in found.hits[1].reasons] == ["meaning"]
    assert found.hits[0].score == 1.0
    assert told(search(meaning, "ferry")) == [("harbour.mp4", 0)]


def test_who_asks_for_a_thing_that_is_known_by_name_gets_no_other_thing(address: str) -> None:
    vectors = FakeSentenceEncoder().embed(["ferry", "ferry ship", "ferry ship", "ferry ship"])
    with open_store(address, create=True) as store:
        add(
            store,
            "harbour.mp4",
            moments=4,
            objects=[track("ferry", 0), track("ship", 1), track("ship", 2), track("ship", 3)],
            tags=[Tag(2, "vessel", 0.5)],
            text=[text("Gate 4", 3)],
            meaning=[MomentMeaning(n, vector) for n, vector in enumerate(vectors)],
        )
        every = {("harbour.mp4", moment) for moment in range(4)}
        assert {*told(search(store, "ferry", models=QueryModels(embed)))} == every
        asked = QueryModels(embed, things=["ferry"])
        assert {*told(search(store, "ferry", models=asked))} == every - {("harbour.mp4", 1)}
        assert {*told(search(store, "ferry", models=QueryModels(embed, things=["ship"])))} == every


@pytest.mark.parametrize("sign", ["a ", '"', "\u4e2d", "NEAR("])
def test_what_is_far_too_long_is_refused_at_once(meaning: Store, sign: str) -> None:
    long = sign * (10_000_000 // len(sign))
    with pytest.raises(UsageError, match=r"at most 2,000 characters to search for, found \d\d?,000,000"):
        search(meaning, long, models=QueryModels(embed))
    with pytest.raises(UsageError, match="at most 2,000"):
        search(meaning, narrow=Narrow(label=long))
    with pytest.raises(UsageError, match="at most 2,000"):
        words_of(long)


def test_quotes_ask_for_the_words_alone(meaning: Store) -> None:
    assert told(search(meaning, '"ferry"', models=QueryModels(embed))) == [("harbour.mp4", 0)]


def test_other_letters_than_latin_have_no_meaning_to_a_model_of_english(meaning: Store) -> None:
    assert search(meaning, "паром", models=QueryModels(lambda asked: embed("ferry"))).hits == ()
    assert search(meaning, "fähre", models=QueryModels(lambda asked: embed("ferry"))).hits != ()


def test_what_is_far_from_what_was_meant_is_not_found(meaning: Store) -> None:
    assert search(meaning, "zeppelin", models=QueryModels(embed)).hits == ()


def test_what_narrows_narrows_meaning_too(meaning: Store) -> None:
    assert told(search(meaning, "ferry", narrow=Narrow(on_screen=("gate",)), models=QueryModels(embed))) == [
        ("harbour.mp4", 1)
    ]
    assert told(search(meaning, "ferry after 0:04", models=QueryModels(embed))) == [("harbour.mp4", 1)]
    assert told(search(meaning, "ferry before 0:04", models=QueryModels(embed))) == [("harbour.mp4", 0)]


def test_words_said_and_on_screen_are_asked_for_by_themselves(meaning: Store) -> None:
    assert told(search(meaning, narrow=Narrow(said=("ferry",)))) == [("harbour.mp4", 0)]
    assert search(meaning, narrow=Narrow(on_screen=("gate 4",))).hits[0].why == ("text: Gate 4",)
    # What somebody said is not what Passerby says of somebody.
    assert search(meaning, narrow=Narrow(said=("woman",))) == SearchResult("", (), ())


def test_a_slip_is_told_and_put_right(meaning: Store) -> None:
    found = search(meaning, "ferrry leaving")
    assert told(found) == [("harbour.mp4", 0)]
    assert found.notice == '"ferrry" is nowhere; did you mean "ferry"? That was searched for.'
    assert search(meaning, '"ferrry"').hits == ()


@pytest.mark.parametrize("asked", ["fery", "ferrrys", "0:05", "frery1", "horse"])
def test_what_may_be_meant_as_it_is_is_not_put_right(address: str, asked: str) -> None:
    """Short words, words with more than one letter wrong, numbers, and what the detector of objects knows."""
    with open_store(address, create=True) as store:
        add(store, "a.mp4", moments=1, tags=[Tag(0, "ferry", 0.5), Tag(0, "frery2", 0.5), Tag(0, "house", 0.5)])
        assert search(store, asked, models=QueryModels(things=["horse"])) == SearchResult(asked, (), ())


def test_in_quotes_words_are_found_as_they_are(address: str) -> None:
    """The index knows words by their stems, which the two have in common."""
    with open_store(address, create=True) as store:
        tags = [Tag(0, "news stand", 0.5), Tag(1, "new bridge", 0.5), Tag(2, "new bridge", 0.5), Tag(2, "News", 0.5)]
        add(store, "a.mp4", 3, tags=tags, speech=[said("no news", 1)], text=[text("new", 0)])
        add(store, "b.mp4", 1, tags=[Tag(0, "new bridge", 0.5)])

        found = search(store, '"news"')
        assert sorted(told(found)) == [("a.mp4", 0), ("a.mp4", 1), ("a.mp4", 2)]
        assert {hit.moment: hit.why for hit in found.hits} == {
            0: ("tag: news stand 0.50",),
            1: ("said: no news",),
            2: ("tag: News 0.50",),
        }
        assert len(search(store, "news").hits) == 4
        assert sorted(told(search(store, '"bridge"'))) == [("a.mp4", 1), ("a.mp4", 2), ("b.mp4", 0)]
        assert told(search(store, '"bridges" "news stand"')) == [("a.mp4", 0)]  # one of them
        assert told(search(store, narrow=Narrow(said=words_of('"news"')))) == [("a.mp4", 1)]
        assert told(search(store, narrow=Narrow(on_screen=words_of('"news"')))) == []
        assert told(search(store, narrow=Narrow(label="new bridge", said=words_of('"new"')))) == []


def test_a_picture_is_looked_like(store: Store) -> None:
    found = search(store, like=near(unit(2), 60), limit=1)
    assert told(found) == [("street.mp4", 2)]
    assert found.hits[0].why == ("looks like the picture",)


def test_videos_whose_date_is_not_known_are_told_of(store: Store) -> None:
    asked = search(store, "street", narrow=Narrow(recorded=(0, None)))

    assert asked.hits == ()
    assert asked.notice.startswith("Of 3 videos no date is known")
    assert search(store, "street").notice == ""


def test_pages_follow_each_other_whatever_their_size(new_address: NewAddress) -> None:
    words = ["bicycle"] * 70 + ["bicycle at the pier"] * 60 + ["pier"] * 10
    with open_store(new_address(), create=True) as store:
        add(
            store,
            "long.mp4",
            moments=len(words),
            tags=[Tag(number, word, 0.5) for number, word in enumerate(words)],
            meaning=[
                MomentMeaning(number, FakeSentenceEncoder().embed([f"bicycle {'x' * (number % 9)}"])[0])
                for number in range(0, len(words), 3)
            ],
        )

        def pages(size: int) -> tuple[list[int], list[bool]]:
            found, more = list[int](), list[bool]()
            while not more or more[-1]:
                page = search(store, "bicycle", models=QueryModels(embed), limit=size, start=len(found))
                found += [hit.moment for hit in page]
                more.append(page.more)
            return found, more

        every, _ = pages(200)
        assert len(every) == len(set(every)) == 130 + len(set(range(0, len(words), 3)) - set(range(130)))
        for size in (7, 40, 130):
            found, more = pages(size)
            assert found == every, size
            assert more == [True] * (-(-len(every) // size) - 1) + [False]
        with pytest.raises(UsageError, match="start"):
            search(store, "bicycle", start=-1)
