"""What a container holds besides picture and sound."""

from fractions import Fraction
from pathlib import Path

import av

from clips import make_clip
from muxed import muxed
from passerby.media.read.leftovers import leftovers


def test_a_plain_clip_has_none(tmp_path: Path) -> None:
    for suffix in (".mp4", ".mkv", ".webm", ".ts", ".avi"):
        found = leftovers(make_clip(tmp_path / f"clip{suffix}", size=(64, 48), frames=4, numbered=False, audio="tone"))
        assert not found.tags, suffix
        assert not found.streams, suffix


def test_tags_and_other_streams_are_named_without_what_they_say(tmp_path: Path) -> None:
    plain = make_clip(tmp_path / "plain.mp4", size=(64, 48), frames=4, numbered=False)
    path = tmp_path / "telling.mkv"
    with av.open(str(plain)) as source, av.open(str(path), "w") as container:
        container.metadata.update({"title": "secret words", "location": "+52.5+013.4/"})
        video = container.add_stream_from_template(source.streams.video[0])
        video.metadata["comment"] = "secret words"
        container.add_attachment("notes.txt", "text/plain", b"secret words")
        container.set_chapters(
            [{"id": 1, "start": 0, "end": 100, "time_base": Fraction(1, 1000), "metadata": {"title": "secret words"}}]
        )
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                container.mux(packet)
    found = leftovers(path)
    assert {tag.lower() for tag in found.tags} == {"title", "location", "stream 0: comment"}
    assert found.streams == ("an attachment", "chapters")
    assert "secret" not in str(found)


def test_a_further_film_is_named(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "film.mp4", size=(64, 48), frames=4, numbered=False)
    assert leftovers(muxed(tmp_path / "two.mp4", film, films=[film])).streams == ("another film",)
