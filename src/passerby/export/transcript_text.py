"""What is said as plain text, to be read and quoted: a line for each utterance, with the time at which it begins."""

from passerby.export.known import Known, one_line
from passerby.times import format_timecode


def transcript_text(known: Known) -> bytes:
    """The file; empty where nothing said is known."""
    seconds = known.video.time_base.seconds
    lines = sorted(known.utterances, key=lambda said: said.span.start)
    return "".join(f"{format_timecode(seconds(said.span.start))}  {one_line(said.text)}\n" for said in lines).encode()
