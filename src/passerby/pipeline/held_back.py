"""Videos that have cost their workers as often as they may: they are not worked on again before somebody says so."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from passerby.errors import QuarantinedError, StoreError, UnreadableError
from passerby.files.content import FileState, Source
from passerby.pipeline.keys import stage_keys
from passerby.pipeline.outcome import Outcome
from passerby.stages.base import Stage
from passerby.store.library import Address, open_store
from passerby.store.quarantine import Quarantined


class Quarantine:
    """The quarantine of a library, for a run of these stages."""

    def __init__(
        self, library: Address, stages: Sequence[Stage], weights_hash: Callable[[str], str], *, retry: bool
    ) -> None:
        """With ``retry`` nothing is held back."""
        self._library = library
        self._stages = stages
        self._weights_hash = weights_hash
        self._retry = retry
        self._held_back: list[Outcome] = []
        with open_store(library, create=False) as store:
            self._entries = store.quarantine.all()

    def admitted(self, files: Iterable[Path]) -> Iterator[Path]:
        """The files that may be worked on; of the others there are outcomes."""
        for path in files:
            entry = None if self._retry else self._entry_of(path)
            if entry is None:
                yield path
            else:
                self._held_back.append(_held_back(path, entry))

    def held_back(self) -> Iterator[Outcome]:
        """The outcomes of files that were not admitted since this was last asked."""
        while self._held_back:
            yield self._held_back.pop(0)

    def noted(self, outcome: Outcome) -> Outcome:
        """The outcome, after what follows from it: who was lost goes into quarantine, who is done leaves it."""
        if outcome.lost:
            return self._take_in(outcome)
        if outcome.video_id and any(entry.video == outcome.video_id for entry in self._entries):
            self._entries = [entry for entry in self._entries if entry.video != outcome.video_id]
            with open_store(self._library, create=False) as store:
                store.quarantine.release(outcome.video_id)
        return outcome

    def _take_in(self, outcome: Outcome) -> Outcome:
        try:
            source = Source.read(outcome.path, lambda _: None)
            size = FileState.of(outcome.path).size_bytes
            unit = self._unit(source.video_id)
            entry = Quarantined(source.video_id, unit, outcome.path, size, outcome.reason, outcome.lost, time.time())
            with open_store(self._library, create=False) as store:
                store.quarantine.put(entry)
        except (UnreadableError, StoreError):  # it is told as it is, and will be tried again
            return outcome
        self._entries.append(entry)
        return replace(outcome, message=f"{outcome.message}; it is in quarantine: {_HOW}")

    def _entry_of(self, path: Path) -> Quarantined | None:
        """The entry of a file; only one of the size of such a file is read to see whether it is it."""
        try:
            size = FileState.of(path).size_bytes
            alike = [entry for entry in self._entries if entry.size_bytes == size]
            if not alike:
                return None
            video = Source.read(path, lambda _: None).video_id
        except UnreadableError:  # its worker will say so
            return None
        unit = self._unit(video)
        return next((entry for entry in alike if (entry.video, entry.unit) == (video, unit)), None)

    def _unit(self, video: str) -> str:
        keys = stage_keys(self._stages, video, self._weights_hash)
        return hashlib.sha256(json.dumps(keys, sort_keys=True).encode()).hexdigest()


_HOW = "`passerby add --retry` tries it again"


def _held_back(path: Path, entry: Quarantined) -> Outcome:
    day = time.strftime("%Y-%m-%d", time.gmtime(entry.since))
    message = f"{path}: is in quarantine since {day}: its worker {entry.reason}, {entry.failures} times; {_HOW}"
    return Outcome(path, "failed", message, error=QuarantinedError.__name__)
