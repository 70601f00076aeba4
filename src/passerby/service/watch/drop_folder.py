"""A folder into which files are dropped: each that is whole is added where it lies, once.

A file is whole when it has not changed for a while. One that was moved in was last written to long ago, and counts as
whole at once. What was handed over is kept as hashes of name, size and time, so that neither a restart nor the
forgetting of a video has a file added again; of a file that is gone from the folder nothing is kept.
"""

import os
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import watchfiles

from passerby.callers import WATCH
from passerby.errors import UsageError
from passerby.files import private
from passerby.files.discover import ENDINGS
from passerby.object_storage.address import location
from passerby.service.jobs.add import AddJob
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.streams import SourceState
from passerby.streams.live_folder import live_folder
from passerby.streams.watch_source import WatchSource

LOOK_EVERY = 60.0  # seconds, where nothing tells of changes: not all file systems do
_STEP_MS = 500


class DropFolder:
    """One such folder. ``take`` is called every now and then; a thread hears of changes meanwhile."""

    def __init__(self, source: WatchSource, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._source, self._settings, self._clock = source, settings, clock
        self._path = Path(source.address)
        self._kept = live_folder(settings.library) / f"{source.name}.taken"
        self._state = SourceState(source.name, 0.0, "connecting")
        self._changed, self._ending = threading.Event(), threading.Event()
        self._changed.set()
        self._looked = 0.0
        self._waits = False  # whether a file is there that is not whole yet
        self._unread = ""  # which folder within it cannot be read, and why
        self._sizes: dict[Path, tuple[int, int, float]] = {}  # of files that are not whole: since when they are so
        self._listener: threading.Thread | None = None

    def take(self) -> SourceState:
        """Hand over what is whole. Raises StoreError."""
        if not self._path.is_dir():
            self._state = replace(self._state, status="lost", wall=self._clock(), message="the folder is not there")
            self._changed.set()
            return self._state
        self._listen()
        now = self._clock()
        if self._changed.is_set() or self._waits or now - self._looked >= LOOK_EVERY:
            self._changed.clear()
            self._looked = now
            self._hand_over(now)
        self._state = replace(self._state, status="watching", wall=now, message=self._unread)
        return self._state

    def close(self) -> None:
        self._ending.set()

    def _hand_over(self, now: float) -> None:
        taken = self._taken()
        here = {self._token(path, told): path for path, told in self._files()}
        whole = {token: path for token, path in here.items() if token not in taken and self._is_whole(path, now)}
        self._waits = len(whole) + len(taken & here.keys()) < len(here)
        for path in self._sizes.keys() - set(here.values()):
            del self._sizes[path]
        for token, path in whole.items():
            self._put(token, path)
        # An empty folder may be one at which no disk is mounted just now, with all that was taken from it.
        is_whole_truth = bool(here) and not self._unread
        if whole or (is_whole_truth and taken - here.keys()):
            self._keep((taken & here.keys() if is_whole_truth else taken) | whole.keys())

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Files that may be videos. A link is none: it leads to what nobody has dropped here."""
        self._unread = ""
        for folder, folders, names in os.walk(self._path, onerror=self._cannot_read):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                if path.suffix.lower() in ENDINGS and not name.startswith("."):
                    with suppress(OSError):  # it is gone again
                        told = path.lstat()
                        if stat.S_ISREG(told.st_mode):
                            yield path, told

    def _cannot_read(self, error: OSError) -> None:
        self._unread = f"{error.filename}: cannot be read ({error.strerror}); what is in it is not taken"

    def _is_whole(self, path: Path, now: float) -> bool:
        try:
            told = path.lstat()
        except OSError:
            return False
        size, written, since = self._sizes.get(path, (-1, -1, now))
        if (size, written) != (told.st_size, told.st_mtime_ns):
            since = now
        self._sizes[path] = told.st_size, told.st_mtime_ns, since
        quiet = now - (told.st_mtime if size < 0 else min(since, now))
        is_whole = told.st_size > 0 and quiet >= self._source.settle_seconds
        if is_whole:
            del self._sizes[path]
        return is_whole

    def _put(self, token: str, path: Path) -> None:
        with open_store(self._settings.library, create=False) as store:
            if store.jobs.keyed(WATCH.name, token) is None:
                asked = AddJob(location(str(path.absolute())), source=self._source.name)
                store.jobs.put(asked.kind, asked.to_json(), caller=WATCH.name, key=token)

    def _token(self, path: Path, told: os.stat_result) -> str:
        return sha256(f"{path}\0{told.st_size}\0{told.st_mtime_ns}".encode("utf-8", "surrogateescape")).hexdigest()

    def _taken(self) -> set[str]:
        try:
            return set(self._kept.read_text("ascii").split())
        except FileNotFoundError:
            return set()

    def _keep(self, tokens: set[str]) -> None:
        self._kept.parent.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
        private.write_text(self._kept, "\n".join(sorted(tokens)))

    def _listen(self) -> None:
        if self._listener is None or not self._listener.is_alive():
            self._listener = threading.Thread(target=self._hear, name="folder", daemon=True)
            self._listener.start()

    def _hear(self) -> None:
        try:
            for _ in watchfiles.watch(
                self._path, stop_event=self._ending, step=_STEP_MS, raise_interrupt=False, recursive=True
            ):
                self._changed.set()
        except (OSError, RuntimeError):  # no place for another watch, or the folder went: looking every minute is left
            return


def require_folder(source: WatchSource) -> None:
    """Raises UsageError for a folder that is not there when somebody asks for it to be watched."""
    if source.kind == "folder" and not Path(source.address).is_dir():
        raise UsageError(f"{source.address}: expected a folder into which files are dropped; there is none")
