from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame

from clips import make_clip
from gop_clips import GROUPED
from passerby.errors import GopCopyError
from passerby.media.gop.gops import plan_gops
from passerby.media.gop.splice_check import JointCheck, PacketLog
from passerby.media.read.scale import Scaler
from pictures import Picture, plain, texture

_SIZE = GROUPED["size"]


def _clip(path: Path, picture: Picture) -> Path:
    return make_clip(path, **{**GROUPED, "picture": picture, "numbered": False})


def _joint(clip: Path, pictures: list[VideoFrame], *, encoded: int = 8, after: Path | None = None) -> None:
    """Check a splice that holds the first group of a clip as if it had been made of ``pictures``, and the next."""
    with av.open(str(clip)) as source, av.open(str(after or clip)) as other:
        video = source.streams.video[0]
        check = JointCheck(plan_gops(clip).sets.record(), video, Scaler(plan_gops(clip).layout.orientation))
        check.start_run()
        for picture in pictures:
            check.fed(picture)
        packets = list(_packets(source))
        copies = list(_packets(other))
        for packet in packets[:encoded]:
            check.encoded(packet)
        check.end_run()
        for packet, copy in zip(packets[8:], copies[8:], strict=True):
            check.copied(packet, copy)
        check.finish()


def _packets(container: InputContainer) -> Iterator["Packet[Stream]"]:
    streams: list[Stream] = [container.streams.video[0]]
    return (packet for packet in container.demux(*streams) if packet.size)


def _pictures(clip: Path) -> list[VideoFrame]:
    with av.open(str(clip)) as container:
        return list(container.decode(video=0))[:8]


def test_what_was_made_of_its_pictures_passes(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", texture(_SIZE))
    _joint(clip, _pictures(clip))


def test_another_picture_than_was_encoded_is_found(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", texture(_SIZE))
    other = _clip(tmp_path / "b.mp4", texture(_SIZE, seed=1))
    with pytest.raises(GopCopyError, match="not the one"):
        _joint(clip, [*_pictures(clip)[:7], *_pictures(other)[7:]])


def test_a_picture_too_few_is_found(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", texture(_SIZE))
    with pytest.raises(GopCopyError):
        _joint(clip, _pictures(clip), encoded=7)


def test_a_picture_too_many_is_found(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", texture(_SIZE))
    with pytest.raises(GopCopyError):
        _joint(clip, _pictures(clip)[:7])


def test_a_copied_picture_that_is_not_the_source_s_is_found(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", texture(_SIZE))
    other = _clip(tmp_path / "b.mp4", plain(_SIZE))
    with pytest.raises(GopCopyError, match="not the one"):
        _joint(clip, _pictures(clip), after=other)


def _log(clip: Path) -> PacketLog:
    with av.open(str(clip)) as container:
        log = PacketLog(plan_gops(clip).layout.info.time_base.tick)
        for packet in _packets(container):
            log.add(packet)
    return log


def test_a_file_that_holds_just_what_was_written_passes(tmp_path: Path) -> None:
    clip = _clip(tmp_path / "a.mp4", texture(_SIZE))
    _log(clip).compare(clip)


@pytest.mark.parametrize("options", [{"frames": 32}, {"frames": 48}, {"rate": 25}, {"picture": plain(_SIZE)}])
def test_a_file_with_other_packets_is_refused(tmp_path: Path, options: dict[str, object]) -> None:
    clip = make_clip(tmp_path / "a.mp4", **GROUPED)
    other = make_clip(tmp_path / "b.mp4", **{**GROUPED, **options})
    with pytest.raises(GopCopyError, match="copy"):
        _log(clip).compare(other)
