"""Content Credentials: what a signed copy says, what it does not say, and that a bad signature leaves no copy."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from PIL import Image

from certificates import make_signing
from clips import make_clip
from fake_models import FACE, FakeModels
from passerby import extras
from passerby.errors import MissingExtraError, OutputError, UsageError
from passerby.evidence.credentials import EDITED, TYPES, Signing, StatedEdit, Statement, signed
from passerby.media.read.frames import Frame, open_video
from passerby.records import Pixels
from passerby.redact.make.redacted_still import redact_file
from passerby.redact.make.request import Request
from passerby.redact.plan import plan_file
from passerby.redact.plan.policy import Policy

SIZE = (160, 96)


def face(index: int) -> Pixels:
    picture = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    picture[20:60, 40:76] = FACE
    return picture


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "her name.mp4"
    return make_clip(path, size=SIZE, frames=6, picture=face, numbered=False)


def redact(source: Path, target: Path, signing: Signing | None) -> Any:
    return redact_file(Request(source, target, Policy(), signing=signing), FakeModels(), lambda progress: None)


def manifest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        store = json.loads(c2pa.Reader(TYPES[path.suffix], file).json())
    assert store["validation_state"] == "Valid"
    found: dict[str, Any] = store["manifests"][store["active_manifest"]]
    return found


def described(action: dict[str, Any]) -> tuple[str, str, list[tuple[str, str]]]:
    """What an action says was done, and when."""
    times = [region["time"] for change in action.get("changes", []) for region in change["region"]]
    spans = [(time["start"], time["end"]) for time in times]
    return action["action"], action["parameters"]["description"], spans


def pictures(path: Path) -> list[Pixels]:
    with open_video(path) as reader:
        return [frame.rgb(*SIZE) for frame in reader.read() if isinstance(frame, Frame)]


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".m4v"])
def test_a_signed_copy_shows_the_same_and_names_its_original_by_its_hash(
    clip: Path, tmp_path: Path, ending: str
) -> None:
    plain, target = tmp_path / f"plain{ending}", tmp_path / f"safe{ending}"
    unsigned = redact(clip, plain, None)
    made = redact(clip, target, make_signing(tmp_path))
    assert plan_file.dump(made.plan) == plan_file.dump(unsigned.plan)
    shown = zip(pictures(target), pictures(plain), strict=True)
    apart = [int(np.abs(one.astype(int) - other).max()) for one, other in shown]
    assert apart == [0] * 6
    told = manifest(target)
    (parent,) = told["ingredients"]
    digest = made.plan.original.sha256
    assert (parent["relationship"], parent["title"]) == ("parentOf", "original")
    assert parent["instance_id"] == f"urn:sha256:{digest}"
    assertions = {each["label"]: each["data"] for each in told["assertions"]}
    assert assertions["org.passerby.original"] == {"sha256": digest}
    _, hidden, sound, metadata = assertions["c2pa.actions.v2"]["actions"]
    assert described(hidden) == ("c2pa.edited", "faces hidden (solid)", [("0.000", "0.208")])
    assert described(sound) == ("c2pa.edited", "sound left out", [])
    assert described(metadata) == ("c2pa.edited.metadata", "metadata of the original left out", [])
    assert "thumbnail" not in json.dumps(told)
    assert b"her name" not in target.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".tif"])
def test_still_images_are_signed_too(tmp_path: Path, ending: str) -> None:
    source, target = tmp_path / f"in{ending}", tmp_path / f"out{ending}"
    Image.fromarray(face(0)).save(source)
    redact(source, target, make_signing(tmp_path))
    told = manifest(target)
    assert told["ingredients"][0]["relationship"] == "parentOf"
    (actions,) = [each["data"]["actions"] for each in told["assertions"] if each["label"] == "c2pa.actions.v2"]
    assert [described(action)[1:] for action in actions[1:]] == [
        ("faces hidden (solid)", []),
        ("metadata of the original left out", []),
    ]


@pytest.mark.parametrize(
    "key", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)], ids=["P-384", "RSA"]
)
def test_other_kinds_of_keys_sign(clip: Path, tmp_path: Path, key: Any) -> None:
    redact(clip, tmp_path / "safe.mp4", make_signing(tmp_path, key))
    assert manifest(tmp_path / "safe.mp4")


def test_a_statement_is_what_is_signed_whatever_the_file_is_of(tmp_path: Path) -> None:
    part = tmp_path / "part.png"
    Image.fromarray(face(0)).save(part)
    statement = Statement("ab" * 32, (StatedEdit(EDITED, "cut to a second", ((1.0, 2.0),)),))
    with signed(part, tmp_path / "out.png", statement, make_signing(tmp_path)) as whole:
        told = manifest(whole)
    assertions = {each["label"]: each["data"] for each in told["assertions"]}
    assert assertions["org.passerby.original"] == {"sha256": "ab" * 32}
    edited = assertions["c2pa.actions.v2"]["actions"][1]
    assert described(edited) == ("c2pa.edited", "cut to a second", [("1.000", "2.000")])
    assert not whole.exists()


def refused(clip: Path, target: Path, signing: Signing, message: str) -> None:
    before = set(target.parent.iterdir())
    with pytest.raises(UsageError, match=message):
        redact(clip, target, signing)
    assert set(target.parent.iterdir()) == before


def test_what_cannot_be_signed_with_is_refused_before_any_work(clip: Path, tmp_path: Path) -> None:
    signing, target = make_signing(tmp_path), tmp_path / "safe.mp4"
    refused(clip, target, replace(signing, key=tmp_path / "none.pem"), "expected a PEM file that can be read")
    refused(clip, target, replace(signing, key=signing.certificate), "expected a private key as PEM")
    refused(clip, target, replace(signing, certificate=signing.key), "expected a chain of certificates as PEM")
    refused(clip, tmp_path / "safe.mkv", signing, r"expected one of \.mp4, .* found \.mkv")


def test_a_key_with_a_password_is_refused(clip: Path, tmp_path: Path) -> None:
    signing = make_signing(tmp_path)
    key = load_pem_private_key(signing.key.read_bytes(), None)
    signing.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    refused(clip, tmp_path / "safe.mp4", signing, "without a password")


def test_the_key_of_another_certificate_leaves_no_copy(clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    signing = replace(make_signing(tmp_path), key=make_signing(other).key)
    with pytest.raises(UsageError, match="found another one's"):
        redact(clip, tmp_path / "safe.mp4", signing)
    assert {path.name for path in tmp_path.iterdir()} == {"chain.pem", "key.pem", "other"}


def test_without_the_package_the_extra_is_named(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(extras, "import_module", missing)
    with pytest.raises(MissingExtraError, match=r"pip install 'passerby\[c2pa\]'"):
        redact(clip, tmp_path / "safe.mp4", make_signing(tmp_path))


def test_a_signature_that_does_not_hold_leaves_no_copy(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Doubting:
        def __init__(self, *arguments: object) -> None: ...

        def json(self) -> str:
            return '{"validation_state": "Invalid"}'

    monkeypatch.setattr(c2pa, "Reader", Doubting)
    with pytest.raises(OutputError, match="expected a valid signature, found it invalid"):
        redact(clip, tmp_path / "safe.mp4", make_signing(tmp_path))
    assert not (tmp_path / "safe.mp4").exists()
