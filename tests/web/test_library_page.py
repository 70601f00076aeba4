"""The library as people use it: files come in without a reload, are sorted, found, and forgotten."""

from pathlib import Path

from playwright.sync_api import Page, Route, expect

from clips import make_clip
from on_pages import add, until, with_chosen
from paging import Server, faults_in, log_in


def test_an_upload_becomes_a_video_without_a_reload(page: Page, server: Server, clip: Path) -> None:
    page.goto(server.address)
    page.evaluate("document.untouched = true")

    page.locator("#files").set_input_files(clip)
    expect(page.locator("#uploads").get_by_role("progressbar", name="Progress of march.mp4")).to_be_visible()
    link = page.get_by_role("link", name="march.mp4")
    expect(link).to_be_visible()
    expect(page.locator("#toasts").get_by_role("link", name="Make a safe copy")).to_be_visible()
    card = page.locator(".video", has=link)
    expect(card.locator(".length")).to_have_text("0:01")
    expect(page.locator("#uploads li")).to_have_count(0)
    assert page.evaluate("document.untouched")
    assert card.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    assert not faults_in(page)

    page.goto(f"{server.address}/jobs")
    assert not faults_in(page)
    page.get_by_role("link", name="Video: Adding march.mp4").click()
    page.wait_for_url("**/videos/*")


