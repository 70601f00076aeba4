"""What a library needs from time to time while a server runs: quick searches, and a trash that is emptied."""

import logging
import threading
import time
from collections.abc import Callable

from passerby.errors import StoreError
from passerby.store.library import open_store
from passerby.wording import written_out

EVERY_SECONDS, DAY_SECONDS = 60.0, 86_400.0

logger = logging.getLogger(__name__)


class Upkeep:
    """Looks after a library in a thread, every minute: see Health.keep_up, and Curation.overdue."""

    def __init__(self, library: str, clear_up: Callable[[], None], check_due: Callable[[], None]) -> None:
        """``clear_up`` removes what has been kept for long enough; ``check_due`` is called once a day."""
        self._library, self._clear_up, self._check_due = library, clear_up, check_due
        self._next_check = time.monotonic()
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
                self._clear_up()
                if time.monotonic() >= self._next_check:
                    self._check_due()
                    self._next_check = time.monotonic() + DAY_SECONDS
            except StoreError as error:
                logger.warning("the library cannot be looked after (%s); that is tried again", written_out(str(error)))
