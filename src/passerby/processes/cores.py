"""How many cores this process may use."""

import os

CORES_PER_WORKER = 2  # a worker decodes on one while a model runs on the other


def available_cores() -> int:
    """At least 1: those of the machine, or those that its user has left to this process."""
    allowed = getattr(os, "sched_getaffinity", None)  # not everywhere
    return len(allowed(0)) if allowed else os.cpu_count() or 1
