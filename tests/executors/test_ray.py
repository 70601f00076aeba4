"""The Ray executor, on a real cluster of this machine: the same outcomes, and whatever dies costs its own job only."""

import socket
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from clips import make_clip
from divided import SIZE, done_here, kept, street
from divided import job as divided_job
from fake_models import FakeModels
from passerby.cli.main import main
from passerby.errors import MissingExtraError, UsageError, WorkerError
from passerby.executors.base import open_executor
from passerby.library import Library
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.video_queue import VideoQueue
from passerby.progress import OnProgress, Progress
from passerby.settings import Settings
from passerby.store.library import open_sink
from ray_clusters import RayCluster
from small_jobs import Deadly, Endless, Named, Square, Stopped

WORKERS = 2


def run(engine: str, jobs: list[Any], on_progress: OnProgress = lambda _: None, **settings: Any) -> list[Any]:
    return list(open_executor(Settings(engine=engine, workers=WORKERS, **settings), on_progress).run(jobs))


def processes_of_clusters() -> list[str]:
    """Those that this process has begun, directly or not."""
    children = psutil.Process().children(recursive=True)
    lines = [" ".join(child.cmdline()) for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [line for line in lines if "resource_tracker" not in line]


def assert_gone(process: int) -> None:
    until = time.monotonic() + 15
    while psutil.pid_exists(process):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_cluster_of_its_own_gives_what_local_processes_give_and_is_gone_then(tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / f"{k}.mp4", size=(160, 90), frames=24 + k, rate=12) for k in range(2)]
    before, of_others = set(processes_of_clusters()), set(psutil.Process().children(recursive=True))
    heard: list[Progress] = []
    reached: set[str] = set()

    def hear(progress: Progress) -> None:
        heard.append(progress)
        if reached or heard[0] is not progress:  # seen once: it takes a while
            return
        for child in set(psutil.Process().children(recursive=True)) - of_others:
            with suppress(psutil.NoSuchProcess):
                reached.update(c.laddr.ip for c in child.net_connections("inet") if c.status == psutil.CONN_LISTEN)

    found: dict[str, tuple[list[Outcome], list[Any]]] = {}
    for engine in ("local", "ray"):
        sink = partial(open_sink, tmp_path / engine)
        jobs = [IndexJob(clip, sink, plan(["objects"], Settings()), FakeModels()) for clip in clips]
        outcomes = run(engine, jobs, hear)
        assert [(outcome.status, outcome.message) for outcome in outcomes] == [("done", "")] * 2, engine
        library = Library(Settings(library=str(tmp_path / engine)))
        shown = [library.show(clip.name).document() for clip in clips]
        found[engine] = (sorted(outcomes, key=lambda outcome: str(outcome.path)), shown)
        assert {progress.path for progress in heard} == set(clips)
        heard.clear()
    (here, shown_here), (there, shown_there) = found.values()
    assert [(o.path, o.status, o.video_id) for o in here] == [(o.path, o.status, o.video_id) for o in there]
    assert shown_here == shown_there
    assert reached
    assert {ip.removeprefix("::ffff:") for ip in reached} == {"127.0.0.1"}
    assert set(processes_of_clusters()) <= before


def test_when_the_process_that_talks_to_ray_dies_it_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    before, of_others = set(processes_of_clusters()), set(psutil.Process().children())
    killed: list[int] = []

    def kill(progress: Progress) -> None:
        for child in set(psutil.Process().children()) - of_others:
            if child.children():  # the processes of Ray
                child.kill()
                killed.append(child.pid)

    with pytest.raises(WorkerError, match="ray: the process that talks to Ray was killed by signal 9"):
        run("ray", [Endless(1, folder=tmp_path)], kill)
    assert len(killed) == 1
    (worker,) = [int(path.name) for path in tmp_path.iterdir()] or [0]
    assert_gone(worker)
    until = time.monotonic() + 15
    while left := set(processes_of_clusters()) - before:
        assert time.monotonic() < until, left
        time.sleep(0.05)


@pytest.mark.parametrize("watcher", [False, True])
def test_work_whose_process_is_killed_is_tried_again_and_then_told(
    cluster: RayCluster, tmp_path: Path, watcher: bool
) -> None:
    (once := tmp_path / "once").mkdir()
    (always := tmp_path / "always").mkdir()
    deadly = [Deadly(2, marks=once, times=1, watcher=watcher), Deadly(3, marks=always, watcher=watcher)]
    results = run(cluster.engine, [*deadly, *map(Square, range(4, 7))], tries=2)
    reason = "was lost by Ray (ActorDiedError)" if watcher else "was killed by signal 9"
    assert f"{reason}, 2 times" in results
    assert sorted(result for result in results if isinstance(result, int)) == [4, *(side**2 for side in range(4, 7))]
    assert len(list(always.iterdir())) == 2


