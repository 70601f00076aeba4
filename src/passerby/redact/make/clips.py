"""Moments of a video, each cut out into a file of its own: exactly its frames, people hidden, without sound.

The video is decoded from its start, once to look for people and once to write, whatever its container says of its
index: so the frames and their times are those that were indexed.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Literal

from passerby.errors import OutputError, UnreadableError
from passerby.files.content import Source
from passerby.files.publish import check_target, publish, unfinished
from passerby.media.read.frames import Frame, Reader, open_video
from passerby.media.read.prefetch import prefetch
from passerby.media.write.video import VideoTrack, open_output
from passerby.models.source import ModelSource
from passerby.progress import OnProgress, Progress
from passerby.records import Moment, StoredVideo
from passerby.redact.look.looker import Looker
from passerby.redact.make.first_pass import FirstPass, check_shape
from passerby.redact.make.hide_frame import FrameHider
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.store.library import Store
from passerby.times import Span

POLICY = Policy(hide=("faces", "people"))
SUFFIX = ".mp4"
_AHEAD = 4  # frames that are decoded before they are asked for


@dataclass(frozen=True, slots=True)
class Clip:
    """What is cut out, and the file that it becomes."""

    span: Span  # ticks of the video
    target: Path


@dataclass(frozen=True, slots=True)
class _PeopleSeen:
    """The people in a moment, and the times of its frames."""

    tracks: tuple[HiddenTrack, ...]
    times: list[int]


NOT_LOOKED = _PeopleSeen((), [])


def cuts_of(store: Store, moments: Sequence[tuple[str, int]], folder: Path) -> list[tuple[StoredVideo, list[Clip]]]:
    """What to cut out for moments (ids of videos and indices), by video; makes ``folder``. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: expected a folder for the clips ({error.strerror}); choose another") from error
    wanted: dict[str, list[int]] = {}
    for video_id, moment in moments:
        wanted.setdefault(video_id, []).append(moment)
    found = []
    for video_id, numbers in wanted.items():
        video = store.videos.resolve(video_id)
        spans = [moment.span for moment in store.records.of(video_id, Moment)]
        cuts = [Clip(spans[number], folder / _name(video, spans[number])) for number in sorted(numbers)]
        found.append((video, cuts))
    return found


def _name(video: StoredVideo, span: Span) -> str:
    return video.file_stem(*(video.time_base.seconds(pts) for pts in (span.start, span.end))) + SUFFIX


def cut(
    source: Path,
    video: StoredVideo,
    cuts: Sequence[Clip],
    models: ModelSource,
    on_progress: OnProgress,
    *,
    show_people: bool,
    overwrite: bool,
) -> None:
    """Write ``cuts`` of ``video``, in order and without overlaps, from its file, which must be what was indexed.

    Raises UsageError for a target that may not be written, UnreadableError for another content, MediaError,
    MissingModelError, OutputError. A target that is there after an error is whole.
    """
    for one in cuts:
        check_target(source, one.target, overwrite=overwrite)
    read = Source.read(source, lambda done: on_progress(Progress(source, "reading", done, None)))
    if read.video_id != video.id:
        raise UnreadableError(f"{source}: expected the video that was indexed, found another content; add it again")
    looks = None if show_people else _look(source, cuts, models, on_progress)
    written = _write(source, cuts, looks, on_progress)
    read.check_unchanged()
    if missing := [one for number, one in enumerate(cuts) if number not in written]:
        raise OutputError(f"{missing[0].target}: not written: no frame of the video is in the moment; add it again")


def _look(source: Path, cuts: Sequence[Clip], models: ModelSource, on_progress: OnProgress) -> dict[int, _PeopleSeen]:
    """The people in each of ``cuts``, by its index."""
    looker, looks = Looker(POLICY, models), {}
    with (
        open_video(source) as reader,
        prefetch(_frames(reader, cuts, source, "looking", on_progress), _AHEAD) as frames,
    ):
        for number, group in groupby(frames, key=itemgetter(0)):
            first_pass, times = FirstPass(reader.info, looker), []
            for _, frame in group:
                first_pass.push(frame)
                times.append(frame.pts)
            looks[number] = _PeopleSeen(first_pass.finish(), times)
    return looks


def _write(
    source: Path, cuts: Sequence[Clip], looks: Mapping[int, _PeopleSeen] | None, on_progress: OnProgress
) -> Container[int]:
    """Which of ``cuts`` have a frame, and were written; nothing is hidden where ``looks`` is None."""
    written = set()
    with (
        open_video(source) as reader,
        prefetch(_frames(reader, cuts, source, "writing", on_progress), _AHEAD) as frames,
    ):
        for number, group in groupby(frames, key=itemgetter(0)):
            look = None if looks is None else looks.get(number, NOT_LOOKED)
            _write_one(reader, cuts[number], look, (frame for _, frame in group))
            written.add(number)
    return written


def _write_one(reader: Reader, one: Clip, look: _PeopleSeen | None, frames: Iterable[Frame]) -> None:
    plan = _plan(reader, one, look)
    times: list[int] = []
    with unfinished(one.target) as part:
        with open_output(part, reader.layout) as output:
            track = VideoTrack(output, reader.layout)
            hider = FrameHider(plan, reader.layout.placement, track.format, track.takes)
            output.begin()
            for frame in frames:
                times.append(frame.pts)
                track.write(hider.picture(frame), frame.pts - times[0], frame.duration)
            track.finish()
        if look is not None and times != look.times:
            raise OutputError(
                f"{one.target}: expected the frames that were searched for people, found others; try again"
            )
        publish(part, one.target)


def _plan(reader: Reader, one: Clip, look: _PeopleSeen | None) -> Plan:
    info = reader.info
    original = Original("", "", info.width, info.height, info.time_base, 0, one.span.end, "")
    return Plan(original, POLICY, () if look is None else look.tracks, ())


def _frames(
    reader: Reader, cuts: Sequence[Clip], source: Path, step: Literal["looking", "writing"], on_progress: OnProgress
) -> Iterator[tuple[int, Frame]]:
    """The frames in ``cuts``, which are in order, each with the index of its cut; no frame behind the last is read."""
    seconds, number = reader.info.time_base.seconds, 0
    end = seconds(cuts[-1].span.end)
    for frame in reader.read():
        if not isinstance(frame, Frame):
            continue
        while number < len(cuts) and cuts[number].span.end <= frame.pts:
            number += 1
        if number == len(cuts):
            return
        on_progress(Progress(source, step, seconds(frame.pts), end))
        if cuts[number].span.start <= frame.pts:
            check_shape(frame, reader.layout, source)
            yield number, frame
