"""Makes the documentation into a site that can be searched: ``make docs``, which writes it to ``site/``.

The pages are those of the repository, in the same folders, so that their links lead to the same places. Their order is
that of ``docs/README.md``, in which every page has to be. A warning, such as of a link that leads nowhere, is an error.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LIST = "docs/README.md"
FOLDERS = ("docs", "benchmarks/results")
SHOWN = {".diff", ".ipynb", ".png", ".py", ".svg"}
_LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]+\.md)\)")

Entry = dict[str, Any]  # a title, and the path of its page or the entries below it


def main() -> None:
    build = ROOT / "build"
    stage(build / "pages")
    config = {"INHERIT": "../mkdocs.yml", "docs_dir": "pages", "nav": navigation()}
    # JSON is YAML too.
    (build / "mkdocs.yml").write_text(json.dumps(config), "utf-8")
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--clean",
        "--config-file",
        str(build / "mkdocs.yml"),
    ]
    ended = subprocess.run([*command, "--site-dir", str(ROOT / "site")])
    sys.exit(ended.returncode)


def stage(folder: Path) -> None:
    """Copy what belongs to the site to a folder, empty or not there before."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in (*pages(), *others()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)


def pages() -> list[str]:
    """The pages by their paths in the repository."""
    found = [*ROOT.glob("*.md"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md"))]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def others() -> list[str]:
    """What pages show and lead to besides: pictures, recipes and licences."""
    shown = [path for path in (ROOT / "docs").rglob("*") if path.suffix in SHOWN]
    return ["LICENSE", "NOTICE", *sorted(path.relative_to(ROOT).as_posix() for path in shown)]


def navigation() -> list[Entry]:
    """The order of the pages: the README, then what the list of pages has, and under what head."""
    return [{"Passerby": "README.md"}, *_listed(), {"Measured": [*_measured()]}]


def _listed() -> Iterator[Entry]:
    """The list of pages itself, and its sections with what each leads to."""
    yield {"Documentation": LIST}
    before, *sections = re.split(r"^## ", (ROOT / LIST).read_text("utf-8"), flags=re.MULTILINE)
    yield from _links(before)
    for section in sections:
        head, _, text = section.partition("\n")
        yield {head.partition(",")[0]: _links(text)}


def _links(text: str) -> list[Entry]:
    return [{_title(words): _path(target)} for words, target in _LINK.findall(text)]


def _title(words: str) -> str:
    return words[0].upper() + " ".join(words.split())[1:]


def _path(target: str) -> str:
    return (ROOT / "docs" / target).resolve().relative_to(ROOT).as_posix()


def _measured() -> Iterator[Entry]:
    for name in pages():
        if name.startswith("benchmarks/results/"):
            yield {_title(Path(name).stem.replace("-", " ")): name}


if __name__ == "__main__":
    main()
