"""Who may what: passwords, sessions, tokens; and that what was changed is in the log."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from passerby.accounts import DAY, IDLE, TOKEN_PREFIX, Accounts
from passerby.callers import ROLES, Caller
from passerby.errors import LogInError, MissingExtraError, StoreError, TooManyTriesError, UsageError
from passerby.evidence.custody import Custody, LogEntry
from passerby.settings import Settings
from passerby.store.library import open_store

PASSWORD, OTHER = "correct horse battery", "another long password"
ADDRESS = "192.0.2.7"
JANE = "jane.doe@example.org"


@dataclass
class Clock:
    """A clock that a test sets."""

    now: int = 1_700_000_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def with_ann(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with one admin, which each test has a copy of."""
    library = tmp_path_factory.mktemp("ann")
    Accounts(Settings(library=str(library)), Clock()).add_user("ann", PASSWORD, "admin")
    return library


@pytest.fixture
def accounts(with_ann: Path, tmp_path: Path, clock: Clock) -> Accounts:
    """Those of a library with one admin, "ann"."""
    shutil.copytree(with_ann, tmp_path, dirs_exist_ok=True)
    return Accounts(Settings(library=str(tmp_path)), clock)


@pytest.fixture(scope="module")
def jane(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    """Those of a library with one user, for tests that change nothing."""
    made = Accounts(Settings(library=str(tmp_path_factory.mktemp("jane"))))
    made.add_user(JANE, PASSWORD, "viewer")
    return made


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def entries(accounts: Accounts) -> list[LogEntry]:
    return Custody(accounts.address).entries()


def told(accounts: Accounts) -> list[tuple[str, str, str]]:
    return [(entry["user"], entry["action"], entry["subject"]) for entry in entries(accounts)]


# Users


def test_a_library_is_made_for_the_first_user(tmp_path: Path) -> None:
    accounts = Accounts(Settings(library=str(tmp_path / "new")))
    assert accounts.empty()
    assert not (tmp_path / "new").exists()
    with pytest.raises(StoreError, match="no library"):
        accounts.users()
    accounts.add_user(" Ann@Example.org ", PASSWORD, "admin")
    assert not accounts.empty()
    assert [(user["name"], user["role"]) for user in accounts.users()] == [("ann@example.org", "admin")]


@pytest.mark.parametrize(
    ("name", "password", "role", "wrong"),
    [
        ("", PASSWORD, "viewer", "user name"),
        ("two words", PASSWORD, "viewer", "user name"),
        ("x" * 65, PASSWORD, "viewer", "user name"),
        ("(console)", PASSWORD, "viewer", "user name"),
        ("bob", "x" * 11, "viewer", "12 to 1024 characters, found 11"),
        ("bob", "x" * 1025, "viewer", "found 1025"),
        ("a-long-name-of-one", "A-Long-Name-of-One", "viewer", "name of the user"),
        ("bob", PASSWORD, "owner", "viewer, reviewer, custodian, admin"),
        ("ann", PASSWORD, "viewer", "already"),
    ],
)
def test_users_that_cannot_be_are_refused(accounts: Accounts, name: str, password: str, role: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        accounts.add_user(name, password, role)
    assert [user["name"] for user in accounts.users()] == ["ann"]
    assert told(accounts) == [("(console)", "add_user", "user:ann")]


def test_the_last_admin_stays(accounts: Accounts) -> None:
    accounts.add_user("bob", PASSWORD, "reviewer")
    with pytest.raises(UsageError, match="last admin"):
        accounts.remove_user("ann")
    with pytest.raises(UsageError, match="last admin"):
        accounts.set_role("ann", "reviewer")
    accounts.set_role("ann", "admin")
    accounts.set_role("bob", "admin")
    accounts.remove_user("ann", by=Caller("bob"))
    assert [user["name"] for user in accounts.users()] == ["bob"]
    assert told(accounts)[-1] == ("bob", "remove_user", "user:ann")


def test_who_is_not_there_cannot_be_changed(accounts: Accounts) -> None:
    changes: list[Callable[[], object]] = [
        lambda: accounts.set_password("eve", PASSWORD),
        lambda: accounts.set_role("eve", "admin"),
        lambda: accounts.set_role("eve", "viewer"),
        lambda: accounts.remove_user("eve"),
        lambda: accounts.make_token("eve", "", ["read"], 1),
        lambda: accounts.tokens("eve"),
    ]
    for change in changes:
        with pytest.raises(UsageError, match="no user 'eve'"):
            change()
    assert len(entries(accounts)) == 1


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaa", "123456789012", "passwordpassword", "qwertyuiop12", "zaq12wsxcde3", "abcabcabcabc",
     "passerby2024!", "PasserbyPasserby", "administrator", "jane.doe1234", "janedoejanedoe", "example.org12",
     "a" * 1000, "P@ssw0rd1234"],
)  # fmt: skip
def test_passwords_that_are_easy_to_guess_are_refused(jane: Accounts, password: str) -> None:
    with pytest.raises(UsageError, match="hard to guess"):
        jane.add_user(JANE, password, "viewer")
    with pytest.raises(UsageError, match="hard to guess"):
        jane.set_password(JANE, password)
    # The password is looked at before the session, and the current password, are.
    with pytest.raises(UsageError, match="hard to guess"):
        jane.change_password(JANE, PASSWORD, password, session="none", address=ADDRESS)
    assert [action for _, action, _ in told(jane)] == ["add_user"]


