"""Items of evidence for tests: a clip that was taken into a case, with what lay beside it."""

from pathlib import Path

from clips import make_clip
from passerby.casework.casework import Casework
from passerby.evidence.digests import digests
from passerby.evidence.intake import Acquisition
from passerby.library import Library
from passerby.settings import Settings

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