def test_work_that_makes_no_progress_is_ended(cluster: RayCluster, tmp_path: Path) -> None:
    results = run(cluster.engine, [Endless(1, folder=tmp_path)], tries=1, stall_seconds=5)
    assert results == ["made no progress for 5 s, 1 times"]
    assert_gone(int(next(tmp_path.iterdir()).name))


def test_more_memory_than_is_allowed_is_not_given(cluster: RayCluster) -> None:
    with pytest.raises(UsageError, match="expected a machine that lends Ray 2 cores and 999999 MB"):
        run(cluster.engine, [Square(1)], memory_mb=999999)


def test_closed_early_it_ends_its_work_and_leaves_the_cluster_of_others(cluster: RayCluster, tmp_path: Path) -> None:
    before = set(processes_of_clusters())
    running = open_executor(Settings(engine=cluster.engine), lambda _: None).run(
        [Square(2), Endless(1, folder=tmp_path)]
    )
    assert next(running) == 4
    while not (begun := list(tmp_path.iterdir())):
        time.sleep(0.05)
    running.close()
    assert_gone(int(begun[0].name))
    assert set(processes_of_clusters()) <= before
    assert run(cluster.engine, [Square(3)]) == [9]


def test_where_no_cluster_answers_one_line_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=(64, 48), frames=6, rate=12)
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "--library",
                str(tmp_path / "library"),
                "add",
                str(clip),
                "--stages",
                "shots",
                "--engine",
                "ray://127.0.0.1:1",
            ]
        )
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.startswith("passerby: ray://127.0.0.1:1: expected a cluster of Ray, found: Connection refused")
    assert told.count("\n") == 1


def test_another_program_at_the_address_is_no_cluster() -> None:
    def answer(server: socket.socket) -> None:
        connection, _ = server.accept()
        connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n")
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer, args=(server,))
        thread.start()
        with pytest.raises(UsageError, match="found: another program"):
            run(f"ray://127.0.0.1:{server.getsockname()[1]}", [Square(1)])
        thread.join()


@pytest.mark.parametrize("engine", ["ray://", "ray://host", "ray://host:port", "ray://host:1/path", "ray://me@host:1"])
def test_what_is_no_address_is_refused(engine: str) -> None:
    with pytest.raises(UsageError, match="PASSERBY_ENGINE: expected ray://HOST:PORT"):
        open_executor(Settings(engine=engine), lambda _: None)


def test_without_the_package_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'passerby\[ray\]'"):
        open_executor(Settings(engine="ray"), lambda _: None)


@pytest.mark.parametrize(("provider", "share", "card"), [("cuda", 1.0, "0"), ("cuda", 0.5, "0"), ("cpu", 1.0, "")])
def test_jobs_get_a_graphics_card_where_the_provider_asks_for_one(
    cluster: RayCluster, provider: str, share: float, card: str
) -> None:
    settings = Settings(engine=cluster.engine, workers=WORKERS, provider=provider, gpu_share=share)
    assert [*open_executor(settings, lambda _: None).run([Named("CUDA_VISIBLE_DEVICES")] * 3)] == [card] * 3


def test_more_cards_than_there_are_are_not_waited_for(cluster: RayCluster) -> None:
    with pytest.raises(UsageError, match="2 of a graphics card"):
        run(cluster.engine, [Square(1)], provider="cuda", gpu_share=2.0)


def test_a_place_that_is_stopped_is_ended_and_its_job_begun_elsewhere(cluster: RayCluster, tmp_path: Path) -> None:
    results = run(cluster.engine, [Stopped(3, folder=tmp_path), Square(4)], stall_seconds=3)
    assert sorted(results) == [9, 16]
    for process in (tmp_path / "0").read_text().split():
        assert_gone(int(process))


def test_parts_of_a_video_find_on_a_cluster_what_one_worker_finds(cluster: RayCluster, tmp_path: Path) -> None:
    lengths = (16, 24, 40)
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=80, rate=8, picture=street(lengths), options={"g": "8"})
    done_here([divided_job(tmp_path / "whole", clip, 1)])
    queue = VideoQueue([divided_job(tmp_path / "parts", clip, 3)])
    executor = open_executor(Settings(engine=cluster.engine, workers=2), lambda _: None)
    outcomes = [outcome for outcome in map(queue.take, executor.run(queue)) if outcome is not None]
    assert [outcome.status for outcome in outcomes] == ["done"]
    assert kept(tmp_path / "parts") == kept(tmp_path / "whole")
