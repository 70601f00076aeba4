"""Sources as JSON: what is read is what was written, and what is wrong is told by its key."""

from typing import Any

import pytest

from passerby.errors import UsageError, VocabularyError
from passerby.streams.source_document import parse_source, source_document

GATE: dict[str, Any] = {
    "name": "gate",
    "address": "rtsp://camera.local/stream1",
    "hide": ["people", "plates"],
    "keep_seconds": 604800,
    "original_seconds": 86400.0,
    "max_bytes": 200_000_000_000,
    "login": "env:GATE_LOGIN",
    "zone": "Europe/Berlin",
    "zones": [{"name": "door", "corners": [[0, 0], [0.5, 0], [0.5, 1]]}],
    "rules": [{"name": "night", "labels": ["person"], "zone": "door", "hours": ["22:00-06:00"], "least_seconds": 2}],
    "restream": True,
}


def test_a_source_is_read_as_it_was_written() -> None:
    source = parse_source(GATE, "gate")
    assert (source.kind, source.hide, source.rules[0].zone) == ("rtsp", ("people", "plates"), source.zones[0])
    assert parse_source(source_document(source), "gate") == source
    plain = parse_source({"name": "drop", "address": "/srv/drop/"}, "drop")
    assert (plain.kind, plain.hide, plain.keep_original, plain.restream) == ("folder", ("people",), False, False)
    assert parse_source(source_document(plain), "drop") == plain


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"adress": "x"}, "do you mean address?"),
        ({"login": "ada:secret"}, "expected env:NAME or file:PATH"),
        ({"address": "rtsp://ada:secret@camera.local/"}, "--login"),
        ({"zone": "Europe/Nowhere"}, "time zone"),
        ({"hide": []}, "one or several of faces"),
        ({"hide": ["names"]}, "expected one of faces"),
        ({"keep_seconds": "7d"}, "expected a number"),
        ({"cores": float("nan")}, "expected a number"),
        ({"keep_original": 1}, "true or false"),
        ({"rules": [{"name": "n", "zone": "gone"}]}, "there is no zone 'gone'"),
        ({"name": "a/b"}, "letters, digits"),
        ({"address": "/etc/passwd", "kind": "rtsp"}, "expected rtsp:// or rtsps:// for rtsp"),
        ({"address": "rtsp://camera.local/", "kind": "hls"}, "expected http:// or https:// for hls"),
        ({"address": "http://camera.local/", "kind": "file"}, "expected a path for file"),
    ],
)
def test_what_is_wrong_is_told_by_its_key(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_source(GATE | wrong, "gate")
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["keep_original", "original_seconds", "keep_seconds", "max_bytes", "restream"])
def test_of_a_folder_nothing_is_asked_that_would_not_be_done(key: str) -> None:
    value: object = True if key in ("keep_original", "restream") else 10_000_000
    with pytest.raises(UsageError, match=f"drop: {key}: expected none for a folder"):
        parse_source({"name": "drop", "address": "/srv/drop/", key: value}, "drop")


def test_no_rule_asks_who_somebody_is() -> None:
    with pytest.raises(VocabularyError):
        parse_source(GATE | {"rules": [{"name": "n", "labels": ["woman"]}]}, "gate")
