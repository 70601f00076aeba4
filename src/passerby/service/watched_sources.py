"""The sources that are watched: which there are, how they are, what was recorded of them, and what they show now.

A server adds and changes them; what watches (``passerby watch``) takes up what it finds. No password is kept or told.
"""

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UnknownError, UnreadableError, UsageError
from passerby.evidence.custody import Custody
from passerby.processes.decoder import Decoder
from passerby.processes.limits import Limits
from passerby.service.jobs.add import AddJob
from passerby.service.restreams import Restreams
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.streams import SourceState, StoredSegment
from passerby.streams.live_folder import preview_path
from passerby.streams.restream import Restream
from passerby.streams.rules import parse_rules
from passerby.streams.source_document import parse_source, source_document
from passerby.streams.trial import SECONDS, Trial, try_source
from passerby.streams.watch_source import WatchSource, check_source_name
from passerby.streams.zones import parse_zones

SILENT_SECONDS = 10.0  # without a word, after which nobody watches a source
MOST_SOURCES = 500
UNWATCHED = "unwatched"
_DEVICE = re.compile(r"/dev/video\d{1,3}")
# Which variables of the server's a login may be read from: others hold what no camera is to be sent.
_OWN_LOGIN = re.compile(r"env:CAMERA_LOGIN_\w+")


class Sources:
    """The sources of a library."""

    def __init__(self, settings: Settings, custody: Custody) -> None:
        self._settings = settings
        self._library = settings.library
        self._custody = custody
        self._restreams = Restreams(settings.library)
        self._trials = Decoder(replace(Limits.of(settings), stall_seconds=2 * SECONDS))

    def rest(self) -> None:
        """Let go of what nobody watches any more."""
        self._restreams.rest()

    def close(self) -> None:
        self._restreams.close()
        self._trials.close()

    def all(self, caller: Caller) -> list[Document]:
        """Each as its description, with how it is now; where it comes from is told to admins alone."""
        with open_store(self._library, create=False) as store:
            stored = store.streams.sources()
            states = {state.source: state for state in store.streams.states()}
        return [
            _shown(caller, _parsed(each.description), states.get(each.name))
            | {"created": each.created, "pictured": self._pictured(each.name)}
            for each in stored
        ]

    def get(self, caller: Caller, name: str) -> Document:
        """Raises UnknownError."""
        found = next((source for source in self.all(caller) if source["name"] == name), None)
        if found is None:
            raise UnknownError(f"no source is called {name}")
        return found

    def has(self, name: str) -> bool:
        with open_store(self._library, create=False) as store:
            return any(source.name == name for source in store.streams.sources())

    def add(self, caller: Caller, document: Mapping[str, object]) -> Document:
        """Raises UsageError for what is no source, a name that is taken, and what lies out of the server's reach."""
        source = parse_source(document, str(document.get("name", "")))
        self.require_in_reach(source, None)
        with open_store(self._library, create=False) as store, store.transaction():
            names = [known.name for known in store.streams.sources()]
            if source.name.lower() in map(str.lower, names):
                raise UsageError(f"{source.name}: expected a new name, found one that another source has")
            if len(names) >= MOST_SOURCES:
                raise UsageError(f"expected at most {MOST_SOURCES} sources; remove one first")
            store.streams.put_source(source.name, json.dumps(source_document(source)))
        self._custody.note(caller, "add_source", _subject(source.name), masked=int(not source.keep_original))
        return self.get(caller, source.name)

    def test(self, document: Mapping[str, object]) -> Document:
        """Whether pictures come of what is described: not one of them is shown. Raises UsageError.

        A login that is kept already is used for the source of that name, and for its host alone.
        """
        source = parse_source(document, str(document.get("name", "")))
        with open_store(self._library, create=False) as store:
            known = [each.description for each in store.streams.sources() if each.name == source.name]
        self.require_in_reach(source, _parsed(known[0]) if known else None)
        try:
            trial = self._trials.do(try_source, Path(source.name), source)
        except UnreadableError:
            trial = Trial(False, f"{source.name}: what reads it failed; play the stream in another program")
        return asdict(trial)

    def change(self, caller: Caller, name: str, document: Mapping[str, object]) -> Document:
        """Describe a source anew, but for its name. Raises UnknownError, UsageError."""
        before = self.described(name)
        source = parse_source({**document, "name": name}, name)
        self.require_in_reach(source, before)
        return self._keep(caller, source)

    def draw(self, caller: Caller, name: str, zones: Sequence[object], rules: Sequence[object] | None) -> Document:
        """Give a source these zones, and these rules if there are any told. Raises UnknownError, UsageError.

        Rules stay as they are without any told; one whose zone is gone is refused.
        """
        before = self.described(name)
        drawn = parse_zones(zones, name)
        kept = source_document(before)["rules"] if rules is None else rules
        return self._keep(caller, replace(before, zones=drawn, rules=parse_rules(kept, drawn, name)))

    def remove(self, caller: Caller, name: str) -> None:
        """Watch a source no more; what was recorded of it stays in the library. Raises UnknownError."""
        self.described(name)
        with open_store(self._library, create=False) as store:
            store.streams.drop_source(name)
        preview_path(self._library, name).unlink(missing_ok=True)
        self._restreams.drop(name)
        self._custody.note(caller, "remove_source", _subject(name))

    def described(self, name: str) -> WatchSource:
        """Raises UnknownError."""
        with open_store(self._library, create=False) as store:
            found = next((source for source in store.streams.sources() if source.name == name), None)
        if found is None:
            raise UnknownError(f"no source is called {name}")
        return _parsed(found.description)

    def day(self, name: str, day: date | None) -> Document:
        """What was recorded on a day as the source's own clock has it; None: today. Raises UnknownError, UsageError."""
        zone = ZoneInfo(self.described(name).zone)
        asked = day or datetime.now(zone).date()
        start, end = span_of_day(asked, zone)
        with open_store(self._library, create=False) as store:
            segments = store.streams.segments(name, start, end)
        return {
            "day": asked.isoformat(),
            "zone": zone.key,
            "start": start,
            "end": end,
            "segments": [_segment_document(segment) for segment in segments],
        }

    def preview(self, name: str) -> tuple[bytes, float]:
        """The latest picture, a JPEG in which people are hidden, and when it was written. Raises UnknownError."""
        check_source_name(name)
        if self.has(name):
            try:
                with preview_path(self._library, name).open("rb") as file:
                    return file.read(), _written(file.fileno())
            except OSError:
                pass  # there is none, which is told below
        raise UnknownError(f"there is no picture of {name} yet")

    def restream(self, caller: Caller, name: str) -> Restream:
        """What is being recorded, hidden, for players. Raises UnknownError where that is not offered."""
        source = self.described(name)
        if not source.restream or source.keep_original:
            raise UnknownError(f"{name} is not offered as a stream; restream = true lets viewers see what is hidden")
        self._custody.note_hourly(caller, "view_live", _subject(name))
        return self._restreams.of(name)

    def require_in_reach(self, source: WatchSource, before: WatchSource | None) -> None:
        """Raise UsageError for what one who has come by the network may not have this machine open or send."""
        if source.kind in ("file", "folder") and (before is None or source.address != before.address):
            AddJob.ask(source.address, self._settings)
        if source.kind == "device" and not _DEVICE.fullmatch(source.address):
            raise UsageError(f"{source.address}: expected a camera of this machine, such as /dev/video0")
        is_kept = before is not None and source.login == before.login and _host(source) == _host(before)
        if source.login and not is_kept and not _OWN_LOGIN.fullmatch(source.login):
            raise UsageError(
                "login: expected the name of a variable of the server's, env:CAMERA_LOGIN_...; another one, or a "
                "file, is named on the machine itself (passerby watch)"
            )

    def _pictured(self, name: str) -> float | None:
        """When the latest picture was written; None where there is none."""
        try:
            return preview_path(self._library, name).stat().st_mtime
        except OSError:
            return None

    def _keep(self, caller: Caller, source: WatchSource) -> Document:
        with open_store(self._library, create=False) as store:
            store.streams.put_source(source.name, json.dumps(source_document(source)))
        self._custody.note(caller, "change_source", _subject(source.name), masked=int(not source.keep_original))
        return self.get(caller, source.name)


