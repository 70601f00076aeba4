"""Moments cut out of videos: exactly their frames at their times, with people hidden unless they are to be shown."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import make_clip
from fake_models import FACE, PERSON, FakeModels
from libraries import MOMENT_TICKS, add
from passerby.errors import OutputError, UnreadableError, UsageError
from passerby.files.content import content_id
from passerby.media.read.frames import Frame, open_video
from passerby.records import Pixels, StoredVideo
from passerby.redact.make import clips
from passerby.redact.make.clips import Clip, cut, cuts_of
from passerby.store.library import open_store
from passerby.times import Span, TimeBase
from pictures import number_of

SIZE = (320, 180)
TICK = Fraction(1, 90_000)
# No two steps of three in a row are alike: a variable rate.
TIMES = np.cumsum([0, *[3000, 3003, 4501] * 16]).tolist()


def somebody(index: int) -> Pixels:
    """A face over a body, over grey."""
    picture = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    x = 100 + index
    picture[60:170, x : x + 50] = PERSON
    picture[70:100, x + 10 : x + 34] = FACE
    return picture


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("clips") / "walk.mp4"
    return make_clip(target, size=SIZE, pts=TIMES, time_base=TICK, picture=somebody, audio="tone", b_frames=2)


@pytest.fixture(scope="module")
def video(path: Path) -> StoredVideo:
    video_id = content_id(path, lambda done: None)
    with open_video(path) as reader:
        list(reader.read())
        base = reader.info.time_base
        return StoredVideo(video_id, path.name, str(path), 1, *SIZE, base, reader.frames, reader.end, "done", "")


def span(video: StoredVideo, first: int, end: int) -> Span:
    """From one frame up to another."""
    ticks = [round(TIMES[number] * TICK / video.time_base.tick) for number in (first, end)]
    return Span(*ticks)


def make(video: StoredVideo, cuts: list[Clip], *, show_people: bool = False, overwrite: bool = False) -> None:
    cut(
        Path(video.path), video, cuts, FakeModels(), lambda progress: None, show_people=show_people, overwrite=overwrite
    )


def read(path: Path) -> tuple[list[Fraction], list[Pixels]]:
    with open_video(path) as reader:
        frames = [frame for frame in reader.read() if isinstance(frame, Frame)]
        assert not reader.info.has_audio
        return [frame.pts * reader.info.time_base.tick for frame in frames], [frame.rgb(*SIZE) for frame in frames]


def shows(picture: Pixels, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(picture.astype(int) - colour).max(axis=2) < 50).sum() > 20)


def test_a_clip_has_exactly_its_frames_at_their_times(video: StoredVideo, tmp_path: Path) -> None:
    first, second = tmp_path / "a.mp4", tmp_path / "b.mp4"
    make(video, [Clip(span(video, 5, 17), first), Clip(span(video, 30, 31), second)], show_people=True)
    times, pictures = read(first)
    assert [number_of(picture) for picture in pictures] == list(range(5, 17))
    assert times == [(TIMES[number] - TIMES[5]) * TICK for number in range(5, 17)]
    assert [number_of(picture) for picture in read(second)[1]] == [30]


def test_the_first_and_the_last_frame_can_be_cut_out(video: StoredVideo, tmp_path: Path) -> None:
    whole = Clip(Span(0, video.duration), tmp_path / "a.mp4")
    make(video, [whole], show_people=True)
    assert [number_of(picture) for picture in read(whole.target)[1]] == list(range(len(TIMES)))


def test_people_are_hidden_in_every_frame_of_every_clip(video: StoredVideo, tmp_path: Path) -> None:
    cuts = [Clip(span(video, 5, 17), tmp_path / "a.mp4"), Clip(span(video, 17, 40), tmp_path / "b.mp4")]
    make(video, cuts)
    for one, count in zip(cuts, (12, 23), strict=True):
        pictures = read(one.target)[1]
        assert len(pictures) == count
        assert not any(shows(picture, colour) for picture in pictures for colour in (PERSON, FACE))


def test_people_are_shown_where_that_is_asked_for(video: StoredVideo, tmp_path: Path) -> None:
    make(video, [Clip(span(video, 5, 9), tmp_path / "a.mp4")], show_people=True)
    assert all(shows(picture, PERSON) for picture in read(tmp_path / "a.mp4")[1])


def test_frames_that_were_not_searched_are_not_written(
    video: StoredVideo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails closed if the two readings of a file should ever differ."""
    looked = clips._look

    def less(*arguments: object) -> object:
        found = looked(*arguments)  # type: ignore[arg-type]
        return {number: clips._PeopleSeen(look.tracks, look.times[1:]) for number, look in found.items()}

    def none(*_: object) -> object:
        return {}

    for wrong in (less, none):
        monkeypatch.setattr(clips, "_look", wrong)
        with pytest.raises(OutputError, match="searched for people"):
            make(video, [Clip(span(video, 5, 9), tmp_path / "a.mp4")])
        assert list(tmp_path.iterdir()) == []


def test_another_file_at_the_videos_path_is_refused(video: StoredVideo, tmp_path: Path) -> None:
    other = make_clip(tmp_path / "walk.mp4", size=SIZE, frames=4)
    moved = StoredVideo(
        video.id, "walk.mp4", str(other), 1, *SIZE, TimeBase(TICK), video.frames, video.duration, "done", ""
    )
    with pytest.raises(UnreadableError, match="another content"):
        make(moved, [Clip(Span(0, 10), tmp_path / "a.mp4")], show_people=True)


def test_a_moment_without_a_frame_is_an_error(video: StoredVideo, tmp_path: Path) -> None:
    start = span(video, 5, 6).start
    with pytest.raises(OutputError, match="no frame"):
        make(video, [Clip(Span(start + 1, start + 2), tmp_path / "a.mp4")], show_people=True)


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(video: StoredVideo, tmp_path: Path) -> None:
    one = Clip(span(video, 5, 6), tmp_path / "a.mp4")
    one.target.write_text("mine")
    with pytest.raises(UsageError, match="--overwrite"):
        make(video, [one], show_people=True)
    assert one.target.read_text() == "mine"
    make(video, [one], show_people=True, overwrite=True)
    assert len(read(one.target)[1]) == 1


def test_clips_of_a_library_are_named_by_video_and_time(tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        one, other = add(store, "street.mp4", 3), add(store, "a" * 200 + ".mp4", 1)
        found = cuts_of(store, [(one, 2), (other, 0), (one, 0)], tmp_path / "new" / "folder")
    (first, cuts), (_, (long,)) = found
    assert first.id == one
    assert [each.span for each in cuts] == [Span(0, MOMENT_TICKS), Span(2 * MOMENT_TICKS, 3 * MOMENT_TICKS)]
    assert [each.target.name for each in cuts] == [
        f"street_{one[:8]}_00000.000-00004.000.mp4",
        f"street_{one[:8]}_00008.000-00012.000.mp4",
    ]
    assert long.target.parent.is_dir()
    assert len(long.target.name) < 100
