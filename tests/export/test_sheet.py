"""Contact sheets: how many pictures are on them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from libraries import MOMENT_TICKS, video
from passerby.export.sheet import GAP, MOST_CELLS, PICTURE_HEIGHT, TEXT_HEIGHT, contact_sheet
from passerby.records import Moment, Shot
from passerby.store.library import open_store
from passerby.times import Span


@pytest.mark.parametrize(("moments", "rows"), [(1, 1), (5, 2), (MOST_CELLS * 3, MOST_CELLS // 4)])
def test_a_long_shot_has_a_picture_each_ten_seconds_as_far_as_there_is_room(
    tmp_path: Path, moments: int, rows: int
) -> None:
    spans = [Span(n * MOMENT_TICKS, (n + 1) * MOMENT_TICKS) for n in range(moments)]
    made = video()
    with open_store(tmp_path, create=True) as store:
        store.sink.begin_video(made)
        shot = Shot(Span(0, moments * MOMENT_TICKS), 0)
        store.sink.finish_stage(made.id, "shots", "key", [shot, *(Moment(span, 0) for span in spans)])
        store.sink.end_video(made.id, moments * 100, moments * MOMENT_TICKS, "done", "")
        sheet = Image.open(io.BytesIO(contact_sheet(store, store.videos.resolve(made.id))))
    assert sheet.height // (PICTURE_HEIGHT + TEXT_HEIGHT + GAP) == rows
