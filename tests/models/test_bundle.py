import hashlib
from pathlib import Path

import pytest

from passerby.errors import MissingModelError, UsageError, WeightsError
from passerby.models.bundle import bundle, found_in, pulled
from passerby.models.catalog import find
from passerby.models.weights import pull, verify

ONE, SEVERAL = find("d-fine-own"), find("clip-own")


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    """A folder into which two models of the user's own were pulled, one of three files."""
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in ("d-fine-own.onnx", "vision_model.onnx", "text_model.onnx", "tokenizer.json"):
        (mine / name).write_bytes(name.encode() * 100)
    for entry in (ONE, SEVERAL):
        pull(entry, tmp_path / "models", mine, lambda done, total: None)
    return tmp_path / "models"


def test_what_was_pulled_is_carried_to_another_machine(models_dir: Path, tmp_path: Path) -> None:
    stick, elsewhere = tmp_path / "stick", tmp_path / "elsewhere"
    assert set(pulled(models_dir)) == {ONE, SEVERAL}

    size = bundle((ONE, SEVERAL), models_dir, stick)

    assert size == sum(path.stat().st_size for path in stick.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    assert set(found_in(stick)) == {ONE, SEVERAL}
    for entry in found_in(stick):
        pull(entry, elsewhere, stick, lambda done, total: None)
        verify(entry, elsewhere)
    assert set(pulled(elsewhere)) == {ONE, SEVERAL}


def test_its_hashes_can_be_checked_by_any_tool(models_dir: Path, tmp_path: Path) -> None:
    bundle((ONE, SEVERAL), models_dir, tmp_path / "stick")

    lines = (tmp_path / "stick" / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(lines) == 4
    for line in lines:
        found, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "stick" / name).read_bytes()).hexdigest() == found


def test_what_is_not_what_it_should_be_is_not_carried(models_dir: Path, tmp_path: Path) -> None:
    (models_dir / ONE.file).write_bytes(b"another")

    with pytest.raises(WeightsError, match="passerby models pull d-fine-own"):
        bundle((ONE,), models_dir, tmp_path / "stick")

    assert not list((tmp_path / "stick").iterdir())


def test_what_is_not_here_or_ships_is_not_carried(models_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match="passerby models pull nanodet-plus"):
        bundle((find("nanodet-plus"),), models_dir, tmp_path / "stick")
    for name in ("nanodet", "centerface"):
        with pytest.raises(UsageError, match=f"{name}: expected a model that is pulled"):
            bundle((find(name),), models_dir, tmp_path / "stick")


def test_a_folder_without_models_is_refused_and_so_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.onnx").write_bytes(b"weights")

    for place in (tmp_path, tmp_path / "mine.onnx", tmp_path / "nowhere"):
        with pytest.raises(UsageError, match="as `passerby models bundle` makes one"):
            found_in(place)
