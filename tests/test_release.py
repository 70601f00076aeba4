"""What is released: a wheel that works where nothing else of the project is, its source, and what they say."""

import json
import re
import signal
import subprocess
import tarfile
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

import passerby
from clips import make_clip
from installing import ROOT, Environment, build, environment, metadata_of

HOME = "https://github.com/owner/passerby"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SOURCE = ROOT / "src" / "passerby"
FOOTAGE = {
    ".avi",
    ".gif",
    ".heic",
    ".jpeg",
    ".jpg",
    ".m2ts",
    ".mkv",
    ".mov",
    ".mp3",
    ".mp4",
    ".mxf",
    ".png",
    ".wav",
    ".webm",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", tmp_path_factory.mktemp("wheel"), HOME)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What ``pip install 'passerby[serve]'`` gives."""
    return environment(tmp_path_factory.mktemp("installed"), wheel, "serve")


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """What ``pip install passerby`` gives: no extra is there."""
    return environment(tmp_path_factory.mktemp("bare"), wheel)


# The wheel


def test_the_wheel_has_all_files_of_the_package_and_no_others(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    kept = [path for path in SOURCE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert packed == {f"passerby/{path.relative_to(SOURCE)}" for path in kept if not path.name.endswith(".d.ts")}
    assert {Path(name).suffix for name in packed} >= {".css", ".html", ".js", ".json", ".onnx", ".svg", ".toml", ".txt"}


def test_the_readme_says_how_large_the_wheel_is(wheel: Path) -> None:
    [told] = re.findall(r"its wheel \((\d+) MB; `make dist`\)", (ROOT / "README.md").read_text("utf-8"))
    assert abs(wheel.stat().st_size / 1e6 - int(told)) < 1


def test_an_installed_wheel_indexes_searches_and_redacts(installed: Environment) -> None:
    place = installed.run("-c", "import passerby; print(passerby.__file__)", command="python").stdout
    assert place.startswith(str(installed.folder)), "not the wheel's"
    assert installed.run("--version").stdout.split() == ["passerby", passerby.__version__]
    make_clip(installed.elsewhere / "street.mp4", frames=24)
    added = installed.run("add", "street.mp4", "--json")
    assert added.returncode == 0, added.stderr
    assert installed.run("tag", "street.mp4", "0:00-0:01", "+bike lane").returncode == 0
    hits = json.loads(installed.run("search", "bike lane", "--json").stdout)["hits"]
    assert {hit["name"] for hit in hits} == {"street.mp4"}
    redacted = installed.run("redact", "street.mp4", "--out", "safe.mp4")
    assert redacted.returncode == 0, redacted.stderr
    assert (installed.elsewhere / "safe.mp4").stat().st_size > 0
    verified = installed.run("models", "verify", "--json")
    assert verified.returncode == 0, verified.stdout


@contextmanager
def serving(where: Environment) -> Iterator[str]:
    """``passerby serve``; its address."""
    program = [str(where.folder / "bin" / "passerby"), "serve", "--port", "0"]
    with subprocess.Popen(
        program, cwd=where.elsewhere, env=where.variables(), text=True, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[2]
        process.send_signal(signal.SIGINT)


def test_an_installed_wheel_serves_its_pages(installed: Environment) -> None:
    with serving(installed) as address:
        for path, words in [
            ("/", b"<title>Library"),
            ("/settings", passerby.__version__.encode()),
            ("/static/app.css", b"{"),
            ("/static/video.js", b"import"),
            ("/static/icon.svg", b"<svg"),
            ("/api/v1/videos", b'"videos"'),
        ]:
            with urllib.request.urlopen(address + path) as answer:
                assert words in answer.read(), path


# Without extras

SAY_A_NUMBER = "from passerby.redact.hear.pii import has_pii; has_pii('call +44 20 7946 0958')"


@pytest.mark.parametrize(
    ("extra", "command", "arguments"),
    [
        ("c2pa", "passerby", ["redact", "a.mp4", "--out", "b.mp4", "--c2pa", "chain.pem", "--c2pa-key", "key.pem"]),
        ("ray", "passerby", ["add", "a.mp4", "--engine", "ray"]),
        ("pii", "python", ["-c", SAY_A_NUMBER]),
        ("serve", "passerby", ["serve"]),
        ("serve", "passerby", ["mcp"]),
        ("serve", "python", ["-c", "import passerby.client"]),
        ("speech", "passerby", ["models", "list", "--json"]),
        ("timelines", "passerby", ["export", "a.mp4", "--format", "otio", "--out", "a.otio"]),
        ("watch", "passerby", ["watch", ".", "--name", "dropped"]),
    ],
)
def test_what_is_not_installed_is_named_with_its_extra(
    bare: Environment, extra: str, command: str, arguments: list[str]
) -> None:
    clip = bare.elsewhere / "a.mp4"
    if not clip.exists():
        make_clip(clip, frames=12)
        (bare.elsewhere / "chain.pem").touch()
        (bare.elsewhere / "key.pem").touch()
        assert bare.run("add", "a.mp4", "--stages", "shots").returncode == 0
    ended = bare.run(*arguments, command=command)
    assert f"pip install 'passerby[{extra}]'" in ended.stdout + ended.stderr
    assert command == "python" or "Traceback" not in ended.stderr
    if arguments[0] in ("redact", "serve", "mcp", "export", "watch"):
        assert ended.returncode == 4


# Whatever is not the server's can be imported without an extra.
STREAMS = (  # of http, and what is told elsewhere
    "dash_playlist",
    "event_hooks",
    "hls_playlist",
    "live_playlist",
    "mqtt_outlet",
    "piece_stream",
    "stream_fetch",
)
IMPORT_ALL = """
import importlib, pkgutil, passerby
for module in pkgutil.walk_packages(passerby.__path__, "passerby.", onerror=lambda name: None):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ImportError:
            print(module.name)
        except passerby.errors.MissingExtraError:
            print(module.name)
"""


def test_without_extras_all_but_the_server_and_streams_can_be_imported(bare: Environment) -> None:
    ended = bare.run("-c", IMPORT_ALL, command="python")
    assert ended.returncode == 0, ended.stderr
    servers = (
        "passerby.client",
        "passerby.mcp_server",
        "passerby.outside_login",
        "passerby.service.",
        "passerby.web.",
        "passerby.executors.ray_places",
        "passerby.store.postgres.",
        "passerby.signed_posts",
        *(f"passerby.streams.{name}" for name in STREAMS),
    )
    assert [name for name in ended.stdout.split() if not name.startswith(servers)] == []


def test_a_library_in_postgresql_names_the_extra_that_it_needs(bare: Environment) -> None:
    ended = bare.run("--library", "postgresql://u:Pa55@127.0.0.1/x", "list")
    assert ended.returncode == 4
    assert "pip install 'passerby[postgres]'" in ended.stderr
    assert "Pa55" not in ended.stderr


# What it says


def test_the_wheel_says_what_it_is_and_where_from(wheel: Path) -> None:
    told = metadata_of(wheel)
    assert told["Version"] == passerby.__version__
    links = {name: address for name, _, address in (line.partition(", ") for line in told.get_all("Project-URL", []))}
    assert links["Source"] == HOME
    assert links["Security"] == f"{HOME}/security/policy"
    assert set(links) >= {"Homepage", "Documentation", "Issues", "Changelog"}
    assert told.get_all("License-File") == ["LICENSE", "NOTICE"]
    description = str(told.get_payload())
    assert f"]({HOME}/blob/v{passerby.__version__}/docs/laws.md)" in description
    assert not re.search(r"\]\((?!https?:|#)", description), "a link that leads nowhere on a page of its own"


def test_without_a_repository_nothing_is_linked(tmp_path: Path) -> None:
    told = metadata_of(build("wheel", tmp_path))
    assert told.get_all("Project-URL") is None
    description = str(told.get_payload())
    assert not re.search(r"\]\((?!https?:|#)", description)
    assert "The five laws, each a test that can fail" in description


def test_the_source_distribution_has_what_it_takes_and_no_footage(tmp_path: Path) -> None:
    with tarfile.open(build("sdist", tmp_path)) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    assert names >= {"LICENSE", "NOTICE", "README.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "hatch_build.py"}
    assert names >= {"tests/test_release.py", "scripts/build_weights.py", "docs/laws.md", "PKG-INFO"}
    assert {"src/passerby/models/data/minilm.onnx", "src/passerby/web/templates/base.html"} <= names
    assert {name for name in names if Path(name).suffix in FOOTAGE} == set()


def test_the_changelog_begins_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heads = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    found = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) \((not released yet|\d{4}-\d\d-\d\d)\)", head) for head in heads]
    assert all(found), heads
    versions = [tuple(map(int, head.groups()[:3])) for head in found if head]
    assert ".".join(map(str, versions[0])) == passerby.__version__
    assert versions == sorted(set(versions), reverse=True)
    assert [head for head in heads[1:] if "not released" in head] == []


def test_the_classifiers_name_the_pythons_that_are_allowed() -> None:
    least = PROJECT["requires-python"].removeprefix(">=")
    named = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", each)]
    assert named[0] == least