@pytest.mark.parametrize("password", ["kX9#mQ2$vL7!", "four words of no kin", "\u00fcber den sieben Br\u00fccken"])
def test_other_passwords_are_taken_whatever_they_are_made_of(accounts: Accounts, password: str) -> None:
    accounts.add_user("jane", password, "viewer")
    assert accounts.log_in("jane", password, ADDRESS)


# Log-in and sessions


def test_who_logs_in_is_known_until_they_log_out(accounts: Accounts) -> None:
    token = accounts.log_in("ANN", PASSWORD, ADDRESS)
    assert accounts.caller_of_session(token) == Caller("ann", "admin", ROLES["admin"])
    accounts.log_out(token)
    accounts.log_out(token)
    assert accounts.caller_of_session(token) is None
    assert told(accounts)[1:] == [("ann", "log_in", "user:ann"), ("ann", "log_out", "user:ann")]


def test_the_same_password_in_another_notation_fits(accounts: Accounts) -> None:
    accounts.set_password("ann", "caf\u00e9 caf\u00e9 caf\u00e9")
    assert accounts.log_in("ann", "cafe\u0301 cafe\u0301 cafe\u0301", ADDRESS)


def test_a_wrong_name_is_told_as_a_wrong_password_is(accounts: Accounts) -> None:
    messages = set()
    for name, password in (("ann", OTHER), ("eve", PASSWORD), ("ann", "x" * 5000), ("", ""), ("ann", "\udcff")):
        with pytest.raises(LogInError) as error:
            accounts.log_in(name, password, ADDRESS)
        assert not isinstance(error.value, TooManyTriesError)
        messages.add(str(error.value))
    assert messages == {"the name or the password is wrong"}
    noted = [(entry["user"], entry["action"], entry["subject"]) for entry in entries(accounts)[1:]]
    ann, unknown = ("ann", "log_in_failed", "user:ann"), ("(unknown)", "log_in_failed", "")
    assert noted == [ann, unknown, ann, unknown, ann]


