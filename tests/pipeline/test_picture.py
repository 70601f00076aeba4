"""How a picture looks does not depend on who is in it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fake_models import FakeModels, ScriptedDetector
from passerby.errors import NotVideoError, UsageError
from passerby.pipeline.keys import plan
from passerby.pipeline.picture import describe_picture
from passerby.records import Floats, MomentVector, Pixels
from passerby.settings import Settings
from pictures import texture

SIZE = (320, 180)
SOMEONE = ScriptedDetector((("person", (0.3, 0.3, 0.45, 0.8)),))


def look(path: Path, detector: ScriptedDetector) -> Floats:
    models = FakeModels({"nanodet": detector, "centerface": ScriptedDetector(())})
    (record,) = describe_picture(path, plan(["vectors"], Settings()), models)
    assert isinstance(record, MomentVector)
    return record.vector


def saved(path: Path, inside: Pixels) -> Path:
    picture = texture(SIZE, 3)(0).copy()
    picture[54:144, 96:144] = inside[:90, :48]
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """The same wall behind two people who look unlike."""
    rng = np.random.default_rng(0)
    looks = [rng.integers(0, 255, (90, 48, 3), np.uint8) for _ in range(2)]
    return saved(tmp_path / "a.png", looks[0]), saved(tmp_path / "b.png", looks[1])


def test_people_in_a_picture_do_not_count(two: tuple[Path, Path]) -> None:
    one, other = (look(path, SOMEONE) for path in two)
    assert np.array_equal(one, other)
    assert one.shape == (256,)


def test_that_would_fail_without_the_mask(two: tuple[Path, Path]) -> None:
    one, other = (look(path, ScriptedDetector(())) for path in two)
    assert not np.array_equal(one, other)


def test_a_picture_that_people_fill_is_refused(two: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="something to see beside people"):
        look(two[0], ScriptedDetector((("person", (0.0, 0.0, 1.0, 1.0)),)))


def test_what_is_no_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(NotVideoError):
        look(tmp_path / "a.png", SOMEONE)
