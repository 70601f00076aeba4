"""The facade for what people make of a library: titles and reviews, collections and cases, the trash, kept searches.

What changes something is noted here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from passerby.callers import Caller
from passerby.case_access import CaseAccess
from passerby.dates import format_date
from passerby.documents import Document
from passerby.errors import UsageError
from passerby.evidence.custody import Custody
from passerby.models.names import check_given
from passerby.models.prose import check_prose
from passerby.records import Note, Review, StoredVideo, VideoNotes
from passerby.settings import Settings
from passerby.store.audit_log import Action
from passerby.store.collections import StoredCollection
from passerby.store.library import Store, open_store
from passerby.store.listing import FacetCount, Has, Order, VideoFilter, VideoShape
from passerby.store.searches import KeptSearch
from passerby.times import Span, TimeBase
from passerby.wording import require_plain

LONGEST_NAME, LONGEST_TEXT = 150, 10_000  # characters of what is called so, and of what is said
MOST_LABELS = 50  # that are given to videos at once
DAY_SECONDS = 86_400.0
ROUNDED = 2e-3  # seconds: more than documents round times by
MOST_SEARCHES = 100  # that one user keeps


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of videos; a case is one too."""

    id: str
    name: str
    description: str
    is_case: bool
    made_by: str
    created: str  # ISO 8601, UTC
    videos: int

    @classmethod
    def of(cls, kept: StoredCollection) -> Collection:
        created = format_date(int(kept.created))
        return cls(kept.id, kept.name, kept.description, kept.is_case, kept.user, created, kept.videos)

    def document(self) -> Document:
        """One row of ``collection list --json``."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "case": self.is_case,
            "made_by": self.made_by,
            "created": self.created,
            "videos": self.videos,
        }


@dataclass(frozen=True, slots=True)
class TrashedVideo:
    """A video in the trash: on the disk still, until it is forgotten."""

    id: str
    name: str
    duration: float  # seconds
    by: str  # who moved it there
    since: str  # ISO 8601, UTC
    until: str  # from then on a server forgets it by itself

    @classmethod
    def of(cls, video: StoredVideo, days: float) -> TrashedVideo:
        since, by = (video.trashed.since, video.trashed.by) if video.trashed else (0.0, "")
        until = format_date(int(since + days * DAY_SECONDS))
        duration = video.time_base.seconds(video.duration)
        return cls(video.id, video.name, duration, by, format_date(int(since)), until)

    def document(self) -> Document:
        """One row of ``trash list --json``."""
        return {
            "id": self.id,
            "name": self.name,
            "duration": self.duration,
            "by": self.by,
            "since": self.since,
            "until": self.until,
        }


@dataclass(frozen=True, slots=True)
class ListedVideo:
    """A video in a list."""

    video: StoredVideo
    has: tuple[Has, ...]


class Curation:
    """What people make of a library. Opens its database for each call, so that it may be kept for long."""

    def __init__(self, settings: Settings, caller: Caller, custody: Custody) -> None:
        self._settings, self._caller, self._custody = settings, caller, custody

    # Videos as wholes

    def listed(self, wanted: VideoFilter, order: Order, limit: int, start: int) -> list[ListedVideo]:
        """Videos from number ``start`` on, counted from 0: as ListingStore.page."""
        with self._open_for(wanted) as store:
            found = store.listing.page(wanted, order, limit, start)
            traits = store.listing.traits(video.id for video in found)
        return [ListedVideo(video, tuple(sorted(traits.get(video.id, ())))) for video in found]

    def ids(self, wanted: VideoFilter, order: Order) -> list[str]:
        with self._open_for(wanted) as store:
            return store.listing.ids(wanted, order)

    def count(self, wanted: VideoFilter) -> int:
        with self._open_for(wanted) as store:
            return store.listing.count(wanted)

    def shapes(self, wanted: VideoFilter, order: Order) -> list[VideoShape]:
        """See ListingStore.shapes."""
        with self._open_for(wanted) as store:
            return store.listing.shapes(wanted, order)

    def facets(self, wanted: VideoFilter) -> list[FacetCount]:
        """See ListingStore.facets."""
        with self._open_for(wanted) as store:
            known = {kept.id for kept in CaseAccess(store, self._caller).opened()}
            return [each for each in store.listing.facets(wanted) if each.kind != "collection" or each.value in known]

    def describe(
        self, video: str, *, title: str | None = None, description: str | None = None, review: Review | None = None
    ) -> VideoNotes:
        """Keep what is not None of a video; without a title it is called as its file. What is kept then.

        Raises UnknownVideoError, and UsageError for a title that would say who somebody is, and for a description of
        what somebody is like (law 2).
        """
        if title:
            _require_name("title", title)
        if description:
            _require_text("description", description)
        with self._open() as store:
            found = store.videos.resolve(video)
            kept = VideoNotes(
                found.said.title if title is None else title.strip(),
                found.said.description if description is None else description.strip(),
                found.said.review if review is None else review,
            )
            store.videos.say(found.id, kept)
        self._custody.note(self._caller, "describe", found.id)
        return kept

    def tag(self, videos: Sequence[str], given: Sequence[str], rejected: Sequence[str] = ()) -> int:
        """Keep that labels fit all of these videos, from end to end, and that others do not; how many videos it was.

        Those of which no length is known yet are left out. Raises UsageError as ``Library.tag``.
        """
        if len(given) + len(rejected) > MOST_LABELS:
            raise UsageError(f"expected at most {MOST_LABELS} labels at once, found {len(given) + len(rejected)}")
        for label in (*given, *rejected):
            _require_name("label", label)
        tagged = 0
        for found in self.there(videos):
            if found.duration:
                span = Span(0, found.duration)
                notes = [Note(span, label, rejected=False) for label in given]
                with self._open() as store:
                    store.notes.keep(found.id, notes + [Note(span, label, rejected=True) for label in rejected])
                self._custody.note(self._caller, "tag", found.id, number=len(given) + len(rejected))
                tagged += 1
        return tagged

    def take_back(self, video: str, label: str, seconds: tuple[float, float]) -> bool:
        """Take back what was said of a label and a stretch, as notes tell it; whether anything was.

        Raises UnknownVideoError.
        """
        with self._open() as store:
            found = store.videos.resolve(video)
            said = [note for note in store.notes.of(found.id) if note.label == label]
            meant = [note for note in said if _is_at(found.time_base, note.span, seconds)]
            for note in meant:
                store.notes.remove(found.id, note)
        if meant:
            self._custody.note(self._caller, "tag", found.id, number=0)
        return bool(meant)

    def there(self, videos: Sequence[str]) -> list[StoredVideo]:
        """Those of the videos with these ids that are in the library."""
        with self._open() as store:
            return store.videos.with_ids(videos)

    # Collections

    def collections(self) -> list[Collection]:
        """All collections and cases, by name."""
        with self._open() as store:
            return [Collection.of(kept) for kept in CaseAccess(store, self._caller).opened()]

    def collection(self, name: str) -> Collection:
        """The one with this id or name. Raises UsageError if there is none."""
        known = self.collections()
        found = [each for each in known if name in (each.id, each.name)]
        if not found:
            names = ", ".join(each.name for each in known) or "none yet"
            raise UsageError(f"there is no collection called {name!r}; there are: {names}")
        return found[0]

    def make_collection(self, name: str, description: str = "", *, is_case: bool = False) -> Collection:
        """Raises UsageError for a name that is taken, or would say who somebody is (law 2)."""
        _require_name("name", name)
        if description:
            _require_text("description", description)
        with self._open() as store:
            made = store.collections.make(name.strip(), description.strip(), self._caller.name, is_case=is_case)
            store.collections.admit(made, self._caller.name)
            kept = store.collections.get(made)
        self._custody.note(self._caller, "make_collection", f"collection:{made}")
        return Collection.of(kept)

    def change_collection(
        self, collection: str, *, name: str | None = None, description: str | None = None, is_case: bool | None = None
    ) -> Collection:
        """Change what is not None. Raises UnknownError, and UsageError as ``make_collection``."""
        if name is not None:
            _require_name("name", name)
        if description:
            _require_text("description", description)
        with self._open() as store:
            known = CaseAccess(store, self._caller).get(collection)
            store.collections.change(
                collection,
                known.name if name is None else name.strip(),
                known.description if description is None else description.strip(),
                is_case=known.is_case if is_case is None else is_case,
            )
            if is_case:
                store.collections.admit(collection, self._caller.name)
            kept = store.collections.get(collection)
        self._custody.note(self._caller, "change_collection", f"collection:{collection}")
        return Collection.of(kept)

    def remove_collection(self, collection: str) -> None:
        """Its videos stay in the library. Raises UnknownError."""
        with self._open() as store:
            CaseAccess(store, self._caller).get(collection)
            store.collections.remove(collection)
        self._custody.note(self._caller, "remove_collection", f"collection:{collection}")

    def collect(self, collection: str, videos: Sequence[str], *, remove: bool = False) -> int:
        """Put videos, by their ids, into a collection, or take them out of it; how many. Raises UnknownError."""
        with self._open() as store:
            CaseAccess(store, self._caller).get(collection)
            done = (store.collections.take_out if remove else store.collections.put)(collection, videos)
        action: Action = "take_out" if remove else "collect"
        self._custody.note(self._caller, action, f"collection:{collection}", number=done)
        return done

    def collections_of(self, video: str) -> list[str]:
        """The ids of the collections that a video is in."""
        with self._open() as store:
            return [kept.id for kept in CaseAccess(store, self._caller).of(store.videos.resolve(video).id)]

    # The trash

    def trash(self, videos: Sequence[str]) -> int:
        """Move videos, by their ids, to the trash; how many. Those that are not in the library are left out."""
        there = self.there(videos)
        for found in there:
            with self._open() as store:
                store.trash.put(found.id, self._caller.name)
            self._custody.note(self._caller, "trash", found.id)
        return len(there)

    def trashed(self) -> list[TrashedVideo]:
        """What is in the trash, the last to come there first."""
        with self._open() as store:
            return [TrashedVideo.of(video, self._settings.trash_days) for video in store.trash.all()]

    def in_trash(self, name: str) -> str:
        """The id of what is meant by a path, a name or the start of an id, in the trash. Raises UnknownVideoError."""
        with self._open() as store:
            return store.videos.resolve(name, "trash").id

    def restore(self, videos: Sequence[str]) -> int:
        """Take videos, by their ids, out of the trash; how many. Those that are not there are left out."""
        with self._open() as store:
            there = [video.id for video in store.trash.all() if video.id in {*videos}]
        for video in there:
            with self._open() as store:
                store.trash.take_out(video)
            self._custody.note(self._caller, "restore", video)
        return len(there)

    def overdue(self, *, all_of_it: bool = False) -> list[str]:
        """The ids of what has been in the trash for as long as it is kept there, or of all that is there."""
        latest = time.time() - (0 if all_of_it else self._settings.trash_days * DAY_SECONDS)
        with self._open() as store:
            due = [video.id for video in store.trash.all() if video.trashed and video.trashed.since <= latest]
            held = set(store.evidence.held(due))  # by a case that is held since
            return [video for video in due if video not in held]

    # Searches

    def searches(self) -> list[KeptSearch]:
        """Those that the caller keeps, by name."""
        with self._open() as store:
            return store.searches.of(self._caller.name)

    def keep_search(self, name: str, asked: Mapping[str, str]) -> str:
        """Keep a search of the caller's, in the place of one of that name; its id. Raises UsageError."""
        _require_text("name", name, LONGEST_NAME)
        with self._open() as store:
            known = [kept.name for kept in store.searches.of(self._caller.name)]
            if len(known) >= MOST_SEARCHES and name not in known:
                raise UsageError(f"expected at most {MOST_SEARCHES} kept searches; remove some")
            return store.searches.put(self._caller.name, name.strip(), asked)

    def remove_search(self, search: str) -> None:
        """Raises UnknownError."""
        with self._open() as store:
            store.searches.remove(self._caller.name, search)

    def _open(self) -> Store:
        return open_store(self._settings.library, create=False)

    @contextmanager
    def _open_for(self, wanted: VideoFilter) -> Iterator[Store]:
        """The library, for a list that the caller may ask for. Raises UnknownError."""
        with self._open() as store:
            if wanted.collection:
                CaseAccess(store, self._caller).get(wanted.collection)
            yield store


def _is_at(time_base: TimeBase, span: Span, seconds: tuple[float, float]) -> bool:
    """Whether a span is that between these times, as documents round them."""
    told = time_base.seconds(span.start), time_base.seconds(span.end)
    return all(abs(one - other) < ROUNDED for one, other in zip(told, seconds, strict=True))


def _require_name(what: str, name: str) -> None:
    """Raise UsageError for what is too long, cannot be read as it is, or would say who or what somebody is."""
    require_plain(what, name, LONGEST_NAME)
    check_given(name)


def _require_text(what: str, text: str, longest: int = LONGEST_TEXT) -> None:
    if not text.strip() or len(text) > longest:
        raise UsageError(f"{what}: expected 1 to {longest} characters, found {len(text)}")
    check_prose(what, text)
