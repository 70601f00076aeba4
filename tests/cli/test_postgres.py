"""The command line with a library in PostgreSQL: the same words, and no password in any."""

import json
from pathlib import Path

from cli.conftest import Passerby, run_passerby
from clips import make_clip
from passerby.store.library import open_store
from postgres_fixtures import NewDatabase
from serving import server_process


def passerby_at(address: str) -> Passerby:
    def run(*arguments: object, **settings: object) -> object:
        done = run_passerby(address, *arguments, **settings)  # type: ignore[arg-type]
        assert "Pa55" not in done.out + done.err
        return done

    return run  # type: ignore[return-value]


def test_what_is_added_is_shown_exported_and_forgotten(new_postgres: NewDatabase, tmp_path: Path) -> None:
    passerby = passerby_at(new_postgres())
    clip = make_clip(tmp_path / "street.mp4", size=(160, 90), frames=24)
    assert passerby("doctor").out.count("there is no library here yet") == 1
    added = passerby("add", clip, "--stages", "shots")
    assert (added.code, added.err) == (0, "")
    (video,) = passerby("list", "--json").document["videos"]
    assert (video["name"], video["status"]) == ("street.mp4", "done")
    assert len(passerby("show", "street.mp4", "--json").document["shots"]) == 1
    assert passerby("export", "street.mp4", "--format", "json", "-o", tmp_path / "known.json").code == 0
    assert json.loads((tmp_path / "known.json").read_text("utf-8"))["name"] == "street.mp4"
    found = passerby("doctor", "--json")
    assert found.document["problems"] == []
    assert found.document["library"].startswith("postgresql://postgres@127.0.0.1:")
    told = passerby("forget", "street.mp4").out.splitlines()
    assert told[0].startswith("forgotten: street.mp4")
    assert told[1].startswith("to do: backups of the database that were made before have it still")
    assert passerby("list", "--json").document["videos"] == []


def test_a_server_needs_a_place_for_files_which_can_be_named_later(new_postgres: NewDatabase, tmp_path: Path) -> None:
    address = new_postgres()
    passerby = passerby_at(address)
    clip = make_clip(tmp_path / "street.mp4", size=(160, 90), frames=24)
    assert passerby("add", clip, "--stages", "shots").code == 0
    refused = passerby("serve", "--port", "0")
    assert refused.code == 1
    assert "this library has no place for uploads and copies yet; name one once with --blobs PLACE" in refused.err
    with server_process(address, blobs=tmp_path / "files"):
        pass
    with open_store(address, create=False) as store:
        assert store.blobs.address == str(tmp_path / "files")
