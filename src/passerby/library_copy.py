"""Copying a library as a whole: from a folder to a database, back, or to another of the same kind."""

from passerby.callers import Caller
from passerby.dates import Clock, utc_now
from passerby.errors import UsageError
from passerby.store.library import open_store
from passerby.store.transfer import OnRows, Transferred, transfer


def copy_library(source: str, target: str, caller: Caller, on_rows: OnRows, clock: Clock = utc_now) -> Transferred:
    """Have ``target`` keep all that ``source`` keeps, or go on with that; what it has in the end.

    It is noted in the log of the source, which the copy goes on with. Raises UsageError for one library that is to be
    both, StoreError where there is none to copy, the target keeps something else, or the two differ in the end.
    """
    if source == target:
        raise UsageError(f"{target}: expected another place for the copy, found the library itself")
    with open_store(source, create=False) as original, open_store(target, create=True) as copy:
        with original.transaction():
            original.log.append(clock(), caller.name, "copy", "", {})
        return transfer(original, copy, on_rows)
