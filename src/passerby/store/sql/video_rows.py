"""The rows of videos, and of the paths under which their contents were found."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from passerby.errors import ForgottenError
from passerby.object_storage.address import SCHEME
from passerby.records import RecordingDate, StoredVideo, VideoStatus
from passerby.store.sql import words
from passerby.store.sql.base import Row, SqlDatabase, SqlTables
from passerby.store.sql.declined import require_wanted
from passerby.store.sql.file_names import unpack_file_name
from passerby.times import TimeBase

_COLUMNS = (
    "id, name, path, size_bytes, width, height, tick_numerator, tick_denominator, frames, duration, status, note, "
    "recorded, recorded_source, recorded_told, recorded_zone, recorded_zone_source"
)


def begin(tables: SqlTables, video: StoredVideo, job: str, state: str, *, moved: bool) -> None:
    """Take the video in, or note a further path of one that is here. See Sink.begin_video."""
    db = tables.db
    with db.alone("paths", f"video {video.id}"):
        known = find(db, video.id)
        if known is None:
            require_wanted(db, video.id, job)
            db.rows(f"INSERT INTO videos ({_COLUMNS}) VALUES ({', '.join('?' * 17)})", _values(db, video))
        number = number_of(db, video.id)
        if known is not None:
            _renew(db, number, known, video, moved=moved)
        path = db.file_name(video.path)
        owner = db.value("SELECT video FROM paths WHERE path = ?", [path])
        db.rows(
            "INSERT INTO paths (path, name, video, state) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (path) DO UPDATE SET name = excluded.name, video = excluded.video, state = excluded.state",
            [path, db.file_name(video.name), number, state],
        )
        renamed = {number, number if owner is None else owner}  # the file may have had another content before
        with alone_with(db, renamed):
            for each in renamed:
                words.refresh(tables, each)


def known_at(db: SqlDatabase, path: str, state: str) -> str | None:
    """See Sink.known_at."""
    found: str | None = db.value(
        "SELECT videos.id FROM paths JOIN videos ON videos.number = paths.video WHERE paths.path = ? AND state = ?",
        [db.file_name(path), state],
    )
    return found


def _renew(db: SqlDatabase, number: int, known: StoredVideo, video: StoredVideo, *, moved: bool) -> None:
    is_there = not moved if known.path.startswith(SCHEME) else os.path.exists(known.path)
    if not is_there:  # moved or renamed: the first path is good for nothing any more
        db.rows(
            "UPDATE videos SET name = ?, path = ? WHERE number = ?",
            [db.file_name(video.name), db.file_name(video.path), number],
        )
    if _picture(known) != _picture(video):
        # The file is read in another way than before: what was measured on it is in the wrong units.
        db.rows("DELETE FROM results WHERE video = ?", [number])
        db.rows(
            "UPDATE videos SET width = ?, height = ?, tick_numerator = ?, tick_denominator = ?, frames = ?, "
            "duration = ?, status = ?, note = ? WHERE number = ?",
            [*_values(db, video)[4:12], number],
        )
    date = _surer(known.recorded, video.recorded)
    db.rows(
        "UPDATE videos SET recorded = ?, recorded_source = ?, recorded_told = ?, recorded_zone = ?, "
        "recorded_zone_source = ? WHERE number = ?",
        [*_dated(date), number],
    )


def _surer(one: RecordingDate | None, other: RecordingDate | None) -> RecordingDate | None:
    """The container's word; of two files with the same content, the older: a copy is younger than what it is of."""
    dates = [date for date in (other, one) if date is not None]  # the later tells more than an older Passerby kept
    return min(dates, key=lambda date: (date.source == "file", date.unix_seconds), default=None)


def _dated(date: RecordingDate | None) -> tuple[object, ...]:
    if date is None:
        return (None, None, "", "", "")
    return (date.unix_seconds, date.source, date.as_written, date.zone, date.zone_source)


def _picture(video: StoredVideo) -> tuple[int, int, TimeBase]:
    return video.width, video.height, video.time_base


def _values(db: SqlDatabase, video: StoredVideo) -> list[object]:
    tick = video.time_base.tick
    names = [video.id, db.file_name(video.name), db.file_name(video.path)]
    numbers = [video.size_bytes, video.width, video.height, tick.numerator, tick.denominator]
    ending = [video.frames, video.duration, video.status, video.note]
    return [*names, *numbers, *ending, *_dated(video.recorded)]


def end(db: SqlDatabase, video_id: str, frames: int, duration: int, status: VideoStatus, note: str) -> None:
    """Keep how the work on the video ended. Raises ForgottenError if it is gone."""
    with db.alone(f"video {video_id}"):
        number = number_of(db, video_id)
        db.rows(
            "UPDATE videos SET frames = ?, duration = ?, status = ?, note = ? WHERE number = ?",
            [frames, duration, status, note, number],
        )


def all_videos(db: SqlDatabase) -> list[StoredVideo]:
    return [_video(row) for row in db.rows(f"SELECT {_COLUMNS} FROM videos ORDER BY number")]


def find(db: SqlDatabase, video_id: str) -> StoredVideo | None:
    row = db.row(f"SELECT {_COLUMNS} FROM videos WHERE id = ?", [video_id])
    return None if row is None else _video(row)


def with_ids(db: SqlDatabase, video_ids: Iterable[str]) -> list[StoredVideo]:
    chosen, ids = db.among(video_ids)
    return [_video(row) for row in db.rows(f"SELECT {_COLUMNS} FROM videos WHERE id {chosen}", [ids])]


def number_of(db: SqlDatabase, video_id: str) -> int:
    """The number that stands for the video in the tables. Raises ForgottenError if it is not there."""
    number = db.value("SELECT number FROM videos WHERE id = ?", [video_id])
    if number is None:
        raise ForgottenError(f"video {video_id[:12]} is not in the library (any more)")
    return int(number)


@contextmanager
def alone_with(db: SqlDatabase, numbers: Iterable[int]) -> Iterator[None]:
    """A transaction, alone with the videos that have these numbers."""
    chosen, values = db.among(numbers)
    ids = [video_id for (video_id,) in db.rows(f"SELECT id FROM videos WHERE number {chosen}", [values])]
    with db.alone(*(f"video {video_id}" for video_id in ids)):
        yield


def _video(row: Row) -> StoredVideo:
    video_id, name, path, size, width, height, numerator, denominator, *rest = row
    frames, duration, status, note, recorded, *date_told = rest
    time_base = TimeBase(Fraction(numerator, denominator))
    names = unpack_file_name(name), unpack_file_name(path)
    date = None if recorded is None else RecordingDate(recorded, *date_told)
    return StoredVideo(video_id, *names, size, width, height, time_base, frames, duration, status, note, date)


def numbered(db: SqlDatabase, numbers: Sequence[int]) -> list[StoredVideo]:
    """Those of the videos with these numbers that are here."""
    return [
        _video(row)
        for number in numbers
        for row in db.rows(f"SELECT {_COLUMNS} FROM videos WHERE number = ?", [number])
    ]
