"""Videos that have cost their workers as often as they may: they are not worked on again before somebody says so."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from passerby.errors import QuarantinedError, StoreError, UnreadableError
from passerby.files.content import FileState, Source
from passerby.files.discover import FoundFile
from passerby.object_storage.address import Location
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
        self._objects: dict[Location, str] = {}  # the states of those that were admitted
        with open_store(library, create=False) as store:
            self._entries = store.quarantine.all()

    def admitted(self, files: Iterable[FoundFile]) -> Iterator[FoundFile]:
        """The files that may be worked on; of the others there are outcomes."""
        for file in files:
            if file.state:
                self._objects[file.location] = file.state
            entry = None if self._retry else self._entry_of(file.absolute)
            if entry is None:
                yield file
            else:
                self._held_back.append(_held_back(file.location, entry))

    def held_back(self) -> Iterator[Outcome]:
        """The outcomes of files that were not admitted since this was last asked."""
        while self._held_back:
            yield self._held_back.pop(0)

    def noted(self, outcome: Outcome) -> Outcome:
        """The outcome, after what follows from it: who was lost goes into quarantine, who is done leaves it."""
        if outcome.lost:
            return self._take_in(outcome)
        names = {outcome.video_id, self._object_name(outcome.path)} - {""} if outcome.video_id else set()
        for video in names & {entry.video for entry in self._entries}:
            self._entries = [entry for entry in self._entries if entry.video != video]
            with open_store(self._library, create=False) as store:
                store.quarantine.release(video)
        return outcome

    def _take_in(self, outcome: Outcome) -> Outcome:
        try:
            video, size = self._name(outcome.path), self._size(outcome.path)
            unit = self._unit(video)
            entry = Quarantined(video, unit, outcome.path, size, outcome.reason, outcome.lost, time.time())
            with open_store(self._library, create=False) as store:
                store.quarantine.put(entry)
        except (UnreadableError, StoreError):  # it is told as it is, and will be tried again
            return outcome
        self._entries.append(entry)
        return replace(outcome, message=f"{outcome.message}; it is in quarantine: {_HOW}")

    def _entry_of(self, place: Location) -> Quarantined | None:
        """The entry of a file; only one of the size of such a file is read to see whether it is it."""
        try:
            size = self._size(place)
            alike = [entry for entry in self._entries if entry.size_bytes == size]
            if not alike:
                return None
            video = self._name(place)
        except UnreadableError:  # its worker will say so
            return None
        unit = self._unit(video)
        return next((entry for entry in alike if (entry.video, entry.unit) == (video, unit)), None)

    def _name(self, place: Location) -> str:
        """By which an entry is found again: the id of a file's video; of an object, that of what is known unread."""
        if isinstance(place, Path):
            return Source.read(place, lambda _: None).video_id
        return self._object_name(place)

    def _object_name(self, place: Location) -> str:
        state = self._objects.get(place)
        return "" if state is None else hashlib.sha256(f"{place} {state}".encode()).hexdigest()

    def _size(self, place: Location) -> int:
        if isinstance(place, Path):
            return FileState.of(place).size_bytes
        return int(self._objects[place].partition(" ")[0])

    def _unit(self, video: str) -> str:
        keys = stage_keys(self._stages, video, self._weights_hash)
        return hashlib.sha256(json.dumps(keys, sort_keys=True).encode()).hexdigest()


_HOW = "`passerby add --retry` tries it again"


def _held_back(path: Location, entry: Quarantined) -> Outcome:
    day = time.strftime("%Y-%m-%d", time.gmtime(entry.since))
    message = f"{path}: is in quarantine since {day}: its worker {entry.reason}, {entry.failures} times; {_HOW}"
    return Outcome(path, "failed", message, error=QuarantinedError.__name__)
