"""A server of the Model Context Protocol on stdin and stdout: a language model's host may search, and change nothing.

What it tells is what ``passerby search`` and ``show`` tell, under the same rules: words that ask what people are like
are not searched for, pictures are the library's masked ones, and no path of this machine is told. Every answer is
bounded.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from fractions import Fraction
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, ImageContent, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from passerby.callers import MCP
from passerby.errors import PasserbyError, UsageError
from passerby.export.known import one_line
from passerby.library import Library
from passerby.redact.audit.verdict import WORDS, State
from passerby.search.find import Hit
from passerby.service.copies import Copies
from passerby.times import format_timecode, parse_timecode
from passerby.version import __version__
from passerby.wording import written_out

MOST_HITS = 50
MOST_COPIES = 50
MOST_REASONS = 6  # of a hit
MOST_SIGNS = 200  # of a reason, and of a name
MOST_ERROR = 1000
INSTRUCTIONS = """Searches a library of videos that were tagged on this machine, with time codes. Passerby knows \
nothing of who people are or what they are like, and refuses such words; it counts people, and masks them in pictures. \
Use search first, then moment or transcript with a hit's video and start."""

_log = logging.getLogger(__name__)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Words = Annotated[str, Field(max_length=500)]
VideoName = Annotated[
    str, Field(min_length=1, max_length=255, description="A video's id, the start of it (4 digits or more), or a name.")
]
Time = Annotated[float | Annotated[str, Field(max_length=20)], Field(description="Seconds, or H:MM:SS.mmm.")]


class HitDocument(BaseModel):
    """A moment that answers; times in seconds, and as they are read."""

    video: str
    name: str
    start: float
    end: float
    time_code: str
    score: float
    why: list[str]


class Found(BaseModel):
    """What answers, and what the user should know about it."""

    notice: str
    hits: list[HitDocument]


class FindingDocument(BaseModel):
    """Something that was found in a moment; ``score`` is null for what has none."""

    label: str
    score: float | None
    start: float
    end: float


class KnownMoment(BaseModel):
    """All that is known of a moment; ``left_out`` counts what did not fit."""

    video: str
    name: str
    moment: int
    start: float
    end: float
    objects: list[FindingDocument]
    tags: list[FindingDocument]
    text: list[FindingDocument]
    speech: list[FindingDocument]
    cues: list[FindingDocument]
    left_out: int
    people: int
    not_described: str


class WordDocument(BaseModel):
    """A word that is said."""

    text: str
    start: float
    end: float


class CorrectionDocument(BaseModel):
    """That somebody has put a line right; ``heard`` is what the model took it for."""

    heard: str
    by: str
    time: str


class LineDocument(BaseModel):
    """Words that are said in one breath; ``words`` is empty where their times are not known."""

    text: str
    start: float
    end: float
    language: str
    words: list[WordDocument]
    correction: CorrectionDocument | None = None


class TranscriptDocument(BaseModel):
    """What is said; ``next`` is from when to ask for the rest, or null."""

    video: str
    name: str
    speech_looked_for: bool
    lines: list[LineDocument]
    next: float | None


class SafeCopy(BaseModel):
    """A redacted copy of a video; ``state`` is passed, shows_on_purpose, failed or not_audited, as its audit found."""

    id: str
    name: str
    state: State
    in_words: str
    released: bool  # to viewers, though it shows faces on purpose


class SafeCopies(BaseModel):
    """The copies that a server has made of a video, newest first."""

    video: str
    copies: list[SafeCopy]


def run(library: Library) -> None:
    """Answer on stdout what is asked on stdin, until that ends. Raises StoreError if there is no library."""
    library.videos()  # what is wrong is told at once, not with each answer
    create_server(library).run("stdio")


def create_server(library: Library) -> MCPServer[Any]:
    """The server with its tools."""
    server: MCPServer[Any] = MCPServer(
        "passerby", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING", subscriptions=False
    )
    tools = Tools(library)
    for tool in (tools.search, tools.moment, tools.transcript, tools.copies):
        server.add_tool(tool, annotations=_READS, structured_output=True)
    return server


