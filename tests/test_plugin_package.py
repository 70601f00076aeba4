"""A package from outside, installed as any other is: what it adds works, and breaches are refused."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import passerby
from clips import make_clip
from packages import plant
from passerby.records import Pixels

SOURCE = Path(passerby.__file__).parents[1]
PLUGIN = Path(__file__).parent / "plugin"
SIZE = (320, 180)
STAGES = "objects,nightfall"
INSTALL = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages, with the plug-in in it."""
    folder = tmp_path_factory.mktemp("plugin")
    shutil.copytree(PLUGIN, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", *INSTALL, "--target", str(folder / "site"), str(folder / "source")]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "site"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(
        tmp_path_factory.mktemp("clips") / "night.mp4", size=SIZE, frames=36, rate=12, picture=_night, numbered=False
    )


def _night(number: int) -> Pixels:
    """A lamp in a dark picture with some noise."""
    pixels = np.random.default_rng(0).integers(20, 60, (SIZE[1], SIZE[0], 3), np.uint8)
    pixels[60:100, 100:140] = 255
    return pixels


def run(folder: Path, site: Path, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """What the command line comes to where the packages in ``site`` are installed."""
    paths = os.pathsep.join([str(SOURCE), str(site)])
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PASSERBY_")}
    command = [sys.executable, "-m", "passerby", "--library", str(folder / "library"), *arguments]
    return subprocess.run(
        command, env=variables | settings | {"PYTHONPATH": paths}, cwd=folder, text=True, capture_output=True
    )


def done(ended: "subprocess.CompletedProcess[str]") -> str:
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def library(site: Path, clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library, in which the clip is indexed with the detector of the plug-in."""
    folder = tmp_path_factory.mktemp("library")
    done(run(folder, site, "add", str(clip), "--stages", STAGES, PASSERBY_OBJECTS="lights"))
    return folder


def test_its_detector_finds_objects_that_are_shown_and_searched(library: Path, site: Path) -> None:
    (lamp,) = json.loads(done(run(library, site, "show", "night.mp4", "--json")))["objects"]
    assert lamp["label"] == "light"
    assert lamp["boxes"][0]["box"] == pytest.approx([100, 60, 140, 100], abs=2)
    (hit,) = json.loads(done(run(library, site, "search", "--label", "light", "--json")))["hits"]
    assert hit["why"] == ["object: light 0.90"]


def test_what_is_indexed_is_indexed_once(library: Path, site: Path, clip: Path) -> None:
    again = done(run(library, site, "add", str(clip), "--stages", STAGES, "--json", PASSERBY_OBJECTS="lights"))
    assert json.loads(again)["videos"][0]["status"] == "skipped"


def test_its_detector_is_listed_with_the_models(library: Path, site: Path) -> None:
    models = {
        model["name"]: model for model in json.loads(done(run(library, site, "models", "list", "--json")))["models"]
    }
    assert models["lights"]["here"]
    assert models["lights"]["task"] == "objects"
    assert models["lights"]["get"] == ""


def test_its_stage_tags_moments_that_are_shown_and_searched(library: Path, site: Path) -> None:
    (tag,) = json.loads(done(run(library, site, "show", "night.mp4", "--json")))["tags"]
    assert (tag["label"], tag["start"], tag["end"]) == ("night scene", 0.0, 3.0)
    (hit,) = json.loads(done(run(library, site, "search", "night", "--in", "night.mp4", "--json")))["hits"]
    assert hit["why"][0].startswith("tag: night scene")


def test_its_format_is_written(library: Path, site: Path) -> None:
    done(run(library, site, "export", "night.mp4", "--format", "shot-list", "--out", "shots.txt"))
    assert (library / "shots.txt").read_text() == "0:00.000 light, night scene\n"
    unknown = run(library, site, "export", "night.mp4", "--format", "docx", "--out", "shots.docx")
    assert unknown.returncode == 2
    assert "iiif, shot-list" in unknown.stderr


@pytest.mark.parametrize("label", ["ethnicity", "John Smith", "pedestrian"])
def test_a_detector_that_could_describe_people_is_refused(
    label: str, library: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"import passerby_lights\nENTRY = {{**passerby_lights.LIGHTS, 'classes': [{label!r}]}}"
    plant(tmp_path, monkeypatch, "profiling", code, {"passerby.detectors": {"profiler": "profiling:ENTRY"}})
    both = Path(f"{site}{os.pathsep}{tmp_path}")
    ended = run(library, both, "models", "verify", "profiler")
    assert ended.returncode == 1
    assert "'profiler' in passerby.detectors, of the package profiling 1.0: expected" in ended.stderr
    assert repr(label) in ended.stderr
    assert "Traceback" not in ended.stderr
