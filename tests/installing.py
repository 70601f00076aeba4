"""What a user installs: the wheel, in an environment that holds what it asks for and nothing else.

Packages come as links to those of the environment that the tests run in, so that nothing is fetched; Passerby itself
comes from the wheel.
"""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


def build(target: str, folder: Path, repository: str = "") -> Path:
    """The ``wheel`` or the ``sdist`` of this project."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PASSERBY_"))}
    subprocess.run(command, cwd=ROOT, env=kept | {"PASSERBY_REPOSITORY": repository}, check=True, capture_output=True)
    (made,) = folder.iterdir()
    return made


def metadata_of(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and a folder to call it from."""

    folder: Path
    elsewhere: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(self, *arguments: str, command: str = "passerby") -> "subprocess.CompletedProcess[str]":
        """What a command of the environment came to, called from another folder than the project's."""
        program = [str(self.folder / "bin" / command), *arguments]
        return subprocess.run(program, cwd=self.elsewhere, env=self.variables(), text=True, capture_output=True)

    def variables(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PASSERBY_", "PYTHON"))}
        return kept | {"HOME": str(self.elsewhere)}


def environment(folder: Path, wheel: Path, *extras: str) -> Environment:
    """An environment with the wheel, and with what it and these of its extras ask for."""
    made = Environment(folder / "environment", folder / "elsewhere")
    made.elsewhere.mkdir(parents=True)
    venv.create(made.folder, with_pip=False)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(made.folder), "platbase": str(made.folder)}))
    for installed in needed(metadata_of(wheel).get_all("Requires-Dist", []), extras):
        link(installed, packages)
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(made.python),
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
    ]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    return made


def needed(requirements: Iterable[str], extras: Iterable[str]) -> list[Distribution]:
    """What these requirements of a package with these extras bring, and all that that brings."""
    found: dict[tuple[str, frozenset[str]], Distribution] = {}
    waiting = list(wanted(requirements, frozenset(extras)))
    while waiting:
        name, asked = waiting.pop()
        if (name, asked) not in found:
            found[name, asked] = distribution(name)
            waiting += wanted(found[name, asked].requires or (), asked)
    return list({one.metadata["Name"]: one for one in found.values()}.values())


def wanted(requirements: Iterable[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in requirements:
        asked = Requirement(text)
        if asked.marker is None or any(asked.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield asked.name.lower(), frozenset(asked.extras)


def link(installed: Distribution, packages: Path) -> None:
    """Link what a package consists of, by the first parts of its files' paths."""
    for first in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
        target = packages / first
        if not target.exists():
            target.symlink_to(Path(str(installed.locate_file(first))))
