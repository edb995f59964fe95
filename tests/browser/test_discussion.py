"""Two people talk about an object: who is named finds it, answers, and is heard at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from tests.browser.conftest import FEW, Site, browser_of, ready
from tests.browser.test_accessible import faults

OBJECTS = FEW


@pytest.fixture(scope="module")
def bench(site: Site, package) -> str:
    """The address of a project's sorting bench, which Bob and Carla share."""
    return site.project("Talk", package, create_taxa=True)


@pytest.fixture
def bob(site: Site, browser: Browser, bench: str) -> Iterator[Page]:
    with browser_of("bob", site, browser) as page:
        yield page


@pytest.fixture
def carla(site: Site, browser: Browser, bench: str) -> Iterator[Page]:
    with browser_of("carla", site, browser) as page:
        yield page


def discussion(page: Page, object: str | None = None) -> Locator:
    """What the panel shows of the object, or of the first one, once it is there."""
    page.locator(f"#o{object}" if object else ".vignette").first.click()
    thread = page.locator(f"#discussion[data-object='{object}']" if object else "#discussion")
    thread.wait_for()
    return thread


def hears(page: Page, other: str) -> None:
    """Waits until the page listens: it is told who else is there once it does."""
    expect(page.locator("#people")).to_contain_text(other)


def both_discuss(bob: Page, carla: Page, bench: str, place: int) -> tuple[Locator, Locator]:
    """The panels of both people, which show the same object and listen."""
    bob.goto(bench)
    ready(bob)
    number = bob.locator(".vignette").nth(place).get_attribute("data-id")
    his = discussion(bob, number)
    carla.goto(bench)
    ready(carla)
    hers = discussion(carla, number)
    hears(bob, "Carla")
    hears(carla, "Bob")
    return his, hers


def test_a_mention_is_read_answered_and_heard(bob: Page, carla: Page, bench: str) -> None:
    bob.goto(bench)
    ready(bob)
    number = bob.locator(".vignette").nth(2).get_attribute("data-id")
    talk = discussion(bob, number)
    expect(bob.locator("#people")).to_have_count(1)
    area = talk.get_by_label("Your comment", exact=True)
    area.press_sequentially("Seen @40x: is this an egg, @Car")
    offered = bob.get_by_role("listbox", name="Members").get_by_role("option")
    expect(offered).to_have_text(["@carla"])
    area.press("Enter")
    expect(area).to_have_value("Seen @40x: is this an egg, @carla ")
    talk.get_by_role("button", name="Comment", exact=True).click()
    expect(talk.get_by_role("listitem")).to_have_count(1)
    expect(talk.locator(".mention")).to_have_text(["@carla"])
    expect(area).to_have_value("")

    carla.goto("/")
    carla.get_by_role("link", name="Mentions 1 new").click()
    mention = carla.get_by_role("article")
    expect(mention).to_contain_text("Seen @40x: is this an egg, @carla")
    mention.get_by_role("link", name="To the object").click()
    ready(carla)
    expect(carla.locator(".vignette")).to_have_count(1)
    answer = carla.locator(f"#discussion[data-object='{number}']")  # open already
    expect(answer).to_contain_text("is this an egg")
    expect(carla.get_by_role("link", name="Mentions")).to_have_text("Mentions")

    hears(bob, "Carla")
    area = talk.get_by_label("Your comment", exact=True)  # Bob goes on typing
    area.fill("Or perhaps")
    answer.get_by_label("Your comment", exact=True).fill("An egg, @bob.")
    answer.get_by_role("button", name="Comment", exact=True).click()
    expect(talk.get_by_role("listitem")).to_have_count(2)  # without a reload
    expect(talk.get_by_role("listitem").last).to_contain_text("An egg, @bob.")
    expect(talk.get_by_role("heading")).to_have_text("Comments (2)")
    expect(area).to_have_value("Or perhaps")


def test_a_comment_that_comes_while_one_s_own_is_sent_is_not_drawn_over(
    bob: Page, carla: Page, bench: str
) -> None:
    mine, hers = both_discuss(bob, carla, bench, 6)
    delayed = []
    bob.route("**/comments/", lambda route: delayed.append((route, route.fetch())), times=1)
    mine.get_by_label("Your comment", exact=True).fill("First")
    mine.get_by_role("button", name="Comment", exact=True).click()
    expect(hers.get_by_role("listitem")).to_contain_text("First")
    hers.get_by_label("Your comment", exact=True).fill("Second")
    hers.get_by_role("button", name="Comment", exact=True).click()
    expect(hers.get_by_role("listitem").last).to_contain_text("Second")
    [(route, answer)] = delayed  # written before Carla's
    route.fulfill(response=answer)
    expect(mine.get_by_role("listitem").first).to_contain_text("First")
    expect(mine.get_by_role("listitem").last).to_contain_text("Second")
    expect(mine.get_by_role("listitem")).to_have_count(2)


