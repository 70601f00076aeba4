"""Where what is live lies on this machine: pictures and pieces of streams, which are replaced all the time."""

from hashlib import sha256
from pathlib import Path

from platformdirs import user_data_path

from passerby.store.library import is_postgres

FOLDER = "live"


def live_folder(library: str) -> Path:
    """The folder for a library; of one in a database it is with the user's own data, since a database has none."""
    if is_postgres(library):
        return user_data_path("passerby") / FOLDER / sha256(library.encode()).hexdigest()[:16]
    return Path(library) / FOLDER


def preview_path(library: str, source: str) -> Path:
    """The file of a source's latest picture: streams/previews.py."""
    return live_folder(library) / f"{source}.jpg"


def segment_folder(library: str, source: str) -> Path:
    """Where the hidden segment of a source grows, and nothing that is not hidden ever lies."""
    return live_folder(library) / source


def original_folder(library: str, source: str) -> Path:
    """Where a segment grows that shows people, of a source whose pictures are kept as they are."""
    return live_folder(library) / f"{source}.original"
