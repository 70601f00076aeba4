"""Every route against every role and nobody; other sites' pages; log-in by HTTP."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from libraries import add_rich
from passerby.accounts import Accounts
from passerby.callers import ROLES
from passerby.client import Client
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web.access import COOKIE
from passerby.web.app import create_app
from serving import PASSWORD, USERS, logged_in, make_users, server
from web_scopes import SCOPES

NO_VIDEO = "0" * 64
API = "/api/v1"

# What a route is asked with, where nothing at all would not be refused for what it is.
QUESTIONS: dict[str, dict[str, Any]] = {
    "GET /api/v1/search": {"params": {"words": "x"}},
    "GET /api/v1/videos/{video}/frame": {"params": {"time": 0}},
    "GET /api/v1/plans/{plan}/frame": {"params": {"time": 0}},
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("access") / "library"
    make_users(library)
    with open_store(library, create=False) as store:
        add_rich(store, "word")
    return library


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    with server(library, accounts=True) as address:
        yield address


@pytest.fixture(scope="module")
def sessions(address: str) -> Iterator[dict[str, httpx.Client]]:
    """Clients by role, that show the token of their session; "" is nobody, "read" etc. have a token of the admin's."""
    clients = {"": httpx.Client(base_url=address)}
    for name, role in USERS.items():
        client = clients[role] = httpx.Client(base_url=address)
        session = client.post(f"{API}/session", json={"name": name, "password": PASSWORD}).json()
        client.headers["X-CSRF-Token"] = session["csrf"]
    for scope in ROLES["admin"]:
        made = clients["admin"].post(f"{API}/tokens", json={"label": scope, "scopes": [scope]}).json()
        clients[f"token {scope}"] = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {made['token']}"})
    yield clients
    for client in clients.values():
        client.close()


