"""The settings: what there is for whom, and that each part works."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from paging import Server, a_server, faults_in, log_in
from passerby.store.library import open_store
from serving import PASSWORD


def row_of(page: Page, model: str) -> Locator:
    return page.locator("#models tr", has=page.get_by_text(model, exact=True))


def test_the_models_can_be_fetched_by_an_admin(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/settings")
    models = page.locator("#models")
    expect(models.locator("#needs li", has_text="Text on screen")).to_contain_text("Fetch 31 MB")
    models.get_by_text("All models").click()
    expect(row_of(page, "nanodet")).to_contain_text("Apache-2.0")
    expect(models.get_by_role("button", name="Fetch plates")).to_be_visible()
    assert models.get_by_role("button", name="Fetch d-fine-own").count() == 0  # nowhere: a file is needed
    row_of(page, "d-fine-own").locator("summary").click()
    expect(row_of(page, "d-fine-own")).to_contain_text("passerby models pull d-fine-own --from FILE")
    with open_store(server.library, create=False) as store:
        store.jobs.put("pull", {"model": "d-fine-own"})  # as one that has failed for another reason
    expect(models.locator("#pulls li[data-status=failed]")).to_contain_text("--from")
    assert page.locator("#users, #tokens").count() == 0
    assert not faults_in(page)


def test_an_admin_keeps_users_tokens_and_the_log(page: Page, guarded: Server) -> None:
    log_in(page, guarded, "ada")
    page.wait_for_url(f"{guarded.address}/")
    page.goto(f"{guarded.address}/settings")
    users = page.locator("#users")
    users.get_by_label("Name").fill("rei")
    users.get_by_label("Password", exact=True).fill(PASSWORD)
    users.get_by_role("button", name="Add").click()
    users.get_by_label("Role of rei").select_option("reviewer")
    expect(page.get_by_text("rei is reviewer now")).to_be_visible()
    users.get_by_role("button", name="Remove rei").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(users.get_by_role("row", name="rei")).to_have_count(0)

    contact = page.locator("#contact")
    contact.get_by_label("Mail address").fill("ada@example.org")
    contact.get_by_label("a job of mine has failed").check()
    contact.get_by_role("button", name="Save it").click()
    expect(page.get_by_text("Your choice is kept.")).to_be_visible()

    tokens = page.locator("#tokens")
    tokens.get_by_label("What it is for").fill("nightly import")
    tokens.get_by_role("button", name="Make").click()
    token = tokens.locator(".secret code").inner_text()
    told = page.request.get(f"{guarded.address}/api/v1/session", headers={"Authorization": f"Bearer {token}"})
    assert told.json()["scopes"] == ["read"]
    assert not faults_in(page)
    page.reload()
    expect(tokens.get_by_role("row", name="nightly import")).to_be_visible()
    expect(page.locator("#log")).to_contain_text("removed a user")
    expect(contact.get_by_label("Mail address")).to_have_value("ada@example.org")
    expect(contact.get_by_label("a job of mine has failed")).to_be_checked()
    page.locator("#log-filter").get_by_label("Did what").select_option("make_token")
    expect(page.locator("#log tbody")).not_to_contain_text("removed a user")
    table = page.request.get(f"{guarded.address}{page.locator('#log-filter a').get_attribute('href')}")
    assert {line.split(",")[3] for line in table.text().splitlines()} == {"action", "make_token"}
    words = page.locator("#log-filter").get_by_label("With the words")
    words.fill("remove_user")
    words.press("Enter")
    expect(page.locator("#log")).to_contain_text("No entry has all of that.")
    page.locator("#log-filter").get_by_label("Did what").select_option("")
    expect(page.locator("#log tbody")).to_contain_text("removed a user")
    expect(page.locator("#log tbody")).not_to_contain_text("made a token")
    expect(page.locator("#sessions")).to_contain_text("Chrome on Linux this one")
    assert token not in page.content()


def test_users_change_their_own_password(page: Page, tmp_path: Path) -> None:
    another = "a sentence that nobody guesses"
    with a_server(tmp_path / "library", users={"vic": "viewer"}) as served:
        log_in(page, served, "vic")
        page.wait_for_url(f"{served.address}/")
        page.goto(f"{served.address}/settings")
        own = page.locator("#own-password")
        own.get_by_label("Current password").fill("not the password")
        own.get_by_label("New password").fill(another)
        own.get_by_role("button", name="Change it").click()
        expect(page.locator("#toasts")).to_contain_text("this is not your password")
        own.get_by_label("Current password").fill(PASSWORD)
        own.get_by_role("button", name="Change it").click()
        expect(page.locator("#toasts")).to_contain_text("You have another password now")
        assert not faults_in(page)
        page.get_by_role("button", name="Log out vic").click()
        page.wait_for_url("**/login")
        log_in(page, served, "vic", another)
        page.wait_for_url(f"{served.address}/")


def test_a_viewer_sees_no_more_than_is_theirs(page: Page, guarded: Server) -> None:
    log_in(page, guarded, "vic")
    page.wait_for_url(f"{guarded.address}/")
    page.goto(f"{guarded.address}/settings")
    page.get_by_text("All models").click()
    expect(row_of(page, "nanodet")).to_be_visible()
    assert page.get_by_role("button", name="Fetch").count() == 0
    assert page.locator("#users, #hooks, #log").count() == 0
    assert page.locator("input[name=scopes]").evaluate_all("boxes => boxes.map((box) => box.value)") == ["read"]
