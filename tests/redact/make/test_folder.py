"""Folders: the structure is kept, and what fails fails alone."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clips import make_clip
from fake_models import FACE, FakeModels
from passerby.errors import MissingModelError, OutputError, UsageError
from passerby.executors.threads import ThreadExecutor
from passerby.progress import Progress
from passerby.records import Pixels
from passerby.redact.make.copy_job import FileResult
from passerby.redact.make.folder import redact_folder
from passerby.redact.make.folder_record import RECORD
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import Policy
from subtitled import with_subtitles


def face(index: int) -> Pixels:
    picture = np.full((96, 128, 3), 120, np.uint8)
    picture[30:60, 40:70] = FACE
    return picture


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "a.mp4", size=(128, 96), frames=6, picture=face, numbered=False)


@pytest.fixture
def folder(tmp_path: Path, clip: Path) -> Path:
    """Two videos, one of them in a folder of its own, and something else."""
    below = tmp_path / "in" / "day 1"
    below.mkdir(parents=True)
    shutil.copy(clip, tmp_path / "in" / "a.mp4")
    shutil.copy(clip, below / "b.mp4")
    (below / "notes.txt").write_text("no video")
    return tmp_path / "in"


def redact(
    source: Path,
    target: Path,
    *,
    models: Any = None,
    jobs: int = 1,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    **options: Any,
) -> list[FileResult]:
    request = Request(source, target, options.pop("policy", Policy()), **options)
    run = ThreadExecutor(jobs, on_progress).run
    return list(redact_folder(request, models or FakeModels(), run, tries_again=False))


def files(folder: Path) -> set[str]:
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return found - {RECORD}


COPIES = {"a.mp4", "a.mp4.plan.json", "day 1/b.mp4", "day 1/b.mp4.plan.json"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_video_has_its_copy_at_the_same_place(folder: Path, tmp_path: Path, jobs: int) -> None:
    results = redact(folder, tmp_path / "new" / "out", jobs=jobs)
    assert sorted(result.source.name for result in results) == ["a.mp4", "b.mp4"]
    assert all(result.error is None and result.redacted is not None for result in results)
    assert files(tmp_path / "new" / "out") == COPIES


def test_a_file_that_fails_costs_no_other_one(folder: Path, tmp_path: Path) -> None:
    (folder / "0 broken.mp4").write_bytes(b"no video at all")
    results = {result.source.name: result for result in redact(folder, tmp_path / "out")}
    assert "0 broken.mp4" in str(results["0 broken.mp4"].error)
    assert results["a.mp4"].redacted is not None
    assert files(tmp_path / "out") == COPIES


def test_an_error_that_nobody_foresaw_costs_no_other_file(folder: Path, tmp_path: Path) -> None:
    def stumble(progress: Progress) -> None:
        if progress.path.name == "a.mp4" and progress.step == "writing":
            raise ZeroDivisionError

    results = {result.source.name: result for result in redact(folder, tmp_path / "out", on_progress=stumble)}
    assert isinstance(results["a.mp4"].error, ZeroDivisionError)
    assert files(tmp_path / "out") == {"day 1/b.mp4", "day 1/b.mp4.plan.json"}


def test_a_copy_that_is_there_is_refused_and_kept_without_overwrite(folder: Path, tmp_path: Path) -> None:
    there = tmp_path / "out" / "a.mp4"
    there.parent.mkdir()
    there.write_text("mine")
    results = {result.source.name: result for result in redact(folder, tmp_path / "out")}
    assert "--overwrite" in str(results["a.mp4"].error)
    assert there.read_text() == "mine"
    assert results["b.mp4"].redacted is not None
    assert all(result.redacted is not None for result in redact(folder, tmp_path / "out", overwrite=True))
    assert there.stat().st_size > 4


def test_what_was_made_before_in_the_same_way_is_not_made_again(folder: Path, tmp_path: Path, clip: Path) -> None:
    out = tmp_path / "out"
    Image.fromarray(face(0)).save(folder / "c.png")
    planned: list[int] = []
    request = Request(folder, out, Policy())
    run = ThreadExecutor(1, lambda progress: None).run

    def again(**changes: Any) -> dict[str, FileResult]:
        made = redact_folder(
            replace(request, **changes), FakeModels(), run, tries_again=False, on_planned=planned.append
        )
        return {result.source.name: result for result in made}

    (folder / "day 1" / "b.mp4").rename(tmp_path / "b.mp4")
    assert all(result.redacted for result in again().values())
    (tmp_path / "b.mp4").rename(folder / "day 1" / "b.mp4")  # as if somebody had ended the first run before it
    second = again()
    assert [second[name].made_before for name in ("a.mp4", "b.mp4", "c.png")] == [True, False, True]
    assert second["b.mp4"].redacted is not None
    assert planned == [2, 1]
    other_wishes = again(policy=Policy(style="blur"))
    assert all("--overwrite" in str(result.error) for result in other_wishes.values())
    (folder / "a.mp4").write_bytes(clip.read_bytes() + bytes(8))  # another original
    with (out / "c.png").open("ab") as copy:
        copy.write(b"x")  # no longer what was made
    third = again()
    assert [third[name].made_before for name in ("a.mp4", "b.mp4", "c.png")] == [False, True, False]
    assert all("--overwrite" in str(third[name].error) for name in ("a.mp4", "c.png"))
    (out / RECORD).write_text((out / RECORD).read_text()[:-20])  # killed while it was written
    assert not again()["b.mp4"].made_before


def test_several_that_are_named(folder: Path, tmp_path: Path, clip: Path) -> None:
    out, alone = tmp_path / "out", tmp_path / "alone.avi"
    make_clip(alone, size=(128, 96), frames=3)
    run = ThreadExecutor(1, lambda progress: None).run
    made = list(
        redact_folder(
            Request(folder, out, Policy(hide=())), FakeModels(), run, tries_again=False, sources=(folder, alone)
        )
    )
    assert [str(result.error) for result in made if result.error] == []
    assert {str(result.copy.relative_to(out)) for result in made if result.copy} == {
        "in/a.mp4",
        "in/day 1/b.mp4",
        "alone.mp4",
    }
    same_name = (folder / "a.mp4", Path(shutil.copy(clip, tmp_path / "a.mp4")))
    with pytest.raises(UsageError, match="its copy would have the name of that of"):
        list(redact_folder(Request(folder, out, Policy()), FakeModels(), run, tries_again=False, sources=same_name))


def test_copies_inside_of_the_source_are_not_copied_again(folder: Path) -> None:
    assert len(redact(folder, folder / "safe")) == 2
    again = redact(folder, folder / "safe", overwrite=True)
    assert sorted(result.source.name for result in again) == ["a.mp4", "b.mp4"]
    assert files(folder / "safe") == COPIES


@pytest.mark.parametrize("target", ["in", ".", "in/a.mp4"])
def test_a_target_that_could_hurt_an_original_is_refused(folder: Path, target: str) -> None:
    before = files(folder)
    with pytest.raises(UsageError, match="folder"):
        redact(folder, folder.parent / target)
    assert files(folder) == before


def test_still_images_have_copies_too(folder: Path, tmp_path: Path) -> None:
    Image.fromarray(face(0)).save(folder / "day 1" / "c.PNG")
    results = redact(folder, tmp_path / "out", jobs=2)
    assert all(result.redacted is not None for result in results)
    assert files(tmp_path / "out") == COPIES | {"day 1/c.PNG"}


def test_copies_have_endings_that_can_be_written_and_names_of_their_own(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("a.avi", "a.ts", "a.MP4", "b.mov", "c.gif", "d.mkv", "e.avi"):
        make_clip(source / name, size=(128, 96), frames=3)
    results = {result.source.name: result for result in redact(source, tmp_path / "out", policy=Policy(hide=()))}
    assert [str(result.error) for result in results.values() if result.error] == []
    copies = {name: result.copy.name for name, result in results.items() if result.copy is not None}
    assert copies == {
        "a.avi": "a.avi.mp4",
        "a.ts": "a.ts.mp4",
        "a.MP4": "a.MP4",
        "b.mov": "b.mov",
        "c.gif": "c.mp4",
        "d.mkv": "d.mkv",
        "e.avi": "e.mp4",
    }
    assert files(tmp_path / "out") == {name for copy in copies.values() for name in (copy, f"{copy}.plan.json")}


def test_a_copy_has_the_ending_that_what_is_kept_needs(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    titled = with_subtitles(make_clip(tmp_path / "plain.mp4", frames=3), tmp_path / "titled.mkv")
    (tmp_path / "in" / "titled.nut").write_bytes(titled.read_bytes())  # what it is is told by its content
    (result,) = redact(tmp_path / "in", tmp_path / "out", policy=Policy(hide=(), keep_streams=("subtitles",)))
    assert result.error is None
    assert files(tmp_path / "out") == {"titled.mkv", "titled.mkv.plan.json"}


def test_what_a_kind_of_file_cannot_say_is_written_to_another(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    wide = make_clip(tmp_path / "wide.mkv", size=(96, 64), frames=3, sample_aspect=Fraction(4, 3))
    wide.rename(tmp_path / "in" / "wide.webm")
    (result,) = redact(tmp_path / "in", tmp_path / "out", policy=Policy(hide=()))
    assert result.error is None
    assert files(tmp_path / "out") == {"wide.mp4", "wide.mp4.plan.json"}


def test_no_picture_and_no_film_is_passed_over_in_silence(folder: Path, tmp_path: Path) -> None:
    Image.fromarray(face(0)).save(folder / "one.jpg")
    shutil.copy(folder / "one.jpg", folder / "scan.dat")
    shutil.copy(folder / "a.mp4", folder / "CLIP.MOD_")
    (folder / "raw.NEF").write_bytes(b"II*\0 a camera's own")
    (folder / "song.m4a").write_bytes(b"\0\0\0\x20ftypM4A \0\0\0\0")
    (folder / "._a.mp4").write_bytes(b"\0\5\x16\7 of a Mac")
    (folder / "._notes.txt").write_bytes(b"\0\5\x16\7 of a Mac")
    (folder / ".Trashes" / "501").mkdir(parents=True)
    shutil.copy(folder / "a.mp4", folder / ".Trashes" / "501")
    (folder / ".git").mkdir()
    (folder / "link").symlink_to(folder / "day 1", target_is_directory=True)
    results = redact(folder, tmp_path / "out", policy=Policy(hide=()))
    told = {str(result.source.relative_to(folder)): result.left_out for result in results}
    assert sorted(name for name, why in told.items() if not why) == ["CLIP.MOD_", "a.mp4", "day 1/b.mp4", "one.jpg"]
    assert sorted(name for name, why in told.items() if why) == [".Trashes", "._a.mp4", "link", "raw.NEF", "scan.dat"]
    assert "hidden folder with films or pictures (1)" in told[".Trashes"]
    assert "macOS" in told["._a.mp4"]
    assert all(result.error is None for result in results)
    assert files(tmp_path / "out") == COPIES | {"one.jpg", "CLIP.mp4", "CLIP.mp4.plan.json"}


def test_a_link_to_itself_costs_that_link_alone(folder: Path, tmp_path: Path) -> None:
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "loop").symlink_to("loop")
    results = redact(folder, tmp_path / "out", policy=Policy(hide=()))
    errors = [str(result.error) for result in results if result.redacted is None]
    assert len(errors) == 1
    assert errors[0].startswith(f"{folder / 'loop.mp4'}: the file cannot be read (Too many levels of symbolic links)")
    assert files(tmp_path / "out") == COPIES


def test_copies_are_not_written_to_a_link_to_itself(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("out")
    results = redact(folder, tmp_path / "out", policy=Policy(hide=()))
    assert {type(result.error) for result in results} == {OutputError}


def test_what_is_asked_of_films_alone_does_not_fail_for_pictures(folder: Path, tmp_path: Path) -> None:
    Image.fromarray(face(0)).save(folder / "one.jpg")
    results = redact(folder, tmp_path / "out", policy=Policy(keep_streams=("chapters",)))
    assert all(result.redacted is not None for result in results)


def test_what_is_about_one_video_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--plan"):
        redact(folder, tmp_path / "out", plan=tmp_path / "plan.json")
    with pytest.raises(UsageError, match="numbers of tracks"):
        redact(folder, tmp_path / "out", policy=Policy(show_tracks=(1,)))


def test_a_folder_without_videos_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(UsageError, match="found none"):
        redact(tmp_path / "in", tmp_path / "out")


def test_a_missing_model_ends_the_run(folder: Path, tmp_path: Path) -> None:
    class NoModels(FakeModels):
        def open(self, name: str, **parameters: Any) -> Any:
            raise MissingModelError("pull it")

    with pytest.raises(MissingModelError, match="pull it"):
        redact(folder, tmp_path / "out", models=NoModels())
    assert files(tmp_path / "out") == set()


def test_what_is_under_way_is_given_up_when_the_run_is_ended(folder: Path, tmp_path: Path) -> None:
    request = Request(folder, tmp_path / "out", Policy())
    running = redact_folder(request, FakeModels(), ThreadExecutor(1, lambda progress: None).run, tries_again=False)
    assert next(running).redacted is not None
    running.close()
    assert not any("unfinished" in name for name in files(tmp_path / "out"))