def routes() -> set[str]:
    """All that the application answers to."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(library=f"{folder}/library"), accounts=True, loopback=True)
        found = {
            f"{method} {context.path}"
            for context in iter_route_contexts(app.routes)
            for method in getattr(context, "methods", None) or ()
        }
        app.state.desk.pictures.close()
    # Starlette's own routes answer HEAD wherever they answer GET.
    return {route for route in found if not (route.startswith("HEAD") and route.replace("HEAD", "GET") in found)}


def test_every_route_is_in_the_table() -> None:
    assert routes() == set(SCOPES)


def ask(client: httpx.Client, route: str) -> httpx.Response:
    method, path = route.split()
    path = path.replace("{video}", NO_VIDEO).replace("{number}", "99").replace("{what}", "media")
    path = re.sub(r"\{\w+\}", "nothing", path)
    options = QUESTIONS.get(route, {})
    if route.endswith("/events"):
        with client.stream(method, path) as answer:
            if answer.is_error:
                answer.read()
            return answer
    return client.request(method, path, **options)


@pytest.mark.parametrize("route", sorted(set(SCOPES) - {"DELETE /api/v1/session"}))
def test_a_route_answers_those_who_may_ask(route: str, sessions: dict[str, httpx.Client]) -> None:
    wanted = SCOPES[route].removeprefix("page ")
    for who, client in sessions.items():
        answer = ask(client, route)
        scopes = ROLES[who] if who in ROLES else {who.removeprefix("token ")} if who else set()
        by_token = who.startswith("token")
        may = wanted == "anybody" or (wanted == "session" and who in ROLES) or wanted in scopes
        if SCOPES[route].startswith("page"):
            assert answer.status_code == (303 if not who else 403 if not may else answer.status_code), (who, route)
            assert not (may and answer.status_code in (303, 401, 403))
            continue
        refusal = 401 if not who else 403
        if not may:
            assert answer.status_code == refusal, (who, route, answer.text)
            if by_token and wanted == "session":
                assert "log-in" in answer.text
        else:
            assert answer.status_code not in (401, 403) or route == "POST /api/v1/session", (who, route, answer.text)
        assert answer.status_code < 500, (who, route, answer.text)
        if answer.status_code >= 400 and " /api/v1/" in route and not route.startswith("HEAD"):
            assert answer.headers["content-type"] == "application/problem+json", (who, route)
            assert set(answer.json()) == {"type", "title", "status", "detail"}


def test_who_logs_out_is_nobody(address: str, library: Path) -> None:
    with httpx.Client(base_url=address) as client:
        session = client.post(f"{API}/session", json={"name": "vera", "password": PASSWORD}).json()
        cookie = client.cookies[COOKIE]
        assert client.delete(f"{API}/session").status_code == 403
        assert client.delete(f"{API}/session", headers={"X-CSRF-Token": session["csrf"]}).status_code == 204
        assert COOKIE not in client.cookies
        assert client.get(f"{API}/session", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401


# What is never told to a viewer


def test_a_viewer_never_learns_where_files_lie(sessions: dict[str, httpx.Client], library: Path) -> None:
    from passerby.export.formats import FORMATS

    viewer, reviewer = sessions["viewer"], sessions["reviewer"]
    (video,) = viewer.get(f"{API}/videos").json()["videos"]
    assert video["path"] == ""
    assert reviewer.get(f"{API}/videos").json()["videos"][0]["path"].startswith("/footage/")
    addresses = [f"{API}/videos/{video['id']}", f"{API}/videos/{video['id']}/page", f"{API}/search?words=word"]
    addresses += [f"{API}/videos/{video['id']}/exports/{name}" for name in FORMATS]
    told = 0
    for address in addresses:
        answer = viewer.get(address)
        told += answer.is_success
        assert b"footage" not in answer.content, address
        assert str(library).encode() not in answer.content, address
    assert told > 10
    assert b"/footage/" in reviewer.get(f"{API}/videos/{video['id']}/exports/json").content


def test_a_library_that_cannot_be_read_tells_no_path(tmp_path: Path) -> None:
    library = tmp_path / "secret-folder"
    with server(library) as address:
        (library / "library.db").write_bytes(b"no database" * 500)
        answer = httpx.get(f"{address}{API}/health")
        assert answer.status_code == 503
        assert "secret-folder" not in answer.text
        (library / "library.db").unlink()
        for name in ("library.db-wal", "library.db-shm"):
            (library / name).unlink(missing_ok=True)
        open_store(library, create=True).close()


def test_tokens_are_told_to_their_owner_alone(sessions: dict[str, httpx.Client]) -> None:
    number = sessions["admin"].get(f"{API}/tokens").json()["tokens"][0]["number"]
    assert sessions["reviewer"].get(f"{API}/tokens").json() == {"tokens": []}
    assert sessions["reviewer"].delete(f"{API}/tokens/{number}").status_code == 400
    assert "pby_" not in sessions["admin"].get(f"{API}/tokens").text


def test_nobody_gives_a_token_more_than_they_may(sessions: dict[str, httpx.Client]) -> None:
    before = sessions["reviewer"].get(f"{API}/tokens").json()
    answer = sessions["reviewer"].post(f"{API}/tokens", json={"scopes": ["admin", "read"]})
    assert (answer.status_code, "may not admin" in answer.text) == (400, True)
    assert sessions["viewer"].post(f"{API}/tokens", json={"scopes": ["redact"]}).status_code == 400
    assert sessions["reviewer"].get(f"{API}/tokens").json() == before


# Pages of other sites


def test_a_session_without_its_token_changes_nothing(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        session = client.post(f"{API}/session", json={"name": "ada", "password": PASSWORD}).json()
        asked = {"url": "https://nowhere.invalid/"}
        for shown in (b"", b"0" * 64, b"\xe9", None):
            headers = [] if shown is None else [(b"X-CSRF-Token", shown)]
            answer = client.post(f"{API}/hooks", headers=headers, json=asked)
            assert (answer.status_code, answer.json()["type"]) == (403, "urn:passerby:SessionTokenError"), shown
        answer = client.post(f"{API}/hooks", headers={"X-CSRF-Token": session["csrf"]}, json=asked)
        assert answer.status_code == 400  # the host cannot be found


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
@pytest.mark.parametrize("accounts", [True, False])
def test_other_sites_change_nothing(headers: dict[str, str], accounts: bool, address: str, open_address: str) -> None:
    for method, path in (("POST", "/session"), ("DELETE", f"/videos/{NO_VIDEO}"), ("POST", "/hooks")):
        answer = httpx.request(method, (address if accounts else open_address) + API + path, headers=headers)
        assert (answer.status_code, "another site" in answer.text) == (403, True), path


@pytest.fixture(scope="module")
def open_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without accounts."""
    with server(tmp_path_factory.mktemp("open") / "library") as address:
        yield address


