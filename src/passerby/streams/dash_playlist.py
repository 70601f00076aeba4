"""Manifests of DASH (ISO/IEC 23009-1) of live streams: segments by template, numbered or timed, of fragmented MP4.

What is read of it: the best representation of the video up to a height, SegmentTemplate with or without
SegmentTimeline, and BaseURL. Numbers of pieces are milliseconds. What would name other documents is refused.
"""

import math
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from passerby.errors import NotVideoError, UsageError
from passerby.extras import needing
from passerby.streams.hls_playlist import MOST_HEIGHT
from passerby.streams.live_playlist import Fetch, PieceHead, PieceList, StreamPiece

with needing("watch"):
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?")
_HOLE = re.compile(r"\$(RepresentationID|Number|Time|Bandwidth)?(?:%0(\d+)d)?\$")
_MOST_PIECES = 20  # the last ones of a list
_MOST_NUMBERS = 10**9
_SHORTEST_SECONDS = 2.0
_SPACE = "{urn:mpeg:dash:schema:mpd:2011}"


class DashPlaylist:
    """The manifest at an address."""

    def __init__(self, address: str, wall: Callable[[], float] = time.time) -> None:
        self._address, self._wall = address, wall

    def load(self, fetch: Fetch) -> PieceList:
        url, content = fetch(self._address)
        try:
            root: Element = fromstring(content, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise NotVideoError(f"expected a manifest of DASH, found none that can be read ({error})") from error
        if root.tag != f"{_SPACE}MPD":
            raise NotVideoError(f"expected a manifest of DASH, found {root.tag[:60]}")
        return _Manifest(url, root, self._wall()).pieces()


@dataclass(frozen=True, slots=True)
class _Manifest:
    url: str
    root: Element
    now: float  # seconds since 1970

    def pieces(self) -> PieceList:
        """Those that are there by now. Raises UsageError, NotVideoError."""
        is_over = self.root.get("type", "static") == "static"
        try:
            found = [piece for period in self.root.findall(f"{_SPACE}Period") for piece in self._of(period)]
        except (KeyError, ValueError, ZeroDivisionError, OverflowError) as error:
            raise NotVideoError("expected a manifest of DASH with templates of segments, found others") from error
        if not found:
            raise NotVideoError("expected a manifest of DASH with segments, found none in it")
        again = _seconds(self.root.get("minimumUpdatePeriod", ""))
        return PieceList(tuple(found if is_over else found[-_MOST_PIECES:]), is_over, max(again, _SHORTEST_SECONDS))

    def _of(self, period: Element) -> list[StreamPiece]:
        chosen, shown = _video(period)
        template = _Template.of(period, chosen, shown)
        base = self.url
        for level in (self.root, period, chosen, shown):
            base = urljoin(base, (level.findtext(f"{_SPACE}BaseURL") or "").strip())
        holes = {"RepresentationID": shown.get("id", ""), "Bandwidth": shown.get("bandwidth", "0")}
        head = PieceHead(urljoin(base, _filled(template.told["initialization"], holes)))
        start = _seconds(period.get("start", ""))
        return [
            StreamPiece(
                number=round((start + template.shown_seconds(ticks)) * 1000),
                url=urljoin(base, _filled(template.told["media"], {**holes, "Number": str(count), "Time": str(ticks)})),
                head=head,
            )
            for count, ticks in self._times(period, template, start)
        ]

    def _times(self, period: Element, template: "_Template", start: float) -> Iterator[tuple[int, int]]:
        """Number and time, in ticks, of each segment that is there."""
        if template.timeline is not None:
            yield from template.timed(template.timeline)
            return
        length = int(template.told["duration"])
        if self.root.get("type", "static") == "static":
            lasts = _seconds(period.get("duration", "") or self.root.get("mediaPresentationDuration", ""))
            count = math.ceil(lasts * template.scale / length)
        else:
            began = datetime.fromisoformat(self.root.attrib["availabilityStartTime"].replace("Z", "+00:00"))
            since = self.now - (began if began.tzinfo else began.replace(tzinfo=UTC)).timestamp() - start
            count = math.floor(since * template.scale / length) - 1  # clocks differ: one less than there should be
        for place in range(max(count - _MOST_PIECES, 0), min(count, _MOST_NUMBERS)):
            yield template.first + place, template.offset + place * length


@dataclass(frozen=True, slots=True)
class _Template:
    """SegmentTemplate: what outer levels say holds for inner ones."""

    told: dict[str, str]
    timeline: Element | None

    @staticmethod
    def of(*levels: Element) -> "_Template":
        told: dict[str, str] = {}
        timeline = None
        for level in levels:
            found = level.find(f"{_SPACE}SegmentTemplate")
            if found is not None:
                told |= found.attrib
                inner = found.find(f"{_SPACE}SegmentTimeline")
                timeline = timeline if inner is None else inner
        return _Template(told, timeline)

    @property
    def scale(self) -> int:
        """Ticks in a second."""
        return int(self.told.get("timescale", "1"))

    @property
    def first(self) -> int:
        return int(self.told.get("startNumber", "1"))

    @property
    def offset(self) -> int:
        """The tick at which the period begins."""
        return int(self.told.get("presentationTimeOffset", "0"))

    def shown_seconds(self, ticks: int) -> float:
        """Seconds of the period."""
        return (ticks - self.offset) / self.scale

    def timed(self, timeline: Element) -> Iterator[tuple[int, int]]:
        """Number and time of each segment that a time line names."""
        at, count = 0, self.first
        entries = timeline.findall(f"{_SPACE}S")
        for entry, following in zip(entries, [*entries[1:], None], strict=True):
            at, length, more = int(entry.get("t", at)), int(entry.attrib["d"]), int(entry.get("r", "0"))
            if more < 0 and following is None:
                raise ValueError("a segment that is repeated without an end")
            if more < 0 and following is not None:
                more = math.ceil((int(following.attrib["t"]) - at) / length) - 1
            if length <= 0 or more > _MOST_NUMBERS:
                raise ValueError("a time line without an end")
            for _ in range(more + 1):
                yield count, at
                at, count = at + length, count + 1


def _video(period: Element) -> tuple[Element, Element]:
    """The video, and the largest representation of it up to a height, or else the smallest."""
    shown = [
        (chosen, each)
        for chosen in period.findall(f"{_SPACE}AdaptationSet")
        for each in chosen.findall(f"{_SPACE}Representation")
        if "video" in (chosen.get("contentType", "") + chosen.get("mimeType", "") + each.get("mimeType", ""))
    ]
    if not shown:
        raise NotVideoError("expected a manifest of DASH with video, found none in it")
    if any(next(level.iter(f"{_SPACE}ContentProtection"), None) is not None for level, _ in shown):
        raise UsageError("expected a stream that is not encrypted, found one with ContentProtection")

    def order(pair: tuple[Element, Element]) -> tuple[bool, int]:
        height = int(pair[1].get("height", pair[0].get("height", "0")))
        rate = int(pair[1].get("bandwidth", "0"))
        return height <= MOST_HEIGHT, rate if height <= MOST_HEIGHT else -rate

    return max(shown, key=order)


def _filled(template: str, holes: dict[str, str]) -> str:
    def fill(match: re.Match[str]) -> str:
        name, width = match.groups()
        return "$" if name is None else holes[name].zfill(min(int(width or 0), 20))

    return _HOLE.sub(fill, template)


def _seconds(told: str) -> float:
    """From a duration of XML Schema, without years and months; 0 for none."""
    match = _DURATION.fullmatch(told)
    if match is None:
        return 0.0
    days, hours, minutes, seconds = (float(each or 0) for each in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
