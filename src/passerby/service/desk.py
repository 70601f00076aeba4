"""The facade for what a server keeps and does: all that the API and the pages may call, one part a subject."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress

from passerby.accounts import Accounts
from passerby.callers import LOCAL, UPKEEP, Caller
from passerby.casework.bag_preview import BagPreview
from passerby.casework.casework import Casework
from passerby.dates import format_date, utc_now
from passerby.documents import Document
from passerby.errors import UnknownVideoError, UsageError
from passerby.evidence.custody import Custody
from passerby.files.scratch import Scratch
from passerby.library import Library
from passerby.object_storage.address import location
from passerby.outside_login import OutsideLogin
from passerby.service.batches import Batches
from passerby.service.contacts import Contacts
from passerby.service.copies import Copies
from passerby.service.forget import forget
from passerby.service.job_changes import JobChanges
from passerby.service.jobs.case_export import copies_to_bag
from passerby.service.mailer import Mailer
from passerby.service.messenger import Messenger
from passerby.service.originals import Originals
from passerby.service.pictures import Pictures
from passerby.service.plan_documents import PlanDocuments
from passerby.service.plan_views import PlanViews
from passerby.service.plans import Plans
from passerby.service.queue import JobQueue
from passerby.service.runner import JobRunner
from passerby.service.shares import Shares
from passerby.service.source_events import SourceEvents
from passerby.service.stills import Stills
from passerby.service.upkeep import Upkeep
from passerby.service.uploads import Uploads
from passerby.service.videos import Videos
from passerby.service.watched_sources import Sources
from passerby.service.webhooks import Webhooks
from passerby.settings import Settings
from passerby.store.library import kept_quick, open_store


class Desk:
    """What a server works with. ``start`` begins the work on jobs, ``close`` ends it; each is called once."""

    def __init__(self, settings: Settings, address: str = "") -> None:
        """``address`` is where browsers reach this server; "" where that is not known."""
        library = settings.library
        with open_store(library, create=True, blobs=settings.blobs) as store:
            store.require_writable_blobs()
            store.blobs.free_bytes()  # or it has no place for uploads and copies
        # Pages with what a copy fails to hide: the library never holds such pictures.
        self._scratch = Scratch()
        self.settings = settings
        self.custody = Custody(settings.library)
        self._library = Library(settings, LOCAL, self.custody)
        self.accounts = Accounts(settings)
        self.outside = OutsideLogin(settings) if settings.oidc_issuer else None
        self.uploads = Uploads(settings, self.custody)
        self.pictures = Pictures(settings)
        self._originals = Originals(settings)
        self.videos = Videos(library, self.pictures, self._originals, self.custody)
        self._plan_documents = PlanDocuments()
        models = self._library.models.open()
        self.plans = Plans(settings, self._plan_documents, models, self.custody)
        self.plan_views = PlanViews(settings, self.plans, self.videos, self.pictures, models, self.custody)
        self.stills = Stills(settings, self._scratch.path, self.custody)
        self.copies = Copies(library, self.custody, settings.link_seconds)
        self.shares = Shares(library, self.copies, self.custody)
        self.jobs = JobQueue(settings, self._scratch.path, self.videos, self.plans, self.copies, self.custody)
        self.batches = Batches(settings, self.jobs, self.copies, self.custody)
        self.webhooks = Webhooks(settings, self.custody)
        self.sources = Sources(settings, self.custody)
        self.source_events = SourceEvents(library, self.sources)
        self.job_changes = JobChanges(library)
        self._messenger = Messenger(settings)
        self._mailer = Mailer(settings, address)
        self.contacts = Contacts(library, sends=self._mailer.sends)
        self._runner = JobRunner(settings, self._scratch.path)
        self._upkeep = Upkeep(library, self._clear_up, self.check_due)

    def start(self) -> None:
        self.uploads.take_up()
        self._runner.start()
        self._messenger.start()
        self._mailer.start()
        self.job_changes.start()
        self._upkeep.start()

    def close(self) -> None:
        self._runner.end()
        self._messenger.end()
        self._mailer.end()
        self.job_changes.end()
        self._upkeep.end()
        self.pictures.close()
        self._originals.close()
        self.plan_views.close()
        self.stills.close()
        self.sources.close()
        self._scratch.close()

    def held_open(self) -> AbstractContextManager[None]:
        """Have requests, each of which opens the library, do so quickly. See store.library.kept_quick."""
        return kept_quick(self.settings.library)

    def library(self, caller: Caller) -> Library:
        """The library, for one who asks."""
        return self._library.by(caller)

    def casework(self, caller: Caller) -> Casework:
        """The evidence of the library, for one who asks."""
        return Casework(self.library(caller))

    def sees_case(self, caller: Caller | None, case: str) -> bool:
        """Whether who asks sees a case of this id."""
        return (
            caller is not None
            and caller.may_do("redact")
            and case in {each.id for each in self.casework(caller).cases()}
        )

    def sees_item(self, caller: Caller | None, video: str) -> bool:
        """Whether who asks sees an item of this id."""
        if caller is None or not caller.may_do("redact"):
            return False
        with suppress(UsageError):
            return self.casework(caller).item(video).video == video
        return False

    def preview_bag(self, caller: Caller, case: str, *, sealed: bool) -> BagPreview:
        """What would leave with the bag of a case, by its id. Raises UnknownError, NotAllowedError."""
        with copies_to_bag(self.settings, self._safe_copies(caller, case)) as made:
            return self.casework(caller).preview(case, made, sealed=sealed)

    def ask_bag(self, caller: Caller, case: str, *, sealed: bool, key: str) -> Document:
        """Have a case, by its id, written as a bag. Raises UnknownError, NotAllowedError."""
        return self.jobs.ask_bag(caller, case, self._safe_copies(caller, case), sealed=sealed, key=key)

    def _safe_copies(self, caller: Caller, case: str) -> list[str]:
        """The copies of a case that viewers may see, by their ids."""
        items = self.casework(caller).items(case)
        return [str(copy["id"]) for item in items for copy in self.copies.all(item.video, for_viewers=True)]

    def check_due(self) -> None:
        """Have those items of evidence checked whose time it is; of several servers one asks for it each day."""
        if self.casework(UPKEEP).due():
            self.jobs.ask_check(UPKEEP, key=f"due {format_date(int(utc_now() / 1e6))[:10]}")

    def forget(self, caller: Caller, video: str) -> None:
        """Erase a video as ``forget.forget`` does, also one in the trash. Raises UnknownVideoError."""
        with open_store(self.settings.library, create=False) as store:
            place = location(store.videos.resolve(video, "both").path)
        forget(self.library(caller), video, place, self._scratch.path)
        self._originals.drop(video)

    def trash(self, caller: Caller, videos: Sequence[str]) -> int:
        """Move videos to the trash as ``Curation.trash`` does."""
        moved = self.library(caller).curation.trash(videos)
        for video in videos:
            self._originals.drop(video)
        return moved

    def empty_trash(self, caller: Caller = UPKEEP, *, all_of_it: bool = False) -> None:
        """Forget what has been in the trash for as long as it is kept there, or all that is there."""
        for video in self.library(caller).curation.overdue(all_of_it=all_of_it):
            with suppress(UnknownVideoError):  # somebody has forgotten it meanwhile
                self.forget(caller, video)
        self._plan_documents.clear()

    def _clear_up(self) -> None:
        self.sources.rest()
        self.empty_trash()
