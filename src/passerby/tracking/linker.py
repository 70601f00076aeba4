"""Links boxes of successive samples to tracks, with ByteTrack from the ``trackers`` library.

ByteTrack (Zhang et al., ECCV 2022) knows boxes and scores only; nothing here looks at what is in a box.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from passerby.geometry import grow
from passerby.records import Detections, Floats, Track

# Samples lie half a second apart, in which a walker moves by half of their width and a car by all of its
# length: boxes are widened for the comparison, as in C-BIoU (Yang et al., WACV 2023).
BUFFER = 0.4
LEAST_OVERLAP = 0.1  # IoU of the widened boxes from which one may continue a track
# The library counts a track's patience in frames at 30 a second.
LIBRARY_RATE = 30


class Linker:
    """Gives every box of a run of samples the number of its track; ``cut`` ends all tracks.

    ``start_score`` is what a box needs to begin a track; a box below it is kept only when a track that has
    begun explains it. ``patience`` is for how many samples a track may be out of sight.
    """

    def __init__(self, *, start_score: float, patience: int) -> None:
        self._start_score = start_score
        self._patience = patience
        self._count = 0
        self.cut()

    def cut(self) -> None:
        """End all tracks: what comes next has nothing to do with what was before."""
        self._tracker: Any = None
        # The library counts tracks in a class variable, over all videos of a process: ours count from nought.
        self._numbers: dict[int, int] = {}

    def _begun(self) -> Any:
        """The library's tracker. It brings SciPy: who only names stages, or starts decoding, need not wait for it."""
        from trackers import ByteTrackTracker

        return ByteTrackTracker(
            lost_track_buffer=self._patience,
            frame_rate=LIBRARY_RATE,
            track_activation_threshold=self._start_score,
            high_conf_det_threshold=self._start_score,
            minimum_consecutive_frames=1,
            minimum_iou_threshold=LEAST_OVERLAP,
        )

    def push(self, detections: Detections) -> NDArray[np.int64]:
        """The track numbers (n,) of the next sample's boxes; -1 where a weak box belongs to no track."""
        if self._tracker is None:
            if not len(detections):
                return np.empty(0, np.int64)  # as the library answers, which has not to be imported for it
            self._tracker = self._begun()
        import supervision

        numbers = np.full(len(detections), -1, np.int64)
        widths, heights = (detections.boxes[:, 2:] - detections.boxes[:, :2]).T
        wide = grow(detections.boxes, BUFFER * widths, BUFFER * heights)
        found = self._tracker.update(
            supervision.Detections(xyxy=wide, confidence=detections.scores, data={"row": np.arange(len(detections))})
        )
        self._name_new_tracks()
        for row, box, number in zip(found.data.get("row", ()), found.xyxy, found.tracker_id, strict=True):
            numbers[row] = self._number(int(number) if number >= 0 else self._track_at(box))
        return numbers

    def _name_new_tracks(self) -> None:
        """The library names a track when it is seen a second time; here one sighting is enough."""
        for track in self._tracker.tracks:
            if track.tracker_id == -1:
                track.tracker_id = type(track).get_next_tracker_id()

    def _track_at(self, box: Floats) -> int:
        """The name of the track that this very box has begun, or -1."""
        for track in self._tracker.tracks:
            if track.time_since_update == 0 and np.allclose(track.get_state_bbox(), box, atol=0.01):
                return int(track.tracker_id)
        return -1

    def _number(self, name: int) -> int:
        if name == -1:
            return -1
        if name not in self._numbers:
            self._numbers[name] = self._count
            self._count += 1
        return self._numbers[name]


class TrackBuilder:
    """Collects linked boxes into tracks; a track's label is the one with the greatest sum of scores."""

    def __init__(self, *, start_score: float, patience: int) -> None:
        self._linker = Linker(start_score=start_score, patience=patience)
        self._rows: dict[int, list[tuple[int, str, float, Floats]]] = {}

    def cut(self) -> None:
        self._linker.cut()

    def push(self, pts: int, detections: Detections) -> None:
        numbers = self._linker.push(detections).tolist()
        for number, (label, score, box) in zip(numbers, detections, strict=True):
            if number >= 0:
                self._rows.setdefault(number, []).append((pts, label, score, box))

    def tracks(self) -> list[Track]:
        """All tracks so far, by when they begin."""
        built = [self._build(rows) for rows in self._rows.values()]
        return sorted(built, key=lambda track: (int(track.times[0]), track.label))

    @staticmethod
    def _build(rows: list[tuple[int, str, float, Floats]]) -> Track:
        sums: dict[str, float] = {}
        for _, label, score, _ in rows:
            sums[label] = sums.get(label, 0.0) + score
        return Track(
            label=max(sorted(sums), key=sums.__getitem__),
            times=np.array([row[0] for row in rows], np.int64),
            boxes=np.stack([row[3] for row in rows]),
            scores=np.array([row[2] for row in rows], np.float32),
        )
