"""Copies of many videos at once: made without a person where the rule lets them, and kept for one elsewhere."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from clips import make_clip
from passerby.client import Client
from passerby.errors import ApiError
from passerby.service.jobs.base import JobTools
from passerby.service.jobs.look import LookJob
from passerby.settings import Settings
from passerby.store.library import open_store
from pictures import texture
from real_faces import portrait
from serving import server

ASKED = {"hide": ["faces"], "effort": "fast"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("batches") / "library"


@pytest.fixture(scope="module")
def client(library: Path) -> Iterator[Client]:
    with server(library) as address, Client(address) as client:
        yield client


def one_face(path: Path) -> Path:
    """A face in front of nothing that could be taken for another."""
    pixels = np.full((270, 360, 3), 90, np.uint8)
    pixels[40:240, 90:270] = portrait()[:200, 30:210]  # without buttons and badges
    return make_clip(path, size=(360, 270), frames=12, rate=12, picture=lambda _: pixels, numbered=False)


def test_a_copy_follows_the_look_that_leaves_no_doubt_and_no_other(
    client: Client, library: Path, tmp_path: Path
) -> None:
    portraits = client.wait(client.upload(one_face(tmp_path / "portraits.mp4"))["id"])["video"]
    cloth = make_clip(tmp_path / "cloth.mp4", size=(160, 96), frames=12, picture=texture((160, 96), 5), numbered=False)
    empty = client.wait(client.upload(cloth)["id"])["video"]
    begun = client.ask("POST", "/batches", json={"videos": [portraits, empty], **ASKED}).json()
    assert [row["video"] for row in begun["videos"]] == [portraits, empty]
    batch = f"/batches/{begun['id']}"

    def wait_for_all() -> list[dict[str, Any]]:
        while open_jobs := client.jobs(active=True):
            client.wait(open_jobs[-1]["id"])
        found: list[dict[str, Any]] = client.ask("GET", batch).json()["videos"]
        return found

    sure, doubtful = wait_for_all()
    assert (sure["state"], sure["doubts"], sure["name"]) == ("made", {}, "portraits.mp4")
    assert (doubtful["state"], doubtful["doubts"], doubtful["copy"]) == ("needs_look", {"nothing": 1}, "")
    (copy,) = client.copies()
    assert (copy["id"], copy["video"], copy["state"], copy["plan"]) == (sure["copy"], portraits, "passed", sure["plan"])
    (told,) = client.ask("GET", "/batches").json()["batches"]
    assert (told["id"], told["counts"], told["hide"]) == (begun["id"], {"made": 1, "needs_look": 1}, ["faces"])
    noted = [(entry["action"], entry["subject"]) for entry in client.log()]
    assert noted.count(("look", portraits)) == noted.count(("redact", portraits)) == 1
    assert ("redact", empty) not in noted

    # The look was cut short after it had begun the copy: it is done anew, and begins no second one.
    with open_store(library, create=False) as store:
        look = next(job for job in store.jobs.batched(begun["id"]) if job.video == portraits)
    again = LookJob.from_json(look.request).run(
        JobTools(look, Settings(library=str(library)), tmp_path), lambda _: None
    )
    assert again.result == look.result

    # A person has looked, and hides a place: the copy that is made by hand is the one of the batch.
    plan = client.plan(doubtful["plan"])
    points = [{"time": time, "box": (32, 16, 96, 64)} for time in (0, 0.4)]
    track = {"number": 9, "kind": "drawn", "label": "", "hidden": True, "score": 1, "boxes": points}
    client.change_plan(plan["id"], plan["version"], plan["plan"] | {"tracks": [track]})
    client.make_copy(plan["id"])
    assert [row["state"] for row in wait_for_all()] == ["made", "made"]
    with ZipFile(BytesIO(client.ask("GET", f"{batch}/copies").content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["portraits-safe.mp4", "cloth-safe.mp4"]


def test_what_of_a_batch_is_not_done_can_be_stopped(client: Client, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "long.mp4", size=(320, 180), frames=600)
    video = client.wait(client.upload(clip)["id"])["video"]
    batch = client.ask("POST", "/batches", json={"videos": [video], **ASKED}).json()
    stopped = client.ask("DELETE", f"/batches/{batch['id']}").json()
    job = client.wait(stopped["videos"][0]["job"])
    assert job["status"] == "cancelled"
    (row,) = client.ask("GET", f"/batches/{batch['id']}").json()["videos"]
    assert (row["state"], row["copy"]) == ("stopped", "")
    with pytest.raises(ApiError, match="no copy that needs nobody's look"):
        client.ask("GET", f"/batches/{batch['id']}/copies")


def test_a_batch_is_of_videos_that_there_are(client: Client) -> None:
    wrong: list[dict[str, Any]] = [{"videos": ["0" * 64]}, {"videos": []}, {"videos": ["0" * 64], "hide": ["names"]}]
    for asked in wrong:
        with pytest.raises(ApiError) as refused:
            client.ask("POST", "/batches", json={**ASKED, **asked})
        assert refused.value.status in (404, 422)
    with pytest.raises(ApiError, match="there is no batch"):
        client.ask("GET", "/batches/0123456789abcdef")
