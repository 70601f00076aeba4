"""What hangs on a decoded picture besides its samples.

PyAV lists nothing of a picture as soon as one thing on it is of a kind that it does not know by name, as EXIF and the
number of a view are. Such things are taken off first, by FFmpeg's own filter.
"""

from fractions import Fraction

from av.filter import Graph
from av.sidedata.sidedata import SideData, SideDataContainer, Type
from av.video.frame import VideoFrame

from passerby.media.read.filter_source import add_source

_KINDS = range(64)  # FFmpeg 8 has 32 of them
_NAMED: frozenset[object] = frozenset(kind.value for kind in Type)


def side_data(picture: VideoFrame) -> list[SideData]:
    """What hangs on a picture, of the kinds that have a name in PyAV."""
    return _listed(picture) if has_names_only(picture) else _listed(_with_names_only(picture))


def has_names_only(picture: VideoFrame) -> bool:
    """Whether all that hangs on a picture is of kinds that PyAV knows."""
    try:
        _listed(picture)
    except ValueError:
        return False
    return True


def _listed(picture: VideoFrame) -> list[SideData]:
    # Not picture.side_data: the picture keeps that, and that the picture, until Python looks for such circles; at 4K
    # hundreds of pictures wait for it.
    return list(SideDataContainer(picture))  # type: ignore[call-arg]  # what PyAV says of it is too narrow


def _with_names_only(picture: VideoFrame) -> VideoFrame:
    graph = Graph()
    source = add_source(graph, picture, Fraction(1))
    removers = [graph.add("sidedata", f"mode=delete:type={kind}") for kind in _KINDS if kind not in _NAMED]
    graph.link_nodes(source, *removers, graph.add("buffersink"))
    graph.configure()
    graph.vpush(picture)
    return graph.vpull()
