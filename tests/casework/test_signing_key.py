"""A library has one key, for its owner alone, wherever it is kept."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from passerby.casework.signing_key import key_of
from passerby.evidence.library_key import is_signed
from passerby.settings import Settings


def test_of_many_that_make_it_at_once_all_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: key_of(Settings(library=str(tmp_path))), range(16)))
    assert len({key.public() for key in keys}) == 1
    assert is_signed(keys[0].public(), b"said", keys[1].sign(b"said"))
    assert not is_signed(keys[0].public(), b"else", keys[1].sign(b"said"))
    assert [path.name for path in tmp_path.iterdir()] == ["evidence-key.pem"]
    assert os.stat(tmp_path / "evidence-key.pem").st_mode & 0o077 == 0


def test_of_a_library_in_a_database_it_lies_in_a_folder_that_tells_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    address = "postgresql://ann:secret@db.example.org/footage"
    key = key_of(Settings(library=address))
    assert key.public() == key_of(Settings(library=address)).public()
    assert key.public() != key_of(Settings(library=address.replace("footage", "other"))).public()
    assert not any("secret" in str(path) for path in tmp_path.rglob("*"))
