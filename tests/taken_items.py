"""Items of evidence for tests: a clip that was taken into a case, with what lay beside it."""

import json
from pathlib import Path

from clips import make_clip
from libraries import add_copy
from passerby.casework.casework import Casework
from passerby.evidence.digests import digests
from passerby.evidence.intake import Acquisition, Intake
from passerby.library import Library
from passerby.redact.audit.result import Audit
from passerby.settings import Settings
from passerby.store.evidence import StoredCheck, StoredIntake
from passerby.store.library import open_store

CASE = "Complaint 12"
PHONE = Acquisition("phone of the office, by cable", "field team 2", "handed over in a sealed bag")


def casework(library: Path) -> Casework:
    """The evidence of a library, for who sits at the machine."""
    return Casework(Library(Settings(library=str(library))))


def take_clip(library: Path, clip: Path, case: str = CASE) -> tuple[str, str]:
    """Take a clip with a checksum beside it, into a case; the ids of the item and of the case."""
    clip.with_name(f"{clip.name}.sha256").write_text(f"{digests(clip).sha256}  {clip.name}\n")
    (taking,) = casework(library).take([clip], PHONE, case, ["shots"])
    assert taking.status == "taken", taking
    return taking.video, casework(library).case(case)


def take_one(library: Path, folder: Path) -> tuple[str, str]:
    """The same with a clip of its own, made in a folder."""
    return take_clip(library, make_clip(folder / "march.mp4", frames=24))


def original_of(library: Path, name: str = "march.mp4") -> Path:
    (found,) = library.glob(f"originals/*/{name}")
    return found


def flip(path: Path) -> None:
    """Change one byte of a file, and nothing else that a listing of its folder tells."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def note_item(library: Path, video: str, clip: Path) -> None:
    """Make a video of a library an item whose original is not kept, with two checks, for pages to show."""
    moment = "2026-03-08T10:15:00Z"
    record = Intake(clip.name, digests(clip), moment, moment, "synchronised", "Passerby", PHONE).written()
    with open_store(library, create=False) as store:
        store.evidence.put(StoredIntake(video, "5" * 128, record, 1.5))
        for second, faults in enumerate([(), (f"{clip.name}: its bytes are not what was taken",)]):
            store.evidence.keep_check(StoredCheck(video, 1_800_000_000.0 + second, "free-running", "kim", faults))


def copy_of(library: Path, video: str, film: Path, name: str = "march-safe.mp4") -> str:
    """A copy of an item that viewers may see, ``film`` being what is in it; its id."""
    audit = Audit(
        original=Path("march.mp4"),
        copy=Path(name),
        frames=24,
        tracks=(),
        shown_faces=(),
        every=1,
        smallest_height=16,
        looked_with=("yunet",),
        has_sound=False,
        tags=(),
        streams=(),
        problems=(),
        notes=(),
    )
    manifest = {
        "original": {"name": "march.mp4", "sha256": video},
        "copy": {"name": name, "sha256": digests(film).sha256},
        "models": [{"name": "centerface", "sha256": "ab" * 32}],
        "audit": audit.document(),
        "summary": ["2 faces hidden, in 18 of 24 frames"],
    }
    copy = "c0ffee0123456789"
    with open_store(library, create=False) as store:
        files = {name.replace(".", "__"): film.read_bytes(), "manifest__json": json.dumps(manifest).encode()}
        add_copy(store, copy, video, **files)
    return copy
