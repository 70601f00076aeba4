"""A process that fills the memory or makes no progress is ended, whoever began it."""

import os
import queue
import subprocess
import sys
import threading
import time

import pytest

from passerby.processes.limits import Limits, watching_itself

PLENTY, LONG = 10**6, 10**6
EVERY = 0.01


@pytest.mark.parametrize(
    ("memory_mb", "stall_seconds", "reason"),
    [(1, LONG, "used more than 1 MB of memory"), (PLENTY, 0, "made no progress for 0 s")],
)
def test_who_breaks_a_limit_is_given_up(memory_mb: int, stall_seconds: float, reason: str) -> None:
    reasons: queue.Queue[str] = queue.Queue()
    with watching_itself(reasons.put, Limits(memory_mb, stall_seconds), every=EVERY):
        assert reasons.get(timeout=120) == reason
    assert reasons.empty()  # once


def test_who_makes_progress_goes_on() -> None:
    now = time.monotonic()
    assert Limits(PLENTY, LONG).broken_by(os.getpid(), now) == ""
    assert Limits(PLENTY, 10).broken_by(os.getpid(), now - 11) == "made no progress for 10 s"
    reasons: list[str] = []
    with watching_itself(reasons.append, Limits(PLENTY, LONG), every=EVERY) as heard:
        heard()
    assert reasons == []
    assert "limits" not in {thread.name for thread in threading.enumerate()}


def test_a_process_that_has_ended_breaks_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert Limits(0, LONG).broken_by(child.pid, time.monotonic()) == ""
