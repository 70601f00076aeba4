"""Keeping searches quick while a server runs."""

import logging
import threading

from passerby.errors import StoreError
from passerby.store.library import open_store
from passerby.wording import written_out

EVERY_SECONDS = 60.0

logger = logging.getLogger(__name__)


class Upkeep:
    """Has a library keep up what its searches need, in a thread, every minute. See Health.keep_up."""

    def __init__(self, library: str) -> None:
        self._library = library
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Ask for the end. What the database is making for it goes on there, or is taken up by the next server."""
        self._ending.set()

    def _run(self) -> None:
        while not self._ending.wait(EVERY_SECONDS):
            try:
                with open_store(self._library, create=False) as store:
                    store.health.keep_up()
            except StoreError as error:
                logger.warning("indexes cannot be kept up (%s); that is tried again", written_out(str(error)))
