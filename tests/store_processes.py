"""What the processes do in tests of several processes on one library; in a module that they can import."""

import os
import signal

import psycopg
from psycopg.adapt import Dumper

from libraries import add_rich, planted_vector, track
from passerby.errors import ForgottenError
from passerby.records import Tag, Thumbnail
from passerby.store.accounts import User
from passerby.store.library import open_store

TAGS = 40


def write_videos(address: str, writer: int, videos: int) -> None:
    """Add rich videos, and finish their tags twice more."""
    with open_store(address, create=True) as store:
        for number in range(videos):
            made = add_rich(store, f"w{writer}v{number}")
            for round_ in range(2):
                store.sink.finish_stage(
                    made, "tags", str(round_), [Tag(n % 3, f"round{round_}", 0.5) for n in range(TAGS)]
                )


def read_until(address: str, videos: int) -> None:
    """Read and search until that many videos are done, and fail if half a stage is ever seen."""
    with open_store(address, create=True) as store:
        while sum(video.status == "done" for video in store.videos.all()) < videos:
            for video in store.videos.all():
                labels = [tag.label for tag in store.records.of(video.id, Tag)]
                assert len(labels) in (0, 3, TAGS)
                assert len(labels) != TAGS or len(set(labels)) == 1
            store.search.nearest(planted_vector("w0v0", 0), 5)
            store.search.by_words(["round0", "round1"], every=False, limit=20)


def add_and_forget(address: str, writer: int, rounds: int) -> None:
    """Add and forget videos while others do the same."""
    with open_store(address, create=True) as store:
        for number in range(rounds):
            made = add_rich(store, f"f{writer}n{number}")
            store.search.nearest(planted_vector("x", 0), 5)
            try:
                store.videos.forget(made)
            except ForgottenError as error:
                raise AssertionError("only this process knows of the video") from error


def open_new(address: str) -> None:
    open_store(address, create=True).close()


class DeadlyNumber(int):
    """Kills the process that writes it into a database."""

    def __conform__(self, protocol: object) -> None:  # sqlite3 asks for this
        os.kill(os.getpid(), signal.SIGKILL)


class DeadlyDumper(Dumper):
    """The same for psycopg."""

    def dump(self, obj: object) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""


def be_killed_finishing(address: str, video_id: str, written: int) -> None:
    """Finish the stage tags, to be killed when so many are written."""
    psycopg.adapters.register_dumper(DeadlyNumber, DeadlyDumper)
    with open_store(address, create=False) as store:
        scores = [DeadlyNumber(1) if n == written else 0.5 for n in range(TAGS)]
        records = [track("killed", 0), *(Tag(n % 3, "killed", score) for n, score in enumerate(scores))]
        store.sink.finish_stage(video_id, "tags", "killed", records)
        raise AssertionError("expected to be killed")


def be_killed_with_thumbnails(address: str, video_id: str) -> None:
    """Be killed between writing a pack and committing its rows."""
    with open_store(address, create=False) as store:
        store.sink.finish_stage(video_id, "thumbnails", "killed", [Thumbnail(0, DeadlyNumber(0), b"jpeg")])
        raise AssertionError("expected to be killed")


def forget_all(address: str) -> None:
    """Forget one video after the other, to be killed while at it."""
    with open_store(address, create=False) as store:
        for video in store.videos.all():
            store.videos.forget(video.id)


def append_entries(address: str, user: str, entries: int) -> None:
    """Add entries to the log while others do the same."""
    with open_store(address, create=False) as store:
        for number in range(entries):
            with store.transaction():
                store.log.append(number, user, "search", "", {"hits": number})


def be_killed_appending(address: str) -> None:
    """Be killed between adding a user and its entry to the log, and committing both."""
    with open_store(address, create=False) as store, store.transaction():
        store.accounts.add(User("killed", "viewer", "hash", 0))
        store.log.append(0, "ann", "add_user", "user:killed", {"role": "viewer"})
        os.kill(os.getpid(), signal.SIGKILL)
