"""What one process does at a time, of all that work on a library."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol


class Locks(Protocol):
    """The locks of a library. One that is held is free again as soon as its holder dies; nothing is left behind.

    Each method raises StoreError when there can be no locks.
    """

    def video(self, video_id: str, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Hold the video for this process until the block ends.

        While another process holds it, that is waited for, and ``on_wait`` is called every now and then.
        """

    shares_jobs: bool  # whether several processes do jobs at once, each those that it has taken

    def jobs(self) -> AbstractContextManager[bool]:
        """Hold the doing of the library's jobs until the block ends; False if another process has it for itself."""
