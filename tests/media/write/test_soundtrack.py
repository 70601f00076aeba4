import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.stream import Disposition
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from clips import make_clip
from passerby.errors import OutputError
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.planes import to_format, writable
from passerby.media.read.probe import look
from passerby.media.write.other_streams import Companions, StreamSelection, StreamType, open_companions
from passerby.media.write.soundtrack import Edit, Spans, edited
from passerby.media.write.video import VideoTrack, open_output

_RATE = 48_000
_COVERS: tuple[StreamType] = ("covers",)
_DATA: tuple[StreamType] = ("data",)
_SUBTITLES: tuple[StreamType] = ("subtitles",)
_ATTACHMENTS: tuple[StreamType] = ("attachments",)

fractions = st.fractions(min_value=-1, max_value=3, max_denominator=1000)


@st.composite
def span_lists(draw: Any) -> Spans:
    edges = draw(st.lists(fractions, min_size=2, max_size=6, unique=True).filter(lambda edges: len(edges) % 2 == 0))
    return tuple(zip(sorted(edges)[::2], sorted(edges)[1::2], strict=True))


@given(
    arrays.arrays(np.float32, (50, 2), elements=st.floats(-1, 1, width=32)),
    fractions,
    st.sampled_from([8, 25, 100]),
    st.sampled_from(["mute", "bleep"]),
    span_lists(),
)
def test_law_3_no_sample_within_a_span_depends_on_what_was_there(
    samples: Any, start: Fraction, rate: int, edit: Edit, spans: Spans
) -> None:
    within = np.array([any(a <= start + Fraction(k, rate) < b for a, b in spans) for k in range(len(samples))])
    other = samples.copy()
    other[within] = 1 - other[within]
    one, two = (edited(sound, start, rate, edit, spans) for sound in (samples, other))
    assert one.tobytes() == two.tobytes()
    assert (one[~within] == samples[~within]).all()
    if edit == "mute":
        assert (one[within] == 0).all()


def test_law_3_would_fail_without_the_edit() -> None:
    samples = np.ones((10, 1), np.float32)
    assert edited(samples, Fraction(0), 10, "none", ((Fraction(0), Fraction(1)),)).tobytes() == samples.tobytes()


def test_a_bleep_is_one_tone_of_1_kilohertz_in_all_channels_whatever_the_packets() -> None:
    silence = np.zeros((_RATE, 3), np.float32)
    span = ((Fraction(0), Fraction(9)),)
    whole = edited(silence, Fraction(1), _RATE, "bleep", span)
    parts = [edited(silence[k : k + 1000], 1 + Fraction(k, _RATE), _RATE, "bleep", span) for k in range(0, _RATE, 1000)]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)
    assert np.abs(np.fft.rfft(whole[:, 0])).argmax() == 1000
    assert (whole[:, :1] == whole).all()


def copied(source: Path, target: Path, wanted: StreamSelection) -> Companions:
    layout = look(source)
    with open_output(target, layout) as output:
        track = VideoTrack(output, layout)
        with open_companions(source, layout, output, wanted) as companions:
            output.begin()
            write_pictures(track, source, companions)
            companions.finish()
    return companions


def write_pictures(track: VideoTrack, source: Path, companions: Companions) -> None:
    with open_video(source) as reader:
        for frame in (item for item in reader.read() if isinstance(item, Frame)):
            track.write(to_format(writable(frame.picture)[0], track.format), frame.pts, frame.duration)
            companions.write_until(frame.pts * reader.info.time_base.tick)
    track.finish()


