"""Bad files: one clear line each, exit code 1, the others are done, the library stays whole."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from cli.conftest import Passerby, Result, command_line, environment, parted, run_passerby
from clips import corrupted, make_clip, truncated
from passerby.store.library import open_store
from processes import wait_for_the_end_of, workers_of

# Run in a process that then becomes the command that follows. Root may read everything; without these two
# capabilities it is refused like anybody else. (prctl: 24 is PR_CAPBSET_DROP.)
_UNPRIVILEGED = """
import ctypes, os, sys
if os.geteuid() == 0:
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""
_SMALL_FILES = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
os.execv(sys.argv[2], sys.argv[2:])
"""
_TO_A_CLOSED_PIPE = """
import os, sys
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, 1)
os.execv(sys.argv[1], sys.argv[1:])
"""
# Adds on a disk of 300 kB, and again when it is larger; prints the two exit codes.
_ON_A_SMALL_DISK = """
mount -t tmpfs -o size=300k none "$0" && "$@"; first=$?
mount -o remount,size=20m "$0" && "$@"; echo $first $?
"""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("good") / "good.mp4", size=(160, 90), frames=12, rate=12)


def statuses(result: Result) -> dict[str, str]:
    return {Path(row["path"]).name: row["status"] for row in result.document["videos"]}


def assert_one_line_each(result: Result, *names: str) -> None:
    lines = result.err.splitlines()
    for name in names:
        assert len([line for line in lines if name in line]) == 1, lines
    assert len(lines) == len(names), lines
    assert "Traceback" not in result.err


def assert_whole(folder: Path, *names: str) -> None:
    """The library holds videos of these names, wholly, and nothing is wrong with it."""
    with open_store(folder / "library", create=False) as store:
        assert store.health.check() == []
        assert sorted(video.name for video in store.videos.all()) == sorted(names)
        assert all(video.status != "incomplete" for video in store.videos.all())


def test_a_folder_of_bad_files_costs_the_bad_files_only(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    folder = tmp_path / "footage"
    folder.mkdir()
    (folder / "a good.mp4").write_bytes(good.read_bytes())
    (folder / "b twice.mp4").write_bytes(good.read_bytes())
    (folder / "c zero.mp4").touch()
    (folder / "d text.mp4").write_text("these are words\n" * 100)
    truncated(good, folder / "e truncated.mp4", keep=0.5)
    make_clip(folder / "f one.mp4", size=(160, 90), frames=1, rate=12)
    sound_only(folder / "g sound.mp4")
    (folder / "h folder.mp4").mkdir()
    corrupted(good, folder / "i corrupt.mp4", at=0.3, length=600)
    result = passerby("add", folder, tmp_path / "missing.mp4", "--json")
    assert result.code == 1
    assert statuses(result) == {
        "a good.mp4": "done",
        "b twice.mp4": "skipped",
        "c zero.mp4": "failed",
        "d text.mp4": "failed",
        "e truncated.mp4": "failed",
        "f one.mp4": "done",
        "g sound.mp4": "failed",
        "i corrupt.mp4": "damaged",
        "missing.mp4": "failed",
    }
    assert_one_line_each(result, "b twice", "c zero", "d text", "e truncated", "g sound", "i corrupt", "missing")
    assert_whole(tmp_path, "a good.mp4", "f one.mp4", "i corrupt.mp4")


def test_what_is_no_file_at_all_is_told_and_not_waited_for(passerby: Passerby, tmp_path: Path) -> None:
    folder = tmp_path / "footage"
    folder.mkdir()
    os.mkfifo(folder / "a fifo.mp4")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "b socket.mp4"))
    (folder / "c device.mp4").symlink_to("/dev/zero")
    (folder / "d itself.mp4").symlink_to("d itself.mp4")
    with (folder / "e sparse.mp4").open("wb") as file:
        file.truncate(20 << 30)
    (folder / "f again").symlink_to(folder)
    result = passerby("add", folder, "--json", workers=2)
    assert result.code == 1
    assert set(statuses(result).values()) == {"failed"}
    assert_one_line_each(result, "a fifo", "b socket", "c device", "d itself", "e sparse")
    assert_whole(tmp_path)


def test_a_strange_name_stays_on_its_line(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    folder = tmp_path / "a \U0001f3ac folder"
    folder.mkdir()
    (folder / "a\nnew \x1b[31mline.mp4").write_bytes(good.read_bytes())
    (folder / "b\n\U0001f468\u200d\U0001f469\u202e.mp4").touch()
    os.rename(make_clip(tmp_path / "c.mp4", size=(160, 90), frames=6, rate=12), os.fsencode(folder) + b"/c \xff.mp4")
    result = passerby("add", folder)
    assert result.code == 1
    assert_one_line_each(result, "b\\n\U0001f468\u200d\U0001f469\\u202e.mp4: expected a video, found an empty file")
    assert len(result.out.splitlines()) == 5
    listed = passerby("list", pythonioencoding="")
    assert len(listed.out.splitlines()) == 3
    assert "a\\nnew \\x1b[31mline.mp4" in listed.out
    names = [video["name"] for video in passerby("list", "--json").document["videos"]]
    assert names == ["a\nnew \x1b[31mline.mp4", "c \udcff.mp4"]
    assert passerby("show", folder / "a\nnew \x1b[31mline.mp4").code == 0


def test_a_very_large_picture_is_indexed(passerby: Passerby, tmp_path: Path) -> None:
    grey = np.full((8000, 8000, 3), 90, np.uint8)
    large = make_clip(
        tmp_path / "large.mp4",
        size=(8000, 8000),
        frames=2,
        rate=12,
        codec="mpeg4",
        picture=lambda _: grey,
        numbered=False,
    )
    assert passerby("add", large).code == 0


def test_one_content_under_two_names_is_worked_on_once_at_a_time(
    passerby: Passerby, tmp_path: Path, good: Path
) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(good.read_bytes())
    result = passerby("add", tmp_path / "a.mp4", tmp_path / "b.mp4", "--json", workers=2)
    assert result.code == 0
    assert sorted(statuses(result).values()) == ["done", "skipped"]


def test_adding_again_is_free_and_says_so(passerby: Passerby, good: Path) -> None:
    assert passerby("add", good).code == 0
    again = passerby("add", good, "--json")
    assert (again.code, again.err) == (0, "")
    assert again.document["videos"][0]["status"] == "skipped"


def test_what_may_not_be_read_is_one_line(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    locked = tmp_path / "locked.mp4"
    locked.write_bytes(good.read_bytes())
    locked.chmod(0)
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0)
    hidden = closed / "hidden.mp4"
    try:
        through = [sys.executable, "-c", _UNPRIVILEGED]
        result = passerby("add", locked, closed, hidden, good, "--json", through=through)
    finally:
        closed.chmod(0o700)
    assert result.code == 1
    assert statuses(result) == {"locked.mp4": "failed", "closed": "failed", "hidden.mp4": "failed", "good.mp4": "done"}
    assert_one_line_each(result, "locked.mp4", "closed: ", "hidden.mp4")
    assert_whole(tmp_path, "good.mp4")


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """Within the block something is written at the end of a file over and over."""
    done = threading.Event()

    def grow() -> None:
        while not done.wait(0.002):
            with path.open("ab") as file:
                file.write(b"\0\0\0\x08free")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_a_file_that_grows_while_it_is_read_is_refused(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    growing_file = tmp_path / "growing.mp4"
    growing_file.write_bytes(good.read_bytes())
    with growing(growing_file):
        result = passerby("add", growing_file)
    assert result.code == 1
    assert_one_line_each(result, "growing.mp4: expected a file that stays as it is")
    assert_whole(tmp_path)
    assert passerby("add", growing_file).code == 0
    assert_whole(tmp_path, "growing.mp4")


def small_files(size: int) -> list[str]:
    return [sys.executable, "-c", _SMALL_FILES, str(size)]


def test_a_library_that_finds_no_room_is_told(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    result = passerby("add", good, through=small_files(40 << 10))
    assert result.code == 1
    assert_one_line_each(result, "library.db: the disk is full or failed")
    assert passerby("add", good).code == 0
    assert_whole(tmp_path, "good.mp4")


@pytest.mark.parametrize("size", [36 << 10, 80 << 10])  # no room for the first stage, and for a later one
def test_a_video_that_finds_no_room_is_told_and_added_later(
    passerby: Passerby, tmp_path: Path, good: Path, size: int
) -> None:
    open_store(tmp_path / "library", create=True).close()
    result = passerby("add", good, through=small_files(size))
    assert result.code == 1
    assert_one_line_each(result, f"{good}: {tmp_path / 'library' / 'library.db'}: the disk is full or failed")
    with open_store(tmp_path / "library", create=False) as store:
        assert store.health.check() == []
    assert passerby("add", good).code == 0
    assert_whole(tmp_path, "good.mp4")


def test_a_full_disk_is_told(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets no test mount a small disk; the limits on files above stand for it")
    folder = tmp_path / "disk"
    folder.mkdir()
    add = command_line(folder / "library", "add", good)
    result = subprocess.run(
        ["unshare", "-rm", "sh", "-c", _ON_A_SMALL_DISK, str(folder), *add],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    assert result.stdout.split()[-2:] == ["1", "0"], result
    assert parted(result.stderr)[0] == (
        f"passerby: {folder / 'library' / 'library.db'}: the disk is full; make room, then try again "
        "(database or disk is full)\n"
    )


def test_no_video_in_a_folder_is_wrong_usage(passerby: Passerby, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").mkdir()
    result = passerby("add", tmp_path / "empty.mp4")
    assert result.code == 2
    assert "found none" in result.err


def test_a_library_that_cannot_be_made_is_told(tmp_path: Path, good: Path, passerby: Passerby) -> None:
    (tmp_path / "library").write_text("a file, where the library's folder should be")
    result = passerby("add", good)
    assert result.code == 1
    assert "library" in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("arguments", [["list"], ["list", "--json"], ["show", "three shots.mp4"], ["search", "three"]])
def test_a_reader_of_stdout_that_has_gone_is_no_fault(filled: Callable[..., Result], arguments: list[str]) -> None:
    result = filled(*arguments, through=[sys.executable, "-c", _TO_A_CLOSED_PIPE])
    assert result.err == ""


def test_a_full_disk_behind_stdout_is_one_line(filled: Callable[..., Result]) -> None:
    result = filled("list", through=["sh", "-c", 'exec "$0" "$@" > /dev/full'])
    assert result.code == 1
    assert_one_line_each(result, "No space left")


@pytest.mark.parametrize("seconds", [0.0, 2.0])  # after a worker was started
def test_ctrl_c_ends_add_and_its_workers(tmp_path: Path, good: Path, seconds: float) -> None:
    clips = [good, *(make_clip(tmp_path / f"{k}.mp4", size=(320, 180), frames=24 + 24 * k) for k in range(8))]
    adding = subprocess.Popen(
        command_line(tmp_path / "library", "add", *clips),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )
    while not workers_of(adding.pid):
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(adding.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, err = adding.communicate(timeout=10)
    told = parted(err)[0]
    assert adding.returncode == 130
    assert re.fullmatch(r"passerby: interrupted; \d of 9 videos are through; .* the same command goes on\n", told)
    wait_for_the_end_of(adding.pid)
    with open_store(tmp_path / "library", create=False) as store:
        assert store.health.check() == []


def sound_only(path: Path) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000)
        assert isinstance(stream, av.AudioStream)
        samples = np.zeros((1, 48_000), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_a_library_that_may_only_be_read_is_listed_and_searched(filled_library: Path, tmp_path: Path) -> None:
    library = shutil.copytree(filled_library, tmp_path / "library")
    places = [library, *library.rglob("*")]
    for place in places:
        place.chmod(0o500 if place.is_dir() else 0o400)
    through = [sys.executable, "-c", _UNPRIVILEGED]
    for arguments, shown in ((["list"], "three shots.mp4"), (["search", "silence"], "three shots")):
        read = run_passerby(library, *arguments, through=through)
        assert read.code == 0, read
        assert shown in read.out
        assert "may not be written: it is read, and nothing is noted" in read.err
    refused = run_passerby(library, "forget", "three shots.mp4", through=through)
    assert (refused.code, refused.err.count("\n")) == (1, 2)
    for place in places:
        place.chmod(0o700 if place.is_dir() else 0o600)