def span_of_day(day: date, zone: ZoneInfo) -> tuple[float, float]:
    """From one midnight there up to the next, in seconds since 1970: 23 to 25 hours. Raises UsageError."""
    try:
        first, last = (datetime(each.year, each.month, each.day, tzinfo=zone) for each in (day, day + timedelta(1)))
        return first.timestamp(), last.timestamp()
    except (OverflowError, ValueError) as error:
        raise UsageError(f"{day}: expected a day that clocks have") from error


def _written(descriptor: int) -> float:
    return os.fstat(descriptor).st_mtime


def _parsed(description: str) -> WatchSource:
    document = json.loads(description)
    return parse_source(document, str(document.get("name", "")))


def _subject(name: str) -> str:
    return f"source:{name}"


def _host(source: WatchSource) -> tuple[str, str]:
    parts = urlsplit(source.address)
    return parts.scheme, parts.netloc


def _shown(caller: Caller, source: WatchSource, state: SourceState | None) -> Document:
    is_admin = caller.may_do("admin")
    hidden = {} if is_admin else {"address": "", "login": ""}
    return source_document(source) | hidden | {"state": _state(state, is_admin=is_admin)}


def _state(state: SourceState | None, *, is_admin: bool) -> Document:
    now = time.time()
    if state is None:
        return asdict(SourceState("", 0.0, UNWATCHED)) | {"now": now}
    is_silent = now - state.wall > SILENT_SECONDS
    told = replace(state, status=UNWATCHED, message="") if is_silent else state
    return asdict(told if is_admin else replace(told, message="")) | {"now": now}


def _segment_document(segment: StoredSegment) -> Document:
    return {
        "id": segment.id,
        "run": segment.run,
        "start": segment.start,
        "end": segment.end,
        "clock": segment.clock,
        "gap": segment.gap,
        "why": segment.why,
        "unlooked": [list(span) for span in segment.unlooked],
        "hidden": segment.is_hidden,
        "bytes": segment.size_bytes,
        "video": segment.video,
    }