def sound_of(path: Path, index: int = 0) -> NDArray[np.float32]:
    """All samples (n, channels) from time zero on, silence where there are none."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[index]
        resampler = av.AudioResampler("fltp", rate=stream.codec_context.sample_rate)
        total = np.zeros((20 * stream.codec_context.sample_rate, stream.codec_context.channels), np.float32)
        end = 0
        for frame in container.decode(stream):
            assert frame.pts is not None
            at = round(frame.pts * (frame.time_base or 1) * frame.sample_rate)
            part = np.concatenate([one.to_ndarray().T for one in resampler.resample(frame)])
            cut = max(-at, 0)
            total[at + cut : at + len(part)] = part[cut:]
            end = at + len(part)
        return total[:end]


def first_picture(path: Path) -> float:
    with open_video(path) as reader:
        frame = next(item for item in reader.read() if isinstance(item, Frame))
        return reader.info.time_base.seconds(frame.pts)


def tones(path: Path, sounds: Sequence[float], *, rate: int = _RATE, start: float = 0) -> Path:
    """A clip with a track of sound for each of ``sounds``, its frequency; they begin at ``start`` seconds."""
    silent = make_clip(path.with_suffix(".silent.mkv"), size=(96, 64), frames=48)
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        tracks = [container.add_stream("pcm_s16le", rate, layout="stereo") for _ in sounds]
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
        for track, hertz in zip(tracks, sounds, strict=True):
            assert isinstance(track, AudioStream)
            wave = 0.5 * np.sin(2 * np.pi * hertz * np.arange(2 * rate) / rate)
            for begin in range(0, len(wave), 1000):
                planar = np.stack([wave[begin : begin + 1000]] * 2).astype(np.float32)
                frame = av.AudioFrame.from_ndarray(planar, "fltp", "stereo")
                frame.sample_rate, frame.pts, frame.time_base = rate, begin + int(start * rate), Fraction(1, rate)
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    return path


def loudness(sound: NDArray[np.float32], start: float, end: float, rate: int = _RATE) -> float:
    return float(np.abs(sound[math.ceil(start * rate) : math.ceil(end * rate)]).max())


@pytest.mark.parametrize(
    ("suffix", "source"),
    [(".mp4", "clip.mkv"), (".mov", "clip.mov"), (".mkv", "clip.mkv"), (".webm", "clip.mkv")],
)
def test_a_span_is_silent_in_all_tracks_and_the_rest_sounds(tmp_path: Path, suffix: str, source: str) -> None:
    clip = tones(tmp_path / source, (440, 700))
    span = (Fraction("0.5001"), Fraction("1.25"))
    copy = tmp_path / f"copy{suffix}"
    copied(clip, copy, StreamSelection(True, "mute", (span,)))
    with av.open(str(copy)) as container:
        assert len(container.streams.audio) == 2
    for index in range(2):
        sound = sound_of(copy, index)
        # A coder spreads its noise over a block: what is silent stays so, but for that.
        margin = 0 if suffix in (".mp4", ".mov") else 0.002  # times are milliseconds there
        assert loudness(sound, 0.5001 + margin, 1.25 - margin) < 0.2
        assert loudness(sound, 0.53, 1.22) < 0.005
        assert loudness(sound, 0.3, 0.49) > 0.4
        assert loudness(sound, 1.26, 1.5) > 0.4


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
@pytest.mark.parametrize("rate", [48_000, 44_100, 22_050])
def test_sound_that_is_encoded_again_is_where_it_was_to_the_sample(tmp_path: Path, suffix: str, rate: int) -> None:
    clip = tones(tmp_path / "clip.mov", (440,), rate=rate)
    copied(clip, tmp_path / f"copy{suffix}", StreamSelection(True, "mute", ((Fraction(1), Fraction(5, 4)),)))
    sound = sound_of(tmp_path / f"copy{suffix}")[:, 0]
    found = 48_000 if suffix == ".webm" else rate
    times = np.arange(found // 4, found // 2) / found
    phase = np.angle(np.sum(sound[found // 4 : found // 2] * np.exp(-2j * np.pi * 440 * times))) + np.pi / 2
    shift = phase / (2 * np.pi * 440) * found
    assert abs(shift) < (0.5 if suffix in (".mp4", ".mov") else found / 1000)


def test_packets_shorter_than_a_tick_are_muted_and_kept_where_they_are(tmp_path: Path) -> None:
    """As TrueHD's in Matroska, whose times are milliseconds: 1200 packets a second."""
    silent, clip = make_clip(tmp_path / "silent.mkv", size=(96, 64), frames=48), tmp_path / "clip.mkv"
    times = np.arange(2 * _RATE) / _RATE
    wave = np.where((times >= 1) & (times < 1.3), 0.5 * np.sin(2 * np.pi * 440 * times), 0)
    with av.open(str(silent)) as source, av.open(str(clip), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        sound = container.add_stream("pcm_s16le", _RATE, layout="mono")
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
        for begin in range(0, len(wave), 40):
            part: av.Packet[Any] = av.Packet((wave[begin : begin + 40] * 32767).astype("<i2").tobytes())
            part.stream, part.pts, part.dts, part.duration = sound, begin, begin, 40
            part.time_base = Fraction(1, _RATE)
            container.mux(part)
    with open_video(clip) as reader:
        chunks = list(reader.read_sound())
        assert chunks[-1].start == pytest.approx(2, abs=0.002)
        assert reader.damage == ""
    copied(clip, tmp_path / "muted.mp4", StreamSelection(True, "mute", ((Fraction("0.99"), Fraction("1.31")),)))
    assert loudness(sound_of(tmp_path / "muted.mp4"), 0, 2) < 0.001
    copied(clip, tmp_path / "kept.mkv", StreamSelection(sound=True))
    sound_kept = sound_of(tmp_path / "kept.mkv")
    assert loudness(sound_kept, 1.01, 1.29) > 0.4
    assert max(loudness(sound_kept, 0, 0.99), loudness(sound_kept, 1.31, 2)) < 0.001


def test_sound_that_begins_late_begins_late(tmp_path: Path) -> None:
    clip = tones(tmp_path / "clip.mov", (440,), start=0.5)
    copied(clip, tmp_path / "copy.mp4", StreamSelection(True, "mute", ((Fraction(1), Fraction(5, 4)),)))
    sound = sound_of(tmp_path / "copy.mp4")
    assert loudness(sound, 0, 0.45) < 0.001
    assert loudness(sound, 0.51, 0.9) > 0.4
    assert loudness(sound, 1.03, 1.22) < 0.001
    assert loudness(sound, 1.3, 2) > 0.4


def test_what_is_bleeped_is_a_tone_and_nothing_of_what_was_there(tmp_path: Path) -> None:
    clip = tones(tmp_path / "clip.mov", (440,))
    copied(clip, tmp_path / "copy.mp4", StreamSelection(True, "bleep", ((Fraction(1, 2), Fraction(1)),)))
    sound = sound_of(tmp_path / "copy.mp4")[round(0.55 * _RATE) : round(0.95 * _RATE), 0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    hertz = np.fft.rfftfreq(len(sound), 1 / _RATE)
    assert hertz[spectrum.argmax()] == pytest.approx(1000, abs=3)
    assert spectrum[np.abs(hertz - 440) < 20].max() < spectrum.max() / 1000


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.ts", "clip.webm", "clip.avi"])
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_kept_sound_and_pictures_stay_together(tmp_path: Path, name: str, suffix: str) -> None:
    clip = make_clip(tmp_path / name, size=(96, 64), frames=48, audio="gap")
    copied(clip, tmp_path / f"copy{suffix}", StreamSelection(sound=True))
    with av.open(str(tmp_path / f"copy{suffix}")) as container:
        assert len(container.streams.audio) == 1
        first = next(container.decode(video=0))
        assert first.pts is not None
        assert first.pts * (first.time_base or 0) == pytest.approx(first_picture(clip), abs=0.0005)
    sound = sound_of(tmp_path / f"copy{suffix}")
    assert loudness(sound, 0.1, 0.6) > 0.4
    assert loudness(sound, 0.70, 1.30) < 0.01
    assert loudness(sound, 1.37, 1.9) > 0.4


def test_kept_sound_is_copied_where_the_file_takes_it(tmp_path: Path) -> None:
    def packets(path: Path) -> list[bytes]:
        with av.open(str(path)) as container:
            return [bytes(packet) for packet in container.demux(audio=0) if packet.size]

    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=24, audio="tone")
    assert copied(clip, tmp_path / "copy.mov", StreamSelection(sound=True)).notes == []
    assert packets(tmp_path / "copy.mov") == packets(clip)
    assert copied(clip, tmp_path / "copy.webm", StreamSelection(sound=True)).notes == ["sound encoded again, as opus"]


def test_sound_that_is_dropped_is_told(tmp_path: Path) -> None:
    clip = tones(tmp_path / "clip.mkv", (440, 700))
    companions = copied(clip, tmp_path / "copy.mp4", StreamSelection())
    assert [str(dropped) for dropped in companions.dropped] == ["sound (2 of pcm_s16le)"]
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video"]


def rich(path: Path) -> Path:
    """A clip with chapters, subtitles, an attachment and tags."""
    silent = make_clip(path.with_suffix(".silent.mkv"), size=(96, 64), frames=48)
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        words = container.add_mux_stream("subrip")
        container.add_attachment("font.ttf", "application/x-truetype-font", b"a font")
        tick = Fraction(1, 1000)
        chapters: Any = [
            {"id": 1, "start": 0, "end": 900, "time_base": tick, "metadata": {"title": "One", "who": "me"}}
        ]
        container.set_chapters(chapters)
        container.metadata.update({"title": "Secret", "location": "+48.8584+002.2945/"})
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
        line: av.Packet[Any] = av.Packet(b"Somebody says it")
        line.stream, line.pts, line.dts, line.duration, line.time_base = words, 500, 500, 700, tick
        container.mux(line)
    return path


def test_other_streams_are_dropped_and_told_by_name_alone(tmp_path: Path) -> None:
    clip = rich(tmp_path / "clip.mkv")
    companions = copied(clip, tmp_path / "copy.mkv", StreamSelection())
    assert sorted(str(dropped) for dropped in companions.dropped) == [
        "attachments (.ttf)",
        "chapters (chapters)",
        "subtitles (subrip)",
    ]
    assert {tag.lower() for tag in companions.tags} >= {"title", "location"}
    data = (tmp_path / "copy.mkv").read_bytes()
    for secret in (b"Secret", b"48.8584", b"Somebody", b"One", b"font"):
        assert secret in clip.read_bytes()
        assert secret not in data


def test_other_streams_are_copied_if_they_are_named(tmp_path: Path) -> None:
    clip = rich(tmp_path / "clip.mkv")
    copied(clip, tmp_path / "copy.mkv", StreamSelection(kinds=("subtitles", "chapters", "attachments")))
    with av.open(str(tmp_path / "copy.mkv")) as container:
        assert [(c["start"], c["metadata"]) for c in container.chapters()] == [(0, {"title": "One"})]
        assert [bytes(p) for p in container.demux(subtitles=0) if p.size] == [b"Somebody says it"]
        assert container.streams.attachments[0].data == b"a font"
        assert "location" not in {key.lower() for key in container.metadata}


def captioned(path: Path, codec: str, lines: Sequence[tuple[bytes, int, int]]) -> Path:
    """A clip of two seconds with these captions: packets, with their starts and lengths in milliseconds."""
    silent = make_clip(path.with_suffix(".silent.mkv"), size=(96, 64), frames=48)
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        words = container.add_mux_stream(codec)
        words.metadata.update({"title": "PLANTED", "language": "PLANTED"})
        tick = Fraction(1, 1000)
        chapters: Any = [
            {"id": k, "start": 1000 * k, "end": 1000 * k + 1000, "time_base": tick, "metadata": {"title": f"part {k}"}}
            for k in range(2)
        ]
        container.set_chapters(chapters)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
        for line, start, length in lines:
            said: av.Packet[Any] = av.Packet(line)
            said.stream, said.pts, said.dts, said.duration, said.time_base = words, start, start, length, tick
            container.mux(said)
    return path


@pytest.mark.parametrize("edit", ["mute", "bleep"])
@pytest.mark.parametrize(
    ("codec", "suffix", "before"),
    [("subrip", ".mkv", b""), ("ass", ".mkv", b"0,0,Default,,0,0,0,,"), ("mov_text", ".mp4", b"\0\x05")],
)
def test_captions_and_chapters_over_what_is_muted_are_left_out(
    tmp_path: Path, edit: Edit, codec: str, suffix: str, before: bytes
) -> None:
    lines = [
        (before + b"first", 0, 300),
        (before + b"thNAM", 350, 450),
        (before + b"third", 850, 100),
        (before + b"overX", 950, 200),
        (before + b"close", 1300, 500),
    ]
    clip = captioned(tmp_path / f"clip{suffix}", codec, lines)
    spans = ((Fraction(1, 2), Fraction(3, 4)), (Fraction(99, 100), Fraction(1)))
    wanted = StreamSelection(True, edit, spans, ("subtitles", "chapters"))
    companions = copied(clip, tmp_path / f"copy{suffix}", wanted)
    with av.open(str(tmp_path / f"copy{suffix}")) as container:
        said = [bytes(packet) for packet in container.demux(subtitles=0) if packet.size > 2]
        assert [chapter["metadata"].get("title", "") for chapter in container.chapters()] == ["-", "part 1"]
    assert said == [before + word for word in (b"first", b"third", b"close")]
    data = (tmp_path / f"copy{suffix}").read_bytes()
    assert not any(planted in data for planted in (b"NAM", b"overX", b"part 0", b"PLANTED"))
    assert "2 captions over what is muted left out" in companions.notes
    assert companions.notes[0].startswith("kept as asked: subtitles, chapters; nobody looked for names in them")


def test_captions_without_an_end_before_what_is_muted_are_left_out(tmp_path: Path) -> None:
    wanted = StreamSelection(True, "mute", ((Fraction(1), Fraction(5, 4)),), ())
    assert wanted.is_edited(Fraction(0), None)
    assert not wanted.is_edited(Fraction(5, 4), None)
    assert not wanted.is_edited(Fraction(0), Fraction(1))
    assert not StreamSelection(True, "none", wanted.spans).is_edited(Fraction(0), None)


def test_captions_that_are_pictures_are_refused_where_sound_is_muted(tmp_path: Path) -> None:
    clip = captioned(tmp_path / "clip.mkv", "dvdsub", [(bytes(40), 500, 300)])
    copied(clip, tmp_path / "kept.mkv", StreamSelection(kinds=_SUBTITLES))
    with pytest.raises(OutputError, match=r"subtitles that are pictures \(dvd_subtitle\).*drop them"):
        copied(clip, tmp_path / "copy.mkv", StreamSelection(True, "mute", kinds=_SUBTITLES))


_SCRIPT = """[Script Info]
Title: PLANTED

[V4+ Styles]
Format: Name, Fontname
Style: PLANTED,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,PLANTED
Dialogue: 0,0:00:00.50,0:00:00.80,PLANTED,PLANTED,0,0,0,,words
"""


def scripted(path: Path) -> Path:
    """A clip with captions of ASS."""
    silent = make_clip(path.with_suffix(".silent.mkv"), size=(96, 64), frames=48)
    path.with_suffix(".ass").write_text(_SCRIPT)
    with (
        av.open(str(silent)) as source,
        av.open(str(path.with_suffix(".ass"))) as script,
        av.open(str(path), "w") as container,
    ):
        tracks = [
            container.add_stream_from_template(source.streams.video[0]),
            container.add_stream_from_template(script.streams.subtitles[0]),
        ]
        both: list[Any] = [source.demux(video=0), script.demux(subtitles=0)]
        for track, packets in zip(tracks, both, strict=True):
            for packet in packets:
                if packet.size:
                    packet.stream = track
                    container.mux(packet)
    return path


def test_headers_and_names_of_what_is_kept_tell_nothing(tmp_path: Path) -> None:
    clip = scripted(tmp_path / "clip.mkv")
    copied(clip, tmp_path / "copy.mkv", StreamSelection(kinds=_SUBTITLES))
    assert clip.read_bytes().count(b"PLANTED") == 5
    assert b"PLANTED" not in (tmp_path / "copy.mkv").read_bytes()
    with av.open(str(tmp_path / "copy.mkv")) as container:
        header = container.streams.subtitles[0].codec_context.extradata
        assert b"Style: Style1,Arial" in (header or b"")
        assert [bytes(packet) for packet in container.demux(subtitles=0) if packet.size] == [
            b"0,0,Style1,,0,0,0,,words"
        ]
    rich(tmp_path / "rich.mkv")
    copied(tmp_path / "rich.mkv", tmp_path / "fonts.mkv", StreamSelection(kinds=_ATTACHMENTS))
    assert b"font.ttf" not in (tmp_path / "fonts.mkv").read_bytes()


def timecoded(path: Path) -> Path:
    """A clip with a track of data."""
    silent = make_clip(path.with_suffix(".silent.mov"), size=(96, 64), frames=24)
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        pictures.metadata["timecode"] = "01:00:00:00"
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
    return path


@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv", ".webm"])
def test_data_that_a_file_does_not_take_is_refused_before_the_work(tmp_path: Path, suffix: str) -> None:
    clip = timecoded(tmp_path / "clip.mov")
    with av.open(str(clip)) as container:
        assert [stream.type for stream in container.streams] == ["video", "data"]
    with pytest.raises(OutputError, match=rf"copy{suffix}: such a file does not take data of this kind"):
        copied(clip, tmp_path / f"copy{suffix}", StreamSelection(kinds=_DATA))


def test_comments_of_vorbis_do_not_come_along(tmp_path: Path) -> None:
    silent = make_clip(tmp_path / "silent.mkv", size=(96, 64), frames=24)
    clip = tmp_path / "clip.mkv"
    with av.open(str(silent)) as source, av.open(str(clip), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        sound = container.add_stream("vorbis", 48_000, layout="stereo", options={"strict": "experimental"})
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
        wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
        frame = av.AudioFrame.from_ndarray(np.stack([wave] * 2).astype(np.float32), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
        assert isinstance(sound, AudioStream)
        container.mux(sound.encode(frame))
        container.mux(sound.encode(None))
    data = clip.read_bytes()
    at = data.index(b"\x03vorbis") + 11  # the name of who wrote it
    clip.write_bytes(data[:at] + b"PLAN" + data[at + 4 :])
    assert copied(clip, tmp_path / "copy.mkv", StreamSelection(sound=True)).notes == []
    assert b"PLAN" not in (tmp_path / "copy.mkv").read_bytes()
    assert loudness(sound_of(tmp_path / "copy.mkv"), 0.2, 0.8) > 0.4


def test_tags_among_the_packets_of_sound_do_not_come_along(tmp_path: Path) -> None:
    plain, clip = make_clip(tmp_path / "plain.mp4", size=(96, 64), frames=24, audio="tone"), tmp_path / "clip.mkv"
    with av.open(str(plain)) as source, av.open(str(clip), "w") as container:
        tracks = [container.add_stream_from_template(stream) for stream in source.streams]
        for packet in source.demux():
            if packet.size:
                data = bytes(packet)
                if packet.stream_index == 1:
                    data = b"ID3\x04\0\0\0\0\0\x07PLANTED" + data
                tagged: av.Packet[Any] = av.Packet(data)
                tagged.pts, tagged.dts, tagged.time_base = packet.pts, packet.dts, packet.time_base
                tagged.stream, tagged.is_keyframe = tracks[packet.stream_index], packet.is_keyframe
                container.mux(tagged)
    copied(clip, tmp_path / "copy.mkv", StreamSelection(sound=True))
    assert b"PLANTED" in clip.read_bytes()
    assert b"PLANTED" not in (tmp_path / "copy.mkv").read_bytes()
    assert loudness(sound_of(tmp_path / "copy.mkv"), 0.2, 0.8) > 0.4


@pytest.mark.parametrize("kind", ["subtitles", "attachments"])
def test_what_a_file_does_not_take_is_refused_by_name(tmp_path: Path, kind: Any) -> None:
    clip = rich(tmp_path / "clip.mkv")
    with pytest.raises(OutputError, match=f"does not take {kind}.*drop them"):
        copied(clip, tmp_path / "copy.mp4", StreamSelection(kinds=(kind,)))
    assert not (tmp_path / "copy.mp4").exists()


def covered(path: Path) -> Path:
    """A clip with a cover picture: a stream in an MP4 file, an attachment in a Matroska file."""
    silent = make_clip(path.with_suffix(".silent.mkv"), size=(96, 64), frames=24)
    picture = av.VideoFrame(32, 32, "yuvj420p")
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        cover = av.CodecContext.create("mjpeg", "w")
        cover.width, cover.height, cover.pix_fmt, cover.time_base = 32, 32, "yuvj420p", Fraction(1, 25)
        jpeg = bytes(cover.encode(picture)[0])
        if path.suffix == ".mkv":
            container.add_attachment("cover.jpg", "image/jpeg", jpeg)
        else:
            track = container.add_stream("mjpeg", 1, width=32, height=32, pix_fmt="yuvj420p")
            track.disposition = Disposition.attached_pic
            packet: av.Packet[Any] = av.Packet(jpeg)
            packet.stream, packet.pts, packet.dts = track, 0, 0
            container.mux(packet)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_cover_picture_is_kept_only_if_it_is_named(tmp_path: Path, suffix: str) -> None:
    clip = covered(tmp_path / f"clip{suffix}")
    assert [str(dropped) for dropped in copied(clip, tmp_path / "none.mp4", StreamSelection()).dropped] == [
        "covers (mjpeg)"
    ]
    with av.open(str(tmp_path / "none.mp4")) as container:
        assert len(container.streams) == 1
    copied(clip, tmp_path / "copy.mp4", StreamSelection(kinds=_COVERS))
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert [bool(stream.disposition & Disposition.attached_pic) for stream in container.streams] == [False, True]
    with pytest.raises(OutputError, match="does not take covers"):
        copied(clip, tmp_path / "copy.mkv", StreamSelection(kinds=_COVERS))


def test_a_second_film_is_told(tmp_path: Path) -> None:
    silent, clip = make_clip(tmp_path / "silent.mkv", size=(96, 64), frames=24), tmp_path / "two.mkv"
    with av.open(str(silent)) as source, av.open(str(clip), "w") as container:
        films = [container.add_stream_from_template(source.streams.video[0]) for _ in range(2)]
        for packet in source.demux(video=0):
            for film in films if packet.size else []:
                one: av.Packet[Any] = av.Packet(bytes(packet))
                one.pts, one.dts, one.time_base, one.stream = packet.pts, packet.dts, packet.time_base, film
                one.is_keyframe = packet.is_keyframe
                container.mux(one)
    companions = copied(clip, tmp_path / "copy.mkv", StreamSelection())
    assert companions.notes == ["1 of 2 films is in the copy: the others were not looked at"]
    with open_video(clip) as reader:
        assert reader.passed_over == ("1 of 2 films was looked at",)


def test_the_same_sound_gives_the_same_bytes_which_name_nothing(tmp_path: Path) -> None:
    clip = tones(tmp_path / "clip.mkv", (440,))
    wanted = StreamSelection(True, "mute", ((Fraction(0), Fraction(1)),))
    for suffix in (".mp4", ".webm"):
        one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
        copied(clip, one, wanted)
        copied(clip, two, wanted)
        assert one.read_bytes() == two.read_bytes()
        assert b"Lavc" not in one.read_bytes()


def test_of_two_tracks_only_the_one_that_was_heard_may_be_kept(tmp_path: Path) -> None:
    source, target = tones(tmp_path / "two.mkv", [300, 900]), tmp_path / "copy.mp4"
    companions = copied(
        source, target, StreamSelection(True, "mute", ((Fraction(0), Fraction(1, 10)),), heard_only=True)
    )
    with av.open(str(target)) as container:
        assert len(container.streams.audio) == 1
    spectrum = np.abs(np.fft.rfft(sound_of(target)[:_RATE, 0], _RATE))
    assert spectrum.argmax() == pytest.approx(300, abs=2)
    assert [str(dropped) for dropped in companions.dropped] == ["sound (pcm_s16le)"]
    assert "1 of 2 tracks of sound is in the copy: the others were not listened to" in companions.notes
