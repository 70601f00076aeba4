"""A decoder that fails costs one answer: the next is given by another process."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from faults import crash, hang, hoard, name_of, process_of, refuse, take_too_much
from passerby.errors import UnreadableError, UsageError
from passerby.processes.decoder import Decoder
from passerby.processes.limits import Limits

LIMITS = Limits(memory_mb=400, stall_seconds=10**6)
FILE = Path("a.mp4")


@pytest.fixture
def decoder() -> Iterator[Decoder]:
    made = Decoder(LIMITS)
    yield made
    made.close()


def test_one_process_answers_until_it_dies(decoder: Decoder) -> None:
    assert decoder.do(name_of, FILE, "!") == "a.mp4!"
    first = decoder.do(process_of, FILE)
    assert decoder.do(process_of, FILE) == first
    os.kill(first, signal.SIGKILL)
    with pytest.raises(UnreadableError):
        decoder.do(process_of, FILE)
    assert decoder.do(process_of, FILE) != first


@pytest.mark.parametrize("fault", [crash, hoard, take_too_much])
def test_what_its_process_does_not_outlive_costs_one_answer(decoder: Decoder, fault: object) -> None:
    with pytest.raises(
        UnreadableError, match=r"a\.mp4: expected it to be read within .* found that its decoder failed"
    ):
        decoder.do(fault, FILE)  # type: ignore[arg-type]
    assert decoder.do(name_of, FILE, "?") == "a.mp4?"


def test_what_never_ends_costs_one_answer() -> None:
    decoder = Decoder(replace(LIMITS, stall_seconds=1))
    with pytest.raises(UnreadableError, match="within 1 s"):
        decoder.do(hang, FILE)
    decoder.close()


def test_an_error_is_raised_where_it_was_asked(decoder: Decoder) -> None:
    first = decoder.do(process_of, FILE)
    with pytest.raises(UsageError, match="not this one"):
        decoder.do(refuse, FILE)
    assert decoder.do(process_of, FILE) == first
