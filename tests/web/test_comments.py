"""What people say to each other about a video, and what they put right in it, by the API."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from libraries import MOMENT_TICKS, add, people, said
from passerby.settings import Settings
from passerby.store.accounts import User
from passerby.store.library import open_store
from passerby.times import Span
from passerby.web.app import create_app


@dataclass(frozen=True)
class Asked:
    """A server's API, and the video that its library has."""

    client: TestClient
    video: str
    library: Path

    def __call__(self, method: str, path: str, status: int = 200, **asked: Any) -> Any:
        answer = self.client.request(method, f"/api/v1{path.format(video=f'videos/{self.video}')}", **asked)
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text

    def lines(self) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = self("GET", "/{video}?boxes=false")["speech"]
        return lines


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Asked]:
    with open_store(tmp_path / "library", create=True) as store:
        lines = [said("the whether is fine", 0), said("good night", 1)]
        video = add(store, "news.mp4", moments=3, speech=lines, people=[people(0, 2)])
        for name, role in (("ada", "admin"), ("bea", "reviewer"), ("vera", "viewer"), ("bea.b", "reviewer")):
            store.accounts.add(User(name, role, "", 0))
    app = create_app(Settings(library=str(tmp_path / "library")), accounts=False, loopback=True)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield Asked(client, video, tmp_path / "library")


def test_comments_mention_those_who_may_read_them(ask: Asked) -> None:
    told = ask(
        "POST", "/{video}/comments", 201, json={"text": "@Bea and @vera, is that a kite?\nA red one.", "time": 1.5}
    )
    assert told["users"] == ["ada", "bea", "bea.b"]
    [made] = told["comments"]
    assert (made["user"], made["time"], made["mentions"], made["own"]) == ("(local)", 1.5, ["bea"], True)
    ask("PATCH", f"/comments/{made['id']}", 204, json={"text": "ask @bea.b. Not me@ada"})
    assert [each["mentions"] for each in ask("GET", "/{video}/comments")["comments"]] == [["bea.b"]]
    ask("POST", "/{video}/comments", 422, json={"text": "hidden \u202e sign"})
    ask("DELETE", f"/comments/{made['id']}", 204)
    ask("DELETE", f"/comments/{made['id']}", 404)
    assert ask("GET", "/{video}/comments")["comments"] == []


def test_what_somebody_is_like_is_no_comment_and_no_description(ask: Asked) -> None:
    refused = ask("POST", "/{video}/comments", 400, json={"text": "@bea hide the Asian woman at the left"})
    assert "'Asian woman'" in refused["detail"]
    made = ask("POST", "/{video}/comments", 201, json={"text": "an old @bea man's version"})["comments"][0]["id"]
    ask("PATCH", f"/comments/{made}", 400, json={"text": "he is Muslim"})
    ask("PATCH", "/{video}", 400, json={"description": "Ethnicity: Uyghur"})
    ask("PATCH", "/{video}", json={"description": "Afghan women protest at the Turkish embassy"})


def test_a_corrected_line_is_shown_found_and_exported_until_it_is_undone(ask: Asked) -> None:
    line = ask("PUT", "/{video}/speech", json={"start": 0, "text": "the weather  is fine"})
    assert (line["text"], line["correction"]["heard"], line["correction"]["by"]) == (
        "the weather is fine",
        "the whether is fine",
        "(local)",
    )
    assert ask.lines()[0] == line
    assert [len(ask("GET", f"/search?words={word}")["hits"]) for word in ("weather", "whether")] == [1, 0]
    for name in ("srt", "webvtt", "text", "csv"):
        assert "the weather is fine" in ask("GET", f"/{{video}}/exports/{name}"), name
    assert ask("DELETE", "/{video}/speech?start=0")["correction"] is None
    assert "correction" not in ask.lines()[0]
    assert ask.lines()[0]["text"] == "the whether is fine"
    ask("PUT", "/{video}/speech", 400, json={"start": 11, "text": "nothing is said here"})


def test_corrections_outlive_another_transcription_and_are_told_where_no_line_is_theirs(ask: Asked) -> None:
    ask("PUT", "/{video}/speech", json={"start": 0, "text": "the weather is fine"})
    ask("PUT", "/{video}/speech", json={"start": MOMENT_TICKS / 1000, "text": "good morning"})
    words = "the feather is fine"
    heard_anew = [replace(said(words, 0), span=Span(0, 1850)), replace(said("bye", 1), span=Span(4000, 4200))]
    with open_store(ask.library, create=False) as store:
        store.sink.finish_stage(ask.video, "speech", "another key", heard_anew)
    first, second = ask.lines()
    assert (first["text"], first["correction"]["heard"], second["text"]) == ("the weather is fine", words, "bye")
    [lost] = ask("GET", "/{video}")["unplaced"]
    assert (lost["text"], lost["start"], lost["by"]) == ("good morning", 4.0, "(local)")
    ask("PUT", "/{video}/speech", json={"start": 4, "text": "goodbye"})
    ask("PUT", "/{video}/speech", json={"start": 0, "text": "the weather was fine"})
    assert [line["text"] for line in ask.lines()] == ["the weather was fine", "goodbye"]
    assert ask("GET", "/{video}")["unplaced"] == []
    with open_store(ask.library, create=False) as store:
        store.sink.finish_stage(ask.video, "speech", "a third key", heard_anew[:1])
    assert ask("DELETE", "/{video}/speech?start=4") is None
    assert ask("GET", "/{video}")["unplaced"] == []
    ask("DELETE", "/{video}/speech?start=4", 400)


def test_to_correct_a_line_to_what_was_heard_is_to_undo_it(ask: Asked) -> None:
    for text in ("good morning", "good night"):
        ask("PUT", "/{video}/speech", json={"start": MOMENT_TICKS / 1000, "text": text})
    assert "correction" not in ask.lines()[1]


def test_chapters_are_made_exported_and_removed(ask: Asked) -> None:
    assert "Shot 1" in ask("GET", "/{video}/exports/webvtt-chapters")
    for start, name in ((4, "Weather"), (0, "Opening"), (4, "The weather")):
        told = ask("PUT", "/{video}/chapters", json={"start": start, "name": name})
    assert told["chapters"] == [
        {"name": "Opening", "start": 0.0, "end": 4.0},
        {"name": "The weather", "start": 4.0, "end": 12.0},
    ]
    written = ask("GET", "/{video}/exports/webvtt-chapters")
    assert "00:00:04.000 --> 00:00:12.000\nThe weather\n" in written
    assert "Shot" not in written
    ask("PUT", "/{video}/chapters", 400, json={"start": 12, "name": "After the end"})
    ask("PUT", "/{video}/chapters", 400, json={"start": 1, "name": "muslim women"})
    assert [each["name"] for each in ask("DELETE", "/{video}/chapters?start=0")["chapters"]] == ["The weather"]
    assert ask("GET", "/{video}/chapters") == ask("DELETE", "/{video}/chapters?start=3")


def test_people_are_told_as_numbers_over_time_and_the_review_is_kept(ask: Asked) -> None:
    ask("PATCH", "/{video}", json={"review": "checked"})
    known = ask("GET", "/{video}")
    assert known["review"] == "checked"
    assert known["people"]["counts"] == [{"time": 2.0, "people": 1}]
