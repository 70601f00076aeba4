"""Law 5 for hours: adds, forgets, searches, checks and repairs in parallel processes that are killed at random.

    .venv/bin/python -m benchmarks.soak [--hours 1] [--seed 1]

What tests/test_soak.py does for less than a minute, with fake models on small clips, in rounds of ten minutes; after
each, the library must be whole, and when all clips have been added again, the same as one that nobody disturbed.
Stops at the first fault. Writes ``results/soak.md``.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
RESULT = HERE / "results" / "soak.md"
ROUND_SECONDS = 600.0

sys.path.insert(0, str(HERE.parent / "tests"))
from soaked import assert_wholly_there_or_not, documents, make_clips, soak  # noqa: E402  its folder is known just now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    rounds = 0
    began = time.monotonic()
    until = began + options.hours * 3600
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = make_clips(folder)
        undisturbed = documents(folder / "undisturbed", clips)
        while (left := until - time.monotonic()) > 0:
            told = soak(folder / "soaked", clips, min(left, ROUND_SECONDS), options.seed + rounds)
            if told["wrong"]:
                sys.exit("\n".join(told["wrong"]))
            assert_wholly_there_or_not(folder / "soaked")
            if documents(folder / "soaked", clips) != undisturbed:
                sys.exit("the library is not the same as an undisturbed one")
            counts.update(told["counts"])
            rounds += 1
            RESULT.write_text(report(counts, rounds, (time.monotonic() - began) / 3600, options.seed))
            print(f"round {rounds}: {sum(told['counts'].values())} operations, nothing wrong", flush=True)


def report(counts: Counter[str], rounds: int, hours: float, seed: int) -> str:
    """The table of how operations ended."""
    names = sorted({end.partition(": ")[0] for end in counts})
    killed = sum(count for end, count in counts.items() if end.endswith(": killed"))
    lines = [
        "# Soak",
        "",
        f"`python -m benchmarks.soak`, seed {seed}, {hours:.2f} h in {rounds} rounds, on {os.cpu_count()} cores",
        f"({platform.system()} {platform.machine()}, Python {platform.python_version()}), other work beside it. Small",
        "clips, fake models. Processes that add, forget, search, check and repair one library, four at once, half of",
        "them to be killed at a random moment.",
        "After every round the library was whole, with no lock, no process and no file left over, and, when all clips",
        "had been added again, the same as one that nobody disturbed.",
        "",
        f"{sum(counts.values())} operations, {killed} of them killed; faults: 0.",
        "",
        "| operation | ended | times |",
        "| --- | --- | ---: |",
    ]
    for name in names:
        ends = sorted((end.partition(": ")[2], count) for end, count in counts.items() if end.startswith(f"{name}: "))
        lines += [f"| {name} | {end} | {count} |" for end, count in ends]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
