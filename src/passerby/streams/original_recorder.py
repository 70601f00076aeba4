"""What a source sends becomes segments as it was sent, people and all: only where a user has chosen to keep that."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from passerby.clock_state import ClockState, clock_state
from passerby.errors import OutputError
from passerby.media.write.stream_copy import StreamCopy, open_stream_copy
from passerby.store.streams import StoredSegment
from passerby.streams.segment_parts import SegmentPart
from passerby.streams.sent_packets import SentPacket

KEPT_EVERY = 2.0  # seconds from one time to the next that what is known of a segment is written down
_LONGEST = 3.0  # times the length that is asked for, until which a key frame is waited for
