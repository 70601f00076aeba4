"""The thumbnails of a search's hits as files: what is in the library, so without people."""

from collections.abc import Sequence
from pathlib import Path

from passerby.errors import OutputError, UsageError
from passerby.export.document import Document
from passerby.files.publish import publish, unfinished
from passerby.records import Thumbnail
from passerby.store.library import Store

SUFFIX = ".jpg"  # what the stage thumbnails makes


def write_thumbnails(store: Store, hits: Sequence[Document], folder: Path, *, overwrite: bool) -> list[Document]:
    """The hits of ``search --json``, each with the file of its thumbnail; "" where the moment has none.

    Raises UsageError for a file of that name with another content, unless ``overwrite``; OutputError where
    nothing can be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: expected a folder for thumbnails ({error.strerror}); choose another") from error
    return [hit | {"thumbnail": _written(store, hit, folder, overwrite=overwrite)} for hit in hits]


def _written(store: Store, hit: Document, folder: Path, *, overwrite: bool) -> str:
    video = store.videos.resolve(hit["video"])
    thumbnail = store.records.at(video.id, Thumbnail, hit["moment"])
    if thumbnail is None:
        return ""
    target = folder / (video.file_stem(hit["start"], hit["end"]) + SUFFIX)
    if target.is_file() and target.read_bytes() == thumbnail.jpeg:
        return str(target)
    if target.exists() and not overwrite:
        raise UsageError(f"{target}: there is a file already; name another folder, or use --overwrite")
    with unfinished(target) as part:
        part.write_bytes(thumbnail.jpeg)
        publish(part, target)
    return str(target)