class Tools:
    """What may be asked of a library; each method is a tool, and its docstring what the model reads of it."""

    def __init__(self, library: Library) -> None:
        self._library = library.by(MCP)

    def search(
        self,
        words: Annotated[Words, Field(description='Words, "phrases", and times such as: after 10:00')] = "",
        label: Annotated[str, Field(max_length=200, description="Only moments with exactly this object or tag.")] = "",
        on_screen: Annotated[Words, Field(description="Only moments with these words on screen.")] = "",
        said: Annotated[Words, Field(description="Only moments in which these words are said.")] = "",
        video: Annotated[str, Field(max_length=255, description="Only in this video: its id or name.")] = "",
        limit: Annotated[int, Field(ge=1, le=MOST_HITS, description="How many moments at most.")] = 10,
    ) -> Found:
        """Find moments by what is seen, written or said in them. Each has its time, and why it was found."""
        with _told_as_tool_errors():
            if not (words.strip() or label or on_screen.strip() or said.strip()):
                raise UsageError("expected words, label, on_screen or said to search for, found none")
            found = self._library.search(
                words,
                label=label or None,
                on_screen=on_screen,
                said=said,
                video=_no_path(video) if video else None,
                limit=limit,
            )
        return Found(notice=found.notice, hits=[_hit(hit) for hit in found])

    def moment(self, video: VideoName, time: Time) -> Annotated[CallToolResult, KnownMoment]:
        """Tell what is known of a video at a time: objects, tags, text, speech, and the picture with people masked."""
        with _told_as_tool_errors():
            found = self._library.moment(_no_path(video), _seconds(time))
        document, thumbnail = found.document(), found.thumbnail
        text = TextContent(type="text", text=json.dumps(document, ensure_ascii=False))
        if thumbnail is None:
            return CallToolResult(content=[text], structured_content=document)
        encoded = base64.b64encode(thumbnail.jpeg).decode()
        picture = ImageContent(type="image", data=encoded, mime_type="image/jpeg")
        return CallToolResult(content=[text, picture], structured_content=document)

    def transcript(self, video: VideoName, start: Time = 0, end: Time | None = None) -> TranscriptDocument:
        """Tell what is said in a video, or in a stretch of it, with the time of each word."""
        with _told_as_tool_errors():
            until = None if end is None else _seconds(end)
            found = self._library.transcript(_no_path(video), _seconds(start), until)
        return TranscriptDocument(**found.document())

    def copies(self, video: VideoName) -> SafeCopies:
        """Tell which safe copies of a video there are, and in which state each is: only "passed" shows no face."""
        with _told_as_tool_errors():
            found = self._library.video(_no_path(video)).id
            made = Copies(self._library.path, self._library.custody).all(found)[:MOST_COPIES]
        return SafeCopies(video=found, copies=[_copy(copy) for copy in made])


@contextmanager
def _told_as_tool_errors() -> Generator[None]:
    """What the caller did wrong is told to it; what is wrong with the machine goes to stderr, as it may name paths."""
    try:
        yield
    except UsageError as error:
        raise ToolError(_short(str(error), MOST_ERROR)) from error
    except (PasserbyError, OSError) as error:
        _log.error("%s", written_out(str(error)))
        raise ToolError("the library cannot be read; see what the server wrote to stderr") from error


def _no_path(video: str) -> str:
    """A video's name or id: paths are not for those who ask here."""
    if "/" in video or "\\" in video:
        raise UsageError("video: expected an id, the start of one, or a name; found a path")
    return video


def _seconds(time: float | str) -> Fraction:
    try:
        return parse_timecode(str(time))
    except ValueError as error:
        raise UsageError(str(error)) from error


def _hit(found: Hit) -> HitDocument:
    hit = found.document()
    return HitDocument(
        video=hit["video"],
        name=_short(hit["name"]),
        start=hit["start"],
        end=hit["end"],
        time_code=f"{format_timecode(found.start)}-{format_timecode(found.end)}",
        score=hit["score"],
        why=[_short(reason) for reason in found.why[:MOST_REASONS]],
    )


def _copy(copy: dict[str, Any]) -> SafeCopy:
    return SafeCopy(
        id=copy["id"],
        name=_short(copy["name"]),
        state=copy["state"],
        in_words=WORDS[copy["state"]],
        released=copy["released"] is not None,
    )


def _short(text: str, most: int = MOST_SIGNS) -> str:
    """``text`` on one line, and as it can be sent: a file's name need not be valid Unicode."""
    line = one_line(text)
    return line if len(line) <= most else line[:most] + " …"