def test_what_is_typed_while_a_comment_is_sent_stays(bob: Page, bench: str) -> None:
    bob.goto(bench)
    ready(bob)
    vignettes = bob.locator(".vignette")
    number, other = (vignettes.nth(place).get_attribute("data-id") for place in (8, 9))
    mine = discussion(bob, number)
    area, send = (
        mine.get_by_label("Your comment", exact=True),
        mine.get_by_role("button", name="Comment", exact=True),
    )
    area.fill("First")
    send.click()
    expect(mine.get_by_role("listitem")).to_contain_text("First")
    delayed = []

    def is_sent(request: Request) -> bool:  # the discussion is asked for at the same address
        return request.method == "POST" and request.url.endswith("/comments/")

    bob.route(
        "**/comments/", lambda route: delayed.append(route) if is_sent(route.request) else route.continue_()
    )
    area.fill("Second")
    with bob.expect_request(is_sent):
        send.click()
    mine.get_by_text("edit").click()
    edited = mine.get_by_label("Your comment, changed")
    edited.fill("First, mended")
    area.fill("Third")
    edited.focus()
    delayed[0].continue_()
    expect(mine.get_by_role("listitem")).to_have_count(2)
    expect(edited.first).to_be_focused()
    expect(edited.first).to_have_value("First, mended")
    expect(area).to_have_value("Third")

    with bob.expect_request(is_sent):
        send.click()  # and one goes on before it is answered
    discussion(bob, other)
    with bob.expect_response(lambda response: is_sent(response.request)):
        delayed[1].continue_()
    mine = discussion(bob, number)
    expect(mine.get_by_role("listitem")).to_have_count(3)
    expect(mine.get_by_label("Your comment", exact=True)).to_have_value("")
    mine.get_by_label("Your comment", exact=True).fill("Fourth")
    bob.reload()  # as another filter does
    ready(bob)
    expect(discussion(bob, number).get_by_label("Your comment", exact=True)).to_have_value("Fourth")


def test_a_comment_whose_answer_is_lost_is_sent_again_and_stands_once(bob: Page, bench: str) -> None:
    bob.goto(bench)
    ready(bob)
    vignettes = bob.locator(".vignette")
    number, other = (vignettes.nth(place).get_attribute("data-id") for place in (10, 11))
    mine = discussion(bob, number)

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        route.fetch()  # it is written
        return route.abort()

    bob.route("**/comments/", lose)
    mine.get_by_label("Your comment", exact=True).fill("An egg")
    mine.get_by_role("button", name="Comment", exact=True).click()
    bob.get_by_text("The server did not answer").wait_for()
    bob.unroute("**/comments/")
    discussion(bob, other)
    mine = discussion(bob, number)  # its form is another one by now
    expect(mine.get_by_label("Your comment", exact=True)).to_have_value("An egg")
    mine.get_by_role("button", name="Comment", exact=True).click()
    expect(mine.get_by_label("Your comment", exact=True)).to_have_value("")
    expect(mine.get_by_role("listitem")).to_have_count(1)


def test_a_comment_is_mended_and_removed_where_it_stands(bob: Page, carla: Page, bench: str) -> None:
    mine, hers = both_discuss(bob, carla, bench, 4)
    mine.get_by_label("Your comment", exact=True).fill("An eg")
    mine.get_by_role("button", name="Comment", exact=True).click()
    expect(hers.get_by_role("listitem")).to_contain_text("An eg")
    expect(hers.get_by_text("edit your comment")).to_have_count(0)

    mine.locator("summary", has_text="edit").click()
    mine.get_by_label("Your comment, changed").fill("An egg <b>of mine</b>")
    mine.get_by_role("button", name="Save the comment").click()
    for view in (mine, hers):
        expect(view.get_by_role("listitem")).to_contain_text("An egg <b>of mine</b>")
        expect(view.get_by_role("listitem")).to_contain_text(", edited 20")

    mine.get_by_role("button", name="Remove the comment of Bob").click()
    for view in (mine, hers):
        expect(view.get_by_role("listitem")).to_contain_text("Removed by Bob")
        expect(view).not_to_contain_text("An egg")


def test_a_reference_image_is_made_named_and_taken_away_on_the_panel(carla: Page, bench: str) -> None:
    carla.goto(f"{bench}?state=validated")
    ready(carla)
    panel = discussion(carla)
    expect(panel).not_to_contain_text("A reference image of")
    caption = panel.get_by_label("Caption of the reference image")
    caption.fill("a female")
    panel.get_by_role("button", name="Make it a reference image").click()
    expect(panel).to_contain_text("A reference image of")
    expect(caption).to_have_value("a female")
    caption.fill("a male")
    with carla.expect_response(lambda answer: answer.url.endswith("/comments/")):
        panel.get_by_role("button", name="Save the caption").click()
    panel.get_by_label("Your comment", exact=True).fill("Very long antennae.")
    panel.get_by_role("button", name="Comment", exact=True).click()
    panel.locator("summary", has_text="edit").click()
    panel.get_by_label("Your comment, changed").wait_for()
    assert faults(carla) == []
    carla.reload()
    ready(carla)
    panel = discussion(carla)
    expect(panel.get_by_label("Caption of the reference image")).to_have_value("a male")
    panel.get_by_role("button", name="Remove it from").click()
    expect(panel).not_to_contain_text("A reference image of")
