"""Whether two versions of Passerby make the same of the same files: records, searches, plans, copies and audits.

``python -m scripts.compare_versions OLD VIDEO...``: OLD is a commit. Each video is added, shown, searched, exported,
redacted and audited by the code of that commit and by the code of this checkout, both in this environment, and all
that comes out is compared: documents but for what tells of the run, copies byte for byte. Ends with 1 where something
differs.
"""

import argparse
import difflib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# What tells of the run, and not of the video.
OF_THE_RUN = frozenset({"began", "ended"})
SEARCHES = (("person",), ("street",), ("--label", "car"), ("a bicycle", "--limit", "5"), ("--text", "a"))
REDACTIONS: Mapping[str, tuple[str, ...]] = {
    "faces": ("--hide", "faces,people"),
    "fast": ("--fast", "--hide", "faces,screens", "--style", "blur", "--audio", "keep"),
    "round": ("--fast", "--style", "pixelate", "--round", "--zone", "10,10,60,60@0-1", "--no-copy"),
    "pulled": ("--fast", "--hide", "plates,text"),  # with models that are not shipped
}
SHIPPED = ("faces", "fast", "round")
FAILED_AUDIT = 3  # an exit code that is an answer


@dataclass(frozen=True, slots=True)
class Version:
    """One version's code, and where what it makes lies."""

    tree: Path
    work: Path

    def run(self, *arguments: str) -> Any:
        """The document that a command prints. Raises RuntimeError when it fails, as neither version should."""
        command = [sys.executable, "-m", "passerby", "--library", str(self.work / "library"), *arguments]
        environment = os.environ | {"PYTHONPATH": str(self.tree / "src"), "PYTHONWARNINGS": "ignore"}
        ended = subprocess.run(command, cwd=self.work, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode not in (0, FAILED_AUDIT):
            raise RuntimeError(f"{self.tree}: passerby {' '.join(arguments)}: {ended.stderr.strip()}")
        return json.loads(ended.stdout) if ended.stdout.startswith(("{", "[")) else ended.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", help="a commit")
    parser.add_argument("videos", nargs="+", type=Path)
    parser.add_argument("--redactions", nargs="*", choices=sorted(REDACTIONS), default=SHIPPED)
    chosen = parser.parse_args()
    differences = 0
    with tempfile.TemporaryDirectory() as folder, checked_out(chosen.old, Path(folder)) as tree:
        versions = [Version(tree, Path(folder) / "old"), Version(ROOT, Path(folder) / "new")]
        for version in versions:
            version.work.mkdir()
        for video in chosen.videos:
            old, new = (dict(made(version, video.resolve(), chosen.redactions)) for version in versions)
            differences += tell(video.name, old, new)
    print(f"{differences} differences" if differences else "nothing differs")
    return 1 if differences else 0


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    """The tree of a commit, beside this checkout."""
    tree = folder / "tree"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
    try:
        yield tree
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def made(version: Version, video: Path, redactions: Sequence[str]) -> Iterator[tuple[str, object]]:
    """All that a version makes of a video, each thing with what it is called here."""
    added = version.run("add", str(video), "--json")["videos"]
    yield "add", [{**outcome, "seconds": None} for outcome in added]  # that it took
    shown = version.run("show", video.name, "--json")
    yield "show", shown
    for words in SEARCHES:
        yield f"search {' '.join(words)}", version.run("search", *words, "--json")
    for form in ("csv", "webvtt", "mot"):
        target = version.work / f"{video.stem}.{form}"
        version.run("export", video.name, "--format", form, "-o", str(target))
        yield f"export {form}", digest(target)
    for name in redactions:
        yield from redacted(version, video, name)


def redacted(version: Version, video: Path, name: str) -> Iterator[tuple[str, object]]:
    suffix = ".mp4" if video.suffix == ".gif" else video.suffix
    copy = version.work / f"{video.stem}-{name}{suffix}"
    yield f"redact {name}", version.run("redact", str(video), "-o", str(copy), *REDACTIONS[name], "--json")
    yield f"copy {name}", digest(copy)
    plan = copy.with_name(f"{copy.name}.plan.json")
    yield f"plan {name}", json.loads(plan.read_text("utf-8"))
    yield f"audit {name}", version.run("audit", str(copy), "--original", str(video), "--json")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tell(video: str, old: Mapping[str, object], new: Mapping[str, object]) -> int:
    """Print what differs; how many things do."""
    count = 0
    for name in old.keys() | new.keys():
        before, after = (lines(made.get(name)) for made in (old, new))
        if before != after:
            count += 1
            print(f"{video}: {name} differs")
            print("\n".join(list(difflib.unified_diff(before, after, "old", "new", n=1, lineterm=""))[:20]))
    print(f"{video}: {len(old)} things compared, {count} differ", flush=True)
    return count


def lines(document: object) -> list[str]:
    return json.dumps(without_the_run(document), indent=1, sort_keys=True).splitlines()


def without_the_run(document: object) -> object:
    if isinstance(document, dict):
        return {key: without_the_run(value) for key, value in document.items() if key not in OF_THE_RUN}
    if isinstance(document, list):
        return [without_the_run(item) for item in document]
    return document


if __name__ == "__main__":
    sys.exit(main())
