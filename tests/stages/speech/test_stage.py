"""The stage with fakes: from chunks of sound to utterances with exact times."""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pytest

from kits import chunk
from passerby.models.fake import FakeSpeechDetector, FakeTranscriber
from passerby.models.whisper import HeardWord, Passage, Transcription
from passerby.records import Floats, Utterance
from passerby.stages.speech.stage import SpeechSession, SpeechStage, Transcriber
from passerby.times import TimeBase
from sounds import RATE, silence, tone

BASE = TimeBase(Fraction(1, 90_000))


def said(sound: Floats, transcriber: Transcriber | None = None, start: Fraction = Fraction(0)) -> list[Utterance]:
    session = SpeechSession(SpeechStage(), FakeSpeechDetector(), lambda: transcriber or FakeTranscriber(), BASE)
    for first in range(0, len(sound), 1024):
        session.push(chunk(start + Fraction(first, RATE), RATE, sound[first : first + 1024]))
    return session.finish(0)


def test_words_have_the_times_of_their_sound() -> None:
    sound = np.concatenate([silence(3), tone(0.5), silence(4), tone(0.5), silence(2)])
    first, second = said(sound, start=Fraction(1, 7))
    for utterance, at in ((first, 3), (second, 7.5)):
        (word,) = utterance.words
        assert utterance.span == word.span
        assert BASE.seconds(word.span.start) == pytest.approx(at + 1 / 7, abs=0.01)
        assert BASE.seconds(word.span.end) == pytest.approx(at + 0.5 + 1 / 7, abs=0.01)
    assert (first.text, first.language) == ("one", "en")


def test_silence_opens_no_large_model() -> None:
    def opened() -> Transcriber:
        raise AssertionError("opened")

    session = SpeechSession(SpeechStage(), FakeSpeechDetector(), opened, BASE)
    for second in range(120):
        session.push(chunk(Fraction(second), RATE, silence(1)))
    assert session.finish(0) == []


def test_no_sound_gives_nothing() -> None:
    assert said(silence(0)) == []


def test_any_rate_gives_the_same() -> None:
    sound = np.concatenate([silence(2), tone(2), silence(2)])
    slow, fast = (
        SpeechSession(SpeechStage(), FakeSpeechDetector(), FakeTranscriber, BASE),
        SpeechSession(SpeechStage(), FakeSpeechDetector(), FakeTranscriber, BASE),
    )
    slow.push(chunk(Fraction(0), 8000, sound[::2]))
    fast.push(chunk(Fraction(0), 48_000, np.repeat(sound, 3)))
    (one,), (other,) = slow.finish(0), fast.finish(0)
    assert one.text == other.text
    assert abs(one.span.start - other.span.start) < 900


@dataclass
class Scripted:
    """Answers the same each time, and remembers what language it was told."""

    answer: Transcription
    told: list[str] = field(default_factory=list)

    def transcribe(self, samples: Floats, usual: str = "") -> Transcription:
        self.told.append(usual)
        return self.answer


def test_the_language_of_a_piece_is_told_with_the_next() -> None:
    scripted = Scripted(Transcription("pt", ()))
    said(np.concatenate([tone(1), silence(3), tone(1), silence(3)]), scripted)
    assert scripted.told == ["", "pt"]


def test_times_beyond_the_piece_are_brought_within_it() -> None:
    words = (HeardWord("a", -1.0, 0.5), HeardWord("b", 0.6, 0.4), HeardWord("c", 50.0, 60.0))
    scripted = Scripted(Transcription("en", (Passage("a b c", -1.0, 60.0, words),)))
    (utterance,) = said(np.concatenate([tone(2), silence(3)]), scripted)
    assert [word.span.length >= 0 for word in utterance.words] == [True] * 3
    assert BASE.seconds(utterance.span.end) < 3
    assert utterance.span.start == 0


def test_what_is_doubtful_is_not_told_but_heard_and_a_piece_without_more_is_unclear() -> None:
    words = (HeardWord("a", 0.5, 1.0),)
    scripted = Scripted(Transcription("en", (Passage("a", 0.5, 1.0, words, doubtful=True),)))
    session = SpeechSession(SpeechStage(), FakeSpeechDetector(), lambda: scripted, BASE)
    session.push(chunk(Fraction(0), RATE, np.concatenate([silence(3), tone(2), silence(3)])))
    assert session.finish(0) == []
    (heard,) = session.transcripts()
    assert [one.text for one in heard.utterances] == ["a"]
    (span,) = heard.unclear
    assert BASE.seconds(span.start) == pytest.approx(2.7, abs=0.05)
    assert BASE.seconds(span.end) == pytest.approx(5.3, abs=0.05)


def test_a_passage_without_words_keeps_its_own_times() -> None:
    scripted = Scripted(Transcription("en", (Passage("hm", 0.5, 1.0, ()),)))
    (utterance,) = said(np.concatenate([tone(2), silence(3)]), scripted)
    assert (BASE.seconds(utterance.span.start), BASE.seconds(utterance.span.end)) == (0.5, 1.0)
