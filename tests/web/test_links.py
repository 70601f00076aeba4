"""A link to a copy, as somebody who is no user comes by it, without scripts; and the API by which it is made."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from copies import audit_of_nothing
from libraries import add, add_copy
from passerby.cli.main import main
from passerby.store.library import open_store
from serving import PASSWORD, logged_in, make_users, server

API = "/api/v1"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("links") / "library"
    make_users(library)
    summary = ["hidden: faces in 1 track", "kept: sound"]
    manifest = {"copy": {"name": "fair-safe.mp4"}, "summary": summary, "audit": audit_of_nothing().document()}
    with open_store(library, create=False) as store:
        video = add(store, "fair.mp4")
        add_copy(store, "c0ffee", video, fair_safe__mp4=b"", **{"fair-safe__mp4": b"a film"},
                 manifest__json=json.dumps(manifest).encode())  # fmt: skip
    return library


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    with server(library, accounts=True) as address:
        yield address


def made(address: str, **terms: object) -> str:
    """The path of a link that a reviewer has made."""
    with logged_in(address, "rita") as rita:
        answer = rita.ask("POST", "/shares", json={"copies": ["c0ffee"], **terms})
    assert answer.json()["address"] == address + answer.json()["path"]
    return str(answer.json()["path"])


def test_who_has_a_link_opens_plays_and_downloads_and_sees_what_was_hidden(address: str) -> None:
    path = made(address, label="For the <press>")
    with httpx.Client(base_url=address, headers={"Origin": address}) as receiver:
        closed = receiver.get(path)
        assert "For the &lt;press&gt;" in closed.text
        assert "fair-safe.mp4" not in closed.text
        assert receiver.get(f"{path}/c0ffee").status_code == 404
        opened = receiver.post(path, follow_redirects=True)
        assert (opened.status_code, opened.headers["cache-control"]) == (200, "no-store")
        assert "hidden: faces in 1 track" in opened.text
        film = receiver.get(f"{path}/c0ffee", headers={"Range": "bytes=2-3"})
        assert (film.status_code, film.content, film.headers["cache-control"]) == (206, b"fi", "no-store")
        kept = receiver.get(f"{path}/c0ffee", params={"download": True})
        assert "fair-safe.mp4" in kept.headers["content-disposition"]
        for elsewhere in ("/", "/videos/c0ffee", f"{API}/copies/c0ffee/media", f"{API}/copies", f"{path}/other"):
            assert receiver.get(elsewhere).status_code in (303, 401, 404), elsewhere
        (cookie,) = receiver.cookies.jar
        assert (cookie.path, cookie.has_nonstandard_attr("HttpOnly")) == (path, True)


def test_a_password_is_asked_for_and_nothing_of_it_is_told(address: str) -> None:
    path = made(address, password="a bridge at dawn", times=1)
    with httpx.Client(base_url=address) as receiver:
        assert "still be opened: 1" in receiver.get(path).text
        wrong = receiver.post(path, data={"password": "wrong"})
        assert (wrong.status_code, "The password is wrong." in wrong.text) == (401, True)
        assert receiver.post(path, data={"password": "a bridge at dawn"}, follow_redirects=True).status_code == 200
    assert httpx.get(address + path).status_code == 404
    assert httpx.post(address + path, headers={"Origin": "https://evil.example"}).status_code == 403
    with logged_in(address, "rita") as rita:
        told = rita.ask("GET", "/shares").text
    assert path.removeprefix("/s/") not in told
    assert "dawn" not in told


def test_a_link_is_made_listed_and_ended_on_the_command_line(
    address: str, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["--library", str(library), "share", *arguments])
        assert ended.value.code == code
        return capsys.readouterr().out.strip()

    link = run("add", "c0ffee", "--days", "2", "--label", "desk", "--server", f"{address}/")
    assert link.startswith(f"{address}/s/")
    assert httpx.get(link).status_code == 200
    newest = json.loads(run("list", "--json"))["shares"][0]
    assert (newest["label"], newest["by"], newest["state"]) == ("desk", "(console)", "open")
    assert "desk" in run("list")
    run("revoke", str(newest["number"]))
    assert httpx.get(link).status_code == 404
    assert run("revoke", "999", code=2) == ""


def test_viewers_make_no_links_and_of_what_viewers_may_not_see_there_are_none(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        session = client.post(f"{API}/session", json={"name": "vera", "password": PASSWORD}).json()
        headers = {"X-CSRF-Token": session["csrf"]}
        assert client.post(f"{API}/shares", json={"copies": ["c0ffee"]}, headers=headers).status_code == 403
    with logged_in(address, "rita") as rita:
        answer = rita._http.post(f"{API}/shares", json={"copies": ["none"]}, headers=rita._headers)
    assert answer.status_code == 404
