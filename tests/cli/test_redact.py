"""``passerby redact`` as a user runs it: real models, made clips and pictures."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.conftest import Passerby
from clips import make_clip
from copies import audit_of_nothing, copy_of_nothing
from passerby.cli.hide_kinds import parse_hide, parse_hides
from passerby.cli.redact import _end_folder
from passerby.errors import UsageError
from passerby.redact.tell.copy import Copy
from passerby.redaction import FileStatus, FolderFile
from real_faces import two_faces


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "no face.mp4", size=(160, 90), frames=24, audio="tone")


def test_a_copy_in_which_nothing_was_found_is_made_with_a_warning(
    passerby: Passerby, clip: Path, tmp_path: Path
) -> None:
    done = passerby("redact", clip, "-o", tmp_path / "safe.mp4", "--report", tmp_path / "report.json", "--json")
    assert done.code == 0, done.err
    assert "nothing was found to hide" in done.err
    assert done.document == json.loads((tmp_path / "report.json").read_text())
    assert done.document["frames"] == 24
    assert "voices" in done.document["not_looked_for"]
    assert (tmp_path / "safe.mp4").exists()
    assert (tmp_path / "safe.mp4.plan.json").exists()


def test_a_written_policy_is_followed_but_for_what_is_named_beside_it(
    passerby: Passerby, clip: Path, tmp_path: Path
) -> None:
    done = passerby("redact", clip, "-o", tmp_path / "safe.mp4", "--preset", "interview", "--fast", "--join-tracks")
    assert done.code == 0, done.err
    policy = json.loads((tmp_path / "safe.mp4.plan.json").read_text())["policy"]
    assert (policy["hide"], policy["shape"], policy["audio"]["mode"]) == (["heads"], "round", "keep")
    assert policy["effort"] == "fast"
    done = passerby("redact", clip, "-o", tmp_path / "other.mp4", "--preset", "wedding")
    assert done.code == 2
    assert "expected a preset, interview, march, data-set, found 'wedding'" in done.err
    assert not (tmp_path / "other.mp4").exists()


def test_the_summary_says_what_is_hidden_and_what_was_not_looked_for(
    passerby: Passerby, clip: Path, tmp_path: Path
) -> None:
    done = passerby("redact", clip, "-o", tmp_path / "safe.mp4", "--zone", "0,0,80,40", "--audio", "mute=0-0.5")
    assert done.code == 0, done.err
    for words in (
        "zone in 1 track (filled with black), in 24 of 24 frames",
        "faces: none found",
        "not looked for: heads",
        "muted for 0.500 s, in 1 span",
        "plan: ",
    ):
        assert words in done.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--hide", "noses"], "'noses'"),
        (["--hide-object", "unicorn"], "'unicorn'"),
        (["--zone", "1,2,3"], "expected a box"),
        (["--zone", "200,0,300,50"], "expected a box in the frame"),
        (["--zone", "0,0,9,9@0:50-0:55"], "expected a time in the video"),
        (["--draw", "later"], "expected a time"),
        (["--show-track", "7"], "track 7"),
        (["--audio", "louder"], "'louder'"),
        (["--from", "2", "--to", "1"], "ends after it starts"),
        (["--from", "1:00"], "expected a time in the video"),
        (["--careful", "--fast"], "found both"),
        (["--plan", "nowhere.json"], "nowhere.json"),
        (["--tracks", "sheet.html"], "either"),
        (["--style", "glitter"], "glitter"),
        (["--style", "solid", "--style", "blur"], "--style: expected once, found 2 times"),
        (["--out", "other.mp4"], "--out: expected once"),
        (["--report", "a.json", "--report", "b.json"], "--report: expected once"),
        (["--from", "0", "--from", "0.5"], "--from: expected once"),
        (["--report", ""], "--report: expected a value, found an empty one"),
        (["--zone", "0,0,10"], "--zone: expected a box"),
        (["--zone", "0,0," + "9" * 5000 + ",10"], "--zone: expected a box"),
        (["--zone", "0,0,9,9@0-" + "9" * 5000], "expected a time such as"),
        (["--draw", ""], "--draw: ''"),
        (["--audio", "mute=0-1,"], "--audio: expected a span"),
        (["--hide", ""], "--hide: expected some of faces"),
        (["--audio", "mute=0-1", "--audio", "drop"], "--audio: expected one way"),
        (["--audio", ""], "--audio: expected"),
        (["--from", "10s"], "--from: expected a time"),
        (["--to", "0:75"], "--to: expected minutes and seconds below 60"),
    ],
)
def test_nonsense_is_named_and_leaves_no_file(
    options: list[str], words: str, called: Passerby, clip: Path, tmp_path: Path
) -> None:
    done = called("redact", clip, "-o", tmp_path / "safe.mp4", *options)
    assert done.code == 2, done.err
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert not list(tmp_path.glob("*safe*"))


def test_a_model_that_is_not_here_is_named_with_the_command_that_gets_it(
    passerby: Passerby, clip: Path, tmp_path: Path
) -> None:
    done = passerby("redact", clip, "-o", tmp_path / "safe.mp4", "--hide", "plates", models_dir=tmp_path / "none")
    assert done.code == 4
    assert "passerby models pull plates" in done.err
    assert not (tmp_path / "safe.mp4").exists()


@pytest.mark.parametrize(
    ("name", "content", "code"), [("empty.mp4", b"", 1), ("text.mp4", b"no video", 1), ("gone.mp4", None, 1)]
)
def test_what_is_no_video_is_one_clear_line(
    name: str, content: bytes | None, code: int, passerby: Passerby, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = passerby("redact", tmp_path / name, "-o", tmp_path / "safe.mp4")
    assert (done.code, len(done.err.splitlines())) == (code, 1)
    assert name in done.err
    assert not (tmp_path / "safe.mp4").exists()


def test_a_folder_keeps_its_structure_and_a_bad_file_costs_itself_only(
    passerby: Passerby, clip: Path, tmp_path: Path
) -> None:
    source = tmp_path / "footage"
    (source / "day 1").mkdir(parents=True)
    (source / "day 1" / "a.mp4").write_bytes(clip.read_bytes())
    (source / "bad.mp4").write_text("no video")
    done = passerby("redact", source, "-o", tmp_path / "safe")
    assert done.code == 1
    assert "bad.mp4" in done.err
    assert (tmp_path / "safe" / "day 1" / "a.mp4").exists()
    assert not (tmp_path / "safe" / "bad.mp4").exists()


def test_a_failed_audit_leaves_the_plan_and_a_report_with_the_times(passerby: Passerby, tmp_path: Path) -> None:
    shown = two_faces(tmp_path / "shown.mp4", frames=8)
    assert passerby("redact", shown, "-o", tmp_path / "first.mp4", "--fast").code == 0
    plan, report = tmp_path / "plan.json", tmp_path / "report.json"
    document = json.loads((tmp_path / "first.mp4.plan.json").read_text())
    plan.write_text(json.dumps(document | {"tracks": []}))  # faces are to be hidden, and none is
    asked = ["redact", shown, "-o", tmp_path / "safe.mp4", "--plan", plan, "--audit", "--report", report]
    done = passerby(*asked)
    assert done.code == 3, done.err
    for words in ("its audit failed", "from 0:00.000 on", "safe.mp4.plan.json", "report.json"):
        assert words in done.err
    assert not (tmp_path / "safe.mp4").exists()
    assert (tmp_path / "safe.mp4.plan.json").exists()
    found = json.loads(report.read_text())
    assert (found["copy"]["kept"], found["copy"]["sha256"]) == (False, "")
    assert found["audit"]["tracks"][0]["leaks"][0]["time"] == 0
    kept = passerby(*asked, "--keep-leaky", "--overwrite")
    assert kept.code == 3, kept.err
    assert "kept, though its audit failed" in kept.err
    assert (tmp_path / "safe.mp4").exists()


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (["done", "failed by its audit"], 3),
        (["done", "failed"], 1),
        (["done", "left out"], 0),
        (["left out"], 1),
    ],
)
def test_a_folder_in_which_one_copy_leaks_ends_as_one_that_leaks(statuses: list[str], code: int) -> None:
    kinds: dict[str, tuple[FileStatus, Copy | None]] = {
        "done": ("done", copy_of_nothing()),
        "failed": ("failed", None),
        "failed by its audit": ("failed", replace(copy_of_nothing(), audit=audit_of_nothing("a frame is missing"))),
        "left out": ("left out", None),
    }
    files = [FolderFile(Path("a.mp4"), kind, "", made) for kind, made in (kinds[status] for status in statuses)]
    assert _end_folder(files, None, as_json=True) == code


def test_the_report_names_no_folder(passerby: Passerby, clip: Path, tmp_path: Path) -> None:
    done = passerby("redact", clip, "-o", tmp_path / "safe.mp4", "--fast", "--report", tmp_path / "report.json")
    assert done.code == 0, done.err
    assert str(tmp_path) not in (tmp_path / "report.json").read_text()


@pytest.mark.parametrize(
    ("option", "name", "words"),
    [
        ("--report", "nowhere/report.json", "expected a folder for the report that exists"),
        ("--report", "safe.mp4", "expected a file of its own for the report"),
        ("--report", "safe.mp4.plan.json", "expected a file of its own for the report"),
        ("--report", "there.json", "there is a file already"),
        ("--report", ".", "found a folder"),
        ("--tracks", "nowhere/page.html", "expected a folder for the page that exists"),
    ],
)
def test_what_is_written_besides_is_checked_before_the_look(
    option: str, name: str, words: str, passerby: Passerby, clip: Path, tmp_path: Path
) -> None:
    (tmp_path / "there.json").write_text("mine")
    out = [] if option == "--tracks" else ["-o", tmp_path / "safe.mp4"]
    done = passerby("redact", clip, *out, option, tmp_path / name, "--hide", "plates", models_dir=tmp_path / "none")
    assert done.code == 2, done.err  # and not 4, which is for the model that is not there
    assert words in done.err
    assert (tmp_path / "there.json").read_text() == "mine"


def test_the_page_of_tracks_is_written_and_no_copy(passerby: Passerby, clip: Path, tmp_path: Path) -> None:
    done = passerby("redact", clip, "--tracks", tmp_path / "sheet.html")
    assert done.code == 0, done.err
    assert "keep this page to yourself" in (tmp_path / "sheet.html").read_text()
    assert [path.name for path in tmp_path.iterdir() if path.name != "library"] == ["sheet.html"]


@pytest.mark.parametrize(
    ("hide", "kinds", "pattern"),
    [
        ("text=pii,faces", ("faces", "text"), "pii"),
        ("faces,text=a,b", ("faces", "text"), "a,b"),
        ("text=a,b,people,plates", ("people", "plates", "text"), "a,b"),
        ("text,faces", ("faces", "text"), ""),
        ("text,text=pii", ("text",), ""),
        ("text=PII , faces", ("faces", "text"), "pii"),
        (" none ", (), ""),
    ],
)
def test_kinds_behind_a_pattern_are_hidden_too(hide: str, kinds: tuple[str, ...], pattern: str) -> None:
    assert parse_hide(hide) == {"hide": kinds, "text_pattern": pattern}


@pytest.mark.parametrize(
    ("texts", "kinds", "pattern"),
    [
        (["faces", "text=pii"], ("faces", "text"), "pii"),
        (["text=pii", "screens,faces"], ("faces", "text", "screens"), "pii"),
        (["text=a", "text=a"], ("text",), "a"),
        (["text=a", "text"], ("text",), ""),
        (["faces", "faces"], ("faces",), ""),
    ],
)
def test_kinds_that_are_given_apart_add_up(texts: list[str], kinds: tuple[str, ...], pattern: str) -> None:
    assert parse_hides(texts) == {"hide": kinds, "text_pattern": pattern}


@pytest.mark.parametrize(
    "texts",
    [
        *([""], [" "], ["faces,"], [",faces"], ["faces", ""], ["text="], ["text=,faces"], ["text=pii,"]),
        *(["none,faces"], ["none", "faces"], ["text=a", "text=b"], ["text=pii", "text=b"], ["text=pii,text=b"]),
        *(["text=pii,face"], ["text=number,face"], ["face"], ["Faces"]),
    ],
)
def test_what_would_leave_something_visible_by_a_slip_is_refused(texts: list[str]) -> None:
    with pytest.raises(UsageError, match="expected"):
        parse_hides(texts)


def test_a_misspelt_kind_is_told_the_right_one() -> None:
    with pytest.raises(UsageError, match="do you mean faces"):
        parse_hide("face")


def test_repeated_kinds_and_spans_add_up_in_the_copy(passerby: Passerby, clip: Path, tmp_path: Path) -> None:
    asked = ["--hide", "screens", "--hide", "faces", "--audio", "mute=0-0.2", "--audio", "mute=0.5-0.6"]
    done = passerby("redact", clip, "-o", tmp_path / "safe.mp4", *asked)
    assert done.code == 0, done.err
    policy = json.loads((tmp_path / "safe.mp4.plan.json").read_text())["policy"]
    assert policy["hide"] == ["faces", "screens"]
    assert policy["audio"]["spans"] == [[0, 0.2], [0.5, 0.6]]


def test_all_that_is_missing_is_told_at_once_with_the_one_command_that_gets_it(
    passerby: Passerby, cut_clip: Path, tmp_path: Path
) -> None:
    asked = ["redact", cut_clip, "-o", tmp_path / "safe.mp4", "--hide", "faces,plates,text=pii", "--audio", "mute=pii"]
    refused = passerby(*asked, models_dir=tmp_path / "none")
    assert (refused.code, refused.err.count("\n")) == (4, 1)
    assert "plates (1.7 MB)" in refused.err
    assert " MB in all; get them with: passerby models pull plates ppocr-det ppocr-rec speech-base\n" in refused.err
    added = passerby("add", cut_clip, "--stages", "text,speech", models_dir=tmp_path / "none")
    assert (added.code, added.err.count("\n")) == (4, 1)
    assert "get them with: passerby models pull ppocr-det ppocr-rec speech-base" in added.err
