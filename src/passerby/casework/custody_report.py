"""A case or an item as a document to print and to read in court: HTML that runs no script and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

from passerby.casework.chain import Link
from passerby.dates import format_date
from passerby.evidence.bag import BaggedCopy
from passerby.evidence.intake import Intake
from passerby.store.evidence import StoredCheck

CLOCKS = {"synchronised": "kept right by a time server", "free-running": "not kept right", "unknown": "not known"}
DONE = {
    "take": "taken as evidence", "hold": "held", "lift": "hold lifted", "verify": "verified", "export": "exported",
    "add": "added to the library", "view_original": "original seen", "view": "found seen", "redact": "copy asked for",
    "audit": "copy audited", "look": "looked through for what to hide", "download": "copy downloaded",
    "share": "copy shared by a link", "forget": "forgotten", "trash": "moved to the trash", "restore": "restored",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportedItem:
    """An item as the report tells of it."""

    video: str
    intake: Intake
    record: str  # the hash of what was noted, as the log has it
    links: Sequence[Link]
    checks: Sequence[StoredCheck] = ()  # the newest first
    copies: Sequence[BaggedCopy] = ()


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What the report is of, and by what it was made."""

    title: str
    made: str  # ISO 8601, UTC
    clock: str
    tool: str
    key: str  # the hash of the library's public key
    sealed: bool | None = None  # None: it is no part of a bag


def written(head: ReportHead, items: Sequence[ReportedItem]) -> str:
    """The report."""
    style = (files("passerby.casework") / "custody_report.css").read_text("utf-8")
    body = "".join(_item(number, item) for number, item in enumerate(items, 1))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(head.title)}: custody report</title><style>{style}</style></head><body><main>"
        f"<h1>{escape(head.title)}</h1><p class=kind>Custody report</p>{_front(head, items)}{body}{_limits()}"
        "</main></body></html>\n"
    )


