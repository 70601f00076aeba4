"""Words that are written in other ways than ASCII: found as readers expect, and told as they were written."""

import sqlite3
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import add, said, text, track
from passerby.records import Tag
from passerby.search.find import search
from passerby.store import schema
from passerby.store.folding import asked, folded, holds, places
from passerby.store.library import open_store
from passerby.store.store import DATABASE, Narrow, Reason
from passerby.times import Span

RUNS = ["\u5317\u4eac\u706b\u8f66\u7ad9\u524d\u5e7f\u573a", "東京駅前の広場", "ร้านกาแฟริมน้ำ", "서울역에서"]


def found(folder: Path, written: str, looked_for: str) -> bool:
    """Whether a tag that is written so is found so, in quotes, as a text and in what is said too, and told as it is."""
    with open_store(folder, create=True) as store:
        add(store, "a.mp4", 2, tags=[Tag(1, written, 0.5)], text=[text(written, 1)], speech=[said(written, 1)])
        ways = [
            store.find_words([looked_for], every=True, limit=9).moments,
            store.find_words([f'"{looked_for}"'], every=True, limit=9).moments,
            store.find_words([], every=True, limit=9, narrow=Narrow(text=[looked_for])).moments,
            store.find_words([], every=True, limit=9, narrow=Narrow(said=[f'"{looked_for}"'])).moments,
        ]
        assert len({len(way) for way in ways}) == 1
        if ways[0]:
            ((moment, _),) = ways[0]
            whole = " ".join(written.split(" "))
            kinds = ("tag", 0.5), ("text", None), ("said", None)
            assert store.reasons([moment], [looked_for])[moment] == [Reason(k, whole, score) for k, score in kinds]  # type: ignore[arg-type]
        assert store.check() == []
        return bool(ways[0])


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("length", [1, 2, 3, 8])
def test_words_without_spaces_are_found_by_any_part(tmp_path: Path, run: str, length: int) -> None:
    for start in (0, len(run) // 2, len(run) - length):
        part = run[max(start, 0) :][:length]
        assert found(tmp_path / str(start), run, part)
    assert not found(tmp_path / "other", run, run[2] + run[1])


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
def test_what_is_the_same_to_a_reader_is_found(tmp_path: Path, written: str, looked_for: str) -> None:
    assert found(tmp_path / "one", written, looked_for)
    assert found(tmp_path / "other", unicodedata.normalize("NFD", written), unicodedata.normalize("NFC", looked_for))


@pytest.mark.parametrize(
    ("written", "looked_for"),
    [("が", "か"), ("\u5317\u4eac \u7ad9", "\u4eac\u7ad9"), ("हिन्दी", "हिन्द"), ("כתב", "כת"), ("straße", "stra")],
)
def test_what_is_another_word_is_not(tmp_path: Path, written: str, looked_for: str) -> None:
    assert not found(tmp_path, written, looked_for)


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
    assert not asked(line)[0] or holds(f'["{line}"]', folded(line))


def test_a_label_in_such_a_script_narrows(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add(store, "a.mp4", 2, tags=[Tag(0, RUNS[0], 0.5), Tag(1, "bench", 0.5)], objects=[track("car", 0)])
        assert len(store.moments_with(["car"], narrow=Narrow(label=RUNS[0]))) == 1


def test_a_phrase_over_two_lines_is_explained_by_both(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add(store, "a.mp4", 1, text=[text("A tale of", 0), text("two cities", 0)])
        for words in ("of two", '"of two"'):
            ((moment, _),) = store.find_words([words], every=True, limit=1).moments
            assert [reason.label for reason in store.reasons([moment], [words])[moment]] == ["A tale of", "two cities"]


def test_a_library_from_before_is_searched_in_the_same_way(tmp_path: Path) -> None:
    last = next(n for n, made in enumerate(schema.MIGRATIONS) if any("folded_words" in each for each in made))
    older = sqlite3.connect(tmp_path / DATABASE)
    for statement in (statement for migration in schema.MIGRATIONS[:last] for statement in migration):
        older.execute(statement)
    older.execute(
        "INSERT INTO videos VALUES "
        "(1, 'ab', 'a.mp4', '/a.mp4', 1, 64, 36, 1, 25, 5, 5, 'done', '', NULL, NULL, '', '', '')"
    )
    older.execute("INSERT INTO results VALUES (1, 1, 'shots', 'key')")
    older.execute("INSERT INTO moments VALUES (7, 1, 1, 0, 0, 5, 0)")
    older.execute("INSERT INTO notes VALUES (1, 1, 0, 5, ?, 0)", [RUNS[0]])
    older.execute("INSERT INTO sightings VALUES (7, ?, 1.0)", [RUNS[0]])
    older.execute("INSERT INTO words (rowid, objects, tags, name) VALUES (7, '', ?, 'a.mp4')", [RUNS[0]])
    older.execute("UPDATE words SET text = '', speech = '', cues = '', people = ''")
    older.execute(f"PRAGMA user_version = {last}")
    older.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    older.commit()
    older.close()

    with open_store(tmp_path, create=False) as store:
        assert search(store, RUNS[0][2:5]).hits[0].why == (f"tag: {RUNS[0]}",)
        assert store.check() == []
        assert store.notes("ab")[0].span == Span(0, 5)
