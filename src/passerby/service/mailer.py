"""Tells users by mail what they want to hear of: their jobs, leaks, and where somebody mentions them.

A mail leaves the library for good, so it says that something is, and where to look, and nothing of a video: no name, no
text, no picture (law 4).
"""

import logging
import re
import smtplib
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from passerby.errors import PasserbyError, UsageError
from passerby.settings import Settings
from passerby.store.contacts import PAUSES, DueMail, Wanted
from passerby.store.jobs import StoredJob
from passerby.store.library import Store, open_store

SECONDS = 20.0  # for one answer of the mail server
ENDING_SECONDS = 1.0
WATCH_SECONDS = 1.0  # how often it is looked whether any is due
SECURITY = ("starttls", "tls", "none")
LEAKY = "failed"  # the state of an audit
WORK: Mapping[str, str] = {
    "add": "Adding a video",
    "look": "The look at what a copy should hide",
    "redact": "Making a safe copy",
    "audit": "Checking a safe copy",
    "pull": "Fetching a model",
    "check": "Checking evidence",
    "bag": "Writing a case to hand on",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes mails to be sent, as the settings say."""

    host: str
    port: int
    sender: str
    user: str
    password: str
    security: str

    @classmethod
    def of(cls, settings: Settings) -> "MailServer | None":
        """None where no mail is sent. Raises UsageError for settings that do not fit."""
        if not settings.mail_server:
            return None
        host, _, port = settings.mail_server.partition(":")
        if settings.mail_security not in SECURITY:
            raise UsageError(
                f"PASSERBY_MAIL_SECURITY: expected {', '.join(SECURITY)}, found {settings.mail_security!r}"
            )
        if not host or not (port.isdigit() or not port):
            raise UsageError(f"PASSERBY_MAIL_SERVER: expected HOST or HOST:PORT, found {settings.mail_server!r}")
        if not is_address(settings.mail_from):
            raise UsageError(f"PASSERBY_MAIL_FROM: expected a mail address, found {settings.mail_from!r}")
        if settings.mail_user and settings.mail_security == "none":
            raise UsageError("PASSERBY_MAIL_SECURITY: expected starttls or tls, or the password would go in clear")
        usual = {"starttls": 587, "tls": 465, "none": 25}[settings.mail_security]
        password = _first_line(settings.mail_password_file) if settings.mail_user else ""
        return cls(host, int(port or usual), settings.mail_from, settings.mail_user, password, settings.mail_security)

    def send(self, message: EmailMessage) -> None:
        """Raises OSError and smtplib.SMTPException if it is not taken."""
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
            if self.security == "tls"
            else smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        ) as server:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)


class Mailer(threading.Thread):
    """The thread that sends, one mail after the other, while a server runs."""

    def __init__(self, settings: Settings, address: str = "") -> None:
        """``address`` is where browsers reach this server; "" where that is not known. Raises UsageError."""
        super().__init__(name="mailer", daemon=True)
        self._library = settings.library
        self._address = address
        self._server = MailServer.of(settings)
        self._ending = threading.Event()

    @property
    def sends(self) -> bool:
        """Whether there is a mail server."""
        return self._server is not None

    def end(self) -> None:
        """Send no more. What is being sent is given a moment; if it takes longer it is sent again."""
        self._ending.set()
        if self.is_alive():
            self.join(ENDING_SECONDS)

    def run(self) -> None:
        while self._server is not None and not self._ending.wait(WATCH_SECONDS):
            try:
                with open_store(self._library, create=False) as store:
                    while not self._ending.is_set() and (due := store.contacts.take()):
                        self._round(store, self._server, due)
            except PasserbyError as error:  # the library cannot be read at this moment
                logger.warning("nobody can be written to (%s); that is tried again", error)

    def _round(self, store: Store, server: MailServer, due: DueMail) -> None:
        told = _told(store.jobs.get(due.job) if due.job else None, due)
        if told is not None:
            try:
                server.send(self._message(server.sender, due, *told))
            except (OSError, smtplib.SMTPException) as error:
                logger.warning(
                    "a mail could not be sent (try %d of %d): %s", due.attempt, len(PAUSES) + 1, type(error).__name__
                )
                return
        store.contacts.drop(due.id)

    def _message(self, sender: str, due: DueMail, subject: str, path: str) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = f"Passerby: {subject}"
        message["From"], message["To"] = sender, due.contact.mail
        message["Date"], message["Message-ID"] = formatdate(usegmt=True), make_msgid(due.id, sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        where = f"\n{self._address}{path}\n" if self._address else ""
        message.set_content(f"{subject}.\n{where}\nWhat you are written of is chosen in Passerby's settings.\n")
        return message


def is_address(text: str) -> bool:
    """Whether that may be a mail address, and nothing that adds to a mail's head.

    >>> [is_address(text) for text in ("ada@example.org", "ada", "a@b\\nBcc: c@d", "Ada <ada@example.org>")]
    [True, False, False, False]
    """
    return len(text) <= 254 and text.isascii() and re.fullmatch(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+", text) is not None


def _told(job: StoredJob | None, due: DueMail) -> tuple[str, str] | None:
    """What a mail says in one line, and the page to look at; None for what its user does not want to hear."""
    if due.video:
        is_wanted = "mention" in due.contact.wanted
        return (f"{due.by} mentions you in a comment", f"/videos/{due.video}") if is_wanted else None
    if job is None or not set(_subjects(job)) & set(due.contact.wanted):
        return None
    work = WORK.get(job.kind, "A job")
    if "leak" in _subjects(job):
        return f"{work} has ended: its audit found faces that show", "/jobs"
    return f"{work} has {'failed' if job.status == 'failed' else 'ended'}", "/jobs"


def _subjects(job: StoredJob) -> list[Wanted]:
    """What the end of a job is, of what users may want to hear."""
    audit = job.result.get("audit")
    leaks = isinstance(audit, dict) and audit.get("state") == LEAKY
    return [*(["leak"] if leaks else []), "job_failed" if job.status == "failed" else "job_done"]  # type: ignore[list-item]


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"PASSERBY_MAIL_PASSWORD_FILE: {path or 'none'} cannot be read ({error})") from error
