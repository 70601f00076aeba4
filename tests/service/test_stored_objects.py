"""A server, and two, whose library keeps its files in a bucket: uploads, copies, originals and what is left of them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from clips import make_clip
from passerby.client import Client
from passerby.errors import ApiError
from passerby.evidence.custody import Custody
from passerby.settings import Settings
from passerby.store.library import open_store
from pictures import texture
from s3_server import S3Server, line
from serving import logged_in, make_users, server, server_process

SIZE = (160, 96)
PIECE = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
BUCKET = "stored-objects"
OWNER = "footage/library.json"


@pytest.fixture(scope="module")
def s3(shared_s3: S3Server) -> Iterator[S3Server]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in shared_s3.environment.items():
            patch.setenv(name, value)
        shared_s3.client().create_bucket(Bucket=BUCKET)
        yield shared_s3


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "m\u00e4rz #1.mp4"
    return make_clip(path, size=SIZE, frames=24, picture=texture(SIZE, 5), numbered=False)


@dataclass(frozen=True)
class Stored:
    """Two servers of one library with one video, uploaded to both of them in turn, and a copy of it."""

    library: Path
    address: str
    second: str
    rita: Client  # a reviewer, at the first
    other: Client  # the same, at the second
    video: str
    copy: str


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory, s3: S3Server, clip: Path) -> Iterator[Stored]:
    library = tmp_path_factory.mktemp("stored") / "library"
    with open_store(library, create=True, blobs=f"s3://{BUCKET}/footage"):
        make_users(library)
    with (
        server(library, accounts=True) as address,
        server(library, accounts=True, link_seconds=60) as second,
        logged_in(address, "rita") as rita,
        logged_in(second, "rita") as other,
    ):
        job = rita.wait(send_in_turn(rita, other, clip))
        assert (job["status"], job["result"]["counts"]["done"]) == ("done", 1), job
        plan = rita.wait(rita.look(job["video"], ["faces"], effort="fast")["id"])["result"]["plan"]
        made = other.wait(other.make_copy(plan)["id"])
        assert made["status"] == "done", made["message"]
        yield Stored(library, address, second, rita, other, job["video"], made["result"]["copy"])


def send_in_turn(first: Client, second: Client, clip: Path) -> str:
    """Send pieces of a file to two servers in turn; the job."""
    content = clip.read_bytes()
    upload, at = first.begin_upload(clip.name, len(content)), 0
    answer = httpx.Response(200)
    while at < len(content):
        piece = content[at : at + len(content) // 3 + 1]
        headers = PIECE | {"Upload-Offset": str(at)}
        answer = (second if at else first).ask("PATCH", upload, headers=headers, content=piece)
        at += len(piece)
        first, second = second, first
    state = first.ask("HEAD", upload, headers={"Tus-Resumable": "1.0.0"})
    assert state.headers["Passerby-Job"] == answer.headers["Passerby-Job"]
    return answer.headers["Passerby-Job"]


def test_any_server_takes_in_any_piece(stored: Stored, s3: S3Server, clip: Path) -> None:
    assert stored.video == hashlib.sha256(clip.read_bytes()).hexdigest()
    (original,) = (key for key in s3.keys(BUCKET) if key.startswith("footage/originals/"))
    assert original.endswith(f"/{clip.name}")
    assert s3.client().get_object(Bucket=BUCKET, Key=original)["Body"].read() == clip.read_bytes()
    assert stored.rita.show(stored.video)["path"] == f"s3://{BUCKET}/{original}"
    assert not [key for key in s3.keys(BUCKET) if "/uploads/" in key]
    assert not (stored.library / "originals").exists()


def test_the_same_content_again_leaves_one_original(stored: Stored, s3: S3Server, clip: Path) -> None:
    job = stored.rita.wait(stored.rita.upload(clip)["id"])
    assert job["result"]["counts"]["skipped"] == 1
    assert len([key for key in s3.keys(BUCKET) if "/originals/" in key]) == 1


@pytest.mark.parametrize("what", ["videos/{video}/media", "copies/{copy}/media"])
def test_ranges_are_answered_from_the_bucket(stored: Stored, what: str) -> None:
    path = f"/{what.format(video=stored.video, copy=stored.copy)}"
    whole = stored.other.ask("GET", path)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Content-Type"] == "video/mp4"
    content, size = whole.content, len(whole.content)
    for asked, start, end in (("0-9", 0, 10), ("5-", 5, size), ("-7", size - 7, size), (f"9-{size + 5}", 9, size)):
        part = stored.rita.ask("GET", path, headers={"Range": f"bytes={asked}"})
        assert (part.status_code, part.content) == (206, content[start:end])
        assert part.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["Content-Length"] == str(end - start)
    changed = stored.rita.ask("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, content)
    with pytest.raises(ApiError) as error:
        stored.rita.ask("GET", path, headers={"Range": f"bytes={size}-"})
    assert error.value.status == 416


def test_a_copy_is_downloaded_from_the_bucket_if_that_is_set(stored: Stored, tmp_path: Path) -> None:
    custody = Custody(str(stored.library))
    before = custody.head()[0]
    for number, client in enumerate((stored.rita, stored.other)):
        client.download_copy(stored.copy, tmp_path / f"{number}.mp4")
    assert (tmp_path / "0.mp4").read_bytes() == (tmp_path / "1.mp4").read_bytes()
    noted = [(entry["action"], entry["user"]) for entry in custody.entries(before)]
    assert noted == [("download", "rita"), ("download", "rita")]


def test_what_a_viewer_may_not_see_has_no_address(stored: Stored) -> None:
    """A copy that passed is for all; its plan, and an original, are not."""
    with logged_in(stored.second, "vera") as vera:
        for path, asked, status in (
            (f"/copies/{stored.copy}/media", {"download": True}, 307),
            (f"/copies/{stored.copy}/plan", {}, 403),
            (f"/videos/{stored.video}/media", {}, 403),
        ):
            with pytest.raises(ApiError) as error:
                vera.ask("GET", path, params=asked)
            assert error.value.status == status


def test_a_frame_of_an_original_comes_from_a_copy_that_goes(stored: Stored) -> None:
    path = f"/videos/{stored.video}/frame"
    frames = [stored.rita.ask("GET", path, params={"time": time}).content for time in (0, 0.5)]
    assert all(frame.startswith(b"\xff\xd8") for frame in frames)


def test_an_audit_tells_the_copy_what_it_has_found(stored: Stored) -> None:
    job = stored.rita.wait(stored.rita.audit(stored.copy)["id"])
    assert job["status"] == "done", job
    assert stored.other.copy_audit(stored.copy)["every"] == 1


def test_of_uploads_that_are_given_up_or_refused_nothing_stays(stored: Stored, s3: S3Server) -> None:
    upload = stored.rita.begin_upload("x.mp4", 10)
    headers = PIECE | {"Upload-Offset": "0", "Upload-Checksum": "sha1 AAAA"}
    with pytest.raises(ApiError) as error:
        stored.rita.ask("PATCH", upload, headers=headers, content=b"12345")
    assert error.value.status == 460
    assert not [key for key in s3.keys(BUCKET) if "/pieces/" in key]
    stored.other.ask("PATCH", upload, headers=PIECE | {"Upload-Offset": "0"}, content=b"12345")
    stored.rita.ask("DELETE", upload, headers={"Tus-Resumable": "1.0.0"})
    assert not [key for key in s3.keys(BUCKET) if "/uploads/" in key]


def test_what_is_no_video_leaves_nothing(stored: Stored, s3: S3Server, tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(b"no video at all" * 100)
    before = s3.keys(BUCKET)
    job = stored.rita.wait(stored.rita.upload(tmp_path / "x.mp4")["id"])
    assert job["status"] == "failed"
    assert "passerby-" not in job["message"]
    assert BUCKET not in job["message"]
    assert (s3.keys(BUCKET), s3.leftovers(BUCKET)) == (before, [])


def test_an_original_that_was_replaced_is_not_shown(stored: Stored, s3: S3Server, clip: Path) -> None:
    (original,) = (key for key in s3.keys(BUCKET) if key.startswith("footage/originals/"))
    s3.client().put_object(Bucket=BUCKET, Key=original, Body=b"another")
    try:
        with pytest.raises(ApiError, match="expected the object that was added") as error:
            stored.rita.ask("GET", f"/videos/{stored.video}/media")
        assert error.value.status == 422
        job = stored.rita.wait(stored.rita.look(stored.video, ["faces"], effort="fast")["id"])
        assert (job["status"], "found another content" in job["message"]) == ("failed", True)
    finally:
        s3.client().put_object(Bucket=BUCKET, Key=original, Body=clip.read_bytes())


def test_a_forgotten_video_leaves_nothing_in_the_bucket(stored: Stored, s3: S3Server) -> None:
    with logged_in(stored.address, "ada") as ada:
        ada.forget(stored.video)
    assert (s3.keys(BUCKET), s3.leftovers(BUCKET)) == ([OWNER], [])
    with open_store(stored.library, create=False) as store:
        assert store.health.check() == []


def test_an_upload_goes_on_when_the_line_to_the_bucket_is_mended(
    shared_s3: S3Server, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with line(shared_s3) as wire:
        for name, value in shared_s3.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{wire.port}")
        shared_s3.client().create_bucket(Bucket="cut-off")
        content = clip.read_bytes()
        library = tmp_path / "library"
        with (
            server_process(library, blobs="s3://cut-off/p") as running,
            Client(running.address) as client,
        ):
            upload = client.begin_upload(clip.name, len(content))
            client.ask("PATCH", upload, headers=PIECE | {"Upload-Offset": "0"}, content=content[:1000])
            wire.cut_after(2000)
            with pytest.raises(ApiError, match="cannot be read or written at this moment") as error:
                client.ask("PATCH", upload, headers=PIECE | {"Upload-Offset": "1000"}, content=content[1000:])
            assert error.value.status == 503
            wire.mend()
            state = client.ask("HEAD", upload, headers={"Tus-Resumable": "1.0.0"})
            assert state.headers["Upload-Offset"] == "1000"
            job = client.wait(client.upload(clip, resume=upload)["id"])
            assert job["status"] == "done", job
            client.forget(job["video"])
    assert (shared_s3.keys("cut-off"), shared_s3.leftovers("cut-off")) == (["p/library.json"], [])


def test_a_server_is_not_begun_without_its_bucket(s3: S3Server, tmp_path: Path) -> None:
    from passerby.service.desk import Desk

    with pytest.raises(Exception, match=r"^s3://no-such-bucket: expected a bucket, found none"):
        Desk(Settings(library=str(tmp_path / "library"), blobs="s3://no-such-bucket"))
