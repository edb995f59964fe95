"""A model is asked about pictures on its page."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, hold

MODEL = """
from annotations.learning.models import Model
print(Model.objects.create(name="Early", is_ready=True).pk)
"""


def test_a_picture_that_is_chosen_before_the_scripts_come_is_asked_about(page: Page, site: Site) -> None:
    let_go = hold(page, "trying")
    page.route("**/predict/", lambda route: route.abort())
    page.goto(f"{site.url}/models/{site.shell(MODEL).strip()}/try/", wait_until="commit")
    page.get_by_label("Images").set_input_files(
        {"name": "early.png", "mimeType": "image/png", "buffer": b"PNG"}
    )
    let_go()
    expect(page.get_by_role("list", name="What the model says").get_by_role("heading")).to_have_text(
        "early.png"
    )
