"""What the API takes and gives, as pydantic knows it: for its description, and to check what comes in.

Times in a video are seconds; times of the day are seconds since 1970 in UTC; boxes are ``[x1, y1, x2, y2]`` in pixels
of the upright frame.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from passerby.callers import Role, Scope
from passerby.records import Review
from passerby.redact.audit.verdict import State
from passerby.store.listing import Has
from passerby.wording import hidden_sign_in, written_out

VIDEO = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

MOST_NUMBER = 2**53 - 1  # that JSON's readers keep exactly; the database's go further

Seconds = Annotated[float, Field(ge=0, le=9e8)]
Pixel = Annotated[int, Field(ge=0, le=65_536)]
Labels = Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=50)]


class Document(BaseModel):
    """The base of all that comes in: nothing more than what is named, and texts without hidden signs."""

    model_config = ConfigDict(extra="forbid")
    # Fields that may have several lines, and such that nobody ever sees.
    prose: ClassVar[frozenset[str]] = frozenset()
    secret: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _has_no_hidden_signs(cls, given: Any) -> Any:
        if isinstance(given, dict):
            for name, value in given.items():
                if name not in cls.secret:
                    _require_seen(str(name), value, lines=name in cls.prose)
        return given


def _require_seen(name: str, value: object, *, lines: bool) -> None:
    """Raise ValueError for signs in a text, or in texts of a list, that turn, break or hide what is read."""
    for text in value if isinstance(value, list) else [value]:
        told = text.translate({10: " ", 13: " ", 9: " "}) if lines and isinstance(text, str) else text
        if isinstance(told, str) and (hidden := hidden_sign_in(told)):
            raise ValueError(f"{name}: expected signs that can be seen, found {written_out(hidden)}")


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str = Field(examples=["urn:passerby:UnknownVideoError"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["no video of the library has the id 9f86d081884c"])


class LogIn(Document):
    secret = frozenset({"password"})

    name: str = Field(max_length=64, examples=["ada"])
    password: str = Field(max_length=1024, examples=["correct horse battery staple"])


class NewPassword(Document):
    secret = frozenset({"current", "new"})

    current: str = Field(max_length=1024, examples=["correct horse battery staple"])
    new: str = Field(max_length=1024, description="12 characters or more.", examples=["a sentence that nobody guesses"])


class Session(BaseModel):
    """Who asks, and the token that requests of a session show in the header X-CSRF-Token."""

    name: str = Field(examples=["ada"])
    role: str = Field(examples=["reviewer"])
    scopes: list[str] = Field(examples=[["read", "redact", "write"]])
    csrf: str = Field(examples=[""])
    accounts: bool = Field(description="Whether this server has accounts; without, everybody is the admin.")


class VideoSummary(BaseModel):
    """A video in a list. ``path`` is told to those who may see originals."""

    id: str = Field(examples=[VIDEO])
    name: str = Field(description="The title, or else the name of the file.", examples=["march.mp4"])
    title: str = Field("", description="Empty where nobody has given it one.", examples=["Harbour at dawn"])
    description: str = ""
    review: Review = "to_check"
    has: list[Has] = Field([], description="Of text, speech and people.", examples=[["people", "text"]])
    path: str = Field(examples=["/footage/march.mp4"])
    duration: float = Field(examples=[61.2])
    status: str = Field(examples=["done"])
    recorded: str = Field("", examples=["2026-03-08T10:15:00Z"])
    recorded_source: str = Field("", examples=["container"])
    width: int = Field(examples=[1920])
    height: int = Field(examples=[1080])


class VideoList(BaseModel):
    videos: list[VideoSummary]
    total: int = Field(examples=[1])
    next: str | None = Field(None, description="The cursor of the next page; null on the last.")


class AddPath(Document):
    path: str = Field(max_length=4096, examples=["/footage/march.mp4"])


class Job(BaseModel):
    """Work that was asked for. ``result`` is by kind: docs/api.md."""

    id: str = Field(examples=["0f6c2a9be1d84c55"])
    kind: str = Field(examples=["add"])
    asked: dict[str, Any]
    video: str = Field(examples=[VIDEO])
    name: str = Field("", description="Of the video; empty while it has none.", examples=["march.mp4"])
    caller: str = Field(examples=["ada"])
    status: Literal["waiting", "running", "stopping", "done", "failed", "cancelled"]
    step: str = Field(examples=["indexing"])
    done: float = Field(examples=[12.5])
    total: float | None = Field(examples=[61.2])
    message: str = ""
    result: dict[str, Any]
    created: float
    started: float
    ended: float
    can_retry: bool = Field(False, description="Whether it can be asked for again, as it was.")


class JobList(BaseModel):
    jobs: list[Job]
    next: str | None = Field(None, description="The cursor of the next page; null on the last.")


class Notes(Document):
    """Labels that fit a stretch of a video, and such that do not."""

    start: Seconds = Field(examples=[10.0])
    end: Seconds = Field(examples=[20.0])
    given: Labels = Field([], examples=[["street market"]])
    rejected: Labels = Field([], examples=[["kite"]])


class MakeCopy(Document):
    name: str = Field("", max_length=150, description="Of the copy's file; empty: that of the original and -safe.mp4.")


class Release(BaseModel):
    """Who let viewers see a copy, and when."""

    by: str = Field(examples=["ada"])
    at: float = Field(examples=[1772965000.0])


class Copy(BaseModel):
    """A copy that is ready.

    Viewers have those whose ``state`` is ``passed``, and those that are ``released`` while it is ``shows_on_purpose``.
    """

    id: str
    video: str
    name: str = Field(examples=["march-safe.mp4"])
    created: float
    state: State
    passed: bool = Field(description="Whether ``state`` is ``passed``.")
    verdict: str = Field(examples=["passed: none of 120 faces in 1 track shows"])
    released: Release | None = None
    plan: str = Field(description="The plan that it was made from; empty where that is not known any more.")
    summary: list[str]


class NewAnswer(Document):
    """That a face that shows is nobody."""

    prose = frozenset({"reason"})

    face: int = Field(ge=1, le=MOST_NUMBER, description="Its number in the copy's audit.")
    time: Seconds = Field(description="Of its first leak there, so that no face of another audit is meant.")
    reason: str = Field(min_length=1, max_length=1000, examples=["a hat on a hook"])


class CopyList(BaseModel):
    copies: list[Copy]
    next: str | None = Field(None, description="The cursor of the next page; null on the last.")


class NewUser(Document):
    secret = frozenset({"password"})

    name: str = Field(max_length=64, examples=["ada"])
    password: str = Field(max_length=1024)
    role: Role


class UserChange(Document):
    secret = frozenset({"password"})

    password: str | None = Field(None, max_length=1024)
    role: Role | None = None


class NewToken(Document):
    label: str = Field("", max_length=100, examples=["nightly import"])
    scopes: list[Scope] = Field(examples=[["read"]])
    days: int = Field(90, ge=1, le=366)


class NewHook(Document):
    url: str = Field(max_length=2000, examples=["https://example.org/passerby"])
