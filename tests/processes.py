"""Looking after the processes that tests start."""

import os
import signal
import time

import psutil

PATIENCE = 15.0


def in_session(session: int) -> list[psutil.Process]:
    """The processes of a session, the dead ones that nobody has asked after left out."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


def workers_of(process_id: int) -> list[psutil.Process]:
    """The workers that a process has started."""
    try:
        children = psutil.Process(process_id).children()
        return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return []


def wait_for_the_end_of(session: int) -> None:
    """Fail, and end it, if a process of this session is still there after some seconds."""
    until = time.monotonic() + PATIENCE
    while left := in_session(session):
        if time.monotonic() > until:
            told = [" ".join(process.cmdline()) for process in left]
            os.killpg(session, signal.SIGKILL)
            raise AssertionError(f"processes are left: {told}")
        time.sleep(0.05)
