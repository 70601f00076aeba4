"""The videos of a library, as a server tells of them."""

from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path

from passerby.callers import Caller
from passerby.curation import ListedVideo
from passerby.dates import format_date
from passerby.documents import Document
from passerby.errors import (
    MissingObjectError,
    ObjectStorageError,
    UnknownError,
    UnknownVideoError,
    UnreadableError,
)
from passerby.evidence.custody import Custody
from passerby.export.insights import Video
from passerby.object_storage.address import Location, ObjectAddress
from passerby.object_storage.bucket import Bucket, StoredObject
from passerby.records import Thumbnail
from passerby.service.originals import Originals, original_of
from passerby.service.pictures import Pictures
from passerby.service.posters import poster, strip
from passerby.store.library import Address, Store, open_store
from passerby.wording import all_in_unicode


class Videos:
    """The videos of a library."""

    def __init__(self, library: Address, pictures: Pictures, originals: Originals, custody: Custody) -> None:
        self._pictures, self._originals = pictures, originals
        self._library = library
        self._custody = custody

    def has(self, video: str) -> bool:
        with open_store(self._library, create=False) as store:
            return store.videos.get(video) is not None

    def path_of(self, video: str) -> Location:
        """Where the file of a video is: for who does something with it, and notes that. Raises UnknownVideoError."""
        return original_of(self._library, video)

    def thumbnail(self, video: str, moment: int | None) -> bytes:
        """A JPEG of a moment, people masked; the video's cover, if none is named. Raises UnknownError."""
        with open_store(self._library, create=False) as store:
            _require_kept(store, video)
            found = poster(store, video) if moment is None else store.records.at(video, Thumbnail, moment)
        if found is None:
            raise UnknownError("there is no picture of this moment")
        return found.jpeg

    def strip(self, video: str) -> bytes:
        """A JPEG of moments of a video side by side, people masked. Raises UnknownError."""
        with open_store(self._library, create=False) as store:
            _require_kept(store, video)
            found = strip(store, video)
        if found is None:
            raise UnknownError("there are no pictures of this video")
        return found

    def local(self, video: str) -> AbstractContextManager[Path]:
        """The file of a video on this machine, as ``path_of``. Raises UnknownVideoError, UnreadableError."""
        return self._originals.local(video)

    def original(self, caller: Caller, video: str) -> Path | StoredObject | None:
        """The file of a video, to be shown; None if it is not where it was.

        Raises UnknownVideoError, UnreadableError for an object that has changed.
        """
        place = self.path_of(video)
        found = self._object(place, video) if isinstance(place, ObjectAddress) else place if place.is_file() else None
        if found is not None:
            self._custody.note_hourly(caller, "view_original", video)
        return found

    def _object(self, address: ObjectAddress, video: str) -> StoredObject | None:
        """The object of a video, None if it is gone. Raises UnreadableError if it is not that which was added."""
        try:
            bucket = Bucket.of(address)
            state = bucket.state(address.key)
        except MissingObjectError:
            return None
        except ObjectStorageError as error:
            raise UnreadableError(str(error)) from error
        with open_store(self._library, create=False) as store:
            known = store.sink.known_at(str(address), str(state))
        if known != video:
            raise UnreadableError(f"{address.name}: expected the object that was added, found another; add it again")
        return StoredObject(bucket, address.key, state)

    def note_view(self, caller: Caller, video: str) -> None:
        """Note that the original is about to be looked at. Raises UnknownVideoError."""
        self.path_of(video)
        self._custody.note(caller, "view_original", video)

    def frame(self, caller: Caller, video: str, seconds: float, long_side: int) -> bytes:
        """The frame of an original at a time, as a JPEG. Raises UnknownVideoError, MediaError."""
        with self.local(video) as path:
            jpeg = self._pictures.frame(path, Fraction(seconds), long_side=long_side)
        self._custody.note_hourly(caller, "view_original", video)
        return jpeg


def _require_kept(store: Store, video: str) -> None:
    """Raise UnknownVideoError for a video that is not in the library, or in its trash."""
    if store.videos.get(video) is None:
        raise UnknownVideoError(f"no video of the library has the id {video[:12]}")


def listed(found: ListedVideo) -> Document:
    """A video in the list: more than the command line's list has, for what is shown and sorted by."""
    video = found.video
    document: Document = Video.of(video).document() | {
        "title": video.said.title,
        "description": video.said.description,
        "review": video.said.review,
        "has": list(found.has),
        "recorded": "" if video.recorded is None else format_date(video.recorded.unix_seconds),
        "recorded_source": "" if video.recorded is None else video.recorded.source,
        "width": video.width,
        "height": video.height,
    }
    shown: Document = all_in_unicode(document)
    return shown
