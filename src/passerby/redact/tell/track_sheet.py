"""A page with a picture, a number and the times of each track, from which a user chooses what stays visible.

It shows what a copy hides, and says so; no other file holds these pictures.
"""

import base64
import html
from collections.abc import Sequence
from pathlib import Path

from passerby.errors import OutputError
from passerby.files import private
from passerby.media.read.frames import Frame, open_video
from passerby.pictures import cut_around, fitted, jpeg
from passerby.redact.plan.kinds import PLACED_KINDS
from passerby.redact.plan.plan import HiddenTrack, Plan, box_at
from passerby.times import TimeBase, format_timecode
from passerby.wording import counted, written_out

TRACK_MARGIN = 0.6  # what is shown around a box, as a share of its sides
PICTURE_SIDE, QUALITY = 220, 95  # pixels; of JPEG, 0 to 100
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #202124; background: #faf9f6 }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 1.5rem }
figure { margin: 0 } img { width: 100%; border-radius: 4px; background: #e4e3de }
b { font-size: 1.2rem } .shown { opacity: .55 } p { max-width: 60rem }
"""


def found_tracks(plan: Plan) -> list[HiddenTrack]:
    """The tracks of which the page has a picture: not those that the user has placed."""
    return [track for track in plan.tracks if track.kind not in PLACED_KINDS]


def track_sheet(source: Path, plan: Plan) -> str:
    """The page for the tracks of ``plan``. Raises what ``open_video`` and its reader do."""
    found = found_tracks(plan)
    pictures = _pictures(source, plan, found)
    title = html.escape(written_out(plan.original.name))
    figures = "\n".join(_figure(track, pictures.get(track.number), plan.original.time_base) for track in found)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Tracks of {title}</title><style>{STYLE}</style>\n'
        f"<h1>Tracks of {title}</h1>\n<p>These pictures show what a redacted copy hides: keep this page to yourself, "
        "and delete it when you are done. To leave a track visible: <code>--show-track N</code>; to hide nothing but "
        f"some: <code>--only-track N</code>. {counted(len(found), 'track')}.</p>\n<main>\n{figures}\n</main></html>\n"
    )


def write_track_sheet(source: Path, plan: Plan, target: Path) -> int:
    """Write the page, readable by its owner alone; how many tracks it shows. Raises OutputError."""
    text = track_sheet(source, plan)
    try:
        private.write_text(target, text)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror}); check the folder and the disk") from error
    return len(found_tracks(plan))


def _pictures(source: Path, plan: Plan, tracks: Sequence[HiddenTrack]) -> dict[int, bytes]:
    """JPEGs by the numbers of their tracks, each from the middle of the track."""
    wanted = sorted(((int(track.times[0]) + int(track.times[-1])) // 2, track.number, track) for track in tracks)
    pictures: dict[int, bytes] = {}
    with open_video(source) as reader:
        for frame in reader.read():
            if not isinstance(frame, Frame):
                continue
            while wanted and wanted[0][0] <= frame.pts:
                _, number, track = wanted.pop(0)
                pictures[number] = _picture(frame, track, plan)
            if not wanted:
                break
    return pictures


def _picture(frame: Frame, track: HiddenTrack, plan: Plan) -> bytes:
    width, height = plan.original.width, plan.original.height
    box = box_at(track, min(frame.pts, int(track.times[-1])))
    cut = cut_around(frame.rgb(width, height), box, TRACK_MARGIN * (box[2:] - box[:2]))
    return jpeg(fitted(cut, PICTURE_SIDE), QUALITY) if cut.size else b""


def _figure(track: HiddenTrack, picture: bytes | None, base: TimeBase) -> str:
    start, end = (format_timecode(base.seconds(int(pts))) for pts in (track.times[0], track.times[-1]))
    image = f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(picture).decode()}">' if picture else ""
    shown = "" if track.hidden else ' class="shown"'
    kind = html.escape(track.label or track.kind)
    return (
        f"<figure{shown}>{image}<figcaption><b>{track.number}</b> {kind}, {track.score:.2f}<br>{start} to {end}"
        "</figcaption></figure>"
    )
