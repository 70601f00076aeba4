"""What is noted of an item of evidence when it is taken, and the document that it is kept as."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from passerby.clock_state import ClockState
from passerby.evidence.digests import Digests
from passerby.evidence.sidecars import Fit

FORMAT = "passerby-intake-1"


@dataclass(frozen=True, slots=True)
class Acquisition:
    """How an item came, as whoever hands it over tells it. Nobody has checked that."""

    source: str = ""  # from what or where: "phone of the office, by cable"
    by: str = ""  # who took it, by role: "field team 2"
    notes: str = ""


@dataclass(frozen=True, slots=True)
class TakenSidecar:
    """A file that lay beside the original, and is kept beside it."""

    name: str
    kind: str
    sha256: str
    verdict: Fit
    reason: str


@dataclass(frozen=True, slots=True)
class Intake:
    """An item as it was when it was taken."""

    name: str  # of the file, without folders
    digests: Digests
    modified: str  # when the file was last written to, as its disk says: ISO 8601, UTC
    taken: str  # ISO 8601, UTC, to the microsecond
    clock: ClockState  # of this machine then
    tool: str  # "Passerby 1.2.3"
    acquisition: Acquisition
    recorded: str = ""  # when it was recorded, as the container says it, to the letter
    zone: str = ""  # the offset that names
    zone_source: str = ""
    device: dict[str, str] = field(default_factory=dict)
    sidecars: tuple[TakenSidecar, ...] = ()
    original: str = ""  # where the original lies among the library's files; "" in what leaves it

    def document(self) -> dict[str, Any]:
        """All of it, as JSON holds it."""
        return {"format": FORMAT, **asdict(self)}

    def written(self) -> str:
        """The document to the letter, in one way only."""
        return json.dumps(self.document(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @classmethod
    def read(cls, written: str) -> Intake:
        """Raises ValueError for what is no such document."""
        try:
            told = json.loads(written)
            if told.pop("format") != FORMAT:
                raise ValueError("another format")
            told["digests"] = Digests(**told["digests"])
            told["acquisition"] = Acquisition(**told["acquisition"])
            told["sidecars"] = tuple(TakenSidecar(**each) for each in told["sidecars"])
            return cls(**told)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"expected what is noted of an item of evidence ({error})") from error


def record_hash(written: str) -> str:
    """What the log has of a record: the SHA-256 of its letters."""
    return sha256(written.encode()).hexdigest()
