"""Whether two versions of Passerby make the same of the same files: records, searches, plans, copies and audits.

``python -m scripts.compare_versions OLD VIDEO...``: OLD is a commit. Each video is added, shown, searched, exported,
redacted and audited by the code of that commit and by the code of this checkout, both in this environment, and all
that comes out is compared: documents but for what tells of the run, and the copies' frames and sound. x264 does not
always write the same bytes of the same frames (one run in six, of one clip in eight), so samples may differ by NOISE.
Ends with 1 where something differs.
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
from itertools import zip_longest
from pathlib import Path
from typing import Any

import av
import numpy as np

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
NOISE = 3.0  # of 255
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
    report = version.run("redact", str(video), "-o", str(copy), *REDACTIONS[name], "--json")
    report["copy"]["sha256"] = None
    yield f"redact {name}", report
    yield f"copy {name}", copy
    plan = copy.with_name(f"{copy.name}.plan.json")
    yield f"plan {name}", json.loads(plan.read_text("utf-8"))
    yield f"audit {name}", version.run("audit", str(copy), "--original", str(video), "--json")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tell(video: str, old: Mapping[str, object], new: Mapping[str, object]) -> int:
    """Print what differs; how many things do."""
    count = 0
    for name in old.keys() | new.keys():
        before, after = compared(old.get(name), new.get(name))
        if before != after:
            count += 1
            print(f"{video}: {name} differs")
            print("\n".join(list(difflib.unified_diff(before, after, "old", "new", n=1, lineterm=""))[:20]))
    print(f"{video}: {len(old)} things compared, {count} differ", flush=True)
    return count


def compared(old: object, new: object) -> tuple[list[str], list[str]]:
    """Lines that are the same where two things are."""
    if isinstance(old, Path) and isinstance(new, Path):
        return [], ["another picture or sound"] if differ(old, new) else []
    return lines(old), lines(new)


def differ(old: Path, new: Path) -> bool:
    """Whether two files show or sound otherwise at any time."""
    if digest(old) == digest(new):
        return False
    with av.open(str(old)) as first, av.open(str(new)) as second:
        for one, other in zip_longest(first.decode(), second.decode()):
            if one is None or other is None or one.pts != other.pts:
                return True
            samples = [frame.to_ndarray().astype(np.float64) for frame in (one, other)]
            if samples[0].shape != samples[1].shape or np.abs(samples[0] - samples[1]).max(initial=0) > NOISE:
                return True
    return False


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
