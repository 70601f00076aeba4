"""Law 5 on a cluster: two drivers add the same videos, again and again, while what works for them is killed or stopped.

    .venv/bin/python -m benchmarks.soak_ray [--minutes 30] [--seed 1]

In rounds of two minutes. After each the library must be whole, and when all clips have been added, the same as one
that nobody disturbed. Stops at the first fault. Writes ``results/soak-ray.md``.
"""

import argparse
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"
RESULT = HERE / "results" / "soak-ray.md"
ROUND_SECONDS, DRIVERS, PAUSE = 120.0, 2, (1.0, 8.0)

sys.path.insert(0, str(TESTS))
from passerby.store.library import open_store  # noqa: E402  its folder is known just now
from processes import in_session  # noqa: E402
from ray_clusters import SETTINGS, RayCluster, ray_cluster  # noqa: E402
from soaked import assert_wholly_there_or_not, documents, make_clips  # noqa: E402


def processes(cluster: RayCluster, name: str) -> list[psutil.Process]:
    """Those of the cluster whose command line says so."""
    found = []
    for node in cluster.nodes:
        for process in in_session(node.pid) if node.poll() is None else []:
            with suppress(psutil.Error):
                found += [process] * (name in " ".join([process.name(), *process.cmdline()]))
    return found


def disturb(rng: random.Random, cluster: RayCluster, drivers: "list[subprocess.Popen[bytes]]") -> str:
    """Do one bad thing; which."""
    jobs: Callable[[], list[psutil.Process]] = lambda: processes(cluster, "spawn_main")  # noqa: E731
    what = rng.choice(["a job is killed", "a watcher is killed", "a job is stopped", "a driver is killed", "a node"])
    with suppress(psutil.Error, IndexError):
        if what == "a job is killed":
            rng.choice(jobs()).kill()
        elif what == "a job is stopped":
            stopped = rng.choice(jobs())
            stopped.suspend()
        elif what == "a watcher is killed":
            rng.choice(processes(cluster, "ray::Watcher")).kill()
        elif what == "a driver is killed":
            rng.choice(drivers).kill()
        else:
            others = [node for node in cluster.nodes[1:] if node.poll() is None]
            what = "a node is killed" if others else "a node is added"
            cluster.kill_node(others[0]) if others else cluster.add_node(jobs=1)
    return what


def soak(cluster: RayCluster, library: Path, clips: list[Path], seconds: float, rng: random.Random) -> Counter[str]:
    """How often each bad thing was done, and how drivers ended."""
    counts: Counter[str] = Counter()
    command = [sys.executable, "-m", "adding", f"--engine={cluster.engine}", str(library), *map(str, clips)]
    drivers: list[subprocess.Popen[bytes]] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for driver in [driver for driver in drivers if driver.poll() is not None]:
            drivers.remove(driver)
            counts[f"a driver ended with {driver.returncode}"] += 1
        while len(drivers) < DRIVERS:
            drivers.append(subprocess.Popen(command, cwd=TESTS, stderr=subprocess.DEVNULL))
        time.sleep(rng.uniform(*PAUSE))
        counts[disturb(rng, cluster, drivers)] += 1
        with suppress(FileNotFoundError), open_store(library, create=True) as store:
            if rng.random() < 0.3 and (videos := store.videos.all()):  # there is something to do again
                store.videos.drop(rng.choice(videos).id)
    for driver in drivers:
        driver.send_signal(signal.SIGINT)
        driver.wait()
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.update(SETTINGS)
    rng, counts, rounds = random.Random(options.seed), Counter[str](), 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = make_clips(folder)
        undisturbed = documents(folder / "undisturbed", clips)
        while (left := options.minutes * 60 - (time.monotonic() - began)) > 0:
            with ray_cluster(jobs=2) as cluster:
                counts += soak(cluster, folder / "soaked", clips, min(left, ROUND_SECONDS), rng)
            assert_wholly_there_or_not(folder / "soaked")
            if documents(folder / "soaked", clips) != undisturbed:
                sys.exit("the library is not the same as an undisturbed one")
            rounds += 1
            shutil.rmtree(folder / "soaked")
            RESULT.write_text(report(counts, rounds, (time.monotonic() - began) / 60, options.seed))
            print(f"round {rounds}: {sum(counts.values())} in all, nothing wrong", flush=True)


def report(counts: Counter[str], rounds: int, minutes: float, seed: int) -> str:
    lines = [
        "# Soak on a cluster",
        "",
        f"`python -m benchmarks.soak_ray`, seed {seed}, {minutes:.0f} minutes in {rounds} rounds, on {os.cpu_count()}",
        f"cores ({platform.system()} {platform.machine()}, Python {platform.python_version()}), other work beside it.",
        f"Small clips, fake models, {DRIVERS} drivers at once on the same clips. After every round the library was",
        "whole, with no lock and no file left over, and, when all clips had been added, the same as one that nobody",
        "disturbed.",
        "",
        "| what | times |",
        "| --- | ---: |",
        *(f"| {what} | {count} |" for what, count in sorted(counts.items())),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
