"""Opening libraries, taking videos in, finishing stages."""

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from libraries import add, cue, people, timeline, track, unit, video
from passerby.errors import ForgottenError, StoreError, UnknownVideoError
from passerby.records import Moment, MomentLook, MomentVector, Shot, Tag, Thumbnail, Track
from passerby.store.library import Store, is_library, open_sink, open_store, sink_from_here
from passerby.store.records.part_result import PartResult
from passerby.times import Span, TimeBase


def test_library_opens_again_with_what_was_kept(address: str) -> None:
    with open_store(address, create=True) as store:
        made = add(store, "street.mp4")
    with open_store(address, create=False) as store:
        assert [(kept.id, kept.status, kept.frames) for kept in store.videos.all()] == [(made, "done", 200)]


def test_workers_open_it_in_any_folder_of_this_machine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    opened = sink_from_here("library")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with opened() as sink:
        sink.begin_video(video("street.mp4"))
    assert is_library(tmp_path / "library")
    with pytest.raises(StoreError, match="on the machine that adds"), open_sink(tmp_path / "library", "another"):
        pass


def test_second_path_of_the_same_content_finds_the_same_video(store: Store, tmp_path: Path) -> None:
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    first.touch()
    store.sink.begin_video(video("first.mp4", str(first), content="same"))
    store.sink.begin_video(video("second.mp4", str(second), content="same"))
    (kept,) = store.videos.all()
    assert (kept.name, kept.path) == ("first.mp4", str(first))
    for text in ("first.mp4", "second.mp4", str(first), str(second)):
        assert store.videos.resolve(text) == kept


def test_moved_file_takes_its_new_path(store: Store) -> None:
    store.sink.begin_video(video("old.mp4", "/gone/old.mp4", content="same"))
    store.sink.begin_video(video("new.mp4", "/there/new.mp4", content="same"))
    assert [(kept.name, kept.path) for kept in store.videos.all()] == [("new.mp4", "/there/new.mp4")]


def test_path_with_new_content_means_the_new_video(store: Store) -> None:
    store.sink.begin_video(video("a.mp4", "/f/a.mp4", content="old"))
    newer = video("a.mp4", "/f/a.mp4", content="new")
    store.sink.begin_video(newer)
    assert store.videos.resolve("/f/a.mp4").id == newer.id
    assert store.health.check() == []


