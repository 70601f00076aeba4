"""Installs a wheel as users do, on several Pythons and with several tools, and does there what a user does first.

    python3 -m scripts.try_installs --wheel dist/passerby-0.1.0-py3-none-any.whl --python python3.12 --python python3.13

Each install has a folder of its own, which is gone afterwards, and gets its packages from the index. What is not on
this machine (``uv``, ``pipx``, a Python) is told and left out. Then a made clip is added, found, exported, redacted
and audited.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where clips are made

EXTRAS = "serve,speech,pii"
# What is tried; {clip} is a video.
TRIALS = (
    "--version",
    "add {clip} --stages shots,objects,tags,vectors,thumbnails",
    "list",
    "search freeze",
    "export clip.mp4 --out clip.fcpxml --format fcpxml",
    "redact {clip} --out safe.mp4 --fast",
    "audit safe.mp4 --original {clip}",
    "serve --help",
)


def commands(tool: str, python: str, wheel: Path, folder: Path) -> tuple[list[list[str]], Path]:
    """What installs the wheel into a folder, and where its program is then."""
    asked = f"{wheel}[{EXTRAS}]"
    match tool:
        case "pip":
            made = folder / "pip"
            return [[python, "-m", "venv", str(made)], [str(made / "bin/pip"), "install", "-q", asked]], made / "bin"
        case "pipx":
            return [["pipx", "install", "--quiet", "--python", python, asked]], folder / "bin"
        case _:
            return [["uv", "tool", "install", "--quiet", "--python", python, asked]], folder / "bin"


def environment(folder: Path) -> Mapping[str, str]:
    """That of the tools, which keep all that they make in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PASSERBY_", "PYTHON"))}
    homes = {"PIPX_HOME": "home", "PIPX_BIN_DIR": "bin", "UV_TOOL_DIR": "tools", "UV_TOOL_BIN_DIR": "bin"}
    return kept | {name: str(folder / place) for name, place in homes.items()}


def tried(tool: str, python: str, wheel: Path, clip: Path) -> Iterator[str]:
    """What went wrong."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        steps, programs = commands(tool, python, wheel, folder)
        for trial in TRIALS:
            told = [word.format(clip=clip) for word in trial.split()]
            steps.append([str(programs / "passerby"), "--library", str(folder / "library"), *told])
        for step in steps:
            done = subprocess.run(step, cwd=folder, env=environment(folder), text=True, capture_output=True)
            if done.returncode:
                yield f"{' '.join(step)}: exit {done.returncode}: {(done.stderr or done.stdout).strip()}"
                return


def main() -> None:
    from clips import make_clip

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--python", action="append", required=True, help="a program; may be repeated")
    parser.add_argument("--tool", action="append", choices=("pip", "pipx", "uv"), help="[default: all]")
    options = parser.parse_args()
    wheel: Path = options.wheel.absolute()
    print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.0f} MB")
    failed = 0
    with tempfile.TemporaryDirectory() as made:
        clip = make_clip(Path(made, "clip.mp4"), size=(320, 180), frames=24)
        for python in options.python:
            for tool in options.tool or ("pip", "pipx", "uv"):
                if missing := [name for name in (python, *([] if tool == "pip" else [tool])) if not shutil.which(name)]:
                    print(f"{python}, {tool}: left out: {missing[0]} is not here")
                    continue
                wrong = list(tried(tool, python, wheel, clip))
                failed += bool(wrong)
                print(f"{python}, {tool}: {'; '.join(wrong) or 'works'}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
