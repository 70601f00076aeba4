"""The laws of the product over a whole run of the pipeline, down to the bytes in the library.

Law 2 has a file of its own, law 3 is tested where copies are made; laws 4 and 5 with the store and the executor too.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clips import make_clip
from fake_models import FakeModels, ScriptedDetector
from magpie import plant_magpie
from passerby.files.content import Source, content_id
from passerby.pipeline.keys import plan
from passerby.pipeline.run import index
from passerby.records import Thumbnail
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.store.library import open_store
from pictures import Pixels, Size, texture

SIZE: Size = (320, 180)
# Someone who stands somewhat left of the middle, in shares of the picture; every frame is lossless.
PERSON = (0.3, 0.3, 0.42, 0.8)
SOMEONE = FakeModels(
    detectors={
        "nanodet": ScriptedDetector((("person", PERSON), ("car", (0.7, 0.6, 0.95, 0.9)))),
        "centerface": ScriptedDetector(()),
        "ppocr-det": ScriptedDetector((("text", (0.1, 0.1, 0.65, 0.95)),)),  # all around them
    }
)
NOBODY = FakeModels(
    detectors={**SOMEONE.detectors, "nanodet": ScriptedDetector(()), "centerface": ScriptedDetector(())}
)
# What the library keeps besides geometry.
DESCRIBED = ("tags", "vectors", "looks", "thumbnails", "texts", "words")


def clip_with(path: Path, inside: Pixels) -> Path:
    """A clip of a textured wall, with ``inside`` where the person is."""
    width, height = SIZE
    x1, y1, x2, y2 = (round(side * length) for side, length in zip(PERSON, (width, height) * 2, strict=True))
    wall = texture(SIZE, 3)(0).copy()
    wall[y1:y2, x1:x2] = inside[: y2 - y1, : x2 - x1]
    return make_clip(
        path, size=SIZE, frames=30, rate=10, codec="ffv1", pix_fmt="bgr0", picture=lambda _: wall, numbered=False
    )


def described(
    folder: Path, look: Pixels, models: FakeModels, stages: Iterable[str] = STAGES
) -> dict[str, list[tuple[object, ...]]]:
    """Index a clip of somebody who looks like ``look`` into a new library.

    Gives the rows of every table that describes pictures, as they lie there.
    """
    folder.mkdir()
    clip = clip_with(folder / "clip.mkv", look)
    video_id = content_id(clip, lambda _: None)
    with open_store(folder, create=True) as store:
        index(Source(clip, video_id), plan(stages, Settings()), store.sink, models, lambda *_: None)
        thumbnails = [(row.moment, row.pts, row.jpeg) for row in store.records.of(video_id, Thumbnail)]
    database = sqlite3.connect(folder / "library.db")
    rows = {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in DESCRIBED}
    database.close()
    return rows | {"pictures": thumbnails}


def noise(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(1, 2**32 - 1))
def test_law_1_what_people_look_like_leaves_no_byte_in_the_library(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law1")
    plain, other = (described(folder / name, look, SOMEONE) for name, look in (("a", noise(0)), ("b", noise(seed))))
    assert plain == other
    assert all(plain[table] for table in ("vectors", "looks", "thumbnails", "texts", "words", "pictures"))


def test_law_1_would_fail_without_the_mask(tmp_path: Path) -> None:
    """The control: when nobody is found, the same pixels do reach what is kept."""
    plain, other = (described(tmp_path / name, look, NOBODY) for name, look in (("a", noise(0)), ("b", noise(1))))
    assert plain["vectors"] != other["vectors"]
    assert plain["looks"] != other["looks"]
    assert plain["texts"] != other["texts"]
    assert plain["pictures"] != other["pictures"]


def kept_by_a_magpie(folder: Path, seed: int, models: FakeModels) -> list[tuple[object, ...]]:
    """The tags of a stage that keeps a hash of every picture that it can get at, while text is read beside it."""
    return described(folder, noise(seed), models, ["magpie", "text"])["tags"]


def test_law_1_a_stage_of_another_package_sees_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_magpie(tmp_path / "site", monkeypatch)
    plain, other = (kept_by_a_magpie(tmp_path / f"{seed}", seed, SOMEONE) for seed in (0, 1))
    assert len(plain) == 1
    assert plain == other


def test_law_1_would_fail_for_it_without_the_mask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_magpie(tmp_path / "site", monkeypatch)
    plain, other = (kept_by_a_magpie(tmp_path / f"{seed}", seed, NOBODY) for seed in (0, 1))
    assert plain != other