def test_an_upload_goes_on_where_it_was_cut_off(page: Page, server: Server, tmp_path: Path) -> None:
    size = 10 << 20  # more than one chunk; what it holds is no video, which the page must say
    (tmp_path / "noise.mp4").write_bytes(b"no video" * (size // 8))
    offsets: list[str] = []

    def cut_once(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(route.request.headers["upload-offset"])
            if len(offsets) == 2:
                route.abort()
                return
        route.continue_()

    page.route("**/api/v1/uploads/*", cut_once)
    page.goto(server.address)
    page.locator("#files").set_input_files(tmp_path / "noise.mp4")
    failed = page.locator("#uploads li[data-status=failed]")
    expect(failed).to_contain_text("noise.mp4: expected a video")
    assert str(server.library) not in failed.inner_text()
    assert offsets == ["0", str(8 << 20), str(8 << 20)]


def test_an_upload_goes_on_when_the_page_was_loaded_anew(page: Page, server: Server, tmp_path: Path) -> None:
    size = 20 << 20  # more than two chunks; what it holds is no video
    (tmp_path / "static.mp4").write_bytes(b"so noisy" * (size // 8))
    offsets: list[str] = []

    def hold_the_second(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(route.request.headers["upload-offset"])
            if len(offsets) == 2:
                return  # until the page is left
        route.continue_()

    page.route("**/api/v1/uploads/*", hold_the_second)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(server.address)
    page.locator("#files").set_input_files(tmp_path / "static.mp4")
    expect(page.locator("#uploads")).to_contain_text("uploading, 40 % of 21 MB")
    until(page, "JSON.parse(sessionStorage.getItem('passerby-uploads')).length === 1")
    while len(offsets) < 2:
        page.wait_for_timeout(50)
    page.reload()
    line = page.locator("#uploads li")
    expect(line).to_contain_text("cut off at 40 % of 21 MB; choose the file again")
    assert not faults_in(page)

    page.locator("#files").set_input_files(tmp_path / "static.mp4")
    expect(page.locator("#uploads li[data-status=failed]")).to_contain_text("static.mp4: expected a video")
    assert offsets == ["0", str(8 << 20), str(8 << 20), str(16 << 20)]
    page.reload()
    expect(page.locator(".video, #empty:visible").first).to_be_visible()
    expect(line).to_have_count(0)


def test_videos_are_sorted_found_and_forgotten(page: Page, server: Server, tmp_path: Path) -> None:
    short = make_clip(tmp_path / "river-a.mp4", size=(192, 108), frames=12)
    long = make_clip(tmp_path / "river-b.mp4", size=(192, 108), frames=60)
    page.goto(server.address)
    page.locator("#files").set_input_files([short, long])
    expect(page.locator(".video .name", has_text="river")).to_have_count(2)

    names = page.locator(".video .name")
    page.get_by_label("Name holds").fill("RIVER")
    page.get_by_label("Order by").select_option("duration")
    expect(names).to_have_text(["river-b.mp4", "river-a.mp4"])
    page.get_by_label("Order by").select_option("name")
    expect(names).to_have_text(["river-a.mp4", "river-b.mp4"])

    page.get_by_role("checkbox", name="Select river-a.mp4").check()
    with_chosen(page, "Forget for good")
    assert not faults_in(page)
    page.keyboard.press("Enter")  # on what has the focus: to keep it
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(names).to_have_count(2)
    with_chosen(page, "Forget for good")
    page.get_by_role("button", name="Forget it").click()
    expect(names).to_have_text(["river-b.mp4"])


def test_the_keys_choose_throw_away_and_take_back(page: Page, server: Server, tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / f"lake-{n}.mp4", size=(192, 108), frames=12 + n) for n in range(3)]
    page.goto(server.address)
    page.locator("#files").set_input_files(clips)
    names = page.locator(".video .name", has_text="lake")
    expect(names).to_have_count(3)
    page.goto(f"{server.address}/?named=lake&sort=name")
    expect(page.locator(".video .name")).to_have_text(["lake-0.mp4", "lake-1.mp4", "lake-2.mp4"])

    names.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#chosen-count")).to_have_text("2 videos chosen")
    until(page, "document.activeElement.textContent === 'lake-1.mp4'")
    with_chosen(page, "Move to the trash")
    expect(names).to_have_text(["lake-2.mp4"])
    page.get_by_role("button", name="Undo").click()
    expect(names).to_have_count(3)

    page.get_by_role("link", name="lake-2.mp4").focus()
    page.keyboard.press("F2")
    page.keyboard.type("lake at dawn")
    page.keyboard.press("Enter")
    expect(names.first).to_have_text("lake at dawn")
    until(page, "document.activeElement.textContent === 'lake at dawn'")


def test_a_description_is_written_refused_put_right_and_found_by(page: Page, server: Server, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "pier.mp4", size=(192, 108), frames=20)
    video = add(page, server, clip)
    page.get_by_role("checkbox", name="Select pier.mp4").check()
    with_chosen(page, "Name and description")
    dialog = page.get_by_role("dialog", name="Name and description")
    expect(dialog).to_contain_text("Its file does not say when it was recorded.")
    dialog.get_by_label("Description").fill("From the bridge.\nThe lighthouse at dusk.")
    dialog.get_by_label("Name").fill("my boss")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog.get_by_role("alert")).to_contain_text("my boss")
    assert not faults_in(page)
    dialog.get_by_label("Name").fill("Pier at dusk")  # what was written besides is there still
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".video .name", has_text="Pier at dusk")).to_be_visible()

    page.goto(f"{server.address}/videos/{video}")
    expect(page.locator("#description")).to_have_text("From the bridge.\nThe lighthouse at dusk.")
    page.get_by_role("button", name="Name and description").click()
    dialog.get_by_label("Name").fill("")
    dialog.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("pier.mp4")

    page.goto(f"{server.address}/search?words=lighthouse")
    expect(page.locator(".hit .why mark")).to_have_text("lighthouse")


def test_many_are_exported_in_a_format_told_in_words(page: Page, server: Server, tmp_path: Path) -> None:
    add(page, server, make_clip(tmp_path / "quay.mp4", size=(192, 108), frames=22))
    page.get_by_role("checkbox", name="Select quay.mp4").check()
    with_chosen(page, "Export")
    page.get_by_label("Format").select_option(label="Subtitles (SRT)")
    assert not faults_in(page)
    with page.expect_download() as exported:
        page.get_by_role("dialog").get_by_role("button", name="Export").click()
    assert exported.value.suggested_filename == "passerby-srt.zip"
    with_chosen(page, "Export")
    page.get_by_role("button", name="Cancel").click()
    page.keyboard.press("Escape")  # closes the list of what can be done, then ends the choice
    expect(page.get_by_role("button", name="Export")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#chosen")).to_be_hidden()


def test_dropped_files_are_added(page: Page, server: Server) -> None:
    page.goto(server.address)
    dropped = page.evaluate_handle(
        "() => { const held = new DataTransfer(); held.items.add(new File([], 'nothing.mp4')); return held }"
    )
    page.dispatch_event("body", "dragenter", {"dataTransfer": dropped})
    expect(page.get_by_text("Drop to add to the library")).to_be_visible()
    page.dispatch_event("body", "drop", {"dataTransfer": dropped})
    expect(page.get_by_text("Drop to add to the library")).to_be_hidden()
    expect(page.locator("#uploads li")).to_contain_text("this file is empty")


def test_a_viewer_is_offered_nothing_that_changes_the_library(page: Page, guarded: Server) -> None:
    log_in(page, guarded, "vic")
    expect(page.get_by_text("Whoever may add videos has not added any")).to_be_visible()
    expect(page.get_by_role("button")).to_have_text(["Log out vic"])
    assert page.locator("input[type=file]").count() == 0
    page.goto(f"{guarded.address}/jobs")
    expect(page.get_by_role("heading", name="Not for you to see")).to_be_visible()
    assert not faults_in(page)
