"""What decodes in the process of a command has limits too."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clips import make_clip
from passerby.cli.main import main
from passerby.processes.limits import Limits
from passerby.settings import Settings


def run(library: Path, *arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--library", str(library), *map(str, arguments)])
    return int(ended.value.code or 0)


def test_what_decodes_is_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Limits] = []
    signs: list[int] = []

    @contextmanager
    def watching(give_up: Callable[[str], None], limits: Limits) -> Iterator[Callable[[], None]]:
        begun.append(limits)
        yield lambda: signs.append(len(begun))

    monkeypatch.setattr("passerby.cli.progress.watching_itself", watching)
    clip = make_clip(tmp_path / "a.mp4", size=(64, 48), frames=12, rate=12)
    library, copy = tmp_path / "library", tmp_path / "copy.mp4"
    assert run(library, "add", clip, "--stages", "shots,people,vectors") == 0
    assert run(library, "redact", clip, "-o", copy, "--fast") == 0
    assert run(library, "redact", clip, "--tracks", tmp_path / "tracks.html", "--fast") == 0
    assert run(library, "audit", copy, "--original", clip) == 0
    assert run(library, "search", "a", "--clips", tmp_path / "clips") == 0  # once for the search, and for the clips
    assert run(library, "teach", "kites", f"{clip.name}@0") == 0
    assert begun == [Limits.of(Settings()).prolonged()] * 6
    assert set(signs) == {1, 2, 3, 5}


def test_a_command_that_breaks_a_limit_ends_with_one_line() -> None:
    code = """
from threading import Event
from passerby.cli.progress import watched
from passerby.processes.limits import Limits
from passerby.settings import Settings
with watched(Settings(memory_mb=1)):
    Event().wait()  # as a decoder does that hangs
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("passerby: this process used more than 1 MB of memory and is ended")
    assert done.stderr.count("\n") == 1
