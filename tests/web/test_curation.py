"""Lists, titles, collections and the trash by the API, and what nobody finds of what is in the trash."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from libraries import MOMENT_TICKS, add, people, text, track
from passerby.pictures import from_jpeg, jpeg
from passerby.records import Thumbnail
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web.app import create_app


def plain(level: int) -> bytes:
    """A masked picture, told from others by how light it is."""
    return jpeg(np.full((90, 160, 3), level, np.uint8), 90)


@dataclass(frozen=True)
class Asked:
    """A server's API, and the videos that its library has."""

    client: TestClient
    kite: str
    car: str

    def __call__(self, method: str, path: str, status: int = 200, **asked: Any) -> Any:
        answer = self.client.request(method, f"/api/v1{path}", **asked)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.content

    def names(self, query: str = "") -> list[str]:
        return [video["name"] for video in self("GET", f"/videos?sort=name{query}")["videos"]]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Asked]:
    with open_store(tmp_path / "library", create=True) as store:
        pictures = [Thumbnail(n, n * MOMENT_TICKS + 2000, plain(60 * n)) for n in range(3)]
        kite = add(store, "kite.mp4", moments=3, objects=[track("kite", 0)], people=[people(0, 1)], thumbnails=pictures)
        car = add(store, "car.mp4", text=[text("news", 0)])
    app = create_app(Settings(library=str(tmp_path / "library")), accounts=False, loopback=True)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield Asked(client, kite, car)


def test_lists_are_narrowed_counted_and_paged(ask: Asked) -> None:
    first = ask("GET", "/videos?limit=1")
    assert (first["total"], first["next"], first["videos"][0]["has"]) == (2, "1", ["text"])
    assert ask.names("&label=kite") == ask.names("&has=people") == ask.names("&named=KIT") == ["kite.mp4"]
    assert ask.names("&length=over_1_h&year=0") == []
    ask("GET", "/videos?colour=red", 400)
    counted = ask("GET", "/library/facets")
    assert counted["total"] == 2
    assert {"value": "kite", "videos": 1} in counted["facets"]["label"]
    assert counted["facets"]["review"] == [{"value": "to_check", "videos": 2}]
    shapes = ask("GET", "/library/shapes")
    assert shapes["aspects"] == [178, 178]
    assert sum(count for _, count in shapes["days"]) == 2
    assert ask("GET", "/library/ids?sort=name")["videos"] == [ask.car, ask.kite]


def test_a_title_is_told_everywhere_and_names_nobody(ask: Asked) -> None:
    said = ask("PATCH", f"/videos/{ask.kite}", json={"title": "Harbour at dawn", "review": "checked"})
    assert (said["title"], said["description"], said["review"]) == ("Harbour at dawn", "", "checked")
    ask("PATCH", f"/videos/{ask.kite}", json={"description": "Taken from the bridge.\n\nA pier."})
    assert ask.names() == ["car.mp4", "Harbour at dawn"]
    assert ask.names("&named=pier&review=checked") == ["Harbour at dawn"]
    assert ask("GET", f"/videos/{ask.kite}")["name"] == "Harbour at dawn"
    assert [hit["name"] for hit in ask("GET", "/search?words=harbour")["hits"]][:1] == ["Harbour at dawn"]
    refused = ask("PATCH", f"/videos/{ask.kite}", 400, json={"title": "my boss"})
    assert "who somebody is" in refused["detail"]
    ask("POST", "/collections", 400, json={"name": "John Smith"})


def test_what_is_in_the_trash_is_found_nowhere_and_forgetting_it_is_for_good(ask: Asked) -> None:
    collection = ask("POST", "/collections", 201, json={"name": "Case 12", "case": True})["id"]
    assert ask("POST", f"/collections/{collection}/videos", json={"add": [ask.kite, ask.car]}) == {"videos": 2}
    assert ask("POST", "/trash", json={"videos": [ask.kite, "0" * 64]}) == {"videos": 1}
    assert ask.names() == ask.names(f"&collection={collection}") == ["car.mp4"]
    assert ask("GET", "/search?words=kite")["hits"] == []
    for path in ("", "/thumbnail", "/strip", "/page", "/exports/srt", "/notes", "/frame?time=1", "/media"):
        ask("GET", f"/videos/{ask.kite}{path}", 404)
    assert ask.client.get(f"/videos/{ask.kite}").status_code == 404
    (kept,) = ask("GET", "/trash")["videos"]
    assert (kept["id"], kept["by"]) == (ask.kite, "(local)")
    assert kept["until"] > kept["since"]
    assert ask("POST", "/trash/restore", json={"videos": [ask.kite]}) == {"videos": 1}
    assert ask.names(f"&collection={collection}") == ["car.mp4", "kite.mp4"]
    ask("POST", "/trash", json={"videos": [ask.kite]})
    ask("DELETE", "/trash", 204)
    assert ask("GET", "/trash")["videos"] == []
    assert ask("POST", "/trash/restore", json={"videos": [ask.kite]}) == {"videos": 0}


def test_what_was_in_the_trash_for_long_is_forgotten_by_the_server(tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        kite = add(store, "kite.mp4")
        store.trash.put(kite, "ada")
    for days, left in ((30, [kite]), (0, [])):
        app = create_app(Settings(library=str(tmp_path / "library"), trash_days=days), accounts=False, loopback=True)
        with TestClient(app):
            app.state.desk.empty_trash()
        with open_store(tmp_path / "library", create=False) as store:
            assert [video.id for video in store.trash.all()] == left


def test_whole_videos_are_labelled(ask: Asked) -> None:
    assert ask("POST", "/library/labels", json={"videos": [ask.kite, ask.car], "given": ["market"]}) == {"videos": 2}
    assert ask.names("&label=market") == ["car.mp4", "kite.mp4"]
    ask("POST", "/library/labels", json={"videos": [ask.kite], "rejected": ["market"]})
    assert ask.names("&label=market") == ["car.mp4"]
    ask("POST", "/library/labels", 400, json={"videos": [ask.kite], "given": ["my boss"]})


def test_a_poster_is_the_picture_with_the_least_mask(ask: Asked) -> None:
    poster = from_jpeg(ask("GET", f"/videos/{ask.kite}/thumbnail"))
    assert abs(int(poster.mean()) - 120) < 3  # of the third moment, in which nobody is
    strip = from_jpeg(ask("GET", f"/videos/{ask.kite}/strip"))
    assert strip.shape == (180, 3 * 320, 3)
    means = [int(cv2.mean(part)[0]) for part in np.hsplit(strip, 3)]
    assert [abs(mean - level) < 3 for mean, level in zip(means, (0, 60, 120), strict=True)] == [True] * 3
    ask("GET", f"/videos/{ask.car}/strip", 404)


def test_kept_searches_are_the_callers(ask: Asked) -> None:
    kept = ask("POST", "/searches", 201, json={"name": "dogs", "asked": {"words": "dog"}})
    assert ask("GET", "/searches")["searches"] == [kept]
    ask("DELETE", f"/searches/{kept['id']}", 204)
    ask("DELETE", f"/searches/{kept['id']}", 404)
