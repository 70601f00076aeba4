"""What 100,000 hours of footage ask for: machines, days, storage and money, from what the other benchmarks measured.

    .venv/bin/python -m benchmarks.archive [--hours 100000]

It measures nothing itself. Speeds and sizes are read from the tables in ``results/``; what nobody measured is an
assumption, and stands as such in the table that it writes, ``results/archive.md``.
"""

import argparse
from collections.abc import Iterator
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
    bytes_a_moment: float  # of the database, with its indexes
    vectors_a_second: float  # into the index
    videos_a_second: float  # finished ones, kept
    search_ms: float  # 95 % of hybrid searches among 1,000,000 moments are below


def measured() -> Measured:
    """Read them. Raises LookupError for a table that lacks one."""
    return Measured(
        plain=_number("index.md", "calm", -2),
        everything=_number("index-everything.md", "spoken, with captions", -2),
        bytes_a_moment=_number("postgres.md", "database, bytes a moment", -1),
        vectors_a_second=_number("postgres.md", "vectors indexed a second", -1),
        videos_a_second=_number("postgres.md", "finished videos kept a second", -1),
        search_ms=_number("postgres.md", "hybrid search, 95 % below, ms", -1),
    )


def _number(name: str, row: str, column: int) -> float:
    for cells in _rows(RESULTS / name):
        if cells[0].startswith(row):
            return float(cells[column].replace(",", "").split()[0])
    raise LookupError(f"{name}: expected a row {row!r}")


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text().splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


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
        f"| hybrid search among 1,000,000 moments, 95 % below | {of.search_ms:,.0f} ms |",
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
