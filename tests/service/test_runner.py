"""A file that fills the memory costs the job that decodes it, whatever the job is, and nothing else."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import make_clip
from libraries import add_copy, add_file
from passerby.client import Client
from passerby.media.read.probe import probe
from passerby.redact.audit.result import Audit
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.store.library import Store, open_store
from serving import server

HUGE = (8000, 6000)  # pixels: 70 MB a frame, and four times that where it is looked at
MEMORY_MB = 550  # half as much again as a job needs for a small video
COPY = "0123456789abcdef"


@dataclass(frozen=True)
class Served:
    """A server, and a video whose frames fill the memory that a job may use."""

    client: Client
    huge: str
    small: str
    plan: str
    footage: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("memory")
    flat = np.full((*HUGE[::-1], 3), 120, np.uint8)
    options = {"preset": "ultrafast", "qp": "30"}
    huge = make_clip(
        folder / "huge.mp4", size=HUGE, frames=4, rate=4, picture=lambda _: flat, numbered=False, options=options
    )
    small = make_clip(folder / "small.mp4", size=(160, 96), frames=4, rate=4)
    with open_store(folder / "library", create=True) as store:
        ids = add_file(store, huge), add_file(store, small)
        text = plan_of(huge, ids[0])
        plan = store.plans.put(ids[0], text)
        add_audited_copy(store, huge, ids[0], text)
    with (
        server(folder / "library", memory_mb=MEMORY_MB, tries=1, roots=str(folder)) as address,
        Client(address) as client,
    ):
        yield Served(client, *ids, plan, folder)


def plan_of(clip: Path, video: str) -> str:
    info = probe(clip)
    original = Original(clip.name, video, info.width, info.height, info.time_base, 4, 10**6, "")
    box = np.array([(100, 40, 220, 120)], np.float32)
    track = HiddenTrack(1, "zone", "", True, 1.0, np.array([0, 10**6]), np.concatenate([box, box]))
    return plan_file.dump(Plan(original, Policy(), (track,), ()))


def add_audited_copy(store: Store, clip: Path, video: str, plan: str) -> None:
    result = Audit(clip, Path("safe.mp4"), 4, (), (), 1, 10, (), False, (), (), (), ())
    manifest = {"copy": {"name": "safe.mp4"}, "summary": [], "audit": result.document()}
    add_copy(
        store,
        COPY,
        video,
        safe__mp4=clip.read_bytes(),
        safe__mp4__plan__json=plan.encode(),
        manifest__json=json.dumps(manifest).encode(),
    )


JOBS: dict[str, Callable[[Served], dict[str, Any]]] = {
    "look": lambda served: served.client.look(served.huge, ["faces"], effort="fast"),
    "redact": lambda served: served.client.make_copy(served.plan),
    "audit": lambda served: served.client.audit(COPY),
    "add": lambda served: served.client.add_path(str(served.footage / "huge.mp4")),
}


@pytest.mark.parametrize("kind", JOBS)
def test_what_fills_the_memory_costs_its_job_only(served: Served, kind: str) -> None:
    ended = served.client.wait(JOBS[kind](served)["id"])
    assert (ended["kind"], ended["status"]) == (kind, "failed")
    assert f"used more than {MEMORY_MB} MB of memory" in ended["message"]
    assert served.client.wait(served.client.look(served.small, ["faces"], effort="fast")["id"])["status"] == "done"