def test_other_sites_show_nothing_but_links_lead_here(open_address: str) -> None:
    with httpx.Client(base_url=open_address) as client:
        for site in ("cross-site", "same-site"):
            assert client.get(f"{API}/videos", headers={"Sec-Fetch-Site": site}).status_code == 403
            link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
            assert client.get("/", headers=link).status_code == 200
            assert client.get(f"{API}/videos", headers=link).status_code == 403  # it may leave an entry in the log
        assert client.get(f"{API}/videos", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
        own = {"Origin": open_address, "Sec-Fetch-Site": "same-origin"}
        assert client.delete(f"{API}/hooks/none", headers=own).status_code == 204


@pytest.mark.parametrize(
    "host",
    ["evil.example.org", "evil.example.org:8470", "127.0.0.1.nip.io", "localhost.evil.org", "[::2]", "0.0.0.0",
     "localhost@evil.org", "localhost/", "a b", "[::1", "127.0.0.1:80@evil.org", "192.168.1.5:80", "\u00e9"],
)  # fmt: skip
def test_names_that_lead_here_from_elsewhere_are_refused(open_address: str, host: str) -> None:
    answer = httpx.get(f"{open_address}{API}/videos", headers=[(b"Host", host.encode("latin-1"))])
    assert answer.status_code in (400, 421), answer.text  # 400: of what is no host at all
    assert "videos" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8470", "127.0.0.1", "127.0.0.9:80", "[::1]:8470", "[::1]"])
def test_names_of_this_machine_are_answered(open_address: str, host: str) -> None:
    assert httpx.get(f"{open_address}{API}/health", headers={"Host": host}).status_code == 200


def test_no_address_leads_to_a_host_that_was_named(address: str) -> None:
    for path in (f"{API}/videos/", "//evil.example.org/", f"{API}//videos"):
        answer = httpx.get(address + path)
        assert (answer.status_code, answer.headers.get("location")) == (404, None), path


# Log-in


def test_cookies_are_for_this_site_and_no_script(address: str) -> None:
    answer = httpx.post(f"{address}{API}/session", json={"name": "vera", "password": PASSWORD})
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=2592000"} <= flags
    assert "secure" not in flags  # by http, a browser would not keep it
    assert PASSWORD not in answer.text


def test_guesses_have_to_wait(tmp_path: Path) -> None:
    library = tmp_path / "library"
    make_users(library)
    with server(library, accounts=True) as address:
        statuses = []
        for _ in range(6):
            answer = httpx.post(f"{address}{API}/session", json={"name": "vera", "password": "x" * 12})
            statuses.append(answer.status_code)
        assert statuses == [401] * 5 + [429]
        assert 0 < int(answer.headers["retry-after"]) <= 30
        right = httpx.post(f"{address}{API}/session", json={"name": "vera", "password": PASSWORD})
        assert right.status_code == 429


def test_who_was_removed_hears_no_more_of_jobs(tmp_path: Path) -> None:
    library = tmp_path / "library"
    make_users(library)
    with (
        server(library, accounts=True) as address,
        logged_in(address, "rita") as rita,
        rita._http.stream("GET", f"{API}/jobs/events") as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines) == "event: jobs"
        Accounts(Settings(library=str(library))).remove_user("rita")
        with open_store(library, create=False) as store:
            store.jobs.put("pull", {"model": "secret"})
        assert not any("secret" in line for line in lines)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_a_server_for_others_does_not_start_without_users(tmp_path: Path, host: str) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "passerby",
            "--library",
            str(tmp_path / "library"),
            "serve",
            "--host",
            host,
            "--port",
            "0",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "users add" in done.stderr, done.stdout) == (2, True, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_certificate_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("no certificate")
    done = subprocess.run(
        [sys.executable, "-m", "passerby", "--library", str(tmp_path / "library"), "serve", "--port", "0",
         "--tls-certificate", str(tmp_path / "x.pem"), "--tls-key", str(tmp_path / "y.pem")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "x.pem" in done.stderr, done.stdout) == (2, True, "")
    assert len(done.stderr.splitlines()) == 1


def test_from_python_users_tokens_and_the_log_are_kept(tmp_path: Path) -> None:
    make_users(tmp_path / "library", {"ada": "admin"})
    with server(tmp_path / "library", accounts=True) as address, logged_in(address, "ada") as ada:
        ada.add_user("bob", PASSWORD, "viewer")
        ada.change_user("bob", role="reviewer")
        assert {user["name"]: user["role"] for user in ada.users()} == {"ada": "admin", "bob": "reviewer"}
        token = ada.make_token(["read"], "mine", 1)
        with Client(address, token) as program:
            assert program.session()["scopes"] == ["read"]
            assert list(program.hits("nothing")) == []
        (made,) = ada.tokens()
        ada.revoke_token(made["number"])
        ada.remove_user("bob")
        actions = [entry["action"] for entry in ada.log(page=2)]
        assert actions[-6:] == ["add_user", "set_role", "make_token", "search", "revoke_token", "remove_user"]
        assert [entry["action"] for entry in ada.log(after=len(actions) - 1)] == ["remove_user"]
        assert ada.shares() == []


def test_a_client_trusts_whom_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "authority.pem").write_text("no certificate")
    with pytest.raises(OSError, match=r"PEM|certificate|no start line"):
        Client("https://localhost", authority=tmp_path / "authority.pem")
