"""What a server keeps open of its library."""

from pathlib import Path

import httpx

from serving import server


def test_the_log_of_the_database_is_kept_between_requests_and_emptied_at_the_end(tmp_path: Path) -> None:
    log = tmp_path / "library" / "library.db-wal"
    with server(tmp_path / "library") as address:
        for _ in range(3):
            httpx.get(f"{address}/api/v1/videos").raise_for_status()
            inode = log.stat().st_ino
            httpx.get(f"{address}/api/v1/search", params={"words": "harbour"}).raise_for_status()
            assert log.stat().st_ino == inode  # or closing the connection had copied it into the database
    assert not log.exists()
