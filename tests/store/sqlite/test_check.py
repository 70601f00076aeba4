"""What doctor finds in a broken library, and puts right."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from libraries import add_rich
from passerby.records import MomentVector
from passerby.store.library import open_store


def run(folder: Path, *statements: str) -> None:
    """Do what another tool might do to a library, or a crash of the machine: without foreign keys and triggers."""
    connection = sqlite3.connect(folder / "library.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def cut_pack(folder: Path) -> None:
    (pack,) = (folder / "thumbnails").iterdir()
    pack.write_bytes(pack.read_bytes()[:-1])


def lose_pack(folder: Path) -> None:
    (pack,) = (folder / "thumbnails").iterdir()
    pack.unlink()


def cut_cache(folder: Path) -> None:
    (folder / "cache" / "vectors-64.bin").write_bytes(b"PSBYVEC1")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "are not there": lambda folder: run(folder, "DELETE FROM videos"),
    "belong to moments": lambda folder: run(folder, "DELETE FROM moments WHERE number = 0"),
    "belong to jobs": lambda folder: run(folder, "INSERT INTO declined VALUES ('gone', x'00', x'00')"),
    "belong to classes": lambda folder: run(folder, "INSERT INTO examples (class, vector) VALUES (77, x'00')"),
    "moments outside of the video": lambda folder: run(
        folder, "UPDATE moments SET end_pts = 10000000 WHERE number = 2"
    ),
    "index of words is damaged": lambda folder: run(folder, "UPDATE words_content SET c0 = 'elsewhere' WHERE id = 1"),
    "its words are not what": lambda folder: run(folder, "UPDATE words SET tags = 'elsewhere' WHERE rowid = 1"),
    "words of 1 moments": lambda folder: run(folder, "INSERT INTO words (rowid, tags) VALUES (9999, 'x')"),
    "thumbnails missing or not whole": cut_pack,
    "word-thumbnails missing": lose_pack,
    "belongs to no video": lambda folder: (folder / "thumbnails" / "left.jpegs").touch(),
    "vectors-64.bin: no whole cache": cut_cache,
    "left.new: no whole cache": lambda folder: (folder / "cache" / "left.new").touch(),
}


@pytest.mark.parametrize("told", DAMAGES)
def test_damage_is_told_and_repaired(tmp_path: Path, told: str) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, "word")
        vector = store.records.of(made, MomentVector)[0].vector
        assert len(store.search.nearest(vector, 5)) == 3
        assert store.health.check() == []
        DAMAGES[told](tmp_path)
        problems = store.health.check()
        assert any(told.removeprefix("word-thumbnails ") in problem.text for problem in problems)
        assert all(problem.repairable for problem in problems)
        assert store.health.repair() == []
        assert store.health.check() == []
        assert bool(store.videos.all()) == (told != "are not there")


def test_stage_whose_thumbnails_are_lost_is_not_finished_any_more(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, "word")
        lose_pack(tmp_path)
        store.health.repair()
        assert set(store.records.finished(made)) == {
            "looks",
            "meaning",
            "objects",
            "people",
            "shots",
            "speech",
            "tags",
            "text",
            "vectors",
        }


def test_damaged_pages_are_told_and_left_alone(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_rich(store, "word")
    reader = sqlite3.connect(tmp_path / "library.db")
    (page,) = reader.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tags_label'").fetchone()
    reader.close()
    with (tmp_path / "library.db").open("r+b") as file:
        file.seek((page - 1) * 4096 + 8)
        file.write(b"\xa5" * 1000)
    with open_store(tmp_path, create=False) as store:
        problems = store.health.check()
        assert problems
        assert not any(problem.repairable for problem in problems)
        assert "add" in problems[0].remedy
        assert store.health.repair() == problems


def test_a_cache_that_a_new_video_made_stale_is_no_problem(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, "word")
        store.search.nearest(store.records.of(made, MomentVector)[0].vector, 5)
        add_rich(store, "another")
        assert store.health.check() == []
