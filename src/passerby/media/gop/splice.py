"""A video track with some groups of pictures changed and encoded again, the others copied as they are.

What is copied keeps its pictures and loses all else: notes (SEI), in which cameras put places and serial numbers, are
left out. What is encoded has parameter sets under a number of its own; both are in the track's header. See
docs/decisions/0012.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from passerby.errors import GopCopyError
from passerby.media._av import open_container, read_only, read_packets
from passerby.media.damage import Damage
from passerby.media.gop.gops import Gops, pictures_only
from passerby.media.gop.h264 import read_extradata, split
from passerby.media.gop.reencode import Change, Run, Stamps, make_packet, open_encoder
from passerby.media.gop.splice_check import JointCheck, PacketLog
from passerby.media.read.probe import choose_video
from passerby.media.read.scale import Scaler
from passerby.media.write.video import USUAL_RATE, Output, turn


class Splice:
    """The copy of one video in a new file: a track of it, and the packets for that track.

    The file may be used only if all ``packets`` could be made, and ``check`` has found them in it.
    """

    def __init__(self, output: Output, path: Path, gops: Gops, dirty: NDArray[np.bool_], change: Change) -> None:
        """``dirty`` (g,) says which groups are changed: all that ``gops.dirty`` does, or more."""
        self._path, self._gops, self._dirty, self._change = path, gops, dirty, change
        self._tick = gops.layout.info.time_base.tick
        self._log = PacketLog(self._tick)
        self._scaler = Scaler(gops.layout.orientation)
        self._stream = output.container.add_stream("libx264", gops.layout.rate or USUAL_RATE, time_base=self._tick)
        encoder = self._stream.codec_context
        open_encoder(encoder, gops)
        own_sets, _ = read_extradata(encoder.extradata or b"")
        self._record = (gops.sets + own_sets if dirty.any() else gops.sets).record()
        encoder.extradata = self._record
        turn(self._stream, gops.layout.orientation, output.kind)

    def packets(self) -> Iterator["Packet[Stream]"]:
        """The packets of the track, in the order of decoding; their times are on the shown timeline.

        What was encoded has been decoded again and compared, with pictures of the copied groups around it. Raises
        GopCopyError where the file, or what was made of it, is not as expected.
        """
        damage = Damage()
        with open_container(self._path) as container:
            video = choose_video(container, self._path)
            video.thread_type = "AUTO"
            read_only(container, [video])
            for packet in self._spliced(video, read_packets(container, [video], damage)):
                self._log.add(packet)
                packet.stream = self._stream
                yield packet
        if damage != Damage():
            raise GopCopyError("parts of it are damaged")

    def check(self, copy: Path) -> None:
        """See that every packet is in the written file as it was made, at its time. Raises GopCopyError."""
        self._log.compare(copy)

    def _spliced(self, video: VideoStream, packets: Iterator["Packet[Stream]"]) -> Iterator["Packet[Stream]"]:
        check = JointCheck(self._record, video, self._scaler)
        run: Run | None = None
        index = -1
        for index, packet in enumerate(packets):
            group = int(np.searchsorted(self._gops.starts, index, "right")) - 1
            if self._dirty[group]:
                run = run or self._start_run(video, group, check)
                yield from run.push(packet)
                continue
            if run is not None:
                yield from run.finish()
                run = None
            yield self._copied(packet, index, check)
        if run is not None:
            yield from run.finish()
        check.finish()
        if index + 1 != len(self._gops.times):
            raise GopCopyError("it changed while it was read")

    def _copied(self, packet: "Packet[Stream]", index: int, check: JointCheck) -> "Packet[Stream]":
        units = pictures_only(split(bytes(packet), self._gops.length_size))
        stamps = Stamps(int(self._gops.times[index]), int(self._gops.decoding[index]), packet.duration or 0)
        copy = make_packet(units, stamps, self._tick)
        check.copied(packet, copy)
        return copy

    def _start_run(self, video: VideoStream, group: int, check: JointCheck) -> Run:
        """From this group on to the next that is clean; what of it lies before time zero is left out."""
        clean_after = np.flatnonzero(~self._dirty[group:])
        end = self._gops.starts[group + clean_after[0]] if len(clean_after) else None
        within = slice(self._gops.starts[group], end)
        times = np.sort(self._gops.times[within])
        before_zero = int(np.searchsorted(times, 0))
        check.start_run()
        return Run(
            video, self._gops, times[before_zero:], self._gops.decoding[within][before_zero:], self._change, check
        )
