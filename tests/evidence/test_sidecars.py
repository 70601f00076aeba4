"""Files beside an original are found by their names, and checked as far as that goes without keys."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from passerby.evidence.digests import Digests, digests
from passerby.evidence.sidecars import Sidecar, beside, check


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"the film")
    return path


@pytest.fixture
def known(original: Path) -> Digests:
    return digests(original)


def test_sidecars_are_found_by_name_and_nothing_else_is(original: Path, known: Digests) -> None:
    for name in (
        "clip.mp4.asc",
        "clip.mp4.ots",
        f"{known.sha256}.proof.csv",
        "clip.wacz",
        "other.mp4.asc",
        "notes.txt",
    ):
        (original.parent / name).write_bytes(b"")
    assert {side.path.name: side.kind for side in beside(original, known)} == {
        "clip.mp4.asc": "OpenPGP signature",
        "clip.mp4.ots": "OpenTimestamps",
        f"{known.sha256}.proof.csv": "ProofMode",
        "clip.wacz": "web archive",
    }


@pytest.mark.parametrize("kind", ["ProofMode", "checksum", "OpenTimestamps"])
def test_one_of_another_file_does_not_fit(original: Path, known: Digests, kind: str) -> None:
    path = original.parent / ("a.sha256" if kind == "checksum" else "a.bin" if kind == "OpenTimestamps" else "a.csv")
    for digest, verdict in ((known.sha256, "fits"), (sha256(b"other").hexdigest(), "does not fit")):
        path.write_bytes(bytes.fromhex(digest) if kind == "OpenTimestamps" else f"{digest}  clip.mp4\n".encode())
        assert check(Sidecar(path, kind), known).verdict == verdict


def test_a_web_archive_is_checked_by_its_own_list(original: Path, known: Digests) -> None:
    path = original.parent / "clip.wacz"
    for content, verdict in ((b"page", "fits"), (b"PAGE", "does not fit")):
        listed = {"resources": [{"path": "archive/a", "hash": f"sha256:{sha256(b'page').hexdigest()}"}]}
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("datapackage.json", json.dumps(listed))
            archive.writestr("archive/a", content)
        assert check(Sidecar(path, "web archive"), known).verdict == verdict
    path.write_bytes(b"no archive")
    assert check(Sidecar(path, "web archive"), known).verdict == "does not fit"


def test_a_signature_is_kept_and_said_to_be_unchecked(original: Path, known: Digests) -> None:
    path = original.parent / "clip.mp4.asc"
    path.write_bytes(b"-----BEGIN PGP SIGNATURE-----")
    assert check(Sidecar(path, "OpenPGP signature"), known).verdict == "not checked"
