"""What in a copy, besides its film, lets its audit fail."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audited_clips import FRAMES, SIZE, clip, drawn_face, hiding, original_picture
from fake_models import FakeModels
from muxed import jpeg, muxed, tone
from passerby.media.read.frames import open_video
from passerby.media.write.soundtrack import edited
from passerby.records import Floats, Pixels
from passerby.redact.audit.audit import audit
from passerby.redact.audit.result import Audit
from passerby.redact.plan.plan import Original, Plan
from passerby.redact.plan.policy import Audio, Policy

MUTED = Audio("mute", ((Fraction(2, 5), Fraction(4, 5)),))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An original and a copy with the face hidden."""
    folder = tmp_path_factory.mktemp("films")
    return clip(folder / "original.mp4", original_picture), clip(folder / "safe.mp4", hiding())


def plan_of(film: Path, **policy: Any) -> Plan:
    with open_video(film) as reader:
        base = reader.info.time_base
    ends = base.ticks(Fraction(FRAMES, 25))
    original = Original("original.mp4", "0" * 64, *SIZE, base, FRAMES, ends, "")
    return Plan(original, replace(Policy(), **policy), (), ())


def problems(original: Path, copy: Path, plan: Plan | None = None) -> tuple[str, ...]:
    result: Audit = audit(original, copy, FakeModels(), plan=plan)
    assert not result.leaked
    assert result.failed == bool(result.problems)
    return result.problems


def sound(channels: int = 2) -> Floats:
    return np.repeat(tone(FRAMES / 25)[:, None], channels, axis=1)


def muted(samples: Floats) -> Floats:
    return edited(samples, Fraction(0), 48_000, "mute", MUTED.spans)


@pytest.mark.parametrize("name", ["copy.mp4", "copy.mkv", "copy.mov"])
def test_a_plain_copy_passes(name: str, films: tuple[Path, Path], tmp_path: Path) -> None:
    assert problems(films[0], muxed(tmp_path / name, films[1])) == ()


@pytest.mark.parametrize("name", ["copy.mp4", "copy.mkv"])
def test_a_second_film_fails(name: str, films: tuple[Path, Path], tmp_path: Path) -> None:
    original, safe = films
    small = clip(tmp_path / "small.mp4", lambda _: _face(), size=(96, 64), frames=12)
    for plan in (None, plan_of(original, keep_streams=("covers", "data"))):
        (told,) = problems(original, muxed(tmp_path / name, safe, films=[small]), plan)
        assert told == "1 further film in it, which nobody compared"


def _face() -> Pixels:
    return np.ascontiguousarray(np.tile(drawn_face(), (1, 2, 1))[:64, :96])


def test_sound_that_was_to_be_dropped_fails(films: tuple[Path, Path], tmp_path: Path) -> None:
    original = muxed(tmp_path / "original.mp4", films[0], sounds=[sound()])
    copy = muxed(tmp_path / "copy.mp4", films[1], sounds=[sound()])
    assert problems(original, copy, plan_of(original)) == ("it has sound, which was to be dropped",)
    assert problems(original, copy, plan_of(original, audio=Audio("keep"))) == ()
    assert problems(original, copy) == ()


def test_sound_that_the_original_has_not_fails(films: tuple[Path, Path], tmp_path: Path) -> None:
    copy = muxed(tmp_path / "copy.mp4", films[1], sounds=[sound()])
    (told,) = problems(films[0], copy)
    assert "sound that the original has not" in told


def test_each_channel_is_silent_where_it_was_muted(films: tuple[Path, Path], tmp_path: Path) -> None:
    turned = sound() * np.array([1, -1], np.float32)
    original = muxed(tmp_path / "original.mp4", films[0], sounds=[turned])
    plan = plan_of(original, audio=MUTED)
    assert problems(original, muxed(tmp_path / "safe.mp4", films[1], sounds=[muted(turned)]), plan) == ()
    (told,) = problems(original, muxed(tmp_path / "copy.mp4", films[1], sounds=[turned]), plan)
    assert "something is heard in 1 of 1 span that were to be muted" in told


