"""The playlist of what is being recorded, and its pieces: they are the recording's own bytes, and can be played."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import av
import pytest

from passerby.errors import UnknownError
from passerby.streams.restream import KEPT_SECONDS, Restream
from passerby.streams.segment_parts import SegmentPart
from watched_sources import recording, segment


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Restream]:
    with closing(Restream(tmp_path / "gate")) as stream:
        yield stream


def names(playlist: str) -> list[str]:
    return re.findall(r'URI="(part-[^"]+)"', playlist)


def played(stream: Restream, pieces: list[str], head: str) -> int:
    """How many pictures a player gets of these pieces."""
    content = b"".join(stream.piece(name) for name in [head, *pieces])
    with av.open(io.BytesIO(content), "r") as container:
        return sum(1 for _ in container.decode(video=0))


def test_what_is_written_is_told_while_the_file_grows(stream: Restream, tmp_path: Path) -> None:
    with pytest.raises(UnknownError):
        stream.playlist()
    with recording(tmp_path / "gate" / "1.mp4") as write:
        write(60)
        before = names(stream.playlist())
        assert not stream.has(99, 0)
        write(60)
        playlist = stream.playlist()
    after = names(playlist)
    assert 0 < len(before) < len(after)
    assert after[: len(before)] == before
    assert "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES" in playlist
    assert f'URI="{after[0]}",INDEPENDENT=YES' in playlist
    assert played(stream, after, "init-0.mp4") == 13 * len(after)
    whole = re.findall(r"^segment-.*", playlist, re.MULTILINE)
    assert stream.piece(whole[0]) == b"".join(stream.piece(name) for name in after if name.startswith("part-0-"))


def test_the_next_file_follows_though_the_one_before_has_been_moved(stream: Restream, tmp_path: Path) -> None:
    folder = tmp_path / "gate"
    with recording(folder / "1.mp4") as write:
        write(60)
        stream.playlist()
    (folder / "1.mp4").rename(tmp_path / "kept.mp4")
    with recording(folder / "2.mp4") as write:
        write(60)
        playlist = stream.playlist()
    first, second = playlist.split("#EXT-X-DISCONTINUITY\n")
    assert 'URI="init-0.mp4"' in first
    assert second.startswith('#EXT-X-MAP:URI="init-1.mp4"')
    assert played(stream, names(first), "init-0.mp4") == 60  # with what came after the first question


def test_what_is_old_is_forgotten_and_nothing_is_live_when_nothing_comes(stream: Restream, tmp_path: Path) -> None:
    with recording(tmp_path / "gate" / "1.mp4") as write:
        write(int(KEPT_SECONDS * 25 * 2))
        playlist = stream.playlist()
    assert "#EXT-X-MEDIA-SEQUENCE:0\n" not in playlist
    with pytest.raises(UnknownError):
        stream.piece("part-0-0.m4s")
    os.utime(tmp_path / "gate" / "1.mp4", (0, 0))
    with closing(Restream(tmp_path / "gate")) as later, pytest.raises(UnknownError):
        later.playlist()


def test_parts_have_the_time_at_which_their_pictures_came(stream: Restream, tmp_path: Path) -> None:
    with recording(tmp_path / "gate" / "1.mp4") as write:
        SegmentPart(tmp_path / "gate", replace(segment("gate", 1000.0), id="1"), is_ended=False).write()
        write(60)
        first = stream.playlist()
        write(60)
        second = stream.playlist()
    assert "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:16:40.000Z" in first
    assert second.startswith(first[: first.index("#EXT-X-PART-INF")])
    told = re.findall(r"DATE-TIME:1970-01-01T00:16:(\d+\.\d+)Z", second)
    lasted = [float(seconds) for seconds in re.findall(r"EXTINF:([\d.]+)", second)]
    assert [float(seconds) - 40 for seconds in told[1:3]] == pytest.approx([lasted[0], sum(lasted[:2])], abs=0.002)
