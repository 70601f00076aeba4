"""One worker at a time for one video, also across several runs of ``passerby add``."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from passerby.errors import StoreError
from passerby.files import private

CLAIMS_FILE = "claims"
POLL_SECONDS = 0.2


@contextmanager
def claim(library: Path, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the video for this process until the block ends; ``on_wait`` is called while another process holds it.

    The lock is on one byte, chosen by the video, of one empty file: the system lets go of it when its holder dies,
    and nothing is left behind. Raises StoreError when the file cannot be made.
    """
    place = int(video_id[:14], 16)
    with _claims(library / CLAIMS_FILE) as file:
        while not _try_lock(file.fileno(), place):
            on_wait()
            time.sleep(POLL_SECONDS)
        yield


def _claims(path: Path) -> BinaryIO:
    try:
        path.parent.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
        return open(path, "ab", opener=private.opener)
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error.strerror}); check the disk and the permissions") from error


def _try_lock(descriptor: int, place: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except (BlockingIOError, PermissionError):  # POSIX allows either for "held by another"
        return False
    return True
