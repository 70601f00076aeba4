"""Keys, menus and focus, on all pages: whoever works by keyboard stays where they are after each change."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from watching import add_clip, serving, wait_for


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a server without accounts, and the video that it has."""
    folder = tmp_path_factory.mktemp("keys")
    video = add_clip(folder / "library", folder)
    with serving(folder / "library") as address:
        yield address, video


@pytest.fixture
def page(browser: Browser, served: tuple[str, str]) -> Iterator[Page]:
    with browser.new_context(base_url=served[0], viewport={"width": 1440, "height": 900}) as context:
        yield context.new_page()


def reject_a_label(page: Page, video: str) -> None:
    page.goto(f"/videos/{video}#t=8")
    page.get_by_role("button", name="Reject harbour", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Reject harbour", exact=True)).to_have_count(0)


def give_a_label(page: Page, video: str) -> None:
    page.goto(f"/videos/{video}#t=1")
    page.locator("#label").fill("morning")
    page.locator("#label").press("Enter")
    expect(page.locator("#labels")).to_contain_text("morning")


def sort_the_library(page: Page, video: str) -> None:
    page.goto("/")
    expect(page.locator(".video")).to_have_count(1)
    page.locator("#sort").focus()
    with page.expect_response("**/api/v1/videos?*"):
        page.locator("#sort").select_option("name")


def type_a_search(page: Page, video: str) -> None:
    page.goto("/search?words=harbour")
    page.get_by_role("button", name="Remove the filter").or_(page.locator("#find")).first.focus()
    page.keyboard.press("End")
    page.keyboard.type(" beach")
    expect(page.locator("#notice")).to_contain_text("No moment has all of these words")


def take_a_note_back(page: Page, video: str) -> None:
    page.goto(f"/videos/{video}#t=1")
    page.locator("#label").fill("evening")
    page.locator("#label").press("Enter")
    page.get_by_text("What people have said").click()
    page.get_by_role("button", name="Take back: evening").press("Enter")
    expect(page.locator("#notes")).not_to_contain_text("evening")


def stop_a_job(page: Page, video: str) -> None:
    page.goto("/jobs")
    with page.expect_response("**/plans"):
        page.evaluate(f"""fetch("/api/v1/videos/{video}/plans", {{
          method: "POST", body: JSON.stringify({{ hide: ["faces"] }}),
          headers: {{ "Content-Type": "application/json", "X-CSRF-Token": "" }},
        }})""")
    page.get_by_role("button", name="Stop: Looking for").press("Enter")
    expect(page.locator("#ended li").first).to_be_visible()


def filter_the_log(page: Page, video: str) -> None:
    page.goto("/settings")
    action = page.locator("#log-filter").get_by_label("Did what")
    action.focus()
    with page.expect_response("**/log/latest?*action=view*"):
        action.select_option("view")


CHANGES = [reject_a_label, give_a_label, take_a_note_back, sort_the_library, type_a_search, stop_a_job, filter_the_log]


@pytest.mark.parametrize("change", CHANGES)
def test_focus_stays_where_something_was_changed(
    change: Callable[[Page, str], None], page: Page, served: tuple[str, str]
) -> None:
    change(page, served[1])
    assert page.evaluate("document.activeElement !== document.body")


def test_space_after_a_click_on_the_film_starts_and_stops_it_once(page: Page, served: tuple[str, str]) -> None:
    page.goto(f"/videos/{served[1]}")
    wait_for(page, "document.querySelector('#player video').readyState >= 2")
    page.evaluate("""() => {
      window.heard = [];
      const film = document.querySelector('#player video');
      for (const name of ['play', 'pause']) film.addEventListener(name, () => window.heard.push(name));
    }""")
    page.locator("#player video").click(position={"x": 60, "y": 60})
    wait_for(page, "window.heard.length === 1")
    page.keyboard.press(" ")
    wait_for(page, "window.heard.length === 2")
    page.keyboard.press(" ")
    wait_for(page, "window.heard.length === 3")
    assert page.evaluate("window.heard") == ["play", "pause", "play"]


def test_a_menu_closes_by_escape_and_by_a_click_elsewhere(page: Page, served: tuple[str, str]) -> None:
    page.goto(f"/videos/{served[1]}")
    menus = page.locator("details.menu[open]")
    page.get_by_text("Export", exact=True).click()
    expect(menus).to_have_count(1)
    page.keyboard.press("Escape")
    expect(menus).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent") == "Export"
    page.get_by_text("Export", exact=True).click()
    page.locator("h1").click()
    expect(menus).to_have_count(0)


KEYS = {
    "/": "Open the video",
    "/search": "End what plays",
    "/videos/{video}": "Zoom the lanes",
    "/settings": "This sheet",
}


@pytest.mark.parametrize(("path", "told"), KEYS.items())
def test_a_question_mark_tells_the_keys_of_each_page(path: str, told: str, page: Page, served: tuple[str, str]) -> None:
    page.goto(path.format(video=served[1]))
    page.locator(".brand").focus()
    sheet = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(sheet).to_contain_text(told)
    expect(sheet).to_contain_text("Search all videos")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(page.locator(".brand")).to_be_focused()
    page.get_by_role("button", name="Keys").click()
    expect(sheet).to_be_visible()


@pytest.mark.parametrize("path", ["/nowhere", "/videos/00", "/jobs/00"])
def test_what_is_not_there_is_told_on_a_page(path: str, page: Page, served: tuple[str, str]) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="Not here")).to_be_visible()
    assert page.title() == "Not here · Passerby"
    told = httpx.get(f"{served[0]}{path}", headers={"accept": "application/json"})
    assert told.status_code == 404


def test_keys_that_are_signs_can_be_switched_off(page: Page) -> None:
    def press_a_slash() -> None:
        page.goto("/search")
        expect(page.locator("#find")).to_be_visible()
        page.locator("main a, main button, main summary").first.focus()
        page.keyboard.press("/")

    press_a_slash()
    expect(page.locator("#find")).to_be_focused()
    page.goto("/settings")
    page.get_by_label("Letters and signs do something").uncheck()
    press_a_slash()
    expect(page.locator("#find")).not_to_be_focused()
    page.goto("/settings")
    expect(page.get_by_label("Letters and signs do something")).not_to_be_checked()


PATIENCE = 600_000.0  # ms, for a look at a clip on a machine that does much else
RECORDING = """
window.Notification = class {
  static permission = "granted";
  static requestPermission = async () => "granted";
  constructor(title, options) { console.log(`${title} tells: ${options.body}`); }
};
Object.defineProperty(document, "visibilityState", { get: () => window.unseen ? "hidden" : "visible" });
"""


def test_a_browser_tells_when_work_has_ended_that_nobody_saw(page: Page, served: tuple[str, str]) -> None:
    page.add_init_script(RECORDING)  # a browser without a screen shows no notices
    page.goto("/settings")
    page.get_by_label("Tell me when what I have asked for has ended").check()
    page.goto("/jobs")
    expect(page.locator("#empty, #ended li").locator("visible=true").first).to_be_visible()
    page.evaluate("window.unseen = true; document.dispatchEvent(new Event('visibilitychange'))")
    with page.expect_console_message(lambda said: "tells" in said.text, timeout=PATIENCE) as told:
        asked = httpx.post(f"{served[0]}/api/v1/videos/{served[1]}/plans", json={"hide": ["faces"]})
        assert asked.status_code == 202, asked.text
    assert told.value.text == "Passerby tells: Looking for what to hide has ended."