def _front(head: ReportHead, items: Sequence[ReportedItem]) -> str:
    told = {
        "Made": f"{head.made} (clock {CLOCKS.get(head.clock, 'not noted')})",
        "By": head.tool,
        "Items": str(len(items)),
        "Key of the library": _hash(head.key),
    }
    if head.sealed is not None:
        kind = "sealed: all about the originals, and not the originals themselves" if head.sealed else "with originals"
        told["Bag"] = kind
    rows = "".join(
        f"<tr><td>{number}</td><td><a href='#item-{number}'>{escape(item.intake.name)}</a></td>"
        f"<td>{item.intake.digests.size:,} bytes</td><td>{_verdict(item.checks)}</td></tr>"
        for number, item in enumerate(items, 1)
    )
    return (
        f"{_facts(told)}<table><caption>Items</caption><thead><tr><th scope=col>No.</th><th scope=col>File</th>"
        f"<th scope=col>Size</th><th scope=col>Last check</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _item(number: int, item: ReportedItem) -> str:
    intake = item.intake
    told = {
        "SHA-256": _hash(intake.digests.sha256),
        "SHA-512": _hash(intake.digests.sha512),
        "Size": f"{intake.digests.size:,} bytes",
        "Taken": f"{escape(intake.taken)} (clock {CLOCKS.get(intake.clock, 'not noted')})",
        "Taken by": escape(intake.tool),
        "From (as told)": escape(intake.acquisition.source),
        "By (as told)": escape(intake.acquisition.by),
        "Notes (as told)": escape(intake.acquisition.notes),
        "Last written to, as its disk said": escape(intake.modified),
        "Recorded, as the file says": escape(" ".join(filter(None, (intake.recorded, intake.zone)))),
        "Device, as the file says": escape(", ".join(f"{name}: {value}" for name, value in intake.device.items())),
        "Hash of what was noted": _hash(item.record),
    }
    parts = [
        _facts({name: value for name, value in told.items() if value}),
        _sidecars(intake),
        _custody(item.links),
        _checks(item.checks),
        *(_copy(copy.report) for copy in item.copies),
    ]
    return f"<section><h2 id='item-{number}'>{number}. {escape(intake.name)}</h2>{''.join(parts)}</section>"


def _sidecars(intake: Intake) -> str:
    rows = [
        f"<tr><td>{escape(each.name)}<br>{escape(each.kind)}</td><td>{_hash(each.sha256)}</td>"
        f"<td>{escape(each.verdict)}{f': {escape(each.reason)}' if each.reason else ''}</td></tr>"
        for each in intake.sidecars
    ]
    return _table("Files that lay beside it", ("File", "SHA-256", "Checked when taken"), rows)


def _custody(links: Sequence[Link]) -> str:
    rows = [
        f"<tr><td>{link.number}</td><td>{escape(link.time)}<br>{CLOCKS.get(link.clock, 'clock not noted')}</td>"
        f"<td>{escape(link.user)}</td><td>{escape(_done(link))}{_details(link.details)}</td><td>{_hash(link.hash)}</td></tr>"
        for link in links
    ]
    heads = ("Entry", "When (UTC), and the clock", "Who", "What", "Hash of the entry")
    return _table("Custody: every entry of the log about it", heads, rows)


def _done(link: Link) -> str:
    if link.action == "verify" and "faults" not in link.details:
        return "check asked for"
    return DONE.get(link.action, link.action.replace("_", " "))


def _details(details: Mapping[str, object]) -> str:
    shown = [f"{name} {value}" for name, value in details.items() if name not in ("record", "job", "hold")]
    return f"<br><small>{escape(', '.join(shown))}</small>" if shown else ""


def _checks(checks: Sequence[StoredCheck]) -> str:
    rows = [
        f"<tr><td>{format_date(int(check.time))}<br>{CLOCKS.get(check.clock, 'clock not noted')}</td>"
        f"<td>{escape(check.user)}</td><td>{'<br>'.join(map(escape, check.faults)) or 'is what was taken'}</td></tr>"
        for check in checks
    ]
    return _table("Checks: read again and compared", ("When (UTC), and the clock", "By", "Found"), rows)


def _copy(report: Mapping[str, Any]) -> str:
    audit = report.get("audit") or {}
    told = {
        "SHA-256": _hash(str(report["copy"]["sha256"])),
        "What was hidden, as the machine says": escape("; ".join(map(str, report.get("summary", [])))),
        "Audit by another detector": escape(str(audit.get("verdict", "none"))),
        "Models": "<br>".join(
            f"{escape(str(model['name']))} {_hash(str(model['sha256']))}" for model in report.get("models", [])
        ),
    }
    return f"<h3>Copy: {escape(str(report['copy']['name']))}</h3>{_facts(told)}"


def _limits() -> str:
    return (
        "<section class=limits><h2>What this shows, and what not</h2><ul>"
        "<li>It shows what the files were when they were taken, and what was done with them through this library "
        "since. That the list is whole, the signed log of the library shows.</li>"
        "<li>What is marked <em>as told</em> was told by whoever handed the file over; nobody has checked it. What the "
        "file says of itself can be wrong or made.</li>"
        "<li>It does not show that the picture was not staged or made.</li>"
        "<li>Times are those of the library's machine. They are as good as its clock, whose state stands beside "
        "each.</li>"
        "<li>What machines have found or hidden in a film is a claim with a chance of error, and no fact.</li>"
        "<li>An audit looks for faces that show in a copy by another detector than the one that hid them. It can "
        "overlook one, and it does not judge voices, clothes or places by which somebody may be known.</li>"
        "</ul></section>"
    )


def _facts(told: Mapping[str, str]) -> str:
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{value}</dd>' for name, value in told.items())}</dl>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th scope=col>{name}</th>" for name in heads)
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _verdict(checks: Sequence[StoredCheck]) -> str:
    if not checks:
        return "not checked yet"
    return f"{'NOT SOUND' if checks[0].faults else 'sound'}, {format_date(int(checks[0].time))}"


def _hash(digest: str) -> str:
    """In full, in groups that lines may break between."""
    return f"<code>{'<wbr>'.join(_groups(escape(digest)))}</code>"


def _groups(text: str, size: int = 16) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))
