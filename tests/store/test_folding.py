"""Words that are written in other ways than ASCII: found as readers expect, and told as they were written."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import NewAddress, add, said, text, track
from passerby.records import Tag
from passerby.store.folding import folded, holds, places, search_form
from passerby.store.library import open_store
from passerby.store.search import Narrow, Reason

RUNS = ["\u5317\u4eac\u706b\u8f66\u7ad9\u524d\u5e7f\u573a", "東京駅前の広場", "ร้านกาแฟริมน้ำ", "서울역에서"]


def found(address: str, written: str, looked_for: str) -> bool:
    """Whether a tag that is written so is found so, in quotes, as a text and in what is said too, and told as it is."""
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 2, tags=[Tag(1, written, 0.5)], text=[text(written, 1)], speech=[said(written, 1)])
        ways = [
            store.search.by_words([looked_for], every=True, limit=9).moments,
            store.search.by_words([f'"{looked_for}"'], every=True, limit=9).moments,
            store.search.by_words([], every=True, limit=9, narrow=Narrow(on_screen=[looked_for])).moments,
            store.search.by_words([], every=True, limit=9, narrow=Narrow(said=[f'"{looked_for}"'])).moments,
        ]
        assert len({len(way) for way in ways}) == 1
        if ways[0]:
            ((moment, _),) = ways[0]
            whole = " ".join(written.split(" "))
            assert store.search.reasons([moment], [looked_for])[moment] == [
                Reason("tag", whole, 0.5),
                Reason("text", whole, None),
                Reason("said", whole, None),
            ]
        assert store.health.check() == []
        return bool(ways[0])


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("length", [1, 2, 3, 8])
def test_words_without_spaces_are_found_by_any_part(new_address: NewAddress, run: str, length: int) -> None:
    for start in (0, len(run) // 2, len(run) - length):
        part = run[max(start, 0) :][:length]
        assert found(new_address(), run, part)
    assert not found(new_address(), run, run[2] + run[1])


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [
        ("\u0643\u0650\u062a\u064e\u0627\u0628", "كتاب"),  # Arabic, with vowels
        ("كتـــاب", "كتاب"),  # stretched
        ("\ufe8d\ufedf\ufee4\ufe92", "المب"),  # as presentation forms
        ("أحمد", "احمد"),
        ("\u06a9\u062a\u0627\u0628\u06cc", "\u0643\u062a\u0627\u0628\u064a"),  # Persian letters, Arabic ones
        ("שָׁלוֹם", "שלום"),
        ("I\u011eDIR kalesi", "\u0131\u011fd\u0131r"),
        ("\u0130STANBUL", "istanbul"),
        ("DIYARBAKIR", "diyarbak\u0131r"),
        ("Hauptstraße", "HAUPTSTRASSE"),
        ("o\ufb03ce", "office"),
        ("\uff21\uff22\uff23 \uff11\uff12", "abc 12"),
        ("\uff76\uff9e\uff72\uff84\uff9e", "ガイド"),
        ("Łódź", "lodz"),
        ("smørrebrød", "smorrebrod"),
        ("ΟΔΟΣ", "οδος"),
        ("cafe\u0301", "café"),
        ("co\u00adoperation", "cooperation"),
        ("\u0661\u0662\u0663", "123"),
        ("हिन्दी समाचार", "समाचार"),
        ("iPhone\u624b\u673a", "iphone"),
        ("iPhone\u624b\u673a", "\u624b\u673a"),
        ("iPhone\u624b\u673a", "iphone\u624b"),
        ("\u4e8c\u624b hotel", "\u624b hotel"),
    ],
)
def test_what_is_the_same_to_a_reader_is_found(new_address: NewAddress, written: str, looked_for: str) -> None:
    assert found(new_address(), written, looked_for)
    assert found(new_address(), unicodedata.normalize("NFD", written), unicodedata.normalize("NFC", looked_for))


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [("が", "か"), ("\u5317\u4eac \u7ad9", "\u4eac\u7ad9"), ("हिन्दी", "हिन्द"), ("כתב", "כת"), ("straße", "stra")],
)
def test_what_is_another_word_is_not(new_address: NewAddress, written: str, looked_for: str) -> None:
    assert not found(new_address(), written, looked_for)


def test_words_of_ascii_are_as_they_were() -> None:
    assert folded("It's 5 O'Clock, x_y\n") == "It's 5 O'Clock, x_y\n"


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=12))
def test_lines_and_the_words_in_them_stay_as_many(line: str) -> None:
    assert folded(line).count("\n") == line.count("\n")
    written = line.replace("\n", "")
    assert len(places(written)) == len(folded(written).split(" "))


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("aé北京站ก\u0e49ß 1"), min_size=1, max_size=8))
def test_a_text_holds_all_of_itself(line: str) -> None:
    assert not search_form(line)[0] or holds(f'["{line}"]', folded(line))


def test_a_label_in_such_a_script_narrows(address: str) -> None:
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 2, tags=[Tag(0, RUNS[0], 0.5), Tag(1, "bench", 0.5)], objects=[track("car", 0)])
        assert len(store.search.moments_with(["car"], narrow=Narrow(label=RUNS[0]))) == 1


def test_a_phrase_over_two_lines_is_explained_by_both(address: str) -> None:
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 1, text=[text("A tale of", 0), text("two cities", 0)])
        for words in ("of two", '"of two"'):
            ((moment, _),) = store.search.by_words([words], every=True, limit=1).moments
            assert [reason.label for reason in store.search.reasons([moment], [words])[moment]] == [
                "A tale of",
                "two cities",
            ]
