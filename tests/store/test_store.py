"""Opening libraries, taking videos in, finishing stages."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from libraries import add, cue, people, timeline, track, unit, video
from passerby.errors import ForgottenError, StoreError, UnknownVideoError
from passerby.records import Moment, MomentLook, MomentVector, Shot, Tag, Thumbnail
from passerby.store import schema
from passerby.store.library import Store, open_store
from passerby.times import Span, TimeBase


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "library", create=True) as opened:
        yield opened


def test_missing_library_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="passerby add"):
        open_store(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_library_opens_again_with_what_was_kept(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add(store, "street.mp4")
    with open_store(tmp_path, create=False) as store:
        assert [(kept.id, kept.status, kept.frames) for kept in store.videos()] == [(made, "done", 200)]


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(StoreError, match="choose another"):
        open_store(tmp_path / "taken", create=True)


def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError, match="not a library's database"):
        open_store(tmp_path, create=True)
    assert (tmp_path / "library.db").read_bytes() == b"no database " * 1000


def test_database_of_another_program_is_refused(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "library.db")
    other.execute("CREATE TABLE recipes (name)")
    other.close()
    with pytest.raises(StoreError, match="another program's database"):
        open_store(tmp_path, create=True)


def test_library_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path, create=True).close()
    newer = sqlite3.connect(tmp_path / "library.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreError, match="newer Passerby"):
        open_store(tmp_path, create=False)


def test_library_that_was_cut_short_while_it_was_made_is_completed(tmp_path: Path) -> None:
    (tmp_path / "library.db").touch()
    with open_store(tmp_path, create=False) as store:
        assert store.videos() == []


def test_library_of_the_version_before_looks_takes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = next(n for n, made in enumerate(schema.MIGRATIONS) if any("TABLE looks" in each for each in made))
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:later])
        open_store(tmp_path, create=True).close()
    older = sqlite3.connect(tmp_path / "library.db")
    older.execute(
        "INSERT INTO videos VALUES (1, 'ab', 'old.mp4', '/old.mp4', 1, 64, 36, 1, 25, 5, 5, 'done', '', NULL, NULL)"
    )
    older.commit()
    older.close()
    with open_store(tmp_path, create=False) as store:
        add(store, "new.mp4", 1, looks=[MomentLook(0, unit(1), "one")])
        assert store.nearest(unit(1), 1, table="looks")[0][1] > 0.99
        assert [each.name for each in store.videos()] == ["old.mp4", "new.mp4"]
        assert store.check() == []


def test_lock_of_another_process_is_told(tmp_path: Path) -> None:
    open_store(tmp_path, create=True).close()
    other = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        open_store(tmp_path, create=False, wait_seconds=0.05) as store,
        pytest.raises(StoreError, match="another process"),
    ):
        store.begin_video(video())
    other.close()


def test_second_path_of_the_same_content_finds_the_same_video(store: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    first.touch()
    store.begin_video(video("first.mp4", str(first), content="same"))
    store.begin_video(video("second.mp4", str(second), content="same"))
    (kept,) = store.videos()
    assert (kept.name, kept.path) == ("first.mp4", str(first))
    for text in ("first.mp4", "second.mp4", str(first), str(second)):
        assert store.resolve(text) == kept


def test_moved_file_takes_its_new_path(store: Store) -> None:
    store.begin_video(video("old.mp4", "/gone/old.mp4", content="same"))
    store.begin_video(video("new.mp4", "/there/new.mp4", content="same"))
    assert [(kept.name, kept.path) for kept in store.videos()] == [("new.mp4", "/there/new.mp4")]


def test_path_with_new_content_means_the_new_video(store: Store) -> None:
    store.begin_video(video("a.mp4", "/f/a.mp4", content="old"))
    newer = video("a.mp4", "/f/a.mp4", content="new")
    store.begin_video(newer)
    assert store.resolve("/f/a.mp4").id == newer.id
    assert store.check() == []


def test_relative_path_is_resolved(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.begin_video(video("a.mp4", str(tmp_path / "a.mp4")))
    monkeypatch.chdir(tmp_path)
    assert store.resolve("./a.mp4").name == "a.mp4"


def test_start_of_an_id_is_resolved(store: Store) -> None:
    made = add(store, "a.mp4")
    assert store.resolve(made[:4]).id == made
    assert store.resolve(made[:9].upper()).id == made
    with pytest.raises(UnknownVideoError):
        store.resolve(made[:3])


def test_ambiguous_name_lists_what_could_be_meant(store: Store) -> None:
    for folder in ("x", "y"):
        store.begin_video(video("clip.mp4", f"/{folder}/clip.mp4", content=folder))
    with pytest.raises(UnknownVideoError, match="2 videos") as raised:
        store.resolve("clip.mp4")
    for kept in store.videos():
        assert kept.id[:12] in str(raised.value)


def test_unknown_name_suggests_close_ones(store: Store) -> None:
    with pytest.raises(UnknownVideoError, match="no videos yet"):
        store.resolve("street.mp4")
    add(store, "street.mp4")
    add(store, "zzz.mov")
    with pytest.raises(UnknownVideoError, match=r"did you mean street\.mp4 \([0-9a-f]{12}\)$"):
        store.resolve("stret.mp4")
    with pytest.raises(UnknownVideoError):
        store.resolve("")


def test_name_that_is_no_unicode_is_kept(store: Store) -> None:
    name = os.fsdecode(b"caf\xe9.mp4")
    store.begin_video(video(name, f"/f/{name}", content="x"))
    assert store.resolve(name).path == f"/f/{name}"
    assert store.check() == []


def test_begin_again_keeps_what_is_known(store: Store) -> None:
    made = add(store, "a.mp4", tags=[Tag(0, "lamp", 0.5)])
    store.begin_video(video("a.mp4"))
    kept = store.video(made)
    assert kept is not None
    assert (kept.status, kept.frames, kept.duration) == ("done", 200, 8000)
    assert set(store.finished(made)) == {"shots", "tags"}


def test_file_that_is_read_in_another_time_base_is_begun_afresh(store: Store) -> None:
    made = add(store, "a.mp4", tags=[Tag(0, "lamp", 0.5)])
    store.begin_video(replace(video("a.mp4"), time_base=TimeBase(Fraction(1, 90000))))
    kept = store.video(made)
    assert kept is not None
    assert (kept.status, kept.time_base) == ("incomplete", TimeBase(Fraction(1, 90000)))
    assert store.finished(made) == {}
    assert store.moments(made) == []


def test_nothing_is_finished_of_an_unknown_video(store: Store) -> None:
    assert store.finished("0" * 64) == {}
    assert store.video("0" * 64) is None
    with pytest.raises(ForgottenError):
        store.shots("0" * 64)


def test_finished_stage_replaces_its_own_records_only(store: Store) -> None:
    made = add(store, "a.mp4", objects=[track("car", 0)], tags=[Tag(0, "lamp", 0.5), Tag(1, "door", 0.25)])
    store.finish_stage(made, "tags", "newer", [Tag(1, "bench", 0.75)])
    assert store.tags(made) == [Tag(1, "bench", 0.75)]
    assert [found.label for found in store.tracks(made)] == ["car"]
    assert store.finished(made) == {"shots": "shots-key", "objects": "objects-key", "tags": "newer"}
    assert store.moments_with(["lamp"]) == set()
    assert store.video(made).status == "done"  # type: ignore[union-attr]


def test_new_shots_take_with_them_what_describes_the_old_moments(store: Store) -> None:
    made = add(
        store,
        "a.mp4",
        objects=[track("car", 0)],
        people=[people(1)],
        sound=[cue("silence", 0)],
        tags=[Tag(0, "lamp", 0.5)],
        vectors=[MomentVector(0, unit(1))],
        thumbnails=[Thumbnail(0, 5, b"jpeg")],
    )
    store.finish_stage(made, "shots", "newer", [Shot(Span(0, 8000), 0), Moment(Span(0, 8000), 0)])
    assert store.finished(made) == {
        "objects": "objects-key",
        "people": "people-key",
        "shots": "newer",
        "sound": "sound-key",
    }
    assert (store.tags(made), store.vectors(made), store.thumbnails(made)) == ([], [], [])
    assert len(store.tracks(made)) == 1
    assert store.video(made).status == "incomplete"  # type: ignore[union-attr]
    (car,) = store.moments_with(["car"])
    assert store.places([car])[car].span == Span(0, 8000)
    assert store.check() == []


def test_new_shots_take_with_them_a_stage_that_found_nothing(store: Store) -> None:
    made = add(store, "a.mp4", tags=[])
    store.finish_stage(made, "shots", "newer", timeline(1))
    assert store.finished(made) == {"shots": "newer"}


def test_looks_are_kept_with_the_weights_that_they_are_from(store: Store) -> None:
    made = add(store, "a.mp4", 2, looks=[MomentLook(n, unit(n), "one") for n in range(2)])
    assert store.encoders() == {"one"}
    assert store.looked_at_by("one") is None
    assert store.looked_at_by("two") == set()
    add(store, "b.mp4", 1, looks=[MomentLook(0, unit(2), "two")])
    assert store.encoders() == {"one", "two"}
    first, second = store.looked_at_by("one"), store.looked_at_by("two")
    assert first is not None
    assert second is not None
    assert (len(first), len(second)) == (2, 1)
    (moment,) = second
    kept = store.looks(second)[moment]
    assert (kept == unit(2).astype(np.float16)).all()
    store.forget(made)
    assert store.encoders() == {"two"}
    assert store.looks(first) == {}


def test_new_shots_take_with_them_looks_alone(store: Store) -> None:
    made = add(store, "a.mp4", 2, looks=[MomentLook(0, unit(1), "one")])
    store.finish_stage(made, "shots", "newer", timeline(3))
    assert set(store.finished(made)) == {"shots"}
    assert store.encoders() == set()


def test_replaced_thumbnails_leave_no_file(store: Store, tmp_path: Path) -> None:
    made = add(store, "a.mp4", thumbnails=[Thumbnail(0, 5, b"old")])
    store.finish_stage(made, "thumbnails", "newer", [Thumbnail(0, 6, b"new"), Thumbnail(1, 7, b"more")])
    (pack,) = (tmp_path / "library" / "thumbnails").iterdir()
    assert pack.read_bytes() == b"newmore"
    assert store.thumbnail(made, 1) == Thumbnail(1, 7, b"more")
    assert store.thumbnail(made, 2) is None


def test_stage_of_a_forgotten_video_is_refused(store: Store) -> None:
    made = add(store, "a.mp4")
    store.forget(made)
    with pytest.raises(ForgottenError):
        store.finish_stage(made, "tags", "key", [Tag(0, "lamp", 0.5)])
    with pytest.raises(ForgottenError):
        store.end_video(made, 1, 1, "done", "")
    with pytest.raises(ForgottenError):
        store.forget(made)


def test_record_of_a_moment_that_is_not_there_leaves_all_as_it_was(store: Store) -> None:
    made = add(store, "a.mp4", tags=[Tag(0, "lamp", 0.5)])
    with pytest.raises(StoreError, match="found 7"):
        store.finish_stage(made, "tags", "newer", [Tag(0, "door", 0.5), Tag(7, "bench", 0.5)])
    assert store.tags(made) == [Tag(0, "lamp", 0.5)]
    assert store.finished(made)["tags"] == "tags-key"


def test_value_that_is_no_record_is_refused(store: Store) -> None:
    made = add(store, "a.mp4")
    with pytest.raises(TypeError, match="found str"):
        store.finish_stage(made, "tags", "key", ["lamp"])
