"""That nothing is told of what was forgotten while a job had not ended."""

from pathlib import Path

import pytest

from libraries import add
from passerby.store.library import open_store

NAME = "zebrafish.mp4"


@pytest.mark.parametrize("end", ["end", "stop", "take_up"])
def test_a_job_that_ends_tells_nothing_of_what_was_forgotten(tmp_path: Path, end: str) -> None:
    with open_store(tmp_path, create=True) as store:
        kept, video = add(store, "kept.mp4"), add(store, NAME)
        job = store.jobs.put("add", {"path": f"/footage/{NAME}", "upload": "0"})
        taken = store.jobs.get(job) if end == "stop" else store.jobs.take()
        assert taken is not None
        store.videos.forget(video)
        if end == "end":
            store.jobs.end(taken, "done", f"{NAME}: damaged", {"videos": [kept, video], "counts": {"done": 2}}, video)
        else:
            store.jobs.stop(job)
            store.jobs.take_up()
        found = store.jobs.get(job)
        assert found is not None
        assert found.has_ended
        assert (found.message, found.video) == ("a video was forgotten meanwhile", "")
        assert found.request == {"path": "(forgotten)", "upload": "0"}
        assert found.result == ({"videos": [kept], "counts": {"done": 2}} if end == "end" else {})
    open_store(tmp_path, create=False).close()
    traces = (NAME.encode(), video.encode())
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and any(t in path.read_bytes() for t in traces)]
