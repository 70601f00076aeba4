"""Which machine this is."""

import platform
from contextlib import suppress
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")  # Linux only; containers of one machine share it


def this_machine() -> str:
    """A name that all processes of this machine find until it is started anew, and those of no other machine."""
    with suppress(OSError):
        return _BOOT.read_text().strip()
    return platform.node()
