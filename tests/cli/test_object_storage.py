"""``passerby`` with footage in a bucket of a real server of S3: what is fetched, what changes, what does not work."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Passerby, command_line, environment, run_passerby
from clips import make_clip
from pictures import cuts
from s3_server import KEYS, S3Server, line, s3_server

ODD = "2026/a b+c%20#1?x=1/\u706b\n\U0001f3a5.mp4"
STAGES = ("--stages", "shots,thumbnails")
SECRETS = tuple(KEYS.values())


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("clips")
    made = [
        make_clip(folder / f"{n}.mp4", size=(160, 90), rate=12, frames=24 + n, picture=cuts((160, 90), [12, 12 + n]))
        for n in range(3)
    ]
    return [padded(clip.read_bytes(), 200_000) for clip in made]


def padded(clip: bytes, size: int) -> bytes:
    """The same video in a larger file: with a box of so many bytes that nobody reads."""
    return clip + (size + 8).to_bytes(4, "big") + b"free" + bytes(size)


def put(s3: S3Server, bucket: str, key: str, content: bytes) -> None:
    s3.client().put_object(Bucket=bucket, Key=key, Body=content)


def test_objects_are_added_once_and_what_changes_is_noticed(
    passerby: Passerby, s3: S3Server, bucket: str, clips: list[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(s3, bucket, ODD, clips[0])
    put(s3, bucket, "2026//x.mp4", clips[1])
    put(s3, bucket, "2026/notes.txt", b"none")
    put(s3, bucket, "2027/other.mp4", clips[2])
    with line(s3) as wire, monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{wire.port}")
        added = passerby("--blobs", f"s3://{bucket}/files", "add", f"s3://{bucket}/2026/", *STAGES, "--json")
        assert (added.code, added.err) == (0, "")
        paths = [f"s3://{bucket}/{key}" for key in ("2026//x.mp4", ODD)]
        assert sorted((video["path"], video["status"]) for video in added.document["videos"]) == [
            (path, "done") for path in sorted(paths)
        ]
        fetched = wire.bytes_down
        assert fetched > len(clips[0]) + len(clips[1])
        again = passerby("add", f"s3://{bucket}/2026", *STAGES, "--json")
        assert [video["status"] for video in again.document["videos"]] == ["skipped"] * 2
        assert wire.bytes_down - fetched < len(clips[0])
    assert passerby("show", f"s3://{bucket}/{ODD}", "--json").document["path"] == f"s3://{bucket}/{ODD}"
    put(s3, bucket, "2026//x.mp4", clips[2])
    s3.client().delete_object(Bucket=bucket, Key=ODD)
    changed = passerby("add", f"s3://{bucket}/{ODD}", f"s3://{bucket}/2026/", *STAGES, "--json")
    assert (changed.code, len(changed.err.splitlines())) == (1, 1)
    assert "expected an object, found none" in changed.err
    assert [video["status"] for video in changed.document["videos"]] == ["failed", "done"]
    out = tmp_path / "safe.mp4"
    refused = passerby("redact", f"s3://{bucket}/{ODD}", "-o", out, "--hide", "faces")
    assert (refused.code, out.exists()) == (1, False)
    assert passerby("doctor").code == 0
    assert not list(Path(tempfile.gettempdir()).glob("passerby-spool-*/passerby-*/x.mp4"))


def test_a_copy_is_made_of_an_object_and_audited(
    passerby: Passerby, s3: S3Server, bucket: str, clips: list[bytes], tmp_path: Path
) -> None:
    """Without a library, too; nothing tells where on this machine the object lay."""
    put(s3, bucket, "a/street #1.mp4", clips[0])
    out, address = tmp_path / "safe.mp4", f"s3://{bucket}/a/street #1.mp4"
    made = passerby("redact", address, "-o", out, "--hide", "faces", "--json")
    assert made.code == 0, made.err
    assert made.document["original"]["name"] == "street #1.mp4"
    plan = Path(f"{out}.plan.json").read_text()
    audited = passerby("audit", out, "--original", address, "--json")
    assert audited.code == 0, audited.err
    for told in (made.out, made.err, plan, audited.out, audited.err):
        assert "passerby-spool" not in told


def test_a_line_that_is_cut_costs_what_was_not_done(
    passerby: Passerby, s3: S3Server, bucket: str, clips: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, clip in enumerate(clips):
        put(s3, bucket, f"a/{number}.mp4", padded(clip, 3_000_000))
    with line(s3) as wire:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{wire.port}")
        wire.cut_after(4_000_000)
        cut = passerby("add", f"s3://{bucket}/a/", "--stages", "shots", "--json")
        assert cut.code == 1
        assert "expected a store that answers, found none" in cut.err
        assert all(line.startswith("passerby: s3://") for line in cut.err.splitlines())
        wire.mend()
        again = passerby("add", f"s3://{bucket}/a/", "--stages", "shots", "--json")
        assert (again.code, len(again.document["videos"])) == (0, 3)
        assert len(passerby("list", "--json").document["videos"]) == 3


def test_a_server_that_is_killed_and_started_again_is_gone_on_with(
    passerby: Passerby, clips: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with s3_server() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        server.client().create_bucket(Bucket="archive")
        put(server, "archive", "a.mp4", clips[0])
        assert passerby("add", "s3://archive/", "--stages", "shots").code == 0
        server.kill()
        cut = passerby("add", "s3://archive/", "--stages", "shots,thumbnails")
        assert (cut.code, len(cut.err.splitlines())) == (1, 1)
        assert "expected a store that answers" in cut.err
        server.start()
        server.client().create_bucket(Bucket="archive")
        put(server, "archive", "a.mp4", clips[0])
        assert passerby("add", "s3://archive/", "--stages", "shots,thumbnails").code == 0


@pytest.fixture(scope="module")
def guarded() -> Iterator[S3Server]:
    """A server that knows who may what: it has the bucket "guarded", which "reader" may read."""
    with s3_server(INITIAL_NO_AUTH_ACTION_COUNT="5") as server:
        iam = server.client("iam")
        server.client().create_bucket(Bucket="guarded")
        iam.create_user(UserName="reader")
        allowed = [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}]
        policy = json.dumps({"Version": "2012-10-17", "Statement": allowed})
        iam.put_user_policy(UserName="reader", PolicyName="reads", PolicyDocument=policy)
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        server.client().put_object(Bucket="guarded", Key="x", Body=b"x")
        server.reader = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        yield server


def test_what_does_not_work_is_one_line_before_any_work(
    guarded: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**guarded.environment, **guarded.reader}.items():
        monkeypatch.setenv(name, value)
    clip = make_clip(tmp_path / "a.mp4", size=(64, 48), frames=4)
    cases: tuple[tuple[tuple[object, ...], dict[str, str], str], ...] = (
        (("--blobs", "s3://guarded/p", "add", clip), {}, "found that the store does not allow it (AccessDenied)"),
        (("add", "s3://no-such-bucket/a/"), {}, "expected a bucket, found none"),
        (("add", "s3://guarded/a/"), KEYS, "expected credentials that the store knows"),
        (("add", "s3://guarded/a/"), {"AWS_PROFILE": "nobody"}, "expected credentials, found none that can be used"),
    )
    for arguments, changes, told in cases:
        with monkeypatch.context() as patch:
            for name, value in changes.items():
                patch.setenv(name, value)
            ended = run_passerby(tmp_path / "library", "--debug", *arguments, "--stages", "shots")
        assert ended.code != 0, told
        (complaint,) = [line for line in ended.err.splitlines() if line.startswith("passerby: ")]
        assert told in complaint
        for secret in (*SECRETS, guarded.reader["AWS_SECRET_ACCESS_KEY"]):
            assert secret not in ended.out + ended.err


def test_what_holds_a_password_is_refused_and_not_repeated(passerby: Passerby) -> None:
    for arguments in (
        ("add", "s3://AKIA:s3cret@bucket/x"),
        ("--blobs", "s3://AKIA:s3cret@bucket", "add", "x.mp4"),
        ("redact", "s3://AKIA:s3cret@bucket/x", "-o", "y.mp4"),
    ):
        ended = passerby(*arguments)
        assert ended.code == 2
        assert "s3cret" not in ended.err
        assert "credentials are never part of it" in ended.err


def test_without_the_extra_its_name_is_told(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['s3fs'] = None; from passerby.cli.main import main; main(sys.argv[1:])"
    for arguments in (("add", "s3://bucket/x"), ("--blobs", "s3://bucket/x", "add", str(tmp_path / "x.mp4"))):
        command = [sys.executable, "-c", hidden, *command_line(tmp_path / "library", *arguments)[5:]]
        ended = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=240, check=False)
        assert ended.returncode == 4, ended.stderr
        assert ended.stderr.endswith("is needed: pip install 'passerby[s3]'\n") or "passerby[s3]" in ended.stderr
