"""``import passerby``: the list of what is promised, its types, and the example of the documentation."""

import dataclasses
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

import passerby
from clips import make_clip
from copies import audit_of_nothing, copy_of_nothing
from libraries import add_rich
from passerby import errors
from passerby.store.library import open_store
from pictures import texture

ROOT = Path(__file__).parent.parent
HEAVY = ("numpy", "cv2", "av", "onnxruntime", "scipy", "psutil", "PIL", "pydantic", "typer")


def python(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter, which imports what this one does."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


# The list


def test_all_that_is_promised_is_there() -> None:
    assert len(set(passerby.__all__)) == len(passerby.__all__)
    for name in passerby.__all__:
        assert getattr(passerby, name) is not None, name
    assert set(passerby.__all__) <= set(dir(passerby))


def test_all_public_names_that_are_there_are_promised() -> None:
    elsewhere = {"Mapping", "MappingProxyType", "Path", "TYPE_CHECKING", "Unpack"}
    elsewhere |= {"annotations", "import_module"}
    found = {
        name for name in dir(passerby) if not name.startswith("_") and not inspect.ismodule(vars(passerby).get(name))
    }
    assert found - elsewhere == set(passerby.__all__) - {"__version__"}


def test_all_errors_are_promised() -> None:
    assert {name for name, _ in inspect.getmembers(errors, inspect.isclass)} <= set(passerby.__all__)


def test_all_that_is_promised_is_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    told = set(re.findall(r"\b[A-Za-z_]\w+\b", " ".join(re.findall(r"`([^`\n]+)`", text))))
    promised = set(passerby.__all__) - {"__version__"}
    assert promised <= told
    types = {name for name in told if re.fullmatch(r"(?:[A-Z][a-z]+)+", name)}
    assert types - promised == {"Client", "None", "False", "True"}, "one of another module, and Python's own"


def test_a_name_that_there_is_not_is_an_error() -> None:
    with pytest.raises(AttributeError, match="Librari"):
        getattr(passerby, "Librari")  # noqa: B009 - a type checker would see it otherwise


def test_importing_it_is_light() -> None:
    done = python("-c", f"import sys, passerby; print(*(set({HEAVY!r}) & sys.modules.keys()))")
    assert (done.stdout.strip(), done.returncode) == ("", 0), done.stderr


def test_the_function_redact_is_the_function_whatever_was_loaded_before() -> None:
    done = python("-c", "import passerby.redact.make.redacted_video, passerby; print(callable(passerby.redact))")
    assert done.stdout.strip() == "True", done.stderr


def test_results_are_frozen_dataclasses() -> None:
    exempt = {"Library", "ModelShop", "Redaction", "PolicyChanges", "CopyOptions"}  # what works, and options
    rows = {"BoxInsight", "PeopleCount", "WordInsight"}  # tuples: there are very many
    for name in set(passerby.__all__) - exempt:
        kind = getattr(passerby, name)
        if inspect.isclass(kind) and not issubclass(kind, Exception):
            assert issubclass(kind, tuple) if name in rows else vars(kind)["__dataclass_params__"].frozen, name


# Types


def checked(tmp_path: Path, line: str) -> str:
    """What mypy says of a program with this line."""
    program = tmp_path / "program.py"
    program.write_text(f"import passerby\n\nlibrary = passerby.open('x')\n{line}\n", "utf-8")
    done = python("-m", "mypy", "--strict", "--cache-dir", os.devnull, str(program), MYPYPATH=str(ROOT / "src"))
    return done.stdout


def test_a_type_checker_knows_the_results_and_finds_a_typo(tmp_path: Path) -> None:
    right = 'copy = passerby.redact("a.mp4", "b.mp4", hide=["faces"])\nreveal_type(copy.audit)\n'
    right += 'for hit in library.search("dog", said="market"):\n    reveal_type(hit.thumbnail)'
    told = checked(tmp_path, f'{right}\npasserby.redact("a.mp4", "b.mp4", hid=["faces"])\nlibrary.vidoes()')
    assert 'Revealed type is "passerby.redact.audit.result.Audit | None"' in told
    assert 'Revealed type is "passerby.records.Thumbnail | None"' in told
    assert 'Unexpected keyword argument "hid"' in told
    assert '"Library" has no attribute "vidoes"' in told
    assert "Found 2 errors" in told


# What is asked


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"hid": ["faces"]}, "do you mean hide?"),
        ({"hide": ["face"]}, "expected some of faces"),
        ({"hide": "faces"}, "expected a list"),
        ({"style": "mosaic"}, "expected one of solid"),
        ({"zones": ["0,0,5"]}, "zones: expected a box"),
        ({"audio": "mute"}, "audio: expected drop"),
        ({"show_tracks": 3}, "expected a list"),
    ],
)
def test_what_cannot_be_asked_is_said_before_any_work(options: dict[str, object], words: str, tmp_path: Path) -> None:
    with pytest.raises(passerby.UsageError, match=re.escape(words)):
        passerby.redact(tmp_path / "none.mp4", tmp_path / "safe.mp4", **options)  # type: ignore[arg-type]


