"""What is heard in one channel is muted in all."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fake_models import FakeModels
from passerby.media.frames import open_video
from passerby.models.fake import FakeTranscriber
from passerby.redact.policy import Audio, Policy
from passerby.redact.request import Request
from passerby.redact.run import redact_video
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
