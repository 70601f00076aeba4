"""A kind of record is one file: its table is made, and it is kept, read, found and forgotten by what that file says."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import passerby
from libraries import add, people, timeline, video
from passerby.records import Shot
from passerby.store.library import Store, open_store
from passerby.times import Span

LOGO = """
from dataclasses import dataclass
from passerby.store.records.base import Lines, RecordTable

@dataclass(frozen=True, slots=True)
class Logo:
    moment: int
    label: str
    score: float

TABLE = RecordTable(
    kind=Logo,
    name="logos",
    columns={"label": "text", "score": "real"},
    to_row=lambda logo: (logo.label, logo.score),
    from_row=Logo,
    of="moment",
    labels=lambda logos, spans: {(list(spans)[logo.moment], logo.label): logo.score for logo in logos},
)
"""
USE = """
import sys
from dataclasses import replace
from passerby.store.library import open_store
from passerby.store.records.logo import Logo

with open_store(sys.argv[1], create=False) as store:
    (known,) = store.videos.all()
    logos = [Logo(1, "acme", 0.5), Logo(0, "globex", 0.75), Logo(1, "globex", 0.25)]
    store.sink.finish_stage(known.id, "logos", "key", logos)
    assert store.records.of(known.id, Logo) == logos
    first, second = sorted(store.search.moments_with())
    assert store.search.by_label("globex", limit=9) == [(first, 0.75), (second, 0.25)]
    assert store.search.moments_with(["acme"]) == {second}
    assert [reason.label for reason in store.search.reasons([second], ["acme"])[second]] == ["acme"]
    store.sink.finish_stage(known.id, "shots", "newer", [])  # the moments go, and with them what describes them
    assert "logos" not in store.records.finished(known.id)
    assert store.health.check() == []
    store.videos.forget(known.id)
    assert store.search.by_label("globex", limit=9) == []
"""


def test_a_new_kind_is_one_file_also_for_a_library_from_before(address: str, tmp_path: Path) -> None:
    with open_store(address, create=True) as store:
        add(store, "a.mp4", moments=2)
    package = tmp_path / "src" / "passerby"
    shutil.copytree(Path(passerby.__file__).parent, package, ignore=shutil.ignore_patterns("*.onnx", "*.gz", "web"))
    (package / "store" / "records" / "logo.py").write_text(LOGO)
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "src")}
    done = subprocess.run(
        [sys.executable, "-c", USE, address], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    with open_store(address, create=False) as store:  # and for who does not know it
        assert store.videos.all() == []
        assert store.health.check() == []


def test_a_kind_that_nothing_keeps_is_refused(store: Store) -> None:
    made = add(store, "a.mp4")
    with pytest.raises(TypeError, match="found str"):
        store.records.of(made, str)
    with pytest.raises(TypeError, match="of moments, found Shot"):
        store.records.at(made, Shot, 0)


def test_records_of_a_video_keep_their_order(store: Store) -> None:
    begun = video("b.mp4")
    store.sink.begin_video(begun)
    records = timeline(12)
    store.sink.finish_stage(begun.id, "shots", "key", records)
    assert store.records.of(begun.id, Shot) == [record for record in records if isinstance(record, Shot)]


def test_why_a_stretch_is_not_described_is_told(store: Store) -> None:
    begun = video("c.mp4")
    store.sink.begin_video(begun)
    masks = replace(people(0, 1, 2), doubts=("crowded", "", "dark"))
    store.sink.finish_stage(begun.id, "people", "key", [masks])
    first, last = (int(masks.times[row]) for row in (0, 2))
    assert store.records.doubts(begun.id, Span(0, last)) == {"crowded"}
    assert store.records.doubts(begun.id, Span(first + 1, last)) == set()
    assert store.records.doubts(begun.id, Span(first, last + 1)) == {"crowded", "dark"}
