"""One video through the pipeline: what is found, what is kept, and what is not done twice."""

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from clips import make_clip, truncated
from fake_models import CAR, PERSON, FakeModels
from passerby.errors import NotVideoError, WeightsError
from passerby.export.insights import Insights
from passerby.files.content import Source, content_id
from passerby.media.read.frames import Reader
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.run import index
from passerby.records import MomentVector, PeopleMasks, Thumbnail, Track, Utterance
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.store.library import Store, open_store
from pictures import Picture, Pixels, moving_rectangle, texture

SIZE = (320, 180)


def two_shots() -> Picture:
    """Four seconds at 12 a second: a car drives by, then a cut, then somebody walks by."""
    car = moving_rectangle(SIZE, CAR, (40, 100, 90, 130), (2, 0), texture(SIZE, 1))
    person = moving_rectangle(SIZE, PERSON, (60, 60, 90, 150), (3, 0), texture(SIZE, 8))

    def picture(frame: int) -> Pixels:
        return car(frame) if frame < 24 else person(frame - 24)

    return picture


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "street.mp4"
    return make_clip(path, size=SIZE, frames=48, rate=12, picture=two_shots(), numbered=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "library", create=True) as opened:
        yield opened


def run(
    store: Store,
    clip: Path,
    stages: Iterable[str] = STAGES,
    models: FakeModels | None = None,
    **settings: object,
) -> Outcome:
    chosen = plan(stages, dataclasses.replace(Settings(), **settings))  # type: ignore[arg-type]
    source = Source(clip, content_id(clip, lambda _: None))
    return index(source, chosen, store.sink, models or FakeModels(), lambda *_: None)


def test_a_video_is_found_out(store: Store, clip: Path) -> None:
    outcome = run(store, clip)
    assert (outcome.status, outcome.message, outcome.video_seconds) == ("done", "", 4.0)
    document = Insights.of(store, store.videos.resolve("street.mp4")).document()
    assert document["frames"] == 48
    assert [(shot["start"], shot["end"]) for shot in document["shots"]] == [(0.0, 2.0), (2.0, 4.0)]
    assert [track["label"] for track in document["objects"]] == ["car"]
    car = document["objects"][0]
    assert car["start"] == 0.0
    assert car["end"] >= 1.5
    assert np.allclose(car["boxes"][0]["box"], [40, 100, 90, 130], atol=4)
    assert document["people"]["max_at_once"] == 1
    assert document["people"]["seconds"] == pytest.approx(2.0, abs=0.2)
    assert [moment["not_described"] for moment in document["moments"]] == ["", ""]
    assert (
        len(store.records.of(outcome.video_id, MomentVector)) == len(store.records.of(outcome.video_id, Thumbnail)) == 2
    )


def test_people_are_no_objects(store: Store, clip: Path) -> None:
    outcome = run(store, clip)
    assert "person" not in {track.label for track in store.records.of(outcome.video_id, Track)}
    people = store.records.single(outcome.video_id, PeopleMasks)
    assert people is not None
    assert people.counts.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_what_is_done_is_not_done_again(store: Store, clip: Path) -> None:
    first = run(store, clip)
    before = store.records.finished(first.video_id)
    assert run(store, clip).status == "skipped"
    assert store.records.finished(first.video_id) == before


def test_stages_in_pieces_find_what_they_find_at_once(store: Store, clip: Path, tmp_path: Path) -> None:
    for stages in (("shots",), ("people",), ("tags",), STAGES):
        outcome = run(store, clip, stages)
        assert outcome.status == "done"
    with open_store(tmp_path / "other", create=True) as other:
        run(other, clip)
        pieces, whole = (Insights.of(s, s.videos.resolve("street.mp4")).document() for s in (store, other))
        assert pieces == whole
        vectors = [
            [(row.moment, row.vector.tobytes()) for row in s.records.of(outcome.video_id, MomentVector)]
            for s in (store, other)
        ]
        assert vectors[0] == vectors[1]
        pictures = [[row.jpeg for row in s.records.of(outcome.video_id, Thumbnail)] for s in (store, other)]
        assert pictures[0] == pictures[1]


def test_another_detector_redoes_objects_and_what_they_mean(store: Store, clip: Path) -> None:
    outcome = run(store, clip)
    before = store.records.finished(outcome.video_id)
    run(store, clip, objects="other")
    after = store.records.finished(outcome.video_id)
    assert {name for name in before if before[name] != after[name]} == {"objects", "meaning"}
    assert [track.label for track in store.records.of(outcome.video_id, Track)] == ["bus"]


def test_new_weights_of_the_shot_judge_redo_everything(store: Store, clip: Path) -> None:
    outcome = run(store, clip)
    before = store.records.finished(outcome.video_id)
    assert run(store, clip, models=FakeModels(weights={"transnetv2": "new"})).status == "done"
    after = store.records.finished(outcome.video_id)
    assert {name for name in before if before[name] != after[name]} == STAGES.keys() - {"speech"}
    assert len(store.records.of(outcome.video_id, Thumbnail)) == 2


