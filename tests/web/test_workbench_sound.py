"""What is muted is what was meant: what is typed and cannot be taken is marked, stays, and stops the copy."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from at_the_bench import copy_of, is_bare, is_hidden, is_saved, keep_plan, open_bench, stands
from clips import make_clip
from paging import Server, faults_in
from passerby.media.read.frames import open_video
from passerby.records import SpokenWord, Utterance
from passerby.store.library import open_store
from passerby.times import Span
from pictures import plain

SIZE = (320, 180)
IMPOSSIBLE = [
    "1:00-0:30",
    "0:01-0:02, abc",
    "0:01-0:02; 0:02.5-0:03",
    "0:01",
    "0:75-0:80",
    "0:01,5-0:02",
    "1:00-1:10",
    "-0:02",
]


@pytest.fixture
def clip(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Three seconds with a tone all the time; each test has another one."""
    shade = (90 + len(request.node.name), 160, 120)
    path = tmp_path / f"{request.node.name}.mp4"
    picture = plain(SIZE, shade)
    return make_clip(path, size=SIZE, frames=36, rate=12, picture=picture, numbered=False, audio="tone")


def loudness(path: Path, start: float, end: float) -> float:
    """The loudest sample between two times."""
    with open_video(path) as reader:
        loudest = 0.0
        for chunk in reader.read_sound():
            times = float(chunk.start) + np.arange(len(chunk.samples)) / chunk.rate
            within = chunk.samples[(times >= start) & (times < end)]
            loudest = max(loudest, float(np.abs(within).max(initial=0)))
    return loudest


def test_spans_that_cannot_be_are_marked_and_stop_the_copy(
    page: Page, server: Server, clip: Path, tmp_path: Path
) -> None:
    open_bench(page, server, clip, [])
    page.locator("#audio").select_option("mute")
    spans = page.locator("#span-text")
    make = page.get_by_role("button", name="Make and check the copy")
    make.click()
    expect(page.locator("#toasts")).to_contain_text("Say which spans are muted")
    spans.fill("0:00.2-0:00.4")
    spans.press("Tab")
    for typed in IMPOSSIBLE:
        spans.fill(typed)
        make.click()
        expect(spans).to_have_attribute("aria-invalid", "true")
        expect(spans).to_have_value(typed)
        expect(spans).to_be_focused()
        expect(page.locator("#span-text-fault")).to_contain_text("Expected a")
        expect(page.locator("#working")).to_be_hidden()
    page.get_by_role("button", name="Hide this place all the time").click()  # other changes drop nothing of it
    expect(spans).to_have_value(IMPOSSIBLE[-1])
    page.get_by_role("button", name="Undo").click()
    make.click()
    expect(page.locator("#toasts")).to_contain_text("Spans: Expected a")
    assert not faults_in(page)
    spans.fill("0:02-0:02.5, 0:00.5\u20130:01")
    copy_of(page, target := tmp_path / "copy.mp4")
    expect(spans).not_to_have_attribute("aria-invalid", "true")
    expect(spans).to_have_value("0:00.500-0:01.000, 0:02.000-0:02.500")
    for start, end in [(0.5, 1), (2, 2.5)]:
        assert loudness(target, start + 0.03, end - 0.03) < 0.01
    for start, end in [(0.1, 0.45), (1.05, 1.95), (2.55, 2.9)]:
        assert loudness(target, start, end) > 0.3


def test_what_is_typed_and_hidden_from_view_counts_no_more(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, [])
    sound = page.locator("#audio")
    sound.select_option("bleep")
    spans = page.locator("#span-text")
    spans.fill("from noon")
    sound.select_option("drop")
    is_saved(page)
    sound.select_option("mute")
    expect(spans).to_have_value("from noon")
    expect(spans).to_have_attribute("aria-invalid", "true")


def test_times_from_and_to_which_is_hidden(page: Page, server: Server, clip: Path, tmp_path: Path) -> None:
    open_bench(page, server, clip, [])
    page.get_by_role("button", name="Hide this place all the time").click()
    start, end = page.get_by_label("Hide from"), page.locator("#to")
    for field, typed in [(end, "1:00"), (start, "0:30"), (end, "abc"), (start, "1;2")]:
        kept = field.input_value()
        field.fill(typed)
        page.get_by_role("button", name="Make and check the copy").click()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value(typed)
        expect(page.locator("#working")).to_be_hidden()
        field.fill(kept)
        field.press("Tab")
        expect(field).not_to_have_attribute("aria-invalid", "true")
    end.fill("2")
    end.press("Tab")
    start.fill("2")
    start.press("Tab")
    expect(start).to_have_attribute("aria-invalid", "true")
    start.fill("1")
    pictures = copy_of(page, tmp_path / "copy.mp4")
    middle = (0.35, 0.35, 0.65, 0.65)
    assert [is_hidden(picture, middle) for picture in pictures] == [12 <= index < 24 for index in range(36)]
    assert [is_bare(picture, middle) for picture in pictures] == [not 12 <= index < 24 for index in range(36)]


def test_words_are_muted_by_selecting_them(page: Page, server: Server, clip: Path) -> None:
    video, plan = keep_plan(server, clip)
    words = [SpokenWord(text, Span(1000 * n, 1000 * n + 800)) for n, text in enumerate(("meet", "me", "there"))]
    with open_store(server.library, create=False) as store:
        said = Utterance("meet me there", Span(0, 2800), "en", tuple(words))
        store.sink.finish_stage(video, "speech", "speech-key", [said])
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(f"{server.address}/videos/{video}/share#plan={plan}")
    stands(page)
    page.get_by_role("button", name="meet").click()
    expect(page.locator("#toasts")).to_contain_text("All sound is dropped.")
    page.get_by_role("button", name="Keep the sound but for").click()
    expect(page.locator("#audio")).to_have_value("mute")
    expect(page.get_by_role("button", name="meet")).to_be_focused()
    page.locator("#audio").select_option("keep")
    page.evaluate(
        """() => {
          const [first, second] = document.querySelectorAll("#words .word");
          getSelection().setBaseAndExtent(first.firstChild, 0, second.firstChild, 2);
        }"""
    )
    page.get_by_role("button", name="Mute the 2 selected words").click()
    expect(page.locator("#audio")).to_have_value("mute")
    expect(page.get_by_role("button", name="me", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="there")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="meet").click()  # is heard again
    expect(page.get_by_role("button", name="meet")).to_have_attribute("aria-pressed", "false")
    is_saved(page)
    assert not faults_in(page)
    spans = page.locator("#span-text").input_value()
    assert re.fullmatch(r"0:00\.\d+-0:0\d\.\d+", spans), spans
