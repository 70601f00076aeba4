"""Running ``passerby`` as a user does, with real models and a library of its own: a process of its own, or a call.

The call is for what a process would add nothing to but the second that it takes to start.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from passerby.cli.main import main
from pictures import cuts


@dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str  # without the line on stages that were left out, which depends on what is installed
    left_out: str = ""

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Passerby = Callable[..., Result]


def command_line(library: Path, *arguments: object) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "passerby", "--library", str(library), *map(str, arguments)]


def environment(**settings: object) -> dict[str, str]:
    """That of the tests with only these settings of Passerby."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PASSERBY_")}
    return kept | {f"PASSERBY_{name.upper()}": str(value) for name, value in settings.items()}


def run_passerby(
    library: Path, *arguments: object, cwd: Path | None = None, through: Sequence[str] = (), **settings: object
) -> Result:
    """``through`` is a command that runs the command which follows it."""
    done = subprocess.run(
        [*through, *command_line(library, *arguments)],
        capture_output=True,
        text=True,
        env=environment(**settings),
        cwd=cwd,
        timeout=240,
        check=False,
    )
    return Result(done.returncode, done.stdout, *parted(done.stderr))


def call_passerby(library: Path | None, *arguments: object) -> Result:
    """``run_passerby`` without a process of its own; None: no library is named."""
    named = [] if library is None else ["--library", str(library)]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in os.environ.keys() - environment().keys():
            patch.delenv(name)
        with pytest.raises(SystemExit) as ended:
            main([*named, *map(str, arguments)])
    printed = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Result(int(ended.value.code or 0), printed[0], *parted(printed[1]))


def parted(err: str) -> tuple[str, str]:
    """What was told on stderr, without and with nothing but the line on stages that were left out.

    Lines of progress are in neither: whether there are any depends on how busy the machine is.
    """
    lines = [line for line in err.splitlines(keepends=True) if not line.startswith("passerby: at work: ")]
    left_out = [line for line in lines if line.startswith("passerby: left out: ")]
    return "".join(line for line in lines if line not in left_out), "".join(left_out)


@pytest.fixture
def passerby(tmp_path: Path) -> Passerby:
    """Runs a command on a new library."""
    return lambda *arguments, **options: run_passerby(tmp_path / "library", *arguments, **options)


@pytest.fixture(scope="session")
def cut_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three shots of two seconds, at 12 frames a second."""
    path = tmp_path_factory.mktemp("clips") / "three shots.mp4"
    return make_clip(path, size=(320, 180), rate=12, frames=72, picture=cuts((320, 180), [24, 24, 24]), audio="gap")


@pytest.fixture(scope="session")
def filled_library(tmp_path_factory: pytest.TempPathFactory, cut_clip: Path) -> Path:
    """A library that holds ``cut_clip``; for commands that change nothing."""
    library = tmp_path_factory.mktemp("filled") / "library"
    added = run_passerby(library, "add", cut_clip, "--json")
    assert added.code == 0, added.err
    return library


@pytest.fixture
def filled(filled_library: Path) -> Passerby:
    """Calls a command on that library; in a process of its own if anything but its arguments is given."""

    def call(*arguments: object, **options: Any) -> Result:
        run = run_passerby if options else call_passerby
        return run(filled_library, *arguments, **options)

    return call


@pytest.fixture
def called(tmp_path: Path) -> Passerby:
    """Calls a command on a new library, which is that of ``passerby`` too."""
    return lambda *arguments: call_passerby(tmp_path / "library", *arguments)
