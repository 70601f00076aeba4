"""Nothing that a command prints commands the terminal or turns the direction of reading, whatever files are called."""

import json
import shutil
from pathlib import Path

import pytest

from cli.conftest import Passerby, Result
from clips import make_clip
from passerby.cli.output import print_error, print_json, table, write_file

BAD = "a\x1b]0;OWNED\x07\x1b[31m\u202egpj\u2066\x9b2J\r\u2028\x7f\nb"


def is_plain(printed: str) -> bool:
    """Whether each line has nothing in it but what is shown in the order in which it is written."""
    return all(line.isprintable() for line in printed.split("\n"))


def test_every_way_of_printing_writes_it_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_error(BAD)
    table([("NAME", "X"), (BAD, BAD)])
    print_json({"name": BAD})
    write_file(tmp_path / BAD.replace("/", ""), b"", overwrite=False)
    printed = capsys.readouterr()
    assert is_plain(printed.out + printed.err)
    assert len(printed.err.splitlines()) == 1


def test_json_is_the_same_when_it_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"name": BAD, "words": "\u0643\u062a\u0627\u0628 \u5317\u4eac é"}
    print_json(document)
    printed = capsys.readouterr().out
    assert json.loads(printed) == document
    assert document["words"] in printed


def test_all_commands_write_out_what_a_file_is_called(passerby: Passerby, called: Passerby, tmp_path: Path) -> None:
    (tmp_path / BAD).mkdir()
    path = tmp_path / BAD / f"{BAD}.mp4"
    shutil.copy(make_clip(tmp_path / "clip.mp4", size=(160, 90), frames=6, rate=12), path)
    (tmp_path / BAD / "broken.mp4").write_bytes(b"no video")
    identifier = ""

    def plain(result: Result) -> Result:
        assert is_plain(result.out + result.err), result
        return result

    added = plain(passerby("--debug", "add", path, tmp_path / BAD / "broken.mp4", "--stages", "shots"))
    assert "1 done" in added.out
    identifier = plain(passerby("list", "--json")).document["videos"][0]["id"]
    for arguments in (
        ["list"],
        ["show", identifier],
        ["show", identifier, "--json"],
        ["show", identifier, "--html", tmp_path / BAD / "page.html"],
        ["show", BAD],
        ["tag", identifier, "0:00-0:01", f"+x {BAD}"],
        ["tag", identifier],
        ["search", "gpj"],
        ["search", "x"],
        ["search", BAD, "--label", BAD],
        ["export", identifier, "-o", tmp_path / BAD / "x.csv", "--format", "csv"],
        ["doctor"],
        ["models", "pull", BAD],
        ["log"],
        [BAD],
        ["show", f"--{BAD}"],
        ["redact", tmp_path / BAD / "broken.mp4", "--out", tmp_path / "x.mp4"],
        ["forget", identifier],
    ):
        plain((passerby if arguments[0] in ("list", "redact") else called)(*arguments))
