"""The log: what an entry tells, what leaves one, and what does not."""

from pathlib import Path

import pytest

from libraries import add
from passerby.callers import Caller
from passerby.errors import StoreError
from passerby.evidence.custody import HOURLY, Custody, NotedBefore
from passerby.store.library import open_store

ANN, BOB = Caller("ann"), Caller("bob")
NOW = 1_700_000_000_000_000


@pytest.fixture
def library(tmp_path: Path) -> Path:
    open_store(tmp_path, create=True).close()
    return tmp_path


@pytest.fixture
def custody(library: Path) -> Custody:
    return Custody(str(library), lambda: NOW)


def test_words_find_who_and_what_and_videos_and_collections_by_their_names(custody: Custody, library: Path) -> None:
    with open_store(library, create=False) as store:
        march, fair = add(store, "March.mp4"), add(store, "fair.mp4")
        trip = store.collections.make("Trip to the fair", "", "ann", is_case=False)
    custody.note(ANN, "view", march)
    custody.note(BOB, "export", fair, format="csv")
    custody.note(ANN, "collect", f"collection:{trip}", number=2)

    def found(words: str, user: str = "") -> list[tuple[str, str]]:
        return [(each["action"], each["name"]) for each in custody.newest(user=user, words=words)]

    assert found("march") == [("view", "March.mp4")]
    assert found("FAIR") == [("collect", ""), ("export", "fair.mp4")]
    assert found("fair bob csv") == found("fair", user="bob") == [("export", "fair.mp4")]
    assert found("fair march") == []
    rows = "".join(custody.table(words="fair")).splitlines()
    assert [row.split(",")[3] for row in rows] == ["action", "collect", "export"]


def test_the_log_tells_who_did_what_in_order(custody: Custody) -> None:
    video = "ab" * 32
    custody.note(BOB, "view", video)
    custody.note(ANN, "export", video, format="csv", masked=True)
    custody.note(ANN, "search", hits=3)
    (entry,) = custody.entries(after=1, limit=1)
    expected = {"number": 2, "user": "ann", "action": "export", "subject": video}
    assert expected.items() <= entry.items()
    assert entry["details"] == {"format": "csv", "masked": True}
    assert entry["time"] == "2023-11-14T22:13:20.000000+00:00"
    assert custody.fault() == ""
    assert custody.head() == (3, custody.entries()[-1]["hash"])


def test_an_earlier_end_of_the_log_must_still_be_in_it(custody: Custody) -> None:
    custody.note(ANN, "view")
    _, earlier = custody.head()
    custody.note(ANN, "search")
    assert custody.fault(earlier) == ""
    assert "written anew" in custody.fault("f" * 64)


def test_what_is_asked_for_in_pieces_is_noted_once_an_hour_and_session(library: Path) -> None:
    now = NOW
    custody = Custody(str(library), lambda: now)
    one, other = Caller("ann", session="1"), Caller("ann", session="2")
    for caller in (one, one, other, BOB):
        custody.note_hourly(caller, "view_original", "ab" * 32)
    assert custody.head()[0] == 3
    now += HOURLY
    custody.note_hourly(one, "view_original", "ab" * 32)
    assert custody.head()[0] == 4
    custody.note_hourly(one, "view_original", "cd" * 32)
    assert custody.head()[0] == 5


def test_a_file_that_is_no_video_of_the_library_leaves_no_entry(custody: Custody, library: Path) -> None:
    with open_store(library, create=False) as store:
        video = add(store, "march.mp4")
    custody.note_file(ANN, "redact", "ab" * 32)
    assert custody.entries() == []
    custody.note_file(ANN, "redact", video)
    assert [(entry["action"], entry["subject"]) for entry in custody.entries()] == [("redact", video)]


def test_where_there_is_no_library_none_is_made_and_nothing_is_noted(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    custody = Custody(str(folder))
    custody.note(ANN, "search")
    custody.note_hourly(ANN, "view_original", "ab" * 32)
    custody.note_file(ANN, "redact", "ab" * 32)
    assert not folder.exists()


def test_what_was_noted_before_leaves_no_second_entry(library: Path) -> None:
    with open_store(library, create=False) as store:
        video = add(store, "march.mp4")
    custody = NotedBefore(str(library))
    custody.note(ANN, "search")
    custody.note_hourly(ANN, "view_original", video)
    custody.note_file(ANN, "redact", video)
    assert custody.entries() == []


def test_what_cannot_be_noted_is_an_error_and_is_not_taken_for_noted(library: Path) -> None:
    custody = Custody(str(library))
    (library / "library.db").write_bytes(b"not a database" * 100)
    for _ in range(2):
        with pytest.raises(StoreError):
            custody.note_hourly(ANN, "view_original", "ab" * 32)
