"""The end of the log, signed by the library: whoever keeps it elsewhere sees later if that was cut or redone."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from passerby.clock_state import ClockState
from passerby.errors import UsageError
from passerby.evidence.library_key import LibraryKey, is_signed

FORMAT = "passerby-head-1"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """As of a time the log had so many entries, and its last one this hash."""

    count: int
    hash: str  # of the last entry, in hex
    time: str  # ISO 8601, UTC
    clock: ClockState
    key: str  # the public key, as PEM
    signature: str  # of ``statement()``, in Base64

    @classmethod
    def made(cls, count: int, hash_: str, time: str, clock: ClockState, key: LibraryKey) -> SignedHead:
        """That of now."""
        unsigned = cls(count, hash_, time, clock, key.public().decode(), "")
        signature = base64.b64encode(key.sign(unsigned.statement())).decode()
        return cls(count, hash_, time, clock, unsigned.key, signature)

    def statement(self) -> bytes:
        """What is signed: a line of JSON, in one way only."""
        told = {"format": FORMAT, "count": self.count, "hash": self.hash, "time": self.time, "clock": self.clock}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    def is_signed_by(self, public: bytes) -> bool:
        """Whether it is what the key has signed."""
        try:
            signature = base64.b64decode(self.signature, validate=True)
        except ValueError:
            return False
        return is_signed(public, self.statement(), signature)

    def written(self) -> str:
        """As a file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"

    @classmethod
    def read(cls, path: Path) -> SignedHead:
        """Raises UsageError for a file that is none."""
        try:
            told = json.loads(path.read_bytes())
            if told.pop("format") != FORMAT:
                raise ValueError("another format")
            return cls(**told)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"{path}: expected a signed end of a log, as `passerby evidence head` writes ({error})"
            ) from error
