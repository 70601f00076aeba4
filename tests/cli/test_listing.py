"""`passerby list` and `labels`: what is in a library, in an order, and as wide as the terminal."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from cli.conftest import call_passerby, command_line, environment, run_passerby
from clips import make_clip
from libraries import add, add_file, track
from passerby.cli.output import fit
from passerby.store.library import open_store


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three videos: of 4, 12 and 8 seconds, with a car in two of them."""
    path = tmp_path_factory.mktemp("listed") / "library"
    with open_store(path, create=True) as store:
        add(store, "market.mp4", 1, objects=[track("car", 0)])
        add(store, "a very long name of a harbour at night.mp4", 3, objects=[track("car", 0), track("boat", 1)])
        add(store, "Beach.mp4", 2)
    return path


def names(library: Path, *arguments: object) -> list[str]:
    return [
        video["name"].split(".")[0].split()[-1]
        for video in call_passerby(library, "list", "--json", *arguments).document["videos"]
    ]


def test_videos_are_listed_as_they_were_added_or_by_what_is_asked(library: Path) -> None:
    assert names(library) == ["market", "night", "Beach"]
    assert names(library, "--reverse") == ["Beach", "night", "market"]
    assert names(library, "--sort", "length") == ["market", "Beach", "night"]
    assert names(library, "--sort", "name", "--limit", 2) == ["night", "Beach"]
    assert names(library, "harbour") == ["night"]
    assert names(library, "--label", "car", "--label", "boat") == ["night"]
    assert names(library, "--missing") == ["market", "night", "Beach"]
    assert call_passerby(library, "list", "--limit", 1).out.splitlines()[-1] == "1 of 3 videos"


def test_labels_are_counted(library: Path) -> None:
    assert call_passerby(library, "labels").out.splitlines() == ["LABEL  VIDEOS", "car    2", "boat   1"]
    assert call_passerby(library, "labels", "--json").document == {
        "labels": [{"label": "car", "videos": 2}, {"label": "boat", "videos": 1}]
    }
    assert "a very long" in call_passerby(library, "search", "--label", "Boat").out
    unknown = call_passerby(library, "search", "--label", "cars")
    assert (unknown.code, unknown.err) == (0, "passerby: no video has the label 'cars'; do you mean car?\n")


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (101, ["ID", "LENGTH", "RECORDED", "SIZE", "PICTURE", "STATUS", "NAME"]),
        (80, ["ID", "LENGTH", "STATUS", "NAME"]),
        (60, ["ID", "LENGTH", "STATUS", "NAME"]),
    ],
)
def test_a_table_fits_the_terminal_and_is_whole_elsewhere(library: Path, width: int, head: list[str]) -> None:
    assert "a very long name of a harbour at night.mp4" in call_passerby(library, "list").out
    ours, theirs = pty.openpty()
    shown = subprocess.run(
        command_line(library, "list"),
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment() | {"COLUMNS": str(width)},
        check=True,
    )
    os.close(theirs)
    lines = os.read(ours, 10_000).decode().splitlines()
    os.close(ours)
    assert shown.stderr == b""
    assert lines[0].split() == head
    assert max(map(len, lines)) <= width
    assert any(line.endswith("…") for line in lines) == (width == 60)


def test_what_is_near_is_told_where_nothing_is_found(library: Path) -> None:
    found = call_passerby(library, "search", "boa")
    assert (found.code, found.out) == (0, "no moment found\n")
    assert found.err == "passerby: what is there, and spelled like it: boat\n"
    assert call_passerby(library, "search", "asian", "boa").err.count("spelled like it") == 1
    assert "spelled like it" not in call_passerby(library, "search", "asian").err


def test_what_cannot_be_printed_is_told_in_words(library: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        ended = subprocess.run(
            command_line(library, "list"), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert ended.stderr.decode().splitlines()[0] == (
        "passerby: the output: expected it to be read or written, found: No space left on device"
    )


def test_a_line_is_cut_by_what_is_shown_of_it() -> None:
    assert fit("東京タワー", 6) == "東京…"
    assert fit("東京", 4) == "東京"
    assert fit("abc", None) == "abc"


def test_doctor_tells_of_files_that_are_gone_of_settings_and_of_what_is_not_here(library: Path, tmp_path: Path) -> None:
    found = run_passerby(library, "doctor", "--json", provider="gpu", models_dir=tmp_path / "none")
    assert found.code == 1
    told = [problem["text"] for problem in found.document["problems"]]
    assert any(text.startswith("3 videos without a file: /footage/market.mp4, ") for text in told)
    assert any("gpu" in text for text in told)
    machine = found.document["machine"]
    assert "nanodet-plus" in machine["models not here"]
    assert "GB free of" in machine["disk"]
    assert "serve" in f"{machine['extras']}, {machine['extras not here']}"
    assert "3 videos" in call_passerby(library, "doctor").out


def test_several_videos_are_forgotten_and_those_whose_file_is_gone(tmp_path: Path) -> None:
    there = tmp_path / "there.mp4"
    there.write_bytes(b"x")
    with open_store(tmp_path / "library", create=True) as store:
        for name in ("a.mp4", "b.mp4", "c.mp4"):
            add(store, name, 1)
        kept = add_file(store, make_clip(there, size=(64, 48), frames=6, rate=12))
    some = call_passerby(tmp_path / "library", "forget", "a.mp4", "none.mp4", "b.mp4")
    assert (some.code, some.out.count("forgotten: ")) == (1, 2)
    assert "none.mp4: no video is called so" in some.err
    assert call_passerby(tmp_path / "library", "forget", "--missing").out.startswith("forgotten: c.mp4")
    assert [video["id"] for video in call_passerby(tmp_path / "library", "list", "--json").document["videos"]] == [kept]
    assert call_passerby(tmp_path / "library", "forget", "--missing").out == "no video's file is gone\n"
    assert call_passerby(tmp_path / "library", "forget").code == 2


def test_a_search_says_whether_there_is_more(library: Path) -> None:
    first = call_passerby(library, "search", "--label", "car", "--limit", 1)
    assert first.err == "passerby: moments 1 to 1 are told, and more were found: --limit N, or --start 1\n"
    rest = call_passerby(library, "search", "--label", "car", "--start", 1)
    assert (rest.out.count("object: car"), rest.err) == (1, "")
    assert rest.out != first.out
