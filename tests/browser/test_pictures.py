"""Pictures that browsers don't show, show as black, or turn: seen, and marked where they are seen."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import FEW, Site, open_bench
from tests.browser.test_marks import DetailView
from tests.contract.pictures import saved, scene, tiff, turned
from tests.imports.packages import package, row

TITLE = "Pictures of all kinds"
OBJECTS = FEW
CONTENTS = {  # picture → grey of its ground and of its organism, as seen
    "twelve_bits.png": (saved(scene(3800, 600, "uint16")), 237, 37),
    "sixteen_bits.tif": (tiff(scene(3700, 500, "uint16")), 230, 31),
    "shares.tif": (tiff(scene(0.9, 0.1, "float32")), 229, 26),
}
GREY_AT = """(image, [x, y]) => {
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(x, y, 1, 1).data[0];
}"""


@pytest.fixture
def person() -> str:
    """Who manages: marks need labels, which managers adopt."""
    return "alice"


@pytest.fixture(scope="module")
def project(site: Site, tmp_path_factory) -> None:
    contents = {name: content for name, (content, *_) in CONTENTS.items()} | {"turned.jpg": turned("JPEG")}
    rows = [
        row(n, img_file_name=name, acq_id=name, process_id=name, process_particle_pixel_size_mm="0.01")
        for n, name in enumerate(contents)
    ]
    path = package(tmp_path_factory.mktemp("pictures") / "p.zip", rows, **contents)
    site.project(TITLE, path)


def test_every_picture_is_seen_with_its_own_grey_and_size(project, page: Page, site: Site):
    open_bench(page, site, TITLE)
    images = page.locator(".vignette img")
    expect(images).to_have_count(len(CONTENTS) + 1)
    for n, (_, ground, organism) in enumerate(CONTENTS.values()):
        image = images.nth(n)
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [40, 30]
        assert image.evaluate(GREY_AT, [1, 1]) == pytest.approx(ground, abs=1)
        assert image.evaluate(GREY_AT, [20, 15]) == pytest.approx(organism, abs=1)
    page.locator(".vignette").nth(1).click()
    panel = page.locator(".bench > .detail")
    expect(panel).to_contain_text("it came as TIFF, 16-bit grey, values 0 (black) to 4,095 (white)")
    with page.expect_download() as download:
        panel.get_by_role("link", name="Download the original").click()
    assert download.value.path().read_bytes() == CONTENTS["sixteen_bits.tif"][0]


def test_a_mark_fits_a_picture_that_was_turned(project, page: Page, site: Site):
    open_bench(page, site, TITLE)
    detail_view = DetailView(page, len(CONTENTS))
    assert detail_view.size() == (30, 60)
    detail_view.take("Line")
    detail_view.drag((5, 10), (5, 50))
    detail_view.saved(1)
    (mark,) = detail_view.marks()
    points = mark["geometry"]["points"]
    assert points[0] == pytest.approx([5, 10], abs=0.5) and points[1] == pytest.approx([5, 50], abs=0.5)


@pytest.fixture(scope="module")
def large(site: Site, tmp_path_factory) -> str:
    """A project with one picture of 800 × 600 pixels."""
    y, x = np.mgrid[:600, :800]
    noise = np.random.default_rng(2).normal(0, 5, (600, 800))
    grey = np.where((x - 400) ** 2 + (y - 300) ** 2 < 40_000, 60, 220) + noise
    rows = [row(1, img_file_name="large.png", acq_id="a", process_id="p")]
    content = saved(grey.clip(0, 255).astype("uint8"))
    site.project("Large", package(tmp_path_factory.mktemp("large") / "l.zip", rows, **{"large.png": content}))
    return "Large"


def pixels_of(image: Locator) -> list[int]:
    return image.evaluate(
        """async (image) => {
            while (!image.complete || !image.naturalWidth) await new Promise(requestAnimationFrame);
            return [image.naturalWidth, image.naturalHeight];
        }"""
    )


def test_a_large_picture_is_a_thumbnail_until_it_is_looked_at(large, page: Page, site: Site):
    open_bench(page, site, large)
    image = page.locator(".vignette img")
    assert pixels_of(image) == [256, 192]
    assert image.bounding_box()["height"] < 192
    page.locator(".vignette").dblclick()
    dialog = page.get_by_role("dialog", name="One object, closely")
    assert pixels_of(dialog.locator(".stage > img")) == [800, 600]
    page.keyboard.press("Escape")
    page.get_by_label("Zoom in percent").fill("300")
    expect(image).not_to_have_attribute("data-full", re.compile("."))
    assert pixels_of(image) == [800, 600]
