"""The report of an audit as one HTML file that needs no other, with pictures of the faces that show.

The pictures are cut from the copy and are in that file only: nothing else that Passerby writes holds them.
"""

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path

import cv2
import numpy as np

from passerby.errors import OutputError
from passerby.files import private
from passerby.pictures import cut_around, jpeg, resized
from passerby.records import Pixels
from passerby.redact.audit.result import Audit, AuditedTrack, Leak, ShownFace
from passerby.redact.audit.verdict import WORDS
from passerby.times import format_timecode
from passerby.wording import counted, written_out

MOST_PICTURES = 200  # in all,
MOST_OF_A_TRACK = 8
PAUSE = 1.0  # seconds of one run from one picture to the next
FACE_MARGIN = 0.6  # of the longer side of a face: what is shown around it
LONGEST = 240  # pixels of a picture's longer side
_QUALITY = 85
_YELLOW = (255, 220, 0)

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.verdict { border-left: .4rem solid #2a7d3f; padding: .5rem 1rem; font-size: 1.1rem; }
.verdict.failed { border-color: #c22; } .verdict.shows_on_purpose { border-color: #b26a00; }
.warning { background: #c222; padding: .5rem 1rem; }
table { border-collapse: collapse; } td, th { padding: .15rem 1rem .15rem 0; text-align: left; vertical-align: top; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; } figcaption { font-size: .85rem; } img { display: block; }
"""


@dataclass(frozen=True, slots=True)
class _LeakPicture:
    leak: Leak
    jpeg: bytes


class LeakReport:
    """Takes pictures while an audit runs (as its ``on_leak``), and writes the report after it."""

    def __init__(self) -> None:
        self._pictures: dict[int, list[_LeakPicture]] = {}

    def add(self, leak: Leak, picture: Pixels) -> None:
        """Take a leak with the frame (h, w, 3) that shows it, unless enough of its like are here."""
        mine = self._pictures.setdefault(leak.track, [])
        full = len(mine) >= MOST_OF_A_TRACK or sum(map(len, self._pictures.values())) >= MOST_PICTURES
        repeats = bool(mine) and not leak.begins_run and leak.time < mine[-1].leak.time + PAUSE
        if not full and not repeats:
            mine.append(_LeakPicture(leak, _cut(picture, leak)))

    def write(self, result: Audit, path: Path) -> None:
        """Write the report so that only its owner can read it. Raises OutputError."""
        try:
            private.write_text(path, self.html(result))
        except OSError as error:
            raise OutputError(f"{path}: expected a file that can be written, found: {error.strerror}") from error

    def html(self, result: Audit) -> str:
        """The whole document."""
        leaky = [track for track in result.tracks if track.shows]
        parts = [
            f"<h1>Audit of {escape(written_out(result.copy.name))}</h1>",
            f'<p class="verdict {result.state}">{_verdict(result)}</p>',
            self._warning(result),
            _facts(result),
            _on_purpose(result),
            *(self._track(track) for track in leaky),
        ]
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>Audit of {escape(written_out(result.copy.name))}</title><style>{_STYLE}</style></head>\n<body>\n"
            + "\n".join(part for part in parts if part)
            + "\n</body></html>\n"
        )

    def _warning(self, result: Audit) -> str:
        if not result.leaked:
            return ""
        shown = sum(map(len, self._pictures.values()))
        return (
            '<p class="warning">This file shows faces that should be hidden. They are kept in no other place: '
            "do not share it, and delete it when the copy is mended. "
            f"{counted(shown, 'picture')} of {counted(result.leaked, 'leak')}: the first of each run, "
            "and one of each second after that.</p>"
        )

    def _track(self, track: AuditedTrack) -> str:
        figures = "\n".join(map(_figure, self._pictures.get(track.number, [])))
        return (
            f"<h2>Face {track.number}{_in_plan(track)}, "
            f"{format_timecode(track.start)} to {format_timecode(track.end)}: "
            f"shows in {len(track.leaks)} of {counted(track.faces, 'frame')}, "
            f"{track.longest_run} in a row at most</h2>\n"
            f'<div class="pictures">{figures}</div>'
        )


def _cut(picture: Pixels, leak: Leak) -> bytes:
    """The face with what is around it and a line about it, as JPEG."""
    x1, y1, x2, y2 = leak.box
    margin = round(FACE_MARGIN * max(x2 - x1, y2 - y1))
    left, top = max(x1 - margin, 0), max(y1 - margin, 0)
    place = cut_around(picture, np.array(leak.box, np.float32), margin)
    zoom = LONGEST / max(place.shape[:2])
    drawn = resized(place, zoom)
    start, end = ((round((x - left) * zoom), round((y - top) * zoom)) for x, y in ((x1, y1), (x2, y2)))
    cv2.rectangle(drawn, start, end, _YELLOW, 1)
    return jpeg(drawn, _QUALITY)


def _figure(picture: _LeakPicture) -> str:
    leak, code = picture.leak, b64encode(picture.jpeg).decode("ascii")
    place = ", ".join(map(str, leak.box))
    follows = f"{leak.follows:.0%} of it unchanged" if leak.follows else "colour unchanged"
    return (
        f'<figure><img src="data:image/jpeg;base64,{code}" alt="">'
        f"<figcaption>{format_timecode(leak.time)} at {place}<br>{follows}</figcaption></figure>"
    )


def _verdict(result: Audit) -> str:
    return f"{escape(WORDS[result.state].capitalize())}: {escape(written_out(result.verdict))}."


def _in_plan(track: AuditedTrack) -> str:
    return "" if track.plan_track is None else f" (track {track.plan_track} of the plan)"


def _answer(track: AuditedTrack) -> str:
    answer = track.answer
    return f"face {track.number}: {answer.reason}" if answer else ""


def _on_purpose(result: Audit) -> str:
    """Which faces show since the plan says so, and when."""
    rows = "".join(
        f"<tr><td>face {face.face}</td><td>{format_timecode(face.start)} to {format_timecode(face.end)}</td>"
        f"<td>{counted(face.frames, 'frame')}</td><td>{_why(face)}</td></tr>"
        for face in result.shown_faces
    )
    return f"<h2>Faces that show on purpose</h2><table>{rows}</table>" if rows else ""


def _why(face: ShownFace) -> str:
    return "nothing is hidden then" if face.plan_track is None else f"track {face.plan_track} of the plan is visible"


def _facts(result: Audit) -> str:
    left = [*result.tags, *result.streams]
    rows = [
        ("original", result.original.name),
        ("frames compared", str(result.frames)),
        ("looked with", "; ".join(result.looked_with)),
        ("looked at", f"every {result.every}th frame of the original" if result.every > 1 else "every frame"),
        ("looked for", f"faces from about {result.smallest_height} pixels of height on, and nothing but faces"),
        ("longest exposed run", counted(result.longest_run, "frame")),
        ("sound in the copy", "yes: voices were not looked for" if result.has_sound else "none"),
        ("left in its container", ", ".join(left) or "nothing"),
        *(("answered as nobody", _answer(track)) for track in result.answered),
        *(("note", note) for note in result.notes),
    ]
    cells = "\n".join(f"<tr><th>{escape(name)}</th><td>{escape(written_out(value))}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>"
