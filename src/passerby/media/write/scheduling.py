"""SVT-AV1 asks for real-time scheduling wherever it may, as root does: undone, so that nothing else is starved."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

_THREADS = Path("/proc/self/task")


@contextlib.contextmanager
def usual_scheduling() -> Iterator[None]:
    """The threads of this process are scheduled afterwards as the calling one was before, new ones too.

    SVT-AV1 4.1 gives its threads and the one that opens it SCHED_FIFO at priority 99. Everything started later
    inherits that, and threads that spin while they wait, as those of ONNX Runtime do, then hang two cores for good.
    Linux only; elsewhere there is nothing to undo.
    """
    if not _THREADS.exists():
        yield
        return
    this = threading.get_native_id()
    policy, parameters = os.sched_getscheduler(this), os.sched_getparam(this)
    try:
        yield
    finally:
        for thread in map(int, os.listdir(_THREADS)):
            with contextlib.suppress(ProcessLookupError):  # it has ended since
                if os.sched_getscheduler(thread) != policy:
                    os.sched_setscheduler(thread, policy, parameters)
