import dataclasses
import hashlib
from pathlib import Path

import pytest

from file_site import serving_files
from passerby.errors import MissingExtraError, MissingModelError, UsageError, WeightsError
from passerby.extras import Extra
from passerby.models.catalog import entries, find
from passerby.models.entry import Entry, File, WeightsSource
from passerby.models.weights import commands_for, locate, pull, verify, weights_hash

CONTENT = b"weights" * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()

PUBLISHED = dataclasses.replace(
    find("nanodet"),
    name="published",
    file="published.onnx",
    sha256=DIGEST,
    size=len(CONTENT),
    core=False,
    sources=(WeightsSource(url="http://127.0.0.1:9/published.onnx"),),
)
OWN = dataclasses.replace(PUBLISHED, name="own", file="own.onnx", sha256="", size=0, sources=())
FOLDER = dataclasses.replace(
    PUBLISHED,
    name="several",
    file="several/model.bin",
    companions=(File("several/names.json", hashlib.sha256(b"{}").hexdigest(), 2, PUBLISHED.sources),),
)


def ignore(here: int, total: int | None) -> None:
    """A progress bar that nobody looks at."""


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original.bin"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "models"  # is made when something is pulled


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.name) for entry in entries() if entry.core])
def test_the_core_weights_are_in_the_package_and_what_the_catalog_says(entry: Entry, folder: Path) -> None:
    verify(entry, folder)

    assert locate(entry, folder).name == entry.file
    assert weights_hash(entry, folder) == entry.sha256


@pytest.mark.parametrize(
    ("entry", "command"),
    [(PUBLISHED, "passerby models pull published"), (OWN, "passerby models pull own --from FILE")],
)
def test_absent_weights_are_answered_with_the_command_that_gets_them(folder: Path, entry: Entry, command: str) -> None:
    with pytest.raises(MissingModelError, match=f"{command}$"):
        locate(entry, folder)


def test_a_file_is_pulled_checked_and_found(folder: Path, original: Path) -> None:
    path = pull(PUBLISHED, folder, original, ignore)

    verify(PUBLISHED, folder)
    assert locate(PUBLISHED, folder) == path
    assert path.read_bytes() == CONTENT
    assert [item.name for item in folder.iterdir()] == ["published.onnx"]


def test_a_wrong_file_is_refused_and_the_old_one_stays(folder: Path, original: Path) -> None:
    pull(PUBLISHED, folder, original, ignore)
    original.write_bytes(CONTENT[:-1] + b"X")

    with pytest.raises(WeightsError, match=f"expected SHA-256 {DIGEST}.*not kept"):
        pull(PUBLISHED, folder, original, ignore)

    verify(PUBLISHED, folder)
    assert [item.name for item in folder.iterdir()] == ["published.onnx"]


def test_weights_that_changed_on_disk_are_found_out(folder: Path, original: Path) -> None:
    path = pull(PUBLISHED, folder, original, ignore)
    path.write_bytes(CONTENT[:-1] + b"X")

    with pytest.raises(WeightsError, match=f"expected SHA-256 {DIGEST}"):
        verify(PUBLISHED, folder)


def test_weights_of_another_size_are_not_opened(folder: Path, original: Path) -> None:
    path = pull(PUBLISHED, folder, original, ignore)
    path.write_bytes(CONTENT[:-1])

    with pytest.raises(WeightsError, match="expected 7000 bytes, found 6999"):
        locate(PUBLISHED, folder)


def test_the_hash_of_a_file_of_the_users_own_is_noted_and_kept_to(folder: Path, original: Path) -> None:
    path = pull(OWN, folder, original, ignore)

    verify(OWN, folder)
    assert weights_hash(OWN, folder) == DIGEST
    path.write_bytes(b"another")
    with pytest.raises(WeightsError, match=f"expected SHA-256 {DIGEST}"):
        verify(OWN, folder)


