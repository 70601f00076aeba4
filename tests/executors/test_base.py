"""Executors by their names."""

import pytest

from passerby.errors import UsageError
from passerby.executors.base import EXECUTORS, Executor, open_executor
from passerby.settings import Settings


class Square:
    """A job that needs nothing."""

    name = "a square"

    def __init__(self, side: int) -> None:
        self.side = side

    def run(self, on_progress: object) -> int:
        return self.side**2

    def lost_result(self, reason: str, tries: int) -> int:
        return -1


@pytest.mark.parametrize("name", EXECUTORS)
def test_each_runs_any_jobs(name: str) -> None:
    executor: Executor = open_executor(Settings(engine=name, workers=2), lambda _: None)
    assert sorted(executor.run([Square(side) for side in (1, 2, 3)])) == [1, 4, 9]
    assert list(executor.run([])) == []  # again, and nothing


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UsageError, match="expected one of local"):
        open_executor(Settings(engine="none"), lambda _: None)
