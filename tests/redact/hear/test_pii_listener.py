"""What is heard in one channel is muted in all."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fake_models import FakeModels
from passerby.media.read.frames import open_video
from passerby.models.fake import FakeTranscriber
from passerby.models.whisper import HeardWord, Passage, Transcription
from passerby.records import Floats
from passerby.redact.make.redacted_video import RedactedVideo, redact_video
from passerby.redact.make.request import Request
from passerby.redact.plan import plan_file
from passerby.redact.plan.policy import Audio, Policy
from passerby.redact.tell.summary import summary
from soundtracks import CHANNELS, Track, film


class NumberSaid(FakeModels):
    """Whoever is heard says a number."""

    def open(self, name: str, **parameters: Any) -> Any:
        return FakeTranscriber(("555 1234 555",)) if name == "speech-base" else super().open(name, **parameters)


@pytest.mark.parametrize(
    "track",
    [
        Track((2, 4), turned_over=1),
        Track((2, 4), layout="5.1", level=0.2, channel=2),
        Track((2, 4), layout="7.1", level=0.2, channel=5),
    ],
    ids=["opposite phases", "the centre alone", "a side alone"],
)
def test_a_number_that_the_mean_of_the_channels_loses_is_muted_in_all_of_them(tmp_path: Path, track: Track) -> None:
    source, target = film(tmp_path / "talk.mkv", track), tmp_path / "safe.mkv"
    made = redact_video(
        Request(source, target, Policy(audio=Audio("mute", pii=True))), NumberSaid(), lambda progress: None
    )
    assert [(round(float(a), 1), round(float(b), 1)) for a, b in made.plan.policy.audio.spans] == [(1.7, 4.3)]
    with open_video(target) as reader:
        sound = np.concatenate([chunk.channels for chunk in reader.read_sound()])
    assert sound.shape[1] == CHANNELS[track.layout]
    assert np.abs(sound[round(1.75 * 48_000) : round(4.25 * 48_000)]).max() < 1e-4


class Unsure:
    """Hears a sure word, if it is told one, and a doubtful number half a second long."""

    def __init__(self, sure: str) -> None:
        self._sure = sure

    def transcribe(self, samples: Floats, usual: str = "") -> Transcription:
        number = Passage("555 1234 555", 1.0, 1.5, (HeardWord("555 1234 555", 1.0, 1.5),), doubtful=True)
        sure = Passage(self._sure, 0.4, 0.5, (HeardWord(self._sure, 0.4, 0.5),))
        return Transcription("en", (sure, number) if self._sure else ())


class UnsureModels(FakeModels):
    def __init__(self, sure: str) -> None:
        super().__init__()
        self._sure = sure

    def open(self, name: str, **parameters: Any) -> Any:
        return Unsure(self._sure) if name == "speech-base" else super().open(name, **parameters)


def muted(tmp_path: Path, sure: str) -> RedactedVideo:
    source = film(tmp_path / "talk.mkv", Track((2, 4)))
    request = Request(source, tmp_path / "safe.mp4", Policy(audio=Audio("mute", pii=True)))
    return redact_video(request, UnsureModels(sure), lambda progress: None)


def spans(made: RedactedVideo) -> list[tuple[float, float]]:
    return [(round(float(a), 1), round(float(b), 1)) for a, b in made.plan.policy.audio.spans]


def test_a_number_in_a_doubtful_sentence_is_muted(tmp_path: Path) -> None:
    made = muted(tmp_path, "Well.")
    assert spans(made) == [(2.4, 3.5)]
    assert not [line for line in summary(made) if "nobody understood" in line]


def test_speech_of_which_nothing_is_understood_is_muted_and_told(tmp_path: Path) -> None:
    made = muted(tmp_path, "")
    assert spans(made) == [(1.7, 4.3)]
    (line,) = [line for line in summary(made) if "nobody understood" in line]
    assert line.startswith("1 span of speech that nobody understood is muted, too: 0:01.")
    kept = plan_file.parse(plan_file.dump(made.plan), "the plan")
    assert len(kept.policy.audio.unclear) == 1
