"""Names of uploads and copies are such as any system takes."""

import pytest

from passerby.files.safe_name import safe_name


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/x.mp4", "x.mp4"),
        ("..\\..\\boot.mp4", "boot.mp4"),
        ("/etc/passwd", "passwd"),
        ("..", "upload"),
        (".", "upload"),
        ("", "upload"),
        ("~/.ssh/authorized_keys", "authorized_keys"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x=y.mp4", "a__Set-Cookie_ x=y.mp4"),
        ('a"; filename="b.mp4', "a_; filename=_b.mp4"),
        ("null\0.mp4", "null_.mp4"),
        ("\u202egpj.mp4", "_gpj.mp4"),
        ("\u00e9.mp4", "\u00e9.mp4"),
        ("x" * 300 + ".mp4", "x" * 146 + ".mp4"),
        ("\u706b" * 100 + ".mp4", "\u706b" * 48 + ".mp4"),
    ],
)
def test_a_name_is_the_name_of_a_file_and_nothing_else(name: str, kept: str) -> None:
    assert safe_name(name) == kept
    assert safe_name(kept) == kept
