"""Jobs that follow from results."""

from collections.abc import Iterator

import pytest

from passerby.executors.base import Job, open_executor
from passerby.settings import Settings
from small_jobs import Square


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_may_follow_from_a_result(workers: int) -> None:
    results: list[int | str] = []

    def jobs() -> Iterator[Job[int | str] | None]:
        yield Square(2)
        yield Square(3)
        while len(results) < 2:
            yield None
        yield Square(int(max(results)))

    for result in open_executor(Settings(workers=workers), lambda _: None).run(jobs()):
        results.append(result)
    assert sorted(map(int, results)) == [4, 9, 81]


def test_jobs_are_not_asked_for_before_there_is_room() -> None:
    asked: list[int] = []

    def jobs() -> Iterator[Job[int | str]]:
        for side in range(4):
            asked.append(side)
            yield Square(side)

    running = open_executor(Settings(workers=1), lambda _: None).run(jobs())
    assert next(running) == 0
    assert asked == [0]
    running.close()
