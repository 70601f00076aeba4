"""Whether this machine's clock is kept right by a time server, as its kernel says."""

import ctypes
import sys
from typing import Literal

ClockState = Literal["synchronised", "free-running", "unknown"]
_LONGS = 64  # more than struct timex has, on every processor
_NOT_SYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def clock_state() -> ClockState:
    """How the clock is now; "unknown" where the system has no such call (it is Linux's)."""
    if not sys.platform.startswith("linux"):
        return "unknown"
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref((ctypes.c_long * _LONGS)()))
    except (OSError, AttributeError):
        return "unknown"
    if state < 0:  # a sandbox may forbid it
        return "unknown"
    return "free-running" if state == _NOT_SYNCHRONISED else "synchronised"
