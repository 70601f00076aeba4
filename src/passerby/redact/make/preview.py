"""A frame as a copy will show it, before there is one."""

from pathlib import Path

from passerby.media.read.frames import Frame
from passerby.media.read.planes import Picture, cropped
from passerby.media.read.probe import Layout
from passerby.media.write.containers import FileKind, kind_of_file
from passerby.media.write.encoders import choose_encoding
from passerby.redact.make.hide_frame import FrameHider
from passerby.redact.plan.plan import Plan

USUAL_KIND = kind_of_file(Path("copy.mp4"))  # the pages suggest it; all others get the same samples


def encoder_input(frame: Frame, layout: Layout, plan: Plan, kind: FileKind = USUAL_KIND) -> Picture:
    """What the encoder of a copy of such a kind gets for a frame: the picture before it is encoded."""
    return FrameHider(plan, layout.placement, choose_encoding(kind, layout).format).picture(frame)


def preview(frame: Frame, layout: Layout, plan: Plan) -> Frame:
    """A frame with what its copy shows, in the size and the colours that players give it."""
    picture = cropped(encoder_input(frame, layout, plan), layout.coded_size)
    colours = layout.colours
    picture.colorspace, picture.color_trc, picture.color_primaries = colours.matrix, colours.transfer, colours.primaries
    return Frame(frame.pts, frame.duration, picture, frame.scaler)
