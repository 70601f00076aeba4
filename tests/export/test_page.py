"""The page of a video: whole, escaped, without scripts, and readable by those who do not see it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from browser import open_browser, served
from knowns import AWKWARD, LENGTH, known, people, said, track
from passerby.export.known import Known
from passerby.export.lanes import MOST_LANES, people_spans
from passerby.export.page import page
from passerby.records import Moment, ScreenText, Shot, Tag, Thumbnail
from passerby.times import Span

SCRIPT = '<script>alert("1")</script>'
VOID = {"meta", "br", "img", "link"}


class Parsed(HTMLParser):
    """The elements of a page, checked to be closed in the order in which they were opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.elements if name == tag)


def pictured(made: Known) -> str:
    """The page, with a picture of the first moment."""
    return page(made, [Thumbnail(0, 0, b"jpeg")])


def test_it_is_whole_and_its_links_lead_somewhere() -> None:
    parsed = Parsed(pictured(known()))
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [link["href"] for link in parsed.of("a")] == ["#shot-1", "#shot-2"]
    assert {"shot-1", "shot-2", "timeline", "transcript", "shots", "things", "text"} <= set(ids)


def test_it_needs_no_other_file_and_no_script() -> None:
    text = pictured(known())
    assert not re.search(r"https?:|<script|<link|<img|@import|\son\w+=", text)
    assert set(re.findall(r"url\(([^:)]+:)", text)) == {"data:"}
    assert "default-src 'none'" in text


def test_what_the_video_says_is_text_and_not_markup() -> None:
    made = known(
        video=replace(known().video, name=SCRIPT, note=SCRIPT),
        tracks=(track(SCRIPT, [1, 2], (0, 0, 9, 9)),),
        tags=(Tag(0, SCRIPT, 0.5),),
        texts=(ScreenText(SCRIPT, 0.5, Span(0, 10), (0.0, 0.0, 9.0, 9.0)),),
        utterances=(replace(said(SCRIPT, 0), language='"><script>'),),
    )
    text = pictured(made)
    assert text.count("&lt;script&gt;alert") >= 7
    assert "<script" not in text
    Parsed(text)


def test_all_that_is_known_can_be_read() -> None:
    text = pictured(known())
    escaped = AWKWARD.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert text.count(f">{escaped}</span>") == 2
    assert '<time>0:01</time><span lang="en" dir="auto">' in text
    assert "<time>0:00.000 to 0:02.224</time></p><p>dog, car</p>" in text
    assert "<td>beach</td><td>tag</td>" in text


def test_what_is_drawn_has_a_name() -> None:
    parsed = Parsed(pictured(known()))
    drawn = [attributes for _, attributes in parsed.elements if attributes.get("role") == "img"]
    names = [attributes["aria-label"] for attributes in drawn]
    assert names == [
        "dog: 0:00 to 0:02",
        "car: 0:02 to 0:03",
        "beach: 0:02 to 0:05",
        "text on screen: 0:00 to 0:02",
        "speech: 0:01 to 0:04",
        "people: 0:00 to 0:05",
        "black: 0:00 to 0:00",
        "Shot 1, without its people",
    ]
    assert all(link["aria-label"].startswith("shot ") for link in parsed.of("a"))


def test_spans_are_drawn_where_they_are() -> None:
    (bar,) = re.findall(r'aria-label="beach[^>]*><i style="([^"]*)"', pictured(known()))
    assert bar == f"left:{100 * 200_200 / LENGTH:.3f}%;width:{100 - 100 * 200_200 / LENGTH:.3f}%"


def test_a_picture_is_in_it_once_and_a_shot_without_one_says_so() -> None:
    text = pictured(known())
    assert text.count("base64,") == 1
    assert text.count("not shown: someone may be in it") == 1


def test_many_labels_get_few_lanes() -> None:
    tags = tuple(Tag(0, f"label{number}", 0.5) for number in range(MOST_LANES + 5))
    text = pictured(known(tags=tags))
    assert text.count('<li class="tag">') + text.count('<li class="new tag">') == MOST_LANES + 1
    assert "5 more" in text
    assert all(f"<td>{tag.label}</td>" in text for tag in tags)


def test_people_are_times_and_a_count() -> None:
    elsewhere = people()
    elsewhere.boxes[:] += 7
    assert pictured(known()) == pictured(known(people=elsewhere))
    assert "at most 1 at once" in pictured(known())
    assert list(people_spans(known(people=None))) == []
    assert "No people were found" in pictured(known(people=None))


def test_where_the_file_lies_is_not_told() -> None:
    assert "/footage" not in pictured(known())


def test_a_video_of_which_nothing_is_known_has_a_page() -> None:
    nothing = known(shots=(), cues=(), moments=(), tracks=(), tags=(), texts=(), utterances=(), people=None)
    assert "Transcript" not in page(nothing, [])
    Parsed(page(nothing, []))
    begun = replace(nothing, video=replace(nothing.video, frames=0, duration=0))
    Parsed(page(begun, []))


@pytest.mark.parametrize("width", [500, 1200])
def test_a_browser_shows_it_without_scrolling_sideways(width: int, tmp_path: Path) -> None:
    shots = tuple(Shot(Span(number * 9000, (number + 1) * 9000), number) for number in range(50))
    moments = tuple(Moment(shot.span, number) for number, shot in enumerate(shots))
    made = known(shots=shots, moments=moments, video=replace(known().video, name="long-name" * 30 + ".mp4"))
    (tmp_path / "page.html").write_text(pictured(made), "utf-8")
    with served(tmp_path) as address, open_browser(tmp_path / "profile") as driver:
        driver.set_window_size(width, 900)
        driver.get(f"{address}/page.html")
        wide, shown = driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= shown <= width
        assert (
            driver.execute_script("return getComputedStyle(document.querySelector('.rail i')).position") == "absolute"
        )
