"""Thumbnails of hits as files: the bytes of the library, whatever the video is called."""

from pathlib import Path

from libraries import add, add_rich
from passerby.export.hit_thumbnails import write_thumbnails
from passerby.search.find import Hit
from passerby.store.library import open_store


def test_files_hold_what_is_kept_and_a_moment_without_has_none(tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        rich, bare = add_rich(store, "pier"), add(store, "bare.mp4", moments=1)
        hits = [
            Hit(rich, "pier-name.mp4", 1, 4.0, 8.0, 1.0, ()),
            Hit(bare, "bare.mp4", 0, 0.0, 4.0, 1.0, ()),
        ]
        first, second = write_thumbnails(store, hits, tmp_path / "pictures", overwrite=False)

    assert first == tmp_path / f"pictures/pier-name_{rich[:8]}_00004.000-00008.000.jpg"
    assert first.read_bytes() == b"pierjpeg" * 700
    assert second is None
    assert list((tmp_path / "pictures").iterdir()) == [first]