def test_a_file_of_the_users_own_without_its_hash_is_not_used(folder: Path, original: Path) -> None:
    pull(OWN, folder, original, ignore).with_name("own.onnx.sha256").unlink()

    with pytest.raises(MissingModelError, match="expected the hash"):
        weights_hash(OWN, folder)
    assert commands_for(OWN, folder) == ["passerby models pull own --from FILE"]


def test_a_server_that_is_not_there_leaves_nothing(folder: Path) -> None:
    with pytest.raises(WeightsError, match="the transfer broke"):
        pull(PUBLISHED, folder, None, ignore)

    assert list(folder.iterdir()) == []


AT_HUB = dataclasses.replace(PUBLISHED, sources=(WeightsSource(url="https://hub.example/some/published.onnx"),))


def test_a_mirror_is_asked_in_the_place_of_the_publisher(folder: Path) -> None:
    with serving_files(CONTENT, "/house/some/published.onnx") as site:
        mirror = {"https://hub.example/": f"http://127.0.0.1:{site.port}/house/"}

        path = pull(AT_HUB, folder, None, ignore, mirror)

    assert path.read_bytes() == CONTENT
    assert [item.name for item in folder.iterdir()] == ["published.onnx"]


def test_a_mirror_that_lacks_the_file_is_named_and_nobody_else_is_asked(folder: Path) -> None:
    with serving_files() as site:
        mirror = {"https://hub.example/": f"http://127.0.0.1:{site.port}/"}

        with pytest.raises(WeightsError, match=rf"^http://127.0.0.1:{site.port}/some/published.onnx: .* status 404"):
            pull(AT_HUB, folder, None, ignore, mirror)


@pytest.mark.parametrize(("at_mirror", "advice"), [(True, "without PASSERBY_MIRRORS, or later"), (False, "later")])
def test_a_file_of_another_hash_is_not_kept_and_the_line_says_what_to_do(
    folder: Path, at_mirror: bool, advice: str
) -> None:
    other = b"another"
    with serving_files(other, "/published.onnx") as site:
        own = dataclasses.replace(PUBLISHED, sources=(WeightsSource(url=site.url),))
        mirror = {"https://hub.example/some/": f"http://127.0.0.1:{site.port}/"} if at_mirror else {}

        with pytest.raises(WeightsError) as raised:
            pull(AT_HUB if at_mirror else own, folder, None, ignore, mirror)

    line = str(raised.value)
    assert f"expected SHA-256 {DIGEST}, found {hashlib.sha256(other).hexdigest()}; it was not kept: " in line
    assert f"try again {advice}; if the hash stays the same, the publisher has replaced the file" in line
    assert "\n" not in line
    assert list(folder.iterdir()) == []


def test_a_wrong_file_of_the_users_own_is_answered_with_the_address_of_the_right_one(
    folder: Path, original: Path
) -> None:
    original.write_bytes(b"another")

    with pytest.raises(WeightsError, match=r"not kept: take the file from https://hub\.example/some/published\.onnx$"):
        pull(AT_HUB, folder, original, ignore)


def test_a_model_of_one_file_is_found_in_a_folder_by_its_name(folder: Path, tmp_path: Path, original: Path) -> None:
    original.rename(tmp_path / "published.onnx")

    assert pull(PUBLISHED, folder, tmp_path, ignore).read_bytes() == CONTENT
    with pytest.raises(UsageError, match=r"expected a folder with own\.onnx, found 0"):
        pull(OWN, folder, tmp_path, ignore)


def test_what_is_not_published_is_asked_for(folder: Path) -> None:
    with pytest.raises(UsageError, match="passerby models pull own --from FILE"):
        pull(OWN, folder, None, ignore)


def test_a_core_model_is_not_pulled(folder: Path, original: Path) -> None:
    with pytest.raises(UsageError, match="nothing to pull"):
        pull(find("nanodet"), folder, original, ignore)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, original: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")

    with pytest.raises(WeightsError, match="expected to write the weights there"):
        pull(PUBLISHED, tmp_path / "models", original, ignore)


