"""Mails to users, as a server on the loopback gets them: with STARTTLS and a log-in."""

import ssl
from asyncio import Server
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from certificates import make_loopback
from libraries import add
from passerby.callers import ROLES, Caller
from passerby.errors import UsageError
from passerby.service.contacts import Contacts
from passerby.service.mailer import Mailer, MailServer
from passerby.settings import Settings
from passerby.store.accounts import User
from passerby.store.jobs import JobEnd
from passerby.store.library import Store, open_store

PASSWORD = "for mail alone"
ADA = Caller("ada", "admin", ROLES["admin"])
SECONDS = 30.0


@dataclass
class Post:
    """A mail server, and what it was given."""

    port: int
    mails: "Queue[Envelope]" = field(default_factory=Queue)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.put(envelope)
        return "250 taken"


class AnyPort(Controller):
    """Listens on any port that is free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    chain, key = make_loopback(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    handler = Post(0)

    def knows(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        fits = (data.login, data.password) == (b"passerby", PASSWORD.encode())
        return AuthResult(success=fits, handled=False)  # or nobody answers the client, which waits for long

    controller = AnyPort(
        handler, hostname="127.0.0.1", port=0, tls_context=context, require_starttls=True, authenticator=knows,
        auth_required=True,
    )  # fmt: skip
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


def settings(address: str, folder: Path, post: Post, **changes: Any) -> Settings:
    (folder / "password").write_text(f"{PASSWORD}\n")
    return Settings(
        library=address,
        **{"mail_server": f"127.0.0.1:{post.port}", "mail_from": "passerby@example.org", "mail_user": "passerby",
           "mail_password_file": str(folder / "password")} | changes,
    )  # fmt: skip


def end_job(store: Store, kind: str, status: JobEnd, caller: str, result: dict[str, Any]) -> None:
    store.jobs.put(kind, {}, caller=caller)
    taken = store.jobs.take()
    assert taken is not None
    assert store.jobs.end(taken, status, "march.mp4: why", result, "")


def test_users_are_written_to_of_what_they_want_and_nothing_of_a_video_is_told(tmp_path: Path, post: Post) -> None:
    address = str(tmp_path / "library")
    chosen = settings(address, tmp_path, post)
    mailer = Mailer(chosen, "https://video.example.org")
    contacts = Contacts(address, sends=mailer.sends)
    with open_store(address, create=True) as store:
        video = add(store, "march.mp4")
        for name in ("ada", "bob"):
            store.accounts.add(User(name, "admin", "", 0))
        assert contacts.get(ADA) == {"mail": "", "wanted": [], "sends": True}
        contacts.put(ADA, "ada@example.org", ["job_failed", "leak", "mention"])
        end_job(store, "redact", "done", "ada", {"audit": {"state": "failed"}})
        end_job(store, "redact", "done", "ada", {"audit": {"state": "passed"}})
        end_job(store, "add", "failed", "ada", {})
        end_job(store, "add", "failed", "bob", {})
        store.comments.put(video, "bob", "look, @ada, at the secret door", None, ["ada"])
        mailer.start()
        told = [post.mails.get(timeout=SECONDS) for _ in range(3)]
        mailer.end()
        assert store.contacts.take() is None
    mails = [message_from_bytes(mail.original_content or b"", policy=default) for mail in told]
    assert {address for mail in told for address in mail.rcpt_tos} == {"ada@example.org"}
    assert [mail["subject"].strip() for mail in mails] == [
        "Passerby: Making a safe copy has ended: its audit found faces that show",
        "Passerby: Adding a video has failed",
        "Passerby: bob mentions you in a comment",
    ]
    texts = [f"{mail['subject']} {mail.get_content()}" for mail in mails]
    assert "https://video.example.org/jobs" in texts[0]
    assert f"https://video.example.org/videos/{video}" in texts[2]
    assert not [word for word in ("march", "secret", "why") for text in texts if word in text]
    assert post.mails.empty()


def test_what_could_not_be_sent_is_tried_again_and_goes_with_its_job(
    tmp_path: Path, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    address = str(tmp_path / "library")
    (tmp_path / "wrong").write_text("another password")
    mailer = Mailer(settings(address, tmp_path, post, mail_password_file=str(tmp_path / "wrong")))
    with open_store(address, create=True) as store:
        store.accounts.add(User("ada", "admin", "", 0))
        store.contacts.put("ada", "ada@example.org", ["job_done"])
        end_job(store, "pull", "done", "ada", {})
        due = store.contacts.take()
        assert due is not None
        assert (due.contact.user, due.attempt) == ("ada", 1)
        wrong, right = (
            MailServer.of(settings(address, tmp_path, post, mail_password_file=str(tmp_path / name)))
            for name in ("wrong", "password")
        )
        assert wrong is not None
        assert right is not None
        mailer._round(store, wrong, due)
        assert "try 1 of 6" in caplog.text
        assert PASSWORD not in caplog.text
        assert post.mails.empty()
        mailer._round(store, right, due)
        assert b"Fetching a model has ended" in (post.mails.get(timeout=SECONDS).original_content or b"")
    assert post.mails.empty()


@pytest.mark.parametrize(
    "changes",
    [{"mail_from": "Ada <a@b>"}, {"mail_server": "host:port"}, {"mail_security": "none"}, {"mail_security": "ssl"},
     {"mail_password_file": "nowhere"}],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused_at_once(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=f"PASSERBY_{next(iter(changes)).upper()}"):
        Mailer(settings("nowhere", tmp_path, Post(25), **changes))
    assert not Mailer(Settings()).sends


def test_only_users_have_an_address_and_only_one_that_is(tmp_path: Path) -> None:
    address = str(tmp_path / "library")
    with open_store(address, create=True) as store:
        store.accounts.add(User("ada", "admin", "", 0))
    contacts = Contacts(address, sends=False)
    for wrong in ("ada", "a@b\nBcc: c@d", "a@b,c@d", "ä@example.org"):
        with pytest.raises(UsageError, match="mail"):
            contacts.put(ADA, wrong, [])
    with pytest.raises(UsageError, match="no user"):
        contacts.put(Caller("(local)"), "a@b", [])
    contacts.put(ADA, "a@b", ["leak"])
    assert contacts.put(ADA, "", []) == {"mail": "", "wanted": [], "sends": False}
