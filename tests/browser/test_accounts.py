"""Inviting somebody, making an account, changing a password and making a token, as people do it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FEW, PHONE, Site, sign_in_by_form
from tests.browser.keeping import DESK
from tests.browser.site import PASSWORD
from tests.browser.test_accessible import faults

OBJECTS = FEW

SIZES = {"desk": DESK, "phone": PHONE}


@pytest.mark.parametrize("size", SIZES)
def test_somebody_is_invited_and_makes_themselves_at_home(
    site: Site, browser: Browser, package, size: str
) -> None:
    ours, theirs = (browser.new_context(viewport=SIZES[size]) for _ in range(2))
    inviter, guest = ours.new_page(), theirs.new_page()
    sign_in_by_form(inviter, site, "root")
    link = invite(inviter, site, f"Shared on the {size}", package)
    guest.goto(link)
    assert faults(guest) == []
    make_account(guest, f"eve-{size}")
    expect(guest.get_by_role("banner")).to_contain_text(f"Shared on the {size}")
    change_password(guest)
    make_token(guest)
    name_annotator(inviter, f"eve-{size}")
    for context in (ours, theirs):
        context.close()


def invite(page: Page, site: Site, title: str, package) -> str:
    site.command("import_ecotaxa", str(package), "--project", title, "--user", "root", "--create-taxa")
    page.goto(site.url)
    page.get_by_role("link", name=title).click()
    to_settings(page)
    page.get_by_label("Whom it is for").fill("Eve")
    page.get_by_role("button", name="Create a link").click()
    link = page.get_by_label("Copy the link now").input_value()
    copy(page, "Copy the link", link)
    assert faults(page) == []
    return link


def copy(page: Page, button: str, text: str) -> None:
    """By the button beside a secret, which is not shown again."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text


def to_settings(page: Page) -> None:
    """By the bar, which is a menu on a phone."""
    if page.viewport_size == PHONE:
        page.get_by_role("banner").get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Settings").click()


def make_account(page: Page, name: str) -> None:
    page.get_by_label("User name").fill(name)
    page.get_by_label("First name").fill("Eve")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Create the account and join").click()


def change_password(page: Page) -> None:
    page.get_by_role("banner").locator("summary", has_text="Eve").click()
    page.get_by_role("link", name="Your account").click()
    page.get_by_role("link", name="Change your password").click()
    page.get_by_role("heading", name="Change your password").wait_for()
    assert faults(page) == []
    page.get_by_label("Old password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("copepods-in-the-dark")
    page.get_by_label("New password confirmation").fill("copepods-in-the-dark")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("signed out everywhere else")).to_be_visible()


def make_token(page: Page) -> None:
    page.get_by_label("What it is for").fill("Ship's laptop")
    page.get_by_role("button", name="Create a token").click()
    assert len(page.get_by_label("Copy the new token").input_value()) == 43
    assert faults(page) == []
    page.get_by_role("button", name="Revoke Ship's laptop").click()
    expect(page.get_by_text("The token is revoked")).to_be_visible()


def name_annotator(page: Page, member: str) -> None:
    """The package's labels are by Ada Storm; the manager says that she is Eve."""
    to_settings(page)
    page.get_by_label("Member", exact=True).select_option(label=f"Eve ({member})")
    page.get_by_role("button", name="Ada Storm is this member").click()
    expect(page.get_by_role("status")).to_contain_text("Ada Storm: Eve")
    assert faults(page) == []
