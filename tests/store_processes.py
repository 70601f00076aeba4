"""What the processes do in tests of several processes on one library; in a module that they can import."""

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import overload

from libraries import add_rich, planted_vector, track
from passerby.errors import ForgottenError
from passerby.records import Tag, Thumbnail
from passerby.store.accounts import User
from passerby.store.library import open_store
from passerby.store.store import Record

TAGS = 40


def write_videos(folder: Path, writer: int, videos: int) -> None:
    """Add rich videos, and finish their tags twice more."""
    with open_store(folder, create=True) as store:
        for number in range(videos):
            made = add_rich(store, f"w{writer}v{number}")
            for round_ in range(2):
                store.finish_stage(made, "tags", str(round_), [Tag(n % 3, f"round{round_}", 0.5) for n in range(TAGS)])


def read_until(folder: Path, videos: int) -> None:
    """Read and search until that many videos are done, and fail if half a stage is ever seen."""
    with open_store(folder, create=True) as store:
        while sum(video.status == "done" for video in store.videos()) < videos:
            for video in store.videos():
                labels = [tag.label for tag in store.tags(video.id)]
                assert len(labels) in (0, 3, TAGS)
                assert len(labels) != TAGS or len(set(labels)) == 1
            store.nearest(planted_vector("w0v0", 0), 5)
            store.find_words(["round0", "round1"], every=False, limit=20)


def add_and_forget(folder: Path, writer: int, rounds: int) -> None:
    """Add and forget videos while others do the same."""
    with open_store(folder, create=True) as store:
        for number in range(rounds):
            made = add_rich(store, f"f{writer}n{number}")
            store.nearest(planted_vector("x", 0), 5)
            try:
                store.forget(made)
            except ForgottenError as error:
                raise AssertionError("only this process knows of the video") from error


def open_new(folder: Path) -> None:
    open_store(folder, create=True).close()


class DeadlyRecords(Sequence[Record]):
    """Records whose reader is killed when it goes over them for the ``passes``-th time."""

    def __init__(self, records: list[Record], passes: int) -> None:
        self._records = records
        self._passes = passes

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | Sequence[Record]:
        return self._records[index]

    def __iter__(self) -> Iterator[Record]:
        self._passes -= 1
        for number, record in enumerate(self._records):
            if not self._passes and number == len(self._records) // 2:
                os.kill(os.getpid(), signal.SIGKILL)
            yield record


def be_killed_finishing(folder: Path, video_id: str, passes: int) -> None:
    """Finish the stage tags over and over until killed within it."""
    with open_store(folder, create=False) as store:
        records: list[Record] = [*(Tag(n % 3, "killed", 0.5) for n in range(TAGS)), track("killed", 0)]
        store.finish_stage(video_id, "tags", "killed", DeadlyRecords(records, passes))
        raise AssertionError("expected to be killed")


class DeadlyNumber(int):
    """Kills the process that writes it into a database."""

    def __conform__(self, protocol: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


def be_killed_with_thumbnails(folder: Path, video_id: str) -> None:
    """Be killed between writing a pack and committing its rows."""
    with open_store(folder, create=False) as store:
        store.finish_stage(video_id, "thumbnails", "killed", [Thumbnail(0, DeadlyNumber(0), b"jpeg")])
        raise AssertionError("expected to be killed")


def forget_all(folder: Path) -> None:
    """Forget one video after the other, to be killed while at it."""
    with open_store(folder, create=False) as store:
        for video in store.videos():
            store.forget(video.id)


def append_entries(folder: Path, user: str, entries: int) -> None:
    """Add entries to the log while others do the same."""
    with open_store(folder, create=False) as store:
        for number in range(entries):
            with store.transaction():
                store.log.append(number, user, "search", "", {"hits": number})


def be_killed_appending(folder: Path) -> None:
    """Be killed between adding a user and its entry to the log, and committing both."""
    with open_store(folder, create=False) as store, store.transaction():
        store.accounts.add(User("killed", "viewer", "hash", 0))
        store.log.append(0, "ann", "add_user", "user:killed", {"role": "viewer"})
        os.kill(os.getpid(), signal.SIGKILL)
