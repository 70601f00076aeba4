"""A stage of another package, all the way: added, kept, shown and found, and not done twice."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from clips import make_clip
from fake_models import CAR, FakeModels
from magpie import CODE, plant_magpie
from packages import plant
from passerby.errors import PluginError
from passerby.export.insights import Insights
from passerby.files.content import Source, content_id
from passerby.library import Library
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.run import index
from passerby.settings import Settings
from passerby.stages import stage_names
from passerby.store.library import Store, open_store
from pictures import moving_rectangle, texture

SIZE = (160, 96)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    car = moving_rectangle(SIZE, CAR, (20, 30, 60, 60), (1, 0), texture(SIZE, 1))
    return make_clip(tmp_path / "street.mkv", size=SIZE, frames=24, rate=8, picture=car, numbered=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "library", create=True) as opened:
        yield opened


def run(store: Store, clip: Path, *names: str) -> Outcome:
    source = Source(clip, content_id(clip, lambda _: None))
    return index(source, plan(names, Settings()), store.sink, FakeModels(), lambda *_: None)


def test_it_is_added_shown_and_found(store: Store, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_magpie(tmp_path / "site", monkeypatch)
    outcome = run(store, clip, *stage_names())
    assert outcome.status == "done"
    tags = {tag["label"] for tag in Insights.of(store, store.videos.resolve("street.mkv")).document()["tags"]}
    assert "umbrella" in tags
    library = Library(dataclasses.replace(Settings(), library=str(tmp_path / "library")))
    assert [hit.name for hit in library.search("umbrella")] == ["street.mkv"]
    assert run(store, clip, *stage_names()).status == "skipped"


def test_it_is_added_later_and_leaves_the_rest_as_it_was(
    store: Store, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = run(store, clip, "thumbnails", "tags")
    before = store.records.finished(outcome.video_id)
    plant_magpie(tmp_path / "site", monkeypatch)
    run(store, clip, "thumbnails", "tags", "magpie")
    after = store.records.finished(outcome.video_id)
    assert after.keys() - before.keys() == {"magpie"}
    assert {name for name in before if before[name] != after[name]} == {"meaning"}


def test_a_label_that_it_did_not_declare_is_not_kept(
    store: Store, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying = CODE.replace('Tag(moment.number, "umbrella"', 'Tag(moment.number, "tall woman"')
    plant(tmp_path / "site", monkeypatch, "magpie_stage", lying, {"passerby.stages": {"magpie": "magpie_stage:Magpie"}})
    with pytest.raises(PluginError, match=r"the stage magpie, of magpie_stage: .*label"):
        run(store, clip, "tags", "magpie")
    assert "magpie" not in store.records.finished(store.videos.all()[0].id)
