"""``passerby audit`` as a user runs it, and with faces that fakes find, since no drawing is one to real weights."""

import json
from pathlib import Path

import pytest

from audited_clips import clip, hiding, original_picture
from cli.conftest import Passerby
from fake_models import FakeModels
from passerby.cli.audit import parse_answers
from passerby.cli.main import main
from passerby.errors import UsageError
from passerby.models import load

Files = tuple[Path, Path, Path]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """An original, a safe copy and one with a face in two frames."""
    folder = tmp_path_factory.mktemp("audited")
    pictures = {"original": original_picture, "safe": hiding(), "leaky": hiding(open_in=[4, 5])}
    original, safe, leaky = (clip(folder / f"{name}.mp4", picture) for name, picture in pictures.items())
    return original, safe, leaky


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object
) -> tuple[int, str, str]:
    """The exit code and what is printed, with the fakes as models."""
    monkeypatch.setattr(load, "CatalogModels", lambda *_: FakeModels())
    with pytest.raises(SystemExit) as ended:
        main(["--quiet", "audit", *map(str, arguments)])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_a_leak_ends_with_3_and_says_where(
    files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    original, _, leaky = files
    report = tmp_path / "leaks.html"
    code, out, err = run(capsys, monkeypatch, leaky, "--original", original, "--report", report)
    assert code == 3
    assert "face 1 shows in 2 of 29 frames, 0:00.160-0:00.200" in out
    assert err == f"passerby: {leaky}: 2 of 29 faces show, in 1 of 1 track\n"
    assert report.read_text("utf-8").count("<img") == 1


def test_two_answers_for_one_face_and_numbers_of_none_are_refused() -> None:
    with pytest.raises(UsageError, match="one answer for face 1, found two"):
        parse_answers(["1=a hat", "1=a ball"])
    with pytest.raises(UsageError, match="expected the number of a face"):
        parse_answers(["9" * 5000 + "=a hat"])


def test_a_pass_ends_with_0(files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    original, safe, _ = files
    code, out, err = run(capsys, monkeypatch, safe, "--original", original)
    assert (code, err) == (0, "")
    assert out.endswith("\npassed\n")


def test_an_answer_makes_it_pass_and_is_told(
    files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    original, _, leaky = files
    asked = [leaky, "--original", original, "--nobody", "1=a hat on a hook", "--report", tmp_path / "leaks.html"]
    code, out, err = run(capsys, monkeypatch, *asked)
    assert (code, err) == (0, "")
    assert "face 1 shows in 2 of 29 frames, 0:00.160-0:00.200; nobody: a hat on a hook" in out
    assert "\npassed\n" in out
    assert "<img" not in (tmp_path / "leaks.html").read_text("utf-8")
    code, out, _ = run(capsys, monkeypatch, *asked, "--json")
    document = json.loads(out)
    assert (code, document["state"], document["pass"], document["faces"]["answered"]) == (0, "passed", True, 1)
    assert document["tracks"][0]["nobody"] == {"reason": "a hat on a hook", "by": "", "at": 0}
    assert document["verdict"].endswith("face 1 answered as nobody: a hat on a hook")


@pytest.mark.parametrize(
    ("answer", "words"),
    [("2=a hat", "face 2: expected the number of a face that shows"), ("1=", "why"), ("a hat", "number"), ("=x", "3=")],
)
def test_an_answer_without_a_reason_or_to_nothing_is_refused(
    answer: str, words: str, files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    original, _, leaky = files
    code, _, err = run(capsys, monkeypatch, leaky, "--original", original, "--nobody", answer)
    assert code == 2
    assert words in err


def test_json_is_one_document(
    files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    original, _, leaky = files
    code, out, _ = run(capsys, monkeypatch, leaky, "--original", original, "--every", 1, "--json")
    document = json.loads(out)
    assert code == 3
    assert (document["pass"], document["state"]) == (False, "failed")
    assert document["tracks"][0]["plan_track"] is None
    assert {name: document["faces"][name] for name in ("original", "leaked", "leaky_tracks", "longest_run_frames")} == {
        "original": 30,
        "leaked": 2,
        "leaky_tracks": 1,
        "longest_run_frames": 2,
    }
    assert [leak["time"] for leak in document["tracks"][0]["leaks"]] == [0.16, 0.2]


def test_a_report_never_takes_the_place_of_a_video(
    files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    original, safe, _ = files
    before = original.read_bytes()
    code, _, err = run(capsys, monkeypatch, safe, "--original", original, "--report", original)
    assert code == 2
    assert "a file of its own for the report" in err
    assert original.read_bytes() == before


def test_real_models_run_and_wrong_input_is_told_in_one_line(files: Files, passerby: Passerby, tmp_path: Path) -> None:
    original, safe, _ = files
    done = passerby("audit", safe, "--original", original)
    assert done.code == 0, done.err
    assert "centerface" in done.out
    for arguments, code in (
        ((tmp_path / "missing.mp4", "--original", original), 1),
        ((safe, "--original", safe), 2),
        ((safe,), 2),
    ):
        failed = passerby("audit", *arguments)
        assert failed.code == code
        assert failed.err.count("\n") == 1
    assert not (tmp_path / "library").exists(), "it needs no library"
