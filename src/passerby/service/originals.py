"""Originals as files of this machine. Copies of objects are kept for a while: who looks at one frame looks at more."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from passerby.errors import UnknownVideoError
from passerby.files.publish import called
from passerby.files.spool import Spool
from passerby.object_storage.address import Location, ObjectAddress, location
from passerby.settings import Settings
from passerby.store.library import Address, open_store

KEPT_SECONDS = 60.0  # after the last use


def original_of(library: Address, video: str) -> Location:
    """Where the file of a video of the library at this address is. Raises UnknownVideoError."""
    with open_store(library, create=False) as store:
        found = store.videos.get(video)
    if found is None:
        raise UnknownVideoError(f"no video of the library has the id {video[:12]}")
    return location(found.path)


@dataclass(slots=True)
class _Fetched:
    """A copy of an object, which is there once ``path`` is."""

    users: int = 0
    path: Path | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)  # while it is fetched, or removed
    held: ExitStack = field(default_factory=ExitStack)
    end: threading.Timer | None = None


class Originals:
    """The originals of a library, for a server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fetched: dict[str, _Fetched] = {}
        self._lock = threading.Lock()

    @contextmanager
    def local(self, video: str) -> Iterator[Path]:
        """The file of a video, or a copy of its object. Raises UnknownVideoError, UnreadableError."""
        place = original_of(self._settings.library, video)
        if isinstance(place, Path):
            yield place
            return
        fetched = self._begin_use(video)
        try:
            path = self._path(fetched, place, video)
            with called(path, place):
                yield path
        finally:
            self._end_use(video, fetched)

    def drop(self, video: str) -> None:
        """Remove the copy of a video, that nobody may see any more."""
        with self._lock:
            fetched = self._fetched.pop(video, None)
        if fetched is not None:
            with fetched.lock:
                fetched.held.close()

    def close(self) -> None:
        for video in list(self._fetched):
            self.drop(video)

    def _begin_use(self, video: str) -> _Fetched:
        with self._lock:
            idle = [other for other, fetched in self._fetched.items() if other != video and not fetched.users]
            fetched = self._fetched.setdefault(video, _Fetched())
            fetched.users += 1
            if fetched.end is not None:
                fetched.end.cancel()
        for other in idle:  # what is looked at now needs the room
            self.drop(other)
        return fetched

    def _path(self, fetched: _Fetched, place: ObjectAddress, video: str) -> Path:
        with fetched.lock:
            if fetched.path is None:
                spool = Spool.of(self._settings)
                fetched.path = fetched.held.enter_context(spool.fetched(place, expected_id=video)).path
            return fetched.path

    def _end_use(self, video: str, fetched: _Fetched) -> None:
        with self._lock:
            fetched.users -= 1
            if not fetched.users:
                fetched.end = threading.Timer(KEPT_SECONDS, self._drop_idle, (video, fetched))
                fetched.end.daemon = True
                fetched.end.start()

    def _drop_idle(self, video: str, fetched: _Fetched) -> None:
        with self._lock:
            is_idle = self._fetched.get(video) is fetched and not fetched.users
        if is_idle:
            self.drop(video)