def test_an_unknown_name_costs_a_hash_too(accounts: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import argon2

    costs: list[tuple[int, int, int]] = []
    low_level = argon2.low_level.hash_secret

    def counted(*arguments: object, **options: int) -> bytes:
        costs.append((options["time_cost"], options["memory_cost"], options["parallelism"]))
        made: bytes = low_level(*arguments, **options)  # type: ignore[arg-type]
        return made

    monkeypatch.setattr("argon2._password_hasher.hash_secret", counted)
    with pytest.raises(LogInError):
        accounts.log_in("eve", OTHER, ADDRESS)
    with open_store(tmp_path, create=False) as store:
        kept = store.accounts.get("ann").password
    of_a_user = argon2.extract_parameters(kept)
    assert costs == [(of_a_user.time_cost, of_a_user.memory_cost, of_a_user.parallelism)]


def test_guesses_have_to_wait_even_if_right_and_after_a_restart(
    accounts: Accounts, clock: Clock, tmp_path: Path
) -> None:
    for _ in range(5):
        with pytest.raises(LogInError, match="is wrong"):
            accounts.log_in("ann", OTHER, ADDRESS)
    restarted = Accounts(Settings(library=str(tmp_path)), clock)
    with pytest.raises(TooManyTriesError, match="30 s") as error:
        restarted.log_in("ann", PASSWORD, ADDRESS)
    assert error.value.seconds == 30
    assert restarted.log_in("ann", PASSWORD, "198.51.100.1")  # others' guesses keep nobody out
    clock.now += 30 * 1_000_000
    assert restarted.log_in("ann", PASSWORD, ADDRESS)
    assert restarted.log_in("ann", PASSWORD, ADDRESS)


def test_a_new_password_ends_sessions_and_waits(accounts: Accounts) -> None:
    token = accounts.log_in("ann", PASSWORD, ADDRESS)
    for _ in range(5):
        with pytest.raises(LogInError):
            accounts.log_in("ann", OTHER, ADDRESS)
    accounts.set_password("ann", OTHER, by=Caller("ann"))
    assert accounts.caller_of_session(token) is None
    assert accounts.log_in("ann", OTHER, ADDRESS)
    with pytest.raises(LogInError):
        accounts.log_in("ann", PASSWORD, ADDRESS)


def test_who_changes_their_password_stays_logged_in_here_alone(accounts: Accounts) -> None:
    here, elsewhere = (accounts.log_in("ann", PASSWORD, ADDRESS) for _ in range(2))
    accounts.change_password("ann", PASSWORD, OTHER, session=here, address=ADDRESS)
    assert accounts.caller_of_session(here)
    assert accounts.caller_of_session(elsewhere) is None
    assert accounts.log_in("ann", OTHER, ADDRESS)
    with pytest.raises(LogInError):
        accounts.log_in("ann", PASSWORD, ADDRESS)
    assert ("ann", "set_password", "user:ann") in told(accounts)


def test_the_current_password_is_asked_for_and_guessing_it_has_to_wait(accounts: Accounts) -> None:
    here = accounts.log_in("ann", PASSWORD, ADDRESS)
    with pytest.raises(UsageError, match="expected 12 to"):
        accounts.change_password("ann", PASSWORD, "short", session=here, address=ADDRESS)
    for _ in range(5):
        with pytest.raises(UsageError, match="not your password"):
            accounts.change_password("ann", OTHER, OTHER, session=here, address=ADDRESS)
    with pytest.raises(TooManyTriesError):
        accounts.change_password("ann", PASSWORD, OTHER, session=here, address=ADDRESS)
    assert ("ann", "set_password", "user:ann") not in told(accounts)
    assert accounts.caller_of_session(here)


def test_sessions_end_when_they_are_not_used(accounts: Accounts, clock: Clock) -> None:
    token = accounts.log_in("ann", PASSWORD, ADDRESS)
    clock.now += 7 * DAY - 1
    assert accounts.caller_of_session(token)
    clock.now += 7 * DAY - 1
    assert accounts.caller_of_session(token)
    clock.now += 7 * DAY
    assert accounts.caller_of_session(token) is None


def test_sessions_end_after_thirty_days_however_used(accounts: Accounts, clock: Clock) -> None:
    token = accounts.log_in("ann", PASSWORD, ADDRESS)
    for _ in range(29):
        clock.now += DAY
        assert accounts.caller_of_session(token)
    clock.now += DAY - 1
    assert accounts.caller_of_session(token)
    clock.now += 1
    assert accounts.caller_of_session(token) is None


def test_a_role_changes_at_once(accounts: Accounts) -> None:
    accounts.add_user("bob", PASSWORD, "admin")
    session = accounts.log_in("bob", PASSWORD, ADDRESS)
    token = accounts.make_token("bob", "", ["read", "write", "admin"], 1)
    accounts.set_role("bob", "viewer", by=Caller("ann"))
    for caller in (accounts.caller_of_session(session), accounts.caller_of_token(token)):
        assert caller == Caller("bob", "viewer", frozenset({"read"}))
    accounts.remove_user("bob", by=Caller("ann"))
    assert accounts.caller_of_session(session) is None
    assert accounts.caller_of_token(token) is None


def test_without_the_package_the_extra_is_named(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    token = accounts.log_in("ann", PASSWORD, ADDRESS)

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("passerby.extras.import_module", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'passerby\[serve\]'"):
        accounts.log_in("ann", PASSWORD, ADDRESS)
    assert accounts.caller_of_session(token)


def test_nothing_that_lets_in_is_kept_as_it_is(accounts: Accounts, tmp_path: Path) -> None:
    secrets = [PASSWORD, accounts.log_in("ann", PASSWORD, ADDRESS), accounts.make_token("ann", "", ["read"], 1)]
    with pytest.raises(LogInError):
        accounts.log_in("my secret by mistake", OTHER, "203.0.113.9")
    kept = files(tmp_path)
    assert b"$argon2id$" in kept
    for secret in (*secrets, OTHER, "my secret by mistake", "203.0.113.9", ADDRESS):
        assert secret.removeprefix(TOKEN_PREFIX).encode() not in kept


# Tokens


def test_a_token_of_an_admin_may_only_what_it_is_for(accounts: Accounts, clock: Clock) -> None:
    token = accounts.make_token("ann", "ingest", ["write", "read"], 90)
    caller = accounts.caller_of_token(token)
    assert caller == Caller("ann", "admin", frozenset({"read", "write"}))
    assert caller is not None
    assert [caller.may("viewer"), caller.may("reviewer"), caller.may("admin")] == [True, False, False]
    assert accounts.caller_of_session(token) is None
    assert accounts.caller_of_token(accounts.log_in("ann", PASSWORD, ADDRESS)) is None
    clock.now += 90 * DAY - 1
    assert accounts.caller_of_token(token)
    clock.now += 1
    assert accounts.caller_of_token(token) is None
    (kept,) = accounts.tokens("ann")
    assert (kept["number"], kept["label"], kept["scopes"], kept["expired"]) == (1, "ingest", ["read", "write"], True)
    assert kept["expires"] == "2024-02-12T22:13:20.000000+00:00"


def test_a_revoked_token_lets_nobody_in(accounts: Accounts) -> None:
    accounts.add_user("bob", PASSWORD, "viewer")
    first, second = (accounts.make_token("ann", str(n), ["read"], 1) for n in range(2))
    with pytest.raises(UsageError, match="'bob' has no token 1"):
        accounts.revoke_token("bob", 1)
    accounts.revoke_token("ann", 1, by=Caller("ann"))
    assert accounts.caller_of_token(first) is None
    assert accounts.caller_of_token(second)
    accounts.revoke_token("ann", 2)
    accounts.make_token("ann", "", ["read"], 1)
    assert [token["number"] for token in accounts.tokens("ann")] == [3]
    assert ("ann", "revoke_token", "token:1") in told(accounts)


@pytest.mark.parametrize(
    ("scopes", "days", "label", "wrong"),
    [
        ([], 1, "", "found none"),
        (["everything"], 1, "", "read, redact, write, custody, admin, found everything"),
        (["redact", "admin"], 1, "", "is viewer, which may not admin, redact"),
        (["read"], 0, "", "1 to 366"),
        (["read"], 367, "", "1 to 366"),
        (["read"], 1, "x" * 101, "at most 100"),
    ],
)
def test_tokens_that_cannot_be_are_refused(
    accounts: Accounts, scopes: list[str], days: int, label: str, wrong: str
) -> None:
    accounts.add_user("bob", PASSWORD, "viewer")
    with pytest.raises(UsageError, match=wrong):
        accounts.make_token("bob", label, scopes, days)
    assert accounts.tokens("bob") == []


def test_sessions_that_have_expired_are_told_of(accounts: Accounts, clock: Clock) -> None:
    for _ in range(2):
        accounts.log_in("ann", PASSWORD, ADDRESS)
    clock.now += IDLE
    accounts.log_in("ann", PASSWORD, ADDRESS)
    ended, begun = entries(accounts)[-2:]
    assert (ended["action"], ended["subject"], ended["details"]) == ("end_session", "user:ann", {"sessions": 2})
    assert begun["action"] == "log_in"
    accounts.set_password("ann", OTHER)
    assert entries(accounts)[-1]["details"] == {"sessions": 1}