def test_with_a_plan_nothing_is_looked_for_however_the_sound_is_given(tmp_path: Path) -> None:
    with pytest.raises(passerby.UsageError, match="nothing is looked for with a plan, so audio"):
        passerby.redact(tmp_path / "a.mp4", tmp_path / "b.mp4", plan=tmp_path / "p.json", audio="mute=pii")


# Results


class Result(Protocol):
    def _repr_html_(self) -> str: ...


class Documented(Protocol):
    def document(self) -> dict[str, object]: ...


@pytest.fixture
def library(tmp_path: Path) -> passerby.Library:
    with open_store(tmp_path / "library", create=True) as store:
        add_rich(store, "<b>pier")
    return passerby.open(tmp_path / "library")


def test_a_hit_tells_where_and_why_and_has_its_picture(library: passerby.Library) -> None:
    found = library.search("", said="the <b>pier said")
    assert len(found) == len(list(found)) == 3
    hit = found[0]
    assert hit.video == library.video(hit.name).id
    assert (hit.start, hit.end) == (4.0 * hit.moment, 4.0 * hit.moment + 4.0)
    assert any("said" in reason for reason in hit.why)
    assert hit.thumbnail == library.thumbnail(hit.video, hit.moment)


def test_notebooks_get_masked_pictures_and_no_tags_of_a_name(library: passerby.Library) -> None:
    (video,) = library.videos()
    shown: list[Result] = [library.search(said="pier"), library.show(video), library.moment(video, 1), video, library]
    shown += [copy_of_nothing(), audit_of_nothing("a <b>frame"), copy_of_nothing().plan]
    for result in shown:
        text = result._repr_html_()
        assert text.startswith(("<table>", "<img")), result
        assert "<b>" not in text
        assert len(repr(result)) < 1000, result
    kept = [hit.thumbnail.jpeg for hit in library.search(said="pier") if hit.thumbnail is not None]
    pictures = re.findall(r'src="([^"]+)"', library.search(said="pier")._repr_html_())
    assert len(pictures) == len(kept)
    assert all(picture.startswith("data:image/jpeg;base64,") for picture in pictures)


def test_a_video_may_be_named_by_what_was_given_for_it(library: passerby.Library) -> None:
    (video,) = library.videos()
    assert library.show(video) == library.show(video.id[:12]) == library.show(video.name)
    assert library.forget(video) == video
    assert library.videos() == ()


def test_documents_are_made_of_what_json_holds(library: passerby.Library) -> None:
    (video,) = library.videos()
    results: list[Documented] = [video, library.show(video), library.moment(video, 1), library.transcript(video)]
    results += [library.search(said="pier"), library.examine(), copy_of_nothing(), audit_of_nothing()]
    for result in results:
        assert plain(result.document()), result


def plain(value: object) -> bool:
    """Whether JSON gives it back as it is: no tuple, no path, no number of NumPy's."""
    if isinstance(value, dict):
        return all(type(name) is str and plain(each) for name, each in value.items())
    return all(map(plain, value)) if isinstance(value, list) else type(value) in (str, int, float, bool, type(None))


def test_a_plan_is_saved_and_loaded(tmp_path: Path) -> None:
    plan = copy_of_nothing().plan
    passerby.save_plan(plan, tmp_path / "plan.json")
    assert dataclasses.replace(passerby.load_plan(tmp_path / "plan.json")) == plan


# The example


def test_the_example_runs(tmp_path: Path) -> None:
    (tmp_path / "footage").mkdir()
    make_clip(tmp_path / "footage" / "street.mp4", size=(160, 90), rate=4, frames=12, picture=texture((160, 90)))
    done = python(str(ROOT / "docs" / "example.py"), folder=tmp_path, PASSERBY_SAMPLES_PER_SECOND="0.5")
    assert done.returncode == 0, done.stderr
    assert "street.mp4 done" in done.stdout
    assert "forgotten: street.mp4" in done.stdout
    assert (tmp_path / "safe.mp4").stat().st_size > 0
    assert (tmp_path / "street.csv").stat().st_size > 0