def test_relative_path_is_resolved(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.sink.begin_video(video("a.mp4", str(tmp_path / "a.mp4")))
    monkeypatch.chdir(tmp_path)
    assert store.videos.resolve("./a.mp4").name == "a.mp4"


def test_start_of_an_id_is_resolved(store: Store) -> None:
    made = add(store, "a.mp4")
    assert store.videos.resolve(made[:4]).id == made
    assert store.videos.resolve(made[:9].upper()).id == made
    with pytest.raises(UnknownVideoError):
        store.videos.resolve(made[:3])


def test_ambiguous_name_lists_what_could_be_meant(store: Store) -> None:
    for folder in ("x", "y"):
        store.sink.begin_video(video("clip.mp4", f"/{folder}/clip.mp4", content=folder))
    with pytest.raises(UnknownVideoError, match="2 videos") as raised:
        store.videos.resolve("clip.mp4")
    for kept in store.videos.all():
        assert kept.id[:12] in str(raised.value)


def test_unknown_name_suggests_close_ones(store: Store) -> None:
    with pytest.raises(UnknownVideoError, match="no videos yet"):
        store.videos.resolve("street.mp4")
    add(store, "street.mp4")
    add(store, "zzz.mov")
    with pytest.raises(UnknownVideoError, match=r"did you mean street\.mp4 \([0-9a-f]{12}\)$"):
        store.videos.resolve("stret.mp4")
    with pytest.raises(UnknownVideoError):
        store.videos.resolve("")


def test_name_that_is_no_unicode_is_kept(store: Store) -> None:
    name = os.fsdecode(b"caf\xe9.mp4")
    store.sink.begin_video(video(name, f"/f/{name}", content="x"))
    assert store.videos.resolve(name).path == f"/f/{name}"
    assert store.health.check() == []


def test_begin_again_keeps_what_is_known(store: Store) -> None:
    made = add(store, "a.mp4", tags=[Tag(0, "lamp", 0.5)])
    store.sink.begin_video(video("a.mp4"))
    kept = store.videos.get(made)
    assert kept is not None
    assert (kept.status, kept.frames, kept.duration) == ("done", 200, 8000)
    assert set(store.records.finished(made)) == {"shots", "tags"}


def test_file_that_is_read_in_another_time_base_is_begun_afresh(store: Store) -> None:
    made = add(store, "a.mp4", tags=[Tag(0, "lamp", 0.5)])
    store.sink.begin_video(replace(video("a.mp4"), time_base=TimeBase(Fraction(1, 90000))))
    kept = store.videos.get(made)
    assert kept is not None
    assert (kept.status, kept.time_base) == ("incomplete", TimeBase(Fraction(1, 90000)))
    assert store.records.finished(made) == {}
    assert store.records.of(made, Moment) == []


def test_nothing_is_finished_of_an_unknown_video(store: Store) -> None:
    assert store.records.finished("0" * 64) == {}
    assert store.videos.get("0" * 64) is None
    with pytest.raises(ForgottenError):
        store.records.of("0" * 64, Shot)


def test_finished_stage_replaces_its_own_records_only(store: Store) -> None:
    made = add(store, "a.mp4", objects=[track("car", 0)], tags=[Tag(0, "lamp", 0.5), Tag(1, "door", 0.25)])
    store.sink.finish_stage(made, "tags", "newer", [Tag(1, "bench", 0.75)])
    assert store.records.of(made, Tag) == [Tag(1, "bench", 0.75)]
    assert [found.label for found in store.records.of(made, Track)] == ["car"]
    assert store.records.finished(made) == {"shots": "shots-key", "objects": "objects-key", "tags": "newer"}
    assert store.search.moments_with(["lamp"]) == set()
    assert store.videos.get(made).status == "done"  # type: ignore[union-attr]


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
    store.sink.finish_stage(made, "shots", "newer", [Shot(Span(0, 8000), 0), Moment(Span(0, 8000), 0)])
    assert store.records.finished(made) == {
        "objects": "objects-key",
        "people": "people-key",
        "shots": "newer",
        "sound": "sound-key",
    }
    assert (store.records.of(made, Tag), store.records.of(made, MomentVector), store.records.of(made, Thumbnail)) == (
        [],
        [],
        [],
    )
    assert len(store.records.of(made, Track)) == 1
    assert store.videos.get(made).status == "incomplete"  # type: ignore[union-attr]
    (car,) = store.search.moments_with(["car"])
    assert store.search.places([car])[car].span == Span(0, 8000)
    assert store.health.check() == []


def test_new_shots_take_with_them_a_stage_that_found_nothing(store: Store) -> None:
    made = add(store, "a.mp4", tags=[])
    store.sink.finish_stage(made, "shots", "newer", timeline(1))
    assert store.records.finished(made) == {"shots": "newer"}


def test_looks_are_kept_with_the_weights_that_they_are_from(store: Store) -> None:
    made = add(store, "a.mp4", 2, looks=[MomentLook(n, unit(n), "one") for n in range(2)])
    assert store.search.encoders() == {"one"}
    assert store.search.encoded_by("one") is None
    assert store.search.encoded_by("two") == set()
    add(store, "b.mp4", 1, looks=[MomentLook(0, unit(2), "two")])
    assert store.search.encoders() == {"one", "two"}
    first, second = store.search.encoded_by("one"), store.search.encoded_by("two")
    assert first is not None
    assert second is not None
    assert (len(first), len(second)) == (2, 1)
    (moment,) = second
    kept = store.search.vectors_of(second, table="looks")[moment]
    assert (kept == unit(2).astype(np.float16)).all()
    store.videos.forget(made)
    assert store.search.encoders() == {"two"}
    assert store.search.vectors_of(first, table="looks") == {}


def test_new_shots_take_with_them_looks_alone(store: Store) -> None:
    made = add(store, "a.mp4", 2, looks=[MomentLook(0, unit(1), "one")])
    store.sink.finish_stage(made, "shots", "newer", timeline(3))
    assert set(store.records.finished(made)) == {"shots"}
    assert store.search.encoders() == set()


def test_stage_of_a_forgotten_video_is_refused(store: Store) -> None:
    made = add(store, "a.mp4")
    store.videos.forget(made)
    with pytest.raises(ForgottenError):
        store.sink.finish_stage(made, "tags", "key", [Tag(0, "lamp", 0.5)])
    with pytest.raises(ForgottenError):
        store.sink.end_video(made, 1, 1, "done", "")
    with pytest.raises(ForgottenError):
        store.videos.forget(made)


def test_record_of_a_moment_that_is_not_there_leaves_all_as_it_was(store: Store) -> None:
    made = add(store, "a.mp4", tags=[Tag(0, "lamp", 0.5)])
    with pytest.raises(StoreError, match="found 7"):
        store.sink.finish_stage(made, "tags", "newer", [Tag(0, "door", 0.5), Tag(7, "bench", 0.5)])
    assert store.records.of(made, Tag) == [Tag(0, "lamp", 0.5)]
    assert store.records.finished(made)["tags"] == "tags-key"


def test_records_of_one_stage_are_read_and_dropped_alone(store: Store) -> None:
    made, sink = add(store, "street.mp4"), store.sink
    for stage in ("(part 0-5)", "(part 5-9)"):
        sink.finish_stage(made, stage, "key", [PartResult(stage.encode())])
    sink.finish_stage(made, "marks", "key", [Tag(0, "kept", 0.5)])
    assert sink.records(made, PartResult, "(part 5-9)") == [PartResult(b"(part 5-9)")]
    assert sink.records(made, Tag, "marks") == [Tag(0, "kept", 0.5)]
    assert sink.records(made, Tag, "(part 0-5)") == []
    before = sink.finished(made)
    sink.drop_stage(made, "(part 0-5)")
    sink.drop_stage(made, "nothing")
    assert sink.records(made, PartResult) == [PartResult(b"(part 5-9)")]
    assert before.keys() - sink.finished(made).keys() == {"(part 0-5)"}
    store.videos.forget(made)
    sink.drop_stage(made, "(part 5-9)")
    assert store.health.check() == []


def test_value_that_is_no_record_is_refused(store: Store) -> None:
    made = add(store, "a.mp4")
    with pytest.raises(TypeError, match="found str"):
        store.sink.finish_stage(made, "tags", "key", ["lamp"])


def test_an_object_is_known_by_its_address_and_state(store: Store) -> None:
    made = video("a.mp4", "s3://bucket/a.mp4")
    store.sink.begin_video(made, state="5 100 tag")
    assert store.sink.known_at("s3://bucket/a.mp4", "5 100 tag") == made.id
    assert store.sink.known_at("s3://bucket/a.mp4", "5 101 tag") is None
    assert store.sink.known_at("s3://bucket/b.mp4", "5 100 tag") is None
    store.sink.begin_video(replace(made, path="s3://bucket/b.mp4", name="b.mp4"), state="5 102 tag")
    assert [kept.path for kept in store.videos.all()] == ["s3://bucket/a.mp4"]
    assert store.videos.resolve("s3://bucket/b.mp4").id == made.id
    moved = replace(made, path="s3://bucket/c.mp4", name="c.mp4")
    store.sink.begin_video(moved, state="5 103 tag", moved=True)
    assert [kept.path for kept in store.videos.all()] == ["s3://bucket/c.mp4"]
    store.videos.forget(made.id)
    assert store.sink.known_at("s3://bucket/c.mp4", "5 103 tag") is None
