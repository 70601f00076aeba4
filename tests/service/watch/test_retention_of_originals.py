"""What shows people goes by a limit of its own, also once its source is hidden again."""

from dataclasses import replace

import pytest

from passerby.service.watch.retention import overdue
from passerby.streams.watch_source import WatchSource
from watched_sources import segment

HOUR, DAY = 3600.0, 86_400.0
GATE = WatchSource("gate", "rtsp://camera.local/1", "rtsp", keep_seconds=7 * DAY, original_seconds=HOUR)
NOW = 1_800_000_000.0


@pytest.mark.parametrize("keeps", [True, False])
def test_originals_go_by_their_own_time(*, keeps: bool) -> None:
    shown, hidden = (segment("gate", NOW - 2 * HOUR, is_hidden=is_hidden) for is_hidden in (False, True))
    source = replace(GATE, keep_original=keeps)
    assert overdue([shown, hidden], source, NOW) == [shown]
    assert overdue([shown, hidden], source, NOW - 1.5 * HOUR) == []


def test_without_one_they_go_as_all_else() -> None:
    shown, hidden = (segment("gate", NOW - 2 * DAY, is_hidden=is_hidden) for is_hidden in (False, True))
    source = replace(GATE, original_seconds=None, keep_seconds=DAY)
    assert overdue([shown, hidden], source, NOW) == [shown, hidden]
    assert overdue([shown, hidden], replace(source, keep_seconds=None), NOW) == []
