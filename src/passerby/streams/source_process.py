"""The process of one source: a thread reads, and the rest of it hides, records and tells."""

import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, Full, Queue

import cv2

from passerby.errors import PasserbyError
from passerby.files import private
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.settings import Settings
from passerby.streams.budget import Budget
from passerby.streams.incoming import LiveFrame, StreamNotice
from passerby.streams.live_folder import original_folder, preview_path, segment_folder
from passerby.streams.live_hiding import LiveHider
from passerby.streams.original_recorder import OriginalRecorder
from passerby.streams.previews import PreviewWriter
from passerby.streams.segment_recorder import SegmentRecorder
from passerby.streams.source_watch import SourceWatch
from passerby.streams.stream_reader import LIVE_SOURCES, read_stream
from passerby.streams.watch_source import WatchSource

# Frames that wait: what is more than that is dropped, so that neither memory nor delay grow.
MOST_WAITING = 32
IDLE_SECONDS = 0.5
# For what comes in pieces the first picture of one is that late, and the network's delays come on top of it.
PIECE_SECONDS = 15.0

Arrived = tuple[float, LiveFrame | StreamNotice]  # on the clock that never goes back, when it came


class _Reading:
    """Reads in a thread, so that a source never waits for what is done with its frames."""

    def __init__(self, source: WatchSource, stop: threading.Event, original: OriginalRecorder | None) -> None:
        self.arrived: Queue[Arrived] = Queue(MOST_WAITING)
        self.dropped = 0
        self.has_ended = threading.Event()
        self._source, self._stop, self._original = source, stop, original
        threading.Thread(target=self._read, name="reader", daemon=True).start()

    def _read(self) -> None:
        try:
            taker = None if self._original is None else self._original.take
            for item in read_stream(self._source, self._stop, taker):
                if self._original is not None and isinstance(item, StreamNotice):
                    self._original.hear(item)
                self._put(item)
        except PasserbyError as error:
            self._put(StreamNotice("refused", time.time(), str(error)))
        finally:
            if self._original is not None:
                self._original.finish()
            self.has_ended.set()

    def _put(self, item: LiveFrame | StreamNotice) -> None:
        # What does not wait for us is dropped; what comes in pieces, or lies in a file, comes faster than it was taken.
        if isinstance(item, StreamNotice) or self._source.kind not in LIVE_SOURCES:
            self.arrived.put((time.monotonic(), item))
            return
        try:
            self.arrived.put_nowait((time.monotonic(), item))
        except Full:
            self.dropped += 1


def watch_source(source: WatchSource, settings: Settings, models_dir: Path, connection: Connection) -> None:
    """The main function of the process. Sends WatchReports; ends, in order, after it was sent anything."""
    cv2.setNumThreads(1)
    stop = threading.Event()
    threading.Thread(target=_hear_the_end, args=(connection, stop), name="end", daemon=True).start()
    folder = (original_folder if source.keep_original else segment_folder)(settings.library, source.name)
    folder.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
    original = OriginalRecorder(folder, source.name, source.segment_seconds) if source.keep_original else None
    models = CatalogModels(models_dir, RuntimeOptions(settings.provider, threads=1), settings).settled()
    watch = SourceWatch(
        source,
        LiveHider(source.hide, models, Budget(source.cores)),
        SegmentRecorder(folder, source.name, source.segment_seconds) if original is None else None,
        PreviewWriter(preview_path(settings.library, source.name)),
        connection.send,
    )
    reading = _Reading(source, stop, original)
    while not (reading.has_ended.is_set() and reading.arrived.empty()):
        try:
            came, item = reading.arrived.get(timeout=IDLE_SECONDS)
        except Empty:
            _note_recorded(watch, original)
            watch.idle()
            continue
        watch.crowded_out(reading.dropped)
        _note_recorded(watch, original)
        watch.take(item, lag_of(source, item, came))
    _note_recorded(watch, original)
    watch.end()


def lag_of(source: WatchSource, item: LiveFrame | StreamNotice, came: float) -> float:
    """For how many seconds something waits that should not: looking does not keep up then.

    What lies in a file waits as long as it has to; its pictures are looked at whenever that is.
    """
    if isinstance(item, StreamNotice) or source.kind == "file":
        return 0.0
    if source.kind in LIVE_SOURCES:
        return time.monotonic() - came
    return max(time.time() - item.wall - PIECE_SECONDS, 0.0)


def _note_recorded(watch: SourceWatch, original: OriginalRecorder | None) -> None:
    if original is not None:
        watch.recorded(original.ended(), original.problem)


def _hear_the_end(connection: Connection, stop: threading.Event) -> None:
    with suppress(EOFError, OSError):  # whoever started it is gone: `Child` ends it
        connection.recv()
    stop.set()
