"""The videos of a library, as a server tells of them."""

from contextlib import AbstractContextManager
from fractions import Fraction
from pathlib import Path

from passerby.callers import Caller
from passerby.dates import format_date
from passerby.documents import Document
from passerby.errors import MissingObjectError, ObjectStorageError, UnknownError, UnreadableError
from passerby.evidence.custody import Custody
from passerby.export.insights import Video
from passerby.object_storage.address import Location, ObjectAddress
from passerby.object_storage.bucket import Bucket, StoredObject
from passerby.records import StoredVideo, Thumbnail
from passerby.service.originals import Originals, original_of
from passerby.service.pictures import Pictures
from passerby.store.library import Address, open_store
from passerby.wording import all_in_unicode


class Videos:
    """The videos of a library."""

    def __init__(self, library: Address, pictures: Pictures, originals: Originals, custody: Custody) -> None:
        self._pictures, self._originals = pictures, originals
        self._library = library
        self._custody = custody

    def page(self, *, sort: str, named: str, limit: int, start: int) -> tuple[list[Document], int]:
        """A part of the list of videos whose names hold ``named``, and how many there are of them."""
        with open_store(self._library, create=False) as store:
            found = [video for video in store.videos.all() if named.casefold() in video.name.casefold()]
            found.reverse()
            if sort == "name":
                found.sort(key=lambda video: video.name.casefold())
            elif sort == "duration":
                found.sort(key=lambda video: video.duration * video.time_base.tick, reverse=True)
            elif sort == "recorded":
                found.sort(key=lambda video: video.recorded.unix_seconds if video.recorded else 0, reverse=True)
            shown = found[start : start + limit]
            documents = [_listed(video) for video in shown]
        return [all_in_unicode(document) for document in documents], len(found)

    def has(self, video: str) -> bool:
        with open_store(self._library, create=False) as store:
            return store.videos.get(video) is not None

    def path_of(self, video: str) -> Location:
        """Where the file of a video is: for who does something with it, and notes that. Raises UnknownVideoError."""
        return original_of(self._library, video)

    def thumbnail(self, video: str, moment: int | None) -> bytes:
        """A JPEG of a moment, people masked; the video's cover, if none is named. Raises UnknownError."""
        with open_store(self._library, create=False) as store:
            found = (
                store.records.largest(video, Thumbnail)
                if moment is None
                else store.records.at(video, Thumbnail, moment)
            )
        if found is None:
            raise UnknownError("there is no picture of this moment")
        return found.jpeg

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


def _listed(video: StoredVideo) -> Document:
    """A video in the list: more than the command line's list has, for what is shown and sorted by."""
    return Video.of(video).document() | {
        "recorded": "" if video.recorded is None else format_date(video.recorded.unix_seconds),
        "recorded_source": "" if video.recorded is None else video.recorded.source,
        "width": video.width,
        "height": video.height,
    }
