"""Evidence: how fast it is taken, how much memory a large case needs, what of tampering is found, what kills cost.

    .venv/bin/python -m benchmarks.evidence [--only intake many tampered killed] [--items 1000] [--gigabytes 2]

The clips are made and small, all different; the kills come at moments spread over the run of the command. Writes
``results/evidence.md``.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import av
import bagit
import numpy as np
import psutil

from benchmarks.index import HERE, machine
from passerby.casework.casework import Casework
from passerby.evidence.bag_check import check_bag
from passerby.evidence.digests import digests
from passerby.evidence.intake import Acquisition
from passerby.evidence.library_key import LibraryKey
from passerby.files.content import BLOCK
from passerby.library import Library
from passerby.settings import Settings

RESULT = HERE / "results" / "evidence.md"
WORK = HERE / "cache" / "evidence"
CASE, STAGES = "Case 7", "shots"
TAMPERINGS, MOMENTS = 200, 20
PHONE = Acquisition("a phone", "field team 2")


def make_clip(path: Path, number: int) -> Path:
    """Eight frames of 64 x 48, of one colour that no other clip has."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=8)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        colour = np.array([number % 256, number // 256 % 256, 128], np.uint8)
        for _ in range(8):
            frame = av.VideoFrame.from_ndarray(np.broadcast_to(colour, (48, 64, 3)).copy(), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with path.open("ab") as file:  # behind its end, where players do not look: so that no two are the same
        file.write(b"\x00\x00\x00\x10free" + number.to_bytes(8, "big"))
    return path


def fresh(name: str) -> Path:
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def casework(library: Path) -> Casework:
    return Casework(Library(Settings(library=str(library))))


def intake(gigabytes: float) -> list[str]:
    """How fast a file is read, hashed twice and copied, against reading it, and against copying it."""
    folder = fresh("intake")
    source = folder / "large"
    block = np.random.default_rng(0).integers(0, 256, BLOCK, np.uint8).tobytes()
    with source.open("wb") as file:
        for _ in range(int(gigabytes * 2**30) // BLOCK):
            file.write(block)
        os.fsync(file.fileno())
    ways: dict[str, Callable[[], object]] = {
        "read alone": lambda: read(source),
        "both hashes": lambda: digests(source),
        "copied (`cp` and `sync`)": lambda: copied(source, folder / "copy"),
        "both hashes and copied": lambda: digests(source, folder / "copy"),
    }
    rates: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(3):
        for way, run in ways.items():
            (folder / "copy").unlink(missing_ok=True)
            forget_cache(source)
            begun = time.perf_counter()
            run()
            rates[way].append(source.stat().st_size / 1e6 / (time.perf_counter() - begun))
    shutil.rmtree(folder)
    rows = [
        f"| {way} | {np.median(found):.0f} MB/s | {min(found):.0f} to {max(found):.0f} |"
        for way, found in rates.items()
    ]
    return ["| | median of 3 | least and most |", "|---|---|---|", *rows]


def read(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        while file.read(BLOCK):
            pass


def copied(source: Path, target: Path) -> None:
    subprocess.run(["cp", source, target], check=True)
    subprocess.run(["sync", target], check=True)


def forget_cache(path: Path) -> None:
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def many(items: int) -> list[str]:
    """Time and memory of taking, exporting and verifying, for a tenth of the items and for all."""
    rows = []
    for count in (items // 10, items):
        folder = fresh("many")
        clips = [make_clip(folder / f"{number}.mp4", number) for number in range(count)]
        library = ["--library", folder / "library"]
        for what, arguments in (
            ("take", ["evidence", "take", *clips, "--case", CASE, "--stages", STAGES]),
            ("export", ["evidence", "export", CASE, "--out", folder / "bag"]),
            ("verify (library)", ["verify"]),
            ("verify (bag)", ["verify", folder / "bag"]),
        ):
            seconds, megabytes = measured([*library, *arguments])
            rows.append(
                f"| {what} | {count} | {seconds:.1f} s | {seconds / count * 1000:.0f} ms | {megabytes:.0f} MB |"
            )
    return ["| | items | time | for each | memory |", "|---|---|---|---|---|", *rows]


def measured(arguments: Sequence[object]) -> tuple[float, float]:
    """Seconds, and the most megabytes that the command itself held."""
    begun, most = time.perf_counter(), 0
    process = psutil.Popen([sys.executable, "-m", "passerby", *map(str, arguments)], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            most = max(most, process.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.05)
    if process.wait():
        raise SystemExit(f"failed: {arguments[-3:]}")
    return time.perf_counter() - begun, most / 1e6


def tampered() -> list[str]:
    """Bags that were changed in one way each, and as many that were not: how many were found, and refused."""
    folder = fresh("tampered")
    desk = casework(folder / "library")
    clips = [make_clip(folder / f"{number}.mp4", number) for number in range(4)]
    desk.take(clips, PHONE, CASE, [STAGES])
    older = folder / "older"
    desk.export(desk.case(CASE), older, sealed=False)
    bag = folder / "bag"
    desk.export(desk.case(CASE), bag, sealed=False)
    random_ = random.Random(7)
    found: dict[str, list[bool]] = {way: [] for way in WAYS}
    refused = 0
    for number in range(TAMPERINGS):
        way = list(WAYS)[number % len(WAYS)]
        changed = Path(shutil.copytree(bag, folder / "changed"))
        WAYS[way](changed, older, random_)
        found[way].append(not check_bag(changed, desk.key_hash()).is_sound)
        shutil.rmtree(changed)
        untouched = Path(shutil.copytree(bag, folder / "untouched"))
        refused += not check_bag(untouched, desk.key_hash()).is_sound
        shutil.rmtree(untouched)
    rows = [f"| {way} | {sum(each)} of {len(each)} |" for way, each in found.items()]
    return [
        "| changed | found |", "|---|---|", *rows, "",
        f"Of {TAMPERINGS} bags that nobody has changed, {refused} were refused.",
    ]  # fmt: skip


def _any_file(bag: Path, random_: random.Random) -> Path:
    return random_.choice(sorted(path for path in bag.rglob("*") if path.is_file() and path.stat().st_size))


def flip(bag: Path, older: Path, random_: random.Random) -> None:
    path = _any_file(bag, random_)
    content = bytearray(path.read_bytes())
    content[random_.randrange(len(content))] ^= 1 << random_.randrange(8)
    path.write_bytes(content)


def truncate(bag: Path, older: Path, random_: random.Random) -> None:
    path = _any_file(bag, random_)
    os.truncate(path, random_.randrange(path.stat().st_size))


def swap(bag: Path, older: Path, random_: random.Random) -> None:
    kind = random_.choice(["intake.json", "custody.json", "insights.json"])
    one, other = random_.sample(sorted(bag.glob(f"data/items/*/{kind}")), 2)
    contents = one.read_bytes(), other.read_bytes()
    one.write_bytes(contents[1])
    other.write_bytes(contents[0])


def replay(bag: Path, older: Path, random_: random.Random) -> None:
    """A file of an earlier export, when less had been done."""
    path = random_.choice([*sorted(older.glob("data/items/*/custody.json")), older / "data" / "log.json"])
    shutil.copyfile(path, bag / path.relative_to(older))


def rename(bag: Path, older: Path, random_: random.Random) -> None:
    path = random_.choice(sorted(bag.glob("data/items/*/original/*")))
    path.rename(path.with_name(f"x{path.name}"))


def remove(bag: Path, older: Path, random_: random.Random) -> None:
    random_.choice(sorted(bag.glob("data/items/*/*.json"))).unlink()


def sign_anew(bag: Path, older: Path, random_: random.Random) -> None:
    """By another key, with every list made anew after a change."""
    path = random_.choice(sorted(bag.glob("data/items/*/intake.json")))
    path.write_text(path.read_text().replace("a phone", "a drone"))
    own = bag.with_name("other")
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    key, made = LibraryKey.of(own), bagit.Bag(str(bag))
    (bag / "signature" / "key.pem").write_bytes(key.public())
    made.save(manifests=True)
    (bag / "signature" / "manifest-sha512.sig").write_bytes(key.sign((bag / "manifest-sha512.txt").read_bytes()))
    made.save()


WAYS: dict[str, Callable[[Path, Path, random.Random], None]] = {
    "a bit of any file": flip,
    "any file cut short": truncate,
    "two items' files swapped": swap,
    "a file of an earlier export": replay,
    "an original called otherwise": rename,
    "a file gone": remove,
    "changed, and signed by another key": sign_anew,
}


def killed() -> list[str]:
    """Commands that are killed at moments spread over their run, and run again: what is there then."""
    rows = []
    for what in ("take", "export"):
        folder = fresh("killed")
        clips = [make_clip(folder / f"{number}.mp4", number) for number in range(6)]
        take = ["evidence", "take", *clips, "--case", CASE, "--stages", STAGES]
        export = ["evidence", "export", CASE, "--out", folder / "bag"]
        begun = time.perf_counter()
        run(folder / "library", take)
        if what == "export":
            begun = time.perf_counter()
            run(folder / "library", export)
        usual, whole, stopped = time.perf_counter() - begun, 0, 0
        for moment in range(MOMENTS):
            shutil.rmtree(folder / "bag", ignore_errors=True)
            if what == "take":
                shutil.rmtree(folder / "library")
            arguments = take if what == "take" else export
            stopped += kill(folder / "library", arguments, usual * (moment + 0.5) / MOMENTS)
            shutil.rmtree(folder / "bag", ignore_errors=True)  # one that was whole before the kill
            run(folder / "library", arguments)
            desk = casework(folder / "library")
            sound = desk.verify().is_sound and len(desk.items(desk.case(CASE))) == len(clips)
            if what == "export":
                sound = sound and check_bag(folder / "bag", desk.key_hash()).is_sound
            whole += sound
        rows.append(f"| {what} | {stopped} of {MOMENTS} | {whole} of {MOMENTS} |")
    return ["| | killed before its end | all there and sound after it was run again |", "|---|---|---|", *rows]


def run(library: Path, arguments: Sequence[object]) -> None:
    command = [sys.executable, "-m", "passerby", "--library", str(library), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def kill(library: Path, arguments: Sequence[object], after: float) -> bool:
    """Kill a command and all its processes after so many seconds; whether it had not ended."""
    command = [sys.executable, "-m", "passerby", "--library", str(library), *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


CHAPTERS = {
    "intake": "Taking a large file",
    "many": "Many items",
    "tampered": "What is tampered with",
    "killed": "Kills",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=CHAPTERS, default=list(CHAPTERS))
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--gigabytes", type=float, default=2)
    options = parser.parse_args()
    runs: dict[str, Callable[[], list[str]]] = {
        "intake": lambda: intake(options.gigabytes),
        "many": lambda: many(options.items),
        "tampered": tampered,
        "killed": killed,
    }
    lines = ["# Evidence", "", f"`python -m benchmarks.evidence` on {machine()}."]
    for chapter in options.only:
        lines += ["", f"## {CHAPTERS[chapter]}", "", *runs[chapter]()]
        RESULT.write_text("\n".join(lines) + "\n")
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
