"""Nothing is asked of another host than the source's own, and nothing of a private one unless that is allowed."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from certificates import make_server_certificate
from passerby.errors import UnreadableError, UsageError
from passerby.streams.stream_fetch import StreamFetcher
from stream_site import SiteAnswer, StreamSite, stream_site


@pytest.fixture
def site() -> Iterator[StreamSite]:
    with stream_site() as found:
        found.answers["/live.m3u8"] = SiteAnswer(b"#EXTM3U")
        yield found


def fetch(site: StreamSite, path: str = "/live.m3u8", *, private: bool = True, login: tuple[str, str] | None = None,
          most: int = 1000, url: str = "") -> bytes:  # fmt: skip
    fetcher = StreamFetcher(url or f"{site.url}/live.m3u8", login=login, allows_private=private, patience=5)
    try:
        return fetcher.fetch(path if "://" in path else (url or site.url) + path, most, threading.Event())[1]
    finally:
        fetcher.close()


def test_what_is_allowed_is_fetched(site: StreamSite) -> None:
    assert fetch(site) == b"#EXTM3U"


def test_a_private_address_is_refused(site: StreamSite) -> None:
    with pytest.raises(UsageError, match="found an address of a private network"):
        fetch(site, private=False)
    assert site.asked == []


@pytest.mark.parametrize(
    "path",
    ["http://127.0.0.2:{port}/a.ts", "http://localhost:{port}/a.ts", "http://127.0.0.1:1/a.ts", "https://127.0.0.1/a.ts",
     "file:///etc/passwd", "ftp://127.0.0.1/a.ts", "http://127.0.0.1:{port}@127.0.0.2/a.ts", "gopher://127.0.0.1:{port}/"],
)  # fmt: skip
def test_other_hosts_ports_and_protocols_are_refused(site: StreamSite, path: str) -> None:
    with pytest.raises(UsageError):
        fetch(site, path.format(port=site.port))
    assert site.asked == []


@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/x", "file:///etc/passwd", "http://169.254.169.254/latest"])
def test_a_redirect_is_checked_again(site: StreamSite, target: str) -> None:
    site.answers["/a.ts"] = SiteAnswer(status=302, headers={"Location": target.format(port=site.port)})
    with pytest.raises(UsageError):
        fetch(site, "/a.ts")
    assert site.paths == ["/a.ts"]


def test_a_redirect_on_the_same_host_is_followed(site: StreamSite) -> None:
    site.answers["/a.ts"] = SiteAnswer(status=302, headers={"Location": "/b.ts"})
    site.answers["/b.ts"] = SiteAnswer(b"video")
    assert fetch(site, "/a.ts") == b"video"
    site.answers["/b.ts"] = SiteAnswer(status=302, headers={"Location": "/a.ts"})
    with pytest.raises(UsageError, match="redirects"):
        fetch(site, "/a.ts")


def test_the_connection_goes_to_the_address_that_was_checked(site: StreamSite, monkeypatch: pytest.MonkeyPatch) -> None:
    lookups: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *args: object, **options: object) -> object:
        """A name that leads to this machine once, and nowhere ever after."""
        if host == "camera.test":
            lookups.append(host)
            return real("127.0.0.1" if len(lookups) == 1 else "192.0.2.1", site.port, type=socket.SOCK_STREAM)
        return real(host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert fetch(site, url=f"http://camera.test:{site.port}") == b"#EXTM3U"
    assert lookups == ["camera.test"]
    assert site.asked[0][1]["Host"] == f"camera.test:{site.port}"


def test_more_than_the_most_is_refused(site: StreamSite) -> None:
    with pytest.raises(UsageError, match="at most 3 bytes"):
        fetch(site, most=3)


def test_packed_answers_are_refused(site: StreamSite) -> None:
    site.answers["/a"] = SiteAnswer(b"x", headers={"Content-Encoding": "gzip"})
    with pytest.raises(UsageError, match="packed"):
        fetch(site, "/a")


def test_a_login_is_given_to_who_asks_for_it(site: StreamSite) -> None:
    site.login = "viewer:p@ss:w/rd%41"
    assert fetch(site, login=("viewer", "p@ss:w/rd%41")) == b"#EXTM3U"
    assert "Authorization" not in site.asked[0][1]
    with pytest.raises(UsageError, match="refuses the login") as refused:
        fetch(site, login=("viewer", "wr0ng-secret"))
    assert "wr0ng" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "camera.local"])
def test_a_certificate_is_for_its_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    certificate = make_server_certificate(tmp_path, host)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with stream_site(certificate) as site:
        site.answers["/live.m3u8"] = SiteAnswer(b"#EXTM3U")
        if host == "localhost":
            assert fetch(site) == b"#EXTM3U"
        else:
            with pytest.raises(UnreadableError, match="Hostname mismatch"):
                fetch(site)


def test_what_is_gone_may_come_back(site: StreamSite) -> None:
    with pytest.raises(UnreadableError, match="404"):
        fetch(site, "/gone.ts")
