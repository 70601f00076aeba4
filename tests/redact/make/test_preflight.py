"""What can be refused before the look is: no model is opened, and no file is left."""

import os
import shutil
from collections import namedtuple
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from fake_models import FakeModels
from passerby.errors import MissingModelError, OutputError, PasserbyError, UsageError
from passerby.models.roles import ModelRole
from passerby.redact.make.redacted_video import look_at_video, redact_video
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import Audio, Drawn, Policy, Zone
from subtitled import with_subtitles

SIZE = (160, 90)
BOX = (0, 0, 9, 9)
SECOND, LATE, LONG = (Fraction(0), Fraction(1)), (Fraction(5), Fraction(6)), (Fraction(1), Fraction(6))


class Blind:
    """No model may be opened: what opens one has begun to look."""

    def open(self, name: str, **parameters: Any) -> Any:
        raise AssertionError(f"{name} was opened")

    def name_for(self, role: ModelRole) -> str:
        return FakeModels().name_for(role)

    def weights_hash(self, name: str) -> str:
        raise AssertionError(f"{name} was opened")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", size=SIZE, frames=48, audio="tone")


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "silent.mp4", size=SIZE, frames=48)


def refused(source: Path, target: Path, error: type[PasserbyError], words: str, **options: Any) -> None:
    """See that it is, before any look, and that nothing is left of it."""
    before = sorted(target.parent.iterdir()) if target.parent.is_dir() else None
    with pytest.raises(error, match=words) as raised:
        redact_video(Request(source, target, options.pop("policy", Policy()), **options), Blind(), lambda done: None)
    assert "unfinished" not in str(raised.value)
    assert "rehearsal" not in str(raised.value)
    assert before is None or sorted(target.parent.iterdir()) == before


@pytest.mark.parametrize("name", ["copy.avi", "copy", "-", "copy.gif", "copy.mp4.bak"])
def test_a_name_that_stands_for_no_kind_of_file(name: str, clip: Path, tmp_path: Path) -> None:
    refused(clip, tmp_path / name, UsageError, rf"/{name}: expected a name that ends in \.mp4")


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(zones=(Zone((160, 0, 170, 9)),)), "zone 160,0,170,9: expected a box in the frame, which has 160x90"),
        (Policy(zones=(Zone(BOX, LATE),)), r"zone 0:05\.000: .* which ends at 0:02\.000"),
        (Policy(zones=(Zone(BOX, LONG),)), r"zone 0:06\.000: expected a time in the video"),
        (Policy(drawn=(Drawn(((LATE[0], BOX),)),)), r"drawing 0:05\.000: expected a time in the video"),
        (Policy(drawn=(Drawn(((SECOND[0], (0, 90, 9, 99)),)),)), "drawing 0,90,9,99: expected a box in the frame"),
        (Policy(seconds=LATE), r"--from 0:05\.000: expected a time in the video"),
        (Policy(seconds=LONG), r"--to 0:06\.000: expected a time in the video"),
        (Policy(audio=Audio("mute", (SECOND, LATE))), r"--audio 0:05\.000: expected a time in the video"),
        (Policy(audio=Audio("bleep", (LONG,))), r"--audio 0:06\.000: expected a time in the video"),
    ],
)
def test_places_and_times_that_are_not_in_the_video(policy: Policy, words: str, clip: Path, tmp_path: Path) -> None:
    refused(clip, tmp_path / "copy.mp4", UsageError, words, policy=policy)
    with pytest.raises(UsageError, match=words):
        look_at_video(Request(clip, clip, policy), Blind(), lambda done: None)


def test_spans_of_sound_where_there_is_none(silent: Path, tmp_path: Path) -> None:
    policy = Policy(audio=Audio("mute", (SECOND,)))
    refused(silent, tmp_path / "copy.mp4", UsageError, "silent.mp4: expected sound to mute", policy=policy)


def test_streams_that_the_kind_of_file_does_not_take(tmp_path: Path, clip: Path) -> None:
    titled = with_subtitles(clip, tmp_path / "titled.mkv")
    (tmp_path / "out").mkdir()
    policy = Policy(keep_streams=("subtitles",))
    refused(titled, tmp_path / "out" / "copy.mp4", OutputError, "copy.mp4: .* does not take subtitles", policy=policy)


def test_a_folder_without_room_for_the_copy(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 100))
    refused(clip, tmp_path / "copy.mp4", OutputError, "copy.mp4: expected room for about 0 MB, found 0 MB free")


def test_a_plan_that_cannot_be_written_where_it_belongs(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.mp4.plan.json").mkdir()
    refused(clip, tmp_path / "copy.mp4", UsageError, "found a folder", overwrite=True)
    refused(clip, tmp_path / ("n" * 248 + ".mp4"), UsageError, "expected a shorter name")


def test_a_folder_that_may_not_be_written_to(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path, *arguments: Any) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", denied)
    refused(clip, tmp_path / "copy.mp4", OutputError, "/copy.mp4: cannot be written .Permission denied")


def test_an_audit_that_lacks_its_model(clip: Path, tmp_path: Path) -> None:
    class Missing(Blind):
        def open(self, name: str, **parameters: Any) -> Any:
            raise MissingModelError(f"{name}: passerby models pull {name}")

    request = Request(clip, tmp_path / "copy.mp4", Policy(hide=()), audit=True)
    with pytest.raises(MissingModelError, match="models pull"):
        redact_video(request, Missing(), told_nothing(AssertionError))
    assert not list(tmp_path.iterdir())


def told_nothing(error: type[Exception]) -> Callable[[object], None]:
    def tell(progress: object) -> None:
        raise error(progress)

    return tell


def test_another_size_part_way_is_told_with_its_time_and_the_name_of_the_original(tmp_path: Path) -> None:
    first = make_clip(tmp_path / "a.h264", size=(192, 108), frames=24)
    other = make_clip(tmp_path / "b.h264", size=(144, 192), frames=24)
    joined = tmp_path / "joined.h264"
    joined.write_bytes(first.read_bytes() + other.read_bytes())
    out = tmp_path / "out"
    out.mkdir()
    words = r"joined.h264: expected pictures of one size .* 192x108 .* 144x192 in yuv420p at 0:0\d\.\d+; convert"
    with pytest.raises(OutputError, match=words):
        redact_video(Request(joined, out / "copy.mp4", Policy(hide=())), Blind(), lambda done: None)
    assert not list(out.iterdir())


def test_a_name_that_is_not_utf_8_is_written_with_replacements(clip: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"name_\xff\xe9.mp4")
    shutil.copy(clip, tmp_path / name)
    made = redact_video(
        Request(tmp_path / name, tmp_path / f"copy_{name}", Policy(hide=())), Blind(), lambda done: None
    )
    assert made.plan.original.name == "name_\ufffd\ufffd.mp4"
    assert "name_\ufffd\ufffd.mp4" in made.request.plan_target.read_text("utf-8")
    assert (tmp_path / f"copy_{name}").exists()
