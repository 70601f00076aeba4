"""What is told of copies that are ready."""

import json
from pathlib import Path
from typing import Any

import pytest

from libraries import add, add_copy
from passerby.evidence.custody import Custody
from passerby.service.copies import Copies
from passerby.service.copy_folder import shows_more
from passerby.store.library import open_store


def test_a_copy_names_no_plan_that_was_thrown_away(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        video = add(store, "x.mp4")
        plan = store.plans.put(video, "a plan")
        copy = store.jobs.put("redact", {"from": plan}, video=video)
        manifest = {"copy": {"name": "safe.mp4"}, "summary": []}
        add_copy(store, copy, video, manifest__json=json.dumps(manifest).encode())
    copies = Copies(tmp_path, Custody(str(tmp_path)))
    assert copies.get(copy)["plan"] == plan
    with open_store(tmp_path, create=False) as store:
        store.plans.remove(plan)
    assert copies.get(copy)["plan"] == ""


def audited(state: str, *tracks: int | None) -> dict[str, Any]:
    return {"state": state, "shown_on_purpose": [{"plan_track": track} for track in tracks]}


@pytest.mark.parametrize(
    ("now", "more"),
    [
        (audited("shows_on_purpose", 1, None), False),
        (audited("shows_on_purpose", None), False),
        (audited("shows_on_purpose", 1, 2, None), True),
        (audited("shows_on_purpose", 1, None, None), True),
        (audited("failed", 1, None), True),
        (audited("passed"), False),
    ],
)
def test_a_release_holds_while_no_audit_tells_of_more(now: dict[str, Any], more: bool) -> None:
    assert shows_more(audited("shows_on_purpose", 1, None), now) is more
