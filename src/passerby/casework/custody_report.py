"""A case or an item as a document to print and to read in court: HTML that runs no script and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any, Self

from passerby.casework.chain import Link
from passerby.dates import format_date
from passerby.evidence.bag import BaggedCopy
from passerby.evidence.intake import Intake, record_hash
from passerby.store.evidence import StoredCheck, StoredIntake
from passerby.store.library import Store
from passerby.wording import counted

CLOCKS = {
    "synchronised": "clock kept right by a time server",
    "free-running": "clock not kept right by a time server",
    "unknown": "whether the clock is kept right is not known",
}
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

    @classmethod
    def of(cls, store: Store, stored: StoredIntake, links: Sequence[Link], copies: Sequence[BaggedCopy] = ()) -> Self:
        intake, record = Intake.read(stored.record), record_hash(stored.record)
        return cls(stored.video, intake, record, links, store.evidence.checks(stored.video), copies)


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
        "Made": f"{_time(head.made)}; {_clock(head.clock)}",
        "By": head.tool,
        "Items": str(len(items)),
        "Key of the library": _hash(head.key),
    }
    if head.sealed is not None:
        kind = "sealed: all about the originals, and not the originals themselves" if head.sealed else "with originals"
        told["Bag"] = kind
    rows = [
        _row(
            str(number),
            f"<a href='#item-{number}'>{escape(item.intake.name)}</a>",
            f"<span class=short>{item.intake.digests.size:,} bytes</span>",
            _verdict(item.checks),
        )
        for number, item in enumerate(items, 1)
    ]
    return _facts(told) + _table("Items", ("No.", "File", "Size", "Last check"), rows)


def _item(number: int, item: ReportedItem) -> str:
    intake = item.intake
    told = {
        "SHA-256": _hash(intake.digests.sha256),
        "SHA-512": _hash(intake.digests.sha512),
        "Size": f"{intake.digests.size:,} bytes",
        "Taken": f"{_time(intake.taken)}; {_clock(intake.clock)}",
        "Taken by": escape(intake.tool),
        "From (as told)": escape(intake.acquisition.source),
        "By (as told)": escape(intake.acquisition.by),
        "Notes (as told)": escape(intake.acquisition.notes),
        "Last written to, as its disk said": _time(intake.modified),
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
        _row(
            f"{escape(each.name)}<br>{escape(each.kind)}",
            _hash(each.sha256),
            escape(": ".join(filter(None, (each.verdict, each.reason)))),
        )
        for each in intake.sidecars
    ]
    return _table("Files that lay beside it", ("File", "SHA-256", "Checked when taken"), rows)


def _custody(links: Sequence[Link]) -> str:
    rows = [
        _row(str(link.number), _when(link.time, link.clock), _who(link.user), escape(_done(link)), _hash(link.hash))
        for link in links
    ]
    heads = ("Entry", "When, and the clock", "Who", "What", "Hash of the entry")
    return _table("Custody: every entry of the log about it", heads, rows)


def _done(link: Link) -> str:
    """What was done, and what came of it or in which form."""
    faults, form = link.details.get("faults"), link.details.get("format")
    if link.action == "verify" and faults is None:
        return "check asked for"
    if form == "bag":
        return "exported in a sealed bag" if link.details.get("sealed") else "exported in a bag with originals"
    done = DONE.get(link.action, link.action.replace("_", " "))
    if faults is not None:
        return f"{done}: {counted(int(str(faults)), 'fault') if faults else 'sound'}"
    return f"{done}: {form}" if form else done


def _checks(checks: Sequence[StoredCheck]) -> str:
    rows = [
        _row(
            _when(format_date(int(check.time)), check.clock),
            _who(check.user),
            "<br>".join(map(escape, check.faults)) or "is what was taken",
        )
        for check in checks
    ]
    return _table("Checks: read again and compared", ("When, and the clock", "By", "Found"), rows)


def _copy(report: Mapping[str, Any]) -> str:
    audit = report.get("audit") or {}
    told = {
        "SHA-256": _hash(str(report["copy"]["sha256"])),
        "What was hidden, as the machine says": escape("; ".join(map(str, report.get("summary", [])))),
        "Audit by another detector": escape(str(audit.get("verdict", "none"))),
        "It looked with": escape(", ".join(map(str, audit.get("looked_with", [])))),
        "Models": "<br>".join(
            f"{escape(str(model['name']))} {_hash(str(model['sha256']))}" for model in report.get("models", [])
        ),
    }
    shown = {name: value for name, value in told.items() if value}
    return f"<h3>Copy: {escape(str(report['copy']['name']))}</h3>{_facts(shown)}"


def _limits() -> str:
    return (
        "<section class=limits><h2>How to check it</h2><p>Hash a file that you were given, with "
        "<code>sha256sum FILE</code> (Windows: <code>certutil -hashfile FILE SHA256</code>), and compare the "
        "result with what stands here: one other character, and it is another file. The bag in which a case is handed "
        "on has <code>verify.sh</code> and <code>verify.html</code>, which check all files, the signature, and each "
        "entry below “Custody” against the signed log, with no network and without Passerby.</p>"
        "<h2>What this shows, and what not</h2><ul>"
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


def _table(title: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th scope=col>{name}</th>" for name in heads)
    table = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"<h3>{title}</h3><table aria-label='{title}'>{table}</table>"


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _when(moment: str, clock: str) -> str:
    return f"<span class=short>{_time(moment)}</span><br>{_clock(clock)}"


def _who(user: str) -> str:
    return f"<div class=who>{escape(user)}</div>"


def _verdict(checks: Sequence[StoredCheck]) -> str:
    if not checks:
        return "not checked yet"
    return f"{'NOT SOUND' if checks[0].faults else 'sound'}, {_time(format_date(int(checks[0].time)))}"


def _time(moment: str) -> str:
    """To the second; the log itself has more."""
    return f"{escape(moment[:10])} {escape(moment[11:19])} UTC" if moment else ""


def _clock(state: str) -> str:
    return CLOCKS.get(state, "clock not noted")


def _hash(digest: str) -> str:
    """In full, in groups that lines may break between."""
    return f"<code class=hash>{'<wbr>'.join(_groups(escape(digest)))}</code>"


def _groups(text: str, size: int = 16) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))
