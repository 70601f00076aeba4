"""Events and numbers of watched sources, by the API: page by page, live, and by the hour."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from passerby.accounts import Accounts
from passerby.client import Client
from passerby.errors import ApiError
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.streams import StoredEvent
from serving import logged_in, make_users, server
from watched_sources import describe, event, hour_count

API = "/api/v1"
DAY = 1_772_924_400  # 2026-03-08, midnight in Rome


@dataclass(frozen=True)
class Served:
    address: str
    client: Client
    library: Path

    def tell(self, *events: StoredEvent) -> None:
        with open_store(self.library, create=False) as store:
            store.streams.add_events(events)

    def ask(self, path: str) -> Any:
        return self.client.ask("GET", path).json()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    library = tmp_path / "library"
    with open_store(library, create=True) as store:
        describe(store, "gate", zone="Europe/Rome")
        describe(store, "yard")
    with server(library) as address, Client(address) as client:
        yield Served(address, client, library)


def test_events_come_page_by_page_the_latest_first(served: Served) -> None:
    told = [event("gate", DAY + number) for number in range(5)]
    served.tell(*told, event("yard", DAY))
    pages, cursor = [], ""
    while cursor is not None:
        page = served.ask(f"/sources/gate/events?limit=2&cursor={cursor}")
        pages.append(page["events"])
        cursor = page["next"]
    assert pages == [[each.document for each in part] for part in (told[4:2:-1], told[2:0:-1], told[:1])]
    with pytest.raises(ApiError, match="no source is called door"):
        served.ask("/sources/door/events")


def test_numbers_are_of_a_day_by_the_sources_clock_or_of_a_span(served: Served) -> None:
    with open_store(served.library, create=False) as store:
        hours = [hour_count("gate", DAY + 3600 * hour, 2 + hour) for hour in (-1, 0, 23, 24)]
        store.streams.count([*hours, hour_count("gate", DAY, 7, "drive")])
    day = served.ask("/sources/gate/counts?day=2026-03-08")
    assert (day["start"], day["end"]) == (DAY, DAY + 24 * 3600)
    assert [(each["zone"], each["hour"] - DAY, each["number"]) for each in day["counts"]] == [
        ("", 0, 2), ("drive", 0, 7), ("", 23 * 3600, 25),
    ]  # fmt: skip
    span = served.ask(f"/sources/gate/counts?start={DAY - 3600}&end={DAY}")
    assert [each["hour"] for each in span["counts"]] == [DAY - 3600]
    assert served.ask("/sources/yard/counts")["counts"] == []
    with pytest.raises(ApiError, match="day, or start and end"):
        served.ask("/sources/gate/counts?start=1")


def heard(lines: Iterator[str]) -> tuple[int, list[dict[str, Any]]]:
    """The number and the events of what comes next."""
    number = next(line for line in lines if line.startswith("id: "))
    data = next(line for line in lines if line.startswith("data: "))
    return int(number.removeprefix("id: ")), json.loads(data.removeprefix("data: "))["events"]


def test_events_are_heard_as_they_come_and_from_where_one_was(served: Served) -> None:
    served.tell(event("gate", DAY))
    url = f"{served.address}{API}/events"
    with httpx.stream("GET", url, params={"source": "gate"}, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert next(lines) == ": still here"
        served.tell(event("yard", DAY + 1), event("gate", DAY + 2))
        number, events = heard(lines)
        assert events == [event("gate", DAY + 2).document]
    served.tell(event("gate", DAY + 3), event("yard", DAY + 4))
    with httpx.stream("GET", url, headers={"Last-Event-ID": str(number)}, timeout=30) as answer:
        _, events = heard(answer.iter_lines())
        assert [(each["source"], each["id"]) for each in events] == [
            ("gate", event("gate", DAY + 3).id), ("yard", event("yard", DAY + 4).id),
        ]  # fmt: skip


def test_who_was_removed_hears_no_more(tmp_path: Path) -> None:
    library = tmp_path / "library"
    make_users(library)
    with open_store(library, create=True) as store:
        describe(store, "gate")
    with (
        server(library, accounts=True) as address,
        logged_in(address, "vera") as vera,
        vera._http.stream("GET", f"{API}/events") as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines) == ": still here"
        Accounts(Settings(library=str(library))).remove_user("vera")
        with open_store(library, create=False) as store:
            store.streams.add_events([event("gate", time.time())])
        assert not any("gate" in line for line in lines)
