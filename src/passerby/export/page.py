"""All that is known of a video as one HTML page that needs no other file: to be read, mailed and kept.

It runs no script and loads nothing, and says so to the browser. Its pictures are the masked ones of the library; of
people it tells when they are there, and how many.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import resources

from passerby.export.known import Finding, Known
from passerby.export.lanes import joined, lanes, short
from passerby.export.people_insight import people_seen
from passerby.export.sheet import NOT_SHOWN
from passerby.records import Thumbnail
from passerby.times import Span, format_timecode
from passerby.version import __version__

MOST_TIMES = 12  # of a thing, that are told
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page(known: Known, thumbnails: Iterable[Thumbnail]) -> str:
    """The document."""
    pictures = _pictures(known, thumbnails)
    classes = {number: f"p{number}" for number in pictures}
    findings = known.findings()
    sections = [
        _section("Timeline", lanes(known, classes)),
        _section("Transcript", _lines(known, [one for one in findings if one.kind == "said"])),
        _section("Shots", _shots(known, classes), len(known.shots)),
        _section("Things and tags", _labels(known, findings)),
        _section("Text on screen", _lines(known, [one for one in findings if one.kind == "text"])),
    ]
    name = escape(known.name)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{name}</title>\n<style>\n{_style(pictures)}</style>\n</head>\n<body>\n{_header(known)}\n<main>\n"
        + "\n".join(filter(None, sections))
        + f"\n</main>\n{_footer(known)}\n</body>\n</html>\n"
    )


def _pictures(known: Known, thumbnails: Iterable[Thumbnail]) -> dict[int, bytes]:
    """By the index of a shot the middle one of its pictures."""
    mine: dict[int, list[bytes]] = defaultdict(list)
    for thumbnail in thumbnails:
        mine[known.moments[thumbnail.moment].shot].append(thumbnail.jpeg)
    return {shot: jpegs[len(jpegs) // 2] for shot, jpegs in mine.items()}


def _style(pictures: Mapping[int, bytes]) -> str:
    """The rules; a picture is in them once, and drawn in two places."""
    rules = resources.files("passerby.export").joinpath("page.css").read_text("utf-8")
    drawn = (
        f".p{shot}{{background-image:url(data:image/jpeg;base64,{b64encode(jpeg).decode()})!important}}\n"
        for shot, jpeg in pictures.items()
    )
    return rules + "".join(drawn)


def _header(known: Known) -> str:
    video = known.video
    facts = f"{format_timecode(video.time_base.seconds(video.duration))} · {video.width}x{video.height}"
    counts = [
        _counted(len(known.shots), "shot"),
        _counted(len({track.label for track in known.tracks}), "kind of thing", "kinds of things"),
        _counted(len(known.texts), "line of text", "lines of text"),
        _counted(len(known.utterances), "utterance"),
    ]
    note = f'<p class="note">{escape(video.status)}: {escape(video.note)}</p>' if video.note else ""
    return (
        f"<header>\n<h1>{escape(known.name)}</h1>\n"
        f'<p class="faint">{facts} · {" · ".join(count for count in counts if count)}</p>\n{note}\n</header>'
    )


def _footer(known: Known) -> str:
    people = people_seen(known.people, known.video)
    told = (
        f"People are seen for {people.seconds:.1f} s, at most {people.max_at_once} at once, and masked in all "
        "pictures. Nothing else about them is kept."
        if people.max_at_once
        else "No people were found."
    )
    return (
        f"<footer>\n<p>{told}</p>\n<p>Labels and texts are what programs found, and can be wrong. "
        f"Made by Passerby {__version__} from the video {known.video.id[:12]}.</p>\n</footer>"
    )


def _section(title: str, content: str, count: int | None = None) -> str:
    """A section with a heading; nothing where there is nothing in it."""
    if not content:
        return ""
    name = title.split()[0].lower()
    how_many = "" if count is None else f" <small>{count}</small>"
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}{how_many}</h2>\n{content}\n</section>'


def _shots(known: Known, classes: Mapping[int, str]) -> str:
    seconds = known.video.time_base.seconds
    rows = []
    for number, (shot, words) in enumerate(zip(known.shots, known.words(), strict=True)):
        drawn = number in classes
        picture = (
            f'<div class="picture {classes[number]}" role="img" aria-label="Shot {number + 1}, without its people">'
            if drawn
            else '<div class="picture">'
        )
        times = f"{format_timecode(seconds(shot.span.start))} to {format_timecode(seconds(shot.span.end))}"
        rows.append(
            f'<li id="shot-{number + 1}">{picture}{"" if drawn else NOT_SHOWN}</div>\n'
            f"<p><b>{number + 1}</b> <time>{times}</time></p><p>{escape(', '.join(words))}</p></li>"
        )
    return '<ol class="shots">\n' + "\n".join(rows) + "\n</ol>" if rows else ""


def _lines(known: Known, findings: Sequence[Finding]) -> str:
    """What is said or read, each with its time."""
    rows = []
    for finding in findings:
        language = f' lang="{escape(finding.language)}"' if finding.language else ""
        when, text = short(known, finding.span.start), escape(finding.label)
        rows.append(f'<li><time>{when}</time><span{language} dir="auto">{text}</span></li>')
    return '<ol class="lines">\n' + "\n".join(rows) + "\n</ol>" if rows else ""


def _labels(known: Known, findings: Sequence[Finding]) -> str:
    """A table of what was seen: what, when, and how sure at best."""
    by_label: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.kind in ("object", "tag"):
            by_label[finding.label, finding.kind].append(finding)
    ordered = sorted(by_label.items(), key=lambda item: (item[0][1], -_best(item[1])))
    rows = [
        f"<tr><td>{escape(label)}</td><td>{'thing' if kind == 'object' else 'tag'}</td>"
        f'<td>{_when(known, [one.span for one in mine])}</td><td class="number">{_best(mine):.2f}</td></tr>'
        for (label, kind), mine in ordered
    ]
    names = "".join(f'<th scope="col">{name}</th>' for name in ("what", "kind", "when"))
    head = f'<tr>{names}<th scope="col" class="number">score</th></tr>'
    return f'<div class="scroll"><table>\n{head}\n' + "\n".join(rows) + "\n</table></div>" if rows else ""


def _best(findings: Sequence[Finding]) -> float:
    return max(finding.score or 0.0 for finding in findings)


def _when(known: Known, spans: Sequence[Span]) -> str:
    found = joined(spans, known.video.time_base.ticks(1))
    told = [f"{short(known, span.start)}–{short(known, span.end)}" for span in found[:MOST_TIMES]]  # noqa: RUF001
    return ", ".join(told) + (f" and {len(found) - MOST_TIMES} more" if len(found) > MOST_TIMES else "")


def _counted(count: int, one: str, many: str = "") -> str:
    return "" if not count else f"{count} {one if count == 1 else many or one + 's'}"
