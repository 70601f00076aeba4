"""Who did what in a program: every method of the facades leaves an entry, or is named with the reason why not."""

import ast
import inspect
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from clips import make_clip
from notes import NOTED_METHODS, UNNOTED_METHODS
from passerby import library
from passerby.callers import Caller
from passerby.evidence.custody import Custody, LogEntry
from passerby.library import Library
from passerby.model_shop import ModelShop
from passerby.redaction import Redaction
from passerby.search.find import SearchResult
from passerby.searcher import AskedSearch
from passerby.settings import Settings

NAME = "march.mp4"
PACKAGE = Path(library.__file__).parent


def methods() -> Iterator[str]:
    for facade in (Library, ModelShop, Redaction):
        for name, member in vars(facade).items():
            if inspect.isfunction(member) and not name.startswith("_"):
                yield f"{facade.__name__}.{name}"


def test_every_method_is_noted_or_has_a_reason() -> None:
    assert set(methods()) == NOTED_METHODS.keys() | UNNOTED_METHODS.keys()
    assert not NOTED_METHODS.keys() & UNNOTED_METHODS.keys()
    assert CALLS.keys() == NOTED_METHODS.keys()


def test_no_door_notes_anything_itself() -> None:
    doors = [PACKAGE / "mcp_server.py", *(PACKAGE / "cli").rglob("*.py"), *(PACKAGE / "web").rglob("*.py")]
    called = [
        f"{path.name}: {node.func.attr}"
        for path in doors
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("note", "note_hourly", "note_file")
    ]
    assert called == []


def test_the_processes_of_jobs_alone_leave_no_entry() -> None:
    told = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py") if "NotedBefore" in path.read_text("utf-8")]
    assert {path.parts[0] for path in told} == {"evidence", "service"}


@dataclass(frozen=True)
class Bench:
    """A library with one video, its file, a copy of that, and a folder for what is made."""

    folder: Path
    clip: Path
    copy: Path
    out: Path

    @property
    def library(self) -> Library:
        return Library(Settings(library=str(self.folder)))

    @property
    def redaction(self) -> Redaction:
        return Redaction(self.library)

    def entries(self) -> list[LogEntry]:
        return Custody(str(self.folder)).entries(limit=1000)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("made")
    (folder / "films").mkdir()
    clip = make_clip(folder / "films" / NAME, size=(64, 48), frames=12, rate=12)
    bench = Bench(folder / "library", clip, folder / "copy.mp4", folder / "out")
    bench.redaction.redact(clip, bench.copy, effort="fast")
    assert not bench.folder.exists()  # where there is no library, none is made
    bench.library.add(clip, stages=["shots", "vectors", "thumbnails", "people"])
    return bench


@pytest.fixture
def bench(made: Bench, tmp_path: Path) -> Bench:
    shutil.copytree(made.folder, tmp_path / "library")
    return Bench(tmp_path / "library", made.clip, made.copy, tmp_path / "out")


def unteach(bench: Bench) -> None:
    bench.library.teach("kites", [f"{NAME}@0"], None)
    bench.library.unteach("kites")


def hits(bench: Bench) -> SearchResult:
    return bench.library.search("march")


CALLS: dict[str, Callable[[Bench], object]] = {
    "Library.add": lambda b: b.library.add(b.clip, stages=["shots", "vectors", "thumbnails", "people", "tags"]),
    "Library.show": lambda b: b.library.show(NAME),
    "Library.moment": lambda b: b.library.moment(NAME, Fraction(0)),
    "Library.transcript": lambda b: b.library.transcript(NAME, Fraction(0)),
    "Library.page": lambda b: b.library.page(NAME),
    "Library.export": lambda b: b.library.export(NAME, "csv"),
    "Library.search": lambda b: b.library.search("march", video=NAME),
    "Library.search_facets": lambda b: b.library.search_facets(AskedSearch("march", video=NAME)),
    "Library.save_thumbnails": lambda b: b.library.save_thumbnails(hits(b), b.out, overwrite=False),
    "Library.tag": lambda b: b.library.tag(NAME, "0-1", ["kite"], []),
    "Library.teach": lambda b: b.library.teach("kites", [f"{NAME}@0"], None),
    "Library.unteach": unteach,
    "Library.forget": lambda b: b.library.forget(NAME),
    "ModelShop.pull": lambda b: b.library.models.pull("speech-tiny"),
    "Redaction.audit": lambda b: b.redaction.audit(b.clip, b.copy, every=4),
    "Redaction.redact": lambda b: b.redaction.redact(b.clip, b.out.with_suffix(".mp4"), effort="fast"),
    "Redaction.redact_folder": lambda b: list(b.redaction.redact_folder(b.clip.parent, b.out, effort="fast")),
    "Redaction.look": lambda b: b.redaction.look(b.clip, effort="fast"),
    "Redaction.track_sheet": lambda b: b.redaction.track_sheet(b.clip, b.out, effort="fast"),
    "Redaction.cut_hits": lambda b: list(b.redaction.cut_hits(hits(b), b.out, show_people=False, overwrite=False)),
}
OF_NO_VIDEO = {"Library.save_thumbnails", "Library.teach", "Library.unteach", "ModelShop.pull"}


@pytest.mark.parametrize("method", NOTED_METHODS)
def test_a_method_leaves_one_entry(bench: Bench, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passerby.model_shop.pull", lambda *arguments: bench.out)
    before = bench.entries()
    video = bench.library.video(NAME).id
    CALLS[method](bench)
    added = [entry for entry in bench.entries()[len(before) :] if entry["action"] == NOTED_METHODS[method]]
    assert [entry["user"] for entry in added] == ["(python)"]
    assert added[0]["subject"] == ("" if method in OF_NO_VIDEO else video)
    assert NAME not in str(bench.entries())


def test_of_a_file_that_is_no_video_of_the_library_nothing_is_noted(bench: Bench) -> None:
    other = make_clip(bench.folder.parent / "other.mp4", size=(64, 48), frames=13, rate=12)
    before = bench.entries()
    bench.redaction.redact(other, bench.out.with_suffix(".mp4"), effort="fast")
    bench.redaction.audit(other, bench.out.with_suffix(".mp4"), every=4)
    assert bench.entries() == before


def test_a_video_is_known_by_its_content_wherever_its_file_lies(bench: Bench) -> None:
    elsewhere = bench.folder.parent / "elsewhere.mp4"
    elsewhere.write_bytes(bench.clip.read_bytes())
    bench.redaction.redact(elsewhere, bench.out.with_suffix(".mp4"), effort="fast")
    last = bench.entries()[-1]
    assert (last["action"], last["subject"]) == ("redact", bench.library.video(NAME).id)


def test_the_same_library_is_used_by_several(bench: Bench) -> None:
    shared = bench.library
    shared.by(Caller("ann")).show(NAME)
    shared.by(Caller("bob")).show(NAME)
    shared.show(NAME)
    assert [entry["user"] for entry in bench.entries()[-3:]] == ["ann", "bob", "(python)"]
