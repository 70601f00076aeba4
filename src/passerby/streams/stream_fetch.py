"""What is fetched of a stream over http(s): from the host of its own address only, whatever playlists and servers say.

A host is looked up once for a connection, and the connection goes to what was found, so that a name cannot lead to a
public address when it is checked and to a private one when it is used (DNS rebinding). Each redirect is checked anew.
"""

import socket
import ssl
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult, urljoin, urlsplit

from passerby.addresses import is_public
from passerby.errors import UnreadableError, UsageError
from passerby.extras import needing

with needing("watch"):
    import httpx

MOST_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}
_REFUSED = {401, 403}
_GONE = {404, 410}
ByteRange = tuple[int, int]  # the first byte, and how many


class FetchedBody:
    """The answer to a request, as it comes."""

    def __init__(self, url: str, response: httpx.Response, ended: threading.Event) -> None:
        self.url = url  # where it was found in the end
        self.content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        self._chunks, self._ended, self._rest = response.iter_raw(), ended, b""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most ``size``, none at the end, or once it is to end. Raises UnreadableError."""
        try:
            while not self._rest and not self._ended.is_set():
                self._rest = next(self._chunks)
        except StopIteration:
            return b""
        except httpx.HTTPError as error:
            raise UnreadableError(f"the server broke off ({type(error).__name__})") from error
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


class StreamFetcher:
    """For one source; connections are kept. Close it in the end."""

    def __init__(
        self, address: str, *, login: tuple[str, str] | None = None, allows_private: bool, patience: float
    ) -> None:
        """``patience``: seconds that a server may be silent."""
        self._origin = _parts(address)
        self._allows_private = allows_private
        self._auth = None if login is None else _LoginAuth(*login)
        timeout = httpx.Timeout(patience, pool=None)
        # Those authorities count that the system knows, or those of SSL_CERT_FILE, as everywhere.
        self._client = httpx.Client(
            verify=ssl.create_default_context(), timeout=timeout, follow_redirects=False, trust_env=False
        )

    def close(self) -> None:
        self._client.close()

    def fetch(self, url: str, most: int, ended: threading.Event, span: ByteRange | None = None) -> tuple[str, bytes]:
        """Where it is in the end, and its bytes. Raises as ``open``; more than ``most`` is refused."""
        with self.open(url, ended, span) as body:
            found = bytearray()
            while chunk := body.read(most + 1):
                found += chunk
                if len(found) > most:
                    raise UsageError(f"expected at most {most} bytes of one piece of the stream, found more")
        return body.url, bytes(found)

    @contextmanager
    def open(self, url: str, ended: threading.Event, span: ByteRange | None = None) -> Iterator[FetchedBody]:
        """The answer to a request. Raises UsageError for what may not be fetched, UnreadableError if none comes."""
        for _ in range(MOST_REDIRECTS + 1):
            request = self._request(url, span)
            try:
                response = self._client.send(request, stream=True, auth=self._auth)
            except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError) as error:
                raise UnreadableError(f"the server cannot be reached ({_reason(error)})") from error
            try:
                if response.is_redirect:
                    url = urljoin(url, response.headers["location"])
                    continue
                _check_answer(response, span)
                yield FetchedBody(url, response, ended)
            finally:
                response.close()
            return
        raise UsageError(f"expected a stream, found more than {MOST_REDIRECTS} redirects one after the other")

    def _request(self, url: str, span: ByteRange | None) -> httpx.Request:
        parts = _parts(url)
        self._check_origin(parts)
        host = parts.hostname or ""
        address = self._resolved(host, parts.port or _PORTS[parts.scheme])
        literal = f"[{address}]" if ":" in address else address
        headers = {"Host": parts.netloc, "Accept-Encoding": "identity", "User-Agent": "passerby"}
        if span is not None:
            headers["Range"] = f"bytes={span[0]}-{span[0] + span[1] - 1}"
        port = "" if parts.port is None else f":{parts.port}"
        pinned = parts._replace(netloc=f"{literal}{port}", fragment="").geturl()
        try:
            return self._client.build_request("GET", pinned, headers=headers, extensions={"sni_hostname": host})
        except (httpx.InvalidURL, UnicodeError) as error:
            raise UsageError("expected an address that can be asked for in the playlist, found none") from error

    def _check_origin(self, parts: SplitResult) -> None:
        """The host of the source itself, at its own port, as safe as that."""
        own = self._origin
        places = [
            (each.scheme, each.hostname, each.port or _PORTS[each.scheme])
            for each in (own, own._replace(scheme="https", netloc=(own.hostname or "")))
        ]
        usual = own.port in (None, _PORTS[own.scheme])
        allowed = places if usual else places[:1]
        if (parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]) not in allowed:
            raise UsageError(
                f"the stream leads to {parts.scheme}://{parts.hostname}, expected its own host, {own.hostname}: "
                "other hosts are not asked"
            )

    def _resolved(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnreadableError(f"the host {host} cannot be found") from error
        addresses = [str(entry[4][0]) for entry in found]
        if not self._allows_private and not all(is_public(address) for address in addresses):
            raise UsageError(
                f"{host}: expected a host in the public internet, found an address of a private network; allow those "
                "for this source if it is a camera of yours"
            )
        return addresses[0]


class _LoginAuth(httpx.Auth):
    """A user and a password in the way that a server asks for: as a digest if it may be."""

    def __init__(self, user: str, password: str) -> None:
        self._ways: dict[str, httpx.Auth] = {
            "digest": httpx.DigestAuth(user, password),
            "basic": httpx.BasicAuth(user, password),
        }
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._chosen is None:
            response = yield request
            asked = " ".join(response.headers.get_list("www-authenticate")).lower()
            self._chosen = next((way for name, way in self._ways.items() if name in asked), None)
            if response.status_code != 401 or self._chosen is None:
                self._chosen = None
                return
        yield from self._chosen.auth_flow(request)


def _parts(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable():
        raise UsageError("expected an address in ASCII; write other letters of a host as xn--...")
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError as error:
        raise UsageError("expected an address that begins with https:// or http://, found one that is none") from error
    if parts.scheme not in _PORTS:
        raise UsageError(f"expected https:// or http://, found {parts.scheme or 'nothing'}: nothing else is opened")
    if not parts.hostname or parts.username is not None or not has_port:
        raise UsageError("expected an address with a host, and without a name or password in it")
    return parts


def _check_answer(response: httpx.Response, span: ByteRange | None) -> None:
    status = response.status_code
    if status in _REFUSED:
        raise UsageError(
            "the source refuses the login; name a file or a variable with the right user:password (--login)"
        )
    if status in _GONE:
        raise UnreadableError(f"there is no such stream, or piece of it, at the server ({status})")
    if status != (200 if span is None else 206):
        raise UnreadableError(f"the server answered with {status}")
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise UsageError("expected the bytes of a stream, found them packed, which was not asked for")


def _reason(error: Exception) -> str:
    """What is wrong with a certificate, or else the kind of error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
