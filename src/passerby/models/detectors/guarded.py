"""Detectors of other packages, kept to what they may say (law 2)."""

from collections.abc import Sequence

from passerby.errors import VocabularyError
from passerby.models.detectors.base import Detector
from passerby.models.entry import Entry
from passerby.records import Detections, Pixels


class GuardedDetector:
    """A detector from outside, which says what its entry says and nothing else."""

    def __init__(self, detector: Detector, entry: Entry) -> None:
        self._detector, self._entry = detector, entry

    @property
    def labels(self) -> tuple[str, ...]:
        return self._entry.labels

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        """As ``Detector.detect``. Raises VocabularyError for a label that is not among ``labels``."""
        found = self._detector.detect(images)
        for said in {label for each in found for label in each.labels}:
            if said not in self.labels:
                where = self._entry.plugin.where if self._entry.plugin else self._entry.name
                raise VocabularyError(f"{where}: expected one of its labels, {', '.join(self.labels)}; found {said!r}")
        return found
