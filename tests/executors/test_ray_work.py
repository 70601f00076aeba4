"""What a cluster does besides adding: copies of folders, and the jobs of a server."""

import json
from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from libraries import add_file
from passerby.cli.main import main
from passerby.client import Client
from passerby.store.library import open_store
from ray_clusters import RayCluster
from serving import server

ZONE = ("--hide", "none", "--zone", "10,10,60,60")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos and a file that is none."""
    folder = tmp_path_factory.mktemp("footage")
    for k in range(2):
        make_clip(folder / f"{k}.mp4", size=(160, 96), frames=6 + k, rate=6)
    (folder / "broken.mp4").write_bytes(b"no video")
    return folder


def redact(folder: Path, out: Path, engine: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command says of each file, by its name."""
    with pytest.raises(SystemExit):
        main(["redact", str(folder), "-o", str(out), "--engine", engine, "--json", *ZONE])
    return {Path(file["path"]).name: file for file in json.loads(capsys.readouterr().out)["files"]}


def test_copies_of_a_folder_are_those_that_this_machine_makes(
    cluster: RayCluster, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = redact(folder, tmp_path / "here", "local", capsys)
    there = redact(folder, tmp_path / "there", cluster.engine, capsys)
    for name, file in here.items():
        assert (file["status"], file["message"]) == (there[name]["status"], there[name]["message"])
    assert {name: file["status"] for name, file in there.items()} == {
        "0.mp4": "done",
        "1.mp4": "done",
        "broken.mp4": "failed",
    }
    for path in (tmp_path / "here").iterdir():
        assert path.suffix in (".json", ".jsonl") or path.read_bytes() == (tmp_path / "there" / path.name).read_bytes()
    assert {path.name for path in (tmp_path / "there").iterdir()} == {
        ".passerby-copies.jsonl",
        *(name for k in range(2) for name in (f"{k}.mp4", f"{k}.mp4.plan.json")),
    }

    again = redact(folder, tmp_path / "there", cluster.engine, capsys)
    assert {file["status"] for file in again.values()} == {"made before", "failed"}


def test_jobs_of_a_server_are_done_on_the_cluster(cluster: RayCluster, folder: Path, tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        video = add_file(store, folder / "0.mp4")
    with server(tmp_path / "library", engine=cluster.engine) as address, Client(address) as client:
        looked = client.wait(client.look(video, ["faces"], effort="fast")["id"])
        assert (looked["status"], looked["message"]) == ("done", "0 tracks")
        made = client.wait(client.make_copy(looked["result"]["plan"])["id"])
        assert made["status"] == "done", made["message"]
        audited = client.wait(client.audit(made["result"]["copy"])["id"])
        assert audited["status"] == "done", audited["message"]
    with open_store(tmp_path / "library", create=False) as store:
        assert store.health.check() == []


def test_a_server_whose_cluster_is_gone_says_so(folder: Path, tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        video = add_file(store, folder / "0.mp4")
    with server(tmp_path / "library", engine="ray://127.0.0.1:1") as address, Client(address) as client:
        looked = client.wait(client.look(video, ["faces"])["id"])
    assert looked["status"] == "failed"
    assert looked["message"].startswith("ray://127.0.0.1:1: expected a cluster of Ray, found: Connection refused")
