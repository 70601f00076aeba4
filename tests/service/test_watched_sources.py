"""The room of watched sources: who is told what, and what a server does not let itself be talked into."""

import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clips import make_clip
from passerby.callers import LOCAL, Caller
from passerby.errors import UnknownError, UsageError
from passerby.evidence.custody import Custody
from passerby.service.watched_sources import Sources, span_of_day
from passerby.settings import Settings
from passerby.store.library import open_store
from watched_sources import be_watched, describe, recording_of, segment, show_preview

VIEWER = Caller("vic", "viewer")
GATE: dict[str, object] = {"name": "gate", "address": "rtsp://camera.local/1"}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    library = tmp_path / "library"
    with open_store(library, create=True):
        return library


@pytest.fixture
def sources(library: Path, tmp_path: Path) -> Iterator[Sources]:
    (tmp_path / "drop").mkdir()
    settings = Settings(library=str(library), roots=str(tmp_path / "drop"))
    with closing(Sources(settings, Custody(str(library)))) as sources:
        yield sources


def test_viewers_are_told_how_a_source_is_and_not_where_it_is(sources: Sources, library: Path) -> None:
    sources.add(LOCAL, GATE | {"login": "env:CAMERA_LOGIN_GATE"})
    with open_store(library, create=False) as store:
        be_watched(store, "gate", "lost", message="camera.local does not answer")
    own, seen = sources.get(LOCAL, "gate"), sources.get(VIEWER, "gate")
    assert (own["address"], own["state"]["message"]) == ("rtsp://camera.local/1", "camera.local does not answer")
    assert (seen["address"], seen["login"], seen["state"]["message"]) == ("", "", "")
    assert seen["state"]["status"] == "lost"


def test_a_state_of_long_ago_says_nothing(sources: Sources, library: Path) -> None:
    sources.add(LOCAL, GATE)
    assert sources.get(LOCAL, "gate")["state"]["status"] == "unwatched"
    with open_store(library, create=False) as store:
        be_watched(store, "gate", wall=time.time() - 11)
    assert sources.get(LOCAL, "gate")["state"]["status"] == "unwatched"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"address": "/etc/", "kind": "folder"}, "roots"),
        ({"address": "/etc/passwd", "kind": "file"}, "roots"),
        ({"address": "/dev/sda"}, "such as /dev/video0"),
        ({"login": "file:/etc/shadow"}, "CAMERA_LOGIN_"),
        ({"login": "env:AWS_SECRET_ACCESS_KEY"}, "CAMERA_LOGIN_"),
        ({"address": "rtsp://ada:secret@camera.local/1"}, "no user and password"),
    ],
)
def test_a_server_opens_and_sends_nothing_that_is_not_for_cameras(
    sources: Sources, document: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        sources.add(LOCAL, GATE | document)


def test_a_login_that_the_machine_itself_names_stays_with_its_host(sources: Sources, library: Path) -> None:
    with open_store(library, create=False) as store:
        describe(store, "gate", login="file:/run/secrets/gate")
    kept = {"address": "rtsp://gate.local/2", "login": "file:/run/secrets/gate"}
    assert sources.change(LOCAL, "gate", kept)["login"] == "file:/run/secrets/gate"
    with pytest.raises(UsageError, match="CAMERA_LOGIN_"):
        sources.change(LOCAL, "gate", kept | {"address": "rtsp://elsewhere.example/2"})


def test_a_name_is_taken_once_and_a_rule_keeps_its_zone(sources: Sources, tmp_path: Path) -> None:
    sources.add(LOCAL, {"name": "drop", "address": f"{tmp_path}/drop/"})
    with pytest.raises(UsageError, match="new name"):
        sources.add(LOCAL, GATE | {"name": "Drop"})
    door = {"name": "door", "corners": [[0, 0], [1, 0], [1, 1]]}
    sources.draw(LOCAL, "drop", [door], [{"name": "night", "zone": "door"}])
    assert sources.get(VIEWER, "drop")["rules"][0]["zone"] == "door"
    with pytest.raises(UsageError, match="no zone 'door'"):
        sources.draw(LOCAL, "drop", [], None)
    sources.remove(LOCAL, "drop")
    with pytest.raises(UnknownError):
        sources.get(LOCAL, "drop")


def test_a_day_is_that_of_the_clock_on_the_wall_there(sources: Sources, library: Path) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = [
        end - start for start, end in (span_of_day(day, berlin) for day in (date(2026, 3, 29), date(2026, 10, 25)))
    ]
    assert hours == [23 * 3600, 25 * 3600]
    start, end = span_of_day(date(2026, 10, 25), berlin)
    with open_store(library, create=False) as store:
        describe(store, "gate", zone="Europe/Berlin")
        for made in (segment("gate", start - 100), segment("gate", start - 30), segment("gate", end - 1)):
            store.streams.add_segment(made)
    told = sources.day("gate", date(2026, 10, 25))
    assert (told["start"], told["zone"]) == (start, "Europe/Berlin")
    assert [each["start"] for each in told["segments"]] == [start - 30, end - 1]
    with pytest.raises(UsageError):
        sources.day("gate", date.max)


def test_what_is_shown_is_of_sources_that_are_there_and_offer_it(sources: Sources, library: Path) -> None:
    show_preview(library, "gone")
    for name in ("gone", "gate"):
        with pytest.raises(UnknownError):
            sources.preview(name)
    sources.add(LOCAL, GATE)
    show_preview(library, "gate")
    jpeg, written = sources.preview("gate")
    assert jpeg.startswith(b"\xff\xd8")
    assert written <= time.time()
    with recording_of(library, "gate") as write:
        write(60)
        for offered, kept in ((False, False), (True, True)):
            sources.change(LOCAL, "gate", GATE | {"restream": offered, "keep_original": kept})
            with pytest.raises(UnknownError, match="not offered"):
                sources.restream(VIEWER, "gate")
        sources.change(LOCAL, "gate", GATE | {"restream": True})
        assert "part-0-0.m4s" in sources.restream(VIEWER, "gate").playlist()


def test_a_source_is_tried_and_nothing_of_it_is_shown(sources: Sources, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "drop" / "growing.ts", frames=24)
    told = sources.test({"name": "file", "address": str(clip)})
    assert (told["works"], told["message"], set(told)) == (True, "", {"works", "message", "size", "seconds"})
    assert told["size"][0] > 0
    failed = sources.test(GATE | {"address": "rtsp://127.0.0.1:1/1"})
    assert not failed["works"]
    assert failed["message"]
    assert sources.test({"name": "drop", "address": f"{tmp_path}/drop/"})["works"]
