"""Logging in with an account at a provider of OpenID Connect, which is a server of its own on the loopback."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from passerby.accounts import Accounts
from passerby.errors import LogInError, UsageError
from passerby.outside_login import LoginAttempt, OutsideLogin, RoleRule
from passerby.settings import Settings
from serving import make_users, server

API = "/api/v1"
Browsers = Callable[[str], httpx.Client]
PROVIDER = Path(__file__).parents[1] / "pkce_provider.py"
SECRET = "the provider knows it"
PEOPLE = [
    {"sub": "rita-1", "preferred_username": "Rita R.", "groups": ["desk", "editors"]},
    {"sub": "vic-1", "preferred_username": "ada", "groups": ["desk"]},
    {"sub": "nobody-1", "groups": ["guests"]},
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider in a process of its own, which knows these people, asks for no password, and enforces PKCE."""
    command = [sys.executable, str(PROVIDER), json.dumps(PEOPLE)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def browsers() -> Iterator[Browsers]:
    """Browsers, each with cookies of its own, for a server."""
    with ExitStack() as stack:
        yield lambda address: stack.enter_context(httpx.Client(base_url=address))


@pytest.fixture
def library(tmp_path: Path) -> Path:
    make_users(tmp_path / "library", {"ada": "admin"})
    return tmp_path / "library"


def settings(issuer: str, library: Path, **changes: Any) -> dict[str, Any]:
    secret = library.parent / "secret"
    secret.write_text(f"{SECRET}\n")
    return {
        "oidc_issuer": issuer,
        "oidc_client": "passerby",
        "oidc_secret_file": str(secret),
        "oidc_roles": "groups:editors=reviewer groups:desk=viewer",
    } | changes


def log_in(browser: httpx.Client, subject: str, following: str = "/") -> httpx.Response:
    """What a browser does that logs in there: the last answer."""
    sent = browser.get("/login/elsewhere", params={"next": following})
    asked = sent.headers["location"]
    back = httpx.post(asked, data={"sub": subject}).headers["location"]
    return browser.get(back)


def session(browser: httpx.Client) -> Any:
    return browser.get(f"{API}/session").json()


def test_who_has_a_role_is_taken_in_and_led_on(issuer: str, library: Path, browsers: Browsers) -> None:
    with server(library, accounts=True, **settings(issuer, library, oidc_takes_in=1)) as address:
        assert urlsplit(issuer).netloc in httpx.get(f"{address}/login").text
        rita, vic, again = (browsers(address) for _ in range(3))
        answer = log_in(rita, "rita-1", "/search?words=a.b")
        assert (answer.status_code, answer.headers["location"]) == (303, "/search?words=a.b")
        assert (session(rita)["name"], session(rita)["role"]) == ("rita-r", "reviewer")
        assert [each["browser"] for each in rita.get(f"{API}/sessions").json()["sessions"]] == ["a program"]
        log_in(vic, "vic-1")
        assert (session(vic)["name"], session(vic)["role"]) == ("ada-2", "viewer")  # that name is somebody else's
        log_in(again, "rita-1")
        assert session(again)["name"] == "rita-r"
        answer = log_in(browsers(address), "nobody-1")
        assert (answer.status_code, "does not know you" in answer.text) == (403, True)
        end = httpx.get(f"{address}/login/elsewhere/out").headers["location"]
        assert end.startswith(f"{issuer}/")
    users = {user["name"]: user["role"] for user in Accounts(Settings(library=str(library))).users()}
    assert users == {"ada": "admin", "ada-2": "viewer", "rita-r": "reviewer"}


def test_unknown_ones_are_refused_and_linked_ones_keep_their_role(
    issuer: str, library: Path, browsers: Browsers
) -> None:
    accounts = Accounts(Settings(library=str(library)))
    with server(library, accounts=True, **settings(issuer, library)) as address:
        answer = log_in(browsers(address), "rita-1")
        assert (answer.status_code, "does not know you" in answer.text) == (403, True)
        accounts.link_outside("ada", issuer, "nobody-1")
        ada = browsers(address)
        log_in(ada, "nobody-1")
        assert (session(ada)["name"], session(ada)["role"]) == ("ada", "admin")
        wrong = httpx.post(f"{address}{API}/session", json={"name": "rita-r", "password": ""})
        assert wrong.status_code == 401


def test_who_loses_the_role_there_has_none_here(issuer: str, library: Path, browsers: Browsers) -> None:
    changed = settings(issuer, library, oidc_takes_in=1)
    with server(library, accounts=True, **changed) as address:
        log_in(browsers(address), "rita-1")
        for password in ("", "x" * 12):
            asked = {"name": "rita-r", "password": password}
            assert httpx.post(f"{address}{API}/session", json=asked).status_code == 401
    with server(library, accounts=True, **changed | {"oidc_roles": "groups:editors=viewer"}) as address:
        rita = browsers(address)
        log_in(rita, "rita-1")
        assert session(rita)["role"] == "viewer"
    with server(library, accounts=True, **changed | {"oidc_roles": "groups:others=viewer"}) as address:
        answer = log_in(browsers(address), "rita-1")
        assert (answer.status_code, "no role here" in answer.text) == (403, True)


def test_what_comes_back_must_be_what_was_asked_for(issuer: str, library: Path, browsers: Browsers) -> None:
    with server(library, accounts=True, **settings(issuer, library, oidc_takes_in=1)) as address:
        browser, other = browsers(address), browsers(address)
        asked = browser.get("/login/elsewhere").headers["location"]
        back = httpx.post(asked, data={"sub": "rita-1"}).headers["location"]
        assert other.get(back).status_code == 403  # of another browser, to which somebody sent the link
        other.get("/login/elsewhere")
        assert other.get(back).status_code == 403
        for wrong in (re.sub("state=[^&]+", "state=x", back), re.sub("code=[^&]+", "code=x", back), f"{back}&error=x"):
            browser.get("/login/elsewhere")
            assert browser.get(wrong).status_code == 403, wrong
        assert "passerby" not in browser.cookies
    assert len(Accounts(Settings(library=str(library))).users()) == 1


def test_a_token_of_another_attempt_client_or_issuer_is_refused(issuer: str, library: Path) -> None:
    provider = OutsideLogin(Settings(library=str(library), **settings(issuer, library)))
    back = "http://127.0.0.1/login/elsewhere/back"

    def answer(attempt: LoginAttempt) -> dict[str, str]:
        location = httpx.post(provider.address(attempt, back), data={"sub": "rita-1"}).headers["location"]
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    first, second = LoginAttempt.new(), LoginAttempt.new()
    assert provider.user(first, answer(first), back).role == "reviewer"
    stolen = answer(first) | {"state": second.state}  # the code of a log-in that somebody else began
    with pytest.raises(LogInError, match="not right"):
        provider.user(replace(second, verifier=first.verifier), stolen, back)
    other = OutsideLogin(Settings(library=str(library), **settings(issuer, library, oidc_client="other")))
    token = provider._id_token(first, answer(first)["code"], back)
    with pytest.raises(Exception, match="not right"):
        other._claims(token, first.nonce)
    with pytest.raises(Exception, match="not right"):
        provider._claims(token[:-8] + "AAAAAAAA", first.nonce)


def test_a_code_is_of_no_use_to_who_has_not_asked_for_it(issuer: str, library: Path) -> None:
    provider = OutsideLogin(Settings(library=str(library), **settings(issuer, library)))
    back = "http://127.0.0.1/login/elsewhere/back"
    attempt = LoginAttempt.new()
    for verifier in (LoginAttempt.new().verifier, ""):
        asked = provider.address(attempt, back)
        code = parse_qs(urlsplit(httpx.post(asked, data={"sub": "rita-1"}).headers["location"]).query)["code"][0]
        with pytest.raises(LogInError, match="cannot be asked who you are"):
            provider._id_token(replace(attempt, verifier=verifier), code, back)
    plain = re.sub("code_challenge_method=S256", "code_challenge_method=plain", provider.address(attempt, back))
    assert httpx.post(plain, data={"sub": "rita-1"}).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [{"oidc_issuer": "http://id.example.org"}, {"oidc_client": ""}, {"oidc_secret_file": "nowhere"},
     {"oidc_roles": "groups:boss=admin"}, {"oidc_roles": "reviewer"}],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused_at_once(issuer: str, library: Path, changes: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=f"PASSERBY_{next(iter(changes)).upper()}"):
        OutsideLogin(Settings(library=str(library), **settings(issuer, library, **changes)))


def test_a_claim_may_lie_in_another() -> None:
    rule = RoleRule.read("realm_access.roles:editor=reviewer")
    assert rule.fits({"realm_access": {"roles": ["editor"]}})
    assert not rule.fits({"realm_access": ["editor"]})
    assert not rule.fits({})
