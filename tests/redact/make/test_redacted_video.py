"""One copy from file to file: what is written where, and that nothing is after an error."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import make_clip, truncated
from fake_models import FACE, SIGN, FakeModels, ScriptedDetector
from passerby.errors import DamagedError, DoubtError, LeakError, MediaError, MissingModelError, OutputError, UsageError
from passerby.media.read.frames import AudioChunk, Frame, open_video
from passerby.media.read.probe import probe
from passerby.models.fake import FakeTranscriber
from passerby.records import Pixels
from passerby.redact.audit.face_search import WEAK
from passerby.redact.make import redacted_video as run
from passerby.redact.make.redacted_video import redact_video
from passerby.redact.make.request import Request, needs_look
from passerby.redact.plan.policy import PII, Audio, Policy, parse_audio, parse_until, parse_zone
from passerby.redact.tell.copy import Copy
from passerby.redact.tell.summary import summary, warnings

SIZE = (320, 180)


def face_moves(index: int) -> Pixels:
    """A square that the fake detector takes for a face, over noise that never changes."""
    picture = np.random.default_rng(0).integers(100, 140, (SIZE[1], SIZE[0], 3), np.uint8)
    x = 20 + 4 * index
    picture[60:100, x : x + 36] = FACE
    picture[70:80, x + 8 : x + 28] = (30, 30, 180)  # something for the follower to hold on to
    return picture


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "face.mp4"
    return make_clip(path, size=SIZE, frames=40, picture=face_moves, numbered=False, audio="tone")


def request(clip: Path, target: Path, **options: Any) -> Request:
    return Request(clip, target, options.pop("policy", Policy()), **options)


def redact(asked: Request) -> run.RedactedVideo:
    return redact_video(asked, FakeModels(), lambda progress: None)


def pictures(path: Path) -> list[Pixels]:
    with open_video(path) as reader:
        return [frame.rgb(*SIZE) for frame in reader.read() if isinstance(frame, Frame)]


def shows_face(picture: Pixels) -> bool:
    """Whether the colour of the face is anywhere in a picture."""
    return bool((np.abs(picture.astype(int) - FACE).max(axis=2) < 40).sum() > 20)


def test_a_face_is_hidden_in_every_frame_and_the_original_is_untouched(clip: Path, tmp_path: Path) -> None:
    before = clip.read_bytes()
    made = redact(request(clip, tmp_path / "safe.mp4"))
    originals, copies = pictures(clip), pictures(tmp_path / "safe.mp4")
    assert len(originals) == len(copies) == made.rendered.frames == 40
    assert all(map(shows_face, originals))
    assert not any(map(shows_face, copies))
    assert clip.read_bytes() == before
    assert made.copy_sha256 == hashlib.sha256((tmp_path / "safe.mp4").read_bytes()).hexdigest()


def test_the_plan_gives_the_same_bytes_without_looking(clip: Path, tmp_path: Path) -> None:
    redact(request(clip, tmp_path / "safe.mp4"))
    plan = tmp_path / "safe.mp4.plan.json"
    again = redact_video(request(clip, tmp_path / "again.mp4", plan=plan), Blind(), lambda progress: None)
    assert (tmp_path / "again.mp4").read_bytes() == (tmp_path / "safe.mp4").read_bytes()
    assert (tmp_path / "again.mp4.plan.json").read_bytes() == plan.read_bytes()
    assert again.plan.hidden


class Blind(FakeModels):
    """No model may be opened."""

    def open(self, name: str, **parameters: Any) -> Any:
        raise AssertionError(f"{name} was opened")


def test_an_edited_plan_is_followed(clip: Path, tmp_path: Path) -> None:
    redact(request(clip, tmp_path / "safe.mp4"))
    plan = tmp_path / "safe.mp4.plan.json"
    document = json.loads(plan.read_text())
    document["tracks"][0]["hidden"] = False
    plan.write_text(json.dumps(document))
    redact(request(clip, tmp_path / "open.mp4", plan=plan))
    assert all(map(shows_face, pictures(tmp_path / "open.mp4")))


def test_the_plan_of_another_file_is_refused(clip: Path, tmp_path: Path) -> None:
    redact(request(clip, tmp_path / "safe.mp4"))
    other = make_clip(tmp_path / "other.mp4", size=SIZE, frames=3)
    with pytest.raises(UsageError, match=r"another file, face\.mp4"):
        redact(request(other, tmp_path / "x.mp4", plan=tmp_path / "safe.mp4.plan.json"))


def test_existing_files_are_not_written_over(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "safe.mp4").write_text("mine")
    with pytest.raises(UsageError, match="--overwrite"):
        redact(request(clip, tmp_path / "safe.mp4"))
    assert (tmp_path / "safe.mp4").read_text() == "mine"
    (tmp_path / "safe.mp4").unlink()
    (tmp_path / "safe.mp4.plan.json").write_text("edited")
    with pytest.raises(UsageError, match="plan"):
        redact(request(clip, tmp_path / "safe.mp4"))
    assert (tmp_path / "safe.mp4.plan.json").read_text() == "edited"
    redact(request(clip, tmp_path / "safe.mp4", overwrite=True))
    assert json.loads((tmp_path / "safe.mp4.plan.json").read_text())["plan"] == 1


def test_the_original_is_never_the_target(clip: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.mp4"
    link.symlink_to(clip)
    with pytest.raises(UsageError, match="never takes its place"):
        redact(request(clip, link, overwrite=True))


@pytest.mark.parametrize("step", ["redacted_video.make_plan", "redacted_video.render", "made_copy.publish"])
def test_an_error_in_any_step_leaves_no_file(
    step: str, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise OutputError("the disk is full")

    module, function = step.split(".")
    monkeypatch.setattr(import_module(f"passerby.redact.make.{module}"), function, broken)
    with pytest.raises(OutputError, match="full"):
        redact(request(clip, tmp_path / "safe.mp4"))
    assert not (tmp_path / "safe.mp4").exists()
    assert not list(tmp_path.glob(".*"))


class BlindToTheFace(FakeModels):
    """Redaction, which looks at pictures of this side, sees no face; the audit, which looks at others, does."""

    def open(self, name: str, **parameters: Any) -> Any:
        looks_for_the_audit = parameters.get("threshold") == WEAK
        return super().open(name, **parameters) if looks_for_the_audit else ScriptedDetector(())


def test_a_copy_that_shows_a_face_is_not_written_unless_it_is_to_be_kept(clip: Path, tmp_path: Path) -> None:
    leaky = request(clip, tmp_path / "safe.mp4", audit=True)
    with pytest.raises(
        LeakError, match=r"40 of 40 faces show, .* from 0:00\.000 on; the plan is kept: .*safe"
    ) as failed:
        redact_video(leaky, BlindToTheFace(), lambda progress: None)
    assert [path.name for path in tmp_path.iterdir()] == ["safe.mp4.plan.json"]
    found = failed.value.found
    assert isinstance(found, run.RedactedVideo)
    assert (found.is_kept, found.is_leaky) == (False, True)
    again = replace(leaky, plan=tmp_path / "safe.mp4.plan.json", keep_leaky=True)
    made = redact_video(again, BlindToTheFace(), lambda progress: None)
    assert (made.is_kept, made.is_leaky) == (True, True)
    assert (tmp_path / "safe.mp4").exists()


def test_no_copy_is_made_where_a_person_should_look_first_if_that_is_asked_for(clip: Path, tmp_path: Path) -> None:
    doubtful = request(clip, tmp_path / "safe.mp4", audit=True, leave_doubtful=True)
    with pytest.raises(DoubtError, match=r"face\.mp4: no copy .* \(nothing was found to hide\); .*--plan"):
        redact_video(doubtful, BlindToTheFace(), lambda progress: None)
    assert [path.name for path in tmp_path.iterdir()] == ["safe.mp4.plan.json"]
    assert redact(replace(doubtful, target=tmp_path / "sure.mp4")).is_kept


def test_a_copy_that_shows_faces_on_purpose_is_written_and_says_so(clip: Path, tmp_path: Path) -> None:
    only = Policy(hide=("screens",))
    made = redact(request(clip, tmp_path / "safe.mp4", policy=only, audit=True))
    assert made.audit is not None
    assert made.audit.state == "shows_on_purpose"
    line = next(line for line in summary(made) if line.startswith("audit: "))
    assert line.startswith("audit: passed, but shows faces on purpose: ")
    assert "no face was to be hidden: shows 1 face on purpose, 0:00.000-" in line


def test_the_summary_says_that_nothing_was_audited_and_what_time_is_not_hidden(clip: Path, tmp_path: Path) -> None:
    policy = Policy(seconds=(Fraction(0), Fraction(1, 2)))
    made = redact(request(clip, tmp_path / "safe.mp4", policy=policy))
    lines = summary(made)
    assert "audit: not audited; see `passerby audit`" in lines
    told = "hidden only from 0:00.000 to 0:00.500: the rest of the video shows all that the original shows"
    assert told in lines
    assert "nothing is hidden but from 0:00.000 to 0:00.500" in warnings(made.plan)
    assert Copy.of(made).document()["state"] == "not_audited"
    since = redact(request(clip, tmp_path / "since.mp4", policy=Policy(seconds=parse_until("0.5", None))))
    assert any(line.startswith("hidden only from 0:00.500 to the end") for line in summary(since))


def test_a_copy_of_odd_sides_passes_its_audit_and_plays_on_phones(tmp_path: Path) -> None:
    size = (SIZE[0] - 1, SIZE[1] - 1)
    odd = make_clip(
        tmp_path / "odd.mkv",
        size=size,
        frames=24,
        codec="ffv1",
        pix_fmt="bgr0",
        numbered=False,
        picture=lambda index: face_moves(index)[: size[1], : size[0]],
    )
    made = redact(request(odd, tmp_path / "safe.mp4", audit=True))
    assert made.audit is not None
    assert (made.audit.passed, made.audit.problems) == (True, ())
    assert made.audit.faces >= 20
    info = probe(tmp_path / "safe.mp4")
    assert (info.width, info.height, info.pixel_format) == (*SIZE, "yuv420p")
    assert not any(map(shows_face, pictures(tmp_path / "safe.mp4")))


def test_a_copy_that_shows_none_passes_its_audit(clip: Path, tmp_path: Path) -> None:
    made = redact(request(clip, tmp_path / "safe.mp4", audit=True))
    assert made.audit is not None
    assert made.audit.faces >= 36  # to the last frame that is looked at
    assert made.audit.passed


def test_a_broken_tail_is_an_error_unless_it_is_allowed(tmp_path: Path) -> None:
    options = {"g": "6"}
    whole = make_clip(tmp_path / "whole.ts", size=SIZE, frames=72, picture=face_moves_slowly, options=options)
    broken = truncated(whole, tmp_path / "broken.ts", 0.7)
    with pytest.raises(DamagedError, match="--allow-truncated"):
        redact(request(broken, tmp_path / "safe.mp4"))
    assert not (tmp_path / "safe.mp4").exists()
    made = redact(request(broken, tmp_path / "safe.mp4", allow_truncated=True))
    assert made.plan.original.damage
    assert not any(map(shows_face, pictures(tmp_path / "safe.mp4")))


def face_moves_slowly(index: int) -> Pixels:
    return face_moves(index // 2)


def test_no_video_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(MediaError):
        redact(request(tmp_path / "text.mp4", tmp_path / "safe.mp4"))
    assert [path.name for path in tmp_path.iterdir()] == ["text.mp4"]


def test_zones_hide_where_nothing_was_found(tmp_path: Path) -> None:
    empty = make_clip(tmp_path / "empty.mp4", size=SIZE, frames=12)
    made = redact(request(empty, tmp_path / "safe.mp4", policy=Policy(zones=(parse_zone("40,40,80,80"),))))
    assert made.rendered.hidden_frames == 12
    assert all(picture[44:76, 44:76].max() < 24 for picture in pictures(tmp_path / "safe.mp4"))


def test_a_run_that_is_killed_leaves_no_copy(clip: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "passerby", "redact", str(clip), "-o", str(tmp_path / "safe.mp4"), "--hide", "screens"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    unfinished = tmp_path / ".safe.unfinished.mp4"
    while not unfinished.exists() and process.poll() is None:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "safe.mp4").exists()
    redact(request(clip, tmp_path / "safe.mp4"))
    assert not unfinished.exists()


class NumberSaid(FakeModels):
    """Whoever is heard says a number."""

    def open(self, name: str, **parameters: Any) -> Any:
        return FakeTranscriber(("Call", "555", "1234", "now")) if name == "speech-base" else super().open(name)


def loudness(path: Path) -> list[float]:
    """The root mean square of the sound of each tenth of a second."""
    with open_video(path) as reader:
        sound = np.concatenate([item.samples for item in reader.read() if isinstance(item, AudioChunk)])
    tenths = sound[: len(sound) // 4800 * 4800].reshape(-1, 4800)
    return [float(level) for level in np.sqrt(np.square(tenths).mean(axis=1))]


def test_numbers_that_are_said_are_muted_where_they_are_said(tmp_path: Path) -> None:
    talk = make_clip(tmp_path / "talk.mp4", size=SIZE, frames=16, rate=4, audio="tone")
    asked = request(talk, tmp_path / "safe.mp4", policy=Policy(audio=Audio("mute", pii=True)))
    made = redact_video(asked, NumberSaid(), lambda progress: None)
    levels = loudness(tmp_path / "safe.mp4")
    assert max(levels[8:32]) < 0.01  # from the second word to the end of the third, with margins
    assert min(levels[1:6]) > 0.2
    assert min(levels[34:39]) > 0.2
    ((start, end),) = made.plan.policy.audio.spans
    assert (float(start), float(end)) == pytest.approx((0.7, 3.3), abs=0.05)
    assert [name for name, _ in made.plan.models][-2:] == ["silero", "speech-base"]
    again = request(talk, tmp_path / "again.mp4", plan=tmp_path / "safe.mp4.plan.json", policy=made.plan.policy)
    redact_video(again, Blind(), lambda progress: None)
    assert (tmp_path / "again.mp4").read_bytes() == (tmp_path / "safe.mp4").read_bytes()


class NumberOnSign:
    """Reads a phone number on what is high, and nothing of anybody on what is flat."""

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [("+44 20 7946 0958" if crop.shape[0] > 20 else "Welcome", 0.9) for crop in crops]


class NumbersEverywhere(NumberSaid):
    def open(self, name: str, **parameters: Any) -> Any:
        return NumberOnSign() if name == "ppocr-rec" else super().open(name, **parameters)


def test_what_tells_of_somebody_is_hidden_and_muted_as_the_command_line_asks(tmp_path: Path) -> None:
    """``passerby redact talk.mp4 --hide text=pii --audio mute=pii``"""
    high, flat = (slice(30, 70), slice(40, 200)), (slice(120, 134), slice(40, 200))

    def signs(index: int) -> Pixels:
        picture = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
        picture[high] = picture[flat] = SIGN
        return picture

    talk = make_clip(tmp_path / "talk.mp4", size=SIZE, frames=16, rate=4, picture=signs, numbered=False, audio="tone")
    policy = Policy(hide=("text",), text_pattern=PII, audio=parse_audio("mute=pii"))
    redact_video(request(talk, tmp_path / "safe.mp4", policy=policy), NumbersEverywhere(), lambda progress: None)
    copies = pictures(tmp_path / "safe.mp4")
    assert len(copies) == 16
    assert all(picture[high].max() < 30 for picture in copies)
    assert all(np.abs(picture[flat].astype(int) - SIGN).mean() < 30 for picture in copies)
    levels = loudness(tmp_path / "safe.mp4")
    assert max(levels[8:32]) < 0.01
    assert min(levels[1:6]) > 0.2


def test_nothing_said_is_muted_and_warned_of(tmp_path: Path) -> None:
    quiet = make_clip(tmp_path / "quiet.mp4", size=SIZE, frames=8, rate=4, audio="silence")
    asked = request(quiet, tmp_path / "safe.mp4", policy=Policy(audio=Audio("mute", pii=True)))
    made = redact_video(asked, NumberSaid(), lambda progress: None)
    assert made.plan.policy.audio.spans == ()
    assert any("nothing was heard" in warning for warning in warnings(made.plan))


def test_a_video_without_sound_needs_no_ear(tmp_path: Path) -> None:
    silent = make_clip(tmp_path / "silent.mp4", size=SIZE, frames=8, rate=4)
    asked = request(silent, tmp_path / "safe.mp4", policy=Policy(audio=Audio("mute", pii=True)))
    assert "speech-base" not in dict(redact(asked).plan.models)


def test_a_model_that_is_missing_leaves_no_copy(tmp_path: Path) -> None:
    class Missing(FakeModels):
        def open(self, name: str, **parameters: Any) -> Any:
            if name == "speech-base":
                raise MissingModelError("speech-base: passerby models pull speech-base")
            return super().open(name, **parameters)

    talk = make_clip(tmp_path / "talk.mp4", size=SIZE, frames=8, rate=4, audio="silence")
    asked = request(talk, tmp_path / "safe.mp4", policy=Policy(audio=Audio("mute", pii=True)))
    with pytest.raises(MissingModelError, match="models pull"):
        redact_video(asked, Missing(), lambda progress: None)
    assert [path.name for path in tmp_path.iterdir()] == ["talk.mp4"]


def test_a_plan_that_is_given_cannot_be_asked_to_listen() -> None:
    assert needs_look({"audio": Audio("mute", pii=True)}) == ["audio"]
    assert needs_look({"audio": Audio("mute"), "style": "blur"}) == []
