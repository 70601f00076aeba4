"""Opening a library by its address."""

from pathlib import Path

import pytest

from passerby.errors import StoreError, UsageError
from passerby.store.library import is_library, open_store


def test_a_folder_is_an_address(tmp_path: Path) -> None:
    address = str(tmp_path / "library")
    assert not is_library(address)
    with pytest.raises(StoreError, match="no library here yet"):
        open_store(address, create=False)
    open_store(address, create=True).close()
    assert is_library(address)
    open_store(tmp_path / "library", create=False).close()


@pytest.mark.parametrize("address", ["mysql://host/library", "postgresql+psycopg://host/library", "s3://bucket"])
def test_an_address_that_nothing_can_open_is_refused_and_makes_no_folder(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="expected the folder of a library, or postgresql"):
        open_store(address, create=True)
    with pytest.raises(UsageError, match="expected the folder of a library, or postgresql"):
        is_library(address)
    assert not list(tmp_path.iterdir())
