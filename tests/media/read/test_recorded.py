"""When a video was recorded, as containers say it."""

from pathlib import Path

import av
import pytest

from clips import make_clip
from passerby.dates import parse_date
from passerby.media.read.probe import probe
from passerby.records import RecordingDate


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

    known = probe(clip).recorded
    assert known is not None
    assert known.unix_seconds == parse_date("2024-05-31T18:30:15Z")
    assert (known.source, known.zone, known.zone_source) == ("container", "Z", "format")
    assert known.as_written.startswith("2024-05-31T18:30:15")


def test_an_offset_is_taken_off_and_a_phones_own_tag_comes_first(tmp_path: Path) -> None:
    tags = {"com.apple.quicktime.creationdate": "2024-05-31T01:30:00+0200", "creation_time": "2025-01-01T00:00:00Z"}

    assert probe(dated(tmp_path / "clip.mov", tags)).recorded == RecordingDate(
        parse_date("2024-05-30T23:30:00Z"), "container", "2024-05-31T01:30:00+0200", "+02:00", "container"
    )


@pytest.mark.parametrize(
    ("told", "utc", "zone"),
    [
        ("2024-03-31T02:30:00+0330", "2024-03-30T23:00:00Z", "+03:30"),
        ("2024-10-27T02:30:00+02:00", "2024-10-27T00:30:00Z", "+02:00"),  # the hour that comes twice
        ("2024-10-27T02:30:00+01:00", "2024-10-27T01:30:00Z", "+01:00"),
        ("2024-03-31 02:30:00 -09", "2024-03-31T11:30:00Z", "-09:00"),
        ("2024:03:31 02:30:00", "2024-03-31T02:30:00Z", ""),
        ("2024-03-31 02:30:00 UTC", "2024-03-31T02:30:00Z", "Z"),
    ],
)
def test_what_is_told_and_its_zone_are_kept_apart(tmp_path: Path, told: str, utc: str, zone: str) -> None:
    known = probe(dated(tmp_path / "clip.mov", {"com.apple.quicktime.creationdate": told})).recorded
    assert known == RecordingDate(parse_date(utc), "container", told, zone, "container" if zone else "")


@pytest.mark.parametrize(
    "told",
    ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "some day in May", "", "9999999", "2024-05-31T18:30:15+99:00"],
)
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

    known = probe(clip).recorded
    assert known is not None
    assert known.unix_seconds == parse_date("2024-05-31T18:30:15Z")
