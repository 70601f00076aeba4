"""Clips cut into the pieces of HLS and DASH, as a server of streams cuts them."""

from pathlib import Path

import av

PIECE_SECONDS = 1


def segmented(clip: Path, playlist: Path, options: dict[str, str] | None = None) -> dict[str, bytes]:
    """The playlist and all that it names, by name; the format is that of the playlist's suffix: .m3u8 or .mpd."""
    playlist.parent.mkdir(parents=True, exist_ok=True)
    form = "hls" if playlist.suffix == ".m3u8" else "dash"
    usual = {"hls_time": str(PIECE_SECONDS), "hls_list_size": "0"} if form == "hls" else {"seg_duration": "1"}
    with av.open(str(clip)) as source, av.open(str(playlist), "w", format=form, options=usual | (options or {})) as out:
        video = source.streams.video[0]
        copy = out.add_stream_from_template(video)
        for packet in source.demux(video):
            if packet.dts is not None:
                packet.stream = copy
                out.mux(packet)
    return {path.name: path.read_bytes() for path in playlist.parent.iterdir()}
