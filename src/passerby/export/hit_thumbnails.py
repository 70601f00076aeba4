"""The thumbnails of a search's hits as files: what is in the library, so without people."""

from collections.abc import Sequence
from pathlib import Path

from passerby.errors import OutputError, UsageError
from passerby.files.publish import publish, unfinished
from passerby.records import Thumbnail
from passerby.search.find import Hit
from passerby.store.library import Store

SUFFIX = ".jpg"  # what the stage thumbnails makes


def write_thumbnails(store: Store, hits: Sequence[Hit], folder: Path, *, overwrite: bool) -> list[Path | None]:
    """Write the thumbnails of hits; the file of each, None where the moment has none.

    Raises UsageError for a file of that name with another content, unless ``overwrite``; OutputError where
    nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: expected a folder for thumbnails ({error.strerror}); choose another") from error
    return [_written(store, hit, folder, overwrite=overwrite) for hit in hits]


def _written(store: Store, hit: Hit, folder: Path, *, overwrite: bool) -> Path | None:
    video = store.videos.resolve(hit.video)
    thumbnail = store.records.at(video.id, Thumbnail, hit.moment)
    if thumbnail is None:
        return None
    target = folder / (video.file_stem(hit.start, hit.end) + SUFFIX)
    if target.is_file() and target.read_bytes() == thumbnail.jpeg:
        return target
    if target.exists() and not overwrite:
        raise UsageError(f"{target}: there is a file already; name another folder, or use --overwrite")
    with unfinished(target) as part:
        part.write_bytes(thumbnail.jpeg)
        publish(part, target)
    return target
