"""By what browsers come in: TLS, reverse proxies, public names, and where a log-in leads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from passerby.addresses import Networks
from passerby.cli.main import main
from passerby.errors import UsageError
from passerby.settings import Settings
from passerby.store.tries import FREE_OF_AN_ADDRESS
from passerby.web.app import Door, create_app
from passerby.web.pages import own_path
from passerby.web.public import PublicAddress
from serving import PASSWORD, make_users

API = "/api/v1"
PUBLIC = "https://video.example.org"
PROXY, SOMEBODY = "10.0.0.5", "203.0.113.9"
LOG_IN = {"name": "ada", "password": PASSWORD}
BEHIND = Door(public=PublicAddress.parse(PUBLIC), proxies=Networks.parse(["10.0.0.0/29", "127.0.0.1"]))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("door") / "library"
    make_users(library, {"ada": "admin"})
    return library


@pytest.fixture
def app(library: Path) -> Iterator[Any]:
    made = create_app(Settings(library=str(library)), accounts=True, loopback=True, door=BEHIND)
    yield made
    made.state.desk._scratch.close()


def coming(app: Any, peer: str, *, host: str = "video.example.org", **headers: str) -> TestClient:
    named = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return TestClient(app, base_url="http://127.0.0.1", client=(peer, 1), headers=named, follow_redirects=False)


@pytest.mark.parametrize("host", ["video.example.org", "localhost:8470", "passerby:8470"])
def test_behind_a_proxy_one_logs_in_however_it_names_the_host(app: Any, host: str) -> None:
    through = coming(app, PROXY, host=host, Origin=PUBLIC, X_Forwarded_For=SOMEBODY, X_Forwarded_Proto="https")
    answer = through.post(f"{API}/session", json=LOG_IN)
    assert answer.status_code == 200, answer.text
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax"} <= flags


@pytest.mark.parametrize("origin", ["https://evil.example", "http://video.example.org", "https://video.example.org.evil",
                                    "https://video.example.org:444", "null"])  # fmt: skip
def test_other_origins_are_refused_behind_a_proxy(app: Any, origin: str) -> None:
    through = coming(app, PROXY, host="video.example.org:80", Origin=origin)
    assert through.post(f"{API}/session", json=LOG_IN).status_code == 403


def test_other_names_are_refused_but_from_the_proxy(app: Any) -> None:
    assert coming(app, "192.0.2.1", host="evil.example").get(f"{API}/health").status_code == 421
    for peer, host in (("192.0.2.1", "VIDEO.example.org"), ("192.0.2.1", "localhost"), (PROXY, "evil.example")):
        assert coming(app, peer, host=host).get(f"{API}/health").status_code == 200


def guesses(app: Any, peer: str, forwarded: str) -> list[int]:
    client = coming(app, peer, Origin=PUBLIC, X_Forwarded_For=forwarded)
    asked = [{"name": f"name {n}", "password": "x"} for n in range(FREE_OF_AN_ADDRESS + 1)]
    return [client.post(f"{API}/session", json=each).status_code for each in asked]


def test_guesses_are_counted_by_the_address_that_the_proxy_tells(app: Any) -> None:
    assert guesses(app, PROXY, f"198.51.100.1, {SOMEBODY}")[-1] == 429  # what is before it anybody can say
    assert guesses(app, PROXY, f"198.51.100.2, {SOMEBODY}")[0] == 429
    assert (
        coming(app, PROXY, Origin=PUBLIC, X_Forwarded_For="198.51.100.1").post(f"{API}/session", json=LOG_IN).is_success
    )


def test_others_are_not_believed_where_they_come_from(app: Any) -> None:
    assert guesses(app, "192.0.2.66", "198.51.100.3")[-1] == 429
    assert guesses(app, "192.0.2.66", "198.51.100.4")[0] == 429


def test_tls_is_asked_for_again_but_not_of_localhost(app: Any, library: Path) -> None:
    strict = {"strict-transport-security": "max-age=31536000"}
    assert strict.items() <= dict(coming(app, PROXY).get("/login").headers).items()
    assert "strict-transport-security" not in coming(app, "127.0.0.1", host="localhost").get("/login").headers
    plain = create_app(Settings(library=str(library)), accounts=True, loopback=False)
    assert "strict-transport-security" not in coming(plain, SOMEBODY).get("/login").headers
    own = create_app(Settings(library=str(library)), accounts=True, loopback=False, door=Door(tls=True))
    assert "strict-transport-security" in coming(own, SOMEBODY, host="192.0.2.1").get("/login").headers
    for each in (plain, own):
        each.state.desk._scratch.close()


# Where a log-in leads


def test_a_page_that_needs_a_log_in_is_come_back_to(app: Any) -> None:
    client = coming(app, PROXY, Origin=PUBLIC)
    asked = client.get("/search?words=a%20b&label=c")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=/search%3Fwords%3Da%2520b%26label%3Dc"
    assert 'data-next="/search?words=a%20b&amp;label=c"' in client.get(asked.headers["location"]).text
    assert client.get("/").headers["location"] == "/login"
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    client.post(f"{API}/session", json=LOG_IN)
    cookie = {"Cookie": client.post(f"{API}/session", json=LOG_IN).headers["set-cookie"].split(";")[0]}
    assert client.get("/search", headers=link | cookie).status_code == 200
    assert client.get("/login?next=/search", headers=cookie).headers["location"] == "/search"
    for evil in (
        "//evil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
    ):
        assert client.get(f"/login?next={evil}", headers=cookie).headers["location"] == "/"
        assert 'data-next="/"' in client.get(f"/login?next={evil}").text


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "///evil", "/a\\b", "http://evil", "javascript:x", "", "evil", " /a",
     "/\t/evil", "/\n/evil", "\\\\evil", "/a b", "/\x00", "/\x85/evil"],
)  # fmt: skip
def test_a_log_in_leads_nowhere_else(path: str) -> None:
    assert own_path(path) == "/"


@pytest.mark.parametrize("path", ["/", "/videos/ab/share?x=1#t=2", "/search?words=a//b", "/%5Cevil"])
def test_a_log_in_leads_to_own_pages(path: str) -> None:
    assert own_path(path) == path


# The command


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the server was begun with."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr("passerby.web.server.run", lambda settings, host, port, **options: calls.append(options))
    return calls


def serve(library: Path, *options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--library", str(library), "serve", *options])
    return int(ended.value.code or 0)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_others_are_not_served_in_clear_unless_that_is_meant(
    library: Path, begun: list[dict[str, Any]], capsys: pytest.CaptureFixture[str], host: str
) -> None:
    for options in ((), ("--public-url", PUBLIC)):
        assert serve(library, "--host", host, *options) == 2
        assert "--insecure" in capsys.readouterr().err
    assert not begun
    assert serve(library, "--host", host, "--insecure") == 0
    assert "warning" in capsys.readouterr().err
    assert serve(library, "--host", host, "--trusted-proxy", "10.0.0.0/8") == 0
    assert serve(library, "--host", host, "--tls-certificate", "c.pem", "--tls-key", "k.pem") == 0
    assert capsys.readouterr().err == ""
    assert [each["accounts"] for each in begun] == [True] * 3


def test_behind_a_proxy_users_log_in_on_a_loopback_address_too(library: Path, begun: list[dict[str, Any]]) -> None:
    assert serve(library, "--public-url", PUBLIC, "--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8") == 0
    assert serve(library) == 0
    assert [each["accounts"] for each in begun] == [True, False]
    assert begun[0]["public"].origin == PUBLIC
    assert "10.1.2.3" in begun[0]["proxies"]
    assert "192.0.2.1" not in begun[0]["proxies"]


@pytest.mark.parametrize(
    "options",
    [("--public-url", "video.example.org"), ("--public-url", "ftp://x"), ("--public-url", "https://x/base"),
     ("--public-url", "https://x:y"), ("--public-url", "https://a@x"), ("--public-url", "https://"),
     ("--trusted-proxy", "nginx"), ("--trusted-proxy", "10.0.0.0/99"), ("--trusted-proxy", "*"),
     ("--trusted-proxy", "")],
)  # fmt: skip
def test_what_is_no_address_is_refused(library: Path, begun: list[dict[str, Any]], options: tuple[str, ...]) -> None:
    assert serve(library, *options) == 2
    assert not begun


def test_public_addresses_are_as_browsers_write_them() -> None:
    assert PublicAddress.parse("http://X.example:80").origin == "http://x.example"
    assert PublicAddress.parse("https://[2001:DB8::1]:8443/").origin == "https://[2001:db8::1]:8443"
    with pytest.raises(UsageError, match="no path"):
        PublicAddress.parse("https://x.example/?q")
