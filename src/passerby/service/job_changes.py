"""How often jobs have changed, by whichever server or process: kept up while a server runs, for all who look on."""

import logging
import threading

from passerby.errors import StoreError
from passerby.store.library import Address, watch_jobs
from passerby.wording import written_out

WAIT_SECONDS = 0.3  # until it is looked whether the server ends
AWAY_SECONDS = 1.0  # from one try to hear of a library that cannot be used to the next

logger = logging.getLogger(__name__)


class JobChanges(threading.Thread):
    """The thread that hears of changes."""

    def __init__(self, library: Address) -> None:
        super().__init__(name="job changes", daemon=True)
        self.number = 0  # is another one after any change, and after a time in which none could be heard of
        self._library = library
        self._ending = threading.Event()

    def end(self) -> None:
        self._ending.set()
        self.join()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except StoreError as error:
                logger.warning("changes of jobs cannot be heard of (%s)", written_out(str(error)))
                self._ending.wait(AWAY_SECONDS)

    def _listen(self) -> None:
        with watch_jobs(self._library) as watch:
            self.number += 1
            while not self._ending.is_set():
                if watch.changed(WAIT_SECONDS):
                    self.number += 1
