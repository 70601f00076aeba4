"""Evidence is taken bit for bit, stays while it is held, and whatever is changed of it later is found."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from clips import make_clip
from passerby.accounts import Accounts
from passerby.callers import ROLES, Caller
from passerby.casework.casework import Casework
from passerby.errors import HeldError, NotAllowedError, UnknownError, UsageError
from passerby.evidence.digests import digests
from passerby.evidence.intake import Acquisition
from passerby.evidence.signed_head import SignedHead
from passerby.library import Library
from passerby.settings import Settings

PHONE = Acquisition("phone of the office, by cable", "field team 2")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("phone")
    path = make_clip(folder / "march.mp4")
    (folder / "march.mp4.asc").write_text("-----BEGIN PGP SIGNATURE-----")
    return path


@pytest.fixture(scope="module")
def taken(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with one item in a case."""
    folder = tmp_path_factory.mktemp("taken") / "library"
    (taking,) = casework(folder).take([clip], PHONE, "Case 7", ["shots"])
    assert taking.status == "taken", taking
    return folder


@pytest.fixture
def library(taken: Path, tmp_path: Path) -> Path:
    """The same, to be changed. What it has noted of paths leads to this one."""
    return Path(shutil.copytree(taken, tmp_path / "library"))


def casework(folder: Path, name: str = "", role: str = "") -> Casework:
    """The evidence of a library, for a user or for who sits at the machine."""
    library = Library(Settings(library=str(folder)))
    return Casework(library.by(Caller(name, role, ROLES[role])) if name else library)


def original_in(folder: Path) -> Path:
    (found,) = folder.glob("originals/*/march.mp4")
    return found


def test_an_original_is_kept_bit_for_bit_with_how_it_came_and_what_lay_beside_it(clip: Path, library: Path) -> None:
    (item,) = casework(library).items()
    assert original_in(library).read_bytes() == clip.read_bytes()
    assert item.intake.acquisition == PHONE
    assert item.intake.digests.size == clip.stat().st_size
    assert [(each.kind, each.verdict) for each in item.intake.sidecars] == [("OpenPGP signature", "not checked")]
    assert [item.video] == [each.video for each in casework(library).items(casework(library).case("Case 7"))]
    assert casework(library).verify().is_sound


def test_what_is_taken_twice_is_kept_once(clip: Path, library: Path) -> None:
    (again,) = casework(library).take([clip], Acquisition("another"), "Case 8")
    assert again.status == "taken before"
    (item,) = casework(library).items(casework(library).case("Case 8"))
    assert item.intake.acquisition == PHONE
    assert len(list(library.glob("originals/*"))) == 1


def test_all_films_in_a_folder_are_taken(clip: Path, tmp_path: Path) -> None:
    (taking,) = casework(tmp_path / "library").take([clip.parent], PHONE, stages=["shots"])
    assert (taking.status, taking.path) == ("taken", clip)


def test_a_file_that_is_no_video_costs_that_file_only(clip: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no film")
    missing, wrong, right = casework(tmp_path / "library").take(
        [tmp_path / "none.mp4", tmp_path / "notes.mp4", clip], PHONE, stages=["shots"]
    )
    assert [each.status for each in (missing, wrong, right)] == ["failed", "failed", "taken"]
    assert "there is no such file" in missing.message
    assert wrong.message.startswith(f"{tmp_path / 'notes.mp4'}: ")  # and not by the name of a copy of it
    assert len(list((tmp_path / "library").glob("originals/*"))) == 1


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def change_row(statement: str):  # type: ignore[no-untyped-def]
    def change(library: Path) -> None:
        with sqlite3.connect(library / "library.db") as database:
            database.execute(statement)
        database.close()

    return change


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (lambda library: flip(original_in(library)), "its bytes are not what was taken"),
        (lambda library: original_in(library).unlink(), "No such file"),
        (lambda library: flip(next(library.glob("originals/*/sidecar-*"))), "its bytes are not what was taken"),
        (change_row("UPDATE evidence SET record = replace(record, 'office', 'street')"), "not what the log has"),
        (change_row("UPDATE evidence SET sha512 = replace(sha512, '0', '1')"), "its hashes are not"),
        (change_row("UPDATE evidence SET record = '{}'"), "cannot be read"),
    ],
)
def test_what_was_changed_of_an_item_is_found(library: Path, tamper, fault: str) -> None:  # type: ignore[no-untyped-def]
    tamper(library)
    found = casework(library).verify()
    assert not found.is_sound
    assert fault in " ".join(found.items[0].faults)


def test_a_log_that_was_cut_or_set_back_is_found_by_an_end_that_was_kept_elsewhere(
    library: Path, tmp_path: Path
) -> None:
    backup = shutil.copytree(library, tmp_path / "backup")
    casework(library).hold("a claim", case="Case 7")
    kept = tmp_path / "head.json"
    kept.write_text(casework(library).head().written())
    head = SignedHead.read(kept)
    assert casework(library).verify(head=head).is_sound
    assert "has the hash" in casework(Path(backup)).verify(head=head).log_fault
    other = casework(tmp_path / "other")
    other.take([], PHONE, "Case 1")
    kept.write_text(other.head().written())
    assert casework(library).verify(head=SignedHead.read(kept)).log_fault
    kept.write_text("{}")
    with pytest.raises(UsageError, match="signed end of a log"):
        SignedHead.read(kept)


