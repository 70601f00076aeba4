"""Whole pictures from interlaced ones."""

from collections.abc import Iterator
from fractions import Fraction

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from passerby.media.read.filter_source import add_source


class Deinterlacer:
    """Lets pictures pass until one is interlaced; from then on all go through FFmpeg's bwdif filter.

    One picture comes out for each that goes in, with its pts and duration; progressive ones are not changed.
    """

    def __init__(self, tick: Fraction) -> None:
        self._tick = tick
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None

    def push(self, picture: VideoFrame) -> Iterator[VideoFrame]:
        """The pictures that are ready, in their order; the filter holds one back."""
        shape = picture.width, picture.height, picture.format.name
        if self._graph is not None and shape != self._shape:
            yield from self.flush()
        if self._graph is None:
            if not picture.interlaced_frame:
                yield picture
                return
            self._graph, self._shape = self._bwdif(picture), shape
        self._graph.vpush(picture)
        yield from self._pull(self._graph)

    def flush(self) -> Iterator[VideoFrame]:
        """The picture that is held back, if any."""
        graph, self._graph = self._graph, None
        if graph is not None:
            graph.vpush(None)
            yield from self._pull(graph)

    def _bwdif(self, picture: VideoFrame) -> Graph:
        graph = Graph()
        source = add_source(graph, picture, self._tick, pixel_aspect="1/1")
        graph.link_nodes(source, graph.add("bwdif", mode="send_frame", deint="interlaced"), graph.add("buffersink"))
        graph.configure()
        return graph

    def _pull(self, graph: Graph) -> Iterator[VideoFrame]:
        while True:
            try:
                picture = graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            # The filter counts in half ticks: exact to go back from.
            ticks = (picture.time_base or self._tick) / self._tick
            picture.pts, picture.duration = int((picture.pts or 0) * ticks), int(picture.duration * ticks)
            yield picture
