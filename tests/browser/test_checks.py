"""A quality check from the bench to its figures by keyboard alone."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, ready

TITLE = "Checked"
OBJECTS = FEW
# What the objects that were looked at are called now, and how many looks named another taxon
STATE = """
import json
from annotations.checks.models import QualityLook
looks = QualityLook.objects.filter(quality_check__project__title="Checked", answer__isnull=False).order_by("place")
print(json.dumps([[look.answer, look.named and look.named.display_name, look.object.version] for look in looks]))
"""
# What the third one is called: looks are drawn by chance, and another taxon has to be named
THIRD = """
from annotations.checks.models import QualityLook
third = QualityLook.objects.filter(quality_check__project__title="Checked").order_by("place")[2]
print(third.object.taxon.display_name)
"""


@pytest.fixture
def person() -> str:
    """Who looks."""
    return "carla"


def press_to(page: Page, name: str, role: str = "button") -> None:
    """Tab by Tab until the control has the focus, then Enter."""
    control = page.get_by_role(role, name=name, exact=True)
    for _ in range(80):
        if control.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(control).to_be_focused()
    page.keyboard.press("Enter")


def shows_place(page: Page, place: int) -> None:
    expect(page.locator(f'#look input[name="place"][value="{place}"]')).to_be_attached()
    expect(page.locator("#question")).to_be_focused()


def test_a_check_by_keyboard_alone(bench: Page, site: Site) -> None:
    page = bench
    page.goto(f"{page.url}?state=validated")
    ready(page)
    press_to(page, "All matching…")
    press_to(page, "Check the quality of these…", "link")
    page.get_by_label("Are at least so many right? (%)").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(page.locator("#checking[data-ready]")).to_be_attached()

    page.keyboard.press("y")
    shows_place(page, 2)
    page.keyboard.press("-")
    shows_place(page, 3)
    page.keyboard.press("n")
    expect(page.get_by_role("combobox", name="Taxon")).to_be_focused()
    other = "Calanidae" if site.shell(THIRD).strip() == "Chaetognatha" else "Chaetognatha"
    page.keyboard.type(other)
    expect(page.locator("#taxon-options [aria-selected=true]")).to_contain_text(other)
    page.keyboard.press("Enter")
    shows_place(page, 4)
    page.keyboard.press("Shift+N")
    shows_place(page, 5)
    page.keyboard.press("Control+z")
    shows_place(page, 4)
    page.keyboard.press("y")
    shows_place(page, 5)
    labels = json.loads(site.shell(STATE))
    assert [look[:2] for look in labels[:2]] == [["right", None], ["cannot_tell", None]]
    assert labels[2][1] == other
    assert labels[3][:2] == ["right", None], "it was answered once more"

    place = 5
    while not page.locator(".decided").count():
        page.keyboard.press("y")
        place += 1
        shows_place(page, place)
    expect(page.locator(".verdict")).to_have_text(
        "It is certain now that at least 50 % are right; you can stop."
    )
    press_to(page, "Finish")
    expect(page.get_by_role("heading", name="Where the errors are, by taxon")).to_be_visible()
    assert json.loads(site.shell(STATE))[2][2] == labels[2][2], "no label was changed by looking"
    press_to(page, "Give 1 object the taxon that was named")
    expect(page.locator("#messages")).to_contain_text("1 object has the taxon that was named.")
    assert json.loads(site.shell(STATE))[2][2] == labels[2][2] + 1
