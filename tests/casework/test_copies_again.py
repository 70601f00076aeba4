"""Copies in a bag are made again by their plans, from the command line, with exit codes of their own."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from box_plans import box_plan, hidden_box
from clips import make_clip
from passerby.casework.casework import Casework
from passerby.cli.main import main
from passerby.evidence.intake import Acquisition
from passerby.library import Library
from passerby.redact.make.render import render
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Policy
from passerby.settings import Settings

BOX = (40, 24, 90, 80)
SAME = "safe.mp4: made again by its plan, 24 frames are the same to the last sample"


class CopiedCase:
    """A case with one item, and the copies that are handed on with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._clip = make_clip(folder / "clip.mp4", size=(160, 96), frames=24)
        self.plan = box_plan(self._clip, BOX, Policy())
        self._desk = Casework(Library(Settings(library=str(folder / "library"))))
        self._desk.take([self._clip], Acquisition("a phone"), "Case 7", ["shots"])

    def copy(self, folder: Path, name: str, made_by: Plan, *, keeps_plan: bool = True) -> None:
        """Make a copy by one plan, and say that it was made by the case's own."""
        folder.mkdir(exist_ok=True)
        render(self._clip, folder / name, made_by, lambda done, total: None)
        if keeps_plan:
            plan_file.save(self.plan, folder / f"{name}.plan.json")
        told = {"original": {"sha256": _digest(self._clip)}, "copy": {"name": name, "sha256": _digest(folder / name)}}
        (folder / f"{name}.json").write_text(json.dumps(told))

    def bag(self, copies: Path, *, sealed: bool = False) -> Path:
        bag = copies.with_name("bag")
        self._desk.export(self._desk.case("Case 7"), bag, sealed=sealed, copies=copies)
        return bag


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> CopiedCase:
    return CopiedCase(tmp_path_factory.mktemp("case"))


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def verified(bag: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["--library", str(bag.with_name("none")), "verify", str(bag), *options])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_a_copy_is_made_again_and_is_the_same(
    case: CopiedCase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case.copy(tmp_path / "copies", "safe.mp4", case.plan)
    bag = case.bag(tmp_path / "copies")
    code, out, err = verified(bag, capsys, "--copies", "--json")
    assert (code, SAME in json.loads(out)["items"][0]["shown"]) == (0, True), (out, err)
    assert not [path for path in bag.rglob("*") if "again" in path.name]
    assert "made again" not in verified(bag, capsys)[1]


def test_a_copy_that_shows_what_its_plan_hides_has_an_exit_code_of_its_own(
    case: CopiedCase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = case.plan.tracks[0].times.tolist()
    late = replace(case.plan, tracks=(hidden_box([(first + last) // 2, last], BOX),))
    case.copy(tmp_path / "copies", "late.mp4", late)
    bag = case.bag(tmp_path / "copies")
    assert verified(bag, capsys)[0] == 0  # all is as it was made
    code, out, err = verified(bag, capsys, "--copies")
    assert (code, "1 item, 1 not sound" in out) == (3, True)
    assert "late.mp4: 12 frames do not show what the plan makes of them, the first at 0:00.000" in err
    next(bag.rglob("late.mp4")).write_bytes(b"changed")
    code, out, err = verified(bag, capsys, "--copies")
    assert (code, "not made again, since it is not as it was made" in out) == (1, True)


@pytest.mark.parametrize(("sealed", "missing"), [(True, "original"), (False, "plan")])
def test_what_cannot_be_made_again_is_told(
    case: CopiedCase, tmp_path: Path, capsys: pytest.CaptureFixture[str], sealed: bool, missing: str
) -> None:
    case.copy(tmp_path / "copies", "safe.mp4", case.plan, keeps_plan=sealed)
    bag = case.bag(tmp_path / "copies", sealed=sealed)
    assert not list(bag.rglob("plan.json"))
    code, out, _ = verified(bag, capsys, "--copies")
    assert (code, f"safe.mp4: not made again, since its {missing} is not in the bag" in out) == (0, True), out


def test_copies_are_made_again_in_bags_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = verified(tmp_path / "library", capsys, "--copies")
    assert (code, "--copies: expected a bag" in err) == (2, True)
