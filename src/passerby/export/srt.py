"""SubRip captions of what is said. Times are rounded to the millisecond, which is what the format holds."""

from passerby.export.captions import captions, clock
from passerby.export.known import Known


def srt(known: Known) -> bytes:
    """The file; empty where nothing said is known."""
    blocks = []
    for number, caption in enumerate(captions(known), 1):
        start, end = clock(caption.span, known.video.time_base, ",")
        blocks.append(f"{number}\n{start} --> {end}\n{caption.text}\n")
    return "\n".join(blocks).encode()
