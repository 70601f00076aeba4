"""Makes the outputs that the README shows anew: ``python -m scripts.build_readme [--demo demo]``, after ``make demo``.

Each command of the README's example that has an output runs, in its order, on the clips and models of the demo and on a
library of its own. Where the README leaves something out (…) it stays left out: as many lines as it shows are shown.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(?<=^## What it looks like\n)(.*?^```console\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE)
PROMPT, CUT, COMMENT = "$ ", "…", "    #"
HOME = "/home/you/passerby"  # what the README calls the folder
# What needs a network, somebody's password, a picture of the user's own, or does not end.
NOT_RUN = ("models pull", "models bundle", "users", "share", "serve", "mcp", "teach", "library")
# What depends on the machine, and on how busy it is, stays as it was shown.
KEPT = ("add", "models list")


@dataclass(frozen=True)
class Shown:
    """A command as the README shows it, with what it prints."""

    line: str  # without the prompt
    output: tuple[str, ...]

    @property
    def arguments(self) -> list[str]:
        return shlex.split(self.line.partition(COMMENT)[0])

    @property
    def is_run(self) -> bool:
        return not self.line.startswith(tuple(f"passerby {name}" for name in NOT_RUN))


def read(block: str) -> list[Shown]:
    """The commands of an example."""
    shown: list[Shown] = []
    for line in block.splitlines():
        if line.startswith(PROMPT):
            shown.append(Shown(line.removeprefix(PROMPT), ()))
        else:
            shown[-1] = replace(shown[-1], output=(*shown[-1].output, line))
    return shown


def written(shown: list[Shown]) -> str:
    return "".join(f"{line}\n" for one in shown for line in (PROMPT + one.line, *one.output))


def as_before(old: tuple[str, ...], new: list[str]) -> tuple[str, ...]:
    """What is printed now, with as much left out as before.

    >>> as_before(("a", "…"), ["b", "c", "d"]), as_before(("abc…",), ["defg"])
    (('b', '…'), ('def…',))
    """
    if CUT in old:
        head, tail = old.index(CUT), len(old) - old.index(CUT) - 1
        kept = [*new[:head], CUT, *(new[-tail:] if tail else [])]
    else:
        kept = new
    ends = {place: len(line) for place, line in enumerate(old) if line.endswith(CUT) and line != CUT}
    return tuple(
        f"{line[: ends[place] - 1]}{CUT}" if len(line) > ends.get(place, len(line)) else line
        for place, line in enumerate(kept)
    )


def run(shown: Shown, folder: Path, demo: Path) -> Shown:
    """The command with what it prints in ``folder``, where the demo is. Ends for one that is not understood."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PASSERBY_")}
    settings = {"PASSERBY_LIBRARY": str(folder / "library"), "PASSERBY_MODELS_DIR": str(demo / "models")}
    command = [sys.executable, "-m", *shown.arguments]
    done = subprocess.run(command, cwd=folder, env=kept | settings, text=True, capture_output=True)
    if done.returncode == 2:
        sys.exit(f"{shown.line}: {done.stderr}")
    if shown.line.startswith(tuple(f"passerby {name}" for name in KEPT)) or not shown.output:
        return shown
    told = [line for line in done.stderr.splitlines() if not line.startswith("passerby: at work")]
    lines = [*told, *done.stdout.replace(str(demo), f"{HOME}/demo").replace(str(folder), HOME).splitlines()]
    return replace(shown, output=as_before(shown.output, lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", type=Path, default=README.parent / "demo", help="what `make demo` has made")
    demo: Path = parser.parse_args().demo.absolute()
    text = README.read_text("utf-8")
    found = BLOCK.search(text)
    if found is None or not (demo / "footage").is_dir():
        sys.exit(f"{demo}: expected what `make demo` makes, and an example in the README")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(os.path.realpath(made))
        (folder / "demo").symlink_to(demo)
        shown = [run(one, folder, demo) if one.is_run else one for one in read(found[2])]
    README.write_text(text[: found.start(2)] + written(shown) + text[found.end(2) :], "utf-8")


if __name__ == "__main__":
    main()
