"""Nobody but its owner reads a library, whatever the umask; older libraries are mended when they are opened."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clips import make_clip
from libraries import add_copy, add_rich
from passerby.client import Client
from passerby.library import Library
from passerby.records import MomentVector
from passerby.settings import Settings
from passerby.store.library import open_store
from serving import server_process


@pytest.fixture
def open_umask() -> Iterator[None]:
    """New files are for everybody, unless they are said not to be."""
    before = os.umask(0)
    yield
    os.umask(before)


def readable(folder: Path) -> list[str]:
    """What of a folder others may do something with."""
    paths = [folder, *folder.rglob("*")]
    return sorted(str(path) for path in paths if path.lstat().st_mode & 0o077)


def fill(folder: Path) -> None:
    with open_store(folder, create=True) as store:
        add_rich(store, "word")
        store.search.nearest(store.records.of(store.videos.all()[0].id, MomentVector)[0].vector, 1)
        add_copy(store, "c", store.videos.all()[0].id)
        assert {path.name for path in folder.iterdir()} >= {"library.db", "library.db-wal", "thumbnails", "cache"}


@pytest.mark.usefixtures("open_umask")
def test_all_that_a_library_keeps_is_its_owners(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "library"
    fill(folder)
    with open_store(folder, create=False) as store:  # the files beside the database come and go with each opening
        store.videos.all()
        assert readable(folder) == []


@pytest.mark.usefixtures("open_umask")
def test_what_is_added_by_workers_is_its_owners(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=(64, 48), frames=12)
    library = Library(Settings(library=str(tmp_path / "library")))
    (outcome,) = library.add(clip, stages=["shots", "people", "thumbnails"])
    assert outcome.status == "done"
    assert (tmp_path / "library" / "thumbnails").is_dir()
    assert readable(tmp_path / "library") == []


@pytest.mark.usefixtures("open_umask")
def test_what_a_server_takes_in_and_makes_is_its_owners(tmp_path: Path) -> None:
    library = tmp_path / "library"
    clip = make_clip(tmp_path / "a.mp4", size=(64, 48), frames=12)
    with server_process(library) as served, Client(served.address) as client:
        begun = client.ask("POST", "/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "9"})
        assert begun.status_code == 201
        video = client.wait(client.upload(clip)["id"])["video"]
        plan = client.wait(client.look(video, ["faces"], effort="fast")["id"])["result"]["plan"]
        assert client.wait(client.make_copy(plan)["id"])["status"] == "done"
        assert {path.name for path in library.iterdir()} >= {"uploads", "originals", "copies", "executor"}
        assert readable(library) == []


def open_up(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_an_older_library_is_mended_when_it_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    fill(folder)
    open_up(folder)
    assert len(readable(folder)) > 5
    open_store(folder, create=False).close()
    assert readable(folder) == []


def test_an_older_database_in_a_private_folder_is_mended_too(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    fill(folder)
    open_up(folder)
    folder.chmod(0o700)
    open_store(folder, create=False).close()
    assert readable(folder) == []


def test_what_else_lies_in_the_folder_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "footage"
    fill(folder)
    film = folder / "film.mp4"
    film.write_bytes(b"film")
    open_up(folder)
    with open_store(folder, create=False) as store:
        assert readable(folder) == [str(folder), str(film)]
        assert store.health.check() == []


def test_a_link_to_a_file_elsewhere_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    fill(folder)
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    film.chmod(0o644)
    (folder / "copies" / "c" / "film.mp4").symlink_to(film)
    open_up(folder)
    film.chmod(0o644)
    open_store(folder, create=False).close()
    assert film.stat().st_mode & 0o777 == 0o644


def test_what_cannot_be_mended_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "library"
    fill(folder)
    open_up(folder)

    def refuse(path: Path, mode: int) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(Path, "chmod", refuse)
    with open_store(folder, create=False) as store:
        (problem,) = store.health.check()
        assert problem.text.startswith("others on this machine can read library")
        assert "chmod -R go-rwx" in problem.remedy
        assert store.health.repair() == [problem]
