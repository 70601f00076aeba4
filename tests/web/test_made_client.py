"""A client that openapi-python-client makes of the API's description works against a server that serves it."""

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clips import make_clip
from libraries import add_file
from passerby.accounts import Accounts
from passerby.settings import Settings
from passerby.store.library import open_store
from serving import make_users, server

# What it takes for bytes besides application/octet-stream; without a formatter, which it would run on what it made.
CONFIG = {
    "post_hooks": [],
    "content_type_overrides": dict.fromkeys(
        ["image/jpeg", "video/*", "*/*", "text/event-stream", "text/csv", "application/offset+octet-stream"],
        "application/octet-stream",
    ),
}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client's package, the address of a server with one video, and a token for it."""
    library = tmp_path / "library"
    make_users(library, {"ada": "admin"})
    with open_store(library, create=False) as store:
        add_file(store, make_clip(tmp_path / "fair.mp4", size=(160, 96), frames=12, rate=12))
    token = Accounts(Settings(library=str(library))).make_token("ada", "made", ["read", "redact", "write"], 1)
    with server(library, accounts=True) as address:
        (tmp_path / "api.json").write_bytes(httpx.get(f"{address}/api/v1/openapi.json", timeout=60).content)
        (tmp_path / "config.json").write_text(json.dumps(CONFIG))
        subprocess.run(
            [sys.executable, "-m", "openapi_python_client", "generate", "--path", "api.json", "--config",
             "config.json", "--meta", "none", "--output-path", "made_client"],
            cwd=tmp_path, check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        monkeypatch.syspath_prepend(str(tmp_path))
        package = importlib.import_module("made_client")
        with package.AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True) as client:
            yield client
    for name in [name for name in sys.modules if name.partition(".")[0] == "made_client"]:
        del sys.modules[name]


def call(route: str, client: Any, *arguments: Any, **options: Any) -> Any:
    return importlib.import_module(f"made_client.api.{route}").sync(*arguments, client=client, **options)


def ended(client: Any, job: Any) -> Any:
    while job.status in ("waiting", "running"):
        time.sleep(0.1)
        job = call("jobs.get_job", client, job.id)
    assert job.status == "done", job.message
    return job.result.to_dict()


def test_a_made_client_lists_searches_redacts_and_downloads(made: Any) -> None:
    models = importlib.import_module("made_client.models")
    (video,) = call("videos.list_videos", made).videos
    assert call("videos.get_video", made, video.id).width == 160
    assert [hit.video for hit in call("search.search_moments", made, words="fair").hits] == [video.id]
    look = call("redaction.begin_look", made, video.id, body=models.Look.from_dict({"hide": ["screens"]}))
    plan = call("redaction.get_plan", made, ended(made, look)["plan"])
    assert (plan.video, plan.version) == (video.id, 1)
    copy = ended(made, call("redaction.make_copy", made, plan.id, body=models.MakeCopy(name="safe.mp4")))["copy"]
    told = call("redaction.get_copy", made, copy)
    assert (told.name, told.state) == ("safe.mp4", "shows_on_purpose")
    answer = importlib.import_module("made_client.api.redaction.get_copy_file").sync_detailed(
        copy, models.GetCopyFileWhat("media"), client=made, download=True
    )
    assert answer.content[4:8] == b"ftyp"
    problem = call("videos.get_video", made, "0" * 64)
    assert (problem.status, problem.title) == (404, "Not Found")
