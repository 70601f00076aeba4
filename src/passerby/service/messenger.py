"""Tells addresses that a job has ended, signed, and only addresses that may be told."""

import json
import logging
import threading

from passerby.errors import PasserbyError, UsageError
from passerby.settings import Settings
from passerby.signed_posts import post
from passerby.store.deliveries import PAUSES, Delivery
from passerby.store.jobs import StoredJob
from passerby.store.library import Store, open_store

ENDING_SECONDS = 1.0
WATCH_SECONDS = 0.5  # how often it is looked whether any is due

logger = logging.getLogger(__name__)


class Messenger(threading.Thread):
    """The thread that delivers, one after the other, while a server runs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="messenger", daemon=True)
        self._settings = settings
        self._ending = threading.Event()

    def end(self) -> None:
        """Deliver no more. What is being delivered is given a moment; if it takes longer it is delivered again."""
        self._ending.set()
        self.join(ENDING_SECONDS)

    def run(self) -> None:
        while not self._ending.wait(WATCH_SECONDS):
            try:
                with open_store(self._settings.library, create=False) as store:
                    self._round(store)
            except PasserbyError as error:  # the library cannot be read at this moment
                logger.warning("nobody can be told that a job has ended (%s); that is tried again", error)

    def _round(self, store: Store) -> None:
        """Deliver what is due; of an address that does not listen one, so that others need not wait for it."""
        failing: set[str] = set()
        while not self._ending.is_set() and (delivery := store.deliveries.take(failing)):
            job = store.jobs.get(delivery.job)
            if job is None:  # forgotten at this moment
                continue
            if self._arrives(delivery, job):
                store.deliveries.drop(delivery.id)
            else:
                failing.add(delivery.hook.id)
                logger.warning(
                    "job %s: the address %s could not be told (try %d of %d)",
                    job.id, delivery.hook.id, delivery.attempt, len(PAUSES) + 1,
                )  # fmt: skip

    def _arrives(self, delivery: Delivery, job: StoredJob) -> bool:
        body = json.dumps({"id": delivery.id, "event": "job.ended", "job": _told(job)}).encode()
        try:
            answer = post(
                delivery.hook.url, delivery.hook.secret, body, allow_private=bool(self._settings.private_hooks)
            )
        except UsageError:  # the address cannot be found, or leads elsewhere by now
            return False
        return answer is not None and 200 <= answer < 300


def _told(job: StoredJob) -> dict[str, object]:
    return {"id": job.id, "kind": job.kind, "video": job.video, "status": job.status, "message": job.message}
