"""The first pass: looks at a video and makes the plan of its copy."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from passerby.errors import DamagedError, OutputError
from passerby.media.read.colours import quick_rgb
from passerby.media.read.frames import AudioChunk, Frame, Reader, open_video
from passerby.media.read.luma import small_luma
from passerby.media.read.prefetch import prefetch
from passerby.media.read.probe import Layout
from passerby.models.source import ModelSource
from passerby.pipeline.listen import Hear, listening
from passerby.progress import OnSeconds
from passerby.records import VideoInfo
from passerby.redact.hear.pii_listener import PiiListener
from passerby.redact.look.looker import Looker
from passerby.redact.look.thresholds import Thresholds
from passerby.redact.look.tracker import MEMORY, Tracker
from passerby.redact.look.view import View
from passerby.redact.plan.choice import decided
from passerby.redact.plan.joining import join_all
from passerby.redact.plan.margins import Margins, widened
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.times import format_timecode
from passerby.tracking.new_picture import NewPicture
from passerby.tracking.paths import frames_steadied
from passerby.tracking.pyramids import LONG_SIDE, size_to_follow_in
from passerby.wording import in_unicode

AHEAD = 6  # frames decoded ahead of the models


def make_plan(
    path: Path,
    sha256: str,
    policy: Policy,
    models: ModelSource,
    on_progress: OnSeconds,
    *,
    allow_truncated: bool,
    speech_model: str,
    text_reader: str,
    join_tracks: bool = False,
    margins: Margins = (),
) -> Plan:
    """Look at all of a video for what ``policy`` hides, and listen to it if that is asked for.

    Raises MediaError for what cannot be read, DamagedError for a file with damage unless ``allow_truncated``,
    MissingModelError, UsageError for tracks, zones and times that are not in the video.
    """
    looker = Looker(policy, models, text_reader=text_reader)
    with open_video(path) as reader:
        first_pass = FirstPass(reader.info, looker, policy.thresholds)
        ear = PiiListener(policy.audio, reader.info, models, speech_model)
        with listening(ear.session) as listener, prefetch(_frames(reader, listener.hear), AHEAD) as frames:
            for frame in frames:
                check_shape(frame, reader.layout, path)
                first_pass.push(frame)
                on_progress(reader.info.time_base.seconds(frame.pts), reader.info.estimated_seconds)
        tracks = first_pass.finish()
        if reader.damage and not allow_truncated:
            raise DamagedError(
                f"{path}: expected a whole video, found damage: {reader.damage}; copy it again, or make a copy of what "
                "can be read with --allow-truncated"
            )
        original = _original(path, sha256, reader)
    tracks = widened(tracks, margins)
    if join_tracks:
        tracks = join_all(tracks, original.time_base)
    policy = replace(policy, audio=ear.edited_audio())
    return Plan(original, policy, decided(original, policy, tracks), (*looker.models, *ear.models))


def _frames(reader: Reader, hear: Hear) -> Iterator[Frame]:
    for item in reader.read():
        if isinstance(item, AudioChunk):
            hear(item)
        else:
            yield item


def check_shape(frame: Frame, layout: Layout, path: Path) -> None:
    """Raise OutputError for a frame that is of another size or format than the first one of its video.

    A copy has one size and one format, and what is drawn or found in the one is elsewhere in the other.
    """
    picture = frame.picture
    shapes = (*layout.coded_size, layout.info.pixel_format), (picture.width, picture.height, picture.format.name)
    if shapes[0] != shapes[1]:
        first, other = ("{}x{} in {}".format(*shape) for shape in shapes)
        at = format_timecode(layout.info.time_base.seconds(frame.pts))
        raise OutputError(
            f"{path}: expected pictures of one size and format, found {first} at first and {other} at {at}; convert "
            "the video to one size and format, or cut it there"
        )


def _original(path: Path, sha256: str, reader: Reader) -> Original:
    info = reader.info
    return Original(
        in_unicode(path.name), sha256, info.width, info.height, info.time_base, reader.frames, reader.end, reader.damage
    )


class FirstPass:
    """Looks at frames when it is time to, and where a new picture begins or ends."""

    def __init__(
        self,
        info: VideoInfo,
        looker: Looker,
        thresholds: Thresholds = (),
        *,
        memory: int = MEMORY,
        long_side: int = LONG_SIDE,
    ) -> None:
        """So many frames of ``memory`` are held, without colours and with this ``long_side`` at most."""
        self._info, self._looker = info, looker
        self._small = size_to_follow_in(info.width, info.height, long_side)
        size, every = (info.width, info.height), looker.schedule.every
        steady = frames_steadied(info.frame_rate)
        self.tracker = Tracker(*self._small, *size, looker.finders, every, steady, thresholds, memory)
        self._turn: int | None = None  # looks at this shot so far; None: it has just begun, or ends
        self._since = 0  # frames since the last look
        self._looked: int | None = None  # pts of the last look
        self._opened: int | None = None  # pts of the last look as at an end of a shot
        self._last: Frame | None = None
        self.is_cut = False  # whether a new picture began with the last frame
        self._new_picture = NewPicture()

    def push(self, frame: Frame) -> None:
        """The next frame."""
        luma = small_luma(frame, *self._small)
        new = self.is_cut = self._new_picture.begins(luma)
        if new:
            self._look_at_last()
        self.tracker.push(frame.pts, luma, cut=new)
        self._last = frame
        self._since += 1
        if new or self.is_due(frame.pts):
            self.look(frame)

    def finish(self) -> tuple[HiddenTrack, ...]:
        self._look_at_last()
        return self.tracker.finish()

    def is_due(self, pts: int) -> bool:
        """Whether it is time to look at the frame that is shown at ``pts``."""
        if self._looked is None:
            return True
        schedule = self._looker.schedule
        return self._since >= schedule.every or self._info.time_base.seconds(pts - self._looked) >= schedule.seconds

    def _look_at_last(self) -> None:
        """Look at the last frame of a shot as closely as at its first one."""
        self._turn = None
        if self._last is not None and self._opened != self._last.pts:
            self.look(self._last)
            self._turn = None

    def look(self, frame: Frame) -> None:
        """Look at the frame that was pushed last."""
        view = View(partial(quick_rgb, frame), self.tracker.luma, self._info.width, self._info.height)
        self.tracker.see(self._looker.look(view, self._turn, self.tracker.places("faces")))
        if self._turn is None:
            self._opened = frame.pts
        self._turn = 0 if self._turn is None else self._turn + 1
        self._since, self._looked = 0, frame.pts