KEPT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("subtitles", {"cues": [(0.9, 1.1, "words")]}),
    ("chapters", {"chapters": [(0.9, 1.2, "words")]}),
)


@pytest.mark.parametrize("name", ["copy.mp4", "copy.mkv"])
@pytest.mark.parametrize(("kind", "parts"), KEPT)
def test_what_nobody_asked_to_keep_fails(
    kind: Any, parts: dict[str, Any], name: str, films: tuple[Path, Path], tmp_path: Path
) -> None:
    copy = muxed(tmp_path / name, films[1], **parts)
    for plan in (None, plan_of(films[0])):
        assert problems(films[0], copy, plan) == (f"it holds {kind} that nobody asked to keep",)
    kept = audit(films[0], copy, FakeModels(), plan=plan_of(films[0], keep_streams=(kind,)))
    assert kept.passed
    assert f"kept as asked, and not looked at but over muted sound: {kind}" in kept.notes


@pytest.mark.parametrize("name", ["copy.mp4", "copy.mkv"])
@pytest.mark.parametrize(("kind", "part"), [("subtitles", "cues"), ("chapters", "chapters")])
def test_words_over_a_muted_span_fail_though_they_were_to_be_kept(
    kind: Any, part: str, name: str, films: tuple[Path, Path], tmp_path: Path
) -> None:
    original = muxed(tmp_path / "original.mp4", films[0], sounds=[sound()])
    plan = plan_of(original, audio=MUTED, keep_streams=(kind,))
    over: dict[str, Any] = {part: [(0.0, 0.3, "before"), (0.3, 0.6, "my name is"), (0.9, 1.1, "after")]}
    copy = muxed(tmp_path / name, films[1], sounds=[muted(sound())], **over)
    assert problems(original, copy, plan) == (
        f"its {kind} have words over 1 span of muted sound, the first at 0:00.400",
    )
    blank: dict[str, Any] = {part: [(0.0, 0.3, "before"), (0.3, 0.6, " "), (0.9, 1.1, "after")]}
    assert problems(original, muxed(tmp_path / f"b{name}", films[1], sounds=[muted(sound())], **blank), plan) == ()


def cover(*, shows: bool) -> Pixels:
    picture = original_picture(0).copy()
    if not shows:
        picture = hiding()(0).copy()
    return picture


def test_a_cover_is_compared_if_it_was_to_be_kept_and_else_fails(films: tuple[Path, Path], tmp_path: Path) -> None:
    original = muxed(tmp_path / "original.mp4", films[0], cover=cover(shows=True))
    shows = muxed(tmp_path / "shows.mp4", films[1], cover=cover(shows=True))
    hides = muxed(tmp_path / "hides.mp4", films[1], cover=cover(shows=False))
    assert problems(original, hides) == ("it holds a cover picture that nobody asked to keep",)
    plan = plan_of(original, keep_streams=("covers",))
    assert problems(original, hides, plan) == ()
    assert problems(original, shows, plan) == ("1 face in its cover pictures",)
    assert "not those of the original" in problems(films[0], shows, plan)[0]


def test_metadata_fail(films: tuple[Path, Path], tmp_path: Path) -> None:
    import av

    path = tmp_path / "copy.mp4"
    with av.open(str(films[1])) as source, av.open(str(path), "w") as out:
        out.metadata["title"] = "secret words"
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    assert problems(films[0], path) == ("metadata is left in it: title",)


def test_unused_parts_fail(films: tuple[Path, Path], tmp_path: Path) -> None:
    path = muxed(tmp_path / "copy.mp4", films[1])
    path.write_bytes(path.read_bytes() + jpeg(original_picture(3)))
    (told,) = problems(films[0], path)
    assert "behind its end: a picture" in told


def test_of_other_kinds_of_files_it_is_said_that_nobody_looked(films: tuple[Path, Path], tmp_path: Path) -> None:
    copy = clip(tmp_path / "copy.avi", hiding(), options={"qscale": "2"})
    found = audit(clip(tmp_path / "original.avi", original_picture), copy, FakeModels())
    assert found.notes[-1] == "nobody looked at whether anything lies in unused parts of the copy (.avi)"
