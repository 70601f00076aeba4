"""What 100,000 hours of footage ask for: machines, days, storage and money, from what the other benchmarks measured.

    .venv/bin/python -m benchmarks.archive [--hours 100000]

It measures nothing itself. Speeds and sizes are read from the tables in ``results/``; what nobody measured is an
assumption, and stands as such in the table that it writes, ``results/archive.md``.
"""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
RESULT = RESULTS / "archive.md"

# Assumptions.
MOMENTS_AN_HOUR = 600  # a moment is a shot, or 10 s of a long one at most: one every 6 s
THUMBNAIL_BYTES = 5_500  # measured once, in the library of `make demo`: 11 of 60 kB
CORES_A_MACHINE = 32
MONEY_A_CORE_HOUR = 0.03  # US dollars, with memory, power and somebody's time; rented machines are at 0.02 to 0.05
HOURS_A_DAY = 24.0
# US dollars for an hour of footage at a cloud's list prices: labels, things, text and speech.
CLOUD = 60 * (0.10 + 0.15 + 0.15 + 0.048)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the tables say."""

    plain: float  # times real time with shots, things, tags, vectors and thumbnails, on two cores
    everything: float  # with text on screen and speech, too
    moments: int  # that the database had of which the rest is told
    bytes_a_moment: float  # with indexes
    vectors_a_second: float  # into the index
    videos_a_second: float  # finished ones, kept
    search_ms: float  # 95 % of searches by words and meaning are below


def measured() -> Measured:
    """Read them; of PostgreSQL the table with the most moments. Raises LookupError for a table that lacks one."""
    moments, text = max((_moments(path), path.read_text()) for path in RESULTS.glob("postgres-*.md"))
    tables, indexes = _found(r"Tables take ([\d,]+) MB, their indexes ([\d,]+) MB", text)
    seconds, videos = _found(r"indexes of meanings took ([\d,.]+) s(?s:.*)finish ([\d,.]+) videos a second", text)
    return Measured(
        plain=_cell("index.md", "calm", -2),
        everything=_cell("index-everything.md", "spoken, with captions", -2),
        moments=moments,
        bytes_a_moment=(tables + indexes) * 1e6 / moments,
        vectors_a_second=moments / max(seconds, 1),
        videos_a_second=videos,
        search_ms=_cell(f"postgres-{moments}.md", "words and meaning: a common subject", -2),
    )


def _moments(path: Path) -> int:
    return int(path.stem.removeprefix("postgres-"))


def _found(pattern: str, text: str) -> list[float]:
    found = re.search(pattern, text)
    if found is None:
        raise LookupError(f"expected {pattern}")
    return [_number(group) for group in found.groups()]


def _cell(name: str, row: str, column: int) -> float:
    for line in (RESULTS / name).read_text().splitlines():
        if line.startswith(f"| {row}"):
            return _number(line.strip("| ").split("|")[column].split()[0])
    raise LookupError(f"{name}: expected a row {row!r}")


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def report(hours: int, of: Measured) -> str:
    moments = hours * MOMENTS_AN_HOUR
    lines = [
        f"# {hours:,} hours",
        "",
        "`python -m benchmarks.archive`: reckoned from the tables beside this one, which were measured on machines",
        "with two cores. Nobody has run as much; what breaks first is said in docs/decisions/0043.",
        "",
        "## Work",
        "",
        f"Machines of {CORES_A_MACHINE} cores that do nothing else, {HOURS_A_DAY:.0f} hours a day; "
        f"{MONEY_A_CORE_HOUR:.2f} dollars a core-hour. The cloud: {CLOUD:.2f} dollars an hour of footage.",
        "",
        "| what is looked for | times real time, two cores | core-hours | days on 1 machine | on 10 | on 50 | "
        "dollars an hour of footage | dollars in all | in the cloud |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, speed in (("all but text and speech", of.plain), ("everything", of.everything)):
        cores = 2 / speed * hours
        days = cores / CORES_A_MACHINE / HOURS_A_DAY
        money = MONEY_A_CORE_HOUR * cores
        lines.append(
            f"| {name} | {speed:.1f} | {cores:,.0f} | {days:,.0f} | {days / 10:,.1f} | {days / 50:,.1f} | "
            f"{money / hours:.3f} | {money:,.0f} | {CLOUD * hours:,.0f} |"
        )
    lines += [
        "",
        "## Storage",
        "",
        f"{moments:,} moments, {MOMENTS_AN_HOUR} an hour.",
        "",
        "| what | size |",
        "|---|---|",
        f"| the database, with its indexes | {of.bytes_a_moment * moments / 1e9:,.0f} GB |",
        f"| thumbnails, {THUMBNAIL_BYTES:,} bytes each | {THUMBNAIL_BYTES * moments / 1e9:,.0f} GB |",
        f"| the footage itself, at 8 Mbit/s | {hours * 3600 / 1e6:,.0f} TB |",
        "",
        "## The database",
        "",
        "| what | value |",
        "|---|---|",
        f"| indexing all vectors of one kind, hours | {moments / of.vectors_a_second / 3600:,.1f} |",
        f"| finished videos a second that ten machines bring, of 5 minutes each | {_videos_a_second(of, 10):.2f} |",
        f"| finished videos a second that the database keeps | {of.videos_a_second:,.0f} |",
        f"| search by words and meaning, among {of.moments:,} moments, 95 % below | {of.search_ms:,.0f} ms |",
        "",
    ]
    return "\n".join(lines)


def _videos_a_second(of: Measured, machines: int) -> float:
    seconds_a_second = machines * CORES_A_MACHINE / 2 * of.everything
    return seconds_a_second / 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--hours", type=int, default=100_000)
    RESULT.write_text(report(parser.parse_args().hours, measured()))
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
