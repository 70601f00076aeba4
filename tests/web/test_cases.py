"""Cases and items by the API of a running server: checks with their history, bags to download, and who sees what."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import pytest

from passerby.client import Client
from passerby.errors import ApiError
from passerby.evidence.bag_check import check_bag
from passerby.settings import Settings
from passerby.web.app import create_app
from serving import listening, logged_in, make_users
from taken_items import casework, flip, original_of, take_one


class Taken(NamedTuple):
    """A library with an item in a case that kim sees, and rita does not."""

    library: Path
    item: str
    case: str


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("taken")
    make_users(folder / "library")
    item, case = take_one(folder / "library", folder)
    casework(folder / "library").admit(case, "kim")
    return Taken(folder / "library", item, case)


class Asked(NamedTuple):
    taken: Taken
    address: str
    desk: Any

    def by(self, name: str) -> Client:
        return logged_in(self.address, name)


@pytest.fixture
def asked(taken: Taken, tmp_path: Path) -> Iterator[Asked]:
    """A server of a library like that, with jobs that run."""
    library = Path(shutil.copytree(taken.library, tmp_path / "library"))
    app = create_app(Settings(library=str(library)), accounts=True, loopback=True)
    with listening(app) as address:
        yield Asked(Taken(library, taken.item, taken.case), address, app.state.desk)


def get(client: Client, path: str) -> Any:
    return client.ask("GET", path).json()


def bag_of(client: Client, case: str, folder: Path, *, sealed: bool) -> tuple[dict[str, Any], Path]:
    """The job that has written a bag, and the bag as its receiver has it."""
    job = client.wait(client.ask("POST", f"/cases/{case}/bags", json={"sealed": sealed}).json()["id"])
    assert job["status"] == "done", job
    content = client.ask("GET", f"/cases/{case}/bags/{job['id']}").content
    with ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return job, folder / "bag"


def test_a_check_in_place_is_kept_and_finds_what_was_changed(asked: Asked) -> None:
    path = f"/items/{asked.taken.item}"
    with asked.by("kim") as kim:
        first = kim.wait(kim.ask("POST", f"{path}/checks").json()["id"])
        assert (first["status"], first["result"]["sound"]) == ("done", True)
        flip(original_of(asked.taken.library))
        second = kim.wait(kim.ask("POST", f"{path}/checks").json()["id"])
        assert (second["status"], second["result"]["sound"]) == ("failed", False)
        assert second["message"] == "1 item checked, 1 not sound"
        checks = get(kim, f"{path}/checks")["checks"]
        assert [(check["by"], check["sound"]) for check in checks] == [("kim", False), ("kim", True)]
        assert get(kim, path)["last_check"] == checks[0]
        links = get(kim, f"{path}/chain")["links"]
    told = [(link["user"], link["action"], link["details"].get("faults")) for link in links]
    assert told[-4:] == [("kim", "verify", None), ("kim", "verify", 0), ("kim", "verify", None), ("kim", "verify", 1)]


def test_what_is_due_is_checked_once_a_day_by_whichever_server(asked: Asked) -> None:
    asked.desk.check_due()
    asked.desk.check_due()
    with asked.by("ada") as ada:
        (job,) = [job for job in ada.jobs() if job["kind"] == "check"]
        assert ada.wait(job["id"])["message"] == "1 item checked, 0 not sound"
        (check,) = get(ada, f"/items/{asked.taken.item}/checks")["checks"]
    assert check["by"] == "(upkeep)"
    assert not casework(asked.taken.library).due()


@pytest.mark.parametrize("sealed", [False, True])
def test_a_bag_from_the_server_is_what_its_preview_told_and_verifies(
    asked: Asked, tmp_path: Path, sealed: bool
) -> None:
    with asked.by("kim") as kim:
        told = get(kim, f"/cases/{asked.taken.case}/preview?sealed={str(sealed).lower()}")
        job, bag = bag_of(kim, asked.taken.case, tmp_path / "got", sealed=sealed)
        assert [each["id"] for each in get(kim, f"/cases/{asked.taken.case}/bags")["jobs"]] == [job["id"]]
    found = check_bag(bag, job["result"]["key"])
    assert found.is_sound, found
    files = {path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file()}
    assert files == {file["path"] for file in told["files"]}
    assert told["originals"] == (0 if sealed else 1) == sum("/original/" in name for name in files)


def test_a_bag_goes_with_an_item_that_is_forgotten(asked: Asked, tmp_path: Path) -> None:
    with asked.by("ada") as ada:
        job, _ = bag_of(ada, asked.taken.case, tmp_path / "got", sealed=False)
        scratch = asked.desk._scratch.path
        assert [path.name for path in scratch.glob("*.zip")] == [f"{job['id']}.zip"]
        ada.forget(asked.taken.item)
        assert not list(scratch.glob("*.zip"))
        with pytest.raises(ApiError, match="no such bag"):
            ada.ask("GET", f"/cases/{asked.taken.case}/bags/{job['id']}")


def test_what_is_held_is_not_forgotten_until_that_is_lifted(asked: Asked) -> None:
    with asked.by("kim") as kim, asked.by("ada") as ada:
        held = kim.ask("POST", f"/items/{asked.taken.item}/holds", json={"reason": "a claim is being heard"}).json()
        (hold,) = held["holds"]
        with pytest.raises(ApiError, match="hold") as refused:
            ada.forget(asked.taken.item)
        assert refused.value.status == 409
        kim.ask("DELETE", f"/holds/{hold['id']}")
        ada.forget(asked.taken.item)


def test_a_case_is_not_there_for_those_who_are_not_named_to_it(asked: Asked) -> None:
    case, item = f"/cases/{asked.taken.case}", f"/items/{asked.taken.item}"
    with asked.by("rita") as rita, asked.by("kim") as kim:
        assert get(rita, "/cases")["cases"] == get(rita, "/items")["items"] == []
        for path in (case, f"{case}/items", f"{case}/chain", f"{case}/report", item, f"{item}/chain", f"{item}/report"):
            assert refused(rita, path) == 404
        assert [refused(rita, page, api=False) for page in (case, item)] == [404, 404]
        kim.ask("POST", f"{case}/users", json={"name": "Rita"})
        assert [found["users"] for found in get(rita, "/cases")["cases"]] == [["kim", "rita"]]
        assert "Custody report" in rita.ask("GET", f"{case}/report").text
        assert refused(rita, f"{case}/preview") == 403  # a reviewer hands nothing on
        kim.ask("DELETE", f"{case}/users/rita")
        assert refused(rita, case) == 404


def refused(client: Client, path: str, *, api: bool = True) -> int:
    """With what status a request is refused."""
    return int(client._http.get(f"{'/api/v1' if api else ''}{path}", headers=client._headers).status_code)