def test_a_model_of_several_files_is_pulled_from_a_folder(folder: Path, tmp_path: Path, original: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    original.rename(mine / "model.bin")
    (mine / "names.json").write_bytes(b"{}")

    path = pull(FOLDER, folder, mine, ignore)

    verify(FOLDER, folder)
    assert path == folder / "several" / "model.bin"
    assert sorted(item.name for item in path.parent.iterdir()) == ["model.bin", "names.json"]
    assert [item.name for item in folder.iterdir()] == ["several"]


def test_files_in_a_folder_of_the_folder_are_found_and_doubles_refused(
    folder: Path, tmp_path: Path, original: Path
) -> None:
    inner = tmp_path / "mine" / "onnx"
    inner.mkdir(parents=True)
    original.rename(inner / "model.bin")
    (tmp_path / "mine" / "names.json").write_bytes(b"{}")

    pull(FOLDER, folder, tmp_path / "mine", ignore)

    verify(FOLDER, folder)
    (inner / "names.json").write_bytes(b"{}")
    with pytest.raises(UsageError, match=r"expected a folder with model\.bin.*found 2 called names\.json"):
        pull(FOLDER, folder, tmp_path / "mine", ignore)


def test_nothing_is_taken_from_a_folder_that_lacks_a_file(folder: Path, tmp_path: Path, original: Path) -> None:
    original.rename(tmp_path / "model.bin")

    with pytest.raises(UsageError, match=r"found 0 called names\.json"):
        pull(FOLDER, folder, tmp_path, ignore)

    assert list((folder / "several").iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_refused(folder: Path, original: Path) -> None:
    with pytest.raises(UsageError, match=r"expected a folder with model\.bin, names\.json"):
        pull(FOLDER, folder, original, ignore)


def test_a_model_that_lacks_one_of_its_files_is_not_here(folder: Path, tmp_path: Path, original: Path) -> None:
    original.rename(tmp_path / "model.bin")
    (tmp_path / "names.json").write_bytes(b"{}")
    pull(FOLDER, folder, tmp_path, ignore)
    assert commands_for(FOLDER, folder) == []
    (folder / "several" / "names.json").unlink()

    assert commands_for(FOLDER, folder) == ["passerby models pull several"]
    with pytest.raises(MissingModelError, match=r"names\.json.*passerby models pull several"):
        locate(FOLDER, folder)


def test_a_model_that_an_absent_package_runs_is_not_here(folder: Path, original: Path) -> None:
    run_by = dataclasses.replace(PUBLISHED, extra=Extra("sound", "not_there_at_all"))
    assert commands_for(run_by, folder) == ["pip install 'passerby[sound]'", "passerby models pull published"]

    pull(run_by, folder, original, ignore)

    assert commands_for(run_by, folder) == ["pip install 'passerby[sound]'"]
    with pytest.raises(MissingExtraError, match=r"not_there_at_all.*passerby\[sound\]"):
        locate(run_by, folder)
    assert weights_hash(run_by, folder) == DIGEST


def test_a_file_of_unknown_length_is_known_by_its_hash(tmp_path: Path) -> None:
    entry = dataclasses.replace(find("ppocr-rec-greek"), sha256=hashlib.sha256(b"weights").hexdigest())
    (tmp_path / "mine.onnx").write_bytes(b"weights")
    (tmp_path / "other.onnx").write_bytes(b"other")

    path = pull(entry, tmp_path / "models", tmp_path / "mine.onnx", lambda done, total: None)

    assert locate(entry, tmp_path / "models") == path
    with pytest.raises(WeightsError, match="expected SHA-256"):
        pull(entry, tmp_path / "models", tmp_path / "other.onnx", lambda done, total: None)
