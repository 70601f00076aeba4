"""What the API gives of users, sessions, tokens, webhooks and the log, as pydantic knows it: for its description."""

from pydantic import BaseModel, Field

from passerby.callers import Role, Scope
from passerby.store.contacts import Wanted

MOMENT = "2026-03-08T10:15:00.000000Z"


class UserDocument(BaseModel):
    """Somebody who may log in."""

    name: str = Field(examples=["ada"])
    role: Role
    created: str = Field(description="ISO 8601, UTC.", examples=[MOMENT])


class UserList(BaseModel):
    users: list[UserDocument]


class TokenDocument(BaseModel):
    """A token of the caller's, without what it is."""

    number: int = Field(examples=[3])
    label: str = Field(examples=["nightly import"])
    scopes: list[Scope]
    created: str = Field(examples=[MOMENT])
    expires: str = Field(examples=[MOMENT])
    expired: bool


class TokenList(BaseModel):
    tokens: list[TokenDocument]


class MadeToken(BaseModel):
    """A token that was just made; it is told now and never again."""

    token: str = Field(examples=["pby_..."])
    scopes: list[Scope]
    days: int


class UndeliveredDocument(BaseModel):
    number: int = Field(description="Of ends of jobs.", examples=[2])
    attempts: int = Field(description="The most that one of them has taken.", examples=[3])
    due: float = Field(description="Of the next try.")


class HookDocument(BaseModel):
    """An address that is told when a job ends."""

    id: str = Field(examples=["0f6c2a9be1d84c55"])
    url: str = Field(examples=["https://example.org/passerby"])
    created: float
    undelivered: UndeliveredDocument | None = Field(None, description="What it has not been told yet.")


class HookTest(BaseModel):
    """What an address has answered."""

    arrived: bool
    status: int | None = Field(description="Of its answer; null where there was none.", examples=[204])


class HookList(BaseModel):
    hooks: list[HookDocument]


class MadeHook(HookDocument):
    """A webhook that was just made."""

    secret: str = Field(description="By which what it is told is signed; told now and never again.")


class ContactDocument(BaseModel):
    """Where the caller is written to, and of what."""

    mail: str = Field(examples=["ada@example.org"])
    wanted: list[Wanted]
    sends: bool = Field(description="Whether this server sends mails at all.")


class LogEntryDocument(BaseModel):
    """An entry of the log, as in ``passerby log --json``."""

    number: int = Field(description="From 1, without gaps.")
    time: str = Field(examples=[MOMENT])
    user: str = Field(examples=["ada"])
    action: str = Field(examples=["view_original"])
    subject: str = Field(description="The id of a video, or `kind:name` of what the library named; or empty.")
    details: dict[str, int | float | str | list[str]]
    previous: str = Field(description="The hash of the entry before.")
    hash: str


class LogPage(BaseModel):
    entries: list[LogEntryDocument]
    count: int = Field(description="How many entries there are in all.")
    head: str = Field(description="The hash of the last one: to be kept elsewhere, and compared later.")
    next: str | None = Field(None, description="The cursor of the next page; null on the last.")


class NamedLogEntry(LogEntryDocument):
    name: str = Field(description="Of the video that it is about; empty for none.", examples=["march.mp4"])


class NewestEntries(BaseModel):
    entries: list[NamedLogEntry]
    next: str | None = Field(description="To be sent as ``cursor`` for those that follow; null on the last page.")


class OwnSession(BaseModel):
    """That somebody is logged in somewhere."""

    id: str
    created: str
    used: str
    expires: str
    browser: str = Field(description="In short; empty where that is not known.", examples=["Firefox on Linux"])
    current: bool = Field(description="Whether it is the one that asks.")


class OwnSessions(BaseModel):
    sessions: list[OwnSession]


class HealthDocument(BaseModel):
    status: str = Field(examples=["ok"])
    version: str
