"""Who gets what by a link, and what the log tells of it."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest

from copies import audit_of_nothing
from libraries import add, add_copy
from passerby.callers import ROLES, Caller
from passerby.errors import LogInError, TooManyTriesError, UnknownError, UsageError
from passerby.evidence.custody import Custody
from passerby.service.copies import Copies
from passerby.service.shares import DAY, Shares, ShareTerms
from passerby.store.library import open_store
from passerby.store.tries import FREE_OF_A_NAME

RITA = Caller("rita", "reviewer", ROLES["reviewer"])
HOME = "192.0.2.1"


@dataclass
class Clock:
    now: int = 1_700_000_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shares(tmp_path: Path, clock: Clock) -> Shares:
    """The links of a library with a copy, aa, that passed, and one, bb, that did not."""
    library = str(tmp_path / "library")
    passed = audit_of_nothing().document()
    failed = audit_of_nothing("a frame is missing").document()
    with open_store(library, create=True) as store:
        video = add(store, "street.mp4")
        for copy, audit in (("aa", passed), ("bb", failed)):
            manifest = {"copy": {"name": "safe.mp4"}, "summary": ["hidden: faces in 1 track"], "audit": audit}
            add_copy(store, copy, video, safe__mp4=b"film", manifest__json=json.dumps(manifest).encode())
    custody = Custody(library, clock)
    return Shares(library, Copies(library, custody), custody, clock)


def log(shares: Shares) -> list[tuple[str, str, dict[str, object]]]:
    return [(entry["user"], entry["action"], dict(entry["details"])) for entry in shares._custody.entries()]


def test_a_link_leads_to_its_copy_once_it_is_opened_and_each_use_is_noted(shares: Shares) -> None:
    made = shares.add(RITA, ["aa"], ShareTerms(label="For the press"))
    token, number = made.pop("token"), made["number"]
    assert made["state"] == "open"
    assert shares.all() == [made]
    assert shares.shown(token, "").copies == ()
    with pytest.raises(UnknownError):
        shares.file(token, "", "aa", download=False)
    visit = shares.open(token, "", HOME)
    shown = shares.shown(token, visit)
    assert [copy["summary"] for copy in shown.copies] == [["hidden: faces in 1 track"]]
    name, file = shares.file(token, visit, "aa", download=True)
    assert (name, Path(str(file)).read_bytes()) == ("safe.mp4", b"film")
    shares.remove(RITA, number)
    assert log(shares) == [
        ("rita", "share", {"copy": "aa", "number": number, "days": 7}),
        ("(link)", "open_share", {"copy": "aa", "number": number}),
        ("(link)", "download", {"copy": "aa", "number": number}),
        ("rita", "unshare", {}),
    ]
    for leads_nowhere in (lambda: shares.shown(token, visit), lambda: shares.open(token, "", HOME)):
        with pytest.raises(UnknownError, match="leads nowhere"):
            leads_nowhere()


def test_nothing_but_its_copies_is_reached_and_of_those_what_viewers_may_see(shares: Shares) -> None:
    with pytest.raises(UnknownError):
        shares.add(RITA, ["bb"], ShareTerms())
    with pytest.raises(UnknownError):
        shares.add(RITA, ["cc"], ShareTerms())
    token = shares.add(RITA, ["aa"], ShareTerms())["token"]
    visit = shares.open(token, "", HOME)
    for copy in ("bb", "cc", "../aa", ""):
        with pytest.raises(UnknownError):
            shares.file(token, visit, copy, download=False)
    other = shares.add(RITA, ["aa"], ShareTerms())["token"]
    with pytest.raises(UnknownError):  # what opens one opens no other
        shares.file(other, visit, "aa", download=False)
    assert token not in Path(shares._library, "library.db").read_bytes().decode("latin-1")


def test_it_ends_with_its_days_and_its_times(shares: Shares, clock: Clock) -> None:
    token = shares.add(RITA, ["aa"], ShareTerms(days=1, times=1))["token"]
    visit = shares.open(token, "", HOME)
    with pytest.raises(UnknownError):
        shares.open(token, "", HOME)
    assert shares.shown(token, visit).is_opened  # who has opened it goes on
    assert [share["state"] for share in shares.all()] == ["used_up"]
    clock.now += DAY
    with pytest.raises(UnknownError):
        shares.shown(token, visit)
    assert [share["state"] for share in shares.all()] == ["expired"]


def test_wrong_passwords_open_nothing_and_have_to_wait(shares: Shares) -> None:
    token = shares.add(RITA, ["aa"], ShareTerms(password="a bridge at dawn"))["token"]
    for _ in range(FREE_OF_A_NAME):
        with pytest.raises(LogInError):
            shares.open(token, "a guess", HOME)
    with pytest.raises(TooManyTriesError):
        shares.open(token, "a bridge at dawn", HOME)
    assert shares.open(token, "a bridge at dawn", "198.51.100.7")
    assert [share["opened"] for share in shares.all()] == [1]
    assert ("(link)", "log_in_failed", {}) in log(shares)


@pytest.mark.parametrize(
    "changes", [{"days": 0}, {"days": 367}, {"times": -1}, {"password": "short"}, {"label": "a\u202eb"},
                {"label": "x" * 201}],
)  # fmt: skip
def test_terms_that_cannot_be_are_refused(shares: Shares, changes: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(changes))):
        shares.add(RITA, ["aa"], replace(ShareTerms(), **changes))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="copies"):
        shares.add(RITA, [], ShareTerms())
    assert asdict(ShareTerms())["times"] == 0
    assert shares.all() == []
