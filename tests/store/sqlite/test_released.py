"""What was in quarantine leaves nothing in the files of a library (law 4)."""

from pathlib import Path

from passerby.store.library import open_store
from passerby.store.quarantine import Quarantined


def test_no_byte_is_left_of_what_was_released(tmp_path: Path) -> None:
    entry = Quarantined("a" * 64, "b" * 64, Path("/footage/planted-name.mp4"), 12, "was killed", 3, 1.5)
    with open_store(tmp_path, create=True) as store:
        store.quarantine.put(entry)
        store.quarantine.release(entry.video)
    open_store(tmp_path, create=False).close()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"planted-name" in path.read_bytes()] == []
