"""Plans of copies, and the pictures to correct them by."""

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UnknownError, UsageError
from passerby.evidence.custody import Custody
from passerby.media.read.probe import look
from passerby.models.load import CatalogModels
from passerby.processes.decoder import Decoder
from passerby.processes.limits import Limits
from passerby.records import PixelBox
from passerby.redact.look.drawn_path import drawn_path
from passerby.redact.make.effects import extents
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import Plan, RegionsInTime, boxes_at, moments_between
from passerby.service.pictures import HiddenFrame, Pictures
from passerby.service.videos import Videos
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.plans import StoredPlan

FOLLOWING_SECONDS = 120.0  # for one path
STEP = Fraction(1, 50)  # seconds between the moments of which is told what is hidden
LONGEST = 30.0  # seconds, of a stretch of which that is told at once
MOST_BOXES = 100_000  # of all of its moments: hundreds at once, for the seconds that a page asks for


class Plans:
    """The plans of a library."""

    def __init__(
        self, settings: Settings, videos: Videos, pictures: Pictures, models: CatalogModels, custody: Custody
    ) -> None:
        self._library = settings.library
        self._custody = custody
        self._videos = videos
        self._pictures = pictures
        self._models = models
        self._paths = Decoder(replace(Limits.of(settings), stall_seconds=FOLLOWING_SECONDS))

    def close(self) -> None:
        self._paths.close()

    def get(self, caller: Caller, plan: str) -> Document:
        """A plan with what it is of. Raises UnknownError."""
        stored = self.stored(plan)
        self._custody.note_hourly(caller, "view_plan", stored.video)
        return _document(stored)

    def of(self, video: str) -> list[Document]:
        """The plans of a video, newest first, without what is in them."""
        with open_store(self._library, create=False) as store:
            found = store.plans.of(video)
        return [_summary(plan) for plan in found]

    def change(self, caller: Caller, plan: str, document: Mapping[str, Any], version: int) -> Document:
        """Put another document in the place of a version of a plan.

        Raises UnknownError, UsageError for no plan, one of another video, and for a version that is not the newest.
        """
        parsed = _draft(self.stored(plan), document)
        with open_store(self._library, create=False) as store:
            store.plans.change(plan, plan_file.dump(parsed), version)
        changed = self.stored(plan)
        self._custody.note(caller, "change_plan", changed.video, plan=plan, version=changed.version)
        return _document(changed)

    def remove(self, caller: Caller, plan: str) -> None:
        """Throw a plan away. Raises UnknownError."""
        video = self.stored(plan).video
        with open_store(self._library, create=False) as store:
            store.plans.remove(plan)
        self._custody.note(caller, "remove_plan", video, plan=plan)

    def hidden_frame(
        self, caller: Caller, plan: str, seconds: float, long_side: int, draft: Mapping[str, Any] | None = None
    ) -> HiddenFrame:
        """That frame as the copy of a plan shows it, or that of a draft to take its place.

        Raises UnknownError, MediaError, UsageError for no draft of it.
        """
        stored = self.stored(plan)
        text = stored.text if draft is None else plan_file.dump(_draft(stored, draft))
        with self._videos.local(stored.video) as path:
            frame = self._pictures.hidden_frame(path, Fraction(seconds), text, long_side)
        self._custody.note_hourly(caller, "view_plan", stored.video)
        return frame

    def regions(self, plan: str, start: float, end: float, draft: Mapping[str, Any] | None = None) -> Document:
        """What a plan, or a draft to take its place, hides from one time up to another, every ``STEP`` seconds.

        Raises UnknownError, UsageError for no draft of it, and for a stretch of more than ``LONGEST`` seconds or
        ``MOST_BOXES`` boxes.
        """
        if not 0 <= end - start <= LONGEST:
            raise UsageError(f"expected a stretch of at most {LONGEST:g} seconds, found {start:g} to {end:g}")
        drawn = _draft(self.stored(plan), draft)
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
        stored = self.stored(plan)
        with self._videos.local(stored.video) as path:
            jpeg = self._pictures.track(path, stored.text, number)
        self._custody.note_hourly(caller, "view_original", stored.video)
        return jpeg

    def follow(self, plan: str, seconds: float, box: PixelBox) -> Document:
        """Where what ``box`` holds at a time goes, to both ends of its shot.

        Raises UnknownError, MediaError, UsageError.
        """
        with self._videos.local(self.stored(plan).video) as path:
            return self._paths.do(_path_document, path, Fraction(seconds), box, self._models)

    def stored(self, plan: str) -> StoredPlan:
        """A plan as the library keeps it. Raises UnknownError."""
        with open_store(self._library, create=False) as store:
            found = store.plans.get(plan)
        if found is None:
            raise UnknownError(f"there is no plan {plan} (any more)")
        return found


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


def _draft(stored: StoredPlan, document: Mapping[str, Any] | None) -> Plan:
    """The plan that a document says is to take the place of one; the one that is there, for None. Raises UsageError."""
    kept = plan_file.parse(stored.text, "the plan")
    if document is None:
        return kept
    parsed = plan_file.parse(json.dumps(document), "the plan")
    if parsed.original != kept.original:
        raise UsageError("the plan: expected one of the same original")
    return parsed


def _summary(plan: StoredPlan) -> Document:
    return {"id": plan.id, "video": plan.video, "version": plan.version, "changed": plan.changed}


def _document(plan: StoredPlan) -> Document:
    return _summary(plan) | {"plan": json.loads(plan.text)}
