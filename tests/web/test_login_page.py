"""Logging in and out."""

import re

from playwright.sync_api import Page, expect

from paging import Server, faults_in, log_in
from serving import PASSWORD


def test_log_in_and_out(page: Page, guarded: Server) -> None:
    page.goto(guarded.address)  # leads to the log-in
    page.wait_for_url("**/login")
    log_in(page, guarded, "ada", "not the password")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    assert not faults_in(page)
    log_in(page, guarded, "ada")
    page.wait_for_url(f"{guarded.address}/")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    assert not faults_in(page)
    page.get_by_role("button", name="Log out ada").click()
    page.wait_for_url("**/login")
    page.goto(f"{guarded.address}/search?words=a%20kite#here")
    page.wait_for_url(re.compile(r"/login\?next="))
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{guarded.address}/search?words=a%20kite#here")


def test_too_many_wrong_passwords_are_told_with_the_wait(page: Page, guarded: Server) -> None:
    for _ in range(6):
        page.request.post(f"{guarded.address}/api/v1/session", data={"name": "nobody", "password": "a guess"})
    log_in(page, guarded, "nobody", "not the password")
    expect(page.get_by_role("alert")).to_contain_text("Too many wrong passwords. Try again in")
    expect(page.get_by_role("button", name="Wait")).to_be_disabled()
