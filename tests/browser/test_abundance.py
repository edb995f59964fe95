"""From counts whose intervals are wide to the objects, drawn by chance, that make them narrow."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FEW, Site, go_to, open_bench, ready

TITLE = "Counted"
OBJECTS = FEW


@pytest.fixture
def person() -> str:
    return "alice"


def test_who_counts_is_led_to_random_objects_on_the_bench(page: Page, site: Site, project: str) -> None:
    open_bench(page, site, project)
    go_to(page, "Results", "Abundance")
    page.get_by_role("button", name="Count what is validated").click()
    page.get_by_role("link", name="See the abundances").click()
    expect(page.get_by_role("columnheader", name="95 % interval")).to_be_visible()
    page.get_by_label("Objects of each").fill("3")
    page.get_by_role("button", name="Draw and open them").click()
    ready(page)
    expect(page.get_by_text("drawn by validation plan")).to_be_visible()
    expect(page.locator(".vignette")).to_have_count(3)
    go_to(page, "Results", "Abundance")
    expect(page.get_by_role("row").filter(has=page.get_by_role("link", name="Go on"))).to_contain_text(
        "0 of 3"
    )


def test_a_plot_is_a_file_that_stands_alone(page: Page, site: Site, project: str) -> None:
    """With its colours and the names of its legend, on white; a PNG three times as large."""
    page.goto(f"{site.addresses[project]}results/?states=validated&states=predicted")
    files = {}
    for kind in ("SVG", "PNG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"{kind} of the plot").click()
        files[kind] = download.value
    names = page.locator(".plot .legend").all_inner_texts()
    drawing = files["SVG"].path().read_text()
    assert files["SVG"].suggested_filename == "what-the-samples-are-made-of.svg"
    assert names and all(name.strip().replace("<", "&lt;") in drawing for name in names)
    assert "rgb(0, 114, 178)" in drawing and "<a" not in drawing
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', drawing)
    header = files["PNG"].path().read_bytes()[:24]
    assert header.startswith(b"\x89PNG")
    width = int.from_bytes(header[16:20], "big")
    assert width == pytest.approx(3 * float(size[1]), abs=3)


def test_the_map_is_a_file_with_its_coasts_and_its_legend(page: Page, site: Site, project: str) -> None:
    page.goto(f"{site.addresses[project]}results/map/?quantity=share&states=validated&states=predicted")
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG of the plot").click()
    drawing = download.value.path().read_text()
    names = page.locator(".map-legend .legend").all_inner_texts()
    assert names and all(name.strip().replace("<", "&lt;") in drawing for name in names)
    assert 'class="land' in drawing and drawing.count('class="pie"') >= 1
    assert "rgb(0, 114, 178)" in drawing
