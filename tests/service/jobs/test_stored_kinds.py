"""Jobs as libraries keep them: what was kept is read and kept again, and what is told of it names no path."""

import json
from pathlib import Path
from typing import Any

import pytest

from passerby.errors import UsageError
from passerby.object_storage.address import ObjectAddress
from passerby.service.jobs.add import AddJob
from passerby.service.jobs.base import JobTools, Leftover, ServerJob
from passerby.service.jobs.look import LookJob
from passerby.service.jobs.stored_kinds import KINDS_OF_JOBS
from passerby.settings import Settings
from passerby.store.jobs import StoredJob
from passerby.store.library import open_store

# As 0.1.0 keeps them, and what its API tells of them.
KEPT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("add", {"path": "/footage/a.mp4"}, {"name": "a.mp4"}),
    (
        "add",
        {"path": "/library/originals/0f/a.mp4", "upload": "0f", "bytes": 12},
        {"name": "a.mp4", "upload": "0f", "bytes": 12},
    ),
    (
        "look",
        {"hide": ["plates", "faces"], "text_pattern": "[0-9]+", "effort": "fast", "preset": "march"},
        {"hide": ["plates", "faces"], "text_pattern": "[0-9]+", "effort": "fast", "preset": "march"},
    ),
    (
        "redact",
        {"plan": "{}", "name": "a-safe.mp4", "from": "0123456789abcdef", "version": 3},
        {"name": "a-safe.mp4", "from": "0123456789abcdef", "version": 3},
    ),
    ("audit", {"copy": "0123456789abcdef", "name": "a.mp4"}, {"copy": "0123456789abcdef", "name": "a.mp4"}),
    ("pull", {"model": "speech-tiny"}, {"model": "speech-tiny"}),
    ("check", {}, {}),
    ("bag", {"case": "0123456789abcdef", "sealed": True, "copies": ["fedcba9876543210"]}, {"sealed": True}),
]


def read(kind: str, asked: dict[str, Any]) -> ServerJob:
    return KINDS_OF_JOBS[kind].from_json(asked)


@pytest.mark.parametrize(("kind", "asked", "told"), KEPT)
def test_what_is_kept_is_read_and_kept_again(kind: str, asked: dict[str, Any], told: dict[str, Any]) -> None:
    job = read(kind, asked)
    assert job.kind == kind
    assert json.loads(json.dumps(job.to_json())) == asked
    assert job.document() == told
    assert job == read(kind, job.to_json())


def test_every_kind_is_among_them() -> None:
    assert {kind for kind, _, _ in KEPT} == set(KINDS_OF_JOBS)


def test_what_was_asked_of_an_older_version_is_read() -> None:
    asked = read("look", {"hide": ["faces"]}).to_json()
    assert asked == {"hide": ["faces"], "text_pattern": "", "effort": "normal", "preset": ""}


def test_what_is_not_whole_goes_with_its_job() -> None:
    left = {kind: read(kind, asked).leftovers("job") for kind, asked, _ in KEPT}
    assert left == {
        "add": (Leftover("original", "0f"), Leftover("upload", "0f")),
        "look": (),
        "redact": (Leftover("copy", "job"),),
        "audit": (),
        "pull": (),
        "check": (),
        "bag": (),
    }
    assert AddJob(Path("/footage")).leftovers("job") == ()


def test_only_the_job_of_a_file_alone_takes_it_in() -> None:
    file = Path("/footage/a.mp4")
    assert AddJob(file).takes_in(file)
    assert not AddJob(file.parent).takes_in(file)
    assert not read("audit", {"copy": "0f", "name": "a.mp4"}).takes_in(file)


def test_the_folders_of_the_library_are_told_to_nobody(tmp_path: Path) -> None:
    open_store(tmp_path, create=True).close()
    stored = StoredJob("job", "add", {}, "", "", "running", "", 0.0, None, "", {}, 1, 0.0, 0.0, 0.0)
    tools = JobTools(stored, Settings(library=str(tmp_path)), tmp_path)
    assert read("redact", {"plan": "", "name": "a.mp4"}).folders(tools) == (f"{tmp_path}/copies/job",)
    assert read("audit", {"copy": "0f", "name": "a.mp4"}).folders(tools) == (f"{tmp_path}/copies/0f",)
    assert AddJob(tmp_path / "a.mp4").folders(tools) == (str(tmp_path),)
    assert AddJob(ObjectAddress("bucket", "a/b.mp4")).folders(tools) == ("s3://bucket/a",)


@pytest.mark.parametrize("asked", [{"hide": ["names"]}, {"hide": ["text"], "text_pattern": "("}])
def test_what_cannot_be_looked_for_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        LookJob.ask(asked)
