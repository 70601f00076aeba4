"""What people say of videos is short, can be seen, lies in the video, and is kept at once or not at all."""

from pathlib import Path

import pytest

from libraries import MOMENT_TICKS, add, unit
from passerby.errors import UsageError
from passerby.library import MOST_LABELS, Library
from passerby.records import MomentVector
from passerby.settings import Settings
from passerby.store.library import open_store

LENGTH = 2 * MOMENT_TICKS / 1000


@pytest.fixture
def library(tmp_path: Path) -> Library:
    with open_store(tmp_path, create=True) as store:
        add(store, "market.mp4", vectors=[MomentVector(n, unit(n)) for n in range(2)])
    return Library(Settings(library=str(tmp_path)))


@pytest.mark.parametrize(
    "label",
    ["a\0b", "two\nlines", "tab\tbed", "\u202egpj.exe", "\u2066turned\u2069", "\u2028", "\x1b[31mred", "x" * 101, " ",
     "", "\udcff"],
)  # fmt: skip
def test_labels_that_cannot_be_seen_as_they_are_are_refused(library: Library, label: str) -> None:
    for given, rejected in (([label], []), (["kite"], [label])):
        with pytest.raises(UsageError, match="label: expected"):
            library.tag("market.mp4", "0-1", given, rejected)
    with pytest.raises(UsageError, match="label: expected"):
        library.teach(label, ["market.mp4@0"], None)
    assert library.notes("market.mp4") == ()


@pytest.mark.parametrize(
    "label", ["caf\u00e9", "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627", "\U0001f468\u200d\U0001f33e", "\u5e02\u5834"]
)
def test_labels_of_all_languages_are_taken(library: Library, label: str) -> None:
    library.tag("market.mp4", "0-1", [label], [])
    assert [note.label for note in library.notes("market.mp4")] == [label]


@pytest.mark.parametrize("when", ["0-100000", f"0-{LENGTH + 0.02}", f"{LENGTH}-{LENGTH + 1}", "1-1", "1-0", "-1-1"])
def test_a_stretch_that_is_not_in_the_video_is_refused(library: Library, when: str) -> None:
    with pytest.raises(UsageError, match="stretch"):
        library.tag("market.mp4", when, ["kite"], [])
    assert library.notes("market.mp4") == ()


def test_an_end_that_was_rounded_up_is_that_of_the_video(library: Library) -> None:
    library.tag("market.mp4", f"1-{LENGTH + 0.0005:.4f}", ["kite"], [])
    (note,) = library.notes("market.mp4")
    assert (note.start, note.end) == (1, LENGTH)


def test_no_more_than_so_many_labels_are_taken_at_once(library: Library) -> None:
    labels = [f"kite {n}" for n in range(MOST_LABELS + 1)]
    with pytest.raises(UsageError, match="at most"):
        library.tag("market.mp4", "0-1", labels[1:], labels[:1])
    assert library.notes("market.mp4") == ()
    library.tag("market.mp4", "0-1", labels[2:], labels[:1])
    assert len(library.notes("market.mp4")) == MOST_LABELS


def test_labels_are_kept_all_or_none(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("passerby.store.sql.words.refresh", fail)
        with pytest.raises(KeyboardInterrupt):
            library.tag("market.mp4", "0-1", ["kite", "boat"], ["car"])
    assert library.notes("market.mp4") == ()
