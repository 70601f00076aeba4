"""A process ends with the one that started it."""

import multiprocessing
import os

ORPHANED = 3  # the exit code of a worker that lost its supervisor


def end_with_the_supervisor() -> None:
    """A supervisor that is killed cannot stop its workers, and one that wrote on would work for nobody."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        supervisor.join()
        os._exit(ORPHANED)
