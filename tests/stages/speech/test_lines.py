"""What is heard of several channels: what their mean loses, and nothing twice."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest

from kits import chunk
from passerby.models.fake import FakeSpeechDetector
from passerby.models.whisper import HeardWord, Passage, Transcription
from passerby.records import Floats, Utterance
from passerby.stages.base import AudioChunk
from passerby.stages.speech.cutter import CHUNK
from passerby.stages.speech.lines import RECALLED, Recall, are_alike, joined
from passerby.stages.speech.stage import SpeechSession, SpeechStage
from passerby.times import Span, TimeBase
from sounds import RATE, noise, silence, tone

BASE = TimeBase(Fraction(1, 1000))


class ToneDetector:
    """Takes what is nearly all of one pitch, and loud enough, for speech."""

    def hear(self, chunk: Floats) -> float:
        power = np.square(np.abs(np.fft.rfft(chunk * np.hanning(CHUNK))))
        at = int(power.argmax())
        return float(power.sum() > 1 and power[max(at - 2, 0) : at + 3].sum() > 0.9 * power.sum())

    def reset(self) -> None:
        """It remembers nothing."""


@dataclass
class PitchTranscriber:
    """Says what pitch it hears most of, in words of one second each."""

    heard: list[Floats] = field(default_factory=list)

    def transcribe(self, samples: Floats, usual: str = "") -> Transcription:
        self.heard.append(samples)
        pitch = round(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples) / 100) * 100
        text = f"pitch-{pitch}"
        return Transcription("en", (Passage(text, 0.0, 1.0, (HeardWord(text, 0.0, 1.0),)),))


def session(transcriber: PitchTranscriber, detector: object = None) -> SpeechSession:
    ear = detector or ToneDetector()
    return SpeechSession(SpeechStage(), ear, lambda: transcriber, BASE)  # type: ignore[arg-type]


def said(*channels: Floats, detector: object = None) -> tuple[list[str], int]:
    """What is told of these channels, and how often somebody listened closely."""
    transcriber = PitchTranscriber()
    hearing = session(transcriber, detector)
    sound = np.stack(channels, axis=1)
    for first in range(0, len(sound), 1000):
        hearing.push(chunk(Fraction(first, RATE), RATE, sound[first : first + 1000]))
    return [utterance.text for utterance in hearing.finish(0)], len(transcriber.heard)


def between(sound: Floats) -> Floats:
    return np.concatenate([silence(2), sound, silence(3)])


def test_opposite_phases_are_heard_and_told_once() -> None:
    voice = between(tone(3, 400))
    assert said(voice, -voice) == (["pitch-400"], 1)
    assert said(voice, -0.9 * voice)[0] == ["pitch-400"]


def test_a_voice_beside_hiss_is_heard() -> None:
    voice = between(tone(3, 400, 0.2))
    assert said(voice, noise(8, 0.2))[0] == ["pitch-400"]


@pytest.mark.parametrize("centre", [0.03, 0.3])
def test_a_voice_in_the_centre_under_noise_all_around_is_heard(centre: float) -> None:
    voice = between(tone(3, 400, centre))
    hiss = noise(len(voice) / RATE, 0.1)
    assert said(hiss, hiss[::-1], voice, 0 * hiss, -hiss, hiss)[0] == ["pitch-400"]


def test_two_who_speak_at_once_each_in_a_channel_are_heard_both() -> None:
    one, other = between(tone(3, 400)), between(tone(3, 900))
    assert sorted(said(one, other, detector=FakeSpeechDetector())[0]) == ["pitch-400", "pitch-900"]
    assert sorted(said(one, 0.3 * other, detector=FakeSpeechDetector())[0]) == ["pitch-400", "pitch-900"]


@pytest.mark.parametrize("other", [1.0, 0.999, 0.5, 0.0])
def test_channels_that_say_the_same_are_listened_to_once(other: float) -> None:
    voice = between(tone(3, 400))
    assert said(voice, np.float32(other) * voice) == (["pitch-400"], 1)


def test_who_speaks_in_turns_is_listened_to_once() -> None:
    one, other = tone(2, 400), tone(2, 900)
    left, right = between(np.concatenate([one, 0 * other])), between(np.concatenate([0 * one, other]))
    assert said(left, right)[1] == 1


def test_one_channel_alone_opens_no_further_ear() -> None:
    transcriber = PitchTranscriber()
    plain, several = session(transcriber), session(transcriber)
    voice = between(tone(3, 400))
    plain.push(chunk(Fraction(0), RATE, voice))
    several.push(AudioChunk(Fraction(0), RATE, voice, np.stack([voice] * 6, axis=1)))
    assert plain.finish(0) == several.finish(0)
    assert len(several.transcripts()) == 1
    one, other = transcriber.heard
    np.testing.assert_array_equal(one, other)


def test_channels_that_part_later_and_change_their_number_are_heard() -> None:
    transcriber = PitchTranscriber()
    hearing = session(transcriber)
    voice, quiet = between(tone(3, 400)), silence(8)
    for number, channels in enumerate([(quiet, quiet), (voice, -voice), (voice,), (quiet, voice, -voice)]):
        hearing.push(chunk(Fraction(8 * number), RATE, np.stack(channels, axis=1)))
    assert [round(BASE.seconds(one.span.start)) for one in hearing.finish(0)] == [10, 18, 26]


def test_each_line_is_told_by_itself_for_who_searches_it_for_names() -> None:
    hearing = session(PitchTranscriber())
    voice = between(tone(3, 400))
    hearing.push(chunk(Fraction(0), RATE, np.stack([voice, -voice], axis=1)))
    assert [[one.text for one in line.utterances] for line in hearing.transcripts()] == [[], ["pitch-400"], []]


def test_a_minute_is_recalled_and_no_more() -> None:
    recall = Recall()
    for second in range(200):
        recall.push(Fraction(second), np.full(RATE, second, np.float32))
    held = sum(len(samples) for _, samples in recall._parts)
    assert RECALLED <= held < RECALLED + RATE
    assert recall.at(Fraction(399, 2), RATE).tolist() == [199.0] * (RATE // 2) + [0.0] * (RATE // 2)
    assert not recall.at(Fraction(1), RATE).any()


def test_hardly_other_channels_are_alike() -> None:
    sound = noise(1)[:, None]
    assert are_alike(sound)
    assert are_alike(np.hstack([sound, sound + 5e-4]))
    assert not are_alike(np.hstack([sound, -sound]))
    assert are_alike(np.zeros((0, 2), np.float32))


def utterance(text: str, start: int, end: int) -> Utterance:
    return Utterance(text, Span(start, end), "en", ())


def test_the_same_words_at_the_same_time_are_told_once_as_one_channel_tells_them() -> None:
    mean = [utterance("My name is John.", 0, 10), utterance("Good bye.", 30, 40)]
    left = [utterance("Hello, my name is Joan.", 0, 12)]
    right = [utterance("hello my name is Joan", 1, 12), utterance("my name is Joan", 20, 25)]
    assert [(one.text, one.span.start) for one in joined(mean, [left, right])] == [
        ("Hello, my name is Joan.", 0),
        ("my name is Joan", 20),
        ("Good bye.", 30),
    ]
    assert joined(mean, [[], []]) == mean
