"""What the options of ``passerby watch`` add up to, before anything is watched."""

from dataclasses import replace

import pytest

from passerby.cli.watch_options import WatchOptions
from passerby.errors import UsageError

GATE = WatchOptions("rtsp://camera.local/1", "gate", keep_original_for="12h")


def test_what_shows_people_has_a_time_of_its_own() -> None:
    [source], _ = replace(GATE, keep="7d", keep_original=True).asked()
    assert (source.keep_original, source.keep_seconds, source.original_seconds) == (True, 604_800, 43_200)


def test_no_time_is_told_for_what_is_not_kept() -> None:
    with pytest.raises(UsageError, match="expected --keep-original beside it"):
        GATE.asked()
