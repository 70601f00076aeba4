"""A client of a server's API (docs/api.md), for programs: what ``passerby serve`` serves, in Python.

>>> from passerby.client import Client
>>> client = Client("http://127.0.0.1:8470", token="pby_...")
>>> client.close()

Documents are those of the API, as dicts. All methods raise ApiError for what the server refuses, and for a server that
cannot be reached (status 0).
"""

import base64
import hashlib
import os
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from passerby.documents import Document
from passerby.errors import ApiError
from passerby.extras import needing

with needing("serve"):
    import httpx

API = "/api/v1"
CHUNK_BYTES = 8 << 20  # of an upload, each with its checksum
SECONDS = 60.0  # for an answer to begin
POLL_SECONDS = 0.3
RETRIES = 5  # of a piece of an upload, while the server cannot be reached
PAUSE_SECONDS = 0.5  # before the first of them, and twice as long before each other

OnBytes = Callable[[int, int], None]  # how many bytes are there, and how many there are in all


class Client:
    """A connection to one server. Give it a ``token``, or call ``log_in``; a server without accounts needs neither."""

    def __init__(
        self, address: str, token: str | None = None, *, authority: Path | None = None, http: httpx.Client | None = None
    ) -> None:
        """``address``: such as ``https://passerby.example.org``. ``http``: a client to ask by, with its own base.

        ``authority``: a PEM file of whom to trust to vouch for the server. Raises OSError if it cannot be read.
        """
        trusted = ssl.create_default_context(cafile=authority) if authority else True
        self._http = http or httpx.Client(base_url=address, timeout=SECONDS, verify=trusted)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # Who asks

    def log_in(self, name: str, password: str) -> Document:
        """Log in, as whom all further calls ask: the session."""
        session = self._json("POST", "/session", json={"name": name, "password": password})
        self._headers = {"X-CSRF-Token": str(session["csrf"])}
        return session

    def log_out(self) -> None:
        self.ask("DELETE", "/session")
        self._headers = {}

    def change_password(self, current: str, new: str) -> None:
        """Give oneself another password; all other sessions of one's own end."""
        self.ask("PUT", "/session/password", json={"current": current, "new": new})

    def session(self) -> Document:
        """Who asks, and what they may."""
        return self._json("GET", "/session")

    def health(self) -> Document:
        return self._json("GET", "/health")

    # Who may what

    def users(self) -> list[Document]:
        return self._list("/users", "users")

    def add_user(self, name: str, password: str, role: str) -> None:
        self.ask("POST", "/users", json={"name": name, "password": password, "role": role})

    def change_user(self, name: str, **changes: str) -> None:
        """Give a user another ``password`` or ``role``."""
        self.ask("PATCH", f"/users/{name}", json=changes)

    def remove_user(self, name: str) -> None:
        self.ask("DELETE", f"/users/{name}")

    def tokens(self) -> list[Document]:
        """One's own tokens, without what they are."""
        return self._list("/tokens", "tokens")

    def make_token(self, scopes: Sequence[str], label: str = "", days: int = 90) -> str:
        """A token for some of one's own scopes; it is told now and never again."""
        return str(self._json("POST", "/tokens", json={"scopes": scopes, "label": label, "days": days})["token"])

    def revoke_token(self, number: int) -> None:
        self.ask("DELETE", f"/tokens/{number}")

    def log(self, after: int = 0, page: int = 1000) -> Iterator[Document]:
        """Who did what, in order, from the entry after that number."""
        yield from self._pages("/log", "entries", {"after": after, "limit": page})

    # Videos

    def upload(
        self,
        path: Path,
        *,
        name: str | None = None,
        on_progress: OnBytes = lambda there, total: None,
        chunk_bytes: int = CHUNK_BYTES,
        resume: str | None = None,
    ) -> Document:
        """Send a file to be added: the job that adds it. ``resume``: the address of an upload that was cut short."""
        state = path.stat()
        address = resume or self.begin_upload(name or path.name, state.st_size, state.st_mtime)
        with path.open("rb") as file:
            job = self._send(address, file, path.stat().st_size, on_progress, chunk_bytes)
        return self.job(job)

    def begin_upload(self, name: str, size: int, written: float | None = None) -> str:
        """Announce a file of so many bytes; the address of its upload, to be resumed at.

        ``written`` is when it was last written to, in seconds since 1970: it may tell when it was recorded.
        """
        told = {"filename": name} | ({} if written is None else {"lastModified": str(int(written * 1000))})
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
        headers = {"Upload-Length": str(size), "Upload-Metadata": metadata, "Tus-Resumable": "1.0.0"}
        return self.ask("POST", "/uploads", headers=headers).headers["Location"].removeprefix(API)

    def _send(self, address: str, file: BinaryIO, size: int, on_progress: OnBytes, chunk_bytes: int) -> str:
        """Send what is missing; the id of the job."""
        failures = 0
        while True:
            try:
                state = self.ask("HEAD", address, headers={"Tus-Resumable": "1.0.0"})
                while (job := state.headers.get("Passerby-Job")) is None:
                    there = int(state.headers["Upload-Offset"])
                    on_progress(there, size)
                    file.seek(there)
                    state = self._send_piece(address, there, file.read(chunk_bytes))
                    failures = 0
            except ApiError as error:
                # 409: bytes came twice; 423: the server has not yet seen that the last connection broke; 460: damaged.
                failures += 1
                if failures > RETRIES or error.status not in (0, 409, 423, 460):
                    raise
                time.sleep(PAUSE_SECONDS * 2 ** (failures - 1))
            else:
                on_progress(size, size)
                return str(job)

    def _send_piece(self, address: str, offset: int, content: bytes) -> httpx.Response:
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {digest}",
            "Content-Type": "application/offset+octet-stream",
        }
        return self.ask("PATCH", address, headers=headers, content=content)

    def add_path(self, path: str, *, key: str = "") -> Document:
        """Have a file or folder of the server's added: the job. The same ``key`` gives the same job."""
        return self._json("POST", "/videos", json={"path": path}, headers=_keyed(key))

    def videos(self, *, sort: str = "added", named: str = "", page: int = 100) -> Iterator[Document]:
        """All videos whose names hold ``named``, asked for ``page`` by page."""
        yield from self._pages("/videos", "videos", {"sort": sort, "named": named, "limit": page})

    def show(self, video: str) -> Document:
        """All that is known of a video."""
        return self._json("GET", f"/videos/{video}")

    def search(self, words: str = "", **options: str | int) -> Document:
        """The moments that answer; ``options`` as in docs/api.md: label, text, said, like, video, limit."""
        return self._json("GET", "/search", params={"words": words, **options})

    def hits(self, words: str = "", **options: str | int) -> Iterator[Document]:
        """All moments that answer, page by page; ``options`` as in ``search``, ``limit`` being that of a page."""
        yield from self._pages("/search", "hits", {"words": words, **options})

    def export(self, video: str, name: str) -> bytes:
        """What is known of a video in the format ``name``."""
        return self.ask("GET", f"/videos/{video}/exports/{name}").content

    def tag(
        self, video: str, start: float, end: float, given: Sequence[str] = (), rejected: Sequence[str] = ()
    ) -> list[Document]:
        """Say that labels fit a stretch of a video, and that others do not: all that people have said of it."""
        said = {"start": start, "end": end, "given": given, "rejected": rejected}
        notes: list[Document] = self._json("POST", f"/videos/{video}/notes", json=said)["notes"]
        return notes

    def notes(self, video: str) -> list[Document]:
        """What people have said of a video."""
        return self._list(f"/videos/{video}/notes", "notes")

    def forget(self, video: str) -> None:
        """Forget a video, with its plans, its copies, and its original if that was uploaded."""
        self.ask("DELETE", f"/videos/{video}")

    # Jobs

    def jobs(self, **options: str | int | bool) -> list[Document]:
        """The newest jobs, newest first; ``options``: limit, before, video, active."""
        return self._list("/jobs", "jobs", options)

    def job(self, job: str) -> Document:
        return self._json("GET", f"/jobs/{job}")

    def wait(
        self,
        job: str,
        *,
        seconds: float = float("inf"),
        on_progress: Callable[[Document], None] = lambda job: None,
    ) -> Document:
        """The job once it has ended, well or not. Raises TimeoutError if it has not after so many ``seconds``."""
        until = time.monotonic() + seconds
        while True:
            found = self.job(job)
            on_progress(found)
            if found["status"] in ("done", "failed", "cancelled"):
                return found
            if time.monotonic() > until:
                raise TimeoutError(f"job {job} has not ended after {seconds:g} s: it is {found['status']}")
            time.sleep(POLL_SECONDS)

    def stop(self, job: str) -> Document:
        """Ask for the end of a job; ``wait`` tells when it has come."""
        return self._json("DELETE", f"/jobs/{job}")

    def retry(self, job: str) -> Document:
        """Ask again for a job that has failed or was stopped: the new one."""
        return self._json("POST", f"/jobs/{job}/retry")

    # Redaction

    def look(self, video: str, hide: Sequence[str] = ("faces",), *, key: str = "", **options: str) -> Document:
        """Look for what a copy should hide: the job, whose result names the ``plan``."""
        asked = {"hide": list(hide), **options}
        return self._json("POST", f"/videos/{video}/plans", json=asked, headers=_keyed(key))

    def plans(self, video: str) -> list[Document]:
        """The plans of a video, newest first, without what is in them."""
        return self._list(f"/videos/{video}/plans", "plans")

    def plan(self, plan: str) -> Document:
        """A plan: its ``version``, and under ``plan`` what it hides."""
        return self._json("GET", f"/plans/{plan}")

    def change_plan(self, plan: str, version: int, document: Mapping[str, Any]) -> Document:
        """Put a corrected plan in the place of a version of it."""
        return self._json("PUT", f"/plans/{plan}", json={"version": version, "plan": document})

    def change_tracks(self, plan: str, version: int, changes: Mapping[str, Any]) -> Document:
        """Change some of a version of a plan, as the API's ``PlanChanges`` say: its new ``version``."""
        return self._json("PATCH", f"/plans/{plan}", json={"version": version, "changes": changes})

    def follow(self, plan: str, time: float, box: Sequence[int]) -> Document:
        """Where what is in a box at a time goes, to both ends of its shot; the plan is not changed."""
        return self._json("POST", f"/plans/{plan}/follow", json={"time": time, "box": list(box)})

    def make_copy(self, plan: str, name: str = "", *, key: str = "") -> Document:
        """Make and audit a copy as a plan says: the job, whose result names the ``copy``."""
        return self._json("POST", f"/plans/{plan}/copies", json={"name": name}, headers=_keyed(key))

    def copies(self, video: str = "") -> list[Document]:
        """Copies that are ready; the ``state`` of each is passed, shows_on_purpose, failed or not_audited."""
        return self._list("/copies", "copies", {"video": video})

    def download_copy(self, copy: str, target: Path) -> None:
        """Write a copy to a file that is not there yet; nothing is left at ``target`` if that fails."""
        part = target.with_name(f"{target.name}.part")
        try:
            with target.open("xb"):
                pass
            with part.open("wb") as file:
                self._stream(f"/copies/{copy}/media", file)
            os.replace(part, target)
        except (ApiError, OSError) as error:
            part.unlink(missing_ok=True)
            if not isinstance(error, FileExistsError):
                target.unlink(missing_ok=True)
            raise

    def _stream(self, address: str, file: BinaryIO) -> None:
        try:
            with self._http.stream(
                "GET", f"{API}{address}", params={"download": True}, headers=self._headers
            ) as answer:
                if not answer.is_redirect:
                    _write(answer, file)
                    return
                elsewhere = answer.headers["Location"]
            with httpx.stream("GET", elsewhere) as answer:  # with nothing by which the server knows who asks
                _write(answer, file)
        except httpx.HTTPError as error:
            raise _unreached(error) from error

    def remove_copy(self, copy: str) -> None:
        self.ask("DELETE", f"/copies/{copy}")

    def audit(self, copy: str, *, key: str = "") -> Document:
        """Look at every frame of a copy again: the job."""
        return self._json("POST", f"/copies/{copy}/audits", headers=_keyed(key))

    def copy_audit(self, copy: str) -> Document:
        """The newest audit of a copy, with what was answered to it."""
        return self._json("GET", f"/copies/{copy}/audit")

    def answer(self, copy: str, face: int, time: float, reason: str) -> Document:
        """Say that a face that shows is nobody, and why: the audit. ``time`` is that of its first leak there."""
        return self._json("POST", f"/copies/{copy}/answers", json={"face": face, "time": time, "reason": reason})

    def retract(self, copy: str, face: int, time: float) -> Document:
        """Take that back: the audit."""
        return self._json("DELETE", f"/copies/{copy}/answers/{face}", params={"time": time})

    def release(self, copy: str) -> Document:
        """Let viewers see a copy that shows faces on purpose: the copy."""
        return self._json("POST", f"/copies/{copy}/release")

    def withdraw(self, copy: str) -> Document:
        """Let viewers see it no more: the copy."""
        return self._json("DELETE", f"/copies/{copy}/release")

    def share(self, copies: Sequence[str], **terms: str | int) -> Document:
        """A link for people without an account, told once: ``address``; ``terms`` as in docs/api.md."""
        return self._json("POST", "/shares", json={"copies": list(copies), **terms})

    def shares(self) -> list[Document]:
        return self._list("/shares", "shares")

    def unshare(self, number: int) -> None:
        self.ask("DELETE", f"/shares/{number}")

    # What all of them do

    def _list(self, address: str, name: str, asked: Mapping[str, str | int | bool] = {}) -> list[Document]:
        found: list[Document] = self._json("GET", address, params=asked)[name]
        return found

    def _pages(self, address: str, name: str, asked: Mapping[str, str | int]) -> Iterator[Document]:
        """All entries of a list, asked for page by page."""
        cursor: str | None = ""
        while cursor is not None:
            answer = self._json("GET", address, params={**asked, "cursor": cursor})
            yield from answer[name]
            cursor = answer["next"]

    def ask(self, method: str, address: str, *, headers: Mapping[str, str] = {}, **options: Any) -> httpx.Response:
        """The answer to any request of the API, ``address`` being what follows ``/api/v1``. Raises ApiError."""
        try:
            answer = self._http.request(method, f"{API}{address}", headers={**self._headers, **headers}, **options)
        except httpx.HTTPError as error:
            raise _unreached(error) from error
        if not answer.is_success:
            raise _refusal(answer)
        return answer

    def _json(self, method: str, address: str, **options: Any) -> Document:
        document: Document = self.ask(method, address, **options).json()
        return document


def _keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}


def _write(answer: httpx.Response, file: BinaryIO) -> None:
    if not answer.is_success:
        answer.read()
        raise _refusal(answer)
    for content in answer.iter_bytes():
        file.write(content)


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        problem = answer.json()
        return ApiError(answer.status_code, str(problem["type"]).rpartition(":")[2], str(problem["detail"]))
    except (ValueError, KeyError, TypeError):  # an answer to HEAD, or of something between here and the server
        return ApiError(answer.status_code, "HttpError", answer.reason_phrase)


def _unreached(error: httpx.HTTPError) -> ApiError:
    return ApiError(0, "Unreachable", f"the server cannot be reached ({error or type(error).__name__})")
