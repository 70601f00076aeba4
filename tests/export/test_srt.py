"""SubRip captions, read back with webvtt-py."""

import io

import webvtt as reader

from knowns import known, said
from passerby.export.srt import srt


def test_captions_are_what_is_said_at_its_times() -> None:
    content = srt(known(utterances=(said("later", 270_270), said("a & b, c --> d", 90_001))))
    first, second = reader.from_buffer(io.BytesIO(content), format="srt").captions
    assert (first.text, first.start, first.end) == ("a & b, c --> d", "00:00:01.000", "00:00:04.000")
    assert (second.text, second.start, second.end) == ("later", "00:00:03.003", "00:00:03.503")


def test_without_speech_it_is_empty() -> None:
    assert srt(known(utterances=())) == b""
