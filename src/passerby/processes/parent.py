"""A process ends with the one that started it."""

import multiprocessing
import os

ORPHANED = 3  # the exit code of a process that lost its parent


def end_with_parent() -> None:
    """A process that is killed cannot stop those that it has started, and they would work for nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(ORPHANED)
