"""Thumbnails of hits as files: the bytes of the library, whatever the video is called."""

from pathlib import Path

from libraries import add, add_rich
from passerby.export.hit_thumbnails import write_thumbnails
from passerby.store.library import open_store


def test_files_hold_what_is_kept_and_a_moment_without_has_none(tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        rich, bare = add_rich(store, "pier"), add(store, "bare.mp4", moments=1)
        hits = [
            {"video": rich, "moment": 1, "start": 4.0, "end": 8.0},
            {"video": bare, "moment": 0, "start": 0.0, "end": 4.0},
        ]
        first, second = write_thumbnails(store, hits, tmp_path / "pictures", overwrite=False)

    assert first == hits[0] | {"thumbnail": str(tmp_path / f"pictures/pier-name_{rich[:8]}_00004.000-00008.000.jpg")}
    assert Path(first["thumbnail"]).read_bytes() == b"pierjpeg" * 700
    assert second["thumbnail"] == ""
    assert [file.name for file in (tmp_path / "pictures").iterdir()] == [Path(first["thumbnail"]).name]
