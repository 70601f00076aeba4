"""Plans that programs change only while they are what they have seen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from libraries import add
from passerby.records import StoredVideo
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web.app import create_app

CHANGE: dict[str, Any] = {"changes": {"removed": []}}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Settings(library=str(tmp_path / "library")), accounts=False, loopback=True)
    with TestClient(app, base_url="http://127.0.0.1/api/v1") as client:
        yield client


@pytest.fixture
def plan(tmp_path: Path, client: TestClient) -> str:
    """The address of a plan that hides nothing."""
    with open_store(tmp_path / "library", create=True) as store:
        video: StoredVideo = store.videos.resolve(add(store, "fair.mp4"))
        original = Original(video.name, video.id, 640, 360, video.time_base, 12, video.duration, "")
        return f"/plans/{store.plans.put(video.id, plan_file.dump(Plan(original, Policy(), (), ())))}"


def test_a_plan_is_changed_only_while_it_is_what_was_seen(client: TestClient, plan: str) -> None:
    seen = client.get(plan).headers["ETag"]
    changed = client.patch(plan, json={"version": 1, **CHANGE}, headers={"If-Match": f'"other", {seen}'})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    now = changed.headers["ETag"]
    assert now != seen
    assert now == client.get(plan).headers["ETag"]

    document = client.get(plan).json()["plan"]
    for late in (
        client.patch(plan, json={"version": 2, **CHANGE}, headers={"If-Match": seen}),
        client.put(plan, json={"version": 2, "plan": document}, headers={"If-Match": seen}),
    ):
        assert (late.status_code, late.headers["content-type"]) == (412, "application/problem+json")
        assert now in late.json()["detail"]
    assert client.get(plan).json()["version"] == 2

    put = client.put(plan, json={"version": 2, "plan": document}, headers={"If-Match": f"W/{now}"})
    assert (put.status_code, put.json()["version"], put.headers["ETag"] == now) == (200, 3, False)
    assert client.patch(plan, json={"version": 3, **CHANGE}, headers={"If-Match": "*"}).status_code == 200
    assert client.patch(plan, json={"version": 3, **CHANGE}).status_code == 409


def test_a_plan_that_is_known_is_not_sent_again(client: TestClient, plan: str) -> None:
    tag = client.get(plan).headers["ETag"]
    assert client.get(plan, headers={"If-None-Match": tag}).status_code == 304
    client.patch(plan, json={"version": 1, **CHANGE})
    assert client.get(plan, headers={"If-None-Match": tag}).status_code == 200
    first = client.get(f"{plan}/versions/1")
    assert (first.json()["version"], "ETag" in first.headers) == (1, False)
