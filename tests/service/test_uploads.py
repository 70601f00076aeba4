"""Uploads that are cut short, damaged, not allowed, or named by people with ideas."""

import base64
import hashlib
import os
import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest

from clips import make_clip
from passerby.client import Client
from passerby.errors import ApiError
from passerby.evidence.custody import Custody
from passerby.service.uploads import Uploads
from passerby.settings import Settings
from passerby.store.library import open_store
from serving import logged_in, make_users, server

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "m\u00e4rz \u706b.mp4", size=(160, 90), frames=24)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def address(library: Path) -> Iterator[str]:
    with server(library, upload_gb=0.01) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client(address) as client:
        yield client


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of one server, for what is refused."""
    with (
        server(tmp_path_factory.mktemp("shared") / "library", upload_gb=0.01) as address,
        Client(address) as client,
    ):
        yield client


def owned(library: Path) -> list[str]:
    """What lies in the folders for uploads and originals."""
    folders = [library / "uploads", library / "originals"]
    return sorted(path.name for folder in folders if folder.exists() for path in folder.iterdir())


def checksum(content: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, content).digest()
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}


def wait_for_offset(client: Client, upload: str, offset: int) -> httpx.Response:
    until = time.monotonic() + 10
    while True:
        state = client.ask("HEAD", upload, headers=TUS)
        if state.headers["Upload-Offset"] == str(offset):
            return state
        assert time.monotonic() < until, state.headers
        time.sleep(0.02)


def refused(call: object, *arguments: object, **options: object) -> ApiError:
    with pytest.raises(ApiError) as error:
        call(*arguments, **options)  # type: ignore[operator]
    return error.value


def test_a_file_sent_in_pieces_becomes_a_video(client: Client, library: Path, clip: Path) -> None:
    told: list[tuple[int, int]] = []
    job = client.wait(client.upload(clip, chunk_bytes=3000, on_progress=lambda *of: told.append(of))["id"])
    size = clip.stat().st_size
    assert (job["status"], job["result"]["counts"]["done"]) == ("done", 1)
    assert told[0] == (0, size)
    assert told[-1] == (size, size)
    assert len(told) > size // 3000
    (video,) = client.videos()
    assert (video["name"], video["id"]) == (clip.name, hashlib.sha256(clip.read_bytes()).hexdigest())
    assert (library / "originals").is_dir()
    assert [path.read_bytes() for path in (library / "originals").rglob("*.mp4")] == [clip.read_bytes()]
    assert not list((library / "uploads").iterdir())


def test_an_upload_goes_on_where_it_was_cut_short(client: Client, address: str, clip: Path) -> None:
    content = clip.read_bytes()
    upload = client.begin_upload(clip.name, len(content))
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:  # a connection that breaks in the middle
        head = "".join(f"{name}: {value}\r\n" for name, value in (PIECE | {"Upload-Offset": "0"}).items())
        begin = f"PATCH /api/v1{upload} HTTP/1.1\r\nHost: {host}:{port}\r\n{head}Content-Length: {len(content)}\r\n\r\n"
        connection.sendall(begin.encode() + content[:2000])
        state = wait_for_offset(client, upload, 2000)
    assert "Upload-Expires" in state.headers
    job = client.upload(clip, resume=upload)
    assert client.wait(job["id"])["status"] == "done"


def test_of_a_piece_with_a_checksum_that_was_cut_short_nothing_stays(client: Client, address: str) -> None:
    upload = client.begin_upload("x.mp4", 5000)
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        fields = PIECE | {"Upload-Offset": "0"} | checksum(b"a" * 5000)
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        begin = f"PATCH /api/v1{upload} HTTP/1.1\r\nHost: {host}:{port}\r\n{head}Content-Length: 5000\r\n\r\n"
        connection.sendall(begin.encode() + b"b" * 2000)
        wait_for_offset(client, upload, 2000)
    wait_for_offset(client, upload, 0)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_damaged_bytes_are_not_kept(shared: Client, algorithm: str) -> None:
    upload = shared.begin_upload("x.mp4", 10)
    fields = PIECE | {"Upload-Offset": "0"} | checksum(b"01234", algorithm)
    error = refused(shared.ask, "PATCH", upload, headers=fields, content=b"01235")
    assert (error.status, error.type) == (460, "ChecksumError")
    assert shared.ask("HEAD", upload, headers=TUS).headers["Upload-Offset"] == "0"
    assert shared.ask("PATCH", upload, headers=fields, content=b"01234").headers["Upload-Offset"] == "5"


@pytest.mark.parametrize("field", ["md5 AAAA", "sha256 ***", "sha256 \u00e9", "sha256", "\u00ff"])
def test_a_checksum_that_is_none_is_refused(shared: Client, field: str) -> None:
    upload = shared.begin_upload("x.mp4", 10)
    headers = {name: value.encode() for name, value in (PIECE | {"Upload-Offset": "0"}).items()}
    headers["Upload-Checksum"] = field.encode("latin-1")
    error = refused(shared.ask, "PATCH", upload, headers=headers, content=b"01234")
    assert error.status in (400, 460), error


def test_bytes_for_another_place_are_refused(shared: Client) -> None:
    upload = shared.begin_upload("x.mp4", 10)
    for offset in (1, 10, 10**30):
        error = refused(shared.ask, "PATCH", upload, headers=PIECE | {"Upload-Offset": str(offset)}, content=b"0")
        assert error.status == 409
    assert refused(shared.ask, "PATCH", upload, headers=PIECE | {"Upload-Offset": "-1"}, content=b"0").status == 422


def test_more_bytes_than_announced_are_refused(shared: Client) -> None:
    upload = shared.begin_upload("x.mp4", 10)
    error = refused(shared.ask, "PATCH", upload, headers=PIECE | {"Upload-Offset": "0"}, content=b"01234567890")
    assert (error.status, "found more" in error.detail) == (400, True)
    assert shared.ask("HEAD", upload, headers=TUS).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("size", [10_000_001, 10**18, 10**40])
def test_a_file_that_is_too_large_is_refused_before_it_comes(client: Client, library: Path, size: int) -> None:
    error = refused(client.begin_upload, "x.mp4", size)
    assert (error.status, error.type) == (413, "LargeUploadError")
    assert owned(library) == []


def test_a_full_disk_is_told(shared: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Mock(free=512 << 20))
    error = refused(shared.begin_upload, "x.mp4", 5000)
    assert (error.status, error.type) == (507, "OutputError")


def test_what_is_still_to_come_of_others_is_no_room(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    room = 5_000_000
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Mock(free=(512 << 20) + room))
    first = client.begin_upload("x.mp4", 3_000_000)
    assert refused(client.begin_upload, "y.mp4", 3_000_000).status == 507
    room -= 1_500_000  # the disk is fuller by what has come, and no more than that is still to come
    client.ask("PATCH", first, headers=PIECE | {"Upload-Offset": "0"}, content=bytes(1_500_000))
    assert refused(client.begin_upload, "y.mp4", 2_000_001).status == 507
    second = client.begin_upload("y.mp4", 2_000_000)
    assert refused(client.begin_upload, "z.mp4", 1).status == 507
    client.ask("DELETE", second, headers=TUS)
    client.ask("DELETE", first, headers=TUS)
    client.begin_upload("z.mp4", 3_500_000)


def test_what_is_only_announced_keeps_others_from_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("passerby.service.uploads.RESERVED_BYTES", 100_000)
    room = 5_000_000
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Mock(free=(512 << 20) + room))
    first = client.begin_upload("x.mp4", 4_900_000)
    client.begin_upload("y.mp4", 4_800_000)  # of each 100,000 are reserved
    assert refused(client.begin_upload, "z.mp4", 4_800_001).status == 507
    room -= 1_000_000
    client.ask("PATCH", first, headers=PIECE | {"Upload-Offset": "0"}, content=bytes(1_000_000))
    assert refused(client.begin_upload, "z.mp4", 2_800_001).status == 507  # as much again as has come, and 100,000
    client.begin_upload("z.mp4", 2_800_000)


def test_one_user_has_so_many_unfinished_uploads_and_no_more(tmp_path: Path) -> None:
    library = tmp_path / "library"
    make_users(library)
    with (
        server(library, accounts=True, uploads=3, uploads_gb=0.001) as address,
        logged_in(address, "rita") as rita,
        logged_in(address, "ada") as ada,
    ):
        begun = [rita.begin_upload(f"{n}.mp4", 1000) for n in range(3)]
        error = refused(rita.begin_upload, "x.mp4", 1000)
        assert (error.status, error.type) == (429, "ManyUploadsError")
        ada.begin_upload("x.mp4", 1000)
        rita.ask("DELETE", begun[0], headers=TUS)
        assert refused(rita.begin_upload, "x.mp4", 1_000_000 - 1999).status == 429
        rita.begin_upload("x.mp4", 1_000_000 - 2000)


def test_of_uploads_that_begin_at_once_no_more_are_let_in_than_there_is_room_for(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Mock(free=(512 << 20) + 5_000_000))

    def begin(number: int) -> int:
        with Client(address) as client:
            try:
                client.begin_upload(f"{number}.mp4", 2_000_000)
            except ApiError as error:
                return error.status
        return 201

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(begin, range(8))) == [201, 201, *[507] * 6]


def test_the_protocol_says_what_it_can(shared: Client) -> None:
    told = shared.ask("OPTIONS", "/uploads").headers
    assert told["Tus-Version"] == "1.0.0"
    assert told["Tus-Extension"] == "creation,termination,checksum,expiration"
    assert told["Tus-Max-Size"] == "10000000"
    headers = {"Tus-Resumable": "0.2", "Upload-Length": "5"}
    assert refused(shared.ask, "POST", "/uploads", headers=headers).status == 412


@pytest.mark.parametrize("metadata", ["filename ***", "filename \u00e9", "filename /w==", "filename /+\u00ff"])
def test_a_name_that_is_none_is_refused(shared: Client, metadata: str) -> None:
    headers = {"Tus-Resumable": b"1.0.0", "Upload-Length": b"5", "Upload-Metadata": metadata.encode("latin-1")}
    assert refused(shared.ask, "POST", "/uploads", headers=headers).status == 400


def test_no_name_leads_out_of_the_library(client: Client, library: Path, clip: Path) -> None:
    client.wait(client.upload(clip, name="../../../../outside.mp4")["id"])
    assert not list(library.parent.glob("outside*"))
    (path,) = library.rglob("outside.mp4")
    assert path.parent.parent == library / "originals"


def test_ids_that_are_no_ids_lead_nowhere(shared: Client) -> None:
    for upload in ("..", "%2e%2e", "..%2f..%2fetc", "0" * 31, "g" * 32, "0" * 32):
        assert refused(shared.ask, "HEAD", f"/uploads/{upload}", headers=TUS).status == 404


def test_what_is_no_video_is_told_and_not_kept(client: Client, library: Path, tmp_path: Path) -> None:
    path = tmp_path / "letter.mp4"
    path.write_bytes(b"Dear all, this is no video.\n" * 100)
    job = client.wait(client.upload(path)["id"])
    assert job["status"] == "failed"
    assert "letter.mp4" in job["message"]
    assert str(library) not in job["message"]
    assert owned(library) == []
    assert list(client.videos()) == []


def test_the_same_file_twice_is_one_video_and_one_file(client: Client, library: Path, clip: Path) -> None:
    first = client.wait(client.upload(clip)["id"])
    second = client.wait(client.upload(clip, name="again.mp4")["id"])
    assert (second["status"], second["result"]["counts"]["skipped"]) == ("done", 1)
    assert second["video"] == first["video"]
    assert [path.name for path in (library / "originals").rglob("*.mp4")] == [clip.name]
    assert len(list(client.videos())) == 1


def test_uploads_of_others_are_not_there(tmp_path: Path, clip: Path) -> None:
    library = tmp_path / "library"
    make_users(library)
    with (
        server(library, accounts=True) as address,
        logged_in(address, "rita") as rita,
        logged_in(address, "ada") as ada,
    ):
        upload = rita.begin_upload("x.mp4", 10)
        for method in ("HEAD", "PATCH", "DELETE"):
            error = refused(ada.ask, method, upload, headers=PIECE | {"Upload-Offset": "0"})
            assert error.status == 404, method
        assert rita.ask("HEAD", upload, headers=TUS).headers["Upload-Offset"] == "0"
        done = rita.begin_upload(clip.name, clip.stat().st_size)
        job = rita.upload(clip, resume=done)["id"]
        assert rita.ask("HEAD", done, headers=TUS).headers["Passerby-Job"] == job
        assert refused(ada.ask, "HEAD", done, headers=TUS).status == 404
        rita.wait(job)


def test_an_upload_can_be_given_up(client: Client, library: Path) -> None:
    upload = client.begin_upload("x.mp4", 10)
    assert len(owned(library)) == 1
    client.ask("DELETE", upload, headers=TUS)
    assert owned(library) == []
    assert refused(client.ask, "HEAD", upload, headers=TUS).status == 404


def test_bytes_that_come_while_others_do_are_refused(client: Client, address: str) -> None:
    upload = client.begin_upload("x.mp4", 5000)
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = "".join(f"{name}: {value}\r\n" for name, value in (PIECE | {"Upload-Offset": "0"}).items())
        begin = f"PATCH /api/v1{upload} HTTP/1.1\r\nHost: {host}:{port}\r\n{head}Content-Length: 5000\r\n\r\n"
        connection.sendall(begin.encode() + b"b" * 1000)
        wait_for_offset(client, upload, 1000)
        error = refused(client.ask, "PATCH", upload, headers=PIECE | {"Upload-Offset": "1000"}, content=b"c")
    assert (error.status, error.type) == (423, "BusyUploadError")


def test_uploads_that_were_left_go_after_a_day(client: Client, library: Path) -> None:
    upload = client.begin_upload("x.mp4", 10)
    data = library / "uploads" / Path(upload).name / "data"
    day_ago = data.stat().st_mtime - 24 * 3600 - 1
    os.utime(data, (day_ago, day_ago))
    client.begin_upload("y.mp4", 10)
    assert refused(client.ask, "HEAD", upload, headers=TUS).status == 404
    assert len(owned(library)) == 1


def test_a_file_that_was_whole_when_the_server_was_killed_is_taken_in(library: Path, clip: Path) -> None:
    """Between its last byte and its job a killed server leaves it at any of these three points."""
    with server(library) as address, Client(address) as client:
        uploads = [client.begin_upload(f"{n}-{clip.name}", clip.stat().st_size) for n in range(3)]
    names = [Path(upload).name for upload in uploads]
    for number, name in enumerate(names):
        data = library / "uploads" / name / "data"
        data.write_bytes(clip.read_bytes())
        with open_store(library, create=False) as store:
            if number:
                store.files.claim("original", name)
                (library / "originals" / name).mkdir(parents=True)
        if number == 2:
            os.replace(data, library / "originals" / name / f"2-{clip.name}")
    with server(library) as address, Client(address) as client:
        for upload in uploads:
            job = client.ask("HEAD", upload, headers=TUS).headers["Passerby-Job"]
            assert client.wait(job)["status"] == "done"
        assert len(list(client.videos())) == 1
        assert len(list((library / "originals").iterdir())) == 1


def test_the_client_says_when_no_server_is_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}") as client:
        assert refused(client.health).status == 0


def test_the_client_takes_an_answer_of_something_between_for_an_error() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(502, text="<h1>Bad Gateway</h1>"))
    with Client("", http=httpx.Client(transport=transport, base_url="http://localhost")) as client:
        error = refused(client.health)
    assert (error.status, error.type, error.detail) == (502, "HttpError", "Bad Gateway")


def test_the_client_sends_a_piece_again_that_did_not_arrive_whole(client: Client, clip: Path, library: Path) -> None:
    client.close()
    failures = {"PATCH": 2, "HEAD": 1}
    with server(library / "other") as address:
        inner = httpx.HTTPTransport()

        def handle(request: httpx.Request) -> httpx.Response:
            if failures.get(request.method, 0):
                failures[request.method] -= 1
                raise httpx.ReadError("cut", request=request)
            answer = inner.handle_request(request)
            answer.read()
            return answer

        http = httpx.Client(transport=httpx.MockTransport(handle), base_url=address)
        with Client(address, http=http) as flaky:
            assert flaky.wait(flaky.upload(clip, chunk_bytes=4000)["id"])["status"] == "done"
        inner.close()
    assert failures == {"PATCH": 0, "HEAD": 0}


def test_settings_name_the_largest_upload() -> None:
    assert Settings().upload_gb == 50


@pytest.mark.parametrize("before", [True, False])
def test_an_upload_begins_while_another_ends(library: Path, monkeypatch: pytest.MonkeyPatch, *, before: bool) -> None:
    """The bytes of the other are gone just before, or just after, it is looked how old they are."""
    uploads = Uploads(Settings(library=str(library)), Custody(str(library)))
    other = uploads.begin("a.mp4", 1000, "rita")
    stat = Path.stat

    def stat_while_it_ends(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.parent.name != other.id:
            return stat(path, follow_symlinks=follow_symlinks)
        if before:
            path.unlink(missing_ok=True)
        found = stat(path, follow_symlinks=follow_symlinks)
        path.unlink()
        return found

    monkeypatch.setattr(Path, "stat", stat_while_it_ends)
    assert uploads.begin("b.mp4", 1000, "rita").id in owned(library)


@pytest.mark.parametrize(
    ("told", "recorded"),
    [
        ({"lastModified": "1559311815500"}, ("2019-05-31T14:10:15Z", "file")),
        ({}, ("", "")),
        ({"lastModified": "0"}, ("", "")),
        ({"lastModified": "99999999999999"}, ("", "")),  # a clock that is wrong
    ],
)
def test_the_day_of_an_upload_is_not_that_of_the_recording(
    client: Client, clip: Path, told: dict[str, str], recorded: tuple[str, str]
) -> None:
    pairs = {"filename": clip.name} | told
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    headers = TUS | {"Upload-Length": str(clip.stat().st_size), "Upload-Metadata": metadata}
    address = client.ask("POST", "/uploads", headers=headers).headers["Location"]
    sent = client.ask(
        "PATCH",
        address.removeprefix("/api/v1"),
        headers=PIECE | {"Upload-Offset": "0"},
        content=clip.read_bytes(),
    )
    job = client.wait(sent.headers["Passerby-Job"])
    shown = client.show(job["video"])
    assert (shown["recorded"], shown["recorded_source"]) == recorded
    assert [video["recorded"] for video in client.videos()] == [recorded[0]]


@pytest.mark.parametrize("told", ["soon", "1e3", "1" * 17])
def test_a_date_that_is_no_number_is_refused(shared: Client, told: str) -> None:
    metadata = "lastModified " + base64.b64encode(told.encode()).decode()
    with pytest.raises(ApiError, match="milliseconds since 1970"):
        shared.ask("POST", "/uploads", headers=TUS | {"Upload-Length": "10", "Upload-Metadata": metadata})


def test_a_client_tells_when_a_file_was_written(client: Client, clip: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.mp4"
    shutil.copyfile(clip, old)
    os.utime(old, (0, 1_000_000_000))
    job = client.wait(client.upload(old)["id"])
    assert client.show(job["video"])["recorded"] == "2001-09-09T01:46:40Z"


def test_what_was_sent_to_a_server_that_was_killed_is_noted_by_the_next(library: Path) -> None:
    open_store(library, create=True).close()
    custody = Custody(str(library))
    uploads = Uploads(Settings(library=str(library)), custody)
    upload = uploads.begin("a.mp4", 3, "rita")
    (library / "uploads" / upload.id / "data").write_bytes(b"abc")  # all of it; then the server was killed
    assert custody.entries() == []
    for _ in range(2):
        Uploads(Settings(library=str(library)), custody).take_up()
    (entry,) = custody.entries()
    with open_store(library, create=False) as store:
        (job,) = store.jobs.active()
    assert (entry["user"], entry["action"], entry["subject"]) == ("rita", "add", f"job:{job.id}")


def test_a_server_that_starts_leaves_alone_what_another_is_about_to_begin(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = Uploads(Settings(library=str(library)), Custody(str(library)))
    with open_store(library, create=True) as store:
        store.files.claim("upload", "0" * 32, size=3, caller="rita")
        uploads.take_up()
        assert [owned.name for owned in store.files.all("upload")] == ["0" * 32]
        later = time.time() + 120
        monkeypatch.setattr(time, "time", lambda: later)
        uploads.take_up()
        assert not list(store.files.all("upload"))
