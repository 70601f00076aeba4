"""When a video was recorded, as containers say it."""

from pathlib import Path

import av
import pytest

from clips import make_clip
from passerby.dates import parse_date
from passerby.media.probe import probe


def dated(path: Path, tags: dict[str, str]) -> Path:
    """A clip with this metadata."""
    plain = make_clip(path.with_stem("plain"), frames=3)
    options = {"movflags": "use_metadata_tags"} if path.suffix == ".mov" else {}  # else only the usual ones are written
    with av.open(str(plain)) as old, av.open(str(path), "w", options=options) as new:
        new.metadata.update(tags)
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(old.streams.video[0]):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_the_date_of_the_container_is_read(tmp_path: Path, suffix: str) -> None:
    clip = dated(tmp_path / f"clip{suffix}", {"creation_time": "2024-05-31T18:30:15.500000Z"})

    assert probe(clip).recorded == parse_date("2024-05-31T18:30:15Z")


def test_an_offset_is_taken_off_and_a_phones_own_tag_comes_first(tmp_path: Path) -> None:
    tags = {"com.apple.quicktime.creationdate": "2024-05-31T01:30:00+0200", "creation_time": "2025-01-01T00:00:00Z"}

    assert probe(dated(tmp_path / "clip.mov", tags)).recorded == parse_date("2024-05-30T23:30:00Z")


@pytest.mark.parametrize("told", ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "some day in May", "", "9999999"])
def test_what_is_no_date_is_none(tmp_path: Path, told: str) -> None:
    assert probe(dated(tmp_path / "clip.mkv", {"creation_time": told})).recorded is None


def test_a_video_without_a_date_has_none(tmp_path: Path) -> None:
    assert probe(make_clip(tmp_path / "clip.mp4", frames=3)).recorded is None


def test_the_date_may_be_that_of_the_stream_alone(tmp_path: Path) -> None:
    clip = dated(tmp_path / "clip.mp4", {"creation_time": "2024-05-31T18:30:15Z"})
    data = bytearray(clip.read_bytes())
    date = data.index(b"mvhd") + 8  # behind the name, the version and the flags
    data[date : date + 4] = bytes(4)
    clip.write_bytes(data)

    assert probe(clip).recorded == parse_date("2024-05-31T18:30:15Z")