def test_a_signature_is_of_all_that_an_end_says(library: Path) -> None:
    head = casework(library).head()
    key = head.key.encode()
    assert head.is_signed_by(key)
    later = SignedHead(head.count + 1, head.hash, head.time, head.clock, head.key, head.signature)
    assert not later.is_signed_by(key)
    assert not SignedHead(head.count, head.hash, head.time, head.clock, head.key, "??").is_signed_by(key)


def test_what_is_held_cannot_be_forgotten(library: Path) -> None:
    desk, shelf = casework(library), Library(Settings(library=str(library)))
    (item,) = desk.items()
    hold = desk.hold("a claim", case="Case 7")
    with pytest.raises(HeldError):
        shelf.forget(item.video)
    desk.lift(hold)
    shelf.forget(item.video)
    assert not list(library.glob("originals/*"))


def test_all_that_was_done_with_an_item_is_in_the_log(library: Path) -> None:
    desk = casework(library)
    (item,) = desk.items()
    desk.lift(desk.hold("a claim", video=item.video))
    desk.verify()
    noted = Library(Settings(library=str(library))).custody.newest(subject=item.video)
    assert [entry["action"] for entry in noted][:3] == ["verify", "lift", "hold"]
    take = next(entry for entry in noted if entry["action"] == "take")
    assert take["details"]["record"] == item.record


def test_nothing_is_left_of_an_item_that_is_forgotten(library: Path) -> None:
    """Law 4: neither what was noted of it, nor what lay beside it; the log has hashes alone."""
    (item,) = casework(library).items()
    planted = [b"phone of the office", b"field team 2", b"BEGIN PGP SIGNATURE", item.intake.digests.sha512.encode()]
    assert all(found_in(library, words) for words in planted)
    Library(Settings(library=str(library))).forget(item.video)
    assert not any(found_in(library, words) for words in planted)


def found_in(folder: Path, words: bytes) -> bool:
    return any(words in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_case_is_seen_by_those_who_are_named_to_it_and_evidence_by_no_viewer(library: Path) -> None:
    case = casework(library).case("Case 7")
    for name, role in (("kim", "custodian"), ("rita", "reviewer"), ("vera", "viewer")):
        Accounts(Settings(library=str(library))).add_user(name, "correct horse battery staple", role)
    kim, rita, vera = (
        casework(library, name, role) for name, role in (("kim", "custodian"), ("rita", "reviewer"), ("vera", "viewer"))
    )
    (item,) = casework(library).items()
    assert kim.cases() == ()
    for refused in (lambda: kim.one_case(case), lambda: kim.item(item.video), lambda: kim.hold("why", case=case)):
        with pytest.raises(UnknownError):
            refused()
    for name in ("kim", "rita", "vera"):
        casework(library).admit(case, name)
    assert [each.id for each in kim.cases()] == [each.id for each in rita.cases()] == [case]
    assert kim.verify(case=case).is_sound
    assert [each.user for each in rita.checks(item.video)] == ["kim"]
    for forbidden in (
        lambda: rita.verify(),
        lambda: rita.hold("why", case=case),
        lambda: rita.export(case, library / "bag", sealed=True),
        lambda: rita.admit(case, "vera"),
        vera.cases,
        vera.items,
    ):
        with pytest.raises(NotAllowedError):
            forbidden()
    with pytest.raises(UnknownError):
        vera.item(item.video)
    casework(library).dismiss(case, "kim")
    assert kim.cases() == ()


def test_the_chain_of_an_item_tells_who_did_what_and_how_the_clock_was(library: Path) -> None:
    (item,) = casework(library).items()
    casework(library).lift(casework(library).hold("a claim", video=item.video))
    told = [(link.action, link.user) for link in casework(library).chain(video=item.video)]
    assert told[-3:] == [("take", "(python)"), ("hold", "(python)"), ("lift", "(python)")]
    assert all(link.clock for link in casework(library).chain(video=item.video)[-3:])


def test_what_was_not_checked_for_long_is_due(library: Path) -> None:
    (item,) = casework(library).items()
    assert casework(library).due() == [item.video]
    casework(library).verify([item.video])
    assert casework(library).due() == []
    flip(original_in(library))
    casework(library).verify([item.video])
    assert [len(check.faults) for check in casework(library).checks(item.video)] == [1, 0]


@pytest.mark.parametrize("sealed", [False, True])
def test_a_preview_names_each_file_of_the_bag_that_is_made_and_its_hash(
    library: Path, tmp_path: Path, sealed: bool
) -> None:
    desk = casework(library)
    case = desk.case("Case 7")
    told = {file.path: file for file in desk.preview(case, {}, sealed=sealed).files}
    desk.export(case, tmp_path / "bag", sealed=sealed)
    found = {path.relative_to(tmp_path / "bag").as_posix(): path for path in (tmp_path / "bag").rglob("*")}
    found = {name: path for name, path in found.items() if path.is_file()}
    assert told.keys() == found.keys()
    assert any(file.content == "original" for file in told.values()) is not sealed
    for name, file in told.items():
        if file.size is not None:
            assert (file.size, file.sha256) == (digests(found[name]).size, digests(found[name]).sha256)


def test_the_report_in_a_bag_has_the_hashes_in_full_and_its_limits(library: Path, tmp_path: Path) -> None:
    desk = casework(library)
    (item,) = desk.items()
    desk.export("Case 7", tmp_path / "bag", sealed=True)
    told = (tmp_path / "bag" / "data" / "report.html").read_text("utf-8").replace("<wbr>", "")
    assert item.intake.digests.sha512 in told
    assert PHONE.source in told
    assert "How to check it" in told
    assert "What this shows, and what not" in told
    assert "exported in a sealed bag" in told
    assert "http" not in told
    assert "<script" not in told
