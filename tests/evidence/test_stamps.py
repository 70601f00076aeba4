"""Time stamps come from a real authority on loopback; what is late, wrong or of something else is refused."""

import subprocess
from pathlib import Path

import pytest

from authorities import Keys, serving
from passerby.errors import StampError, UsageError
from passerby.evidence.stamps import Authority, ask, check, digest_to_send, require_usable

LIST = b"what is listed"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys.made(tmp_path_factory.mktemp("tsa") / "keys")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys.made(tmp_path_factory.mktemp("tsa") / "keys", "Other")


def test_a_stamp_is_of_the_list_and_is_checked_later_without_a_network(keys: Keys, tmp_path: Path) -> None:
    with serving(keys) as address:
        stamp = ask(Authority(address, keys.root), LIST)
    assert check(stamp.response, stamp.chain, LIST, "it").time == stamp.time
    with pytest.raises(StampError, match="Mismatch"):
        check(stamp.response, stamp.chain, LIST + b"!", "it")
    (tmp_path / "list").write_bytes(LIST)
    (tmp_path / "stamp.tsr").write_bytes(stamp.response)
    (tmp_path / "chain.pem").write_bytes(stamp.chain)
    verify = ["openssl", "ts", "-verify", "-data", "list", "-in", "stamp.tsr", "-CAfile", "chain.pem"]
    assert "OK" in subprocess.run(verify, cwd=tmp_path, check=True, capture_output=True, text=True).stdout


def test_what_is_sent_is_the_hash_alone(keys: Keys) -> None:
    seen: list[bytes] = []

    class Seeing(Keys):
        def answer(self, request: bytes) -> bytes:
            seen.append(request)
            return super().answer(request)

    with serving(Seeing(keys.folder)) as address:
        ask(Authority(address, keys.root), LIST)
    assert bytes.fromhex(digest_to_send(LIST)) in seen[0]
    assert LIST not in seen[0]
    assert len(seen[0]) < 130


@pytest.mark.parametrize("manner", ["rubbish", "refuses", "silent", "elsewhere"])
def test_an_authority_that_does_not_answer_as_it_should_is_refused(keys: Keys, manner: str) -> None:
    with serving(keys, manner) as address, pytest.raises(StampError, match="expected a time stamp"):  # type: ignore[arg-type]
        ask(Authority(address, keys.root), LIST, seconds=0.5 if manner == "silent" else 30)


def test_an_answer_to_another_request_is_refused(keys: Keys) -> None:
    with serving(keys, "another request") as address:
        ask(Authority(address, keys.root), LIST)
        with pytest.raises(StampError, match="Nonce"):  # of the same list, and yet an older answer
            ask(Authority(address, keys.root), LIST)


def test_who_is_not_trusted_is_refused(keys: Keys, others: Keys) -> None:
    with serving(others) as address, pytest.raises(StampError, match="certificates"):
        ask(Authority(address, keys.root), LIST)
    with serving(keys) as address:
        stamp = ask(Authority(address, keys.root), LIST)
    with pytest.raises(StampError):
        check(stamp.response, others.root.read_bytes(), LIST, "it")
    with pytest.raises(StampError, match="as PEM"):
        check(stamp.response, b"no certificates", LIST, "it")


def test_whom_one_cannot_ask_is_told_before(keys: Keys, tmp_path: Path) -> None:
    for address in ("file:///etc/passwd", "tsa.example.org", "ftp://tsa.example.org"):
        with pytest.raises(UsageError, match="https://"):
            require_usable(Authority(address, keys.root))
    with pytest.raises(UsageError, match="No such file"):
        require_usable(Authority("https://tsa.example.org", tmp_path / "none.pem"))
    (tmp_path / "wrong.pem").write_text("no certificate")
    with pytest.raises(UsageError, match="as PEM"):
        require_usable(Authority("https://tsa.example.org", tmp_path / "wrong.pem"))
