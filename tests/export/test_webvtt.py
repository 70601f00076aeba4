"""WebVTT, read back with webvtt-py: captions, chapters, metadata."""

import html
import io
import json

import pytest
import webvtt as reader

from knowns import AWKWARD, TICKS, known, said
from passerby.export.webvtt import webvtt, webvtt_chapters, webvtt_metadata


def read(content: bytes) -> list[reader.Caption]:
    return reader.from_buffer(io.BytesIO(content), format="vtt").captions


def seconds(stamp: str) -> float:
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_captions_are_what_is_said_at_its_times() -> None:
    (caption,) = read(webvtt(known()))
    assert html.unescape(caption.text) == AWKWARD
    assert (caption.start, caption.end) == ("00:00:01.000", "00:00:04.000")


def test_times_are_right_after_hours() -> None:
    (caption,) = read(webvtt(known(utterances=(said("well", 100 * 3600 * TICKS + 123 * TICKS // 1000),))))
    assert caption.start == "100:00:00.123"


def test_what_is_long_is_cut_where_words_begin() -> None:
    text = " ".join(f"word{number}," for number in range(40))
    pieces = read(webvtt(known(utterances=(said(text, 0),))))
    assert len(pieces) > 2
    assert " ".join(" ".join(piece.text.split()) for piece in pieces) == text
    first = len(pieces[0].text.split())
    assert seconds(pieces[1].start) == seconds(pieces[0].end) == first / 2


def test_a_language_without_spaces_keeps_its_text() -> None:
    text = "今日は公園で犬と遊びました。" * 8
    long = said(" ".join(text), 0)
    pieces = read(webvtt(known(utterances=(type(long)(text, long.span, "ja", long.words),))))
    assert len(pieces) > 1
    assert "".join(piece.text.replace("\n", "") for piece in pieces) == text


def test_chapters_are_shots_that_touch() -> None:
    first, second = read(webvtt_chapters(known()))
    assert (first.text, second.text) == ("Shot 1: dog, car", "Shot 2: car, beach")
    assert (first.start, second.end) == ("00:00:00.000", "00:00:05.000")
    assert first.end == second.start == "00:00:02.224"


def test_metadata_is_json_with_all_that_was_found() -> None:
    content = webvtt_metadata(known())
    assert content.count(b"-->") == len(read(content)) == 6
    found = {cue["kind"]: cue for cue in (json.loads(caption.text) for caption in read(content))}
    assert found["text"] == {"kind": "text", "label": AWKWARD, "score": 0.875, "box": [12, 20, 112, 40]}
    assert found["said"]["language"] == "en"
    assert [box["time"] for box in found["object"]["boxes"]] == [180_100 / TICKS, 270_270 / TICKS]


def test_cues_are_in_order_and_last() -> None:
    cues = read(webvtt_metadata(known()))
    starts = [seconds(cue.start) for cue in cues]
    assert starts == sorted(starts)
    assert all(seconds(cue.end) > seconds(cue.start) for cue in cues)


@pytest.mark.parametrize("write", [webvtt, webvtt_chapters, webvtt_metadata])
def test_a_video_of_which_nothing_is_known_gives_an_empty_file(write: object) -> None:
    nothing = known(shots=(), cues=(), tracks=(), tags=(), texts=(), utterances=())
    assert write(nothing) == b"WEBVTT\n"  # type: ignore[operator]