def test_looks_that_are_added_later_are_the_same_and_leave_the_rest_as_it_was(
    store: Store, clip: Path, tmp_path: Path
) -> None:
    """As when a model for images and texts is pulled, or another one is."""
    outcome = run(store, clip, ("thumbnails", "tags"))
    before = store.records.finished(outcome.video_id)
    assert store.search.encoders() == set()
    assert run(store, clip, ("looks",)).status == "done"
    after = store.records.finished(outcome.video_id)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"looks"}
    with open_store(tmp_path / "other", create=True) as other:
        run(other, clip)
        looks = [
            [
                vector.tobytes()
                for _, vector in sorted(each.search.vectors_of(each.search.moments_with(), table="looks").items())
            ]
            for each in (store, other)
        ]
        assert looks[0] == looks[1]
        assert len(looks[0]) == 2
    assert run(store, clip, ("looks",), models=FakeModels(weights={"clip-vit-b-32": "new"})).status == "done"
    assert store.search.encoders() == {"new"}


def test_the_same_content_under_another_name_is_one_video(store: Store, clip: Path, tmp_path: Path) -> None:
    run(store, clip)
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.read_bytes())
    outcome = run(store, copy)
    assert (outcome.status, outcome.message) == ("skipped", "the same content as street.mp4")
    assert len(store.videos.all()) == 1
    assert store.videos.resolve("copy.mp4") == store.videos.resolve("street.mp4")


def test_a_file_that_breaks_off_is_indexed_as_far_as_it_goes(store: Store, tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.mkv", size=SIZE, frames=48, rate=12, picture=two_shots(), numbered=False)
    outcome = run(store, truncated(whole, tmp_path / "broken.mkv", keep=0.6))
    assert outcome.status == "damaged"
    assert outcome.message
    assert 0 < outcome.video_seconds < 4
    assert run(store, tmp_path / "broken.mkv").status == "damaged"
    assert store.health.check() == []


def test_one_frame_is_a_video(store: Store, tmp_path: Path) -> None:
    outcome = run(store, make_clip(tmp_path / "one.mp4", size=SIZE, frames=1, rate=12))
    assert outcome.status == "done"
    assert len(store.records.of(outcome.video_id, Thumbnail)) == 1


def test_what_is_no_video_leaves_nothing(store: Store, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("not a video at all, only words\n" * 50)
    with pytest.raises(NotVideoError):
        run(store, text)
    assert store.videos.all() == []


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds with a tone in the first and the last third."""
    path = tmp_path_factory.mktemp("run") / "talk.mkv"
    return make_clip(path, size=SIZE, frames=36, rate=4, picture=texture(SIZE), audio="gap")


def test_what_is_said_is_kept_with_its_times_and_found(store: Store, talk: Path) -> None:
    outcome = run(store, talk)
    first, second = store.records.of(outcome.video_id, Utterance)
    base = store.videos.resolve("talk.mkv").time_base
    assert [word.text for word in first.words] == ["one", "two", "three"]
    assert base.seconds(first.span.start) == pytest.approx(0, abs=0.05)
    assert base.seconds(first.span.end) == pytest.approx(3, abs=0.05)
    assert base.seconds(second.span.start) == pytest.approx(6, abs=0.05)
    assert store.search.by_words(["three"], every=True, limit=9).moments


def test_speech_that_is_added_later_is_the_same_and_leaves_the_rest_as_it_was(
    store: Store, talk: Path, tmp_path: Path
) -> None:
    outcome = run(store, talk, ("thumbnails",))
    before = store.records.finished(outcome.video_id)
    assert "speech" not in before
    assert run(store, talk, ("speech",)).status == "done"
    after = store.records.finished(outcome.video_id)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"speech", "meaning"}
    assert store.videos.resolve("talk.mkv").frames == 36
    later = store.records.of(outcome.video_id, Utterance)
    assert len(later) == 2
    with open_store(tmp_path / "other", create=True) as other:
        run(other, talk)
        assert other.records.of(outcome.video_id, Utterance) == later


def test_pictures_are_not_decoded_again_for_what_is_said(
    store: Store, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(store, talk, ("thumbnails",))

    def read(reader: Reader) -> None:
        raise AssertionError("pictures were decoded")

    monkeypatch.setattr(Reader, "read", read)
    outcome = run(store, talk, ("speech",))
    assert (outcome.status, outcome.video_seconds) == ("done", 9.0)
    assert run(store, talk, ("speech",)).status == "skipped"


def test_a_video_without_sound_says_nothing(store: Store, clip: Path) -> None:
    outcome = run(store, clip, ("speech",))
    assert outcome.status == "done"
    assert store.records.of(outcome.video_id, Utterance) == []
    assert "speech" in store.records.finished(outcome.video_id)


def test_a_model_that_fails_on_the_sound_fails_the_video(store: Store, talk: Path) -> None:
    @dataclasses.dataclass(frozen=True)
    class Broken(FakeModels):
        def open(self, name: str, **parameters: object) -> object:
            if name == "speech-base":
                raise WeightsError("speech-base is broken")
            return super().open(name, **parameters)

    with pytest.raises(WeightsError, match="broken"):
        run(store, talk, models=Broken())
