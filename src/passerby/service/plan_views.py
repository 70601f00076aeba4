"""What plans hide, and their drafts: as pictures and as places over time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UsageError
from passerby.evidence.custody import Custody
from passerby.media.read.probe import look
from passerby.models.load import CatalogModels
from passerby.processes.decoder import Decoder
from passerby.processes.limits import Limits
from passerby.records import PixelBox
from passerby.redact.look.drawn_path import drawn_path
from passerby.redact.make.effects import extents
from passerby.redact.plan.changes import PlanChanges
from passerby.redact.plan.document import PlanDocument, TrackDocument
from passerby.redact.plan.plan import Plan, RegionsInTime, boxes_at, moments_between
from passerby.service.pictures import HiddenFrame, Pictures, TrackPlace
from passerby.service.plans import Plans
from passerby.service.videos import Videos
from passerby.settings import Settings

FOLLOWING_SECONDS = 120.0  # for one path
STEP = Fraction(1, 50)  # seconds between the moments of which is told what is hidden
LONGEST = 30.0  # seconds, of a stretch of which that is told at once
MOST_BOXES = 100_000  # of all of its moments: hundreds at once, for the seconds that a page asks for
AROUND = 10.0  # seconds beside a time, within which its frame begins nearly always


class PlanViews:
    """Shows what the plans of a library hide."""

    def __init__(
        self,
        settings: Settings,
        plans: Plans,
        videos: Videos,
        pictures: Pictures,
        models: CatalogModels,
        custody: Custody,
    ) -> None:
        self._plans, self._videos, self._pictures = plans, videos, pictures
        self._models = models
        self._custody = custody
        self._paths = Decoder(replace(Limits.of(settings), stall_seconds=FOLLOWING_SECONDS))

    def close(self) -> None:
        self._paths.close()

    def hidden_frame(
        self,
        caller: Caller,
        plan: str,
        seconds: float,
        long_side: int,
        *,
        draft: Mapping[str, Any] | None = None,
        changes: PlanChanges | None = None,
    ) -> HiddenFrame:
        """That frame as the copy of a plan shows it, or that of a draft to take its place.

        Raises UnknownError, MediaError, UsageError for no draft of it.
        """
        stored = self._plans.stored(plan)
        drawn = self._plans.draft(stored, draft, changes)
        with self._videos.local(stored.video) as path:
            part = _plan_within(drawn, seconds - AROUND, seconds + AROUND)
            frame = self._pictures.hidden_frame(path, Fraction(seconds), part, long_side)
            if abs(frame.seconds - seconds) >= AROUND:  # it is shown for very long
                frame = self._pictures.hidden_frame(path, Fraction(seconds), drawn.as_plan(), long_side)
        self._custody.note_hourly(caller, "view_plan", stored.video)
        return frame

    def regions(
        self,
        plan: str,
        start: float,
        end: float,
        *,
        draft: Mapping[str, Any] | None = None,
        changes: PlanChanges | None = None,
    ) -> Document:
        """What a plan, or a draft to take its place, hides from one time up to another, every ``STEP`` seconds.

        Raises UnknownError, UsageError for no draft of it, and for a stretch of more than ``LONGEST`` seconds or
        ``MOST_BOXES`` boxes.
        """
        if not 0 <= end - start <= LONGEST:
            raise UsageError(f"expected a stretch of at most {LONGEST:g} seconds, found {start:g} to {end:g}")
        document = self._plans.draft(self._plans.stored(plan), draft, changes)
        drawn = _plan_within(document, start - 1, end + 1)
        base = drawn.original.time_base
        step = max(base.pts_at(STEP), 1)
        times = moments_between(drawn, base.pts_at(start), base.ticks(end), step)
        count = len(times) + boxes_at(drawn, times)
        if count > MOST_BOXES:
            raise UsageError(f"expected at most {MOST_BOXES} boxes at all times of a stretch, found {count}")
        regions, shape = RegionsInTime(drawn), drawn.policy.shape
        moments = [{"time": base.seconds(pts), "boxes": extents(regions.at(pts), shape).tolist()} for pts in times]
        return {"shape": shape, "step": base.seconds(step), "moments": moments}

    def track_picture(self, caller: Caller, plan: str, number: int) -> bytes:
        """What a track of a plan hides, as a JPEG. Raises UnknownError, MediaError, UsageError."""
        stored = self._plans.stored(plan)
        track = next((track for track in self._plans.draft(stored, None).tracks if track.number == number), None)
        if track is None:
            raise UsageError(f"expected the number of a track of the plan, found {number}")
        with self._videos.local(stored.video) as path:
            jpeg = self._pictures.track(path, _place(track))
        self._custody.note_hourly(caller, "view_original", stored.video)
        return jpeg

    def track_pictures(self, caller: Caller, plan: str, numbers: Sequence[int], side: int) -> bytes:
        """What tracks of a plan hide, as one JPEG: squares of ``side`` pixels side by side, as ``numbers`` has them.

        Where there is no such track any more, the square is empty. Raises UnknownError, MediaError.
        """
        stored = self._plans.stored(plan)
        known = {track.number: track for track in self._plans.draft(stored, None).tracks}
        places = [_place(known[number]) if number in known else None for number in numbers]
        with self._videos.local(stored.video) as path:
            jpeg = self._pictures.tracks(path, places, side)
        self._custody.note_hourly(caller, "view_original", stored.video)
        return jpeg

    def follow(self, plan: str, seconds: float, box: PixelBox) -> Document:
        """Where what ``box`` holds at a time goes, to both ends of its shot.

        Raises UnknownError, MediaError, UsageError.
        """
        with self._videos.local(self._plans.stored(plan).video) as path:
            return self._paths.do(_path_document, path, Fraction(seconds), box, self._models)


def _plan_within(document: PlanDocument, start: float, end: float) -> Plan:
    """The plan with those tracks alone that are there at some time of a stretch. Raises UsageError."""
    there = [track for track in document.tracks if track.boxes[0].time <= end and track.boxes[-1].time >= start]
    return document.model_copy(update={"tracks": there}).as_plan()


def _place(track: TrackDocument) -> TrackPlace:
    """Where a track is largest: there it is told best what it is."""
    point = max(track.boxes, key=lambda point: (point.box[2] - point.box[0]) * (point.box[3] - point.box[1]))
    return TrackPlace(track.number, Fraction(point.time), point.box)


def _path_document(path: Path, seconds: Fraction, box: PixelBox, models: CatalogModels) -> Document:
    base = look(path).info.time_base
    found = drawn_path(path, box, base.ticks(seconds), models)
    times = [base.seconds(at) for at in found.times.tolist()]
    return {
        "boxes": [
            {"time": time, "box": [round(side, 2) for side in sides]}
            for time, sides in zip(times, found.boxes.tolist(), strict=True)
        ],
        "start": times[0],
        "end": times[-1],
        "starts": found.starts,
        "ends": found.ends,
        "known": [base.seconds(at) for at in found.known],
    }
