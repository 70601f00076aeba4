"""The facade for what a server keeps and does: all that the API and the pages may call, one part a subject."""

from contextlib import AbstractContextManager

from passerby.accounts import Accounts
from passerby.callers import LOCAL, Caller
from passerby.evidence.custody import Custody
from passerby.files.scratch import Scratch
from passerby.library import Library
from passerby.service.copies import Copies
from passerby.service.forget import forget
from passerby.service.job_changes import JobChanges
from passerby.service.messenger import Messenger
from passerby.service.originals import Originals
from passerby.service.pictures import Pictures
from passerby.service.plan_documents import PlanDocuments
from passerby.service.plan_views import PlanViews
from passerby.service.plans import Plans
from passerby.service.queue import JobQueue
from passerby.service.runner import JobRunner
from passerby.service.stills import Stills
from passerby.service.upkeep import Upkeep
from passerby.service.uploads import Uploads
from passerby.service.videos import Videos
from passerby.service.webhooks import Webhooks
from passerby.settings import Settings
from passerby.store.library import kept_quick, open_store


class Desk:
    """What a server works with. ``start`` begins the work on jobs, ``close`` ends it; each is called once."""

    def __init__(self, settings: Settings) -> None:
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
        self.jobs = JobQueue(settings, self._scratch.path, self.videos, self.plans, self.copies, self.custody)
        self.webhooks = Webhooks(settings, self.custody)
        self.job_changes = JobChanges(library)
        self._messenger = Messenger(settings)
        self._runner = JobRunner(settings, self._scratch.path)
        self._upkeep = Upkeep(library)

    def start(self) -> None:
        self.uploads.take_up()
        self._runner.start()
        self._messenger.start()
        self.job_changes.start()
        self._upkeep.start()

    def close(self) -> None:
        self._runner.end()
        self._messenger.end()
        self.job_changes.end()
        self._upkeep.end()
        self.pictures.close()
        self._originals.close()
        self.plan_views.close()
        self.stills.close()
        self._scratch.close()

    def held_open(self) -> AbstractContextManager[None]:
        """Have requests, each of which opens the library, do so quickly. See store.library.kept_quick."""
        return kept_quick(self.settings.library)

    def library(self, caller: Caller) -> Library:
        """The library, for one who asks."""
        return self._library.by(caller)

    def forget(self, caller: Caller, video: str) -> None:
        """Erase a video as ``forget.forget`` does. Raises UnknownVideoError."""
        forget(self.library(caller), video, self.videos.path_of(video), self._scratch.path)
        self._originals.drop(video)
        self._plan_documents.clear()
