"""The beginning of a graph of FFmpeg's filters: where decoded pictures go in."""

from fractions import Fraction

from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame


def add_source(graph: Graph, picture: VideoFrame, tick: Fraction, **options: str) -> FilterContext:
    """A source for pictures like this one, their times in ``tick`` seconds; ``options`` are more of FFmpeg's."""
    return graph.add(
        "buffer",
        video_size=f"{picture.width}x{picture.height}",
        pix_fmt=picture.format.name,
        time_base=str(tick),
        colorspace=str(int(picture.colorspace)),
        range=str(int(picture.color_range)),
        **options,
    )
