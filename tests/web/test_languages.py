"""The pages in other languages: each sentence has a translation, and a browser gets the language that it asks for."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from paging import Server
from passerby.web.languages import ENGLISH, FOLDER, read_languages
from scripts import build_languages

FILES = sorted(FOLDER.glob("*.json"))
HOLE = re.compile(r"\{\w*\}")


def translations(path: Path) -> Iterator[tuple[str, str]]:
    """Each sentence of a file with what it is in that language, each form of it by itself."""
    told = build_languages.read(path)
    for sentence, said in {**told["sentences"], **told["answers"]}.items():
        for form in said.values() if isinstance(said, dict) else [said]:
            yield sentence, form


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_has_each_sentence_of_the_pages_and_none_that_nobody_says(path: Path) -> None:
    in_line = build_languages.brought_in_line(path)
    assert path.read_text(encoding="utf-8") == in_line, "run python -m scripts.build_languages"
    assert [sentence for sentence, said in translations(path) if not said] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_translation_has_the_holes_of_its_sentence(path: Path) -> None:
    for sentence, said in translations(path):
        missing = Counter(HOLE.findall(said)) - Counter(HOLE.findall(sentence))
        assert not missing, f"{said}: {', '.join(missing)} is not in {sentence}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_knows_no_answer_that_the_server_does_not_give(path: Path) -> None:
    said = build_languages.said_by_server()
    assert [
        each for each in build_languages.read(path)["answers"] if build_languages.without_names(each) not in said
    ] == []


@pytest.mark.parametrize(
    ("chosen", "accepted", "expected"),
    [
        ("", "", "en"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "xx, en;q=0.9, de;q=0.5", "en"),
        ("de", "en", "de"),
        ("xx", "de", "de"),
    ],
)
def test_what_was_chosen_goes_before_what_the_browser_asks_for(chosen: str, accepted: str, expected: str) -> None:
    assert read_languages().wanted(chosen, accepted).code == expected


def test_a_sentence_without_translation_stays_english() -> None:
    assert ENGLISH.say("Nobody has ever said {what}.", what="this") == "Nobody has ever said this."


TOLD = {
    "hidden: faces in 4 tracks, people in 1 track (filled with black), in 24 of 24 frames": (
        "verdeckt: Gesichter in 4 Spuren, Menschen in 1 Spur (schwarz gefüllt); 24 Bilder, davon 24 mit Verdecktem"
    ),
    "not looked for: plates, voices, clothes and gait, places": (
        "nicht gesucht: Kennzeichen, Stimmen, Kleidung und Gang, Orte"
    ),
    "passed: none of 42 faces in 2 tracks shows": "bestanden: 42 Gesichter in 2 Spuren: keines ist zu sehen",
    "failed: 2 of 9 faces show, in 1 of 2 tracks; face 3 answered as nobody by ada: a hat": (
        "nicht bestanden: zu sehen: 2 (9 Gesichter verglichen), in 1 von 2 Spuren; "
        "Gesicht 3 ist laut ada niemand: a hat"
    ),
    "none of 3 faces in 1 track shows that is to be hidden; shows 1 face on purpose, 0:01-0:02 and 3 times more": (
        "3 Gesichter in 1 Spur: keines, das verdeckt sein soll, ist zu sehen; "
        "zeigt mit Absicht 1 Gesicht, 0:01-0:02 und 3 weitere Male"
    ),
    "audit: not audited; there is none of stills: look at the copy yourself": (
        "Prüfung: nicht geprüft; von Fotos gibt es keine: sehen Sie sich die Kopie selbst an"
    ),
    "heads: none found": "Köpfe: keine gefunden",
    "what nobody has translated": "what nobody has translated",
}


def test_scripts_and_templates_tell_what_became_of_a_copy_in_the_same_words(page: Page, server: Server) -> None:
    german = read_languages().by_code["de"]
    assert [german.retell(line) for line in TOLD] == list(TOLD.values())
    page.set_extra_http_headers({"Accept-Language": "de"})
    page.goto(f"{server.address}/search")
    said = page.evaluate(
        "async (lines) => { const { said } = await import('/static/words.js'); return lines.map(said) }", list(TOLD)
    )
    assert said == list(TOLD.values())


def test_somebody_chooses_a_language(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/settings")
    page.get_by_label("Language of the pages").select_option("de")
    expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    expect(page.locator("#models tbody tr").first).to_contain_text("Dinge", use_inner_text=False)
    assert page.locator("html").get_attribute("lang") == "de"
    page.goto(f"{server.address}/search?words=policeman")
    expect(page.locator("#notice")).to_contain_text("Passerby beschreibt keine Menschen")
    page.goto(f"{server.address}/settings")
    page.get_by_label("Sprache der Seiten").select_option("")
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/search?words=nothing", "/jobs", "/settings"])
def test_pages_fit_in_long_words_on_a_small_screen_from_right_to_left(path: str, page: Page, server: Server) -> None:
    def turned(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('dir="ltr"', 'dir="rtl"'))

    page.set_viewport_size({"width": 320, "height": 700})
    page.set_extra_http_headers({"Accept-Language": "de"})
    page.route(f"{server.address}{path}", turned)
    page.goto(f"{server.address}{path}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('.brand').getBoundingClientRect().left > innerWidth / 2")
