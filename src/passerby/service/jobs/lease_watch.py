"""A job ends with its lease: who works on after that would be in the way of who has taken it up."""

import os
import signal
import time
from typing import NoReturn

from passerby.errors import StoreError
from passerby.settings import Settings
from passerby.store.jobs import StoredJob
from passerby.store.library import Store, open_store

LOOKS = 5  # in the time of a lease, for which it is also prolonged


def end_with_lease(job: StoredJob, settings: Settings) -> NoReturn:
    """In a thread of the process of a job: end it, and what it has started, when the job is another's.

    A server that is stopped, or cut off from the database, does not prolong the lease. After the database itself was
    away its server has the time of a lease to do so.
    """
    lease = settings.lease_seconds
    away_until = 0.0
    while True:
        time.sleep(lease / LOOKS)
        try:
            with open_store(settings.library, create=False) as store:
                _watch(store, job, lease, away_until)
        except StoreError:
            away_until = time.monotonic() + lease


def _watch(store: Store, job: StoredJob, lease: float, away_until: float) -> NoReturn:
    while True:
        left = store.jobs.lease_left(job)
        if left is None or (left < 0 and time.monotonic() >= away_until):
            _end()
        time.sleep(lease / LOOKS)


def _end() -> NoReturn:
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)
