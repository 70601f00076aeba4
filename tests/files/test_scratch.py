"""Pages with what copies fail to hide do not outlive the server, however it ends."""

import multiprocessing
import os
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from passerby.files.scratch import Scratch


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _die_with_one(folder: Path, connection: Connection) -> None:
    tempfile.tempdir = str(folder)
    scratch = Scratch()
    (scratch.path / "0123.html").write_text("pictures")
    connection.send(scratch.path)
    os._exit(9)


def test_a_folder_is_for_its_user_alone_and_goes_when_it_is_closed() -> None:
    scratch = Scratch()
    assert scratch.path.stat().st_mode & 0o077 == 0
    (scratch.path / "x.html").write_text("x")
    scratch.close()
    assert not scratch.path.exists()


def test_what_a_killed_server_left_goes_and_what_a_living_one_has_stays(tmp_path: Path) -> None:
    living = Scratch()
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_die_with_one, args=(tmp_path, theirs))
    process.start()
    left = ours.recv()
    process.join()
    assert (left / "0123.html").exists()
    (tmp_path / "passerby-of-another-program").mkdir()
    Scratch().close()
    assert not left.exists()
    assert living.path.exists()
    assert (tmp_path / "passerby-of-another-program").exists()
    living.close()
